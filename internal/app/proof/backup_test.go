package proof

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"sourcier/internal/app"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// TestBackup backs a serving portal up while it is written to, restores into the
// other kind of store, and compares, in both directions. What no writer touched
// must be equal; what was acknowledged before the recorded point must be there,
// whole, with its audit lines and its files; check must be clean.
func TestBackup(t *testing.T) {
	server := os.Getenv("SOURCIER_TEST_MONGO")
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("SOURCIER_TEST_MONGO is not set")
		}
		t.Skip("needs a MongoDB-compatible server: set SOURCIER_TEST_MONGO, or run scripts/prove backup")
	}
	size := 3000
	if testing.Short() {
		size = 500
	}
	for _, way := range []struct{ name, from, to string }{
		{"SQLite to MongoDB", "", fmt.Sprintf("%s/to%d", server, time.Now().UnixNano())},
		{"MongoDB to SQLite", fmt.Sprintf("%s/from%d", server, time.Now().UnixNano()), ""},
	} {
		t.Run(way.name, func(t *testing.T) {
			archive := filepath.Join(t.TempDir(), "sauvegarde.tar.zst")
			still, log, report := backUpUnderWrites(t, way.from, archive, size)
			data := filepath.Join(t.TempDir(), "data")
			restoreInto(t, data, way.to, archive)
			a := open(t, data, way.to)
			defer func() { _ = a.Close() }()
			log.compare(t, a, report.Point, way.from == "")
			check, err := a.Check(t.Context())
			if err != nil || len(check.Differences) > 0 || check.Stored != check.Indexed {
				t.Errorf("check: %+v, %v", check, err)
			}
			for id, want := range still {
				if got, err := a.Structures.Get(t.Context(), id); err != nil || got.Version != want.version || !reflect.DeepEqual(got.Value, want.body) {
					t.Fatalf("%s differs after the restore (%v)", id, err)
				}
			}
			log.figure(t, way.name, len(still), report)
		})
	}
	figure(t, "both directions, %d structures and 4 writers: equal at the recorded point, check clean", size)
}

func restoreInto(t *testing.T, data, uri, archive string) {
	t.Helper()
	if uri == "" {
		mustRun(t, data, "restore", archive)
		return
	}
	cfg, err := app.LoadConfig(settings(data, uri))
	if err != nil {
		t.Fatal(err)
	}
	_, err = app.Restore(t.Context(), cfg, slog.New(slog.DiscardHandler), archive, app.RestoreOptions{Progress: func(int, int) {}})
	if err != nil {
		t.Fatal(err)
	}
}

// backUpUnderWrites fills a portal, serves it, writes to it and backs it up
// meanwhile. It gives what no writer touches and the log of the writers.
func backUpUnderWrites(t *testing.T, uri, archive string, size int) (map[string]stored, *writes, app.BackupReport) {
	t.Helper()
	a, _ := portal(t, uri)
	if err := a.Demo(t.Context(), size, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	still := contentOf(t, a)
	log := &writes{acked: map[string][]ack{}}
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	for _, work := range []func(context.Context, *app.App, int) error{log.replace, log.replace, log.comeAndGo, log.files} {
		n := len(log.writers)
		log.writers = append(log.writers, n)
		writing.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if err := work(context.WithoutCancel(ctx), a, n*1000+i%40); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	time.Sleep(time.Second)
	report, err := a.Backup(t.Context(), archive, func(int, int) { time.Sleep(20 * time.Millisecond) }) // a slow disk, for the writers to show
	time.Sleep(200 * time.Millisecond)
	stop()
	writing.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return still, log, report
}

// writes is the log of the writers: what was acknowledged when.
type writes struct {
	mu      sync.Mutex
	acked   map[string][]ack // by structure id, or owner of a file
	writers []int
}

// ack is one write: it took place between began and ended.
type ack struct {
	version      int64 // of the structure
	deleted      bool
	began, ended time.Time
}

func (w *writes) add(key string, a ack) {
	a.ended = time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acked[key] = append(w.acked[key], a)
}

func writerName(version int64) string { return fmt.Sprintf("Atelier écrit %d fois", version) }

// replace writes the next version of a structure, with an audit line.
func (w *writes) replace(ctx context.Context, a *app.App, n int) error {
	id := structure.NewID(fmt.Sprint("replaced", n))
	began := time.Now()
	change := store.Change{Actor: "proof", At: began, Audit: true}
	d, err := a.Structures.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		d, err = a.Structures.Insert(ctx, structure.Structure{ID: id, Name: writerName(1), Size: structure.TPE}, change)
	} else if err == nil {
		d.Value.Name = writerName(d.Version + 1)
		d, err = a.Structures.Replace(ctx, d, change)
	}
	if err == nil {
		w.add(id, ack{version: d.Version, began: began})
	}
	return err
}

// comeAndGo deletes what is there and inserts what is not.
func (w *writes) comeAndGo(ctx context.Context, a *app.App, n int) error {
	id := structure.NewID(fmt.Sprint("comes and goes", n))
	began := time.Now()
	d, err := a.Structures.Get(ctx, id)
	gone := err == nil
	if gone {
		err = a.Structures.Delete(ctx, d)
		d.Version++
	} else if errors.Is(err, store.ErrNotFound) {
		d, err = a.Structures.Insert(ctx, structure.Structure{ID: id, Name: "Atelier de passage", Size: structure.TPE}, store.Change{})
	}
	if err == nil {
		w.add(id, ack{version: d.Version, deleted: gone, began: began})
	}
	return err
}

func attachment(n int) []byte {
	if n%2 == 0 {
		return []byte("une pièce jointe que tous partagent")
	}
	return bytes.Repeat([]byte{byte(n), byte(n >> 8)}, 700_000)
}

// files stores and releases files, shared ones and large ones.
func (w *writes) files(ctx context.Context, a *app.App, n int) error {
	owner := fmt.Sprint("structure/", n)
	began := time.Now()
	held, err := a.Blobs.Owned(ctx, owner, 1)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		_, err = a.Blobs.Erase(ctx, owner)
	} else {
		_, err = a.Blobs.Put(ctx, bytes.NewReader(attachment(n)), store.BlobUpload{Owner: owner, Media: "image/png", Limit: store.MaxBlob})
	}
	if err == nil {
		w.add(owner, ack{deleted: len(held) > 0, began: began})
	}
	time.Sleep(10 * time.Millisecond)
	return err
}

