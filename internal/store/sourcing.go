package store

import (
	"context"

	"sourcier/internal/sourcing"
)

// Collections of the programme of purchases.
const (
	PurchaseCollection  = "purchase"
	ContractCollection  = "contract"
	ProgrammeCollection = "programme"
	LawCollection       = "law"
	ImportCollection    = "import" // ephemeral: files that wait for a person, 24 hours
	DossierCollection   = "dossier"
	ReviewCollection    = "review"
	InterestCollection  = "interest"
	WatchCollection     = "watch"
)

// Planning is what organisations plan to buy.
type Planning struct {
	Purchases  *Collection[sourcing.Purchase]
	Contracts  *Collection[sourcing.Contract]
	Programmes *Collection[sourcing.Programme]
	LawBook    *Collection[sourcing.LawBook]
	Imports    *Collection[sourcing.Import]
	Dossiers   *Collection[sourcing.Dossier]
	Reviews    *Collection[sourcing.Review]
	Interests  *Collection[sourcing.Interest]
	Watches    *Collection[sourcing.Watch]
}

// ForwardPurchases is the lookup key of purchases that the public forward programme shows.
const ForwardPurchases = "forward"

// PurchasesOf is the lookup key of the purchases of an organisation, or its contracts.
func PurchasesOf(organisation string) string { return "organisation:" + organisation }

// PlansNaming is the lookup key of the purchases, contracts, interests and settings that
// name a person.
func PlansNaming(person string) string { return "person:" + person }

// InterestsIn is the lookup key of what structures have shown for a purchase and not
// taken back.
func InterestsIn(purchase string) string { return "purchase:" + purchase }

// InterestsAbout is the lookup key of all of them, those taken back too.
func InterestsAbout(purchase string) string { return "about:" + purchase }

// FollowedAhead is the lookup key of the watches that tell somebody something.
const FollowedAhead = "followed"

// RunningContracts is the lookup key of contracts that nothing has ended or followed.
const RunningContracts = "running"

// ProposedContracts is the lookup key of contracts whose follower was decided on and is
// still to be written.
const ProposedContracts = "proposed"

const waitingKey = "waiting:"

// OpinionsAwaited and ProposalsAwaited are the lookup keys of the dossiers of an
// organisation in which an opinion, or a decision on a proposal, is awaited.
func OpinionsAwaited(organisation string) string { return waitingKey + "opinion:" + organisation }

// ProposalsAwaited is described with OpinionsAwaited.
func ProposalsAwaited(organisation string) string { return waitingKey + "proposal:" + organisation }

// ProposalsBy is the lookup key of those that a person has proposed.
func ProposalsBy(organisation, person string) string {
	return ProposalsAwaited(organisation) + ":" + person
}

// ReviewsOf is the lookup key of the reviews of an organisation.
func ReviewsOf(organisation string) string { return PurchasesOf(organisation) }

// DossiersOfPurchase is the lookup key of the dossiers of the lots of a purchase.
func DossiersOfPurchase(purchase string) string { return "purchase:" + purchase }

// NamedReviews is the lookup key of the reviews that hold typed names.
const NamedReviews = "named"

