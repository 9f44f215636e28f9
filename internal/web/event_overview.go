package web

import (
	"cmp"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/views/desk"
	views "sourcier/views/event"
	"sourcier/views/format"
	"sourcier/views/part"
)

// eventDone words what was just done.
var eventDone = map[string]string{
	"cree": "Événement créé. Rien n’est parti : complétez-le, puis ouvrez les inscriptions.", "modifie": "Événement enregistré.", "places": "Places enregistrées.",
	"ouvert": "Les inscriptions sont ouvertes.", "clos": "Les inscriptions sont closes.", "annule": "Événement annulé : les invités concernés sont prévenus.",
	"publie": "L’événement est à l’agenda public.", "retire": "L’événement n’est plus à l’agenda public.", "verifie": "Check-list enregistrée.", "partenaires": "Partenaires enregistrés.",
	"date": "La date est choisie. Ouvrez les inscriptions quand tout est prêt.", "retour": "Retour enregistré.",
}

// eventOverview shows an event at a glance.
func (s *site) eventOverview(c *fiber.Ctx) error {
	m, seen, err := s.eventSeen(c)
	if err != nil {
		return err
	}
	e, now := &seen.Event, s.Now()
	writes := eventWriter(m, seen)
	names, err := s.namesOf(c.UserContext(), e.Persons())
	if err != nil {
		return err
	}
	p := views.PlanOverview{Page: s.eventFrame(c, seen, e.Title, "", eventDone), Summary: e.Summary, Text: e.Text, Facts: s.eventFacts(seen, names)}
	if e.Kind == event.External {
		p.Went, p.Gave = e.Went, e.Balance
	} else {
		p.Figures, p.Note = eventFigures(seen)
	}
	if seen.Side == "" {
		p.Journal = eventJournal(e, names)
		p.Alert = eventAlert(e, now)
	}
	if seen.Side == "" && e.Kind != event.External && len(e.Seats) > 0 {
		p.Roles = eventRoleRows(e)
	}
	if writes {
		p.Acts = eventActs(e, now)
		p.Missing, p.Soft = eventMissing(e, now)
		p.Next = eventNext(e, len(p.Missing), now)
	}
	return render(c, views.PlanOverviewView(p))
}

// eventAlert says what is wrong with an event, "" for nothing.
func eventAlert(e *event.Event, now time.Time) string {
	switch e.State(now) {
	case event.Called:
		return "Annulé le " + sourcing.Moment(e.CancelledAt) + ". Motif donné aux invités : " + e.Reason
	case event.Past:
		return ""
	}
	if n := e.Deficit(); n > 0 {
		return format.Count(n, "place de trop est prise", "places de trop sont prises") + " : les places, un quota ou la limite par organisme ont été réduits depuis. Personne n’est promu de la liste d’attente tant que l’écart dure."
	}
	return ""
}

// eventCount counts the guests of an event, or of one partner, by answer.
type eventCount struct {
	guests, invited      int // on the list; written to
	coming, people       int // guests with a place; people with them
	offered, waits, asks int
	silent, declined     int
}

func countSeats(list []event.Seat) (n eventCount) {
	for i := range list {
		s := &list[i]
		if !s.Active() {
			continue
		}
		n.guests++
		if !s.Invited.IsZero() {
			n.invited++
		}
		switch s.Answer {
		case event.Accepted:
			n.coming++
			n.people += s.Party
		case event.Offered:
			n.offered++
		case event.Waitlisted:
			if s.Asked {
				n.asks++
			} else {
				n.waits++
			}
		case event.Declined:
			n.declined++
		case event.Pending:
			if !s.Invited.IsZero() {
				n.silent++
			}
		case event.Cancelled, event.Delegated:
		}
	}
	return n
}

