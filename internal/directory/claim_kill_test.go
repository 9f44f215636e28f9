package directory_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// errKilled is what a portal that was killed answers: nothing more is written.
var errKilled = errors.New("killed")

// mortalDB is the store of a portal that is killed before a write.
type mortalDB struct {
	store.DB
	left *atomic.Int64 // writes before its end
}

func (d mortalDB) Collection(ctx context.Context, name string) (store.Raw, error) {
	raw, err := d.DB.Collection(ctx, name)
	return mortal{raw, d.left}, err
}

type mortal struct {
	store.Raw
	left *atomic.Int64
}

func (m mortal) Insert(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	if m.left.Add(-1) < 0 {
		return e, errKilled
	}
	return m.Raw.Insert(ctx, e)
}

func (m mortal) Replace(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	if m.left.Add(-1) < 0 {
		return e, errKilled
	}
	return m.Raw.Replace(ctx, e)
}

// portalOn opens a directory on a store.
func portalOn(t *testing.T, db store.DB, c *clock) *directory.Service {
	t.Helper()
	p, err := people.Open(t.Context(), db, account.Secret(strings.Repeat("k", account.SecretSize)), c.now)
	if err != nil {
		t.Fatal(err)
	}
	s, err := directory.Open(t.Context(), db, p, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// journey registers a sheet as a person does, from wherever it was left: asks, proves,
// answers, publishes.
func journey(ctx context.Context, s *directory.Service, p *account.Person, sheet string) error {
	b := directory.Beginning{Person: p, Sheet: sheet}
	if sheet == "" {
		b.Number, b.Name = registration.Number{SIRET: other}, "ESAT neuf"
	}
	w, id, err := s.Begin(ctx, b)
	if err != nil {
		return err
	}
	own, err := s.Own(ctx, w, id)
	if err != nil {
		return err
	}
	if !own.Value.Holds(w.Organisation) {
		if err := s.ProveIdentity(ctx, w, id, own.SIRET()); err != nil {
			return err
		}
	}
	if own, err = s.Own(ctx, w, id); err != nil || own.Value.Last() != nil {
		return err
	}
	rev, err := s.Save(ctx, w, id, registration.PartActivities, own.Rev(w.Organisation), func(sheet *registration.Sheet) error {
		name := sheet.Name
		err := ready(sheet)
		sheet.Name = name
		return err
	})
	if err != nil {
		return err
	}
	_, err = s.Publish(ctx, w, id, rev)
	return err
}

// ended is what a registration leaves, but for ids and dates.
func (w *world) ended(t *testing.T, p *account.Person, id string) string {
	t.Helper()
	ctx := t.Context()
	d, err1 := w.Registrations.Get(ctx, id)
	st, err2 := w.Structures.Get(ctx, id)
	orgs, err3 := w.People.Organisations.Of(ctx, p.ID)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	r := &d.Value
	var counted []string
	for _, o := range orgs {
		counted = append(counted, fmt.Sprint(o.Value.Active(), o.Value.SIREN, o.Value.Name, o.ID == r.Owner))
	}
	return fmt.Sprint(r.Proof, r.Vested == r.Owner, len(r.Versions), r.Applied, r.Pending(), st.Value.OwnVersion, st.Value.Name, st.Value.Activities, st.Value.Contact, counted,
		len(w.sentMails(t, message.ClaimNotice)))
}

// TestRegistrationKilled kills a portal before each of its writes: asking, the claim
// that is granted, the organisation that counts by it, the draft, the version, the
// structure. Another portal then carries what was meant, without the person; who comes
// back ends where an undisturbed registration does.
func TestRegistrationKilled(t *testing.T) {
	kills := 0
	for _, fresh := range []bool{false, true} {
		onBoth(t, func(t *testing.T, w *world) {
			ctx := t.Context()
			want := ""
			for n := int64(0); ; n++ {
				p := w.person(t, account.NewID()+"@x.example")
				id, sheet := w.cleared(t, fresh)
				left := &atomic.Int64{}
				left.Store(n)
				if n == 0 {
					left.Store(1 << 40) // the undisturbed one
				}
				err := journey(ctx, portalOn(t, mortalDB{w.db, left}, w.clock), &p, sheet)
				if n == 0 {
					if err != nil {
						t.Fatal(err)
					}
					want = w.ended(t, &p, id)
					continue
				}
				if err != nil && !errors.Is(err, errKilled) {
					t.Fatalf("killed after %d writes: %v", n, err)
				}
				survivor := portalOn(t, w.db, w.clock)
				if err := survivor.Carry(ctx); err != nil {
					t.Fatal(err)
				}
				w.mustHaveCarried(t, id)
				if err := journey(ctx, survivor, &p, sheet); err != nil {
					t.Fatalf("after %d writes, taken up again: %v", n, err)
				}
				if got := w.ended(t, &p, id); got != want {
					t.Errorf("killed after %d writes:\n%s\nwant\n%s", n, got, want)
				}
				if err == nil {
					break // it came to its end
				}
				kills++
			}
		})
	}
	if kills < 10 {
		t.Errorf("only %d kills", kills)
	}
	t.Logf("figure: killed before each of its writes (%d kills), a registration ends as an undisturbed one", kills)
}

// cleared gives the sheet that is claimed, or the place of a new one, as if nothing had
// ever happened to it.
func (w *world) cleared(t *testing.T, fresh bool) (id, sheet string) {
	t.Helper()
	number := seat
	if fresh {
		number = other
	}
	id = structure.NewID("siret:" + number)
	for _, c := range []func() error{
		func() error { return deleted(t, w.Registrations.Collection, id) }, func() error { return deleted(t, w.Structures, id) },
		func() error { return w.withoutMails(t) }, func() error { return w.withoutOwners(t) },
	} {
		if err := c(); err != nil {
			t.Fatal(err)
		}
	}
	if fresh {
		return id, ""
	}
	return id, w.known(t, number)
}

func deleted[T any](t *testing.T, c *store.Collection[T], id string) error {
	t.Helper()
	d, err := c.Get(t.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.Delete(t.Context(), d)
}

func (w *world) withoutMails(t *testing.T) error {
	t.Helper()
	var ids []string
	err := w.People.Messages.All(t.Context(), func(d store.Doc[message.Message]) error { ids = append(ids, d.ID); return nil })
	for _, id := range ids {
		err = errors.Join(err, deleted(t, w.People.Messages.Collection, id))
	}
	return err
}

func (w *world) withoutOwners(t *testing.T) error {
	t.Helper()
	docs, err := w.People.Organisations.OfKind(t.Context(), account.KindOwner, "", 1000)
	for _, d := range docs {
		err = errors.Join(err, deleted(t, w.People.Organisations.Collection, d.ID))
	}
	return err
}

// mustHaveCarried holds that nothing which was meant is left: whoever holds a sheet
// counts, and what was published is shown.
func (w *world) mustHaveCarried(t *testing.T, id string) {
	t.Helper()
	d, err := w.Registrations.Get(t.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	r := &d.Value
	if r.Pending() || r.Owner != "" && !w.counts(t, r.Owner) {
		t.Errorf("left on the way: owner %q, vested %q, applied %d of %d", r.Owner, r.Vested, r.Applied, len(r.Versions))
	}
	if last := r.Last(); last != nil {
		st, err := w.Structures.Get(t.Context(), id)
		if err != nil || st.Value.OwnVersion != last.N || !slices.Contains(st.Value.Activities[0].Sectors, "espaces-verts") {
			t.Errorf("version %d is not shown: %v", last.N, err)
		}
	}
}
