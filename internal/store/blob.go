package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"slices"
	"strings"
	"time"
)

const (
	// BlobCollection holds the manifests of blobs.
	BlobCollection = "blob"
	// ChunkSize is the size in bytes of every chunk of a blob but the last.
	ChunkSize = 1 << 20
	// MaxBlob bounds a blob, in bytes: the sums of its chunks lie in its manifest.
	MaxBlob = 1 << 30
	// MaxBlobOwners bounds how many owners share one content.
	MaxBlobOwners = 2000
	maxOwnerName  = 200 // bytes
	maxMediaType  = 100 // bytes
	// renewAfter is the age from which an owner who puts a content again is said to have
	// come now: who names a file only after it is stored may be swept meanwhile
	// (ReleaseBefore), and is not once it was put again.
	renewAfter = time.Hour
	// uploadLife is how long an upload may take. A sweep leaves younger chunks
	// alone, so that it never takes those of an upload under way.
	uploadLife = time.Hour
	// SweepAge is the least age of what a sweep removes: uploadLife, and room for
	// portals whose clocks disagree.
	SweepAge = 24 * time.Hour
	// cleanupTimeout bounds the removal of chunks that became useless; what it
	// does not reach, a sweep does.
	cleanupTimeout = 10 * time.Second
)

// Chunks keeps numbered pieces of bytes in sets; a set is one upload.
type Chunks interface {
	// PutChunk stores piece n of a set. ErrDuplicate when it is there.
	PutChunk(ctx context.Context, set string, n int, data []byte) error
	ChunkReader
	// DropChunks removes a set, or what there is of it.
	DropChunks(ctx context.Context, set string) error
	// ChunkSets lists at most limit sets above after, sorted.
	ChunkSets(ctx context.Context, after string, limit int) ([]string, error)
}

// ChunkReader reads pieces.
type ChunkReader interface {
	// Chunk reads piece n of a set. ErrNotFound.
	Chunk(ctx context.Context, set string, n int) ([]byte, error)
}

// Blob is a file as the store keeps it: its content once, whoever owns it.
type Blob struct {
	Hash   string      `json:"hash"` // SHA-256 of the content, 64 hexadecimal digits
	Size   int64       `json:"size"` // bytes
	At     time.Time   `json:"at"`   // when the content first came
	Owners []BlobOwner `json:"owners"`
	Set    string      `json:"set"`  // of its chunks
	Sums   []byte      `json:"sums"` // SHA-256 of each chunk, 32 bytes each, in order
}

// BlobOwner is who holds a blob, for instance "structure/ID/logo". The media
// type is the owner's: what one says of some bytes decides nothing for another.
type BlobOwner struct {
	Name  string    `json:"name"`
	Media string    `json:"media"`
	At    time.Time `json:"at"`
}

// Owner is the entry of an owner; false when it does not hold the blob.
func (b Blob) Owner(name string) (BlobOwner, bool) {
	i := slices.IndexFunc(b.Owners, func(o BlobOwner) bool { return o.Name == name })
	if i < 0 {
		return BlobOwner{}, false
	}
	return b.Owners[i], true
}

// Chunks is how many chunks the content has, one at least.
func (b Blob) Chunks() int { return len(b.Sums) / sha256.Size }

// Blobs keeps files by content. A content is stored once, in chunks; its
// manifest, one document, says who owns it, and a file exists when its manifest
// does. Chunks are written first and removed last, so that a crash leaves at
// most chunks without a manifest, which Sweep removes. The list of owners is
// changed by compare-and-swap: the last owner to leave takes the content along,
// and an owner who arrives meanwhile is either counted or stores it anew.
type Blobs struct {
	docs   *Collection[Blob]
	chunks Chunks
	now    func() time.Time
}

var blobCodec = Codec[Blob]{
	Schema: 1,
	ID:     func(b *Blob) string { return b.Hash },
	Keys: func(b *Blob) Keys {
		k := Keys{Unique: []string{"set:" + b.Set}}
		for _, o := range b.Owners {
			k.Lookup = append(k.Lookup, ownerKey(o.Name))
		}
		return k
	},
}