// eventFigures are the figures at the top of an event: of a co-organiser, those of its own
// guests.
func eventFigures(seen *gathering.Seen) (out []views.PlanFigure, note string) {
	e, n := &seen.Event, countSeats(seen.Guests())
	add := func(number int, label, note string) {
		out = append(out, views.PlanFigure{Number: format.Number(number), Label: label, Note: note})
	}
	add(n.guests, format.Plural(n.guests, "invité", "invités"), format.Count(n.invited, "invitation envoyée", "invitations envoyées"))
	coming := ""
	if n.people > n.coming {
		coming = format.Count(n.people, "personne", "personnes") + " en tout"
	}
	add(n.coming, format.Plural(n.coming, "vient", "viennent"), coming)
	add(n.silent, "sans réponse", "")
	add(n.declined, format.Plural(n.declined, "ne vient pas", "ne viennent pas"), "")
	if n.offered > 0 {
		add(n.offered, format.Plural(n.offered, "place proposée", "places proposées"), "")
	}
	if n.waits > 0 {
		add(n.waits, "en liste d’attente", "")
	}
	if n.asks > 0 {
		add(n.asks, format.Plural(n.asks, "demande à accepter", "demandes à accepter"), "")
	}
	if seen.Side != "" {
		return out, "Vos invités seulement : ceux de l’organisateur et des autres partenaires ne vous sont pas montrés."
	}
	if e.Room.Capacity > 0 {
		taken, _ := e.Taken()
		note = "Places prises ou proposées : " + format.Number(taken) + " sur " + format.Number(e.Room.Capacity) + "."
		if e.Room.PerSIREN > 0 {
			note += " " + format.Count(e.Room.PerSIREN, "place", "places") + " par organisme au plus."
		}
	}
	return out, note
}

// eventRoleRows are the places by role.
func eventRoleRows(e *event.Event) (out []views.PlanRole) {
	_, taken := e.Taken()
	for _, role := range event.Roles {
		invited, waits := 0, 0
		for i := range e.Seats {
			if s := &e.Seats[i]; s.Role == role && s.Active() {
				invited++
				if s.Waits() {
					waits++
				}
			}
		}
		quota, limited := e.Room.Quotas[role]
		if invited == 0 && !limited {
			continue
		}
		row := views.PlanRole{Role: role.Label(), Invited: format.Number(invited), Coming: format.Number(taken[role]), Waits: format.Number(waits), Quota: "Aucun"}
		if limited {
			row.Quota = format.Number(quota)
			if over := taken[role] - quota; over > 0 {
				row.Over = format.Number(over) + " de trop"
			}
		}
		out = append(out, row)
	}
	return out
}

// eventRoomFacts are the places as they are stored.
func eventRoomFacts(e *event.Event) []desk.Fact {
	out := []desk.Fact{{Term: "Places", Text: format.Number(e.Room.Capacity)}}
	for _, role := range event.Roles {
		if n, ok := e.Room.Quotas[role]; ok {
			out = append(out, desk.Fact{Term: "Quota, " + role.Label(), Text: format.Number(n)})
		}
	}
	if e.Room.PerSIREN > 0 {
		out = append(out, desk.Fact{Term: "Par organisme", Text: format.Number(e.Room.PerSIREN)})
	}
	if e.Room.Party > 1 {
		out = append(out, desk.Fact{Term: "Par invitation", Text: format.Number(e.Room.Party)})
	}
	return out
}

// eventFacts are what an event is, in a list.
func (s *site) eventFacts(seen *gathering.Seen, names map[string]string) (out []desk.Fact) {
	e := &seen.Event
	add := func(term, text string) {
		if text != "" {
			out = append(out, desk.Fact{Term: term, Text: format.Text(text)})
		}
	}
	add("Type", e.Kind.Label())
	add("Série", e.Series)
	add("Date", eventDateWords(e))
	add("Lieu", cmp.Or(gathering.Where(e.Place), "À choisir"))
	add("Accès des personnes handicapées", e.Place.Accessible)
	add("Comment venir", e.Place.Way)
	add("Lien", e.Place.Link)
	if e.Kind == event.External {
		add("Créé", "Le "+format.Day(e.CreatedAt)+byWhom(names, e.CreatedBy))
		return out
	}
	add("Inscription", e.Access.Label())
	add("Réponses jusqu’au", cmp.Or(sourcingMoment(e.RepliesUntil), "Jusqu’au début"))
	if seen.Side == "" {
		out = append(out, eventRoomFacts(e)...)
	}
	add("Questions des invités", e.Contact)
	var partners []string
	for i := range e.Partners {
		partners = append(partners, e.Partners[i].Name)
	}
	add("Partenaires", format.List(partners))
	if seen.Side == "" {
		out = append(out, desk.Fact{Term: "Événement responsable", Text: checklistDone(e), URL: eventURL(e.ID) + "/responsable"})
	}
	if !e.PublishedAt.IsZero() {
		out = append(out, desk.Fact{Term: "Agenda public", Text: "Publié le " + format.Day(e.PublishedAt), URL: agendaPath + "/" + e.ID})
	}
	add("Créé", "Le "+format.Day(e.CreatedAt)+byWhom(names, e.CreatedBy))
	return out
}

