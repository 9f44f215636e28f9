// Package imports measures the portal's own import command, in a process of its
// own: how fast it reads, and how much memory that takes.
package imports

import (
	"archive/zip"
	"compress/flate"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"sourcier/internal/bench/official"
)

// HomeTerritory is the setting that the figures are taken with, and Departments
// those that an import of the register keeps by default.
const HomeTerritory = "epci:200058014"

// Departments of HomeTerritory.
var Departments = []string{"91", "94"}

// Run is one import.
type Run struct {
	Rows   int           `json:"rows"` // read, of all files
	Stored int           `json:"stored"`
	Took   time.Duration `json:"took"` // of the whole command, indexing included
	CPU    time.Duration `json:"cpu"`
	Memory
}

// PerSecond is the rate of rows.
func (r *Run) PerSecond() float64 { return perSecond(r.Rows, r.Took) }

func perSecond(rows int, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(rows) / d.Seconds()
}

// Sirene is an import of the register, and the same files read by encoding/csv,
// which finds fields and does nothing with them.
type Sirene struct {
	Establishments int `json:"establishments"`
	Run
	Bytes    int64         `json:"bytes"` // unpacked
	CSVTook  time.Duration `json:"csv_took"`
	FileSize int64         `json:"file_size"` // of the two archives
}

// Ratio is how much faster than encoding/csv alone the whole import is.
func (s *Sirene) Ratio() float64 {
	if s.Took <= 0 {
		return 0
	}
	return s.CSVTook.Seconds() / s.Took.Seconds()
}

// Portal is the program that imports.
type Portal struct {
	Binary string
	Dir    string // where files and data are while they are needed
	Tell   func(format string, args ...any)
}

// Sirene generates a stock, packed as the official one, and imports it.
func (p Portal) Sirene(ctx context.Context, establishments int) (s *Sirene, err error) {
	dir, err := os.MkdirTemp(p.Dir, "sirene")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p.Tell("generating %d establishments", establishments)
	stock := official.NewStock(establishments, Departments)
	etab, units := filepath.Join(dir, "StockEtablissement.zip"), filepath.Join(dir, "StockUniteLegale.zip")
	s = &Sirene{Establishments: establishments}
	var unitRows int
	var group errgroup.Group
	var sizes [2]int64
	group.Go(func() error {
		return pack(ctx, etab, "StockEtablissement_utf8.csv", &sizes[0], stock.WriteEstablishments)
	})
	group.Go(func() error {
		return pack(ctx, units, "StockUniteLegale_utf8.csv", &sizes[1], func(w io.Writer) (err error) {
			unitRows, err = stock.WriteUnits(w)
			return err
		})
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	s.Bytes = sizes[0] + sizes[1]
	for _, file := range []string{etab, units} {
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		s.FileSize += info.Size()
	}
	p.Tell("  reading them by encoding/csv, %d MB unpacked", s.Bytes>>20)
	start := time.Now()
	for _, file := range []string{etab, units} {
		if err := readCSV(ctx, file); err != nil {
			return nil, err
		}
	}
	s.CSVTook = time.Since(start)
	p.Tell("  importing them")
	run, err := p.run(ctx, dir, etab, units)
	if err != nil {
		return nil, err
	}
	s.Run, s.Rows = run, establishments+unitRows
	return s, nil
}

// Generic imports a file of fictional structures in our own format.
func (p Portal) Generic(ctx context.Context, structures int) (r *Run, err error) {
	dir, err := os.MkdirTemp(p.Dir, "generic")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "structures.csv")
	p.Tell("generating %d structures as CSV", structures)
	if _, err := p.sourcier(ctx, dir, "demo", "--size", fmt.Sprint(structures), "--out", file); err != nil {
		return nil, err
	}
	p.Tell("  importing them")
	run, err := p.run(ctx, dir, file)
	if err != nil {
		return nil, err
	}
	run.Rows = structures
	if run.Stored != structures {
		return nil, fmt.Errorf("%d of %d structures stored", run.Stored, structures)
	}
	return &run, nil
}

// stopping ends a long generation when the context ends.
type stopping struct {
	io.Writer
	ctx  context.Context
	size *int64
}

func (s stopping) Write(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.Writer.Write(b)
	*s.size += int64(n)
	return n, err
}

// pack writes a table into an archive of one member.
func pack(ctx context.Context, name, member string, size *int64, write func(io.Writer) error) (err error) {
	f, err := os.Create(name) // #nosec G304 -- in our own folder
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	archive := zip.NewWriter(f)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	w, err := archive.Create(member)
	if err != nil {
		return err
	}
	return errors.Join(write(stopping{w, ctx, size}), archive.Close())
}

// readCSV reads the tables of an archive and does nothing with them.
func readCSV(ctx context.Context, name string) (err error) {
	archive, err := zip.OpenReader(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	for _, m := range archive.File {
		src, err := m.Open()
		if err != nil {
			return err
		}
		r := csv.NewReader(src)
		r.ReuseRecord = true
		for rows := 0; err == nil; rows++ {
			if rows&0xffff == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			_, err = r.Read()
		}
		if !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}
