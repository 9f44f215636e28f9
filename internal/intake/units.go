package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// maxEstablishments bounds those of one legal unit that its facts are written to
// at once; La Poste, the largest of all, has some 10,000 in the whole country.
const maxEstablishments = 20_000

// ofUnit reports whether the draft is about a legal unit, not an establishment.
func (d *Draft) ofUnit() bool { return d.SIREN != "" && d.SIRET == "" && d.FINESS == "" }

// units is what the run knows of the facts of legal units.
type units struct {
	dir   directory
	known sirenMap // that have facts; nil when none has
	docs  map[string]*unitWork
}

// unitWork is a legal unit being changed by a batch.
type unitWork struct {
	doc   store.Doc[structure.Unit]
	dirty bool
	told  bool // its facts changed: the establishments must hear of it
}

// unitGroup is what a batch says of one legal unit: its establishments are merged
// once with all of it, since a file may name a unit on every line.
type unitGroup struct {
	siren  string
	drafts []*Draft
	said   structure.Unit
}

// load reads which legal units have facts.
func (u *units) load(ctx context.Context) error {
	err := u.dir.units(ctx, func(siren string) { u.note(siren) })
	if err != nil {
		return &storeError{err}
	}
	return nil
}

func (u *units) note(siren string) {
	if !isSIREN([]byte(siren)) {
		return
	}
	if u.known == nil {
		u.known = newSirenMap()
	}
	u.known.put([]byte(siren))
}

// get gives the facts of a legal unit, nil when it has none.
func (u *units) get(ctx context.Context, siren string) (*unitWork, error) {
	if work := u.docs[siren]; work != nil {
		return work, nil
	}
	if u.known == nil || !isSIREN([]byte(siren)) || !u.known.has([]byte(siren)) {
		return nil, nil
	}
	doc, err := u.dir.unit(ctx, siren)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, &storeError{err}
	}
	return u.put(doc), nil
}

func (u *units) put(doc store.Doc[structure.Unit]) *unitWork {
	if u.docs == nil {
		u.docs = map[string]*unitWork{}
	}
	work := &unitWork{doc: doc}
	u.docs[doc.Value.SIREN] = work
	return work
}

// of gives the legal unit, new when nothing was said of it.
func (u *units) of(ctx context.Context, siren string) (*unitWork, error) {
	work, err := u.get(ctx, siren)
	if work == nil && err == nil {
		work = u.put(store.Doc[structure.Unit]{ID: siren, Value: structure.Unit{SIREN: siren}})
		u.note(siren)
	}
	return work, err
}

// await keeps what a draft says of an establishment that is not in the directory:
// that it has closed, that its agreement is over or that its holder objects to
// publication, which must count when another file lists it later.
func (w *writer) await(ctx context.Context, d *Draft) error {
	if d.SIRET == "" || !slices.Contains([]Skip{SkipClosed, SkipInactive, SkipNotDiffused, SkipNoAgreement}, d.Unknown) {
		return nil
	}
	unit, err := w.units.of(ctx, d.SIRET[:9])
	if err != nil {
		return err
	}
	changed, left := unit.doc.Value.Await(d.SIRET, d.claim())
	unit.dirty = changed || unit.dirty
	if left {
		w.notAwaited[d.part.report]++
	}
	return nil
}

// tellNotAwaited tells what was too much to be kept.
func (w *writer) tellNotAwaited() {
	for report, n := range w.notAwaited {
		report.Note(count(n, "établissement absent de l’annuaire dont rien n’est retenu", "établissements absents de l’annuaire dont rien n’est retenu") +
			" (fermeture, fin de conventionnement ou opposition à la publication)\u202f: au plus " + number(structure.MaxAwaited) + " par entreprise, dans l’ordre des SIRET")
	}
}

// hiddenUntil is the newest day for which the source of a draft said of its
// establishment that the holder objects to publication.
func (w *writer) hiddenUntil(ctx context.Context, d *Draft, known *work) (structure.Date, error) {
	if known != nil {
		return known.doc.Value.HiddenUntil(d.Origin.Source), nil
	}
	if d.SIRET == "" {
		return "", nil
	}
	unit, err := w.units.get(ctx, d.SIRET[:9])
	if unit == nil {
		return "", err
	}
	return unit.doc.Value.HiddenUntil(d.SIRET, d.Origin.Source), nil
}

// said is what is known beforehand of an establishment that comes in by a draft. What
// waits for its SIRET may be about a sister that has no FINESS number.
func (u *units) said(ctx context.Context, s *structure.Structure, d *Draft) ([]structure.Claim, error) {
	unit, err := u.get(ctx, s.SIREN())
	if unit == nil {
		return nil, err
	}
	kinds := slices.Concat(s.AllKinds(), d.Facts.AllKinds())
	awaited := slices.DeleteFunc(slices.Clone(unit.doc.Value.Awaited[s.SIRET]), func(c structure.Claim) bool {
		return s.FINESS != "" && !structure.MayBe(c.Facts.AllKinds(), kinds)
	})
	return slices.Concat(unit.doc.Value.Claims, awaited), nil
}

