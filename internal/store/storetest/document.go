package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sourcier/internal/store"
)

var documentTests = map[string]func(*testing.T, Opener){
	"insert then get":             testInsertGet,
	"every value comes back":      testValues,
	"replace with stale version":  testReplaceStale,
	"delete and come back":        testTombstone,
	"purged tombstone is gone":    testPurge,
	"scan by id":                  testScan,
	"some by id":                  testGetSome,
	"too large":                   testTooLarge,
	"refused by both stores":      testInvalid,
	"cancelled context":           testCancelled,
	"restart keeps all":           testRestart,
	"collections are apart":       testCollections,
	"closed":                      testClosed,
	"answers, and finds no fault": testPing,
}

func testInsertGet(t *testing.T, open Opener) {
	c := things(t, open)
	_, err := c.Get(t.Context(), "a")
	wantErr(t, err, store.ErrNotFound)
	e := insert(t, c, store.Envelope{ID: "a", Doc: doc(1), Keys: store.Keys{Unique: []string{"u:2", "u:1", "u:2"}, Lookup: []string{"l:1"}}})
	if e.Version != 1 {
		t.Errorf("inserted at version %d", e.Version)
	}
	got := get(t, c, "a")
	equal(t, got.Keys, store.Keys{Unique: []string{"u:1", "u:2"}, Lookup: []string{"l:1"}})
	equal(t, got.Version, int64(1))
	sameJSON(t, got.Doc, doc(1))
	_, err = c.Insert(t.Context(), store.Envelope{ID: "a", Doc: doc(2)})
	wantErr(t, err, store.ErrDuplicate)
	sameJSON(t, get(t, c, "a").Doc, doc(1))
	count(t, c, 1)
}

func testValues(t *testing.T, open Opener) {
	c := things(t, open)
	for i, body := range []string{
		`{}`, `{"a":{}}`, `{"a":[]}`, `{"a":null}`, `{"a":""}`, `{"a":[null,true,false,[[]],{"b":{}}]}`,
		`{"a":"Île-de-France, « œuvre » à Évry 🚲"}`, `{"a":"line\nbreak\ttab\u0000nul\u2028 <b>&amp;</b>"}`,
		`{"n":[0,1,-1,2147483648,9007199254740993,9223372036854775807,-9223372036854775808]}`,
		`{"n":[9223372036854775808,123456789012345678901234567890,-0,1.0,1.50,1E5]}`,
		`{"n":[0.1,-2.5,48.787412,1e21,1e-7,1.7976931348623157e308,5e-324,3.141592653589793]}`,
		`{"a.b":1,"$set":2,"$":3,"%":4,"%2E":5,"":6,"é":7,"a.b.c":{"$x":{".":[{"%24":1}]}},"a\u0000b":8}`,
		`{"_id":1,"version":2,"changed":3,"keys":4,"doc":{"doc":5},"deleted":true,"pending":[1]}`,
		`{"$numberLong":"1","$date":"2026-01-01T00:00:00Z","$oid":"x","%n":"12"}`,
	} {
		want := json.RawMessage(`{"schema":1,"body":` + body + `}`)
		id := numbered(i)
		insert(t, c, store.Envelope{ID: id, Doc: want})
		sameJSON(t, get(t, c, id).Doc, want)
		e := get(t, c, id)
		e.Doc = want
		replace(t, c, e)
		sameJSON(t, get(t, c, id).Doc, want)
	}
}

func testReplaceStale(t *testing.T, open Opener) {
	c := things(t, open)
	first := insert(t, c, store.Envelope{ID: "a", Doc: doc(1)})
	second := first
	second.Doc = doc(2)
	second = replace(t, c, second)
	equal(t, second.Version, int64(2))
	first.Doc, first.Keys = doc(3), store.Keys{Unique: []string{"u:stale"}, Lookup: []string{"l:stale"}}
	_, err := c.Replace(t.Context(), first)
	wantErr(t, err, store.ErrConflict)
	wantErr(t, c.Delete(t.Context(), "a", 1), store.ErrConflict)
	got := get(t, c, "a")
	sameJSON(t, got.Doc, doc(2))
	equal(t, got.Version, int64(2))
	_, err = c.FindUnique(t.Context(), "u:stale")
	wantErr(t, err, store.ErrNotFound)
	_, err = c.Replace(t.Context(), store.Envelope{ID: "absent", Version: 1, Doc: doc(1)})
	wantErr(t, err, store.ErrNotFound)
	wantErr(t, c.Delete(t.Context(), "absent", 1), store.ErrNotFound)
}

