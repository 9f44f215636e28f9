package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// lawPath is where administrators keep the figures of the law, with their dates.
const lawPath = administrationPath + "/seuils"

// Fields of a figure.
const (
	ruleValueField  = "valeur"
	ruleFromField   = "effet"
	ruleSourceField = "source"
	ruleCheckField  = "lecture"
	ruleToCheck     = "a-verifier"
)

var lawDone = map[string]string{"fixee": "La valeur est enregistrée.", "retiree": "La valeur est retirée."}

// lawRoutes are those of the law book.
func (s *site) lawRoutes(app *fiber.App, limited fiber.Handler) {
	admins := door{site: s, app: app, access: only(account.Administrator)}
	admins.Get(lawPath, limited, s.law)
	s.lawServiceRoutes(admins, limited)
	admins.Get(lawPath+"/:code", limited, s.rule)
	admins.Post(lawPath+"/:code", limited, s.ruleSet)
	admins.Get(lawPath+"/:code/:from/retirer", limited, s.ruleDropForm)
	admins.Post(lawPath+"/:code/:from/retirer", limited, s.ruleDrop)
}

func ruleURL(code sourcing.RuleCode) string { return lawPath + "/" + url.PathEscape(string(code)) }

// law lists the figures in force, by chapter.
func (s *site) law(c *fiber.Ctx) error {
	book, err := s.Programme.Book(c.UserContext())
	if err != nil {
		return err
	}
	law := book.Law()
	frame, err := s.adminDesk(c, "Seuils et délais", lawPath, lawDone)
	if err != nil {
		return err
	}
	p := admin.Detail{Page: frame, State: form.State{Token: s.formToken(c)}, Facts: []desk.Fact{
		{Term: "En vigueur le", Text: format.Date(s.today())},
		{Term: "Ce qu’ils commandent", Text: "Les études de réservation et les rétroplannings. Une décision garde les chiffres sur lesquels elle a été prise."},
	}}
	for i, chapter := range sourcing.LawChapters {
		t := admin.Table{Caption: string(chapter), Heads: []string{"Chiffre", "Valeur", "Depuis", "Source"}}
		for _, code := range sourcing.RuleCodes() {
			if code.Chapter() == chapter {
				t.Rows = append(t.Rows, ruleRow(law, code, s.today()))
			}
		}
		box := admin.Box{ID: "chapitre-" + strconv.Itoa(i+1), Heading: string(chapter), Table: &t}
		if chapter == sourcing.ChapterReserved {
			box.Ways = []part.Link{{Label: lawServicesName + format.NNBSP + ": " + format.Count(len(book.Services), "plage de codes", "plages de codes"), URL: lawServicesPath}}
		}
		p.Boxes = append(p.Boxes, box)
	}
	return render(c, admin.DetailView(p))
}

// ruleRow is a figure in force, and what comes next.
func ruleRow(law sourcing.Law, code sourcing.RuleCode, on structure.Date) admin.Row {
	r := law.At(code, on)
	name := admin.Cell{Text: format.Text(code.Label()), URL: ruleURL(code)}
	if r.Code == "" {
		return admin.Row{Cells: []admin.Cell{name, {Text: "Aucune"}, {}, {}}}
	}
	value := admin.Cell{Text: r.Text()}
	for _, next := range law.Of(code) {
		if next.From > on {
			value.Note = next.Text() + " à partir du " + format.ShortDate(next.From)
		}
	}
	return admin.Row{Cells: []admin.Cell{name, value, {Text: format.ShortDate(r.From)}, ruleSource(r)}}
}

func ruleSource(r sourcing.Rule) admin.Cell {
	out := admin.Cell{Text: format.Text(r.Source)}
	if r.ToCheck {
		out.Note = "à vérifier"
	}
	return out
}

// ruleOf reads the figure that the address names.
func ruleOf(c *fiber.Ctx) (sourcing.RuleCode, error) {
	code := sourcing.RuleCode(c.Params("code"))
	if !code.Valid() {
		return "", store.ErrNotFound
	}
	return code, nil
}

// rule shows the values of a figure, and takes another.
func (s *site) rule(c *fiber.Ctx) error { return s.renderRule(c, url.Values{}, nil) }

