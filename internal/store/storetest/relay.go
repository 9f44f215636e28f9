package storetest

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"sourcier/internal/store"
)

var relayTests = map[string]func(*testing.T, Opener){
	"killed between two steps":   testRelayKilled,
	"two relays at once":         testRelayTwice,
	"carried, then deleted":      testRelayDeleted,
	"one effect that fails":      testRelayFailing,
	"runs until told to stop":    testRelayRun,
	"deleted and inserted again": testRelayLives,
	"one id, several effects":    testRelayNamed,
}

// note is what the effects of these tests carry.
type note struct {
	ID   string `json:"-"`
	Text string `json:"text"`
}

var noteCodec = store.Codec[note]{
	Schema: 1,
	ID:     func(n *note) string { return n.ID },
	SetID:  func(n *note, id string) { n.ID = id },
	Keys:   func(n *note) store.Keys { return store.Keys{Lookup: []string{"text:" + n.Text}} },
}

func effectOf(t testing.TB, text string) store.Effect {
	t.Helper()
	e, err := store.NewEffect("note", noteCodec, note{Text: text})
	noErr(t, err)
	return e
}

func relay(db store.DB) *store.Relay {
	return store.NewRelay(db, slog.New(slog.DiscardHandler), "thing")
}

// carry runs a relay once and compares how much it carried.
func carry(t testing.TB, db store.DB, want int) {
	t.Helper()
	n, err := relay(db).Once(t.Context())
	noErr(t, err)
	equal(t, n, want)
}

// notes lists the texts that arrived.
func notes(t testing.TB, db store.DB) []string {
	t.Helper()
	list, err := store.NewCollection(collection(t, db, "note"), noteCodec).Scan(t.Context(), "", 100)
	noErr(t, err)
	texts := []string{}
	for _, d := range list {
		if d.Value.ID != d.ID {
			t.Errorf("note %s thinks it is %q", d.ID, d.Value.ID)
		}
		texts = append(texts, d.Value.Text)
	}
	return texts
}

var errKilled = errors.New("killed")

// mortal is a store whose process dies: after some calls, none answers.
type mortal struct {
	store.DB
	left *atomic.Int64
}

type mortalRaw struct {
	store.Raw
	left *atomic.Int64
}

func (m mortal) Collection(ctx context.Context, name string) (store.Raw, error) {
	raw, err := m.DB.Collection(ctx, name)
	return mortalRaw{Raw: raw, left: m.left}, err
}

func (m mortalRaw) dead() bool { return m.left.Add(-1) < 0 }

func (m mortalRaw) ListPending(ctx context.Context, after string, limit int) ([]store.Envelope, error) {
	if m.dead() {
		return nil, errKilled
	}
	return m.Raw.ListPending(ctx, after, limit)
}

func (m mortalRaw) Insert(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	if m.dead() {
		return e, errKilled
	}
	return m.Raw.Insert(ctx, e)
}

func (m mortalRaw) TrimPending(ctx context.Context, id string, version int64, carried []store.Pending) error {
	if m.dead() {
		return errKilled
	}
	return m.Raw.TrimPending(ctx, id, version, carried)
}

// testRelayKilled stops the relay before each of its steps in turn, and finds
// each effect carried exactly once after the next run.
func testRelayKilled(t *testing.T, open Opener) {
	db := portal(t, open)
	c := fruits(collection(t, db, "thing"), 1)
	for steps := int64(0); ; steps++ {
		id := numbered(int(steps))
		change := store.Change{At: time.Now(), Effects: []store.Effect{effectOf(t, id+" one"), effectOf(t, id+" two")}}
		d, err := c.Insert(t.Context(), fruit{ID: id, Name: id}, change)
		noErr(t, err)
		var left atomic.Int64
		left.Store(steps)
		_, err = relay(mortal{DB: db, left: &left}).Once(t.Context())
		if err != nil {
			wantErr(t, err, errKilled)
		}
		// The document moves on before the relay comes back.
		_, err = c.Replace(t.Context(), d, store.Change{At: time.Now(), Effects: []store.Effect{effectOf(t, id+" three")}})
		noErr(t, err)
		_, err = relay(db).Once(t.Context())
		noErr(t, err)
		for _, text := range []string{" one", " two", " three"} {
			list, err := collection(t, db, "note").FindLookup(t.Context(), "text:"+id+text, "", 10)
			noErr(t, err)
			equal(t, len(list), 1)
		}
		waits(t, c.Raw(), id)
		if left.Load() > 0 {
			break // it ended with steps to spare
		}
		if steps > 20 {
			t.Fatal("the relay never ends")
		}
	}
	carry(t, db, 0)
}

func testRelayTwice(t *testing.T, open Opener) {
	a, b := portal(t, open), portal(t, open)
	c := fruits(collection(t, a, "thing"), 1)
	for i := range 20 {
		_, err := c.Insert(t.Context(), fruit{ID: numbered(i), Name: numbered(i)}, store.Change{Effects: []store.Effect{effectOf(t, numbered(i))}})
		noErr(t, err)
	}
	errs := parallel(2, func(g int) error {
		_, err := relay([]store.DB{a, b}[g]).Once(t.Context())
		return err
	})
	noErr(t, errors.Join(errs...))
	equal(t, len(notes(t, a)), 20)
	carry(t, a, 0)
}

