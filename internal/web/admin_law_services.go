package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// lawServicesPath is where administrators keep the services that may be reserved under
// L2113-15. It stands where the code of a figure does: none is called so.
const lawServicesPath = lawPath + "/services-L2113-15"

const lawServicesName = "Services réservables au titre de L2113-15"

// Fields of a range.
const (
	rangeFirstField = "premier"
	rangeLastField  = "dernier"
	rangeToField    = "fin"
)

var lawServicesDone = map[string]string{"listee": "La plage est ajoutée.", "retiree": "La plage est retirée."}

// lawServiceRoutes come before those of the figures.
func (s *site) lawServiceRoutes(admins door, limited fiber.Handler) {
	admins.Get(lawServicesPath, limited, s.lawServices)
	admins.Post(lawServicesPath, limited, s.lawServiceAdd)
	admins.Get(lawServicesPath+"/:range/retirer", limited, s.lawServiceDropForm)
	admins.Post(lawServicesPath+"/:range/retirer", limited, s.lawServiceDrop)
}

func lawServiceURL(r *sourcing.ServiceRange) string {
	return lawServicesPath + "/" + url.PathEscape(r.Key()) + "/retirer"
}

// lawServices shows the list, and takes another range.
func (s *site) lawServices(c *fiber.Ctx) error { return s.renderLawServices(c, url.Values{}, nil) }

func (s *site) renderLawServices(c *fiber.Ctx, typed url.Values, why error) error {
	book, err := s.Programme.Book(c.UserContext())
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, lawServicesName, lawPath, lawServicesDone, part.Link{Label: "Seuils et délais", URL: lawPath})
	if err != nil {
		return err
	}
	p := admin.Detail{Page: frame, State: form.State{Token: s.formToken(c)}, Facts: []desk.Fact{
		{Term: "Ce qu’elle commande", Text: format.Text("Les études : un service ne se réserve à l’économie sociale et solidaire que si l’avis annexé au code le liste. Sans aucune plage, l’étude le dit et ne compte personne au titre de L2113-15.")},
	}}
	refuseOnPage(c, &p.Page, &p.State, "La plage n’est pas ajoutée", why)
	t := admin.Table{Caption: "Plages de codes CPV", Heads: []string{"Codes CPV", "À partir du", "Jusqu’au", "Source", "Retirer"}, Empty: "Aucune plage : la liste n’est pas renseignée."}
	for i := range book.Services {
		t.Rows = append(t.Rows, s.lawServiceRow(&book.Services[i]))
	}
	p.Boxes = []admin.Box{
		{ID: "plages", Heading: "Plages de codes CPV", Table: &t},
		{ID: "ajouter", Heading: "Ajouter une plage", Intro: "Pour mettre fin à une plage, retirez-la puis ajoutez-la avec son dernier jour. Une décision déjà prise garde ce sur quoi elle l’a été.", Forms: []admin.Form{lawServiceForm(typed)}},
	}
	return render(c, admin.DetailView(p))
}

func (s *site) lawServiceRow(r *sourcing.ServiceRange) admin.Row {
	codes, from, to := admin.Cell{Text: r.First}, admin.Cell{Text: format.ShortDate(r.From)}, admin.Cell{Text: "sans fin"}
	if r.Last != r.First {
		codes.Text += " à " + r.Last
	}
	if label, ok := s.Taxonomy.Label(taxonomy.CPV2008, r.First); ok {
		codes.Note = format.Text(label)
	}
	if r.To != "" {
		to.Text = format.ShortDate(r.To)
	}
	switch today := s.today(); {
	case r.InForce(today):
		from.Note = "en vigueur"
	case r.From > today:
		from.Note = "à venir"
	default:
		from.Note = "passée"
	}
	return admin.Row{Cells: []admin.Cell{codes, from, to, ruleSource(sourcing.Rule{Source: r.Source, ToCheck: r.ToCheck}), {Text: "Retirer cette plage", URL: lawServiceURL(r)}}}
}

