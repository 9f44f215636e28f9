package intake

import (
	"context"
	"errors"
	"fmt"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// closeLists marks what complete lists no longer list, and takes back what
// extracts had marked as lists.
func (s *session) closeLists(ctx context.Context) error {
	for _, e := range s.lists {
		if why := e.incomplete(); why != "" {
			e.parts[0].report.Note(why + " : rien n’est marqué comme n’étant plus confirmé")
			continue
		}
		if err := s.closeList(ctx, e); err != nil {
			return err
		}
	}
	for _, x := range s.extracts {
		if err := s.reopen(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// incomplete says in French why the files are not the whole list, "" when they
// are: one of them was not read to its end, or pages of an API are missing.
func (e *edition) incomplete() string {
	results, read := 0, 0
	for _, p := range e.parts {
		if p.report.Refusal != "" {
			return "liste lue en partie"
		}
		results, read = max(results, p.results), read+p.objects
	}
	if read < results {
		return "les fichiers donnés ne contiennent que " + number(int64(read)) + " des " + number(int64(results)) + " résultats de la source, ce n’est pas une liste complète"
	}
	return ""
}

func (s *session) closeList(ctx context.Context, e *edition) error {
	listing, err := s.listing(ctx, e.scope)
	if err != nil {
		return err
	}
	listing.Value.Kinds, listing.Value.Labels = e.scope.kinds, e.scope.labels
	for _, area := range s.areasOf(e) {
		listing.Value.Add(area, structure.Edition{Ref: e.ref, Day: e.day})
	}
	rules := *s.rules
	rules.Listings = rules.Listings.With(listing.Value)
	t, err := s.count(ctx, e, &rules)
	if err != nil {
		return err
	}
	report := e.parts[0].report
	if why := t.tooMuch(s.scopeOf(e)); why != "" && !s.opts.AcceptStale {
		report.Cause, report.Refusal = TooStale, why
		return nil
	}
	if err := s.keepListing(ctx, listing); err != nil {
		return err
	}
	s.rules.Listings = rules.Listings
	report.Stale = t.all.newly
	if t.all.newly > 0 && e.unread > 0 {
		report.Note(count(e.unread, "ligne de cette liste n’a pas pu être lue", "lignes de cette liste n’ont pas pu être lues") +
			" (voir les rejets) : si elle donne une des fiches marquées « n’est plus confirmé », corriger la ligne et réimporter le fichier")
	}
	s.noteNewer(e, &listing.Value, t)
	return s.markStale(ctx, e.scope.source, e.parts[0])
}

// noteNewer tells when a newer edition, imported before, does not confirm what this
// one lists: it may have been an extract, which nothing could tell at the time.
func (s *session) noteNewer(e *edition, l *structure.Listing, t *tally) {
	newer, found := l.Newer(e.ref, s.areasOf(e))
	if found && t.behind*100 > t.named*maxNewlyStale {
		e.parts[0].report.Note(fmt.Sprintf("une édition plus récente de cette liste (%s), déjà importée, ne confirme plus %s sur les %s que celle-ci (%s) donne, plus de %d %% : si elle était un extrait, la réimporter avec --partial, elle ne comptera plus comme liste complète et ce qu’elle avait marqué sera rétabli ; si elle était complète, il n’y a rien à faire",
			numericDay(newer.Day), count(t.behind, "fiche", "fiches"), number(t.named), numericDay(e.day), maxNewlyStale))
	}
}

// numericDay writes 31/12/2026.
func numericDay(d structure.Date) string { return d.Time().Format("02/01/2006") }

// listing gives what earlier lists of a scope have left, empty when there was none.
func (s *session) listing(ctx context.Context, of *scope) (store.Doc[structure.Listing], error) {
	l := structure.Listing{Source: of.source, Name: of.name}
	doc, err := s.imp.opts.Provenance.Listings.Get(ctx, l.ID())
	switch {
	case errors.Is(err, store.ErrNotFound):
		doc = store.Doc[structure.Listing]{ID: l.ID(), Value: l}
	case err != nil:
		return doc, &storeError{err}
	}
	for _, known := range s.rules.Listings {
		if s.opts.DryRun && known.ID() == l.ID() { // kept nowhere else
			doc.Value = known.Clone()
		}
	}
	return doc, nil
}

func (s *session) keepListing(ctx context.Context, doc store.Doc[structure.Listing]) (err error) {
	if s.opts.DryRun {
		return nil
	}
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

// extract is a file declared to be a part of a list.
type extract struct {
	scope *scope
	part  *part
}

// reopen takes an extract that was imported as a list out of the editions.
func (s *session) reopen(ctx context.Context, x extract) error {
	listing, err := s.listing(ctx, x.scope)
	if err != nil || !listing.Value.Drop(x.part.sum) {
		return err
	}
	if err := s.keepListing(ctx, listing); err != nil {
		return err
	}
	s.rules.Listings = s.rules.Listings.With(listing.Value)
	x.part.report.Note("ce fichier avait été importé comme liste complète : il ne compte plus comme tel, et ce qu’il avait marqué « n’est plus confirmé » est rétabli")
	return s.markStale(ctx, x.scope.source, x.part)
}

// markStale writes what follows from the listings of now.
func (s *session) markStale(ctx context.Context, source structure.Source, p *part) error {
	var waiting []store.Doc[structure.Structure]
	flush := func() error {
		batch := waiting
		waiting = nil
		return s.writer.remark(ctx, batch, source, p)
	}
	err := s.each(ctx, source, func(d store.Doc[structure.Structure]) error {
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
func (w *writer) remark(ctx context.Context, docs []store.Doc[structure.Structure], source structure.Source, p *part) error {
	for try := 0; len(docs) > 0 && try < attempts; try++ {
		var envelopes []store.Envelope
		for i := range docs {
			before := docs[i].Value
			diff := w.session.rules.Merge(&docs[i].Value)
			if !diff.Dirty {
				continue
			}
			w.touch(&docs[i].Value, &before, diff, source, p.Name)
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
		p.report.Note(count(int64(len(docs)), "fiche modifiée", "fiches modifiées") + " pendant l’import n’ont pas été marquées : relancer l’import")
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
