package storetest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/store"
)

var archiveTests = map[string]func(*testing.T, Opener){
	"everything that lasts is read":  testSnapshotAll,
	"as it was, or settled":          testSnapshotWrites,
	"no write of before is missed":   testSnapshotConcurrent,
	"no effect is lost on the way":   testSnapshotEffects,
	"an unsettled reading lets go":   testSnapshotLetsGo,
	"loaded as it was":               testLoad,
	"the highest version stays":      testLoadVersions,
	"a unique key that moved":        testLoadMovedKey,
	"emptied, with a new identity":   testBeginRestore,
	"the note stays until the end":   testRestoreNote,
	"a restored store takes writes":  testLoadThenWrite,
	"documents up to the size limit": testSnapshotLarge,
}

// taken is what a snapshot told, the last of each document.
type taken map[string]store.Envelope // by collection/id

func (k taken) add(collection string, batch []store.Envelope) {
	for _, e := range batch {
		k[collection+"/"+e.ID] = e
	}
}

func snapshot(t testing.TB, db store.DB) store.Snapshot {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	noErr(t, err)
	return s
}

// take reads everything; meanwhile runs after the first reading, before Settle.
func take(t testing.TB, db store.DB, meanwhile func()) taken {
	t.Helper()
	out, _ := takeUpTo(t, db, meanwhile)
	return out
}

// takeUpTo is take, with the point.
func takeUpTo(t testing.TB, db store.DB, meanwhile func()) (out taken, point int64) {
	t.Helper()
	out = taken{}
	s := snapshot(t, db)
	names, err := s.Collections(t.Context())
	noErr(t, err)
	for _, name := range names {
		noErr(t, s.Documents(t.Context(), name, func(batch []store.Envelope) error { out.add(name, batch); return nil }))
	}
	meanwhile()
	point, err = s.Settle(t.Context(), func(name string, batch []store.Envelope) error { out.add(name, batch); return nil })
	noErr(t, err)
	equal(t, point > 0, true)
	noErr(t, s.Close())
	return out, point
}

func testSnapshotAll(t *testing.T, open Opener) {
	db := portal(t, open)
	c, other := collection(t, db, "thing"), collection(t, db, "other")
	const n = 1200 // more than one batch
	var batch []store.Envelope
	for i := range n {
		batch = append(batch, store.Envelope{ID: numbered(i), Doc: doc(i), Keys: store.Keys{Unique: []string{"u" + numbered(i)}, Lookup: []string{"all"}}})
	}
	for _, err := range bulk(t, c, batch...) {
		noErr(t, err)
	}
	insert(t, other, store.Envelope{ID: "a", Pending: []store.Pending{pending(1, 0)}})
	noErr(t, other.Delete(t.Context(), "a", 1))
	for _, name := range append(store.Ephemeral(), store.LeaseCollection) {
		insert(t, collection(t, db, name), store.Envelope{ID: "x"})
	}
	s := snapshot(t, db)
	names, err := s.Collections(t.Context())
	noErr(t, err)
	equal(t, names, []string{"other", "thing"})
	total, err := s.Count(t.Context(), "other")
	noErr(t, err)
	equal(t, total, int64(1))
	noErr(t, s.Close())

	got := take(t, db, func() {})
	equal(t, len(got), n+1)
	e := got["thing/"+numbered(7)]
	sameJSON(t, e.Doc, doc(7))
	equal(t, e.Keys, batch[7].Keys)
	equal(t, e.Version, int64(1))
	dead := got["other/a"]
	equal(t, dead.Deleted, true)
	equal(t, dead.Version, int64(2))
	equal(t, len(dead.Pending), 1)
}

