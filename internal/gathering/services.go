package gathering

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"sourcier/internal/event"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Concerned is a service of the organisation whose planned purchases are of a sector of
// structures of the event.
type Concerned struct {
	Service string // id
	Name    string
	Sectors []string // codes that both have
	Objects []string // of the purchases
	People  []Colleague
	Invited int // of them
}

// Colleague is a person of a service.
type Colleague struct {
	Person, Name, Email string
	Invited             bool
}

// Shown are the structures of an event: those that pitch, and those that are guests.
func (s *Service) Shown(ctx context.Context, seen *Seen) ([]string, error) {
	var ids []string
	for i := range seen.Event.Programme {
		for _, p := range seen.Event.Programme[i].Pitches {
			if p.Structure != "" {
				ids = append(ids, p.Structure)
			}
		}
	}
	list, err := s.GuestList(ctx, seen)
	for i := range list {
		if v := &list[i]; v.Guest.Structure != "" && v.Seat.Active() && v.Seat.Answer != event.Declined {
			ids = append(ids, v.Guest.Structure)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// sectorsShown are the sectors that the structures of an event declare, or that their APE
// code says.
func (s *Service) sectorsShown(ctx context.Context, seen *Seen) (map[string]bool, error) {
	const chunk = 100
	ids, err := s.Shown(ctx, seen)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for part := range slices.Chunk(ids, chunk) {
		docs, err := s.Structures.GetSome(ctx, part)
		if err != nil {
			return nil, err
		}
		for i := range docs {
			for _, a := range docs[i].Value.Activities {
				for _, code := range a.Sectors {
					out[code] = true
				}
			}
		}
	}
	return out, nil
}

// ConcernedServices are the services of the organisation whose planned purchases match the
// structures of an event, those of which nobody is invited first.
func (s *Service) ConcernedServices(ctx context.Context, seen *Seen) ([]Concerned, error) {
	if seen.Side != "" {
		return nil, nil // the programme is the organiser's
	}
	shown, err := s.sectorsShown(ctx, seen)
	if err != nil || len(shown) == 0 {
		return nil, err
	}
	set, err := s.Programme.Programmes.Get(ctx, seen.Event.Organisation)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	docs, err := s.Programme.Purchases.FindLookup(ctx, store.PurchasesOf(seen.Event.Organisation), sourcing.MaxPurchases)
	if err != nil {
		return nil, err
	}
	by := map[string]*Concerned{}
	for i := range docs {
		s.concern(by, &set.Value, &docs[i].Value, shown)
	}
	out := make([]Concerned, 0, len(by))
	for _, c := range by {
		if c.People, err = s.colleagues(ctx, seen, set.Value.Service(c.Service).Persons); err != nil {
			return nil, err
		}
		for _, p := range c.People {
			if p.Invited {
				c.Invited++
			}
		}
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Concerned) int {
		return cmp.Or(cmp.Compare(min(a.Invited, 1), min(b.Invited, 1)), cmp.Compare(len(b.Objects), len(a.Objects)), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

// concern notes a purchase that is still to come of a service, when one of its lots is of a
// sector that is shown.
func (s *Service) concern(by map[string]*Concerned, set *sourcing.Programme, p *sourcing.Purchase, shown map[string]bool) {
	service := set.Service(p.Service)
	if service == nil || p.State().Ended() {
		return
	}
	matched := false
	for i := range p.Lots {
		codes := p.Lots[i].Sectors
		if len(codes) == 0 {
			for _, sector := range s.Programme.Taxonomy.ByCPV(p.CPVOf(&p.Lots[i])) {
				codes = append(codes, sector.Code)
			}
		}
		for _, code := range codes {
			if !shown[code] {
				continue
			}
			matched = true
			c := by[service.ID]
			if c == nil {
				c = &Concerned{Service: service.ID, Name: service.Name}
				by[service.ID] = c
			}
			if !slices.Contains(c.Sectors, code) {
				c.Sectors = append(c.Sectors, code)
			}
		}
	}
	if matched {
		by[service.ID].Objects = append(by[service.ID].Objects, p.Object)
	}
}

// colleagues are the persons of a service who still have an account, and whether each is
// invited.
func (s *Service) colleagues(ctx context.Context, seen *Seen, persons []string) ([]Colleague, error) {
	const most = 200
	docs, err := s.People.People.GetSome(ctx, persons[:min(len(persons), most)])
	if err != nil {
		return nil, err
	}
	here := map[string]bool{}
	for i := range seen.Event.Seats {
		if x := &seen.Event.Seats[i]; x.Active() {
			here[x.Mail] = true
		}
	}
	out := make([]Colleague, 0, len(docs))
	for i := range docs {
		p := &docs[i].Value
		out = append(out, Colleague{Person: p.ID, Name: p.Shown(), Email: string(p.Email), Invited: here[event.MailHash(seen.Event.ID, p.Email)]})
	}
	return out, nil
}

// FromServices gives as guests the persons of services that are concerned.
func (s *Service) FromServices(ctx context.Context, seen *Seen, services []string) ([]event.Guest, error) {
	list, err := s.ConcernedServices(ctx, seen)
	if err != nil {
		return nil, err
	}
	var out []event.Guest
	for i := range list {
		c := &list[i]
		if !slices.Contains(services, c.Service) {
			continue
		}
		for _, p := range c.People {
			if p.Email != "" {
				out = append(out, event.Guest{Name: p.Name, Email: p.Email, Body: c.Name, Person: p.Person, Role: event.AsBuyer, Source: "Service concerné : " + c.Name})
			}
		}
	}
	return out, nil
}
