package intake

import (
	"cmp"
	"context"
	"errors"

	"sourcier/internal/store"
)

// fuse joins to a sheet known by its FINESS number the one that was made of the
// SIRET, before anything said that both are one structure: what sources and people
// say of it, and its history. The other sheet goes in the same batch, after this
// one is written; a run that is killed in between and run again finds both and
// joins them again, which changes nothing more.
func (w *writer) fuse(into, twin *work, d *Draft) {
	s, o := &into.doc.Value, &twin.doc.Value
	s.Inherit(o)
	w.carry(into, d, o.Unfold())
	s.RNA = cmp.Or(s.RNA, o.RNA)
	if !o.CreatedAt.IsZero() && o.CreatedAt.Before(s.CreatedAt) {
		s.CreatedAt = o.CreatedAt
	}
	for _, other := range twin.drafts {
		if other.outcome == created {
			other.outcome = updated
		}
	}
	into.dirty = true
	into.drafts = append(into.drafts, twin.drafts...)
	twin.gone, twin.into, twin.drafts = true, into, []*Draft{d}
}

// succeed tells that a sheet stands for another from now on, before the other goes.
func (s *session) succeed(ctx context.Context, from, to string) error {
	if s.imp.opts.Succeed == nil || s.opts.DryRun {
		return nil
	}
	return s.imp.opts.Succeed(ctx, from, to)
}

// remove withdraws what the batch took away, but a sheet whose successor could not
// be written: its drafts come again.
func (w *writer) remove(ctx context.Context, b *batch) (again []*Draft, err error) {
	for _, work := range b.order {
		if !work.gone || work.doc.Version == 0 || work.into != nil && work.into.failed {
			continue
		}
		if work.into != nil {
			if err := w.session.succeed(ctx, work.doc.ID, work.into.doc.ID); err != nil {
				return nil, &storeError{err}
			}
		}
		err := w.dir.remove(ctx, work.doc)
		switch {
		case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrNotFound):
			again = append(again, work.drafts...)
			work.drafts = nil
		case err != nil:
			return nil, &storeError{err}
		}
	}
	return again, nil
}
