package event_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/sourcing"
)

// lead prepares the events of these tests, reader reads them, foreign is of another organisation.
var (
	lead    = buyer.Member{Person: "p1", Organisation: "ept", Kind: account.KindPublic, Role: account.Organiser}
	reader  = buyer.Member{Person: "p2", Organisation: "ept", Kind: account.KindPublic, Role: account.Buyer}
	foreign = buyer.Member{Person: "p3", Organisation: "ailleurs", Kind: account.KindPublic, Role: account.Organiser}
)

// seatOf is a guest « 1@structure.example ».
func seatOf(n int) event.Seat {
	return event.Seat{Guest: fmt.Sprintf("g%d", n), Mail: fmt.Sprintf("m%d", n), SIREN: fmt.Sprintf("siren%d", n), Role: event.AsStructure}
}

// opened is an event in two weeks with a capacity and n invited guests g1, g2…
func opened(t *testing.T, capacity, n int) *event.Event {
	t.Helper()
	e := &event.Event{
		ID: "e1", Kind: event.Matinale, Title: "Matinale", Access: event.ByInvitation, Room: event.Room{Capacity: capacity, Party: 4},
		Starts: noon.AddDate(0, 0, 14), Ends: noon.AddDate(0, 0, 14).Add(3 * time.Hour), Place: event.Place{Name: "Mairie"},
	}
	var seats []event.Seat
	var ids []string
	for i := range n {
		seats, ids = append(seats, seatOf(i+1)), append(ids, seatOf(i+1).Guest)
	}
	if err := errors.Join(e.Begin(lead, noon), e.OpenUp(lead, noon)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := e.Add(lead, seats, noon); err != nil {
		t.Fatal(err)
	}
	if n > 0 {
		if _, err := e.Invite(lead, ids, "Venez.", noon); err != nil {
			t.Fatal(err)
		}
	}
	made(e)
	return e
}

// made notes that all mails are made, as the carrier does.
func made(e *event.Event) {
	all := map[string][]event.Due{}
	for i := range e.Seats {
		all[e.Seats[i].Guest] = slices.Clone(e.Seats[i].Owed)
	}
	e.Carried(all)
}

// told is what a guest is owed, as letters.
func told(e *event.Event, guest string) string {
	var out []byte
	for _, d := range e.Seat(guest).Owed {
		out = append(out, byte(d.Notice))
	}
	return string(out)
}

// said is the answers of all guests, as letters: « . » for none.
func said(e *event.Event) string {
	var out strings.Builder
	for i := range e.Seats {
		if a := e.Seats[i].Answer; a == event.Pending {
			out.WriteString(".")
		} else {
			out.WriteString(string(a))
		}
	}
	return out.String()
}

// accept has guests come alone, in turn; each must be done.
func accept(t *testing.T, e *event.Event, guests ...int) {
	t.Helper()
	for _, n := range guests {
		if _, err := e.Accept(seatOf(n).Guest, 1, noon); err != nil {
			t.Fatal(n, err)
		}
	}
}

// anyFault stands for a refusal in whatever words.
const anyFault = account.Fault("*")

func isErr(err, want error) bool {
	var fault account.Fault
	return errors.Is(want, anyFault) && errors.As(err, &fault) || errors.Is(err, want)
}

// A table of what is done to an event of two places with five guests, and of what they say
// then.
func TestAnswers(t *testing.T) {
	later := noon.Add(time.Hour)
	take := func(n, party int) func(*event.Event) error {
		return func(e *event.Event) error { _, err := e.Accept(seatOf(n).Guest, party, later); return err }
	}
	refuse := func(n int) func(*event.Event) error {
		return func(e *event.Event) error { return e.Decline(seatOf(n).Guest, later) }
	}
	type step = func(*event.Event) error
	for _, c := range []struct {
		name  string
		do    []step
		want  string
		err   error // of the last step; any account.Fault for errors.As when it is fault
		owed  map[int]string
		after func(*event.Event) string
	}{
		{name: "places are taken, then one waits", do: []step{take(1, 1), take(2, 1), take(3, 1)}, want: "aaw..", owed: map[int]string{1: "a", 2: "a", 3: "w"}},
		{name: "the same again", do: []step{take(1, 1), take(1, 1)}, want: "a....", err: sourcing.ErrUnchanged, owed: map[int]string{1: "a"}},
		{name: "who waits says so again", do: []step{take(1, 2), take(2, 1), take(2, 1)}, want: "aw...", err: sourcing.ErrUnchanged, owed: map[int]string{2: "w"}},
		{name: "declined twice", do: []step{refuse(1), refuse(1)}, want: "d....", err: sourcing.ErrUnchanged, owed: map[int]string{1: "d"}},
		{name: "a place given back is offered to who waits", do: []step{take(1, 2), take(2, 1), take(3, 1), refuse(1)}, want: "doo..", owed: map[int]string{1: "ac", 2: "o", 3: "o"}},
		{name: "a newcomer does not pass who waits", do: []step{take(1, 2), take(2, 2), take(3, 1), refuse(1), take(4, 1)}, want: "doww."},
		{name: "fewer people free places", do: []step{take(1, 2), take(2, 1), take(1, 1)}, want: "ao...", owed: map[int]string{1: "a", 2: "o"}},
		{name: "more people than there is room for", do: []step{take(1, 2), take(1, 3)}, want: "a....", err: anyFault, owed: map[int]string{1: "a"}},
		{name: "a larger party than is allowed", do: []step{take(1, 5)}, want: ".....", err: anyFault},
		{name: "who waits keeps the rank with another number", do: []step{take(1, 2), take(2, 1), take(3, 1), take(2, 2), refuse(1)}, want: "dow..", after: func(e *event.Event) string {
			if p := e.Promotions; len(p) != 1 || p[0].Guest != "g2" || p[0].Rank != 1 {
				return fmt.Sprint(p)
			}
			return ""
		}},
		{name: "who is too many keeps the rank, and the next is recorded as passing one", do: []step{take(1, 1), take(2, 1), take(3, 2), take(4, 1), refuse(1)}, want: "dawo.", after: func(e *event.Event) string {
			if p := e.Promotions; len(p) != 1 || p[0].Guest != "g4" || p[0].Passed != 1 {
				return fmt.Sprint(p)
			}
			return ""
		}},
		{name: "an offer that is taken", do: []step{take(1, 2), take(2, 1), refuse(1), take(2, 1)}, want: "da...", owed: map[int]string{2: "a"}},
		{name: "an offer that is declined goes on", do: []step{take(1, 2), take(2, 2), take(3, 2), refuse(1), refuse(2)}, want: "ddo..", owed: map[int]string{2: "d", 3: "o"}},
		{name: "a changed mind is one REQUEST", do: []step{take(1, 1), refuse(1), take(1, 1)}, want: "a....", owed: map[int]string{1: "a"}},
		{name: "nobody's link", do: []step{take(9, 1)}, want: ".....", err: event.ErrNoSeat},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := opened(t, 2, 5)
			var err error
			for _, do := range c.do {
				err = do(e)
			}
			if got := said(e); got != c.want {
				t.Errorf("they say %s, want %s", got, c.want)
			}
			if !isErr(err, c.err) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			for n, want := range c.owed {
				if got := told(e, seatOf(n).Guest); got != want {
					t.Errorf("guest %d is owed %q, want %q", n, got, want)
				}
			}
			if c.after != nil {
				if text := c.after(e); text != "" {
					t.Error(text)
				}
			}
		})
	}
}

