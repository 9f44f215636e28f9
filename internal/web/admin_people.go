package web

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// Parameters of lists of administrators.
const (
	textParam  = "q"
	orderParam = "tri"
	byNameSort = "nom"
)

// adminPeople lists accounts.
func (s *site) adminPeople(c *fiber.Ctx) error {
	values, err := listValues(c, textParam, orderParam)
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, "Personnes", adminPeoplePath, nil)
	if err != nil {
		return err
	}
	f := people.Chosen{Text: values.Get(textParam), ByName: values.Get(orderParam) == byNameSort}
	l, err := s.People.ListPeople(c.UserContext(), f, values.Get(afterParam), adminRows)
	if err != nil {
		return listPlace(err)
	}
	p := admin.List{Page: frame, Note: partialNote(l.Partial, "Une adresse entière est toujours trouvée."), Filter: &admin.Filter{
		Action: adminPeoplePath, Button: "Chercher", Reset: resetOf(adminPeoplePath, values), Fields: []admin.FilterField{
			{Field: form.Field{Name: textParam, Label: "Nom ou adresse", Value: f.Text, Type: "search"}},
			{Field: form.Field{Name: orderParam, Label: "Ordre"}, Options: []part.Option{
				{Label: "Les plus récents d’abord", Selected: !f.ByName}, {Value: byNameSort, Label: "Par nom", Selected: f.ByName},
			}},
		},
	}}
	if l.Partial && f.Text != "" {
		if l, err = s.exactPerson(c, f.Text, l); err != nil {
			return err
		}
	}
	p.Table = admin.Table{Caption: "Comptes", Heads: []string{"Personne", "Créé le", "Dernière connexion", "État"}, Empty: "Aucun compte ne correspond. Essayez une partie du nom ou de l’adresse."}
	for _, d := range l.Docs {
		p.Table.Rows = append(p.Table.Rows, personRow(&d.Value))
	}
	p.Pager = listPager(adminPeoplePath, values, len(l.Docs), l.Found, l.Next, "compte", "comptes")
	return render(c, admin.ListView(p))
}

// exactPerson adds who has exactly the address, beyond what is looked through.
func (s *site) exactPerson(c *fiber.Ctx, text string, l people.Listing[account.Person]) (people.Listing[account.Person], error) {
	e, err := account.ParseEmail(text)
	if err != nil || l.Found > 0 {
		return l, nil // no whole address, or found
	}
	d, err := s.People.People.ByEmail(c.UserContext(), e)
	if errors.Is(err, store.ErrNotFound) {
		return l, nil
	}
	l.Docs, l.Found = []store.Doc[account.Person]{d}, 1
	return l, err
}

// resetOf is the address of a list without its filters, "" when none is set.
func resetOf(path string, values url.Values) string {
	if len(with(values, afterParam)) == 0 {
		return ""
	}
	return path
}

func adminPersonURL(id string) string { return adminPeoplePath + "/" + url.PathEscape(id) }

func personRow(p *account.Person) admin.Row {
	who := admin.Cell{Text: p.Shown(), URL: adminPersonURL(p.ID)}
	if p.Name != "" {
		who.Note = p.Email.String()
	}
	seen := "jamais"
	if !p.SeenAt.IsZero() {
		seen = format.Moment(p.SeenAt)
	}
	return admin.Row{Cells: []admin.Cell{
		who, {Text: format.ShortDay(p.CreatedAt)}, {Text: seen}, personState(p),
	}}
}

func personState(p *account.Person) admin.Cell {
	switch {
	case p.Erased():
		return admin.Cell{Text: "effacé", Tone: "bad"}
	case !p.ErasingAt.IsZero():
		return admin.Cell{Text: "effacement en cours", Tone: "wait"}
	case !p.SuspendedAt.IsZero():
		return admin.Cell{Text: "suspendu", Tone: "bad"}
	}
	return admin.Cell{Text: "actif", Tone: "good"}
}

// personDone words what was just done, by its code.
var personDone = map[string]string{
	"suspendu": "Le compte est suspendu : ses connexions sont fermées, et cette personne ne peut plus entrer.",
	"retabli":  "Le compte est rétabli : cette personne peut de nouveau se connecter.",
	"ferme":    "Toutes les connexions de cette personne sont fermées.",
}

// adminPerson shows one account.
func (s *site) adminPerson(c *fiber.Ctx) error { return s.renderAdminPerson(c, nil) }

