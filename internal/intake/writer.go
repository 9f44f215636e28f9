package intake

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// writer merges drafts into the directory, a batch at a time.
type writer struct {
	session *session
	dir     directory
	units   units
	drafts  []*Draft
	flight  *flight // the batch that the store is taking, nil when there is none
	change  store.Change
	// unitOnly are drafts of the batch about legal units that change no establishment.
	unitOnly []*Draft
	// notAwaited counts what MaxAwaited leaves out.
	notAwaited map[*FileReport]int64
}

func newWriter(s *session) *writer {
	var dir directory = stored{s.imp.opts.Structures, s.imp.opts.Provenance}
	if s.opts.DryRun {
		dir = newShadow(dir, s.imp.opts)
	}
	// One instant for the whole run: structures made by one run are of one time,
	// however long it takes. Milliseconds are what every store keeps.
	at := s.started.UTC().Truncate(time.Millisecond)
	return &writer{session: s, dir: dir, units: units{dir: dir}, notAwaited: map[*FileReport]int64{}, change: store.Change{Actor: store.ActorImport + at.Format(time.RFC3339), At: at}}
}

// close ends the run and frees what a dry run set aside.
func (w *writer) close() error {
	w.tellNotAwaited()
	if d, ok := w.dir.(*shadow); ok {
		return d.close()
	}
	return nil
}

// add takes a draft and sends the batch when it is full. The bounds of batches
// follow from the records alone, so that a run taken up again writes the same.
func (w *writer) add(ctx context.Context, d *Draft) error {
	w.drafts = append(w.drafts, d)
	if len(w.drafts) < w.session.imp.batchSize {
		return nil
	}
	return errors.Join(w.send(ctx), w.session.rejects.err)
}

// flush writes what is waiting, to the last document.
func (w *writer) flush(ctx context.Context) error {
	return errors.Join(w.send(ctx), w.land(ctx), w.session.rejects.err)
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
func (w *writer) settle(b *batch, again []*Draft) {
	done := map[*Draft]bool{}
	for _, d := range again {
		done[d] = true
	}
	for _, work := range b.order {
		for _, d := range work.drafts {
			if !done[d] {
				d.settle(w.session)
				done[d] = true
			}
		}
	}
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
	work.drafts, work.failed = nil, true
}

// merge finds the structure of a draft in the batch and merges it.
func (w *writer) merge(ctx context.Context, b *batch, d *Draft) error {
	d.outcome = pending
	if d.Confirms {
		return w.confirm(ctx, b, d)
	}
	if d.ofUnit() {
		return w.mergeUnit(ctx, b, d)
	}
	m, out, err := w.seek(ctx, b, d)
	if out || err != nil {
		return err
	}
	if out, err := w.leftOut(ctx, b, d, m); out || err != nil {
		return err
	}
	switch {
	case m.work == nil:
		if !w.mayCreate(d) {
			return w.await(ctx, d)
		}
		identity := d.Facts.Identity()
		m.work = b.create(identity)
		m.work.doc.Value.CreatedAt = w.change.At
		d.outcome = created
	case w.isElsewhere(d, m.work):
		return w.elsewhere(ctx, b, d)
	}
	if d.Withdrawn {
		return w.withdraw(ctx, m.work, d)
	}
	return w.describe(ctx, b, m, d)
}

// leftOut reports whether nothing is made of a draft, whoever it is about; it has
// then told why.
func (w *writer) leftOut(ctx context.Context, b *batch, d *Draft, m match) (bool, error) {
	switch {
	case m.why != "":
		return true, w.undecided(ctx, b, d, m)
	case d.Withdrawn:
		return false, nil
	}
	hidden, err := w.hiddenUntil(ctx, d, m.work)
	if err != nil || hidden == "" || hidden < d.Origin.AsOf {
		return false, err
	}
	d.part.report.skip(SkipNotDiffused)
	return true, nil
}

// describe merges a draft, then the facts of the legal unit when the structure has
// just been found to be of it: each in its turn, so that the history tells whose
// word changed what.
func (w *writer) describe(ctx context.Context, b *batch, m match, d *Draft) error {
	s := &m.work.doc.Value
	before := s.SIRET
	numbered := identify(s, d)
	if m.twin != nil {
		w.fuse(m.work, m.twin, d)
	}
	shown := s.SIRET
	w.apply(b, m.work, d, numbered, d.claim())
	if s.SIRET != shown { // another source's, which the fold now believes
		if from := w.session.opposedBy(s.Numbers()...); from != "" {
			return w.oust(ctx, m.work, d, from)
		}
	}
	if s.SIRET == before {
		return nil
	}
	known, err := w.units.said(ctx, s, d)
	if err != nil {
		return err
	}
	w.carry(m.work, d, known)
	return nil
}

// carry merges claims that another file has brought, on the occasion of a draft.
func (w *writer) carry(work *work, d *Draft, claims []structure.Claim) {
	s := &work.doc.Value
	for _, c := range claims {
		before := *s
		diff := w.session.rules.Merge(s, c)
		if d.outcome != created {
			w.touch(s, &before, diff, c.Source, "")
		}
		work.dirty = work.dirty || diff.Dirty
	}
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
		d.part.list.note(&before, s)
	}
	work.dirty = work.dirty || dirty
	work.drafts = append(work.drafts, d)
	b.index(work)
}

// touch dates a change of what is shown and adds it to the history; file is "" when
// what was said in a file of before takes effect.
func (w *writer) touch(s, before *structure.Structure, diff structure.Diff, source structure.Source, file string) {
	if diff.Changed {
		s.UpdatedAt = w.change.At
		if file != "" {
			file = filepath.Base(file)
		}
		s.Note(before, diff, structure.DateOf(w.change.At), source, file)
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
