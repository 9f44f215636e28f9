package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// programmeDone words what was just done to the programme.
var eventProgrammeDone = map[string]string{"ecrit": "Programme enregistré.", "retire": "Retiré du programme."}

// eventProgrammeRoutes are those of the programme of an event.
func (s *site) eventProgrammeRoutes(d eventDoors) {
	const at = eventsPath + "/:id/programme"
	d.readers.Get(at, d.limited, s.eventProgramme)
	d.writers.Post(at, d.limited, s.sessionAdd)
	d.writers.Get(at+"/:session", d.limited, s.sessionForm)
	d.writers.Post(at+"/:session", d.limited, s.sessionWrite)
	d.writers.Post(at+"/:session/retirer", d.limited, s.sessionDrop)
	d.writers.Post(at+"/:session/presentations", d.limited, s.pitchWrite)
	d.writers.Post(at+"/:session/ordre", d.limited, s.pitchMove)
}

func programmeOf(id string) string { return eventURL(id) + "/programme" }

func sessionURL(id, session string) string { return programmeOf(id) + "/" + url.PathEscape(session) }

func (s *site) eventProgramme(c *fiber.Ctx) error {
	m, seen, err := s.eventSeen(c)
	if err != nil {
		return err
	}
	return s.renderProgramme(c, m, seen, url.Values{}, form.State{})
}

func (s *site) renderProgramme(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, sent url.Values, state form.State) error {
	e := &seen.Event
	state.Token, state.Heading = s.formToken(c), "Le programme n’a pas changé"
	p := views.PlanProgramme{Page: s.eventFrame(c, seen, "Programme", "/programme", eventProgrammeDone), State: state, Rev: strconv.FormatInt(e.Rev, 10)}
	p.Writes = eventWriter(m, seen) && e.CancelledAt.IsZero()
	p.Sessions = s.sessionViews(e, false)
	for i := range p.Sessions {
		if p.Writes {
			p.Sessions[i].Edit = sessionURL(e.ID, p.Sessions[i].ID)
		}
		p.Sessions[i].Note = sessionNote(e, &e.Programme[i])
	}
	if e.Starts.IsZero() {
		p.NoDate = "La date n’est pas encore choisie : les heures du programme la suivront. Choisissez-la pour ajouter une partie."
	} else if p.Writes && len(e.Programme) < event.MaxSessions {
		p.Span = "L’événement a lieu " + onDay(e) + "."
		if len(sent) == 0 {
			sent = url.Values{"debut": {eventClock(nextStart(e))}}
		}
		p.Add = &views.PlanSessionForm{Action: programmeOf(e.ID), Button: "Ajouter au programme", Values: sessionValues(sent), Days: sessionDays(e, sent.Get("jour"))}
	}
	titleFaults(&p.Title, state)
	return render(c, views.PlanProgrammeView(p))
}

// nextStart is when the next part of a programme may begin: after the last one.
func nextStart(e *event.Event) time.Time {
	if n := len(e.Programme); n > 0 && e.Programme[n-1].Ends.Before(e.Ends) {
		return e.Programme[n-1].Ends
	}
	return e.Starts
}

// sessionNote says what of a part does not fit, "" for nothing.
func sessionNote(e *event.Event, x *event.Session) string {
	switch {
	case !e.Starts.IsZero() && (x.Starts.Before(e.Starts) || x.Ends.After(e.Ends)):
		return "Hors des heures de l’événement : à déplacer."
	case x.Spoken() > x.Ends.Sub(x.Starts):
		return "Les présentations durent plus longtemps que cette partie."
	}
	return ""
}

func sessionValues(sent url.Values) map[string]string {
	out := map[string]string{}
	for _, name := range []string{"titre", "debut", "fin", "salle", "texte"} {
		out[name] = typedText(sent.Get(name))
	}
	return out
}

// sessionDays are the days of an event, to choose from.
func sessionDays(e *event.Event, chosen string) (out []part.Option) {
	if e.Starts.IsZero() {
		return nil
	}
	last := structure.DateOf(e.Ends)
	for day := structure.DateOf(e.Starts); day <= last && len(out) < event.MaxDays; day = day.AddDays(1) {
		out = append(out, part.Option{Value: string(day), Label: format.Upper(format.Date(day)), Selected: string(day) == chosen})
	}
	return out
}

// readSession reads a part of the programme of an event.
func readSession(e *event.Event, l *formLines, id string) event.Session {
	in := event.Session{ID: id, Title: l.line("titre", event.MaxTitle), Text: l.text("texte", event.MaxSessionText), Where: l.line("salle", event.MaxTitle)}
	day := structure.DateOf(e.Starts)
	if days := sessionDays(e, ""); slices.ContainsFunc(days, func(o part.Option) bool { return o.Value == l.sent.Get("jour") }) {
		day = structure.Date(l.sent.Get("jour"))
	}
	clock := func(field string) (t time.Time) {
		hour, minute, err := sourcing.ParseClock(typedLine(l.sent.Get(field)))
		if err == nil {
			t, err = sourcing.InParis(day, hour, minute)
		}
		l.failed(field, err)
		return t
	}
	before := len(l.faults)
	in.Starts, in.Ends = clock("debut"), clock("fin")
	for _, f := range e.SessionFaults(in) {
		field := map[string]string{"title": "titre", "text": "texte", "starts": "debut", "ends": "fin"}[f.Field]
		if field == "titre" || field == "texte" || len(l.faults) == before {
			l.fault(field, f.Fault.Error())
		}
	}
	return in
}

