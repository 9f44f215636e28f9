package directory_test

import (
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/store/mongo"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// clock is what tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a portal's directory, and its clock.
type world struct {
	*directory.Service
	*clock
	db store.DB
}

// onBoth runs a test on each store: on MongoDB only where a server is, which CI has.
func onBoth(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		db, err := openSQLite(t)
		test(t, newWorld(t, db, err))
	})
	t.Run("mongo", func(t *testing.T) {
		server := os.Getenv("SOURCIER_TEST_MONGO")
		if server == "" {
			if os.Getenv("CI") == "true" {
				t.Fatal("SOURCIER_TEST_MONGO is not set")
			}
			t.Skip("SKIPPED, the directory on MongoDB is untested: set SOURCIER_TEST_MONGO")
		}
		db, err := mongo.Open(t.Context(), strings.TrimSuffix(server, "/")+"/directory_"+strings.ToLower(rand.Text()))
		test(t, newWorld(t, db, err))
	})
}

func newWorld(t *testing.T, db store.DB, err error) *world {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := &clock{at: noon}
	p, err := people.Open(t.Context(), db, account.Secret(strings.Repeat("k", account.SecretSize)), c.now)
	if err != nil {
		t.Fatal(err)
	}
	service, err := directory.Open(t.Context(), db, p, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return &world{service, c, db}
}

// employer makes a person of a new organisation of structures.
func (w *world) employer(t *testing.T, name string) directory.Who {
	t.Helper()
	p := account.Person{ID: account.NewID(), Email: account.Email(account.NewID() + "@structure.example"), Name: name, CreatedAt: noon}
	if _, err := w.People.People.Insert(t.Context(), p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	o, err := account.Found(account.Actor{Person: p.ID}, account.Founding{Kind: account.KindOwner, Name: name}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.People.Organisations.Insert(t.Context(), o, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return directory.Who{Person: p.ID, Organisation: o.ID}
}

// registered is a new sheet that an organisation owns.
func (w *world) registered(t *testing.T, who directory.Who, siret string) (id string) {
	t.Helper()
	id = structure.NewID("siret:" + siret)
	r := registration.New(id, siret, "", "", noon)
	if _, err := r.Ask(who.Organisation, who.Person, noon); err != nil {
		t.Fatal(err)
	}
	if err := r.Grant(who.Organisation, registration.ProofMail, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Registrations.Insert(t.Context(), r, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return id
}

// ready gives a sheet the three answers.
func ready(s *registration.Sheet) error {
	s.Name = "Les Jardins du Lac"
	s.Address = structure.Address{Commune: "94081", City: "Vitry-sur-Seine", PostalCode: "94400"}
	s.Contact.Email = "contact@jardins.example"
	s.Activities = []structure.Activity{{Sectors: []string{"espaces-verts"}, Zone: structure.Zone{RadiusKM: 20}}}
	return nil
}

func openSQLite(t *testing.T) (store.DB, error) {
	t.Helper()
	return sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "directory.db"))
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
