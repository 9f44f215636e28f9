package intake

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// attempts is how often a document that someone else changed meanwhile is read
// again and merged again before its records are given up.
const attempts = 6

// writer merges drafts into the directory, a batch at a time.
type writer struct {
	session *session
	dir     directory
	units   units
	drafts  []*Draft
	change  store.Change
	// unitOnly are drafts of the batch about legal units without an establishment.
	unitOnly []*Draft
}

func newWriter(s *session) *writer {
	var dir directory = stored{s.imp.opts.Structures, s.imp.opts.Provenance}
	if s.opts.DryRun {
		dir = newShadow(dir, s.imp.opts)
	}
	// One instant for the whole run: structures made by one run are of one time,
	// however long it takes. Milliseconds are what every store keeps.
	at := s.started.UTC().Truncate(time.Millisecond)
	return &writer{session: s, dir: dir, units: units{dir: dir}, change: store.Change{Actor: "import:" + at.Format(time.RFC3339), At: at}}
}

// close frees what a dry run set aside.
func (w *writer) close() error {
	if d, ok := w.dir.(*shadow); ok {
		return d.close()
	}
	return nil
}

// add takes a draft and writes the batch when it is full. The bounds of batches
// follow from the records alone, so that a run taken up again writes the same.
func (w *writer) add(ctx context.Context, d *Draft) error {
	w.drafts = append(w.drafts, d)
	if len(w.drafts) < w.session.imp.batchSize {
		return nil
	}
	return errors.Join(w.flush(ctx), ctx.Err())
}

// flush writes what is waiting.
func (w *writer) flush(ctx context.Context) error {
	drafts := w.drafts
	w.drafts = nil
	for try := 0; len(drafts) > 0; try++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if try == attempts {
			for _, d := range drafts {
				d.reject(w.session, "", "", "la fiche a été modifiée plusieurs fois pendant l’import : relancer l’import")
			}
			break
		}
		again, err := w.write(ctx, drafts)
		if err != nil {
			return err
		}
		drafts = again
	}
	return w.session.rejects.err
}

// write merges the drafts and commits. It gives back those whose document was
// changed by someone else in between.
func (w *writer) write(ctx context.Context, drafts []*Draft) (again []*Draft, err error) {
	b := newBatch(w.dir)
	if err := b.prefetch(ctx, drafts); err != nil {
		return nil, err
	}
	for _, d := range drafts {
		if err := w.merge(ctx, b, d); err != nil {
			return nil, err
		}
	}
	if err := w.commitUnits(ctx); err != nil {
		return nil, err
	}
	if again, err = w.commit(ctx, b); err != nil {
		return nil, err
	}
	late, err := w.remove(ctx, b)
	if err != nil {
		return nil, err
	}
	again = append(again, late...)
	for _, d := range w.unitOnly {
		d.settle()
	}
	w.unitOnly = nil
	again = once(again)
	settle(b, again)
	return again, nil
}

// once keeps the first of each draft.
func once(list []*Draft) (out []*Draft) {
	seen := map[*Draft]bool{}
	for _, d := range list {
		if !seen[d] {
			seen[d] = true
			out = append(out, d)
		}
	}
	return out
}

// settle counts the drafts of a batch, each once: one about a legal unit may have
// gone to several structures, and is written again when one of them was missed.
func settle(b *batch, again []*Draft) {
	done := map[*Draft]bool{}
	for _, d := range again {
		done[d] = true
	}
	for _, work := range b.order {
		for _, d := range work.drafts {
			if !done[d] {
				d.settle()
				done[d] = true
			}
		}
	}
}

// commit writes what the batch changed.
func (w *writer) commit(ctx context.Context, b *batch) (again []*Draft, err error) {
	envelopes, written := w.encode(b)
	if len(envelopes) == 0 {
		return nil, nil
	}
	results, err := w.dir.put(ctx, envelopes)
	if err != nil {
		return nil, &storeError{fmt.Errorf("lot de %s : %w", count(int64(len(envelopes)), "structure", "structures"), err)}
	}
	for i, err := range results {
		switch {
		case err == nil:
		case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrDuplicate):
			again = append(again, written[i].drafts...)
			written[i].drafts = nil
		case errors.Is(err, store.ErrTooLarge), errors.Is(err, store.ErrInvalid):
			w.refuse(written[i])
		default:
			return nil, &storeError{err}
		}
	}
	return again, nil
}

