package operation

import (
	"context"
	"time"

	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// WriteDraft keeps the questionnaire that is being written; nil gives it up.
func (s *Service) WriteDraft(ctx context.Context, m buyer.Member, id string, q *survey.Questionnaire, rev int64) error {
	return s.On(ctx, m, id, "operation.draft", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.WriteDraft(m, q, rev, s.Now())
	})
}

// Approve makes the draft what everybody is asked: once the operation is open, everybody
// contacted is told of the difference.
func (s *Service) Approve(ctx context.Context, m buyer.Member, id string, rev int64) error {
	seen, err := s.Operation(ctx, m, id)
	if err != nil {
		return err
	}
	what := "operation.approve"
	if seen.Operation.State() != sourcing.Drafted {
		what = "operation.revise"
	}
	return s.on(ctx, m, id, what, func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return o.Approve(m, rev, s.Now()) })
}

// Postpone moves the deadline from what a page showed, for all, who are told.
func (s *Service) Postpone(ctx context.Context, m buyer.Member, id string, from, to time.Time) error {
	return s.On(ctx, m, id, "operation.postpone", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		if !o.Deadline.Equal(from) {
			return nil, sourcing.ErrStale
		}
		answered, err := s.answeredIn(ctx, id)
		if err != nil {
			return nil, err
		}
		return o.Postpone(m, to, answered, s.Now())
	})
}

// answeredIn reports whether an answer has been sent, whether or not its receipt is noted.
func (s *Service) answeredIn(ctx context.Context, id string) (bool, error) {
	docs, err := s.Answers.FindLookup(ctx, store.AnswersIn(id), sourcing.MaxSuppliers)
	if err != nil {
		return false, err
	}
	for i := range docs {
		if len(docs[i].Value.Submissions) > 0 {
			return true, nil
		}
	}
	return false, nil
}
