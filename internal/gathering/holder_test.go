package gathering_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// everything is what the store holds of events and mails, as it is stored.
func (w *world) everything(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	for _, raw := range []store.Raw{w.Events.Events.Raw(), w.Guests.Raw(), w.Checkins.Raw(), w.Events.Encounters.Raw(), w.Feedbacks.Raw(), w.Messages.Raw()} {
		docs, err := raw.Scan(t.Context(), "", 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			out.Write(d.Doc)
		}
	}
	return out.String()
}

// zelie is a guest of an event, by an account or by its address alone, who holds the only
// place, and has said everything that one may; another waits for it.
func (w *world) zelie(t *testing.T, e *event.Event, person string) []event.Guest {
	t.Helper()
	guests := w.invited(t, e.ID, 2, func(i int, g *event.Guest) {
		if i == 0 {
			g.Name, g.Email, g.Person, g.Phone, g.Job, g.Source = "Zélie Quincampoix", "zelie@structure.example", person, "0102030405", "Directrice Quincampoix", "À la main"
		}
	})
	for i := range guests {
		if _, err := w.Accept(t.Context(), w.reach(t, &guests[i]), 1); err != nil {
			t.Fatal(err)
		}
	}
	_, err := store.Update(t.Context(), w.Guests, guests[0].ID, func(g *event.Guest) (store.Change, error) {
		g.Diet, g.Access, g.Remark, g.Photos = "Sans arachide", "Boucle magnétique", "Rappeler Zélie", event.PhotosNo
		g.Moving = "zelie@nouvelle.example" // a correction that was cut short
		g.Note(w.now(), "", "guest.answer", "Vient")
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	met := event.Encounter{ID: account.NewID(), Event: e.ID, Organisation: w.town, Kind: event.MetThere, Day: w.now(), Buyer: event.Met{Body: "Service des espaces verts"}, Supplier: gathering.MetAs(&guests[0]), Subject: "Entretien des massifs"}
	if _, err := w.Events.Encounters.Insert(t.Context(), met, store.Change{}); err != nil {
		t.Fatal(err)
	}
	scan := event.Checkin{ID: account.NewID(), Event: e.ID, Guest: guests[0].ID, Device: "d", By: w.lead.Person, At: w.now(), Received: w.now(), Way: event.ByCode, Result: event.Entered}
	if _, err := w.Checkins.Insert(t.Context(), scan, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return guests
}

// A guest is told of and forgotten by the account, or by the address of the account, or,
// without any, by the address alone; the place goes to who waits.
func TestEventsTellAndForgetAGuest(t *testing.T) {
	for name, byAccount := range map[string]bool{"by the account": true, "by the address": false} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, w *world) {
				e := w.opened(t, 1)
				p := account.Person{ID: account.NewID(), Email: "zelie@structure.example", Name: "Zélie"}
				person := ""
				if byAccount {
					person, p.Email = p.ID, "autre@structure.example"
				}
				guests := w.zelie(t, &e, person)
				h := w.Holder()
				told, err := h.Tell(t.Context(), &p, 100)
				text, _ := json.Marshal(told)
				for _, word := range []string{"Sans arachide", "Boucle magnétique", "Rappeler Zélie", "Vient", "entre", "Matinale", "massifs"} {
					if err != nil || !strings.Contains(string(text), word) {
						t.Errorf("%s is not told: %s, %v", word, text, err)
					}
				}
				if few, _ := h.Tell(t.Context(), &p, 2); len(few) != 2 {
					t.Errorf("%d told over the limit", len(few))
				}
				for range 2 { // stopped, and run again
					if err := h.Forget(t.Context(), &p, []account.Email{p.Email}); err != nil {
						t.Fatal(err)
					}
				}
				if err := w.CarryMails(t.Context()); err != nil {
					t.Fatal(err)
				}
				left := w.everything(t)
				for _, word := range []string{"Quincampoix", "zelie@", "arachide", "magnétique", "0102030405", "Zélie"} {
					if strings.Contains(left, word) {
						t.Errorf("%s is left: %s", word, left)
					}
				}
				if !strings.Contains(left, "Entretien des massifs") {
					t.Error("what was agreed on goes with a name")
				}
				now := w.event(t, e.ID)
				if s := now.Seat(guests[0].ID); s.Answer != event.Cancelled || !s.Erased() || len(s.Owed) > 0 {
					t.Errorf("the seat: %+v", s)
				}
				if a := now.Seat(guests[1].ID).Answer; a != event.Offered {
					t.Errorf("who waits: %q", a.Label())
				}
				if _, err := w.ByLink(t.Context(), w.GuestToken(&guests[0])); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("the link leads on: %v", err)
				}
				again := []event.Guest{{Name: "Zélie", Email: "zelie@structure.example", Role: event.AsStructure}}
				if added, _, err := w.Add(t.Context(), w.lead, e.ID, again); err != nil || added != 1 {
					t.Errorf("the same address later: %d, %v", added, err)
				}
			})
		})
	}
}

