package sourcing

import (
	"fmt"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// Contract is a running contract of an organisation.
type Contract struct {
	ID            string         `json:"id"` // chosen by the form: sent twice, it is one contract
	Organisation  string         `json:"organisation"`
	Reference     string         `json:"reference,omitempty"`
	Service       string         `json:"service,omitempty"` // id of a Service of its Programme
	Object        string         `json:"object"`
	Nature        Nature         `json:"nature,omitempty"`
	CPV           string         `json:"cpv,omitempty"`
	Sectors       []string       `json:"sectors,omitempty"`
	Places        []string       `json:"places,omitempty"`
	Holder        Firm           `json:"holder,omitzero"`
	Euros         int64          `json:"euros,omitempty"` // of the whole contract with its renewals; 0 = not known
	Start         structure.Date `json:"start,omitempty"`
	End           structure.Date `json:"end"` // last day of the firm duration
	Renewals      int            `json:"renewals,omitempty"`
	RenewalMonths int            `json:"renewal_months,omitempty"` // of each
	Renewed       int            `json:"renewed,omitempty"`        // how many of them were used
	TakeOver      Said           `json:"take_over,omitempty"`
	Purchase      string         `json:"purchase,omitempty"`   // id of the Purchase that follows it, once it is proposed
	ProposedAt    time.Time      `json:"proposed_at,omitzero"` // when that purchase was decided on
	FollowedAt    time.Time      `json:"followed_at,omitzero"` // when it was written: nothing is left to carry
	EndedAt       time.Time      `json:"ended_at,omitzero"`    // before its last day
	EndReason     string         `json:"end_reason,omitempty"`
	Demo          bool           `json:"demo,omitempty"`

	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by,omitempty"`
	UpdatedAt time.Time `json:"updated_at"`
	Rev       int64     `json:"rev"`
	// ImportedRev is that of Purchase.
	ImportedRev int64 `json:"imported_rev,omitempty"`
}

// LastDay is the last day on which it can run, all renewals used: a follower must be in
// place on the day after.
func (c *Contract) LastDay() structure.Date { return c.dayAfter(c.Renewals) }

// CurrentEnd is the last day with the renewals that were used.
func (c *Contract) CurrentEnd() structure.Date { return c.dayAfter(c.Renewed) }

// dayAfter is the last day with some renewals: months are counted from the day after the
// firm duration, so that what ends with a month goes on ending with months.
func (c *Contract) dayAfter(renewals int) structure.Date {
	if c.End == "" || renewals == 0 {
		return c.End
	}
	return c.End.AddDays(1).AddMonths(renewals * c.RenewalMonths).AddDays(-1)
}

// Runs reports whether it is in force on the day.
func (c *Contract) Runs(on structure.Date) bool {
	return c.EndedAt.IsZero() && (c.Start == "" || c.Start <= on) && (c.End == "" || on <= c.LastDay())
}

// Annual is the amount for twelve months; the whole amount of one whose dates are not
// known, or that lasts no longer.
func (c *Contract) Annual() int64 {
	months := int64(monthsOf(c.Start, c.LastDay()))
	if months <= 12 {
		return c.Euros
	}
	return (c.Euros*12 + months/2) / months
}

// FirmMonths is its firm duration in whole months, 0 when it is not known.
func (c *Contract) FirmMonths() int { return monthsOf(c.Start, c.End) }

// monthsOf counts the months from a day to another, both of them included, to the
// nearest; 0 when one is not known.
func monthsOf(from, to structure.Date) int {
	if from == "" || to == "" || to < from {
		return 0
	}
	a, after := from.Time(), to.AddDays(1)
	b := after.Time()
	n := (b.Year()-a.Year())*12 + int(b.Month()-a.Month())
	if from.AddMonths(n) > after {
		n--
	}
	if rest := after.Time().Sub(from.AddMonths(n).Time()).Hours() / 24; rest > 15 {
		n++
	}
	return max(n, 1)
}

// Check says what of a contract cannot be stored, by field.
func (c *Contract) Check() map[string]account.Fault {
	faults := map[string]account.Fault{}
	if c.Object == "" {
		faults["object"] = "Indiquez l’objet du marché."
	}
	switch {
	case c.End == "":
		faults["end"] = "Indiquez le dernier jour de la durée ferme."
	case c.Start != "" && c.End < c.Start:
		faults["end"] = "La fin précède le début."
	}
	if !within(c.Euros, MaxEuros) {
		faults["euros"] = errEuros
	}
	if len(c.Places) > MaxPlaces {
		faults["places"] = account.Fault(fmt.Sprintf("%d lieux au plus.", MaxPlaces))
	}
	c.checkRenewals(faults)
	return faults
}

func (c *Contract) checkRenewals(faults map[string]account.Fault) {
	if !within(c.Renewals, MaxRenewals) || c.Renewed < 0 || !within(c.RenewalMonths, MaxMonths) {
		faults["renewals"] = "Ces reconductions ne sont pas vraisemblables."
	}
	if c.Renewed > c.Renewals {
		faults["renewed"] = "Plus de reconductions ont été utilisées que le marché n’en prévoit."
	}
	if c.Renewals > 0 && c.RenewalMonths == 0 {
		faults["renewal_months"] = "Indiquez la durée d’une reconduction, en mois."
	}
}

// Forget takes off who entered the contract, and reports whether it was that person.
func (c *Contract) Forget(person string) bool {
	if c.CreatedBy != person {
		return false
	}
	c.CreatedBy = ""
	return true
}
