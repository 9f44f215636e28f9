package reception

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/intake"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/upload"
)

const (
	// MaxBytes bounds the files of one upload together: the largest that people have
	// is the compressed stock of the register, below 3 GB.
	MaxBytes = 4 << 30
	// MaxFiles of one upload.
	MaxFiles = 20
	// MaxName is how long the name of a file may be, in bytes.
	MaxName = 200
	// ReceiveTime is how long an upload may take to come.
	ReceiveTime = 2 * time.Hour
)

// Errors of what comes in.
var (
	ErrTooLarge = errors.New("the files are larger than what is taken")
	ErrFull     = errors.New("no room on the disk")
)

// Refusals that a person may read.
const (
	errNoFile = account.Fault("Choisissez au moins un fichier.")
	errMany   = account.Fault("Vingt fichiers au plus à la fois : déposez-les en plusieurs fois, ou dans un .zip.")
)

// Receiving is an upload that comes in: a folder that nothing tells of until it is kept.
type Receiving struct {
	s     *Service
	dir   string
	files []upload.File
	bytes int64
}

// Receive begins an upload.
func (s *Service) Receive() (*Receiving, error) {
	dir, err := os.MkdirTemp(s.Dir, "receiving-")
	if err == nil {
		err = os.Mkdir(filepath.Join(dir, "files"), 0o700) // #nosec G703 -- in the data directory
	}
	if err != nil {
		return nil, full(err)
	}
	return &Receiving{s: s, dir: dir}, nil
}

// Drop removes what has come; nothing after Keep.
func (r *Receiving) Drop() {
	if r.dir == "" {
		return
	}
	if err := os.RemoveAll(r.dir); err != nil { // #nosec G703 -- in the data directory
		r.s.Log.Warn("half an upload not removed", "err", err)
	}
}

// File writes a file to the disk as it comes. A refusal for a person is an
// account.Fault; ErrTooLarge, ErrFull.
func (r *Receiving) File(name string, src io.Reader) (err error) {
	name, err = CleanName(name)
	switch {
	case err != nil:
		return err
	case len(r.files) == MaxFiles:
		return errMany
	case slices.ContainsFunc(r.files, func(f upload.File) bool { return strings.EqualFold(f.Name, name) }):
		return account.Fault("Deux fichiers portent le nom « " + name + " » : renommez l’un des deux.")
	}
	f, err := os.OpenFile(filepath.Join(r.dir, "files", name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // a clean name
	if err != nil {
		return full(err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(src, MaxBytes-r.bytes+1))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return full(err)
	}
	if r.bytes += n; r.bytes > MaxBytes {
		return ErrTooLarge
	}
	if n == 0 {
		return account.Fault("Le fichier « " + name + " » est vide.")
	}
	r.files = append(r.files, upload.File{Name: name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// full tells a disk without room from other failures.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// CleanName takes the folders off the name that a browser gives a file, and refuses one
// that no folder of ours should hold.
func CleanName(name string) (string, error) {
	name = strings.TrimSpace(name[strings.LastIndexAny(name, `/\`)+1:])
	odd := strings.ContainsFunc(name, func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) })
	switch {
	case name == "", strings.HasPrefix(name, "."), odd, !utf8.ValidString(name):
		return "", account.Fault("Un des fichiers a un nom qui ne convient pas : renommez-le avec des lettres et des chiffres.")
	case len(name) > MaxName:
		return "", account.Fault("Un des fichiers a un nom trop long : 200 caractères au plus.")
	}
	return name, nil
}

// CheckChoices reads choices as the command line does.
func CheckChoices(c upload.Choices, today structure.Date) error {
	if _, err := intake.ParseFormat(c.Format); err != nil {
		return account.Fault("Ce format n’est pas de la liste.")
	}
	if c.Day > today {
		return account.Fault("Ce jour est à venir : donner celui où la source a établi le fichier.")
	}
	return c.Check()
}

// Keep makes an upload of what has come and asks for its trial. Sent twice, it is kept
// once: id is that of the form.
func (r *Receiving) Keep(ctx context.Context, actor, id string, choices upload.Choices) (store.Doc[upload.Upload], error) {
	s, now := r.s, r.s.Now()
	if len(r.files) == 0 {
		return store.Doc[upload.Upload]{}, errNoFile
	}
	if err := CheckChoices(choices, structure.DateOf(now)); err != nil {
		return store.Doc[upload.Upload]{}, err
	}
	if total, err := s.Uploads.Raw().Count(ctx); err != nil || total >= store.MaxUploads {
		return store.Doc[upload.Upload]{}, errors.Join(err, account.Fault("Le portail garde déjà mille imports : en attendre l’oubli, un an après leur fin."))
	}
	if err := r.date(choices.Day); err != nil {
		return store.Doc[upload.Upload]{}, err
	}
	u := upload.Upload{ID: id, By: actor, At: now, Portal: s.portal, Place: s.place, Files: r.files}
	if err := u.Try(actor, now, choices); err != nil {
		return store.Doc[upload.Upload]{}, err
	}
	if err := os.Rename(r.dir, s.folder(id)); err != nil { // #nosec G703 -- an id of a form, held to its pattern
		return s.replayed(ctx, actor, id, err)
	}
	r.dir = s.folder(id)
	patch, err := receivedPatch(ctx, &u)
	if err != nil {
		return store.Doc[upload.Upload]{}, err
	}
	d, err := s.Uploads.Insert(ctx, u, s.change(actor, "upload.receive", patch))
	if err != nil { // the folder is dropped by who called
		return s.replayed(ctx, actor, id, err)
	}
	r.dir = ""
	s.launch(id)
	return d, nil
}

// replayed gives the upload that the same form made before, or the error.
func (s *Service) replayed(ctx context.Context, actor, id string, err error) (store.Doc[upload.Upload], error) {
	d, getErr := s.Uploads.Get(ctx, id)
	if getErr != nil || d.Value.By != actor {
		return store.Doc[upload.Upload]{}, err
	}
	return d, nil
}

// date gives the files the day that somebody says they are of: the intake takes the
// last change of a file that tells no day itself.
func (r *Receiving) date(day structure.Date) error {
	return dateFiles(filepath.Join(r.dir, "files"), r.files, day)
}

func dateFiles(dir string, files []upload.File, day structure.Date) error {
	if day == "" {
		return nil
	}
	noon := day.Time().Add(12 * time.Hour)
	for _, f := range files {
		if err := os.Chtimes(filepath.Join(dir, f.Name), noon, noon); err != nil {
			return err
		}
	}
	return nil
}

// receivedPatch is what the audit keeps of files.
func receivedPatch(ctx context.Context, u *upload.Upload) ([]byte, error) {
	var files []string
	for _, f := range u.Files {
		files = append(files, f.Name+" "+f.SHA256)
	}
	fields := append(choicesPatch(&u.Choices), store.Changed{Field: "files", After: files})
	return store.Patch(ctx, nil, fields...)
}

func choicesPatch(c *upload.Choices) (out []store.Changed) {
	if c.Format != "" {
		out = append(out, store.Changed{Field: "format", After: c.Format})
	}
	if len(c.Territory) > 0 {
		out = append(out, store.Changed{Field: "territory", After: c.Territory})
	}
	if c.Day != "" {
		out = append(out, store.Changed{Field: "day", After: string(c.Day)})
	}
	if c.Partial {
		out = append(out, store.Changed{Field: "partial", After: true})
	}
	if c.AcceptStale {
		out = append(out, store.Changed{Field: "accept_stale", After: true})
	}
	return out
}