func ownerKey(owner string) string { return "owner:" + owner }

// OpenBlobs opens the blobs of a store; now is the clock.
func OpenBlobs(ctx context.Context, db DB, now func() time.Time) (*Blobs, error) {
	raw, err := db.Collection(ctx, BlobCollection)
	if err != nil {
		return nil, err
	}
	return &Blobs{docs: NewCollection(raw, blobCodec), chunks: db.Chunks(), now: now}, nil
}

// BlobUpload says what is uploaded.
type BlobUpload struct {
	Owner string
	Media string // media type, as of RFC 2045
	Limit int64  // bytes, at most MaxBlob
}

func (u BlobUpload) check() error {
	if u.Owner == "" || len(u.Owner) > maxOwnerName {
		return fmt.Errorf("owner %.60q: empty or above %d bytes: %w", u.Owner, maxOwnerName, ErrInvalid)
	}
	if err := checkKey("owner", u.Owner); err != nil {
		return err
	}
	if _, _, err := mime.ParseMediaType(u.Media); err != nil || len(u.Media) > maxMediaType || !strings.Contains(u.Media, "/") {
		return fmt.Errorf("media type %.60q: %w", u.Media, ErrInvalid)
	}
	if u.Limit < 0 || u.Limit > MaxBlob {
		return fmt.Errorf("limit of %d bytes, at most %d: %w", u.Limit, MaxBlob, ErrInvalid)
	}
	return nil
}

// Put stores what r gives, one chunk in memory at a time, and makes the owner
// one of its owners. ErrTooLarge above the limit, ErrInvalid, and any error of r;
// then nothing is stored. Putting the same again changes nothing but, after an hour,
// the time at which the owner came, unless what is stored of it is damaged: it is
// mended then.
func (b *Blobs) Put(ctx context.Context, r io.Reader, up BlobUpload) (Blob, error) {
	if err := up.check(); err != nil {
		return Blob{}, fmt.Errorf("blob: %w", err)
	}
	started := b.now()
	content := Blob{Set: newSet(started), At: started.UTC(), Owners: []BlobOwner{{Name: up.Owner, Media: up.Media, At: started.UTC()}}}
	err := b.upload(ctx, &content, r, up.Limit)
	if err == nil && b.now().Sub(started) > uploadLife {
		err = fmt.Errorf("upload took more than %v", uploadLife)
	}
	if err != nil {
		b.drop(ctx, content.Set)
		return Blob{}, fmt.Errorf("blob: %w", err)
	}
	kept, err := b.keep(ctx, content)
	if errors.Is(err, ErrTooLarge) {
		b.drop(ctx, content.Set)
	}
	if err != nil {
		// The manifest may be written although the answer did not arrive: the
		// chunks are left for the sweep to judge.
		return Blob{}, fmt.Errorf("blob %s: %w", content.Hash, err)
	}
	if kept.Set != content.Set {
		b.drop(ctx, content.Set)
	}
	return kept, nil
}

// newSet names the chunks of an upload. The names sort by time, which is all
// that a sweep knows of chunks without a manifest.
func newSet(at time.Time) string {
	return fmt.Sprintf("%010x-%s", at.Unix(), strings.ToLower(rand.Text()))
}

func setTime(set string) time.Time {
	var seconds int64
	if n, err := fmt.Sscanf(set, "%010x-", &seconds); err != nil || n != 1 {
		return time.Unix(0, 0) // not ours: old
	}
	return time.Unix(seconds, 0)
}

// upload writes the chunks of content and fills what follows from them.
func (b *Blobs) upload(ctx context.Context, content *Blob, r io.Reader, limit int64) error {
	whole := sha256.New()
	buffer := make([]byte, ChunkSize)
	for n := 0; ; n++ {
		size, err := io.ReadFull(r, buffer)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		if content.Size += int64(size); content.Size > limit {
			return fmt.Errorf("above %d bytes: %w", limit, ErrTooLarge)
		}
		if size > 0 || n == 0 { // an empty file has one empty chunk
			data := buffer[:size]
			if err := b.chunks.PutChunk(ctx, content.Set, n, data); err != nil {
				return err
			}
			sum := sha256.Sum256(data)
			content.Sums = append(content.Sums, sum[:]...)
			_, _ = whole.Write(data)
		}
		if last {
			content.Hash = hex.EncodeToString(whole.Sum(nil))
			return nil
		}
	}
}