// testSnapshotWrites: what is written between the reading and its end is either
// wholly outside of it, or told by Settle; the two together are one state.
func testSnapshotWrites(t *testing.T, open Opener) {
	db := portal(t, open)
	c := collection(t, db, "thing")
	insert(t, c, store.Envelope{ID: "changed", Doc: doc(1)})
	insert(t, c, store.Envelope{ID: "deleted"})
	before := take(t, db, func() {})
	got := take(t, db, func() {
		e := get(t, c, "changed")
		e.Doc = doc(2)
		replace(t, c, e)
		noErr(t, c.Delete(t.Context(), "deleted", 1))
		insert(t, c, store.Envelope{ID: "new"})
		insert(t, collection(t, db, "later"), store.Envelope{ID: "x"})
	})
	after := take(t, db, func() {})
	if !reflect.DeepEqual(got, before) && !reflect.DeepEqual(got, after) {
		t.Errorf("neither the state of before nor that of after: %v", got)
	}
}

// testSnapshotConcurrent: two portals write without pause; every write that was
// acknowledged before the reading is in it, and the point does not lie after it.
func testSnapshotConcurrent(t *testing.T, open Opener) {
	db := portal(t, open)
	portals := []store.Raw{collection(t, db, "thing"), things(t, open)}
	stop := make(chan struct{})
	var writing sync.WaitGroup
	var mu sync.Mutex
	acknowledged := map[string]int64{}
	failed := make(chan error, 2)
	for w, c := range portals {
		writing.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				id := fmt.Sprintf("w%d-%03d", w, i%150)
				if err := writeSome(t.Context(), c, id); err != nil {
					failed <- err
					return
				}
				mu.Lock()
				acknowledged[id]++
				mu.Unlock()
			}
		})
	}
	soFar := func() map[string]int64 {
		mu.Lock()
		defer mu.Unlock()
		return maps.Clone(acknowledged)
	}
	for range 3 {
		must := soFar()
		var later map[string]int64
		var at int64
		got, point := takeUpTo(t, db, func() {
			time.Sleep(100 * time.Millisecond)
			at, later = time.Now().UnixMilli(), soFar()
		})
		if point >= at { // read as it passed and settled after
			must = later
		}
		for id, version := range must {
			if e := got["thing/"+id]; e.Version < version {
				t.Errorf("%s was acknowledged at version %d, the snapshot has %d", id, version, e.Version)
			}
		}
	}
	close(stop)
	writing.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
}

// testSnapshotEffects: an effect carried while the snapshot reads is at its
// destination or still pending in what was told, whatever is read first.
func testSnapshotEffects(t *testing.T, open Opener) {
	db := portal(t, open)
	const from = "purchase" // after "mail", where the effect goes
	c := collection(t, db, from)
	collection(t, db, "mail")
	for i := range 20 {
		insert(t, c, store.Envelope{ID: numbered(i), Pending: []store.Pending{pending(1, 0)}})
	}
	relay := store.NewRelay(db, nil, from)
	out := taken{}
	s := snapshot(t, db)
	names, err := s.Collections(t.Context())
	noErr(t, err)
	equal(t, names, []string{"mail", from})
	for _, name := range names {
		noErr(t, s.Documents(t.Context(), name, func(batch []store.Envelope) error { out.add(name, batch); return nil }))
		_, err := relay.Once(t.Context())
		noErr(t, err)
	}
	// One more comes and is carried after the destination was settled, before its source is.
	_, err = s.Settle(t.Context(), func(name string, batch []store.Envelope) error {
		out.add(name, batch)
		if name == from {
			return nil
		}
		insert(t, c, store.Envelope{ID: "late", Pending: []store.Pending{pending(1, 0)}})
		_, err := relay.Once(t.Context())
		return err
	})
	noErr(t, err)
	noErr(t, s.Close())
	for at, source := range out {
		_, arrived := out["mail/"+store.EffectID(from, source.ID, pending(1, 0))]
		if strings.HasPrefix(at, from+"/") && !arrived && len(source.Pending) == 0 {
			t.Errorf("the effect of %s is nowhere", source.ID)
		}
	}
	// Once settled, effects are trimmed again.
	_, err = relay.Once(t.Context())
	noErr(t, err)
	list, err := c.ListPending(t.Context(), "", 100)
	noErr(t, err)
	equal(t, len(list), 0)
}

