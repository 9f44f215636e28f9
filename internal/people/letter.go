package people

import (
	"context"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// MaxTold bounds the members of an organisation that a letter goes to.
const MaxTold = 20

// LettersTo are mails to the members of an organisation about an object: to who manages
// it, or to all where nobody does. None when it is closed.
func (s *Service) LettersTo(ctx context.Context, organisation string, o message.Order) ([]store.Effect, error) {
	d, err := s.Organisations.Get(ctx, organisation)
	if err != nil || !d.Value.ClosedAt.IsZero() {
		return nil, err
	}
	docs, err := s.People.GetSome(ctx, told(&d.Value))
	if err != nil {
		return nil, err
	}
	var out []store.Effect
	for _, p := range docs {
		effects, err := notify(&p.Value, o)
		if err != nil {
			return nil, err
		}
		out = append(out, effects...)
	}
	return out, nil
}

// told are the members whom a letter to an organisation goes to.
func told(o *account.Organisation) (ids []string) {
	for _, managing := range []bool{true, false} {
		for _, m := range o.Members {
			if m.Manager == managing && len(ids) < MaxTold {
				ids = append(ids, m.Person)
			}
		}
		if len(ids) > 0 {
			break
		}
	}
	return ids
}
