package sourcing

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/structure"
)

// Begin makes of what a form or a file says a new contract of the member's organisation.
func (c *Contract) Begin(m buyer.Member, at time.Time) {
	c.Organisation, c.CreatedBy, c.CreatedAt, c.UpdatedAt, c.Rev = m.Organisation, m.Person, at.UTC(), at.UTC(), 1
	c.Purchase, c.EndReason = "", ""
	c.ProposedAt, c.FollowedAt, c.EndedAt = time.Time{}, time.Time{}, time.Time{}
}

// Write replaces what people write of a contract, over its revision rev. ErrStale when
// somebody else has written since; what follows it stays.
func (c *Contract) Write(m buyer.Member, in Contract, rev int64, at time.Time) error {
	if err := c.writable(m, rev); err != nil {
		return err
	}
	for _, fault := range in.Check() {
		return fault // pages ask Check before, and say them all at their fields
	}
	kept := *c
	*c = in
	c.ID, c.Organisation, c.Demo, c.CreatedAt, c.CreatedBy = kept.ID, kept.Organisation, kept.Demo, kept.CreatedAt, kept.CreatedBy
	c.Purchase, c.ProposedAt, c.FollowedAt, c.EndedAt, c.EndReason = kept.Purchase, kept.ProposedAt, kept.FollowedAt, kept.EndedAt, kept.EndReason
	c.Rev, c.UpdatedAt = rev+1, at.UTC()
	return nil
}

func (c *Contract) writable(m buyer.Member, rev int64) error {
	switch {
	case !Buys(m) || m.Organisation != c.Organisation:
		return account.ErrNotAllowed
	case !c.EndedAt.IsZero():
		return ErrOver
	case c.Rev != rev:
		return ErrStale
	}
	return nil
}

// Finish ends a contract before its last day. ErrUnchanged for one that is ended.
func (c *Contract) Finish(m buyer.Member, reason string, rev int64, at time.Time) error {
	err := c.writable(m, rev)
	switch {
	case errors.Is(err, ErrOver):
		return ErrUnchanged
	case err != nil:
		return err
	case c.LastDay() < structure.DateOf(at):
		return account.Fault("Ce marché a déjà pris fin à son terme.")
	case reason == "":
		return account.Fault("Dites pourquoi : le motif reste dans l’historique.")
	}
	c.EndedAt, c.EndReason = at.UTC(), reason
	c.Rev, c.UpdatedAt = c.Rev+1, at.UTC()
	return nil
}

// Over is the last day of the contract as things stand: its own, or the day on which it was ended.
func (c *Contract) Over() structure.Date {
	if c.EndedAt.IsZero() {
		return c.LastDay()
	}
	return structure.DateOf(c.EndedAt)
}

// ProposedOn is the day on which its renewal is proposed, some months before its follower
// must be in place.
func (c *Contract) ProposedOn(months int) structure.Date {
	if c.End == "" {
		return ""
	}
	return c.LastDay().AddDays(1).AddMonths(-months)
}

// Due reports whether its renewal is to be proposed on the day: what is over, or followed,
// is left to people.
func (c *Contract) Due(months int, on structure.Date) bool {
	return c.Purchase == "" && c.EndedAt.IsZero() && c.End != "" && c.ProposedOn(months) <= on && on <= c.LastDay()
}

// ReconductionBy is by when the next renewal of the contract itself is to be decided: the
// last day of the period under way; "" when none is left or it is over.
func (c *Contract) ReconductionBy(on structure.Date) structure.Date {
	if end := c.CurrentEnd(); c.EndedAt.IsZero() && c.Renewed < c.Renewals && on <= end {
		return end
	}
	return ""
}

// ReconductionMissed reports whether the period under way is over on the day, and nobody
// has noted the renewal that would make the contract run on.
func (c *Contract) ReconductionMissed(on structure.Date) bool {
	return c.EndedAt.IsZero() && c.Renewed < c.Renewals && c.CurrentEnd() < on && on <= c.LastDay()
}

// FollowerID is the id of the purchase that is proposed to follow a contract: the same
// whoever proposes it.
func (c *Contract) FollowerID() string {
	sum := sha256.Sum256([]byte("renewal:" + c.ID))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// Propose is the intent to have a purchase follow the contract: it is then written by
// whoever comes next, once. ErrUnchanged when one is decided on.
func (c *Contract) Propose(at time.Time) error {
	if c.Purchase != "" {
		return ErrUnchanged
	}
	c.Purchase, c.ProposedAt = c.FollowerID(), at.UTC()
	return nil
}

// Carried notes that the purchase is there.
func (c *Contract) Carried(at time.Time) error {
	if !c.FollowedAt.IsZero() || c.Purchase == "" {
		return ErrUnchanged
	}
	c.FollowedAt = at.UTC()
	return nil
}

// Follower is the purchase that is proposed to follow the contract, as an idea: the same
// need for the same time, from the day after. Its amount is that of the contract, which
// is its annual amount over the same duration.
func (c *Contract) Follower(law Law, at time.Time) Purchase {
	p := Purchase{
		ID: c.FollowerID(), Organisation: c.Organisation, Service: c.Service, Object: c.Object, Nature: c.Nature, CPV: c.CPV,
		Euros: c.Euros, Months: c.FirmMonths(), Renewals: c.Renewals, RenewalMonths: c.RenewalMonths, Places: c.Places,
		Holder: c.Holder, TakeOver: c.TakeOver, Contract: c.ID, Demo: c.Demo, Lots: []Lot{{ID: "l1", Sectors: c.Sectors}},
	}
	today := structure.DateOf(at)
	if over := c.Over(); over != "" && over >= today {
		p.Start = over.AddDays(1)
		// A day that has passed is no plan: the page of the purchase says what is late.
		plan := BackPlanOf(&p, law, false, today)
		if day := plan.Publication(); day >= today {
			p.Publication = day
		}
	}
	p.CreatedAt, p.UpdatedAt, p.Rev = at.UTC(), at.UTC(), 1
	p.note(at, "", "purchase.propose", "")
	return p
}
