package event_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
)

var host = buyer.Member{Person: "camille", Organisation: "ville", Kind: account.KindPublic, Role: account.Organiser}

// planned is a matinale in two weeks whose registrations are open.
func planned(t *testing.T) *event.Event {
	t.Helper()
	e := &event.Event{ID: "e", Kind: event.Matinale, Title: "Matinale", Access: event.ByInvitation, Room: event.Room{Capacity: 2}, Place: event.Place{Name: "Mairie"},
		Starts: noon.AddDate(0, 0, 14), Ends: noon.AddDate(0, 0, 14).Add(3 * time.Hour)}
	if err := errors.Join(e.Begin(host, noon), e.OpenUp(host, noon)); err != nil {
		t.Fatal(err)
	}
	return e
}

func paris(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, structure.Paris)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func TestWhatAnEventMayBe(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*event.Settings)
		field  string // at fault, "" = none
	}{
		{"nothing changes", func(*event.Settings) {}, ""},
		{"no title", func(in *event.Settings) { in.Title = " " }, "title"},
		{"too long a title", func(in *event.Settings) { in.Title = strings.Repeat("é", event.MaxTitle+1) }, "title"},
		{"ends before it starts", func(in *event.Settings) { in.Ends = in.Starts.Add(-time.Minute) }, "ends"},
		{"ends when it starts", func(in *event.Settings) { in.Ends = in.Starts }, "ends"},
		{"lasts too long", func(in *event.Settings) { in.Ends = in.Starts.AddDate(0, 0, event.MaxDays).Add(time.Hour) }, "ends"},
		{"moved into the past", func(in *event.Settings) { in.Starts, in.Ends = noon.Add(-time.Hour), noon.Add(time.Hour) }, "starts"},
		{"loses its date", func(in *event.Settings) { in.Starts, in.Ends = time.Time{}, time.Time{} }, "starts"},
		{"loses its place", func(in *event.Settings) { in.Place = event.Place{} }, "place"},
		{"goes online", func(in *event.Settings) { in.Place = event.Place{Link: "https://visio.example/1"} }, ""},
		{"a link that is none", func(in *event.Settings) { in.Place.Link = "javascript:alert(1)" }, "link"},
		{"a link that is not safe", func(in *event.Settings) { in.Place.Link = "http://visio.example/1" }, "link"},
		{"answers after it starts", func(in *event.Settings) { in.RepliesUntil = in.Starts.Add(time.Minute) }, "replies"},
		{"becomes one of others", func(in *event.Settings) { in.Kind = event.External }, "kind"},
		{"an offer of a week and more", func(in *event.Settings) { in.OfferHours = event.MaxOfferHours + 1 }, "offer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := planned(t)
			before := *e
			in := e.Settings()
			c.change(&in)
			faults := e.Faults(in, noon)
			if c.field == "" && len(faults) > 0 || c.field != "" && (len(faults) == 0 || faults[0].Field != c.field) {
				t.Fatalf("faults %v, want %q", faults, c.field)
			}
			err := e.Write(host, in, e.Rev, noon)
			if (err != nil) != (c.field != "") || err != nil && !reflect.DeepEqual(before, *e) {
				t.Errorf("written %v: %+v", err, e)
			}
		})
	}
}

func TestAPastEventKeepsItsDate(t *testing.T) {
	e := planned(t)
	after := e.Ends.Add(time.Hour)
	in := e.Settings()
	in.Starts, in.Ends = after.Add(time.Hour), after.Add(2*time.Hour)
	if err := e.Write(host, in, e.Rev, after); err == nil {
		t.Error("what has taken place is moved to come again")
	}
	in = e.Settings()
	in.Summary, in.Place.Name = "C’était bien.", "Hôtel de ville"
	if err := e.Write(host, in, e.Rev, after); err != nil || e.Sequence != 0 {
		t.Errorf("words of a past event: %v, sequence %d", err, e.Sequence)
	}
}

