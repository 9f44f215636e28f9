package reception

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/intake"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/internal/upload"
)

// errStopped is the cause of the end of a run that somebody stopped.
var errStopped = errors.New("stopped by a person")

// ErrElsewhere refuses work on files that are on another portal.
const ErrElsewhere = account.Fault("Ces fichiers sont sur un autre portail : c’est de là qu’ils s’importent.")

// at asks for a step of an upload as a page showed it: ErrConflict when it has changed
// since.
func (s *Service) at(ctx context.Context, id string, version int64, step func(*upload.Upload) (store.Change, error)) error {
	d, err := s.Uploads.Get(ctx, id)
	if err != nil {
		return err
	}
	change, err := step(&d.Value)
	if err != nil {
		return err
	}
	if d.Version != version {
		return store.ErrConflict
	}
	_, err = s.Uploads.Replace(ctx, d, change)
	return err
}

// Try asks for another trial, under other choices.
func (s *Service) Try(ctx context.Context, actor, id string, version int64, choices upload.Choices) error {
	if err := CheckChoices(choices, structure.DateOf(s.Now())); err != nil {
		return err
	}
	patch, err := store.Patch(ctx, nil, choicesPatch(&choices)...)
	if err != nil {
		return err
	}
	err = s.at(ctx, id, version, func(u *upload.Upload) (store.Change, error) {
		if err := u.Try(actor, s.Now(), choices); err != nil {
			return store.Change{}, err
		}
		if !s.Here(u) {
			return store.Change{}, ErrElsewhere
		}
		return s.change(actor, "upload.try", patch), dateFiles(s.files(id), u.Files, choices.Day)
	})
	if err == nil {
		s.launch(id)
	}
	return err
}

// Begin asks for the import.
func (s *Service) Begin(ctx context.Context, actor, id string, version int64) error {
	err := s.at(ctx, id, version, func(u *upload.Upload) (store.Change, error) {
		if err := u.Begin(actor, s.Now()); err != nil {
			return store.Change{}, err
		}
		if !s.Here(u) {
			return store.Change{}, ErrElsewhere
		}
		return s.change(actor, "upload.begin", nil), nil
	})
	if err == nil {
		s.launch(id)
	}
	return err
}

// Stop asks whoever does the run to end it: no version, since a run tells how far it
// is all the time.
func (s *Service) Stop(ctx context.Context, actor, id string) error {
	_, err := store.Update(ctx, s.Uploads.Collection, id, func(u *upload.Upload) (store.Change, error) {
		return s.change(actor, "upload.stop", nil), u.Stop(actor)
	})
	return err
}

// Abandon gives the files up. Those of another portal are removed by it.
func (s *Service) Abandon(ctx context.Context, actor, id string, version int64) error {
	here := false
	err := s.at(ctx, id, version, func(u *upload.Upload) (store.Change, error) {
		here = u.Portal == s.portal
		return s.change(actor, "upload.abandon", nil), u.Abandon(s.Now())
	})
	if err != nil || !here {
		return err
	}
	return os.RemoveAll(s.folder(id)) // #nosec G703 -- an id of ours, in the data directory
}

// launch does the run that a document asks for, beside the page that asked.
func (s *Service) launch(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.base == nil {
		s.queue = append(s.queue, id)
		return
	}
	ctx := s.base
	if ctx.Err() != nil {
		return // the next life of the portal tells that it was cut
	}
	s.wg.Go(func() {
		if err := s.run(ctx, id); err != nil {
			s.Log.Error("upload not worked on", "upload", id, "err", err)
		}
	})
}

// run does a trial or an import to its end, and tells it.
func (s *Service) run(base context.Context, id string) error {
	d, err := s.Uploads.Get(base, id)
	if err != nil || !d.Value.Running() {
		return err
	}
	u := &d.Value
	ctx, stop := context.WithCancelCause(base)
	defer stop(nil)
	var now atomic.Pointer[intake.Progress]
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		s.follow(ctx, id, &now, func() { stop(errStopped) })
	}()
	report, err := s.work(ctx, u, func(p intake.Progress) { now.Store(&p) })
	outcome, told := outcomeOf(base, ctx, report, err)
	stop(nil)
	<-followed
	return s.end(context.WithoutCancel(base), id, told, outcome)
}

// work imports the files, or tries to. One trial at a time: each reads the whole
// directory.
func (s *Service) work(ctx context.Context, u *upload.Upload, tell func(intake.Progress)) (intake.Report, error) {
	dry := u.State == upload.Trying
	if dry {
		select {
		case s.trials <- struct{}{}:
			defer func() { <-s.trials }()
		case <-ctx.Done():
			return intake.Report{}, context.Cause(ctx)
		}
	}
	opts, err := runOptions(u)
	if err != nil {
		return intake.Report{}, err
	}
	opts.Progress, opts.RejectsDir = tell, filepath.Join(s.folder(u.ID), importFolder)
	if dry {
		opts.RejectsDir = filepath.Join(s.folder(u.ID), trialFolder)
	}
	if err := os.RemoveAll(opts.RejectsDir); err != nil { // #nosec G703 -- of a run before, in the data directory
		return intake.Report{}, err
	}
	files := make([]string, 0, len(u.Files))
	for _, f := range u.Files {
		files = append(files, filepath.Join(s.files(u.ID), f.Name))
	}
	return s.Import(ctx, s.who(ctx, u), files, opts)
}