func eventDateWords(e *event.Event) string {
	if e.Starts.IsZero() {
		return "À choisir"
	}
	return gathering.Span(e.Starts, e.Ends)
}

// eventJournal is what was done, the last first: the same by the same person, several times
// in a row, is one line.
func eventJournal(e *event.Event, names map[string]string) (out []views.PlanStep) {
	for i, step := range slices.Backward(e.History) {
		if i+1 < len(e.History) && step.Note == "" && e.History[i+1].What == step.What && e.History[i+1].By == step.By {
			continue
		}
		line := views.PlanStep{When: format.Moment(step.At), ISO: step.At.UTC().Format(time.RFC3339), What: people.DoneWords(step.What), Note: step.Note}
		if step.By != "" {
			line.What += byWhom(names, step.By)
		}
		out = append(out, line)
	}
	return out
}

// eventMissing says what an event lacks to open, and what may be added.
func eventMissing(e *event.Event, now time.Time) (hard, soft []views.PlanMissing) {
	state := e.State(now)
	if e.Kind == event.External || state == event.Called || state == event.Past {
		return nil, nil
	}
	if e.OpenedAt.IsZero() {
		hard = eventLackings(e, now)
	}
	return hard, eventAdvice(e)
}

// eventLackings are what keeps an event from opening, and where each is mended.
func eventLackings(e *event.Event, now time.Time) (out []views.PlanMissing) {
	own := eventURL(e.ID)
	for _, l := range e.Lackings(now) {
		way := part.Link{Label: "Compléter", URL: own + "/modifier#" + eventField(l.Field)}
		switch {
		case l.Field == "capacity":
			way = part.Link{Label: "Fixer les places", URL: own + "/places"}
		case l.Field == "starts" && e.Starts.IsZero():
			way = part.Link{Label: "Fixer la date", URL: own + "/modifier#jour"}
		}
		out = append(out, views.PlanMissing{Text: l.Fault.Error(), Way: way})
	}
	return out
}

// eventAdvice is what may be added to an event: it opens without.
func eventAdvice(e *event.Event) (out []views.PlanMissing) {
	own := eventURL(e.ID)
	add := func(lacks bool, text, label, path string) {
		if lacks {
			out = append(out, views.PlanMissing{Text: text, Way: part.Link{Label: label, URL: own + path}})
		}
	}
	add(e.Place.Accessible == "" && e.Place.Name+e.Place.Address != "", "L’accès des personnes handicapées n’est pas dit.", "Le dire", "/modifier#accessible")
	add(e.Starts.IsZero(), "Pas encore de date ? Demandez aux invités laquelle leur convient.", "Sondage de dates", "/dates")
	add(len(e.Programme) == 0 && !e.Starts.IsZero(), "Le programme est vide.", "L’écrire", "/programme")
	add(e.Contact == "", "Les invités n’ont pas d’adresse où poser une question.", "Donner une adresse", "/modifier#contact")
	add(e.Access != event.ByInvitation && e.PublishedAt.IsZero() && !e.Starts.IsZero(), "On s’inscrit sans invitation, mais l’événement n’est pas à l’agenda public.", "Publier", "/publier")
	return out
}

