package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"sourcier/internal/store"
)

var blobTests = map[string]func(*testing.T, Opener){
	"put, stat, read":                  testBlobRead,
	"sizes around a chunk":             testBlobSizes,
	"64 MB in constant memory":         testBlobStream,
	"limit":                            testBlobLimit,
	"what is refused":                  testBlobRefused,
	"a reader that fails":              testBlobBrokenReader,
	"same content once":                testBlobShared,
	"same content by many at once":     testBlobRace,
	"erased by one owner of two":       testBlobErase,
	"owners come and go at once":       testBlobComeAndGo,
	"released unless put again since":  testBlobReleaseBefore,
	"cut between chunk and manifest":   testBlobUploadCut,
	"cut between manifest and chunks":  testBlobEraseCut,
	"upload under way is not swept":    testBlobSweepYoung,
	"altered, missing, another":        testBlobDamaged,
	"damaged, mended by its upload":    testBlobMended,
	"erased while it is read":          testBlobErasedReading,
	"found again by the next portal":   testBlobRestart,
	"listed in pages":                  testBlobList,
	"chunk sets in pages, after a cut": testChunkSets,
}

func blobs(t testing.TB, db store.DB) *store.Blobs {
	t.Helper()
	b, err := store.OpenBlobs(t.Context(), db, time.Now)
	noErr(t, err)
	return b
}

func upload(owner string) store.BlobUpload {
	return store.BlobUpload{Owner: owner, Media: "image/png", Limit: store.MaxBlob}
}

