package gathering

import (
	"context"
	"errors"
	"slices"
	"strings"

	"sourcier/internal/event"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
	"sourcier/internal/taxonomy"
)

// Balance is what an event gave, from what is stored of it.
type Balance struct {
	event.Figures
	Structures []Here         // that came, each once, by name; unnamed of a discreet event
	Kinds      []KindHere     // of those of the directory
	Unknown    int            // structures that came and are not in the directory
	Services   []string       // operational services of the organisation that came
	Asked      int            // services of the organisation that were invited
	Bodies     int            // other bodies of buyers that came
	Cost       int64          // cents
	Feedback   event.Feedback // what is published of the survey
	Met        int            // rencontres noted
	Agreed     int            // confirmed by both
	Used       int            // that became an exchange of a sourçage
	Visits     int
	Trainings  int // guests who ask for one
}

// Here is a structure that came.
type Here struct{ ID, Name string }

// KindHere is how many structures of a kind came.
type KindHere struct {
	Kind string // as it is shown
	N    int
}

// Balance reads what an event gave. The organiser's own people alone see it.
func (s *Service) Balance(ctx context.Context, seen *Seen) (*Balance, error) {
	f, err := s.Feedback(ctx, seen)
	if err != nil {
		return nil, err
	}
	e := &seen.Event
	came, err := s.Attendance(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	guests, err := s.guestsOf(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	met, err := s.Encounters(ctx, seen)
	if err != nil {
		return nil, err
	}
	b := &Balance{Figures: event.FiguresOf(e, came), Cost: e.Cost(), Feedback: *f}
	present := map[string]bool{}
	for i := range came {
		present[came[i].Guest] = true
	}
	if err := s.structuresHere(ctx, b, guests, present); err != nil {
		return nil, err
	}
	if err := s.servicesHere(ctx, b, e, guests, present); err != nil {
		return nil, err
	}
	if e.Kind.Discreet() {
		b.Structures, b.Services = nil, nil
	}
	b.meetings(met)
	for _, g := range guests {
		if g.Training != "" {
			b.Trainings++
		}
	}
	return b, nil
}

// guestsOf are all guests of an event, by id.
func (s *Service) guestsOf(ctx context.Context, id string) ([]*event.Guest, error) {
	const page = 1000
	var out []*event.Guest
	for after := ""; ; {
		docs, err := s.Guests.PageLookup(ctx, store.GuestsOf(id), after, page)
		if err != nil {
			return nil, err
		}
		for i := range docs {
			out = append(out, &docs[i].Value)
			after = docs[i].ID
		}
		if len(docs) < page {
			return out, nil
		}
	}
}

// Trainings are the guests who ask to be trained, in the order in which they asked.
func (s *Service) Trainings(ctx context.Context, seen *Seen) (out []event.Guest, err error) {
	if seen.Side != "" {
		return nil, store.ErrNotFound
	}
	all, err := s.guestsOf(ctx, seen.Event.ID)
	for _, g := range all {
		if g.Training != "" {
			out = append(out, *g)
		}
	}
	slices.SortFunc(out, func(a, b event.Guest) int { return a.TrainingAt.Compare(b.TrainingAt) })
	return out, err
}

// Sides are the guests of an event on one side of a rencontre, by name.
func (s *Service) Sides(ctx context.Context, seen *Seen) (out []event.Guest, err error) {
	if seen.Side != "" {
		return nil, store.ErrNotFound
	}
	all, err := s.guestsOf(ctx, seen.Event.ID)
	for _, g := range all {
		if seat := seen.Event.Seat(g.ID); seat != nil && seat.Active() && g.Name+g.Body != "" {
			out = append(out, *g)
		}
	}
	slices.SortFunc(out, func(a, b event.Guest) int { return strings.Compare(a.Body+"\x00"+a.Name, b.Body+"\x00"+b.Name) })
	return out, err
}

// structuresHere counts the structures that came, each once: by the directory, else by
// SIREN, else by name.
func (s *Service) structuresHere(ctx context.Context, b *Balance, guests []*event.Guest, present map[string]bool) error {
	here := map[string]Here{}
	var ids []string
	for _, g := range guests {
		if g.Role != event.AsStructure || !present[g.ID] {
			continue
		}
		key := structureKey(g)
		if _, known := here[key]; known {
			continue
		}
		here[key] = Here{g.Structure, g.Body}
		if g.Structure != "" {
			ids = append(ids, g.Structure)
		}
	}
	kinds := map[string]int{}
	on := structure.DateOf(s.Now())
	for part := range slices.Chunk(ids, 200) {
		docs, err := s.Structures.GetSome(ctx, part)
		if err != nil {
			return err
		}
		for i := range docs {
			v := &docs[i].Value
			kinds[taxonomy.TypeName(v.MainKind(on)).Short]++
		}
	}
	for _, h := range here {
		b.Structures = append(b.Structures, h)
	}
	slices.SortFunc(b.Structures, func(x, y Here) int { return strings.Compare(x.Name+x.ID, y.Name+y.ID) })
	known := 0
	for kind, n := range kinds {
		b.Kinds = append(b.Kinds, KindHere{kind, n})
		known += n
	}
	slices.SortFunc(b.Kinds, func(x, y KindHere) int {
		if x.N != y.N {
			return y.N - x.N
		}
		return strings.Compare(x.Kind, y.Kind)
	})
	b.Unknown = len(here) - known
	return nil
}

func structureKey(g *event.Guest) string {
	switch {
	case g.Structure != "":
		return "s" + g.Structure
	case g.SIREN != "":
		return "n" + g.SIREN
	case g.Body != "":
		return "b" + strings.ToLower(strings.Join(strings.Fields(g.Body), " "))
	}
	return "g" + g.ID
}

// servicesHere counts the operational services of the organisation that came, by the
// accounts of its programme or by what the guest works for, and the other bodies.
func (s *Service) servicesHere(ctx context.Context, b *Balance, e *event.Event, guests []*event.Guest, present map[string]bool) error {
	var services []sourcing.Service
	d, err := s.Programme.Programmes.Get(ctx, e.Organisation)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil {
		services = d.Value.Services
	}
	came, invited, bodies := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, g := range guests {
		if g.Role != event.AsBuyer {
			continue
		}
		name := serviceOf(services, g)
		switch {
		case name != "":
			invited[name] = true
			came[name] = came[name] || present[g.ID]
		case present[g.ID] && g.Body != "":
			bodies[strings.ToLower(strings.Join(strings.Fields(g.Body), " "))] = true
		}
	}
	for i := range services {
		if came[services[i].Name] {
			b.Services = append(b.Services, services[i].Name)
		}
	}
	slices.Sort(b.Services)
	b.Asked, b.Bodies = len(invited), len(bodies)
	return nil
}

func serviceOf(services []sourcing.Service, g *event.Guest) string {
	for i := range services {
		v := &services[i]
		if g.Person != "" && slices.Contains(v.Persons, g.Person) || strings.EqualFold(v.Name, g.Body) || strings.EqualFold(v.Name, g.Job) {
			return v.Name
		}
	}
	return ""
}

func (b *Balance) meetings(list []event.Encounter) {
	for i := range list {
		x := &list[i]
		if x.Kind == event.VisitedThere {
			b.Visits++
			continue
		}
		b.Met++
		if x.State() == event.EncounterAgreed {
			b.Agreed++
		}
		if len(x.Uses) > 0 {
			b.Used++
		}
	}
}

// Satisfied is how many of who answered the question of satisfaction are satisfied; of is
// 0 when there is nothing to show.
func (b *Balance) Satisfied() (n, of int) {
	q := b.Feedback.Questions.Question(survey.Satisfied)
	c := b.Feedback.Published.Of(survey.Satisfied)
	if q == nil || q.Kind != survey.Choice || c.Answered < event.FewOpinions || len(c.Options) < 2 {
		return 0, 0
	}
	return c.Options[0] + c.Options[1], c.Answered
}

// Wishes are the texts that the survey was answered to what was missing, and to the next
// time.
func (b *Balance) Wishes() (out []string) {
	if b.Feedback.Published.Answers < event.FewOpinions {
		return nil
	}
	for _, id := range []string{"manque", "sujets"} {
		c := b.Feedback.Published.Of(id)
		out = append(out, c.Texts...)
	}
	return out
}
