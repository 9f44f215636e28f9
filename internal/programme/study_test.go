package programme_test

import (
	"errors"
	"fmt"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// workshop is an ESAT of Vitry that cleans in its department.
func workshop(n int) structure.Structure {
	return structure.Structure{
		ID: fmt.Sprintf("esat-%d", n), SIRET: fmt.Sprintf("1000000%02d00015", n), Name: fmt.Sprintf("Atelier %d", n), Address: structure.Address{Commune: "94081"},
		Agreements: []structure.Agreement{{Kind: structure.EA, AsOf: "2026-11-01"}}, Workforce: "11",
		Activities: []structure.Activity{{Sectors: []string{"nettoyage-locaux"}, Modes: []structure.Mode{structure.PREST}, Zone: structure.Zone{Territories: []string{"dep:94"}}}},
	}
}

// directory is the structures of the world, which others write.
func (w *world) directory(t *testing.T) *store.Structures {
	t.Helper()
	c, err := store.OpenStructures(t.Context(), w.db)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answerers is what a study of the first lot counts for disability.
func (w *world) answerers(t *testing.T, as buyer.Member, id string) (int, sourcing.VerdictCode) {
	t.Helper()
	s, err := w.Study(t.Context(), as, id, "l1")
	if err != nil {
		t.Fatal(err)
	}
	rulings, _, err := w.Rulings(t.Context(), as)
	if err != nil || len(rulings) != 2 {
		t.Fatalf("%d rulings, %v", len(rulings), err)
	}
	if one := rulings[0]; one.Bases[0] != s.Study.Bases[0].Answerers || one.Verdict.Code != s.Study.Verdicts[0].Code {
		t.Errorf("the list says %v, the study %v", one, s.Study.Verdicts)
	}
	return s.Study.Bases[0].Answerers, s.Study.Verdicts[0].Code
}

// TestStudyFollowsTheDirectory: what is written of a structure, or of a contract, is in
// the next study.
func TestStudyFollowsTheDirectory(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, town, dir := t.Context(), w.town(t, "Mairie"), w.directory(t)
		buys := w.member(t, town, account.Buyer)
		p := cleaning()
		p.Lots[0].Sectors, p.Places = []string{"nettoyage-locaux"}, []string{"94081"}
		if err := w.Create(ctx, buys, p); err != nil {
			t.Fatal(err)
		}
		if n, verdict := w.answerers(t, buys, p.ID); n != 0 || verdict == sourcing.Reservable {
			t.Errorf("an empty directory: %d %s", n, verdict)
		}
		for i := range 4 {
			if _, err := dir.Insert(ctx, workshop(i), store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
		if n, verdict := w.answerers(t, buys, p.ID); n != 4 || verdict != sourcing.Reservable {
			t.Errorf("four workshops: %d %s", n, verdict)
		}
		w.change(t, dir, "esat-0", func(s *structure.Structure) { s.Suspend("x", "Une raison qui se lit", noon, false) })
		w.change(t, dir, "esat-1", func(s *structure.Structure) { s.Closed = true })
		d, err := dir.Get(ctx, "esat-2")
		if err == nil {
			err = dir.Delete(ctx, d)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dir.Raw().PurgeTombstones(ctx, 0); err != nil { // the feed has a gap: the directory is read again
			t.Fatal(err)
		}
		if n, _ := w.answerers(t, buys, p.ID); n != 1 {
			t.Errorf("suspended, closed and deleted: %d are left", n)
		}
		w.change(t, dir, "esat-0", func(s *structure.Structure) { s.Restore() })
		if n, _ := w.answerers(t, buys, p.ID); n != 2 {
			t.Errorf("shown again: %d", n)
		}
		held := sourcing.Contract{ID: account.NewID(), Organisation: town, Object: "Nettoyage", Holder: sourcing.Firm{SIREN: "100000003"}, Euros: 3_000_000, Start: "2026-01-01", End: "2029-12-31"}
		if _, err := w.Contracts.Insert(ctx, held, store.Change{}); err != nil {
			t.Fatal(err)
		}
		if n, _ := w.answerers(t, buys, p.ID); n != 1 {
			t.Errorf("a running contract takes the capacity of one: %d", n)
		}
		if _, err := store.Update(ctx, w.Purchases, p.ID, func(p *sourcing.Purchase) (store.Change, error) {
			p.Contract = held.ID
			p.Rev++
			return store.Change{}, nil
		}); err != nil {
			t.Fatal(err)
		}
		if n, _ := w.answerers(t, buys, p.ID); n != 2 {
			t.Errorf("the contract that the purchase renews takes none: %d", n)
		}
	})
}

func (w *world) change(t *testing.T, dir *store.Structures, id string, do func(*structure.Structure)) {
	t.Helper()
	_, err := store.Update(t.Context(), dir, id, func(s *structure.Structure) (store.Change, error) { do(s); return store.Change{}, nil })
	if err != nil {
		t.Fatal(err)
	}
}

// TestStudyIsOfTheProgramme: of one's own organisation and services, of what exists.
func TestStudyIsOfTheProgramme(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, town := t.Context(), w.town(t, "Mairie")
		buys, sees, foreign := w.member(t, town, account.Buyer), w.member(t, town, account.Prescripteur), w.member(t, w.town(t, "Autre mairie"), account.Buyer)
		p := cleaning()
		if err := w.Create(ctx, buys, p); err != nil {
			t.Fatal(err)
		}
		far := cleaning()
		far.External = &sourcing.Afar{Source: sourcing.SourceAPProch}
		if err := w.Create(ctx, buys, far); err != nil {
			t.Fatal(err)
		}
		for what, try := range map[string]error{
			"foreign": unstudied(w.Study(ctx, foreign, p.ID, "l1")), "another service": unstudied(w.Study(ctx, sees, p.ID, "l1")),
			"no lot": unstudied(w.Study(ctx, buys, p.ID, "l9")), "external": unstudied(w.Study(ctx, buys, far.ID, "l1")),
		} {
			if !errors.Is(try, store.ErrNotFound) {
				t.Errorf("%s: %v", what, try)
			}
		}
		if list, _, err := w.Rulings(ctx, sees); err != nil || len(list) != 0 {
			t.Errorf("a prescripteur sees %d lots of another service, %v", len(list), err)
		}
		if list, _, err := w.Rulings(ctx, buys); err != nil || len(list) != 2 {
			t.Errorf("%d lots, %v", len(list), err)
		}
		if _, _, err := w.Rulings(ctx, buyer.Member{Person: "x", Organisation: town, Kind: account.KindPublic, Role: account.Organiser}); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("who plans nothing: %v", err)
		}
	})
}

func unstudied(_ programme.Studied, err error) error { return err }
