// Package reception takes files that administrators send from a browser, tries them
// and imports them in the background. The files lie in a folder of the portal that got
// them; what becomes of them is one document of the store (package upload), so that
// every portal tells it, and that a portal that was killed knows what it was doing.
// It knows no Fiber.
package reception

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/intake"
	"sourcier/internal/store"
	"sourcier/internal/upload"
)

// Periods.
const (
	KeepFiles   = 7 * 24 * time.Hour  // of an upload that nobody imports
	KeepRejects = 30 * 24 * time.Hour // they repeat personal data
	KeepTold    = 365 * 24 * time.Hour
	sweepEvery  = 6 * time.Hour
	halfSent    = ReceiveTime + time.Hour // what still has no document then will have none
)

// Import reads files into the directory for somebody, named to whoever finds the work
// under way; a trial writes nothing there. Its errors are in French.
type Import func(ctx context.Context, who string, files []string, opts intake.RunOptions) (intake.Report, error)

// Options of a Service; all are required.
type Options struct {
	Uploads *store.Uploads
	Audit   *store.Audit
	Dir     string // of the files
	Import  Import
	Names   func(ctx context.Context, ids []string) (map[string]string, error)
	Now     func() time.Time
	Log     *slog.Logger
}

// Service is the reception of one portal. It is safe for concurrent use.
type Service struct {
	Options
	portal string // its id, which lasts as long as its folder
	place  string // how people call it
	trials chan struct{}
	every  time.Duration // pace of what a run tells; shorter in tests

	mu    sync.Mutex
	base  context.Context // of the runs; nil until Serve
	queue []string        // runs asked for before Serve
	wg    sync.WaitGroup
}

// tellEvery is the pace at which a run tells how far it is and looks whether it is
// asked to stop.
const tellEvery = time.Second

// Open makes the folder and gives the portal its name. What an earlier life of this
// portal left is settled by Serve.
func Open(o Options) (*Service, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("dossier des imports : %w", err)
	}
	s := &Service{Options: o, trials: make(chan struct{}, 1), every: tellEvery}
	var err error
	if s.portal, err = nameOf(filepath.Join(o.Dir, "portal")); err != nil {
		return nil, fmt.Errorf("dossier des imports : %w", err)
	}
	if s.place, err = os.Hostname(); err != nil {
		s.place = "machine inconnue"
	}
	return s, nil
}

// nameOf reads the id in a file, and makes both when there is none.
func nameOf(file string) (string, error) {
	text, err := os.ReadFile(file) //nolint:gosec // in the data directory
	if err == nil && len(strings.TrimSpace(string(text))) == len(account.NewID()) {
		return strings.TrimSpace(string(text)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	id := strings.ToLower(rand.Text())
	return id, os.WriteFile(file, []byte(id+"\n"), 0o600)
}

// Serve settles what an earlier life of the portal left, does the runs that are asked
// for until ctx ends, and waits for those under way, which end at their next batch.
func (s *Service) Serve(ctx context.Context) {
	s.recover(ctx)
	s.mu.Lock()
	s.base = ctx
	waiting := s.queue
	s.queue = nil
	s.mu.Unlock()
	for _, id := range waiting {
		s.launch(id)
	}
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("uploads not swept", "err", err)
		}
		select {
		case <-ctx.Done():
			s.mu.Lock() // none begins any more
			s.mu.Unlock()
			s.wg.Wait()
			return
		case <-tick.C:
		}
	}
}

// recover tells of the runs that the end of the portal cut.
func (s *Service) recover(ctx context.Context) {
	docs, err := s.Uploads.On(ctx, s.portal)
	if err != nil {
		s.Log.Warn("uploads not read", "err", err)
		return
	}
	s.mu.Lock()
	asked := slices.Clone(s.queue)
	s.mu.Unlock()
	for _, d := range docs {
		if !d.Value.Running() || slices.Contains(asked, d.ID) {
			continue
		}
		err := s.end(ctx, d.ID, upload.Outcome{Failure: "le portail s’est arrêté pendant le travail", State: upload.Cut}, nil)
		if err != nil {
			s.Log.Warn("cut import not told", "upload", d.ID, "err", err)
		}
	}
}

// Here reports whether the files of an upload are on this portal.
func (s *Service) Here(u *upload.Upload) bool {
	if u.Portal != s.portal {
		return false
	}
	_, err := os.Stat(s.files(u.ID)) // #nosec G703 -- an id of ours, in the data directory
	return err == nil
}

// Place is how people call this portal.
func (s *Service) Place() string { return s.place }

func (s *Service) folder(id string) string { return filepath.Join(s.Dir, filepath.Base(id)) }
func (s *Service) files(id string) string  { return filepath.Join(s.folder(id), "files") }

// Folders of the rejects of a trial and of an import.
const (
	trialFolder  = "trial"
	importFolder = "import"
)

// List gives the newest uploads, at most limit; more reports whether there are others.
func (s *Service) List(ctx context.Context, limit int) (docs []store.Doc[upload.Upload], more bool, err error) {
	docs, err = s.Uploads.Scan(ctx, "", store.MaxUploads)
	if err != nil {
		return nil, false, err
	}
	slices.SortFunc(docs, func(a, b store.Doc[upload.Upload]) int { return b.Value.At.Compare(a.Value.At) })
	if len(docs) > limit {
		return docs[:limit], true, nil
	}
	return docs, false, nil
}

// Sweep removes files that nobody imports, rejects and documents that are old, and
// folders of which no document tells.
func (s *Service) Sweep(ctx context.Context) error {
	docs, err := s.Uploads.On(ctx, s.portal)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, d := range docs {
		known[d.ID] = true
		err = errors.Join(err, s.sweepOne(ctx, d))
	}
	entries, readErr := os.ReadDir(s.Dir)
	for _, e := range entries {
		info, statErr := e.Info()
		// What comes in at this moment has no document yet. Its age is by the clock of the disk.
		if !e.IsDir() || known[e.Name()] || statErr != nil || time.Since(info.ModTime()) < halfSent {
			continue
		}
		err = errors.Join(err, os.RemoveAll(filepath.Join(s.Dir, e.Name()))) // #nosec G703 -- a folder in the data directory
	}
	return errors.Join(err, readErr)
}

func (s *Service) sweepOne(ctx context.Context, d store.Doc[upload.Upload]) error {
	age := s.Now().Sub(d.Value.Changed())
	switch {
	case d.Value.Running():
		return nil
	case age > KeepTold:
		return errors.Join(os.RemoveAll(s.folder(d.ID)), s.Uploads.Delete(ctx, d)) // #nosec G703 -- an id of ours
	case d.Value.Kept() && age > KeepFiles:
		if err := d.Value.Expire(); err != nil {
			return err
		}
		if _, err := s.Uploads.Replace(ctx, d, s.change(store.ActorSystem, "upload.expire", nil)); err != nil {
			return err
		}
	}
	var err error
	if age > KeepRejects {
		err = os.RemoveAll(s.folder(d.ID)) // #nosec G703 -- an id of ours, in the data directory
	}
	if !d.Value.Kept() {
		err = errors.Join(err, os.RemoveAll(s.files(d.ID))) // #nosec G703 -- an id of ours, in the data directory
	}
	return err
}

// change is a write that the audit tells.
func (s *Service) change(actor, what string, patch []byte) store.Change {
	return store.Change{Actor: actor, At: s.Now(), Audit: true, What: what, Subject: subjectOf(actor), Patch: patch}
}

// subjectOf is the person whom a line is about: who did it.
func subjectOf(actor string) string {
	if actor == store.ActorSystem {
		return ""
	}
	return actor
}
