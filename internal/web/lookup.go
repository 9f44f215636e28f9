package web

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"

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

// findStructures reads what a path segment names: an id, or a SIRET (spaces
// tolerated) that several structures may share. store.ErrNotFound when none.
func (s *site) findStructures(ctx context.Context, segment string) ([]store.Doc[structure.Structure], error) {
	ref, err := url.PathUnescape(segment)
	if err != nil {
		return nil, store.ErrNotFound
	}
	if idPattern.MatchString(ref) {
		doc, err := s.Structures.Get(ctx, ref)
		if err != nil {
			return nil, fmt.Errorf("structure %s: %w", ref, err)
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
	if len(docs) == 0 {
		return nil, store.ErrNotFound
	}
	return docs, nil
}
