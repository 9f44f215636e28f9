package sourcing

import (
	"reflect"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/territory"
)

// Bounds of imports.
const (
	ImportLife  = 24 * time.Hour // a file is kept while a person looks at what was understood
	MaxImports  = 10             // of an organisation at a time
	MaxMappings = 30             // remembered of an organisation, the last ones
)

// Import is a file of an organisation between its arrival and what was written of it.
type Import struct {
	ID           string `json:"id"` // chosen by the form: sent twice, it is one
	Organisation string `json:"organisation"`
	Kind         string `json:"kind"` // of the lines: purchases, contracts, projects of the State
	File         string `json:"file"` // its name
	Content      []byte `json:"content,omitempty"`
	First        int    `json:"first"` // lines of the heads, as indexes
	Last         int    `json:"last"`
	// What each column holds, by its place; "" is left out. Mapped says that a person has
	// looked at it.
	Fields     []string `json:"fields,omitempty"`
	Mapped     bool     `json:"mapped,omitempty"`
	Remembered bool     `json:"remembered,omitempty"` // it is the one of a file before it

	At        time.Time `json:"at"`
	By        string    `json:"by,omitempty"`
	AcceptBy  string    `json:"accept_by,omitempty"`
	AcceptAt  time.Time `json:"accept_at,omitzero"` // what was shown is to be written; whoever comes next does
	DoneAt    time.Time `json:"done_at,omitzero"`
	Planned   Tally     `json:"planned,omitzero"` // what was shown
	Outcome   Tally     `json:"outcome,omitzero"`
	Untouched []string  `json:"untouched,omitempty"` // objects of what somebody changed meanwhile
}

// Tally counts what an import does.
type Tally struct {
	Created   int `json:"created,omitempty"`
	Updated   int `json:"updated,omitempty"`
	Same      int `json:"same,omitempty"` // nothing to do
	Conflicts int `json:"conflicts,omitempty"`
	Refused   int `json:"refused,omitempty"` // lines
	Gone      int `json:"gone,omitempty"`    // external projects that are listed no more
	Lots      int `json:"lots,omitempty"`    // of what is created or updated
}

// Writes is how many documents are written.
func (t Tally) Writes() int { return t.Created + t.Updated + t.Gone }

// Lapsed reports whether nothing waits for it any more.
func (i *Import) Lapsed(now time.Time) bool {
	return now.After(i.At.Add(ImportLife)) && (i.AcceptAt.IsZero() || !i.DoneAt.IsZero())
}

// Remember keeps what the columns of a file hold, for the next of the same heads.
func (p *Programme) Remember(m Mapping) {
	p.Mappings = slices.DeleteFunc(slices.Clone(p.Mappings), func(old Mapping) bool { return old.Heads == m.Heads })
	p.Mappings = append(p.Mappings, m)
	if extra := len(p.Mappings) - MaxMappings; extra > 0 {
		p.Mappings = slices.Delete(p.Mappings, 0, extra)
	}
}

// Remembered is the mapping of the heads, nil when there is none.
func (p *Programme) Remembered(heads string) *Mapping {
	i := slices.IndexFunc(p.Mappings, func(m Mapping) bool { return m.Heads == heads })
	if i < 0 {
		return nil
	}
	return &p.Mappings[i]
}

// BeginImported makes of what a file says a new purchase of the member's organisation.
func (p *Purchase) BeginImported(m buyer.Member, at time.Time) {
	p.Begin(m, at)
	p.ImportedRev = p.Rev
	p.History[0].What = "purchase.import"
}

// ByHand reports whether people have written it since a file did.
func (p *Purchase) ByHand() bool { return p.ImportedRev != p.Rev }

// With is the purchase as a file says it: what the file does not say stays, and so do
// lots that it does not name.
func (p *Purchase) With(in *Purchase) Purchase {
	out := *p
	take(&out.Reference, in.Reference)
	take(&out.Service, in.Service)
	take(&out.Object, in.Object)
	take(&out.Description, in.Description)
	take(&out.Nature, in.Nature)
	take(&out.CPV, in.CPV)
	take(&out.Euros, in.Euros)
	if in.Months > 0 {
		out.Months, out.Renewals, out.RenewalMonths = in.Months, in.Renewals, in.RenewalMonths
	}
	if len(in.Places) > 0 {
		out.Places = in.Places
	}
	take(&out.Publication, in.Publication)
	take(&out.Start, in.Start)
	take(&out.Holder.Name, in.Holder.Name)
	take(&out.Holder.SIREN, in.Holder.SIREN)
	take(&out.TakeOver, in.TakeOver)
	out.Lots = slices.Clone(p.Lots)
	for i := range in.Lots {
		out.takeLot(&in.Lots[i], len(in.Lots) == 1)
	}
	if in.External != nil {
		out.External = in.External
	}
	return out
}

