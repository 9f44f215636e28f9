package people

import (
	"context"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// DeclareDomain notes an e-mail domain of an organisation, as it was typed; an
// administrator confirms it.
func (s *Service) DeclareDomain(ctx context.Context, a account.Actor, id, typed string) error {
	name, err := account.ParseDomain(typed)
	if err != nil {
		return err
	}
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		known := len(o.Domains)
		if err := o.Declare(a, name, s.Now()); err != nil {
			return c, err
		}
		if len(o.Domains) == known {
			return c, errUnchanged
		}
		return domainChange("add", nil, name), nil
	})
}

func domainChange(what string, before, after any) organisationChange {
	return organisationChange{What: "organisation.domain." + what, Fields: []store.Changed{{Field: "domain", Before: before, After: after}}}
}

// DropDomain takes a domain back, confirmed or not.
func (s *Service) DropDomain(ctx context.Context, a account.Actor, id, name string) error {
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (organisationChange, error) {
		return domainChange("remove", name, nil), o.DropDomain(a, name)
	})
}

// ConfirmDomain lets owners of addresses of the domain join by themselves, and tells
// those who manage the organisation.
func (s *Service) ConfirmDomain(ctx context.Context, a account.Actor, id, name string) error {
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		known := o.Confirmed(name)
		if err := o.ConfirmDomain(a, name, s.Now()); err != nil {
			return c, err
		}
		if known {
			return c, errUnchanged
		}
		c = domainChange("confirm", nil, name)
		c.Mails, err = s.letter(ctx, message.DomainConfirmed, o, name, a.Person, map[string]string{message.DetailDomain: name}, o.Answering()...)
		return c, err
	})
}
