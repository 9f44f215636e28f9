package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/store/archive"
	"sourcier/internal/structure"
)

// RestoreOptions changes how a restore goes.
type RestoreOptions struct {
	Replace  bool                  // also into a store that holds something, of which a backup is made first
	Progress func(done, total int) // bytes of the archive, which is read twice
}

// RestoreReport says what was restored.
type RestoreReport struct {
	archive.Loaded
	Before string // backup of what the store held, "" when it was empty
	Secret string // what is to be done about the portal's key, "" when it is that of the store
}

// Restore fills an empty store, of either kind, from a backup, with the ids,
// versions and pending effects it holds. The whole archive is verified before
// anything is written. Killed in the middle, it can be run again, and until then
// nothing else opens the store. The index is rebuilt at the next start. Leases
// are in no backup. Errors are in French, *archive.RefusedError among them.
func Restore(ctx context.Context, cfg Config, log *slog.Logger, path string, opts RestoreOptions) (report RestoreReport, err error) {
	file, err := os.Open(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return report, fmt.Errorf("la sauvegarde %s n’existe pas", path)
	case errors.Is(err, os.ErrPermission):
		return report, fmt.Errorf("pas le droit de lire la sauvegarde %s", path)
	case err != nil:
		return report, fmt.Errorf("sauvegarde : %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	progress, err := readProgress(file, opts.Progress)
	if err != nil {
		return report, err
	}
	verified, err := archive.Read(ctx, progress, store.Schemas(), nil)
	if err != nil {
		return report, err
	}
	unlock, err := lockDir(cfg.Data, "restore")
	if err != nil {
		return report, err
	}
	a := &App{Config: cfg, Log: log, Now: time.Now, unlock: unlock}
	defer func() { err = errors.Join(err, a.Close()) }()
	if a.db, err = openDB(ctx, cfg); err != nil {
		return report, Explain(err, cfg)
	}
	err = a.underLease(ctx, "import", func(ctx context.Context) error {
		if report.Before, err = a.makeRoom(ctx, opts.Replace); err != nil {
			return err
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if report.Loaded, err = a.fill(ctx, progress, verified, filepath.Base(path)); err != nil {
			return err
		}
		report.Secret, err = a.otherSecret(ctx)
		return err
	})
	var half *unfinishedError
	if errors.As(err, &half) {
		return report, err
	}
	return report, Explain(err, cfg)
}

// unfinishedError says that the store is not whole and what ends that.
type unfinishedError struct {
	what  string
	cause error
}

func (e *unfinishedError) Error() string {
	return fmt.Sprintf("%s ; d’ici là, la base n’est pas utilisable (%v)", e.what, e.cause)
}

func (e *unfinishedError) Unwrap() error { return e.cause }

// fill loads the archive. What the index knows of an id and version is of
// another store: it goes before the store is whole again.
func (a *App) fill(ctx context.Context, r io.Reader, verified archive.Manifest, name string) (archive.Loaded, error) {
	note := fmt.Sprintf("%s, depuis le %s", name, a.Now().In(structure.Paris).Format("02/01/2006 à 15:04"))
	loaded, err := archive.Load(ctx, r, a.db, store.Schemas(), note)
	if errors.Is(err, store.ErrFull) {
		return loaded, &unfinishedError{"plus de place sur le disque pour la base : en libérer, puis relancer la même commande", err}
	}
	if err != nil {
		return loaded, &unfinishedError{"restauration interrompue : relancer la même commande", err}
	}
	if loaded.Blobs.SHA256 != verified.Blobs.SHA256 || !loaded.Point.Equal(verified.Point) {
		return loaded, &unfinishedError{"l’archive a changé pendant la restauration : relancer la commande", errors.New("deux lectures diffèrent")}
	}
	if err := os.RemoveAll(filepath.Join(a.Config.Data, "index")); err != nil {
		return loaded, err
	}
	if err := a.doubtMails(ctx); err != nil {
		return loaded, &unfinishedError{"restauration interrompue : relancer la même commande", err}
	}
	return loaded, a.db.EndRestore(ctx)
}

// doubtMails has a person decide on the mails that waited when the backup was made:
// they may have been sent since, or the store may be a copy for a trial.
func (a *App) doubtMails(ctx context.Context) error {
	messages, err := store.OpenMessages(ctx, a.db)
	if err != nil {
		return err
	}
	n, err := messages.Doubt(ctx, a.Now())
	if n > 0 {
		a.Log.Warn("mails of the backup may have been sent since: they wait for a person's choice", "count", n)
	}
	return err
}

// makeRoom refuses a store that holds something, or makes a backup of it. What
// an unfinished restore left is no loss.
func (a *App) makeRoom(ctx context.Context, replace bool) (before string, err error) {
	note, err := a.db.Restoring(ctx)
	if err != nil || note != "" {
		return "", err
	}
	held, err := a.holds(ctx)
	if err != nil || held == "" {
		return "", err
	}
	if !replace {
		return "", fmt.Errorf("la base n’est pas vide (%s) : restaurer dans une base vide, avec un autre SOURCIER_DATA ou SOURCIER_STORE, ou ajouter --replace, qui en fait d’abord une sauvegarde puis la vide", held)
	}
	before = filepath.Join(a.Config.Data, "avant-restauration-"+a.Now().In(structure.Paris).Format("20060102-150405")+archive.Extension)
	_, err = a.Backup(ctx, before, func(int, int) {})
	if err != nil {
		return "", fmt.Errorf("la base n’a pas été touchée, car sa sauvegarde a échoué : %w", err)
	}
	return before, nil
}

// holds says what is in the store, "" when it is empty: « 400 structure, 2 blob ».
func (a *App) holds(ctx context.Context) (string, error) {
	s, err := a.db.Snapshot(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Close() }()
	names, err := s.Collections(ctx)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, name := range names {
		raw, err := a.db.Collection(ctx, name)
		if err != nil {
			return "", err
		}
		n, err := raw.Count(ctx)
		if err != nil {
			return "", err
		}
		if n > 0 && name != store.SecretMarkCollection { // of a store that was opened and no more
			parts = append(parts, fmt.Sprintf("%d %s", n, name))
		}
	}
	return strings.Join(parts, ", "), nil
}

// counting tells how far two passes over a file are.
type counting struct {
	f        *os.File
	progress func(done, total int)
	done     int
	total    int
}

func readProgress(f *os.File, progress func(done, total int)) (*counting, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s n’est pas un fichier : donner l’archive faite par « sourcier backup »", f.Name())
	}
	return &counting{f: f, progress: progress, total: 2 * int(info.Size())}, nil
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.f.Read(p)
	c.done += n
	c.progress(c.done, c.total)
	return n, err
}
