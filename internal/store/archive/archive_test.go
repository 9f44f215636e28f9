package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
)

var known = map[string]int{"thing": 2, "audit": 1, store.BlobCollection: 1}

func open(t testing.TB) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func doc(schema, n int) json.RawMessage {
	return fmt.Appendf(nil, `{"schema":%d,"body":{"n":%d,"text":"<Été & fils>"}}`, schema, n)
}

var effect = store.Pending{Version: 1, N: 0, At: 5, Effect: store.Effect{To: "audit", ID: "chosen", Doc: doc(1, 9), Lookup: []string{"x"}}}

// filled is a store with documents, a tombstone, effects that wait, a lease and files.
func filled(t testing.TB) *sqlite.DB {
	t.Helper()
	db := open(t)
	c, err := db.Collection(t.Context(), "thing")
	must(t, err)
	var batch []store.Envelope
	for i := range 1100 {
		id := fmt.Sprintf("id-%04d", i)
		batch = append(batch, store.Envelope{ID: id, Doc: doc(1+i%2, i), Keys: store.Keys{Unique: []string{"u:" + id}, Lookup: []string{"l"}}})
	}
	batch[3].Pending, batch[4].Pending = []store.Pending{effect}, []store.Pending{effect}
	errs, err := c.BulkPut(t.Context(), batch)
	must(t, errors.Join(append(errs, err)...))
	must(t, c.Delete(t.Context(), "id-0004", 1))
	e, err := c.Get(t.Context(), "id-0005")
	must(t, err)
	_, err = c.Replace(t.Context(), e)
	must(t, err)
	leases, err := store.OpenLeases(t.Context(), db, time.Now)
	must(t, err)
	_, err = leases.Acquire(t.Context(), "import", "me", time.Hour)
	must(t, err)
	for _, f := range [][2]string{{"a", "shared"}, {"b", "shared"}, {"a", ""}, {"c", strings.Repeat("long", store.ChunkSize/2)}} {
		putBlob(t, db, f[0], f[1])
	}
	return db
}

func putBlob(t testing.TB, db store.DB, owner, content string) store.Blob {
	t.Helper()
	blobs, err := store.OpenBlobs(t.Context(), db, time.Now)
	must(t, err)
	b, err := blobs.Put(t.Context(), strings.NewReader(content), store.BlobUpload{Owner: owner, Media: "text/plain", Limit: store.MaxBlob})
	must(t, err)
	return b
}

func silent(int, int) {}

func write(t testing.TB, db store.DB) ([]byte, Manifest) {
	t.Helper()
	var out bytes.Buffer
	m, err := Write(t.Context(), &out, db, Header{Portal: "test", Made: time.Now(), Store: "sqlite"}, silent)
	must(t, err)
	return out.Bytes(), m
}

// all is everything in a store but leases, chunk by chunk.
func all(t testing.TB, db store.DB) map[string]any {
	t.Helper()
	out := map[string]any{}
	s, err := db.Snapshot(t.Context())
	must(t, err)
	names, err := s.Collections(t.Context())
	must(t, err)
	for _, name := range names {
		must(t, s.Documents(t.Context(), name, func(batch []store.Envelope) error {
			for _, e := range batch {
				e.Keys = e.Keys.Normal()
				out[name+"/"+e.ID] = e
			}
			return nil
		}))
	}
	sets, err := db.Chunks().ChunkSets(t.Context(), "", 1000)
	must(t, err)
	for _, set := range sets {
		for n := 0; ; n++ {
			data, err := s.Chunk(t.Context(), set, n)
			if errors.Is(err, store.ErrNotFound) {
				break
			}
			must(t, err)
			out[fmt.Sprint(set, "/", n)] = string(data)
		}
	}
	must(t, s.Close())
	return out
}

