package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/qr"
	"sourcier/internal/territory"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

const (
	entranceTab   = "/accueil"
	entranceRoute = eventsPath + "/:id" + entranceTab
	phoneSegment  = "/telephone"
	phoneRoute    = entranceRoute + phoneSegment
	walkInSegment = "/sur-place"
	entriesPath   = "/passages"

	entranceShown     = 30 // guests found by name
	entranceConflicts = 50
)

// doorRoutes are those of the door.
func (s *site) doorRoutes(d eventDoors) {
	d.readers.Get(entranceRoute, d.limited, s.entrance)
	d.readers.Get(entranceRoute+"/ecran", d.limited, s.entranceScreen)
	d.writers.Post(entranceRoute+"/entree", d.limited, s.entranceNote)
	d.writers.Get(entranceRoute+walkInSegment, d.limited, s.entranceWalkIn)
	d.writers.Post(entranceRoute+walkInSegment, d.limited, s.entranceWalkInSend)
	d.writers.Post(entranceRoute+"/cloture", d.limited, s.entranceClose)
	d.writers.Get(entranceRoute+"/badges.pdf", d.exported, s.entranceBadges)
	d.writers.Get(entranceRoute+"/emargement.pdf", d.exported, s.entranceSheet)
	d.writers.Get(phoneRoute, d.limited, s.phone)
	d.writers.Get(phoneRoute+".js", d.limited, s.phoneWorker)
	d.writers.Get(phoneRoute+".webmanifest", d.limited, s.phoneManifest)
	d.writers.Get(entranceRoute+"/liste", d.limited, s.phoneList)
	d.writers.Get(entranceRoute+"/cle", d.limited, s.phoneKey)
	d.writers.Get(entranceRoute+entriesPath, d.limited, s.phoneEntries)
	d.writers.Post(entranceRoute+entriesPath, d.limited, s.phoneScans)
	d.public.Get(guestLinkPath+"/:token/billet", d.limited, s.entranceTicket)
	d.public.Get(guestLinkPath+"/:token/attestation", d.limited, s.entranceCertificate)
}

// isPhone reports whether a path is the page of a phone at the door: the one page that may
// use the camera.
func isPhone(path string) bool {
	return strings.HasPrefix(path, eventsPath+"/") && strings.HasSuffix(path, entranceTab+phoneSegment)
}

func entranceURL(id string) string { return eventURL(id) + entranceTab }

// entranceDone words what was done before the page is shown.
var entranceDone = map[string]string{
	"entre": "Entrée notée.", "deja": "Cette personne était déjà entrée : rien n’a changé.", "sans-place": "Cette personne n’a pas de place : sa venue est notée, sans entrée.",
	"annule": "Entrée annulée.", "sur-place": "Arrivée notée.", "cloture": "Présence clôturée.",
}

// entranceSeen is the event of the address for who reads all of it: a co-organiser, who
// sees its own guests alone, has no door.
func (s *site) entranceSeen(c *fiber.Ctx) (*gathering.Seen, error) {
	_, seen, err := s.eventSeen(c)
	if err == nil && seen.Side != "" {
		return nil, &forbiddenError{eventRoles}
	}
	return seen, err
}

// entrance shows who is there, and to who lets people in, the list.
func (s *site) entrance(c *fiber.Ctx) error { return s.renderEntrance(c, form.State{}, 0) }

func (s *site) renderEntrance(c *fiber.Ctx, state form.State, status int) error {
	seen, err := s.entranceSeen(c)
	if err != nil {
		return err
	}
	e := &seen.Event
	state.Token, state.Heading = s.formToken(c), "Rien n’est noté"
	p := views.DoorPage{Page: s.eventFrame(c, seen, "Accueil", entranceTab, entranceDone), State: state, Screen: entranceURL(e.ID) + "/ecran"}
	if !event.Hosts(deskMember(c)) {
		entries, err := s.Gathering.Entrances(c.UserContext(), e.ID)
		if err != nil {
			return err
		}
		p.Figures = entranceFigures(e, entries)
		return render(c, views.DoorView(p))
	}
	list, entries, err := s.Gathering.DoorList(c.UserContext(), e)
	if err != nil {
		return err
	}
	p.Figures = entranceFigures(e, entries)
	if p.Work, err = s.entranceWork(c, e, list, entries); err != nil {
		return err
	}
	titleFaults(&p.Title, p.State)
	if status != 0 {
		c.Status(status)
	}
	return render(c, views.DoorView(p))
}

