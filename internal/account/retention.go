package account

import (
	"slices"
	"time"
)

// WarnBefore is how long before its erasure the owner of an unused account is told.
const WarnBefore = 30 * 24 * time.Hour

// Fate is what becomes of an account that nobody uses.
type Fate string

// Fates.
const (
	Kept   Fate = "kept"
	ToWarn Fate = "warn"  // its owner is told that it will be erased
	Lapsed Fate = "lapse" // told long enough ago: it is erased
)

// UsedAt is when the account was last used, or made.
func (p *Person) UsedAt() time.Time {
	if p.SeenAt.After(p.CreatedAt) {
		return p.SeenAt
	}
	return p.CreatedAt
}

// Fate says what becomes of the account, where one that is not used is kept for that
// many months. Signing in takes the warning back (people.Service).
func (p *Person) Fate(now time.Time, months int) Fate {
	unused := p.UsedAt().AddDate(0, months, 0)
	switch {
	case !p.ErasingAt.IsZero() || now.Before(unused.Add(-WarnBefore)):
		return Kept
	case p.WarnedAt.IsZero():
		return ToWarn
	case now.Before(unused) || now.Before(p.WarnedAt.Add(WarnBefore)):
		return Kept
	}
	return Lapsed
}

// EndsAt is when an account that is warned now ends: no sooner than its owner has
// had the time to come back, however late the warning is.
func (p *Person) EndsAt(now time.Time, months int) time.Time {
	unused, told := p.UsedAt().AddDate(0, months, 0), now.Add(WarnBefore)
	if unused.After(told) {
		return unused
	}
	return told
}

// DropStaleEmail forgets an address that nobody confirmed in time, and reports
// whether there was one.
func (p *Person) DropStaleEmail(now time.Time) bool {
	if p.NewEmail == nil || !over(now, p.NewEmail.At, NewEmailLife) {
		return false
	}
	p.NewEmail = nil
	return true
}

// DropLapsedInvitations forgets those that can be accepted no more, and tells how
// many there were.
func (o *Organisation) DropLapsedInvitations(now time.Time) int {
	before := len(o.Invitations)
	o.Invitations = slices.DeleteFunc(o.Invitations, func(i Invitation) bool { return i.lapsed(now) })
	return before - len(o.Invitations)
}
