package directory_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

const siret = "98200000100010"

func TestPublish(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, who := t.Context(), w.employer(t, "Jardins")
		id := w.registered(t, who, siret)
		rev, err := w.Save(ctx, who, id, registration.PartActivities, 0, ready)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Structures.Get(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("a draft is in the directory: %v", err)
		}
		if _, err := w.Publish(ctx, who, id, rev-1); !errors.Is(err, registration.ErrStale) {
			t.Errorf("published from a page that does not show what was saved since: %v", err)
		}
		own, err := w.Publish(ctx, who, id, rev)
		if err != nil {
			t.Fatal(err)
		}
		s := own.Shown
		if s.Name != "Les Jardins du Lac" || s.SIRET != siret || s.OwnVersion != 1 || !s.Address.Point.Usable() ||
			s.Origins[structure.FieldActivities].Source != structure.SourceSelf || own.Value.Pending() || own.Value.Draft != nil {
			t.Errorf("published: %+v", s)
		}
		if _, err := w.Publish(ctx, who, id, rev); !errors.Is(err, registration.ErrNothing) {
			t.Errorf("the same form again: %v", err)
		}
	})
}

// TestOfficialFactsStayTheirSources: to leave a fact as it is shown is not to claim it.
func TestOfficialFactsStayTheirSources(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, who := t.Context(), w.employer(t, "Jardins")
		id := w.registered(t, who, siret)
		rules := structure.Rules{Atlas: w.Atlas, Sold: w.Taxonomy.Sold}
		official := func(phone string, on structure.Date) structure.Claim {
			return structure.NewClaim(structure.Origin{Source: structure.SourceASP, AsOf: on},
				&structure.Structure{Name: "Jardins du Lac", Contact: structure.Contact{Phone: phone, Email: "a@officiel.example"}}, nil, "")
		}
		st := structure.Structure{ID: id, SIRET: siret}
		rules.Merge(&st, official("01 99 00 00 01", "2026-11-01"))
		if _, err := w.Structures.Insert(ctx, st, store.Change{}); err != nil {
			t.Fatal(err)
		}
		rev, err := w.Save(ctx, who, id, registration.PartActivities, 0, func(s *registration.Sheet) error {
			phone := s.Contact.Phone
			if err := ready(s); err != nil {
				return err
			}
			s.Name, s.Contact.Phone = "Jardins du Lac", phone
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		own, err := w.Publish(ctx, who, id, rev)
		if err != nil {
			t.Fatal(err)
		}
		if o := own.Shown.Origins; o[structure.FieldPhone].Source != structure.SourceASP || o[structure.FieldEmail].Source != structure.SourceSelf {
			t.Errorf("phone by %s, email by %s", o[structure.FieldPhone].Source, o[structure.FieldEmail].Source)
		}
		again := own.Shown
		rules.Merge(&again, official("01 99 00 00 09", "2026-11-20"))
		if again.Contact.Phone != "01 99 00 00 09" || again.Contact.Email != "contact@jardins.example" {
			t.Errorf("after the next file: %+v", again.Contact)
		}
	})
}

func TestForeignSheetsAreNotThere(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, who, other := t.Context(), w.employer(t, "Jardins"), w.employer(t, "Autre")
		id := w.registered(t, who, siret)
		mixed := who
		mixed.Person = other.Person
		for name, w2 := range map[string]struct{ err error }{
			"another organisation": {func() error { _, err := w.Own(ctx, other, id); return err }()},
			"not a member":         {func() error { _, err := w.Own(ctx, mixed, id); return err }()},
			"no such sheet":        {func() error { _, err := w.Own(ctx, who, "nothing"); return err }()},
			"save":                 {func() error { _, err := w.Save(ctx, other, id, registration.PartLogo, 0, ready); return err }()},
			"publish":              {func() error { _, err := w.Publish(ctx, other, id, 1); return err }()},
			"restore":              {w.Restore(ctx, other, id, 1)},
			"contacts":             {w.SetContacts(ctx, other, id, 0, nil)},
			"discard":              {w.Discard(ctx, other, id, 0)},
		} {
			if !errors.Is(w2.err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, w2.err)
			}
		}
		err := w.Decide(ctx, account.Actor{Person: who.Person}, id, "x", registration.Accepted, "")
		if !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a structure decides on itself: %v", err)
		}
	})
}

