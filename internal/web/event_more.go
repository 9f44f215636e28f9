package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/calendar"
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

// Addresses of the events of an organisation as a calendar.
const (
	eventCalendarPath = eventsPath + "/calendrier"
	eventCalendarICS  = eventsPath + "/calendrier.ics"
)

// eventMoreRoutes are those of partners, the poll of dates, the checklist, what came of an
// event of others, and the calendar.
func (s *site) eventMoreRoutes(d eventDoors) {
	d.readers.Get(eventCalendarPath, d.limited, s.eventCalendar)
	d.readers.Get(eventCalendarICS, d.exported, s.eventCalendarFile)
	const one = eventsPath + "/:id"
	d.readers.Get(one+"/partenaires", d.limited, s.eventPartners)
	d.writers.Post(one+"/partenaires", d.limited, s.partnerAdd)
	d.writers.Post(one+"/partenaires/:partner", d.limited, s.partnerChange)
	d.readers.Get(one+"/dates", d.limited, s.eventDates)
	d.writers.Post(one+"/dates", d.limited, s.dateAdd)
	d.writers.Post(one+"/dates/sonder", d.limited, s.datesAsk)
	d.writers.Get(one+"/dates/:date/choisir", d.limited, s.dateChooseForm)
	d.writers.Post(one+"/dates/:date/choisir", d.limited, s.dateChoose)
	d.writers.Post(one+"/dates/:date/retirer", d.limited, s.dateDrop)
	d.readers.Get(one+"/responsable", d.limited, s.eventChecklist)
	d.writers.Post(one+"/responsable", d.limited, s.eventCheck)
	d.writers.Get(one+"/retour", d.limited, s.eventBackForm)
	d.writers.Post(one+"/retour", d.limited, s.eventBack)
}

// insiders is the event of the address, for its organiser's own people: what a co-organiser
// does not see.
func (s *site) insiders(c *fiber.Ctx) (buyer.Member, *gathering.Seen, error) {
	m, seen, err := s.eventSeen(c)
	if err == nil && seen.Side != "" {
		return m, nil, &forbiddenError{eventRoles}
	}
	return m, seen, err
}

// ---- partners

func (s *site) eventPartners(c *fiber.Ctx) error {
	m, seen, err := s.insiders(c)
	if err != nil {
		return err
	}
	return s.renderPartners(c, m, seen, nil, form.State{})
}

func (s *site) renderPartners(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, sent url.Values, state form.State) error {
	e := &seen.Event
	state.Token, state.Heading = s.formToken(c), "Rien n’est enregistré"
	rev := strconv.FormatInt(e.Rev, 10)
	p := views.PlanPartners{
		Page: s.eventFrame(c, seen, "Partenaires", "", eventDone), State: state, Rev: rev, Action: eventURL(e.ID) + "/partenaires",
		Writes:  eventWriter(m, seen) && e.CancelledAt.IsZero() && len(e.Partners) < event.MaxPartners,
		Values:  map[string]string{"nom": typedLine(sent.Get("nom"))},
		Choices: []part.Option{{Value: "oui", Label: "Ses organisateurs invitent aussi, et voient leurs invités", Selected: sent.Get("invite") == "oui"}},
	}
	for i := range e.Partners {
		one := &e.Partners[i]
		row := views.PlanPartner{Name: one.Name, Status: part.Answer{Text: "Partenaire", Tone: part.Muted}, Guests: format.Number(e.Invited(one.ID))}
		if one.Invites {
			row.Status = part.Answer{Text: "Co-organisateur, invite", Tone: part.Good}
		}
		if one.Organisation == "" {
			row.Note = "N’a pas de compte sur le portail."
		}
		if p.Writes {
			act := func(label, do string) {
				row.Acts = append(row.Acts, form.Action{To: p.Action + "/" + one.ID, Label: label, Hidden: one.Name, Values: []part.Option{{Value: "version", Label: rev}, {Value: "faire", Label: do}}})
			}
			switch {
			case one.Invites:
				act("Ne plus laisser inviter", "taire")
			case one.Organisation != "":
				act("Laisser inviter", "inviter")
			}
			act("Retirer", "retirer")
		}
		p.Rows = append(p.Rows, row)
	}
	titleFaults(&p.Title, state)
	return render(c, views.PlanPartnersView(p))
}

