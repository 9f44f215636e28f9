package operation

import "context"

// Passing tells a test of the steps of what takes several writes; an error stops there, as
// a kill would.
func (s *Service) Passing(told func(step string) error) { s.passed = told }

// JudgeMinutes is what JudgeOwnMinutes does of what is shown.
func (s *Service) JudgeMinutes(ctx context.Context, r *Reached, exchange string, agrees bool, word, name string, rev int64) error {
	return s.judgeMinutes(ctx, r, exchange, agrees, word, name, rev)
}
