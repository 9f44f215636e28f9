// Package gathering holds what pages and commands do with events: prepare, invite, answer,
// let in, survey. The rules of internal/event are carried out on the store. Every mail to a
// guest is owed by a seat of the event before it is made, so that the version of one
// document orders answers, offers and cancellations. A refusal that a person may read is an
// account.Fault; what is not theirs is store.ErrNotFound.
package gathering

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Service does it. Safe for concurrent use.
type Service struct {
	*store.Events
	People     *people.Service
	Programme  *programme.Service
	Operation  *operation.Service
	Structures *store.Structures
	Messages   *store.Messages
	Blobs      *store.Blobs
	Now        func() time.Time

	mu      sync.Mutex
	counted time.Time // when it was last looked which surveys have ended
	lines   map[string]*line
	carried map[string]bool         // events of which somebody makes the mails
	free    *sync.Cond              // of mu: somebody has ended
	passed  func(step string) error // told of the steps of what takes two writes, by its test
	doors   doorCache
	telling told
}

// Sources are the collections whose documents hold effects, for the relay.
var Sources = []string{store.EventCollection, store.GuestCollection, store.CheckinCollection, store.EncounterCollection}

// Open opens the collections that it works on.
func Open(ctx context.Context, db store.DB, o *operation.Service, now func() time.Time) (*Service, error) {
	all, err := store.OpenEvents(ctx, db)
	if err != nil {
		return nil, err
	}
	s := &Service{
		Events: all, People: o.People, Programme: o.Programme, Operation: o, Structures: o.Structures, Messages: o.Messages, Blobs: o.Blobs, Now: now,
		lines: map[string]*line{}, carried: map[string]bool{}, passed: func(string) error { return nil },
	}
	s.free = sync.NewCond(&s.mu)
	o.People.Pending = append(o.People.Pending, Sources...)
	o.People.Holders = append(o.People.Holders, s.Holder())
	return s, nil
}

// Seen is an event as a member sees it.
type Seen struct {
	Event event.Event
	Side  string // id of the partner as which the member sees it, "" = the organiser's own people
}

// Guests are the seats that the member sees: a co-organiser's own, or all.
func (s *Seen) Guests() []event.Seat {
	if s.Side == "" {
		return s.Event.Seats
	}
	return slices.DeleteFunc(slices.Clone(s.Event.Seats), func(x event.Seat) bool { return x.By != s.Side })
}

// Event reads one that the member sees. store.ErrNotFound for any other.
func (s *Service) Event(ctx context.Context, m buyer.Member, id string) (*Seen, error) {
	d, err := s.Events.Events.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	side, ok := d.Value.Side(m)
	if !ok {
		return nil, fmt.Errorf("event %s of %s: %w", id, m.Organisation, store.ErrNotFound)
	}
	return &Seen{d.Value, side}, nil
}

