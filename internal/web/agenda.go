package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/calendar"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/desk"
	"sourcier/views/drawing"
	views "sourcier/views/event"
	"sourcier/views/format"
	"sourcier/views/part"
)

// Addresses of the public agenda.
const (
	agendaName = "Agenda"
	agendaICS  = agendaPath + ".ics"
	agendaOne  = agendaPath + "/:id"
)

// agendaRoutes are those of the public agenda.
func (s *site) agendaRoutes(d eventDoors) {
	d.public.Get(agendaPath, d.limited, s.agenda)
	d.public.Get(agendaICS, d.limited, s.agendaCalendar)
	d.public.Get(agendaOne, d.limited, s.agendaEvent)
	d.public.Get(agendaOne+"/evenement.ics", d.limited, s.agendaEventFile)
}

func agendaURL(id string) string { return agendaPath + "/" + url.PathEscape(id) }

// agendaList is what is published and to come; nothing where nobody prepares events.
func (s *site) agendaList(c *fiber.Ctx) ([]gathering.Announced, error) {
	if s.Gathering == nil {
		return nil, nil
	}
	return s.Gathering.Agenda(c.UserContext())
}

// agenda answers the public agenda.
func (s *site) agenda(c *fiber.Ctx) error {
	all, err := s.agendaList(c)
	if err != nil {
		return err
	}
	kind := event.Kind(c.Query("type"))
	path := agendaPath
	if kind != "" {
		path = ""
	}
	p := views.AgendaList{
		Base: s.base(agendaName, "Matinales, masterclass, ateliers et autres rendez-vous des acheteurs et des structures sur "+format.Text(s.Home.Label)+".", path),
		Lead: "Les rendez-vous où acheteurs publics et structures du territoire se rencontrent.", ICS: agendaICS, Filters: kind != "",
		Kinds: []part.Option{{Label: "Tous"}},
	}
	p.Section = agendaPath
	n := 0
	for _, k := range event.Kinds {
		if slices.ContainsFunc(all, func(a gathering.Announced) bool { return a.Event.Kind == k }) {
			p.Kinds = append(p.Kinds, part.Option{Value: string(k), Label: k.Label(), Selected: k == kind})
		}
	}
	for i := range all {
		a := &all[i]
		if kind != "" && a.Event.Kind != kind {
			continue
		}
		n++
		day := structure.DateOf(a.Event.Starts)
		name := format.Upper(format.Month(day))
		if last := len(p.Months) - 1; last < 0 || p.Months[last].Name != name {
			p.Months = append(p.Months, views.AgendaMonth{ID: "mois-" + string(day[:7]), Name: name})
		}
		m := &p.Months[len(p.Months)-1]
		m.Events = append(m.Events, s.agendaEntry(a))
	}
	p.Count = format.Count(n, "événement à venir", "événements à venir")
	if n == 0 {
		p.Count = "Aucun événement à venir"
		p.Empty = &views.PlanEmpty{Title: "Rien n’est annoncé pour l’instant", Text: []string{"Matinales, ateliers, visites d’entreprise : les organisateurs du territoire les annoncent ici. Suivez le calendrier pour les recevoir dans le vôtre."}}
		if kind != "" {
			p.Empty = &views.PlanEmpty{Title: "Aucun événement de ce type n’est annoncé", Text: []string{"D’autres le sont peut-être."}, Way: &part.Link{Label: "Voir tout l’agenda", URL: agendaPath}}
		}
	}
	return render(c, views.AgendaListView(p))
}

func (s *site) agendaEntry(a *gathering.Announced) views.AgendaEntry {
	e := &a.Event
	return views.AgendaEntry{
		Name: part.Link{Label: format.Text(e.Title), URL: agendaURL(e.ID)}, Kind: e.Kind.Label(), When: gathering.Span(e.Starts, e.Ends), ISO: parisISO(e.Starts),
		Where: format.Text(agendaWhere(e)), By: format.Text(a.Organiser), Summary: format.Text(e.Summary), Status: agendaStatus(a, s.Now()),
	}
}

// parisISO writes an instant with its distance from UTC in Paris that day.
func parisISO(t time.Time) string { return t.In(structure.Paris).Format(time.RFC3339) }

