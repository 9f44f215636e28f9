package directory

import (
	"context"
	"errors"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Reachable is a structure as it stands, and where it is written to.
type Reachable struct {
	Structure structure.Structure
	Email     string // "" = nowhere that the portal knows
	Account   bool   // it is that of who holds the sheet: the sheet shows none
}

// Reachables reads what stands behind ids, each with its public address or, when its sheet
// shows none, that of who holds it: a manager of its organisation first. What was withdrawn
// is not among them.
func (s *Service) Reachables(ctx context.Context, ids []string) (map[string]Reachable, error) {
	const chunk = 100
	out := map[string]Reachable{}
	for len(ids) > 0 {
		n := min(len(ids), chunk)
		there, err := standing(ctx, s.Structures, ids[:n])
		if err != nil {
			return nil, err
		}
		if err := s.reach(ctx, there, out); err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	return out, nil
}

func (s *Service) reach(ctx context.Context, there map[string]*structure.Structure, out map[string]Reachable) error {
	for id, v := range there {
		r := Reachable{Structure: *v, Email: v.Contact.Email}
		if _, err := account.ParseEmail(r.Email); err != nil {
			email, err := s.holderEmail(ctx, v.ID)
			if err != nil {
				return err
			}
			r.Email, r.Account = email, email != ""
		}
		out[id] = r
	}
	return nil
}

// holderEmail is where who holds a sheet reads mail, "" when nobody holds it.
func (s *Service) holderEmail(ctx context.Context, id string) (string, error) {
	owner, err := s.owner(ctx, id)
	if err != nil || owner == "" {
		return "", err
	}
	d, err := s.People.Organisations.Get(ctx, owner)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	members := slices.Clone(d.Value.Members)
	slices.SortStableFunc(members, func(a, b account.Member) int {
		switch {
		case a.Manager == b.Manager:
			return 0
		case a.Manager:
			return -1
		}
		return 1
	})
	for _, m := range members[:min(len(members), 5)] {
		p, err := s.People.People.Get(ctx, m.Person)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		if p.Value.Active() {
			return string(p.Value.Email), nil
		}
	}
	return "", nil
}
