package event

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/workday"
)

// ErrOneself refuses one's own address as that of a colleague.
const ErrOneself = account.Fault("Cette adresse est celle qui a été invitée : donnez celle de la personne qui vient à sa place.")

// tally counts the places that are taken.
type tally struct {
	all   int
	role  map[Role]int
	siren map[string]int
}

func (e *Event) tally() *tally {
	t := &tally{role: map[Role]int{}, siren: map[string]int{}}
	for i := range e.Seats {
		if s := &e.Seats[i]; s.Holds() {
			t.add(s, s.Party)
		}
	}
	return t
}

func (t *tally) add(s *Seat, party int) {
	t.all += party
	t.role[s.Role] += party
	if s.SIREN != "" {
		t.siren[s.SIREN] += party
	}
}

// Taken is how many people places are taken for, in all and by role.
func (e *Event) Taken() (all int, by map[Role]int) {
	t := e.tally()
	return t.all, t.role
}

// Deficit is how many more people places are taken for than there are: the capacity, a
// quota or a cap was lowered since.
func (e *Event) Deficit() int { return e.tally().deficit(e.Room) }

func (t *tally) deficit(r Room) int {
	worst := t.all - r.Capacity
	for role, quota := range r.Quotas {
		worst = max(worst, t.role[role]-quota)
	}
	if r.PerSIREN > 0 {
		for _, n := range t.siren {
			worst = max(worst, n-r.PerSIREN)
		}
	}
	return max(worst, 0)
}

// Lack is why there is no place for a party.
type Lack string

// Lacks.
const (
	LacksNothing Lack = ""
	LacksRoom    Lack = "capacite"
	LacksQuota   Lack = "quota"
	LacksSIREN   Lack = "siren"
)

// lacks says why party people may not take places for a seat; what the seat holds already
// does not count, also while more is taken than there is.
func (t *tally) lacks(r Room, s *Seat, party int) Lack {
	more := party
	if s.Holds() {
		more -= s.Party
	}
	quota, limited := r.Quotas[s.Role]
	switch {
	case more <= 0:
		return LacksNothing
	case t.all+more > r.Capacity && stands(GuardCapacity):
		return LacksRoom
	case limited && t.role[s.Role]+more > quota && stands(GuardQuota):
		return LacksQuota
	case r.PerSIREN > 0 && s.SIREN != "" && t.siren[s.SIREN]+more > r.PerSIREN && stands(GuardSIREN):
		return LacksSIREN
	}
	return LacksNothing
}

// Lacks says why a guest may not take places for party people now.
func (e *Event) Lacks(s *Seat, party int) Lack { return e.tally().lacks(e.Room, s, party) }

// waiting reports whether somebody whom a free place suits waits before a seat.
func (e *Event) waiting(t *tally, s *Seat) bool {
	return slices.ContainsFunc(e.Seats, func(o Seat) bool {
		return o.Guest != s.Guest && o.Waits() && t.lacks(e.Room, &o, o.Party) == LacksNothing
	})
}

// full reports whether a guest gets no more places: there are none, or somebody waits for
// them already.
func (e *Event) full(s *Seat, party int) bool {
	t := e.tally()
	more := !s.Holds() || party > s.Party
	return t.lacks(e.Room, s, party) != LacksNothing || more && e.waiting(t, s)
}

// answerable finds a seat that may answer at a time. An account.Fault.
func (e *Event) answerable(guest string, at time.Time) (*Seat, error) {
	s := e.Seat(guest)
	if s == nil || !s.Active() {
		return nil, ErrNoSeat
	}
	switch e.State(at) {
	case Called:
		return nil, ErrCalledOff
	case Past:
		return nil, ErrOver
	case Drafted:
		return nil, ErrDraft
	case Open, Shut, Running:
	}
	return s, nil
}

// Accept takes places for a guest, or puts the guest on the waiting list when there is none
// or when somebody waits for it already. The same answer again is sourcing.ErrUnchanged.
func (e *Event) Accept(guest string, party int, at time.Time) (Answer, error) {
	s, err := e.answerable(guest, at)
	if err != nil {
		return "", err
	}
	party = max(party, 1)
	if err := e.acceptable(s, party, at); err != nil {
		return s.Answer, err
	}
	if s.Answer == Waitlisted {
		s.Party = party // of which there may be room once offers that have passed are ended
	}
	e.Lapse(at) // they hold nothing any more, whoever notices it first
	if s.Asked || e.full(s, party) || s.Answer == Waitlisted && !e.promotes(at) {
		return e.wait(s, party, at), nil
	}
	s.Party = party
	e.confirm(s, at)
	e.Promote(at) // who comes with fewer people leaves places
	return Accepted, nil
}

