package gathering

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// strayAge is how old a guest without a seat is when it is swept: the seat comes right
// after it.
const strayAge = 24 * time.Hour

// SweepNeeds erases what guests said of diet and access, event.NeedsKept after the event,
// and says of how many.
func (s *Service) SweepNeeds(ctx context.Context) (n int, err error) {
	due := map[string]bool{} // by event
	err = store.EachFound(ctx, s.Guests, store.NeedyGuests, func(d store.Doc[event.Guest]) error {
		id := d.Value.Event
		if _, known := due[id]; !known {
			e, err := s.Events.Events.Get(ctx, id)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			due[id] = err != nil || e.Value.NeedsGo(s.Now())
		}
		if !due[id] {
			return nil
		}
		n++
		return changed(ctx, s.Guests, d.ID, store.Change{Actor: store.ActorSystem, At: s.Now().UTC()}, func(g *event.Guest) error { return g.DropNeeds(s.Now()) })
	})
	return n, err
}

// SweepNames takes names and addresses out of the guests of events that have been over for
// as long as an account is kept that nobody uses, and says of how many events. Guests go
// before their event, by which they are found: cut short, it is run again.
func (s *Service) SweepNames(ctx context.Context) (n int, err error) {
	months := s.People.Keep.Accounts
	err = store.EachFound(ctx, s.Events.Events, store.HoldingEvents, func(d store.Doc[event.Event]) error {
		if !d.Value.Lapsed(months, s.Now()) {
			return nil
		}
		by := store.Change{Actor: store.ActorSystem, At: s.Now().UTC()}
		err := errors.Join(
			store.EachFound(ctx, s.Guests, store.GuestsOf(d.ID), func(g store.Doc[event.Guest]) error {
				return changed(ctx, s.Guests, g.ID, by, func(g *event.Guest) error { return g.Anonymise(s.Now()) })
			}),
			store.EachFound(ctx, s.Checkins, store.GuestsOf(d.ID), func(c store.Doc[event.Checkin]) error {
				if c.Value.Guest != "" || c.Value.Result == event.Undone {
					return nil
				}
				return store.Drop(ctx, s.Checkins, c.ID) // a code that is nobody's may say anything
			}),
			store.EachFound(ctx, s.Events.Encounters, store.GuestsOf(d.ID), func(x store.Doc[event.Encounter]) error {
				return changed(ctx, s.Events.Encounters, x.ID, by, func(x *event.Encounter) error { return x.Anonymise(s.Now()) })
			}),
		)
		if err == nil {
			err = s.act(ctx, d.ID, store.ActorSystem, "event.lapse", func(e *event.Event) error {
				if !e.Lapsed(months, s.Now()) {
					return sourcing.ErrUnchanged
				}
				e.Anonymise(s.Now())
				return nil
			})
		}
		if err == nil {
			n++
		}
		return err
	})
	return n, err
}

// SweepStray deletes guests who have no seat: a portal that was stopped between the two
// writes has left them. It says how many.
func (s *Service) SweepStray(ctx context.Context) (n int, err error) {
	before := s.Now().Add(-strayAge)
	err = s.Events.Events.All(ctx, func(d store.Doc[event.Event]) error {
		if !d.Value.LapsedAt.IsZero() {
			return nil
		}
		seated := make(map[string]bool, len(d.Value.Seats))
		for i := range d.Value.Seats {
			seated[d.Value.Seats[i].Guest] = true
		}
		return store.EachFound(ctx, s.Guests, store.GuestsOf(d.ID), func(g store.Doc[event.Guest]) error {
			if seated[g.ID] || g.Value.CreatedAt.After(before) {
				return nil
			}
			n++
			return store.Drop(ctx, s.Guests, g.ID)
		})
	})
	return n, err
}

// DropOrganisation takes out the events of an organisation, with what hangs on them first,
// the mails to their guests too: cut short, it is run again. Who came meanwhile goes after
// the event, which takes nobody any more.
func (s *Service) DropOrganisation(ctx context.Context, organisation string) error {
	return store.EachFound(ctx, s.Events.Events, store.EventsOf(organisation), func(d store.Doc[event.Event]) error {
		if d.Value.Organisation != organisation {
			return nil
		}
		err := s.dropHanging(ctx, d.ID)
		if err == nil {
			err = store.Drop(ctx, s.Events.Events, d.ID)
		}
		if err == nil {
			err = s.dropHanging(ctx, d.ID)
		}
		return err
	})
}

// dropHanging takes out what hangs on an event.
func (s *Service) dropHanging(ctx context.Context, id string) error {
	err := store.EachFound(ctx, s.Guests, store.GuestsOf(id), func(g store.Doc[event.Guest]) error {
		if g.Value.Email != "" {
			if err := s.People.DropMails(ctx, account.Email(g.Value.Email), id+"."+g.ID+"."); err != nil {
				return err
			}
		}
		return store.Drop(ctx, s.Guests, g.ID)
	})
	if err != nil {
		return err
	}
	return errors.Join(
		store.EachFound(ctx, s.Checkins, store.GuestsOf(id), func(c store.Doc[event.Checkin]) error { return store.Drop(ctx, s.Checkins, c.ID) }),
		store.EachFound(ctx, s.Events.Encounters, store.GuestsOf(id), func(x store.Doc[event.Encounter]) error { return store.Drop(ctx, s.Events.Encounters, x.ID) }),
		store.Drop(ctx, s.Feedbacks, id),
	)
}

// changed writes one document, unless there is nothing to do or it is gone.
func changed[T any](ctx context.Context, c *store.Collection[T], id string, ch store.Change, do func(*T) error) error {
	_, err := store.Update(ctx, c, id, func(v *T) (store.Change, error) { return ch, do(v) })
	if errors.Is(err, sourcing.ErrUnchanged) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
