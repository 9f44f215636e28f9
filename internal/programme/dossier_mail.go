package programme

import (
	"context"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// letter is one about the lot.
func (s *Service) letter(ctx context.Context, m buyer.Member, a *acting, kind message.Kind) (message.Order, error) {
	o := message.Order{
		Key: message.Key{Kind: kind, Object: a.dossier.ID}, Sender: m.Person,
		Details: map[string]string{message.DetailPurchase: a.Object()},
	}
	d, err := s.People.People.Get(ctx, m.Person)
	if err != nil {
		return o, err
	}
	o.Details[message.DetailBy] = d.Value.Name
	org, err := s.People.Organisations.Get(ctx, m.Organisation)
	o.Details[message.DetailOrganisation] = org.Value.Name
	return o, err
}

func (s *Service) opinionAsked(ctx context.Context, m buyer.Member, a *acting, asked *sourcing.Opinion) ([]store.Effect, error) {
	o, err := s.letter(ctx, m, a, message.OpinionAsked)
	if err != nil {
		return nil, err
	}
	o.Details[message.DetailDay] = string(asked.Due)
	if asked.Question != "" {
		o.Details[message.DetailText] = asked.Question
	}
	return s.People.MailPersons(ctx, o, asked.Asked)
}

func (s *Service) opinionGiven(ctx context.Context, m buyer.Member, a *acting, given *sourcing.Opinion) ([]store.Effect, error) {
	if given.AskedBy == "" || given.AskedBy == m.Person {
		return nil, nil
	}
	o, err := s.letter(ctx, m, a, message.OpinionGiven)
	if err != nil {
		return nil, err
	}
	o.Details[message.DetailChoice], o.Details[message.DetailText] = given.View.Label(), given.Reason
	return s.People.MailPersons(ctx, o, given.AskedBy)
}

func (s *Service) proposalWaiting(ctx context.Context, m buyer.Member, a *acting) ([]store.Effect, error) {
	ids, err := s.Having(ctx, m, account.Buyer)
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == m.Person })
	o, err := s.letter(ctx, m, a, message.ProposalWaiting)
	if err != nil {
		return nil, err
	}
	o.Details[message.DetailChoice] = a.dossier.Proposal.Says()
	return s.People.MailPersons(ctx, o, ids[:min(len(ids), people.MaxTold)]...)
}

// proposalDecided tells the author of the last decision.
func (s *Service) proposalDecided(ctx context.Context, m buyer.Member, a *acting) ([]store.Effect, error) {
	d := &a.dossier.Decisions[len(a.dossier.Decisions)-1]
	if d.Proposal.By == "" {
		return nil, nil
	}
	o, err := s.letter(ctx, m, a, message.ProposalDecided)
	if err != nil {
		return nil, err
	}
	o.Details[message.DetailChoice] = "approuvée"
	if !d.RefusedAt.IsZero() {
		o.Details[message.DetailChoice], o.Details[message.DetailText] = "refusée", d.Reason
	}
	return s.People.MailPersons(ctx, o, d.Proposal.By)
}
