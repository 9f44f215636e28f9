package sourcing

import (
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
	Purchase      string         `json:"purchase,omitempty"` // id of the Purchase that follows it, once it is proposed
	EndedAt       time.Time      `json:"ended_at,omitzero"`  // before its last day
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
func (c *Contract) LastDay() structure.Date {
	if c.End == "" {
		return ""
	}
	return c.End.AddMonths(c.Renewals * c.RenewalMonths)
}

// CurrentEnd is the last day with the renewals that were used.
func (c *Contract) CurrentEnd() structure.Date {
	if c.End == "" {
		return ""
	}
	return c.End.AddMonths(c.Renewed * c.RenewalMonths)
}

// Runs reports whether it is in force on the day.
func (c *Contract) Runs(on structure.Date) bool {
	return c.EndedAt.IsZero() && (c.Start == "" || c.Start <= on) && (c.End == "" || on <= c.LastDay())
}

// Annual is the amount for twelve months; the whole amount of one whose dates are not
// known.
func (c *Contract) Annual() int64 {
	if c.Start == "" || c.End == "" {
		return c.Euros
	}
	days := int64(c.LastDay().Time().Sub(c.Start.Time()).Hours()/24) + 1
	if days <= 366 {
		return c.Euros
	}
	return c.Euros * 365 / days
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
	if c.Euros < 0 || c.Euros > MaxEuros {
		faults["euros"] = "Ce montant n’est pas vraisemblable."
	}
	if c.Renewals < 0 || c.Renewals > MaxRenewals || c.Renewed < 0 || c.Renewed > c.Renewals || c.RenewalMonths < 0 || c.RenewalMonths > MaxMonths {
		faults["renewals"] = "Ces reconductions ne sont pas vraisemblables."
	}
	if c.Renewals > 0 && c.RenewalMonths == 0 {
		faults["renewal_months"] = "Indiquez la durée d’une reconduction, en mois."
	}
	return faults
}
