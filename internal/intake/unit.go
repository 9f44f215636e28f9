package intake

import "context"

// maxEstablishments bounds the establishments that a fact of their legal unit is
// carried to; the largest associations have some hundreds in one territory.
const maxEstablishments = 5000

// mergeUnit carries the facts of a legal unit to its establishments that are known.
func (w *writer) mergeUnit(ctx context.Context, b *batch, d *Draft) error {
	found, err := b.unit(ctx, d.SIREN)
	if err != nil {
		return err
	}
	reached, changed := false, false
	for _, work := range found {
		if !w.session.limit.keeps(work.doc.Value.Address.Commune) {
			continue
		}
		reached = true
		w.apply(b, work, d)
		changed = changed || d.outcome == updated
		d.outcome = pending
	}
	switch {
	case !reached:
		d.part.report.skip(SkipUnit)
	case changed:
		d.outcome = updated
	default:
		d.outcome = unchanged
	}
	return nil
}

// unit lists the establishments of a legal unit that are known.
func (b *batch) unit(ctx context.Context, siren string) ([]*work, error) {
	docs, err := b.dir.find(ctx, "siren:"+siren, maxEstablishments)
	if err != nil {
		return nil, &storeError{err}
	}
	var out []*work
	for _, d := range docs {
		if b.byID[d.ID] == nil {
			b.put(&work{doc: d})
		}
		out = append(out, b.byID[d.ID])
	}
	return out, nil
}