// refused holds that an action is refused and leaves the event as it was: others of the same
// write are done after it.
func refused(t *testing.T, e *event.Event, name string, want error, do func() error) {
	t.Helper()
	before := clone(e)
	if err := do(); !isErr(err, want) {
		t.Errorf("%s: %v, want %v", name, err, want)
	}
	if !reflect.DeepEqual(before, e) {
		t.Errorf("%s: a refusal changes the event", name)
	}
}

// clone is a copy that shares nothing that is written in place.
func clone(e *event.Event) *event.Event {
	out := *e
	out.Seats = slices.Clone(e.Seats)
	for i := range out.Seats {
		out.Seats[i].Owed = slices.Clone(out.Seats[i].Owed)
	}
	out.History, out.Sendings, out.Promotions = slices.Clone(e.History), slices.Clone(e.Sendings), slices.Clone(e.Promotions)
	return &out
}

func TestLimitsOfTheRoom(t *testing.T) {
	e := opened(t, 10, 6)
	if err := e.Arrange(lead, event.Room{Capacity: 4, Party: 2, PerSIREN: 1, Quotas: map[event.Role]int{event.AsStructure: 2}}, e.Rev, noon); err != nil {
		t.Fatal(err)
	}
	e.Seat("g2").SIREN = e.Seat("g1").SIREN
	e.Seat("g5").Role, e.Seat("g6").Role = event.AsBuyer, event.AsBuyer
	accept(t, e, 1, 2, 3, 4, 5, 6)
	if got := said(e); got != "awawaa" {
		t.Errorf("they say %s", got)
	}
	for n, want := range map[string]event.Lack{"g2": event.LacksRoom, "g1": event.LacksNothing} {
		if got := e.Lacks(e.Seat(n), 1); got != want {
			t.Errorf("%s lacks %q, want %q", n, got, want)
		}
	}
	if err := e.Decline("g3", noon); err != nil { // not the SIREN of g2, the quota of g4
		t.Fatal(err)
	}
	if got := said(e); got != "awdoaa" {
		t.Errorf("a freed place: they say %s", got)
	}
	// Lowered below what is taken, nobody is promoted until it is enough again.
	if err := e.Arrange(lead, event.Room{Capacity: 2, Quotas: map[event.Role]int{event.AsStructure: 2}}, e.Rev, noon); err != nil || e.Deficit() != 2 {
		t.Errorf("deficit %d, %v", e.Deficit(), err)
	}
	if err := e.Decline("g5", noon); err != nil || said(e) != "awdoda" {
		t.Errorf("in deficit: %s, %v", said(e), err)
	}
	if err := e.Arrange(lead, event.Room{Capacity: 3, Quotas: map[event.Role]int{event.AsStructure: 2}}, e.Rev, noon); err != nil || said(e) != "awdoda" {
		t.Errorf("enough again, not for the quota: %s, %v", said(e), err)
	}
	if err := e.Arrange(lead, event.Room{Capacity: 4}, e.Rev, noon); err != nil || said(e) != "aododa" {
		t.Errorf("room again: %s, %v", said(e), err)
	}
	for name, r := range map[string]event.Room{
		"no capacity": {}, "too large": {Capacity: 5001}, "a quota below nothing": {Capacity: 1, Quotas: map[event.Role]int{event.AsBuyer: -1}},
		"a quota of no role": {Capacity: 1, Quotas: map[event.Role]int{"x": 1}}, "too many of an organisation": {Capacity: 1, PerSIREN: -1}, "too large a party": {Capacity: 1, Party: 11},
	} {
		refused(t, e, name, anyFault, func() error { return e.Arrange(lead, r, e.Rev, noon) })
	}
	refused(t, e, "stale", sourcing.ErrStale, func() error { return e.Arrange(lead, event.Room{Capacity: 9}, e.Rev-1, noon) })
	refused(t, e, "by a reader", account.ErrNotAllowed, func() error { return e.Arrange(reader, event.Room{Capacity: 9}, e.Rev, noon) })
}