// The sessions follow the event at the hour of Paris at which they were, also over the
// change to winter time.
func TestProgrammeFollowsTheDate(t *testing.T) {
	e := &event.Event{ID: "e", Kind: event.Matinale, Title: "Matinale"}
	if err := e.Begin(host, noon); err != nil {
		t.Fatal(err)
	}
	in := e.Settings()
	in.Starts, in.Ends = paris(t, "2027-10-28 09:00"), paris(t, "2027-10-28 12:00")
	if err := e.Write(host, in, e.Rev, noon); err != nil {
		t.Fatal(err)
	}
	if err := e.PutSession(host, event.Session{Title: "Accueil", Starts: in.Starts, Ends: in.Starts.Add(30 * time.Minute)}, e.Rev, noon); err != nil {
		t.Fatal(err)
	}
	in.Starts, in.Ends = paris(t, "2027-11-04 09:00"), paris(t, "2027-11-04 12:00") // the clocks went back on the 31st
	if err := e.Write(host, in, e.Rev, noon); err != nil {
		t.Fatal(err)
	}
	if s := e.Programme[0]; !s.Starts.Equal(paris(t, "2027-11-04 09:00")) || !s.Ends.Equal(paris(t, "2027-11-04 09:30")) {
		t.Errorf("session at %v", s.Starts.In(structure.Paris))
	}
	again := e.Again()
	if len(again.Programme) != 1 || !again.Starts.IsZero() {
		t.Fatalf("%+v", again)
	}
	in.Starts, in.Ends = paris(t, "2028-07-06 09:00"), paris(t, "2028-07-06 12:00")
	again.Put(in)
	if s := again.Programme[0]; !s.Starts.Equal(in.Starts) || e.Programme[0].Starts.Equal(s.Starts) {
		t.Errorf("session of the next one at %v", s.Starts.In(structure.Paris))
	}
}

// A night over the change to winter time lasts an hour more, and its end follows its start.
func TestNightOverWinterTime(t *testing.T) {
	e := planned(t)
	in := e.Settings()
	day := structure.Date("2027-10-31")
	starts, err := sourcing.InParis(day.AddDays(-1), 22, 0)
	ends, other := sourcing.InParis(day, 4, 0)
	if err := errors.Join(err, other); err != nil {
		t.Fatal(err)
	}
	in.Starts, in.Ends = starts, ends
	if err := e.Write(host, in, e.Rev, noon); err != nil || e.Ends.Sub(e.Starts) != 7*time.Hour {
		t.Errorf("%v: lasts %v", err, e.Ends.Sub(e.Starts))
	}
}

// Fewer places than are taken is allowed: it is told, and nobody is promoted meanwhile.
func TestFewerPlacesThanTaken(t *testing.T) {
	e := planned(t)
	var seats []event.Seat
	for _, id := range []string{"a", "b", "c"} {
		seats = append(seats, event.Seat{Guest: id, Mail: id, Role: event.AsBuyer})
	}
	if _, _, err := e.Add(host, seats, noon); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"a", "b", "c"} {
		if _, err := e.Accept(id, 1, noon); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Arrange(host, event.Room{Capacity: 1}, e.Rev, noon); err != nil || e.Deficit() != 1 {
		t.Fatalf("%v, deficit %d", err, e.Deficit())
	}
	if err := e.Decline("a", noon); err != nil || e.Seat("c").Answer != event.Waitlisted || e.Left() != 0 {
		t.Errorf("%v: %q is promoted into a full room", err, e.Seat("c").Answer)
	}
	if err := e.Arrange(host, event.Room{Capacity: 2}, e.Rev, noon); err != nil || e.Seat("c").Answer != event.Offered {
		t.Errorf("%v: %q waits although there is room", err, e.Seat("c").Answer)
	}
	if err := e.Arrange(host, event.Room{Capacity: 2, Party: event.MaxParty + 1}, e.Rev, noon); err == nil {
		t.Error("an invitation for eleven people")
	}
}

func TestPublish(t *testing.T) {
	e := planned(t)
	if err := e.Publish(host, true, noon); err != nil || !errors.Is(e.Publish(host, true, noon), sourcing.ErrUnchanged) {
		t.Error("is not published once")
	}
	if err := e.CallOff(host, "Tempête.", noon); err != nil || e.PublishedAt.IsZero() {
		t.Error("a page that says « annulé » is gone")
	}
	if err := e.Publish(host, false, noon); err != nil || e.Publish(host, true, noon) == nil {
		t.Error("what is called off is published anew")
	}
	for name, change := range map[string]func(*event.Event){
		"external": func(e *event.Event) { e.Kind = event.External }, "no date": func(e *event.Event) { e.Starts = time.Time{} }, "over": func(e *event.Event) { e.Ends = noon },
	} {
		e := planned(t)
		change(e)
		if e.Publish(host, true, noon) == nil {
			t.Errorf("%s: published", name)
		}
	}
}

