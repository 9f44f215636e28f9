package directory

import (
	"context"

	"sourcier/internal/structure"
)

// Preview is the structure as it would be shown if the draft were published, with
// what a moderator would check first.
func (s *Service) Preview(ctx context.Context, own *Own, organisation string) (*structure.Structure, error) {
	rules, err := s.rules(ctx)
	if err != nil {
		return nil, err
	}
	st := own.Shown
	if st.ID == "" {
		st = *own.Value.Identity()
	}
	sheet := own.Sheet(organisation)
	rules.Set(&st, structure.Claim{Source: structure.SourceSelf})
	rules.Set(&st, sheet.Claim(structure.DateOf(s.Now())).Beyond(&st))
	return &st, nil
}
