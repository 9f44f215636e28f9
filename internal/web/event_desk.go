package web

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	views "sourcier/views/event"
	"sourcier/views/format"
	"sourcier/views/part"
)

// eventsPerPage is how many events a page lists.
const eventsPerPage = 50

// eventDeskRoutes are those of the list, the settings and the public page of events.
func (s *site) eventDeskRoutes(d eventDoors) {
	s.agendaRoutes(d)
	s.eventMoreRoutes(d)
	d.readers.Get(eventsPath, d.limited, s.eventList)
	d.writers.Get(newEventPath, d.limited, s.eventNew)
	d.writers.Post(newEventPath, d.limited, s.eventCreate)
	s.eventProgrammeRoutes(d)

	const one = eventsPath + "/:id"
	d.readers.Get(one, d.limited, s.eventOverview)
	d.writers.Get(one+"/modifier", d.limited, s.eventWriteForm)
	d.writers.Post(one+"/modifier", d.limited, s.eventWrite)
	d.writers.Get(one+"/places", d.limited, s.eventRoomForm)
	d.writers.Post(one+"/places", d.limited, s.eventRoom)
	for _, step := range eventSteps {
		d.writers.Get(one+step.segment, d.limited, s.eventStepForm(step))
		d.writers.Post(one+step.segment, d.limited, s.eventStepDo(step))
	}
}

// ownEvent is the event of the address, for who prepares it: a co-organiser, who sees it,
// does not.
func (s *site) ownEvent(c *fiber.Ctx) (buyer.Member, *gathering.Seen, error) {
	m, seen, err := s.eventSeen(c)
	if err == nil && !eventWriter(m, seen) {
		return m, nil, &forbiddenError{[]account.Role{account.Organiser}}
	}
	return m, seen, err
}

// eventRefused says why an action on an event was refused, as refusalOf does; what is not
// there is the affair of the caller.
func eventRefused(err error) (text string, status int, ok bool) {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", 0, false
	case errors.Is(err, event.ErrCalledOff), errors.Is(err, event.ErrOver), errors.Is(err, event.ErrShut), errors.Is(err, event.ErrDraft):
		return err.Error(), fiber.StatusConflict, true
	}
	return refusalOf(err)
}

// eventsWanted is what the list of events is narrowed to; "" = all.
type eventsWanted struct{ state, kind, series string }

func (w eventsWanted) address(page int) string {
	query := url.Values{}
	for name, value := range map[string]string{"etat": w.state, "type": w.kind, "serie": w.series} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if page > 1 {
		query.Set("page", strconv.Itoa(page))
	}
	return searchAt(eventsPath, query)
}

func (w eventsWanted) meets(e *event.Event, now time.Time) bool {
	return (w.state == "" || w.state == string(e.State(now))) && (w.kind == "" || w.kind == string(e.Kind)) && (w.series == "" || w.series == e.Series)
}

// readEventsWanted reads the filters; what no page of ours offers narrows nothing.
func readEventsWanted(c *fiber.Ctx, series []string) eventsWanted {
	var states, kinds []string
	for _, one := range event.States {
		states = append(states, string(one))
	}
	for _, one := range event.Kinds {
		kinds = append(kinds, string(one))
	}
	return eventsWanted{state: oneOf(c.Query("etat"), states), kind: oneOf(c.Query("type"), kinds), series: oneOf(c.Query("serie"), series)}
}

// eventList lists the events that the member sees.
func (s *site) eventList(c *fiber.Ctx) error {
	m, err := attender(c)
	if err != nil {
		return err
	}
	list, err := s.Gathering.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	now := s.Now()
	p := views.PlanList{Page: s.eventDesk(c, "Événements", nil)}
	if event.Hosts(m) {
		p.New = newEventPath
	}
	p.Ways = []part.Link{{Label: "Calendrier", URL: eventCalendarPath}, {Label: "Agenda public", URL: agendaPath}}
	if len(list) == 0 {
		p.Empty = noEvents(m)
		return render(c, views.PlanListView(p))
	}
	series := eventSeries(list)
	want := readEventsWanted(c, series)
	p.Filters = eventFilters(list, series, want)
	if want != (eventsWanted{}) {
		p.Clear = eventsPath
	}
	list = slices.DeleteFunc(list, func(e event.Event) bool { return !want.meets(&e, now) })
	p.Found = format.Count(len(list), "événement", "événements")
	if len(list) == 0 {
		p.Empty = &views.PlanEmpty{Title: "Aucun événement ne répond à ces filtres", Text: []string{"Retirez-en un, ou voyez tous les événements."}, Way: &part.Link{Label: "Voir tous les événements", URL: eventsPath}}
		return render(c, views.PlanListView(p))
	}
	sortEvents(list, now)
	pages := (len(list) + eventsPerPage - 1) / eventsPerPage
	page := min(max(1, c.QueryInt("page", 1)), pages)
	first := (page - 1) * eventsPerPage
	p.Sections = eventSections(list[first:min(len(list), first+eventsPerPage)], m, now)
	p.Pages = pagination(page, pages, want.address)
	return render(c, views.PlanListView(p))
}