func testSnapshotLetsGo(t *testing.T, open Opener) {
	db := portal(t, open)
	c := collection(t, db, "thing")
	e := insert(t, c, store.Envelope{ID: "a", Pending: []store.Pending{pending(1, 0)}})
	s := snapshot(t, db)
	noErr(t, s.Close())
	noErr(t, c.TrimPending(t.Context(), "a", 1, e.Pending))
	waits(t, c, "a")
}

func restoring(t testing.TB, open Opener) store.DB {
	t.Helper()
	db := portal(t, open)
	noErr(t, db.BeginRestore(t.Context(), "note"))
	return db
}

func load(t testing.TB, db store.DB, batch ...store.Envelope) []string {
	t.Helper()
	deprived, err := db.Load(t.Context(), "thing", batch)
	noErr(t, err)
	return deprived
}

func testLoad(t *testing.T, open Opener) {
	db := restoring(t, open)
	p := pending(7, 1)
	live := store.Envelope{ID: "live", Version: 7, Doc: doc(1), Keys: store.Keys{Unique: []string{"u"}, Lookup: []string{"l"}}, Pending: []store.Pending{p}}
	dead := store.Envelope{ID: "dead", Version: 3, Deleted: true, Pending: []store.Pending{pending(2, 0)}}
	equal(t, len(load(t, db, live, dead)), 0)
	load(t, db)
	noErr(t, db.EndRestore(t.Context()))
	c := collection(t, db, "thing")
	e := get(t, c, "live")
	equal(t, e.Version, int64(7))
	sameJSON(t, e.Doc, doc(1))
	equal(t, e.Keys, live.Keys)
	waits(t, c, "live", p)
	waits(t, c, "dead", pending(2, 0))
	count(t, c, 1)
	found, err := c.FindUnique(t.Context(), "u")
	noErr(t, err)
	equal(t, found.ID, "live")
	_, err = c.Get(t.Context(), "dead")
	wantErr(t, err, store.ErrNotFound)
	noErr(t, db.Check(t.Context()))
	f := follow(c, "")
	f.drain(t, 10)
	f.agrees(t)
}

func testLoadVersions(t *testing.T, open Opener) {
	db := restoring(t, open)
	load(t, db, store.Envelope{ID: "a", Version: 2, Doc: doc(2), Keys: unique("u")}, store.Envelope{ID: "a", Version: 4, Doc: doc(4), Keys: unique("v")})
	load(t, db, store.Envelope{ID: "a", Version: 3, Doc: doc(3), Keys: unique("w")})
	load(t, db, store.Envelope{ID: "b", Version: 1, Doc: doc(1), Keys: unique("x")}, store.Envelope{ID: "b", Version: 2, Deleted: true})
	c := collection(t, db, "thing")
	sameJSON(t, get(t, c, "a").Doc, doc(4))
	count(t, c, 1)
	for _, key := range []string{"u", "w", "x"} {
		_, err := c.FindUnique(t.Context(), key)
		wantErr(t, err, store.ErrNotFound)
	}
	_, err := c.FindUnique(t.Context(), "v")
	noErr(t, err)
	noErr(t, db.Check(t.Context()))
}

// testLoadMovedKey: a key went from a to b while a snapshot passed between them.
func testLoadMovedKey(t *testing.T, open Opener) {
	db := restoring(t, open)
	load(t, db, store.Envelope{ID: "a", Version: 1, Doc: doc(1), Keys: store.Keys{Unique: []string{"moved", "own"}, Lookup: []string{"l"}}})
	equal(t, load(t, db, store.Envelope{ID: "b", Version: 2, Doc: doc(2), Keys: unique("moved")}), []string{"a"})
	c := collection(t, db, "thing")
	holder, err := c.FindUnique(t.Context(), "moved")
	noErr(t, err)
	equal(t, holder.ID, "b")
	equal(t, get(t, c, "a").Keys, store.Keys{Unique: []string{"own"}, Lookup: []string{"l"}})
	equal(t, len(load(t, db, store.Envelope{ID: "a", Version: 2, Doc: doc(3), Keys: unique("own")})), 0)
	noErr(t, db.Check(t.Context()))
}