// testRelayDeleted: what was carried and deleted since is not carried again by
// a relay that died before its trim.
func testRelayDeleted(t *testing.T, open Opener) {
	db := portal(t, open)
	c := fruits(collection(t, db, "thing"), 1)
	_, err := c.Insert(t.Context(), fruit{ID: "a", Name: "a"}, store.Change{Effects: []store.Effect{effectOf(t, "once")}})
	noErr(t, err)
	var left atomic.Int64
	left.Store(2) // list, insert
	_, err = relay(mortal{DB: db, left: &left}).Once(t.Context())
	wantErr(t, err, errKilled)
	equal(t, notes(t, db), []string{"once"})
	to := store.NewCollection(collection(t, db, "note"), noteCodec)
	list, err := to.Scan(t.Context(), "", 1)
	noErr(t, err)
	noErr(t, to.Delete(t.Context(), list[0]))
	carry(t, db, 1)
	equal(t, notes(t, db), []string{})
	carry(t, db, 0)
}

// testRelayFailing: an effect that cannot be carried waits, alone.
func testRelayFailing(t *testing.T, open Opener) {
	db := portal(t, open)
	c := collection(t, db, "thing")
	bad := store.Pending{Version: 1, N: 0, Effect: store.Effect{To: "note", Doc: doc(0), Lookup: []string{""}}}
	good := store.Pending{Version: 1, N: 1, Effect: effectOf(t, "good")}
	insert(t, c, store.Envelope{ID: "a", Pending: []store.Pending{bad, good}})
	insert(t, c, store.Envelope{ID: "b", Pending: []store.Pending{{Version: 1, Effect: effectOf(t, "later")}}})
	n, err := relay(db).Once(t.Context())
	wantErr(t, err, store.ErrInvalid)
	equal(t, n, 2)
	equal(t, len(notes(t, db)), 2)
	waits(t, c, "a", bad)
	waits(t, c, "b")
}

func testRelayRun(t *testing.T, open Opener) {
	db := portal(t, open)
	c := fruits(collection(t, db, "thing"), 1)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- relay(db).Run(ctx) }()
	_, err := c.Insert(t.Context(), fruit{ID: "a", Name: "a"}, store.Change{Effects: []store.Effect{effectOf(t, "hello")}})
	noErr(t, err)
	deadline := time.Now().Add(10 * time.Second)
	for len(notes(t, db)) == 0 && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	wantErr(t, <-ended, context.Canceled)
	equal(t, notes(t, db), []string{"hello"})
}

// testRelayLives: an id that lives twice has effects of its own each time, even
// when the tombstone between its lives is gone.
func testRelayLives(t *testing.T, open Opener) {
	db := portal(t, open)
	c := fruits(collection(t, db, "thing"), 1)
	for life := range 3 {
		d, err := c.Insert(t.Context(), fruit{ID: "a", Name: "a"}, store.Change{
			At: time.UnixMilli(int64(1e12) + int64(life)), Effects: []store.Effect{effectOf(t, numbered(life))}})
		noErr(t, err)
		carry(t, db, 1)
		noErr(t, c.Delete(t.Context(), d))
		if life == 1 {
			_, err = c.Raw().PurgeTombstones(t.Context(), 0)
			noErr(t, err)
		}
	}
	equal(t, len(notes(t, db)), 3)
}

// testRelayNamed: effects that give the same id are one document, whoever wrote
// them and however often they are carried, also after it was deleted.
func testRelayNamed(t *testing.T, open Opener) {
	db := portal(t, open)
	c := fruits(collection(t, db, "thing"), 1)
	named := func(text string) store.Effect {
		e := effectOf(t, text)
		e.ID = "chosen"
		return e
	}
	_, err := c.Insert(t.Context(), fruit{ID: "a", Name: "a"}, store.Change{Effects: []store.Effect{named("first"), named("second"), effectOf(t, "other")}})
	noErr(t, err)
	carry(t, db, 3)
	_, err = c.Insert(t.Context(), fruit{ID: "b", Name: "b"}, store.Change{Effects: []store.Effect{named("third")}})
	noErr(t, err)
	carry(t, db, 1)
	to := store.NewCollection(collection(t, db, "note"), noteCodec)
	d, err := to.Get(t.Context(), "chosen")
	noErr(t, err)
	equal(t, d.Value.Text, "first")
	equal(t, len(notes(t, db)), 2)
	noErr(t, to.Delete(t.Context(), d))
	_, err = c.Insert(t.Context(), fruit{ID: "c", Name: "c"}, store.Change{Effects: []store.Effect{named("fourth")}})
	noErr(t, err)
	carry(t, db, 1)
	equal(t, notes(t, db), []string{"other"})
	bad := effectOf(t, "bad")
	bad.ID = "\x00"
	_, err = c.Insert(t.Context(), fruit{ID: "d", Name: "d"}, store.Change{Effects: []store.Effect{bad}})
	wantErr(t, err, store.ErrInvalid)
}
