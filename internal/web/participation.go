package web

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	"sourcier/views/desk"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

const (
	replyRoute      = guestLinkPath + "/:token"
	registerRoute   = agendaPath + "/:id" + registerSegment
	lineRoute       = eventsPath + "/:id" + linePath
	linePath        = "/attente"
	ticketSegment   = "/billet"
	registerSegment = "/inscription"
)

// participationRoutes are those of who has a personal link, asks to come, or waits for a place.
func (s *site) participationRoutes(d eventDoors) {
	d.public.Get(replyRoute, d.limited, s.withEvents, s.replyShow)
	d.public.Post(replyRoute, d.limited, s.withEvents, s.replyAccept)
	d.public.Post(replyRoute+"/refus", d.limited, s.withEvents, s.replyDecline)
	d.public.Post(replyRoute+"/collegue", d.limited, s.withEvents, s.replyDelegate)
	d.public.Post(replyRoute+"/dates", d.limited, s.withEvents, s.replyVote)
	d.public.Get(replyRoute+forgetSegment, d.limited, s.withEvents, s.forgetShow)
	d.public.Post(replyRoute+forgetSegment, d.limited, s.withEvents, s.forgetSend)
	d.public.Get(registerRoute, d.limited, s.withEvents, s.registerPublic)
	d.public.Post(registerRoute, d.limited, s.withEvents, s.registerPublicSend)
	d.public.Get(relayLinkPath+"/:token", d.limited, s.withEvents, s.registerRelay)
	d.public.Post(relayLinkPath+"/:token", d.limited, s.withEvents, s.registerRelaySend)
	d.readers.Get(lineRoute, d.limited, s.line)
	d.writers.Post(lineRoute+"/:guest/demande", d.limited, s.lineAdmit)
	d.writers.Post(lineRoute+"/:guest/agenda", d.limited, s.lineSettle)
}

func replyURL(token string) string { return guestLinkPath + "/" + url.PathEscape(token) }

var replyDone = map[string]string{
	"vient": "Votre place est réservée. Un message de confirmation part, avec une invitation pour votre agenda.", "attente": "Vous êtes sur la liste d’attente.", "demande": "Votre demande est transmise à l’organisateur.",
	"refus": "C’est noté : vous ne venez pas.", "collegue": "C’est noté : l’invitation part à cette personne.", "dates": "Vos dates sont notées.", "inchange": "Rien n’a changé : votre réponse était déjà celle-là.", "precisions": "Vos précisions sont enregistrées.",
}

// replySent is what a form of the page held when it was refused.
type replySent struct {
	state form.State
	sent  url.Values
}

// replyOf reads what the link of the address leads to.
func (s *site) replyOf(c *fiber.Ctx) (*gathering.Reached, error) {
	return s.Gathering.ByLink(c.UserContext(), c.Params("token"))
}

// replyShow answers the page. It changes nothing: programs that check mails open it too.
func (s *site) replyShow(c *fiber.Ctx) error {
	r, err := s.replyOf(c)
	if err != nil {
		return err
	}
	return s.replyRender(c, r, replySent{sent: url.Values{}})
}

// replyRefuse shows the page with why not, as things are now.
func (s *site) replyRefuse(c *fiber.Ctx, err error, field string, sent url.Values) error {
	text, status, ok := replyRefused(err)
	if !ok {
		return err
	}
	in := replySent{sent: sent}
	if field != "" && status == fiber.StatusUnprocessableEntity {
		in.state.Faults = []form.Fault{{Field: field, Text: text}}
	} else {
		in.state.Refusal = text
	}
	r, err := s.replyOf(c)
	if err != nil {
		return err
	}
	return s.replyRender(c.Status(status), r, in)
}

// replyRefused words a refusal. What came too late is a conflict, not a fault of a field.
func replyRefused(err error) (text string, status int, ok bool) {
	for _, late := range []account.Fault{event.ErrOver, event.ErrCalledOff, event.ErrShut, event.ErrDraft, event.ErrNoSeat, event.ErrPolled} {
		if errors.Is(err, late) {
			return string(late), fiber.StatusConflict, true
		}
	}
	return refusalOf(err)
}

