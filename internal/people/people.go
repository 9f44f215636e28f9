// Package people holds what pages and commands do with persons, organisations,
// sign-in requests and sessions: the rules of internal/account, carried out on the
// store. What follows from a write (a mail, an audit line) is written with it. A
// refusal that a person may read is an account.Fault.
package people

import (
	"context"
	"sync"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/store"
)

// Service does it. Safe for concurrent use.
type Service struct {
	Secret account.Secret
	Now    func() time.Time

	People        *store.People
	Organisations *store.Organisations
	Sessions      *store.Sessions
	SignIns       *store.SignIns
	Throttles     *store.Throttles
	Messages      *store.Messages
	Suppressions  *store.Suppressions
	Keys          *store.PersonKeys
	Audit         *store.Audit
	Reports       *store.Reports
	Reaches       *store.Reaches
	Blobs         *store.Blobs
	Retention     *store.Retention

	Keep    Keeping
	Holders []Holder // of data on persons beside the above, given before anybody asks
	Pending []string // collections beside Sources whose documents hold mails, given likewise

	db       store.DB
	counting sync.Mutex
	passed   func(step string) // told of each step of an erasure, by its proof
}

// Open opens the collections that it works on.
func Open(ctx context.Context, db store.DB, secret account.Secret, now func() time.Time) (*Service, error) {
	s := &Service{Secret: secret, Now: now, Keep: DefaultKeeping, db: db, passed: func(string) {}}
	for _, open := range []func() error{
		func() (err error) { s.People, err = store.OpenPeople(ctx, db); return err },
		func() (err error) { s.Organisations, err = store.OpenOrganisations(ctx, db); return err },
		func() (err error) { s.Sessions, err = store.OpenSessions(ctx, db); return err },
		func() (err error) { s.SignIns, err = store.OpenSignIns(ctx, db); return err },
		func() (err error) { s.Throttles, err = store.OpenThrottles(ctx, db); return err },
		func() (err error) { s.Messages, err = store.OpenMessages(ctx, db); return err },
		func() (err error) { s.Suppressions, err = store.OpenSuppressions(ctx, db); return err },
		func() (err error) { s.Keys, err = store.OpenPersonKeys(ctx, db, secret); return err },
		func() (err error) { s.Audit, err = store.OpenAudit(ctx, db); return err },
		func() (err error) { s.Reports, err = store.OpenReports(ctx, db); return err },
		func() (err error) { s.Reaches, err = store.OpenReaches(ctx, db); return err },
		func() (err error) { s.Blobs, err = store.OpenBlobs(ctx, db, now); return err },
		func() (err error) { s.Retention, err = store.OpenRetention(ctx, db); return err },
	} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Sources are the collections whose documents hold effects, for the relay.
var Sources = []string{
	store.PersonCollection, store.OrganisationCollection, store.SignInCollection, store.SessionCollection,
	store.MessageCollection, store.SuppressionCollection, store.UploadCollection,
	store.BinderCollection, store.ListCollection, store.SearchCollection, store.DigestCollection,
}
