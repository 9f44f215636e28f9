package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"sourcier/internal/store"
)

// writing is one archive being written.
type writing struct {
	ctx      context.Context
	db       store.DB
	snap     store.Snapshot
	tar      *tar.Writer
	manifest Manifest
	parts    map[string]*partHash
	blobs    hash.Hash

	progress    func(done, total int)
	done, total int
}

type partHash struct {
	Part
	hash  hash.Hash
	files int
}

// Write writes the whole store to w, whose errors come back as they are, and
// says what that was. Others may write meanwhile: see store.Snapshot. progress is
// told documents and files.
func Write(ctx context.Context, w io.Writer, db store.DB, head Header, progress func(done, total int)) (_ Manifest, err error) {
	snap, err := db.Snapshot(ctx)
	if err != nil {
		return Manifest{}, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	compressed, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(4<<20), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return Manifest{}, err
	}
	head.Format, head.Made = Format, head.Made.UTC().Truncate(time.Second)
	a := &writing{
		ctx: ctx, db: db, snap: snap, tar: tar.NewWriter(compressed), manifest: Manifest{Header: head},
		parts: map[string]*partHash{}, blobs: sha256.New(), progress: progress,
	}
	if err := a.all(); err != nil {
		_ = compressed.Close() // frees its memory; the reason is worth more
		return Manifest{}, err
	}
	return a.manifest, errors.Join(a.tar.Close(), compressed.Close())
}

func (a *writing) all() error {
	if err := a.object(headerName, a.manifest.Header); err != nil {
		return err
	}
	names, err := a.snap.Collections(a.ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		n, err := a.snap.Count(a.ctx, name)
		if err != nil {
			return err
		}
		if a.total += int(n); name == store.BlobCollection {
			a.total += int(n) // and their content
		}
	}
	for _, name := range names {
		a.part(name)
		if err := a.snap.Documents(a.ctx, name, func(batch []store.Envelope) error { return a.documents(name, batch) }); err != nil {
			return err
		}
	}
	point, err := a.snap.Settle(a.ctx, func(name string, batch []store.Envelope) error {
		a.part(name).Again += int64(len(batch))
		return a.documents(name, batch)
	})
	if err != nil {
		return err
	}
	a.manifest.Point = time.UnixMilli(point).UTC()
	if slices.Contains(names, store.BlobCollection) {
		if err := a.snap.Documents(a.ctx, store.BlobCollection, a.files); err != nil {
			return err
		}
	}
	return a.finish()
}

func (a *writing) step(n int) {
	a.done += n
	a.progress(min(a.done, a.total), a.total)
}

func (a *writing) part(name string) *partHash {
	p, ok := a.parts[name]
	if !ok {
		p = &partHash{Part: Part{Collection: name}, hash: sha256.New()}
		a.parts[name] = p
	}
	return p
}

// entry writes one file.
func (a *writing) entry(name string, data []byte) error {
	if err := a.ctx.Err(); err != nil {
		return err
	}
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: 0o600, ModTime: a.manifest.Made, Format: tar.FormatPAX}
	if err := a.tar.WriteHeader(h); err != nil {
		return err
	}
	_, err := a.tar.Write(data)
	return err
}

func (a *writing) object(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return a.entry(name, append(text, '\n'))
}

// documents writes a batch as one file of lines.
func (a *writing) documents(name string, batch []store.Envelope) error {
	p := a.part(name)
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	encoder.SetEscapeHTML(false)
	for _, e := range batch {
		if err := encoder.Encode(lineOf(e)); err != nil {
			return fmt.Errorf("%s/%s: %w: %w", name, e.ID, store.ErrDamaged, err)
		}
		p.Schema = max(p.Schema, schemaOf(e.Doc))
	}
	p.Lines += int64(len(batch))
	p.Bytes += int64(lines.Len())
	_, _ = p.hash.Write(lines.Bytes())
	p.files++
	a.step(len(batch))
	return a.entry(documentsEntry(name, p.files), lines.Bytes())
}

// files writes the content of the blobs of a batch of manifests.
func (a *writing) files(batch []store.Envelope) error {
	for _, e := range batch {
		if e.Deleted {
			continue
		}
		blob, err := store.DecodeBlob(e)
		if err != nil {
			return err
		}
		if err := a.file(blob); err != nil {
			return err
		}
		a.step(1)
	}
	return nil
}

// file writes the chunks of a blob. One that is damaged, or erased while it is
// read, keeps nobody from having a backup of all the rest: it is told.
func (a *writing) file(blob store.Blob) error {
	err := blob.Content(a.ctx, a.snap, func(n int, data []byte) error { return a.entry(chunkEntry(blob, n), data) })
	switch {
	case err == nil:
		a.manifest.Blobs.Files++
		a.manifest.Blobs.Bytes += blob.Size
		a.blobs.Write(blobLine(blob.Hash, blob.Size))
		return nil
	case !errors.Is(err, store.ErrDamaged):
		return err
	}
	erased, err := a.erased(blob)
	if err != nil {
		return err
	}
	if erased {
		a.manifest.Blobs.Erased++
	} else {
		a.manifest.Blobs.Damaged = append(a.manifest.Blobs.Damaged, blob.Hash)
	}
	return a.entry(brokenEntry(blob), nil)
}

func (a *writing) erased(blob store.Blob) (bool, error) {
	manifests, err := a.db.Collection(a.ctx, store.BlobCollection)
	if err != nil {
		return false, err
	}
	e, err := manifests.Get(a.ctx, blob.Hash)
	if errors.Is(err, store.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	now, err := store.DecodeBlob(e)
	return now.Set != blob.Set, err
}

func blobLine(hash string, size int64) []byte { return fmt.Appendf(nil, "%s %d\n", hash, size) }

func (a *writing) finish() error {
	for _, name := range slices.Sorted(maps.Keys(a.parts)) {
		p := a.parts[name]
		p.SHA256 = hex.EncodeToString(p.hash.Sum(nil))
		a.manifest.Collections = append(a.manifest.Collections, p.Part)
	}
	a.manifest.Blobs.SHA256 = hex.EncodeToString(a.blobs.Sum(nil))
	return a.object(manifestName, a.manifest)
}
