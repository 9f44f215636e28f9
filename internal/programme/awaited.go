package programme

import (
	"cmp"
	"context"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// MaxAwaited bounds what is shown of what waits.
const MaxAwaited = 200

// dossierPage is how many dossiers are read at a time: each may be large.
const dossierPage = 20

// Awaited is an opinion, or a decision on a proposal, that a lot waits for.
type Awaited struct {
	Purchase, Lot string // ids
	Object        string
	Of            string // object of the purchase, when the lot has its own
	Opinion       *sourcing.Opinion
	Proposal      *sourcing.Proposal // without its evidence
}

// Awaited lists the opinions that the organisation waits for, the late first, and the
// proposals that wait for a decision, the oldest first: what the member sees of them.
func (s *Service) Awaited(ctx context.Context, m buyer.Member) (opinions, proposals []Awaited, err error) {
	set, err := s.Of(ctx, m)
	if err != nil {
		return nil, nil, err
	}
	opinions, err = s.awaited(ctx, m, &set, store.OpinionsAwaited(m.Organisation), func(a *Awaited, d *sourcing.Dossier) { a.Opinion = d.Waiting() })
	if err != nil {
		return nil, nil, err
	}
	proposals, err = s.awaited(ctx, m, &set, store.ProposalsAwaited(m.Organisation), func(a *Awaited, d *sourcing.Dossier) {
		if d.Proposal != nil {
			d.Proposal.Evidence = sourcing.Evidence{}
		}
		a.Proposal = d.Proposal
	})
	opinions = slices.DeleteFunc(opinions, func(a Awaited) bool { return a.Opinion == nil })
	proposals = slices.DeleteFunc(proposals, func(a Awaited) bool { return a.Proposal == nil })
	slices.SortStableFunc(opinions, func(a, b Awaited) int { return cmp.Compare(a.Opinion.Due, b.Opinion.Due) })
	slices.SortStableFunc(proposals, func(a, b Awaited) int { return a.Proposal.At.Compare(b.Proposal.At) })
	return opinions, proposals, err
}

func (s *Service) awaited(ctx context.Context, m buyer.Member, set *sourcing.Programme, key string, fill func(*Awaited, *sourcing.Dossier)) (out []Awaited, err error) {
	for after := ""; len(out) < MaxAwaited; {
		docs, err := s.Dossiers.PageLookup(ctx, key, after, dossierPage)
		if err != nil || len(docs) == 0 {
			return out, err
		}
		var ids []string
		for _, d := range docs {
			ids = append(ids, d.Value.Purchase)
		}
		purchases, err := s.Purchases.GetSome(ctx, ids)
		if err != nil {
			return nil, err
		}
		byID := map[string]*sourcing.Purchase{}
		for i := range purchases {
			byID[purchases[i].ID] = &purchases[i].Value
		}
		for i := range docs {
			after = docs[i].ID
			d := &docs[i].Value
			p := byID[d.Purchase]
			if p == nil || p.Organisation != m.Organisation || !set.Sees(m, p.Service) {
				continue
			}
			a := awaitedOf(p, d)
			fill(&a, d)
			out = append(out, a)
		}
	}
	return out, nil
}

// awaitedOf names the lot of a dossier.
func awaitedOf(p *sourcing.Purchase, d *sourcing.Dossier) Awaited {
	a := Awaited{Purchase: d.Purchase, Lot: d.Lot, Object: p.Object}
	if l := p.Lot(d.Lot); l != nil {
		a.Object = p.ObjectOf(l)
	}
	if a.Object != p.Object {
		a.Of = p.Object
	}
	return a
}

// CountAwaited is how much waits for the member: opinions for a facilitateur, proposals
// of others for a buyer.
func (s *Service) CountAwaited(ctx context.Context, m buyer.Member) (int, error) {
	switch {
	case sourcing.Advises(m):
		n, err := s.Dossiers.CountLookup(ctx, store.OpinionsAwaited(m.Organisation))
		return int(n), err
	case sourcing.Buys(m):
		all, err := s.Dossiers.CountLookup(ctx, store.ProposalsAwaited(m.Organisation))
		if err != nil || all == 0 {
			return 0, err
		}
		own, err := s.Dossiers.CountLookup(ctx, store.ProposalsBy(m.Organisation, m.Person))
		return int(all - own), err
	}
	return 0, nil
}

// Facilitateurs are those of the member's organisation, by name.
func (s *Service) Facilitateurs(ctx context.Context, m buyer.Member) ([]account.Person, error) {
	ids, err := s.Having(ctx, m, account.Facilitateur)
	if err != nil {
		return nil, err
	}
	return s.persons(ctx, ids)
}

// Approvers is how many others of the member's organisation could approve what the
// member proposes.
func (s *Service) Approvers(ctx context.Context, m buyer.Member) (n int, err error) {
	ids, err := s.Having(ctx, m, account.Buyer)
	for _, id := range ids {
		if id != m.Person {
			n++
		}
	}
	return n, err
}

// persons reads accounts, by name.
func (s *Service) persons(ctx context.Context, ids []string) (out []account.Person, err error) {
	docs, err := s.People.People.GetSome(ctx, ids)
	for _, d := range docs {
		out = append(out, d.Value)
	}
	slices.SortFunc(out, func(a, b account.Person) int {
		return cmp.Or(cmp.Compare(a.Shown(), b.Shown()), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}
