package event_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
)

// TestEventInvariants plays random histories of events, of every method and by everybody,
// also what is refused, with a carrier that dies between its writes, and holds the event to
// what an observer wrote down (book) after each step. Then each guard is taken away in turn:
// the same play must go red, or the proof would not see what the guard is for.
// SOURCIER_EVENT_HISTORIES says how many histories are played with all guards.
func TestEventInvariants(t *testing.T) {
	histories := played(t)
	steps, done, seen := 0, 0, map[string]int{}
	for seed := range histories {
		h := newHistory(uint64(seed))
		if fault := h.play(); fault != "" {
			t.Fatalf("history %d, step %d, %s: %s", seed, h.steps, h.action, fault)
		}
		steps, done = steps+h.steps, done+h.done
		for name, n := range h.seen {
			seen[name] += n
		}
	}
	for _, a := range actions {
		if seen[a.name] == 0 {
			t.Errorf("%s never succeeded", a.name)
		}
	}
	for _, what := range []string{"promoted", "passed over", "lapsed", "deficit", "died"} {
		if seen[what] == 0 {
			t.Errorf("nobody was ever %s", what)
		}
	}
	for _, g := range proven {
		at, found := firstFault(g, histories)
		if !found {
			t.Errorf("without %q nothing goes red in %d histories", g, histories)
		}
		t.Logf("without %-14s red in history %d", g, at)
	}
	t.Logf("figure: %d histories, %d steps of which %d did something, %d offers, carrier killed %d times; red without each of %d guards", histories, steps, done, seen["promoted"], seen["died"], len(proven))
}

// proven are the guards of this proof.
var proven = []event.Guard{
	event.GuardCapacity, event.GuardQuota, event.GuardSIREN, event.GuardOnce, event.GuardOrder, event.GuardOver, event.GuardDeficit, event.GuardReplay, event.GuardInvite, event.GuardCalendar, event.GuardSequence, event.GuardEntry, event.GuardDiscreet,
}

