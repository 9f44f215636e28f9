package programme

import (
	"context"
	"errors"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Book is what administrators have set over the law of the release.
func (s *Service) Book(ctx context.Context) (sourcing.LawBook, error) {
	d, err := s.LawBook.Get(ctx, sourcing.LawBookID)
	if errors.Is(err, store.ErrNotFound) {
		return sourcing.LawBook{}, nil
	}
	return d.Value, err
}

// SetRule adds a figure of the law from a day on. An account.Fault.
func (s *Service) SetRule(ctx context.Context, a account.Actor, r sourcing.Rule) error {
	return s.onLaw(ctx, a, func(b *sourcing.LawBook) (string, store.Changed, error) {
		before := b.Law().At(r.Code, r.From)
		return "law.set", store.Changed{Field: string(r.Code), Before: ruleText(before), After: ruleText(r)}, b.Set(r)
	})
}

// DropRule takes out a figure that was set by hand.
func (s *Service) DropRule(ctx context.Context, a account.Actor, code sourcing.RuleCode, from structure.Date) error {
	return s.onLaw(ctx, a, func(b *sourcing.LawBook) (string, store.Changed, error) {
		dropped, err := b.Drop(code, from)
		return "law.drop", store.Changed{Field: string(code), Before: ruleText(dropped), After: ""}, err
	})
}

// lawServices is the field of the journal that tells of the list of L2113-15.
const lawServices = "services"

// ListService adds a range to the services that may be reserved under L2113-15. An
// account.Fault.
func (s *Service) ListService(ctx context.Context, a account.Actor, r sourcing.ServiceRange) error {
	return s.onLaw(ctx, a, func(b *sourcing.LawBook) (string, store.Changed, error) {
		return "law.set", store.Changed{Field: lawServices, After: r.Text()}, b.List(r)
	})
}

// UnlistService takes one out.
func (s *Service) UnlistService(ctx context.Context, a account.Actor, key string) error {
	return s.onLaw(ctx, a, func(b *sourcing.LawBook) (string, store.Changed, error) {
		dropped, err := b.Unlist(key)
		return "law.drop", store.Changed{Field: lawServices, Before: dropped.Text()}, err
	})
}

// ruleText is a value and its day, as the journal tells them.
func ruleText(r sourcing.Rule) string {
	if r.Code == "" {
		return ""
	}
	return r.Text() + ", " + string(r.From) + " (" + r.Source + ")"
}

func (s *Service) onLaw(ctx context.Context, a account.Actor, do func(*sourcing.LawBook) (string, store.Changed, error)) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	_, err := store.UpdateOrInsert(ctx, s.LawBook, sourcing.LawBookID, func(b *sourcing.LawBook) (store.Change, error) {
		what, changed, err := do(b)
		if err != nil {
			return store.Change{}, err
		}
		patch, err := store.Patch(ctx, nil, changed) // no value is sealed
		return store.Change{Actor: a.Person, At: s.Now().UTC(), Audit: true, What: what, Subject: sourcing.LawBookID, Patch: patch}, err
	})
	return settled(err)
}
