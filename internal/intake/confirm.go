package intake

import (
	"context"
	"slices"

	"sourcier/internal/structure"
)

// A row that a list has, and that describes no structure here — its place is not
// wanted, or nobody can tell which of several structures it is about —, still says
// that its source lists what it is about. Without this, what the list names would
// be marked as no longer confirmed.

// maxHolders bounds the structures that a row without a decision may be about.
const maxHolders = 100

// confirming is what such a row is good for; it is counted already.
func (d *Draft) confirming() *Draft {
	c := *d
	c.Confirms, c.outcome = true, pending
	return &c
}

// ofList reports whether the file of the draft may be a list: by its layout, even
// given as an extract, or with others of its run (the pair of the ASP).
func (d *Draft) ofList() bool {
	return d.part != nil && !d.Withdrawn && (d.part.list != nil || d.part.layout != nil && d.part.layout.scope != nil)
}

// confirm tells the structures that a row may be about that their source still
// lists them, if it is one of their sources.
func (w *writer) confirm(ctx context.Context, b *batch, d *Draft) error {
	found, err := b.holders(ctx, d)
	if err != nil {
		return err
	}
	said := *d
	said.Denied, said.Facts = nil, structure.Structure{Agreements: d.Facts.Agreements, Labels: d.Facts.Labels}
	for _, work := range found {
		s := &work.doc.Value
		if !work.gone && slices.Contains(s.Sources(), d.Origin.Source) && !w.session.opposed(s.Numbers()...) {
			w.apply(b, work, d, false, said.claim())
		}
	}
	return nil
}

// holders lists the structures that a draft may be about.
func (b *batch) holders(ctx context.Context, d *Draft) ([]*work, error) {
	keys := d.Facts.NameKeys()
	switch {
	case d.FINESS != "":
		m, err := b.byFINESS(ctx, d)
		if m.work == nil {
			return nil, err
		}
		return []*work{m.work}, nil
	case d.SIRET != "":
		keys = []string{"siret:" + d.SIRET}
	}
	var all []*work
	for _, key := range keys {
		if len(b.read[key]) >= enough { // there may be more
			delete(b.read, key)
		}
		found, err := b.findAll(ctx, key, maxHolders)
		if err != nil {
			return nil, err
		}
		for _, w := range found {
			if !slices.Contains(all, w) {
				all = append(all, w)
			}
		}
	}
	return all, nil
}

// isElsewhere reports whether a draft without a place, which would have been looked
// at before, is about a structure that is not wanted.
func (w *writer) isElsewhere(d *Draft, known *work) bool {
	return (d.Facts.Address.Commune == "" || d.byName) && !w.session.limit.keeps(known.doc.Value.Address.Commune)
}

// elsewhere leaves out a draft whose place is not wanted.
func (w *writer) elsewhere(ctx context.Context, b *batch, d *Draft) error {
	d.part.report.skip(SkipOutside)
	if !d.ofList() {
		return nil
	}
	return w.confirm(ctx, b, d.confirming())
}

// undecided rejects a draft that has no structure, or several; these may all be
// the one that the list names.
func (w *writer) undecided(ctx context.Context, b *batch, d *Draft, m match) error {
	w.unmatched(d, m)
	if !m.several || !d.ofList() {
		return nil
	}
	return w.confirm(ctx, b, d.confirming())
}