// who names the run to whoever finds it under way.
func (s *Service) who(ctx context.Context, u *upload.Upload) string {
	by := u.Current().By
	names, err := s.Names(ctx, []string{by})
	if err != nil || names[by] == "" {
		return "depuis les pages d’administration"
	}
	return names[by] + ", depuis les pages d’administration"
}

// runOptions are the choices as the intake takes them.
func runOptions(u *upload.Upload) (intake.RunOptions, error) {
	format, err := intake.ParseFormat(u.Choices.Format)
	opts := intake.RunOptions{Format: format, Partial: u.Choices.Partial, AcceptStale: u.Choices.AcceptStale, DryRun: u.State == upload.Trying}
	for _, value := range u.Choices.Territory {
		t, resolveErr := territory.Default().Resolve(value)
		err = errors.Join(err, resolveErr)
		opts.Territory = append(opts.Territory, t)
	}
	return opts, err
}

// follow tells how far a run is, and stops it when it is asked to, until ctx ends.
func (s *Service) follow(ctx context.Context, id string, now *atomic.Pointer[intake.Progress], stop func()) {
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		d, err := store.Update(ctx, s.Uploads.Collection, id, func(u *upload.Upload) (store.Change, error) {
			var p upload.Progress
			if n := now.Load(); n != nil {
				p = upload.Progress{File: n.File, Rows: n.Rows, Bytes: n.Bytes, Total: n.TotalBytes, Remaining: n.Remaining}
			}
			u.Tell(s.Now(), p)
			return store.Change{Actor: store.ActorSystem, At: s.Now()}, nil
		})
		switch {
		case err == nil && d.Value.StopBy != "":
			stop()
		case err != nil && ctx.Err() == nil:
			s.Log.Warn("progress of an import not told", "upload", id, "err", err)
		}
	}
}

// outcomeOf says what a run came to; the report goes to the audit too.
func outcomeOf(base, ctx context.Context, report intake.Report, err error) (*intake.Report, upload.Outcome) {
	report.Rejects = filepath.Base(report.Rejects) // the folder is nobody's business
	if report.Rejects == "." {
		report.Rejects = ""
	}
	o := upload.Outcome{Useful: useful(&report)}
	if len(report.Files) > 0 {
		o.Report, _ = json.Marshal(report) // of plain values
	}
	var done *intake.InterruptedError
	switch {
	case err == nil:
	case base.Err() != nil:
		o.State, o.Failure = upload.Cut, "le portail s’est arrêté pendant le travail"
	case errors.Is(context.Cause(ctx), errStopped):
		o.State, o.Failure = upload.Stopped, "arrêté à la demande d’une personne"
		if errors.As(err, &done) && !report.DryRun {
			o.Failure = fmt.Sprintf("arrêté à la demande d’une personne, après %d lignes lues", done.Read)
		}
	default:
		o.State, o.Failure = upload.Failed, strings.TrimSuffix(err.Error(), ".")
	}
	return &report, o
}

// useful reports whether a run found something that counts.
func useful(r *intake.Report) bool {
	for _, f := range r.Files {
		if f.Read > f.Rejected {
			return true
		}
	}
	return false
}

// endTries is how often the end of a run is told to a store that fails.
const endTries = 5

// end tells what a run came to. Who cannot tell it leaves it to the next life of the
// portal, which tells that it was cut.
func (s *Service) end(ctx context.Context, id string, o upload.Outcome, report *intake.Report) error {
	patch, err := outcomePatch(ctx, &o, report)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		over := false
		d, err := store.Update(ctx, s.Uploads.Collection, id, func(u *upload.Upload) (store.Change, error) {
			by := u.Current().By
			if o.State == upload.Stopped && u.StopBy != "" {
				by = u.StopBy
			}
			if err := u.End(s.Now(), o); err != nil {
				over = true // another portal took this one for gone
				return store.Change{}, err
			}
			return s.change(by, endCode(u.State), patch), nil
		})
		if err == nil && d.Value.State == upload.Imported {
			return os.RemoveAll(s.files(id)) // #nosec G703 -- an id of ours, in the data directory
		}
		if err == nil || over || try == endTries {
			return err
		}
		time.Sleep(s.every)
	}
}

// endCode is the audit code of the end of a run.
func endCode(state upload.State) string {
	switch state {
	case upload.Tried:
		return "upload.tried"
	case upload.Imported:
		return "upload.imported"
	case upload.Stopped:
		return "upload.stopped"
	case upload.Cut:
		return "upload.cut"
	}
	return "upload.failed"
}

func outcomePatch(ctx context.Context, o *upload.Outcome, report *intake.Report) ([]byte, error) {
	var fields []store.Changed
	if o.Failure != "" {
		fields = append(fields, store.Changed{Field: "failure", After: o.Failure})
	}
	if report != nil {
		total := report.Total()
		for _, f := range []struct {
			name string
			n    int64
		}{{"read", total.Read}, {"created", total.Created}, {"updated", total.Updated}, {"unchanged", total.Unchanged}, {"rejected", total.Rejected}, {"stale", Stale(report)}} {
			fields = append(fields, store.Changed{Field: f.name, After: f.n})
		}
	}
	return store.Patch(ctx, nil, fields...)
}

// Stale is how many sheets the lists of a report no longer confirm.
func Stale(r *intake.Report) (n int64) {
	for _, f := range r.Files {
		n += f.Stale
	}
	return n
}
