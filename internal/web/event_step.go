package web

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
)

// eventStep is a step of an event that is confirmed before it is taken.
type eventStep struct {
	segment, heading, button string
	what                     string // its code in the journal
	done                     string // what the overview says then
	field                    *form.Field
	taken                    func(e *event.Event) bool // it is already: sent twice, it is one
	ask                      func(s *site, m buyer.Member, e *event.Event, now time.Time) eventAsked
	do                       func(e *event.Event, m buyer.Member, text string, at time.Time) error
}

// eventAsked is what the page of a step says before it is taken.
type eventAsked struct {
	text    []string
	told    string
	refused error // why it cannot be taken
}

var eventSteps = []eventStep{
	{
		taken:   func(e *event.Event) bool { return !e.OpenedAt.IsZero() && e.ShutAt.IsZero() },
		segment: "/ouvrir", heading: "Ouvrir les inscriptions", button: "Ouvrir les inscriptions", what: "event.open", done: "ouvert", ask: askOpen,
		do: func(e *event.Event, m buyer.Member, _ string, at time.Time) error { return e.OpenUp(m, at) },
	},
	{
		taken:   func(e *event.Event) bool { return !e.ShutAt.IsZero() },
		segment: "/clore", heading: "Clore les inscriptions", button: "Clore les inscriptions", what: "event.shut", done: "clos", ask: askShut,
		do: func(e *event.Event, m buyer.Member, _ string, at time.Time) error { return e.ShutDown(m, at) },
	},
	{
		taken:   func(e *event.Event) bool { return !e.PublishedAt.IsZero() },
		segment: "/publier", heading: "Publier à l’agenda", button: "Publier à l’agenda", what: "event.publish", done: "publie", ask: askPublish,
		do: func(e *event.Event, m buyer.Member, _ string, at time.Time) error { return e.Publish(m, true, at) },
	},
	{
		taken:   func(e *event.Event) bool { return e.PublishedAt.IsZero() },
		segment: "/retirer", heading: "Retirer de l’agenda", button: "Retirer de l’agenda", what: "event.withdraw", done: "retire", ask: askWithdraw,
		do: func(e *event.Event, m buyer.Member, _ string, at time.Time) error { return e.Publish(m, false, at) },
	},
	{
		taken:   func(e *event.Event) bool { return !e.CancelledAt.IsZero() },
		segment: "/annuler", heading: "Annuler l’événement", button: "Annuler l’événement", what: "event.cancel", done: "annule", ask: askCallOff,
		field: &form.Field{Name: "motif", Label: "Motif", Help: "Les invités le lisent dans le courriel : 1 500 caractères au plus."},
		do:    func(e *event.Event, m buyer.Member, text string, at time.Time) error { return e.CallOff(m, text, at) },
	},
}

func askOpen(_ *site, _ buyer.Member, e *event.Event, now time.Time) (out eventAsked) {
	if !e.CancelledAt.IsZero() {
		return eventAsked{refused: event.ErrCalledOff}
	}
	if lacks := e.Lackings(now); len(lacks) > 0 {
		return eventAsked{refused: account.Fault("Il manque encore quelque chose. " + lacks[0].Fault.Error())}
	}
	n := countSeats(e.Seats)
	out.text = append(out.text, "L’événement a lieu "+onDay(e)+". "+e.Access.Label()+", "+format.Count(e.Room.Capacity, "place", "places")+".")
	if !e.RepliesUntil.IsZero() {
		out.text = append(out.text, "Les réponses sont prises jusqu’au "+sourcing.Moment(e.RepliesUntil)+".")
	}
	switch {
	case !e.OpenedAt.IsZero():
		out.told = "Les places libres sont proposées tout de suite à qui attend, dans l’ordre : " + format.Count(n.waits, "personne attend", "personnes attendent") + "."
	case n.guests > 0:
		out.told = "Aucun courriel ne part à l’ouverture. " + format.Count(n.guests, "invité est sur la liste", "invités sont sur la liste") + " : vous enverrez les invitations depuis la page des invités."
	default:
		out.told = "Aucun courriel ne part à l’ouverture."
	}
	if e.Access != event.ByInvitation && e.PublishedAt.IsZero() {
		out.text = append(out.text, "On s’inscrit sans invitation, mais l’événement n’est pas à l’agenda public : publiez-le aussi.")
	}
	return out
}

// onDay says when an event is, within a sentence: « le 14 décembre 2026, de 9 h 00 à 12 h 00 ».
func onDay(e *event.Event) string {
	span := gathering.Span(e.Starts, e.Ends)
	if len(span) > 2 && span[:3] == "du " {
		return span
	}
	return "le " + span
}

func askShut(_ *site, _ buyer.Member, e *event.Event, now time.Time) (out eventAsked) {
	if e.State(now) != event.Open {
		return eventAsked{refused: account.Fault("Les inscriptions ne sont pas ouvertes.")}
	}
	n := countSeats(e.Seats)
	out.text = []string{"Plus personne ne peut prendre de place, et plus aucune place libérée n’est proposée. Qui a une place la garde. Vous pourrez rouvrir."}
	out.told = "Personne n’est prévenu. " + format.Count(n.silent, "invité n’a pas répondu", "invités n’ont pas répondu") + ", " + format.Count(n.waits, "personne est", "personnes sont") + " en liste d’attente."
	if n.offered > 0 {
		out.text = append(out.text, format.Count(n.offered, "place proposée reste", "places proposées restent")+" à prendre jusqu’au terme annoncé.")
	}
	return out
}