func (s *site) replyRender(c *fiber.Ctx, r *gathering.Reached, in replySent) error {
	e, g, now := &r.Event, &r.Guest, s.Now()
	org, err := s.People.Organisations.Get(c.UserContext(), e.Organisation)
	if err != nil {
		return err
	}
	in.state.Token, in.state.Heading = s.formToken(c), "Votre réponse n’est pas enregistrée"
	p := views.ReplyPage{
		Base: s.base(e.Title, "Répondre à une invitation, sans compte.", ""), State: in.state, Done: doneText(c, replyDone), URL: replyURL(c.Params("token")),
		Who: org.Value.Name + " vous invite", Heading: format.Text(e.Title), For: format.Text(g.Name), Text: paragraphs(e.Text),
	}
	p.When, p.Where = replyWhen(e)
	p.Facts = replyFacts(e, &r.Seat, now)
	switch e.State(now) {
	case event.Called: // nothing of it takes place
		p.Who = org.Value.Name
	case event.Past:
		p.Who, p.Sessions = org.Value.Name, replySessions(e)
	default:
		p.Sessions = replySessions(e)
	}
	if p.Status, err = s.replyNow(c, r, now); err != nil {
		return err
	}
	s.replyWays(&p, r, now)
	if g.Said != "" && r.Seat.Active() {
		p.Said = "Votre agenda a répondu par courriel que vous " + map[bool]string{true: "venez", false: "ne venez pas"}[g.Said == event.Accepted] + ", le " + format.Moment(g.SaidAt) + ". Cette réponse ne compte pas tant que vous ne la confirmez pas ci-dessous."
	}
	s.replyForms(&p, r, in.sent, now)
	p.Kept = replyKept(e, org.Value.Name)
	titleFaults(&p.Title, p.State)
	return render(c, views.ReplyView(p))
}

// replyWhen says when and where an event is.
func replyWhen(e *event.Event) (when, where string) {
	if e.Starts.IsZero() {
		return "Date à choisir", format.Text(gathering.Where(e.Place))
	}
	return format.Text(format.Upper(gathering.Span(e.Starts, e.Ends))), format.Text(gathering.Where(e.Place))
}

// replyFacts are those of the event that a guest needs. The link of an event on line is for
// who comes.
func replyFacts(e *event.Event, seat *event.Seat, now time.Time) (out []desk.Fact) {
	add := func(term, text string) {
		if text != "" {
			out = append(out, desk.Fact{Term: term, Text: format.Text(text)})
		}
	}
	st := e.State(now)
	if seat.Answer == event.Accepted && e.Place.Link != "" && st != event.Called && st != event.Past {
		out = append(out, desk.Fact{Term: "Lien", Text: e.Place.Link, URL: e.Place.Link})
	}
	if st != event.Called && st != event.Past {
		add("Pour venir", e.Place.Way)
		add("Accessibilité", e.Place.Accessible)
	}
	if !e.RepliesUntil.IsZero() && st == event.Open {
		add("Réponse attendue avant le", sourcing.Moment(e.RepliesUntil))
	}
	if e.Contact != "" {
		out = append(out, desk.Fact{Term: "Une question", Text: e.Contact, URL: "mailto:" + e.Contact})
	}
	return out
}

func replySessions(e *event.Event) (out []views.ReplySession) {
	for _, x := range e.Programme {
		line := views.ReplySession{When: format.Clock(x.Starts), Title: format.Text(x.Title), Text: format.Text(x.Text)}
		if x.Where != "" {
			line.When += " – " + format.Text(x.Where)
		}
		for _, pitch := range x.Pitches {
			text := pitch.Name
			if pitch.Topic != "" {
				text += " : " + pitch.Topic
			}
			line.Pitches = append(line.Pitches, format.Text(text))
		}
		out = append(out, line)
	}
	return out
}

// replyNow is where the guest is: the answer, and whether the guest came once it is past.
func (s *site) replyNow(c *fiber.Ctx, r *gathering.Reached, now time.Time) (*views.ReplyStatus, error) {
	e := &r.Event
	if e.State(now) != event.Past {
		return replyStatus(e, &r.Seat, now), nil
	}
	in, err := s.attended(c, r)
	switch {
	case err != nil:
		return nil, err
	case !in.IsZero():
		return &views.ReplyStatus{Sign: "✓", Tone: "good", Text: "Cet événement est passé, et votre venue est notée."}, nil
	case r.Seat.Answer == event.Accepted && !e.SettledAt.IsZero() && !e.Place.Online():
		return &views.ReplyStatus{Sign: "–", Text: "Cet événement est passé. Votre venue n’y est pas notée.", Notes: []string{"Vous étiez là ? Écrivez à l’organisateur."}}, nil
	}
	return nil, nil
}

// replyWays are what there is during the event and afterwards: until then, nothing.
func (s *site) replyWays(p *views.ReplyPage, r *gathering.Reached, now time.Time) {
	st := r.Event.State(now)
	if st == event.Past && p.Status != nil && p.Status.Tone == "good" {
		p.Ways = append(p.Ways, part.Link{Label: "Télécharger mon attestation de présence (PDF)", URL: p.URL + "/attestation"})
	}
	if (st == event.Past || st == event.Running) && (r.Seat.Answer == event.Accepted || r.Seat.Walked) {
		label := "Noter une rencontre, demander une formation"
		if r.Event.Kind.Discreet() { // who met whom there is noted nowhere
			label = "Demander une formation"
		}
		p.Ways = append(p.Ways, part.Link{Label: label, URL: p.URL + afterNextPath})
	}
}