// List gives the events that the member sees, the next first.
func (s *Service) List(ctx context.Context, m buyer.Member) ([]event.Event, error) {
	if m.Organisation == "" {
		return nil, nil
	}
	docs, err := s.Events.Events.FindLookup(ctx, store.EventsOf(m.Organisation), event.MaxEvents)
	if err != nil {
		return nil, err
	}
	var out []event.Event
	for i := range docs {
		if _, ok := docs[i].Value.Side(m); ok {
			out = append(out, docs[i].Value)
		}
	}
	slices.SortFunc(out, func(a, b event.Event) int {
		if c := b.Starts.Compare(a.Starts); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// Create stores a new event; the same form sent twice is one. An account.Fault.
func (s *Service) Create(ctx context.Context, m buyer.Member, e event.Event) error {
	if err := e.Begin(m, s.Now()); err != nil {
		return err
	}
	_, err := s.Events.Events.Insert(ctx, e, store.Change{Actor: m.Person, At: s.Now().UTC(), Audit: true, What: "event.create", Subject: e.ID})
	if errors.Is(err, store.ErrDuplicate) {
		d, err := s.Events.Events.Get(ctx, e.ID)
		if err == nil && (d.Value.Organisation != m.Organisation || d.Value.CreatedBy != m.Person) {
			err = store.ErrNotFound
		}
		return err
	}
	return err
}

// On carries out an action on an event that the member sees. An action that has nothing to
// do is done; one that is refused must leave the event as it was.
func (s *Service) On(ctx context.Context, m buyer.Member, id, what string, do func(*event.Event) error) error {
	if _, err := s.Event(ctx, m, id); err != nil {
		return err
	}
	return s.act(ctx, id, m.Person, what, do)
}

// act is On of whoever may act on it: a guest, a member, the portal.
func (s *Service) act(ctx context.Context, id, actor, what string, do func(*event.Event) error) error {
	err := s.command(ctx, id, command{actor: actor, what: what, do: do})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}

// Add puts guests on the list of an event: who they are is stored first, so that a seat
// always has its guest; one whose address was there already goes again. It tells how many
// were added, and how many were there.
func (s *Service) Add(ctx context.Context, m buyer.Member, id string, guests []event.Guest) (added, known int, err error) {
	seen, err := s.Event(ctx, m, id)
	if err != nil {
		return 0, 0, err
	}
	if len(guests) > event.MaxSeats {
		return 0, 0, event.ErrFullList
	}
	seats := make([]event.Seat, 0, len(guests))
	for i := range guests {
		g := &guests[i]
		g.By, g.AddedBy = seen.Side, m.Person
		seats = append(seats, s.seat(&seen.Event, g))
	}
	// Most addresses that are there already are known now: no document is made for them.
	trial := seen.Event
	trial.Seats = slices.Clone(trial.Seats)
	fresh, known, err := trial.Add(m, seats, s.Now())
	if err != nil || len(fresh) == 0 {
		return 0, known, err
	}
	if err := s.keep(ctx, m.Person, guests, fresh); err != nil {
		return 0, 0, err
	}
	var took []event.Seat
	more := 0
	err = s.act(ctx, id, m.Person, "event.guests", func(e *event.Event) (err error) {
		took, more, err = e.Add(m, fresh, s.Now())
		if err == nil && len(took) == 0 {
			return sourcing.ErrUnchanged
		}
		return err
	})
	var refused account.Fault
	if errors.As(err, &refused) {
		return 0, known, errors.Join(err, s.dropAbsent(ctx, fresh, nil))
	}
	if err != nil { // it may have been written all the same
		return 0, known, err
	}
	return len(took), known + more, s.dropAbsent(ctx, fresh, took)
}

// seat makes the seat of a guest, and gives the guest its id, links and times.
func (s *Service) seat(e *event.Event, g *event.Guest) event.Seat {
	if g.ID == "" {
		g.ID = event.NewGuestID()
	}
	g.Event, g.Organisation, g.Demo = e.ID, e.Organisation, e.Demo
	g.CreatedAt, g.UpdatedAt, g.Rev = s.Now().UTC(), s.Now().UTC(), 1
	s.Link(g)
	return event.Seat{Guest: g.ID, Mail: event.MailHash(e.ID, account.Email(g.Email)), SIREN: g.SIREN, Role: g.Role}
}

// Link derives how the links of a guest are known.
func (s *Service) Link(g *event.Guest) {
	object := message.GuestObject(g.Event, g.ID, g.LinkNumber)
	g.Link = account.HashToken(s.People.Secret.Token(message.PurposeGuest, object, 0))
	g.Ticket = account.HashToken(s.People.Secret.Token(message.PurposeTicket, object, 0))
}

// GuestToken is the token of the personal link of a guest, TicketToken that of the code
// shown at the door.
func (s *Service) GuestToken(g *event.Guest) string {
	return s.People.Secret.Token(message.PurposeGuest, message.GuestObject(g.Event, g.ID, g.LinkNumber), 0)
}

// TicketToken is what the code that a guest shows at the door says.
func (s *Service) TicketToken(g *event.Guest) string {
	return s.People.Secret.Token(message.PurposeTicket, message.GuestObject(g.Event, g.ID, g.LinkNumber), 0)
}

// keepAtOnce is how many guests are stored in one commit.
const keepAtOnce = 500

// keep stores the guests that got a seat.
func (s *Service) keep(ctx context.Context, by string, guests []event.Guest, seats []event.Seat) error {
	wanted := map[string]bool{}
	for i := range seats {
		wanted[seats[i].Guest] = true
	}
	var batch []event.Guest
	for i := range guests {
		if wanted[guests[i].ID] {
			batch = append(batch, guests[i])
		}
	}
	for part := range slices.Chunk(batch, keepAtOnce) {
		if err := store.PutNew(ctx, s.Guests, part, by); err != nil {
			return err
		}
	}
	return nil
}

// dropAbsent deletes the guests of seats that were not taken after all.
func (s *Service) dropAbsent(ctx context.Context, offered, took []event.Seat) error {
	if len(offered) == len(took) {
		return nil
	}
	here := map[string]bool{}
	for i := range took {
		here[took[i].Guest] = true
	}
	for i := range offered {
		if here[offered[i].Guest] {
			continue
		}
		d, err := s.Guests.Get(ctx, offered[i].Guest)
		if err == nil {
			err = s.Guests.Delete(ctx, d)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// Reached is what a personal link leads to.
type Reached struct {
	Event event.Event
	Guest event.Guest
	Seat  event.Seat
}

// ByLink finds what a personal link leads to. store.ErrNotFound for one that leads nowhere,
// any more or ever.
func (s *Service) ByLink(ctx context.Context, token string) (*Reached, error) {
	return s.reached(ctx, token, store.GuestByLink)
}

// ByTicket finds whose a code shown at the door is.
func (s *Service) ByTicket(ctx context.Context, token string) (*Reached, error) {
	return s.reached(ctx, token, store.GuestByTicket)
}

func (s *Service) reached(ctx context.Context, token string, key func(string) string) (*Reached, error) {
	none := fmt.Errorf("link of a guest: %w", store.ErrNotFound)
	if !account.IsToken(token) {
		return nil, none
	}
	docs, err := s.Guests.FindLookup(ctx, key(account.HashToken(token)), 1)
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, none
	}
	g := docs[0].Value
	d, err := s.Events.Events.Get(ctx, g.Event)
	if err != nil {
		return nil, err
	}
	seat := d.Value.Seat(g.ID)
	if seat == nil {
		return nil, none
	}
	return &Reached{d.Value, g, *seat}, nil
}

// Accept takes places for the guest of a link, or puts the guest on the waiting list.
func (s *Service) Accept(ctx context.Context, r *Reached, party int) (answer event.Answer, err error) {
	err = s.act(ctx, r.Event.ID, r.Guest.Person, "event.accept", func(e *event.Event) (err error) {
		answer, err = e.Accept(r.Guest.ID, party, s.Now())
		return err
	})
	return answer, err
}

// Decline notes that the guest of a link does not come.
func (s *Service) Decline(ctx context.Context, r *Reached) error {
	return s.act(ctx, r.Event.ID, r.Guest.Person, "event.decline", func(e *event.Event) error { return e.Decline(r.Guest.ID, s.Now()) })
}
