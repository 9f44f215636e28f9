package web

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

var lineDone = map[string]string{
	"acceptee": "La demande est acceptée : l’invité reçoit un message.", "refusee": "La demande n’est pas retenue : la personne reçoit un message.",
	"confirmee": "La réponse est confirmée.", "ignoree": "La réponse de l’agenda est écartée : rien n’a changé.",
}

// line answers who waits for something of an event.
func (s *site) line(c *fiber.Ctx) error { return s.lineRender(c, form.State{}) }

func (s *site) lineRender(c *fiber.Ctx, state form.State) error {
	m, err := attender(c)
	if err != nil {
		return err
	}
	seen, line, err := s.Gathering.LineOf(c.UserContext(), m, c.Params("id"))
	if err != nil {
		return err
	}
	e := &seen.Event
	state.Token, state.Heading = s.formToken(c), "Rien n’a changé"
	taken, _ := e.Taken()
	p := views.LinePage{
		Page: s.eventFrame(c, seen, "Liste d’attente", linePath, lineDone), State: state, Rule: event.WaitingRule,
		Full: format.Count(taken, "place prise ou proposée", "places prises ou proposées") + " sur " + format.Number(e.Room.Capacity) + ". " + format.Count(len(e.Queue()), "demande en attente.", "demandes en attente."),
	}
	if n := e.Deficit(); n > 0 {
		p.Note = "Les places prises dépassent de " + format.Number(n) + " celles qui existent : aucune place n’est proposée tant que ce manque dure."
	} else if e.State(s.Now()) != event.Open {
		p.Note = "Les inscriptions ne sont pas ouvertes : aucune place n’est proposée."
	}
	writes := event.Hosts(m)
	for i := range line.Asking {
		p.Asking = append(p.Asking, lineAsking(e, m, &line.Asking[i], writes))
	}
	for i := range line.Said {
		p.Said = append(p.Said, lineSaid(e, &line.Said[i], writes))
	}
	for i := range line.Offers {
		row := lineRow(&line.Offers[i])
		row.When = "À prendre avant le " + sourcing.Moment(line.Offers[i].Seat.Until)
		p.Offers = append(p.Offers, row)
	}
	for i := range line.Waiting {
		p.Queue = append(p.Queue, lineWaits(i, &line.Waiting[i]))
	}
	for i := range line.Promoted {
		p.Past = append(p.Past, linePromoted(&line.Promoted[i]))
	}
	titleFaults(&p.Title, state)
	return render(c, views.LineView(p))
}

func lineRow(w *gathering.Waiting) views.LineRow {
	row := views.LineRow{Name: format.Text(w.Guest.Name), Body: format.Text(w.Guest.Body), Role: w.Seat.Role.Label()}
	if row.Name == "" {
		row.Name = "Invité effacé"
	}
	if w.Seat.Party > 1 {
		row.Party = format.Count(w.Seat.Party, "personne", "personnes")
	}
	return row
}

func lineWaits(i int, w *gathering.Waiting) views.LineRow {
	row := lineRow(w)
	row.Rank, row.When = strconv.Itoa(i+1), "Depuis le "+sourcing.Moment(w.Seat.Answered)
	row.Note = map[event.Lack]string{
		event.LacksRoom: "", event.LacksQuota: "Le quota de son rôle est atteint.", event.LacksSIREN: "Son organisme a déjà toutes ses places.",
	}[w.Lack]
	return row
}

func lineAsking(e *event.Event, m buyer.Member, w *gathering.Waiting, writes bool) views.LineRow {
	row := lineRow(w)
	row.When = "Demandé le " + sourcing.Moment(w.Seat.Added)
	if w.Seat.Answer == event.Pending {
		row.Note = "Son adresse n’est pas encore confirmée : le lien n’a pas été suivi."
	}
	if !writes || m.Organisation != e.Organisation {
		return row
	}
	to := eventURL(e.ID) + linePath + "/" + url.PathEscape(w.Seat.Guest) + "/demande"
	row.Acts = []form.Action{
		{To: to, Label: "Accepter", Hidden: w.Guest.Name, Style: "btn-act", Values: []part.Option{{Value: "choix", Label: "oui"}}},
		{To: to, Label: "Ne pas retenir", Hidden: w.Guest.Name, Values: []part.Option{{Value: "choix", Label: "non"}}},
	}
	return row
}

func lineSaid(e *event.Event, w *gathering.Waiting, writes bool) views.LineRow {
	row := lineRow(w)
	row.When, row.Note = "Reçu le "+sourcing.Moment(w.Guest.SaidAt), "Son agenda répond : ne vient pas."
	if w.Guest.Said == event.Accepted {
		row.Note = "Son agenda répond : vient."
	}
	if !writes {
		return row
	}
	to := eventURL(e.ID) + linePath + "/" + url.PathEscape(w.Seat.Guest) + "/agenda"
	row.Acts = []form.Action{
		{To: to, Label: "Confirmer", Hidden: w.Guest.Name, Values: []part.Option{{Value: "choix", Label: "oui"}}},
		{To: to, Label: "Écarter", Hidden: w.Guest.Name, Values: []part.Option{{Value: "choix", Label: "non"}}},
	}
	return row
}

func linePromoted(w *gathering.Waiting) views.LineRow {
	row := lineRow(w)
	row.Rank, row.When = strconv.FormatInt(w.Promotion.Rank, 10), "Proposée le "+sourcing.Moment(w.Promotion.At)
	if n := w.Promotion.Passed; n > 0 {
		row.Note = format.Count(n, "demande plus ancienne n’entrait pas dans la place libérée.", "demandes plus anciennes n’entraient pas dans la place libérée.")
	}
	return row
}

// lineAdmit says yes or no to who asked to come.
func (s *site) lineAdmit(c *fiber.Ctx) error {
	yes := sentForm(c).Get("choix") == "oui"
	err := s.Gathering.Admit(c.UserContext(), deskMember(c), c.Params("id"), c.Params("guest"), yes)
	return s.lineActed(c, err, map[bool]string{true: "acceptee", false: "refusee"}[yes])
}

// lineSettle confirms what a calendar program answered, or passes it over.
func (s *site) lineSettle(c *fiber.Ctx) error {
	yes := sentForm(c).Get("choix") == "oui"
	err := s.Gathering.SettleSaid(c.UserContext(), deskMember(c), c.Params("id"), c.Params("guest"), yes)
	return s.lineActed(c, err, map[bool]string{true: "confirmee", false: "ignoree"}[yes])
}

func (s *site) lineActed(c *fiber.Ctx, err error, what string) error {
	if err == nil {
		return done(c, eventURL(c.Params("id"))+linePath, what)
	}
	text, status, ok := replyRefused(err)
	if !ok {
		return err
	}
	return s.lineRender(c.Status(status), form.State{Refusal: text})
}