func lawServiceForm(typed url.Values) admin.Form {
	return admin.Form{To: lawServicesPath, Button: "Ajouter la plage", Fields: []admin.FilterField{
		{Field: form.Field{Name: rangeFirstField, Label: "Premier code CPV", Value: typed.Get(rangeFirstField), InputMode: "numeric", Short: true, Help: "8 chiffres."}},
		{Field: form.Field{Name: rangeLastField, Label: "Dernier code CPV", Value: typed.Get(rangeLastField), InputMode: "numeric", Short: true, Optional: true, Help: "85999999 pour toute la division 85. Vide : le premier code seul."}},
		{Field: form.Field{Name: ruleFromField, Label: "Date d’effet", Value: typed.Get(ruleFromField), Short: true, Help: "01/04/2019, ou 2019-04-01."}},
		{Field: form.Field{Name: rangeToField, Label: "Dernier jour", Value: typed.Get(rangeToField), Short: true, Optional: true}},
		{Field: form.Field{Name: ruleSourceField, Label: "Source", Value: typed.Get(ruleSourceField), Help: "L’avis annexé au code de la commande publique, et sa date."}},
		ruleCheckOptions(typed),
	}}
}

// lawServiceAdd adds a range.
func (s *site) lawServiceAdd(c *fiber.Ctx) error {
	typed := typedLines(sentForm(c))
	r, err := readServiceRange(typed)
	if err == nil {
		err = s.Programme.ListService(c.UserContext(), signedIn(c).Actor(), r)
	}
	if refusable(err) {
		return s.renderLawServices(c, typed, err)
	}
	if err != nil {
		return err
	}
	return done(c, lawServicesPath, "listee")
}

// readServiceRange reads the form of a range; its faults stand at their fields.
func readServiceRange(typed url.Values) (sourcing.ServiceRange, error) {
	r := sourcing.ServiceRange{Source: typed.Get(ruleSourceField), ToCheck: typed.Get(ruleCheckField) == ruleToCheck}
	faults := map[string]string{}
	for field, into := range map[string]*string{rangeFirstField: &r.First, rangeLastField: &r.Last} {
		code, err := sourcing.ParseCPV(typed.Get(field))
		if err != nil {
			faults[field] = err.Error()
		}
		*into = code.Code
	}
	if r.Last == "" {
		r.Last = r.First
	}
	for field, into := range map[string]*structure.Date{ruleFromField: &r.From, rangeToField: &r.To} {
		day, err := sourcing.ParseDay(typed.Get(field))
		if err != nil {
			faults[field] = err.Error()
		}
		*into = day
	}
	if r.From == "" && faults[ruleFromField] == "" {
		faults[ruleFromField] = "Donnez la date d’effet."
	}
	return r, faultsInOrder(faults, map[string]string{rangeFirstField: "first", rangeLastField: "last", ruleFromField: "from", rangeToField: "to", ruleSourceField: "source"},
		r.Check(), rangeFirstField, rangeLastField, ruleFromField, rangeToField, ruleSourceField)
}

// lawServiceDropForm asks before a range is taken out.
func (s *site) lawServiceDropForm(c *fiber.Ctx) error {
	book, err := s.Programme.Book(c.UserContext())
	if err != nil {
		return err
	}
	r := book.Listed(c.Params("range"))
	if r == nil {
		return store.ErrNotFound
	}
	frame, err := s.adminDesk(c, "Retirer une plage"+format.NNBSP+"?", lawPath, nil, part.Link{Label: "Seuils et délais", URL: lawPath}, part.Link{Label: lawServicesName, URL: lawServicesPath})
	if err != nil {
		return err
	}
	return render(c, admin.ConfirmView(admin.Confirm{
		Page: frame, State: form.State{Token: s.formToken(c)}, To: lawServiceURL(r), Back: lawServicesPath, Button: "Retirer la plage",
		Text: []string{
			"Codes CPV de " + r.First + " à " + r.Last + ", à partir du " + format.Date(r.From) + " (" + r.Source + ").",
			"Les études ne la retiennent plus, pour aucun jour. Les décisions déjà prises gardent ce sur quoi elles l’ont été.",
		},
	}))
}

// lawServiceDrop takes it out.
func (s *site) lawServiceDrop(c *fiber.Ctx) error {
	if err := s.Programme.UnlistService(c.UserContext(), signedIn(c).Actor(), c.Params("range")); err != nil {
		return err
	}
	return done(c, lawServicesPath, "retiree")
}
