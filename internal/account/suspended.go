package account

import "slices"

// maxSuspended bounds the suspended persons: their ids lie in one document.
const maxSuspended = 10_000

// ErrIsSuspended is said of a person who would be let into the portal's team.
const ErrIsSuspended = Fault("Ce compte est suspendu : rétablissez-le d’abord.")

// TakeOut takes a person who is being suspended out of the portal's team, and keeps
// the person out. Who administers the portal and who is suspended stand in this one
// document, so that nobody who is suspended counts as its administrator, and of two
// administrators who suspend each other at once one stays. It reports whether there
// was something to change.
func (o *Organisation) TakeOut(person string) (changed bool, err error) {
	switch {
	case slices.Contains(o.Suspended, person):
		return false, nil
	case len(o.Suspended) >= maxSuspended:
		return false, Fault("Le portail a déjà 10 000 comptes suspendus.")
	}
	had := o.managed()
	o.drop(person)
	o.uninvite(person)
	o.Suspended = append(o.Suspended, person)
	return true, o.keepsManager(had)
}

// LetBack lets a person be of the team again; it makes nobody a member.
func (o *Organisation) LetBack(person string) (changed bool) {
	before := len(o.Suspended)
	o.Suspended = slices.DeleteFunc(o.Suspended, func(p string) bool { return p == person })
	return len(o.Suspended) < before
}

// KeepsOut reports whether the person may not be of the portal's team.
func (o *Organisation) KeepsOut(person string) bool { return slices.Contains(o.Suspended, person) }
