package web

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
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
	"sourcier/views/part"
)

// eventUsual is how an event of a kind usually is: what its form proposes.
type eventUsual struct {
	kind     event.Kind
	help     string
	from, to string
	places   int
	access   event.Access
}

// eventUsuals are in the order in which they are offered.
var eventUsuals = []eventUsual{
	{event.Matinale, "Acheteurs et structures se rencontrent, des structures se présentent : 60 places, de 9 h à 12 h.", "09:00", "12:00", 60, event.ByInvitation},
	{event.Masterclass, "Un sujet, un intervenant, un petit groupe : 15 places, une journée.", "09:30", "16:30", 15, event.OpenToAll},
	{event.Breakfast, "Une heure et demie avant la journée : 25 places.", "08:30", "10:00", 25, event.ByInvitation},
	{event.Workshop, "On travaille ensemble, à quelques tables : 20 places.", "14:00", "17:00", 20, event.ByInvitation},
	{event.Training, "Pour apprendre : 12 places, une journée.", "09:00", "17:00", 12, event.Moderated},
	{event.Assises, "Un grand rendez-vous, avec séances plénières et ateliers : 200 places.", "09:00", "17:00", 200, event.OpenToAll},
	{event.Meeting, "Des rendez-vous entre acheteurs et structures : 40 places.", "14:00", "17:00", 40, event.ByInvitation},
	{event.Fair, "Des stands, un public : 300 places.", "10:00", "18:00", 300, event.OpenToAll},
	{event.Visit, "Chez une structure, pour voir comment elle travaille : 12 places.", "10:00", "12:00", 12, event.ByInvitation},
	{event.Webinar, "En ligne : 100 places.", "11:00", "12:00", 100, event.OpenToAll},
	{event.HandiCafe, "Qui est venu n’est dit à personne : 30 places.", "09:00", "12:00", 30, event.ByInvitation},
	{event.DuoDay, "Qui est venu n’est dit à personne : 30 places.", "09:00", "17:00", 30, event.ByInvitation},
	{event.External, "Un salon ou une journée que d’autres organisent : notez qui y est allé, et ce que cela a donné.", "09:00", "18:00", 0, event.ByInvitation},
	{event.OtherKind, "Tout autre rendez-vous.", "09:00", "12:00", 30, event.ByInvitation},
}

func usualOf(kind string) *eventUsual {
	i := slices.IndexFunc(eventUsuals, func(u eventUsual) bool { return string(u.kind) == kind })
	if i < 0 {
		return nil
	}
	return &eventUsuals[i]
}

// eventSent are the fields of an event.
type eventSent struct{ formLines }

// eventFields names the field of the form of each field of the domain, in the order of the
// form.
var eventFields = [][2]string{
	{"title", "titre"}, {"kind", "type"}, {"series", "serie"}, {"summary", "resume"}, {"text", "texte"}, {"starts", "jour"}, {"ends", "fin"}, {"replies", "reponses"},
	{"place", "lieu"}, {"link", "lien"}, {"capacity", "places"}, {"offer", "offre"},
}

// eventFieldOrder is that of the page.
var eventFieldOrder = []string{"titre", "type", "serie", "resume", "texte", "jour", "debut", "fin", "jour_fin", "reponses", "reponses_heure", "lieu", "adresse", "commune", "accessible", "venir", "lien", "places", "acces", "contact", "offre"}

func eventField(domain string) string {
	for _, pair := range eventFields {
		if pair[0] == domain {
			return pair[1]
		}
	}
	return domain
}