// played is how many histories are played: enough for each guard, more when the proof asks.
func played(t *testing.T) int {
	t.Helper()
	text := os.Getenv("SOURCIER_EVENT_HISTORIES")
	if text == "" {
		return 80
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// firstFault is the first history that goes red without a guard.
func firstFault(g event.Guard, histories int) (int, bool) {
	defer event.Lift(g)()
	for seed := range histories {
		if newHistory(uint64(seed)).play() != "" {
			return seed, true
		}
	}
	return 0, false
}

// historySteps are those of one history.
const historySteps = 120

// history is one event, and who acts on it.
type history struct {
	*rand.Rand
	e      *event.Event
	book   *book
	at     time.Time
	action string
	steps  int
	done   int
	number int // of guests, so that no two are alike
	seen   map[string]int
}

func newHistory(seed uint64) *history {
	h := &history{
		Rand: rand.New(rand.NewPCG(seed, 10)), at: noon, book: newBook(), seen: map[string]int{},
		e: &event.Event{
			ID: "e1", Kind: event.Matinale, Title: "Matinale", Room: event.Room{Capacity: 4, Party: 3, PerSIREN: 3, Quotas: map[event.Role]int{event.AsStructure: 3}}, Place: event.Place{Name: "Mairie"},
			Starts: noon.AddDate(0, 0, 6), Ends: noon.AddDate(0, 0, 6).Add(3 * time.Hour), Partners: []event.Partner{{ID: "p1", Organisation: "ailleurs", Invites: true}},
		},
	}
	h.e.Access = event.Accesses[h.IntN(len(event.Accesses))]
	if err := h.e.Begin(lead, h.at); err != nil {
		panic(err)
	}
	if seed%8 > 0 { // mostly, what matters comes once it is open
		h.try(actionOf("open"))
		h.try(actionOf("add"))
	}
	return h
}

// play plays until something is wrong. In the end all that is owed is made.
func (h *history) play() (fault string) {
	for h.steps = 1; h.steps <= historySteps; h.steps++ {
		h.at = h.at.Add(time.Duration(h.IntN(170)) * time.Minute)
		if fault := h.try(h.choose()); fault != "" {
			return fault
		}
	}
	for range 9 {
		h.try(actionOf("carry"))
	}
	return h.book.settled(h.e)
}

func actionOf(name string) *action {
	return &actions[slices.IndexFunc(actions, func(a action) bool { return a.name == name })]
}

// try does something to the event, and judges it. A refusal leaves it as it was; what is
// done survives its way through the store.
func (h *history) try(a *action) (fault string) {
	h.action = a.name
	before := clone(h.e)
	h.book.begin(h.at)
	note, err := a.do(h)
	if err != nil {
		if !reflect.DeepEqual(before, h.e) {
			return fmt.Sprintf("refused (%v), and something has changed", err)
		}
		return ""
	}
	text, err := json.Marshal(h.e)
	stored := &event.Event{}
	if err := errors.Join(err, json.Unmarshal(text, stored)); err != nil {
		return err.Error()
	}
	if a, b := said(stored), said(h.e); a != b || !slices.EqualFunc(stored.Seats, h.e.Seats, sameSeat) {
		return fmt.Sprintf("stored it is another: %s, was %s", a, b)
	}
	h.e = stored
	if note != nil {
		note()
	}
	h.done++
	h.seen[a.name]++
	return h.book.disagrees(before, h)
}

func sameSeat(x, y event.Seat) bool {
	owed := slices.Equal(x.Owed, y.Owed)
	x.Owed, y.Owed = nil, nil
	return owed && reflect.DeepEqual(x, y)
}

// choose weighs what is likely; everything is tried everywhere.
func (h *history) choose() *action {
	total := 0
	for i := range actions {
		total += actions[i].weight
	}
	n := h.IntN(total)
	for i := range actions {
		if n -= actions[i].weight; n < 0 {
			return &actions[i]
		}
	}
	panic("no action")
}

// guest is the id of one, mostly of one that is there.
func (h *history) guest() string {
	if n := len(h.e.Seats); n > 0 && h.IntN(30) > 0 {
		return h.e.Seats[h.IntN(n)].Guest
	}
	return "nobody"
}

func (h *history) guests() (ids []string) {
	for i := range h.e.Seats {
		if h.IntN(2) == 0 {
			ids = append(ids, h.e.Seats[i].Guest)
		}
	}
	return ids
}

// seat is a new guest, often of an address or a SIREN that is there.
func (h *history) seat() event.Seat {
	h.number++
	s := event.Seat{Guest: fmt.Sprintf("g%d", h.number), Mail: fmt.Sprintf("m%d", h.IntN(14)), Role: event.AsStructure}
	if h.IntN(3) > 0 {
		s.SIREN = fmt.Sprintf("s%d", h.IntN(5))
	}
	if h.IntN(2) == 0 {
		s.Role = event.AsBuyer
	}
	return s
}

// action is something that is tried. note is written down when it was done.
type action struct {
	name   string
	weight int
	do     func(h *history) (note func(), err error)
}

var actions = []action{
	{"add", 4, func(h *history) (func(), error) {
		m := lead
		if h.IntN(3) == 0 {
			m = foreign
		}
		var seats []event.Seat
		for range 1 + h.IntN(4) {
			seats = append(seats, h.seat())
		}
		added, _, err := h.e.Add(m, seats, h.at)
		return func() { h.book.enter(added, false) }, err
	}},
	{"register", 4, func(h *history) (func(), error) {
		s, partner := h.seat(), []string{"", "", "p1"}[h.IntN(3)]
		guest, err := h.e.Register(s, partner, h.at)
		return func() {
			if guest == s.Guest {
				h.book.enter([]event.Seat{s}, h.e.Access == event.Moderated && partner == "")
			}
		}, err
	}},
	{"invite", 6, func(h *history) (func(), error) {
		ids := h.guests()
		_, err := h.e.Invite(lead, ids, "Venez.", h.at)
		return nil, err
	}},
	{"remind", 5, func(h *history) (func(), error) {
		_, err := h.e.Remind(lead, h.guests(), "", h.at)
		return nil, err
	}},
	{"tell", 2, func(h *history) (func(), error) {
		_, err := h.e.Tell(lead, h.guests(), "À savoir", h.at)
		return nil, err
	}},
	{"accept", 22, func(h *history) (func(), error) {
		guest, party := h.guest(), 1
		if h.IntN(3) == 0 {
			party = 1 + h.IntN(4)
		}
		answer, err := h.e.Accept(guest, party, h.at)
		return func() { h.book.accepts(guest, party, answer) }, err
	}},
	{"accept again", 6, func(h *history) (func(), error) { // what was said before
		guest := h.guest()
		party, ok := h.book.party[guest]
		if !ok {
			party = 1
		}
		answer, err := h.e.Accept(guest, party, h.at)
		return func() { h.book.accepts(guest, party, answer) }, err
	}},
	{"decline", 12, func(h *history) (func(), error) {
		guest := h.guest()
		return func() { h.book.leaves(guest) }, h.e.Decline(guest, h.at)
	}},
	{"delegate", 3, func(h *history) (func(), error) {
		guest, s := h.guest(), h.seat()
		err := h.e.Delegate(guest, s, h.at)
		return func() { h.book.delegates(guest, s) }, err
	}},
	{"remove", 2, func(h *history) (func(), error) {
		guest := h.guest()
		return func() { h.book.leaves(guest) }, h.e.Remove(lead, guest, h.at)
	}},
	{"admit", 8, func(h *history) (func(), error) {
		guest, yes := h.guest(), h.IntN(3) > 0
		for i := range h.e.Seats { // mostly somebody who has asked
			if h.e.Seats[i].Asked && h.IntN(2) == 0 {
				guest = h.e.Seats[i].Guest
			}
		}
		err := h.e.Admit(lead, guest, yes, h.at)
		return func() { h.book.admits(guest, yes, h.e) }, err
	}},
	{"arrange", 6, func(h *history) (func(), error) {
		r := event.Room{Capacity: 1 + h.IntN(7), Party: 1 + h.IntN(3), PerSIREN: h.IntN(4)}
		if h.IntN(2) == 0 {
			r.Quotas = map[event.Role]int{event.AsStructure: h.IntN(5)}
		}
		return nil, h.e.Arrange(lead, r, h.rev(), h.at)
	}},
	{"open", 2, func(h *history) (func(), error) { return nil, h.e.OpenUp(lead, h.at) }},
	{"shut", 1, func(h *history) (func(), error) { return nil, h.e.ShutDown(lead, h.at) }},
	{"write", 4, func(h *history) (func(), error) {
		in := settings(h.e)
		material := false
		switch h.IntN(6) {
		case 0:
			in.Title = fmt.Sprint("Matinale ", h.steps)
		case 1:
			in.RepliesUntil = in.Starts.Add(-time.Duration(h.IntN(72)) * time.Hour)
		case 2:
			in.Access = event.Accesses[h.IntN(len(event.Accesses))]
		case 3:
			in.Place.Way = fmt.Sprint("Métro ", h.steps)
		case 4:
			in.Place.Address, material = fmt.Sprint(h.steps, " rue Neuve"), true
		case 5:
			d := time.Duration(1+h.IntN(12)) * time.Hour
			in.Starts, in.Ends, material = in.Starts.Add(d), in.Ends.Add(d), true
		}
		err := h.e.Write(lead, in, h.rev(), h.at)
		return func() { h.book.writes(material, h.e, h.at) }, err
	}},
	{"call off", 2, func(h *history) (func(), error) {
		if h.IntN(30) > 0 {
			return nil, errNothing
		}
		err := h.e.CallOff(lead, "Grève", h.at)
		return func() { h.book.sequence++ }, err
	}},
	{"lapse", 8, func(h *history) (func(), error) {
		if h.e.Lapse(h.at) == 0 {
			return nil, errNothing
		}
		return func() { h.seen["lapsed"]++ }, nil
	}},
	{"carry", 14, func(h *history) (func(), error) {
		all := map[string][]event.Due{}
		dies := h.IntN(6) == 0
		for i := range h.e.Seats {
			s := &h.e.Seats[i]
			for _, d := range s.Owed {
				h.book.make(s, d, h.e.CalendarSequence(s, event.Confirmed))
				all[s.Guest] = append(all[s.Guest], d)
			}
		}
		if len(all) > 0 && dies { // made, and nobody has noted it
			h.seen["died"]++
			return nil, errNothing
		}
		if !h.e.Carried(all) {
			return nil, errNothing
		}
		return nil, nil
	}},
	{"walk", 2, func(h *history) (func(), error) {
		s := h.seat()
		guest, err := h.e.Walk(lead, s, h.at)
		return func() {
			if guest == s.Guest {
				h.book.enter([]event.Seat{s}, false)
			}
		}, err
	}},
	{"settle", 2, func(h *history) (func(), error) { return nil, h.e.Settle(lead, []string{"s1", "", "s2", "s1"}, h.at) }},
	{"publish", 1, func(h *history) (func(), error) { return nil, h.e.Publish(lead, h.IntN(2) == 0, h.at) }},
	{"forget", 1, func(h *history) (func(), error) {
		guest := h.guest()
		return func() { h.book.forget(h.e.Seat(guest)) }, h.e.Forget(guest, h.at)
	}},
	{"scan", 4, func(h *history) (func(), error) { h.book.scan(h); return nil, nil }},
}

// errNothing is that of an action that has nothing to do.
var errNothing = account.Fault("nothing")

// rev is what a page showed, mostly the present.
func (h *history) rev() int64 {
	if h.IntN(10) == 0 {
		return h.e.Rev - 1
	}
	return h.e.Rev
}
