package people

import (
	"context"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// SetRoles changes what a member is. store.ErrConflict when somebody else did so
// since it was seen.
func (s *Service) SetRoles(ctx context.Context, a account.Actor, id, person, seen string, roles []account.Role, manager bool) error {
	by, err := s.shown(ctx, a.Person)
	if err != nil {
		return err
	}
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		before := memberOf(o, person)
		if err := o.SetRoles(a, person, roles, manager); err != nil {
			return c, err
		}
		after := o.Member(person)
		if before.Stamp() == after.Stamp() {
			return c, errUnchanged
		}
		if seen != "" && before.Stamp() != seen {
			return c, store.ErrConflict
		}
		c = organisationChange{What: "organisation.member.roles", Subject: person, Fields: rolesChanged(before, after)}
		if person != a.Person {
			c.Mails, err = s.letter(ctx, message.RoleChanged, o, person, a.Person, map[string]string{
				message.DetailBy: by, message.DetailRoles: roleWords(after.Roles, after.Manager),
			}, person)
		}
		return c, err
	})
}

// SetCoverage says for whom a facilitateur works. The territories are known to exist;
// the buyers are looked up. store.ErrConflict as SetRoles.
func (s *Service) SetCoverage(ctx context.Context, a account.Actor, id, person, seen string, to account.Coverage) error {
	buyers, err := s.Organisations.GetSome(ctx, to.Buyers)
	if err != nil {
		return err
	}
	for _, buyer := range to.Buyers {
		if !slices.ContainsFunc(buyers, func(d store.Doc[account.Organisation]) bool {
			return d.ID == buyer && d.Value.Kind.Buys() && d.Value.Active()
		}) {
			return account.Fault("Un des acheteurs choisis n’est plus sur le portail.")
		}
	}
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		before := memberOf(o, person)
		if err := o.SetCoverage(a, person, to); err != nil {
			return c, err
		}
		after := o.Member(person)
		if before.Stamp() == after.Stamp() {
			return c, errUnchanged
		}
		if seen != "" && before.Stamp() != seen {
			return c, store.ErrConflict
		}
		return organisationChange{
			What: "organisation.member.coverage", Subject: person,
			Fields: []store.Changed{{Field: "covers", Before: before.Covers, After: after.Covers}},
		}, nil
	})
}

// Remove ends the membership of another.
func (s *Service) Remove(ctx context.Context, a account.Actor, id, person string) error {
	by, err := s.shown(ctx, a.Person)
	if err != nil {
		return err
	}
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		if c, err = s.endMembership(ctx, a, o, person); err != nil {
			return c, err
		}
		c.What = "organisation.member.remove"
		c.Mails, err = s.letter(ctx, message.Removed, o, person, a.Person, map[string]string{message.DetailBy: by}, person)
		return c, err
	})
}

// Leave ends a person's own membership.
func (s *Service) Leave(ctx context.Context, person, id string) error {
	return s.changeOrganisation(ctx, person, id, func(o *account.Organisation) (organisationChange, error) {
		c, err := s.endMembership(ctx, account.Actor{Person: person}, o, person)
		c.What = "organisation.member.leave"
		return c, err
	})
}

// endMembership takes a member out. Of the team of the portal somebody must stay who
// can sign in: a suspended account administers nothing.
func (s *Service) endMembership(ctx context.Context, a account.Actor, o *account.Organisation, person string) (organisationChange, error) {
	before := memberOf(o, person)
	if err := o.Remove(a, person); err != nil {
		return organisationChange{}, err
	}
	if o.Kind == account.KindPortal {
		var left []string
		for _, m := range o.Members {
			left = append(left, m.Person)
		}
		people, err := s.People.GetSome(ctx, left)
		if err != nil {
			return organisationChange{}, err
		}
		if !slices.ContainsFunc(people, func(d store.Doc[account.Person]) bool { return d.Value.Active() }) {
			return organisationChange{}, account.ErrLastAdmin
		}
	}
	return organisationChange{Subject: person, Fields: rolesChanged(before, nil)}, nil
}