// acceptable refuses a yes that changes nothing, comes too late or brings too many.
func (e *Event) acceptable(s *Seat, party int, at time.Time) error {
	switch {
	case party > max(e.Room.Party, 1):
		return TooMany(e.Room)
	case s.Party == party && (s.Answer == Accepted || s.Answer == Waitlisted):
		return guarded(GuardReplay, sourcing.ErrUnchanged)
	case !e.inTime(s, at):
		return ErrShut
	case s.Holds() && e.full(s, party):
		return account.Fault("Il n’y a plus de place pour autant de personnes : votre place reste réservée.")
	}
	return nil
}

// inTime reports whether a guest may still say yes: after closing, only to an offer that has
// not passed.
func (e *Event) inTime(s *Seat, at time.Time) bool {
	st := e.State(at)
	return st == Open || st == Shut && s.Answer == Offered && at.Before(s.Until)
}

// twin is another active seat of the same address, nil when there is none.
func (e *Event) twin(s *Seat) *Seat {
	for i := range e.Seats {
		if o := &e.Seats[i]; o.Guest != s.Guest && o.Mail == s.Mail && o.Active() && stands(GuardOnce) {
			return o
		}
	}
	return nil
}

// confirm gives a seat its place.
func (e *Event) confirm(s *Seat, at time.Time) {
	s.Answer, s.Answered, s.Until = Accepted, at.UTC(), time.Time{}
	s.Confirmed = true
	e.Sent++
	e.owe(s, Confirmed, e.Sent)
}

// wait puts a seat on the waiting list, at its end. Who waits already and comes with more or
// fewer people keeps the rank.
func (e *Event) wait(s *Seat, party int, at time.Time) Answer {
	if s.Answer != Waitlisted {
		e.LastRank++
		s.Answer, s.Answered, s.Rank = Waitlisted, at.UTC(), e.LastRank
	}
	s.Party = party
	e.Sent++
	e.owe(s, Waits, e.Sent)
	return Waitlisted
}

// Decline notes that a guest does not come; a place that was held goes to who waits.
func (e *Event) Decline(guest string, at time.Time) error {
	s, err := e.answerable(guest, at)
	if err != nil {
		return err
	}
	if s.Answer == Declined {
		return sourcing.ErrUnchanged
	}
	e.release(s, Declined, at)
	e.noted(s)
	e.Promote(at)
	return nil
}

// TooMany refuses a party larger than a guest may bring.
func TooMany(r Room) account.Fault {
	if r.Party <= 1 {
		return "Cette invitation vaut pour une personne : proposez un collègue pour qu’il vienne à votre place."
	}
	return account.Fault("Cette invitation vaut pour " + strconv.Itoa(r.Party) + " personnes au plus, vous compris.")
}

// noted has every answer told to the address that was invited: whoever was passed its link
// may have given it.
func (e *Event) noted(s *Seat) {
	if len(s.Owed) == 0 { // else it is told that its place is gone
		e.Sent++
		e.owe(s, Noted, e.Sent)
	}
}

// release takes the place of a seat away; who was told of a place is told that it is gone.
func (e *Event) release(s *Seat, to Answer, at time.Time) {
	s.Answer, s.Answered, s.Until = to, at.UTC(), time.Time{}
	s.Asked = s.Asked && s.Active()
	s.quiet()
	if s.Confirmed || !stands(GuardCalendar) {
		s.Confirmed = false
		s.Cancels++
		e.Sent++
		e.owe(s, Released, e.Sent)
	}
}

// Delegate has a colleague come instead: the colleague is invited, and is offered the place
// that the guest held. A colleague who is a guest already changes nothing but that: the
// same words are answered to whoever asks.
func (e *Event) Delegate(guest string, colleague Seat, at time.Time) error {
	s, err := e.answerable(guest, at)
	if err != nil {
		return err
	}
	switch {
	case s.Answer == Cancelled:
		return ErrNoSeat
	case e.State(at) != Open:
		return ErrShut
	case colleague.Mail == s.Mail:
		return ErrOneself
	}
	held, party := s.Holds(), s.Party
	colleague.Role, colleague.SIREN, colleague.By, colleague.Party, colleague.Added = s.Role, s.SIREN, s.By, 1, at.UTC()
	colleague.Asked, colleague.Registered = s.Asked, s.Registered
	if len(e.Seats) >= MaxSeats {
		return ErrCrowded
	}
	e.release(s, Delegated, at)
	e.noted(s)
	if e.twin(&colleague) == nil {
		colleague.Invited, colleague.Cancels = at.UTC(), e.cancels(colleague.Mail)
		e.Seats = append(e.Seats, colleague)
		c := &e.Seats[len(e.Seats)-1]
		if held && e.promotes(at) {
			c.Party = party
			e.offer(c, at)
		} else {
			e.Sent++
			e.owe(c, Invitation, e.Sent)
		}
	}
	e.Promote(at)
	return nil
}

