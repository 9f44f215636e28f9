package gathering

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/event"
	"sourcier/internal/store"
)

// agendaMonths is how far the public agenda looks, agendaMost how many events of a month it
// reads.
const (
	agendaMonths = 18
	agendaMost   = 100
)

// Announced is an event of the public agenda, without its seats: how many places are left is
// all that is told of them.
type Announced struct {
	Event     event.Event
	Organiser string // name
	Left      int    // places
	Full      bool
}

// Agenda lists what is published and not over, the next first.
func (s *Service) Agenda(ctx context.Context) ([]Announced, error) {
	now := s.Now().UTC()
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	var list []event.Event
	for n := range agendaMonths {
		docs, err := s.Events.Events.FindLookup(ctx, store.PublicEvents(first.AddDate(0, n, 0)), agendaMost)
		if err != nil {
			return nil, err
		}
		for i := range docs {
			if docs[i].Value.Ends.After(now) {
				list = append(list, docs[i].Value)
			}
		}
	}
	slices.SortFunc(list, func(a, b event.Event) int {
		if c := a.Starts.Compare(b.Starts); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	names, err := s.organisers(ctx, list)
	if err != nil {
		return nil, err
	}
	out := make([]Announced, len(list))
	for i := range list {
		out[i] = announced(&list[i], names)
	}
	return out, nil
}

// Public reads an event of the public agenda, also one that is over. store.ErrNotFound for
// one that is not published.
func (s *Service) Public(ctx context.Context, id string) (*Announced, error) {
	d, err := s.Events.Events.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if d.Value.PublishedAt.IsZero() {
		return nil, fmt.Errorf("event %s is not published: %w", id, store.ErrNotFound)
	}
	names, err := s.organisers(ctx, []event.Event{d.Value})
	if err != nil {
		return nil, err
	}
	out := announced(&d.Value, names)
	return &out, nil
}

// announced keeps of an event what everybody may read.
func announced(e *event.Event, names map[string]string) Announced {
	out := Announced{Event: *e, Organiser: names[e.Organisation], Left: e.Left()}
	out.Full = out.Left == 0
	out.Event.Seats, out.Event.History, out.Event.Sendings, out.Event.Promotions, out.Event.Budget = nil, nil, nil, nil, nil
	out.Event.Place.Link = ""
	return out
}

// organisers are the names of who organises events.
func (s *Service) organisers(ctx context.Context, list []event.Event) (map[string]string, error) {
	var ids []string
	for i := range list {
		if !slices.Contains(ids, list[i].Organisation) {
			ids = append(ids, list[i].Organisation)
		}
	}
	out := map[string]string{}
	for part := range slices.Chunk(ids, 200) {
		docs, err := s.People.Organisations.GetSome(ctx, part)
		if err != nil {
			return nil, err
		}
		for i := range docs {
			out[docs[i].ID] = docs[i].Value.Name
		}
	}
	return out, nil
}

// Votes are how many guests each date of the poll of an event suits, and how many have
// answered it.
type Votes struct {
	Answered int
	All      map[string]int
	By       map[string]map[event.Role]int
}

// Votes counts what guests said of the dates. Whose vote it is stays with the guest.
func (s *Service) Votes(ctx context.Context, e *event.Event) (v Votes, voted map[string]bool, err error) {
	v, voted = Votes{All: map[string]int{}, By: map[string]map[event.Role]int{}}, map[string]bool{}
	if len(e.Dates) == 0 {
		return v, voted, nil
	}
	var ids []string
	role := map[string]event.Role{}
	for i := range e.Seats {
		if seat := &e.Seats[i]; seat.Active() {
			ids = append(ids, seat.Guest)
			role[seat.Guest] = seat.Role
		}
	}
	guests, err := s.GuestsByID(ctx, ids)
	if err != nil {
		return v, nil, err
	}
	for id, g := range guests {
		if g.PolledAt.IsZero() {
			continue
		}
		v.Answered++
		voted[id] = true
		for _, date := range g.Dates {
			if v.By[date] == nil {
				v.By[date] = map[event.Role]int{}
			}
			v.All[date]++
			v.By[date][role[id]]++
		}
	}
	return v, voted, nil
}
