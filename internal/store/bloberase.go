package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Release takes one owner off a blob. The content goes when it was the last; a
// content that others own stays as it is. Not to be an owner is no error.
func (b *Blobs) Release(ctx context.Context, hash, owner string) error {
	_, err := b.releaseIf(ctx, hash, owner, func(BlobOwner) bool { return true })
	return err
}

// ReleaseBefore does so when the owner came before a time, and tells whether it did:
// one that came, or came again, since may be about to name the file.
func (b *Blobs) ReleaseBefore(ctx context.Context, hash, owner string, before time.Time) (bool, error) {
	return b.releaseIf(ctx, hash, owner, func(o BlobOwner) bool { return o.At.Before(before) })
}

// ReleaseUnnamed releases the files whose owner's name begins with prefix, that came
// before a time and that the object of the owner does not name, and tells how many: named
// is told the rest of the owner's name. Files are stored first and named after.
func (b *Blobs) ReleaseUnnamed(ctx context.Context, prefix string, before time.Time, named func(ctx context.Context, object, hash string) (bool, error)) (released int, err error) {
	for after := ""; ; {
		list, err := b.List(ctx, after, blobPage)
		if err != nil {
			return released, err
		}
		for _, blob := range list {
			after = blob.Hash
			n, err := b.releaseUnnamed(ctx, blob, prefix, before, named)
			released += n
			if err != nil {
				return released, err
			}
		}
		if len(list) < blobPage {
			return released, nil
		}
	}
}

func (b *Blobs) releaseUnnamed(ctx context.Context, blob Blob, prefix string, before time.Time, named func(ctx context.Context, object, hash string) (bool, error)) (released int, err error) {
	for _, owner := range blob.Owners {
		object, ours := strings.CutPrefix(owner.Name, prefix)
		if !ours || !owner.At.Before(before) {
			continue
		}
		if is, err := named(ctx, object, blob.Hash); err != nil {
			return released, err
		} else if is {
			continue
		}
		gone, err := b.ReleaseBefore(ctx, blob.Hash, owner.Name, before)
		if err != nil {
			return released, err
		}
		if gone {
			released++
		}
	}
	return released, nil
}

func (b *Blobs) releaseIf(ctx context.Context, hash, owner string, due func(BlobOwner) bool) (bool, error) {
	for {
		if err := ctx.Err(); err != nil {
			return false, fmt.Errorf("blob %s: %w", hash, err)
		}
		d, err := b.docs.Get(ctx, hash)
		if errors.Is(err, ErrNotFound) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if o, ok := d.Value.Owner(owner); !ok || !due(o) {
			return false, nil
		}
		if err = b.release(ctx, d, owner); !raced(err) {
			return err == nil, err
		}
	}
}

// release removes the manifest before the chunks: a crash between the two leaves
// chunks that no reader sees and a sweep collects.
func (b *Blobs) release(ctx context.Context, d Doc[Blob], owner string) error {
	if len(d.Value.Owners) > 1 {
		d.Value.Owners = slices.DeleteFunc(slices.Clone(d.Value.Owners), func(o BlobOwner) bool { return o.Name == owner })
		_, err := b.docs.Replace(ctx, d, Change{})
		return err
	}
	if err := b.docs.Delete(ctx, d); err != nil {
		return err
	}
	b.drop(ctx, d.Value.Set)
	return nil
}

// Erase takes an owner off everything it owns and tells how many blobs that
// were. Stopped in the middle, it is run again.
func (b *Blobs) Erase(ctx context.Context, owner string) (erased int, err error) {
	for {
		list, err := b.Owned(ctx, owner, blobPage)
		if err != nil || len(list) == 0 {
			return erased, err
		}
		for _, blob := range list {
			if err := b.Release(ctx, blob.Hash, owner); err != nil {
				return erased, err
			}
			erased++
		}
	}
}

// Sweep removes chunks that no manifest names: of uploads that were cut short
// and of erasures cut short, older than the given age, SweepAge in a portal. It
// tells how many sets it removed.
func (b *Blobs) Sweep(ctx context.Context, age time.Duration) (swept int, err error) {
	before := b.now().Add(-age)
	for after := ""; ; {
		sets, err := b.chunks.ChunkSets(ctx, after, blobPage)
		if err != nil {
			return swept, err
		}
		for _, set := range sets {
			if setTime(set).After(before) {
				return swept, nil // sets sort by time
			}
			_, err := b.docs.FindUnique(ctx, "set:"+set)
			if err == nil {
				continue
			}
			if !errors.Is(err, ErrNotFound) {
				return swept, err
			}
			if err := b.chunks.DropChunks(ctx, set); err != nil {
				return swept, err
			}
			swept++
		}
		if len(sets) < blobPage {
			return swept, nil
		}
		after = sets[len(sets)-1]
	}
}
