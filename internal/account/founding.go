package account

import (
	"strings"
	"time"

	"sourcier/internal/structure"
)

// Founding is what a new organisation is made from, as it was typed.
type Founding struct {
	Kind      OrganisationKind
	Name      string
	SIREN     string // of any writing, "" when there is none
	Territory string // value of a territory that is known, "" for none
	Once      string // of the form that it came with, sent twice it makes one; "" = another each time
}

// Found makes an organisation that an administrator has yet to confirm. A person who
// proposes it manages it; an administrator's is confirmed and has no member yet.
func Found(a Actor, f Founding, at time.Time) (Organisation, error) {
	name, err := CleanName(f.Name)
	if err != nil {
		return Organisation{}, err
	}
	if !f.Kind.Known() {
		return Organisation{}, Fault("Choisissez le type d’organisation.")
	}
	o := Organisation{ID: NewID(), Kind: f.Kind, Name: name, Territory: f.Territory, CreatedAt: at.UTC(), CreatedBy: a.Person}
	if f.Once != "" {
		o.ID = HashToken("organisation\x00" + a.Person + "\x00" + f.Once)
	}
	if o.SIREN, err = ParseSIREN(f.SIREN); err != nil {
		return Organisation{}, err
	}
	if a.Administrator {
		return o, o.Confirm(a, at)
	}
	return o, o.add(a.Person, []Role{founderRole(f.Kind)}, true, at)
}

// founderRole is that of who makes an organisation work: its buyer, not who looks on.
func founderRole(k OrganisationKind) Role {
	if k.Buys() {
		return Buyer
	}
	return k.Least()
}

// ParseSIREN reads the number of an organisation; none is none.
func ParseSIREN(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	siren, repaired, err := structure.ParseSIREN(text)
	if err != nil || repaired {
		return "", Fault("Ce numéro SIREN n’existe pas : il a neuf chiffres, dont le dernier vérifie les autres.")
	}
	return siren, nil
}

// Confirm makes the roles of its members count; one that was closed opens again.
func (o *Organisation) Confirm(a Actor, at time.Time) error {
	if !a.Administrator {
		return ErrNotAllowed
	}
	if o.ConfirmedAt.IsZero() {
		o.ConfirmedAt = at.UTC()
	}
	o.ClosedAt = time.Time{}
	return nil
}

// Close ends what its members may do in its name, and what awaits an answer: a
// proposal that is refused is closed. The portal's own team is not.
func (o *Organisation) Close(a Actor, at time.Time) error {
	switch {
	case !a.Administrator:
		return ErrNotAllowed
	case o.Kind == KindPortal:
		return Fault("L’équipe du portail ne se ferme pas.")
	case o.ClosedAt.IsZero():
		o.ClosedAt = at.UTC()
		o.Requests, o.Invitations = nil, nil
	}
	return nil
}

// Rename gives it another name.
func (o *Organisation) Rename(a Actor, name string) (err error) {
	if !a.Administrator {
		return ErrNotAllowed
	}
	o.Name, err = CleanName(name)
	return err
}

// State is what an organisation is at a time, which its dates say (DESIGN rule 12).
type State string

// States.
const (
	StateProposed State = "proposed"
	StateActive   State = "active"
	StateClosed   State = "closed"
)

// State is what the organisation is now.
func (o *Organisation) State() State {
	switch {
	case !o.ClosedAt.IsZero():
		return StateClosed
	case o.ConfirmedAt.IsZero():
		return StateProposed
	}
	return StateActive
}