func (s *site) partnerAdd(c *fiber.Ctx) error {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	l := formLines{sent: sent}
	in := event.Partner{Name: l.line("nom", event.MaxTitle), Invites: sent.Get("invite") == "oui"}
	if in.Name == "" && len(l.faults) == 0 {
		l.fault("nom", "Donnez le nom du partenaire.")
	}
	if len(l.faults) == 0 {
		found, _, err := s.People.Organisations.Named(c.UserContext(), in.Name, 20)
		if err != nil {
			return err
		}
		for i := range found {
			if o := &found[i].Value; strings.EqualFold(o.Name, in.Name) && o.State() == account.StateActive {
				in.Organisation, in.Name = o.ID, o.Name
			}
		}
		if in.Invites && in.Organisation == "" {
			l.fault("nom", "Aucune organisation de ce nom n’a de compte sur le portail : elle ne peut pas inviter ici. Décochez la case, puis donnez-lui un lien à relayer depuis la page des invités.")
		}
	}
	if len(l.faults) > 0 {
		return s.renderPartners(c.Status(fiber.StatusUnprocessableEntity), m, seen, sent, form.State{Faults: l.faults})
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.partners", func(e *event.Event) error { return e.AddPartner(m, in, rev, s.Now()) })
	return s.partnersAnswer(c, m, seen, err, sent)
}

func (s *site) partnersAnswer(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, err error, sent url.Values) error {
	if text, status, ok := eventRefused(err); ok {
		if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
			return err
		}
		return s.renderPartners(c.Status(status), m, seen, sent, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, eventURL(seen.Event.ID)+"/partenaires", "partenaires")
}

// partnerChange lets a partner invite, or not, or takes it off.
func (s *site) partnerChange(c *fiber.Ctx) error {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	id, sent, rev := c.Params("partner"), sentForm(c), sentRevision(c)
	if seen.Event.Partner(id) == nil {
		return fiber.ErrNotFound
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.partners", func(e *event.Event) error {
		switch sent.Get("faire") {
		case "inviter":
			return e.LetInvite(m, id, true, rev, s.Now())
		case "taire":
			return e.LetInvite(m, id, false, rev, s.Now())
		case "retirer":
			return e.DropPartner(m, id, rev, s.Now())
		}
		return sourcing.ErrUnchanged
	})
	return s.partnersAnswer(c, m, seen, err, nil)
}

// ---- the poll of dates

var datesDone = map[string]string{"proposee": "Date proposée.", "retiree": "Date retirée du sondage.", "demande": "Le sondage part aux invités."}

func datesURL(id string) string { return eventURL(id) + "/dates" }

func (s *site) eventDates(c *fiber.Ctx) error {
	m, seen, err := s.insiders(c)
	if err != nil {
		return err
	}
	return s.renderDates(c, m, seen, nil, form.State{})
}

func (s *site) renderDates(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, sent url.Values, state form.State) error {
	e := &seen.Event
	votes, voted, err := s.Gathering.Votes(c.UserContext(), e)
	if err != nil {
		return err
	}
	state.Token, state.Heading = s.formToken(c), "Rien n’a changé"
	rev := strconv.FormatInt(e.Rev, 10)
	p := views.PlanDates{
		Page: s.eventFrame(c, seen, "Sondage de dates", "", datesDone), State: state, Rev: rev, Action: datesURL(e.ID), Writes: eventWriter(m, seen) && e.CancelledAt.IsZero() && e.Starts.IsZero(),
		Lead: "Proposez quelques dates, demandez aux invités lesquelles leur conviennent, puis choisissez. Chacun répond par son lien personnel, sans compte, et ne voit pas les réponses des autres.",
		Full: len(e.Dates) >= event.MaxDates, Values: map[string]string{"debut": "09:00", "fin": "12:00"},
		Votes: "Personne n’a encore répondu.",
	}
	if votes.Answered > 0 {
		p.Votes = format.Count(votes.Answered, "invité a répondu", "invités ont répondu") + "."
	}
	if !e.Starts.IsZero() {
		p.Over = "La date est choisie : " + gathering.Span(e.Starts, e.Ends) + "."
	}
	for i := range e.Dates {
		d := &e.Dates[i]
		line := views.PlanDate{ID: d.ID, When: gathering.Span(d.Starts, d.Ends), All: format.Number(votes.All[d.ID]), Buyer: format.Number(votes.By[d.ID][event.AsBuyer]), Firm: format.Number(votes.By[d.ID][event.AsStructure])}
		if p.Writes {
			line.Choose = datesURL(e.ID) + "/" + d.ID + "/choisir"
			line.Remove = &form.Action{To: datesURL(e.ID) + "/" + d.ID + "/retirer", Label: "Retirer", Hidden: line.When, Values: []part.Option{{Value: "version", Label: rev}}}
		}
		p.Dates = append(p.Dates, line)
	}
	for _, name := range []string{"jour", "debut", "fin"} {
		if sent.Has(name) {
			p.Values[name] = typedLine(sent.Get(name))
		}
	}
	s.pollState(&p, e, voted, sent)
	titleFaults(&p.Title, state)
	return render(c, views.PlanDatesView(p))
}

