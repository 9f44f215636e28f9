package programme

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Purchase reads one that the member sees, with the settings of the programme.
// store.ErrNotFound for any other.
func (s *Service) Purchase(ctx context.Context, m buyer.Member, id string) (store.Doc[sourcing.Purchase], sourcing.Programme, error) {
	p, err := s.Of(ctx, m)
	if err != nil {
		return store.Doc[sourcing.Purchase]{}, p, err
	}
	d, err := s.Purchases.Get(ctx, id)
	if err == nil && (d.Value.Organisation != m.Organisation || !p.Sees(m, d.Value.Service)) {
		err = fmt.Errorf("purchase %s of %s: %w", id, m.Organisation, store.ErrNotFound)
	}
	return d, p, err
}

// List gives the purchases that the member sees, by planned publication, those without
// one last.
func (s *Service) List(ctx context.Context, m buyer.Member) ([]sourcing.Purchase, sourcing.Programme, error) {
	p, err := s.Of(ctx, m)
	if err != nil {
		return nil, p, err
	}
	docs, err := s.Purchases.FindLookup(ctx, store.PurchasesOf(m.Organisation), sourcing.MaxPurchases)
	if err != nil {
		return nil, p, err
	}
	list := make([]sourcing.Purchase, 0, len(docs))
	for _, d := range docs {
		if p.Sees(m, d.Value.Service) {
			list = append(list, d.Value)
		}
	}
	slices.SortFunc(list, func(a, b sourcing.Purchase) int {
		switch {
		case a.Publication == b.Publication:
			return strings.Compare(a.ID, b.ID)
		case a.Publication == "":
			return 1
		case b.Publication == "":
			return -1
		}
		return strings.Compare(string(a.Publication), string(b.Publication))
	})
	return list, p, nil
}

// Create stores a new purchase; the same form sent twice is one. An account.Fault.
func (s *Service) Create(ctx context.Context, m buyer.Member, in sourcing.Purchase) error {
	if !sourcing.Buys(m) {
		return account.ErrNotAllowed
	}
	for _, fault := range in.Check() {
		return fault
	}
	set, err := s.Of(ctx, m)
	if err != nil {
		return err
	}
	if err := s.named(ctx, m, &set, &in, &sourcing.Purchase{}); err != nil {
		return err
	}
	n, err := s.Purchases.CountLookup(ctx, store.PurchasesOf(m.Organisation))
	if err != nil {
		return err
	}
	if n >= sourcing.MaxPurchases {
		return account.Fault("Le programme tient 5 000 achats : archivez-en avant d’en ajouter.")
	}
	in.Begin(m, s.Now())
	ch, err := s.change(m, "purchase.create", in.ID, store.Changed{Field: "object", After: in.Object})
	if err != nil {
		return err
	}
	_, err = s.Purchases.Insert(ctx, in, ch)
	if errors.Is(err, store.ErrDuplicate) {
		return s.sameForm(ctx, m, in.ID)
	}
	return err
}

// sameForm accepts an id that is taken when it is that of the member's own form.
func (s *Service) sameForm(ctx context.Context, m buyer.Member, id string) error {
	d, err := s.Purchases.Get(ctx, id)
	if err == nil && (d.Value.Organisation != m.Organisation || d.Value.CreatedBy != m.Person) {
		err = store.ErrNotFound
	}
	return err
}

// Write replaces what people write of a purchase, over the revision that a page showed.
// sourcing.ErrStale, an account.Fault.
func (s *Service) Write(ctx context.Context, m buyer.Member, id string, in sourcing.Purchase, rev int64) error {
	set, err := s.Of(ctx, m)
	if err != nil {
		return err
	}
	return s.onPurchase(ctx, m, id, "purchase.write", func(p *sourcing.Purchase) error {
		if err := s.named(ctx, m, &set, &in, p); err != nil {
			return err
		}
		return p.Write(m, in, rev, s.Now())
	})
}

