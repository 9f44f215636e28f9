package event_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"sourcier/internal/event"
)

// book is what an observer of an event writes down: who said what, who was told what. It
// counts places and keeps the order of who waits by itself, and asks afterwards whether the
// event agrees.
type book struct {
	at        time.Time
	who       map[string]event.Seat // by guest: who came in, as what
	party     map[string]int        // by guest: what was said last, of who wants to come
	waits     []string              // in the order in which they came
	asks      map[string]bool       // the organiser has not said yes yet
	gone      map[string]bool       // taken off the list, or replaced: never to come again
	holds     map[string]bool
	invited   map[string]int  // how often
	calendar  map[string]bool // by guest: a REQUEST was owed, and no CANCEL since
	sequence  int64
	numbers   map[string]int64 // by address: of the calendar
	made      map[made1]bool
	wanted    map[string]int64 // by guest with a place: number of its newest confirmation
	replayed  string           // guest who says again what was said
	delegated string           // the colleague of this step
	scans     []event.Checkin
	number    int // of the last scan
}

// made1 is a mail that was made.
type made1 struct {
	guest string
	due   event.Due
}

func newBook() *book {
	return &book{
		who: map[string]event.Seat{}, party: map[string]int{}, asks: map[string]bool{}, gone: map[string]bool{}, holds: map[string]bool{}, invited: map[string]int{},
		calendar: map[string]bool{}, numbers: map[string]int64{}, made: map[made1]bool{}, wanted: map[string]int64{},
	}
}

// begin starts a step.
func (b *book) begin(at time.Time) {
	b.at, b.replayed, b.delegated = at, "", ""
}

func (b *book) enter(seats []event.Seat, asks bool) {
	for _, s := range seats {
		b.who[s.Guest] = s
		b.asks[s.Guest] = asks
	}
}

func (b *book) accepts(guest string, party int, answer event.Answer) {
	if said, ok := b.party[guest]; ok && said == party && (b.holds[guest] && b.wanted[guest] > 0 || slices.Contains(b.waits, guest)) {
		b.replayed = guest
	}
	b.party[guest] = party
	switch {
	case answer == event.Accepted:
		b.waits = slices.DeleteFunc(b.waits, func(id string) bool { return id == guest })
	case !slices.Contains(b.waits, guest):
		b.waits = append(b.waits, guest)
	}
}

// leaves notes that a guest does not come.
func (b *book) leaves(guest string) {
	delete(b.party, guest)
	b.waits = slices.DeleteFunc(b.waits, func(id string) bool { return id == guest })
}

// forget notes that nobody knows who a guest was: the place goes, and with the address what
// its calendar was told.
func (b *book) forget(s *event.Seat) {
	if s.Answer == event.Cancelled {
		b.leaves(s.Guest)
		b.calendar[s.Guest] = false
	}
	delete(b.wanted, s.Guest) // who is not known is not written to
	delete(b.numbers, b.who[s.Guest].Mail)
}

func (b *book) delegates(guest string, colleague event.Seat) {
	party := b.party[guest]
	b.leaves(guest)
	colleague.Role, colleague.SIREN = b.who[guest].Role, b.who[guest].SIREN
	b.who[colleague.Guest], b.asks[colleague.Guest] = colleague, b.asks[guest]
	b.delegated = colleague.Guest
	b.party[colleague.Guest] = max(party, 1)
	b.invited[colleague.Guest] = 1 // by the guest
}

func (b *book) admits(guest string, yes bool, e *event.Event) {
	b.asks[guest] = false
	if !yes {
		b.leaves(guest)
	}
	if e.Seat(guest).Holds() {
		b.waits = slices.DeleteFunc(b.waits, func(id string) bool { return id == guest })
	}
}

func (b *book) writes(material bool, e *event.Event, at time.Time) {
	if material && !e.OpenedAt.IsZero() && at.Before(e.Ends) && e.CancelledAt.IsZero() {
		b.sequence++
	}
}

