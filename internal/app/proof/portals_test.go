package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// visibleWithin is how soon a write on one portal must be found on another.
const visibleWithin = 2 * time.Second

// TestTwoPortals runs two portals on one MongoDB and writes on each in turn.
func TestTwoPortals(t *testing.T) {
	server := testMongo(t)
	uri := fmt.Sprintf("%s/portals%d", server, time.Now().UnixNano())
	a, addrA := portal(t, uri)
	b, addrB := portal(t, uri)
	var slowest time.Duration
	const writes = 20
	for i := range writes {
		writer, reader := a, addrB
		if i%2 == 1 {
			writer, reader = b, addrA
		}
		name := fmt.Sprintf("Atelier numero%d", i)
		s := structure.Structure{ID: structure.NewID(name), Name: name, Size: structure.TPE}
		start := time.Now()
		if _, err := writer.Structures.Insert(t.Context(), s, store.Change{At: start}); err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, waitFound(t, reader, fmt.Sprintf("numero%d", i), start))
	}
	if slowest > visibleWithin {
		t.Errorf("a write took %v to show, must be within %v", slowest, visibleWithin)
	}
	gone := suspendedOnBoth(t, a, b, addrA, addrB)
	asked := rightsOnBoth(t, a, b, addrA, addrB)
	races := lastAdministrator(t, a, b)
	figure(t, "%d writes, the slowest seen by the other portal after %v; what is suspended on one is no sheet on either at once, and in the search of neither after %v; rights given and taken on one count at the next request on the other (%d asked); of two administrators who go at once on the two, one stays (%d times)",
		writes, slowest.Round(time.Millisecond), gone.Round(time.Millisecond), asked, races)
}

