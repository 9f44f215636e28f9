package web

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	networks "sourcier/internal/network"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

const (
	networkPath      = "/reseau"
	affiliationsPath = "/adhesions"
	nudgeField       = "message"
)

// networkRoutes are those of networks, and of what structures answer them.
func (s *site) networkRoutes(app *fiber.App, limited fiber.Handler) {
	of, owners := door{site: s, app: app, access: only(account.Network)}, door{site: s, app: app, access: only(account.Structure)}
	of.Get(networkPath, limited, s.withDirectory, s.members)
	of.Post(networkPath, limited, s.withDirectory, s.declareMember)
	of.Get(networkPath+"/:id", limited, s.withDirectory, s.memberOfNetwork)
	of.Post(networkPath+"/:id/relancer", limited, s.withDirectory, s.nudge)
	of.Post(networkPath+"/:id/garant", limited, s.withDirectory, s.vouch)
	of.Get(networkPath+"/:id/retirer", limited, s.withDirectory, s.removeMemberForm)
	of.Post(networkPath+"/:id/retirer", limited, s.withDirectory, s.removeMember)
	owners.Get(affiliationsPath, limited, s.withDirectory, s.affiliations)
	owners.Post(affiliationsPath+"/:id", limited, s.withDirectory, s.answerNetwork)
}

func memberURL(id string) string { return networkPath + "/" + url.PathEscape(id) }

var networkDone = map[string]string{
	"ajoute": "La structure est indiquée comme membre. Si quelqu’un tient sa fiche, un courriel le lui dit : elle peut dire non.", "retire": "La structure n’est plus parmi vos membres.",
	"relance": "La relance part par courriel.", "garant": "Vous vous êtes porté garant : la fiche est confiée à l’organisation qui la demandait.",
}

// members lists the members of the network, with how complete their sheets are.
func (s *site) members(c *fiber.Ctx) error { return s.renderMemberships(c, nil) }

func (s *site) renderMemberships(c *fiber.Ctx, why error) error {
	list, err := s.Directory.Members(c.UserContext(), actingAs(c), s.Home)
	if err != nil {
		return err
	}
	p := admin.Detail{Page: s.givingDesk(c, "Membres de "+signedIn(c).Acting.Name, networkPath, networkDone), State: form.State{Token: s.formToken(c)}}
	refuseOnPage(c, &p.Page, &p.State, "La structure n’est pas ajoutée", why)
	t := admin.Table{Caption: "Membres", Heads: []string{"Structure", "Fiche complète à", "Tenue par", "Dernière publication"}, Empty: "Votre réseau n’a pas encore indiqué de membre."}
	for i := range list {
		t.Rows = append(t.Rows, memberRow(&list[i]))
	}
	box, err := s.pickMember(c)
	if err != nil {
		return err
	}
	p.Boxes = []admin.Box{{ID: "membres", Heading: "Structures", Table: &t}, box}
	return render(c, admin.DetailView(p))
}

// pickMember finds structures, each with the button that declares it.
func (s *site) pickMember(c *fiber.Ctx) (admin.Box, error) {
	box, err := s.pickStructure(c, networkPath, "Ajouter un membre", sheetAddress)
	if err != nil || box.Table == nil {
		return box, err
	}
	for i := range box.Table.Rows {
		r := &box.Table.Rows[i]
		id := strings.TrimPrefix(r.Cells[0].URL, sheetAddress(""))
		r.Action = &form.Action{To: networkPath, Label: "Ajouter", Hidden: r.Cells[0].Text, Values: []part.Option{{Value: structureField, Label: id}}}
	}
	return box, nil
}

func memberRow(m *directory.Member) admin.Row {
	name := admin.Cell{Text: format.Text(m.Called()), URL: memberURL(m.ID)}
	switch {
	case !m.RefusedAt.IsZero():
		name.Note = "a dit ne pas être membre"
	case m.Shown.ID == "":
		name.Note = "n’est plus dans l’annuaire"
	case len(m.Asking) > 0:
		name.Note = "quelqu’un demande à tenir la fiche"
	}
	published := "jamais"
	if m.Published != nil {
		published = format.ShortDay(m.Published.At)
	}
	return admin.Row{Cells: []admin.Cell{name, {Text: percent(m)}, {Text: ownerWords(m)}, {Text: published}}}
}

func percent(m *directory.Member) string {
	return fmt.Sprintf("%d%s%%", m.Complete.Score, format.NNBSP)
}

func ownerWords(m *directory.Member) string {
	if m.Owner == "" {
		return "personne"
	}
	return format.Text(m.Owner)
}

