package sourcing

import (
	"slices"

	"sourcier/internal/structure"
)

// Overdue reports whether the purchase is behind its own days: its publication was to
// come and its consultation is not launched, or its performance was to begin and nobody
// holds it.
func (p *Purchase) Overdue(on structure.Date) bool {
	state := p.State()
	if state.Ended() || p.External != nil {
		return false
	}
	return p.Publication != "" && p.Publication < on && state != Launched || p.Start != "" && p.Start < on
}

// Persons are those whom the purchase names, each once: who is in charge of its
// clauses, who wrote it, who did what.
func (p *Purchase) Persons() []string {
	out := []string{p.Facilitateur, p.CreatedBy}
	for _, s := range p.History {
		out = append(out, s.By)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(id string) bool { return id == "" })
}

// Forget takes a person off a purchase, and reports whether there was something to take.
// Its history keeps the id of who did what, as the audit does: it says nothing more once
// the account is gone.
func (p *Purchase) Forget(person string) bool {
	if p.Facilitateur != person {
		return false
	}
	p.Facilitateur = ""
	return true
}