// pollState says when the poll went out, and to whom it may go.
func (s *site) pollState(p *views.PlanDates, e *event.Event, voted map[string]bool, sent url.Values) {
	for i := range e.Sendings {
		if one := &e.Sendings[i]; one.Notice == event.Poll {
			p.Started = "Demandé le " + sourcing.Moment(one.At) + " à " + format.Count(one.Count, "invité", "invités") + ", réponses jusqu’au " + sourcing.Moment(e.PollUntil) + "."
		}
	}
	if !p.Writes || len(e.Dates) < 2 {
		return
	}
	n := len(pollable(e, voted))
	p.Ask = &views.PlanAsk{Action: p.Action + "/sonder", Button: "Envoyer le sondage", Values: map[string]string{"limite_heure": "18:00"}}
	p.Ask.To = format.Count(n, "invité sera interrogé", "invités seront interrogés") + " : qui n’a pas encore répondu au sondage. Une date retirée ensuite perd ses réponses."
	if n == 0 {
		*p.Ask = views.PlanAsk{To: "Personne n’est à interroger : ajoutez d’abord des invités, ou attendez leurs réponses."}
		return
	}
	until := e.Dates[0].Starts.AddDate(0, 0, -7)
	if soon := s.Now().AddDate(0, 0, 7); soon.Before(until) {
		until = soon
	}
	p.Ask.Values["limite"] = eventDay(until)
	for _, name := range []string{"limite", "limite_heure", "message"} {
		if sent.Has(name) {
			p.Ask.Values[name] = typedText(sent.Get(name))
		}
	}
}

// pollable are the guests to ask: who has answered the poll already is left in peace.
func pollable(e *event.Event, voted map[string]bool) (out []string) {
	for i := range e.Seats {
		if x := &e.Seats[i]; x.Active() && x.Answer == event.Pending && !voted[x.Guest] {
			out = append(out, x.Guest)
		}
	}
	return out
}

func (s *site) datesAnswer(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, err error, sent url.Values, what string) error {
	if text, status, ok := eventRefused(err); ok {
		if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
			return err
		}
		return s.renderDates(c.Status(status), m, seen, sent, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, datesURL(seen.Event.ID), what)
}

func (s *site) dateAdd(c *fiber.Ctx) error {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	l := formLines{sent: sent}
	starts := l.moment("jour", "debut")
	var ends time.Time
	if !starts.IsZero() {
		if ends = l.moment("jour", "fin"); !ends.IsZero() && !ends.After(starts) {
			l.fault("fin", "La fin doit suivre le début.")
		}
	}
	if len(l.faults) > 0 {
		return s.renderDates(c.Status(fiber.StatusUnprocessableEntity), m, seen, sent, form.State{Faults: l.faults})
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.dates", func(e *event.Event) error { return e.ProposeDate(m, starts, ends, rev, s.Now()) })
	return s.datesAnswer(c, m, seen, err, sent, "proposee")
}

func (s *site) dateDrop(c *fiber.Ctx) error {
	m, seen, err := s.dateOf(c)
	if err != nil {
		return err
	}
	rev := sentRevision(c)
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.dates", func(e *event.Event) error { return e.WithdrawDate(m, c.Params("date"), rev, s.Now()) })
	return s.datesAnswer(c, m, seen, err, nil, "retiree")
}

// dateOf is the event of a date that the address names.
func (s *site) dateOf(c *fiber.Ctx) (buyer.Member, *gathering.Seen, error) {
	m, seen, err := s.ownEvent(c)
	if err == nil && !slices.ContainsFunc(seen.Event.Dates, func(d event.DateOption) bool { return d.ID == c.Params("date") }) {
		return m, nil, fiber.ErrNotFound
	}
	return m, seen, err
}

// datesAsk sends the poll.
func (s *site) datesAsk(c *fiber.Ctx) error {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	l := formLines{sent: sent}
	until, text := l.moment("limite", "limite_heure"), l.text("message", event.MaxLetter)
	if len(l.faults) > 0 {
		return s.renderDates(c.Status(fiber.StatusUnprocessableEntity), m, seen, sent, form.State{Faults: l.faults})
	}
	_, voted, err := s.Gathering.Votes(c.UserContext(), &seen.Event)
	if err != nil {
		return err
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.poll", func(e *event.Event) error {
		_, err := e.AskDates(m, pollable(e, voted), until, text, rev, s.Now())
		return err
	})
	return s.datesAnswer(c, m, seen, err, sent, "demande")
}

