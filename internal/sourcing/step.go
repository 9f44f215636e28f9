package sourcing

import (
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

// nextStates are the states that may follow another, by hand: the order of DESIGN, and
// each way back that a slip of the mouse needs.
var nextStates = map[State][]State{
	Idea:         {Programmed, Abandoned},
	Programmed:   {Published, InSourcing, Launched, Idea, Abandoned},
	Published:    {InSourcing, Launched, Programmed, Abandoned},
	InSourcing:   {Launched, Programmed, Abandoned},
	Launched:     {Awarded, Unsuccessful, Abandoned},
	Unsuccessful: {Programmed}, // a new procedure for the same need
	Abandoned:    {Programmed},
}

// Next lists the states that may follow.
func (p *Purchase) Next() []State { return nextStates[p.State()] }

// Move takes a purchase to another state; reason says why it ends without a contract.
// ErrUnchanged when it is there, an account.Fault for a step that is not foreseen.
func (p *Purchase) Move(m buyer.Member, to State, reason string, at time.Time) error {
	switch {
	case !Buys(m) || m.Organisation != p.Organisation:
		return account.ErrNotAllowed
	case p.External != nil:
		return ErrExternal
	case p.State() == to:
		return ErrUnchanged
	case to == Published: // Publish does, with what the public reads
		return account.Fault("Dites d’abord ce que le public en lira : l’achat se publie depuis la page « Annonce ».")
	case !slices.Contains(p.Next(), to):
		return account.Fault("Un achat « " + p.State().Label() + " » ne devient pas « " + to.Label() + " ».")
	case (to == Abandoned || to == Unsuccessful) && reason == "":
		return account.Fault("Dites pourquoi : le motif reste dans l’historique.")
	}
	p.EndReason = reason
	p.stamp(to, at.UTC())
	p.note(at, m.Person, "purchase."+string(to), reason)
	return nil
}

// Launch notes that the consultation is launched, at the instant at which its sourçage
// fell silent. ErrUnchanged when it is, or when the purchase has ended meanwhile.
func (p *Purchase) Launch(by string, at time.Time) error {
	if p.State().Ended() || p.State() == Launched {
		return ErrUnchanged
	}
	p.stamp(Launched, at.UTC())
	p.note(at, by, "purchase."+string(Launched), "")
	return nil
}

// Sourced notes that a sourçage of the purchase is open. One that is as far already, or
// further, has nothing to do.
func (p *Purchase) Sourced(m buyer.Member, at time.Time) error {
	if slices.Index(States, p.State()) >= slices.Index(States, InSourcing) {
		return ErrUnchanged
	}
	if p.State() == Idea {
		p.stamp(Programmed, at.UTC())
	}
	return p.Move(m, InSourcing, "", at)
}

// stamp sets the instant of a state and forgets those of the states after it.
func (p *Purchase) stamp(to State, at time.Time) {
	instants := []*time.Time{nil, &p.ProgrammedAt, &p.PublishedAt, &p.SourcingAt, &p.LaunchedAt, &p.AwardedAt, &p.UnsuccessfulAt, &p.AbandonedAt}
	n := slices.Index(States, to)
	if n < slices.Index(States, Published) {
		p.unpublish(at)
	}
	for i, t := range instants {
		if i > n {
			*t = time.Time{}
		}
	}
	if to.Ended() {
		p.AwardedAt, p.UnsuccessfulAt, p.AbandonedAt = time.Time{}, time.Time{}, time.Time{}
	}
	if n > 0 {
		*instants[n] = at
	}
	if n > 0 && to != Abandoned && p.ProgrammedAt.IsZero() {
		p.ProgrammedAt = at
	}
}

// note adds a line to the history.
func (p *Purchase) note(at time.Time, by, what, text string) {
	p.History = append(p.History, Step{At: at.UTC(), By: by, What: what, Note: text})
	if extra := len(p.History) - MaxHistory; extra > 0 {
		p.History = slices.Delete(p.History, 0, extra)
	}
}

// Write replaces what people write of a purchase, over its revision rev. ErrStale when
// somebody else has written since; what has happened and its history stay.
func (p *Purchase) Write(m buyer.Member, in Purchase, rev int64, at time.Time) error {
	switch {
	case !Buys(m) || m.Organisation != p.Organisation:
		return account.ErrNotAllowed
	case p.External != nil:
		return ErrExternal
	case p.State().Ended():
		return ErrEnded
	case p.Rev != rev:
		return ErrStale
	}
	for _, fault := range in.Check() {
		return fault // pages ask Check before, and say them all at their fields
	}
	kept := *p
	*p = in
	p.ID, p.Organisation, p.External, p.Forward, p.Contract, p.Demo = kept.ID, kept.Organisation, kept.External, kept.Forward, kept.Contract, kept.Demo
	p.CreatedAt, p.CreatedBy, p.History, p.EndReason = kept.CreatedAt, kept.CreatedBy, kept.History, kept.EndReason
	p.ProgrammedAt, p.PublishedAt, p.SourcingAt, p.LaunchedAt = kept.ProgrammedAt, kept.PublishedAt, kept.SourcingAt, kept.LaunchedAt
	p.AwardedAt, p.UnsuccessfulAt, p.AbandonedAt = kept.AwardedAt, kept.UnsuccessfulAt, kept.AbandonedAt
	p.LastLot = max(kept.lastLot(), p.lastLot())
	p.Rev, p.UpdatedAt = rev+1, at.UTC()
	p.note(at, m.Person, "purchase.write", "")
	return nil
}

// Begin makes of what a form or a file says a new purchase of the member's organisation.
func (p *Purchase) Begin(m buyer.Member, at time.Time) {
	p.Organisation, p.CreatedBy, p.CreatedAt, p.UpdatedAt, p.Rev = m.Organisation, m.Person, at.UTC(), at.UTC(), 1
	p.History = nil
	p.note(at, m.Person, "purchase.create", "")
}