func testTombstone(t *testing.T, open Opener) {
	c := things(t, open)
	insert(t, c, store.Envelope{ID: "a", Doc: doc(1)})
	noErr(t, c.Delete(t.Context(), "a", 1))
	_, err := c.Get(t.Context(), "a")
	wantErr(t, err, store.ErrNotFound)
	_, err = c.Replace(t.Context(), store.Envelope{ID: "a", Version: 2, Doc: doc(1)})
	wantErr(t, err, store.ErrNotFound)
	wantErr(t, c.Delete(t.Context(), "a", 2), store.ErrNotFound)
	count(t, c, 0)
	_, err = c.Insert(t.Context(), store.Envelope{ID: "a", Doc: doc(2), Once: true})
	wantErr(t, err, store.ErrDuplicate)
	again := insert(t, c, store.Envelope{ID: "a", Doc: doc(3)})
	equal(t, again.Version, int64(3))
	sameJSON(t, get(t, c, "a").Doc, doc(3))
	equal(t, get(t, c, "a").Version, int64(3))
	count(t, c, 1)
}

func testPurge(t *testing.T, open Opener) {
	c := things(t, open)
	for i := range 3 {
		insert(t, c, store.Envelope{ID: numbered(i)})
	}
	noErr(t, c.Delete(t.Context(), numbered(0), 1))
	noErr(t, c.Delete(t.Context(), numbered(1), 1))
	n, err := c.PurgeTombstones(t.Context(), time.Hour)
	noErr(t, err)
	equal(t, n, int64(0))
	n, err = c.PurgeTombstones(t.Context(), 0)
	noErr(t, err)
	equal(t, n, int64(2))
	count(t, c, 1)
	equal(t, insert(t, c, store.Envelope{ID: numbered(0), Once: true}).Version, int64(1))
}

func testGetSome(t *testing.T, open Opener) {
	c := things(t, open)
	var ids []string
	for i := range 300 {
		ids = append(ids, numbered(i))
		insert(t, c, store.Envelope{ID: numbered(i), Doc: doc(i)})
	}
	noErr(t, c.Delete(t.Context(), ids[7], 1))
	got, err := c.GetSome(t.Context(), []string{ids[9], "absent", ids[7], `it's "a"`, ids[2], ids[9]})
	noErr(t, err)
	if len(got) != 2 || got[0].ID != ids[2] || got[1].ID != ids[9] {
		t.Errorf("some: %+v", got)
	}
	sameJSON(t, got[1].Doc, doc(9))
	for _, none := range [][]string{nil, {}, {"absent"}} {
		got, err = c.GetSome(t.Context(), none)
		noErr(t, err)
		equal(t, len(got), 0)
	}
	got, err = c.GetSome(t.Context(), ids)
	noErr(t, err)
	equal(t, len(got), len(ids)-1)
}

func testScan(t *testing.T, open Opener) {
	c := things(t, open)
	var want []string
	for i := range 25 {
		id := numbered((i * 7) % 25)
		insert(t, c, store.Envelope{ID: id, Doc: doc(i)})
		want = append(want, numbered(i))
	}
	noErr(t, c.Delete(t.Context(), want[10], 1))
	want = append(want[:10:10], want[11:]...)
	got := []string{}
	for after := ""; ; {
		page, err := c.Scan(t.Context(), after, 10)
		noErr(t, err)
		if len(page) == 0 {
			break
		}
		if len(page) > 10 {
			t.Fatalf("a page of %d", len(page))
		}
		got = append(got, idsOf(page)...)
		after = got[len(got)-1]
	}
	equal(t, got, want)
}

func testTooLarge(t *testing.T, open Opener) {
	c := things(t, open)
	frame := len(`{"schema":1,"body":{"s":""}}`)
	sized := func(n int) json.RawMessage {
		return json.RawMessage(`{"schema":1,"body":{"s":"` + strings.Repeat("x", n-frame) + `"}}`)
	}
	e := insert(t, c, store.Envelope{ID: "a", Doc: sized(store.MaxDocument)})
	sameJSON(t, get(t, c, "a").Doc, sized(store.MaxDocument))
	_, err := c.Insert(t.Context(), store.Envelope{ID: "b", Doc: sized(store.MaxDocument + 1)})
	wantErr(t, err, store.ErrTooLarge)
	e.Doc = sized(store.MaxDocument + 1)
	_, err = c.Replace(t.Context(), e)
	wantErr(t, err, store.ErrTooLarge)
	effect := store.Pending{Version: 2, Effect: store.Effect{To: "audit", Doc: doc(1)}}
	_, err = c.Replace(t.Context(), store.Envelope{ID: "a", Version: 1, Doc: sized(store.MaxDocument), Pending: []store.Pending{effect}})
	wantErr(t, err, store.ErrTooLarge)
	equal(t, get(t, c, "a").Version, int64(1))
}

