package web

import (
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
	views "sourcier/views/account"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// Pages below accountPath.
const (
	addressSegment  = "/adresse"
	sessionsSegment = "/sessions"
)

// accountDesk is the frame of a page of the own account.
func (s *site) accountDesk(heading, description, current string) desk.Page {
	p := desk.Page{Base: s.base(heading, description, ""), Area: desk.Account, Current: current, Heading: heading}
	p.Section = accountPath
	if current != accountPath || heading != desk.Account.Name {
		p.Above = []part.Link{{Label: desk.Account.Name, URL: accountPath}}
	}
	return p
}

// profileDone are what the page of the account says of what was just done.
var profileDone = map[string]string{
	"connexion": "Votre compte est ouvert dans ce navigateur.",
	"nom":       "Votre nom est enregistré.",
	"role":      "Vous agissez dans ce rôle.",
	"adresse":   "Votre adresse est changée.",
	"envoi":     "Un message est parti à la nouvelle adresse. Ouvrez son lien dans ce navigateur, dans les 24 heures.",
	"relie":     "Les deux comptes sont reliés.",
	"delie":     "Les deux comptes ne sont plus reliés. Vous entrez par courriel.",
}

// profile answers who somebody is, and as what the person acts.
func (s *site) profile(c *fiber.Ctx) error {
	return s.renderProfile(c, signedIn(c).Person.Name, form.State{})
}

func (s *site) renderProfile(c *fiber.Ctx, name string, state form.State) error {
	who := signedIn(c)
	state.Token, state.Heading = s.formToken(c), "Le nom n’est pas enregistré"
	p := views.ProfilePage{Page: s.accountDesk(desk.Account.Name, "Mon compte, mes organisations et mes rôles.", accountPath), State: state, Name: name}
	p.Done = doneText(c, profileDone)
	p.Facts = []desk.Fact{
		{Term: "Adresse e-mail", Text: who.Person.Email.String()},
		{Term: "Compte créé le", Text: format.Day(who.Person.CreatedAt)},
		{Term: "Connexion en cours", Text: "Par " + who.Session.Method.Label() + ", depuis le " + format.Moment(who.Session.At)},
	}
	if who.Person.NewEmail != nil {
		p.Pending = who.Person.NewEmail.Email.String()
	}
	for _, m := range who.Memberships {
		p.Roles = append(p.Roles, views.Role{
			Organisation: part.Link{Label: m.Name, URL: organisationsPath + "/" + m.Organisation}, Label: m.Role.Label(), Help: m.Role.Help(),
			Value: string(m.Role) + "/" + m.Organisation, Now: m == who.Acting,
		})
	}
	if who.Is(account.Structure) {
		p.Ways = append(p.Ways, part.Link{Label: "Mes groupements", URL: groupementsPath})
	}
	if s.OIDC != nil {
		p.Provider = s.OIDC.Name()
		p.Linked = len(who.Person.Identities) > 0
		employer, err := s.employer(c, who)
		if err != nil {
			return err
		}
		p.Employer = employer
	}
	titleFaults(&p.Title, state)
	return render(c, views.ProfileView(p))
}

// employer is the organisation that the provider says somebody works for, when it is
// here and the person is no member; nil otherwise.
func (s *site) employer(c *fiber.Ctx, who *people.Who) (*part.Link, error) {
	if who.Session.SIREN == "" {
		return nil, nil
	}
	for _, kind := range account.OrganisationKinds {
		d, err := s.People.Organisations.BySIREN(c.UserContext(), kind, who.Session.SIREN)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if d.Value.Active() && d.Value.Member(who.Person.ID) == nil {
			return &part.Link{Label: d.Value.Name, URL: organisationsPath + "/" + d.ID}, nil
		}
	}
	return nil, nil
}

// rename gives somebody another name.
func (s *site) rename(c *fiber.Ctx) error {
	typed := sentForm(c).Get("nom")
	name, err := account.CleanName(typed)
	var fault account.Fault
	if errors.As(err, &fault) {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.renderProfile(c, typedLine(typed), form.State{Faults: []form.Fault{{Field: "nom", Text: err.Error()}}})
	}
	own := signedIn(c).Person.ID
	if _, err := s.People.Rename(c.UserContext(), own, name, own); err != nil {
		return err
	}
	return done(c, accountPath, "nom")
}

// typedLine is what comes back of a field of one line that is refused: readable, and
// not without end.
func typedLine(text string) string {
	const most = 320
	letters := []rune(strings.Join(strings.Fields(typedText(text)), " "))
	return string(letters[:min(len(letters), most)])
}

// typedLines is typedLine of every field of a form.
func typedLines(sent url.Values) url.Values {
	out := url.Values{}
	for name := range sent {
		out.Set(name, typedLine(sent.Get(name)))
	}
	return out
}

// switchRole makes this session act in another role of its person.
func (s *site) switchRole(c *fiber.Ctx) error {
	role, organisation, _ := strings.Cut(sentForm(c).Get("role"), "/")
	if err := s.People.Switch(c.UserContext(), signedIn(c), account.Acting{Organisation: organisation, Role: account.Role(role)}); err != nil {
		return err
	}
	return done(c, accountPath, "role")
}

// disconnect ends the link with the account at the provider.
func (s *site) disconnect(c *fiber.Ctx) error {
	who := signedIn(c)
	if s.OIDC == nil || len(who.Person.Identities) == 0 {
		return store.ErrNotFound
	}
	for _, id := range who.Person.Identities {
		if err := s.People.Disconnect(c.UserContext(), who.Person.ID, id.Issuer); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return done(c, accountPath, "delie")
}
