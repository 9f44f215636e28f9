package people

import (
	"context"
	"errors"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/store"
)

// EnterByIdentity opens a session for whose account at a provider it is.
// store.ErrNotFound when it is linked to no account here.
func (s *Service) EnterByIdentity(ctx context.Context, id account.Identity, in Arrival) (token string, err error) {
	d, err := s.People.ByIdentity(ctx, id)
	if err != nil {
		return "", err
	}
	return s.open(ctx, d, in)
}

// Connect links an account at a provider to a person. Once more is no failure; an
// account.Fault when it is linked to somebody else.
func (s *Service) Connect(ctx context.Context, person string, id account.Identity) error {
	id.At = s.Now().UTC()
	_, err := store.Update(ctx, s.People.Collection, person, func(p *account.Person) (store.Change, error) {
		if err := p.Link(id); err != nil {
			return store.Change{}, err
		}
		patch, err := store.Patch(ctx, s.Keys, store.Personal(p.ID, "identity", "", id.Key()))
		return s.own(p.ID, "person.identity.add", patch), err
	})
	if errors.Is(err, store.ErrDuplicate) {
		return account.Fault("Ce compte du fournisseur d’identité est déjà relié à un autre compte du portail.")
	}
	return err
}

// Disconnect takes the accounts at a provider away from a person, who signs in by
// mail from then on.
func (s *Service) Disconnect(ctx context.Context, person, issuer string) error {
	_, err := store.Update(ctx, s.People.Collection, person, func(p *account.Person) (store.Change, error) {
		kept := slices.DeleteFunc(slices.Clone(p.Identities), func(id account.Identity) bool { return id.Issuer == issuer })
		if len(kept) == len(p.Identities) {
			return store.Change{}, store.ErrNotFound
		}
		patch, err := store.Patch(ctx, s.Keys, store.Personal(p.ID, "identity", issuer, ""))
		p.Identities = kept
		return s.own(p.ID, "person.identity.remove", patch), err
	})
	return err
}