// make notes that a mail is made, with the SEQUENCE that it says.
func (b *book) make(s *event.Seat, d event.Due, sequence int64) {
	key := made1{s.Guest, d}
	if b.made[key] {
		return // it is there already
	}
	b.made[key] = true
	if d.Notice.Calendar() {
		b.numbers[s.Mail] = max(b.numbers[s.Mail], sequence)
	}
}

// room is what an observer counts of places.
type room struct {
	all   int
	role  map[event.Role]int
	siren map[string]int
}

func (b *book) count(e *event.Event, without string) room {
	r := room{role: map[event.Role]int{}, siren: map[string]int{}}
	for i := range e.Seats {
		if s := &e.Seats[i]; s.Guest != without && (s.Answer == event.Accepted || s.Answer == event.Offered) {
			who := b.who[s.Guest]
			r.all, r.role[who.Role], r.siren[who.SIREN] = r.all+s.Party, r.role[who.Role]+s.Party, r.siren[who.SIREN]+s.Party
		}
	}
	return r
}

// fits reports whether a party of a guest has room beside what is counted.
func (b *book) fits(r room, of event.Room, guest string, party int) bool {
	who := b.who[guest]
	quota, limited := of.Quotas[who.Role]
	return r.all+party <= of.Capacity && (!limited || r.role[who.Role]+party <= quota) && (who.SIREN == "" || of.PerSIREN == 0 || r.siren[who.SIREN]+party <= of.PerSIREN)
}

// over is by how much each limit is passed.
func (r room) over(of event.Room) map[string]int {
	out := map[string]int{"capacity": r.all - of.Capacity}
	for role, quota := range of.Quotas {
		out["quota of "+string(role)] = r.role[role] - quota
	}
	for siren, n := range r.siren {
		if siren != "" && of.PerSIREN > 0 {
			out["SIREN "+siren] = n - of.PerSIREN
		}
	}
	for limit, n := range out {
		if n <= 0 {
			delete(out, limit)
		}
	}
	return out
}

// disagrees says which invariant of DESIGN (Events) the event breaks, "" none.
func (b *book) disagrees(before *event.Event, h *history) string {
	for _, check := range []func(*event.Event, *history) string{
		b.checkRoom, b.checkOnce, b.checkOffers, b.checkOrder, b.checkTold, b.checkCalendar, b.checkAnswers, b.checkEntries, b.checkDiscreet,
	} {
		if text := check(before, h); text != "" {
			return text
		}
	}
	return ""
}

// Confirmed and offered places never pass the capacity, a quota, the cap of a SIREN: when
// these were lowered below what is taken, nothing more is taken of what is short.
func (b *book) checkRoom(before *event.Event, h *history) string {
	was, is := b.count(before, ""), b.count(h.e, "")
	past := was.over(h.e.Room)
	for limit, n := range is.over(h.e.Room) {
		if h.seen["deficit"]++; n > past[limit] {
			return fmt.Sprintf("%s is passed by %d, was by %d", limit, n, past[limit])
		}
	}
	return ""
}

// One active guest an address; who was taken off or replaced stays so.
func (b *book) checkOnce(_ *event.Event, h *history) string {
	active := map[string]string{}
	for i := range h.e.Seats {
		s := &h.e.Seats[i]
		if s.Answer == event.Cancelled || s.Answer == event.Delegated {
			b.gone[s.Guest] = true
			continue
		}
		if b.gone[s.Guest] {
			return s.Guest + " is back"
		}
		if other := active[s.Mail]; other != "" {
			return other + " and " + s.Guest + " have one address"
		}
		active[s.Mail] = s.Guest
	}
	return ""
}

// promoted are the seats that were offered a place in this step, in the order of the list,
// but for a colleague who comes instead.
func (b *book) promoted(before *event.Event, h *history) (out []*event.Seat) {
	for i := range h.e.Seats {
		s := &h.e.Seats[i]
		was := before.Seat(s.Guest)
		if s.Answer == event.Offered && s.Guest != b.delegated && (was == nil || was.Answer != event.Offered) {
			out = append(out, s)
		}
	}
	return out
}