func (s *site) renderRule(c *fiber.Ctx, typed url.Values, why error) error {
	code, err := ruleOf(c)
	if err != nil {
		return err
	}
	book, err := s.Programme.Book(c.UserContext())
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, format.Text(code.Label()), lawPath, lawDone, part.Link{Label: "Seuils et délais", URL: lawPath})
	if err != nil {
		return err
	}
	p := admin.Detail{Page: frame, State: form.State{Token: s.formToken(c)}}
	refuseOnPage(c, &p.Page, &p.State, "La valeur n’est pas enregistrée", why)
	law := book.Law()
	if r := law.At(code, s.today()); r.Code != "" {
		p.Facts = []desk.Fact{{Term: "Valeur en vigueur", Text: r.Text()}, {Term: "Depuis le", Text: format.Date(r.From)}, {Term: "Source", Text: format.Text(r.Source)}}
		if r.ToCheck {
			p.Warning = "Cette valeur est à vérifier : personne ne l’a lue dans sa source."
		}
	}
	p.Boxes = []admin.Box{s.ruleHistory(&book, law, code), {ID: "ajouter", Heading: "Fixer une valeur", Intro: ruleIntro(code), Forms: []admin.Form{ruleForm(code, typed)}}}
	return render(c, admin.DetailView(p))
}

// ruleHistory lists the values, the newest first.
func (s *site) ruleHistory(book *sourcing.LawBook, law sourcing.Law, code sourcing.RuleCode) admin.Box {
	t := admin.Table{Caption: "Valeurs", Heads: []string{"À partir du", "Valeur", "Source", "Fixée par", "Retirer"}, Empty: "Aucune valeur."}
	on := law.At(code, s.today())
	for _, r := range law.Of(code) {
		from := admin.Cell{Text: format.ShortDate(r.From)}
		switch {
		case r == on:
			from.Note = "en vigueur"
		case r.From > s.today():
			from.Note = "à venir"
		}
		by, remove := admin.Cell{Text: "Le portail, à sa livraison"}, admin.Cell{}
		if book.ByHand(code, r.From) {
			by, remove = admin.Cell{Text: "L’administration"}, admin.Cell{Text: "Retirer cette valeur", URL: ruleURL(code) + "/" + string(r.From) + "/retirer"}
		}
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{from, {Text: r.Text()}, ruleSource(r), by, remove}})
	}
	return admin.Box{ID: "valeurs", Heading: "Valeurs, de la plus récente à la plus ancienne", Table: &t}
}

func ruleIntro(code sourcing.RuleCode) string {
	if code.Unit() == sourcing.UnitDuty {
		return "1 à partir du jour où l’obligation commence, 0 à partir de celui où elle cesse."
	}
	return "Elle s’applique à partir de sa date d’effet et laisse les valeurs d’avant aux dates d’avant. Fixée pour un jour où le portail en a déjà une, elle la remplace."
}

func ruleForm(code sourcing.RuleCode, typed url.Values) admin.Form {
	label := "Valeur, en " + string(code.Unit())
	switch code.Unit() {
	case sourcing.UnitPercent:
		label = "Valeur, en pourcentage"
	case sourcing.UnitDuty:
		label = "Valeur, 1 ou 0"
	case sourcing.UnitEuros, sourcing.UnitDays, sourcing.UnitMonths:
	}
	return admin.Form{To: ruleURL(code), Button: "Enregistrer la valeur", Fields: []admin.FilterField{
		{Field: form.Field{Name: ruleValueField, Label: label, Value: typed.Get(ruleValueField), InputMode: "numeric", Short: true}},
		{Field: form.Field{Name: ruleFromField, Label: "Date d’effet", Value: typed.Get(ruleFromField), Short: true, Help: "01/01/2028, ou 2028-01-01."}},
		{Field: form.Field{Name: ruleSourceField, Label: "Source", Value: typed.Get(ruleSourceField), Help: "L’article, le décret, la délibération, et sa date."}},
		ruleCheckOptions(typed),
	}}
}

func ruleCheckOptions(typed url.Values) admin.FilterField {
	return admin.FilterField{Field: form.Field{Name: ruleCheckField, Label: "Lecture de la source"}, Options: []part.Option{
		{Value: "lue", Label: "Lue dans sa source"}, {Value: ruleToCheck, Label: "À vérifier", Selected: typed.Get(ruleCheckField) == ruleToCheck},
	}}
}