// entranceFigures are who is there, by role and in words.
func entranceFigures(e *event.Event, entries []event.Entry) views.DoorFigures {
	p := e.Presence(entries)
	out := views.DoorFigures{Present: p.Present, Expected: p.Expected}
	out.Say = format.Count(p.Present, "personne présente", "personnes présentes") + " sur " + format.Number(p.Expected) + " attendues"
	for _, r := range event.Roles {
		if p.Of[r] > 0 || p.ExpectedOf[r] > 0 {
			out.Lines = append(out.Lines, views.DoorFigure{Name: r.Label(), Present: p.Of[r], Expected: p.ExpectedOf[r]})
		}
	}
	if p.Walked > 0 {
		out.Note = "Dont " + format.Count(p.Walked, "personne", "personnes") + " sans place réservée."
	}
	if both := p.Of[event.AsBuyer] + p.Of[event.AsStructure]; both > 0 {
		out.Buyers = fmt.Sprint(p.Of[event.AsBuyer] * 100 / both)
		out.Balance = format.Count(p.Of[event.AsBuyer], "acheteur", "acheteurs") + " et " + format.Count(p.Of[event.AsStructure], "structure", "structures")
	}
	return out
}

// entranceWork is what who lets people in sees.
func (s *site) entranceWork(c *fiber.Ctx, e *event.Event, list []gathering.DoorGuest, entries []event.Entry) (*views.DoorWork, error) {
	at := entranceURL(e.ID)
	w := &views.DoorWork{
		Phone: at + phoneSegment, WalkIn: at + walkInSegment, Sheet: at + "/emargement.pdf", Badges: at + "/badges.pdf", Action: at,
		Query: format.Cut(c.Query("q"), 100), Code: s.Gathering.DoorCode(e.ID), Conflicts: entranceTwice(list, entries),
	}
	code, err := qr.New(w.Code)
	if err != nil {
		return nil, err
	}
	w.CodeImage = views.DoorImage{ViewBox: code.ViewBox(), Path: code.Path(), Label: "Code de l’accueil, à lire avec le téléphone"}
	shut := e.Welcomes(deskMember(c), s.Now())
	if shut != nil {
		w.Shut = shut.Error()
	}
	s.entranceFound(w, list, shut == nil)
	switch {
	case !e.SettledAt.IsZero():
		w.Closed = "Présence clôturée le " + format.Moment(e.SettledAt) + ". " + entranceMet(e)
	case e.State(s.Now()) == event.Running || e.State(s.Now()) == event.Past:
		w.Close = &form.Action{To: at + "/cloture", Label: "Clôturer la présence"}
	}
	return w, nil
}

// entranceMet says what is kept of who came.
func entranceMet(e *event.Event) string {
	if e.Kind.Discreet() {
		return "Les structures présentes ne sont gardées nulle part : l’événement est discret."
	}
	return format.Count(len(e.Met), "structure de l’annuaire est venue.", "structures de l’annuaire sont venues.")
}

