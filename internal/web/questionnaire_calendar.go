package web

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

var calendarDone = map[string]string{"deplacee": "La date limite est déplacée : toutes les structures consultées en sont prévenues."}

func calendarURL(id string) string { return operationURL(id) + calendarSegment }

// calendarPage answers the deadline of a sourçage.
func (s *site) calendarPage(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	return s.renderCalendar(c, m, seen, form.State{}, "", "")
}

func (s *site) renderCalendar(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, state form.State, day, hour string) error {
	o := &seen.Operation
	state.Token = s.formToken(c)
	p := views.CalendarPage{
		Page:  s.operationFrame(c, seen, "Date limite des réponses", questionsSegment, calendarDone, part.Link{Label: "Questionnaire", URL: questionnaireURL(o.ID)}),
		State: state, From: o.Deadline.UTC().Format(time.RFC3339Nano), Day: day, Hour: hour, Reader: !writesOperation(o, m),
		Now:   "Aucune date limite n’est fixée : elle se choisit en préparant l’ouverture.",
		Rules: "Toutes les structures consultées sont prévenues au même moment, et le registre le garde. Une date plus proche est refusée dès qu’une réponse est arrivée. La nouvelle date laisse une heure au moins.",
	}
	if !o.Deadline.IsZero() {
		p.Now = "Les réponses sont attendues jusqu’au " + sourcing.Moment(o.Deadline) + ", heure de Paris. La date est la même pour tous."
	}
	switch {
	case o.State() == sourcing.Drafted:
		p.Frozen = "Ce sourçage n’est pas ouvert : sa date limite se change dans sa préparation, sans prévenir personne."
	case o.State() != sourcing.Opened:
		p.Frozen = "Les réponses ne sont plus attendues : la date limite ne change plus."
	case o.Silent():
		p.Frozen = string(sourcing.ErrSilenced)
	case !p.Reader:
		p.Action = calendarURL(o.ID)
	}
	if p.Day == "" && p.Hour == "" && !o.Deadline.IsZero() {
		p.Day, p.Hour = deadlineTyped(o.Deadline)
	}
	var err error
	if p.Moves, err = s.calendarMoves(c, o); err != nil {
		return err
	}
	titleFaults(&p.Title, state)
	return render(c, views.CalendarView(p))
}

// calendarMoves are the changes of the deadline, the newest first.
func (s *site) calendarMoves(c *fiber.Ctx, o *sourcing.Operation) (out []views.CalendarMove, err error) {
	var who []string
	for i := range o.Ledger {
		if o.Ledger[i].Origin == sourcing.FromCalendar {
			who = append(who, o.Ledger[i].By)
		}
	}
	names, err := s.namesOf(c.UserContext(), who)
	if err != nil {
		return nil, err
	}
	for i := len(o.Ledger) - 1; i >= 0; i-- {
		if it := &o.Ledger[i]; it.Origin == sourcing.FromCalendar {
			out = append(out, views.CalendarMove{When: format.Moment(it.At), Text: it.Text, Who: byWhom(names, it.By)})
		}
	}
	return out, nil
}

// calendarMove moves the deadline from what the page showed.
func (s *site) calendarMove(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	f := formLines{sent: sentForm(c)}
	day, hour := typedLine(f.sent.Get("jour")), typedLine(f.sent.Get("heure"))
	to := f.moment("jour", "heure")
	state := form.State{Heading: "La date limite n’est pas déplacée", Faults: f.faults}
	if len(f.faults) > 0 {
		return s.renderCalendar(c.Status(fiber.StatusUnprocessableEntity), m, seen, state, day, hour)
	}
	from, err := time.Parse(time.RFC3339Nano, f.sent.Get("depuis"))
	if err != nil {
		from = time.Time{} // which deadline the page showed is not known
	}
	err = s.Operation.Postpone(c.UserContext(), m, seen.Operation.ID, from, to)
	if err == nil {
		return done(c, calendarURL(seen.Operation.ID), "deplacee")
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	if errors.Is(err, sourcing.ErrStale) {
		text = "Quelqu’un d’autre vient de déplacer la date limite. Ce que vous aviez écrit est gardé : envoyez-le de nouveau s’il convient encore."
	}
	state.Refusal = text
	now, err := s.Operation.Operation(c.UserContext(), m, seen.Operation.ID)
	if err != nil {
		return err
	}
	return s.renderCalendar(c.Status(status), m, now, state, day, hour)
}

// moment reads a day and an hour of Paris; it is zero when one of the two is refused.
func (l *formLines) moment(dayField, hourField string) time.Time {
	before := len(l.faults)
	day, err := sourcing.ParseDay(typedLine(l.sent.Get(dayField)))
	l.failed(dayField, err)
	if err == nil && day == "" {
		l.fault(dayField, "Indiquez le jour, par exemple 14/12/2026.")
	}
	hour, minute, err := sourcing.ParseClock(typedLine(l.sent.Get(hourField)))
	l.failed(hourField, err)
	if len(l.faults) > before {
		return time.Time{}
	}
	t, err := sourcing.InParis(day, hour, minute)
	l.failed(hourField, err)
	return t
}