// take replaces what is there when something is said.
func take[T comparable](to *T, said T) {
	var nothing T
	if said != nothing {
		*to = said
	}
}

// names reports whether in speaks of the lot: by its number, else by its object.
func (l *Lot) names(in *Lot) bool {
	if in.Number != "" {
		return l.Number == in.Number
	}
	return in.Object != "" && territory.Fold(l.Object) == territory.Fold(in.Object)
}

func (p *Purchase) takeLot(in *Lot, alone bool) {
	i := slices.IndexFunc(p.Lots, func(l Lot) bool { return l.names(in) })
	if whole := len(p.Lots) == 1; i < 0 && whole && (alone || p.Lots[0].Number+p.Lots[0].Object == "") {
		i = 0 // a purchase that is not divided, or was not
	}
	if i < 0 {
		l := *in
		l.ID = p.NewLotID()
		p.Lots = append(p.Lots, l)
		return
	}
	l := &p.Lots[i]
	take(&l.Number, in.Number)
	take(&l.Object, in.Object)
	take(&l.CPV, in.CPV)
	take(&l.Euros, in.Euros)
	if len(in.Sectors) > 0 {
		l.Sectors = in.Sectors
	}
	if len(in.Places) > 0 {
		l.Places = in.Places
	}
}

// Same reports whether two say the same.
func (p *Purchase) Same(o *Purchase) bool { return reflect.DeepEqual(p, o) }

// Import replaces what a file says. account.ErrNotAllowed, ErrEnded, ErrStale when people
// have written it since a file did, ErrUnchanged.
func (p *Purchase) Import(m buyer.Member, in *Purchase, at time.Time) error {
	switch {
	case !Buys(m) || m.Organisation != p.Organisation:
		return account.ErrNotAllowed
	case (p.External == nil) != (in.External == nil):
		return ErrStale
	case p.State().Ended():
		return ErrEnded
	}
	next := p.With(in)
	if next.Same(p) {
		return ErrUnchanged
	}
	if p.ByHand() {
		return ErrStale
	}
	for _, fault := range next.Check() {
		return fault
	}
	*p = next
	p.Rev++
	p.ImportedRev, p.UpdatedAt = p.Rev, at.UTC()
	p.History = slices.Clone(p.History)
	p.note(at, m.Person, "purchase.import", "")
	return nil
}

// BeginImported makes of what a file says a new contract.
func (c *Contract) BeginImported(m buyer.Member, at time.Time) {
	c.Organisation, c.CreatedBy, c.CreatedAt, c.UpdatedAt, c.Rev, c.ImportedRev = m.Organisation, m.Person, at.UTC(), at.UTC(), 1, 1
}

// With is the contract as a file says it; what the file does not say stays.
func (c *Contract) With(in *Contract) Contract {
	out := *c
	take(&out.Reference, in.Reference)
	take(&out.Service, in.Service)
	take(&out.Object, in.Object)
	take(&out.Nature, in.Nature)
	take(&out.CPV, in.CPV)
	if len(in.Places) > 0 {
		out.Places = in.Places
	}
	take(&out.Holder.Name, in.Holder.Name)
	take(&out.Holder.SIREN, in.Holder.SIREN)
	take(&out.Euros, in.Euros)
	take(&out.Start, in.Start)
	take(&out.End, in.End)
	if in.Renewals > 0 {
		out.Renewals, out.RenewalMonths = in.Renewals, in.RenewalMonths
	}
	take(&out.TakeOver, in.TakeOver)
	return out
}

// Import is Purchase.Import for a contract.
func (c *Contract) Import(m buyer.Member, in *Contract, at time.Time) error {
	if !Buys(m) || m.Organisation != c.Organisation {
		return account.ErrNotAllowed
	}
	next := c.With(in)
	switch {
	case reflect.DeepEqual(&next, c):
		return ErrUnchanged
	case c.ImportedRev != c.Rev, !c.EndedAt.IsZero():
		return ErrStale
	}
	for _, fault := range next.Check() {
		return fault
	}
	*c = next
	c.Rev++
	c.ImportedRev, c.UpdatedAt = c.Rev, at.UTC()
	return nil
}
