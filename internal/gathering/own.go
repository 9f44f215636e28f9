package gathering

import (
	"context"
	"errors"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/store"
)

// Own are the invitations of a person, by the account or its address, the latest event
// first. Who was put on a list and never written to is told nothing.
func (s *Service) Own(ctx context.Context, p *account.Person) (out []Reached, err error) {
	guests, err := s.guestsAt(ctx, p.ID, []account.Email{p.Email})
	if err != nil {
		return nil, err
	}
	for i := range guests {
		d, err := s.Events.Events.Get(ctx, guests[i].Event)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		seat := d.Value.Seat(guests[i].ID)
		if seat == nil || seat.Invited.IsZero() && seat.Answer == event.Pending {
			continue
		}
		out = append(out, Reached{d.Value, guests[i], *seat})
	}
	slices.SortFunc(out, func(a, b Reached) int { return b.Event.Starts.Compare(a.Event.Starts) })
	return out, nil
}