// cancels is how many CANCEL the calendar of an address had, by seats that are no more: what
// it is told next has a higher SEQUENCE.
func (e *Event) cancels(mail string) (n int) {
	for i := range e.Seats {
		if e.Seats[i].Mail == mail {
			n = max(n, e.Seats[i].Cancels)
		}
	}
	return n
}

// offer holds a place for a guest, within working hours.
func (e *Event) offer(s *Seat, at time.Time) {
	hours := e.OfferHours
	if hours == 0 {
		hours = OfferHours
	}
	s.Answer, s.Answered = Offered, at.UTC()
	s.Until = workday.HoursAfter(at, hours)
	if end := e.shuts(); s.Until.After(end) {
		s.Until = end
	}
	e.Sent++
	e.owe(s, Offer, e.Sent)
}

// shuts is when the last place may be taken.
func (e *Event) shuts() time.Time {
	if !e.RepliesUntil.IsZero() && e.RepliesUntil.Before(e.Starts) {
		return e.RepliesUntil
	}
	return e.Starts
}

// promotes reports whether a freed place may be offered: not after closing, start or
// cancellation, and not while more is taken than there is.
func (e *Event) promotes(at time.Time) bool {
	return (e.State(at) == Open || !stands(GuardOver)) && (e.Deficit() == 0 || !stands(GuardDeficit))
}

// WaitingRule is the rule by which freed places are offered, as it is published.
const WaitingRule = "Les places qui se libèrent sont proposées dans l’ordre d’arrivée sur la liste d’attente : à la première personne dont la demande tient dans les places, le quota de son rôle et le nombre de places par organisme. Qui est passé garde son rang. Chaque proposition est inscrite avec son rang."

// Promote offers the places that are free to who waits, in the published order (DESIGN,
// Events): by rank, the first whom they suit.
func (e *Event) Promote(at time.Time) (done []Promotion) {
	if !e.promotes(at) {
		return nil
	}
	var line []*Seat
	for i := range e.Seats {
		if e.Seats[i].Waits() {
			line = append(line, &e.Seats[i])
		}
	}
	slices.SortStableFunc(line, func(a, b *Seat) int {
		if !stands(GuardOrder) {
			a, b = b, a
		}
		return cmp.Compare(a.Rank, b.Rank)
	})
	t := e.tally() // an offer takes places and frees none: one pass is enough
	for i, s := range line {
		if t.lacks(e.Room, s, s.Party) != LacksNothing {
			continue
		}
		done = append(done, Promotion{Guest: s.Guest, Rank: s.Rank, At: at.UTC(), Passed: i - len(done)})
		e.offer(s, at)
		t.add(s, s.Party)
	}
	e.Promotions = append(e.Promotions, done...)
	if extra := len(e.Promotions) - MaxPromotions; extra > 0 {
		e.Promotions = slices.Delete(e.Promotions, 0, extra)
	}
	return done
}

// Lapse ends the offers that have passed; their places go to who waits. It tells how many.
func (e *Event) Lapse(at time.Time) (n int) {
	for i := range e.Seats {
		s := &e.Seats[i]
		if s.Answer != Offered || at.Before(s.Until) {
			continue
		}
		s.Answer, s.Answered, s.Until = Pending, at.UTC(), time.Time{}
		s.Owed = slices.DeleteFunc(s.Owed, func(d Due) bool { return d.Notice == Offer })
		if e.State(at) == Open {
			e.Sent++
			e.owe(s, Passed, e.Sent)
		}
		n++
	}
	if n > 0 {
		e.Promote(at)
	}
	return n
}

// NextLapse is when the next offer passes, zero when none is out.
func (e *Event) NextLapse() (next time.Time) {
	for i := range e.Seats {
		if s := &e.Seats[i]; s.Answer == Offered && (next.IsZero() || s.Until.Before(next)) {
			next = s.Until
		}
	}
	return next
}