// replyStatus is where the guest's answer is.
func replyStatus(e *event.Event, seat *event.Seat, now time.Time) *views.ReplyStatus {
	switch {
	case e.State(now) == event.Called:
		out := &views.ReplyStatus{Sign: "!", Tone: "warn", Text: "L’événement est annulé."}
		if e.Reason != "" {
			out.Notes = []string{e.Reason}
		}
		return out
	case seat.Asked && seat.Answer == event.Waitlisted:
		return &views.ReplyStatus{Sign: "…", Text: "Votre demande est chez l’organisateur, qui vous répondra par courriel."}
	}
	return replyAnswer(seat)
}

// replyAnswer words the answer that stands, nil for none.
func replyAnswer(seat *event.Seat) *views.ReplyStatus {
	people := ""
	if seat.Party > 1 {
		people = " pour " + format.Count(seat.Party, "personne", "personnes")
	}
	switch seat.Answer {
	case event.Accepted:
		return &views.ReplyStatus{Sign: "✓", Tone: "good", Text: "Votre place est réservée" + people + "."}
	case event.Offered:
		return &views.ReplyStatus{Sign: "!", Tone: "warn", Text: "Une place vous est proposée" + people + ".", Notes: []string{"Elle vous est gardée jusqu’au " + sourcing.DayMoment(seat.Until) + ". Ensuite, elle ira à la personne suivante."}}
	case event.Waitlisted:
		return &views.ReplyStatus{Sign: "…", Text: "Vous êtes sur la liste d’attente" + people + ".", Notes: []string{event.WaitingRule, "Un message vous préviendra si une place se libère pour vous."}}
	case event.Declined:
		return &views.ReplyStatus{Sign: "–", Text: "Vous avez répondu que vous ne venez pas."}
	case event.Delegated:
		return &views.ReplyStatus{Sign: "–", Text: "Une autre personne est invitée à votre place.", Notes: []string{"Pour revenir sur ce choix, écrivez à l’organisateur."}}
	case event.Cancelled:
		return &views.ReplyStatus{Sign: "–", Text: "Cette invitation n’a plus cours."}
	case event.Pending:
	}
	return nil
}

// replyForms are what the guest may do now.
func (s *site) replyForms(p *views.ReplyPage, r *gathering.Reached, sent url.Values, now time.Time) {
	e, seat := &r.Event, &r.Seat
	if e.Polls(now) && seat.Active() {
		p.Poll = replyPoll(e, &r.Guest)
		p.Mailed = replyMailed(r.Guest.Email)
		return
	}
	if why, closed := replyClosed(e, seat, p.Status, now); closed {
		p.Closed = why
		return
	}
	open := e.State(now) == event.Open
	if open || seat.Answer == event.Offered || seat.Answer == event.Accepted {
		p.Form = replyForm(e, r, p.State, sent, now)
	}
	if seat.Answer == event.Accepted {
		p.Act = &part.Link{Label: "Afficher mon code d’entrée", URL: p.URL + ticketSegment}
		if e.Place.Online() {
			p.Act = &part.Link{Label: "Rejoindre en ligne", URL: e.Place.Link}
		}
	}
	p.Give = map[event.Answer]string{
		event.Pending: "Je ne viens pas", event.Accepted: "Rendre ma place", event.Offered: "Je ne prends pas la place", event.Waitlisted: "Quitter la liste d’attente",
	}[seat.Answer]
	if open {
		p.Other = &views.ReplyOther{Name: typedLine(sent.Get("nom")), Email: typedLine(sent.Get(emailField)), Open: sent.Has("nom")}
	}
	p.Mailed = replyMailed(r.Guest.Email)
}

// replyClosed reports whether there is nothing to answer, or nothing yet, and why: "" where
// the page says it already.
func replyClosed(e *event.Event, seat *event.Seat, status *views.ReplyStatus, now time.Time) (why string, closed bool) {
	switch st := e.State(now); {
	case st == event.Past && status == nil:
		return string(event.ErrOver), true
	case st == event.Past || st == event.Called || !seat.Active():
		return "", true
	case st == event.Drafted && e.Starts.IsZero():
		return "La date n’est pas encore fixée : vous recevrez une invitation.", true
	case st == event.Drafted:
		return "Les réponses ne sont pas encore ouvertes.", true
	case st != event.Open && !seat.Holds() && seat.Answer != event.Waitlisted:
		return "Les inscriptions sont closes.", true
	}
	return "", false
}