func TestErasureAsksEvents(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 1)
		w.zelie(t, &e, "")
		var names []string
		for _, h := range w.People.Holders {
			names = append(names, h.Name)
		}
		if !slices.Contains(names, w.Holder().Name) {
			t.Errorf("the erasure asks %q", names)
		}
		// Who prepared it is told, and stays as an id; guests that the person added do not go.
		p, err := w.People.People.Get(t.Context(), w.lead.Person)
		if err != nil {
			t.Fatal(err)
		}
		told, err := w.Holder().Tell(t.Context(), &p.Value, 100)
		text, _ := json.Marshal(told)
		if err != nil || !strings.Contains(string(text), "event.create") || !strings.Contains(string(text), `"checkin"`) || strings.Contains(string(text), "Zélie") {
			t.Errorf("told %s, %v", text, err)
		}
		if err := w.Holder().Forget(t.Context(), &p.Value, []account.Email{p.Value.Email}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(w.everything(t), "Zélie Quincampoix") {
			t.Error("a guest goes with who added it")
		}
	})
}

// Who is forgotten while mails are owed, or are being made, gets none.
func TestForgottenGuestGetsNoMail(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 1)
		guests := w.zelie(t, &e, "")
		w.mails(t, message.EventConfirmed)
		seat := w.event(t, e.ID)
		err := w.On(t.Context(), w.lead, e.ID, "event.write", func(e *event.Event) error {
			return e.Write(w.lead, event.Settings{Kind: e.Kind, Title: e.Title, Starts: e.Starts.Add(time.Hour), Ends: e.Ends.Add(time.Hour), Place: e.Place, Access: e.Access}, e.Rev, w.now())
		})
		if err != nil || seat.Seat(guests[0].ID).Answer != event.Accepted {
			t.Fatal(err)
		}
		if err := w.ForgetAddress(t.Context(), "Zelie@structure.example"); err != nil {
			t.Fatal(err)
		}
		w.mails(t, message.EventChanged)
		if left := w.everything(t); strings.Contains(left, "zelie@") {
			t.Errorf("left: %s", left)
		}
	})
}