// agendaWhere is where an event is, in words.
func agendaWhere(e *event.Event) string {
	return cmp.Or(gathering.Where(e.Place), "En ligne")
}

// agendaStatus says whether one may still come, of an event on the public agenda: of one by
// invitation neither that it is full nor how many places it has.
func agendaStatus(a *gathering.Announced, now time.Time) part.Answer {
	e := &a.Event
	state := e.State(now)
	switch {
	case state == event.Called:
		return part.Answer{Text: "Annulé", Tone: part.Warn}
	case state == event.Past, state == event.Running:
		return part.Answer{Text: state.Label(), Tone: part.Muted}
	case e.Access == event.ByInvitation:
		return part.Answer{Text: "Sur invitation", Tone: part.Muted}
	case state == event.Drafted:
		return part.Answer{Text: "Inscriptions bientôt", Tone: part.Muted}
	case state == event.Shut:
		return part.Answer{Text: "Inscriptions closes", Tone: part.Muted}
	case a.Full:
		return part.Answer{Text: "Complet, liste d’attente ouverte", Tone: part.Muted}
	}
	return part.Answer{Text: "Inscriptions ouvertes", Tone: part.Good}
}

// publicEvent is the event of the address, of the public agenda.
func (s *site) publicEvent(c *fiber.Ctx) (*gathering.Announced, error) {
	if s.Gathering == nil {
		return nil, store.ErrNotFound
	}
	return s.Gathering.Public(c.UserContext(), c.Params("id"))
}

// agendaEvent answers the public page of an event.
func (s *site) agendaEvent(c *fiber.Ctx) error {
	a, err := s.publicEvent(c)
	if err != nil {
		return err
	}
	e, now := &a.Event, s.Now()
	p := views.AgendaPage{
		Base:    s.base(e.Title, cmp.Or(e.Summary, e.Kind.Label()+", "+gathering.Span(e.Starts, e.Ends)+", "+agendaWhere(e)+"."), agendaURL(e.ID)),
		Heading: format.Text(e.Title), Kind: e.Kind.Label(), Summary: format.Text(e.Summary), Text: format.Text(e.Text), Status: agendaStatus(a, now),
		Sessions: s.sessionViews(e, true), Map: s.eventMap(e),
	}
	p.Section = agendaPath
	add := func(list *[]desk.Fact, term, text string) {
		if text != "" {
			*list = append(*list, desk.Fact{Term: term, Text: format.Text(text)})
		}
	}
	add(&p.Facts, "Quand", gathering.Span(e.Starts, e.Ends))
	add(&p.Facts, "Où", agendaWhere(e))
	add(&p.Facts, "Organisé par", a.Organiser)
	add(&p.Facts, "Série", e.Series)
	add(&p.Facts, "Inscription", e.Access.Label())
	add(&p.Access, "Accès des personnes handicapées", e.Place.Accessible)
	add(&p.Access, "Comment venir", e.Place.Way)
	for i := range e.Partners {
		p.Partners = append(p.Partners, format.Text(e.Partners[i].Name))
	}
	s.agendaJoin(&p, a, now)
	if !e.Demo {
		p.Linked = s.linkedEvent(a)
	}
	p.NoIndex = p.NoIndex || e.Demo
	return render(c, views.AgendaView(p))
}