// ruleSet fixes a value.
func (s *site) ruleSet(c *fiber.Ctx) error {
	code, err := ruleOf(c)
	if err != nil {
		return err
	}
	typed := typedLines(sentForm(c))
	r, err := readRule(code, typed)
	if err == nil {
		err = s.Programme.SetRule(c.UserContext(), signedIn(c).Actor(), r)
	}
	if refusable(err) {
		return s.renderRule(c, typed, err)
	}
	if err != nil {
		return err
	}
	return done(c, ruleURL(code), "fixee")
}

// readRule reads the form of a value; its faults stand at their fields.
func readRule(code sourcing.RuleCode, typed url.Values) (sourcing.Rule, error) {
	r := sourcing.Rule{Code: code, Source: typed.Get(ruleSourceField), ToCheck: typed.Get(ruleCheckField) == ruleToCheck}
	faults := map[string]string{}
	var err error
	if code.Unit() == sourcing.UnitEuros {
		r.Value, err = sourcing.ParseEuros(typed.Get(ruleValueField))
		if err != nil {
			faults[ruleValueField] = err.Error()
		}
	} else if r.Value, err = strconv.ParseInt(strings.TrimSpace(typed.Get(ruleValueField)), 10, 64); err != nil {
		faults[ruleValueField] = "Donnez un nombre entier, en chiffres."
	}
	if typed.Get(ruleValueField) == "" {
		faults[ruleValueField] = "Donnez la valeur."
	}
	if r.From, err = sourcing.ParseDay(typed.Get(ruleFromField)); err != nil {
		faults[ruleFromField] = err.Error()
	} else if r.From == "" {
		faults[ruleFromField] = "Donnez la date d’effet."
	}
	return r, faultsInOrder(faults, map[string]string{ruleValueField: "value", ruleFromField: "from", ruleSourceField: "source"}, r.Check(), ruleValueField, ruleFromField, ruleSourceField)
}

// faultsInOrder puts faults at their fields, in the order of the form: of what was typed,
// else of what it says, whose fields the rules call otherwise. Nil when there is none.
func faultsInOrder(typed, called map[string]string, said map[string]account.Fault, order ...string) error {
	var out fieldFaults
	for _, name := range order {
		text := typed[name]
		if fault := said[called[name]]; text == "" && fault != "" {
			text = fault.Error()
		}
		if text != "" {
			out = append(out, form.Fault{Field: name, Text: text})
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// ruleDropForm asks before a value that was fixed by hand is taken out.
func (s *site) ruleDropForm(c *fiber.Ctx) error {
	code, err := ruleOf(c)
	if err != nil {
		return err
	}
	book, err := s.Programme.Book(c.UserContext())
	if err != nil {
		return err
	}
	from := structure.Date(c.Params("from"))
	if !book.ByHand(code, from) {
		return store.ErrNotFound
	}
	frame, err := s.adminDesk(c, "Retirer une valeur"+format.NNBSP+"?", lawPath, nil, part.Link{Label: "Seuils et délais", URL: lawPath}, part.Link{Label: format.Text(code.Label()), URL: ruleURL(code)})
	if err != nil {
		return err
	}
	r := book.Law().At(code, from)
	return render(c, admin.ConfirmView(admin.Confirm{
		Page: frame, State: form.State{Token: s.formToken(c)}, To: ruleURL(code) + "/" + url.PathEscape(string(from)) + "/retirer", Back: ruleURL(code), Button: "Retirer la valeur",
		Text: []string{
			"« " + code.Label() + " » : " + r.Text() + " à partir du " + format.Date(r.From) + " (" + r.Source + ").",
			"Si le portail a été livré avec une valeur pour ce jour, elle reprend sa place ; sinon, la valeur d’avant continue. Les décisions déjà prises gardent les chiffres sur lesquels elles l’ont été.",
		},
	}))
}

// ruleDrop takes it out.
func (s *site) ruleDrop(c *fiber.Ctx) error {
	code, err := ruleOf(c)
	if err != nil {
		return err
	}
	if err := s.Programme.DropRule(c.UserContext(), signedIn(c).Actor(), code, structure.Date(c.Params("from"))); err != nil {
		return err
	}
	return done(c, ruleURL(code), "retiree")
}
