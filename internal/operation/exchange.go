package operation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Exchanges lists the entretiens of an operation, for who opens its answers: by supplier,
// the newest first.
func (s *Service) Exchanges(ctx context.Context, m buyer.Member, o *sourcing.Operation) ([]sourcing.Exchange, error) {
	if err := o.Opens(m); err != nil {
		return nil, err
	}
	return s.exchanges(ctx, o)
}

// exchanges reads them as they are once what is being sent is marked: a page that is
// read carries nothing.
func (s *Service) exchanges(ctx context.Context, o *sourcing.Operation) ([]sourcing.Exchange, error) {
	docs, err := s.Sourcing.Exchanges.FindLookup(ctx, store.AnswersIn(o.ID), sourcing.MaxExchanges)
	if err != nil {
		return nil, err
	}
	var out []sourcing.Exchange
	for i := range docs {
		if x := &docs[i].Value; x.Operation == o.ID {
			ahead(o, x)
			out = append(out, *x)
		}
	}
	place := func(x *sourcing.Exchange) int {
		return slices.IndexFunc(o.Suppliers, func(v sourcing.Supplier) bool { return v.ID == x.Supplier })
	}
	slices.SortFunc(out, func(a, b sourcing.Exchange) int {
		if c := place(&a) - place(&b); c != 0 {
			return c
		}
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// ahead shows an exchange as carryMinutes will leave it.
func ahead(o *sourcing.Operation, x *sourcing.Exchange) {
	for i := range o.Sending {
		if g := &o.Sending[i]; g.Exchange == x.ID {
			_ = x.Carry(g) // what is marked already is as it should be
		}
	}
}

// Exchange reads one of an operation that the member sees. store.ErrNotFound for any other.
func (s *Service) Exchange(ctx context.Context, m buyer.Member, operation, id string) (*Seen, *sourcing.Exchange, error) {
	seen, err := s.Operation(ctx, m, operation)
	if err != nil {
		return nil, nil, err
	}
	if err := seen.Operation.Opens(m); err != nil {
		return seen, nil, err
	}
	x, err := s.exchangeOf(ctx, operation, id)
	if err != nil {
		return nil, nil, err
	}
	ahead(&seen.Operation, x)
	return seen, x, nil
}

func (s *Service) exchangeOf(ctx context.Context, operation, id string) (*sourcing.Exchange, error) {
	d, err := s.Sourcing.Exchanges.Get(ctx, id)
	if err == nil && d.Value.Operation != operation {
		err = fmt.Errorf("exchange %s of %s: %w", id, operation, store.ErrNotFound)
	}
	return &d.Value, err
}

// Meet notes a new exchange; the same form sent twice is one.
func (s *Service) Meet(ctx context.Context, m buyer.Member, operation string, x sourcing.Exchange) error {
	seen, err := s.Operation(ctx, m, operation)
	if err != nil {
		return err
	}
	n, err := s.Sourcing.Exchanges.CountLookup(ctx, store.AnswersIn(operation))
	if err != nil {
		return err
	}
	if n >= sourcing.MaxExchanges {
		return errManyExchanges
	}
	if err := x.Begin(m, &seen.Operation, s.Now()); err != nil {
		return err
	}
	_, err = s.Sourcing.Exchanges.Insert(ctx, x, store.Change{Actor: m.Person, At: s.Now().UTC(), Audit: true, What: "operation.exchange", Subject: operation})
	if errors.Is(err, store.ErrDuplicate) {
		_, err = s.exchangeOf(ctx, operation, x.ID)
	}
	return err
}

// WriteExchange writes one over its revision.
func (s *Service) WriteExchange(ctx context.Context, m buyer.Member, operation string, in sourcing.Exchange, rev int64) error {
	seen, err := s.Operation(ctx, m, operation)
	if err != nil {
		return err
	}
	if err := s.carryMinutes(ctx, &seen.Operation); err != nil {
		return err
	}
	_, err = store.Update(ctx, s.Sourcing.Exchanges, in.ID, func(x *sourcing.Exchange) (store.Change, error) {
		if x.Operation != operation {
			return store.Change{}, fmt.Errorf("exchange %s of %s: %w", in.ID, operation, store.ErrNotFound)
		}
		return store.Change{Actor: m.Person, At: s.Now().UTC(), Audit: true, What: "operation.exchange", Subject: operation}, x.Write(m, &seen.Operation, in, rev, s.Now())
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}
