package account

import "time"

// NameManager makes a person a manager by the word of an administrator: a member keeps
// the roles held, anybody else gets that of who makes such an organisation work. Of
// the portal it makes an administrator.
func (o *Organisation) NameManager(a Actor, person string, at time.Time) error {
	switch {
	case !a.Administrator:
		return ErrNotAllowed
	case !o.ClosedAt.IsZero():
		return ErrClosed
	}
	roles := []Role{founderRole(o.Kind)}
	if m := o.Member(person); m != nil {
		roles = m.Roles
	}
	return o.add(person, roles, true, at)
}

// Describe says which legal entity it is and which territory it is of, "" for none.
func (o *Organisation) Describe(a Actor, siren, territory string) (err error) {
	switch {
	case !a.Administrator:
		return ErrNotAllowed
	case !o.ClosedAt.IsZero():
		return ErrClosed
	}
	if o.SIREN, err = ParseSIREN(siren); err == nil {
		o.Territory = territory
	}
	return err
}
