package programme_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// monday is the first one after noon, at seven in Paris.
const monday = 42 * time.Hour // 30 November 2026, 6 h UTC

// weeks carries the mails on their way and gives those on the week of a programme, by person.
func (w *world) weeks(t *testing.T) map[string][]message.Message {
	t.Helper()
	if _, err := store.NewRelay(w.db, slog.New(slog.DiscardHandler), programme.Sources...).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	docs, err := w.People.Messages.FindLookup(t.Context(), store.MessagesAbout(message.Programme), 100)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]message.Message{}
	for _, d := range docs {
		out[d.Value.Person] = append(out[d.Value.Person], d.Value)
	}
	return out
}

func (w *world) tell(t *testing.T) {
	t.Helper()
	var wg sync.WaitGroup
	for range 3 { // as many portals
		wg.Go(func() {
			if _, err := w.TellWeek(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestWeekIsToldOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, town := t.Context(), w.town(t, "Mairie")
		buys, sees, blind := w.member(t, town, account.Buyer), w.member(t, town, account.Prescripteur), w.member(t, town, account.Prescripteur)
		muted, leads := w.member(t, town, account.Buyer), w.member(t, town, account.SpaserLead)
		_, err := store.Update(ctx, w.People.People.Collection, muted.Person, func(p *account.Person) (store.Change, error) {
			p.Muted = append(p.Muted, string(message.Programme))
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Programmes.Insert(ctx, sourcing.Programme{Organisation: town, Services: []sourcing.Service{{ID: "ecoles", Name: "Écoles", Persons: []string{sees.Person}}}}, store.Change{}); err != nil {
			t.Fatal(err)
		}
		late := cleaning()
		late.Service, late.Start, late.Publication = "ecoles", "2027-04-01", ""
		if err := w.Create(ctx, buys, late); err != nil {
			t.Fatal(err)
		}
		w.stored(t, buys, guarded())
		w.propose(t)
		w.tell(t)
		if got := w.weeks(t); len(got) != 0 {
			t.Fatalf("told on a Saturday: %v", got)
		}
		w.move(monday)
		w.tell(t)
		w.tell(t)
		got := w.weeks(t)
		if len(got[buys.Person]) != 1 || len(got[sees.Person]) != 1 || len(got[blind.Person])+len(got[muted.Person])+len(got[leads.Person]) != 0 {
			t.Fatalf("%d to the buyer, %d to the prescripteur of the service, %d to others", len(got[buys.Person]), len(got[sees.Person]), len(got)-2)
		}
		whole, part := details(got[buys.Person][0]), details(got[sees.Person][0])
		if !strings.Contains(whole, "Gardiennage") || !strings.Contains(whole, "Nettoyage des locaux") || strings.Contains(part, "Gardiennage") || !strings.Contains(part, "Revue de marchés") {
			t.Errorf("whole %q\npart %q", whole, part)
		}
		if strings.Contains(whole, "480") || strings.Contains(whole, "240") {
			t.Errorf("an amount leaves the portal: %q", whole)
		}
		w.move(7 * 24 * time.Hour)
		w.tell(t)
		if got = w.weeks(t); len(got[buys.Person]) != 2 {
			t.Errorf("%d after a second week", len(got[buys.Person]))
		}
		proposed := 0
		for _, m := range got[buys.Person] {
			if m.Details[message.DetailDigest(message.DigestProposed)] != "" {
				proposed++
			}
		}
		if proposed != 1 {
			t.Errorf("a renewal is told as new %d times", proposed)
		}
	})
}

func details(m message.Message) string {
	var out strings.Builder
	for name, text := range m.Details {
		out.WriteString(name + "\n" + text)
	}
	return out.String()
}

// Nothing to say, no mail; and what is past its day by two days waits for the next week.
func TestWeekWithoutNews(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, town := t.Context(), w.town(t, "Mairie")
		buys := w.member(t, town, account.Buyer)
		far := cleaning()
		far.Start, far.Publication = "2029-09-01", ""
		if err := w.Create(ctx, buys, far); err != nil {
			t.Fatal(err)
		}
		w.move(monday)
		w.tell(t)
		if got := w.weeks(t); len(got) != 0 {
			t.Errorf("a mail that says nothing: %v", got)
		}
		soon := cleaning()
		soon.Start, soon.Publication = "2027-04-01", ""
		if err := w.Create(ctx, buys, soon); err != nil {
			t.Fatal(err)
		}
		w.tell(t)
		w.move(7*24*time.Hour + 49*time.Hour) // nobody served on Monday and Tuesday
		w.tell(t)
		if got := w.weeks(t); len(got) != 0 {
			t.Errorf("told again, or too late: %v", got)
		}
		if err := w.SetDigestDay(ctx, buys, 8); err == nil {
			t.Error("an eighth day")
		}
		for range 2 {
			if err := w.SetDigestDay(ctx, buys, 3); err != nil { // it is Wednesday
				t.Fatal(err)
			}
		}
		w.tell(t)
		if got := w.weeks(t); len(got) != 1 {
			t.Errorf("not told on the day that was chosen: %v", got)
		}
	})
}
