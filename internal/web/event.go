package web

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/store"
	"sourcier/views/desk"
	views "sourcier/views/event"
	"sourcier/views/part"
)

// Paths of events: of the organiser, of the public, of who has a personal link, of the
// survey afterwards.
const (
	eventsPath     = "/evenements"
	newEventPath   = eventsPath + "/nouveau"
	agendaPath     = "/agenda"
	guestLinkPath  = "/participation" // then the token of a personal link
	surveyLinkPath = "/enquete"       // then the token of a survey
	relayLinkPath  = "/relais"        // then the token of a partner
)

// eventRoles see the events of their organisation (event.Attends).
var eventRoles = append([]account.Role{account.Organiser}, planRoles...)

// eventDoors are who uses the pages of events.
type eventDoors struct {
	readers, writers  door // of the organisation; writers prepare events
	public            door
	limited, exported fiber.Handler
}

// eventRoutes are those of events, a function a family.
func (s *site) eventRoutes(app *fiber.App, limited, exported fiber.Handler) {
	d := eventDoors{
		readers: door{site: s, app: app, access: only(eventRoles...)},
		writers: door{site: s, app: app, access: only(account.Organiser)},
		public:  door{site: s, app: app, access: anyone},
		limited: limited, exported: exported,
	}
	s.eventDeskRoutes(d)
	s.guestRoutes(d)
	s.participationRoutes(d)
	s.doorRoutes(d)
	s.afterRoutes(d)
}

// attender is who asks, when the person sees the events of an organisation.
func attender(c *fiber.Ctx) (buyer.Member, error) {
	m := deskMember(c)
	if !event.Attends(m) {
		return m, &forbiddenError{eventRoles}
	}
	return m, nil
}

// eventSeen is the event of the address, for who asks: not found for who does not see it.
func (s *site) eventSeen(c *fiber.Ctx) (buyer.Member, *gathering.Seen, error) {
	m, err := attender(c)
	if err != nil {
		return m, nil, err
	}
	seen, err := s.Gathering.Event(c.UserContext(), m, c.Params("id"))
	return m, seen, err
}

// eventTabs are the pages of an event: what comes after its address, and its name. Those
// of the second list are the organiser's alone, whom a co-organiser is not.
var eventTabs = [][2]string{
	{"", "Vue d’ensemble"}, {"/programme", "Programme"}, {"/invites", "Invités"}, {"/attente", "Liste d’attente"}, {"/accueil", "Accueil"},
	{"/enquete", "Enquête"}, {"/rencontres", "Rencontres"}, {"/budget", "Budget"}, {"/bilan", "Bilan"},
}

// sharedTabs are the pages that a co-organiser sees too.
var sharedTabs = map[string]bool{"": true, "/programme": true, "/invites": true}

// eventFrame is the frame of a page of one event. current is the tab it stands under,
// « /invites »; texts word what was just done, above are pages between the tab and it.
func (s *site) eventFrame(c *fiber.Ctx, seen *gathering.Seen, heading, current string, texts map[string]string, above ...part.Link) views.Page {
	e := &seen.Event
	own := eventURL(e.ID)
	trail := []part.Link{{Label: "Événements", URL: eventsPath}}
	p := views.Page{Name: e.Title, Status: eventStatus(e, s.Now()), When: eventWhen(e)}
	if current == "" && heading == e.Title { // the overview
		p.Name = ""
	} else {
		trail = append(trail, part.Link{Label: e.Title, URL: own})
	}
	p.Page = s.eventDesk(c, heading, texts, append(trail, above...)...)
	if p.Name != "" {
		p.Title = fitted(heading+" – "+e.Title, "")
	}
	for _, t := range eventTabs {
		if seen.Side == "" || sharedTabs[t[0]] {
			p.Tabs = append(p.Tabs, views.FrameTab{Label: t[1], URL: own + t[0], Current: t[0] == current})
		}
	}
	return p
}

// eventStatus is the state of an event with its sign.
func eventStatus(e *event.Event, now time.Time) part.Answer {
	state := e.State(now)
	out := part.Answer{Text: state.Label(), Tone: part.Muted}
	switch state {
	case event.Open, event.Running:
		out.Tone = part.Good
	case event.Called:
		out.Tone = part.Warn
	case event.Drafted, event.Shut, event.Past:
	}
	return out
}

// eventWhen says when and where an event is.
func eventWhen(e *event.Event) string {
	place := gathering.Where(e.Place)
	switch {
	case e.Starts.IsZero():
		return "Date à choisir"
	case place == "":
		return gathering.Span(e.Starts, e.Ends)
	}
	return gathering.Span(e.Starts, e.Ends) + " – " + place
}

// eventDesk is the frame of a page of events.
func (s *site) eventDesk(c *fiber.Ctx, heading string, texts map[string]string, above ...part.Link) desk.Page {
	p := desk.Page{Base: s.base(heading, heading, ""), Area: desk.Hosting, Current: eventsPath, Heading: heading, Above: above, Done: doneText(c, texts)}
	p.Section = eventsPath
	return p
}

func eventURL(id string) string { return eventsPath + "/" + url.PathEscape(id) }

// withEvents answers as if the route were not there where there are no events, and keeps
// what a link shows out of caches.
func (s *site) withEvents(c *fiber.Ctx) error {
	if s.Gathering == nil {
		return store.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Next()
}
