package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"
	"time"

	"sourcier/internal/store"
)

func testBlobErase(t *testing.T, open Opener) {
	db := portal(t, open)
	b := blobs(t, db)
	shared, own := noise(1, 100), noise(2, 2*store.ChunkSize)
	put(t, b, "a", shared)
	put(t, b, "b", shared)
	put(t, b, "a", own)
	n, err := b.Erase(t.Context(), "a")
	noErr(t, err)
	equal(t, n, 2)
	equal(t, readBlob(t, b, hashOf(shared)), shared)
	_, err = b.Stat(t.Context(), hashOf(own))
	wantErr(t, err, store.ErrNotFound)
	equal(t, sets(t, db), 1)
	noErr(t, b.Release(t.Context(), hashOf(shared), "a")) // no owner any more
	noErr(t, b.Release(t.Context(), hashOf(own), "a"))    // gone
	equal(t, readBlob(t, b, hashOf(shared)), shared)
	noErr(t, b.Release(t.Context(), hashOf(shared), "b"))
	equal(t, sets(t, db), 0)
	// What was erased can come again.
	put(t, b, "c", own)
	equal(t, bytes.Equal(readBlob(t, b, hashOf(own)), own), true)
}

// testBlobComeAndGo: whoever was told that its file is stored can read it, while
// others let the same content go.
func testBlobComeAndGo(t *testing.T, open Opener) {
	one, two := portal(t, open), portal(t, open)
	portals := []*store.Blobs{blobs(t, one), blobs(t, two)}
	content := noise(4, 300)
	errs := parallel(4, func(g int) error {
		b, owner := portals[g%2], fmt.Sprint("o", g)
		for range 15 {
			blob, err := b.Put(t.Context(), bytes.NewReader(content), upload(owner))
			if err != nil {
				return err
			}
			r, err := b.Open(t.Context(), blob.Hash)
			if err != nil {
				return err
			}
			if _, err := io.Copy(io.Discard, r); err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			if now, err := b.Stat(t.Context(), blob.Hash); err != nil {
				return err
			} else if _, ok := now.Owner(owner); !ok {
				return errors.New("an owner was lost")
			}
			if err := b.Release(t.Context(), blob.Hash, owner); err != nil {
				return err
			}
		}
		return nil
	})
	noErr(t, errors.Join(errs...))
	equal(t, sets(t, one), 0)
	list, err := portals[0].List(t.Context(), "", 10)
	noErr(t, err)
	equal(t, len(list), 0)
}

// testBlobReleaseBefore: a sweep takes what came long ago, but for what was put again
// since it judged.
func testBlobReleaseBefore(t *testing.T, open Opener) {
	db := portal(t, open)
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	b, err := store.OpenBlobs(t.Context(), db, func() time.Time { return now })
	noErr(t, err)
	blob := put(t, b, "sheet", noise(5, 300))
	released, err := b.ReleaseBefore(t.Context(), blob.Hash, "sheet", now)
	noErr(t, err)
	equal(t, released, false)
	judged := now.Add(store.SweepAge)
	now = judged.Add(time.Second)
	put(t, b, "sheet", noise(5, 300))
	released, err = b.ReleaseBefore(t.Context(), blob.Hash, "sheet", judged)
	noErr(t, err)
	equal(t, released, false)
	equal(t, len(readBlob(t, b, blob.Hash)), 300)
	released, err = b.ReleaseBefore(t.Context(), blob.Hash, "sheet", now.Add(time.Second))
	noErr(t, err)
	equal(t, released, true)
	if _, err := b.Stat(t.Context(), blob.Hash); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("released, and there: %v", err)
	}
}

// later is a clock beyond the age of a sweep.
func later() time.Time { return time.Now().Add(store.SweepAge + time.Hour) }

// cut is a store whose chunks can be written and not removed: what a process
// leaves that dies before it cleans up.
type cut struct{ store.DB }

func (c cut) Chunks() store.Chunks { return stuck{c.DB.Chunks()} }

type stuck struct{ store.Chunks }

func (stuck) DropChunks(context.Context, string) error { return errors.New("killed") }

func testBlobUploadCut(t *testing.T, open Opener) {
	db := portal(t, open)
	dying := blobs(t, cut{db})
	content := noise(5, 2*store.ChunkSize)
	_, err := dying.Put(t.Context(), io.MultiReader(bytes.NewReader(content), iotest.ErrReader(errors.New("killed"))), upload("o"))
	if err == nil {
		t.Fatal("no error")
	}
	equal(t, sets(t, db), 1)
	b := blobs(t, db)
	_, err = b.Stat(t.Context(), hashOf(content))
	wantErr(t, err, store.ErrNotFound)
	put(t, b, "whole", noise(6, 10))
	sweeps(t, db, 0, time.Now)
	equal(t, sets(t, db), 2)
	sweeps(t, db, 1, later)
	equal(t, sets(t, db), 1)
	equal(t, readBlob(t, b, hashOf(noise(6, 10))), noise(6, 10))
}

func sweeps(t testing.TB, db store.DB, want int, now func() time.Time) {
	t.Helper()
	b, err := store.OpenBlobs(t.Context(), db, now)
	noErr(t, err)
	n, err := b.Sweep(t.Context(), store.SweepAge)
	noErr(t, err)
	equal(t, n, want)
}

func testBlobEraseCut(t *testing.T, open Opener) {
	db := portal(t, open)
	b := blobs(t, db)
	content := noise(7, 100)
	put(t, b, "o", content)
	noErr(t, blobs(t, cut{db}).Release(t.Context(), hashOf(content), "o"))
	_, err := b.Stat(t.Context(), hashOf(content))
	wantErr(t, err, store.ErrNotFound)
	equal(t, sets(t, db), 1)
	put(t, b, "other", content) // a set of its own
	sweeps(t, db, 1, later)
	equal(t, readBlob(t, b, hashOf(content)), content)
}

// testBlobSweepYoung: an upload that lasts too long is refused rather than swept.
func testBlobSweepYoung(t *testing.T, open Opener) {
	db := portal(t, open)
	at := time.Now()
	b, err := store.OpenBlobs(t.Context(), db, func() time.Time { return at })
	noErr(t, err)
	swept := readerFunc(func([]byte) (int, error) {
		sweeps(t, db, 0, time.Now)
		return 0, io.EOF
	})
	_, err = b.Put(t.Context(), io.MultiReader(bytes.NewReader(noise(8, store.ChunkSize)), swept), upload("o"))
	noErr(t, err)
	slow := readerFunc(func([]byte) (int, error) {
		at = at.Add(2 * time.Hour)
		return 0, io.EOF
	})
	_, err = b.Put(t.Context(), io.MultiReader(bytes.NewReader(noise(9, 10)), slow), upload("o"))
	if err == nil {
		t.Fatal("an upload of two hours was kept")
	}
	equal(t, sets(t, db), 1)
}
