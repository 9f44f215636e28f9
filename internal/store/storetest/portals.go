package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"sourcier/internal/store"
)

var portalTests = map[string]func(*testing.T, Opener){
	"increments add up":          testIncrements,
	"one winner of a unique key": testUniqueRace,
	"one winner of an id":        testInsertRace,
	"clock ten minutes wrong":    testWrongClock,
}

// testIncrements: with compare-and-swap no increment is lost.
func testIncrements(t *testing.T, open Opener) {
	portals := []store.Raw{things(t, open), things(t, open)}
	insert(t, portals[0], store.Envelope{ID: "sum", Doc: doc(0)})
	const goroutines, each = 8, 25
	errs := parallel(goroutines, func(g int) error {
		for range each {
			if err := increment(t, portals[g%2]); err != nil {
				return err
			}
		}
		return nil
	})
	noErr(t, errors.Join(errs...))
	e := get(t, portals[0], "sum")
	sameJSON(t, e.Doc, doc(goroutines*each))
	equal(t, e.Version, int64(goroutines*each+1))
}

func increment(t *testing.T, c store.Raw) error {
	for {
		e, err := c.Get(t.Context(), "sum")
		if err != nil {
			return err
		}
		var w struct{ Body struct{ N int } }
		if err := json.Unmarshal(e.Doc, &w); err != nil {
			return err
		}
		e.Doc = doc(w.Body.N + 1)
		if _, err = c.Replace(t.Context(), e); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

func parallel(n int, work func(int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = work(i) })
	}
	group.Wait()
	return errs
}

func winners(t testing.TB, errs []error) int {
	t.Helper()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantErr(t, err, store.ErrDuplicate)
		}
	}
	return won
}

func testUniqueRace(t *testing.T, open Opener) {
	portals := []store.Raw{things(t, open), things(t, open)}
	for round := range 10 {
		errs := parallel(4, func(g int) error {
			_, err := portals[g%2].Insert(t.Context(), store.Envelope{ID: fmt.Sprintf("r%d-%d", round, g), Doc: doc(g), Keys: unique(fmt.Sprint("u:", round))})
			return err
		})
		equal(t, winners(t, errs), 1)
	}
	count(t, portals[0], 10)
}

// testInsertRace also starts from a tombstone, whose revival is a swap.
func testInsertRace(t *testing.T, open Opener) {
	portals := []store.Raw{things(t, open), things(t, open)}
	for round := range 10 {
		errs := parallel(4, func(g int) error {
			_, err := portals[g%2].Insert(t.Context(), store.Envelope{ID: "a", Doc: doc(g)})
			return err
		})
		equal(t, winners(t, errs), 1)
		equal(t, get(t, portals[0], "a").Version, int64(2*round+1))
		noErr(t, portals[0].Delete(t.Context(), "a", int64(2*round+1)))
	}
}

// testWrongClock: the feed's order comes from the store, not from the portals.
func testWrongClock(t *testing.T, open Opener) {
	var portals []store.Raw
	for _, skew := range []time.Duration{0, -10 * time.Minute, 10 * time.Minute} {
		db := open(t, func() time.Time { return time.Now().Add(skew) })
		t.Cleanup(func() { noErr(t, db.Close()) })
		portals = append(portals, collection(t, db, "thing"))
	}
	f := follow(portals[0], "")
	for i := range 30 {
		c := portals[i%3]
		noErr(t, writeSome(t.Context(), c, numbered(i%10)))
		if i%5 == 4 {
			noErr(t, c.Delete(t.Context(), numbered(i%10), get(t, c, numbered(i%10)).Version))
		}
		f.drain(t, 5)
		f.agrees(t)
	}
	n, err := portals[1].PurgeTombstones(t.Context(), 30*24*time.Hour)
	noErr(t, err)
	equal(t, n, int64(0))
}
