package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"sourcier/internal/store"
)

var feedTests = map[string]func(*testing.T, Opener){
	"every change, then nothing":     testFeedAll,
	"deletes":                        testFeedDelete,
	"from the head":                  testFeedHead,
	"same cursor again":              testFeedAgain,
	"stopped past the tombstones":    testFeedGap,
	"cursor that is not of the feed": testFeedForeign,
	"while many write":               testFeedConcurrent,
}

func testFeedAll(t *testing.T, open Opener) {
	c := things(t, open)
	f := follow(c, "")
	f.drain(t, 10)
	equal(t, f.events, 0)
	for i := range 25 {
		insert(t, c, store.Envelope{ID: numbered(i)})
	}
	for i := range 5 {
		replace(t, c, get(t, c, numbered(i)))
	}
	f.drain(t, 10)
	f.agrees(t)
	seen := f.events
	f.drain(t, 10)
	equal(t, f.events, seen)
	// An order in which nothing is lost: what changes later comes later.
	replace(t, c, get(t, c, numbered(7)))
	events, _, err := c.Changes(t.Context(), f.cursor, 10)
	noErr(t, err)
	equal(t, events, []store.Event{{ID: numbered(7), Version: 2}})
}

func testFeedDelete(t *testing.T, open Opener) {
	c := things(t, open)
	insert(t, c, store.Envelope{ID: "a"})
	insert(t, c, store.Envelope{ID: "b"})
	f := follow(c, "")
	f.drain(t, 10)
	noErr(t, c.Delete(t.Context(), "a", 1))
	events, next, err := c.Changes(t.Context(), f.cursor, 10)
	noErr(t, err)
	equal(t, events, []store.Event{{ID: "a", Version: 2, Deleted: true}})
	f.cursor = next
	delete(f.version, "a")
	insert(t, c, store.Envelope{ID: "a"})
	f.drain(t, 10)
	f.agrees(t)
	equal(t, f.version["a"], int64(3))
}

func testFeedHead(t *testing.T, open Opener) {
	c := things(t, open)
	head, err := c.Head(t.Context())
	noErr(t, err)
	insert(t, c, store.Envelope{ID: "a"})
	f := follow(c, head)
	f.drain(t, 10)
	equal(t, f.version, map[string]int64{"a": 1})
	// What the head may tell again must at least end, and miss nothing after.
	head, err = c.Head(t.Context())
	noErr(t, err)
	f = follow(c, head)
	f.drain(t, 10)
	insert(t, c, store.Envelope{ID: "b"})
	f.drain(t, 10)
	equal(t, f.version["b"], int64(1))
}

// testFeedAgain: a follower that failed after reading reads the same again.
func testFeedAgain(t *testing.T, open Opener) {
	c := things(t, open)
	f := follow(c, "")
	insert(t, c, store.Envelope{ID: "a"})
	f.drain(t, 10)
	for i := range 4 {
		insert(t, c, store.Envelope{ID: numbered(i)})
	}
	first, _, err := c.Changes(t.Context(), f.cursor, 10)
	noErr(t, err)
	again, _, err := c.Changes(t.Context(), f.cursor, 10)
	noErr(t, err)
	equal(t, len(first), 4)
	equal(t, again, first)
	f.drain(t, 3)
	f.agrees(t)
}

func testFeedGap(t *testing.T, open Opener) {
	c := things(t, open)
	for i := range 4 {
		insert(t, c, store.Envelope{ID: numbered(i)})
	}
	stopped, uptodate := follow(c, ""), follow(c, "")
	stopped.drain(t, 10)
	noErr(t, c.Delete(t.Context(), numbered(1), 1))
	uptodate.drain(t, 10)
	n, err := c.PurgeTombstones(t.Context(), 0)
	noErr(t, err)
	equal(t, n, int64(1))
	_, _, err = c.Changes(t.Context(), stopped.cursor, 10)
	wantErr(t, err, store.ErrFeedGap)
	uptodate.drain(t, 10)
	uptodate.agrees(t)
	// Reconciled from the head, or from nothing, the follower goes on.
	head, err := c.Head(t.Context())
	noErr(t, err)
	_, _, err = c.Changes(t.Context(), head, 10)
	noErr(t, err)
	fresh := follow(c, "")
	fresh.drain(t, 10)
	fresh.agrees(t)
}

func testFeedForeign(t *testing.T, open Opener) {
	c := things(t, open)
	insert(t, c, store.Envelope{ID: "a"})
	for _, cursor := range []store.Cursor{"x", "s:other:12", "m:other:12:a", "s::", "m:::", "12"} {
		_, _, err := c.Changes(t.Context(), cursor, 10)
		wantErr(t, err, store.ErrFeedGap)
	}
}

// testFeedConcurrent follows two portals that write without pause.
func testFeedConcurrent(t *testing.T, open Opener) {
	a, b := things(t, open), things(t, open)
	const writers, each = 4, 40
	var writing sync.WaitGroup
	failed := make(chan error, writers)
	for w := range writers {
		c := a
		if w%2 == 1 {
			c = b
		}
		writing.Go(func() {
			for i := range each {
				if err := writeSome(t.Context(), c, fmt.Sprintf("w%d-%02d", w, i%10)); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writing.Wait(); close(done) }()
	f := follow(b, "")
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-time.After(5 * time.Millisecond):
		}
		_, err := f.step(t.Context(), 7)
		noErr(t, err)
	}
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	settle(t, f)
	f.agrees(t)
	equal(t, len(f.version), writers*10)
}

// settle drains until late commits must have come: a store may look behind
// itself only now and then.
func settle(t testing.TB, f *follower) {
	t.Helper()
	for range 3 {
		f.drain(t, 50)
		time.Sleep(600 * time.Millisecond)
	}
	f.drain(t, 50)
}

// writeSome inserts a document, or replaces it when it is there.
func writeSome(ctx context.Context, c store.Raw, id string) error {
	e, err := c.Get(ctx, id)
	if err != nil {
		_, err = c.Insert(ctx, store.Envelope{ID: id, Doc: doc(0)})
		return err
	}
	_, err = c.Replace(ctx, e)
	return err
}