func (s *site) dateChooseForm(c *fiber.Ctx) error {
	_, seen, err := s.dateOf(c)
	if err != nil {
		return err
	}
	return s.renderDateChoose(c, seen, form.State{})
}

func (s *site) renderDateChoose(c *fiber.Ctx, seen *gathering.Seen, state form.State) error {
	e := &seen.Event
	if !e.Starts.IsZero() {
		return s.renderEventNothing(c, seen, "Choisir une date", account.Fault("La date est déjà choisie : "+gathering.Span(e.Starts, e.Ends)+"."))
	}
	i := slices.IndexFunc(e.Dates, func(d event.DateOption) bool { return d.ID == c.Params("date") })
	if i < 0 {
		return fiber.ErrNotFound
	}
	d := &e.Dates[i]
	state.Token, state.Heading = s.formToken(c), "Rien n’a changé"
	p := views.PlanConfirm{
		Page: s.eventFrame(c, seen, "Choisir une date", "", nil, part.Link{Label: "Sondage de dates", URL: datesURL(e.ID)}), State: state,
		Text: []string{"L’événement aura lieu à cette date : " + gathering.Span(d.Starts, d.Ends) + ".", "Le sondage s’arrête, et ses courriels qui attendent d’être envoyés ne partent plus. Les heures du programme suivent la date."},
		Told: "Personne n’est prévenu : les invitations le diront.", Action: datesURL(e.ID) + "/" + d.ID + "/choisir", Rev: strconv.FormatInt(e.Rev, 10), Button: "Choisir cette date", Cancel: datesURL(e.ID),
	}
	titleFaults(&p.Title, state)
	return render(c, views.PlanConfirmView(p))
}

func (s *site) dateChoose(c *fiber.Ctx) error {
	m, seen, err := s.dateOf(c)
	if err != nil {
		return err
	}
	rev := sentRevision(c)
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.date", func(e *event.Event) error { return e.ChooseDate(m, c.Params("date"), rev, s.Now()) })
	if text, status, ok := eventRefused(err); ok {
		if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
			return err
		}
		return s.renderDateChoose(c.Status(status), seen, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, eventURL(seen.Event.ID), "date")
}

// ---- the checklist

func (s *site) eventChecklist(c *fiber.Ctx) error {
	m, seen, err := s.insiders(c)
	if err != nil {
		return err
	}
	return s.renderChecklist(c, m, seen, seen.Event.Responsible, form.State{})
}