// entranceFound lists the guests whose name holds every word that is searched.
func (s *site) entranceFound(w *views.DoorWork, list []gathering.DoorGuest, open bool) {
	words := strings.Fields(territory.Fold(w.Query))
	if len(words) == 0 {
		return
	}
	more := 0
	for i := range list {
		g := &list[i]
		text := territory.Fold(g.Name + " " + g.Body)
		if slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			continue
		}
		if len(w.Found) == entranceShown {
			more++
			continue
		}
		w.Found = append(w.Found, entranceLine(g, w.Action, open))
	}
	if len(w.Found) == 0 {
		w.Nothing = "Personne de ce nom sur la liste. Essayez une partie du nom, ou notez une arrivée sans inscription."
	}
	if more > 0 {
		w.More = format.Count(more, "autre personne répond", "autres personnes répondent") + " à ces mots : précisez."
	}
}

// entranceLine is a guest with what may be done.
func entranceLine(g *gathering.DoorGuest, at string, open bool) views.DoorLine {
	l := views.DoorLine{Name: g.Name, About: entranceAbout(g)}
	in := !g.In.At.IsZero()
	switch {
	case in:
		l.Fact = part.Answer{Text: "Entrée à " + format.Clock(g.In.At), Tone: part.Good}
		_, scan, _ := strings.Cut(g.In.Checkin, ".")
		if open {
			l.Undo = &form.Action{To: at + "/entree", Label: "Annuler", Hidden: "l’entrée de " + g.Name, Values: []part.Option{{Value: "annule", Label: scan}, {Value: onceField, Label: account.NewID()}, {Value: "voie", Label: string(event.ByName)}}}
		}
	case g.Seat.Judge(false) == event.NotDue:
		l.Fact = part.Answer{Text: g.Seat.Answer.Label(), Tone: part.Warn}
	default:
		l.Fact = part.Answer{Text: "Attendu", Tone: part.Muted}
	}
	if !in && open {
		label, way := "Noter l’entrée", event.ByName
		if g.Seat.Judge(false) == event.NotDue {
			label, way = "Faire entrer", event.WalkIn
		}
		l.Enter = &form.Action{To: at + "/entree", Label: label, Hidden: "(" + g.Name + ")", Style: "btn-primary", Values: []part.Option{{Value: "invite", Label: g.ID}, {Value: onceField, Label: account.NewID()}, {Value: "voie", Label: string(way)}}}
	}
	return l
}

func entranceAbout(g *gathering.DoorGuest) string {
	parts := []string{g.Role.Label()}
	if g.Body != "" {
		parts = append(parts, g.Body)
	}
	if g.Seat.Party > 1 {
		parts = append(parts, format.Count(g.Seat.Party, "personne", "personnes"))
	}
	return strings.Join(parts, " – ")
}

// entranceTwice words the scans of who was in already.
func entranceTwice(list []gathering.DoorGuest, entries []event.Entry) (out []string) {
	names := map[string]string{}
	for i := range list {
		names[list[i].ID] = list[i].Name
	}
	for i := range entries {
		if x := &entries[i]; len(x.Conflicts) > 0 && len(out) < entranceConflicts {
			out = append(out, names[x.Guest]+" : entrée à "+format.Clock(x.At)+", puis "+format.Count(len(x.Conflicts), "autre passage", "autres passages"))
		}
	}
	return out
}

// entranceNote notes that somebody found by name comes in, or that it was a mistake.
func (s *site) entranceNote(c *fiber.Ctx) error {
	sent := sentForm(c)
	scan := gathering.DoorScan{ID: sent.Get(onceField), At: s.Now(), Way: event.Way(sent.Get("voie")), Guest: sent.Get("invite"), Undoes: sent.Get("annule")}
	if scan.Guest == "" && scan.Undoes == "" {
		return fiber.ErrBadRequest
	}
	v, err := s.Gathering.Scanned(c.UserContext(), deskMember(c), c.Params("id"), entranceDesk, s.Now(), []gathering.DoorScan{scan})
	if err != nil {
		text, status, ok := refusalOf(err)
		if !ok {
			return err
		}
		return s.renderEntrance(c, form.State{Refusal: text}, status)
	}
	if v[0].Result == event.Unknown {
		return fiber.ErrNotFound // no guest of this event
	}
	return done(c, entranceURL(c.Params("id")), string(v[0].Result))
}

