package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"sourcier/internal/bench/corpus"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/flat"
	"sourcier/internal/bench/report"
	"sourcier/internal/bench/sourcier"
	"sourcier/internal/bench/stock"
)

// bench is what a run works with.
type bench struct {
	settings
	generator   *corpus.Generator
	projector   *flat.Projector
	fingerprint string
}

func newBench(s settings) (*bench, error) {
	b := &bench{settings: s, generator: corpus.New(corpus.DefaultSeed), projector: flat.NewProjector()}
	var err error
	b.fingerprint, err = b.generator.Fingerprint()
	return b, err
}

// home is where everything about n structures is kept.
func (b *bench) home(n int) string {
	return filepath.Join(b.dir, b.fingerprint, strconv.Itoa(n))
}

func (b *bench) doc(i int) flat.Doc {
	s := b.generator.Structure(i)
	return b.projector.Doc(i, &s)
}

// fill makes the store of n structures, unless an earlier run has. It is made
// beside and renamed, so that a run cut short leaves none.
func (b *bench) fill(ctx context.Context, n int) (dir string, err error) {
	dir = filepath.Join(b.home(n), "store")
	if _, err := os.Stat(dir); err == nil { // #nosec G703 -- a setting of whoever runs the benchmark
		return dir, nil
	}
	draft := dir + ".new"
	if err := os.RemoveAll(draft); err != nil { // #nosec G703 -- as above
		return "", err
	}
	tell("storing %d structures", n)
	took, err := sourcier.Fill(ctx, draft, b.generator, n, func(done int) {
		if done%100_000 == 0 {
			tell("  %d stored", done)
		}
	})
	if err != nil {
		return "", err
	}
	tell("  stored in %.1f s", took.Seconds())
	return dir, os.Rename(draft, dir) // #nosec G703 -- as above
}

// ours builds our index anew and opens it again, each in a process of its own.
func (b *bench) ours(ctx context.Context, n int) (*engine.Client, *report.Engine, error) {
	dir, err := b.fill(ctx, n)
	if err != nil {
		return nil, nil, err
	}
	if err := os.RemoveAll(sourcier.IndexDir(dir)); err != nil {
		return nil, nil, err
	}
	tell("building our index of %d", n)
	builder, err := engine.Start(ctx, sourcier.Name, "child", sourcier.Name, dir)
	if err != nil {
		return nil, nil, err
	}
	memory, err := builder.Memory()
	if err := errors.Join(err, builder.Close()); err != nil {
		return nil, nil, err
	}
	tell("  built in %.1f s, at most %d MB resident", builder.Opened.Seconds(), memory.Peak>>20)
	client, err := engine.Start(ctx, sourcier.Name, "child", sourcier.Name, dir)
	if err != nil {
		return nil, nil, err
	}
	disk, err := size(sourcier.IndexDir(dir))
	return client, &report.Engine{Name: sourcier.Name, Build: builder.Opened, BuildPeak: memory.Peak, Open: client.Opened, Disk: disk}, err
}

// base opens the stock index, built by an earlier run or now.
func (b *bench) base(ctx context.Context, n int) (*engine.Client, *report.Engine, error) {
	dir := filepath.Join(b.home(n), "bleve")
	tell("stock bleve index of %d", n)
	built, cached, err := stock.Make(ctx, dir, n, b.doc)
	if err != nil {
		return nil, nil, err
	}
	client, err := engine.Start(ctx, stock.Name, "child", stock.Name, dir)
	if err != nil {
		return nil, nil, err
	}
	disk, err := size(dir)
	return client, &report.Engine{Name: stock.Name, Build: built.Took, Cached: cached, Open: client.Opened, Disk: disk}, err
}

// size adds up the files below a directory. A segment may be merged away
// meanwhile.
func size(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