func (s *site) sessionAdd(c *fiber.Ctx) error {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	l := formLines{sent: sent}
	in := readSession(&seen.Event, &l, "")
	if len(l.faults) > 0 {
		return s.renderProgramme(c.Status(fiber.StatusUnprocessableEntity), m, seen, sent, form.State{Faults: l.faults})
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.programme", func(e *event.Event) error { return e.PutSession(m, in, rev, s.Now()) })
	if text, status, ok := eventRefused(err); ok {
		if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
			return err
		}
		return s.renderProgramme(c.Status(status), m, seen, sent, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, programmeOf(seen.Event.ID), "ecrit")
}

// sessionOf is the part of the programme that the address names.
func (s *site) sessionOf(c *fiber.Ctx) (buyer.Member, *gathering.Seen, *event.Session, error) {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return m, nil, nil, err
	}
	x := seen.Event.Session(c.Params("session"))
	if x == nil {
		return m, nil, nil, fiber.ErrNotFound
	}
	return m, seen, x, nil
}

func (s *site) sessionForm(c *fiber.Ctx) error {
	_, seen, x, err := s.sessionOf(c)
	if err != nil {
		return err
	}
	if !seen.Event.CancelledAt.IsZero() {
		return s.renderEventNothing(c, seen, "Programme", event.ErrCalledOff)
	}
	return s.renderSession(c, seen, x, nil, nil, form.State{})
}

// renderSession shows a part of the programme: what was typed of it, or of somebody who
// presents, is given back when it was refused.
func (s *site) renderSession(c *fiber.Ctx, seen *gathering.Seen, x *event.Session, typed, pitch url.Values, state form.State) error {
	e, at := &seen.Event, sessionURL(seen.Event.ID, x.ID)
	state.Token, state.Heading = s.formToken(c), "Le programme n’a pas changé"
	rev := strconv.FormatInt(e.Rev, 10)
	p := views.PlanSessionPage{
		Page:  s.eventFrame(c, seen, x.Title, "/programme", eventProgrammeDone, part.Link{Label: "Programme", URL: programmeOf(e.ID)}),
		State: state, Rev: rev, Cancel: programmeOf(e.ID),
		Remove: &form.Action{To: at + "/retirer", Label: "Retirer du programme", Values: []part.Option{{Value: "version", Label: rev}}},
	}
	if typed == nil {
		typed = url.Values{"titre": {x.Title}, "debut": {eventClock(x.Starts)}, "fin": {eventClock(x.Ends)}, "salle": {x.Where}, "texte": {x.Text}, "jour": {string(structure.DateOf(x.Starts))}}
	} else if state.Refusal != "" {
		p.Theirs = []desk.Fact{{Term: "Titre", Text: x.Title}, {Term: "Heures", Text: clockSpan(e, x)}}
	}
	p.Form = views.PlanSessionForm{Action: at, Button: "Enregistrer cette partie", Values: sessionValues(typed), Days: sessionDays(e, typed.Get("jour"))}
	p.Room = "Personne ne présente pour l’instant."
	if n := len(x.Pitches); n > 0 {
		p.Room = format.Count(n, "présentation", "présentations") + ", " + strconv.Itoa(int(x.Spoken().Minutes())) + " minutes sur " + strconv.Itoa(int(x.Ends.Sub(x.Starts).Minutes())) + "."
	}
	p.Pitches = pitchViews(x)
	for i := range p.Pitches {
		t := &p.Pitches[i]
		t.Edit = at + "?presentation=" + url.QueryEscape(t.ID) + "#qui"
		act := func(label, do string) {
			t.Acts = append(t.Acts, form.Action{To: at + "/ordre", Label: label, Hidden: t.Name, Values: []part.Option{{Value: "version", Label: rev}, {Value: "presentation", Label: t.ID}, {Value: "faire", Label: do}}})
		}
		if i > 0 {
			act("Monter", "monter")
		}
		if i < len(p.Pitches)-1 {
			act("Descendre", "descendre")
		}
		act("Retirer", "retirer")
	}
	p.Pitch = s.pitchForm(c, x, at, pitch)
	titleFaults(&p.Title, state)
	return render(c, views.PlanSessionView(p))
}

