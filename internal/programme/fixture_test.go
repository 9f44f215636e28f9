package programme_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/store/mongo"
	"sourcier/internal/store/sqlite"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// world is the programme of a portal, and its clock.
type world struct {
	*programme.Service
	db store.DB
	mu sync.Mutex
	at time.Time
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
			t.Skip("SKIPPED, the programme on MongoDB is untested: set SOURCIER_TEST_MONGO")
		}
		db, err := mongo.Open(t.Context(), strings.TrimSuffix(server, "/")+"/programme_"+strings.ToLower(rand.Text()))
		test(t, newWorld(t, db, err))
	})
}

func newWorld(t *testing.T, db store.DB, err error) *world {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{db: db, at: noon}
	p, err := people.Open(t.Context(), db, account.Secret(strings.Repeat("k", account.SecretSize)), w.now)
	if err != nil {
		t.Fatal(err)
	}
	if w.Service, err = programme.Open(t.Context(), db, p, w.now); err != nil {
		t.Fatal(err)
	}
	return w
}

// town makes a confirmed public buyer and gives its id.
func (w *world) town(t *testing.T, name string) string {
	t.Helper()
	o := account.Organisation{ID: account.NewID(), Kind: account.KindPublic, Name: name, CreatedAt: noon, ConfirmedAt: noon}
	if _, err := w.People.Organisations.Insert(t.Context(), o, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return o.ID
}

// member makes a person who has a role in a town.
func (w *world) member(t *testing.T, town string, role account.Role) buyer.Member {
	t.Helper()
	p := account.Person{ID: account.NewID(), Email: account.Email(account.NewID() + "@ville.example"), Name: "Camille " + string(role), CreatedAt: noon}
	if _, err := w.People.People.Insert(t.Context(), p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	_, err := store.Update(t.Context(), w.People.Organisations.Collection, town, func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.Enrol(p.ID, []account.Role{role}, false, noon)
	})
	if err != nil {
		t.Fatal(err)
	}
	return buyer.Member{Person: p.ID, Organisation: town, Kind: account.KindPublic, Role: role}
}

// cleaning is a purchase of two lots.
func cleaning() sourcing.Purchase {
	return sourcing.Purchase{
		ID: account.NewID(), Object: "Nettoyage des locaux", Nature: sourcing.Services, CPV: "90911200", Euros: 240_000, Months: 24, Renewals: 1, RenewalMonths: 24,
		Places: []string{"epci:200058014"}, Publication: "2027-03-01", Start: "2027-09-01",
		Lots: []sourcing.Lot{{ID: "l1", Number: "1", Object: "Lot Nord", Euros: 140_000}, {ID: "l2", Number: "2", Object: "Lot Sud", Euros: 100_000}},
	}
}