// remove withdraws what the batch took away.
func (w *writer) remove(ctx context.Context, b *batch) (again []*Draft, err error) {
	for _, work := range b.order {
		if !work.gone {
			continue
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

// encode lists the documents to write.
func (w *writer) encode(b *batch) (envelopes []store.Envelope, written []*work) {
	var dirty []*work
	for _, work := range b.order {
		if work.dirty && !work.gone {
			dirty = append(dirty, work)
		}
	}
	all, failed := make([]store.Envelope, len(dirty)), make([]error, len(dirty))
	_ = spread(context.Background(), len(dirty), func(_ context.Context, i int) error {
		all[i], failed[i] = w.session.imp.opts.Structures.Encode(dirty[i].doc, w.change)
		return nil
	})
	for i, work := range dirty {
		if failed[i] != nil {
			w.refuse(work)
			continue
		}
		envelopes, written = append(envelopes, all[i]), append(written, work)
	}
	return envelopes, written
}

// refuse gives up the records of a document that no store takes.
func (w *writer) refuse(work *work) {
	for _, d := range work.drafts {
		d.reject(w.session, "", "", "la fiche dépasse la taille permise (1 Mo) : alléger la description ou les références")
	}
	work.drafts = nil
}

// merge finds the structure of a draft in the batch and merges it.
func (w *writer) merge(ctx context.Context, b *batch, d *Draft) error {
	d.outcome = pending
	if d.ofUnit() {
		return w.mergeUnit(ctx, b, d)
	}
	if w.session.opposed((&structure.Structure{SIRET: d.SIRET, FINESS: d.FINESS}).Numbers()...) {
		d.part.report.skip(SkipObjection)
		return nil
	}
	m, err := b.match(ctx, d)
	if err != nil {
		return err
	}
	switch {
	case m.work != nil && w.session.opposed(m.work.doc.Value.Numbers()...):
		d.part.report.skip(SkipObjection)
		return nil
	case m.why != "":
		w.unmatched(d, m)
		return nil
	case m.work == nil:
		if !w.mayCreate(d) {
			return w.await(ctx, d)
		}
		identity := d.Facts.Identity()
		m.work = b.create(identity)
		m.work.doc.Value.CreatedAt = w.change.At
		d.outcome = created
	case !w.session.limit.keeps(m.work.doc.Value.Address.Commune) && d.Facts.Address.Commune == "":
		d.part.report.skip(SkipOutside)
		return nil
	}
	if d.Withdrawn {
		w.withdraw(m.work, d)
		return nil
	}
	return w.describe(ctx, b, m.work, d)
}

// describe merges a draft, with the facts of the legal unit when the structure
// has just been found to be of it.
func (w *writer) describe(ctx context.Context, b *batch, work *work, d *Draft) error {
	s := &work.doc.Value
	before := s.SIRET
	numbered := identify(s, d)
	said := []structure.Claim{d.claim()}
	if s.SIRET != before {
		known, err := w.units.said(ctx, s, d)
		if err != nil {
			return err
		}
		said = append(said, known...)
	}
	w.apply(b, work, d, numbered, said...)
	return nil
}

// withdraw takes away the sheet of someone who objects to publication when the
// source of the draft alone has made it; the others are told, since their other
// sources publish them too.
func (w *writer) withdraw(work *work, d *Draft) {
	for _, source := range work.doc.Value.Sources() {
		if source == d.Origin.Source && work.doc.Value.LastSaid(source) > d.Origin.AsOf {
			d.part.report.skip(SkipNotDiffused) // and agreed again since
			return
		}
		if source != d.Origin.Source {
			d.reject(w.session, "siret", matchValue(d), "devenue non diffusible (opposition à la publication), mais d’autres sources la publient : fiche gardée, à examiner")
			return
		}
	}
	work.gone, d.outcome = true, withdrawn
	work.drafts = append(work.drafts, d)
}

// apply merges claims into a structure on behalf of a draft, which has given it a
// number when numbered is set.
func (w *writer) apply(b *batch, work *work, d *Draft, numbered bool, said ...structure.Claim) {
	s := &work.doc.Value
	before := *s
	diff := w.session.rules.Merge(s, said...)
	dirty := diff.Dirty || numbered
	if d.outcome == created {
		s.UpdatedAt = w.change.At
	} else {
		w.touch(s, &before, diff, d.Origin.Source, d.part.Name)
	}
	switch {
	case d.outcome == created || d.ofUnit():
	case dirty:
		d.outcome = updated
	default:
		d.outcome = unchanged
	}
	if d.part.list != nil {
		d.part.list.note(&before, s, w.session.rules)
	}
	work.dirty = work.dirty || dirty
	work.drafts = append(work.drafts, d)
	b.index(work)
}

// touch dates a change of what is shown and adds it to the history.
func (w *writer) touch(s, before *structure.Structure, diff structure.Diff, source structure.Source, file string) {
	if diff.Changed {
		s.UpdatedAt = w.change.At
		s.Note(before, diff, structure.DateOf(w.change.At), source, filepath.Base(file))
	}
}

// unmatched tells why a draft has no structure.
func (w *writer) unmatched(d *Draft, m match) {
	if d.Unknown != "" {
		d.part.report.skip(d.Unknown)
		return
	}
	d.reject(w.session, m.key, matchValue(d), m.why)
}

func matchValue(d *Draft) string {
	switch {
	case d.FINESS != "":
		return d.FINESS
	case d.SIRET != "":
		return d.SIRET
	}
	return d.Facts.Name + ", " + d.Facts.Address.PostalCode
}

// mayCreate reports whether a draft about an unknown structure makes one; when
// not it has told why.
func (w *writer) mayCreate(d *Draft) bool {
	switch {
	case d.Unknown != "":
		d.part.report.skip(d.Unknown)
	case !d.Creates:
		d.reject(w.session, "siret", matchValue(d), "structure inconnue, et ce fichier ne suffit pas à en créer une")
	case d.Facts.Name == "":
		d.reject(w.session, "nom", "", "structure inconnue et sans nom : le nom est nécessaire pour la créer")
	case !w.session.limit.keeps(d.Facts.Address.Commune): // one that is known was looked at before
		d.reject(w.session, "commune", d.Facts.Address.PostalCode+" "+d.Facts.Address.City,
			"commune introuvable : rien ne dit que la structure est dans le territoire demandé")
	default:
		return true
	}
	return false
}
