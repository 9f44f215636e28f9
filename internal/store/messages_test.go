package store_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
)

func queued(t *testing.T, object string) message.Message {
	t.Helper()
	m, err := message.New(message.Order{
		Key: message.Key{Kind: message.Invitation, Object: object, Recipient: "nom@exemple.fr"},
		To:  "nom@exemple.fr", Person: "p1", Sender: "p2", QueuedAt: reportDay,
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A message is an effect of the write that it follows from: written by two, carried
// twice, it is one message.
func TestMessageFollowsFromAWrite(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	reports, err := store.OpenReports(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := store.OpenMessages(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	m := queued(t, "inv1")
	effect, err := store.MessageEffect(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range []string{"aaaaaaaaaa", "bbbbbbbbbb"} {
		r := structure.Report{Ref: ref, Structure: "abcdefghij234567", Reason: structure.ReportWrong, At: reportDay}
		if _, err := reports.Insert(t.Context(), r, store.Change{Effects: []store.Effect{effect}}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := store.NewRelay(db, slog.New(slog.DiscardHandler), store.ReportCollection).Once(t.Context()); n != 2 || err != nil {
		t.Fatalf("carried %d, %v", n, err)
	}
	if err := messages.Queue(t.Context(), m); err != nil {
		t.Errorf("queued once more: %v", err)
	}
	for _, key := range []string{
		store.MessagesIn(message.Queued), store.MessagesOf("p1"), store.MessagesFrom("p2"), store.MessagesAbout(message.Invitation),
		store.MessagesTo(message.AddressHash("nom@exemple.fr")),
	} {
		list, err := messages.FindLookup(t.Context(), key, 10)
		if err != nil || len(list) != 1 || list[0].ID != m.ID || list[0].Value.To != m.To {
			t.Errorf("%s: %+v, %v", key, list, err)
		}
	}
	if _, err := store.MessageEffect(message.Message{}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a message without an id: %v", err)
	}
}

// Keys follow the state, and ask the sender only while there is something to decide.
func TestMessageKeysFollowItsState(t *testing.T) {
	messages := openMessages(t)
	m := queued(t, "inv1")
	if err := messages.Queue(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	at := reportDay.Add(time.Minute)
	found := func(key string, want int) {
		t.Helper()
		if list, err := messages.FindLookup(t.Context(), key, 10); err != nil || len(list) != want {
			t.Errorf("%s: %d, %v", key, len(list), err)
		}
	}
	change := func(step func(*message.Message) error) {
		t.Helper()
		if _, err := store.Update(t.Context(), messages.Collection, m.ID, func(m *message.Message) (store.Change, error) { return store.Change{}, step(m) }); err != nil {
			t.Fatal(err)
		}
	}
	change(func(m *message.Message) error { return m.Lease(at, "w", at.Add(time.Minute)) })
	found(store.MessagesIn(message.Leased), 1)
	found(store.MessagesIn(message.Queued), 0)
	change(func(m *message.Message) error { return m.Hand(at, "w", at.Add(time.Minute)) })
	change(func(m *message.Message) error { return m.Lose("w", message.Attempt{At: at}) })
	found(store.MessagesIn(message.Uncertain), 1)
	found(store.UndecidedMessages("p2"), 1)
	found(store.UndecidedMessages(""), 0)
	change(func(m *message.Message) error { return m.Decide(at, "p2", false) })
	found(store.UndecidedMessages("p2"), 0)
	found(store.MessagesIn(message.Uncertain), 1)
}

func TestSuppressions(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	list, err := store.OpenSuppressions(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	holds := func(want bool, held int) {
		t.Helper()
		if got, err := list.Holds(t.Context(), "h"); err != nil || got != want {
			t.Errorf("holds %v, %v", got, err)
		}
		if docs, err := list.Held(t.Context(), 10); err != nil || len(docs) != held {
			t.Errorf("%d held, %v", len(docs), err)
		}
	}
	holds(false, 0)
	for _, step := range []struct {
		do   func() error
		want bool
	}{
		{func() error { return list.Lift(t.Context(), "h", store.Change{At: reportDay}) }, false},
		{func() error { return list.Suppress(t.Context(), "h", "5.1.1", reportDay) }, true},
		{func() error { return list.Suppress(t.Context(), "h", "5.1.1", reportDay.Add(time.Hour)) }, true},
		{func() error { return list.Lift(t.Context(), "h", store.Change{At: reportDay}) }, false},
		{func() error { return list.Suppress(t.Context(), "h", "5.1.1", reportDay) }, true},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		held := 0
		if step.want {
			held = 1
		}
		holds(step.want, held)
	}
}

func openMessages(t *testing.T) *store.Messages {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	messages, err := store.OpenMessages(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return messages
}
