package people

import (
	"context"
	"errors"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Inviting is whom somebody invites, to what.
type Inviting struct {
	Email   account.Email
	Roles   []account.Role
	Manager bool
}

// Invite invites the owner of an address, who may have an account or not: nothing
// tells. *TooManyError.
func (s *Service) Invite(ctx context.Context, a account.Actor, id string, in Inviting) error {
	if err := s.countSending(ctx, "inviting", a.Person, PerInviting); err != nil {
		return err
	}
	p, err := s.People.ByEmail(ctx, in.Email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	by, err := s.shown(ctx, a.Person)
	if err != nil {
		return err
	}
	inv := account.Invitation{ID: account.NewID(), Email: in.Email, Roles: in.Roles, Manager: in.Manager, By: a.Person, At: s.Now().UTC()}
	inv.Link = account.HashToken(s.InvitationToken(inv.ID))
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (c organisationChange, err error) {
		if err := o.Invite(a, inv); err != nil {
			return c, err
		}
		if p.ID != "" && o.Member(p.ID) != nil {
			return c, account.Fault("Cette personne est déjà membre de l’organisation.")
		}
		// The address is in no audit line: who owns it may have no key to destroy.
		c = organisationChange{What: "organisation.invitation.add", Fields: []store.Changed{
			{Field: "invitation", After: inv.ID}, {Field: "roles", After: inv.Roles}, {Field: "manager", After: inv.Manager},
		}}
		mail, err := mailEffect(message.Order{
			Key: message.Key{Kind: message.Invitation, Object: inv.ID, Recipient: inv.Email.Key()},
			To:  string(inv.Email), Sender: a.Person, QueuedAt: inv.At, ExpiresAt: inv.At.Add(account.InvitationLife),
			Details: map[string]string{
				message.DetailOrganisation: o.Name, message.DetailBy: by, message.DetailRoles: roleWords(inv.Roles, inv.Manager),
				message.DetailDay: string(structure.DateOf(inv.At.Add(account.InvitationLife))),
			},
		})
		c.Mails = []store.Effect{mail}
		return c, err
	})
}

// InvitationToken is what the mail of an invitation holds.
func (s *Service) InvitationToken(invitation string) string {
	return s.Secret.Token(message.PurposeInvitation, invitation, 0)
}

// WithdrawInvitation ends an invitation; its link ends with it.
func (s *Service) WithdrawInvitation(ctx context.Context, a account.Actor, id, invitation string) error {
	return s.changeOrganisation(ctx, a.Person, id, func(o *account.Organisation) (organisationChange, error) {
		return organisationChange{What: "organisation.invitation.withdraw", Fields: []store.Changed{{Field: "invitation", Before: invitation}}},
			o.Withdraw(a, invitation)
	})
}

// Invitation finds what the link of a mail invites to. account.ErrGone.
func (s *Service) Invitation(ctx context.Context, token string) (account.Organisation, account.Invitation, error) {
	d, err := s.byInvitation(ctx, token)
	if err != nil {
		return account.Organisation{}, account.Invitation{}, err
	}
	inv, err := d.Value.Invited(account.HashToken(token), s.Now())
	return d.Value, inv, err
}

func (s *Service) byInvitation(ctx context.Context, token string) (store.Doc[account.Organisation], error) {
	if !account.IsToken(token) {
		return store.Doc[account.Organisation]{}, account.ErrGone
	}
	d, err := s.Organisations.ByInvitation(ctx, account.HashToken(token))
	if errors.Is(err, store.ErrNotFound) {
		return d, account.ErrGone
	}
	return d, err
}

// AcceptInvitation makes the owner of the invited address a member, and gives the id
// of the organisation. Of two at once one finds the invitation gone.
func (s *Service) AcceptInvitation(ctx context.Context, p *account.Person, token string) (organisation string, err error) {
	d, err := s.byInvitation(ctx, token)
	if err != nil {
		return "", err
	}
	if err := s.roomFor(ctx, p.ID); err != nil {
		return "", err
	}
	link := account.HashToken(token)
	return d.ID, s.changeOrganisation(ctx, p.ID, d.ID, func(o *account.Organisation) (c organisationChange, err error) {
		inv, err := o.Invited(link, s.Now())
		if err != nil {
			return c, err
		}
		before := memberOf(o, p.ID)
		if err := o.Accept(link, p, s.Now()); err != nil {
			return c, err
		}
		c = organisationChange{What: "organisation.invitation.accept", Subject: p.ID, Fields: rolesChanged(before, o.Member(p.ID))}
		c.Fields = append(c.Fields, store.Changed{Field: "invitation", Before: inv.ID})
		return c, nil
	})
}

// DeclineInvitation ends an invitation by its owner.
func (s *Service) DeclineInvitation(ctx context.Context, p *account.Person, token string) error {
	d, err := s.byInvitation(ctx, token)
	if err != nil {
		return err
	}
	link := account.HashToken(token)
	return s.changeOrganisation(ctx, p.ID, d.ID, func(o *account.Organisation) (c organisationChange, err error) {
		inv, err := o.Invited(link, s.Now())
		if err != nil {
			return c, err
		}
		c = organisationChange{What: "organisation.invitation.decline", Subject: p.ID, Fields: []store.Changed{{Field: "invitation", Before: inv.ID}}}
		return c, o.Decline(link, p, s.Now())
	})
}

// Waiting is an invitation that waits for a person.
type Waiting struct {
	Organisation account.Organisation
	Invitation   account.Invitation
	Token        string
}

// InvitationsFor lists those that wait for the owner of an account.
func (s *Service) InvitationsFor(ctx context.Context, p *account.Person) (list []Waiting, err error) {
	docs, err := s.Organisations.Inviting(ctx, p.Email)
	for _, d := range docs {
		for _, inv := range d.Value.Invitations {
			if _, err := d.Value.Invited(inv.Link, s.Now()); err == nil && inv.For(p) {
				list = append(list, Waiting{d.Value, inv, s.InvitationToken(inv.ID)})
			}
		}
	}
	return list, err
}
