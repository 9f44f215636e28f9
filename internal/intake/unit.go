package intake

import (
	"context"

	"sourcier/internal/structure"
)

// siren reads the SIREN of a record about a legal unit; false when it was
// rejected.
func (l *line) siren(d *Draft, column, value string) bool {
	if value == "" {
		l.reject(column, "", "SIREN absent")
		return false
	}
	number, repaired, err := structure.ParseSIREN(value)
	if err != nil {
		why := reason(err)
		if why == siretReasons[structure.ErrLength] {
			why = "un SIREN a 9 chiffres"
		}
		l.reject(column, value, "SIREN refusé : "+why)
		return false
	}
	if repaired {
		l.repair(RepairZero)
	}
	d.SIREN, d.Creates = number, false
	return true
}

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