func (s *site) renderChecklist(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, ticked []string, state form.State) error {
	e := &seen.Event
	state.Token, state.Heading = s.formToken(c), "La check-list n’est pas enregistrée"
	p := views.PlanChecklist{
		Page: s.eventFrame(c, seen, "Événement responsable", "", eventDone), State: state, Action: eventURL(e.ID) + "/responsable", Rev: strconv.FormatInt(e.Rev, 10),
		Writes: eventWriter(m, seen) && e.CancelledAt.IsZero(), Done: checklistDone(e),
	}
	for _, item := range event.Responsibles {
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Title != item.Theme {
			p.Groups = append(p.Groups, views.PlanChecks{Title: item.Theme})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Items = append(g.Items, part.Option{Value: item.Code, Label: item.Label, Selected: slices.Contains(ticked, item.Code)})
	}
	titleFaults(&p.Title, state)
	return render(c, views.PlanChecklistView(p))
}

func checklistDone(e *event.Event) string {
	return format.Number(len(e.Responsible)) + " sur " + format.Number(len(event.Responsibles)) + " enregistrés"
}

func (s *site) eventCheck(c *fiber.Ctx) error {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	ticked, rev := sentForm(c)["fait"], sentRevision(c)
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.checklist", func(e *event.Event) error { return e.Check(m, ticked, rev, s.Now()) })
	if text, status, ok := eventRefused(err); ok {
		if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
			return err
		}
		return s.renderChecklist(c.Status(status), m, seen, ticked, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, eventURL(seen.Event.ID)+"/responsable", "verifie")
}

// ---- what came of an event of others

func (s *site) eventBackForm(c *fiber.Ctx) error {
	_, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	return s.renderBack(c, seen, url.Values{"qui": {strings.Join(seen.Event.Went, "\n")}, "retour": {seen.Event.Balance}}, form.State{})
}

func (s *site) renderBack(c *fiber.Ctx, seen *gathering.Seen, sent url.Values, state form.State) error {
	e := &seen.Event
	if e.Kind != event.External {
		return s.renderEventNothing(c, seen, "Retour", account.Fault("Le retour d’un événement que vous organisez est son bilan."))
	}
	state.Token, state.Heading = s.formToken(c), "Rien n’est enregistré"
	p := views.PlanExternal{
		Page: s.eventFrame(c, seen, "Ce que l’événement a donné", "", nil), State: state, Action: eventURL(e.ID) + "/retour", Rev: strconv.FormatInt(e.Rev, 10), Cancel: eventURL(e.ID),
		Values: map[string]string{"qui": typedText(sent.Get("qui")), "retour": typedText(sent.Get("retour"))},
	}
	if state.Refusal != "" {
		p.Theirs = []desk.Fact{{Term: "Qui y est allé", Text: format.List(e.Went)}, {Term: "Ce que cela a donné", Text: e.Balance}}
	}
	titleFaults(&p.Title, state)
	return render(c, views.PlanExternalView(p))
}

func (s *site) eventBack(c *fiber.Ctx) error {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	l := formLines{sent: sent}
	text, gave := l.text("qui", event.MaxText), l.text("retour", event.MaxText)
	var went []string
	for line := range strings.Lines(text) {
		if name := strings.TrimSpace(line); name != "" && !slices.Contains(went, name) {
			went = append(went, name)
		}
	}
	if len(went) > event.MaxVisits {
		l.fault("qui", "Soixante noms au plus.")
	}
	if len(l.faults) > 0 {
		return s.renderBack(c.Status(fiber.StatusUnprocessableEntity), seen, sent, form.State{Faults: l.faults})
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.back", func(e *event.Event) error { return e.TellBack(m, went, gave, rev, s.Now()) })
	if text, status, ok := eventRefused(err); ok {
		stale := errors.Is(err, sourcing.ErrStale)
		if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
			return err
		}
		state := form.State{Faults: []form.Fault{{Field: "qui", Text: text}}}
		if stale {
			state = form.State{Refusal: text}
		}
		return s.renderBack(c.Status(status), seen, sent, state)
	}
	if err != nil {
		return err
	}
	return done(c, eventURL(seen.Event.ID), "retour")
}

// ---- the calendar

// eventMonths is how many months the calendar shows.
const eventMonths = 6

// eventCalendar shows the events month by month.
func (s *site) eventCalendar(c *fiber.Ctx) error {
	m, err := attender(c)
	if err != nil {
		return err
	}
	list, err := s.Gathering.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	first := string(s.today())[:7]
	if t, err := time.Parse("2006-01", c.Query("mois")); err == nil && t.Year() >= 2000 && t.Year() <= 2100 {
		first = c.Query("mois")
	}
	at := structure.Date(first + "-01")
	to := func(label string, d structure.Date) part.Link {
		return part.Link{Label: label, URL: searchAt(eventCalendarPath, url.Values{"mois": {string(d)[:7]}})}
	}
	p := views.PlanCalendar{Page: s.eventDesk(c, "Calendrier", nil, part.Link{Label: "Événements", URL: eventsPath}), Ways: []part.Link{
		to("Six mois plus tôt", at.AddMonths(-eventMonths)), to("Six mois plus tard", at.AddMonths(eventMonths)), {Label: "Télécharger (ICS)", URL: eventCalendarICS},
	}}
	slices.SortStableFunc(list, func(a, b event.Event) int { return a.Starts.Compare(b.Starts) })
	for n := range eventMonths {
		month := at.AddMonths(n)
		one := views.PlanMonth{ID: "mois-" + string(month)[:7], Name: format.Upper(format.Month(month))}
		for i := range list {
			if e := &list[i]; !e.Starts.IsZero() && string(structure.DateOf(e.Starts))[:7] == string(month)[:7] {
				one.Rows = append(one.Rows, eventRow(e, m, s.Now()))
			}
		}
		p.Months = append(p.Months, one)
	}
	return render(c, views.PlanCalendarView(p))
}

// eventCalendarFile answers the events of an organisation as a calendar: those that are
// prepared are tentative.
func (s *site) eventCalendarFile(c *fiber.Ctx) error {
	m, err := attender(c)
	if err != nil {
		return err
	}
	list, err := s.Gathering.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	cal := calendar.Calendar{Name: format.Text("Événements de mon organisation")}
	for i := range list {
		if e := &list[i]; !e.Starts.IsZero() {
			cal.Events = append(cal.Events, s.calendarEvent(e, eventURL(e.ID)))
		}
	}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="evenements.ics"`)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Set(fiber.HeaderContentType, calendar.Type)
	return c.Send(cal.Write())
}