// Who holds a place in an event that has too few may keep it, confirm it, come with fewer.
func TestPlacesHeldInDeficit(t *testing.T) {
	e := opened(t, 4, 4)
	for n, party := range map[int]int{1: 3} {
		if _, err := e.Accept(seatOf(n).Guest, party, noon); err != nil {
			t.Fatal(err)
		}
	}
	accept(t, e, 2, 3)
	if err := errors.Join(e.Decline("g2", noon), e.Arrange(lead, event.Room{Capacity: 1, Party: 4}, e.Rev, noon)); err != nil || said(e) != "ado." {
		t.Fatalf("%s, %v", said(e), err)
	}
	refused(t, e, "more people", anyFault, func() error { _, err := e.Accept("g1", 4, noon); return err })
	if a, err := e.Accept("g3", 1, noon); a != event.Accepted || err != nil {
		t.Errorf("an offer is taken in deficit: %q, %v", a.Label(), err)
	}
	if a, err := e.Accept("g1", 2, noon); a != event.Accepted || err != nil {
		t.Errorf("fewer people in deficit: %q, %v", a.Label(), err)
	}
	accept(t, e, 4)
	if said(e) != "adaw" {
		t.Errorf("they say %s", said(e))
	}
	// With another number, who waits is not let in past the deficit of another role.
	if err := e.Arrange(lead, event.Room{Capacity: 9, Party: 4, Quotas: map[event.Role]int{event.AsStructure: 1}}, e.Rev, noon); err != nil {
		t.Fatal(err)
	}
	e.Seat("g4").Role = event.AsBuyer
	if a, err := e.Accept("g4", 2, noon); a != event.Waitlisted || err != nil {
		t.Errorf("past the deficit: %q, %v", a.Label(), err)
	}
}

