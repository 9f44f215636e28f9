package mongo

import (
	"context"
	"fmt"
	"net"
	"reflect"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"

	"sourcier/internal/store"
)

func thing(t testing.TB, db *DB) *collection {
	t.Helper()
	raw, err := db.Collection(t.Context(), "thing")
	if err != nil {
		t.Fatal(err)
	}
	return raw.(*collection)
}

// opened opens a database of the test's own.
func opened(t testing.TB) (*DB, string) {
	t.Helper()
	uri := freshDatabase(t)
	db := mustOpen(t, uri)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, uri
}

func insert(t testing.TB, c *collection, id string) {
	t.Helper()
	if _, err := c.Insert(t.Context(), store.Envelope{ID: id, Doc: []byte(`{"n":1}`)}); err != nil {
		t.Fatal(err)
	}
}

// raw puts a document on the server as another portal would, dated by hand.
func raw(t testing.TB, c *collection, id string, changed time.Time) {
	t.Helper()
	e := envelope{ID: id, Version: 1, Changed: primitive.NewDateTimeFromTime(changed), Doc: must(bson.Marshal(bson.D{{Key: "n", Value: int64(1)}}))}
	if _, err := c.docs.InsertOne(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

func must(doc []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return doc
}

// drain reads the feed to its end.
func drain(t testing.TB, c *collection, at store.Cursor) (ids []string, next store.Cursor) {
	t.Helper()
	for {
		events, next, err := c.Changes(t.Context(), at, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			ids = append(ids, e.ID)
		}
		if at = next; len(events) == 0 {
			return ids, at
		}
	}
}

func same(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %v\nwant %v", got, want)
	}
}

// TestInterruptedInsert: a portal killed between the insert and its dating; the
// next poll, of whichever portal, dates the document and tells it.
func TestInterruptedInsert(t *testing.T) {
	db, uri := opened(t)
	insert(t, thing(t, db), "a")
	_, at := drain(t, thing(t, db), "")
	raw(t, thing(t, db), "b", never.Time())
	other := mustOpen(t, uri)
	defer func() { _ = other.Close() }()
	ids, _ := drain(t, thing(t, other), at)
	if ids[len(ids)-1] != "b" {
		t.Fatalf("told %v", ids)
	}
	e, err := thing(t, db).stored(t.Context(), byID("b"))
	if err != nil || time.Since(e.Changed.Time()).Abs() > time.Hour {
		t.Fatalf("changed is %v (%v)", e.Changed.Time(), err)
	}
	ids, _ = drain(t, thing(t, db), at)
	same(t, ids, []string{"b"})
}

// TestLateCommit: a write that becomes visible with a date already passed.
func TestLateCommit(t *testing.T) {
	db, _ := opened(t)
	c := thing(t, db)
	insert(t, c, "a")
	_, at := drain(t, c, "")
	raw(t, c, "late", time.Now().Add(-20*time.Second))
	time.Sleep(rescanEvery + 100*time.Millisecond)
	ids, at := drain(t, c, at)
	same(t, ids, []string{"late"})
	time.Sleep(rescanEvery + 100*time.Millisecond)
	ids, _ = drain(t, c, at)
	same(t, len(ids), 0)
}

// TestSameMillisecond: more changes of one date than a page holds.
func TestSameMillisecond(t *testing.T) {
	db, _ := opened(t)
	c := thing(t, db)
	when := time.Now()
	var want []string
	for i := range 35 {
		want = append(want, fmt.Sprintf("id-%02d", i))
		raw(t, c, want[i], when)
	}
	ids, _ := drain(t, c, "")
	same(t, ids, want)
}

// TestOtherProcess: a cursor kept over a restart tells the last seconds again,
// once, and no more than those.
func TestOtherProcess(t *testing.T) {
	db, uri := opened(t)
	raw(t, thing(t, db), "old", time.Now().Add(-time.Hour))
	insert(t, thing(t, db), "recent")
	_, at := drain(t, thing(t, db), "")
	other := mustOpen(t, uri)
	defer func() { _ = other.Close() }()
	ids, at := drain(t, thing(t, other), at)
	same(t, ids, []string{"recent"})
	ids, _ = drain(t, thing(t, other), at)
	same(t, len(ids), 0)
}

// TestRestoredBackup: a cursor later than everything on the server.
func TestRestoredBackup(t *testing.T) {
	db, uri := opened(t)
	raw(t, thing(t, db), "a", time.Now().Add(-time.Hour))
	insert(t, thing(t, db), "b")
	_, at := drain(t, thing(t, db), "")
	if _, err := thing(t, db).docs.DeleteOne(t.Context(), byID("b")); err != nil {
		t.Fatal(err)
	}
	other := mustOpen(t, uri)
	defer func() { _ = other.Close() }()
	_, _, err := thing(t, other).Changes(t.Context(), at, 10)
	wantErr(t, err, store.ErrFeedGap)
}

// TestManyFollowers: memory for followers is bounded; one too many is told twice.
func TestManyFollowers(t *testing.T) {
	db, _ := opened(t)
	c := thing(t, db)
	insert(t, c, "a")
	_, first := drain(t, c, "")
	for range maxSessions + 5 {
		drain(t, c, "")
	}
	if n := len(c.sessions); n > maxSessions {
		t.Errorf("%d followers remembered", n)
	}
	ids, _ := drain(t, c, first)
	same(t, ids, []string{"a"})
}

// TestShape holds the envelope on the server to what the package comment says.
func TestShape(t *testing.T) {
	db, _ := opened(t)
	c := thing(t, db)
	_, err := c.Insert(t.Context(), store.Envelope{
		ID: "a", Doc: []byte(`{"schema":1,"body":{"n":12,"x":0.5,"s":"é","list":[true,null]}}`),
		Keys:    store.Keys{Unique: []string{"u"}},
		Pending: []store.Pending{{Version: 1, Effect: store.Effect{To: "audit", Doc: []byte(`{}`)}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	insert(t, c, "b")
	insert(t, c, "dead")
	if err := c.Delete(t.Context(), "dead", 1); err != nil {
		t.Fatal(err)
	}
	same(t, fields(t, c, "a"), []string{"_id", "changed", "doc", "keys", "pending", "version"})
	same(t, fields(t, c, "b"), []string{"_id", "changed", "doc", "version"})
	same(t, fields(t, c, "dead"), []string{"_id", "changed", "deleted", "version"})
	doc, err := c.docs.FindOne(t.Context(), byID("a")).Raw()
	if err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]any{"n": bson.TypeInt64, "x": bson.TypeDouble, "s": bson.TypeString, "list": bson.TypeArray} {
		same(t, doc.Lookup("doc", "body", path).Type, kind)
	}
	same(t, doc.Lookup("changed").Type, bson.TypeDateTime)
	if _, err := doc.LookupErr("keys", "l"); err == nil {
		t.Error("an empty list of keys is stored")
	}
}

func fields(t testing.TB, c *collection, id string) []string {
	t.Helper()
	var m bson.M
	if err := c.docs.FindOne(t.Context(), byID(id)).Decode(&m); err != nil {
		t.Fatal(err)
	}
	return sortedKeys(m)
}

// TestIndexes asserts the indexes by name and by what they do.
func TestIndexes(t *testing.T) {
	db, _ := opened(t)
	c := thing(t, db)
	specs, err := c.docs.Indexes().ListSpecifications(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range specs {
		unique := s.Unique != nil && *s.Unique
		sparse := s.Sparse != nil && *s.Sparse
		got[s.Name] = fmt.Sprintf("%v unique=%v sparse=%v", s.KeysDocument, unique, sparse)
	}
	delete(got, "_id_")
	same(t, got, map[string]string{
		"keys_u":     `{"keys.u": {"$numberInt":"1"}} unique=true sparse=true`,
		"keys_l_id":  `{"keys.l": {"$numberInt":"1"},"_id": {"$numberInt":"1"}} unique=false sparse=false`,
		"pending":    `{"pending.version": {"$numberInt":"1"}} unique=false sparse=true`,
		"deleted":    `{"deleted": {"$numberInt":"1"}} unique=false sparse=true`,
		"changed_id": `{"changed": {"$numberInt":"1"},"_id": {"$numberInt":"1"}} unique=false sparse=false`,
	})
	if _, err := c.docs.Indexes().DropOne(t.Context(), "keys_u"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, db.Check(t.Context()), store.ErrDamaged)
}

// TestForeignValue: a document that somebody else wrote is reported, not misread.
func TestForeignValue(t *testing.T) {
	db, _ := opened(t)
	c := thing(t, db)
	_, err := c.docs.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "a"}, {Key: "version", Value: int64(1)}, {Key: "changed", Value: never},
		{Key: "doc", Value: bson.D{{Key: "when", Value: primitive.NewDateTimeFromTime(time.Now())}}}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Get(t.Context(), "a")
	wantErr(t, err, store.ErrDamaged)
	_, err = c.Scan(t.Context(), "", 10)
	wantErr(t, err, store.ErrDamaged)
}

// TestSilentServer: a server that accepts and never answers does not hold the
// portal for ever.
func TestSilentServer(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	start := time.Now()
	_, err = Open(context.Background(), "mongodb://"+ln.Addr().String()+"/?serverSelectionTimeoutMS=300")
	if err == nil || time.Since(start) > 5*time.Second {
		t.Fatalf("%v after %v", err, time.Since(start))
	}
	if !driver.IsTimeout(err) {
		t.Errorf("not a timeout: %v", err)
	}
}
