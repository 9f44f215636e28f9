package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"sourcier/internal/store"
	"sourcier/internal/store/archive"
	"sourcier/internal/structure"
)

// unfinished ends the name of a backup until it is whole.
const unfinished = ".incomplet"

// BackupReport says what a backup holds and where it is.
type BackupReport struct {
	archive.Manifest
	Path  string
	Bytes int64 // of the file
}

// Backup writes everything the store holds into one file, while others write.
// path is the file, which must not exist, or a directory, where the file is
// named after the time. The file has its name once it is whole and on the disk;
// until then it ends in « .incomplet », and an error leaves nothing. progress is
// told documents and files.
func (a *App) Backup(ctx context.Context, path string, progress func(done, total int)) (BackupReport, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "sourcier-"+a.Now().In(structure.Paris).Format("20060102-150405")+archive.Extension)
	}
	report := BackupReport{Path: path}
	err := writeWhole(path, func(w io.Writer) (err error) {
		counted := &counter{w: w}
		report.Manifest, err = a.WriteBackup(ctx, counted, progress)
		report.Bytes = counted.n
		return err
	})
	return report, a.explainBackup(err, path)
}

// WriteBackup is Backup to a writer, whose errors come back as they are.
func (a *App) WriteBackup(ctx context.Context, w io.Writer, progress func(done, total int)) (archive.Manifest, error) {
	kind := "sqlite"
	if a.Config.Store != "" {
		kind = "mongo"
	}
	return archive.Write(ctx, w, a.db, archive.Header{Portal: Version, Made: a.Now(), Store: kind}, progress)
}

// counter counts bytes on their way.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// writeWhole lets work write a file that appears under its name when it is
// complete and on the disk, or not at all. A kill leaves the unfinished file,
// which the next one of that name overwrites.
func writeWhole(path string, work func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s existe déjà : donner un autre nom, ou un dossier", path)
	}
	f, err := os.OpenFile(path+unfinished, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	// Not truncated before it is ours: another backup may be writing it.
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("%s : une autre sauvegarde écrit ce fichier", path)
	}
	err = f.Truncate(0)
	if err == nil {
		err = work(f)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Link(f.Name(), path) // unlike a rename, never over a file that came meanwhile
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOTSUP) {
			return errors.Join(os.Rename(f.Name(), path), syncDir(filepath.Dir(path)))
		}
	}
	return errors.Join(err, os.Remove(f.Name()), syncDir(filepath.Dir(path)))
}

// syncDir makes a new name last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// explainBackup says in French what keeps a backup from being written.
func (a *App) explainBackup(err error, path string) error {
	dir := filepath.Dir(path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fmt.Errorf("plus de place dans %s : la sauvegarde est abandonnée et rien n’en est laissé. Libérer de la place, ou la faire ailleurs (%w)", dir, err)
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("le dossier %s n’existe pas : le créer, ou en donner un autre", dir)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("pas le droit d’écrire dans %s : en changer les droits, ou donner un autre dossier", dir)
	case errors.Is(err, store.ErrLeaseLost):
		return fmt.Errorf("la sauvegarde a perdu la base de vue trop longtemps et n’est pas sûre : la refaire (%w)", err)
	}
	return Explain(err, a.Config)
}
