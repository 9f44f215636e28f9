package intake

import (
	"context"
	"slices"

	"sourcier/internal/structure"
)

// withdraw takes away what a register says of someone who objects to publication,
// and the sheet when nobody else makes one; other sources that do are told, since
// they publish it too. The objection is remembered with the sheet, or with the
// legal unit: an older file does not bring back what it took away.
func (w *writer) withdraw(ctx context.Context, work *work, d *Draft) error {
	s := &work.doc.Value
	before := *s
	diff := w.session.rules.Merge(s, d.claim())
	work.drafts = append(work.drafts, d)
	sources := s.Sources()
	if s.Name == "" {
		*s = before
		if slices.ContainsFunc(sources, structure.Source.Protected) { // what people have written is not thrown away
			d.outcome = disputed
			return nil
		}
		work.gone, d.outcome = true, withdrawn
		return w.await(ctx, d)
	}
	work.dirty = work.dirty || diff.Dirty
	w.touch(s, &before, diff, d.Origin.Source, d.part.Name)
	d.outcome = disputed
	if slices.Contains(sources, d.Origin.Source) {
		d.outcome = behind // and agreed again since
	}
	return nil
}