// Move takes a purchase to another state.
func (s *Service) Move(ctx context.Context, m buyer.Member, id string, to sourcing.State, reason string) error {
	return s.MoveFrom(ctx, m, id, "", to, reason)
}

// MoveFrom is Move from the state that a page showed ("" = any): sourcing.ErrStale when
// it is another by now. One that is where it was to go has nothing to do.
func (s *Service) MoveFrom(ctx context.Context, m buyer.Member, id string, from, to sourcing.State, reason string) error {
	move := func(p *sourcing.Purchase) error {
		if now := p.State(); from != "" && now != from && now != to {
			return sourcing.ErrStale
		}
		return p.Move(m, to, reason, s.Now())
	}
	if err := s.asked(ctx, m, id, to, move); err != nil {
		return err
	}
	if err := s.onPurchase(ctx, m, id, "purchase.move", move); err != nil || to != sourcing.Launched {
		return err
	}
	return s.asked(ctx, m, id, to, func(*sourcing.Purchase) error { return nil })
}

// asked asks Moving about a move that nothing else refuses.
func (s *Service) asked(ctx context.Context, m buyer.Member, id string, to sourcing.State, move func(*sourcing.Purchase) error) error {
	if s.Moving == nil {
		return nil
	}
	d, _, err := s.Purchase(ctx, m, id)
	if err != nil {
		return err
	}
	trial := d.Value
	trial.History = slices.Clone(trial.History)
	if move(&trial) != nil {
		return nil // the move itself says why
	}
	return s.Moving(ctx, m, &d.Value, to)
}

// Launch notes that the consultation of a purchase is launched, because its sourçage has
// fallen silent. Twice, it does nothing.
func (s *Service) Launch(ctx context.Context, id, by string, at time.Time) error {
	_, err := store.Update(ctx, s.Purchases, id, func(p *sourcing.Purchase) (store.Change, error) {
		before := *p
		if err := p.Launch(by, at); err != nil {
			return store.Change{}, err
		}
		return s.change(buyer.Member{Person: by}, "purchase.move", id, changes(&before, p)...)
	})
	return settled(err)
}

// Sourced takes a purchase of which a sourçage is open to « En sourçage », unless it is as
// far. Who reads the programme of some services only may have opened it too.
func (s *Service) Sourced(ctx context.Context, m buyer.Member, id string) error {
	_, err := store.Update(ctx, s.Purchases, id, func(p *sourcing.Purchase) (store.Change, error) {
		before := *p
		if err := p.Sourced(m, s.Now()); err != nil {
			return store.Change{}, err
		}
		return s.change(m, "purchase.move", id, changes(&before, p)...)
	})
	return settled(err)
}

// onPurchase carries out an action on a purchase that the member sees.
func (s *Service) onPurchase(ctx context.Context, m buyer.Member, id, what string, do func(*sourcing.Purchase) error) error {
	set, err := s.Of(ctx, m)
	if err != nil {
		return err
	}
	_, err = store.Update(ctx, s.Purchases, id, func(p *sourcing.Purchase) (store.Change, error) {
		if p.Organisation != m.Organisation || !set.Sees(m, p.Service) {
			return store.Change{}, store.ErrNotFound
		}
		before := *p
		if err := do(p); err != nil {
			return store.Change{}, err
		}
		return s.change(m, what, id, changes(&before, p)...)
	})
	return settled(err)
}

// changes are what the journal tells of a change of a purchase.
func changes(before, after *sourcing.Purchase) (list []store.Changed) {
	add := func(field string, a, b any) {
		if a != b {
			list = append(list, store.Changed{Field: field, Before: a, After: b})
		}
	}
	add("object", before.Object, after.Object)
	add("state", before.State().Label(), after.State().Label())
	add("euros", before.Euros, after.Euros)
	add("publication", before.Publication, after.Publication)
	add("start", before.Start, after.Start)
	add("lots", len(before.Lots), len(after.Lots))
	return list
}
