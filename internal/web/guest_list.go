package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/territory"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// guestRows is how many guests a page lists.
const guestRows = 50

// Deliveries by which the list is narrowed.
const (
	guestUnsent    = "aucun"
	guestOnWay     = "en-route"
	guestDelivered = "envoye"
	guestFailed    = "echec"
)

var guestDeliveries = [][2]string{{guestUnsent, "Pas encore invité"}, {guestOnWay, "En attente d’envoi"}, {guestDelivered, "Envoyé"}, {guestFailed, "Non remis"}}

// guestsWanted is what the list is narrowed to; "" = all. noAnswer stands for who has not answered.
type guestsWanted struct{ query, role, answer, delivery, source string }

const noAnswer = "sans"

func guestsAsked(c *fiber.Ctx) guestsWanted {
	return guestsWanted{query: typedLine(c.Query("q")), role: clip(c.Query("role")), answer: clip(c.Query("reponse")), delivery: clip(c.Query("remise")), source: typedLine(c.Query("source"))}
}

func (w guestsWanted) values() url.Values {
	out := url.Values{}
	for name, value := range map[string]string{"q": w.query, "role": w.role, "reponse": w.answer, "remise": w.delivery, "source": w.source} {
		if value != "" {
			out.Set(name, value)
		}
	}
	return out
}