func TestRoundTrip(t *testing.T) {
	from := filled(t)
	text, m := write(t, from)
	verified, err := Read(t.Context(), bytes.NewReader(text), known, nil)
	must(t, err)
	if !reflect.DeepEqual(verified, m) {
		t.Errorf("read  %+v\nwrote %+v", verified, m)
	}
	if m.Blobs.Files != 3 || len(m.Collections) != 2 || m.Collections[1].Lines != 1100 || m.Collections[1].Schema != 2 {
		t.Errorf("manifest %+v", m)
	}
	to := open(t)
	loaded, err := Load(t.Context(), bytes.NewReader(text), to, known, "test")
	must(t, err)
	if len(loaded.Deprived)+len(loaded.Lost) > 0 {
		t.Errorf("%v %v", loaded.Deprived, loaded.Lost)
	}
	must(t, to.EndRestore(t.Context()))
	want, got := all(t, from), all(t, to)
	if len(want) != 1100+3+4 || !reflect.DeepEqual(want, got) {
		t.Errorf("%d entries instead of %d, or others", len(got), len(want))
		for at, w := range want {
			if !reflect.DeepEqual(w, got[at]) {
				t.Errorf("%s:\n%.300v\n%.300v", at, w, got[at])
			}
		}
	}
	must(t, to.Check(t.Context()))
	// Over what is there, as after a kill.
	_, err = Load(t.Context(), bytes.NewReader(text), to, known, "again")
	must(t, err)
	if !reflect.DeepEqual(want, all(t, to)) {
		t.Error("a second restore gives something else")
	}
}

// TestDamagedFile: one damaged file does not keep the rest from being saved.
func TestDamagedFile(t *testing.T) {
	from := filled(t)
	b := putBlob(t, from, "d", strings.Repeat("x", 2*store.ChunkSize))
	must(t, from.Chunks().DropChunks(t.Context(), b.Set))
	must(t, from.Chunks().PutChunk(t.Context(), b.Set, 0, bytes.Repeat([]byte("x"), store.ChunkSize)))
	text, m := write(t, from)
	if !slices.Equal(m.Blobs.Damaged, []string{b.Hash}) || m.Blobs.Files != 3 {
		t.Fatalf("%+v", m.Blobs)
	}
	to := open(t)
	loaded, err := Load(t.Context(), bytes.NewReader(text), to, known, "test")
	must(t, err)
	if !slices.Equal(loaded.Lost, []string{b.Hash}) {
		t.Errorf("lost %v", loaded.Lost)
	}
	blobs, err := store.OpenBlobs(t.Context(), to, time.Now)
	must(t, err)
	if n, err := blobs.Verify(t.Context()); err != nil || n != 3 {
		t.Errorf("%d files, %v", n, err)
	}
}

// small is a disk that fills.
type small struct{ left int }

func (s *small) Write(p []byte) (int, error) {
	if len(p) > s.left {
		n := s.left
		s.left = 0
		return n, fmt.Errorf("write: %w", syscall.ENOSPC)
	}
	s.left -= len(p)
	return len(p), nil
}

func TestFullDisk(t *testing.T) {
	db := filled(t)
	whole, _ := write(t, db)
	for room := 0; room < len(whole); room += max(1, len(whole)/40) {
		_, err := Write(t.Context(), &small{room}, db, Header{}, silent)
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("room for %d of %d: %v", room, len(whole), err)
		}
	}
}

func TestStopped(t *testing.T) {
	db := filled(t)
	ctx, stop := context.WithCancel(t.Context())
	_, err := Write(ctx, io.Discard, db, Header{}, func(done, _ int) {
		if done > 500 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("write: %v", err)
	}
	whole, _ := write(t, db)
	if _, err := Read(ctx, bytes.NewReader(whole), known, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
	broken := errors.New("input/output error")
	_, err = Read(t.Context(), io.MultiReader(bytes.NewReader(whole[:len(whole)/2]), failingReader{broken}), known, nil)
	if !errors.Is(err, broken) {
		t.Errorf("a disk that cannot be read: %v", err)
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

func TestProgressReachesItsTotal(t *testing.T) {
	last, of := 0, 0
	_, err := Write(t.Context(), io.Discard, filled(t), Header{}, func(done, total int) {
		if done < last {
			t.Errorf("%d after %d", done, last)
		}
		last, of = done, total
	})
	must(t, err)
	if last != of || of == 0 {
		t.Errorf("%d of %d", last, of)
	}
}
