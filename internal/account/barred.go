package account

import "slices"

// MaxBarred bounds the suspended persons: their ids lie in one document.
const MaxBarred = 10_000

// ErrBarred is said of a suspended person who would be let into the portal's team.
const ErrBarred = Fault("Ce compte est suspendu : rétablissez-le d’abord.")

// Bar takes a person who is being suspended out of the portal's team, and keeps that
// person out. The last administrator cannot be: who counts as one and who is suspended
// are in one document, so that two administrators who suspend each other at once leave
// one of them. It reports whether there was something to change.
func (o *Organisation) Bar(person string) (changed bool, err error) {
	if slices.Contains(o.Barred, person) {
		return false, nil
	}
	if len(o.Barred) >= MaxBarred {
		return false, Fault("Le portail a déjà 10 000 comptes suspendus.")
	}
	o.Barred = append(o.Barred, person)
	if o.Member(person) == nil {
		return true, nil
	}
	o.drop(person)
	return true, o.keepsManager()
}

// Unbar lets a person be of the team again; it makes nobody a member.
func (o *Organisation) Unbar(person string) (changed bool) {
	before := len(o.Barred)
	o.Barred = slices.DeleteFunc(o.Barred, func(p string) bool { return p == person })
	return len(o.Barred) < before
}