func put(t testing.TB, b *store.Blobs, owner string, content []byte) store.Blob {
	t.Helper()
	blob, err := b.Put(t.Context(), bytes.NewReader(content), upload(owner))
	noErr(t, err)
	return blob
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func readBlob(t testing.TB, b *store.Blobs, hash string) []byte {
	t.Helper()
	r, err := b.Open(t.Context(), hash)
	noErr(t, err)
	content, err := io.ReadAll(r)
	noErr(t, err)
	return content
}

// noise is content that no two seeds share.
func noise(seed byte, size int) []byte {
	content := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(content)
	return content
}

func sets(t testing.TB, db store.DB) int {
	t.Helper()
	list, err := db.Chunks().ChunkSets(t.Context(), "", 1000)
	noErr(t, err)
	return len(list)
}

func testBlobRead(t *testing.T, open Opener) {
	b := blobs(t, portal(t, open))
	content := noise(1, 3*store.ChunkSize+17)
	blob := put(t, b, "structure/a/logo", content)
	equal(t, blob.Hash, hashOf(content))
	equal(t, blob.Size, int64(len(content)))
	found, err := b.Stat(t.Context(), blob.Hash)
	noErr(t, err)
	owner, ok := found.Owner("structure/a/logo")
	equal(t, ok, true)
	equal(t, owner.Media, "image/png")
	equal(t, bytes.Equal(readBlob(t, b, blob.Hash), content), true)

	r, err := b.Open(t.Context(), blob.Hash)
	noErr(t, err)
	for _, at := range []int64{0, 5, store.ChunkSize - 3, store.ChunkSize, 2*store.ChunkSize + 1, int64(len(content)) - 2} {
		_, err := r.Seek(at, io.SeekStart)
		noErr(t, err)
		got := make([]byte, min(10, int64(len(content))-at))
		_, err = io.ReadFull(r, got)
		noErr(t, err)
		equal(t, got, content[at:at+int64(len(got))])
	}
	_, err = b.Stat(t.Context(), strings.Repeat("0", 64))
	wantErr(t, err, store.ErrNotFound)
	_, err = b.Open(t.Context(), strings.Repeat("0", 64))
	wantErr(t, err, store.ErrNotFound)
}

func testBlobSizes(t *testing.T, open Opener) {
	b := blobs(t, portal(t, open))
	for i, size := range []int{0, 1, store.ChunkSize - 1, store.ChunkSize, store.ChunkSize + 1, 2 * store.ChunkSize} {
		content := noise(byte(i), size)
		blob, err := b.Put(t.Context(), iotest.HalfReader(bytes.NewReader(content)), upload("o"))
		noErr(t, err)
		equal(t, blob.Size, int64(size))
		equal(t, bytes.Equal(readBlob(t, b, blob.Hash), content), true)
	}
	n, err := b.Verify(t.Context())
	noErr(t, err)
	equal(t, n, 6)
}

// testBlobStream measures what lives while 64 MB pass, both ways.
func testBlobStream(t *testing.T, open Opener) {
	b := blobs(t, portal(t, open))
	const size, room = 64 << 20, 12 << 20
	base := living()
	var most uint64
	watch := func(r io.Reader) io.Reader {
		passed, next := 0, 0
		return readerFunc(func(p []byte) (int, error) {
			n, err := r.Read(p)
			if passed += n; passed >= next {
				most, next = max(most, living()), next+8<<20
			}
			return n, err
		})
	}
	source := io.LimitReader(rand.NewChaCha8([32]byte{9}), size)
	blob, err := b.Put(t.Context(), watch(source), upload("o"))
	noErr(t, err)
	equal(t, blob.Size, int64(size))
	r, err := b.Open(t.Context(), blob.Hash)
	noErr(t, err)
	whole := sha256.New()
	_, err = io.Copy(whole, watch(r))
	noErr(t, err)
	equal(t, hex.EncodeToString(whole.Sum(nil)), blob.Hash)
	if most > base+room {
		t.Errorf("%d KB live while 64 MB pass, %d KB before", most>>10, base>>10)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func living() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func testBlobLimit(t *testing.T, open Opener) {
	db := portal(t, open)
	b := blobs(t, db)
	up := upload("o")
	up.Limit = store.ChunkSize + 10
	_, err := b.Put(t.Context(), bytes.NewReader(noise(1, store.ChunkSize+11)), up)
	wantErr(t, err, store.ErrTooLarge)
	if !strings.Contains(err.Error(), fmt.Sprint(up.Limit)) {
		t.Errorf("the error does not tell the limit: %v", err)
	}
	equal(t, sets(t, db), 0)
	_, err = b.Put(t.Context(), bytes.NewReader(noise(1, store.ChunkSize+10)), up)
	noErr(t, err)
	equal(t, sets(t, db), 1)
}

func testBlobRefused(t *testing.T, open Opener) {
	db := portal(t, open)
	b := blobs(t, db)
	for _, up := range []store.BlobUpload{
		{Media: "image/png", Limit: 10},
		{Owner: strings.Repeat("o", 201), Media: "image/png", Limit: 10},
		{Owner: "a\x00", Media: "image/png", Limit: 10},
		{Owner: "o", Limit: 10},
		{Owner: "o", Media: "png", Limit: 10},
		{Owner: "o", Media: "image/png", Limit: -1},
		{Owner: "o", Media: "image/png", Limit: store.MaxBlob + 1},
	} {
		_, err := b.Put(t.Context(), strings.NewReader("x"), up)
		wantErr(t, err, store.ErrInvalid)
	}
	equal(t, sets(t, db), 0)
}

func testBlobBrokenReader(t *testing.T, open Opener) {
	db := portal(t, open)
	b := blobs(t, db)
	broken := errors.New("the line broke")
	_, err := b.Put(t.Context(), io.MultiReader(bytes.NewReader(noise(1, 2*store.ChunkSize+1)), iotest.ErrReader(broken)), upload("o"))
	wantErr(t, err, broken)
	equal(t, sets(t, db), 0)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = b.Put(ctx, io.MultiReader(bytes.NewReader(noise(1, store.ChunkSize)), readerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })), upload("o"))
	wantErr(t, err, context.Canceled)
	equal(t, sets(t, db), 0)
	list, err := b.List(t.Context(), "", 10)
	noErr(t, err)
	equal(t, len(list), 0)
}

func testBlobShared(t *testing.T, open Opener) {
	db := portal(t, open)
	b := blobs(t, db)
	content := noise(1, 100)
	first := put(t, b, "a", content)
	again := put(t, b, "a", content)
	equal(t, again, first)
	put(t, b, "b", content)
	equal(t, sets(t, db), 1)
	blob, err := b.Stat(t.Context(), first.Hash)
	noErr(t, err)
	equal(t, len(blob.Owners), 2)
	// The media type is each owner's own, and may change.
	up := upload("b")
	up.Media = "text/plain; charset=utf-8"
	_, err = b.Put(t.Context(), bytes.NewReader(content), up)
	noErr(t, err)
	blob, err = b.Stat(t.Context(), first.Hash)
	noErr(t, err)
	a, _ := blob.Owner("a")
	other, _ := blob.Owner("b")
	equal(t, []string{a.Media, other.Media}, []string{"image/png", "text/plain; charset=utf-8"})
	for _, owner := range []string{"a", "b"} {
		list, err := b.Owned(t.Context(), owner, 10)
		noErr(t, err)
		equal(t, len(list), 1)
	}
}

func testBlobRace(t *testing.T, open Opener) {
	one, two := portal(t, open), portal(t, open)
	portals := []*store.Blobs{blobs(t, one), blobs(t, two)}
	content := noise(3, store.ChunkSize+1)
	const writers = 8
	errs := parallel(writers, func(i int) error {
		_, err := portals[i%2].Put(t.Context(), bytes.NewReader(content), upload(fmt.Sprint("o", i)))
		return err
	})
	noErr(t, errors.Join(errs...))
	blob, err := portals[0].Stat(t.Context(), hashOf(content))
	noErr(t, err)
	equal(t, len(blob.Owners), writers)
	equal(t, sets(t, one), 1)
	equal(t, bytes.Equal(readBlob(t, portals[1], blob.Hash), content), true)
}

// replaceChunk alters the store behind the back of Blobs.
func replaceChunk(t testing.TB, db store.DB, set string, chunks ...[]byte) {
	t.Helper()
	noErr(t, db.Chunks().DropChunks(t.Context(), set))
	for n, data := range chunks {
		noErr(t, db.Chunks().PutChunk(t.Context(), set, n, data))
	}
}

func testBlobDamaged(t *testing.T, open Opener) {
	db := portal(t, open)
	b := blobs(t, db)
	content := noise(10, store.ChunkSize+100)
	first, second := content[:store.ChunkSize], content[store.ChunkSize:]
	blob := put(t, b, "o", content)
	put(t, b, "o", []byte("sound"))
	altered := bytes.Clone(second)
	altered[50] ^= 1
	for name, chunks := range map[string][][]byte{
		"altered": {first, altered}, "short": {first, second[:99]}, "long": {first, append(bytes.Clone(second), 0)},
		"missing": {first}, "none": {}, "swapped": {second, first},
	} {
		replaceChunk(t, db, blob.Set, chunks...)
		r, err := b.Open(t.Context(), blob.Hash)
		noErr(t, err)
		got, err := io.ReadAll(r)
		wantErr(t, err, store.ErrDamaged)
		if !bytes.HasPrefix(content, got) {
			t.Errorf("%s: wrong bytes were given out", name)
		}
		n, err := b.Verify(t.Context())
		wantErr(t, err, store.ErrDamaged)
		equal(t, n, 1)
	}
	replaceChunk(t, db, blob.Set, first, second)
	n, err := b.Verify(t.Context())
	noErr(t, err)
	equal(t, n, 2)
}

func testBlobErasedReading(t *testing.T, open Opener) {
	b := blobs(t, portal(t, open))
	content := noise(11, 2*store.ChunkSize)
	put(t, b, "o", content)
	r, err := b.Open(t.Context(), hashOf(content))
	noErr(t, err)
	_, err = io.ReadFull(r, make([]byte, 10))
	noErr(t, err)
	_, err = b.Erase(t.Context(), "o")
	noErr(t, err)
	_, err = io.ReadAll(r)
	wantErr(t, err, store.ErrNotFound)
}

func testBlobRestart(t *testing.T, open Opener) {
	content := noise(12, store.ChunkSize+5)
	db := open(t, time.Now)
	put(t, blobs(t, db), "o", content)
	noErr(t, db.Close())
	b := blobs(t, portal(t, open))
	equal(t, bytes.Equal(readBlob(t, b, hashOf(content)), content), true)
}

func testBlobList(t *testing.T, open Opener) {
	b := blobs(t, portal(t, open))
	for i := range 7 {
		put(t, b, fmt.Sprint("o", i%2), noise(byte(i), 10))
	}
	seen := 0
	for after := ""; ; {
		list, err := b.List(t.Context(), after, 3)
		noErr(t, err)
		if len(list) == 0 {
			break
		}
		for _, blob := range list {
			equal(t, blob.Hash > after, true)
			after = blob.Hash
			seen++
		}
	}
	equal(t, seen, 7)
	owned, err := b.Owned(t.Context(), "o0", 2)
	noErr(t, err)
	equal(t, len(owned), 2)
}

func testChunkSets(t *testing.T, open Opener) {
	chunks := portal(t, open).Chunks()
	for _, set := range []string{"b", "a", "c-1", "c"} {
		for n := range 3 {
			noErr(t, chunks.PutChunk(t.Context(), set, n, []byte{byte(n)}))
		}
	}
	wantErr(t, chunks.PutChunk(t.Context(), "a", 1, nil), store.ErrDuplicate)
	list, err := chunks.ChunkSets(t.Context(), "", 2)
	noErr(t, err)
	equal(t, list, []string{"a", "b"})
	noErr(t, chunks.DropChunks(t.Context(), "c"))
	list, err = chunks.ChunkSets(t.Context(), "b", 10)
	noErr(t, err)
	equal(t, list, []string{"c-1"})
	_, err = chunks.Chunk(t.Context(), "c", 0)
	wantErr(t, err, store.ErrNotFound)
	data, err := chunks.Chunk(t.Context(), "c-1", 2)
	noErr(t, err)
	equal(t, data, []byte{2})
}