// Three periods: needs, names, guests who never got a seat.
func TestGuestsLapse(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 1)
		guests := w.zelie(t, &e, account.NewID())
		w.mails(t, message.EventConfirmed)
		stray := event.Guest{ID: event.NewGuestID(), Event: e.ID, Organisation: w.town, Name: "Perdu", CreatedAt: w.now()}
		odd := event.Checkin{ID: account.NewID(), Event: e.ID, Device: "d", At: w.now(), Received: w.now(), Way: event.ByCode, Result: event.Unknown, Code: "BEGIN:VCARD Zélie"}
		_, errG := w.Guests.Insert(t.Context(), stray, store.Change{})
		_, errC := w.Checkins.Insert(t.Context(), odd, store.Change{})
		if err := errors.Join(errG, errC); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			at                   time.Time
			needs, names, strays int
		}{
			{noon.Add(23 * time.Hour), 0, 0, 0},
			{noon.Add(25 * time.Hour), 0, 0, 1},
			{e.Ends.Add(event.NeedsKept - time.Minute), 0, 0, 0},
			{e.Ends.Add(event.NeedsKept), 1, 0, 0},
			{e.Ends.AddDate(0, 24, -1), 0, 0, 0},
			{e.Ends.AddDate(0, 24, 1), 0, 1, 0},
			{e.Ends.AddDate(0, 25, 1), 0, 0, 0},
		} {
			w.move(c.at.Sub(w.now()))
			needs, errN := w.SweepNeeds(t.Context())
			names, errA := w.SweepNames(t.Context())
			strays, errS := w.SweepStray(t.Context())
			if err := errors.Join(errN, errA, errS); err != nil || needs != c.needs || names != c.names || strays != c.strays {
				t.Errorf("%s: %d, %d, %d, want %+v, %v", c.at, needs, names, strays, c, err)
			}
			if left := w.everything(t); strings.Contains(left, "arachide") != (c.at.Before(e.Ends.Add(event.NeedsKept))) {
				t.Errorf("%s: %s", c.at, left)
			}
		}
		g, err := w.Guests.Get(t.Context(), guests[0].ID)
		if err != nil || g.Value.Name+g.Value.Email+g.Value.Phone+g.Value.Link+g.Value.Person+g.Value.Job+g.Value.Moving != "" || g.Value.Role != event.AsStructure {
			t.Errorf("the guest: %+v, %v", g.Value, err)
		}
		if n, _ := w.Checkins.Raw().Count(t.Context()); n != 1 {
			t.Errorf("%d scans are left", n)
		}
		met, err := w.EncountersOf(t.Context(), &gathering.Reached{Guest: g.Value})
		if err != nil || len(met) != 1 || met[0].Supplier.Name+met[0].Buyer.Body+met[0].Subject != "" || met[0].Supplier.Guest == "" {
			t.Errorf("its rencontres: %+v, %v", met, err)
		}
		now := w.event(t, e.ID)
		if all, _ := now.Taken(); all != 1 || now.Holding() || now.LapsedAt.IsZero() {
			t.Errorf("the event: %d taken, %+v", all, now.LapsedAt)
		}
	})
}

// A guest without account asks for it by a link that was forwarded, twice; of an event that
// is over the place is counted still.
func TestForgetAfterwards(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 1)
		guests := w.zelie(t, &e, "")
		r := w.reach(t, &guests[0])
		w.move(e.Ends.Sub(w.now()) + time.Hour)
		for range 2 {
			if err := w.ForgetGuest(t.Context(), &r.Guest); err != nil {
				t.Fatal(err)
			}
		}
		now := w.event(t, e.ID)
		if all, _ := now.Taken(); all != 1 {
			t.Errorf("%d places are counted", all)
		}
		if a := now.Seat(guests[1].ID).Answer; a != event.Waitlisted {
			t.Errorf("who waited: %q", a.Label())
		}
	})
}

func TestOrganisationTakesItsEventsAlong(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 1)
		guests := w.zelie(t, &e, "")
		w.mails(t, message.EventConfirmed)
		if err := errors.Join(w.DropOrganisation(t.Context(), account.NewID()), w.DropOrganisation(t.Context(), "")); err != nil || w.everything(t) == "" {
			t.Fatalf("another organisation: %v", err)
		}
		r := w.reach(t, &guests[0])
		if err := w.WriteSurvey(t.Context(), w.lead, e.ID, survey.EventTemplates()[0].Questionnaire, 0); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.DropOrganisation(t.Context(), w.town); err != nil {
				t.Fatal(err)
			}
		}
		if left := w.everything(t); left != "" {
			t.Errorf("left: %s", left)
		}
		// Of an event that is gone nothing is answered, carried or swept.
		if _, err := w.Accept(t.Context(), r, 1); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an answer: %v", err)
		}
		if _, err := w.ByLink(t.Context(), w.GuestToken(&guests[0])); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("its link: %v", err)
		}
		if err := errors.Join(w.CarryMails(t.Context()), w.CarryLapses(t.Context())); err != nil {
			t.Error(err)
		}
	})
}
