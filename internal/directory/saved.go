package directory

import (
	"context"
	"errors"
	"fmt"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Saving is what somebody saves.
type Saving struct {
	ID     string // chosen by the form: sent twice, it is one search
	Name   string
	Query  string // canonical
	Shared bool
	Alert  bool
}

// SearchesFor lists the searches that the member has saved, and those that the
// organisation shares.
func (d *Desk) SearchesFor(ctx context.Context, m buyer.Member) (own, shared []store.Doc[buyer.Search], err error) {
	mine, err := d.Searches.FindLookup(ctx, store.SearchesOf(m.Person), buyer.MaxSearches+buyer.MaxShared)
	if err != nil {
		return nil, nil, err
	}
	for _, doc := range mine {
		if !doc.Value.Shared() {
			own = append(own, doc)
		}
	}
	if m.Reads() {
		shared, err = d.Searches.FindLookup(ctx, store.SearchesShared(m.Organisation), buyer.MaxShared+buyer.MaxSearches)
	}
	return own, shared, err
}

// SavedSearch is a search that the member sees. ErrNotFound.
func (d *Desk) SavedSearch(ctx context.Context, m buyer.Member, id string) (buyer.Search, error) {
	doc, err := d.Searches.Get(ctx, id)
	if err == nil && !doc.Value.Sees(m) {
		err = store.ErrNotFound
	}
	return doc.Value, err
}

// SaveSearch saves a search. Its alert begins with what is found now. An account.Fault,
// ErrUnreadable.
func (d *Desk) SaveSearch(ctx context.Context, m buyer.Member, in Saving) error {
	s, err := buyer.NewSearch(m, in.ID, in.Name, in.Query, in.Shared, d.Now())
	if err != nil && !errors.Is(err, buyer.ErrUnchanged) {
		return err
	}
	if old, err := d.Searches.Get(ctx, in.ID); err == nil {
		if old.Value.Person != m.Person {
			return store.ErrNotFound
		}
		return nil // the same form once more
	}
	if err := d.roomFor(ctx, &s); err != nil {
		return err
	}
	if in.Alert {
		since, err := d.baseline(ctx, &s)
		if err != nil {
			return err
		}
		if err := s.Follow(m, true, since, d.Now()); err != nil {
			return err
		}
	}
	ch, err := d.change(m, "search.save")
	if err != nil {
		return err
	}
	_, err = d.Searches.Insert(ctx, s, ch)
	if errors.Is(err, store.ErrDuplicate) {
		return nil
	}
	return err
}

// roomFor refuses one search more than a person or an organisation keeps.
func (d *Desk) roomFor(ctx context.Context, s *buyer.Search) error {
	n, err := d.Searches.CountLookup(ctx, store.SearchesOf(s.Person))
	if err != nil {
		return err
	}
	if n >= buyer.MaxSearches {
		return account.Fault("Vous avez déjà enregistré 100 recherches : supprimez-en avant d’en enregistrer une autre.")
	}
	if !s.Shared() {
		return nil
	}
	if n, err = d.Searches.CountLookup(ctx, store.SearchesShared(s.Organisation)); err != nil {
		return err
	}
	if n >= buyer.MaxShared {
		return account.Fault("L’organisation partage déjà 200 recherches : supprimez-en avant d’en partager une autre.")
	}
	return nil
}

// baseline notes what a search finds before its first alert. What nobody follows any
// more may be old: it is made anew. since is the last news there was.
func (d *Desk) baseline(ctx context.Context, s *buyer.Search) (since int, err error) {
	if len(s.Followers) > 0 { // it is known for those who follow it
		doc, err := d.Known.Get(ctx, s.ID)
		if errors.Is(err, store.ErrNotFound) {
			return 0, nil // the next run begins it
		}
		return doc.Value.Seq, err
	}
	ids, total, err := d.Find.Find(ctx, s.Query, buyer.MaxMatches+1)
	if err != nil {
		return 0, err
	}
	if total > buyer.MaxMatches {
		return 0, account.Fault(fmt.Sprintf("Cette recherche trouve %d structures : une alerte en suit 20 000 au plus. Précisez la recherche, ou enregistrez-la sans alerte.", total))
	}
	known := buyer.Begin(s.ID, ids, structure.DateOf(d.Now()))
	doc, err := store.UpdateOrInsert(ctx, d.Known, s.ID, func(k *buyer.Known) (store.Change, error) {
		known.Seq = k.Seq // who followed it before has been told up to there
		*k = known
		return store.Change{}, nil
	})
	return doc.Value.Seq, err
}

// onSearch carries out an action on a search that the member sees.
func (d *Desk) onSearch(ctx context.Context, m buyer.Member, id, what string, do func(*buyer.Search) error) error {
	_, err := store.Update(ctx, d.Searches, id, func(s *buyer.Search) (store.Change, error) {
		if !s.Sees(m) {
			return store.Change{}, store.ErrNotFound
		}
		if err := do(s); err != nil {
			return store.Change{}, err
		}
		return d.change(m, what)
	})
	return settled(err)
}

// DescribeSearch names a search and says whether the organisation has it.
func (d *Desk) DescribeSearch(ctx context.Context, m buyer.Member, id, name string, shared bool) error {
	return d.onSearch(ctx, m, id, "search.change", func(s *buyer.Search) error {
		before := s.Shared()
		if err := s.Describe(m, name, shared); err != nil {
			return err
		}
		if s.Shared() && !before {
			return d.roomFor(ctx, &buyer.Search{Organisation: s.Organisation})
		}
		return nil
	})
}

// FollowSearch turns the alert of the member on or off.
func (d *Desk) FollowSearch(ctx context.Context, m buyer.Member, id string, on bool) error {
	s, err := d.SavedSearch(ctx, m, id)
	if err != nil {
		return err
	}
	since := 0
	if on {
		if since, err = d.baseline(ctx, &s); err != nil {
			return err
		}
	}
	what := "search.unfollow"
	if on {
		what = "search.follow"
	}
	return d.onSearch(ctx, m, id, what, func(s *buyer.Search) error { return s.Follow(m, on, since, d.Now()) })
}

// DeleteSearch deletes a search, and what its alert knew: should that be stopped, the
// next sweep does it.
func (d *Desk) DeleteSearch(ctx context.Context, m buyer.Member, id string) error {
	doc, err := d.Searches.Get(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && !doc.Value.Sees(m):
		return store.ErrNotFound
	case err != nil:
		return err
	case !doc.Value.Changes(m):
		return account.ErrNotAllowed
	}
	// The line of the audit is an effect of a write: the deletion itself has none.
	doc.Value.Followers = nil
	ch, err := d.change(m, "search.delete")
	if err != nil {
		return err
	}
	if doc, err = d.Searches.Replace(ctx, doc, ch); err != nil {
		return err
	}
	if err := remove(ctx, d.Searches, doc.ID); err != nil {
		return err
	}
	return remove(ctx, d.Known, id)
}

// StopAlert ends the alert of a search for a person, by the link of a mail; one that
// has ended already is done too.
func (d *Desk) StopAlert(ctx context.Context, person, search string) error {
	_, err := store.Update(ctx, d.Searches, search, func(s *buyer.Search) (store.Change, error) {
		if !s.Unfollow(person) {
			return store.Change{}, buyer.ErrUnchanged
		}
		return d.change(buyer.Member{Person: person}, "search.unfollow")
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return settled(err)
}

// SweepKnown deletes what is known for searches that are gone.
func (d *Desk) SweepKnown(ctx context.Context) error {
	for after := ""; ; {
		docs, err := d.Known.Scan(ctx, after, knownPage)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			after = doc.ID
			_, err := d.Searches.Get(ctx, doc.ID)
			if errors.Is(err, store.ErrNotFound) {
				err = remove(ctx, d.Known, doc.ID)
			}
			if err != nil {
				return err
			}
		}
		if len(docs) < knownPage {
			return nil
		}
	}
}
