package sourcing

import (
	"time"

	"sourcier/internal/structure"
)

// ContactMonths is for how long an operation that is over keeps the addresses that it wrote
// to, and the names that were typed of people.
const ContactMonths = 60

// over is the day since which nothing more is done with an operation, "" while it runs.
func (o *Operation) over() structure.Date {
	if at := later(o.ClosedAt, o.SilencedAt); !at.IsZero() {
		return structure.DateOf(at)
	}
	return ""
}

// Lapses reports whether the addresses of an operation may have to go one day: it is over,
// and holds them.
func (o *Operation) Lapses() bool { return o.over() != "" && o.LapsedAt.IsZero() }

// Lapsed reports whether they have been kept for long enough.
func (o *Operation) Lapsed(on structure.Date) bool {
	return o.Lapses() && o.over().AddMonths(ContactMonths) < on
}

// Lapse takes the addresses of suppliers, their links and what candidates wrote out of an
// operation. Who was consulted, of which SIREN and when, stays as evidence.
func (o *Operation) Lapse(at time.Time) {
	for i := range o.Suppliers {
		s := &o.Suppliers[i]
		s.Email, s.Word, s.Link = "", "", ""
	}
	o.LapsedAt, o.Candidacies = at.UTC(), nil
}

// Lapse takes the names that were typed out of an exchange; its minutes stay. ErrUnchanged
// when there are none.
func (x *Exchange) Lapse() error {
	if len(x.Ours)+len(x.Theirs) == 0 && x.Responder == "" && len(x.Past) == 0 {
		return ErrUnchanged
	}
	changed := len(x.Ours)+len(x.Theirs) > 0 || x.Responder != ""
	x.Ours, x.Theirs, x.Responder = nil, nil, ""
	for i := range x.Past {
		p := &x.Past[i]
		changed = changed || len(p.Ours)+len(p.Theirs) > 0 || p.Responder != ""
		p.Ours, p.Theirs, p.Responder = nil, nil, ""
	}
	if !changed {
		return ErrUnchanged
	}
	return nil
}

// Lapse takes the names of who answered out of an answer. ErrUnchanged when there are none.
func (a *Answer) Lapse() error {
	changed := false
	for i := range a.Submissions {
		s := &a.Submissions[i]
		changed = changed || s.Name != ""
		s.Name = ""
	}
	if !changed {
		return ErrUnchanged
	}
	return nil
}

// Forget takes what a person has declared out of the team, and ends the membership. Who
// did what stays as an id, as in the journal.
func (o *Operation) Forget(person string, at time.Time) (changed bool) {
	for i := range o.Team {
		t := &o.Team[i]
		if t.Person != person || t.Interests == "" && t.Reason == "" && !t.LeftAt.IsZero() {
			continue
		}
		t.Interests, t.Reason = "", ""
		if t.LeftAt.IsZero() {
			t.LeftAt = at.UTC()
		}
		changed = true
	}
	return changed
}

// Forget takes who has sent an answer out of it: what was answered is the structure's.
func (a *Answer) Forget(person string) (changed bool) {
	for i := range a.Submissions {
		if s := &a.Submissions[i]; s.Account == person && person != "" {
			s.Account, s.Name, changed = "", "", true
		}
	}
	return changed
}