// pitchForm is the form of who presents: of a new one, or the one that the address names.
func (s *site) pitchForm(c *fiber.Ctx, x *event.Session, at string, typed url.Values) views.PlanPitchForm {
	f := views.PlanPitchForm{Action: at + "/presentations", Button: "Ajouter la présentation", Legend: "Ajouter une présentation", Values: map[string]string{}}
	id := c.Query("presentation")
	if typed != nil {
		id = clip(typed.Get("presentation"))
	}
	i := slices.IndexFunc(x.Pitches, func(t event.Pitch) bool { return t.ID == id })
	if i >= 0 {
		t := &x.Pitches[i]
		f.Button, f.Legend, f.Cancel = "Enregistrer la présentation", "Modifier une présentation", at
		f.Values = map[string]string{"presentation": t.ID, "qui": t.Name, "sujet": t.Topic}
		if t.Minutes > 0 {
			f.Values["minutes"] = strconv.Itoa(t.Minutes)
		}
	}
	if typed != nil {
		for _, name := range []string{"qui", "sujet", "minutes"} {
			f.Values[name] = typedLine(typed.Get(name))
		}
	}
	return f
}

func (s *site) sessionWrite(c *fiber.Ctx) error {
	m, seen, x, err := s.sessionOf(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	l := formLines{sent: sent}
	in := readSession(&seen.Event, &l, x.ID)
	if len(l.faults) > 0 {
		return s.renderSession(c.Status(fiber.StatusUnprocessableEntity), seen, x, sent, nil, form.State{Faults: l.faults})
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.programme", func(e *event.Event) error { return e.PutSession(m, in, rev, s.Now()) })
	return s.sessionAnswer(c, m, seen, x.ID, err, sent, nil, "ecrit")
}

// sessionAnswer goes back to the programme, or says why nothing changed.
func (s *site) sessionAnswer(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, session string, err error, typed, pitch url.Values, what string) error {
	text, status, ok := eventRefused(err)
	if ok {
		if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
			return err
		}
		if x := seen.Event.Session(session); x != nil {
			return s.renderSession(c.Status(status), seen, x, typed, pitch, form.State{Refusal: text})
		}
		return s.renderProgramme(c.Status(status), m, seen, url.Values{}, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	if pitch != nil {
		return done(c, sessionURL(seen.Event.ID, session), what)
	}
	return done(c, programmeOf(seen.Event.ID), what)
}

func (s *site) sessionDrop(c *fiber.Ctx) error {
	m, seen, x, err := s.sessionOf(c)
	if err != nil {
		return err
	}
	rev := sentRevision(c)
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.programme", func(e *event.Event) error { return e.DropSession(m, x.ID, rev, s.Now()) })
	return s.sessionAnswer(c, m, seen, x.ID, err, nil, nil, "retire")
}

// pitchWrite adds who presents, or writes one.
func (s *site) pitchWrite(c *fiber.Ctx) error {
	m, seen, x, err := s.sessionOf(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	l := formLines{sent: sent}
	in := event.Pitch{ID: clip(sent.Get("presentation")), Topic: l.line("sujet", event.MaxTopic), Minutes: l.whole("minutes", 1, event.MaxMinutes)}
	if in.Name, in.Structure, err = s.presenter(c, typedLine(sent.Get("qui"))); err != nil {
		return err
	}
	if in.Name == "" {
		l.fault("qui", "Dites qui présente.")
	}
	if len(l.faults) > 0 {
		return s.renderSession(c.Status(fiber.StatusUnprocessableEntity), seen, x, nil, sent, form.State{Faults: l.faults})
	}
	if i := slices.IndexFunc(x.Pitches, func(t event.Pitch) bool { return t.ID == in.ID }); i >= 0 && in.Structure == "" && x.Pitches[i].Name == in.Name {
		in.Structure = x.Pitches[i].Structure // its name was not written anew
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.programme", func(e *event.Event) error { return e.PutPitch(m, x.ID, in, rev, s.Now()) })
	return s.sessionAnswer(c, m, seen, x.ID, err, nil, sent, "ecrit")
}

// presenter reads who presents: the address of a sheet, its SIRET, or a name.
func (s *site) presenter(c *fiber.Ctx, text string) (name, id string, err error) {
	key := text
	if _, after, ok := strings.Cut(text, searchPath+"/"); ok {
		key, _, _ = strings.Cut(after, "?")
	}
	key = strings.Join(strings.Fields(key), "")
	if len(key) < 9 || len(key) > 40 {
		return text, "", nil
	}
	docs, err := s.Structures.GetSome(c.UserContext(), []string{key})
	if err != nil || len(docs) == 0 {
		return text, "", err
	}
	return docs[0].Value.Name, docs[0].ID, nil
}

// pitchMove has somebody present earlier or later, or not at all.
func (s *site) pitchMove(c *fiber.Ctx) error {
	m, seen, x, err := s.sessionOf(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	id, what := clip(sent.Get("presentation")), "ecrit"
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.programme", func(e *event.Event) error {
		switch sent.Get("faire") {
		case "monter":
			return e.MovePitch(m, x.ID, id, -1, rev, s.Now())
		case "descendre":
			return e.MovePitch(m, x.ID, id, 1, rev, s.Now())
		case "retirer":
			what = "retire"
			return e.DropPitch(m, x.ID, id, rev, s.Now())
		}
		return sourcing.ErrUnchanged
	})
	if errors.Is(err, sourcing.ErrStale) {
		return s.sessionAnswer(c, m, seen, x.ID, err, nil, nil, what)
	}
	return s.sessionAnswer(c, m, seen, x.ID, err, nil, url.Values{}, what)
}
