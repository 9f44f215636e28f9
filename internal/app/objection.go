package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"sourcier/internal/directory"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// objectionCheck is marked with the first objection: it tells whether a key is
// that of the list.
const objectionCheck = "check"

// keyPath is where the key of the opposition list is.
func (a *App) keyPath() string {
	if a.Config.ObjectionKeyFile != "" {
		return a.Config.ObjectionKeyFile
	}
	return filepath.Join(a.Config.Data, "objection.key")
}

// objectionKey reads the key, and makes it when create is set and there is none.
func (a *App) objectionKey(create bool) (structure.ObjectionKey, error) {
	key, err := readKey(a.keyPath(), create)
	switch {
	case errors.Is(err, errKeyShape):
		return nil, fmt.Errorf("clé de la liste d’opposition : %w ; remettre le fichier gardé à part", err)
	case err != nil:
		return nil, fmt.Errorf("clé de la liste d’opposition (SOURCIER_OBJECTION_KEY_FILE) : remettre le fichier gardé à part, sans lui la liste ne peut pas être respectée (%w)", err)
	}
	return key, nil
}

func wrongKey(path string) error {
	return fmt.Errorf("%s n’est pas la clé de cette liste d’opposition : remettre le fichier gardé à part, le même pour tous les portails d’une base", path)
}

// objected reports whether a number is on the opposition list.
func (a *App) objected(ctx context.Context, number string) (bool, error) {
	list, err := a.openObjections(ctx, false)
	return list != nil && list.has(number), err
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
// import respects, and withdraws its sheets; what else they were known by follows
// it. known tells that it was there.
func (a *App) AddObjection(ctx context.Context, number string) (known bool, withdrawn int, err error) {
	err = a.asImport(ctx, func(ctx context.Context) error {
		list, err := a.openObjections(ctx, true)
		if err != nil {
			return err
		}
		if known, err = list.put(ctx, number, list.mark(number)); err != nil {
			return err
		}
		withdrawn, err = a.withdraw(ctx, list, number)
		return err
	})
	return known, withdrawn, Explain(err, a.Config)
}

// withdraw removes the sheets of a number with what their structures wrote, and what
// is kept of its legal unit.
// What follows is marked before its sheet goes: a withdrawal cut short is then
// ended by the same command.
func (a *App) withdraw(ctx context.Context, list *objectionList, number string) (n int, err error) {
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
			if err := a.withdrawTwins(ctx, list, number, &d.Value); err != nil {
				return n, err
			}
			if err := a.follow(ctx, list, number, &d.Value); err != nil {
				return n, err
			}
			if err := a.Directory.Forget(ctx, d.ID); err != nil {
				return n, err
			}
			err := a.Structures.Delete(ctx, d)
			switch {
			case err == nil:
				n++
				// Its files go with it; cut short here, the daily upkeep sees that nothing names them.
				if _, err := a.Blobs.Erase(ctx, directory.FileOwner(d.ID)); err != nil {
					return n, err
				}
			case !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound):
				return n, err
			}
		}
	}
	return n, errors.Join(a.Directory.ForgetNumber(ctx, number), a.forgetUnit(ctx, number))
}

// withdrawTwins removes the duplicates that a sheet stands for, and the sheets that
// stand for it: they hold what it said.
func (a *App) withdrawTwins(ctx context.Context, list *objectionList, number string, s *structure.Structure) error {
	seen, next := map[string]bool{s.ID: true}, s.Twins()
	for len(next) > 0 {
		id := next[0]
		if next = next[1:]; seen[id] {
			continue
		}
		seen[id] = true
		twin, err := a.Structures.Get(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		next = append(next, twin.Value.Twins()...)
		if err := a.follow(ctx, list, number, &twin.Value); err != nil {
			return err
		}
		if err := a.Directory.Forget(ctx, twin.ID); err != nil {
			return err
		}
		if err := a.Structures.Delete(ctx, twin); errors.Is(err, store.ErrConflict) {
			delete(seen, id) // changed meanwhile: again
			next = append(next, id)
		} else if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// follow marks what else a sheet that is withdrawn is known by. Not its SIREN,
// which has other establishments, nor a SIRET that another sheet has too: several
// FINESS numbers may share one.
func (a *App) follow(ctx context.Context, list *objectionList, number string, s *structure.Structure) error {
	follow := s.NameKeys()
	if s.FINESS != "" {
		follow = append(follow, "finess:"+s.FINESS)
	}
	if siret := "siret:" + s.SIRET; s.SIRET != "" && strings.HasPrefix(number, "finess:") {
		same, err := a.Structures.FindLookup(ctx, siret, 2)
		if err != nil {
			return err
		}
		if len(same) < 2 {
			follow = append(follow, siret)
			if err := a.forgetUnit(ctx, siret); err != nil {
				return err
			}
		}
	}
	for _, f := range follow {
		if f == number {
			continue
		}
		if _, err := list.put(ctx, f, list.mark(number)); err != nil {
			return err
		}
	}
	return nil
}

// forgetUnit removes what is kept of a legal unit, or of one establishment of it.
func (a *App) forgetUnit(ctx context.Context, number string) error {
	what, digits, _ := strings.Cut(number, ":")
	if what == "finess" {
		return nil
	}
	for {
		unit, err := a.Provenance.Units.Get(ctx, digits[:9])
		switch {
		case errors.Is(err, store.ErrNotFound):
			return nil
		case err != nil:
			return err
		case what == "siret" && !unit.Value.Forget(digits):
			return nil
		case what == "siret" && len(unit.Value.Claims)+len(unit.Value.Awaited) > 0:
			_, err = a.Provenance.Units.Replace(ctx, unit, store.Change{Actor: "objection", At: a.Now()})
		default:
			err = a.Provenance.Units.Delete(ctx, unit)
		}
		if !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound) { // changed meanwhile: read again
			return err
		}
	}
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

// RemoveObjection takes a number off the list, and what followed from it alone.
// asked tells that it was put there, stays that it follows from another objection.
func (a *App) RemoveObjection(ctx context.Context, number string) (asked, stays bool, err error) {
	err = a.underLease(ctx, "import", func(ctx context.Context) error {
		list, err := a.openObjections(ctx, false)
		if err != nil || list == nil {
			return err
		}
		asked, stays, err = list.remove(ctx, number)
		return err
	})
	return asked, stays, Explain(err, a.Config)
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