// agendaJoin says how one comes.
func (s *site) agendaJoin(p *views.AgendaPage, a *gathering.Announced, now time.Time) {
	e := &a.Event
	state := e.State(now)
	if state == event.Open || state == event.Shut || state == event.Drafted {
		p.ICS = agendaURL(e.ID) + "/evenement.ics"
	}
	switch {
	case state == event.Called:
		p.Notice = "Cet événement est annulé."
		p.JoinText = "Il n’a pas lieu. Les personnes invitées ont été prévenues."
	case state == event.Past:
		p.JoinText = "Cet événement est passé."
	case state == event.Running:
		p.JoinText = "Cet événement a lieu en ce moment."
	case e.Access == event.ByInvitation:
		p.JoinText = "On vient sur invitation. Si vous en avez reçu une, répondez par le lien de votre courriel."
	case state == event.Drafted:
		p.JoinText = "Les inscriptions ne sont pas encore ouvertes : revenez bientôt."
	case state == event.Shut:
		p.JoinText = "Les inscriptions sont closes."
	case a.Full:
		p.Join, p.JoinDo, p.JoinText, p.Rule = agendaURL(e.ID)+"/inscription", "M’inscrire sur la liste d’attente", "Toutes les places sont prises. Vous pouvez vous inscrire sur la liste d’attente.", event.WaitingRule
	default:
		p.Join, p.JoinDo = agendaURL(e.ID)+"/inscription", "M’inscrire"
		p.JoinText = "Il reste " + format.Count(a.Left, "place", "places") + " sur " + format.Number(e.Room.Capacity) + "."
		if len(e.Room.Quotas) > 0 {
			p.JoinText += " Des places sont gardées pour que la salle réunisse acheteurs et structures : on vous dira s’il en reste pour vous."
		}
		if e.Room.PerSIREN > 0 {
			p.JoinText += " " + format.Count(e.Room.PerSIREN, "place", "places") + " au plus par organisme."
		}
		if e.Access == event.Moderated {
			p.JoinDo = "Demander à venir"
			p.JoinText += " L’organisateur accepte les demandes une à une."
		}
		if !e.RepliesUntil.IsZero() {
			p.JoinText += " Inscription jusqu’au " + sourcingMoment(e.RepliesUntil) + "."
		}
	}
}

// eventMap draws the commune of an event among those around; nil when it is not known where
// it is.
func (s *site) eventMap(e *event.Event) *drawing.Map {
	at, ok := s.Atlas.Commune(e.Place.Commune)
	if !ok || at.Precision == territory.PrecisionDepartment {
		return nil
	}
	m := &drawing.Map{ID: "carte", Title: "Où se trouve " + format.Text(at.Name), Text: format.Text("Le point plein est la commune de l’événement : " + at.Name + ".")}
	m.Communes = append(m.Communes, onMap(at, true, 0, territoryURL(at.Code)))
	for ord := range s.Home.Communes.All() {
		near := s.Atlas.At(ord)
		if near.Code != at.Code && territory.DistanceKM(at.Lat, at.Lon, near.Lat, near.Lon) <= mapAroundKM {
			m.Communes = append(m.Communes, onMap(near, false, 0, ""))
		}
	}
	return m
}

// mapAroundKM is how far around its commune the map of an event shows others.
const mapAroundKM = 8

// linkedEventData is an event in the words of schema.org, for search engines: nothing that
// the page does not show.
type linkedEventData struct {
	Context     string      `json:"@context"`
	Type        string      `json:"@type"`
	ID          string      `json:"@id"`
	Page        string      `json:"url"`
	Name        string      `json:"name"`
	Description string      `json:"description,omitempty"`
	Starts      string      `json:"startDate"`
	Ends        string      `json:"endDate"`
	Status      string      `json:"eventStatus"`
	Mode        string      `json:"eventAttendanceMode"`
	Location    any         `json:"location"`
	Organiser   linkedName  `json:"organizer"`
	Free        bool        `json:"isAccessibleForFree"`
	Most        int         `json:"maximumAttendeeCapacity,omitempty"`
	Left        *int        `json:"remainingAttendeeCapacity,omitempty"`
	Language    string      `json:"inLanguage"`
	Series      *linkedName `json:"superEvent,omitempty"`
}

type linkedName struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

type linkedHall struct {
	Type    string      `json:"@type"`
	Name    string      `json:"name"`
	Address linkedPlace `json:"address"`
}

type linkedOnline struct {
	Type string `json:"@type"`
	URL  string `json:"url"`
}

// linkedEvent is the event of a public page.
func (s *site) linkedEvent(a *gathering.Announced) any {
	e := &a.Event
	address := s.Config.BaseURL + agendaURL(e.ID)
	out := &linkedEventData{
		Context: "https://schema.org", Type: "BusinessEvent", ID: address, Page: address, Name: format.Text(e.Title), Description: format.Text(cmp.Or(e.Summary, e.Text)),
		Starts: parisISO(e.Starts), Ends: parisISO(e.Ends), Status: "https://schema.org/EventScheduled", Mode: "https://schema.org/OfflineEventAttendanceMode",
		Organiser: linkedName{"Organization", format.Text(a.Organiser)}, Free: true, Language: "fr",
	}
	if !e.CancelledAt.IsZero() {
		out.Status = "https://schema.org/EventCancelled"
	}
	if e.Place.Name+e.Place.Address+e.Place.City == "" {
		out.Mode, out.Location = "https://schema.org/OnlineEventAttendanceMode", linkedOnline{"VirtualLocation", address}
	} else {
		out.Location = linkedHall{"Place", format.Text(cmp.Or(e.Place.Name, e.Place.City, e.Place.Address)), linkedPlace{Type: "PostalAddress", Street: format.Text(e.Place.Address), City: format.Text(e.Place.City), Country: "FR"}}
	}
	if e.Series != "" {
		out.Series = &linkedName{"EventSeries", format.Text(e.Series)}
	}
	if e.Access != event.ByInvitation && e.State(s.Now()) == event.Open {
		out.Most, out.Left = e.Room.Capacity, &a.Left
	}
	return out
}