func TestOffersLapse(t *testing.T) {
	e := opened(t, 1, 4)
	accept(t, e, 1, 2, 3)
	if err := e.Decline("g1", noon); err != nil {
		t.Fatal(err)
	}
	until := e.Seat("g2").Until
	if want := time.Date(2026, 12, 1, 11, 0, 0, 0, time.UTC); !until.Equal(want) || !e.NextLapse().Equal(want) { // a working day of nine hours
		t.Errorf("the offer lasts until %v", until)
	}
	if n := e.Lapse(until.Add(-time.Second)); n != 0 {
		t.Error("it passes too soon")
	}
	// Nobody has noticed that it has passed: it is not taken any more, and goes to who waits.
	if a, err := e.Accept("g2", 1, until); a != event.Waitlisted || err != nil || said(e) != "dwo." {
		t.Errorf("an offer that has passed is taken: %q, %v, %s", a.Label(), err, said(e))
	}
	made(e)
	if n := e.Lapse(e.NextLapse()); n != 1 || said(e) != "do.." || told(e, "g3") != "l" {
		t.Errorf("%d pass, %s, owed %q", n, said(e), told(e, "g3"))
	}
	// It lasts no longer than a place may be taken, also when that comes earlier.
	in := settings(e)
	in.RepliesUntil = e.Seat("g2").Until.Add(-time.Hour)
	if err := e.Write(lead, in, e.Rev, noon); err != nil || !e.Seat("g2").Until.Equal(in.RepliesUntil) {
		t.Errorf("until %v, %v", e.Seat("g2").Until, err)
	}
	// Its mail, not made yet, goes with it when nobody can answer any more.
	if n := e.Lapse(in.RepliesUntil); n != 1 || told(e, "g2") != "" || said(e) != "d..." {
		t.Errorf("%d pass after closing, %s, owed %q", n, said(e), told(e, "g2"))
	}
}

// settings are what the form of an event says.
func settings(e *event.Event) event.Settings {
	return event.Settings{Kind: e.Kind, Title: e.Title, Starts: e.Starts, Ends: e.Ends, RepliesUntil: e.RepliesUntil, Place: e.Place, Access: e.Access}
}

func TestNobodyIsPromotedAfterClosing(t *testing.T) {
	for name, end := range map[string]func(*event.Event) time.Time{
		"closed by hand":  func(e *event.Event) time.Time { _ = e.ShutDown(lead, noon); return noon },
		"closed by date":  func(e *event.Event) time.Time { e.RepliesUntil = noon.Add(time.Hour); return e.RepliesUntil },
		"it has started":  func(e *event.Event) time.Time { return e.Starts },
		"fewer than wait": func(e *event.Event) time.Time { _ = e.ShutDown(lead, noon); return noon.Add(time.Hour) },
	} {
		e := opened(t, 2, 4)
		accept(t, e, 1, 2, 3)
		at := end(e)
		if err := e.Decline("g1", at); err != nil || said(e) != "daw." {
			t.Errorf("%s: %s, %v", name, said(e), err)
		}
		refused(t, e, name+": a newcomer", event.ErrShut, func() error { _, err := e.Accept("g4", 1, at); return err })
	}
	e := opened(t, 2, 4)
	accept(t, e, 1, 2, 3)
	if err := errors.Join(e.ShutDown(lead, noon), e.Decline("g1", noon), e.OpenUp(lead, noon)); err != nil || said(e) != "dao." {
		t.Errorf("open again: %s, %v", said(e), err)
	}
	if err := e.ShutDown(lead, noon); err != nil {
		t.Fatal(err)
	}
	if a, err := e.Accept("g3", 1, noon); a != event.Accepted || err != nil {
		t.Errorf("an offer of before is taken after closing: %q, %v", a.Label(), err)
	}
}

func TestDelegate(t *testing.T) {
	e := opened(t, 1, 3)
	accept(t, e, 1, 2)
	made(e)
	if err := e.Delegate("g1", seatOf(9), noon); err != nil || said(e) != "gw.o" || told(e, "g1") != "c" || told(e, "g9") != "o" {
		t.Errorf("%s, owed %q and %q, %v", said(e), told(e, "g1"), told(e, "g9"), err)
	}
	if c := e.Seat("g9"); c.SIREN != "siren1" || c.Role != event.AsStructure || c.Number == 0 {
		t.Errorf("the colleague: %+v", c)
	}
	refused(t, e, "twice", event.ErrNoSeat, func() error { return e.Delegate("g1", seatOf(8), noon) })
	refused(t, e, "and changes one’s mind", event.ErrNoSeat, func() error { _, err := e.Accept("g1", 1, noon); return err })
	// A colleague who is a guest already stays one; the place goes to who waits.
	if a, err := e.Accept("g9", 1, noon); a != event.Accepted || err != nil {
		t.Fatal(a, err)
	}
	known := seatOf(3)
	known.Guest = "g10"
	if err := e.Delegate("g9", known, noon); err != nil || said(e) != "go.g" {
		t.Errorf("to who is a guest: %s, %v", said(e), err)
	}
}

