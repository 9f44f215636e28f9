package account

import (
	"slices"
	"time"
	"unicode/utf8"
)

// Invite notes an invitation; the token whose hash it keeps goes by mail. A second
// one for the same address replaces the first, whose link then ends.
func (o *Organisation) Invite(a Actor, inv Invitation) error {
	roles, err := o.Kind.cleanRoles(inv.Roles)
	if err != nil {
		return err
	}
	if err := o.mayGive(a, roles, inv.Manager); err != nil {
		return err
	}
	switch {
	case !o.ClosedAt.IsZero():
		return ErrClosed
	case !o.Active():
		return Fault("L’organisation n’est pas encore confirmée : elle n’invite pas.")
	}
	inv.Roles = roles
	o.Invitations = slices.DeleteFunc(o.Invitations, func(i Invitation) bool {
		return i.Email.Key() == inv.Email.Key() || i.lapsed(inv.At)
	})
	if len(o.Invitations) >= MaxInvitations {
		return Fault("Cent invitations attendent déjà une réponse.")
	}
	o.Invitations = append(o.Invitations, inv)
	return nil
}

func (i Invitation) lapsed(now time.Time) bool { return over(now, i.At, InvitationLife) }

// Invited finds a valid invitation by the hash of its token.
func (o *Organisation) Invited(link string, now time.Time) (Invitation, error) {
	for _, i := range o.Invitations {
		if i.Link == link && !i.lapsed(now) && o.Active() {
			return i, nil
		}
	}
	return Invitation{}, ErrGone
}

// Accept makes the owner of the invited address a member.
func (o *Organisation) Accept(link string, p *Person, now time.Time) error {
	inv, err := o.Invited(link, now)
	if err != nil {
		return err
	}
	if !inv.For(p) {
		return ErrNotYours
	}
	o.dropInvitation(inv.ID)
	return o.add(p.ID, inv.Roles, inv.Manager, now)
}

// For reports whether the invitation is for the owner of the account.
func (i Invitation) For(p *Person) bool { return i.Email.Key() == p.Email.Key() }

// ErrNotYours is said to who opens another's invitation, and no more.
const ErrNotYours = Fault("Cette invitation est pour une autre adresse que celle de votre compte.")

// Decline ends an invitation by its owner.
func (o *Organisation) Decline(link string, p *Person, now time.Time) error {
	inv, err := o.Invited(link, now)
	if err != nil {
		return err
	}
	if !inv.For(p) {
		return ErrNotYours
	}
	o.dropInvitation(inv.ID)
	return nil
}

// Withdraw ends an invitation by who made it or who manages.
func (o *Organisation) Withdraw(a Actor, id string) error {
	i := slices.IndexFunc(o.Invitations, func(i Invitation) bool { return i.ID == id })
	switch {
	case i < 0:
		return ErrGone
	case o.Invitations[i].By != a.Person && !o.Manages(a):
		return ErrNotAllowed
	}
	o.dropInvitation(id)
	return nil
}

func (o *Organisation) dropInvitation(id string) {
	o.Invitations = slices.DeleteFunc(o.Invitations, func(i Invitation) bool { return i.ID == id })
}

// Ask notes the wish to join; asking twice is no failure. Nobody asks to join the
// portal's own team.
func (o *Organisation) Ask(person, text string, at time.Time) error {
	switch {
	case o.Kind == KindPortal || !o.Active():
		return Fault("Cette organisation n’accueille pas de demande.")
	case o.Member(person) != nil:
		return ErrMember
	case o.Asked(person) != nil:
		return nil
	case utf8.RuneCountInString(text) > MaxRequestText:
		return Fault("Ce message est trop long : 300 caractères au plus.")
	case len(o.Requests) >= MaxRequests:
		return Fault("Cent demandes attendent déjà une réponse dans cette organisation.")
	}
	o.Requests = append(o.Requests, Request{Person: person, Text: text, At: at.UTC()})
	return nil
}

// Approve lets in who asked.
func (o *Organisation) Approve(a Actor, person string, roles []Role, at time.Time) error {
	if o.Asked(person) == nil {
		return ErrGone
	}
	if err := o.mayGive(a, roles, false); err != nil {
		return err
	}
	if !o.Active() {
		return ErrClosed
	}
	return o.add(person, roles, false, at)
}

// Refuse answers no, or takes the wish back.
func (o *Organisation) Refuse(a Actor, person string) error {
	before := len(o.Requests)
	if a.Person != person && o.Member(a.Person) == nil && !a.Administrator {
		return ErrNotAllowed
	}
	o.Requests = slices.DeleteFunc(o.Requests, func(r Request) bool { return r.Person == person })
	if len(o.Requests) == before {
		return ErrGone
	}
	return nil
}

// MaxRequestText is how long the words of who asks to join may be, in letters.
const MaxRequestText = 300

// Asked finds the wish of a person to join, nil when there is none.
func (o *Organisation) Asked(person string) *Request {
	i := slices.IndexFunc(o.Requests, func(r Request) bool { return r.Person == person })
	if i < 0 {
		return nil
	}
	return &o.Requests[i]
}

// maxAnswering bounds who is told of what awaits an answer.
const maxAnswering = 20

// Answering are those whom a wish to join is told: who manages, else every member.
func (o *Organisation) Answering() (persons []string) {
	managed := o.managed()
	for _, m := range o.Members {
		if m.Manager || !managed {
			persons = append(persons, m.Person)
		}
	}
	return persons[:min(len(persons), maxAnswering)]
}