// No offer after closing, start or cancellation, nor in deficit, nor to who did not wait; it
// lasts no longer than a place may be taken, and is recorded with its rank.
func (b *book) checkOffers(before *event.Event, h *history) string {
	offers := b.promoted(before, h)
	h.seen["promoted"] += len(offers)
	records := map[string]event.Promotion{}
	for _, p := range h.e.Promotions {
		records[p.Guest] = p
	}
	rest := b.count(h.e, "")
	for _, s := range offers {
		who := b.who[s.Guest]
		rest.all, rest.role[who.Role], rest.siren[who.SIREN] = rest.all-s.Party, rest.role[who.Role]-s.Party, rest.siren[who.SIREN]-s.Party
		p := records[s.Guest]
		switch {
		case !h.e.CancelledAt.IsZero() || !h.e.ShutAt.IsZero() || !b.at.Before(h.e.Starts) || !h.e.RepliesUntil.IsZero() && !b.at.Before(h.e.RepliesUntil):
			return s.Guest + " is offered a place after closing"
		case !slices.Contains(b.waits, s.Guest) || b.asks[s.Guest]:
			return s.Guest + " is offered a place without waiting for one"
		case s.Until.After(h.e.Starts) || !h.e.RepliesUntil.IsZero() && s.Until.After(h.e.RepliesUntil) || s.Until.IsZero():
			return s.Guest + " has an offer until " + s.Until.String()
		case p.Rank != s.Rank || !p.At.Equal(b.at):
			return fmt.Sprintf("the promotion of %s is recorded as %+v", s.Guest, p)
		}
		h.seen["passed over"] += p.Passed
	}
	if short := rest.over(h.e.Room); len(offers) > 0 && len(short) > 0 {
		return fmt.Sprintf("offers in deficit: %v", short)
	}
	return ""
}

// Places go by the order in which guests came to the list: who waits and came before who got
// one had no room then. Nobody waits for a place that is free, where promotion is possible.
func (b *book) checkOrder(before *event.Event, h *history) string {
	offers := b.promoted(before, h)
	for _, s := range offers {
		without := b.count(h.e, s.Guest)
		for _, id := range b.waits[:slices.Index(b.waits, s.Guest)] {
			if w := h.e.Seat(id); w.Answer == event.Waitlisted && !b.asks[id] && b.fits(without, h.e.Room, id, b.party[id]) {
				return s.Guest + " is offered a place before " + id
			}
		}
	}
	for _, s := range offers { // they do not wait any more
		b.leaves(s.Guest)
		b.party[s.Guest] = s.Party
	}
	is := b.count(h.e, "")
	if h.e.State(b.at) != event.Open || len(is.over(h.e.Room)) > 0 || before.State(b.at) != event.Open || h.action == "scan" || h.action == "carry" {
		return ""
	}
	for _, id := range b.waits {
		if h.e.Seat(id).Answer == event.Waitlisted && !b.asks[id] && b.fits(is, h.e.Room, id, b.party[id]) && len(b.count(before, "").over(before.Room)) == 0 {
			return id + " waits for a place that is free"
		}
	}
	return ""
}

// newDues are what a guest is owed since the step before, in its order.
func newDues(before *event.Event, s *event.Seat) (out []event.Due) {
	was := before.Seat(s.Guest)
	for _, d := range s.Owed {
		if was == nil || !slices.Contains(was.Owed, d) {
			out = append(out, d)
		}
	}
	return out
}