func TestWhoIsTakenOffAnswersNoMore(t *testing.T) {
	e := opened(t, 2, 3)
	accept(t, e, 1)
	made(e)
	if err := e.Remove(lead, "g1", noon); err != nil || told(e, "g1") != "c" {
		t.Fatal(err, told(e, "g1"))
	}
	refused(t, e, "accepts", event.ErrNoSeat, func() error { _, err := e.Accept("g1", 1, noon); return err })
	refused(t, e, "declines", event.ErrNoSeat, func() error { return e.Decline("g1", noon) })
	refused(t, e, "is removed again", sourcing.ErrUnchanged, func() error { return e.Remove(lead, "g1", noon) })
	refused(t, e, "is removed by another", account.ErrNotAllowed, func() error { return e.Remove(foreign, "g2", noon) })
	refused(t, e, "is removed afterwards", event.ErrOver, func() error { return e.Remove(lead, "g2", e.Ends) })
	// Invited again, its calendar is told more than the CANCEL of before.
	again := seatOf(1)
	again.Guest = "g4"
	if added, known, err := e.Add(lead, []event.Seat{again, seatOf(2)}, noon); err != nil || len(added) != 1 || known != 1 || e.Seat("g4").Cancels != 1 {
		t.Errorf("%d added, %d known, %v, %d CANCEL", len(added), known, err, e.Seat("g4").Cancels)
	}
}

func TestAskToCome(t *testing.T) {
	e := opened(t, 2, 1)
	refused(t, e, "on invitation", anyFault, func() error { _, err := e.Register(seatOf(5), "", noon); return err })
	e.Access = event.Moderated
	if _, err := e.Register(seatOf(5), "", noon); err != nil {
		t.Fatal(err)
	}
	if id, err := e.Register(event.Seat{Guest: "other", Mail: "m5"}, "", noon.Add(time.Minute)); id != "g5" || !errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("twice in a minute: %s, %v", id, err)
	}
	if a, err := e.Accept("g5", 1, noon); a != event.Waitlisted || err != nil {
		t.Errorf("comes before the organiser says yes: %q, %v", a.Label(), err)
	}
	refused(t, e, "admitted by a reader", account.ErrNotAllowed, func() error { return e.Admit(reader, "g5", true, noon) })
	refused(t, e, "admitted once it is over", event.ErrOver, func() error { return e.Admit(lead, "g5", true, e.Starts) })
	if err := e.Admit(lead, "g5", true, noon); err != nil || e.Seat("g5").Answer != event.Accepted {
		t.Errorf("admitted: %q, %v", e.Seat("g5").Answer.Label(), err)
	}
	refused(t, e, "admitted twice", sourcing.ErrUnchanged, func() error { return e.Admit(lead, "g5", true, noon) })
	if _, err := e.Register(seatOf(6), "", noon); err != nil {
		t.Fatal(err)
	}
	if err := e.Admit(lead, "g6", false, noon); err != nil || told(e, "g6") != "f" {
		t.Errorf("refused: owed %q, %v", told(e, "g6"), err)
	}
	refused(t, e, "who was refused comes", event.ErrNoSeat, func() error { _, err := e.Accept("g6", 1, noon); return err })
	// By the link of a partner, nobody has to say yes.
	if _, err := e.Register(seatOf(7), "p1", noon); err != nil || e.Seat("g7").Asked || e.Seat("g7").By != "p1" {
		t.Errorf("by a partner: %v, %+v", err, e.Seat("g7"))
	}
	// Asked for and removed, it is no request any more.
	if _, err := e.Register(seatOf(8), "", noon); err != nil {
		t.Fatal(err)
	}
	if err := e.Remove(lead, "g8", noon); err != nil {
		t.Fatal(err)
	}
	refused(t, e, "admitted once removed", sourcing.ErrUnchanged, func() error { return e.Admit(lead, "g8", true, noon) })
	refused(t, e, "after closing", event.ErrShut, func() error { _, err := e.Register(seatOf(9), "", e.Starts); return err })
}

