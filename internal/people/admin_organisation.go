package people

import (
	"context"
	"errors"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// Described is what an administrator says of an organisation.
type Described struct{ Name, SIREN, Territory string }

// DescribeOrganisation changes the name, the SIREN and the territory in one write.
// store.ErrConflict when the organisation changed since the version that was seen.
func (s *Service) DescribeOrganisation(ctx context.Context, a account.Actor, id string, seen int64, to Described) error {
	d, err := s.Organisations.Get(ctx, id)
	switch {
	case err != nil:
		return err
	case d.Version != seen:
		return store.ErrConflict
	}
	before := Described{d.Value.Name, d.Value.SIREN, d.Value.Territory}
	if err := d.Value.Describe(a, to.SIREN, to.Territory); err != nil {
		return err
	}
	if err := d.Value.Rename(a, to.Name); err != nil {
		return err
	}
	patch, err := store.Patch(ctx, nil,
		store.Changed{Field: "name", Before: before.Name, After: d.Value.Name},
		store.Changed{Field: "siren", Before: before.SIREN, After: d.Value.SIREN},
		store.Changed{Field: "territory", Before: before.Territory, After: d.Value.Territory})
	if err != nil || patch == nil { // nothing differs
		return err
	}
	_, err = s.Organisations.Replace(ctx, d, store.Change{Actor: a.Person, At: s.Now().UTC(), Audit: true, What: "organisation.describe", Patch: patch})
	if errors.Is(err, store.ErrDuplicate) {
		return errSameSIREN
	}
	return err
}

// NameManager makes the owner of an address a manager of an organisation, making the
// account when there is none, and writes to the person. Who manages it already is not
// written to again.
func (s *Service) NameManager(ctx context.Context, a account.Actor, id string, e account.Email) error {
	p, err := s.nameable(ctx, a, id, e)
	if err != nil {
		return err
	}
	by, err := s.shown(ctx, a.Person)
	if err != nil {
		return err
	}
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		before := memberOf(o, p.ID)
		if before != nil && before.Manager {
			return c, errUnchanged
		}
		if before == nil {
			if err := s.roomFor(ctx, p.ID); err != nil {
				return c, err
			}
		}
		if err := o.NameManager(a, p.ID, s.Now()); err != nil {
			return c, err
		}
		m := o.Member(p.ID)
		c = organisationChange{What: "organisation.member.manager", Subject: p.ID, Fields: rolesChanged(before, m)}
		c.Mails, err = s.letter(ctx, message.RoleChanged, o, p.ID, a.Person,
			map[string]string{message.DetailBy: by, message.DetailRoles: roleWords(m.Roles, m.Manager)}, p.ID)
		return c, err
	})
}

// nameable finds or makes the account of who may be named.
func (s *Service) nameable(ctx context.Context, a account.Actor, id string, e account.Email) (p store.Doc[account.Person], err error) {
	if !a.Administrator {
		return p, account.ErrNotAllowed
	}
	o, err := s.Organisations.Get(ctx, id)
	if err != nil {
		return p, err
	}
	if !o.Value.ClosedAt.IsZero() {
		return p, account.ErrClosed // before an account is made for nothing
	}
	p, err = s.Ensure(ctx, e, a.Person)
	switch {
	case err != nil:
		return p, err
	case !p.Value.SuspendedAt.IsZero():
		return p, account.ErrIsSuspended
	case !p.Value.Active():
		return p, errErasing
	}
	return p, nil
}