var (
	purchaseCodec = Codec[sourcing.Purchase]{Schema: 1,
		ID: func(p *sourcing.Purchase) string { return p.ID },
		Keys: func(p *sourcing.Purchase) Keys {
			k := Keys{Lookup: []string{PurchasesOf(p.Organisation)}}
			if _, public := p.Announced(); public {
				k.Lookup = append(k.Lookup, ForwardPurchases)
			}
			for _, person := range p.Persons() {
				k.Lookup = append(k.Lookup, PlansNaming(person))
			}
			return k.Normal()
		},
	}
	contractCodec = Codec[sourcing.Contract]{Schema: 1,
		ID: func(c *sourcing.Contract) string { return c.ID },
		Keys: func(c *sourcing.Contract) Keys {
			k := Keys{Lookup: []string{PurchasesOf(c.Organisation)}}
			if c.CreatedBy != "" {
				k.Lookup = append(k.Lookup, PlansNaming(c.CreatedBy))
			}
			if c.EndedAt.IsZero() && c.Purchase == "" {
				k.Lookup = append(k.Lookup, RunningContracts)
			}
			if c.Purchase != "" && c.FollowedAt.IsZero() {
				k.Lookup = append(k.Lookup, ProposedContracts)
			}
			return k.Normal()
		},
	}
	programmeCodec = Codec[sourcing.Programme]{Schema: 1,
		ID: func(p *sourcing.Programme) string { return p.Organisation },
		Keys: func(p *sourcing.Programme) (k Keys) {
			for _, person := range p.Persons() {
				k.Lookup = append(k.Lookup, PlansNaming(person))
			}
			return k.Normal()
		},
	}
	importCodec = Codec[sourcing.Import]{Schema: 1,
		ID:   func(i *sourcing.Import) string { return i.ID },
		Keys: func(i *sourcing.Import) Keys { return Keys{Lookup: []string{PurchasesOf(i.Organisation)}} },
	}
	interestCodec = Codec[sourcing.Interest]{Schema: 1,
		ID: func(i *sourcing.Interest) string { return sourcing.InterestID(i.Purchase, i.Structure) },
		Keys: func(i *sourcing.Interest) Keys {
			k := Keys{Lookup: []string{InterestsAbout(i.Purchase)}}
			if i.Stands() {
				k.Lookup = append(k.Lookup, InterestsIn(i.Purchase))
			}
			if i.By != "" {
				k.Lookup = append(k.Lookup, PlansNaming(i.By))
			}
			return k.Normal()
		},
	}
	watchCodec = Codec[sourcing.Watch]{Schema: 1,
		ID: func(w *sourcing.Watch) string { return w.Person },
		Keys: func(w *sourcing.Watch) Keys {
			if w.StoppedAt.IsZero() {
				return Keys{Lookup: []string{FollowedAhead}}
			}
			return Keys{}
		},
	}
	lawCodec = Codec[sourcing.LawBook]{Schema: 1,
		ID:   func(*sourcing.LawBook) string { return sourcing.LawBookID },
		Keys: func(*sourcing.LawBook) Keys { return Keys{} },
	}
	dossierCodec = Codec[sourcing.Dossier]{Schema: 1,
		ID: func(d *sourcing.Dossier) string { return d.ID },
		Keys: func(d *sourcing.Dossier) Keys {
			k := Keys{Lookup: append(namedBy(d.Persons()), PurchasesOf(d.Organisation), DossiersOfPurchase(d.Purchase))}
			if d.Waiting() != nil {
				k.Lookup = append(k.Lookup, OpinionsAwaited(d.Organisation))
			}
			if d.Proposal != nil {
				k.Lookup = append(k.Lookup, ProposalsAwaited(d.Organisation), ProposalsBy(d.Organisation, d.Proposal.By))
			}
			return k.Normal()
		},
	}
	reviewCodec = Codec[sourcing.Review]{Schema: 1,
		ID: func(r *sourcing.Review) string { return r.ID },
		Keys: func(r *sourcing.Review) Keys {
			k := Keys{Lookup: append(namedBy(r.Persons()), ReviewsOf(r.Organisation))}
			if len(r.Others) > 0 {
				k.Lookup = append(k.Lookup, NamedReviews)
			}
			return k.Normal()
		},
	}
)

// OpenPlanning opens them.
func OpenPlanning(ctx context.Context, db DB) (*Planning, error) {
	p := &Planning{}
	for _, open := range []func() error{
		func() error { return openInto(ctx, db, PurchaseCollection, purchaseCodec, &p.Purchases) },
		func() error { return openInto(ctx, db, ContractCollection, contractCodec, &p.Contracts) },
		func() error { return openInto(ctx, db, ProgrammeCollection, programmeCodec, &p.Programmes) },
		func() error { return openInto(ctx, db, LawCollection, lawCodec, &p.LawBook) },
		func() error { return openInto(ctx, db, ImportCollection, importCodec, &p.Imports) },
		func() error { return openInto(ctx, db, DossierCollection, dossierCodec, &p.Dossiers) },
		func() error { return openInto(ctx, db, ReviewCollection, reviewCodec, &p.Reviews) },
		func() error { return openInto(ctx, db, InterestCollection, interestCodec, &p.Interests) },
		func() error { return openInto(ctx, db, WatchCollection, watchCodec, &p.Watches) },
	} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	return p, nil
}
