package message_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/message"
)

var day = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

func order() message.Order {
	return message.Order{
		Key: message.Key{Kind: message.Invitation, Object: "inv1", Recipient: "nom@exemple.fr", Version: 1},
		To:  "Nom@exemple.fr", ToName: "Nom Prénom", Person: "p1", Sender: "p2",
		Details: map[string]string{message.DetailOrganisation: "Ville de Vitry"}, QueuedAt: day,
	}
}

func made(t *testing.T) message.Message {
	t.Helper()
	m, err := message.New(order())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestKeyTellsMessagesApart(t *testing.T) {
	k := order().Key
	if k.ID() != order().Key.ID() || len(k.ID()) != message.IDLength {
		t.Errorf("id %q", k.ID())
	}
	seen := []string{k.ID()}
	for _, other := range []message.Key{
		{Kind: message.SignIn, Object: k.Object, Recipient: k.Recipient, Version: k.Version},
		{Kind: k.Kind, Object: "inv2", Recipient: k.Recipient, Version: k.Version},
		{Kind: k.Kind, Object: k.Object, Recipient: "autre@exemple.fr", Version: k.Version},
		{Kind: k.Kind, Object: k.Object, Recipient: k.Recipient, Version: 2},
	} {
		if slices.Contains(seen, other.ID()) {
			t.Errorf("%+v has the id of another", other)
		}
		seen = append(seen, other.ID())
	}
}

func TestNewRefuses(t *testing.T) {
	for name, change := range map[string]func(*message.Order){
		"unknown kind":   func(o *message.Order) { o.Key.Kind = "spam" },
		"no object":      func(o *message.Order) { o.Key.Object = "" },
		"no recipient":   func(o *message.Order) { o.Key.Recipient = "" },
		"no address":     func(o *message.Order) { o.To = "" },
		"no domain":      func(o *message.Order) { o.To = "nom@" },
		"second header":  func(o *message.Order) { o.To = "nom@exemple.fr\r\nBcc: x@exemple.fr" },
		"second address": func(o *message.Order) { o.To = "nom@exemple.fr> <x@exemple.fr" },
		"too long":       func(o *message.Order) { o.To = strings.Repeat("a", 320) + "@exemple.fr" },
		"no date":        func(o *message.Order) { o.QueuedAt = time.Time{} },
	} {
		o := order()
		change(&o)
		if _, err := message.New(o); !errors.Is(err, message.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := order()
	o.ToName = strings.Repeat("é", 10_000)
	m, err := message.New(o)
	if err != nil || len([]rune(m.ToName)) != 4000 {
		t.Errorf("a long name: %d letters, %v", len([]rune(m.ToName)), err)
	}
}

// step is one transition; the table says from which states it is allowed and where
// it leads.
type step struct {
	name  string
	do    func(*message.Message) error
	leads map[message.State]message.State
}

var (
	now   = day.Add(time.Minute)
	until = now.Add(5 * time.Minute)
	try   = message.Attempt{At: now, Stage: message.StageReply, Code: 250}
)

func steps() []step {
	const q, l, s, r, u = message.Queued, message.Leased, message.Sent, message.Refused, message.Uncertain
	type to = map[message.State]message.State
	return []step{
		{"lease", func(m *message.Message) error { return m.Lease(now, "w", until) }, to{q: l}},
		{"hand", func(m *message.Message) error { return m.Hand(now, "w", until) }, to{l: l}},
		{"hand by another", func(m *message.Message) error { return m.Hand(now, "x", until) }, nil},
		{"reclaim", func(m *message.Message) error { return m.Reclaim(now) }, to{l: q}},
		{"accept", func(m *message.Message) error { return m.Accept("w", try) }, to{l: s}},
		{"accept by another", func(m *message.Message) error { return m.Accept("x", try) }, nil},
		{"retry", func(m *message.Message) error { return m.Retry("w", try, until) }, to{l: q}},
		{"reject", func(m *message.Message) error { return m.Reject("w", try, message.ByServer) }, to{l: r}},
		{"lose unhanded", func(m *message.Message) error { return m.Lose("w", try) }, nil},
		{"drop", func(m *message.Message) error { return m.Drop(now, message.Expired) }, to{q: r}},
		{"postpone", func(m *message.Message) error { return m.Postpone(now, until) }, to{q: q}},
		{"resend", func(m *message.Message) error { return m.Decide(now, "p2", true) }, to{u: q}},
		{"leave", func(m *message.Message) error { return m.Decide(now, "p2", false) }, to{u: u}},
		{"bounce", func(m *message.Message) error { return m.Bounce(now, "5.1.1") }, to{s: s, u: s}},
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func in(t *testing.T, state message.State) message.Message {
	t.Helper()
	m := made(t)
	if state == message.Queued {
		return m
	}
	must(t, m.Lease(now, "w", until))
	switch state {
	case message.Sent:
		must(t, m.Accept("w", try))
	case message.Refused:
		must(t, m.Reject("w", try, message.ByServer))
	case message.Uncertain:
		must(t, m.Hand(now, "w", until))
		must(t, m.Lose("w", try))
	}
	return m
}

func TestStepsAndStates(t *testing.T) {
	for _, state := range message.States() {
		for _, s := range steps() {
			t.Run(string(state)+"/"+s.name, func(t *testing.T) {
				m := in(t, state)
				if m.State(now) != state {
					t.Fatalf("begins as %s", m.State(now))
				}
				err := s.do(&m)
				want, allowed := s.leads[state]
				if !allowed {
					if !errors.Is(err, message.ErrImpossible) {
						t.Fatalf("allowed: %v, it is %s", err, m.State(now))
					}
					want = state
				} else if err != nil {
					t.Fatal(err)
				}
				if got := m.State(now); got != want {
					t.Errorf("is %s, want %s", got, want)
				}
			})
		}
	}
}

// A lease that runs out leaves a message queued, or uncertain once it was handed;
// nobody can lease it again then.
func TestExpiredLease(t *testing.T) {
	late := until.Add(time.Second)
	m := in(t, message.Leased)
	if got := m.State(late); got != message.Queued {
		t.Errorf("not handed: %s", got)
	}
	if !m.Recover(late) || m.State(now) != message.Queued || m.Recover(late) {
		t.Errorf("recovered as %s", m.State(now))
	}
	m = in(t, message.Leased)
	must(t, m.Hand(now, "w", until))
	if err := m.Reclaim(now); !errors.Is(err, message.ErrImpossible) {
		t.Errorf("reclaimed after it was handed: %v", err)
	}
	if m.Recover(now) || m.State(now) != message.Leased {
		t.Error("recovered before its time")
	}
	if got := m.State(late); got != message.Uncertain || !m.Undecided(late) {
		t.Errorf("handed: %s", got)
	}
	if err := m.Lease(late, "w", late.Add(time.Minute)); !errors.Is(err, message.ErrImpossible) {
		t.Errorf("leased again: %v", err)
	}
	// The answer comes late, from who still holds it: it is true.
	answered := m
	must(t, answered.Accept("w", try))
	if answered.State(late) != message.Sent {
		t.Errorf("answered late: %s", answered.State(late))
	}
	if !m.Recover(late) || m.State(now) != message.Uncertain {
		t.Errorf("recovered as %s", m.State(now))
	}
	if err := m.Accept("w", try); !errors.Is(err, message.ErrImpossible) {
		t.Errorf("accepted after it was recovered: %v", err)
	}
}

func TestDecisions(t *testing.T) {
	m := in(t, message.Uncertain)
	must(t, m.Decide(now, "p2", true))
	if !m.Due(now) || m.Undecided(now) {
		t.Errorf("sent again: %s", m.State(now))
	}
	must(t, m.Lease(now, "w", until))
	must(t, m.Hand(now, "w", until))
	must(t, m.Lose("w", try))
	if !m.Undecided(now) {
		t.Error("uncertain again, nobody is asked")
	}
	must(t, m.Decide(now, "p2", false))
	if m.Undecided(now) || m.State(now) != message.Uncertain {
		t.Errorf("left: %s", m.State(now))
	}
	for _, resend := range []bool{true, false} {
		if err := m.Decide(now, "p2", resend); !errors.Is(err, message.ErrImpossible) {
			t.Errorf("decided twice: %v", err)
		}
	}
	if len(m.Decisions) != 2 || len(m.Attempts) != 2 {
		t.Errorf("%d decisions, %d attempts", len(m.Decisions), len(m.Attempts))
	}
}

// Who sends an uncertain message again and again makes no document without end.
func TestHistoryIsBounded(t *testing.T) {
	m := in(t, message.Uncertain)
	for n := range 100 {
		must(t, m.Decide(now, fmt.Sprint("p", n), true))
		must(t, m.Lease(now, "w", until))
		must(t, m.Hand(now, "w", until))
		must(t, m.Lose("w", try))
	}
	if last := m.Decisions[len(m.Decisions)-1]; len(m.Decisions) != 30 || len(m.Attempts) != 30 || last.By != "p99" {
		t.Errorf("%d decisions, %d attempts, the last by %s", len(m.Decisions), len(m.Attempts), last.By)
	}
	must(t, m.Decide(now, "p", false))
	if m.Undecided(now) {
		t.Error("asked again after the last decision")
	}
}

func TestDelaysGrowAndEnd(t *testing.T) {
	m, at := made(t), now
	var waits []time.Duration
	for {
		next, ok := m.Next(at)
		if !ok {
			break
		}
		waits = append(waits, next.Sub(at))
		must(t, m.Lease(at, "w", at.Add(time.Minute)))
		must(t, m.Retry("w", message.Attempt{At: at, Stage: message.StageRcpt, Code: 450}, next))
		if m.Due(next.Add(-time.Second)) || !m.Due(next) {
			t.Fatalf("attempt %d: due at the wrong time", len(waits))
		}
		at = next
	}
	if !slices.IsSorted(waits) || waits[0] != time.Minute || waits[len(waits)-1] != 4*time.Hour {
		t.Errorf("waits %v", waits)
	}
	if total := at.Sub(now); total < message.TriesFor || total > message.TriesFor+4*time.Hour {
		t.Errorf("tried for %v", total)
	}
	if len(waits) > 30 || len(m.Attempts) != len(waits) {
		t.Errorf("%d attempts, %d kept", len(waits), len(m.Attempts))
	}
}

// After a restore nobody knows what of the queue was sent since.
func TestDoubt(t *testing.T) {
	for _, state := range message.States() {
		m := in(t, state)
		waits := state == message.Queued || state == message.Leased
		if m.Doubt(now) != waits || m.Doubt(now) {
			t.Errorf("%s: doubted otherwise", state)
		}
		want := state
		if waits {
			want = message.Uncertain
		}
		if m.State(now) != want || waits && !m.Undecided(now) {
			t.Errorf("%s became %s", state, m.State(now))
		}
	}
	m := made(t)
	m.ExpiresAt = now
	if !m.Doubt(now) || m.State(now) != message.Refused || m.Why != message.Expired {
		t.Errorf("expired: %+v", m)
	}
	m = made(t)
	m.Doubt(now)
	must(t, m.Bounce(now, "5.1.1"))
	if m.State(now) != message.Sent || m.BouncedAt.IsZero() {
		t.Errorf("bounced: %+v", m)
	}
	m = made(t)
	m.Doubt(now)
	must(t, m.Decide(now, "p2", true))
	if !m.Due(now) {
		t.Errorf("sent again: %s", m.State(now))
	}
}

func TestScrubKeepsWhatIsCounted(t *testing.T) {
	for _, state := range message.States() {
		m := in(t, state)
		m.Attempts = append(m.Attempts, message.Attempt{At: now, Text: "nom@exemple.fr unknown"})
		m.Scrub(now)
		if m.To+m.ToName+m.ToHash+m.Diagnostic != "" || len(m.Details) > 0 || strings.Contains(m.Attempts[len(m.Attempts)-1].Text, "@") {
			t.Errorf("%s: left %+v", state, m)
		}
		want := state
		if state == message.Queued {
			want = message.Refused
		}
		if m.State(now) != want || m.Kind != message.Invitation || m.QueuedAt.IsZero() || m.ScrubbedAt.IsZero() || m.Undecided(now) {
			t.Errorf("%s became %s", state, m.State(now))
		}
	}
}

func TestEveryKindAndStateHasItsWord(t *testing.T) {
	if len(message.Traits()) != 59 {
		t.Errorf("%d kinds", len(message.Traits()))
	}
	for _, k := range message.Traits() {
		if k.Label == "" || k.Kind.Label() != k.Label || !k.Kind.Valid() || k.Kind.Optional() != k.Optional {
			t.Errorf("%+v", k)
		}
	}
	for _, s := range message.States() {
		if s.Label() == "" {
			t.Errorf("%s has no label", s)
		}
	}
	for _, r := range []message.Reason{message.ByServer, message.Expired, message.GaveUp, message.Suppressed, message.Unwritable} {
		if r.Label() == "" {
			t.Errorf("%s has no label", r)
		}
	}
}
