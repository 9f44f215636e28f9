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
	InterestCollection  = "interest"
	WatchCollection     = "watch"
)

// Planning is what organisations plan to buy.
type Planning struct {
	Purchases  *Collection[sourcing.Purchase]
	Contracts  *Collection[sourcing.Contract]
	Programmes *Collection[sourcing.Programme]
	LawBook    *Collection[sourcing.LawBook]
	Interests  *Collection[sourcing.Interest]
	Watches    *Collection[sourcing.Watch]
}

// ForwardPurchases is the lookup key of purchases that the public forward programme shows.
const ForwardPurchases = "forward"

// PurchasesOf is the lookup key of the purchases of an organisation, or its contracts.
func PurchasesOf(organisation string) string { return "organisation:" + organisation }

// InterestsIn is the lookup key of what structures have shown for a purchase and not
// taken back.
func InterestsIn(purchase string) string { return "purchase:" + purchase }

// InterestsOf is the lookup key of what a structure has shown and not taken back.
func InterestsOf(structure string) string { return "structure:" + structure }

// FollowedAhead is the lookup key of the watches that tell somebody something.
const FollowedAhead = "followed"

// RunningContracts is the lookup key of contracts that nothing has ended or followed.
const RunningContracts = "running"

// ContractsOfHolder is the lookup key of the contracts that a legal unit holds.
func ContractsOfHolder(siren string) string { return "holder:" + siren }

var (
	purchaseCodec = Codec[sourcing.Purchase]{Schema: 1,
		ID: func(p *sourcing.Purchase) string { return p.ID },
		Keys: func(p *sourcing.Purchase) Keys {
			k := Keys{Lookup: []string{PurchasesOf(p.Organisation)}}
			if _, public := p.Announced(); public {
				k.Lookup = append(k.Lookup, ForwardPurchases)
			}
			return k.Normal()
		},
	}
	contractCodec = Codec[sourcing.Contract]{Schema: 1,
		ID: func(c *sourcing.Contract) string { return c.ID },
		Keys: func(c *sourcing.Contract) Keys {
			k := Keys{Lookup: []string{PurchasesOf(c.Organisation)}}
			if c.Holder.SIREN != "" {
				k.Lookup = append(k.Lookup, ContractsOfHolder(c.Holder.SIREN))
			}
			if c.EndedAt.IsZero() && c.Purchase == "" {
				k.Lookup = append(k.Lookup, RunningContracts)
			}
			return k.Normal()
		},
	}
	programmeCodec = Codec[sourcing.Programme]{Schema: 1,
		ID:   func(p *sourcing.Programme) string { return p.Organisation },
		Keys: func(*sourcing.Programme) Keys { return Keys{} },
	}
	interestCodec = Codec[sourcing.Interest]{Schema: 1,
		ID: func(i *sourcing.Interest) string { return sourcing.InterestID(i.Purchase, i.Structure) },
		Keys: func(i *sourcing.Interest) Keys {
			var k Keys
			if i.Stands() {
				k.Lookup = []string{InterestsIn(i.Purchase), InterestsOf(i.Structure)}
			}
			if i.By != "" {
				k.Lookup = append(k.Lookup, DeskOf(i.By))
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
)

// OpenPlanning opens them.
func OpenPlanning(ctx context.Context, db DB) (*Planning, error) {
	p := &Planning{}
	for _, open := range []func() error{
		func() error { return openInto(ctx, db, PurchaseCollection, purchaseCodec, &p.Purchases) },
		func() error { return openInto(ctx, db, ContractCollection, contractCodec, &p.Contracts) },
		func() error { return openInto(ctx, db, ProgrammeCollection, programmeCodec, &p.Programmes) },
		func() error { return openInto(ctx, db, LawCollection, lawCodec, &p.LawBook) },
		func() error { return openInto(ctx, db, InterestCollection, interestCodec, &p.Interests) },
		func() error { return openInto(ctx, db, WatchCollection, watchCodec, &p.Watches) },
	} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	return p, nil
}
