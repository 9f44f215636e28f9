package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// BlobReader reads the content of a blob, one chunk in memory at a time. No byte
// leaves it that its chunk's sum does not vouch for: ErrDamaged. ErrNotFound when
// the blob was erased meanwhile. It needs no closing.
type BlobReader struct {
	Blob  Blob
	ctx   context.Context // of Open: io.Reader has no place for it
	blobs *Blobs
	at    int64
	n     int // of the chunk held, -1: none
	chunk []byte
}

var _ io.ReadSeeker = (*BlobReader)(nil)

// Open reads a blob from its beginning; Seek goes elsewhere. Reading ends with
// ctx. ErrNotFound.
func (b *Blobs) Open(ctx context.Context, hash string) (*BlobReader, error) {
	d, err := b.docs.Get(ctx, hash)
	if err != nil {
		return nil, err
	}
	return &BlobReader{Blob: d.Value, ctx: ctx, blobs: b, n: -1}, nil
}

// Read reads.
func (r *BlobReader) Read(p []byte) (int, error) {
	if r.at >= r.Blob.Size {
		return 0, io.EOF
	}
	if n := int(r.at / ChunkSize); n != r.n {
		data, err := r.Blob.chunk(r.ctx, r.blobs.chunks, n)
		if err != nil {
			return 0, r.blobs.erased(r.ctx, r.Blob, err)
		}
		r.n, r.chunk = n, data
	}
	size := copy(p, r.chunk[r.at%ChunkSize:])
	r.at += int64(size)
	return size, nil
}

// Seek goes to an offset.
func (r *BlobReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.Blob.Size
	}
	if offset < 0 {
		return r.at, fmt.Errorf("blob %s: offset %d: %w", r.Blob.Hash, offset, ErrInvalid)
	}
	r.at = offset
	return offset, nil
}

// erased tells a blob that went away while it was read from a damaged one.
func (b *Blobs) erased(ctx context.Context, blob Blob, err error) error {
	if !errors.Is(err, ErrDamaged) {
		return err
	}
	if now, statErr := b.Stat(ctx, blob.Hash); errors.Is(statErr, ErrNotFound) || statErr == nil && now.Set != blob.Set {
		return fmt.Errorf("blob %s was erased while it was read: %w", blob.Hash, ErrNotFound)
	}
	return err
}

// chunk reads chunk n and verifies it. ErrDamaged when it is missing or another.
func (b Blob) chunk(ctx context.Context, chunks ChunkReader, n int) ([]byte, error) {
	data, err := chunks.Chunk(ctx, b.Set, n)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	want := min(ChunkSize, b.Size-int64(n)*ChunkSize)
	sum := sha256.Sum256(data)
	if err != nil || n >= b.Chunks() || int64(len(data)) != want || !bytes.Equal(sum[:], b.Sums[n*sha256.Size:(n+1)*sha256.Size]) {
		return nil, fmt.Errorf("blob %s, chunk %d of %d, missing or altered: %w", b.Hash, n+1, b.Chunks(), ErrDamaged)
	}
	return data, nil
}

// Content tells every chunk of the blob in order, each verified, and in the end
// whether the whole is what its hash says. ErrDamaged.
func (b Blob) Content(ctx context.Context, chunks ChunkReader, tell func(n int, data []byte) error) error {
	whole := sha256.New()
	for n := range max(b.Chunks(), 1) {
		data, err := b.chunk(ctx, chunks, n)
		if err != nil {
			return err
		}
		_, _ = whole.Write(data)
		if err := tell(n, data); err != nil {
			return err
		}
	}
	if hex.EncodeToString(whole.Sum(nil)) != b.Hash {
		return fmt.Errorf("blob %s: the content is another: %w", b.Hash, ErrDamaged)
	}
	return nil
}

// Verify reads every blob through and tells how many there are. ErrDamaged with
// the hashes of those whose content is missing or altered, the first few.
func (b *Blobs) Verify(ctx context.Context) (count int, err error) {
	var broken []error
	for after := ""; ; {
		list, err := b.List(ctx, after, blobPage)
		if err != nil {
			return count, err
		}
		for _, blob := range list {
			err := blob.Content(ctx, b.chunks, func(int, []byte) error { return nil })
			switch err = b.erased(ctx, blob, err); {
			case err == nil:
				count++
			case errors.Is(err, ErrDamaged) && len(broken) < brokenTold:
				broken = append(broken, err)
			case !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNotFound):
				return count, err
			}
			after = blob.Hash
		}
		if len(list) < blobPage {
			return count, errors.Join(broken...)
		}
	}
}

const (
	blobPage   = 100 // manifests read at once
	brokenTold = 20  // damaged blobs told by Verify
)