func askPublish(s *site, _ buyer.Member, e *event.Event, now time.Time) (out eventAsked) {
	if fault := e.Unpublishable(now); fault != "" {
		return eventAsked{refused: fault}
	}
	if !e.PublishedAt.IsZero() {
		return eventAsked{refused: account.Fault("L’événement est déjà à l’agenda public.")}
	}
	out.text = []string{
		"Tout le monde peut lire le titre, la date, le lieu, le programme et les partenaires, et les moteurs de recherche aussi. Jamais le lien de connexion, ni le nom d’un invité.",
		"Adresse de la page : " + s.Config.BaseURL + agendaPath + "/" + e.ID,
	}
	if e.Access == event.ByInvitation {
		out.text = append(out.text, "On y vient sur invitation : la page le dit, et n’indique pas le nombre de places.")
	}
	out.told = "Personne n’est prévenu : l’événement entre dans l’agenda et dans son calendrier à suivre."
	return out
}

func askWithdraw(_ *site, _ buyer.Member, e *event.Event, _ time.Time) (out eventAsked) {
	if e.PublishedAt.IsZero() {
		return eventAsked{refused: account.Fault("L’événement n’est pas à l’agenda public.")}
	}
	out.text = []string{"La page publique disparaît, et l’événement sort du calendrier à suivre. Les invitations et les réponses ne changent pas."}
	if e.Access != event.ByInvitation {
		out.text = append(out.text, "On ne pourra plus s’inscrire par cette page.")
	}
	out.told = "Personne n’est prévenu."
	return out
}

func askCallOff(_ *site, m buyer.Member, e *event.Event, now time.Time) (out eventAsked) {
	switch e.State(now) {
	case event.Called:
		return eventAsked{refused: event.ErrCalledOff}
	case event.Past:
		return eventAsked{refused: event.ErrOver}
	case event.Drafted, event.Open, event.Shut, event.Running:
	}
	out.text = []string{"L’annulation ne se défait pas. Les relances et les invitations qui attendent d’être envoyées ne partent plus."}
	switch n := e.ToldOff(m, now); n {
	case 0:
		out.told = "Personne n’est prévenu : aucun invité n’a reçu d’invitation."
	default:
		out.told = format.Count(n, "personne est prévenue", "personnes sont prévenues") + " par courriel, avec votre motif : qui a une place, qui attend, qui n’a pas répondu. L’agenda de qui a une place est mis à jour."
	}
	return out
}

// eventStepForm asks before a step is taken.
func (s *site) eventStepForm(step eventStep) fiber.Handler {
	return func(c *fiber.Ctx) error {
		m, seen, err := s.ownEvent(c)
		if err != nil {
			return err
		}
		asked := step.ask(s, m, &seen.Event, s.Now())
		if asked.refused != nil {
			return s.renderEventNothing(c, seen, step.heading, asked.refused)
		}
		return s.renderEventStep(c, m, seen, step, "", form.State{})
	}
}

func (s *site) renderEventStep(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, step eventStep, typed string, state form.State) error {
	e := &seen.Event
	asked := step.ask(s, m, e, s.Now())
	state.Token, state.Heading = s.formToken(c), "Rien n’a changé"
	p := views.PlanConfirm{
		Page: s.eventFrame(c, seen, step.heading, "", nil), State: state, Text: asked.text, Told: asked.told, Action: eventURL(e.ID) + step.segment,
		Rev: strconv.FormatInt(e.Rev, 10), Button: step.button, Cancel: eventURL(e.ID), None: asked.refused != nil,
	}
	if step.field != nil {
		field := *step.field
		field.Value = typed
		p.Field = &field
	}
	titleFaults(&p.Title, state)
	return render(c, views.PlanConfirmView(p))
}

// eventStepDo takes a step. A page that somebody kept open, while the event was written
// elsewhere, takes none: who would be told may be others by now.
func (s *site) eventStepDo(step eventStep) fiber.Handler {
	return func(c *fiber.Ctx) error {
		m, seen, err := s.ownEvent(c)
		if err != nil {
			return err
		}
		sent, rev := sentForm(c), sentRevision(c)
		typed := ""
		if step.field != nil {
			typed = typedText(sent.Get(step.field.Name))
			if typed == "" {
				return s.renderEventStep(c.Status(fiber.StatusUnprocessableEntity), m, seen, step, typed, form.State{Faults: []form.Fault{{Field: step.field.Name, Text: "Dites pourquoi : les invités le liront."}}})
			}
		}
		err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, step.what, func(e *event.Event) error {
			switch {
			case step.taken(e):
				return sourcing.ErrUnchanged
			case e.Rev != rev:
				return sourcing.ErrStale
			}
			return step.do(e, m, typed, s.Now())
		})
		if text, status, ok := eventRefused(err); ok {
			if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
				return err
			}
			return s.renderEventStep(c.Status(status), m, seen, step, typed, form.State{Refusal: text})
		}
		if err != nil {
			return err
		}
		return done(c, eventURL(seen.Event.ID), step.done)
	}
}