// renderAdminPerson answers the page of an account, with why nothing was done.
func (s *site) renderAdminPerson(c *fiber.Ctx, why error) error {
	d, err := s.People.People.Get(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, personHeading(&d.Value), adminPeoplePath, personDone, part.Link{Label: "Personnes", URL: adminPeoplePath})
	if err != nil {
		return err
	}
	p := admin.Detail{Page: frame, State: form.State{Token: s.formToken(c)}}
	refuseOnPage(c, &p.Page, &p.State, "Rien n’a changé", why)
	if err := s.personFacts(c, &p, d); err != nil {
		return err
	}
	if err := s.personActs(c, &p, d); err != nil {
		return err
	}
	if err := s.personBoxes(c, &p, d.ID); err != nil {
		return err
	}
	return render(c, admin.DetailView(p))
}

func personHeading(p *account.Person) string {
	if p.Erased() {
		return "Compte effacé"
	}
	return p.Shown()
}

func (s *site) personFacts(c *fiber.Ctx, p *admin.Detail, d store.Doc[account.Person]) error {
	v := &d.Value
	sessions, err := s.People.Sessions.Of(c.UserContext(), d.ID)
	if err != nil {
		return err
	}
	live := 0
	for _, session := range sessions {
		if session.Value.Live(v, s.Now()) {
			live++
		}
	}
	seen := "jamais"
	if !v.SeenAt.IsZero() {
		seen = format.Moment(v.SeenAt)
	}
	p.Facts = []desk.Fact{{Term: "État", Text: personState(v).Text}}
	if !v.SuspendedAt.IsZero() {
		p.Facts[0].Text += " depuis le " + format.Moment(v.SuspendedAt)
	}
	if !v.Erased() {
		p.Facts = append(p.Facts, desk.Fact{Term: "Adresse e-mail", Text: v.Email.String()})
	}
	p.Facts = append(p.Facts, desk.Fact{Term: "Compte créé", Text: format.Moment(v.CreatedAt)})
	if v.Erased() {
		p.Facts = append(p.Facts, desk.Fact{Term: "Compte effacé", Text: format.Moment(v.ErasedAt)})
		return nil
	}
	p.Facts = append(p.Facts, desk.Fact{Term: "Dernière connexion", Text: seen}, desk.Fact{Term: "Connexions ouvertes", Text: format.Number(live)})
	if len(v.Identities) > 0 {
		p.Facts = append(p.Facts, desk.Fact{Term: "Fournisseurs d’identité", Text: format.Number(len(v.Identities))})
	}
	return nil
}

// personActs are what may be done to an account: never to act in its place.
func (s *site) personActs(c *fiber.Ctx, p *admin.Detail, d store.Doc[account.Person]) error {
	v, own := &d.Value, d.ID == signedIn(c).Person.ID
	if v.Erased() || !v.ErasingAt.IsZero() || own {
		if own {
			p.Ways = []part.Link{{Label: "Mon compte", URL: accountPath}}
		}
		return nil
	}
	keptOut, err := s.People.KeptOut(c.UserContext(), d.ID)
	if err != nil {
		return err
	}
	if keptOut && v.SuspendedAt.IsZero() {
		p.Warning = "La suspension de ce compte n’est pas allée à son terme : suspendez-le de nouveau, ou rétablissez-le."
	}
	if keptOut || !v.SuspendedAt.IsZero() {
		p.Acts = append(p.Acts, form.Action{To: adminPersonURL(d.ID) + "/retablir", Label: "Rétablir le compte"})
	}
	if v.SuspendedAt.IsZero() {
		p.Acts = append(p.Acts, form.Action{To: adminPersonURL(d.ID) + "/deconnecter", Label: "Fermer toutes ses connexions", Values: []part.Option{versionOption(d.Version)}})
		p.Ways = append(p.Ways, part.Link{Label: "Suspendre le compte", URL: adminPersonURL(d.ID) + "/suspendre"})
	}
	return nil
}