// around gives the last write that had ended at the point, and the first that
// had not begun: what was there lies between the two. nil when there is none.
func around(acks []ack, point time.Time) (before, after *ack) {
	for i := range acks {
		if acks[i].ended.Before(point) {
			before = &acks[i]
		}
		if after == nil && acks[i].began.After(point.Add(time.Millisecond)) {
			after = &acks[i]
		}
	}
	return before, after
}

// compare holds a restored portal to the log. exact: nothing that began after
// the point may be there either.
func (w *writes) compare(t *testing.T, a *app.App, point time.Time, exact bool) {
	t.Helper()
	if _, err := store.NewRelay(a.DB(), a.Log, "structure").Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	audit, err := store.OpenAudit(t.Context(), a.DB())
	if err != nil {
		t.Fatal(err)
	}
	restored := contentOf(t, a)
	for key, acks := range w.acked {
		before, after := around(acks, point)
		if acks[0].version == 0 {
			w.compareFile(t, a, key, before, after, exact)
			continue
		}
		got, found := restored[key]
		if !found {
			if w.stayed(key, before, after, exact) {
				t.Errorf("%s, acknowledged at version %d, is missing", key, before.version)
			}
			continue
		}
		if before != nil && got.version < before.version {
			t.Errorf("%s is at version %d, was acknowledged at %d", key, got.version, before.version)
		}
		if exact && after != nil && got.version >= after.version {
			t.Errorf("%s is at version %d, which was written after the point", key, got.version)
		}
		if got.body.Name == "Atelier de passage" {
			continue
		}
		if got.body.Name != writerName(got.version) {
			t.Errorf("%s at version %d is %q: not whole", key, got.version, got.body.Name)
		}
		versions := map[int64]bool{}
		err := audit.Export(t.Context(), store.AuditFilter{Collection: "structure", Document: key}, func(line store.AuditLine) error {
			versions[line.Version] = true
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for v := int64(1); v <= got.version; v++ {
			if !versions[v] {
				t.Errorf("%s: the audit line of version %d is lost", key, v)
			}
		}
	}
}

// compareFile: a file that is there is whole; one that was and stayed is there.
func (w *writes) compareFile(t *testing.T, a *app.App, owner string, before, after *ack, exact bool) {
	t.Helper()
	held, err := a.Blobs.Owned(t.Context(), owner, 2)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if _, err := fmt.Sscanf(owner, "structure/%d", &n); err != nil {
		t.Fatal(err)
	}
	if len(held) == 0 {
		if w.stayed(owner, before, after, exact) {
			t.Errorf("the file of %s is missing", owner)
		}
		return
	}
	if exact && before != nil && before.deleted && !w.between(owner, before, after) {
		t.Errorf("the file of %s was erased before the point", owner)
	}
	r, err := a.Blobs.Open(t.Context(), held[0].Hash)
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(r); err != nil || !bytes.Equal(content, attachment(n)) {
		t.Errorf("the file of %s is not what was stored (%v)", owner, err)
	}
}

// stayed reports whether what was acknowledged before the point has to be in the
// archive: no deletion was under way at the point, nor, where the archive is not
// of one instant, came later.
func (w *writes) stayed(key string, before, after *ack, exact bool) bool {
	return before != nil && !before.deleted && !w.between(key, before, after) && (exact || after == nil)
}

// between reports whether a write was under way at the point.
func (w *writes) between(owner string, before, after *ack) bool {
	for _, a := range w.acked[owner] {
		if a.began.After(before.ended) && (after == nil || a.began.Before(after.began)) {
			return true
		}
	}
	return false
}

func (w *writes) figure(t *testing.T, way string, still int, report app.BackupReport) {
	t.Helper()
	before, later := 0, 0
	for _, acks := range w.acked {
		for _, a := range acks {
			if a.ended.Before(report.Point) {
				before++
			} else {
				later++
			}
		}
	}
	if before == 0 || later == 0 {
		t.Errorf("%d writes before the point, %d after: they prove little", before, later)
	}
	t.Logf("%s: %d still, %d writes before the point, %d after, %d files in the archive", way, still, before, later, report.Blobs.Files)
}

// contentOf reads all structures of an open portal.
func contentOf(t *testing.T, a *app.App) map[string]stored {
	t.Helper()
	out := map[string]stored{}
	for after := ""; ; {
		docs, err := a.Structures.Scan(t.Context(), after, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			out[d.ID] = stored{d.Version, d.Value}
			after = d.ID
		}
		if len(docs) < 500 {
			return out
		}
	}
}
