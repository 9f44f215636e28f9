package event

import (
	"time"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
)

// ErrDiscreet keeps what is said of a discreet event from being said later.
const ErrDiscreet = account.Fault("Cet événement a déjà des invités : un DuoDay ou un HandiCafé le reste, puisque dire qui y vient parlerait de leur santé.")

// Told are the structures that came, as buyers of the organisation are told: none of a
// discreet event, whatever it holds, nor of one that did not take place.
func (e *Event) Told() []string {
	if e.Kind.Discreet() && stands(GuardDiscreet) || !e.CancelledAt.IsZero() {
		return nil
	}
	return e.Met
}

// Over is when nothing more happens at the event: its end, or when it was called off. Zero
// of one that has no date yet.
func (e *Event) Over() time.Time {
	if !e.CancelledAt.IsZero() {
		return e.CancelledAt
	}
	return e.Ends
}

// NeedsGo reports whether what guests said of their needs has been kept for long enough.
func (e *Event) NeedsGo(at time.Time) bool {
	over := e.Over()
	return !over.IsZero() && !at.Before(over.Add(NeedsKept))
}

// Holding reports whether the event may still hold names or addresses: of guests, and
// of its rencontres too, which are told of without any guest.
func (e *Event) Holding() bool { return e.LapsedAt.IsZero() }

// Lapsed reports whether names and addresses have been kept for that many months after it.
func (e *Event) Lapsed(months int, at time.Time) bool {
	over := e.Over()
	return e.Holding() && !over.IsZero() && over.AddDate(0, months, 0).Before(at)
}

// Anonymise takes what tells persons apart out of an event that is over: seats are counted
// still, and nobody is written to.
func (e *Event) Anonymise(at time.Time) {
	for i := range e.Seats {
		e.Seats[i].anonymous()
	}
	e.Went, e.LapsedAt = nil, at.UTC()
}

// anonymous takes the address out of a seat. Its own id stands for it: no address is
// that, so that one guest an address holds as before.
func (s *Seat) anonymous() { s.Mail, s.Owed = s.Guest, nil }

// Erased reports whether the guest of a seat is no longer known.
func (s *Seat) Erased() bool { return s.Mail == s.Guest }

// Forget takes who a guest is out of the event. The place goes to who waits, as long as
// there is somebody to come; afterwards it is counted as it was.
func (e *Event) Forget(guest string, at time.Time) error {
	s := e.Seat(guest)
	if s == nil || s.Erased() {
		return sourcing.ErrUnchanged
	}
	if st := e.State(at); st != Past && st != Called && s.Active() && s.Answer != Declined {
		s.Answer, s.Answered, s.Until, s.Asked, s.Confirmed = Cancelled, at.UTC(), time.Time{}, false, false
	}
	s.anonymous()
	e.Promote(at)
	return nil
}

// Anonymise takes who a guest is out of it: what the guest works for, as what, stays for the
// figures. ErrUnchanged when it is gone.
func (g *Guest) Anonymise(at time.Time) error {
	if g.Name == "" && g.Email == "" && g.Moving == "" && g.Link == "" {
		return sourcing.ErrUnchanged
	}
	g.Moving, g.Said, g.SaidAt = "", "", time.Time{}
	g.Name, g.Email, g.Phone, g.Job, g.Person, g.Link, g.Ticket = "", "", "", "", "", "", ""
	g.Remark, g.Training, g.TrainingAt, g.Photos, g.Dates, g.Trace = "", "", time.Time{}, "", nil, nil
	g.Diet, g.Access, g.UpdatedAt = "", "", at.UTC()
	g.Rev++
	return nil
}

// Needy reports whether the guest has said something of diet or access.
func (g *Guest) Needy() bool { return g.Diet != "" || g.Access != "" }

// DropNeeds takes it out. ErrUnchanged when there is none.
func (g *Guest) DropNeeds(at time.Time) error {
	if !g.Needy() {
		return sourcing.ErrUnchanged
	}
	g.Diet, g.Access, g.UpdatedAt = "", "", at.UTC()
	g.Rev++
	return nil
}
