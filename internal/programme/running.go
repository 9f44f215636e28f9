package programme

import (
	"context"

	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// RunningContracts gives the contracts in force on a day, or to come, that the member
// sees.
func (s *Service) RunningContracts(ctx context.Context, m buyer.Member, on structure.Date) ([]sourcing.Contract, error) {
	set, err := s.Of(ctx, m)
	if err != nil {
		return nil, err
	}
	docs, err := s.Contracts.FindLookup(ctx, store.PurchasesOf(m.Organisation), sourcing.MaxContracts)
	if err != nil {
		return nil, err
	}
	var out []sourcing.Contract
	for _, d := range docs {
		if v := &d.Value; set.Sees(m, v.Service) && v.EndedAt.IsZero() && v.LastDay() >= on {
			out = append(out, d.Value)
		}
	}
	return out, nil
}