func (s *site) personBoxes(c *fiber.Ctx, p *admin.Detail, id string) error {
	organisations, err := s.People.Organisations.Of(c.UserContext(), id)
	if err != nil {
		return err
	}
	t := admin.Table{Caption: "Organisations de cette personne", Heads: []string{"Organisation", "Rôles", "Depuis"}, Empty: "Cette personne n’est membre d’aucune organisation."}
	for _, d := range organisations {
		if m := d.Value.Member(id); m != nil {
			t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{
				{Text: d.Value.Name, URL: adminOrganisationURL(d.ID), Note: stateNote(&d.Value)}, {Text: memberWords(m)}, {Text: format.ShortDay(m.Since)},
			}})
		}
	}
	mails, err := s.People.ListMessages(c.UserContext(), store.MessagesOf(id), "", adminRows)
	if err != nil {
		return err
	}
	mt := s.messageTable("Courriels envoyés à cette personne", "Aucun courriel n’a été envoyé à cette personne, ou ils ont été effacés après leur durée de conservation.", mails.Docs, adminMessageURL, nil)
	p.Boxes = []admin.Box{
		{ID: "organisations", Heading: "Organisations et rôles", Table: &t},
		{ID: "courriels", Heading: "Courriels reçus", Table: &mt, Intro: shownOf(len(mails.Docs), mails.Found)},
		{ID: "journal", Heading: "Journal", Ways: []part.Link{
			{Label: "Ce que cette personne a fait", URL: journalURL(id, byPart)}, {Label: "Ce qui la concerne", URL: journalURL(id, aboutPart)},
		}},
	}
	return nil
}

// shownOf says that a list is cut, "" when it is not.
func shownOf(shown, found int) string {
	if shown >= found {
		return ""
	}
	return "Les " + format.Number(shown) + " derniers sur " + format.Number(found) + "."
}

// adminSuspendForm asks before an account is suspended.
func (s *site) adminSuspendForm(c *fiber.Ctx) error { return s.renderSuspend(c, nil, "") }

func (s *site) renderSuspend(c *fiber.Ctx, why error, reason string) error {
	d, err := s.People.People.Get(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if d.Value.Erased() {
		return store.ErrNotFound
	}
	frame, err := s.adminDesk(c, "Suspendre le compte de "+d.Value.Shown(), adminPeoplePath, nil,
		part.Link{Label: "Personnes", URL: adminPeoplePath}, part.Link{Label: d.Value.Shown(), URL: adminPersonURL(d.ID)})
	if err != nil {
		return err
	}
	p := admin.Confirm{
		Page: frame, State: form.State{Token: s.formToken(c)}, To: adminPersonURL(d.ID) + "/suspendre", Back: adminPersonURL(d.ID), Button: "Suspendre le compte",
		Version: versionOption(d.Version).Label,
		Text: []string{
			"Cette personne est déconnectée partout et ne peut plus entrer. Elle ne reçoit plus de courriel du portail. Ses rôles dans les organisations sont gardés pour le jour où le compte est rétabli.",
			"Si elle est de l’équipe du portail, elle en sort : il faudra l’y nommer de nouveau.",
		},
		Field: &form.Field{Name: "motif", Label: "Motif", Optional: true, Value: reason, Help: "Gardé au journal, lisible de l’équipe du portail seule. 200 caractères au plus."},
	}
	refuseOnPage(c, &p.Page, &p.State, "Le compte n’est pas suspendu", why)
	return render(c, admin.ConfirmView(p))
}

// adminSuspend suspends an account.
func (s *site) adminSuspend(c *fiber.Ctx) error {
	sent, id := sentForm(c), c.Params("id")
	reason := typedText(sent.Get("motif"))
	err := s.People.Suspend(c.UserContext(), signedIn(c).Actor(), id, seenVersion(sent), reason)
	if refusable(err) {
		return s.renderSuspend(c, err, reason)
	}
	if err != nil {
		return err
	}
	return done(c, adminPersonURL(id), "suspendu")
}

// adminRestore opens a suspended account again.
func (s *site) adminRestore(c *fiber.Ctx) error {
	id := c.Params("id")
	return s.personAnswer(c, s.People.Restore(c.UserContext(), signedIn(c).Actor(), id), "retabli")
}

// adminSignOut ends every session of a person.
func (s *site) adminSignOut(c *fiber.Ctx) error {
	id := c.Params("id")
	return s.personAnswer(c, s.People.EndSessions(c.UserContext(), signedIn(c).Actor(), id, seenVersion(sentForm(c))), "ferme")
}

// personAnswer leads back to an account after an action, or says why it was refused.
func (s *site) personAnswer(c *fiber.Ctx, err error, code string) error {
	if refusable(err) {
		return s.renderAdminPerson(c, err)
	}
	if err != nil {
		return err
	}
	return done(c, adminPersonURL(c.Params("id")), code)
}
