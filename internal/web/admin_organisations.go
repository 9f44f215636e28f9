package web

import (
	"net/url"
	"strings"

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

const (
	kindParam    = "genre"
	domainsTab   = "domaines"
	nameField    = "nom"
	sirenField   = "siren"
	placeField   = "territoire"
	addressField = "adresse"
	domainField  = "domaine"
	onceField    = "envoi"
)

func adminOrganisationURL(id string) string {
	return adminOrganisationsPath + "/" + url.PathEscape(id)
}

var organisationStates = map[account.State]admin.Cell{
	account.StateProposed: {Text: "proposée", Tone: "wait"}, account.StateActive: {Text: "active", Tone: "good"}, account.StateClosed: {Text: "fermée", Tone: "bad"},
}

// stateNote says of an organisation that its roles do not count, "" when they do.
func stateNote(o *account.Organisation) string {
	if o.Active() {
		return ""
	}
	return organisationStates[o.State()].Text
}

// adminOrganisations lists organisations, what awaits an answer first.
func (s *site) adminOrganisations(c *fiber.Ctx) error {
	values, err := listValues(c, textParam, kindParam, stateParam)
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, "Organisations", adminOrganisationsPath, nil)
	if err != nil {
		return err
	}
	f := people.OrganisationFilter{Kind: account.OrganisationKind(values.Get(kindParam)), Text: values.Get(textParam)}
	if values.Get(stateParam) == domainsTab {
		f.PendingDomains = true
	} else {
		f.State = account.State(values.Get(stateParam))
	}
	l, err := s.People.ListOrganisations(c.UserContext(), f, values.Get(afterParam), adminRows)
	if err != nil {
		return listPlace(err)
	}
	p := admin.List{
		Page: frame, Act: part.Link{Label: "Créer une organisation", URL: adminOrganisationsPath + "/nouvelle"}, Note: partialNote(l.Partial, "Choisissez un type pour en voir davantage."),
		Filter: &admin.Filter{Action: adminOrganisationsPath, Button: "Chercher", Reset: resetOf(adminOrganisationsPath, values), Fields: []admin.FilterField{
			{Field: form.Field{Name: textParam, Label: "Nom ou SIREN", Value: f.Text, Type: "search"}},
			{Field: form.Field{Name: kindParam, Label: "Type"}, Options: kindOptions(f.Kind, "Tous les types")},
			{Field: form.Field{Name: stateParam, Label: "État"}, Options: stateOptions(values.Get(stateParam))},
		}},
	}
	p.Table = admin.Table{Caption: "Organisations", Heads: []string{"Organisation", "Type", "État", "Membres", "Créée le"}, Empty: "Aucune organisation ne correspond."}
	for _, d := range l.Docs {
		p.Table.Rows = append(p.Table.Rows, adminOrganisationRow(&d.Value))
	}
	p.Pager = listPager(adminOrganisationsPath, values, len(l.Docs), l.Found, l.Next, "organisation", "organisations")
	return render(c, admin.ListView(p))
}

func adminOrganisationRow(o *account.Organisation) admin.Row {
	state := organisationStates[o.State()]
	if n := pendingDomains(o); n > 0 {
		state.Note = format.Count(n, "domaine à confirmer", "domaines à confirmer")
	}
	name := admin.Cell{Text: o.Name, URL: adminOrganisationURL(o.ID)}
	if o.SIREN != "" {
		name.Note = "SIREN " + sirenText(o.SIREN)
	}
	return admin.Row{Cells: []admin.Cell{name, {Text: o.Kind.Label()}, state, {Text: format.Number(len(o.Members))}, {Text: format.ShortDay(o.CreatedAt)}}}
}

func pendingDomains(o *account.Organisation) (n int) {
	for _, d := range o.Domains {
		if d.ConfirmedAt.IsZero() {
			n++
		}
	}
	return n
}

func sirenText(siren string) string {
	if len(siren) != 9 {
		return siren
	}
	return siren[:3] + format.NBSP + siren[3:6] + format.NBSP + siren[6:]
}

func kindOptions(chosen account.OrganisationKind, none string) []part.Option {
	out := []part.Option{{Label: none, Selected: chosen == ""}}
	for _, k := range account.OrganisationKinds {
		out = append(out, part.Option{Value: string(k), Label: k.Label(), Selected: k == chosen})
	}
	return out
}

func stateOptions(chosen string) []part.Option {
	out := []part.Option{{Label: "Tous les états", Selected: chosen == ""}}
	for _, o := range []part.Option{
		{Value: string(account.StateProposed), Label: "Proposées"}, {Value: domainsTab, Label: "Un domaine à confirmer"},
		{Value: string(account.StateActive), Label: "Actives"}, {Value: string(account.StateClosed), Label: "Fermées"},
	} {
		o.Selected = o.Value == chosen
		out = append(out, o)
	}
	return out
}

