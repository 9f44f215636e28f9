package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"sourcier/internal/store"
)

// filled makes a store with n documents in the collection "thing" and closes it.
func filled(t testing.TB, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	db := mustOpen(t, path, Options{})
	for i, err := range put(t, thing(t, db), 0, n) {
		if err != nil {
			t.Fatalf("document %d: %v", i, err)
		}
	}
	mustClose(t, db)
	return path
}

func thing(t testing.TB, db *DB) store.Raw {
	t.Helper()
	c, err := db.Collection(context.Background(), "thing")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustClose(t testing.TB, db *DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func batchOf(from, n int) []store.Envelope {
	batch := make([]store.Envelope, n)
	for i := range batch {
		id := fmt.Sprintf("id-%06d", from+i)
		batch[i] = store.Envelope{
			ID:   id,
			Doc:  json.RawMessage(`{"schema":1,"body":{"text":"` + strings.Repeat("été ", 60) + `"}}`),
			Keys: store.Keys{Unique: []string{"u:" + id}, Lookup: []string{"l:" + id[:7]}},
		}
	}
	return batch
}

func put(t testing.TB, c store.Raw, from, n int) []error {
	t.Helper()
	errs, err := c.BulkPut(context.Background(), batchOf(from, n))
	if err != nil {
		t.Fatal(err)
	}
	return errs
}

func mustCount(t testing.TB, c store.Raw, want int64) {
	t.Helper()
	n, err := c.Count(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Fatalf("%d documents, want %d", n, want)
	}
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error is %v, want %v", err, want)
	}
}

// TestFull fills a file that may not grow: a batch is written whole or not at
// all, what was there stays, and more room is all it takes to go on.
func TestFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := mustOpen(t, path, Options{MaxPages: 200})
	c := thing(t, db)
	const size = 100
	written := 0
	for ; ; written += size {
		_, err := c.BulkPut(t.Context(), batchOf(written, size))
		if err != nil {
			wantErr(t, err, store.ErrFull)
			break
		}
		if written > 10000 {
			t.Fatal("200 pages never fill")
		}
	}
	mustCount(t, c, int64(written))
	if err := insertLarge(t, c); !errors.Is(err, store.ErrFull) {
		t.Fatalf("a large insert in a full file: %v", err)
	}
	mustCount(t, c, int64(written))
	if err := db.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustClose(t, db)
	db = mustOpen(t, path, Options{})
	c = thing(t, db)
	put(t, c, written, size)
	mustCount(t, c, int64(written+size))
	mustClose(t, db)
}

func insertLarge(t testing.TB, c store.Raw) error {
	t.Helper()
	_, err := c.Insert(t.Context(), store.Envelope{ID: "large", Doc: json.RawMessage(`{"s":"` + strings.Repeat("x", store.MaxDocument-100) + `"}`)})
	return err
}

// TestNoDatabase: a file that is something else is refused and left as it is.
func TestNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	text := bytes.Repeat([]byte("ceci n’est pas une base\n"), 1000)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), path)
	wantErr(t, err, store.ErrDamaged)
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(after, text) {
		t.Fatalf("the file was changed (%v)", err)
	}
}

// TestDamagedPages overwrites each page in turn. Whatever page it is, opening
// the file, reading it through or checking it says that it is damaged; nothing
// panics, and nothing else is said.
func TestDamagedPages(t *testing.T) {
	path := filled(t, 300)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	for n := range len(whole) / page {
		broken := bytes.Clone(whole)
		for i := range page {
			broken[n*page+i] = byte(i*7 + 13)
		}
		copied := filepath.Join(t.TempDir(), "store.db")
		if err := os.WriteFile(copied, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := useAll(copied); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("page %d of %d overwritten: %v", n+1, len(whole)/page, err)
		}
	}
}

// TestTruncated cuts the file in the middle.
func TestTruncated(t *testing.T) {
	path := filled(t, 300)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/2/4096*4096); err != nil {
		t.Fatal(err)
	}
	wantErr(t, useAll(path), store.ErrDamaged)
}

// useAll opens a file, and checks it, as a portal and `sourcier check` would.
func useAll(path string) error {
	ctx := context.Background()
	db, err := Open(ctx, path)
	if err != nil {
		return err
	}
	_, err = db.Collection(ctx, "thing")
	return errors.Join(err, db.Check(ctx), db.Close())
}