// read reads what the form says of an event, and what is wrong with it. What the short form
// of a new one does not ask stays.
func (l *eventSent) read(s *site, e *event.Event) event.Settings {
	in := e.Settings()
	in.Title, in.Series = l.line("titre", event.MaxTitle), l.line("serie", event.MaxTitle)
	if l.sent.Has("type") {
		if in.Kind = event.Kind(clip(l.sent.Get("type"))); usualOf(string(in.Kind)) == nil {
			l.fault("type", "Choisissez un type d’événement.")
		}
	}
	if l.sent.Has("resume") {
		in.Summary, in.Text = l.line("resume", event.MaxSummary), l.text("texte", event.MaxText)
		in.Place.Accessible, in.Place.Way = l.text("accessible", event.MaxSummary), l.text("venir", event.MaxSummary)
		in.Photos, in.Needs = slices.Contains(l.sent["avec"], "photos"), slices.Contains(l.sent["avec"], "besoins")
		in.RepliesUntil = l.repliesUntil()
		in.OfferHours = l.whole("offre", 1, event.MaxOfferHours)
	}
	in.Starts, in.Ends = l.span()
	in.Place.Name, in.Place.Address, in.Place.Link = l.line("lieu", event.MaxTitle), l.line("adresse", event.MaxTitle), typedLine(l.sent.Get("lien"))
	in.Place.City, in.Place.Commune = l.commune(s)
	if in.Access = event.Access(clip(l.sent.Get("acces"))); !slices.Contains(event.Accesses, in.Access) {
		l.fault("acces", "Dites qui peut s’inscrire.")
	}
	in.Contact = l.address("contact")
	for _, f := range e.Faults(in, s.Now()) {
		if field := eventField(f.Field); !slices.ContainsFunc(l.faults, func(x form.Fault) bool {
			return x.Field == field || field == "fin" && (x.Field == "jour" || x.Field == "debut")
		}) {
			l.fault(field, f.Fault.Error())
		}
	}
	l.sort()
	return in
}

// sort puts the faults in the order of the page.
func (l *eventSent) sort() {
	slices.SortStableFunc(l.faults, func(a, b form.Fault) int {
		return slices.Index(eventFieldOrder, a.Field) - slices.Index(eventFieldOrder, b.Field)
	})
}

// span reads when the event is; zero when no day is said.
func (l *eventSent) span() (starts, ends time.Time) {
	if typedLine(l.sent.Get("jour")) == "" {
		if typedLine(l.sent.Get("jour_fin")) != "" {
			l.fault("jour", "Indiquez aussi le premier jour.")
		}
		return starts, ends
	}
	starts = l.moment("jour", "debut")
	last := "jour"
	if typedLine(l.sent.Get("jour_fin")) != "" {
		last = "jour_fin"
	}
	if last == "jour" && starts.IsZero() {
		// The day was refused, or the hour of its beginning was: once is enough.
		if _, _, err := sourcing.ParseClock(typedLine(l.sent.Get("fin"))); err != nil {
			l.failed("fin", err)
		}
		return starts, ends
	}
	return starts, l.moment(last, "fin")
}

// repliesUntil reads until when one may answer: noon, where no hour is said.
func (l *eventSent) repliesUntil() time.Time {
	if typedLine(l.sent.Get("reponses")) == "" {
		return time.Time{}
	}
	if typedLine(l.sent.Get("reponses_heure")) == "" {
		l.sent.Set("reponses_heure", "12:00")
	}
	return l.moment("reponses", "reponses_heure")
}

// whole reads a whole number, 0 for none.
func (l *formLines) whole(field string, least, most int) int {
	text := typedLine(l.sent.Get(field))
	if text == "" {
		return 0
	}
	n := wholeNumber(text)
	if n < least || n > most {
		l.fault(field, "Donnez un nombre de "+format.Number(least)+" à "+format.Number(most)+", en chiffres.")
		return 0
	}
	return n
}

// address reads an e-mail address, "" for none.
func (l *formLines) address(field string) string {
	text := typedLine(l.sent.Get(field))
	if text == "" {
		return ""
	}
	email, err := account.ParseEmail(text)
	l.failed(field, err)
	return email.String()
}

// commune reads the commune of the place; the home territory comes first where several have
// the name.
func (l *eventSent) commune(s *site) (city, code string) {
	text := typedLine(l.sent.Get("commune"))
	if text == "" {
		return "", ""
	}
	if found, ok := s.Atlas.Locate(text, ""); ok {
		return format.Text(found.Name), found.Code
	}
	for _, t := range s.Atlas.Search(text, s.Home, 1) {
		if found, ok := s.Atlas.Commune(t.Value); ok {
			return format.Text(found.Name), found.Code
		}
	}
	l.fault("commune", "Cette commune n’est pas reconnue : écrivez son code postal, puis son nom.")
	return text, ""
}