// entranceDesk is the device of who notes entries without a script.
const entranceDesk = "ordinateur"

// entranceWalkIn asks who comes without being on the list.
func (s *site) entranceWalkIn(c *fiber.Ctx) error {
	return s.renderWalkIn(c, views.DoorWalkIn{Once: account.NewID()}, string(event.AsBuyer), 0)
}

func (s *site) renderWalkIn(c *fiber.Ctx, p views.DoorWalkIn, role string, status int) error {
	seen, err := s.entranceSeen(c)
	if err != nil {
		return err
	}
	at := entranceURL(seen.Event.ID)
	p.Page = s.eventFrame(c, seen, "Arrivée sans inscription", entranceTab, nil, part.Link{Label: "Accueil", URL: at})
	p.State.Token, p.State.Heading, p.Action, p.Roles = s.formToken(c), "Rien n’est noté", at+walkInSegment, entranceRoles(role)
	titleFaults(&p.Title, p.State)
	if status != 0 {
		c.Status(status)
	}
	return render(c, views.DoorWalkInView(p))
}

func entranceRoles(role string) (out []part.Option) {
	for _, r := range event.Roles {
		out = append(out, part.Option{Value: string(r), Label: r.Label(), Selected: string(r) == role})
	}
	return out
}

func (s *site) entranceWalkInSend(c *fiber.Ctx) error {
	sent := sentForm(c)
	w := gathering.Walker{Name: sent.Get("nom"), Email: sent.Get("courriel"), Body: sent.Get("organisme"), Role: event.Role(sent.Get("role"))}
	scan := gathering.DoorScan{ID: sent.Get(onceField), At: s.Now(), Way: event.WalkIn, Walker: &w}
	v, err := s.Gathering.Scanned(c.UserContext(), deskMember(c), c.Params("id"), entranceDesk, s.Now(), []gathering.DoorScan{scan})
	if err == nil && v[0].Refused == "" {
		what := "sur-place"
		if v[0].Result == event.Already {
			what = string(event.Already)
		}
		return done(c, entranceURL(c.Params("id")), what)
	}
	p := views.DoorWalkIn{Once: sent.Get(onceField), Name: w.Name, Email: w.Email, Body: w.Body}
	status := fiber.StatusUnprocessableEntity
	if err != nil {
		text, code, ok := refusalOf(err)
		if !ok {
			return err
		}
		p.State.Refusal, status = text, code
	} else {
		field := "courriel"
		if v[0].Refused == string(event.ErrWalkInName) {
			field = "nom"
		}
		p.State.Faults = []form.Fault{{Field: field, Text: v[0].Refused}}
	}
	return s.renderWalkIn(c, p, string(w.Role), status)
}

// entranceClose closes the attendance.
func (s *site) entranceClose(c *fiber.Ctx) error {
	err := s.Gathering.Settle(c.UserContext(), deskMember(c), c.Params("id"))
	if err != nil {
		text, status, ok := refusalOf(err)
		if !ok {
			return err
		}
		return s.renderEntrance(c, form.State{Refusal: text}, status)
	}
	return done(c, entranceURL(c.Params("id")), "cloture")
}

// entranceScreen is the large screen of the entrance.
func (s *site) entranceScreen(c *fiber.Ctx) error {
	seen, err := s.entranceSeen(c)
	if err != nil {
		return err
	}
	e := &seen.Event
	entries, err := s.Gathering.Entrances(c.UserContext(), e.ID)
	if err != nil {
		return err
	}
	p := views.DoorScreen{
		Base: s.base("Écran d’accueil – "+e.Title, "", ""), Heading: format.Text(e.Title), When: eventWhen(e), Figures: entranceFigures(e, entries),
		At: entranceURL(e.ID) + "/ecran", Back: entranceURL(e.ID), Frozen: c.Query("fige") != "", Now: format.Clock(s.Now()),
	}
	p.Section = eventsPath
	return render(c, views.DoorScreenView(p))
}
