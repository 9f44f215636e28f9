package storetest

import (
	"encoding/json"
	"strings"
	"testing"

	"sourcier/internal/store"
)

var bulkTests = map[string]func(*testing.T, Opener){
	"one error per document": testBulkErrors,
	"inserts and replaces":   testBulkMixed,
	"duplicates inside":      testBulkInside,
	"empty":                  testBulkEmpty,
}

func bulk(t testing.TB, c store.Raw, batch ...store.Envelope) []error {
	t.Helper()
	errs, err := c.BulkPut(t.Context(), batch)
	noErr(t, err)
	if len(errs) != len(batch) {
		t.Fatalf("%d results for %d documents", len(errs), len(batch))
	}
	return errs
}

func testBulkErrors(t *testing.T, open Opener) {
	c := things(t, open)
	insert(t, c, store.Envelope{ID: "taken", Doc: doc(1), Keys: unique("u:taken")})
	insert(t, c, store.Envelope{ID: "stale", Doc: doc(1)})
	insert(t, c, store.Envelope{ID: "good", Doc: doc(1)})
	insert(t, c, store.Envelope{ID: "thief", Doc: doc(1)})
	insert(t, c, store.Envelope{ID: "dead", Doc: doc(1)})
	noErr(t, c.Delete(t.Context(), "dead", 1))
	huge := json.RawMessage(`{"s":"` + strings.Repeat("x", store.MaxDocument) + `"}`)
	batch := []struct {
		e    store.Envelope
		want error
	}{
		{store.Envelope{ID: "new", Doc: doc(2)}, nil},
		{store.Envelope{ID: "taken", Doc: doc(2)}, store.ErrDuplicate},
		{store.Envelope{ID: "key", Doc: doc(2), Keys: unique("u:taken")}, store.ErrDuplicate},
		{store.Envelope{ID: "thief", Version: 1, Doc: doc(2), Keys: unique("u:taken")}, store.ErrDuplicate},
		{store.Envelope{ID: "stale", Version: 7, Doc: doc(2)}, store.ErrConflict},
		{store.Envelope{ID: "huge", Doc: huge}, store.ErrTooLarge},
		{store.Envelope{ID: "", Doc: doc(2)}, store.ErrInvalid},
		{store.Envelope{ID: "absent", Version: 1, Doc: doc(2)}, store.ErrNotFound},
		{store.Envelope{ID: "dead", Doc: doc(2)}, nil},
		{store.Envelope{ID: "good", Version: 1, Doc: doc(2)}, nil},
	}
	var list []store.Envelope
	for _, one := range batch {
		list = append(list, one.e)
	}
	for i, err := range bulk(t, c, list...) {
		if batch[i].want == nil {
			noErr(t, err)
			sameJSON(t, get(t, c, batch[i].e.ID).Doc, doc(2))
		} else {
			wantErr(t, err, batch[i].want)
		}
	}
	equal(t, get(t, c, "dead").Version, int64(3))
	for _, id := range []string{"taken", "stale", "thief"} {
		sameJSON(t, get(t, c, id).Doc, doc(1))
	}
	count(t, c, 6)
}

func testBulkMixed(t *testing.T, open Opener) {
	c := things(t, open)
	const n = 300
	var batch []store.Envelope
	for i := range n {
		batch = append(batch, store.Envelope{ID: numbered(i), Doc: doc(i), Keys: store.Keys{Unique: []string{"u" + numbered(i)}, Lookup: []string{"all"}}})
	}
	for _, err := range bulk(t, c, batch...) {
		noErr(t, err)
	}
	f := follow(c, "")
	f.drain(t, 70)
	equal(t, len(f.version), n)
	for i := range batch {
		batch[i].Version, batch[i].Doc = 1, doc(-i)
		if i%2 == 0 {
			batch[i].ID, batch[i].Version, batch[i].Keys = "x"+numbered(i), 0, store.Keys{}
		}
	}
	for _, err := range bulk(t, c, batch...) {
		noErr(t, err)
	}
	count(t, c, n+n/2)
	f.drain(t, 70)
	f.agrees(t)
	equal(t, get(t, c, numbered(1)).Version, int64(2))
	sameJSON(t, get(t, c, numbered(1)).Doc, doc(-1))
}

// testBulkInside: of two documents of one batch that exclude each other, one is written.
func testBulkInside(t *testing.T, open Opener) {
	c := things(t, open)
	errs := bulk(t, c,
		store.Envelope{ID: "a", Doc: doc(1), Keys: unique("u")},
		store.Envelope{ID: "b", Doc: doc(2), Keys: unique("u")},
		store.Envelope{ID: "c", Doc: doc(3)},
		store.Envelope{ID: "c", Doc: doc(4)})
	noErr(t, errs[0])
	wantErr(t, errs[1], store.ErrDuplicate)
	noErr(t, errs[2])
	wantErr(t, errs[3], store.ErrDuplicate)
	sameJSON(t, get(t, c, "c").Doc, doc(3))
	count(t, c, 2)
}

func testBulkEmpty(t *testing.T, open Opener) {
	c := things(t, open)
	bulk(t, c)
	bulk(t, c, store.Envelope{})
	count(t, c, 0)
}
