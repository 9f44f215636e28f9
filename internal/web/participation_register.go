package web

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// registerRoles are those that one may say of oneself, in the order in which they are
// offered: who speaks is invited.
var registerRoles = []event.Role{event.AsBuyer, event.AsStructure, event.AsPartner, event.AsOther}

// registerSent is said to everybody: whether an address is on the list is told to its owner
// alone, by a mail.
const registerSent = "Un message vient de partir à l’adresse que vous avez donnée. Le lien qu’il contient prend votre place : sans lui, rien n’est réservé. Rien ne vient ? Vérifiez l’adresse et le dossier des indésirables ; une nouvelle demande est prise au bout de dix minutes."

// registering is a page of registration under way.
type registering struct {
	*site
	c  *fiber.Ctx
	at *gathering.Publicly
	// url is that of the page, above the pages over it.
	url   string
	above []part.Link
}

func (s *site) registeringPublic(c *fiber.Ctx) (*registering, error) {
	at, err := s.Gathering.Published(c.UserContext(), c.Params("id"))
	if err != nil {
		return nil, err
	}
	own := agendaPath + "/" + url.PathEscape(at.Event.ID)
	return &registering{s, c, at, own + registerSegment, []part.Link{{Label: "Agenda", URL: agendaPath}, {Label: format.Text(at.Event.Title), URL: own}}}, nil
}

func (s *site) registeringRelay(c *fiber.Ctx) (*registering, error) {
	at, err := s.Gathering.Relayed(c.UserContext(), c.Params("token"))
	if err != nil {
		return nil, err
	}
	return &registering{s, c, at, relayLinkPath + "/" + url.PathEscape(c.Params("token")), nil}, nil
}

func (s *site) registerPublic(c *fiber.Ctx) error {
	r, err := s.registeringPublic(c)
	if err != nil {
		return err
	}
	return r.render(form.State{}, nil)
}

func (s *site) registerRelay(c *fiber.Ctx) error {
	r, err := s.registeringRelay(c)
	if err != nil {
		return err
	}
	return r.render(form.State{}, nil)
}

func (s *site) registerPublicSend(c *fiber.Ctx) error {
	r, err := s.registeringPublic(c)
	if err != nil {
		return err
	}
	return r.send()
}

func (s *site) registerRelaySend(c *fiber.Ctx) error {
	r, err := s.registeringRelay(c)
	if err != nil {
		return err
	}
	return r.send()
}

func (r *registering) render(state form.State, sent url.Values) error {
	e := &r.at.Event
	state.Token, state.Heading = r.formToken(r.c), "Votre demande n’est pas partie"
	p := views.RegisterPage{
		Base: r.base("S’inscrire : "+e.Title, "Demander à venir à un événement.", ""), State: state, Trail: r.above, Done: doneText(r.c, map[string]string{"lien": registerSent}), URL: r.url,
		Organisation: r.at.Organisation, Relays: r.at.Relays, Heading: format.Text(e.Title), Values: map[string]string{}, SIRET: e.Room.PerSIREN > 0,
	}
	p.When, p.Where = replyWhen(e)
	for _, name := range []string{"nom", emailField, "organisme", "siret"} {
		p.Values[name] = typedLine(sent.Get(name))
	}
	if who := signedIn(r.c); who != nil && sent == nil {
		p.Values["nom"], p.Values[emailField] = who.Person.Name, who.Person.Email.String()
	}
	for _, role := range registerRoles {
		p.Roles = append(p.Roles, part.Option{Value: string(role), Label: role.Label(), Selected: sent.Get("role") == string(role)})
	}
	if st := e.State(r.Now()); st != event.Open {
		p.Closed = map[event.State]string{event.Called: string(event.ErrCalledOff), event.Past: string(event.ErrOver), event.Drafted: "Les inscriptions ne sont pas encore ouvertes."}[st]
		if p.Closed == "" {
			p.Closed = string(event.ErrShut)
		}
	}
	if e.Access == event.Moderated && r.at.Partner == "" {
		p.Rules = append(p.Rules, "L’organisateur accepte ou non chaque demande, et vous répond par courriel.")
	}
	if p.Done != "" && r.hasMailbox(r.c) {
		p.Local = mailboxPath
	}
	titleFaults(&p.Title, state)
	return render(r.c, views.RegisterView(p))
}

// send has the link mailed. What it answers does not depend on whether the address is on the
// list.
func (r *registering) send() error {
	sent := sentForm(r.c)
	f := formLines{sent: sent}
	name, email := f.guest("Donnez votre nom.")
	g := event.Guest{Name: name, Email: email.String(), Role: event.Role(sent.Get("role"))}
	body, err := sourcing.Line("Ce nom", typedText(sent.Get("organisme")), maxCallName)
	f.failed("organisme", err)
	if g.Body = body; err == nil && body == "" {
		f.fault("organisme", "Dites pour qui vous venez.")
	}
	if text := typedLine(sent.Get("siret")); text != "" && r.at.Event.Room.PerSIREN > 0 {
		siret, _, err := structure.ParseSIRET(text)
		if err != nil || !structure.ValidSIRET(siret) {
			f.fault("siret", "Ce SIRET n’est pas valable : vérifiez ses 14 chiffres, ou laissez ce champ vide.")
		} else {
			g.SIREN = siret[:9]
		}
	}
	if !slices.Contains(registerRoles, g.Role) {
		f.faults = append(f.faults, form.Fault{Field: "role", To: "role-" + string(registerRoles[0]), Text: "Dites comme quoi vous venez."})
	}
	if len(f.faults) > 0 {
		r.c.Status(fiber.StatusUnprocessableEntity)
		return r.render(form.State{Faults: f.faults}, sent)
	}
	err = r.Gathering.Register(r.c.UserContext(), r.at, g, network(r.c.IP()))
	if text := r.refuseMail(r.c, err); text != "" {
		return r.render(form.State{Refusal: text}, sent)
	}
	if text, status, ok := replyRefused(err); ok {
		r.c.Status(status)
		return r.render(form.State{Refusal: text}, sent)
	}
	if err != nil {
		return err
	}
	return done(r.c, r.url, "lien")
}