// ToldOff tells before an event is called off how many are written to: those who are then.
func TestToldOff(t *testing.T) {
	e := planned(t)
	for _, id := range []string{"comes", "silent", "declined", "never"} {
		if _, _, err := e.Add(host, []event.Seat{{Guest: id, Mail: id, Role: event.AsBuyer}}, noon); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Invite(host, []string{"comes", "silent", "declined"}, "", noon); err != nil {
		t.Fatal(err)
	}
	for i := range e.Seats {
		e.Seats[i].Owed = nil // their mails went
	}
	_, err := e.Accept("comes", 1, noon)
	if err := errors.Join(err, e.Decline("declined", noon)); err != nil {
		t.Fatal(err)
	}
	before := len(e.History)
	if n := e.ToldOff(host, noon); n != 2 || !e.CancelledAt.IsZero() || len(e.History) != before {
		t.Fatalf("%d would be told", n)
	}
	if err := e.CallOff(host, "Tempête.", noon); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range e.Seats {
		if slices.ContainsFunc(s.Owed, func(d event.Due) bool { return d.Notice == event.CalledOff }) {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d are told", n)
	}
}

func TestDatePoll(t *testing.T) {
	e := &event.Event{ID: "e", Kind: event.Matinale, Title: "Matinale"}
	if err := e.Begin(host, noon); err != nil {
		t.Fatal(err)
	}
	one, two := paris(t, "2027-01-12 09:00"), paris(t, "2027-01-14 09:00")
	for _, at := range []time.Time{two, one} {
		if err := e.ProposeDate(host, at, at.Add(3*time.Hour), e.Rev, noon); err != nil {
			t.Fatal(err)
		}
	}
	if e.ProposeDate(host, one, one.Add(3*time.Hour), e.Rev, noon) == nil || e.ProposeDate(host, two, two, e.Rev, noon) == nil || e.ProposeDate(host, noon, one, e.Rev, noon) == nil {
		t.Error("proposes a date twice, one that ends before it starts, or one that is past")
	}
	if _, err := e.AskDates(host, nil, noon.AddDate(0, 0, 7), "", e.Rev, noon); err == nil {
		t.Error("asks nobody")
	}
	if _, _, err := e.Add(host, []event.Seat{{Guest: "a", Mail: "a"}, {Guest: "b", Mail: "b"}}, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := e.AskDates(host, []string{"a", "b"}, one.Add(time.Hour), "", e.Rev, noon); err == nil {
		t.Error("the poll ends after the first date")
	}
	n, err := e.AskDates(host, []string{"a", "b", "nobody"}, noon.AddDate(0, 0, 7), "Merci.", e.Rev, noon)
	if err != nil || n != 2 || e.Stale("a", event.Poll) {
		t.Fatalf("%d asked, %v", n, err)
	}
	if _, err := e.AskDates(host, []string{"a"}, noon.AddDate(0, 0, 7), "", e.Rev, noon.Add(time.Hour)); err == nil {
		t.Error("asks twice in a day")
	}
	if err := e.ChooseDate(host, "d9", e.Rev, noon); err == nil {
		t.Error("chooses a date that is not there")
	}
	if err := e.ChooseDate(host, e.Dates[1].ID, e.Rev, noon); err != nil || !e.Starts.Equal(two) || !e.Stale("a", event.Poll) {
		t.Errorf("%v: %v, the poll still goes out", err, e.Starts)
	}
	if e.ChooseDate(host, e.Dates[0].ID, e.Rev, noon) == nil {
		t.Error("chooses twice")
	}
}

// Everything that the organiser writes refuses others, an older revision, and an event that
// is called off; nothing is changed then.
func TestOnlyTheOrganiserWrites(t *testing.T) {
	for name, do := range map[string]func(*event.Event, buyer.Member, int64) error{
		"session": func(e *event.Event, m buyer.Member, rev int64) error {
			return e.PutSession(m, event.Session{Title: "Fin", Starts: e.Ends.Add(-time.Hour), Ends: e.Ends}, rev, noon)
		},
		"no session": func(e *event.Event, m buyer.Member, rev int64) error { return e.DropSession(m, "s1", rev, noon) },
		"pitch": func(e *event.Event, m buyer.Member, rev int64) error {
			return e.PutPitch(m, "s1", event.Pitch{Name: "Oméga"}, rev, noon)
		},
		"order":    func(e *event.Event, m buyer.Member, rev int64) error { return e.MovePitch(m, "s1", "t2", 1, rev, noon) },
		"no pitch": func(e *event.Event, m buyer.Member, rev int64) error { return e.DropPitch(m, "s1", "t2", rev, noon) },
		"partner": func(e *event.Event, m buyer.Member, rev int64) error {
			return e.AddPartner(m, event.Partner{Name: "CCI"}, rev, noon)
		},
		"inviting":   func(e *event.Event, m buyer.Member, rev int64) error { return e.LetInvite(m, "p4", true, rev, noon) },
		"no partner": func(e *event.Event, m buyer.Member, rev int64) error { return e.DropPartner(m, "p4", rev, noon) },
		"checklist":  func(e *event.Event, m buyer.Member, rev int64) error { return e.Check(m, []string{"velo"}, rev, noon) },
		"settings":   func(e *event.Event, m buyer.Member, rev int64) error { return e.Write(m, e.Settings(), rev, noon) },
		"places": func(e *event.Event, m buyer.Member, rev int64) error {
			return e.Arrange(m, event.Room{Capacity: 9}, rev, noon)
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := planned(t)
			if err := errors.Join(e.PutSession(host, event.Session{Title: "Accueil", Starts: e.Starts, Ends: e.Starts.Add(time.Hour)}, e.Rev, noon)); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"Alpha", "Bêta"} {
				if err := e.PutPitch(host, "s1", event.Pitch{Name: name, Minutes: 5}, e.Rev, noon); err != nil {
					t.Fatal(err)
				}
			}
			if err := e.AddPartner(host, event.Partner{Name: "Réseau", Organisation: "reseau"}, e.Rev, noon); err != nil {
				t.Fatal(err)
			}
			stranger, reader := host, host
			stranger.Organisation, reader.Role = "ailleurs", account.Buyer
			called := *e
			called.CancelledAt = noon
			before := *e
			before.Programme, before.Partners, before.History = slices.Clone(e.Programme), slices.Clone(e.Partners), slices.Clone(e.History)
			before.Programme[0].Pitches = slices.Clone(e.Programme[0].Pitches)
			if do(e, stranger, e.Rev) == nil || do(e, reader, e.Rev) == nil || !errors.Is(do(e, host, e.Rev-1), sourcing.ErrStale) || !reflect.DeepEqual(before, *e) {
				t.Error("others write, or an older revision does")
			}
			if do(&called, host, called.Rev) == nil {
				t.Error("one that is called off is written")
			}
			if err := do(e, host, e.Rev); err != nil || e.Rev != before.Rev+1 {
				t.Errorf("%v, revision %d", err, e.Rev)
			}
		})
	}
}

func TestPitchesInOrder(t *testing.T) {
	e := planned(t)
	if err := e.PutSession(host, event.Session{Title: "Présentations", Starts: e.Starts, Ends: e.Starts.Add(time.Hour)}, e.Rev, noon); err != nil {
		t.Fatal(err)
	}
	id := e.Programme[0].ID
	for _, name := range []string{"Alpha", "Bêta", "Gamma"} {
		if err := e.PutPitch(host, id, event.Pitch{Name: name, Minutes: 5}, e.Rev, noon); err != nil {
			t.Fatal(err)
		}
	}
	s := &e.Programme[0]
	if err := e.MovePitch(host, id, s.Pitches[2].ID, -1, e.Rev, noon); err != nil || s.Pitches[1].Name != "Gamma" || !s.Slot(2).Equal(s.Starts.Add(10*time.Minute)) || s.Spoken() != 15*time.Minute {
		t.Errorf("%v: %+v", err, s.Pitches)
	}
	if !errors.Is(e.MovePitch(host, id, s.Pitches[0].ID, -1, e.Rev, noon), sourcing.ErrUnchanged) {
		t.Error("the first is moved before itself")
	}
	if e.PutSession(host, event.Session{Title: "Avant", Starts: e.Starts.Add(-time.Hour), Ends: e.Starts}, e.Rev, noon) == nil {
		t.Error("a part of the programme before the event")
	}
}

// A partner who has added guests stays: whose they are would not be known any more.
func TestPartnerWithGuestsStays(t *testing.T) {
	e := planned(t)
	if err := e.AddPartner(host, event.Partner{Name: "Réseau", Organisation: "reseau", Invites: true}, e.Rev, noon); err != nil {
		t.Fatal(err)
	}
	theirs := buyer.Member{Person: "noe", Organisation: "reseau", Role: account.Organiser}
	if _, _, err := e.Add(theirs, []event.Seat{{Guest: "a", Mail: "a"}}, noon); err != nil || e.Invited("p1") != 1 {
		t.Fatal(err)
	}
	if e.DropPartner(host, "p1", e.Rev, noon) == nil || e.AddPartner(host, event.Partner{Name: "réseau"}, e.Rev, noon) == nil || e.AddPartner(host, event.Partner{Name: "Nous", Organisation: "ville"}, e.Rev, noon) == nil {
		t.Error("a partner goes with its guests, is there twice, or is the organiser")
	}
	if err := e.LetInvite(host, "p1", false, e.Rev, noon); err != nil {
		t.Fatal(err)
	}
	if _, ok := e.Side(theirs); ok {
		t.Error("still sees the event")
	}
}

func TestTellBack(t *testing.T) {
	e := &event.Event{ID: "e", Kind: event.External, Title: "Salon"}
	if err := e.Begin(host, noon); err != nil {
		t.Fatal(err)
	}
	if err := e.TellBack(host, []string{"Camille"}, "Trois contacts.", e.Rev, noon); err != nil || e.Balance == "" {
		t.Error(err)
	}
	if planned(t).TellBack(host, nil, "", 2, noon) == nil {
		t.Error("of an event of one's own")
	}
}
