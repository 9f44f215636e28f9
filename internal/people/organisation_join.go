package people

import (
	"context"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// maxAsked bounds the wishes of one person that await an answer.
const maxAsked = 10

// AskToJoin tells those who answer for an organisation that a person wishes to join.
// Asked twice it is one wish. *TooManyError.
func (s *Service) AskToJoin(ctx context.Context, p *account.Person, id, text string) error {
	if err := s.countSending(ctx, "asking", p.ID, PerAsking); err != nil {
		return err
	}
	asked, err := s.Organisations.AskedBy(ctx, p.ID)
	if err != nil {
		return err
	}
	if len(asked) >= maxAsked {
		return account.Fault("Dix de vos demandes attendent déjà une réponse : reprenez-en une, ou patientez.")
	}
	return s.changeOrganisation(ctx, p.ID, id, func(o *account.Organisation) (c organisationChange, err error) {
		if o.Asked(p.ID) != nil {
			return c, errUnchanged
		}
		if err := o.Ask(p.ID, text, s.Now()); err != nil {
			return c, err
		}
		c = organisationChange{What: "organisation.request.add", Subject: p.ID}
		c.Mails, err = s.letter(ctx, message.JoinRequest, o, p.ID, p.ID, map[string]string{
			message.DetailBy: p.Shown(), message.DetailText: text,
		}, o.Answering()...)
		return c, err
	})
}

// TakeBack ends a wish to join by who had it.
func (s *Service) TakeBack(ctx context.Context, person, id string) error {
	return s.changeOrganisation(ctx, person, id, func(o *account.Organisation) (organisationChange, error) {
		return organisationChange{What: "organisation.request.withdraw", Subject: person}, o.Refuse(account.Actor{Person: person}, person)
	})
}

// Approve lets in who asked. Of two answers at once the second finds the wish gone.
func (s *Service) Approve(ctx context.Context, a account.Actor, id, person string, roles []account.Role) error {
	if err := s.roomFor(ctx, person); err != nil {
		return err
	}
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		if err := o.Approve(a, person, roles, s.Now()); err != nil {
			return c, err
		}
		m := o.Member(person)
		c = organisationChange{What: "organisation.request.accept", Subject: person, Fields: rolesChanged(nil, m)}
		c.Mails, err = s.letter(ctx, message.JoinAccepted, o, person, a.Person, map[string]string{message.DetailRoles: roleWords(m.Roles, m.Manager)}, person)
		return c, err
	})
}

// Refuse says no to who asked.
func (s *Service) Refuse(ctx context.Context, a account.Actor, id, person string) error {
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		if err := o.Refuse(a, person); err != nil {
			return c, err
		}
		c = organisationChange{What: "organisation.request.refuse", Subject: person}
		c.Mails, err = s.letter(ctx, message.JoinRefused, o, person, a.Person, nil, person)
		return c, err
	})
}

// JoinByDomain makes the owner of an address of a confirmed domain a member.
func (s *Service) JoinByDomain(ctx context.Context, p *account.Person, id string) error {
	if err := s.roomFor(ctx, p.ID); err != nil {
		return err
	}
	return s.changeOrganisation(ctx, p.ID, id, func(o *account.Organisation) (organisationChange, error) {
		if err := o.JoinByDomain(p, s.Now()); err != nil {
			return organisationChange{}, err
		}
		return organisationChange{What: "organisation.member.join", Subject: p.ID, Fields: rolesChanged(nil, o.Member(p.ID))}, nil
	})
}

// OpenTo lists the organisations that the address of a person opens, and to which the
// person does not belong.
func (s *Service) OpenTo(ctx context.Context, p *account.Person) (list []store.Doc[account.Organisation], err error) {
	docs, err := s.Organisations.ByDomain(ctx, p.Email.Domain())
	for _, d := range docs {
		if d.Value.MayJoin(p) {
			list = append(list, d)
		}
	}
	return list, err
}