// suspendedOnBoth suspends a sheet on one portal: no other shows it from then on, and
// none finds it after some moments, the longest of which it gives. It comes back likewise.
func suspendedOnBoth(t *testing.T, a, b *app.App, addrA, addrB string) (slowest time.Duration) {
	t.Helper()
	id := structure.NewID("suspendue")
	s := structure.Structure{ID: id, Name: "Atelier suspendable", Size: structure.TPE}
	if _, err := a.Structures.Insert(t.Context(), s, store.Change{At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	moderator := account.Actor{Person: "proof", Administrator: true}
	for range 3 {
		for _, addr := range []string{addrA, addrB} {
			waitTotal(t, addr, "suspendable", 1, time.Now())
		}
		d, err := b.Structures.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := b.Directory.Suspend(t.Context(), moderator, id, d.Version, "Cette fiche n’est pas celle d’une structure."); err != nil {
			t.Fatal(err)
		}
		for _, addr := range []string{addrA, addrB} {
			for _, page := range []string{"/structures/", "/api/v1/structures/"} {
				if got := status(t, addr, page+id); got != http.StatusGone {
					t.Errorf("%s of a suspended sheet: status %d", page, got)
				}
			}
			slowest = max(slowest, waitTotal(t, addr, "suspendable", 0, start))
		}
		if d, err = a.Structures.Get(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if err := a.Directory.Unsuspend(t.Context(), moderator, id, d.Version); err != nil {
			t.Fatal(err)
		}
	}
	if slowest > visibleWithin {
		t.Errorf("a suspended sheet was found for %v, must be gone within %v", slowest, visibleWithin)
	}
	return slowest
}

func status(t *testing.T, addr, path string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// administrator makes an account of the portal's team.
func administrator(t *testing.T, a *app.App, email account.Email) string {
	t.Helper()
	if _, err := a.People.EnsurePortal(t.Context(), "Équipe", "proof"); err != nil {
		t.Fatal(err)
	}
	done, err := a.People.Enrol(t.Context(), people.Enrolment{Email: email, Organisation: store.Portal, Roles: []account.Role{account.Administrator}, Actor: "proof"})
	if err != nil {
		t.Fatal(err)
	}
	return done.Person.ID
}

// rightsOnBoth signs in on one portal and has rights given and taken on the other: the
// next request is judged by them, without any wait. It counts the requests.
func rightsOnBoth(t *testing.T, a, b *app.App, addrA, addrB string) (asked int) {
	t.Helper()
	ctx := t.Context()
	const email = account.Email("ada@ville.example")
	root, ada := administrator(t, a, "root@ville.example"), administrator(t, b, email)
	token, err := a.People.Enter(ctx, email, people.Arrival{Method: account.ByLink})
	if err != nil {
		t.Fatal(err)
	}
	want := func(after string, status int) {
		t.Helper()
		for _, addr := range []string{addrA, addrB} {
			asked++
			if got := statusOf(t, addr, "/administration", token); got != status {
				t.Errorf("%s: %s answers %d, want %d", after, addr, got, status)
			}
		}
	}
	want("signed in", http.StatusOK)
	for _, portals := range [][2]*app.App{{a, b}, {b, a}} {
		if err := portals[0].People.Remove(ctx, account.Actor{Person: root, Administrator: true}, store.Portal, ada); err != nil {
			t.Fatal(err)
		}
		want("removed", http.StatusForbidden)
		administrator(t, portals[1], email)
		want("back", http.StatusOK)
	}
	if err := b.People.SignOutEverywhere(ctx, ada, ada); err != nil {
		t.Fatal(err)
	}
	want("signed out", http.StatusSeeOther)
	return asked
}

func statusOf(t *testing.T, addr, path, session string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", "sourcier_session="+session)
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// lastAdministrator has two administrators, the only ones, go through two doors at once,
// each on a portal: one stays who can sign in. It counts the times.
func lastAdministrator(t *testing.T, a, b *app.App) (races int) {
	t.Helper()
	ctx := t.Context()
	type door func(on *app.App, who, other string) error
	doors := []door{
		func(on *app.App, who, _ string) error { return on.People.Leave(ctx, who, store.Portal) },
		func(on *app.App, who, _ string) error { return on.People.Erase(ctx, who, who) },
		func(on *app.App, who, other string) error {
			return on.People.Remove(ctx, account.Actor{Person: other, Administrator: true}, store.Portal, who)
		},
		func(on *app.App, who, other string) error {
			d, err := on.People.People.Get(ctx, who)
			if err != nil {
				return err
			}
			return on.People.Suspend(ctx, account.Actor{Person: other, Administrator: true}, who, d.Version, "")
		},
	}
	for i, first := range doors {
		for j, second := range doors {
			one := administrator(t, a, account.Email(fmt.Sprintf("un%d.%d@ville.example", i, j)))
			two := administrator(t, b, account.Email(fmt.Sprintf("deux%d.%d@ville.example", i, j)))
			onlyTeam(t, a, one, two)
			errs := make(chan error, 2)
			go func() { errs <- first(a, one, two) }()
			go func() { errs <- second(b, two, one) }()
			for range 2 {
				var fault account.Fault
				if err := <-errs; err != nil && !errors.As(err, &fault) && !errors.Is(err, store.ErrConflict) {
					t.Errorf("doors %d and %d: %v", i, j, err)
				}
			}
			if n := activeTeam(t, a); n == 0 {
				t.Errorf("doors %d and %d leave nobody who administers the portal", i, j)
			}
			races++
		}
	}
	return races
}

// onlyTeam makes two persons the whole team of the portal.
func onlyTeam(t *testing.T, a *app.App, one, two string) {
	t.Helper()
	_, err := store.Update(t.Context(), a.People.Organisations.Collection, store.Portal, func(o *account.Organisation) (store.Change, error) {
		o.Members = slices.DeleteFunc(o.Members, func(m account.Member) bool { return m.Person != one && m.Person != two })
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// activeTeam counts who of the team can sign in.
func activeTeam(t *testing.T, a *app.App) (n int) {
	t.Helper()
	team, err := a.People.Organisations.Get(t.Context(), store.Portal)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range team.Value.Members {
		d, err := a.People.People.Get(t.Context(), m.Person)
		if err != nil {
			t.Fatal(err)
		}
		if d.Value.Active() {
			n++
		}
	}
	return n
}

// testMongo gives the address of the test server; a test that needs it is skipped
// without, and fails where all must run.
func testMongo(t *testing.T) string {
	t.Helper()
	server := os.Getenv("SOURCIER_TEST_MONGO")
	if server == "" && os.Getenv("CI") == "true" {
		t.Fatal("SOURCIER_TEST_MONGO is not set")
	}
	if server == "" {
		t.Skip("needs a MongoDB-compatible server: set SOURCIER_TEST_MONGO, or run scripts/prove two-portals live")
	}
	return server
}

// portal opens and serves one portal on the store until the test ends.
func portal(t *testing.T, uri string) (*app.App, string) {
	t.Helper()
	a := open(t, filepath.Join(t.TempDir(), "data"), uri)
	ctx, stop := context.WithCancel(context.Background())
	addr, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() { ended <- a.Serve(ctx, func(bound net.Addr) { addr <- bound }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	select {
	case bound := <-addr:
		return a, bound.String()
	case err := <-ended:
		t.Fatal(err)
		return nil, ""
	}
}

// waitFound polls the API until the query has a result, and gives the time since start.
func waitFound(t *testing.T, addr, q string, start time.Time) time.Duration {
	t.Helper()
	return waitTotal(t, addr, q, 1, start)
}

// waitTotal polls the API until the query has so many results.
func waitTotal(t *testing.T, addr, q string, want int, start time.Time) time.Duration {
	t.Helper()
	for time.Since(start) < 4*visibleWithin {
		if total(t, addr, q) == want {
			return time.Since(start)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%q has not %d results on a portal after %v", q, want, time.Since(start))
	return 0
}

func total(t *testing.T, addr, q string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/api/v1/structures?q="+q, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusServiceUnavailable {
		return 0 // still loading its index
	}
	var answer struct{ Total int }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Total
}
