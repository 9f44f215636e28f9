package gathering_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// held keeps the line of an event until what waits behind it is done together.
func (w *world) held(t *testing.T, id string) (let func()) {
	t.Helper()
	gate, began := make(chan struct{}), make(chan struct{})
	once := sync.OnceFunc(func() { close(began) })
	go func() {
		_ = w.On(context.WithoutCancel(t.Context()), w.lead, id, "event.write", func(*event.Event) error {
			once()
			<-gate
			return nil
		})
	}()
	<-began
	return sync.OnceFunc(func() { close(gate) })
}

// What one command does wrong is told to its caller alone: those of the same write are done.
func TestACommandHarmsNoOther(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		for name, wrong := range map[string]func(*event.Event) error{
			"panics":        func(e *event.Event) error { e.Title = ""; panic("unforeseen") },
			"too large":     func(e *event.Event) error { e.Text = strings.Repeat("x", 2*store.MaxDocument); return nil },
			"refused twice": func(*event.Event) error { return account.Fault("Non.") },
		} {
			e := w.opened(t, 100)
			let := w.held(t, e.ID)
			errs := make([]error, 21)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() {
					errs[i] = w.On(t.Context(), w.lead, e.ID, "event.write", func(e *event.Event) error {
						if i == 7 {
							return wrong(e)
						}
						e.Responsible = append(e.Responsible, fmt.Sprint(i))
						return nil
					})
				})
			}
			time.Sleep(20 * time.Millisecond) // they wait together
			let()
			all.Wait()
			for i, err := range errs {
				if (err != nil) != (i == 7) {
					t.Errorf("%s: command %d: %v", name, i, err)
				}
			}
			if got := w.event(t, e.ID); len(got.Responsible) != 20 || got.Title == "" {
				t.Errorf("%s: %d commands are stored, title %q", name, len(got.Responsible), got.Title)
			}
		}
	})
}

// Who gives up waiting takes the command back; a line that has nothing to do is gone.
func TestWhoGivesUpTakesItBack(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 100)
		let := w.held(t, e.ID)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			done <- w.On(ctx, w.lead, e.ID, "event.write", func(e *event.Event) error { e.Title = "Trop tard"; return nil })
		}()
		time.Sleep(10 * time.Millisecond) // it waits
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("it gave up: %v", err)
		}
		let()
		if err := w.On(t.Context(), w.lead, e.ID, "event.write", func(e *event.Event) error { e.Summary = "Après"; return nil }); err != nil {
			t.Fatal(err)
		}
		if got := w.event(t, e.ID); got.Title == "Trop tard" || got.Summary != "Après" {
			t.Errorf("it is done all the same: %q, %q", got.Title, got.Summary)
		}
		for try := 0; w.Lines() > 0; try++ {
			if time.Sleep(10 * time.Millisecond); try > 300 {
				t.Fatalf("%d lines are left", w.Lines())
			}
		}
	})
}

// A guest whose mail cannot be made keeps nobody else waiting, and is told of once.
func TestAMailThatCannotBeMade(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 100)
		err := store.PutNew(t.Context(), w.Guests, []event.Guest{{ID: "bad", Event: e.ID, Email: "un\n@structure.example"}, {ID: "good", Event: e.ID, Email: "bon@structure.example"}}, "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = store.Update(t.Context(), w.Events.Events, e.ID, func(e *event.Event) (store.Change, error) {
			_, _, err := e.Add(w.lead, []event.Seat{{Guest: "bad", Mail: "1"}, {Guest: "good", Mail: "2"}}, w.now())
			return store.Change{}, errors.Join(err, invite(w, e, "bad", "good"))
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.CarryMails(t.Context()); !errors.Is(err, message.ErrInvalid) {
			t.Errorf("a mail that cannot be made: %v", err)
		}
		if err := w.CarryMails(t.Context()); err != nil {
			t.Errorf("told again: %v", err)
		}
		if got := w.mails(t, message.EventInvitation); len(got) != 1 || got[0].To != "bon@structure.example" {
			t.Errorf("%d invitations", len(got))
		}
	})
}

func invite(w *world, e *event.Event, guests ...string) error {
	_, err := e.Invite(w.lead, guests, "", w.now())
	return err
}

// More events than are read at once: none waits for ever behind the others.
func TestEveryEventIsCarried(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		const many = 60
		var all []event.Event
		for i := range many {
			e := event.Event{
				ID: fmt.Sprintf("e%03d", i), Organisation: w.town, OpenedAt: noon, Starts: noon.AddDate(0, 0, 9), Ends: noon.AddDate(0, 0, 10), Room: event.Room{Capacity: 1},
				Seats: []event.Seat{{Guest: fmt.Sprint("g", i), Mail: "m", Answer: event.Offered, Until: noon.Add(time.Hour)}},
			}
			all = append(all, e)
		}
		if err := store.PutNew(t.Context(), w.Events.Events, all, ""); err != nil {
			t.Fatal(err)
		}
		w.move(2 * time.Hour)
		if err := errors.Join(w.CarryLapses(t.Context()), w.CarryMails(t.Context())); err != nil {
			t.Fatal(err)
		}
		for i := range many {
			if e := w.event(t, all[i].ID); e.Seats[0].Answer != event.Pending || e.Owes() {
				t.Fatalf("event %d: %q, owes %v", i, e.Seats[0].Answer.Label(), e.Owes())
			}
		}
	})
}
