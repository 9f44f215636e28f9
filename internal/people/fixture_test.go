package people_test

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/store/mongo"
	"sourcier/internal/store/sqlite"
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

// world is a portal's store of people, and its clock.
type world struct {
	*people.Service
	*clock
	db store.DB
}

var key = account.Secret(strings.Repeat("k", account.SecretSize))

// onBoth runs a test on each store: on MongoDB only where a server is, which CI has.
func onBoth(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "people.db"))
		test(t, newWorld(t, db, err))
	})
	t.Run("mongo", func(t *testing.T) {
		server := os.Getenv("SOURCIER_TEST_MONGO")
		if server == "" {
			if os.Getenv("CI") == "true" {
				t.Fatal("SOURCIER_TEST_MONGO is not set")
			}
			t.Skip("SKIPPED, people on MongoDB are untested: set SOURCIER_TEST_MONGO")
		}
		db, err := mongo.Open(t.Context(), strings.TrimSuffix(server, "/")+"/people_"+strings.ToLower(rand.Text()))
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
	service, err := people.Open(t.Context(), db, key, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return &world{service, c, db}
}

// ask asks to sign in and gives the token and the code of the mail.
func (w *world) ask(t *testing.T, e account.Email, browser string) (token, code string) {
	t.Helper()
	if err := w.Ask(t.Context(), people.Asking{Email: e, Browser: browser, Network: "192.0.2.1"}); err != nil {
		t.Fatal(err)
	}
	list, err := w.SignIns.Of(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	newest := list[0]
	for _, d := range list {
		if d.Value.At.After(newest.Value.At) {
			newest = d
		}
	}
	return w.Secret.Token("signin", newest.ID, 0), w.Secret.Code(newest.ID)
}

// enter signs an address in and gives the token of the session.
func (w *world) enter(t *testing.T, e account.Email) string {
	t.Helper()
	token, err := w.Enter(t.Context(), e, people.Arrival{Method: account.ByLink})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (w *world) who(t *testing.T, token string) *people.Who {
	t.Helper()
	who, err := w.Identify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

// pending are the effects that wait in a document for the relay.
func pending(t *testing.T, get func(context.Context, string) (store.Envelope, error), id string) (to []string) {
	t.Helper()
	e, err := get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range e.Pending {
		to = append(to, p.Effect.To)
	}
	return to
}

// atOnce runs n calls together and counts those that succeed.
func atOnce(n int, call func(int) error) (succeeded int, errs []error) {
	var wg sync.WaitGroup
	results := make([]error, n)
	begin := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-begin
			results[i] = call(i)
		})
	}
	close(begin)
	wg.Wait()
	for _, err := range results {
		if err == nil {
			succeeded++
		} else {
			errs = append(errs, err)
		}
	}
	return succeeded, errs
}

func isFault(err error, part string) bool {
	var f account.Fault
	return errors.As(err, &f) && strings.Contains(err.Error(), part)
}

// errDown is what a collection answers that cannot be read.
var errDown = errors.New("the store is down")

// downDB is a store of which one collection does not answer.
type downDB struct {
	store.DB
	down string
}

func (d downDB) Collection(ctx context.Context, name string) (store.Raw, error) {
	raw, err := d.DB.Collection(ctx, name)
	if name == d.down {
		raw = down{raw}
	}
	return raw, err
}

type down struct{ store.Raw }

func (down) Get(context.Context, string) (store.Envelope, error) { return store.Envelope{}, errDown }