// TestOlderVersionNeverComesBack carries two versions at once, many times over: the
// structure ends as the newest says.
func TestOlderVersionNeverComesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, who := t.Context(), w.employer(t, "Jardins")
		id := w.registered(t, who, siret)
		rev := int64(0)
		for _, text := range []string{"un", "deux", "trois", "quatre"} {
			var err error
			rev, err = w.Save(ctx, who, id, registration.PartPresentation, rev, func(s *registration.Sheet) error {
				s.Description = text
				if s.Activities == nil {
					s.Description = text
					err := ready(s)
					return err
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			var wait sync.WaitGroup
			for range 4 {
				wait.Go(func() {
					if err := w.Carry(context.WithoutCancel(ctx)); err != nil {
						t.Error(err)
					}
				})
			}
			if _, err := w.Publish(ctx, who, id, rev); err != nil {
				t.Fatal(err)
			}
			wait.Wait()
		}
		d, err := w.Structures.Get(ctx, id)
		if err != nil || d.Value.OwnVersion != 4 || d.Value.Description != "quatre" {
			t.Errorf("%v, %d, %q", err, d.Value.OwnVersion, d.Value.Description)
		}
	})
}

// TestCutShort leaves a version where a kill leaves it, before each of the two writes
// that follow: whoever comes next does the rest.
func TestCutShort(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, who := t.Context(), w.employer(t, "Jardins")
		id := w.registered(t, who, siret)
		intent := func() { // a portal publishes and dies
			_, err := store.Update(ctx, w.Registrations.Collection, id, func(r *registration.Registration) (store.Change, error) {
				err := r.Save(registration.Edit{Organisation: who.Organisation, Person: who.Person, Part: registration.PartActivities, Rev: 9, At: noon, Change: ready})
				if err != nil {
					return store.Change{}, err
				}
				return store.Change{}, r.Publish(who.Organisation, who.Person, r.Draft.Rev, &structure.Structure{}, noon)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		intent()
		if err := w.Carry(ctx); err != nil {
			t.Fatal(err)
		}
		_, err := store.Update(ctx, w.Registrations.Collection, id, func(r *registration.Registration) (store.Change, error) {
			r.Applied = 0 // killed after the structure, before the mark
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		before, err := w.Structures.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Carry(ctx); err != nil {
			t.Fatal(err)
		}
		after, err1 := w.Structures.Get(ctx, id)
		d, err2 := w.Registrations.Get(ctx, id)
		if errors.Join(err1, err2) != nil || after.Version != before.Version || d.Value.Applied != 1 {
			t.Errorf("carried twice: version %d, then %d, applied %d", before.Version, after.Version, d.Value.Applied)
		}
	})
}

func TestCheckedAgreementsCount(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, who := t.Context(), w.employer(t, "Jardins")
		id := w.registered(t, who, siret)
		rev, err := w.Save(ctx, who, id, registration.PartKinds, 0, func(s *registration.Sheet) error {
			s.Kinds = []registration.Declared{{Kind: structure.ESAT}}
			return ready(s)
		})
		if err != nil {
			t.Fatal(err)
		}
		own, err := w.Publish(ctx, who, id, rev)
		if err != nil || len(own.Shown.Agreements) > 0 || own.Value.Submission == nil {
			t.Fatalf("%v: a declared agreement counts before anybody checked it: %+v", err, own)
		}
		admin := account.Actor{Person: "mod", Administrator: true}
		if err := w.Decide(ctx, admin, id, own.Value.Submission.ID, registration.Accepted, ""); err != nil {
			t.Fatal(err)
		}
		w.move(time.Hour)
		for i := range 2 {
			own, err = w.Own(ctx, who, id)
			if err != nil || !slices.Equal(own.Shown.KindsInForce("2026-11-28"), []structure.Kind{structure.ESAT}) {
				t.Fatalf("%d: %v, %+v", i, err, own.Shown.Agreements)
			}
			rev, err = w.Save(ctx, who, id, registration.PartPresentation, own.Rev(who.Organisation), func(s *registration.Sheet) error { s.Description = "plus tard"; return nil })
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Publish(ctx, who, id, rev); err != nil && !errors.Is(err, registration.ErrNothing) {
				t.Fatal(err)
			}
		}
	})
}
