package gathering_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	"sourcier/internal/store"
	"sourcier/internal/store/mongo"
	"sourcier/internal/store/sqlite"
)

var noon = time.Date(2026, 11, 30, 11, 0, 0, 0, time.UTC) // a Monday, 12 h 00 in Paris

// world is the events of a portal, and its clock.
type world struct {
	*gathering.Service
	db   store.DB
	same store.DB // another portal's connection to the same store
	town string   // id of a public buyer
	lead buyer.Member
	mu   sync.Mutex
	at   time.Time
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) move(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// onBoth runs a test on each store: on MongoDB only where a server is, which CI has.
func onBoth(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
		test(t, newWorld(t, db, err))
	})
	t.Run("mongo", func(t *testing.T) {
		server := os.Getenv("SOURCIER_TEST_MONGO")
		if server == "" {
			if os.Getenv("CI") == "true" {
				t.Fatal("SOURCIER_TEST_MONGO is not set")
			}
			t.Skip("SKIPPED, events on MongoDB are untested: set SOURCIER_TEST_MONGO")
		}
		address := strings.TrimSuffix(server, "/") + "/gathering_" + strings.ToLower(rand.Text())
		db, err := mongo.Open(t.Context(), address)
		w := newWorld(t, db, err)
		if w.same, err = mongo.Open(t.Context(), address); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = w.same.Close() })
		test(t, w)
	})
}

func newWorld(t *testing.T, db store.DB, err error) *world {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{db: db, same: db, at: noon}
	w.Service = w.portal(t, db)
	o := account.Organisation{ID: account.NewID(), Kind: account.KindPublic, Name: "Ville de Test", CreatedAt: noon, ConfirmedAt: noon}
	if _, err := w.People.Organisations.Insert(t.Context(), o, store.Change{}); err != nil {
		t.Fatal(err)
	}
	w.town = o.ID
	w.lead = w.member(t, account.Organiser)
	return w
}

// portal is another portal on the same store, with the same clock.
func (w *world) portal(t *testing.T, db store.DB) *gathering.Service {
	t.Helper()
	p, err := people.Open(t.Context(), db, account.Secret(strings.Repeat("k", account.SecretSize)), w.now)
	if err != nil {
		t.Fatal(err)
	}
	plans, err := programme.Open(t.Context(), db, p, w.now)
	if err != nil {
		t.Fatal(err)
	}
	operations, err := operation.Open(t.Context(), db, plans, w.now)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gathering.Open(t.Context(), db, operations, w.now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// member makes a person who has a role in the town.
func (w *world) member(t *testing.T, role account.Role) buyer.Member {
	t.Helper()
	p := account.Person{ID: account.NewID(), Email: account.Email(account.NewID() + "@ville.example"), Name: "Camille " + string(role), CreatedAt: noon}
	if _, err := w.People.People.Insert(t.Context(), p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	_, err := store.Update(t.Context(), w.People.Organisations.Collection, w.town, func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.Enrol(p.ID, []account.Role{role}, false, noon)
	})
	if err != nil {
		t.Fatal(err)
	}
	return buyer.Member{Person: p.ID, Organisation: w.town, Kind: account.KindPublic, Role: role}
}

// opened is a matinale in two weeks with a capacity, whose registrations are open.
func (w *world) opened(t *testing.T, capacity int) event.Event {
	t.Helper()
	e := event.Event{
		ID: account.NewID(), Kind: event.Matinale, Title: "Matinale des achats responsables", Access: event.ByInvitation, Room: event.Room{Capacity: capacity},
		Starts: noon.AddDate(0, 0, 14), Ends: noon.AddDate(0, 0, 14).Add(3 * time.Hour), Place: event.Place{Name: "Mairie"}, Contact: "evenements@ville.example",
	}
	if err := w.Create(t.Context(), w.lead, e); err != nil {
		t.Fatal(err)
	}
	if err := w.On(t.Context(), w.lead, e.ID, "event.open", func(e *event.Event) error { return e.OpenUp(w.lead, w.now()) }); err != nil {
		t.Fatal(err)
	}
	return w.event(t, e.ID)
}

// event reads one as it is stored.
func (w *world) event(t *testing.T, id string) event.Event {
	t.Helper()
	d, err := w.Events.Events.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Value
}

// invited adds guests « 1@structure.example » and so on to an event, and invites them.
func (w *world) invited(t *testing.T, id string, n int, change func(i int, g *event.Guest)) []event.Guest {
	t.Helper()
	guests := make([]event.Guest, n)
	ids := make([]string, n)
	for i := range guests {
		guests[i] = event.Guest{ID: event.NewGuestID(), Name: fmt.Sprintf("Invité %d", i+1), Email: fmt.Sprintf("%d@structure.example", i+1), Role: event.AsStructure}
		if change != nil {
			change(i, &guests[i])
		}
		ids[i] = guests[i].ID
	}
	if added, known, err := w.Add(t.Context(), w.lead, id, guests); err != nil || added != n || known != 0 {
		t.Fatalf("%d added, %d known, %v", added, known, err)
	}
	err := w.On(t.Context(), w.lead, id, "event.send", func(e *event.Event) error {
		_, err := e.Invite(w.lead, ids, "Venez nombreux.", w.now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return guests
}

// reach follows the personal link of a guest.
func (w *world) reach(t *testing.T, g *event.Guest) *gathering.Reached {
	t.Helper()
	r, err := w.ByLink(t.Context(), w.GuestToken(g))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// mails waits for every mail that is owed to be made, and gives those of a kind.
func (w *world) mails(t *testing.T, kind message.Kind) []message.Message {
	t.Helper()
	if err := w.CarryMails(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	docs, err := w.Messages.FindLookup(t.Context(), store.MessagesAbout(kind), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]message.Message, len(docs))
	for i := range docs {
		out[i] = docs[i].Value
	}
	return out
}