// declareMember adds a structure to the network.
func (s *site) declareMember(c *fiber.Ctx) error {
	err := s.Directory.Declare(c.UserContext(), actingAs(c), sentForm(c).Get(structureField))
	if refusable(err) {
		return s.renderMemberships(c, err)
	}
	if err != nil {
		return err
	}
	return done(c, networkPath, "ajoute")
}

// memberOfNetwork shows one member: what its sheet lacks, who asks for it, the reminder.
func (s *site) memberOfNetwork(c *fiber.Ctx) error { return s.renderMembership(c, "", nil) }

const nudgeText = "Votre fiche est ce que les acheteurs voient de vous. Quelques minutes suffisent pour la compléter : activités, zone, disponibilité. Nous pouvons vous y aider."

func (s *site) renderMembership(c *fiber.Ctx, typed string, why error) error {
	m, err := s.Directory.Member(c.UserContext(), actingAs(c), c.Params("id"), s.Home)
	if err != nil {
		return err
	}
	p := admin.Detail{Page: s.givingDesk(c, m.Called(), networkPath, networkDone, part.Link{Label: "Membres", URL: networkPath}), State: form.State{Token: s.formToken(c)}}
	refuseOnPage(c, &p.Page, &p.State, "Rien n’a été fait", why)
	p.Facts = []desk.Fact{{Term: "Fiche complète à", Text: percent(m)}, {Term: "Tenue par", Text: ownerWords(m)}}
	if m.Shown.ID != "" {
		p.Facts = append(p.Facts, desk.Fact{Term: "Fiche publique", Text: "Voir la fiche", URL: sheetAddress(m.Shown.ID)})
	}
	p.Ways = []part.Link{{Label: "Retirer de mes membres", URL: memberURL(m.ID) + "/retirer"}}
	if !m.Holds() {
		p.Warning = string(networks.ErrRefused)
		return render(c, admin.DetailView(p))
	}
	if len(m.Asking) > 0 {
		p.Boxes = append(p.Boxes, vouchBox(m))
	}
	p.Boxes = append(p.Boxes, s.nudgeBox(m, typed), lacksBox(m))
	return render(c, admin.DetailView(p))
}

func vouchBox(m *directory.Member) admin.Box {
	b := admin.Box{ID: "garant", Heading: "Se porter garant", Intro: format.Text("Ces organisations demandent à tenir la fiche. Si vous savez que l’une représente la structure, dites-le : la fiche lui est confiée aussitôt, et l’adresse officielle de la structure en est prévenue.")}
	for _, id := range slices.Sorted(maps.Keys(m.Asking)) {
		b.Acts = append(b.Acts, form.Action{To: memberURL(m.ID) + "/garant", Label: "Se porter garant de " + format.Quote(m.Asking[id]), Style: "btn-act", Values: []part.Option{{Value: organisationField, Label: id}}})
	}
	return b
}

func (s *site) nudgeBox(m *directory.Member, typed string) admin.Box {
	b := admin.Box{ID: "relancer", Heading: "Relancer"}
	if until := m.NudgedUntil(s.Now()); !until.IsZero() {
		b.Intro = "Relancée le " + format.Day(m.NudgedAt) + ". Une relance par mois au plus : la prochaine est possible à partir du " + format.Day(until) + "."
		return b
	}
	if typed == "" {
		typed = nudgeText
	}
	to := "aux personnes de l’organisation qui tient la fiche"
	if m.Owner == "" {
		to = "à l’adresse publique de la fiche, que personne ne tient encore"
	}
	b.Intro = format.Text("Un courriel part " + to + ". Il nomme votre réseau, invite à compléter la fiche, et cite votre message :")
	b.Forms = []admin.Form{{To: memberURL(m.ID) + "/relancer", Button: "Envoyer la relance", Fields: []admin.FilterField{
		{Field: form.Field{Name: nudgeField, Label: "Votre message", Value: typed, Help: "600 caractères au plus."}, Rows: "5"},
	}}}
	return b
}

func lacksBox(m *directory.Member) admin.Box {
	t := admin.Table{Caption: "Ce qui manque à la fiche", Heads: []string{"Il manque", "Compte pour"}, Empty: "Rien ne manque à cette fiche."}
	for _, step := range m.Complete.Missing() {
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{{Text: step.Label}, {Text: fmt.Sprintf("%d%s%%", step.Weight, format.NNBSP)}}})
	}
	return admin.Box{ID: "manque", Heading: "Ce qui manque à la fiche", Table: &t}
}