// calendarEvent is an event as a calendar has it.
func (s *site) calendarEvent(e *event.Event, address string) calendar.Event {
	out := calendar.Event{
		UID: e.UID(), Sequence: e.Sequence, Stamp: e.UpdatedAt, Starts: e.Starts, Ends: e.Ends, Summary: format.Text(e.Title), Text: format.Text(e.Summary),
		Location: format.Text(gathering.Where(e.Place)), URL: s.Config.BaseURL + address, Cancelled: !e.CancelledAt.IsZero(), Tentative: e.OpenedAt.IsZero() && e.Kind != event.External,
	}
	if out.Cancelled {
		out.Summary = format.Text("Annulé : " + e.Title)
	}
	return out
}

// agendaCalendar answers the public agenda as a calendar to follow.
func (s *site) agendaCalendar(c *fiber.Ctx) error {
	all, err := s.agendaList(c)
	if err != nil {
		return err
	}
	cal := calendar.Calendar{Name: "Agenda " + format.Text(s.Home.Label), Refresh: feedRefresh}
	for i := range all[:min(len(all), maxFeed)] {
		e := s.calendarEvent(&all[i].Event, agendaURL(all[i].Event.ID))
		e.Tentative = false
		cal.Events = append(cal.Events, e)
	}
	c.Set(fiber.HeaderContentDisposition, `inline; filename="agenda.ics"`)
	return sendFeed(c, calendar.Type, cal.Write())
}

// agendaEventFile answers one event of it, to add to a calendar.
func (s *site) agendaEventFile(c *fiber.Ctx) error {
	a, err := s.publicEvent(c)
	if err != nil {
		return err
	}
	e := s.calendarEvent(&a.Event, agendaURL(a.Event.ID))
	e.Tentative = false
	cal := calendar.Calendar{Name: format.Text(a.Event.Title), Events: []calendar.Event{e}}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="evenement.ics"`)
	return sendFeed(c, calendar.Type, cal.Write())
}

// sessionViews are the sessions of an event as a page shows them; on the public page no
// structure of a kind that is told to nobody is named.
func (s *site) sessionViews(e *event.Event, public bool) (out []views.PlanSession) {
	for i := range e.Programme {
		x := &e.Programme[i]
		v := views.PlanSession{ID: x.ID, Title: format.Text(x.Title), Text: format.Text(x.Text), Where: format.Text(x.Where), When: clockSpan(e, x)}
		if !public || !e.Kind.Discreet() {
			v.Pitches = pitchViews(x)
		}
		out = append(out, v)
	}
	return out
}

// clockSpan says when a session is: the hours, and the day of an event of several.
func clockSpan(e *event.Event, x *event.Session) string {
	hours := format.Clock(x.Starts) + " – " + format.Clock(x.Ends)
	if structure.DateOf(e.Starts) == structure.DateOf(e.Ends) {
		return hours
	}
	return format.ShortDay(x.Starts) + ", " + hours
}

func pitchViews(x *event.Session) (out []views.PlanPitch) {
	for i := range x.Pitches {
		t := &x.Pitches[i]
		v := views.PlanPitch{ID: t.ID, Name: format.Text(t.Name), Topic: format.Text(t.Topic), URL: sheetURLOf(t.Structure)}
		if at := x.Slot(i); !at.IsZero() && t.Minutes > 0 {
			v.When = format.Clock(at) + ", " + strconv.Itoa(t.Minutes) + " minutes"
		}
		out = append(out, v)
	}
	return out
}
