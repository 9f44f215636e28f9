package directory

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"sourcier/internal/picture"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Files of a sheet (logo, pictures of offers, proofs of labels) are stored first and
// named after, by its draft. What nothing names any more, or was stored and never
// named, SweepFiles lets go: a file is kept for as long as a draft, a version or the
// structure names it.

// fileOwner begins the names under which sheets own files.
const fileOwner = "structure/"

// FileOwner is the name under which a sheet owns its files.
func FileOwner(id string) string { return fileOwner + id }

// KeepPicture stores an image in its two sizes, which may be one, for a sheet that is
// about to name it.
func (s *Service) KeepPicture(ctx context.Context, id string, drawn []picture.Picture) (p structure.Picture, err error) {
	large, small := drawn[0], drawn[len(drawn)-1]
	p = structure.Picture{Media: large.Media, Width: large.Width, Height: large.Height}
	if p.Large, err = s.keepFile(ctx, id, bytes.NewReader(large.Data), large.Media); err != nil {
		return p, err
	}
	p.Small, err = s.keepFile(ctx, id, bytes.NewReader(small.Data), small.Media)
	return p, err
}

// KeepDocument stores a proof and gives its hash.
func (s *Service) KeepDocument(ctx context.Context, id string, d picture.Document) (hash string, err error) {
	return s.keepFile(ctx, id, d.Content, d.Media)
}

func (s *Service) keepFile(ctx context.Context, id string, r io.Reader, media string) (string, error) {
	b, err := s.Blobs.Put(ctx, r, store.BlobUpload{Owner: FileOwner(id), Media: media, Limit: picture.MaxFile})
	return b.Hash, err
}

// File opens a file that a sheet owns, or has from one that was merged into it, and
// tells its media type. Who may have it is judged by who calls. store.ErrNotFound.
func (s *Service) File(ctx context.Context, id, hash string) (*store.BlobReader, string, error) {
	r, err := s.Blobs.Open(ctx, hash)
	if err != nil {
		return nil, "", err
	}
	owner, ok := r.Blob.Owner(FileOwner(id))
	for i := 0; !ok && i < len(r.Blob.Owners); i++ {
		owner = r.Blob.Owners[i]
		ok = strings.HasPrefix(owner.Name, fileOwner)
	}
	if !ok {
		return nil, "", store.ErrNotFound
	}
	return r, owner.Media, nil
}

// SweepFiles releases the files that no sheet names and that came before an age, and
// tells how many. A sheet that was withdrawn names nothing any more.
func (s *Service) SweepFiles(ctx context.Context, age time.Duration) (released int, err error) {
	return s.Blobs.ReleaseUnnamed(ctx, fileOwner, s.Now().Add(-age), s.names)
}

// names reports whether a sheet names a file: its registration, while the structure
// that it once made is there, or the structure itself, shown or not.
func (s *Service) names(ctx context.Context, id, hash string) (bool, error) {
	st, err := s.shown(ctx, id)
	if err != nil {
		return false, err
	}
	if slices.Contains(st.Files(), hash) || slices.ContainsFunc(st.Claims, func(c structure.Claim) bool { return slices.Contains(c.Facts.Files(), hash) }) {
		return true, nil
	}
	d, err := s.Registrations.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if d.Value.Applied == 0 || st.ID != "" {
		return slices.Contains(d.Value.Files(), hash), nil
	}
	return s.takenOver(ctx, d.Value.SIRET, hash)
}

// takenOver reports whether a structure that an import has joined to another of the
// same SIRET left a file to it.
func (s *Service) takenOver(ctx context.Context, siret, hash string) (bool, error) {
	if siret == "" {
		return false, nil
	}
	docs, err := s.Structures.FindLookup(ctx, "siret:"+siret, maxJoined)
	return slices.ContainsFunc(docs, func(d store.Doc[structure.Structure]) bool { return slices.Contains(d.Value.Files(), hash) }), err
}

// maxJoined is how many sheets of one SIRET are looked at.
const maxJoined = 50
