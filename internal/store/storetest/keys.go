package storetest

import (
	"fmt"
	"slices"
	"testing"

	"sourcier/internal/store"
)

var keyTests = map[string]func(*testing.T, Opener){
	"unique key of another":      testUniqueTaken,
	"unique key freed":           testUniqueFreed,
	"lookup keys follow":         testLookup,
	"lookup from an id on":       testLookupAfter,
	"documents without any keys": testNoKeys,
}

func unique(keys ...string) store.Keys { return store.Keys{Unique: keys} }

func testUniqueTaken(t *testing.T, open Opener) {
	c := things(t, open)
	insert(t, c, store.Envelope{ID: "a", Doc: doc(1), Keys: unique("siret:1", "finess:1")})
	_, err := c.Insert(t.Context(), store.Envelope{ID: "b", Doc: doc(2), Keys: store.Keys{Unique: []string{"siret:2", "finess:1"}, Lookup: []string{"l"}}})
	wantErr(t, err, store.ErrDuplicate)
	_, err = c.Get(t.Context(), "b")
	wantErr(t, err, store.ErrNotFound)
	_, err = c.FindUnique(t.Context(), "siret:2")
	wantErr(t, err, store.ErrNotFound)

	b := insert(t, c, store.Envelope{ID: "b", Doc: doc(2), Keys: unique("siret:2")})
	b.Keys, b.Doc = unique("siret:1"), doc(3)
	_, err = c.Replace(t.Context(), b)
	wantErr(t, err, store.ErrDuplicate)
	got := get(t, c, "b")
	equal(t, got.Version, int64(1))
	sameJSON(t, got.Doc, doc(2))
	holder, err := c.FindUnique(t.Context(), "siret:1")
	noErr(t, err)
	equal(t, holder.ID, "a")
}

func testUniqueFreed(t *testing.T, open Opener) {
	c := things(t, open)
	a := insert(t, c, store.Envelope{ID: "a", Keys: unique("k:1", "k:2")})
	a.Keys = unique("k:2", "k:3")
	replace(t, c, a)
	insert(t, c, store.Envelope{ID: "b", Keys: unique("k:1")})
	noErr(t, c.Delete(t.Context(), "a", 2))
	insert(t, c, store.Envelope{ID: "c", Keys: unique("k:2", "k:3")})
	_, err := c.Insert(t.Context(), store.Envelope{ID: "a", Doc: doc(1), Keys: unique("k:3")})
	wantErr(t, err, store.ErrDuplicate)
	again := insert(t, c, store.Envelope{ID: "a", Keys: unique("k:4")})
	equal(t, again.Version, int64(4))
	for key, id := range map[string]string{"k:1": "b", "k:2": "c", "k:3": "c", "k:4": "a"} {
		e, err := c.FindUnique(t.Context(), key)
		noErr(t, err)
		equal(t, e.ID, id)
	}
}

func testLookup(t *testing.T, open Opener) {
	c := things(t, open)
	look := func(key string, limit int, want ...string) {
		t.Helper()
		list, err := c.FindLookup(t.Context(), key, "", limit)
		noErr(t, err)
		equal(t, idsOf(list), append([]string{}, want...))
	}
	held := func(key string, want int64) {
		t.Helper()
		n, err := c.CountLookup(t.Context(), key)
		noErr(t, err)
		equal(t, n, want)
	}
	for _, id := range []string{"c", "a", "b"} {
		insert(t, c, store.Envelope{ID: id, Keys: store.Keys{Lookup: []string{"name:évry", "own:" + id}}})
	}
	look("name:évry", 10, "a", "b", "c")
	look("name:évry", 2, "a", "b")
	look("name:evry", 10)
	held("name:évry", 3)
	held("name:evry", 0)
	e := get(t, c, "a")
	e.Keys.Lookup = []string{"name:orly"}
	replace(t, c, e)
	noErr(t, c.Delete(t.Context(), "b", 1))
	look("name:évry", 10, "c")
	held("name:évry", 1)
	look("name:orly", 10, "a")
	look("own:a", 10)
	look("own:b", 10)
}

func testLookupAfter(t *testing.T, open Opener) {
	c := things(t, open)
	var batch []store.Envelope
	for i := range 300 {
		batch = append(batch, store.Envelope{ID: numbered(i), Doc: doc(i), Keys: store.Keys{Lookup: []string{fmt.Sprint("rest:", i%3), "all"}}})
	}
	for _, err := range bulk(t, c, batch...) {
		noErr(t, err)
	}
	noErr(t, c.Delete(t.Context(), numbered(4), 1))
	var got []string
	for after := ""; ; {
		list, err := c.FindLookup(t.Context(), "rest:1", after, 7)
		noErr(t, err)
		if got = append(got, idsOf(list)...); len(list) < 7 {
			break
		}
		after = list[6].ID
	}
	equal(t, len(got), 99)
	equal(t, got[:2], []string{numbered(1), numbered(7)})
	equal(t, slices.IsSorted(got), true)
	list, err := c.FindLookup(t.Context(), "all", "id-000297x", 7)
	noErr(t, err)
	equal(t, idsOf(list), []string{numbered(298), numbered(299)})
}

// testNoKeys: a missing key is not a value that two documents could share.
func testNoKeys(t *testing.T, open Opener) {
	c := things(t, open)
	insert(t, c, store.Envelope{ID: "a"})
	insert(t, c, store.Envelope{ID: "b"})
	insert(t, c, store.Envelope{ID: "c", Keys: store.Keys{Lookup: []string{"l"}}})
	d := insert(t, c, store.Envelope{ID: "d", Keys: unique("u")})
	d.Keys = store.Keys{}
	equal(t, replace(t, c, d).Keys, store.Keys{})
	equal(t, get(t, c, "d").Keys, store.Keys{})
	insert(t, c, store.Envelope{ID: "e", Keys: unique("u")})
}
