package sourcing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

// CharterVersion is the version of the charte de déontologie that declarations are made
// under, and that is attached to the first message.
const CharterVersion = 1

// Part is what somebody does in the team of an operation.
type Part string

// Parts.
const (
	Leads   Part = "responsable"
	Helps   Part = "membre"
	Needs   Part = "prescripteur" // says what the service needs
	Advices Part = "facilitateur"
)

// Parts lists them in the order in which they are offered.
var Parts = []Part{Leads, Helps, Needs, Advices}

var partLabels = map[Part]string{Leads: "Responsable", Helps: "Membre de l’équipe", Needs: "Prescripteur", Advices: "Facilitateur"}

// Label is the part as shown to people, in French.
func (p Part) Label() string { return partLabels[p] }

// Teammate is a person of the team of an operation, with the declaration of interests
// without which the answers stay shut.
type Teammate struct {
	Person     string    `json:"person"`
	Part       Part      `json:"part"`
	AddedBy    string    `json:"added_by,omitempty"`
	AddedAt    time.Time `json:"added_at"`
	DeclaredAt time.Time `json:"declared_at,omitzero"`
	Charter    int       `json:"charter,omitempty"`   // its version, at the declaration
	Interests  string    `json:"interests,omitempty"` // declared; "" with DeclaredAt = none
	RecusedAt  time.Time `json:"recused_at,omitzero"`
	Reason     string    `json:"reason,omitempty"` // of the recusal
	LeftAt     time.Time `json:"left_at,omitzero"`
}

// Teammate finds a person of the team who has not left, nil when there is none.
func (o *Operation) Teammate(person string) *Teammate {
	i := slices.IndexFunc(o.Team, func(t Teammate) bool { return t.Person == person && t.LeftAt.IsZero() })
	if i < 0 || person == "" {
		return nil
	}
	return &o.Team[i]
}

// Opens refuses answers to who is not of the team, has not declared the own interests, or
// is recused.
func (o *Operation) Opens(m buyer.Member) error {
	if m.Organisation != o.Organisation {
		return account.ErrNotAllowed
	}
	t := o.Teammate(m.Person)
	switch {
	case t == nil:
		return ErrNotInTeam
	case !t.RecusedAt.IsZero():
		return guarded(GuardRecused, ErrRecused)
	case t.DeclaredAt.IsZero():
		return guarded(GuardDeclared, ErrUndeclared)
	}
	return nil
}

// Enrol takes a person into the team; a buyer of the organisation may enrol themselves.
// Who was recused does not come back; an operation that is closed still has a launch to do.
func (o *Operation) Enrol(m buyer.Member, person string, part Part, at time.Time) error {
	self := person == m.Person && o.Teammate(person) == nil
	if err := o.Acts(m); err != nil && (!self || !errors.Is(err, ErrNotInTeam)) {
		return err
	}
	switch {
	case o.Teammate(person) != nil:
		return ErrUnchanged
	case slices.ContainsFunc(o.Team, func(t Teammate) bool { return t.Person == person && !t.RecusedAt.IsZero() }):
		return account.Fault("Cette personne s’est récusée de ce sourçage, ou l’a été : elle n’y revient pas.")
	case len(o.Team) >= MaxTeam:
		return account.Fault(fmt.Sprintf("L’équipe compte déjà %d personnes.", MaxTeam))
	case !slices.Contains(Parts, part):
		return account.Fault("Choisissez la place de cette personne dans l’équipe.")
	}
	o.Team = append(o.Team, Teammate{Person: person, Part: part, AddedBy: m.Person, AddedAt: at.UTC()})
	o.written(m, "operation.enrol", "", at)
	return nil
}

// Declare notes the interests of a teammate, "" none, under the charter. It may be made
// again: the last one counts, and the history keeps that there were others.
func (o *Operation) Declare(m buyer.Member, interests string, at time.Time) error {
	t := o.Teammate(m.Person)
	switch {
	case t == nil || m.Organisation != o.Organisation:
		return ErrNotInTeam
	case !t.RecusedAt.IsZero():
		return ErrRecused
	case !o.ClosedAt.IsZero():
		return ErrClosedOp
	case !t.DeclaredAt.IsZero() && t.Interests == interests && t.Charter == CharterVersion:
		return ErrUnchanged
	case utf8.RuneCountInString(interests) > MaxWord:
		return account.Fault("Cette déclaration est trop longue : 1 000 caractères au plus.")
	}
	t.DeclaredAt, t.Interests, t.Charter = at.UTC(), interests, CharterVersion
	o.written(m, "operation.declare", "", at)
	return nil
}

// Recuse shuts the operation to one of its team: by the person, or by another who writes
// it. It is not taken back, neither by leaving the team.
func (o *Operation) Recuse(m buyer.Member, person, reason string, at time.Time) error {
	t := o.Teammate(person)
	if person != m.Person {
		if err := o.writable(m); err != nil {
			return err
		}
	}
	switch {
	case t == nil || m.Organisation != o.Organisation:
		return ErrNotInTeam
	case !o.ClosedAt.IsZero():
		return ErrClosedOp
	case !t.RecusedAt.IsZero():
		return ErrUnchanged
	case strings.TrimSpace(reason) == "":
		return account.Fault("Dites pourquoi : le motif reste au dossier.")
	}
	t.RecusedAt, t.Reason = at.UTC(), reason
	o.written(m, "operation.recuse", "", at)
	return nil
}

// Leave takes a person out of the team; what the person did stays in the history.
func (o *Operation) Leave(m buyer.Member, person string, at time.Time) error {
	if err := o.writable(m); err != nil {
		return err
	}
	t := o.Teammate(person)
	switch {
	case t == nil:
		return ErrUnchanged
	case person == m.Person:
		return account.Fault("Une autre personne de l’équipe vous en retire.")
	}
	t.LeftAt = at.UTC()
	o.written(m, "operation.leave", "", at)
	return nil
}
