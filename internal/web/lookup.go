package web

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// maxShared bounds how many structures of one SIRET are listed; the official
// register of ESAT never has more than a handful.
const maxShared = 50

var (
	idPattern    = regexp.MustCompile(`^[a-z2-7]{16}$`)
	siretPattern = regexp.MustCompile(`^[0-9]{14}$`)
)

// errSuspended says that a sheet is there and is not published.
var errSuspended = errors.New("the sheet is suspended")

// shown reads the sheet that is shown under an id: its own, or that of the structure
// which stands for a duplicate. store.ErrNotFound, errSuspended.
func (s *site) shown(ctx context.Context, id string) (store.Doc[structure.Structure], error) {
	for range structure.MaxHops {
		doc, err := s.Structures.Get(ctx, id)
		switch {
		case err != nil:
			return doc, fmt.Errorf("structure %s: %w", id, err)
		case doc.Value.MergedInto != "":
			id = doc.Value.MergedInto
		case !doc.Value.Shown():
			return doc, errSuspended
		default:
			return doc, nil
		}
	}
	return store.Doc[structure.Structure]{}, store.ErrNotFound
}

// findStructures reads what a path segment names: an id, or a SIRET (spaces
// tolerated) that several structures may share. What stands for a duplicate comes in
// its place (movedTo). store.ErrNotFound when none, errSuspended when none is shown.
func (s *site) findStructures(ctx context.Context, segment string) ([]store.Doc[structure.Structure], error) {
	ref, err := url.PathUnescape(segment)
	if err != nil {
		return nil, store.ErrNotFound
	}
	if idPattern.MatchString(ref) {
		doc, err := s.shown(ctx, ref)
		if err != nil {
			return nil, err
		}
		if doc.Value.Withdrawn() {
			return nil, store.ErrNotFound
		}
		return []store.Doc[structure.Structure]{doc}, nil
	}
	siret := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(ref)
	if !siretPattern.MatchString(siret) {
		return nil, store.ErrNotFound
	}
	docs, err := s.Structures.FindLookup(ctx, "siret:"+siret, maxShared)
	if err != nil {
		return nil, fmt.Errorf("structures of a SIRET: %w", err)
	}
	return s.allShown(ctx, docs)
}

// allShown leaves out what is suspended, and puts what stands for a duplicate in its place.
func (s *site) allShown(ctx context.Context, docs []store.Doc[structure.Structure]) (out []store.Doc[structure.Structure], err error) {
	none := store.ErrNotFound
	for _, d := range docs {
		if !d.Value.Shown() {
			d, err = s.shown(ctx, d.ID)
		}
		switch {
		case errors.Is(err, errSuspended):
			none, err = err, nil
		case errors.Is(err, store.ErrNotFound):
			err = nil
		case err != nil:
			return nil, err
		case !slices.ContainsFunc(out, func(o store.Doc[structure.Structure]) bool { return o.ID == d.ID }):
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		return nil, none
	}
	return out, nil
}

// movedTo is the sheet that stands for the one that a path segment names by its id,
// "" when it stands for itself.
func movedTo(c *fiber.Ctx, docs []store.Doc[structure.Structure]) string {
	if ref := c.Params("id"); len(docs) == 1 && idPattern.MatchString(ref) && docs[0].ID != ref {
		return docs[0].ID
	}
	return ""
}

// redirectMoved leads for good to the sheet that stands for a duplicate; no cache may
// keep that, since the merge may be taken back.
func redirectMoved(c *fiber.Ctx, to string) error {
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if query := string(c.Context().QueryArgs().QueryString()); query != "" {
		to += "?" + query
	}
	return c.Redirect(to, fiber.StatusMovedPermanently)
}
