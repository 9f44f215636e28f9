package directory

import (
	"context"
	"errors"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// RemoveDemo takes out the registrations of the demonstration, and the visits that they had; what was published
// from them stays with its structure. Cut short, it is run again.
func (s *Service) RemoveDemo(ctx context.Context) error {
	const page = 200
	for after := ""; ; {
		docs, err := s.Registrations.PageLookup(ctx, store.DemoKey, after, page)
		if err != nil {
			return err
		}
		for _, d := range docs {
			after = d.ID
			if err := s.People.Reaches.Forget(ctx, d.ID, structure.DateOf(s.Now())); err != nil {
				return err
			}
			if err := s.Registrations.Delete(ctx, d); err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrConflict) {
				return err
			}
		}
		if len(docs) < page {
			return nil
		}
	}
}