// nudge has a reminder sent.
func (s *site) nudge(c *fiber.Ctx) error {
	text := typedText(sentForm(c).Get(nudgeField))
	err := s.Directory.Nudge(c.UserContext(), actingAs(c), c.Params("id"), text)
	if refusable(err) {
		return s.renderMembership(c, text, err)
	}
	if err != nil {
		return err
	}
	return done(c, memberURL(c.Params("id")), "relance")
}

// vouch grants the sheet of a member to who asks for it.
func (s *site) vouch(c *fiber.Ctx) error {
	err := s.Directory.VouchFor(c.UserContext(), actingAs(c), c.Params("id"), sentForm(c).Get(organisationField))
	if refusable(err) {
		return s.renderMembership(c, "", err)
	}
	if err != nil {
		return err
	}
	return done(c, memberURL(c.Params("id")), "garant")
}

// removeMemberForm asks whether to.
func (s *site) removeMemberForm(c *fiber.Ctx) error {
	m, err := s.Directory.Member(c.UserContext(), actingAs(c), c.Params("id"), s.Home)
	if err != nil {
		return err
	}
	return render(c, admin.ConfirmView(admin.Confirm{
		Page:  s.givingDesk(c, "Retirer "+format.Quote(m.Called())+format.NNBSP+"?", networkPath, nil, part.Link{Label: "Membres", URL: networkPath}),
		State: form.State{Token: s.formToken(c)}, To: memberURL(m.ID) + "/retirer", Back: memberURL(m.ID), Button: "Retirer de mes membres",
		Text: []string{"Vous ne verrez plus cette structure parmi vos membres, et ne pourrez plus la relancer ni vous porter garant d’elle."},
	}))
}

// removeMember takes a structure out of the network.
func (s *site) removeMember(c *fiber.Ctx) error {
	err := s.Directory.RemoveMember(c.UserContext(), actingAs(c), c.Params("id"))
	if refusable(err) {
		return s.renderMembership(c, "", err)
	}
	if err != nil {
		return err
	}
	return done(c, networkPath, "retire")
}

// affiliations lists what networks say of the sheets of an organisation.
func (s *site) affiliations(c *fiber.Ctx) error {
	list, err := s.Directory.Affiliations(c.UserContext(), actingAs(c))
	if err != nil {
		return err
	}
	const heading = "Réseaux de mes structures"
	p := admin.List{
		Page:  desk.Page{Base: s.base(heading, heading, ""), Area: desk.Account, Heading: heading, Done: doneText(c, map[string]string{"repondu": "Votre réponse est enregistrée ; le réseau la voit."})},
		State: form.State{Token: s.formToken(c)}, Intro: []string{"Un réseau qui vous compte parmi ses membres voit ce que votre fiche publie et si elle est complète, jamais vos brouillons ni vos réponses. Vous pouvez dire non."},
		Table: admin.Table{Caption: "Réseaux", Heads: []string{"Réseau", "Structure", "Réponse"}, Empty: "Aucun réseau n’indique l’une de vos structures comme membre."},
	}
	for _, a := range list {
		state, act := admin.Cell{Text: "membre", Tone: "good"}, form.Action{To: affiliationsPath + "/" + url.PathEscape(a.ID), Label: "Ne pas être membre", Values: []part.Option{{Value: "reponse", Label: "non"}}}
		if !a.RefusedAt.IsZero() {
			state, act.Label, act.Values[0].Label = admin.Cell{Text: "refusé", Tone: "bad"}, "Être membre", "oui"
		}
		act.Hidden = "de " + a.By
		p.Table.Rows = append(p.Table.Rows, admin.Row{Cells: []admin.Cell{{Text: format.Text(a.By)}, {Text: format.Text(a.Sheet), URL: sheetAddress(a.Structure)}, state}, Action: &act})
	}
	return render(c, admin.ListView(p))
}

// answerNetwork is what a structure says of a network.
func (s *site) answerNetwork(c *fiber.Ctx) error {
	answer := sentForm(c).Get("reponse")
	if answer != "oui" && answer != "non" {
		return fiber.NewError(fiber.StatusUnprocessableEntity, "La réponse est « oui » ou « non ».")
	}
	err := s.Directory.AnswerNetwork(c.UserContext(), actingAs(c), c.Params("id"), answer == "oui")
	if text, status, ok := refusalOf(err); ok {
		return fiber.NewError(status, text)
	}
	if err != nil {
		return err
	}
	return done(c, affiliationsPath, "repondu")
}
