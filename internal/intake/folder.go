package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sourcier/internal/intake/input"
)

// Limits of a folder: beyond, it is refused whole, since nobody meant to import
// a home directory.
const (
	maxDepth  = 12        // folders in folders
	maxFound  = 20_000    // files and folders
	maxFolder = 256 << 30 // bytes of files; ten times all that the portal reads
)

// given is a file of a run: an argument, or found in a folder that is one.
type given struct {
	path  string
	name  string // for people; "" is the base name
	found bool   // in a folder, where what is of no use is told and is no failure
	aside string // why it is not even opened, in French
	err   error  // why it is refused, in French
}

// expand puts what folders hold in their place, always in the same order. Names
// that begin with a dot, links and what is no regular file are told and not read.
func (s *session) expand(ctx context.Context, files []string) ([]given, error) {
	var out []given
	for _, name := range files {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			out = append(out, given{path: name})
			continue
		}
		w := &walk{limits: s.imp.folder}
		label := folderName(name)
		err := w.folder(ctx, name, label, 0)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		switch {
		case err != nil:
			out = append(out, given{path: name, name: label, err: err})
		case len(w.out) == 0:
			out = append(out, given{path: name, name: label, found: true, aside: "ce dossier est vide"})
		default:
			out = append(out, w.out...)
		}
	}
	return out, nil
}

// folderName is how a folder is called in front of its files: « . » has a name too.
func folderName(name string) string {
	if whole, err := filepath.Abs(name); err == nil {
		name = whole
	}
	return filepath.Base(name)
}

// folderLimits are smaller in tests.
type folderLimits struct {
	depth, found int
	bytes        int64
}

// walk lists the files of a folder.
type walk struct {
	limits folderLimits
	out    []given
	bytes  int64
}

// folder lists one folder; the error refuses the whole of the folder given.
func (w *walk) folder(ctx context.Context, dir, label string, depth int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := readDir(dir, w.limits.found-len(w.out)+1)
	if err != nil && depth == 0 {
		return &RefusalError{Cause: Cause(input.Unreadable), Text: "ce dossier ne peut pas être lu : vérifier ses droits d’accès (" + err.Error() + ")"}
	}
	if err != nil {
		w.out = append(w.out, given{path: dir, name: label, found: true,
			err: &RefusalError{Cause: Cause(input.Unreadable), Text: "ce dossier ne peut pas être lu : vérifier ses droits d’accès (" + err.Error() + ")"}})
		return nil
	}
	for _, e := range entries {
		if len(w.out) >= w.limits.found {
			return tooLarge(fmt.Sprintf("ce dossier contient plus de %s : nommer les dossiers ou les fichiers à importer",
				count(int64(w.limits.found), "fichier", "fichiers")))
		}
		if err := w.entry(ctx, e, filepath.Join(dir, e.Name()), path.Join(label, e.Name()), depth); err != nil {
			return err
		}
	}
	return nil
}

// readDir lists a folder by name; of a folder beyond the limit, enough to know it.
func readDir(dir string, most int) ([]os.DirEntry, error) {
	f, err := os.Open(dir) //nolint:gosec // named by the operator
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	entries, err := f.ReadDir(max(most, 1))
	if len(entries) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

func (w *walk) entry(ctx context.Context, e os.DirEntry, name, label string, depth int) error {
	one := given{path: name, name: label, found: true}
	switch {
	case strings.HasPrefix(e.Name(), "."):
		one.aside = "nom caché, qui commence par un point"
	case e.Type()&os.ModeSymlink != 0:
		one.aside = "lien vers un autre endroit : nommer le fichier lui-même pour l’importer"
	case e.IsDir() && depth+1 >= w.limits.depth:
		one.err = tooLarge(fmt.Sprintf("plus de %d dossiers les uns dans les autres : nommer celui-ci pour l’importer", w.limits.depth))
	case e.IsDir():
		return w.folder(ctx, name, label, depth+1)
	case !e.Type().IsRegular():
		one.aside = "ce n’est pas un fichier ordinaire"
	default:
		if info, err := e.Info(); err == nil { // gone meanwhile: told when it is opened
			w.bytes += info.Size()
		}
	}
	w.out = append(w.out, one)
	if w.bytes > w.limits.bytes {
		return tooLarge(fmt.Sprintf("ce dossier contient plus de %d Go : nommer les fichiers à importer", w.limits.bytes>>30))
	}
	return nil
}

func tooLarge(text string) error { return &RefusalError{Cause: Cause(input.TooLarge), Text: text} }

// useless reports whether a refusal says that a file is no data for the
// directory, rather than data that cannot be read.
func useless(err error) bool {
	var refusal *RefusalError
	var foreign *input.Error
	switch {
	case errors.As(err, &refusal):
		return refusal.Cause == UnknownFormat || refusal.Cause == NotRead || refusal.Cause == WrongFormat
	case errors.As(err, &foreign):
		return foreign.Cause == input.Foreign || foreign.Cause == input.Empty
	}
	return false
}