// eventTyped writes an event as its form has it.
func eventTyped(e *event.Event) url.Values {
	v := url.Values{}
	for name, text := range map[string]string{
		"titre": e.Title, "type": string(e.Kind), "serie": e.Series, "resume": e.Summary, "texte": e.Text, "jour": eventDay(e.Starts), "debut": eventClock(e.Starts), "fin": eventClock(e.Ends),
		"reponses": eventDay(e.RepliesUntil), "reponses_heure": eventClock(e.RepliesUntil), "lieu": e.Place.Name, "adresse": e.Place.Address, "commune": e.Place.City,
		"accessible": e.Place.Accessible, "venir": e.Place.Way, "lien": e.Place.Link, "acces": string(e.Access), "contact": e.Contact,
	} {
		v.Set(name, text)
	}
	if last := eventDay(e.Ends); last != v.Get("jour") {
		v.Set("jour_fin", last)
	}
	if e.Room.Capacity > 0 {
		v.Set("places", strconv.Itoa(e.Room.Capacity))
	}
	if e.OfferHours > 0 {
		v.Set("offre", strconv.Itoa(e.OfferHours))
	}
	for name, set := range map[string]bool{"photos": e.Photos, "besoins": e.Needs} {
		if set {
			v.Add("avec", name)
		}
	}
	return v
}

// eventFormFields are the fields as a page shows them.
func eventFormFields(sent url.Values, series []string) views.PlanFields {
	out := views.PlanFields{Values: map[string]string{}}
	for _, name := range eventFieldOrder {
		out.Values[name] = typedText(sent.Get(name))
	}
	for _, k := range event.Kinds {
		out.Kinds = append(out.Kinds, part.Option{Value: string(k), Label: k.Label(), Selected: string(k) == sent.Get("type")})
	}
	for _, a := range event.Accesses {
		out.Accesses = append(out.Accesses, part.Option{Value: string(a), Label: a.Label(), Selected: string(a) == sent.Get("acces")})
	}
	for _, one := range [][2]string{{"photos", "S’ils acceptent d’être pris en photo"}, {"besoins", "Leurs besoins alimentaires et d’accessibilité, facultatifs, effacés 30 jours après"}} {
		out.Extras = append(out.Extras, part.Option{Value: one[0], Label: one[1], Selected: slices.Contains(sent["avec"], one[0])})
	}
	for _, name := range series {
		out.Series = append(out.Series, part.Option{Value: name})
	}
	return out
}

// ---- a new one

// eventNew asks what is organised, then the essentials.
func (s *site) eventNew(c *fiber.Ctx) error {
	m, err := attender(c)
	if err != nil {
		return err
	}
	list, err := s.Gathering.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	if id := c.Query("de"); id != "" {
		seen, err := s.Gathering.Event(c.UserContext(), m, id)
		if err != nil {
			return err
		}
		if seen.Side != "" {
			return &forbiddenError{[]account.Role{account.Organiser}}
		}
		again := seen.Event.Again()
		sent := eventTyped(&again)
		sent.Set("debut", eventClock(seen.Event.Starts))
		sent.Set("fin", eventClock(seen.Event.Ends))
		sent.Set("de", id)
		return s.renderEventNew(c, list, sent, account.NewID(), form.State{})
	}
	if u := usualOf(c.Query("type")); u != nil {
		return s.renderEventNew(c, list, s.usualSent(c, u), account.NewID(), form.State{})
	}
	p := views.PlanKinds{Page: s.eventDesk(c, "Préparer un événement", nil, part.Link{Label: "Événements", URL: eventsPath})}
	for _, u := range eventUsuals {
		p.Kinds = append(p.Kinds, views.PlanKind{Link: part.Link{Label: u.kind.Label(), URL: searchAt(newEventPath, url.Values{"type": {string(u.kind)}})}, Help: u.help})
	}
	for i := range list {
		if e := &list[i]; e.Organisation == m.Organisation && len(p.Earlier) < 100 {
			p.Earlier = append(p.Earlier, part.Option{Value: e.ID, Label: eventOption(e)})
		}
	}
	return render(c, views.PlanKindsView(p))
}

// eventOption names an event within a list to choose from.
func eventOption(e *event.Event) string {
	if e.Starts.IsZero() {
		return e.Title
	}
	return e.Title + ", " + format.ShortDay(e.Starts)
}