// replyMailed says where each change is told, without telling the address to whoever was
// passed the link.
func replyMailed(email string) string {
	local, domain, ok := strings.Cut(email, "@")
	if !ok || local == "" {
		return ""
	}
	return "Chaque réponse donnée ici est confirmée à l’adresse invitée : " + string([]rune(local)[:1]) + "…@" + domain + "."
}

func replyForm(e *event.Event, r *gathering.Reached, state form.State, sent url.Values, now time.Time) *views.ReplyForm {
	seat, g := &r.Seat, &r.Guest
	f := &views.ReplyForm{Button: "Je viens", Needs: e.AsksNeeds(now), Told: g.Needy()}
	switch {
	case seat.Answer == event.Accepted || seat.Answer == event.Waitlisted:
		f.Button, f.Quiet = "Enregistrer mes précisions", true
		if !f.Needs && !e.Photos && e.Room.Party <= 1 { // nothing is asked beside the answer
			return nil
		}
	case seat.Answer == event.Offered:
		f.Button = "Prendre la place"
	case seat.Asked:
		f.Button = "Demander à venir"
		f.Warning = "L’organisateur accepte ou non chaque demande, et vous répond par courriel."
	case e.Lacks(seat, 1) != event.LacksNothing || e.Behind(seat):
		f.Button = "M’inscrire sur la liste d’attente"
		f.Warning = "Les places qui vous conviennent sont prises. " + event.WaitingRule
	}
	f.Party = replyParty(e.Room.Party, seat, sent)
	if e.Photos {
		f.Photos = replyPhotos(cmp.Or(sent.Get("photos"), g.Photos))
	}
	f.Diet = form.Field{Name: "repas", Label: "Alimentation", Help: "Allergie, régime. 300 caractères au plus.", Optional: true, Value: typedText(sent.Get("repas"))}
	f.Access = form.Field{Name: "acces", Label: "Accessibilité", Help: "Place pour un fauteuil, boucle magnétique, interprète… 300 caractères au plus.", Optional: true, Value: typedText(sent.Get("acces"))}
	f.Open = f.Diet.Value+f.Access.Value != "" || state.Fault("repas")+state.Fault("acces") != ""
	f.Seen = "L’organisateur et le traiteur sont seuls à les lire. Ils sont effacés 30 jours après l’événement, et ne sortent du portail que sous forme de nombres."
	return f
}

// replyParty are the numbers of people to choose from, none when a guest comes alone.
func replyParty(most int, seat *event.Seat, sent url.Values) (out []part.Option) {
	if most <= 1 {
		return nil
	}
	chosen, _ := strconv.Atoi(sent.Get("personnes"))
	if chosen == 0 {
		chosen = seat.Party
	}
	for n := 1; n <= most; n++ {
		out = append(out, part.Option{Value: strconv.Itoa(n), Label: format.Count(n, "personne", "personnes"), Selected: n == chosen})
	}
	return out
}

// replyPhotos asks whether the guest may be photographed.
func replyPhotos(chosen string) []part.Option {
	return []part.Option{{Value: event.PhotosYes, Label: "Oui", Selected: chosen == event.PhotosYes}, {Value: event.PhotosNo, Label: "Non", Selected: chosen == event.PhotosNo}}
}

func replyPoll(e *event.Event, g *event.Guest) *views.ReplyPoll {
	p := &views.ReplyPoll{Lead: "La date n’est pas encore choisie. Dites lesquelles vous conviennent : l’organisateur retiendra celle qui convient au plus grand nombre.", Button: "Envoyer mes dates"}
	if !e.PollUntil.IsZero() {
		p.Lead += " Réponse attendue avant le " + sourcing.Moment(e.PollUntil) + "."
	}
	if !g.PolledAt.IsZero() {
		p.Button = "Changer mes dates"
	}
	for _, d := range e.Dates {
		o := part.Option{Value: d.ID, Label: format.Text(format.Upper(gathering.Span(d.Starts, d.Ends)))}
		for _, id := range g.Dates {
			o.Selected = o.Selected || id == d.ID
		}
		p.Options = append(p.Options, o)
	}
	return p
}

// replyKept says what becomes of what a guest tells.
func replyKept(e *event.Event, organisation string) []string {
	out := []string{"Votre nom, votre adresse et votre réponse sont lus par " + organisation + " et par qui vous a invité, pour cet événement. Aucun autre invité ne les voit."}
	if e.Kind.Discreet() {
		out = append(out, "Votre présence n’est montrée sur aucune fiche et ne sort dans aucun export.")
	}
	return append(out, "Ce lien est personnel : qui le reçoit peut répondre à votre place, et vous en êtes averti par courriel.")
}
