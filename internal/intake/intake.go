// Package intake reads official files into the directory: it recognises each
// file from its content, turns its lines into drafts, finds the structure that
// each draft is about, and merges the facts by source and date. Nothing is
// written by halves: structures go to the store in batches of one commit, and a
// run that was stopped and started again ends where one run would have.
package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Options of an Importer. Structures, Provenance, Quarters, Atlas and Taxonomy are
// required.
type Options struct {
	Structures *store.Structures
	Provenance *store.Provenance
	Quarters   *store.Quarters
	Objects    func(number string) bool // whether "siret:…", "siren:…", "finess:…" or a NameKey is on the opposition list; nil = nobody is
	// Follow puts names and numbers on the list beside one that is on it; nil = none.
	Follow func(ctx context.Context, from string, numbers ...string) error
	// Succeed is told that a sheet joins another, before it goes; nil = nobody is.
	Succeed  func(ctx context.Context, from, to string) error
	Atlas    *territory.Atlas
	Taxonomy *taxonomy.Taxonomy
	Home     territory.Territory // limits Sirene when a run gives no territory; zero = no limit
	Now      func() time.Time    // time.Now when nil
	TempDir  string              // for what does not fit in memory; os.TempDir() when ""
}

// Importer reads files into one directory of structures.
type Importer struct {
	opts Options
	// batchSize and partitions are smaller in tests.
	batchSize  int
	partitions int
	folder     folderLimits
}

// Default sizes.
const (
	defaultBatch      = 2000 // structures per commit
	defaultPartitions = 128  // of the Sirene files on disk
)

// New prepares an Importer.
func New(opts Options) *Importer {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	opts.TempDir = cmp.Or(opts.TempDir, os.TempDir())
	return &Importer{opts: opts, batchSize: defaultBatch, partitions: defaultPartitions, folder: folderLimits{maxDepth, maxFound, maxFolder}}
}

// RunOptions of one import. What JSON leaves out is made anew by who does the
// import for another process.
type RunOptions struct {
	Format Format // Auto when ""
	// Territory limits what is imported. nil is the default rule: Sirene is
	// limited to the departments of the home territory, other formats are not.
	Territory []territory.Territory `json:"-"`
	// Partial declares that the files are extracts: what they do not list stays as
	// it is. AcceptStale lets a complete list stop confirming more than
	// maxNewlyStale percent of what its source listed before.
	Partial     bool
	AcceptStale bool

	DryRun     bool   // read and match everything, write nothing to the store
	RejectsDir string // where the file of rejects goes; beside the first file when ""
	// Progress is called from the goroutine of Run, a few times a second and at
	// the end. It must return quickly. May be nil.
	Progress func(Progress) `json:"-"`
}

// InterruptedError says that a run was stopped by its context.
type InterruptedError struct {
	Read  int64 // records read before
	cause error
}

func (e *InterruptedError) Error() string {
	return fmt.Sprintf("import interrompu après %s : ce qui a été enregistré l’est en entier ; relancer la même commande pour le terminer",
		count(e.Read, "ligne lue", "lignes lues"))
}

func (e *InterruptedError) Unwrap() error { return e.cause }

// Run imports files, and what the folders among them hold. Files that cannot be read are refused one by one in the
// report and do not stop the others. The error is about the run itself:
// *InterruptedError when ctx ended, store.ErrFull when there is no room left,
// any other failure of the store. The report then tells what was done before.
func (imp *Importer) Run(ctx context.Context, files []string, opts RunOptions) (Report, error) {
	s := newSession(imp, opts)
	s.rejects.dir = opts.RejectsDir
	if s.rejects.dir == "" && len(files) > 0 {
		s.rejects.dir = filepath.Dir(files[0])
	}
	err := s.run(ctx, files)
	if closing := s.rejects.close(); err == nil {
		err = closing
	}
	s.meter.finish()
	s.report.Rejects = s.rejects.path
	s.report.Duration = imp.opts.Now().Sub(s.started)
	if err != nil && ctx.Err() != nil {
		err = &InterruptedError{Read: s.report.Total().Read, cause: context.Cause(ctx)}
	}
	s.report.Stopped = err != nil
	return *s.report, err
}

// session is one run.
type session struct {
	imp     *Importer
	opts    RunOptions
	report  *Report
	rejects *rejects
	meter   *meter
	started time.Time
	limit   limits
	writer  *writer
	waiting *waiting
	rules   *structure.Rules
	lists   []*edition
	// extracts are the files declared to be extracts of what may be a list.
	extracts []extract
	sectors  memory[[]string]
	labels   memory[structure.Label]
}

func newSession(imp *Importer, opts RunOptions) *session {
	now := imp.opts.Now()
	s := &session{
		imp: imp, opts: opts, started: now,
		report:  &Report{DryRun: opts.DryRun},
		rejects: &rejects{now: now},
		meter:   newMeter(imp.opts.Now, opts.Progress),
		limit:   newLimits(imp.opts.Atlas, imp.opts.Home, opts.Territory),
		rules:   rulesOf(imp.opts.Atlas, imp.opts.Taxonomy, nil),
	}
	s.sectors, s.labels = memory[[]string]{}, memory[structure.Label]{}
	s.writer = newWriter(s)
	s.waiting = &waiting{dir: imp.opts.TempDir}
	return s
}

func (s *session) run(ctx context.Context, files []string) (err error) {
	defer func() { _ = errors.Join(s.writer.close(), s.waiting.close()) }()
	defer func() { err = errors.Join(err, s.writer.drain(ctx)) }()
	if err := s.remember(ctx); err != nil {
		return err
	}
	jobs, err := s.plan(ctx, files)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		if err := job.run(ctx); err != nil {
			return err
		}
		if err := s.writer.flush(ctx); err != nil {
			return err
		}
	}
	if err := s.waiting.each(func(d *Draft) error { return s.writer.add(ctx, d) }); err != nil {
		return err
	}
	if err := s.writer.flush(ctx); err != nil {
		return err
	}
	return s.closeLists(ctx)
}

// remember reads what earlier imports have left beside the structures.
func (s *session) remember(ctx context.Context) error {
	var listings structure.Listings
	err := s.imp.opts.Provenance.Listings.All(ctx, func(d store.Doc[structure.Listing]) error {
		listings = append(listings, d.Value)
		return nil
	})
	if err != nil {
		return &storeError{err}
	}
	s.rules = rulesOf(s.imp.opts.Atlas, s.imp.opts.Taxonomy, listings)
	return s.writer.units.load(ctx)
}

// failure tells a failure of the run from one of the file being read.
func failure(ctx context.Context, err error) bool {
	var inStore *storeError
	return ctx.Err() != nil || errors.As(err, &inStore)
}

// storeError is a failure of the store or of our own files: it ends the run.
type storeError struct{ err error }

func (e *storeError) Error() string { return e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }

// quoted puts a list between French quotation marks.
func quoted(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "« " + strings.Join(list, " », « ") + " »"
}
