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
// that it has closed or that its agreement is over, which must count when
// another source lists it later.
func (w *writer) await(ctx context.Context, d *Draft) error {
	if d.SIRET == "" || d.Unknown != SkipClosed && d.Unknown != SkipInactive && d.Unknown != SkipNoAgreement {
		return nil
	}
	unit, err := w.units.of(ctx, d.SIRET[:9])
	if err != nil {
		return err
	}
	unit.dirty = unit.doc.Value.Await(d.SIRET, d.claim()) || unit.dirty
	return nil
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

// mergeUnit joins a draft to its legal unit and to the establishments of it that
// the directory has.
func (w *writer) mergeUnit(ctx context.Context, b *batch, d *Draft) error {
	if _, _, err := structure.ParseSIREN(d.SIREN); err != nil {
		d.reject(w.session, "siren", d.SIREN, "SIREN refusé : "+reason(err))
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
	unit.dirty = unit.doc.Value.Join(d.claim()) || unit.dirty
	found, err := b.findAll(ctx, "siren:"+d.SIREN, maxEstablishments)
	if err != nil {
		return err
	}
	d.outcome = kept
	for _, work := range found {
		w.apply(b, work, d, false, d.claim())
		d.outcome = shared
	}
	if len(found) == 0 {
		w.unitOnly = append(w.unitOnly, d)
	}
	return nil
}

// commitUnits writes the legal units of the batch before their establishments: a
// run that is killed in between and run again finds those it has not reached.
func (w *writer) commitUnits(ctx context.Context) error {
	var batch []store.Envelope
	for _, work := range w.units.docs {
		if !work.dirty {
			continue
		}
		e, err := w.session.imp.opts.Provenance.Units.Encode(work.doc, w.change)
		if err != nil {
			return &storeError{err}
		}
		batch = append(batch, e)
	}
	w.units.docs = nil // read again with the next batch
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
