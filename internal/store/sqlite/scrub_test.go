package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sourcier/internal/store"
)

// inFiles tells in which files of a store some bytes lie.
func inFiles(t testing.TB, path, text string) (files []string) {
	t.Helper()
	for _, name := range []string{path, path + "-wal", path + "-journal"} {
		data, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(text)) {
			files = append(files, filepath.Base(name))
		}
	}
	return files
}

func clean(t testing.TB, path, text string) {
	t.Helper()
	if files := inFiles(t, path, text); len(files) > 0 {
		t.Errorf("%.20q is still in %v", text, files)
	}
}

// TestScrub: what was replaced or deleted is in no page of the file, used or free,
// nor in the journal.
func TestScrub(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := mustOpen(t, path, Options{})
	defer mustClose(t, db)
	c := thing(t, db)
	text := func(word string, n int) json.RawMessage {
		return json.RawMessage(`{"schema":1,"body":"` + strings.Repeat(word, n) + `"}`)
	}
	// Small, of some pages, of many pages; looked up by what they say.
	for i, n := range []int{1, 400, 60_000} {
		for j := range 20 {
			_, err := c.Insert(t.Context(), store.Envelope{ID: fmt.Sprint(i, "-", j), Doc: text("GoneWord", n), Keys: store.Keys{Lookup: []string{"KeyGone"}}})
			noErr(t, err)
		}
	}
	noErr(t, db.Scrub(t.Context()))
	if len(inFiles(t, path, "GoneWord")) == 0 || len(inFiles(t, path, "KeyGone")) == 0 {
		t.Fatal("the test looks in the wrong place")
	}
	for i := range 3 {
		for j := range 20 {
			id := fmt.Sprint(i, "-", j)
			if j%2 == 0 {
				noErr(t, c.Delete(t.Context(), id, 1))
				continue
			}
			_, err := c.Replace(t.Context(), store.Envelope{ID: id, Version: 1, Doc: text("kept", 1)})
			noErr(t, err)
		}
	}
	noErr(t, db.Scrub(t.Context()))
	clean(t, path, "GoneWord")
	clean(t, path, "KeyGone")
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("journal %v, %v", info, err)
	}
	noErr(t, db.Check(t.Context()))
}

// TestScrubWhileSomebodyReads: a backup under way needs the journal. Nothing waits
// for its end, and the next write after it scrubs.
func TestScrubWhileSomebodyReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := mustOpen(t, path, Options{})
	defer mustClose(t, db)
	c := thing(t, db)
	insert := func(id, word string) {
		t.Helper()
		_, err := c.Insert(t.Context(), store.Envelope{ID: id, Doc: json.RawMessage(`{"schema":1,"body":"` + word + `"}`)})
		noErr(t, err)
	}
	insert("a", "GoneWord")
	s, err := db.Snapshot(t.Context())
	noErr(t, err)
	noErr(t, c.Delete(t.Context(), "a", 1))
	noErr(t, db.Scrub(t.Context()))
	insert("b", "meanwhile")
	if len(inFiles(t, path, "GoneWord")) == 0 {
		t.Error("the snapshot lost what it reads")
	}
	noErr(t, s.Close())
	insert("c", "after")
	clean(t, path, "GoneWord")
	ended, stop := context.WithCancel(t.Context())
	stop()
	wantErr(t, db.Scrub(ended), context.Canceled)
}

// plainly wraps nothing: what is stored is looked for, whatever it is.
type plainly struct{}

func (plainly) Seal(_ string, plain, _ []byte) ([]byte, error)  { return plain, nil }
func (plainly) Open(_ string, sealed, _ []byte) ([]byte, error) { return sealed, nil }

// TestDestroyedKey: a key that was destroyed is in none of the files.
func TestDestroyedKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := mustOpen(t, path, Options{})
	defer mustClose(t, db)
	keys, err := store.OpenPersonKeys(t.Context(), db, plainly{})
	noErr(t, err)
	raw, err := db.Collection(t.Context(), store.PersonKeyCollection)
	noErr(t, err)
	var stored []string
	for i := range 200 {
		person := fmt.Sprint("p", i)
		_, err := keys.Seal(t.Context(), person, "name", "Zoé")
		noErr(t, err)
		e, err := raw.Get(t.Context(), person)
		noErr(t, err)
		var d struct {
			Body struct {
				Wrapped string `json:"wrapped"`
			} `json:"body"`
		}
		noErr(t, json.Unmarshal(e.Doc, &d))
		stored = append(stored, d.Body.Wrapped)
	}
	for i, key := range stored {
		if len(key) < 40 || len(inFiles(t, path, key)) == 0 {
			t.Fatalf("key %d is not where it is looked for", i)
		}
	}
	for i := range 100 {
		noErr(t, keys.Destroy(t.Context(), fmt.Sprint("p", 2*i)))
	}
	for i, key := range stored {
		if i%2 == 0 {
			clean(t, path, key)
		}
	}
}

func noErr(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
