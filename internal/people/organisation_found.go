package people

import (
	"context"
	"errors"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// maxProposed bounds the organisations of one person that await an administrator.
const maxProposed = 5

// Propose makes an organisation that awaits an administrator; the person manages it.
func (s *Service) Propose(ctx context.Context, p *account.Person, f account.Founding) (id string, err error) {
	own, err := s.Organisations.Of(ctx, p.ID)
	if err != nil {
		return "", err
	}
	waiting := 0
	for _, d := range own {
		if d.Value.ConfirmedAt.IsZero() && d.Value.ClosedAt.IsZero() {
			waiting++
		}
	}
	switch {
	case waiting >= maxProposed:
		return "", account.Fault("Cinq organisations que vous avez proposées attendent déjà une réponse.")
	case len(own) >= store.MaxOrganisationsOf:
		return "", s.roomFor(ctx, p.ID)
	}
	return s.found(ctx, account.Actor{Person: p.ID}, f, "organisation.propose")
}

// CreateOrganisation makes a confirmed organisation, by an administrator; its first
// manager is invited.
func (s *Service) CreateOrganisation(ctx context.Context, a account.Actor, f account.Founding) (id string, err error) {
	if !a.Administrator {
		return "", account.ErrNotAllowed
	}
	return s.found(ctx, a, f, "organisation.create")
}

// errSameSIREN is said of a number that another organisation of the kind has.
const errSameSIREN = account.Fault("Une organisation de ce type a déjà ce numéro SIREN : cherchez-la, et demandez à la rejoindre.")

func (s *Service) found(ctx context.Context, a account.Actor, f account.Founding, what string) (string, error) {
	now := s.Now().UTC()
	o, err := account.Found(a, f, now)
	if err != nil {
		return "", err
	}
	patch, err := store.Patch(ctx, nil,
		store.Changed{Field: "name", After: o.Name}, store.Changed{Field: "kind", After: o.Kind}, store.Changed{Field: "siren", After: o.SIREN})
	if err != nil {
		return "", err
	}
	ch := store.Change{Actor: a.Person, At: now, Audit: true, What: what, Patch: patch}
	if !a.Administrator {
		ch.Subject = a.Person
	}
	_, err = s.Organisations.Insert(ctx, o, ch)
	if errors.Is(err, store.ErrDuplicate) {
		if _, err := s.Organisations.Get(ctx, o.ID); err == nil {
			return o.ID, nil // the same form, sent twice
		}
		return "", errSameSIREN
	}
	return o.ID, err
}

// ConfirmOrganisation makes the roles of its members count, or opens again what was
// closed, and tells those who manage it.
func (s *Service) ConfirmOrganisation(ctx context.Context, a account.Actor, id string) error {
	err := s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		before := o.State()
		if err := o.Confirm(a, s.Now()); err != nil {
			return c, err
		}
		if before == account.StateActive {
			return c, errUnchanged
		}
		c = stateChange("confirm", before, o)
		c.Mails, err = s.letter(ctx, message.OrganisationConfirmed, o, o.ID, a.Person, nil, o.Answering()...)
		return c, err
	})
	if errors.Is(err, store.ErrDuplicate) { // another was made while it was closed
		return errSameSIREN
	}
	return err
}

// CloseOrganisation ends an organisation, or refuses one that was proposed.
func (s *Service) CloseOrganisation(ctx context.Context, a account.Actor, id string) error {
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		before := o.State()
		if err := o.Close(a, s.Now()); err != nil {
			return c, err
		}
		if before == account.StateClosed {
			return c, errUnchanged
		}
		return stateChange("close", before, o), nil
	})
}

func stateChange(what string, before account.State, o *account.Organisation) organisationChange {
	return organisationChange{What: "organisation." + what, Fields: []store.Changed{{Field: "state", Before: before, After: o.State()}}}
}
