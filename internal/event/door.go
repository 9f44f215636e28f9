package event

import (
	"cmp"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// DoorEarly is how long before an event its door opens: a scan that was tried the week
// before is no attendance.
const DoorEarly = 24 * time.Hour

// Refusals of the door.
const (
	ErrDoorEarly  = account.Fault("L’accueil ouvre 24 heures avant l’événement : aucune entrée n’est notée plus tôt.")
	ErrDoorGone   = account.Fault("Les noms des invités de cet événement sont effacés : plus aucune entrée ne peut être notée.")
	ErrNotBegun   = account.Fault("L’événement n’a pas commencé : la présence se clôture ensuite.")
	ErrWalkInName = account.Fault("Écrivez le nom de la personne.")
)

// Welcomes refuses who lets nobody in: only the organiser's people do, on the day.
func (e *Event) Welcomes(m buyer.Member, at time.Time) error {
	switch err := e.writable(m); {
	case err != nil:
		return err
	case !e.CancelledAt.IsZero():
		return ErrCalledOff
	case e.OpenedAt.IsZero() || e.Starts.IsZero():
		return ErrDraft
	case !e.LapsedAt.IsZero():
		return ErrDoorGone
	case at.Before(e.Starts.Add(-DoorEarly)):
		return ErrDoorEarly
	}
	return nil
}

// Judge says what is told at the door of a guest who comes; in is whether the guest is in
// already.
func (s *Seat) Judge(in bool) Result {
	switch {
	case in:
		return Already
	case s.Answer == Accepted || s.Walked:
		return Entered
	}
	return NotDue
}

// Walk puts on the list who comes without being on it: counted at the door, and not among
// the places, which were promised to others. Who is on it already, by the same scan or the
// same address, stays who it is: sourcing.ErrUnchanged, with the guest.
func (e *Event) Walk(m buyer.Member, s Seat, at time.Time) (guest string, err error) {
	if err := e.Welcomes(m, at); err != nil {
		return "", err
	}
	for i := range e.Seats {
		if o := &e.Seats[i]; o.Guest == s.Guest || o.Mail == s.Mail && o.Active() && stands(GuardOnce) {
			return o.Guest, sourcing.ErrUnchanged
		}
	}
	if len(e.Seats) >= MaxSeats {
		return "", ErrFullList
	}
	s.Walked, s.Party, s.Added = true, max(s.Party, 1), at.UTC()
	e.Seats = append(e.Seats, s)
	return s.Guest, nil
}

// Settle closes the attendance: structures are those that came, by id. None is kept of a
// discreet event. Done again, it says who came now.
func (e *Event) Settle(m buyer.Member, structures []string, at time.Time) error {
	switch err := e.writable(m); {
	case err != nil:
		return err
	case !e.CancelledAt.IsZero():
		return ErrCalledOff
	case e.Starts.IsZero() || at.Before(e.Starts):
		return ErrNotBegun
	case !e.SettledAt.IsZero():
		return e.Resettle(structures)
	}
	e.SettledAt, e.Met = at.UTC(), e.met(structures)
	e.note(at, m.Person, "event.settle", "")
	return nil
}

// SettledAfter is how long after an event its attendance is closed by itself, when nobody has
// closed it.
const SettledAfter = 7 * 24 * time.Hour

// Unsettled reports whether nobody has closed the attendance of the event in time.
func (e *Event) Unsettled(at time.Time) bool {
	return e.SettledAt.IsZero() && e.CancelledAt.IsZero() && !e.OpenedAt.IsZero() && !e.Ends.IsZero() && !at.Before(e.Ends.Add(SettledAfter))
}

// SettleItself is Settle of an event whose attendance nobody has closed.
func (e *Event) SettleItself(structures []string, at time.Time) error {
	if !e.Unsettled(at) {
		return sourcing.ErrUnchanged
	}
	e.SettledAt, e.Met = at.UTC(), e.met(structures)
	e.note(at, "", "event.settle", "")
	return nil
}

// Resettle corrects who came to an event that is settled: a device has told of entries
// late. sourcing.ErrUnchanged where there is nothing to correct.
func (e *Event) Resettle(structures []string) error {
	met := e.met(structures)
	if e.SettledAt.IsZero() || slices.Equal(met, e.Met) {
		return sourcing.ErrUnchanged
	}
	e.Met = met
	return nil
}

// met is what the event keeps of the structures that came.
func (e *Event) met(structures []string) []string {
	if e.Kind.Discreet() {
		return nil
	}
	out := slices.Clone(structures)
	slices.Sort(out)
	out = slices.DeleteFunc(slices.Compact(out), func(id string) bool { return id == "" })
	if len(out) == 0 {
		return nil
	}
	return out[:min(len(out), MaxMet)]
}

// Presence is who is there, in people.
type Presence struct {
	Expected   int // places that are taken
	Present    int
	Walked     int // of Present, without a place
	Of         map[Role]int
	ExpectedOf map[Role]int
	Guests     int // entries
	Conflicts  int // scans that told of somebody who was in already
}

// Presence counts entries. Those of somebody who is not on the list any more count no
// longer.
func (e *Event) Presence(entries []Entry) Presence {
	p := Presence{Of: map[Role]int{}}
	p.Expected, p.ExpectedOf = e.Taken()
	seats := make(map[string]*Seat, len(e.Seats))
	for i := range e.Seats {
		seats[e.Seats[i].Guest] = &e.Seats[i]
	}
	for i := range entries {
		x := &entries[i]
		s := seats[x.Guest]
		if s == nil {
			continue
		}
		p.Guests++
		p.Present += x.Party
		p.Of[s.Role] += x.Party
		p.Conflicts += len(x.Conflicts)
		if !s.Holds() {
			p.Walked += x.Party
		}
	}
	return p
}

// Entry is that a guest was there.
type Entry struct {
	Guest     string
	At        time.Time // by the clock of the portal
	Checkin   string    // id of the one that counts
	Party     int
	Way       Way
	Conflicts []string // ids of other scans of the same guest, by other devices or told « entre » too
}

// Entries are who was let in, from every scan in any order, each scan as often as one
// likes: the earliest that was told « entre » counts, the others are conflicts. What a
// device said offline stays so.
func Entries(scans []Checkin) []Entry {
	all := slices.Clone(scans)
	slices.SortFunc(all, func(a, b Checkin) int { return cmp.Or(a.When().Compare(b.When()), cmp.Compare(a.ID, b.ID)) })
	undone := map[string]bool{}
	for i := range all {
		if all[i].Result == Undone {
			undone[all[i].Code] = true
		}
	}
	at := map[string]int{} // place in out
	seen := map[string]bool{}
	var out []Entry
	for i := range all {
		c := &all[i]
		if c.Result != Entered || c.Guest == "" || undone[c.ID] || seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		if n, ok := at[c.Guest]; ok && stands(GuardEntry) {
			out[n].Conflicts = append(out[n].Conflicts, c.ID)
			continue
		}
		at[c.Guest] = len(out)
		out = append(out, Entry{Guest: c.Guest, At: c.When(), Checkin: c.ID, Party: max(c.Party, 1), Way: c.Way})
	}
	return out
}