var adminOrganisationDone = map[string]string{
	"creee":     "L’organisation est créée. Nommez sa ou son premier gestionnaire ci-dessous.",
	"confirmee": "L’organisation est confirmée : les rôles de ses membres comptent, et ses gestionnaires en sont prévenus.",
	"fermee":    "L’organisation est fermée : les rôles de ses membres ne comptent plus.",
	"modifiee":  "Les informations de l’organisation sont à jour.",
	"nomme":     "Cette personne gère l’organisation ; un courriel le lui dit.",
	"domaine":   "Le domaine est confirmé : qui y a une adresse peut rejoindre l’organisation. Ses gestionnaires en sont prévenus.",
	"retire":    "Le domaine est retiré. Qui est entré par lui reste membre.",
}

// adminOrganisation shows one organisation.
func (s *site) adminOrganisation(c *fiber.Ctx) error {
	return s.renderAdminOrganisation(c, nil, nil)
}

// renderAdminOrganisation answers the page of an organisation, with why nothing was done
// and what was typed.
func (s *site) renderAdminOrganisation(c *fiber.Ctx, why error, typed url.Values) error {
	d, err := s.People.Organisations.Get(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, d.Value.Name, adminOrganisationsPath, adminOrganisationDone, part.Link{Label: "Organisations", URL: adminOrganisationsPath})
	if err != nil {
		return err
	}
	p := admin.Detail{Page: frame, State: form.State{Token: s.formToken(c)}}
	refuseOnPage(c, &p.Page, &p.State, "Rien n’a changé", why)
	names, err := s.adminOrganisationNames(c, &d.Value)
	if err != nil {
		return err
	}
	s.adminOrganisationFacts(&p, &d.Value, names)
	p.Boxes = append(p.Boxes, membersBox(&d.Value, names), s.domainsBox(&d.Value, names))
	if d.Value.ClosedAt.IsZero() {
		p.Boxes = append(p.Boxes, managerBox(&d.Value, typed))
	}
	if d.Value.ClosedAt.IsZero() && d.Value.Kind != account.KindPortal {
		p.Boxes = append(p.Boxes, s.describeBox(d, typed))
	}
	return render(c, admin.DetailView(p))
}

func (s *site) adminOrganisationNames(c *fiber.Ctx, o *account.Organisation) (map[string]string, error) {
	ids := []string{o.CreatedBy}
	for _, m := range o.Members {
		ids = append(ids, m.Person)
	}
	for _, d := range o.Domains {
		ids = append(ids, d.By, d.ConfirmedBy)
	}
	return s.People.Names(c.UserContext(), ids)
}

func (s *site) adminOrganisationFacts(p *admin.Detail, o *account.Organisation, names map[string]string) {
	at := adminOrganisationURL(o.ID)
	p.Facts = []desk.Fact{{Term: "Type", Text: o.Kind.Label()}, {Term: "État", Text: organisationStates[o.State()].Text}}
	if o.SIREN != "" {
		p.Facts = append(p.Facts, desk.Fact{Term: "SIREN", Text: sirenText(o.SIREN)})
	}
	if t, err := s.Atlas.Resolve(o.Territory); err == nil && o.Territory != "" {
		p.Facts = append(p.Facts, desk.Fact{Term: "Territoire", Text: format.Text(t.Label), URL: territoryURL(t.Value)})
	}
	created := format.Moment(o.CreatedAt)
	if by := people.Called(names, o.CreatedBy); by != "" {
		created += ", par " + by
	}
	p.Facts = append(p.Facts, desk.Fact{Term: "Créée", Text: created})
	switch o.State() {
	case account.StateProposed:
		p.Warning = format.Text("Cette organisation est proposée : les rôles de ses membres ne comptent pas avant qu’elle soit confirmée. Vérifiez qui la propose.")
		p.Acts = []form.Action{{To: at + "/confirmer", Label: "Confirmer l’organisation", Style: "btn-act"}}
		p.Ways = []part.Link{{Label: "Refuser", URL: at + "/fermer"}}
	case account.StateClosed:
		p.Facts = append(p.Facts, desk.Fact{Term: "Fermée", Text: format.Moment(o.ClosedAt)})
		p.Acts = []form.Action{{To: at + "/confirmer", Label: "Rouvrir l’organisation"}}
	case account.StateActive:
		p.Facts = append(p.Facts, desk.Fact{Term: "Confirmée", Text: format.Moment(o.ConfirmedAt)})
		if o.Kind != account.KindPortal {
			p.Ways = []part.Link{{Label: "Fermer l’organisation", URL: at + "/fermer"}}
		}
	}
	p.Ways = append(p.Ways, part.Link{Label: "Ses membres et leurs rôles", URL: organisationsPath + "/" + url.PathEscape(o.ID)},
		part.Link{Label: "Son journal", URL: adminJournalPath + "?objet=" + store.OrganisationCollection + "&document=" + url.QueryEscape(o.ID)})
}