func testInvalid(t *testing.T, open Opener) {
	c := things(t, open)
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	for name, e := range map[string]store.Envelope{
		"no id":         {Doc: doc(1)},
		"nul in id":     {ID: "a\x00b", Doc: doc(1)},
		"long id":       {ID: strings.Repeat("x", 2000), Doc: doc(1)},
		"not UTF-8 id":  {ID: "\xff", Doc: doc(1)},
		"empty key":     {ID: "a", Doc: doc(1), Keys: store.Keys{Lookup: []string{""}}},
		"long key":      {ID: "a", Doc: doc(1), Keys: store.Keys{Unique: []string{strings.Repeat("x", 2000)}}},
		"no document":   {ID: "a"},
		"not an object": {ID: "a", Doc: json.RawMessage(`[1]`)},
		"broken JSON":   {ID: "a", Doc: json.RawMessage(`{"a":`)},
		"too deep":      {ID: "a", Doc: json.RawMessage(deep)},
		"effect to nowhere": {ID: "a", Doc: doc(1), Pending: []store.Pending{
			{Version: 1, Effect: store.Effect{To: "No Such Name", Doc: doc(1)}}}},
		"broken effect": {ID: "a", Doc: doc(1), Pending: []store.Pending{{Version: 1, Effect: store.Effect{To: "audit"}}}},
	} {
		_, err := c.Insert(t.Context(), e)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		wantErr(t, err, store.ErrInvalid)
	}
	count(t, c, 0)
}

func testCancelled(t *testing.T, open Opener) {
	c := things(t, open)
	e := insert(t, c, store.Envelope{ID: "a", Doc: doc(1)})
	e.Doc = doc(2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"get":          func() error { _, err := c.Get(ctx, "a"); return err },
		"insert":       func() error { _, err := c.Insert(ctx, store.Envelope{ID: "b", Doc: doc(1)}); return err },
		"replace":      func() error { _, err := c.Replace(ctx, e); return err },
		"delete":       func() error { return c.Delete(ctx, "a", 1) },
		"find unique":  func() error { _, err := c.FindUnique(ctx, "u"); return err },
		"find lookup":  func() error { _, err := c.FindLookup(ctx, "l", "", 1); return err },
		"scan":         func() error { _, err := c.Scan(ctx, "", 1); return err },
		"bulk":         func() error { _, err := c.BulkPut(ctx, []store.Envelope{{ID: "c", Doc: doc(1)}}); return err },
		"trim":         func() error { return c.TrimPending(ctx, "a", 1, nil) },
		"pending":      func() error { _, err := c.ListPending(ctx, "", 1); return err },
		"changes":      func() error { _, _, err := c.Changes(ctx, "", 1); return err },
		"head":         func() error { _, err := c.Head(ctx); return err },
		"count":        func() error { _, err := c.Count(ctx); return err },
		"count lookup": func() error { _, err := c.CountLookup(ctx, "l"); return err },
		"purge":        func() error { _, err := c.PurgeTombstones(ctx, 0); return err },
	} {
		t.Run(name, func(t *testing.T) { wantErr(t, call(), context.Canceled) })
	}
	sameJSON(t, get(t, c, "a").Doc, doc(1))
	count(t, c, 1)
}

func testRestart(t *testing.T, open Opener) {
	db := open(t, time.Now)
	c := collection(t, db, "thing")
	for i := range 5 {
		insert(t, c, store.Envelope{ID: numbered(i), Doc: doc(i), Keys: store.Keys{Unique: []string{fmt.Sprint("u:", i)}}})
	}
	noErr(t, c.Delete(t.Context(), numbered(4), 1))
	f := follow(c, "")
	f.drain(t, 3)
	noErr(t, db.Close())

	c = things(t, open)
	count(t, c, 4)
	found, err := c.FindUnique(t.Context(), "u:3")
	noErr(t, err)
	sameJSON(t, found.Doc, doc(3))
	insert(t, c, store.Envelope{ID: numbered(9)})
	f.c = c
	f.drain(t, 3)
	f.agrees(t)
}

// testClosed: a call that comes too late fails, it does not hang.
func testClosed(t *testing.T, open Opener) {
	db := open(t, time.Now)
	c := collection(t, db, "thing")
	noErr(t, db.Close())
	noErr(t, db.Close())
	if _, err := c.Get(t.Context(), "a"); err == nil {
		t.Error("a closed store answers")
	}
	if _, err := c.Insert(t.Context(), store.Envelope{ID: "a", Doc: doc(1)}); err == nil {
		t.Error("a closed store writes")
	}
	if db.Ping(t.Context()) == nil {
		t.Error("a closed store is alive")
	}
}

func testCollections(t *testing.T, open Opener) {
	db := portal(t, open)
	a, b := collection(t, db, "thing"), collection(t, db, "thing_b")
	equal(t, b.Name(), "thing_b")
	insert(t, a, store.Envelope{ID: "a", Keys: store.Keys{Unique: []string{"u"}}})
	insert(t, b, store.Envelope{ID: "a", Keys: store.Keys{Unique: []string{"u"}}})
	noErr(t, a.Delete(t.Context(), "a", 1))
	count(t, b, 1)
	for _, bad := range []string{"", "Thing", "a b", `a"; DROP TABLE x`, "_meta", "système", strings.Repeat("a", 60)} {
		_, err := db.Collection(t.Context(), bad)
		wantErr(t, err, store.ErrInvalid)
	}
}

func testPing(t *testing.T, open Opener) {
	db := portal(t, open)
	noErr(t, db.Ping(t.Context()))
	insert(t, collection(t, db, "thing"), store.Envelope{ID: "a", Keys: store.Keys{Unique: []string{"u"}, Lookup: []string{"l"}}})
	noErr(t, db.Check(t.Context()))
}
