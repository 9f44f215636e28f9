// Package programme holds what pages and commands do with the programme of purchases of
// an organisation: write it, import it, follow its contracts, study its lots, decide.
// The rules of internal/sourcing are carried out on the store; what follows from a
// write (a mail, an audit line) is written with it. A refusal that a person may read is
// an account.Fault; what is not theirs is store.ErrNotFound.
package programme

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Service does it. Safe for concurrent use.
type Service struct {
	*store.Planning
	People   *people.Service
	Atlas    *territory.Atlas
	Taxonomy *taxonomy.Taxonomy
	Now      func() time.Time

	passed func(step string) error // told of the steps of a proposal or of a run, by its test
	// Roster is who could answer, for studies. Open makes one without a home territory,
	// by the rules as released.
	Roster *Roster
	// StudyLot makes the study of a lot that the member sees, as things are: Study, unless
	// a test has another. Nil where none can be made: then nothing is proposed.
	StudyLot func(ctx context.Context, m buyer.Member, purchase, lot string) (sourcing.Study, error)
	Sheets   Sheets // of structures that follow the public forward programme; nil = none does
	// Moving is asked before a purchase goes to another state by hand, and again once its
	// consultation is launched; nil = nobody minds.
	Moving func(ctx context.Context, m buyer.Member, p *sourcing.Purchase, to sourcing.State) error
}

// Open opens the collections that it works on.
func Open(ctx context.Context, db store.DB, p *people.Service, now func() time.Time) (*Service, error) {
	planning, err := store.OpenPlanning(ctx, db)
	if err != nil {
		return nil, err
	}
	structures, err := store.OpenStructures(ctx, db)
	if err != nil {
		return nil, err
	}
	p.Pending = append(p.Pending, Sources...)
	s := &Service{Planning: planning, People: p, Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Now: now, passed: func(string) error { return nil }}
	p.Holders = append(p.Holders, s.Holder())
	s.Roster = NewRoster(structures, s.Atlas, territory.Territory{}, structure.DefaultBasisRules())
	p.Holders = append(p.Holders, s.DecisionHolder())
	s.StudyLot = s.studyLot
	return s, nil
}

// Sources are the collections whose documents hold effects, for the relay.
var Sources = []string{store.PurchaseCollection, store.ContractCollection, store.ProgrammeCollection, store.LawCollection, store.DossierCollection, store.ReviewCollection,
	store.InterestCollection, store.WatchCollection}

// Of is the programme of the member's organisation, as it was set; the zero settings
// when nothing was. account.ErrNotAllowed for who does not see it.
func (s *Service) Of(ctx context.Context, m buyer.Member) (sourcing.Programme, error) {
	if !sourcing.Plans(m) {
		return sourcing.Programme{}, account.ErrNotAllowed
	}
	d, err := s.Programmes.Get(ctx, m.Organisation)
	if errors.Is(err, store.ErrNotFound) {
		return sourcing.Programme{Organisation: m.Organisation}, nil
	}
	return d.Value, err
}

// Law is the law in use.
func (s *Service) Law(ctx context.Context) (sourcing.Law, error) {
	d, err := s.LawBook.Get(ctx, sourcing.LawBookID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	return d.Value.Law(), nil
}

// change is what an action does to a document, for the audit. The amounts and objects
// of purchases are no data on persons; nothing of them is sealed.
func (s *Service) change(m buyer.Member, what, subject string, fields ...store.Changed) (store.Change, error) {
	patch, err := store.Patch(context.Background(), nil, fields...) // no value is sealed: nothing is read
	return store.Change{Actor: m.Person, At: s.Now().UTC(), Audit: true, What: what, Subject: subject, Patch: patch}, err
}

// settled forgives an action that had nothing to do, and answers for a lot or a service
// that is not there what is answered for what is another's.
func settled(err error) error {
	switch {
	case errors.Is(err, sourcing.ErrUnchanged):
		return nil
	case errors.Is(err, sourcing.ErrNoLot), errors.Is(err, sourcing.ErrNoService):
		return store.ErrNotFound
	}
	return err
}