func membersBox(o *account.Organisation, names map[string]string) admin.Box {
	t := admin.Table{Caption: "Membres", Heads: []string{"Personne", "Rôles", "Depuis"}, Empty: "Cette organisation n’a pas encore de membre."}
	for _, m := range o.Members {
		who := admin.Cell{Text: people.Called(names, m.Person), URL: adminPersonURL(m.Person)}
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{who, {Text: memberWords(&m)}, {Text: format.ShortDay(m.Since)}}})
	}
	b := admin.Box{ID: "membres", Heading: "Membres", Table: &t}
	var also []string
	if n := len(o.Requests); n > 0 {
		also = append(also, format.Count(n, "demande attend", "demandes attendent"))
	}
	if n := len(o.Invitations); n > 0 {
		also = append(also, format.Count(n, "invitation attend", "invitations attendent"))
	}
	if len(also) > 0 {
		b.Intro = format.Upper(format.List(also)) + " une réponse."
	}
	return b
}

// domainsBox tells each declared domain, with what the public suffix list says of it.
func (s *site) domainsBox(o *account.Organisation, names map[string]string) admin.Box {
	at := adminOrganisationURL(o.ID) + "/domaines"
	b := admin.Box{ID: "domaines", Heading: "Domaines de messagerie", Intro: "Qui a une adresse d’un domaine confirmé rejoint l’organisation sans être approuvé. Sous chaque domaine, ce qu’en dit la liste publique des suffixes."}
	t := admin.Table{Caption: "Domaines", Heads: []string{"Domaine", "Déclaré", "État"}, Empty: "Aucun domaine n’est déclaré."}
	for _, d := range o.Domains {
		declared := format.Moment(d.At)
		if by := people.Called(names, d.By); by != "" {
			declared += ", par " + by
		}
		state, drop := admin.Cell{Text: "à confirmer", Tone: "wait"}, "Refuser"
		if !d.ConfirmedAt.IsZero() {
			state, drop = admin.Cell{Text: "confirmé", Tone: "good", Note: format.Moment(d.ConfirmedAt)}, "Retirer"
		} else if o.ClosedAt.IsZero() {
			b.Acts = append(b.Acts, form.Action{To: at, Label: "Confirmer " + d.Name, Style: "btn-act", Values: domainValues(d.Name, "confirmer")})
		}
		if o.ClosedAt.IsZero() {
			b.Acts = append(b.Acts, form.Action{To: at, Label: drop + " " + d.Name, Values: domainValues(d.Name, "retirer")})
		}
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{{Text: account.ShownDomain(d.Name), Note: format.Text(account.DomainWords(d.Name))}, {Text: declared}, state}})
	}
	b.Table = &t
	return b
}

func domainValues(name, choice string) []part.Option {
	return []part.Option{{Value: domainField, Label: name}, {Value: "choix", Label: choice}}
}

func managerBox(o *account.Organisation, typed url.Values) admin.Box {
	b := admin.Box{ID: "gestionnaire", Heading: "Nommer une personne gestionnaire", Intro: "Elle donne les rôles, invite et déclare les domaines. Si son adresse n’a pas de compte, il est créé ; un courriel lui dit tout."}
	if o.Kind == account.KindPortal {
		b.Heading, b.Intro = "Nommer une administratrice ou un administrateur", "Cette personne administrera tout le portail. Si son adresse n’a pas de compte, il est créé ; un courriel lui dit tout."
	}
	b.Forms = []admin.Form{{To: adminOrganisationURL(o.ID) + "/gestionnaire", Button: "Nommer", Fields: []admin.FilterField{
		{Field: form.Field{Name: addressField, Label: "Adresse e-mail", Type: "email", Value: typed.Get(addressField)}},
	}}}
	return b
}

func (s *site) describeBox(d store.Doc[account.Organisation], typed url.Values) admin.Box {
	name, siren, place := d.Value.Name, d.Value.SIREN, d.Value.Territory
	if t, err := s.Atlas.Resolve(place); err == nil && place != "" {
		place = format.Text(t.Label)
	}
	if typed.Has(nameField) {
		name, siren, place = typed.Get(nameField), typed.Get(sirenField), typed.Get(placeField)
	}
	return admin.Box{ID: "modifier", Heading: "Modifier", Forms: []admin.Form{{
		To: adminOrganisationURL(d.ID) + "/modifier", Button: "Enregistrer", Version: versionOption(d.Version).Label, Fields: describeFields(name, siren, place),
	}}}
}

func describeFields(name, siren, place string) []admin.FilterField {
	return []admin.FilterField{
		{Field: form.Field{Name: nameField, Label: "Nom", Value: name}},
		{Field: form.Field{Name: sirenField, Label: "SIREN", Value: siren, Optional: true, InputMode: "numeric", Short: true, Help: "Neuf chiffres."}},
		{Field: form.Field{Name: placeField, Label: "Territoire", Value: place, Optional: true, Help: "Commune, établissement public territorial, département ou région."}},
	}
}

// sentPlace reads the territory that was typed; "" is none.
func (s *site) sentPlace(words, before string) (string, error) {
	words = strings.Join(strings.Fields(words), " ")
	if words == "" {
		return "", nil
	}
	found := s.resolvePlace(words, before)
	switch len(found) {
	case 0:
		return "", account.Fault("Aucun territoire ne porte ce nom : écrivez une commune, un département ou une région, ou laissez vide.")
	case 1:
		return found[0].Value, nil
	}
	return "", account.Fault("Plusieurs communes ont ce code postal : écrivez le nom de l’une d’elles.")
}