// An invitation goes once, a reminder to who has not answered; who says the same again is
// written to no more; nothing is owed to who is in no list.
func (b *book) checkTold(before *event.Event, h *history) string {
	for i := range h.e.Seats {
		s := &h.e.Seats[i]
		dues := newDues(before, s)
		if len(s.Owed) > 6 {
			return fmt.Sprintf("%s is owed %d mails", s.Guest, len(s.Owed))
		}
		if b.replayed == s.Guest && len(dues) > 0 {
			return s.Guest + " says the same again, and is written to"
		}
		for _, d := range dues {
			switch d.Notice {
			case event.Registered:
				b.invited[s.Guest]++
			case event.Invitation:
				if h.action == "invite" && (b.invited[s.Guest] > 0 || before.Seat(s.Guest).Answer != event.Pending) {
					return s.Guest + " is invited again"
				}
				b.invited[s.Guest]++
			case event.Reminder:
				if before.Seat(s.Guest).Answer != event.Pending || b.invited[s.Guest] == 0 {
					return s.Guest + " is reminded of what was answered, or never asked"
				}
			}
		}
	}
	return ""
}

// No CANCEL before its REQUEST; the SEQUENCE is raised by what is material alone, and what
// the calendar of an address is told never goes back.
func (b *book) checkCalendar(before *event.Event, h *history) string {
	for i := range h.e.Seats {
		s := &h.e.Seats[i]
		for _, d := range newDues(before, s) {
			switch d.Notice {
			case event.Confirmed:
				b.calendar[s.Guest], b.wanted[s.Guest] = true, d.Number
			case event.Changed:
				if !b.calendar[s.Guest] {
					return s.Guest + " is told of a change, and never had a place"
				}
			case event.Released:
				if !b.calendar[s.Guest] {
					return s.Guest + " has a CANCEL without its REQUEST"
				}
				b.calendar[s.Guest], b.wanted[s.Guest] = false, 0
			case event.CalledOff:
				if s.Confirmed != b.calendar[s.Guest] {
					return fmt.Sprintf("%s is told that it is called off, with a place: %v", s.Guest, s.Confirmed)
				}
			}
		}
		if n := h.e.CalendarSequence(s, event.Confirmed); (s.Holds() || s.Confirmed) && n < b.numbers[s.Mail] {
			return fmt.Sprintf("the calendar of %s was told %d, and is told %d", s.Guest, b.numbers[s.Mail], n)
		}
	}
	if h.e.Sequence != b.sequence {
		return fmt.Sprintf("sequence %d, want %d", h.e.Sequence, b.sequence)
	}
	return ""
}

// What the event says of each guest is what the guest said.
func (b *book) checkAnswers(before *event.Event, h *history) string {
	ranks := map[int64]string{}
	for i := range h.e.Seats {
		s := &h.e.Seats[i]
		was := before.Seat(s.Guest)
		if was != nil && was.Answer == event.Offered && s.Answer == event.Pending && b.at.Before(was.Until) {
			return "the offer of " + s.Guest + " passes before its time"
		}
		b.holds[s.Guest] = s.Holds()
		waits := slices.Contains(b.waits, s.Guest)
		switch {
		case waits != (s.Answer == event.Waitlisted):
			return fmt.Sprintf("%s waits: %v, and is %q", s.Guest, waits, s.Answer.Label())
		case waits && s.Party != b.party[s.Guest]:
			return fmt.Sprintf("%s waits for %d, said %d", s.Guest, s.Party, b.party[s.Guest])
		case s.Answer == event.Accepted && (s.Party != b.party[s.Guest] || !s.Confirmed && h.e.CancelledAt.IsZero()):
			return fmt.Sprintf("%s comes with %d, said %d", s.Guest, s.Party, b.party[s.Guest])
		case s.Asked != (b.asks[s.Guest] && s.Active()), s.Asked && s.Holds():
			return fmt.Sprintf("%s has asked: %v, and is %q", s.Guest, s.Asked, s.Answer.Label())
		}
		if s.Answer == event.Waitlisted {
			if other := ranks[s.Rank]; other != "" || s.Rank == 0 || s.Rank > h.e.LastRank {
				return fmt.Sprintf("%s and %s have rank %d", other, s.Guest, s.Rank)
			}
			ranks[s.Rank] = s.Guest
		}
	}
	if len(h.e.Seats) < len(before.Seats) {
		return "a seat is gone"
	}
	line := slices.Clone(b.waits)
	slices.SortStableFunc(line, func(x, y string) int { return cmp.Compare(h.e.Seat(x).Rank, h.e.Seat(y).Rank) })
	if !slices.Equal(line, b.waits) {
		return fmt.Sprintf("the line is %v, they came as %v", line, b.waits)
	}
	return ""
}

