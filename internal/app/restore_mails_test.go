package app

import (
	"testing"
	"time"

	"sourcier/internal/message"
	"sourcier/internal/store"
)

// A mail that waited when the backup was made is not sent by the store that is
// restored from it: a person decides. One that was sent stays so.
func TestRestoreDoubtsMails(t *testing.T) {
	from := filledApp(t)
	messages, err := store.OpenMessages(t.Context(), from.db)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	want := map[string]message.State{}
	for to, sent := range map[string]bool{"a@exemple.fr": false, "b@exemple.fr": true} {
		m, err := message.New(message.Order{Key: message.Key{Kind: message.Invitation, Object: "i", Recipient: to}, To: to, QueuedAt: at})
		if err != nil {
			t.Fatal(err)
		}
		want[m.ID] = message.Uncertain
		if sent {
			want[m.ID] = message.Sent
			if err := m.Lease(at, "w", at.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			if err := m.Accept("w", message.Attempt{At: at}); err != nil {
				t.Fatal(err)
			}
		}
		if err := messages.Queue(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	report, err := from.Backup(t.Context(), t.TempDir(), silent)
	if err != nil {
		t.Fatal(err)
	}
	cfg := testConfig(t)
	cfg.SecretFile = from.Config.secretPath()
	if _, err := restoreTo(t, cfg, report.Path, false); err != nil {
		t.Fatal(err)
	}
	restored, err := store.OpenMessages(t.Context(), mustOpen(t, cfg).db)
	if err != nil {
		t.Fatal(err)
	}
	for id, state := range want {
		d, err := restored.Get(t.Context(), id)
		if err != nil || d.Value.State(time.Now()) != state {
			t.Errorf("%s is %s, want %s: %v", id, d.Value.State(time.Now()), state, err)
		}
	}
	if list, err := restored.FindLookup(t.Context(), store.UndecidedMessages(""), 10); err != nil || len(list) != 1 {
		t.Errorf("%d wait for a choice, %v", len(list), err)
	}
}