// keep writes the manifest, or joins the one that is there.
func (b *Blobs) keep(ctx context.Context, content Blob) (Blob, error) {
	for {
		if err := ctx.Err(); err != nil {
			return Blob{}, err
		}
		d, err := b.docs.Get(ctx, content.Hash)
		switch {
		case errors.Is(err, ErrNotFound):
			d, err = b.docs.Insert(ctx, content, Change{})
		case err == nil && d.Value.Set != content.Set:
			d, err = b.join(ctx, d, content)
		}
		if raced(err) {
			continue
		}
		return d.Value, err
	}
}

// join adds the owner to a content that is there. Its chunks are read first: to
// trust them unread would throw away the only sound ones when they are damaged.
func (b *Blobs) join(ctx context.Context, d Doc[Blob], content Blob) (Doc[Blob], error) {
	stored := d.Value.Set
	err := d.Value.Content(ctx, b.chunks, func(int, []byte) error { return nil })
	damaged := errors.Is(err, ErrDamaged)
	if err != nil && !damaged {
		return d, err
	}
	if damaged {
		d.Value.Set, d.Value.Sums, d.Value.Size = content.Set, content.Sums, content.Size
	}
	if held := holds(d.Value, content.Owners[0]); held && !damaged {
		return d, nil
	} else if !held {
		if d.Value.Owners, err = withOwner(d.Value.Owners, content.Owners[0]); err != nil {
			return d, err
		}
	}
	if d, err = b.docs.Replace(ctx, d, Change{}); err == nil && damaged {
		b.drop(ctx, stored)
	}
	return d, err
}

func holds(b Blob, owner BlobOwner) bool {
	o, ok := b.Owner(owner.Name)
	return ok && o.Media == owner.Media && owner.At.Sub(o.At) < renewAfter
}

func withOwner(owners []BlobOwner, owner BlobOwner) ([]BlobOwner, error) {
	owners = slices.DeleteFunc(slices.Clone(owners), func(o BlobOwner) bool { return o.Name == owner.Name })
	if len(owners) >= MaxBlobOwners {
		return nil, fmt.Errorf("content shared by %d owners already: %w", len(owners), ErrTooLarge)
	}
	return append(owners, owner), nil
}

// raced tells that somebody else changed the manifest between reading and
// writing it: one of the two always succeeds, so that trying again ends.
func raced(err error) bool {
	return errors.Is(err, ErrConflict) || errors.Is(err, ErrDuplicate) || errors.Is(err, ErrNotFound)
}

func (b *Blobs) drop(ctx context.Context, set string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	_ = b.chunks.DropChunks(ctx, set) // the sweep does what this could not
}

// Stat tells of a blob. ErrNotFound.
func (b *Blobs) Stat(ctx context.Context, hash string) (Blob, error) {
	d, err := b.docs.Get(ctx, hash)
	return d.Value, err
}

// List gives at most limit blobs with a hash above after, by hash.
func (b *Blobs) List(ctx context.Context, after string, limit int) ([]Blob, error) {
	return values(b.docs.Scan(ctx, after, limit))
}

// Owned lists at most limit blobs of an owner, by hash.
func (b *Blobs) Owned(ctx context.Context, owner string, limit int) ([]Blob, error) {
	return values(b.docs.FindLookup(ctx, ownerKey(owner), limit))
}

func values(docs []Doc[Blob], err error) ([]Blob, error) {
	out := make([]Blob, 0, len(docs))
	for _, d := range docs {
		out = append(out, d.Value)
	}
	return out, err
}

// DecodeBlob reads a manifest from its envelope. For backups.
func DecodeBlob(e Envelope) (Blob, error) {
	d, err := blobCodec.decode(BlobCollection, e)
	return d.Value, err
}