// TestCheckStrays: keys that point nowhere, which no page check sees.
func TestCheckStrays(t *testing.T) {
	for _, statement := range []string{
		"DELETE FROM doc_thing WHERE id = 'id-000001'",
		"UPDATE doc_thing SET doc = '{' WHERE id = 'id-000001'",
		"INSERT INTO lookup_thing VALUES ('l', 'nobody')",
	} {
		path := filled(t, 3)
		alter(t, path, statement)
		wantErr(t, useAll(path), store.ErrDamaged)
	}
}

func alter(t testing.TB, path, statement string) {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestNewerLayout: tables of a newer release are refused.
func TestNewerLayout(t *testing.T) {
	path := filled(t, 1)
	alter(t, path, "PRAGMA user_version = 99")
	_, err := Open(t.Context(), path)
	wantErr(t, err, store.ErrNewer)
}

// TestForeignDatabase: a database of another program is neither used nor called damaged.
func TestForeignDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	alter(t, path, "CREATE TABLE bookmarks (url TEXT)")
	_, err := Open(t.Context(), path)
	if err == nil || errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "another program") {
		t.Fatalf("error is %v", err)
	}
}

// TestRestoredBackup: a follower that knows more than the store must reconcile.
func TestRestoredBackup(t *testing.T) {
	path := filled(t, 3)
	backup, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db := mustOpen(t, path, Options{})
	put(t, thing(t, db), 3, 2)
	head, err := thing(t, db).Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, db)
	if err := os.WriteFile(path, backup, 0o600); err != nil {
		t.Fatal(err)
	}
	db = mustOpen(t, path, Options{})
	_, _, err = thing(t, db).Changes(t.Context(), head, 10)
	wantErr(t, err, store.ErrFeedGap)
	mustClose(t, db)
}

// TestClosed: a closed store is one file; nothing of it is kept open.
func TestClosed(t *testing.T) {
	path := filled(t, 3)
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v (%v)", files, err)
	}
}

// TestPrivateFile: the file and its journal are for their owner only, whatever
// the path is called.
func TestPrivateFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "données ? 100 % #1")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	db := mustOpen(t, filepath.Join(dir, "store.db"), Options{})
	put(t, thing(t, db), 0, 3)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 2 {
		t.Fatalf("no journal beside the file: %v", files)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o", f.Name(), mode)
		}
	}
	mustClose(t, db)
}

// TestWaitForWriter: a call that waits for another write ends with its context.
func TestWaitForWriter(t *testing.T) {
	db := mustOpen(t, filepath.Join(t.TempDir(), "store.db"), Options{})
	c := thing(t, db)
	db.free <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.Insert(ctx, batchOf(0, 1)[0])
	wantErr(t, err, context.DeadlineExceeded)
	<-db.free
	mustCount(t, c, 0)
	mustClose(t, db)
}

const writeForever = "SOURCIER_TEST_WRITE"

// TestMain lets the test binary be the process that TestKilled kills.
func TestMain(m *testing.M) {
	if path := os.Getenv(writeForever); path != "" {
		writeUntilKilled(path)
	}
	os.Exit(m.Run())
}

// writeUntilKilled writes batches and says after each how many documents the
// store has acknowledged.
func writeUntilKilled(path string) {
	db, err := Open(context.Background(), path)
	for n := 0; err == nil; {
		var c store.Raw
		if c, err = db.Collection(context.Background(), "thing"); err != nil {
			break
		}
		if _, err = c.BulkPut(context.Background(), batchOf(n, 50)); err == nil {
			n += 50
			fmt.Println(n)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// TestKilled kills a writing process at several moments: all that it was told
// to be written is there, no half batch is, and the file is sound.
func TestKilled(t *testing.T) {
	for round := range 5 {
		path := filepath.Join(t.TempDir(), "store.db")
		told := killWriter(t, path, 4*(round+1))
		db := mustOpen(t, path, Options{})
		n, err := thing(t, db).Count(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n < int64(told) || n%50 != 0 {
			t.Errorf("%d documents, %d were acknowledged", n, told)
		}
		if err := db.Check(t.Context()); err != nil {
			t.Error(err)
		}
		mustClose(t, db)
	}
}

// killWriter runs a writer until it has acknowledged some batches and kills it;
// it returns how many documents it had acknowledged.
func killWriter(t *testing.T, path string, batches int) (told int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), writeForever+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for i := 0; lines.Scan(); i++ {
		if told, err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
		if i == batches {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the writer ended by itself")
	}
	return told
}
