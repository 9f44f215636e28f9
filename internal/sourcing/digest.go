package sourcing

import (
	"time"

	"sourcier/internal/buyer"
	"sourcier/internal/structure"
)

const (
	// DigestHour is when the news of a week are told, in Paris: before people begin.
	DigestHour = 7
	// digestPatience is for how long news are still told when no portal served on their day.
	digestPatience = 48 * time.Hour
	// DigestDays is how far ahead steps are told.
	DigestDays = 30
	// ReconductionDays is how far ahead the renewal of a running contract is told.
	ReconductionDays = 120
	// unfollowedMonths is how far ahead the end of a contract that nothing follows is told.
	unfollowedMonths = 6
)

// TellsOn is the day of the week on which news are told.
func (p *Programme) TellsOn() time.Weekday {
	day := p.DigestDay
	if day < 1 || day > 7 {
		day = DefaultDigestDay
	}
	return time.Weekday(day % 7) // Sunday is 0 in Go
}

// DigestDue tells whether the news of the week are to be told at a moment, and the number
// of the week, which is part of the key of the mail: 202649.
func (p *Programme) DigestDue(now time.Time) (week int64, due bool) {
	in := now.In(structure.Paris)
	since := (int(in.Weekday()) - int(p.TellsOn()) + 7) % 7
	at := time.Date(in.Year(), in.Month(), in.Day()-since, DigestHour, 0, 0, 0, structure.Paris)
	y, w := at.ISOWeek()
	return int64(y*100 + w), !in.Before(at) && in.Sub(at) < digestPatience && p.DigestAt.Before(at)
}

// StepNews is a purchase with steps that are late or to come.
type StepNews struct {
	Purchase Purchase
	Steps    []PlanStep // never empty
}

// News is what a week has to tell of a programme.
type News struct {
	Proposed      []Purchase // renewals, since the last time
	Late, Due     []StepNews
	Unfollowed    []Contract // that end soon, and nothing follows
	Reconductions []Contract // whose own renewal is to be decided
}

// None reports that there is nothing to tell.
func (n *News) None() bool {
	return len(n.Proposed)+len(n.Late)+len(n.Due)+len(n.Unfollowed)+len(n.Reconductions) == 0
}

// NewsOf gathers what there is to tell at a moment; longer are the purchases whose
// publicity lasts longer, by id.
func (p *Programme) NewsOf(purchases []Purchase, contracts []Contract, law Law, longer map[string]bool, now time.Time) (n News) {
	today := structure.DateOf(now)
	since := p.DigestAt
	if since.IsZero() {
		since = now.AddDate(0, 0, -7)
	}
	failed := map[string]bool{}
	for i := range purchases {
		failed[purchases[i].ID] = purchases[i].State() == Unsuccessful
		n.tellPurchase(&purchases[i], BackPlanOf(&purchases[i], law, longer[purchases[i].ID], today), since, today)
	}
	for i := range contracts {
		n.tellContract(&contracts[i], failed[contracts[i].Purchase], today)
	}
	return n
}

func (n *News) tellPurchase(buy *Purchase, plan BackPlan, since time.Time, today structure.Date) {
	if buy.Contract != "" && buy.State() == Idea && buy.CreatedAt.After(since) {
		n.Proposed = append(n.Proposed, *buy)
	}
	if late := plan.Late(); len(late) > 0 && buy.State() != Awarded {
		n.Late = append(n.Late, StepNews{*buy, late})
	}
	if due := plan.DueWithin(today, DigestDays); len(due) > 0 && buy.State() != Awarded {
		n.Due = append(n.Due, StepNews{*buy, due})
	}
}

// tellContract: failed says that what was to follow it came to nothing.
func (n *News) tellContract(c *Contract, failed bool, today structure.Date) {
	ends := c.EndedAt.IsZero() && c.LastDay() >= today && c.LastDay() <= today.AddMonths(unfollowedMonths)
	if ends && (c.Purchase == "" || failed) {
		n.Unfollowed = append(n.Unfollowed, *c)
	}
	if by := c.ReconductionBy(today); by != "" && by <= today.AddDays(ReconductionDays) {
		n.Reconductions = append(n.Reconductions, *c)
	}
}

// For is what of the news a member sees.
func (n *News) For(p *Programme, m buyer.Member) (out News) {
	for _, buy := range n.Proposed {
		if p.Sees(m, buy.Service) {
			out.Proposed = append(out.Proposed, buy)
		}
	}
	steps := func(list []StepNews) (kept []StepNews) {
		for _, s := range list {
			if p.Sees(m, s.Purchase.Service) {
				kept = append(kept, s)
			}
		}
		return kept
	}
	contracts := func(list []Contract) (kept []Contract) {
		for _, c := range list {
			if p.Sees(m, c.Service) {
				kept = append(kept, c)
			}
		}
		return kept
	}
	out.Late, out.Due = steps(n.Late), steps(n.Due)
	out.Unfollowed, out.Reconductions = contracts(n.Unfollowed), contracts(n.Reconductions)
	return out
}
