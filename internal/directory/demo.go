package directory

import (
	"context"
	"errors"

	"sourcier/internal/buyer"
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

// RemoveDemoGroupements takes out the groupements that a fictional organisation has made,
// and their sheets.
func (s *Service) RemoveDemoGroupements(ctx context.Context) error {
	const page = 100
	for after := ""; ; {
		docs, err := s.Groupements.Scan(ctx, after, page)
		if err != nil {
			return err
		}
		for _, d := range docs {
			after = d.ID
			by, err := s.People.Organisations.Get(ctx, d.Value.CreatedBy)
			if errors.Is(err, store.ErrNotFound) || err == nil && !by.Value.Demo {
				continue
			}
			if err != nil {
				return err
			}
			// The groupement first: as long as it is there, its sheet comes back.
			if err := errors.Join(remove(ctx, s.Groupements.Collection, d.ID), remove(ctx, s.Structures, structure.GroupementStructureID(d.ID))); err != nil {
				return err
			}
		}
		if len(docs) < page {
			return nil
		}
	}
}

// DropOrganisation takes out all that an organisation shares.
func (d *Desk) DropOrganisation(ctx context.Context, organisation string) error {
	b, err := d.Binders.Get(ctx, organisation)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	for _, r := range b.Value.Lists {
		if err := remove(ctx, d.Lists, r.ID); err != nil {
			return err
		}
	}
	shared, err := d.Searches.FindLookup(ctx, store.SearchesShared(organisation), buyer.MaxShared+buyer.MaxSearches)
	if err != nil {
		return err
	}
	for _, doc := range shared {
		if err := errors.Join(remove(ctx, d.Searches, doc.ID), remove(ctx, d.Known, doc.ID)); err != nil {
			return err
		}
	}
	return remove(ctx, d.Binders, organisation)
}
