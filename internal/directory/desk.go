package directory

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Desk is the desk of buyers: shared lists, saved searches, alerts. Safe for
// concurrent use.
type Desk struct {
	*store.Desk
	People     *people.Service
	Structures *store.Structures
	Find       Finder
	Describe   func(*structure.Structure) string // kinds and commune, in French, as a mail says them
	Now        func() time.Time
	passed     func(step string) // told of each step of a run, by its proof
}

// Finder is what alerts need of the search.
type Finder interface {
	// Find gives the ids of the first limit structures that a saved search finds, and
	// how many there are. ErrUnreadable.
	Find(ctx context.Context, query string, limit int) (ids []string, total int, err error)
}

// ErrUnreadable is answered for a saved search that names what the directory no longer
// knows, a sector for instance.
var ErrUnreadable = errors.New("the search cannot be read any more")

// OpenDesk opens the collections that it works on.
func OpenDesk(ctx context.Context, db store.DB, d Desk) (*Desk, error) {
	var err error
	d.Desk, err = store.OpenDesk(ctx, db)
	d.passed = func(string) {}
	return &d, err
}

// change is what an action does to a document, for the audit; nothing of what people
// searched or noted is in it.
func (d *Desk) change(m buyer.Member, what string, fields ...store.Changed) (store.Change, error) {
	patch, err := store.Patch(context.Background(), nil, fields...) // no value is sealed: nothing is read
	return store.Change{Actor: m.Person, At: d.Now().UTC(), Audit: true, What: what, Patch: patch}, err
}

// settled forgives an action that had nothing to do, and answers for what is not there
// what is answered for what is another's.
func settled(err error) error {
	switch {
	case errors.Is(err, buyer.ErrUnchanged):
		return nil
	case errors.Is(err, buyer.ErrNoList), errors.Is(err, buyer.ErrNoEntry):
		return store.ErrNotFound
	}
	return err
}

// reader refuses who does not read the lists of the organisation.
func reader(m buyer.Member) error {
	if !m.Reads() {
		return account.ErrNotAllowed
	}
	return nil
}