func testBeginRestore(t *testing.T, open Opener) {
	db := portal(t, open)
	c := collection(t, db, "thing")
	insert(t, c, store.Envelope{ID: "a", Keys: unique("u")})
	for _, name := range append(store.Ephemeral(), store.LeaseCollection) {
		insert(t, collection(t, db, name), store.Envelope{ID: "x"})
	}
	put(t, blobs(t, db), "o", noise(1, 10))
	head, err := c.Head(t.Context())
	noErr(t, err)
	noErr(t, db.BeginRestore(t.Context(), "note"))
	c = collection(t, db, "thing")
	count(t, c, 0)
	equal(t, sets(t, db), 0)
	for _, name := range store.Ephemeral() {
		count(t, collection(t, db, name), 0)
	}
	count(t, collection(t, db, store.LeaseCollection), 1) // of who restores
	insert(t, c, store.Envelope{ID: "b", Keys: unique("u")})
	equal(t, get(t, c, "b").Version, int64(1))
	noErr(t, db.Check(t.Context()))
	_, _, err = c.Changes(t.Context(), head, 10)
	wantErr(t, err, store.ErrFeedGap)
}

func testRestoreNote(t *testing.T, open Opener) {
	db := open(t, nil)
	note, err := db.Restoring(t.Context())
	noErr(t, err)
	equal(t, note, "")
	noErr(t, db.BeginRestore(t.Context(), "first"))
	load(t, db, store.Envelope{ID: "a", Version: 1, Doc: doc(1)})
	noErr(t, db.Close())
	db = portal(t, open)
	note, err = db.Restoring(t.Context())
	noErr(t, err)
	equal(t, note, "first")
	noErr(t, db.BeginRestore(t.Context(), "second"))
	count(t, collection(t, db, "thing"), 0)
	note, err = db.Restoring(t.Context())
	noErr(t, err)
	equal(t, note, "second")
	noErr(t, db.EndRestore(t.Context()))
	note, err = db.Restoring(t.Context())
	noErr(t, err)
	equal(t, note, "")
}

func testLoadThenWrite(t *testing.T, open Opener) {
	db := restoring(t, open)
	load(t, db, store.Envelope{ID: "a", Version: 5, Doc: doc(1)}, store.Envelope{ID: "dead", Version: 3, Deleted: true})
	noErr(t, db.EndRestore(t.Context()))
	c := collection(t, db, "thing")
	f := follow(c, "")
	f.drain(t, 10)
	equal(t, replace(t, c, get(t, c, "a")).Version, int64(6))
	equal(t, insert(t, c, store.Envelope{ID: "dead"}).Version, int64(4))
	settle(t, f)
	f.agrees(t)
}

func testSnapshotLarge(t *testing.T, open Opener) {
	db := portal(t, open)
	c := collection(t, db, "thing")
	large := slices.Concat([]byte(`{"s":"`), slices.Repeat([]byte("é"), store.MaxDocument/2-20), []byte(`"}`))
	for i := range 6 {
		insert(t, c, store.Envelope{ID: numbered(i), Doc: large})
	}
	s := snapshot(t, db)
	batches := 0
	noErr(t, s.Documents(t.Context(), "thing", func(batch []store.Envelope) error {
		batches++
		size := 0
		for _, e := range batch {
			size += len(e.Doc)
		}
		if size > store.SnapshotBytes+store.MaxDocument {
			t.Errorf("a batch of %d bytes", size)
		}
		return nil
	}))
	noErr(t, s.Close())
	equal(t, batches, 2)
}
