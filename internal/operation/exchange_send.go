package operation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

const errManyExchanges = account.Fault("Un sourçage garde 300 entretiens au plus.")

// SendMinutes sends the minutes of an exchange, of the revision that the member has read,
// to its supplier. The mail goes with the write of the operation, which holds what is
// sent until the exchange says so: a stop between both sends nothing twice and leaves
// nothing unmarked.
func (s *Service) SendMinutes(ctx context.Context, m buyer.Member, operation, id string, rev int64) error {
	return s.sendMinutes(ctx, m, operation, id, func(o *sourcing.Operation, x *sourcing.Exchange) ([]sourcing.Dispatch, error) {
		if x.SentAt.IsZero() && x.Rev != rev {
			return nil, sourcing.ErrStale
		}
		return o.SendMinutes(m, x, s.Now())
	})
}

// AnswerMinutes answers to a supplier that contests what it was sent as revision sent.
func (s *Service) AnswerMinutes(ctx context.Context, m buyer.Member, operation, id, answer string, sent int64) error {
	return s.sendMinutes(ctx, m, operation, id, func(o *sourcing.Operation, x *sourcing.Exchange) ([]sourcing.Dispatch, error) {
		if x.SentRev != sent {
			return nil, sourcing.ErrStale
		}
		return o.AnswerMinutes(m, x, answer, s.Now())
	})
}

func (s *Service) sendMinutes(ctx context.Context, m buyer.Member, operation, id string, do func(*sourcing.Operation, *sourcing.Exchange) ([]sourcing.Dispatch, error)) error {
	seen, err := s.Operation(ctx, m, operation)
	if err != nil {
		return err
	}
	if err := s.carryMinutes(ctx, &seen.Operation); err != nil {
		return err
	}
	err = s.on(ctx, m, operation, "operation.minutes", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		// Read after the operation: whoever has sent it, and forgotten the sending, has marked it before.
		x, err := s.exchangeOf(ctx, operation, id)
		if err != nil {
			return nil, err
		}
		return do(o, x)
	})
	if err != nil {
		return err
	}
	if err := s.passed("minutes"); err != nil {
		return err
	}
	d, err := s.Operations.Get(ctx, operation)
	if err != nil {
		return err
	}
	return s.carryMinutes(ctx, &d.Value)
}

// carryMinutes marks in their exchanges what the operation has sent, then forgets it.
func (s *Service) carryMinutes(ctx context.Context, o *sourcing.Operation) error {
	for i := range o.Sending {
		g := o.Sending[i]
		_, err := store.Update(ctx, s.Exchanges, g.Exchange, func(x *sourcing.Exchange) (store.Change, error) {
			return store.Change{At: s.Now().UTC()}, x.Carry(&g)
		})
		if err != nil && !errors.Is(err, sourcing.ErrUnchanged) && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err := s.passed("marked"); err != nil {
			return err
		}
		_, err = store.Update(ctx, s.Operations, o.ID, func(o *sourcing.Operation) (store.Change, error) {
			return store.Change{At: s.Now().UTC()}, o.Carried(&g)
		})
		if err != nil && !errors.Is(err, sourcing.ErrUnchanged) {
			return err
		}
	}
	return nil
}

// SupplierExchanges lists the exchanges whose minutes a supplier was sent, as they were
// sent last. Those of others, and what the buyer has written since, stay away.
func (s *Service) SupplierExchanges(ctx context.Context, r *Reached) ([]sourcing.Exchange, error) {
	docs, err := s.Exchanges.FindLookup(ctx, store.ExchangesWith(r.Operation.ID, r.Supplier.ID), sourcing.MaxExchanges)
	if err != nil {
		return nil, err
	}
	var out []sourcing.Exchange
	for i := range docs {
		own := &docs[i].Value
		ahead(&r.Operation, own)
		if x, ok := own.Shown(); ok && x.Operation == r.Operation.ID && x.Supplier == r.Supplier.ID {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b sourcing.Exchange) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// judgeMinutes notes that a supplier acknowledges the minutes that it was sent, or
// contests them with a word; rev is the SentRev of what it has read.
func (s *Service) judgeMinutes(ctx context.Context, r *Reached, exchange string, agrees bool, word, name string, rev int64) error {
	if err := s.carryMinutes(ctx, &r.Operation); err != nil {
		return err
	}
	_, err := store.Update(ctx, s.Exchanges, exchange, func(x *sourcing.Exchange) (store.Change, error) {
		if x.Operation != r.Operation.ID || x.Supplier != r.Supplier.ID {
			return store.Change{}, fmt.Errorf("exchange %s of a supplier: %w", exchange, store.ErrNotFound)
		}
		return store.Change{At: s.Now().UTC(), Audit: true, What: "operation.judge", Subject: r.Operation.ID}, x.Judge(agrees, word, name, rev, s.Now())
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}