// mergeUnit joins a draft to its legal unit.
func (w *writer) mergeUnit(ctx context.Context, b *batch, d *Draft) error {
	if _, _, err := structure.ParseSIREN(d.SIREN); err != nil {
		d.reject(w.session, "siren", d.SIREN, "SIREN refusé : "+reason(err))
		return nil
	}
	if w.session.opposed("siren:" + d.SIREN) {
		d.part.report.skip(SkipObjection)
		return nil
	}
	unit, err := w.units.of(ctx, d.SIREN)
	if err != nil {
		return err
	}
	if d.part.list != nil {
		d.part.list.noteUnit(d.SIREN, unit.doc.Value.Claims, w.session.rules)
	}
	if unit.doc.Value.Join(d.claim()) {
		unit.dirty, unit.told = true, true
	}
	b.unitGroup(d.SIREN).add(d)
	return nil
}

func (b *batch) unitGroup(siren string) *unitGroup {
	g := b.bySIREN[siren]
	if g == nil {
		g = &unitGroup{siren: siren}
		b.bySIREN[siren] = g
		b.units = append(b.units, g)
	}
	return g
}

func (g *unitGroup) add(d *Draft) {
	g.drafts = append(g.drafts, d)
	g.said.Join(d.claim())
}

// last gives the last draft of a source.
func (g *unitGroup) last(source structure.Source) (last *Draft) {
	for _, d := range g.drafts {
		if d.Origin.Source == source {
			last = d
		}
	}
	return last
}

// listed reports whether a list whose edition is not known yet has the unit: what
// it confirms is counted, even where nothing changes (a run taken up again).
func (g *unitGroup) listed(known structure.Listings) bool {
	return slices.ContainsFunc(g.drafts, func(d *Draft) bool { return d.part.list != nil && !d.part.list.closed(known) })
}

// closed reports whether an earlier run has drawn what follows from the edition.
func (e *edition) closed(known structure.Listings) bool {
	return slices.ContainsFunc(known, func(l structure.Listing) bool {
		return l.Source == e.scope.source && l.Name == e.scope.name && slices.ContainsFunc(l.Areas[structure.Everywhere],
			func(x structure.Edition) bool { return x.Ref == e.ref })
	})
}

// spreadUnits hands what the batch says of legal units to the establishments that
// the directory has of them, unless it was all known before.
func (w *writer) spreadUnits(ctx context.Context, b *batch) error {
	for _, g := range b.units {
		unit, err := w.units.of(ctx, g.siren)
		if err != nil {
			return err
		}
		limit := maxEstablishments
		if !unit.told && !g.listed(w.session.rules.Listings) {
			limit = 1 // tells whether there are any
		}
		found, err := b.findAll(ctx, "siren:"+g.siren, limit)
		if err != nil {
			return err
		}
		for _, d := range g.drafts {
			if d.outcome = kept; len(found) > 0 {
				d.outcome = shared
			}
		}
		w.spread(b, g, found, unit.told)
	}
	return nil
}

func (w *writer) spread(b *batch, g *unitGroup, found []*work, told bool) {
	for _, work := range found {
		for _, c := range g.said.Claims {
			d := g.last(c.Source)
			if told {
				w.apply(b, work, d, false, c)
			} else if d.part.list != nil {
				d.part.list.note(&work.doc.Value, &work.doc.Value)
			}
		}
		if told {
			work.drafts = append(work.drafts, g.drafts...)
		}
	}
	if len(found) == 0 || !told {
		w.unitOnly = append(w.unitOnly, g.drafts...)
	}
}

// commitUnits writes the legal units of the batch after their establishments: a
// run that is killed in between and run again finds units that do not know what
// was said, and tells all of their establishments. Units of drafts that come again
// wait for them, for the same reason.
func (w *writer) commitUnits(ctx context.Context, again []*Draft) error {
	waiting := map[string]*unitWork{}
	for _, d := range again {
		if work := w.units.docs[d.SIREN]; d.ofUnit() && work != nil {
			waiting[d.SIREN] = work
		}
	}
	var batch []store.Envelope
	for siren, work := range w.units.docs {
		if !work.dirty || waiting[siren] != nil {
			continue
		}
		e, err := w.session.imp.opts.Provenance.Units.Encode(work.doc, w.change)
		if err != nil {
			return &storeError{err}
		}
		batch = append(batch, e)
	}
	w.units.docs = waiting // the others are read again with the next batch
	if len(batch) == 0 {
		return nil
	}
	results, err := w.dir.putUnits(ctx, batch)
	if err == nil {
		err = errors.Join(results...)
	}
	if err != nil {
		return &storeError{fmt.Errorf("faits des unités légales : %w", err)}
	}
	return nil
}