// Admission passes nobody who waits, and gives no place in deficit.
func TestAdmissionKeepsTheOrder(t *testing.T) {
	e := opened(t, 1, 2)
	e.Access = event.Moderated
	accept(t, e, 1, 2)
	if _, err := e.Register(seatOf(5), "", noon); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Accept("g5", 1, noon); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(e.Decline("g1", noon), e.Admit(lead, "g5", true, noon)); err != nil || said(e) != "dow" {
		t.Errorf("%s, %v", said(e), err)
	}
	if err := e.Decline("g2", noon); err != nil || said(e) != "ddo" {
		t.Errorf("then in its turn: %s, %v", said(e), err)
	}
	// More structures than there may be: a buyer who is admitted waits meanwhile.
	accept(t, e, 5)
	buyer := seatOf(6)
	buyer.Role = event.AsBuyer
	_, err := e.Register(buyer, "", noon)
	room := event.Room{Capacity: 9, Quotas: map[event.Role]int{event.AsStructure: 0}}
	if err := errors.Join(err, e.Arrange(lead, room, e.Rev, noon)); err != nil {
		t.Fatal(err)
	}
	accept(t, e, 6)
	if err := e.Admit(lead, "g6", true, noon); err != nil || said(e) != "ddaw" {
		t.Errorf("in deficit: %s, %v", said(e), err)
	}
}

func TestInvitationsAndReminders(t *testing.T) {
	e := opened(t, 2, 4)
	ids := []string{"g1", "g2", "g3", "g4"}
	refused(t, e, "invited twice", sourcing.ErrUnchanged, func() error { _, err := e.Invite(lead, ids, "", noon); return err })
	refused(t, e, "reminded the same day", sourcing.ErrUnchanged, func() error { _, err := e.Remind(lead, ids, "", noon.Add(time.Hour)); return err })
	accept(t, e, 1)
	if err := e.Decline("g2", noon); err != nil {
		t.Fatal(err)
	}
	day := noon.Add(event.ReminderPause)
	if n, err := e.Remind(lead, ids, "Rappel", day); n != 2 || err != nil || told(e, "g3") != "r" || told(e, "g1") != "a" {
		t.Errorf("%d reminded, %v", n, err)
	}
	refused(t, e, "reminded twice a day", sourcing.ErrUnchanged, func() error { _, err := e.Remind(lead, ids, "", day.Add(time.Hour)); return err })
	if n, err := e.Tell(lead, ids, "À savoir", day); n != 1 || err != nil {
		t.Errorf("%d told, %v", n, err)
	}
	// What is true no more is not sent, nor made.
	accept(t, e, 3)
	if told(e, "g3") != "a" || !e.Stale("g3", event.Reminder) || e.Stale("g4", event.Reminder) {
		t.Errorf("owed %q", told(e, "g3"))
	}
	refused(t, e, "too long", anyFault, func() error { _, err := e.Tell(lead, ids, strings.Repeat("é", event.MaxLetter+1), day); return err })
	refused(t, e, "by a reader", account.ErrNotAllowed, func() error { _, err := e.Tell(reader, ids, "", day); return err })
	if err := e.ShutDown(lead, day); err != nil {
		t.Fatal(err)
	}
	refused(t, e, "nobody could answer", event.ErrShut, func() error { _, err := e.Remind(lead, ids, "", day.Add(event.ReminderPause)); return err })
	refused(t, e, "afterwards", event.ErrOver, func() error { _, err := e.Tell(lead, ids, "", e.Ends); return err })
	// A co-organiser writes to its own guests alone.
	e = opened(t, 2, 2)
	e.Partners = []event.Partner{{ID: "p1", Organisation: "ailleurs", Invites: true}}
	if _, _, err := e.Add(foreign, []event.Seat{seatOf(7)}, noon); err != nil {
		t.Fatal(err)
	}
	if n, err := e.Invite(foreign, []string{"g1", "g7"}, "", noon); n != 1 || err != nil || told(e, "g7") != "i" {
		t.Errorf("a partner invites %d, %v", n, err)
	}
	refused(t, e, "another’s guest", event.ErrNoSeat, func() error { return e.Remove(foreign, "g1", noon) })
}

