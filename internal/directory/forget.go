package directory

import (
	"context"
	"errors"
	"fmt"

	"sourcier/internal/registration"
	"sourcier/internal/store"
)

// Forget deletes what a structure wrote for a sheet that leaves the directory: its
// drafts, its versions, its contacts. A version under way has nowhere to come from then.
func (s *Service) Forget(ctx context.Context, id string) error {
	for {
		d, err := s.Registrations.Get(ctx, id)
		if err == nil {
			err = s.Registrations.Delete(ctx, d)
		}
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if !errors.Is(err, store.ErrConflict) { // written meanwhile: again
			return err
		}
	}
}

// ForgetNumber is Forget of all that is written under a number ("siret:…", "siren:…"),
// published or not.
func (s *Service) ForgetNumber(ctx context.Context, number string) error {
	const page = 100
	for {
		docs, err := s.Registrations.FindLookup(ctx, number, page)
		if err != nil || len(docs) == 0 {
			return err
		}
		for _, d := range docs {
			if err := s.Forget(ctx, d.ID); err != nil {
				return err
			}
		}
	}
}

// Succeed gives to a sheet the registration of another that an import has joined to it,
// with its files, before the other goes. Cut short it is done again. A sheet that
// somebody holds already keeps its own.
func (s *Service) Succeed(ctx context.Context, from, to string) error {
	d, err := s.Registrations.Get(ctx, from)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	next := d.Value
	next.ID = to
	for _, hash := range next.Files() {
		if err := s.giveFile(ctx, from, to, hash); err != nil {
			return err
		}
	}
	_, err = store.UpdateOrInsert(ctx, s.Registrations.Collection, to, func(r *registration.Registration) (store.Change, error) {
		if r.Owner != "" || r.ID != "" && next.Owner == "" {
			return store.Change{}, errUnchanged
		}
		*r = next
		return store.Change{Actor: store.ActorSystem, At: s.Now().UTC()}, nil
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return fmt.Errorf("registration of %s for %s: %w", from, to, err)
	}
	return s.Forget(ctx, from)
}

// giveFile makes a sheet own a file of another.
func (s *Service) giveFile(ctx context.Context, from, to, hash string) error {
	r, media, err := s.File(ctx, from, hash)
	if errors.Is(err, store.ErrNotFound) {
		return nil // the draft names what was let go
	}
	if err != nil {
		return err
	}
	_, err = s.keepFile(ctx, to, r, media)
	return err
}