// settled is asked when all that is owed was made: who has a place has its confirmation.
func (b *book) settled(e *event.Event) string {
	for i := range e.Seats {
		s := &e.Seats[i]
		for _, d := range s.Owed {
			if !b.made[made1{s.Guest, d}] {
				return fmt.Sprintf("%s is owed %c for ever", s.Guest, d.Notice)
			}
		}
		if n, ok := b.wanted[s.Guest]; ok && s.Answer == event.Accepted && !b.made[made1{s.Guest, event.Due{Notice: event.Confirmed, Number: n}}] {
			return s.Guest + " has a place, and no mail of it"
		}
	}
	return ""
}

// scan has somebody come to one of two doors, or leave by mistake.
func (b *book) scan(h *history) {
	if len(b.scans) >= 12 {
		b.scans = b.scans[1:]
	}
	b.number++
	c := event.Checkin{
		ID: fmt.Sprintf("c%d", b.number), Guest: h.guest(), At: h.at, Skew: int64(h.IntN(2) * 24 * 3600 * 1000), Device: fmt.Sprint("d", h.IntN(2)), Received: h.at,
		Way: event.ByCode, Result: []event.Result{event.Entered, event.Entered, event.Entered, event.Already, event.NotDue}[h.IntN(5)],
	}
	if len(b.scans) > 0 && h.IntN(10) == 0 {
		c.Result, c.Code = event.Undone, b.scans[h.IntN(len(b.scans))].ID
	}
	b.scans = append(b.scans, c)
}

// Scans that come again, in any order, give one entry a guest; what was undone is none; what
// was told « entre » is an entry or a conflict.
func (b *book) checkEntries(_ *event.Event, h *history) string {
	if h.action != "scan" {
		return ""
	}
	want := ""
	undone, let := map[string]bool{}, map[string]bool{}
	for _, c := range b.scans {
		if c.Result == event.Undone {
			undone[c.Code] = true
		}
	}
	for _, c := range b.scans {
		let[c.Guest] = let[c.Guest] || c.Result == event.Entered && !undone[c.ID]
	}
	for try := range 3 {
		again := slices.Concat(b.scans, b.scans[:h.IntN(len(b.scans)+1)], b.scans)
		rand.New(h.Rand).Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		entries := event.Entries(again)
		seen := map[string]bool{}
		var text strings.Builder
		for _, x := range entries {
			if seen[x.Guest] || !let[x.Guest] {
				return x.Guest + " has entered twice, or not at all"
			}
			seen[x.Guest] = true
			fmt.Fprintf(&text, "%s %v %s %v;", x.Guest, x.At, x.Checkin, x.Conflicts)
		}
		for guest, yes := range let {
			if yes && !seen[guest] {
				return guest + " was let in, and has not entered"
			}
		}
		if try > 0 && text.String() != want {
			return "the order of scans changes who has entered"
		}
		want = text.String()
	}
	return ""
}

// Who came to a discreet event is told to nobody, whatever the event holds; what is kept of
// who came is each structure once.
func (b *book) checkDiscreet(_ *event.Event, h *history) string {
	if h.action != "settle" {
		return ""
	}
	if !slices.Equal(h.e.Met, []string{"s1", "s2"}) {
		return fmt.Sprintf("%v came", h.e.Met)
	}
	for _, kind := range []event.Kind{event.DuoDay, event.HandiCafe} {
		probe := clone(h.e)
		if probe.Kind = kind; probe.Told() != nil {
			return "it tells who came to a " + kind.Label()
		}
	}
	return ""
}