// usualSent is what the form of a kind proposes.
func (s *site) usualSent(c *fiber.Ctx, u *eventUsual) url.Values {
	v := url.Values{"type": {string(u.kind)}, "titre": {u.kind.Label()}, "debut": {u.from}, "fin": {u.to}, "acces": {string(u.access)}}
	if u.kind == event.External || u.kind == event.OtherKind {
		v.Set("titre", "")
	}
	if u.places > 0 {
		v.Set("places", strconv.Itoa(u.places))
	}
	if who := signedIn(c); who != nil {
		v.Set("contact", who.Person.Email.String())
	}
	return v
}

func (s *site) renderEventNew(c *fiber.Ctx, list []event.Event, sent url.Values, once string, state form.State) error {
	state.Token, state.Heading = s.formToken(c), "L’événement n’est pas créé"
	kind := event.Kind(sent.Get("type"))
	p := views.PlanForm{
		Page:  s.eventDesk(c, "Préparer un événement", nil, part.Link{Label: "Événements", URL: eventsPath}, part.Link{Label: "Choisir le type", URL: newEventPath}),
		State: state, Step: "Étape 2 sur 2 : l’essentiel", Action: newEventPath, Cancel: newEventPath, Button: "Créer l’événement",
		Lead:   kind.Label() + ". Rien ne part à la création : vous complétez ensuite le programme, les invités, puis vous ouvrez les inscriptions.",
		Hidden: []part.Option{{Value: onceField, Label: once}, {Value: "type", Label: string(kind)}},
		Fields: eventFormFields(sent, eventSeries(list)),
	}
	p.Fields.Short, p.Fields.Capacity = true, kind != event.External
	if from := sent.Get("de"); from != "" {
		p.Hidden = append(p.Hidden, part.Option{Value: "de", Label: clip(from)})
		p.Lead = "D’après un événement de votre organisation. Son programme, ses places, ses partenaires et sa check-list sont repris ; ni sa date, ni ses invités."
	}
	titleFaults(&p.Title, state)
	return render(c, views.PlanFormView(p))
}