func TestSequence(t *testing.T) {
	e := opened(t, 2, 3)
	accept(t, e, 1)
	made(e)
	write := func(change func(*event.Settings), at time.Time) int64 {
		t.Helper()
		in, before := settings(e), e.Sequence
		change(&in)
		if err := e.Write(lead, in, e.Rev, at); err != nil {
			t.Fatal(err)
		}
		return e.Sequence - before
	}
	if n := write(func(in *event.Settings) { in.Title, in.Text, in.Summary = "Autre", "Texte", "Résumé" }, noon); n != 0 || told(e, "g1") != "" {
		t.Errorf("another title raises it by %d, owed %q", n, told(e, "g1"))
	}
	for name, change := range map[string]func(*event.Settings){
		"start": func(in *event.Settings) { in.Starts = in.Starts.Add(time.Hour) }, "end": func(in *event.Settings) { in.Ends = in.Ends.Add(time.Hour) },
		"place": func(in *event.Settings) { in.Place.Address = "1 rue Neuve" }, "link": func(in *event.Settings) { in.Place.Link = "https://visio.example/1" },
	} {
		if n := write(change, noon); n != 1 || told(e, "g1") != "u" || told(e, "g2") != "" {
			t.Errorf("%s: raised by %d, owed %q and %q", name, n, told(e, "g1"), told(e, "g2"))
		}
	}
	made(e)
	if n := write(func(in *event.Settings) { in.Place.Name = "Gymnase" }, e.Ends); n != 0 || told(e, "g1") != "" {
		t.Errorf("once it is over: raised by %d, owed %q", n, told(e, "g1"))
	}
	// The REQUEST of who takes a place again comes after the CANCEL of before.
	before := e.Seat("g1").Cancels
	if err := e.Decline("g1", noon); err != nil || e.Seat("g1").Cancels != before+1 {
		t.Errorf("%d CANCEL, %v", e.Seat("g1").Cancels, err)
	}
	refused(t, e, "stale", sourcing.ErrStale, func() error { return e.Write(lead, settings(e), e.Rev-1, noon) })
	refused(t, e, "without a date", anyFault, func() error { return e.Write(lead, event.Settings{}, e.Rev, noon) })
	refused(t, e, "by a reader", account.ErrNotAllowed, func() error { return e.Write(reader, settings(e), e.Rev, noon) })
}

// Of who was confirmed and gives the place back at once, nobody knows whether the REQUEST
// has been made: it stays before its CANCEL.
func TestCancelAfterRequest(t *testing.T) {
	e := opened(t, 2, 2)
	accept(t, e, 1)
	if err := e.Decline("g1", noon); err != nil || told(e, "g1") != "ac" || !e.Stale("g1", event.Confirmed) || e.Stale("g1", event.Released) {
		t.Errorf("owed %q, %v", told(e, "g1"), err)
	}
	if err := e.Decline("g2", noon); err != nil || told(e, "g2") != "d" {
		t.Errorf("who had no place is owed %q, %v", told(e, "g2"), err)
	}
	accept(t, e, 1)
	if told(e, "g1") != "a" || e.Stale("g1", event.Confirmed) || !e.Stale("g1", event.Released) {
		t.Errorf("again: owed %q", told(e, "g1"))
	}
	// Whatever the organiser writes meanwhile, what the calendar is owed stays.
	for range 3 {
		if _, err := e.Tell(lead, []string{"g1"}, "À savoir", noon); err != nil {
			t.Fatal(err)
		}
	}
	if told(e, "g1") != "ann" {
		t.Errorf("owed %q", told(e, "g1"))
	}
	for range 300 { // and a guest who cannot decide disturbs nothing of the seat
		if err := e.Decline("g1", noon); err != nil {
			t.Fatal(err)
		}
		accept(t, e, 1)
	}
	var back event.Seat
	text, err := e.Seat("g1").MarshalJSON()
	if err := errors.Join(err, back.UnmarshalJSON(text)); err != nil || !reflect.DeepEqual(back, *e.Seat("g1")) || back.Cancels != 301 {
		t.Errorf("%v: %+v, was %+v", err, back, e.Seat("g1"))
	}
}

