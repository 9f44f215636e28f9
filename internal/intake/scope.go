package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// scope is what a complete file lists. What its source claimed earlier within it,
// and the file no longer lists, is no longer confirmed.
type scope struct {
	source structure.Source
	name   string           // tells apart the lists of one source; "" when it has one
	kinds  []structure.Kind // agreements that it lists; nil when it lists none
	labels bool             // it lists the labels of a structure
	units  bool             // of legal units, by SIREN: it covers the whole country
}

// every scopes a list of all that a source knows, department by department. A file
// that was cut short is no list.
func every(source structure.Source, kinds []structure.Kind, labels bool) func(*session, *part) *scope {
	return whole(scope{source: source, kinds: kinds, labels: labels})
}

// everyUnit scopes a national list of legal units.
func everyUnit(source structure.Source, labels bool) func(*session, *part) *scope {
	return whole(scope{source: source, labels: labels, units: true})
}

func whole(of scope) func(*session, *part) *scope {
	return func(_ *session, p *part) *scope {
		if p.cut {
			return nil
		}
		return &of
	}
}

// maxNewlyStale is the share, in percent, of what a source listed in the scope
// that one file may stop listing: more is likelier an extract than a list.
const maxNewlyStale = 20

// edition is a complete list being imported: one file, or those of one scope and
// one day (the pages of a list).
type edition struct {
	scope     *scope
	parts     []*part
	ref       string
	day       structure.Date
	areas     map[string]bool // departments that the files have named
	confirmed map[uint64]bool // structures that the source had listed before and lists again
}

var listedSeed = maphash.MakeSeed()

// editions groups the parts of a run that are complete lists, and names the file
// by which each part is seen.
func (s *session) editions(parts []*part) {
	for _, p := range parts {
		if p.layout.role != "" {
			continue // a register says itself what has closed
		}
		p.seen = structure.NewRef(p.asOf(s), p.ref)
		if p.layout.scope == nil || s.opts.Partial {
			continue
		}
		what := p.layout.scope(s, p)
		if what == nil {
			continue
		}
		at := slices.IndexFunc(s.lists, func(e *edition) bool {
			return e.scope.source == what.source && e.scope.name == what.name && e.day == p.asOf(s)
		})
		if at < 0 {
			at = len(s.lists)
			s.lists = append(s.lists, &edition{scope: what, day: p.asOf(s), areas: map[string]bool{}, confirmed: map[uint64]bool{}})
		}
		e := s.lists[at]
		e.parts, e.ref = append(e.parts, p), max(e.ref, p.seen)
		p.list = e
	}
	for _, e := range s.lists {
		for _, p := range e.parts {
			p.seen = e.ref
		}
	}
}

// note remembers that the list names a structure, known being as it was before.
func (e *edition) note(known, now *structure.Structure, rules *structure.Rules) {
	for _, area := range rules.AreasOf(now.Address) {
		e.areas[area] = true
	}
	if e.listed(known) {
		e.confirmed[maphash.String(listedSeed, now.ID)] = true
	}
}

// listed reports whether the structure has something of the list that was still
// confirmed.
func (e *edition) listed(s *structure.Structure) bool {
	sighting, seen := s.Sightings[e.scope.source]
	if seen && sighting.Stale == "" {
		return true
	}
	return !seen && (slices.ContainsFunc(s.Agreements, func(a structure.Agreement) bool {
		return a.Source == e.scope.source && a.Stale == ""
	}) || slices.Contains(s.Sources(), e.scope.source))
}

// area lists what the edition covers.
func (s *session) areasOf(e *edition) []string {
	if e.scope.units {
		return []string{structure.Everywhere}
	}
	var out []string
	for area := range e.areas {
		if t, err := s.imp.opts.Atlas.Resolve("dep:" + area); err == nil {
			out = append(out, s.limit.within(area, t)...)
		}
	}
	slices.Sort(out)
	return out
}