// takes reports whether a guest is of what is wanted.
func (w guestsWanted) takes(v *gathering.Invited, d gathering.Delivery) bool {
	answer := cmp.Or(string(v.Seat.Answer), noAnswer)
	switch {
	case w.role != "" && w.role != string(v.Seat.Role), w.answer != "" && w.answer != answer, w.source != "" && w.source != v.Guest.Source,
		w.delivery != "" && w.delivery != guestDeliveryOf(v, d):
		return false
	}
	if w.query == "" {
		return true
	}
	all := territory.Fold(strings.Join([]string{v.Guest.Name, v.Guest.Body, v.Guest.Email}, " "))
	for word := range strings.FieldsSeq(territory.Fold(w.query)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

func guestDeliveryOf(v *gathering.Invited, d gathering.Delivery) string {
	switch {
	case v.Seat.Number == 0:
		return guestUnsent
	case d.Failed():
		return guestFailed
	case d.Message != nil && !d.Message.SentAt.IsZero():
		return guestDelivered
	}
	return guestOnWay
}

// guestDelivery says how far the last mail to a guest has come.
func guestDelivery(v *gathering.Invited, d gathering.Delivery, now time.Time) (part.Answer, string) {
	what := map[event.Notice]string{event.Reminder: "Relance", event.Offer: "Proposition de place", event.Registered: "Demande de confirmation"}[d.Notice]
	what = cmp.Or(what, "Invitation")
	switch {
	case v.Guest.Email == "":
		return part.Answer{Text: "Coordonnées effacées", Tone: part.Muted}, ""
	case v.Seat.Number == 0:
		return part.Answer{Text: "Pas encore invité", Tone: part.Muted}, ""
	case d.Message == nil:
		return part.Answer{Text: what + " en attente d’envoi", Tone: part.Muted}, ""
	}
	switch msg := d.Message; msg.State(now) {
	case message.Sent:
		if !msg.BouncedAt.IsZero() {
			return part.Answer{Text: what + " rejetée par le serveur", Tone: part.Warn}, "L’adresse ne reçoit pas : corrigez-la."
		}
		return part.Answer{Text: what + " envoyée", Tone: part.Good}, "Le " + sourcing.Moment(msg.SentAt) + "."
	case message.Refused:
		return part.Answer{Text: what + " refusée", Tone: part.Warn}, format.Upper(msg.Why.Label()) + "."
	case message.Uncertain:
		return part.Answer{Text: what + " incertaine", Tone: part.Warn}, "Peut-être partie, peut-être pas."
	case message.Leased:
		return part.Answer{Text: what + " en cours d’envoi", Tone: part.Muted}, ""
	}
	return part.Answer{Text: what + " en attente d’envoi", Tone: part.Muted}, ""
}

// guestAnswer says what a guest has answered.
func guestAnswer(s *event.Seat) (part.Answer, string) {
	out := part.Answer{Text: s.Answer.Label(), Tone: part.Muted}
	switch {
	case s.Asked:
		return part.Answer{Text: "Demande à venir", Tone: part.Warn}, "À accepter ou non dans la liste d’attente."
	case s.Answer == event.Accepted:
		out.Tone = part.Good
	case s.Answer == event.Offered:
		return out, "Jusqu’au " + sourcing.Moment(s.Until) + "."
	}
	var notes []string
	if s.Holds() && s.Party > 1 {
		notes = append(notes, format.Count(s.Party, "personne", "personnes"))
	}
	if s.Answer == event.Pending && !s.Reminded.IsZero() {
		notes = append(notes, "relancé le "+sourcing.Moment(s.Reminded))
	}
	if s.Answer != event.Pending && !s.Answered.IsZero() {
		notes = append(notes, "le "+sourcing.Moment(s.Answered))
	}
	if len(notes) == 0 {
		return out, ""
	}
	return out, format.Upper(strings.Join(notes, ", ")) + "."
}

// guestsFound is what the list shows: all that is invited, and what is wanted of it.
type guestsFound struct {
	all, list []gathering.Invited
	mails     map[string]gathering.Delivery
}

// findGuests reads the guests of an event, those that are wanted with how far their mails
// have come. Deliveries of all are read only when they narrow the list, or whole is set.
func (s *site) findGuests(c *fiber.Ctx, seen *gathering.Seen, w guestsWanted, whole bool) (*guestsFound, error) {
	f := &guestsFound{}
	var err error
	if f.all, err = s.Gathering.GuestList(c.UserContext(), seen); err != nil {
		return nil, err
	}
	if w.delivery != "" || whole {
		if f.mails, err = s.Gathering.Deliveries(c.UserContext(), &seen.Event, f.all); err != nil {
			return nil, err
		}
	}
	for i := range f.all {
		if w.takes(&f.all[i], f.mails[f.all[i].Seat.Guest]) {
			f.list = append(f.list, f.all[i])
		}
	}
	return f, nil
}

// guests lists who is invited.
func (s *site) guests(c *fiber.Ctx) error { return s.renderGuests(c, form.State{}) }

func (s *site) renderGuests(c *fiber.Ctx, state form.State) error {
	m, seen, err := s.eventSeen(c)
	if err != nil {
		return err
	}
	w := guestsAsked(c)
	f, err := s.findGuests(c, seen, w, false)
	if err != nil {
		return err
	}
	own := guestsURL(seen.Event.ID)
	p := views.GuestList{Page: s.guestFrame(c, seen, guestsHeading), State: state, URL: own, Counts: guestCounts(f.all)}
	p.State.Token, p.State.Heading = s.formToken(c), cmp.Or(state.Heading, "Rien n’est parti")
	p.Done = cmp.Or(guestsAddedText(c), p.Done)
	hosts := event.Hosts(m)
	if hosts {
		p.Acts = s.guestActs(seen)
		if st := seen.Event.State(s.Now()); st != event.Called && st != event.Past {
			p.Add = own + "/ajouter"
		}
	}
	if len(f.all) > 0 {
		s.guestFilters(&p, f, w)
		if hosts && !seen.Event.Kind.Discreet() {
			p.Files = []part.Link{{Label: "Tableur (XLSX)", URL: searchAt(own+"/export.xlsx", w.values())}, {Label: "CSV", URL: searchAt(own+"/export.csv", w.values())}}
		}
	}
	if err := s.guestPage(c, &p, seen, f, w, hosts); err != nil {
		return err
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.GuestListView(p))
}

// guestPage shows a page of what was found.
func (s *site) guestPage(c *fiber.Ctx, p *views.GuestList, seen *gathering.Seen, f *guestsFound, w guestsWanted, hosts bool) error {
	switch {
	case len(f.all) == 0 && p.Add != "":
		p.Empty = "Personne n’est encore sur la liste. Ajoutez des invités à la main, par un fichier, depuis l’annuaire ou un événement précédent."
		return nil
	case len(f.all) == 0:
		p.Empty = "Personne n’est sur la liste."
		return nil
	case len(f.list) == 0:
		p.Empty = "Aucun invité ne répond à ces filtres."
		return nil
	}
	pages := (len(f.list) + guestRows - 1) / guestRows
	page := min(max(1, c.QueryInt("page", 1)), pages)
	shown := f.list[(page-1)*guestRows : min(len(f.list), page*guestRows)]
	p.Pages = pagination(page, pages, func(n int) string {
		values := w.values()
		if n > 1 {
			values.Set("page", strconv.Itoa(n))
		}
		return searchAt(p.URL, values)
	})
	if f.mails == nil {
		var err error
		if f.mails, err = s.Gathering.Deliveries(c.UserContext(), &seen.Event, shown); err != nil {
			return err
		}
	}
	for i := range shown {
		p.Rows = append(p.Rows, s.guestRow(seen, &shown[i], f.mails[shown[i].Seat.Guest], hosts))
	}
	return nil
}

func (s *site) guestRow(seen *gathering.Seen, v *gathering.Invited, d gathering.Delivery, hosts bool) views.GuestRow {
	r := views.GuestRow{Name: guestName(&v.Guest), Role: v.Seat.Role.Label()}
	if v.Guest.Body != "" && v.Guest.Body != r.Name {
		r.Notes = append(r.Notes, v.Guest.Body)
	}
	if hosts {
		if v.Guest.Email != "" && v.Guest.Name != "" {
			r.Notes = append(r.Notes, v.Guest.Email)
		}
		r.URL = guestURL(seen.Event.ID, v.Seat.Guest)
	}
	if p := seen.Event.Partner(v.Seat.By); p != nil && seen.Side == "" {
		r.Notes = append(r.Notes, format.Text("Par "+p.Name))
	}
	r.Delivery, r.DeliveryNote = guestDelivery(v, d, s.Now())
	r.Answer, r.AnswerNote = guestAnswer(&v.Seat)
	return r
}

// guestName is how a guest is named: the address where no name is known.
func guestName(g *event.Guest) string {
	return cmp.Or(g.Name, g.Email, "Invité dont le nom est effacé")
}

// guestCounts says how many are invited, and what they answered.
func guestCounts(list []gathering.Invited) string {
	by := map[event.Answer]int{}
	unsent := 0
	for i := range list {
		s := &list[i].Seat
		by[s.Answer]++
		if s.Answer == event.Pending && s.Invited.IsZero() {
			unsent++
		}
	}
	words := []string{}
	for _, x := range []struct {
		n         int
		one, many string
	}{
		{by[event.Accepted], "vient", "viennent"}, {by[event.Offered], "à qui une place est proposée", "à qui une place est proposée"}, {by[event.Waitlisted], "en liste d’attente", "en liste d’attente"},
		{by[event.Declined], "ne vient pas", "ne viennent pas"}, {by[event.Pending] - unsent, "sans réponse", "sans réponse"}, {unsent, "pas encore invité", "pas encore invités"},
	} {
		if x.n > 0 {
			words = append(words, format.Count(x.n, x.one, x.many))
		}
	}
	text := format.Count(len(list), "personne sur la liste", "personnes sur la liste")
	if len(words) > 0 {
		text += " : " + strings.Join(words, ", ")
	}
	return format.Text(text + ".")
}

// guestActs are what may be done with the list now.
func (s *site) guestActs(seen *gathering.Seen) (out []part.Link) {
	own, now := guestsURL(seen.Event.ID), s.Now()
	guests := seen.Guests()
	if st := seen.Event.State(now); st == event.Called || st == event.Past {
		return nil
	}
	count := func(takes func(*event.Seat) bool) (n int) {
		for i := range guests {
			if takes(&guests[i]) {
				n++
			}
		}
		return n
	}
	if n := count(func(x *event.Seat) bool { return x.Takes(event.Invitation, now) }); n > 0 {
		out = append(out, part.Link{Label: format.Text("Inviter " + format.Count(n, "personne", "personnes")), URL: own + "/envoi?type=" + sendInvitation})
	}
	if n := count(func(x *event.Seat) bool { return x.Takes(event.Reminder, now) }); n > 0 {
		out = append(out, part.Link{Label: format.Text("Relancer " + format.Count(n, "personne", "personnes")), URL: own + "/envoi?type=" + sendReminder})
	}
	if n := count(func(x *event.Seat) bool { return x.Takes(event.News, now) }); n > 0 {
		out = append(out, part.Link{Label: "Écrire à qui vient", URL: own + "/envoi?type=" + sendNews})
	}
	if len(guests) > 0 {
		out = append(out, part.Link{Label: "Qui appeler aujourd’hui", URL: own + "/appels"})
	}
	if seen.Side == "" {
		out = append(out, part.Link{Label: "Services concernés", URL: own + "/services"})
	}
	return append(out, part.Link{Label: "Liens de relais", URL: own + "/relais"})
}

// guestFilters are the choices that narrow the list.
func (s *site) guestFilters(p *views.GuestList, f *guestsFound, w guestsWanted) {
	const most = 40
	p.Query = w.query
	answers := []part.Option{{Label: "Toutes"}}
	for _, a := range event.Answers {
		code := cmp.Or(string(a), noAnswer)
		answers = append(answers, part.Option{Value: code, Label: a.Label(), Selected: code == w.answer})
	}
	mails := []part.Option{{Label: "Toutes"}}
	for _, d := range guestDeliveries {
		mails = append(mails, part.Option{Value: d[0], Label: d[1], Selected: d[0] == w.delivery})
	}
	p.Filters = []views.GuestFilter{
		{Name: "role", Label: "Vient comme", Options: guestRoleOptions(event.Role(w.role), "Tous")},
		{Name: "reponse", Label: "Réponse", Options: answers}, {Name: "remise", Label: "Remise", Options: mails},
	}
	var sources []string
	for i := range f.all {
		if source := f.all[i].Guest.Source; source != "" && !slices.Contains(sources, source) && len(sources) < most {
			sources = append(sources, source)
		}
	}
	if len(sources) > 1 || w.source != "" {
		slices.Sort(sources)
		options := []part.Option{{Label: "Toutes"}}
		for _, source := range sources {
			options = append(options, part.Option{Value: source, Label: format.Text(source), Selected: source == w.source})
		}
		p.Filters = append(p.Filters, views.GuestFilter{Name: "source", Label: "Provenance", Options: options})
	}
	p.Found = format.Count(len(f.list), "invité", "invités")
	if len(w.values()) > 0 {
		p.Clear = p.URL
	}
}