// sortEvents puts what has no date yet first, then what is to come, the next first, then
// what is past, the last first.
func sortEvents(list []event.Event, now time.Time) {
	slices.SortStableFunc(list, func(a, b event.Event) int {
		over, other := isPast(&a, now), isPast(&b, now)
		switch {
		case over != other && over:
			return 1
		case over != other:
			return -1
		case over:
			return b.Starts.Compare(a.Starts)
		}
		return cmp.Or(a.Starts.Compare(b.Starts), strings.Compare(a.ID, b.ID))
	})
}

// isPast reports whether an event is over, or was to be by now.
func isPast(e *event.Event, now time.Time) bool { return !e.Ends.IsZero() && !now.Before(e.Ends) }

func eventSections(list []event.Event, m buyer.Member, now time.Time) (out []views.PlanSection) {
	coming := views.PlanSection{ID: "a-venir", Heading: "À venir"}
	over := views.PlanSection{ID: "passes", Heading: "Passés"}
	for i := range list {
		if e := &list[i]; isPast(e, now) {
			over.Rows = append(over.Rows, eventRow(e, m, now))
		} else {
			coming.Rows = append(coming.Rows, eventRow(e, m, now))
		}
	}
	for _, one := range []views.PlanSection{coming, over} {
		if len(one.Rows) > 0 {
			out = append(out, one)
		}
	}
	return out
}

func eventRow(e *event.Event, m buyer.Member, now time.Time) views.PlanRow {
	row := views.PlanRow{Name: part.Link{Label: cmp.Or(e.Title, "Sans titre"), URL: eventURL(e.ID)}, Kind: e.Kind.Label(), When: "Date à choisir", Where: gathering.Where(e.Place), Status: eventStatus(e, now), Taken: "–"}
	if !e.Starts.IsZero() {
		row.When = gathering.Span(e.Starts, e.Ends)
	}
	if e.Series != "" {
		row.Kind += ", " + e.Series
	}
	side, _ := e.Side(m)
	switch {
	case side != "":
		row.Note = "Vous le co-organisez."
	case e.Kind == event.External:
		row.Status = part.Answer{Text: "Extérieur", Tone: part.Muted}
	case e.Room.Capacity > 0:
		taken, _ := e.Taken()
		row.Taken = format.Number(taken) + " sur " + format.Number(e.Room.Capacity)
		if n := e.Deficit(); n > 0 {
			row.Note = format.Number(n) + " de trop : les places ont été réduites."
		}
	}
	return row
}

func noEvents(m buyer.Member) *views.PlanEmpty {
	e := &views.PlanEmpty{Title: "Aucun événement pour l’instant", Text: []string{
		"Une matinale, une masterclass, un petit-déjeuner : vous choisissez le type, la date et le nombre de places, le portail tient les invitations, les réponses, la liste d’attente et l’émargement.",
		"Les places connaissent le rôle de chacun : vous savez combien d’acheteurs et combien de structures seront dans la salle.",
	}}
	if event.Hosts(m) {
		e.Way = &part.Link{Label: "Préparer le premier", URL: newEventPath}
	} else {
		e.Text = append(e.Text, "Les organisateurs de votre organisation les préparent : vous les verrez ici.")
	}
	return e
}

// eventSeries are the names under which events come back.
func eventSeries(list []event.Event) (out []string) {
	for i := range list {
		if name := list[i].Series; name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// eventFilters offer what some event has.
func eventFilters(list []event.Event, series []string, want eventsWanted) []views.PlanFilter {
	state := views.PlanFilter{Name: "etat", Label: "État", Options: []part.Option{{Label: "Tous"}}}
	for _, one := range event.States {
		state.Options = append(state.Options, part.Option{Value: string(one), Label: one.Label(), Selected: string(one) == want.state})
	}
	kind := views.PlanFilter{Name: "type", Label: "Type", Options: []part.Option{{Label: "Tous"}}}
	for _, one := range event.Kinds {
		if slices.ContainsFunc(list, func(e event.Event) bool { return e.Kind == one }) {
			kind.Options = append(kind.Options, part.Option{Value: string(one), Label: one.Label(), Selected: string(one) == want.kind})
		}
	}
	out := []views.PlanFilter{state, kind}
	if len(series) > 0 {
		f := views.PlanFilter{Name: "serie", Label: "Série", Options: []part.Option{{Label: "Toutes"}}}
		for _, one := range series {
			f.Options = append(f.Options, part.Option{Value: one, Label: one, Selected: one == want.series})
		}
		out = append(out, f)
	}
	return out
}

// eventDay is the day in Paris of an instant, as the field of a form has it.
func eventDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return dayTyped(structure.DateOf(t))
}

// eventClock is the hour in Paris of an instant, as the field of a form has it.
func eventClock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(structure.Paris).Format("15:04")
}