// eventCreate stores a new event, as a draft.
func (s *site) eventCreate(c *fiber.Ctx) error {
	m, err := attender(c)
	if err != nil {
		return err
	}
	list, err := s.Gathering.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	once := sentOnce(sent.Get(onceField))
	e := event.Event{Needs: true, Photos: true}
	if from := clip(sent.Get("de")); from != "" {
		i := slices.IndexFunc(list, func(x event.Event) bool { return x.ID == from && x.Organisation == m.Organisation })
		if i < 0 {
			return fiber.ErrNotFound
		}
		e = list[i].Again()
	}
	l := eventSent{formLines{sent: sent}}
	in := l.read(s, &e)
	if in.Kind != event.External {
		if e.Room.Capacity = l.whole("places", 1, event.MaxCapacity); typedLine(sent.Get("places")) == "" {
			l.fault("places", "Dites combien de personnes peuvent venir.")
		}
		l.sort()
	}
	if len(l.faults) > 0 {
		return s.renderEventNew(c.Status(fiber.StatusUnprocessableEntity), list, sent, once, form.State{Faults: l.faults})
	}
	e.ID = once
	e.Put(in)
	err = s.Gathering.Create(c.UserContext(), m, e)
	if text, status, ok := eventRefused(err); ok {
		return s.renderEventNew(c.Status(status), list, sent, once, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, eventURL(e.ID), "cree")
}

// ---- one that is there

func (s *site) eventWriteForm(c *fiber.Ctx) error {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	if !seen.Event.CancelledAt.IsZero() {
		return s.renderEventNothing(c, seen, "Modifier l’événement", event.ErrCalledOff)
	}
	return s.renderEventWrite(c, m, seen, eventTyped(&seen.Event), nil, form.State{})
}

func (s *site) renderEventWrite(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, sent url.Values, theirs *views.PlanTheirs, state form.State) error {
	list, err := s.Gathering.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	e := &seen.Event
	state.Token, state.Heading = s.formToken(c), "Rien n’est enregistré"
	frame := s.eventFrame(c, seen, "Modifier l’événement", "", nil)
	p := views.PlanForm{
		Page: frame.Page, State: state, Action: eventURL(e.ID) + "/modifier", Cancel: eventURL(e.ID), Button: "Enregistrer", Theirs: theirs,
		Hidden: []part.Option{{Value: "version", Label: strconv.FormatInt(e.Rev, 10)}}, Fields: eventFormFields(sent, eventSeries(list)),
	}
	if n := confirmedSeats(e); n > 0 && !isPast(e, s.Now()) {
		p.Fields.Warn = format.Count(n, "invité a une place", "invités ont une place") + " : si la date, l’heure ou le lieu changent, chacun reçoit un courriel et son agenda est mis à jour. Le reste ne prévient personne."
	}
	titleFaults(&frame.Title, state)
	return render(c, views.PlanWriteView(frame, p))
}

// confirmedSeats is how many guests have a place in their calendar.
func confirmedSeats(e *event.Event) (n int) {
	for i := range e.Seats {
		if e.Seats[i].Confirmed {
			n++
		}
	}
	return n
}

// eventWrite writes an event over the revision that the page showed.
func (s *site) eventWrite(c *fiber.Ctx) error {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	l := eventSent{formLines{sent: sent}}
	in := l.read(s, &seen.Event)
	if len(l.faults) > 0 {
		return s.renderEventWrite(c.Status(fiber.StatusUnprocessableEntity), m, seen, sent, nil, form.State{Faults: l.faults})
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.write", func(e *event.Event) error { return e.Write(m, in, rev, s.Now()) })
	if text, status, ok := eventRefused(err); ok {
		var theirs *views.PlanTheirs
		if errors.Is(err, sourcing.ErrStale) {
			text = "Quelqu’un d’autre a modifié cet événement pendant que vous l’écriviez."
			if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
				return err
			}
			if theirs, err = s.eventTheirs(c, &seen.Event, in); err != nil {
				return err
			}
		}
		return s.renderEventWrite(c.Status(status), m, seen, sent, theirs, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, eventURL(seen.Event.ID), "modifie")
}

// eventTheirs is what is stored beside what was typed; sent again, what was typed replaces
// it.
func (s *site) eventTheirs(c *fiber.Ctx, e *event.Event, typed event.Settings) (*views.PlanTheirs, error) {
	out := &views.PlanTheirs{Keep: eventURL(e.ID), Text: "Ce que vous avez écrit est gardé ci-dessous : enregistrez-le pour remplacer ce qui est enregistré, ou reprenez-y d’abord ce qui diffère."}
	if n := len(e.History); n > 0 {
		last := e.History[n-1]
		names, err := s.namesOf(c.UserContext(), []string{last.By})
		if err != nil {
			return nil, err
		}
		out.Text = "Modifié le " + format.Moment(last.At) + byWhom(names, last.By) + ". " + out.Text
	}
	stored := e.Settings()
	when := func(in *event.Settings) string {
		if in.Starts.IsZero() {
			return ""
		}
		return gathering.Span(in.Starts, in.Ends)
	}
	for _, field := range []struct {
		label string
		words func(*event.Settings) string
	}{
		{"Titre", func(in *event.Settings) string { return in.Title }},
		{"Type", func(in *event.Settings) string { return in.Kind.Label() }},
		{"Série", func(in *event.Settings) string { return in.Series }},
		{"En une phrase", func(in *event.Settings) string { return in.Summary }},
		{"Présentation", func(in *event.Settings) string { return in.Text }},
		{"Date", when},
		{"Réponses jusqu’au", func(in *event.Settings) string { return sourcingMoment(in.RepliesUntil) }},
		{"Lieu", func(in *event.Settings) string { return gathering.Where(in.Place) }},
		{"Accès des personnes handicapées", func(in *event.Settings) string { return in.Place.Accessible }},
		{"Comment venir", func(in *event.Settings) string { return in.Place.Way }},
		{"Lien", func(in *event.Settings) string { return in.Place.Link }},
		{"Inscription", func(in *event.Settings) string { return in.Access.Label() }},
		{"Adresse des questions", func(in *event.Settings) string { return in.Contact }},
	} {
		if is, would := field.words(&stored), field.words(&typed); is != would {
			out.Lines = append(out.Lines, views.PlanDifference{Field: field.label, Stored: cmp.Or(is, "Rien"), Typed: cmp.Or(would, "Rien")})
		}
	}
	return out, nil
}

// sourcingMoment is an instant in words, "" for none.
func sourcingMoment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return sourcing.Moment(t)
}

// renderEventNothing says on a page of an event that there is nothing to do there any more.
func (s *site) renderEventNothing(c *fiber.Ctx, seen *gathering.Seen, heading string, why error) error {
	text, _, ok := eventRefused(why)
	if !ok {
		return why
	}
	return render(c.Status(fiber.StatusConflict), views.PlanConfirmView(views.PlanConfirm{Page: s.eventFrame(c, seen, heading, "", nil), Text: []string{text}, Cancel: eventURL(seen.Event.ID), None: true}))
}

// ---- how many may come

func (s *site) eventRoomForm(c *fiber.Ctx) error {
	_, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	if !seen.Event.CancelledAt.IsZero() {
		return s.renderEventNothing(c, seen, "Places", event.ErrCalledOff)
	}
	return s.renderEventRoom(c, seen, eventRoomTyped(&seen.Event.Room), false, form.State{})
}

func eventRoomTyped(r *event.Room) url.Values {
	v := url.Values{}
	for name, n := range map[string]int{"places": r.Capacity, "organisme": r.PerSIREN, "groupe": r.Party} {
		if n > 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	for role, n := range r.Quotas {
		v.Set("quota-"+string(role), strconv.Itoa(n))
	}
	return v
}

func (s *site) renderEventRoom(c *fiber.Ctx, seen *gathering.Seen, sent url.Values, stale bool, state form.State) error {
	e := &seen.Event
	state.Token, state.Heading = s.formToken(c), "Les places n’ont pas changé"
	taken, by := e.Taken()
	p := views.PlanRoom{
		Page: s.eventFrame(c, seen, "Places", "", nil), State: state, Action: eventURL(e.ID) + "/places", Rev: strconv.FormatInt(e.Rev, 10), Cancel: eventURL(e.ID),
		Taken:  "Places prises ou proposées : " + format.Number(taken) + ".",
		Values: map[string]string{"places": typedLine(sent.Get("places")), "organisme": typedLine(sent.Get("organisme")), "groupe": typedLine(sent.Get("groupe"))},
	}
	for _, role := range event.Roles {
		name := "quota-" + string(role)
		p.Quotas = append(p.Quotas, form.Field{Name: name, Label: role.Label(), Value: typedLine(sent.Get(name)), InputMode: "numeric", Short: true, Optional: true, Help: format.Count(by[role], "place prise", "places prises") + "."})
	}
	if stale {
		p.Theirs = eventRoomFacts(e)
	}
	titleFaults(&p.Title, state)
	return render(c, views.PlanRoomView(p))
}

func (s *site) eventRoom(c *fiber.Ctx) error {
	m, seen, err := s.ownEvent(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	l := formLines{sent: sent}
	room := event.Room{Capacity: l.whole("places", 1, event.MaxCapacity), PerSIREN: l.whole("organisme", 1, event.MaxCapacity), Party: l.whole("groupe", 1, event.MaxParty)}
	if typedLine(sent.Get("places")) == "" {
		l.fault("places", "Dites combien de personnes peuvent venir.")
	}
	for _, role := range event.Roles {
		if name := "quota-" + string(role); typedLine(sent.Get(name)) != "" {
			if room.Quotas == nil {
				room.Quotas = map[event.Role]int{}
			}
			room.Quotas[role] = l.whole(name, 0, event.MaxCapacity)
		}
	}
	if len(l.faults) > 0 {
		return s.renderEventRoom(c.Status(fiber.StatusUnprocessableEntity), seen, sent, false, form.State{Faults: l.faults})
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.room", func(e *event.Event) error { return e.Arrange(m, room, rev, s.Now()) })
	if text, status, ok := eventRefused(err); ok {
		stale := errors.Is(err, sourcing.ErrStale)
		if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
			return err
		}
		return s.renderEventRoom(c.Status(status), seen, sent, stale, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, eventURL(seen.Event.ID), "places")
}
