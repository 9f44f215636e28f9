package programme

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// DecisionHolder tells what dossiers and reviews hold on a person, and forgets it: what
// was asked, proposed, decided and noted stays with the organisation, without the id.
func (s *Service) DecisionHolder() people.Holder {
	return people.Holder{
		Name: "decisions", Title: "Vos avis, vos propositions et vos revues de marchés",
		Why:    "Savoir qui a demandé, donné, proposé et approuvé quoi avant une consultation, et qui était présent à une revue de marchés.",
		Tell:   s.tellDecisions,
		Forget: s.forgetDecisions,
	}
}

// toldDecision is a line of what is told.
type toldDecision struct {
	What         string    `json:"what"` // "opinion_asked", "opinion_given", "proposal", "decision", "review" or "review_note"
	Organisation string    `json:"organisation"`
	Object       string    `json:"object"` // id of the dossier, or of the review
	Text         string    `json:"text,omitempty"`
	At           time.Time `json:"at"`
}

func (s *Service) tellDecisions(ctx context.Context, p *account.Person, limit int) ([]any, error) {
	var out []any
	add := func(line toldDecision) {
		if len(out) < limit {
			out = append(out, line)
		}
	}
	err := errors.Join(
		eachNaming(ctx, s.Dossiers, p.ID, func(d store.Doc[sourcing.Dossier]) error { tellDossier(&d.Value, p.ID, add); return nil }),
		eachNaming(ctx, s.Planning.Reviews, p.ID, func(r store.Doc[sourcing.Review]) error { tellReview(&r.Value, p.ID, add); return nil }),
	)
	return out, err
}

func tellDossier(d *sourcing.Dossier, person string, add func(toldDecision)) {
	for i := range d.Opinions {
		o := &d.Opinions[i]
		if o.AskedBy == person {
			add(toldDecision{"opinion_asked", d.Organisation, d.ID, o.Question, o.AskedAt})
		}
		if o.By == person {
			add(toldDecision{"opinion_given", d.Organisation, d.ID, o.View.Label() + ", " + o.Reason, o.At})
		}
	}
	proposed := func(p *sourcing.Proposal) {
		if p != nil && p.By == person {
			add(toldDecision{"proposal", d.Organisation, d.ID, p.Says() + ", " + p.Reasons, p.At})
		}
	}
	proposed(d.Proposal)
	for i := range d.Decisions {
		x := &d.Decisions[i]
		proposed(&x.Proposal)
		if x.By == person {
			add(toldDecision{"decision", d.Organisation, d.ID, x.Reason, x.At()})
		}
	}
}

func tellReview(r *sourcing.Review, person string, add func(toldDecision)) {
	add(toldDecision{"review", r.Organisation, r.ID, "", r.CreatedAt})
	for i := range r.Items {
		if x := &r.Items[i]; x.By == person {
			add(toldDecision{"review_note", r.Organisation, r.ID, x.Note, x.At})
		}
	}
}

// forgetDecisions is done again when it was stopped: what was dealt with is not found again.
func (s *Service) forgetDecisions(ctx context.Context, p *account.Person, _ []account.Email) error {
	return errors.Join(
		eachNaming(ctx, s.Dossiers, p.ID, func(d store.Doc[sourcing.Dossier]) error {
			return forgetIn(ctx, s, s.Dossiers, d.ID, "dossier.forget", p.ID, (*sourcing.Dossier).Forget)
		}),
		eachNaming(ctx, s.Planning.Reviews, p.ID, func(r store.Doc[sourcing.Review]) error {
			return forgetIn(ctx, s, s.Planning.Reviews, r.ID, "review.forget", p.ID, (*sourcing.Review).Forget)
		}),
	)
}

// forgetIn takes a person off one document.
func forgetIn[T any](ctx context.Context, s *Service, c *store.Collection[T], id, what, person string, forget func(*T, string) bool) error {
	_, err := store.Update(ctx, c, id, func(v *T) (store.Change, error) {
		if !forget(v, person) {
			return store.Change{}, sourcing.ErrUnchanged
		}
		return store.Change{Actor: store.ActorSystem, At: s.Now().UTC(), Audit: true, What: what, Subject: person}, nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return settled(err)
}