func TestCallOff(t *testing.T) {
	e := opened(t, 2, 4)
	accept(t, e, 1)
	if err := e.Decline("g2", noon); err != nil {
		t.Fatal(err)
	}
	made(e)
	if _, _, err := e.Add(lead, []event.Seat{seatOf(8), seatOf(9)}, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Invite(lead, []string{"g9"}, "", noon); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Remind(lead, []string{"g3"}, "", noon.Add(event.ReminderPause)); err != nil {
		t.Fatal(err)
	}
	refused(t, e, "without a reason", anyFault, func() error { return e.CallOff(lead, " ", noon) })
	refused(t, e, "by a reader", account.ErrNotAllowed, func() error { return e.CallOff(reader, "Grève", noon) })
	refused(t, e, "once it is over", event.ErrOver, func() error { return e.CallOff(lead, "Grève", e.Ends) })
	sequence := e.Sequence
	if err := e.CallOff(lead, "Grève", noon); err != nil || e.Sequence != sequence+1 {
		t.Fatal(err, e.Sequence)
	}
	for guest, want := range map[string]string{"g1": "x", "g2": "", "g3": "x", "g4": "x", "g8": "", "g9": "x"} {
		if got := told(e, guest); got != want {
			t.Errorf("%s is owed %q, want %q", guest, got, want)
		}
	}
	if !e.Seat("g1").Confirmed || !e.Stale("g3", event.Reminder) || !e.Stale("g1", event.Changed) || e.Stale("g1", event.CalledOff) {
		t.Error("what is sent of it")
	}
	if made(e); e.Seat("g1").Confirmed || e.Owes() {
		t.Error("its CANCEL is made")
	}
	refused(t, e, "twice", sourcing.ErrUnchanged, func() error { return e.CallOff(lead, "Grève", noon) })
	for name, do := range map[string]func() error{
		"accepts": func() error { _, err := e.Accept("g3", 1, noon); return err }, "declines": func() error { return e.Decline("g1", noon) },
		"is removed": func() error { return e.Remove(lead, "g1", noon) }, "is written to": func() error { _, err := e.Tell(lead, []string{"g1"}, "", noon); return err },
		"has another room": func() error { return e.Arrange(lead, event.Room{Capacity: 1}, e.Rev, noon) }, "opens again": func() error { return e.OpenUp(lead, noon) },
	} {
		refused(t, e, name, event.ErrCalledOff, do)
	}
	if e.Promote(noon) != nil {
		t.Error("somebody is promoted")
	}
}

func TestOpening(t *testing.T) {
	for name, change := range map[string]func(*event.Event){
		"no title": func(e *event.Event) { e.Title = " " }, "no date": func(e *event.Event) { e.Starts, e.Ends = time.Time{}, time.Time{} }, "yesterday": func(e *event.Event) { e.Starts = noon.AddDate(0, 0, -1) },
		"ends first": func(e *event.Event) { e.Ends = e.Starts }, "no place": func(e *event.Event) { e.Place = event.Place{} }, "no room": func(e *event.Event) { e.Room.Capacity = 0 },
		"answers too late": func(e *event.Event) { e.RepliesUntil = e.Starts.Add(1) }, "answers yesterday": func(e *event.Event) { e.RepliesUntil = noon }, "of others": func(e *event.Event) { e.Kind = event.External },
	} {
		e := opened(t, 2, 0)
		e.OpenedAt = time.Time{}
		if change(e); len(e.Missing(noon)) == 0 {
			t.Errorf("%s: nothing is missing", name)
		}
		refused(t, e, name, anyFault, func() error { return e.OpenUp(lead, noon) })
	}
	e := opened(t, 2, 1)
	refused(t, e, "twice", sourcing.ErrUnchanged, func() error { return e.OpenUp(lead, noon) })
	refused(t, e, "by another", account.ErrNotAllowed, func() error { return e.ShutDown(foreign, noon) })
	e.OpenedAt = time.Time{}
	refused(t, e, "an answer before", event.ErrDraft, func() error { _, err := e.Accept("g1", 1, noon); return err })
	refused(t, e, "an invitation before", event.ErrDraft, func() error { _, err := e.Invite(lead, []string{"g1"}, "", noon); return err })
}

func TestStateFollowsTheClock(t *testing.T) {
	e := opened(t, 2, 0)
	e.RepliesUntil = e.Starts.Add(-time.Hour)
	for at, want := range map[time.Time]event.State{noon: event.Open, e.RepliesUntil: event.Shut, e.Starts: event.Running, e.Ends: event.Past} {
		if got := e.State(at); got != want {
			t.Errorf("at %v: %s, want %s", at, got, want)
		}
	}
}

func TestEntriesOfTheDoor(t *testing.T) {
	scan := func(id, guest string, minutes int, skew int64, r event.Result) event.Checkin {
		return event.Checkin{ID: id, Guest: guest, At: noon.Add(time.Duration(minutes) * time.Minute), Skew: skew, Result: r}
	}
	undo := event.Checkin{ID: "u", Guest: "g4", At: noon, Result: event.Undone, Code: "d1"}
	scans := []event.Checkin{
		scan("a1", "g1", 5, 0, event.Entered), scan("a2", "g1", 3, 0, event.Entered), // two devices
		scan("b1", "g2", 24*60, -24*3600*1000, event.Entered),                     // a clock that is wrong by a day
		scan("c1", "g3", 1, 0, event.NotDue), scan("c2", "", 1, 0, event.Foreign), // failed
		scan("d1", "g4", 2, 0, event.Entered), undo,
	}
	entries := func(list []event.Checkin) string {
		var out []string
		for _, x := range event.Entries(list) {
			out = append(out, fmt.Sprint(x.Guest, x.Checkin, x.Conflicts))
		}
		return strings.Join(out, " ")
	}
	const want = "g2b1[] g1a2[a1]"
	for range 20 {
		if got := entries(append(slices.Clone(scans), scans...)); got != want {
			t.Fatalf("entries %s, want %s", got, want)
		}
		rand.Shuffle(len(scans), func(i, j int) { scans[i], scans[j] = scans[j], scans[i] })
	}
}
