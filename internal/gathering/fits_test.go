package gathering_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// words are as many letters of French as asked for.
func words(n int) string {
	return string([]rune(strings.Repeat("L’équipe a été reçue à l’atelier, près du dépôt ; ", n/50+1))[:n])
}

// fullest is an event with as many seats as there may be, each as long as it gets, and all
// that the event gathers by itself.
func (w *world) fullest() event.Event {
	e := event.Event{
		ID: account.NewID(), Organisation: w.town, Kind: event.Fair, Title: words(event.MaxTitle), Access: event.Moderated, Room: event.Room{Capacity: event.MaxCapacity, Party: event.MaxParty},
		Starts: noon.AddDate(0, 1, 0), Ends: noon.AddDate(0, 1, 1), OpenedAt: noon, PublishedAt: noon, CreatedAt: noon, CreatedBy: w.lead.Person, UpdatedAt: noon, SettledAt: noon, Rev: 9999, Sent: 9999,
		LastRank: 5000, Sequence: 99, Needs: true,
	}
	for range event.MaxSeats {
		id := event.NewGuestID()
		e.Seats = append(e.Seats, event.Seat{
			Guest: id, Mail: event.MailHash(e.ID, account.Email(id+"@b.example")), SIREN: "552100554", Role: event.AsStructure, By: "p20", Party: 1,
			Added: noon, Invited: noon, Reminded: noon, Number: 9999, Answer: event.Accepted, Answered: noon, Rank: 5000, Until: noon, Confirmed: true, Cancels: 99, Surveyed: true, Registered: true,
			Owed: []event.Due{{Notice: event.Released, Number: 9998}, {Notice: event.Changed, Number: 9999}},
		})
	}
	for i := range event.MaxPromotions {
		e.Promotions = append(e.Promotions, event.Promotion{Guest: e.Seats[i].Guest, Rank: 5000, At: noon, Passed: 4999})
	}
	for range event.MaxMet {
		e.Met = append(e.Met, account.NewID())
	}
	for range 100 {
		e.History = append(e.History, sourcing.Step{At: noon, By: w.lead.Person, What: "event.remove"})
	}
	return e
}

// filled adds what people write, up to its bound.
func filled(e *event.Event) {
	bare, _ := json.Marshal(e)
	for i := range event.MaxSendings {
		e.Sendings = append(e.Sendings, event.Sending{Number: int64(i), Notice: event.News, Text: words(event.MaxLetter), At: noon, By: e.CreatedBy, Count: 5000})
	}
	for i := 0; ; i++ {
		e.Programme = append(e.Programme, event.Session{ID: fmt.Sprint("s", i), Starts: noon, Ends: noon.Add(time.Hour), Title: words(event.MaxTitle), Text: words(2000)})
		if text, _ := json.Marshal(e); len(text)-len(bare) > event.MaxSettingsBytes-4000 {
			return
		}
	}
}

// The fullest event takes a mail to everybody and as many commands as one write does: both
// stores hold it.
func TestEventFits(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.fullest()
		filled(&e)
		if err := e.CallOff(w.lead, words(event.MaxLetter), noon); err != nil {
			t.Fatal(err)
		}
		ch := store.Change{Actor: w.lead.Person, At: noon}
		for i := range int64(100) { // as many commands as one write takes
			line, err := store.AuditEffect(store.EventCollection, e.ID, i, store.Change{Actor: w.lead.Person, At: noon, What: "event.cancel", Subject: e.ID})
			if err != nil {
				t.Fatal(err)
			}
			ch.Effects = append(ch.Effects, line)
		}
		whole, _ := json.Marshal(e)
		seats, _ := json.Marshal(e.Seats)
		t.Logf("figure: %d bytes, of which %d of %d seats", len(whole), len(seats), len(e.Seats))
		if _, err := w.Events.Events.Insert(t.Context(), e, ch); err != nil {
			t.Errorf("a word to everybody: %v", err)
		}
	})
}

// What people write of an event is bounded in bytes too: what makes it too large is refused,
// alone, and answers are taken all the same.
func TestEventWrittenTooLarge(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 5)
		guests := w.invited(t, e.ID, 1, nil)
		var err error
		for n := 0; n < 60 && err == nil; n++ { // each letter is four bytes
			err = w.On(t.Context(), w.lead, e.ID, "event.send", func(e *event.Event) error {
				e.Sendings = append(e.Sendings, event.Sending{Number: int64(n), Notice: event.News, Text: strings.Repeat("🌳", event.MaxLetter), At: w.now()})
				return nil
			})
		}
		if !errors.Is(err, event.ErrLarge) {
			t.Errorf("letters: %v", err)
		}
		now := w.event(t, e.ID)
		if now.WrittenBytes() > event.MaxSettingsBytes {
			t.Errorf("%d bytes", now.WrittenBytes())
		}
		if a, err := w.Accept(t.Context(), w.reach(t, &guests[0]), 1); err != nil || a != event.Accepted {
			t.Errorf("an answer: %q, %v", a, err)
		}
	})
}
