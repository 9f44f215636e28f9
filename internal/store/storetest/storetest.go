// Package storetest holds every adapter of package store to its contract.
package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"

	"sourcier/internal/store"
)

// Opener opens one more handle on the same store, as another process or another
// portal would, whose clock is now. The caller closes it.
type Opener func(t testing.TB, now func() time.Time) store.DB

// Run runs the contract. fresh makes an empty store, its own for each call, and
// removes it when the test ends.
func Run(t *testing.T, fresh func(testing.TB) Opener) {
	for _, group := range []struct {
		name  string
		tests map[string]func(*testing.T, Opener)
	}{
		{"document", documentTests},
		{"keys", keyTests},
		{"bulk", bulkTests},
		{"pending", pendingTests},
		{"feed", feedTests},
		{"portals", portalTests},
		{"codec", codecTests},
		{"lease", leaseTests},
		{"relay", relayTests},
		{"blob", blobTests},
		{"archive", archiveTests},
		{"audit", auditTests},
		{"person key", personKeyTests},
		{"update", updateTests},
	} {
		t.Run(group.name, func(t *testing.T) {
			for name, test := range group.tests {
				t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
			}
		})
	}
}

// portal opens a handle until the test ends.
func portal(t testing.TB, open Opener) store.DB {
	t.Helper()
	db := open(t, time.Now)
	t.Cleanup(func() { noErr(t, db.Close()) })
	return db
}

// things opens the collection that most tests use, on a handle of its own.
func things(t testing.TB, open Opener) store.Raw {
	t.Helper()
	return collection(t, portal(t, open), "thing")
}

func collection(t testing.TB, db store.DB, name string) store.Raw {
	t.Helper()
	c, err := db.Collection(t.Context(), name)
	noErr(t, err)
	return c
}

func noErr(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error is %v, want %v", err, want)
	}
}

// doc is a small document that holds n.
func doc(n int) json.RawMessage {
	return json.RawMessage(`{"schema":1,"body":{"n":` + strconv.Itoa(n) + `}}`)
}

// numbered is the id of the i-th document; ids sort as their numbers.
func numbered(i int) string { return fmt.Sprintf("id-%06d", i) }

func insert(t testing.TB, c store.Raw, e store.Envelope) store.Envelope {
	t.Helper()
	if e.Doc == nil {
		e.Doc = doc(0)
	}
	out, err := c.Insert(t.Context(), e)
	noErr(t, err)
	return out
}

func replace(t testing.TB, c store.Raw, e store.Envelope) store.Envelope {
	t.Helper()
	out, err := c.Replace(t.Context(), e)
	noErr(t, err)
	return out
}

func get(t testing.TB, c store.Raw, id string) store.Envelope {
	t.Helper()
	e, err := c.Get(t.Context(), id)
	noErr(t, err)
	return e
}

func count(t testing.TB, c store.Raw, want int64) {
	t.Helper()
	n, err := c.Count(t.Context())
	noErr(t, err)
	if n != want {
		t.Fatalf("%d live documents, want %d", n, want)
	}
}

func idsOf(list []store.Envelope) []string {
	ids := []string{}
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	return ids
}

func equal(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %v\nwant %v", got, want)
	}
}

// sameJSON compares values; numbers by their text, so that no digit is lost.
func sameJSON(t testing.TB, got, want json.RawMessage) {
	t.Helper()
	equal(t, parsed(t, got), parsed(t, want))
}

func parsed(t testing.TB, text json.RawMessage) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// follower applies a change feed as the search index does.
type follower struct {
	c       store.Raw
	cursor  store.Cursor
	version map[string]int64 // live documents
	events  int
}

func follow(c store.Raw, from store.Cursor) *follower {
	return &follower{c: c, cursor: from, version: map[string]int64{}}
}

// drain reads until nothing is left, in pages of limit.
func (f *follower) drain(t testing.TB, limit int) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		n, err := f.step(t.Context(), limit)
		noErr(t, err)
		if n == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the feed never ends")
		}
	}
}

func (f *follower) step(ctx context.Context, limit int) (int, error) {
	events, next, err := f.c.Changes(ctx, f.cursor, limit)
	if err != nil {
		return 0, err
	}
	for _, e := range events {
		if e.Deleted {
			delete(f.version, e.ID)
		} else {
			f.version[e.ID] = e.Version
		}
	}
	f.cursor = next
	f.events += len(events)
	return len(events), nil
}

// agrees compares what the follower applied with the store.
func (f *follower) agrees(t testing.TB) {
	t.Helper()
	stored := map[string]int64{}
	for after := ""; ; {
		page, err := f.c.Scan(t.Context(), after, 1000)
		noErr(t, err)
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			stored[e.ID] = e.Version
		}
		after = page[len(page)-1].ID
	}
	equal(t, f.version, stored)
}
