// Package directory holds what pages and commands do with sheets: structures claim
// them and write them, moderators decide. The rules of internal/registration and
// internal/structure are carried out on the store; what follows from a write (a mail,
// an audit line) is written with it. A refusal that a person may read is an
// account.Fault; what is not theirs is store.ErrNotFound.
package directory

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/label"
	"sourcier/internal/network"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Service does it. Safe for concurrent use.
type Service struct {
	Structures    *store.Structures
	Registrations *store.Registrations
	Groupements   *store.Groupements
	Provenance    *store.Provenance
	Blobs         *store.Blobs
	Apart         *store.Apart
	LabelDocs     *store.Collection[label.Label]
	Memberships   *store.Collection[network.Membership]
	People        *people.Service
	Atlas         *territory.Atlas
	Taxonomy      *taxonomy.Taxonomy
	Now           func() time.Time

	// Objects reports whether a number ("siret:…") is on the opposition list; nil where
	// nobody objects.
	Objects func(ctx context.Context, number string) (bool, error)

	// Written has the search of this portal take in what was just written, so that
	// the next request sees it; nil where nothing is searched.
	Written func(context.Context) error

	// Suspects is what was found alike when the directory was last read as a whole
	// (app/tally.go); nil before.
	Suspects atomic.Pointer[structure.Suspects]

	passed func(step string) error // told of the steps of a merge, by its proof
}

// Open opens the collections that it works on.
func Open(ctx context.Context, db store.DB, p *people.Service, now func() time.Time) (*Service, error) {
	s := &Service{People: p, Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Now: now}
	for _, open := range []func() error{
		func() (err error) { s.Structures, err = store.OpenStructures(ctx, db); return err },
		func() (err error) { s.Registrations, err = store.OpenRegistrations(ctx, db); return err },
		func() (err error) { s.Groupements, err = store.OpenGroupements(ctx, db); return err },
		func() (err error) { s.Provenance, err = store.OpenProvenance(ctx, db); return err },
		func() (err error) { s.Apart, err = store.OpenApart(ctx, db); return err },
		func() (err error) { s.LabelDocs, err = store.OpenLabels(ctx, db); return err },
		func() (err error) { s.Memberships, err = store.OpenMemberships(ctx, db); return err },
		func() (err error) { s.Blobs, err = store.OpenBlobs(ctx, db, now); return err },
	} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	p.Holders = append(p.Holders, s.contactHolder(), s.requestHolder())
	p.Pending = append(p.Pending, Sources...)
	return s, nil
}

// Sources are the collections whose documents hold effects, for the relay.
var Sources = []string{"structure", store.RegistrationCollection, store.GroupementCollection, store.ApartCollection, store.LabelCollection, store.MembershipCollection, store.ReportCollection}

// Who acts: a person, for an organisation.
type Who struct{ Person, Organisation string }

// member holds that the person works for the organisation of a structure, confirmed
// or not: until a claim is proved its organisation need not be. store.ErrNotFound.
func (s *Service) member(ctx context.Context, w Who) error {
	d, err := s.People.Organisations.Get(ctx, w.Organisation)
	if err != nil {
		return err
	}
	o := &d.Value
	if o.Kind != account.KindOwner || !o.ClosedAt.IsZero() || o.Member(w.Person) == nil {
		return fmt.Errorf("organisation %s: %w", w.Organisation, store.ErrNotFound)
	}
	return nil
}

// SheetFor is the published sheet of a structure for which a person acts. store.ErrNotFound
// for any that the organisation does not hold, an account.Fault for one that is not shown.
func (s *Service) SheetFor(ctx context.Context, person, organisation, id string) (structure.Structure, error) {
	w := Who{Person: person, Organisation: organisation}
	if err := s.member(ctx, w); err != nil {
		return structure.Structure{}, err
	}
	d, err := s.Registrations.Get(ctx, id)
	if err == nil && !d.Value.Holds(organisation) {
		err = fmt.Errorf("sheet %s of %s: %w", id, organisation, store.ErrNotFound)
	}
	if err != nil {
		return structure.Structure{}, err
	}
	v, err := s.standingOne(ctx, id)
	switch {
	case err != nil:
		return structure.Structure{}, err
	case v.Suspended != nil:
		return structure.Structure{}, account.Fault("Cette fiche est suspendue : elle n’agit plus tant qu’elle n’est pas rétablie.")
	case v.ID != id || !joinable(&v):
		return structure.Structure{}, account.Fault("Cette fiche n’est pas en ligne : agissez avec celle qui l’est.")
	}
	return v, nil
}

// Own is a sheet as its organisation works on it.
type Own struct {
	store.Doc[registration.Registration]
	Shown structure.Structure // as it is published, the zero value when it is not
}

// Own reads a sheet that the organisation writes. store.ErrNotFound for any other.
func (s *Service) Own(ctx context.Context, w Who, id string) (*Own, error) {
	if err := s.member(ctx, w); err != nil {
		return nil, err
	}
	d, err := s.Registrations.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !d.Value.Writes(w.Organisation) {
		return nil, fmt.Errorf("sheet %s of %s: %w", id, w.Organisation, store.ErrNotFound)
	}
	shown, err := s.shown(ctx, id)
	return &Own{d, shown}, err
}

// Sheet is what the organisation writes on: its draft, else what is published.
func (o *Own) Sheet(organisation string) registration.Sheet {
	if d := o.Value.DraftOf(organisation); d != nil {
		return d.Sheet
	}
	return o.start()
}

// Rev is the revision that a page shows, to be given back with what it saves.
func (o *Own) Rev(organisation string) int64 {
	if d := o.Value.DraftOf(organisation); d != nil {
		return d.Rev
	}
	if last := o.Value.Last(); last != nil {
		return last.Rev
	}
	return 0
}

func (o *Own) start() registration.Sheet { return startOf(&o.Value, &o.Shown) }

// startOf is where a draft begins: what is shown, and what was declared.
func startOf(r *registration.Registration, shown *structure.Structure) registration.Sheet {
	sheet := registration.SheetOf(shown)
	if last := r.Last(); last != nil {
		sheet.Kinds = last.Sheet.Kinds
	}
	return sheet
}

// Sheets lists those that an organisation owns or asks for.
func (s *Service) Sheets(ctx context.Context, w Who) ([]*Own, error) {
	if err := s.member(ctx, w); err != nil {
		return nil, err
	}
	docs, err := s.Registrations.Of(ctx, w.Organisation)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = d.ID
	}
	shown, err := s.Structures.GetSome(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*Own, len(docs))
	for i, d := range docs {
		out[i] = &Own{Doc: d}
		for _, st := range shown {
			if st.ID == d.ID {
				out[i].Shown = st.Value
			}
		}
	}
	return out, nil
}

// shown reads a structure, the zero value when there is none.
func (s *Service) shown(ctx context.Context, id string) (structure.Structure, error) {
	d, err := s.Structures.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return structure.Structure{}, nil
	}
	return d.Value, err
}

// rules are those of a fold, with the lists as they are known now.
func (s *Service) rules(ctx context.Context) (*structure.Rules, error) {
	rules := &structure.Rules{Atlas: s.Atlas, Sold: s.Taxonomy.Sold}
	err := s.Provenance.Listings.All(ctx, func(d store.Doc[structure.Listing]) error {
		rules.Listings = rules.Listings.With(d.Value)
		return nil
	})
	return rules, err
}
