package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"

	"sourcier/internal/store"
)

// openBlob is a file whose chunks are passing.
type openBlob struct {
	name, set string
	chunks    int
	size      int64
	hash      hash.Hash
	short     bool // a chunk that is not full has come: it must be the last
}

// chunk takes one entry of a file. n is -1 when the file ends broken.
func (a *reading) chunk(name, set string, n int, data []byte) error {
	if a.open == nil || a.open.name != name || a.open.set != set {
		if err := a.closeBlob(); err != nil {
			return err
		}
		a.open = &openBlob{name: name, set: set, hash: sha256.New()}
	}
	b := a.open
	if n < 0 {
		a.open = nil
		if a.sink == nil {
			return nil
		}
		return a.sink.Broken(set)
	}
	if n != b.chunks || b.short || len(data) > store.ChunkSize {
		return refuse("fichier joint %.12s… : morceau %d inattendu", name, n)
	}
	b.chunks++
	b.size += int64(len(data))
	b.short = len(data) < store.ChunkSize
	_, _ = b.hash.Write(data)
	if a.sink == nil {
		return nil
	}
	return a.sink.Chunk(set, n, data)
}

// closeBlob verifies the file whose last chunk has passed.
func (a *reading) closeBlob() error {
	b := a.open
	if b == nil {
		return nil
	}
	a.open = nil
	if hex.EncodeToString(b.hash.Sum(nil)) != b.name {
		return refuse("le contenu du fichier joint %.12s… n’est pas celui qui a été écrit", b.name)
	}
	a.files.Files++
	a.files.Bytes += b.size
	_, _ = a.blobs.Write(blobLine(b.name, b.size))
	return nil
}
