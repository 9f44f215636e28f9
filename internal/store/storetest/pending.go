package storetest

import (
	"testing"

	"sourcier/internal/store"
)

var pendingTests = map[string]func(*testing.T, Opener){
	"trim is no change":           testTrim,
	"trimmed stays trimmed":       testTrimThenReplace,
	"survives delete and insert":  testPendingTombstone,
	"listed by id, deleted ones":  testListPending,
	"trim of a changed document":  testTrimChanged,
	"bulk put keeps what waits":   testPendingBulk,
	"one effect trimmed of three": testTrimSome,
}

func pending(version int64, n int) store.Pending {
	return store.Pending{Version: version, N: n, At: 1700000000000, Effect: store.Effect{To: "mail", Doc: doc(n), Lookup: []string{"to:x"}}}
}

// waits compares what is pending on a document, dead or alive.
func waits(t testing.TB, c store.Raw, id string, want ...store.Pending) {
	t.Helper()
	list, err := c.ListPending(t.Context(), "", 100)
	noErr(t, err)
	got := []store.Pending{}
	for _, e := range list {
		if e.ID == id {
			got = append(got, e.Pending...)
		}
	}
	for i := range got {
		if i < len(want) {
			sameJSON(t, got[i].Effect.Doc, want[i].Effect.Doc)
			got[i].Effect.Doc = want[i].Effect.Doc
		}
	}
	equal(t, got, append([]store.Pending{}, want...))
}

func testTrim(t *testing.T, open Opener) {
	c := things(t, open)
	e := insert(t, c, store.Envelope{ID: "a", Pending: []store.Pending{pending(1, 0), pending(1, 1)}})
	waits(t, c, "a", pending(1, 0), pending(1, 1))
	f := follow(c, "")
	f.drain(t, 10)
	seen := f.events
	noErr(t, c.TrimPending(t.Context(), "a", 1, e.Pending))
	waits(t, c, "a")
	equal(t, get(t, c, "a").Version, int64(1))
	equal(t, len(get(t, c, "a").Pending), 0)
	f.drain(t, 10)
	equal(t, f.events, seen)
	noErr(t, c.TrimPending(t.Context(), "a", 1, e.Pending))
	noErr(t, c.TrimPending(t.Context(), "absent", 1, e.Pending))
}

func testTrimSome(t *testing.T, open Opener) {
	c := things(t, open)
	insert(t, c, store.Envelope{ID: "a", Pending: []store.Pending{pending(1, 0), pending(1, 1), pending(1, 2)}})
	noErr(t, c.TrimPending(t.Context(), "a", 1, []store.Pending{pending(1, 1)}))
	waits(t, c, "a", pending(1, 0), pending(1, 2))
	noErr(t, c.TrimPending(t.Context(), "a", 1, []store.Pending{pending(1, 0), pending(1, 1), pending(1, 2)}))
	waits(t, c, "a")
}

// testTrimThenReplace: a document read before the trim and replaced after it
// must not bring carried effects back.
func testTrimThenReplace(t *testing.T, open Opener) {
	c := things(t, open)
	e := insert(t, c, store.Envelope{ID: "a", Pending: []store.Pending{pending(1, 0), pending(1, 1)}})
	noErr(t, c.TrimPending(t.Context(), "a", 1, []store.Pending{pending(1, 0)}))
	e.Pending = append(e.Pending, pending(2, 0))
	e = replace(t, c, e)
	waits(t, c, "a", pending(1, 1), pending(2, 0))
	noErr(t, c.TrimPending(t.Context(), "a", 2, e.Pending))
	e.Pending = append(e.Pending, pending(3, 0))
	replace(t, c, e)
	waits(t, c, "a", pending(3, 0))
}

func testTrimChanged(t *testing.T, open Opener) {
	c := things(t, open)
	e := insert(t, c, store.Envelope{ID: "a", Pending: []store.Pending{pending(1, 0)}})
	carried := e.Pending
	replace(t, c, e)
	noErr(t, c.TrimPending(t.Context(), "a", 1, carried))
	waits(t, c, "a", pending(1, 0))
}

func testPendingTombstone(t *testing.T, open Opener) {
	c := things(t, open)
	insert(t, c, store.Envelope{ID: "a", Pending: []store.Pending{pending(1, 0)}})
	noErr(t, c.Delete(t.Context(), "a", 1))
	waits(t, c, "a", pending(1, 0))
	n, err := c.PurgeTombstones(t.Context(), 0)
	noErr(t, err)
	equal(t, n, int64(0))
	// The caller cannot know that the version goes on at 3.
	insert(t, c, store.Envelope{ID: "a", Pending: []store.Pending{pending(1, 0)}})
	waits(t, c, "a", pending(1, 0), pending(3, 0))
	noErr(t, c.Delete(t.Context(), "a", 3))
	noErr(t, c.TrimPending(t.Context(), "a", 4, []store.Pending{pending(1, 0), pending(3, 0)}))
	waits(t, c, "a")
	n, err = c.PurgeTombstones(t.Context(), 0)
	noErr(t, err)
	equal(t, n, int64(1))
}

func testListPending(t *testing.T, open Opener) {
	c := things(t, open)
	for i := range 6 {
		e := store.Envelope{ID: numbered(i)}
		if i != 2 {
			e.Pending = []store.Pending{pending(1, 0)}
		}
		insert(t, c, e)
	}
	noErr(t, c.Delete(t.Context(), numbered(3), 1))
	page, err := c.ListPending(t.Context(), "", 2)
	noErr(t, err)
	equal(t, idsOf(page), []string{numbered(0), numbered(1)})
	page, err = c.ListPending(t.Context(), numbered(1), 10)
	noErr(t, err)
	equal(t, idsOf(page), []string{numbered(3), numbered(4), numbered(5)})
	equal(t, page[0].Deleted, true)
	equal(t, page[0].Version, int64(2))
	equal(t, page[1].Deleted, false)
}

func testPendingBulk(t *testing.T, open Opener) {
	c := things(t, open)
	a := insert(t, c, store.Envelope{ID: "a", Pending: []store.Pending{pending(1, 0)}})
	b := insert(t, c, store.Envelope{ID: "b", Pending: []store.Pending{pending(1, 0)}})
	noErr(t, c.TrimPending(t.Context(), "b", 1, b.Pending))
	a.Pending, b.Pending = append(a.Pending, pending(2, 0)), append(b.Pending, pending(2, 0))
	for _, err := range bulk(t, c, a, b, store.Envelope{ID: "c", Doc: doc(1), Pending: []store.Pending{pending(1, 0)}}) {
		noErr(t, err)
	}
	waits(t, c, "a", pending(1, 0), pending(2, 0))
	waits(t, c, "b", pending(2, 0))
	waits(t, c, "c", pending(1, 0))
}
