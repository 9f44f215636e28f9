package account

import "time"

// Prove makes the roles of the members of a structure's organisation count, without an
// administrator: it has shown that it acts for an establishment. What nobody has
// checked of it gives way to what is proved: the number of the legal unit, "" for none,
// and the name of the structure. One that an administrator has confirmed stays as it
// is. changed says whether anything is to be stored.
func (o *Organisation) Prove(siren, name string, at time.Time) (changed bool, err error) {
	switch {
	case o.Kind != KindOwner:
		return false, ErrNotAllowed
	case !o.ClosedAt.IsZero():
		return false, ErrClosed
	case !o.ConfirmedAt.IsZero():
		return false, nil
	}
	if clean, err := CleanName(name); err == nil {
		o.Name = clean
	}
	o.SIREN, o.ConfirmedAt = siren, at.UTC()
	return true, nil
}
