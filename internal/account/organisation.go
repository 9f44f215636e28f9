package account

import (
	"encoding/json"
	"slices"
	"time"
)

// Bounds of an organisation: its document stays below 1 MB (DESIGN rule 1).
const (
	MaxMembers     = 500
	MaxRequests    = 100
	MaxInvitations = 100
	MaxDomains     = 10
	MaxCovered     = 50   // territories, and buyers, of a facilitateur
	maxCoveredAll  = 5000 // of both, by all facilitateurs of an organisation
	// InvitationLife is how long an invitation can be accepted.
	InvitationLife = 14 * 24 * time.Hour
)

// Organisation is who persons act for. Its members are in its document, so that
// « one administrator at least » is held by one write.
type Organisation struct {
	ID        string           `json:"id"`
	Kind      OrganisationKind `json:"kind"`
	Name      string           `json:"name"`
	SIREN     string           `json:"siren,omitempty"`
	Territory string           `json:"territory,omitempty"` // value of a territory, "" when none
	Demo      bool             `json:"demo,omitempty"`

	Members     []Member     `json:"members,omitempty"`
	Requests    []Request    `json:"requests,omitempty"`
	Invitations []Invitation `json:"invitations,omitempty"`
	Domains     []Domain     `json:"domains,omitempty"`
	Barred      []string     `json:"barred,omitempty"`    // persons whom a manager removed: they do not come back by their address alone
	Suspended   []string     `json:"suspended,omitempty"` // of the portal: persons who are, and so cannot be of its team

	CreatedAt   time.Time `json:"created_at"`
	CreatedBy   string    `json:"created_by,omitempty"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"` // by an administrator; before, its roles do not count
	ClosedAt    time.Time `json:"closed_at,omitzero"`
}

// Member is a person in an organisation.
type Member struct {
	Person  string    `json:"person"`
	Roles   []Role    `json:"roles"`
	Manager bool      `json:"manager,omitempty"` // gives roles, removes members, declares domains
	Since   time.Time `json:"since"`
	Covers  *Coverage `json:"covers,omitempty"` // of a facilitateur
}

// Stamp tells whether the member was changed since it was seen: a form carries it.
func (m *Member) Stamp() string {
	text, _ := json.Marshal(m) // plain values: never fails
	return HashToken(string(text))
}

// Coverage is for whom a facilitateur works.
type Coverage struct {
	Territories []string `json:"territories,omitempty"` // values of territories
	Buyers      []string `json:"buyers,omitempty"`      // ids of organisations
}

// Request is a person's wish to join.
type Request struct {
	Person string    `json:"person"`
	Text   string    `json:"text,omitempty"` // what the person wrote to those who answer
	At     time.Time `json:"at"`
}

// Invitation waits for the owner of an address.
type Invitation struct {
	ID      string    `json:"id"`
	Email   Email     `json:"email"`
	Roles   []Role    `json:"roles"`
	Manager bool      `json:"manager,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Link    string    `json:"link"` // hash of the token in the mail
}

// Domain is an e-mail domain whose owners may join by themselves, once an
// administrator has confirmed it.
type Domain struct {
	Name        string    `json:"name"` // ASCII
	By          string    `json:"by"`
	At          time.Time `json:"at"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	ConfirmedBy string    `json:"confirmed_by,omitempty"`
}

// Actor is who asks for a change.
type Actor struct {
	Person        string
	Administrator bool // of the portal
}

// Errors that are no fault of what was typed.
const (
	ErrNotAllowed = Fault("Ce droit n’est pas le vôtre dans cette organisation.")
	ErrClosed     = Fault("Cette organisation est fermée : on peut encore la quitter, rien d’autre n’y change.")
	ErrNotMember  = Fault("Cette personne n’est pas membre de l’organisation.")
	ErrMember     = Fault("Vous êtes déjà membre de cette organisation.")
	ErrFull       = Fault("Cette organisation a déjà 500 membres.")
	ErrLastAdmin  = Fault("Le portail perdrait sa dernière administratrice ou son dernier administrateur : nommez d’abord quelqu’un d’autre.")
	ErrLastOne    = Fault("L’organisation perdrait sa dernière ou son dernier gestionnaire : nommez d’abord quelqu’un d’autre.")
	ErrGone       = Fault("Cette demande ou cette invitation n’est plus là : quelqu’un y a déjà répondu, ou elle a expiré.")
)

