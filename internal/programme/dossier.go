package programme

import (
	"context"
	"errors"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// LotSeen is a lot that a member sees, with what was decided about it.
type LotSeen struct {
	Purchase sourcing.Purchase
	Lot      sourcing.Lot
	Gone     bool // the lot was taken out of its purchase: its dossier is only read
	Settings sourcing.Programme
	Dossier  sourcing.Dossier
}

// Object is what is bought, in words.
func (l *LotSeen) Object() string { return l.Purchase.ObjectOf(&l.Lot) }

// Dossier reads what was asked, proposed and decided about a lot. store.ErrNotFound when
// the member does not see it.
func (s *Service) Dossier(ctx context.Context, m buyer.Member, purchase, lot string) (*LotSeen, error) {
	p, set, err := s.Purchase(ctx, m, purchase)
	if err != nil {
		return nil, err
	}
	out := &LotSeen{Purchase: p.Value, Settings: set, Dossier: sourcing.NewDossier(m.Organisation, purchase, lot)}
	d, err := s.Dossiers.Get(ctx, out.Dossier.ID)
	stored := err == nil && d.Value.Organisation == m.Organisation
	switch {
	case stored:
		out.Dossier = d.Value
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return nil, err
	}
	switch l := p.Value.Lot(lot); {
	case l != nil:
		out.Lot = *l
	case stored:
		out.Lot, out.Gone = sourcing.Lot{ID: lot, Object: "Lot retiré de l’achat"}, true
	default:
		return nil, store.ErrNotFound
	}
	return out, nil
}

// Evidence is the study of a lot as it is now, frozen. sourcing.ErrNoStudy where none is
// made.
func (s *Service) Evidence(ctx context.Context, m buyer.Member, purchase, lot string) (sourcing.Study, sourcing.Evidence, error) {
	if s.StudyLot == nil {
		return sourcing.Study{}, sourcing.Evidence{}, sourcing.ErrNoStudy
	}
	study, err := s.StudyLot(ctx, m, purchase, lot)
	if err != nil {
		return study, sourcing.Evidence{}, err
	}
	e, err := sourcing.Freeze(study)
	return study, e, err
}

// acting is what an action on a dossier knows of its lot.
type acting struct {
	*LotSeen
	dossier *sourcing.Dossier // as it is stored, to be changed
}

// onDossier carries out an action on the dossier of a lot that the member sees. do gives
// the mails that follow from it.
func (s *Service) onDossier(ctx context.Context, m buyer.Member, purchase, lot, what string, do func(*acting) ([]store.Effect, error)) error {
	seen, err := s.Dossier(ctx, m, purchase, lot)
	switch {
	case err != nil:
		return err
	case seen.Purchase.External != nil:
		return sourcing.ErrExternal
	case seen.Gone:
		return account.Fault("Ce lot n’est plus dans l’achat : son dossier se lit, il ne se modifie plus.")
	}
	_, err = store.UpdateOrInsert(ctx, s.Dossiers, seen.Dossier.ID, func(d *sourcing.Dossier) (store.Change, error) {
		if d.ID == "" {
			*d = sourcing.NewDossier(m.Organisation, purchase, lot)
		}
		if d.Organisation != m.Organisation {
			return store.Change{}, store.ErrNotFound
		}
		effects, err := do(&acting{seen, d})
		if err != nil {
			return store.Change{}, err
		}
		ch, err := s.change(m, what, d.ID, told(d)...)
		ch.Effects = effects
		return ch, err
	})
	return settled(err)
}

// told is what the journal tells of a dossier: its last word.
func told(d *sourcing.Dossier) []store.Changed {
	switch {
	case d.Proposal != nil:
		return []store.Changed{{Field: "proposal", After: d.Proposal.Says()}}
	case len(d.Decisions) > 0:
		return []store.Changed{{Field: "decision", After: d.Decisions[len(d.Decisions)-1].Proposal.Says()}}
	}
	return nil
}

// live refuses what would begin something on a purchase that has ended.
func (a *acting) live() error {
	if a.Purchase.State().Ended() {
		return sourcing.ErrEnded
	}
	return nil
}

// AskOpinion asks a facilitateur of the organisation for an opinion. An account.Fault.
func (s *Service) AskOpinion(ctx context.Context, m buyer.Member, purchase, lot string, o sourcing.Opinion) error {
	ids, err := s.Having(ctx, m, account.Facilitateur)
	if err != nil {
		return err
	}
	return s.onDossier(ctx, m, purchase, lot, "dossier.ask", func(a *acting) ([]store.Effect, error) {
		if err := a.live(); err != nil {
			return nil, err
		}
		if sourcing.Buys(m) && !slices.Contains(ids, o.Asked) {
			return nil, account.Fault("Choisissez un facilitateur de votre organisation.")
		}
		if err := a.dossier.Ask(m, o, s.Now()); err != nil {
			return nil, err
		}
		return s.opinionAsked(ctx, m, a, &o)
	})
}

// GiveOpinion answers one. An account.Fault.
func (s *Service) GiveOpinion(ctx context.Context, m buyer.Member, purchase, lot, id string, view sourcing.View, reason string) error {
	return s.onDossier(ctx, m, purchase, lot, "dossier.give", func(a *acting) ([]store.Effect, error) {
		if err := a.dossier.Give(m, id, view, reason, s.Now()); err != nil {
			return nil, err
		}
		return s.opinionGiven(ctx, m, a, a.dossier.Opinion(id))
	})
}

// Propose freezes the study of a lot as it is now and puts a proposal up for decision.
// stamp is that of what the author has read: sourcing.ErrStale when the study or the
// purchase has changed since.
func (s *Service) Propose(ctx context.Context, m buyer.Member, purchase, lot, stamp string, p sourcing.Proposal) error {
	if !sourcing.Buys(m) {
		return account.ErrNotAllowed
	}
	_, e, err := s.Evidence(ctx, m, purchase, lot)
	if err != nil {
		return err
	}
	return s.onDossier(ctx, m, purchase, lot, "dossier.propose", func(a *acting) ([]store.Effect, error) {
		if err := a.live(); err != nil {
			return nil, err
		}
		p.Judged, p.Evidence = sourcing.JudgedOf(&a.Purchase, &a.Lot), e
		stale := sourcing.Stamp(e, p.Judged) != stamp
		err := a.dossier.Propose(m, p, s.Now())
		switch {
		case err != nil:
			return nil, err // a form sent twice is none that is stale
		case stale:
			return nil, sourcing.ErrStale
		}
		return s.proposalWaiting(ctx, m, a)
	})
}

// Withdraw takes one's proposal back.
func (s *Service) Withdraw(ctx context.Context, m buyer.Member, purchase, lot, id string) error {
	return s.onDossier(ctx, m, purchase, lot, "dossier.withdraw", func(a *acting) ([]store.Effect, error) {
		return nil, a.dossier.Withdraw(m, id, s.Now())
	})
}

// Approve makes a proposal the decision in force. sourcing.ErrOwnProposal for its author,
// sourcing.ErrNoProposal when somebody was quicker.
func (s *Service) Approve(ctx context.Context, m buyer.Member, purchase, lot, id string) error {
	return s.onDossier(ctx, m, purchase, lot, "dossier.approve", func(a *acting) ([]store.Effect, error) {
		if err := a.live(); err != nil {
			return nil, err
		}
		if err := a.dossier.Approve(m, id, s.Now()); err != nil {
			return nil, err
		}
		return s.proposalDecided(ctx, m, a)
	})
}

// Refuse ends a proposal with a reason, as Approve does.
func (s *Service) Refuse(ctx context.Context, m buyer.Member, purchase, lot, id, reason string) error {
	return s.onDossier(ctx, m, purchase, lot, "dossier.refuse", func(a *acting) ([]store.Effect, error) {
		if err := a.dossier.Refuse(m, id, reason, s.Now()); err != nil {
			return nil, err
		}
		return s.proposalDecided(ctx, m, a)
	})
}

// Standing are the decisions in force on the lots of a purchase that the member sees, by
// lot.
func (s *Service) Standing(ctx context.Context, p *sourcing.Purchase) (map[string]sourcing.Decision, error) {
	out := map[string]sourcing.Decision{}
	for i := range p.Lots {
		d, err := s.Dossiers.Get(ctx, sourcing.DossierID(p.ID, p.Lots[i].ID))
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return nil, err
		default:
			if decision := d.Value.Standing(); decision != nil && d.Value.Organisation == p.Organisation {
				out[p.Lots[i].ID] = *decision
			}
		}
	}
	return out, nil
}

// Lengthened tells of which purchases the publicity lasts longer, by id: those announced
// as reserved, and those with a decision in force that lengthens it.
func (s *Service) Lengthened(ctx context.Context, list []sourcing.Purchase) (map[string]bool, error) {
	out := map[string]bool{}
	var ids []string
	for i := range list {
		p := &list[i]
		if p.State().Ended() || p.External != nil {
			continue
		}
		if out[p.ID] = p.Forward != nil && p.Forward.Reserved; out[p.ID] {
			continue
		}
		for n := range p.Lots {
			ids = append(ids, sourcing.DossierID(p.ID, p.Lots[n].ID))
		}
	}
	for some := range slices.Chunk(ids, dossierPage) {
		docs, err := s.Dossiers.GetSome(ctx, some)
		if err != nil {
			return nil, err
		}
		for i := range docs {
			d := &docs[i].Value
			out[d.Purchase] = out[d.Purchase] || d.Lengthens()
		}
	}
	return out, nil
}