// closeLists marks what complete lists no longer list.
func (s *session) closeLists(ctx context.Context) error {
	for _, e := range s.lists {
		if slices.ContainsFunc(e.parts, func(p *part) bool { return p.report.Refusal != "" }) {
			e.parts[0].report.Note("liste lue en partie : rien n’est marqué comme n’étant plus confirmé")
			continue
		}
		if err := s.closeList(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) closeList(ctx context.Context, e *edition) error {
	listing, err := s.listing(ctx, e)
	if err != nil {
		return err
	}
	rules := *s.rules
	rules.Listings = rules.Listings.With(listing.Value)
	newly, err := s.countStale(ctx, e, &rules)
	if err != nil {
		return err
	}
	report := e.parts[0].report
	if listed := newly + int64(len(e.confirmed)); newly*100 > listed*maxNewlyStale && !s.opts.AcceptStale {
		report.Cause, report.Refusal = TooStale, fmt.Sprintf(
			"cette liste ne confirme plus %s sur les %s que %s donnait dans son périmètre (%s), plus de %d %%. Les lignes lues sont enregistrées, mais rien n’est marqué. Si le fichier est un extrait, relancer avec --partial ; s’il est bien complet, avec --accept-stale",
			count(newly, "fiche", "fiches"), number(listed), e.scope.source.Label(), describeAreas(s.areasOf(e)), maxNewlyStale)
		return nil
	}
	if !s.opts.DryRun {
		if err := s.keepListing(ctx, listing); err != nil {
			return err
		}
	}
	s.rules.Listings = rules.Listings
	report.Stale = newly
	return s.markStale(ctx, e)
}

// listing gives the stored listing with the edition added.
func (s *session) listing(ctx context.Context, e *edition) (store.Doc[structure.Listing], error) {
	l := structure.Listing{Source: e.scope.source, Name: e.scope.name}
	doc, err := s.imp.opts.Provenance.Listings.Get(ctx, l.ID())
	switch {
	case errors.Is(err, store.ErrNotFound):
		doc = store.Doc[structure.Listing]{ID: l.ID(), Value: l}
	case err != nil:
		return doc, &storeError{err}
	}
	doc.Value.Kinds, doc.Value.Labels = e.scope.kinds, e.scope.labels
	for _, area := range s.areasOf(e) {
		doc.Value.Add(area, structure.Edition{Ref: e.ref, Day: e.day})
	}
	return doc, nil
}

func (s *session) keepListing(ctx context.Context, doc store.Doc[structure.Listing]) (err error) {
	change := store.Change{Actor: s.writer.change.Actor, At: s.writer.change.At}
	if doc.Version == 0 {
		_, err = s.imp.opts.Provenance.Listings.Insert(ctx, doc.Value, change)
	} else {
		_, err = s.imp.opts.Provenance.Listings.Replace(ctx, doc, change)
	}
	if err != nil {
		return &storeError{fmt.Errorf("liste %s : %w", doc.ID, err)}
	}
	return nil
}

// each gives the structures of which the source says something.
func (s *session) each(ctx context.Context, source structure.Source, take func(store.Doc[structure.Structure]) error) error {
	word := []byte(`"` + string(source) + `"`)
	err := s.writer.dir.each(ctx, func(e store.Envelope) error {
		if !bytes.Contains(e.Doc, word) {
			return ctx.Err()
		}
		d, err := s.imp.opts.Structures.Decode(e)
		if err != nil {
			return err
		}
		return take(d)
	})
	if err != nil && ctx.Err() == nil {
		return &storeError{err}
	}
	return err
}

// countStale counts the structures of which something would no longer be confirmed.
func (s *session) countStale(ctx context.Context, e *edition, rules *structure.Rules) (newly int64, err error) {
	err = s.each(ctx, e.scope.source, func(d store.Doc[structure.Structure]) error {
		now := d.Value
		if rules.Merge(&now); staleItems(&now, e.scope.source) > staleItems(&d.Value, e.scope.source) {
			newly++
			delete(e.confirmed, maphash.String(listedSeed, d.ID))
		}
		return nil
	})
	return newly, err
}

func staleItems(s *structure.Structure, source structure.Source) (n int) {
	for _, a := range s.Agreements {
		if a.Source == source && a.Stale != "" {
			n++
		}
	}
	for _, l := range s.Labels {
		if l.Source == source && l.Stale != "" {
			n++
		}
	}
	if s.Sightings[source].Stale != "" {
		n++
	}
	return n
}

// markStale writes what follows from the listings.
func (s *session) markStale(ctx context.Context, e *edition) error {
	var waiting []store.Doc[structure.Structure]
	flush := func() error {
		batch := waiting
		waiting = nil
		return s.writer.remark(ctx, batch, e)
	}
	err := s.each(ctx, e.scope.source, func(d store.Doc[structure.Structure]) error {
		now := d.Value
		if diff := s.rules.Merge(&now); !diff.Dirty {
			return nil
		}
		if waiting = append(waiting, d); len(waiting) < s.imp.batchSize {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// remark merges structures again with the listings of now and writes them; one
// that someone else changed meanwhile is read again.
func (w *writer) remark(ctx context.Context, docs []store.Doc[structure.Structure], e *edition) error {
	for try := 0; len(docs) > 0 && try < attempts; try++ {
		var envelopes []store.Envelope
		for i := range docs {
			before := docs[i].Value
			diff := w.session.rules.Merge(&docs[i].Value)
			if !diff.Dirty {
				continue
			}
			w.touch(&docs[i].Value, &before, diff, e.scope.source, e.parts[0].Name)
			envelope, err := w.session.imp.opts.Structures.Encode(docs[i], w.change)
			if err != nil {
				return &storeError{err}
			}
			envelopes = append(envelopes, envelope)
		}
		again, err := w.putAgain(ctx, envelopes)
		if err != nil {
			return err
		}
		docs = again
	}
	if len(docs) > 0 {
		e.parts[0].report.Note(count(int64(len(docs)), "fiche modifiée", "fiches modifiées") + " pendant l’import n’ont pas été marquées : relancer l’import")
	}
	return nil
}

// putAgain writes documents and reads again those that were changed meanwhile.
func (w *writer) putAgain(ctx context.Context, batch []store.Envelope) (again []store.Doc[structure.Structure], err error) {
	if len(batch) == 0 {
		return nil, nil
	}
	results, err := w.dir.put(ctx, batch)
	if err != nil {
		return nil, &storeError{err}
	}
	for i, failed := range results {
		switch {
		case failed == nil:
		case errors.Is(failed, store.ErrConflict):
			doc, err := w.session.imp.opts.Structures.Get(ctx, batch[i].ID)
			if err != nil {
				return nil, &storeError{err}
			}
			again = append(again, doc)
		case errors.Is(failed, store.ErrNotFound): // withdrawn meanwhile
		default:
			return nil, &storeError{failed}
		}
	}
	return again, nil
}

// describeAreas names some departments or communes.
func describeAreas(areas []string) string {
	const most = 8
	switch {
	case slices.Contains(areas, structure.Everywhere):
		return "toute la France"
	case len(areas) > most:
		return strings.Join(areas[:most], ", ") + fmt.Sprintf(" et %d autres", len(areas)-most)
	}
	return strings.Join(areas, ", ")
}