// Active reports whether the roles of its members count.
func (o *Organisation) Active() bool { return !o.ConfirmedAt.IsZero() && o.ClosedAt.IsZero() }

// Member finds a member, nil when the person is none.
func (o *Organisation) Member(person string) *Member {
	i := slices.IndexFunc(o.Members, func(m Member) bool { return m.Person == person })
	if i < 0 {
		return nil
	}
	return &o.Members[i]
}

// Has reports whether the person is a member with the role.
func (o *Organisation) Has(person string, role Role) bool {
	m := o.Member(person)
	return m != nil && slices.Contains(m.Roles, role)
}

// Manages reports whether the actor may change the organisation.
func (o *Organisation) Manages(a Actor) bool {
	m := o.Member(a.Person)
	return a.Administrator || m != nil && m.Manager
}

// mayManage refuses who may not change the organisation, and any change of one that
// is closed.
func (o *Organisation) mayManage(a Actor) error {
	switch {
	case !o.Manages(a):
		return ErrNotAllowed
	case !o.ClosedAt.IsZero():
		return ErrClosed
	}
	return nil
}

// managed reports whether a member manages the organisation.
func (o *Organisation) managed() bool {
	return slices.ContainsFunc(o.Members, func(m Member) bool { return m.Manager })
}

// keepsManager refuses that a change takes the last manager away, for as long as
// there is anybody at all; the portal always needs somebody. An organisation that had
// none before (erasure may take the last one) is not held up by it. Only a closed one
// may be left by all.
func (o *Organisation) keepsManager(had bool) error {
	switch {
	case !had || o.managed():
		return nil
	case o.Kind == KindPortal:
		return ErrLastAdmin
	case len(o.Members) > 0 && o.ClosedAt.IsZero():
		return ErrLastOne
	}
	return nil
}

// add makes a person a member; one who is there gets the roles beside those held.
func (o *Organisation) add(person string, roles []Role, manager bool, at time.Time) error {
	roles, err := o.Kind.cleanRoles(roles)
	if err != nil {
		return err
	}
	if o.KeepsOut(person) {
		return ErrIsSuspended
	}
	if m := o.Member(person); m != nil {
		if m.Roles, err = o.Kind.cleanRoles(append(roles, m.Roles...)); err == nil {
			m.Manager = m.Manager || manager
		}
	} else if len(o.Members) >= MaxMembers {
		return ErrFull
	} else {
		// Who administers the portal manages its team: the two are one there.
		o.Members = append(o.Members, Member{Person: person, Roles: roles, Manager: manager || o.Kind == KindPortal, Since: at.UTC()})
	}
	o.Requests = slices.DeleteFunc(o.Requests, func(r Request) bool { return r.Person == person })
	o.Barred = slices.DeleteFunc(o.Barred, func(p string) bool { return p == person })
	return err
}

// Enrol makes a person a member without being asked, for commands and administrators.
func (o *Organisation) Enrol(person string, roles []Role, manager bool, at time.Time) error {
	return o.add(person, roles, manager, at)
}

// mayGive says which roles an actor may give: who manages gives all, another member
// the least one, since nobody gives more than was given to him.
func (o *Organisation) mayGive(a Actor, roles []Role, manager bool) error {
	switch {
	case o.Manages(a):
		return nil
	case o.Member(a.Person) == nil:
		return ErrNotAllowed
	case manager || len(roles) != 1 || roles[0] != o.Kind.Least():
		return Fault("Seuls les gestionnaires donnent un autre rôle que « " + o.Kind.Least().Label() + " ».")
	}
	return nil
}

