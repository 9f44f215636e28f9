package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"sourcier/internal/store"
)

// testBlobMended puts a content again whose chunks were damaged: by its owner, by
// another, and by several at once.
func testBlobMended(t *testing.T, open Opener) {
	db := portal(t, open)
	b := blobs(t, db)
	content := noise(13, store.ChunkSize+100)
	first, second := content[:store.ChunkSize], content[store.ChunkSize:]
	flipped := bytes.Clone(second)
	flipped[7] ^= 1
	hash := put(t, b, "first", content).Hash
	damages := [][][]byte{{}, {first}, {first, flipped}}
	for i, chunks := range damages {
		for _, owner := range []string{"first", fmt.Sprint("o", i)} {
			before, err := b.Stat(t.Context(), hash)
			noErr(t, err)
			replaceChunk(t, db, before.Set, chunks...)
			blob := put(t, b, owner, content)
			equal(t, bytes.Equal(readBlob(t, b, hash), content), true)
			equal(t, sets(t, db), 1)
			_, ok := blob.Owner(owner)
			equal(t, ok, true)
			equal(t, blob.At, before.At)
		}
	}
	blob, err := b.Stat(t.Context(), hash)
	noErr(t, err)
	equal(t, len(blob.Owners), 1+len(damages))
	replaceChunk(t, db, blob.Set, first)
	errs := parallel(4, func(i int) error {
		_, err := b.Put(t.Context(), bytes.NewReader(content), upload(fmt.Sprint("many", i)))
		return err
	})
	noErr(t, errors.Join(errs...))
	equal(t, bytes.Equal(readBlob(t, b, hash), content), true)
	equal(t, sets(t, db), 1)
	n, err := b.Verify(t.Context())
	noErr(t, err)
	equal(t, n, 1)
}