// eventActs are what can be done with an event beside its next step.
func eventActs(e *event.Event, now time.Time) (out []part.Link) {
	own, state := eventURL(e.ID), e.State(now)
	add := func(when bool, label, path string) {
		if when {
			out = append(out, part.Link{Label: label, URL: own + path})
		}
	}
	live, external := state != event.Called, e.Kind == event.External
	ahead := live && !external && state != event.Past
	add(live, "Modifier", "/modifier")
	add(live && !external, "Places et quotas", "/places")
	add(!external, "Partenaires", "/partenaires")
	add(live && !external && (e.Starts.IsZero() || len(e.Dates) > 0), "Sondage de dates", "/dates")
	add(!external, "Événement responsable", "/responsable")
	add(external, "Noter ce qu’il a donné", "/retour")
	add(ahead && e.PublishedAt.IsZero(), "Publier à l’agenda", "/publier")
	add(!external && !e.PublishedAt.IsZero(), "Retirer de l’agenda", "/retirer")
	add(state == event.Open, "Clore les inscriptions", "/clore")
	add(state == event.Shut && !e.ShutAt.IsZero(), "Rouvrir les inscriptions", "/ouvrir")
	out = append(out, part.Link{Label: "Dupliquer", URL: newEventPath + "?de=" + e.ID})
	add(ahead, "Annuler l’événement", "/annuler")
	return out
}

// eventNext says what is to be done.
func eventNext(e *event.Event, missing int, now time.Time) views.PlanNext {
	own := eventURL(e.ID)
	ways := func(pairs ...string) (out []part.Link) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, part.Link{Label: pairs[i], URL: own + pairs[i+1]})
		}
		return out
	}
	if e.Kind == event.External {
		return views.PlanNext{}
	}
	n := countSeats(e.Seats)
	switch e.State(now) {
	case event.Drafted:
		if missing > 0 {
			return views.PlanNext{Title: "Complétez l’événement", Text: "Encore " + format.Count(missing, "point à régler", "points à régler") + ", puis les inscriptions pourront s’ouvrir. Vous pouvez déjà préparer la liste des invités.", Ways: ways("Compléter", "/modifier", "Préparer les invités", "/invites")}
		}
		return views.PlanNext{Title: "Ouvrez les inscriptions", Text: "Tout ce qu’il faut est là. L’ouverture n’envoie aucun courriel : les invitations partent ensuite, quand vous le décidez.", Ways: ways("Ouvrir les inscriptions", "/ouvrir", "Préparer les invités", "/invites")}
	case event.Open:
		if n.invited == 0 {
			return views.PlanNext{Title: "Invitez", Text: "Les inscriptions sont ouvertes. Choisissez qui inviter, relisez le courriel, puis envoyez.", Ways: ways("Inviter", "/invites")}
		}
		return views.PlanNext{Title: "Les réponses arrivent", Text: format.Count(n.silent, "invité n’a pas répondu", "invités n’ont pas répondu") + ". Relancez-les, ou appelez-les.", Ways: ways("Voir les invités", "/invites", "Liste d’attente", "/attente")}
	case event.Shut:
		return views.PlanNext{Title: "Préparez l’accueil", Text: "Les inscriptions sont closes : badges, feuille d’émargement et page d’accueil sont prêts.", Ways: ways("Préparer l’accueil", "/accueil")}
	case event.Running:
		return views.PlanNext{Title: "C’est maintenant", Text: "Émargez les arrivées depuis un téléphone, même sans réseau.", Ways: ways("Accueillir", "/accueil")}
	case event.Past:
		return eventAfter(e, ways)
	case event.Called:
	}
	return views.PlanNext{}
}

// eventAfter says what is to be done once an event is over.
func eventAfter(e *event.Event, ways func(...string) []part.Link) views.PlanNext {
	switch {
	case e.SettledAt.IsZero():
		return views.PlanNext{Title: "Clôturez l’émargement", Text: "Dites qui est venu : l’enquête, les attestations et le bilan en partent.", Ways: ways("Clôturer", "/accueil")}
	case e.SurveyedAt.IsZero():
		return views.PlanNext{Title: "Envoyez l’enquête", Text: "Anonyme, à qui est venu, tant que l’événement est frais.", Ways: ways("Préparer l’enquête", "/enquete", "Bilan", "/bilan")}
	}
	return views.PlanNext{Title: "Faites le bilan", Text: "Présents, satisfaction, coût, suites : le rapport se télécharge.", Ways: ways("Voir le bilan", "/bilan")}
}

// eventWriter reports whether a member prepares what it sees.
func eventWriter(m buyer.Member, seen *gathering.Seen) bool { return seen.Side == "" && event.Hosts(m) }
