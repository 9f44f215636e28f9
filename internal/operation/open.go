package operation

import (
	"context"
	"errors"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// maxCarried is how many openings are carried on in one pass.
const maxCarried = 100

// Open sends the request to everybody who is chosen, at the same instant, then says of the
// purchase that it is in sourcing. The operation that is open is the intent of it: whoever
// writes the operation next carries it, and so does CarryOpenings.
func (s *Service) Open(ctx context.Context, m buyer.Member, id string, rev int64) error {
	seen, err := s.Operation(ctx, m, id)
	if err != nil {
		return err
	}
	if err := s.launching(ctx, seen.Operation.Purchase); err != nil {
		return err
	}
	l, err := s.Panel(ctx, &seen.Operation)
	if err != nil {
		return err
	}
	err = s.on(ctx, m, id, "operation.open", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return o.Open(m, l, rev, s.Now()) })
	if err != nil {
		return err
	}
	if err := s.passed("opened"); err != nil {
		return err
	}
	return s.carryOpening(ctx, id)
}

// carryOpening takes the purchase of an open operation to « En sourçage », then notes that
// it is done: done twice, it is done once.
func (s *Service) carryOpening(ctx context.Context, id string) error {
	d, err := s.Operations.Get(ctx, id)
	if err != nil {
		return err
	}
	o := &d.Value
	if o.OpenedAt.IsZero() || !o.SourcedAt.IsZero() {
		return nil
	}
	m := buyer.Member{Person: o.OpenedBy, Organisation: o.Organisation, Kind: account.KindPublic, Role: account.Buyer}
	err = s.Programme.Sourced(ctx, m, o.Purchase)
	var fault account.Fault
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.As(err, &fault) { // it is gone, or cannot go there: nothing is left to do
		return err
	}
	_, err = store.Update(ctx, s.Operations, id, func(o *sourcing.Operation) (store.Change, error) {
		return store.Change{Actor: m.Person, At: s.Now().UTC()}, o.Sourced(s.Now())
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}

// CarryOpenings carries on what a portal that was stopped left of openings.
func (s *Service) CarryOpenings(ctx context.Context) error {
	docs, err := s.Operations.FindLookup(ctx, store.OpeningOperations, maxCarried)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if err := s.carryOpening(ctx, d.ID); err != nil {
			return err
		}
	}
	return nil
}
