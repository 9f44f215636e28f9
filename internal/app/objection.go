package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// objectionCheck is marked with the first objection: it tells whether a key is
// that of the list.
const objectionCheck = "check"

// objectionKeySize is that of the key, in bytes.
const objectionKeySize = 32

// keyPath is where the key of the opposition list is.
func (a *App) keyPath() string {
	if a.Config.ObjectionKeyFile != "" {
		return a.Config.ObjectionKeyFile
	}
	return filepath.Join(a.Config.Data, "objection.key")
}

// objectionKey reads the key, and makes it when create is set and there is none.
func (a *App) objectionKey(create bool) (structure.ObjectionKey, error) {
	text, err := os.ReadFile(a.keyPath())
	if errors.Is(err, fs.ErrNotExist) && create {
		key := make([]byte, objectionKeySize)
		if _, err := rand.Read(key); err != nil {
			return nil, err
		}
		return key, os.WriteFile(a.keyPath(), []byte(hex.EncodeToString(key)+"\n"), 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("clé de la liste d’opposition (SOURCIER_OBJECTION_KEY_FILE) : remettre le fichier gardé à part, sans lui la liste ne peut pas être respectée (%w)", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != objectionKeySize {
		return nil, fmt.Errorf("clé de la liste d’opposition : %s ne contient pas %d octets en hexadécimal ; remettre le fichier gardé à part", a.keyPath(), objectionKeySize)
	}
	return key, nil
}

// objections gives what answers whether a number is on the list, nil when nobody is.
func (a *App) objections(ctx context.Context) (func(number string) bool, error) {
	marks := map[string]bool{}
	err := a.Provenance.Objections.All(ctx, func(d store.Doc[structure.Objection]) error {
		marks[d.Value.Mark] = true
		return nil
	})
	if err != nil || len(marks) == 0 {
		return nil, err
	}
	key, err := a.objectionKey(false)
	if err != nil {
		return nil, err
	}
	if !marks[key.Mark(objectionCheck)] {
		return nil, wrongKey(a.keyPath())
	}
	return func(number string) bool { return marks[key.Mark(number)] }, nil
}

func wrongKey(path string) error {
	return fmt.Errorf("%s n’est pas la clé de cette liste d’opposition : remettre le fichier gardé à part, le même pour tous les portails d’une base", path)
}

// ParseObjection reads a SIRET, a SIREN or « finess:… »; the error is in French.
func ParseObjection(text string) (number string, err error) {
	if finess, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(text)), "finess:"); ok {
		n, err := structure.ParseFINESS(finess)
		if err != nil {
			return "", fmt.Errorf("« %s » : un numéro FINESS a 9 caractères", text)
		}
		return "finess:" + n, nil
	}
	if n, _, err := structure.ParseSIRET(text); err == nil {
		return "siret:" + n, nil
	}
	if n, _, err := structure.ParseSIREN(text); err == nil {
		return "siren:" + n, nil
	}
	return "", fmt.Errorf("« %s » n’est ni un SIRET (14 chiffres), ni un SIREN (9 chiffres), ni « finess: » suivi du numéro", text)
}

// AddObjection puts a number (ParseObjection) on the opposition list, which every
// import respects, and withdraws its sheets. known tells that it was there.
func (a *App) AddObjection(ctx context.Context, number string) (known bool, withdrawn int, err error) {
	n, err := a.Provenance.Objections.Raw().Count(ctx)
	if err != nil {
		return false, 0, Explain(err, a.Config)
	}
	key, err := a.objectionKey(n == 0) // a list that there is has a key, which another one cannot replace
	if err != nil {
		return false, 0, err
	}
	err = a.underLease(ctx, "import", func(ctx context.Context) error {
		if err := a.checkKey(ctx, key); err != nil {
			return err
		}
		what, _, _ := strings.Cut(number, ":")
		known, err = a.putObjection(ctx, structure.Objection{Mark: key.Mark(number), What: what, On: structure.DateOf(a.Now())})
		if err != nil {
			return err
		}
		withdrawn, err = a.withdraw(ctx, number)
		return err
	})
	return known, withdrawn, Explain(errors.Join(err, a.syncIndex(context.WithoutCancel(ctx))), a.Config)
}

// checkKey refuses a key that is not that of the list, and marks a new list with it.
func (a *App) checkKey(ctx context.Context, key structure.ObjectionKey) error {
	n, err := a.Provenance.Objections.Raw().Count(ctx)
	if err != nil {
		return err
	}
	mark := key.Mark(objectionCheck)
	if n == 0 {
		_, err := a.putObjection(ctx, structure.Objection{Mark: mark, What: objectionCheck, On: structure.DateOf(a.Now())})
		return err
	}
	if _, err := a.Provenance.Objections.Get(ctx, mark); errors.Is(err, store.ErrNotFound) {
		return wrongKey(a.keyPath())
	} else if err != nil {
		return err
	}
	return nil
}

func (a *App) putObjection(ctx context.Context, o structure.Objection) (known bool, err error) {
	_, err = a.Provenance.Objections.Insert(ctx, o, store.Change{Actor: "objection", At: a.Now()})
	if errors.Is(err, store.ErrDuplicate) {
		return true, nil
	}
	return false, err
}

// withdraw removes the sheets of a number, and what is kept of its legal unit.
func (a *App) withdraw(ctx context.Context, number string) (n int, err error) {
	const page = 100
	for { // those that changed meanwhile come again
		docs, err := a.holders(ctx, number, page)
		if err != nil {
			return n, err
		}
		if len(docs) == 0 {
			break
		}
		for _, d := range docs {
			err := a.Structures.Delete(ctx, d)
			switch {
			case err == nil:
				n++
			case !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound):
				return n, err
			}
		}
	}
	return n, a.forgetUnit(ctx, number)
}

// forgetUnit removes what is kept of a legal unit when the number is a SIREN.
func (a *App) forgetUnit(ctx context.Context, number string) error {
	siren, ok := strings.CutPrefix(number, "siren:")
	if !ok {
		return nil
	}
	unit, err := a.Provenance.Units.Get(ctx, siren)
	if err == nil {
		err = a.Provenance.Units.Delete(ctx, unit)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

func (a *App) holders(ctx context.Context, number string, limit int) ([]store.Doc[structure.Structure], error) {
	if !strings.HasPrefix(number, "finess:") {
		return a.Structures.FindLookup(ctx, number, limit)
	}
	d, err := a.Structures.FindUnique(ctx, number)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return []store.Doc[structure.Structure]{d}, err
}

// RemoveObjection takes a number off the list; known tells that it was there.
func (a *App) RemoveObjection(ctx context.Context, number string) (known bool, err error) {
	key, err := a.objectionKey(false)
	if err != nil {
		return false, err
	}
	err = a.underLease(ctx, "import", func(ctx context.Context) error {
		if err := a.checkKey(ctx, key); err != nil {
			return err
		}
		d, err := a.Provenance.Objections.Get(ctx, key.Mark(number))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		known = true
		return a.Provenance.Objections.Delete(ctx, d)
	})
	return known, Explain(err, a.Config)
}

// Objections lists what is on the list: never a number, which it does not know.
func (a *App) Objections(ctx context.Context) (list []structure.Objection, err error) {
	err = a.Provenance.Objections.All(ctx, func(d store.Doc[structure.Objection]) error {
		if d.Value.What != objectionCheck {
			list = append(list, d.Value)
		}
		return nil
	})
	return list, Explain(err, a.Config)
}