// SetRoles changes what a member is; invitations of the member that give more than
// the member now may end.
func (o *Organisation) SetRoles(a Actor, person string, roles []Role, manager bool) error {
	if err := o.mayManage(a); err != nil {
		return err
	}
	m := o.Member(person)
	if m == nil {
		return ErrNotMember
	}
	roles, err := o.Kind.cleanRoles(roles)
	if err != nil {
		return err
	}
	had := o.managed()
	m.Roles, m.Manager = roles, manager || o.Kind == KindPortal
	if !slices.Contains(roles, Facilitateur) {
		m.Covers = nil
	}
	o.Invitations = slices.DeleteFunc(o.Invitations, func(i Invitation) bool {
		return i.By == person && o.mayGive(Actor{Person: person}, i.Roles, i.Manager) != nil
	})
	return o.keepsManager(had)
}

// SetCoverage says for whom a facilitateur works. Who is one does not say it alone: it
// tells others whom to ask, and gives no right by itself.
func (o *Organisation) SetCoverage(a Actor, person string, c Coverage) error {
	if err := o.mayManage(a); err != nil {
		return err
	}
	m := o.Member(person)
	c = Coverage{Territories: set(c.Territories), Buyers: set(c.Buyers)}
	switch {
	case m == nil:
		return ErrNotMember
	case !slices.Contains(m.Roles, Facilitateur):
		return Fault("Seul un facilitateur couvre un territoire ou des acheteurs.")
	case len(c.Territories) > MaxCovered || len(c.Buyers) > MaxCovered:
		return Fault("Un facilitateur couvre 50 territoires et 50 acheteurs au plus.")
	}
	m.Covers = &c
	if c.size() == 0 {
		m.Covers = nil
	}
	all := 0
	for _, m := range o.Members {
		all += m.Covers.size()
	}
	if all > maxCoveredAll {
		return Fault("Les facilitateurs de cette organisation couvrent déjà 5 000 territoires et acheteurs en tout.")
	}
	return nil
}

func (c *Coverage) size() int {
	if c == nil {
		return 0
	}
	return len(c.Territories) + len(c.Buyers)
}

// set is the list in order, each value once, nothing empty.
func set(list []string) []string {
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	return slices.DeleteFunc(list, func(v string) bool { return v == "" })
}

// Remove ends a membership: a member's own, or another's by who manages.
func (o *Organisation) Remove(a Actor, person string) error {
	if a.Person != person {
		if err := o.mayManage(a); err != nil {
			return err
		}
	}
	if o.Member(person) == nil {
		return ErrNotMember
	}
	had := o.managed()
	o.drop(person)
	if a.Person != person {
		o.bar(person)
	}
	return o.keepsManager(had)
}

// bar keeps a person who was removed from coming back by a confirmed domain, or by an
// invitation of the person's own.
func (o *Organisation) bar(person string) {
	o.uninvite(person)
	o.Barred = append(o.Barred, person)
	o.Barred = o.Barred[max(0, len(o.Barred)-MaxMembers):]
}

// uninvite ends the invitations that a person has sent: one may be for another address
// of the same hands.
func (o *Organisation) uninvite(person string) {
	o.Invitations = slices.DeleteFunc(o.Invitations, func(i Invitation) bool { return i.By == person })
}

// drop takes a person out of the document, whatever it was there.
func (o *Organisation) drop(person string) {
	o.Members = slices.DeleteFunc(o.Members, func(m Member) bool { return m.Person == person })
	o.Requests = slices.DeleteFunc(o.Requests, func(r Request) bool { return r.Person == person })
}

// Forget takes an erased person out: an organisation may lose its last manager by
// it, the portal its last administrator not.
func (o *Organisation) Forget(person string, email Email) error {
	had := o.managed()
	o.drop(person)
	o.LetBack(person)
	o.Barred = slices.DeleteFunc(o.Barred, func(p string) bool { return p == person })
	o.Invitations = slices.DeleteFunc(o.Invitations, func(i Invitation) bool { return i.Email.Key() == email.Key() })
	if o.Kind == KindPortal {
		return o.keepsManager(had)
	}
	return nil
}
