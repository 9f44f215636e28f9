package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// Paths of the programme itself.
const (
	purchasesPath    = programmePath + "/achats"
	newPurchasePath  = purchasesPath + "/nouveau"
	planBoardPath    = programmePath + "/tableau"
	planCalendarPath = programmePath + "/calendrier"
	planChoicePath   = programmePath + "/choix"
	planSettingsPath = programmePath + "/reglages"
	planServicesPath = planSettingsPath + "/services"
)

// planPage is how many purchases a page of the list shows.
const planPage = 50

// planRoutes are those of the programme: its views, its purchases, its settings.
func (s *site) planRoutes(readers, writers door, limited, exported fiber.Handler) {
	readers.Get(programmePath, limited, s.planList)
	readers.Get(planBoardPath, limited, s.planBoard)
	readers.Get(planCalendarPath, limited, s.planCalendar)
	readers.Get(programmePath+"/export.csv", exported, s.planCSV)
	readers.Get(programmePath+"/export.xlsx", exported, s.planXLSX)
	writers.Get(planChoicePath+"/secteurs", limited, s.choosePlanSectors)
	writers.Get(planChoicePath+"/lieux", limited, s.choosePlanPlaces)
	writers.Get(newPurchasePath, limited, s.purchaseNew)
	writers.Post(newPurchasePath, limited, s.purchaseCreate)
	readers.Get(purchasesPath+"/:id", limited, s.purchase)
	writers.Get(purchasesPath+"/:id/modifier", limited, s.purchaseEditForm)
	writers.Post(purchasesPath+"/:id/modifier", limited, s.purchaseEdit)
	writers.Get(purchasesPath+"/:id/etat", limited, s.purchaseMoveForm)
	writers.Post(purchasesPath+"/:id/etat", limited, s.purchaseMove)
	writers.Get(planSettingsPath, limited, s.planSettings)
	writers.Post(planSettingsPath, limited, s.planSetFigures)
	writers.Post(planServicesPath, limited, s.serviceAdd)
	writers.Get(planServicesPath+"/:service", limited, s.service)
	writers.Post(planServicesPath+"/:service", limited, s.serviceRename)
	writers.Post(planServicesPath+"/:service/personnes", limited, s.servicePersons)
	writers.Post(planServicesPath+"/:service/supprimer", limited, s.serviceRemove)
}

// Parameters of the filters, beside those of programme.Dimension.
const (
	planText  = "q"
	planPlace = "lieu"
	planMine  = "mien"
	planLate  = "retard"
	planYes   = "oui"
)

// planned is what the views of the programme are made from.
type planned struct {
	*site
	m       buyer.Member
	set     sourcing.Programme
	filter  programme.Filter
	found   programme.Found
	where   string // as it was typed
	refusal string // of the place
	day     structure.Date
}

// openPlan reads the programme that the member sees, and what the filters keep of it.
func (s *site) openPlan(c *fiber.Ctx) (*planned, error) {
	m, err := planner(c)
	if err != nil {
		return nil, err
	}
	values, err := queryValues(c)
	if err != nil {
		return nil, err
	}
	p := &planned{site: s, m: m, day: structure.DateOf(s.Now())}
	list, set, err := s.Programme.List(c.UserContext(), m)
	if err != nil {
		return nil, err
	}
	p.set = set
	p.read(values)
	if p.refusal != "" {
		c.Status(fiber.StatusUnprocessableEntity)
	}
	p.found = s.Programme.Find(list, p.filter, p.day)
	slices.SortStableFunc(p.found.List, func(a, b sourcing.Purchase) int { return ended(&a) - ended(&b) })
	return p, nil
}

// ended puts what is over behind what is not, and between them the projects of elsewhere.
func ended(v *sourcing.Purchase) int {
	switch {
	case v.State().Ended():
		return 2
	case v.External != nil:
		return 1
	}
	return 0
}

// read reads the filters: a value that is none asks for nothing, a place that is not
// known is told at its field.
func (p *planned) read(values url.Values) {
	f := &p.filter
	f.Text = typedLine(values.Get(planText))
	if state := sourcing.State(values.Get(string(programme.ByState))); slices.Contains(sourcing.States, state) {
		f.State = state
	}
	if id := values.Get(string(programme.ByService)); id == programme.NoService || p.set.Service(id) != nil {
		f.Service = id
	}
	if n := sourcing.Nature(values.Get(string(programme.ByNature))); n.Label() != "" {
		f.Nature = n
	}
	f.Period = programme.ParsePeriod(values.Get(string(programme.ByPeriod)))
	amount := values.Get(string(programme.ByAmount))
	if slices.ContainsFunc(programme.AmountRanges, func(r programme.AmountRange) bool { return r.Code == amount }) {
		f.Amount = amount
	}
	f.Late = values.Get(planLate) == planYes
	if values.Get(planMine) == planYes && p.m.Role == account.Facilitateur {
		f.Facilitateur = p.m.Person
	}
	if p.where = typedLine(values.Get(planPlace)); p.where == "" {
		return
	}
	if found := p.resolvePlace(clip(p.where), ""); len(found) == 1 {
		f.Place, p.where = found[0].Value, format.Text(found[0].Label)
	} else {
		p.refusal = "Ce lieu n’est pas connu, ou son nom est celui de plusieurs : donnez le nom exact de la commune ou du département."
	}
}

// values are the filters as an address has them.
func (p *planned) values() url.Values {
	out := url.Values{}
	add := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	f := &p.filter
	add(planText, f.Text)
	add(string(programme.ByState), string(f.State))
	add(string(programme.ByService), f.Service)
	add(string(programme.ByNature), string(f.Nature))
	add(string(programme.ByPeriod), f.Period)
	add(string(programme.ByAmount), f.Amount)
	add(planPlace, f.Place)
	if f.Facilitateur != "" {
		add(planMine, planYes)
	}
	if f.Late {
		add(planLate, planYes)
	}
	return out
}

// without is the address of a view with one filter less.
func (p *planned) without(path, name string) string {
	values := p.values()
	values.Del(name)
	return searchAt(path, values)
}

// head is what the three views begin with.
func (p *planned) head(c *fiber.Ctx, heading, path string) views.Head {
	h := views.Head{
		Page: p.programmeDesk(c, heading, programmePath, planDone), State: form.State{Token: p.formToken(c)},
		Filters: p.filters(path), Chips: p.chips(path), Clear: path,
		CSV: searchAt(programmePath+"/export.csv", p.values()), XLSX: searchAt(programmePath+"/export.xlsx", p.values()), Services: p.ownServices(),
	}
	for _, w := range []part.Link{{Label: "Liste", URL: programmePath}, {Label: "Tableau par état", URL: planBoardPath}, {Label: "Calendrier de 36 mois", URL: planCalendarPath}} {
		h.Views = append(h.Views, views.Way{Link: part.Link{Label: w.Label, URL: searchAt(w.URL, p.values())}, Current: w.URL == path})
	}
	if sourcing.Buys(p.m) {
		h.New = newPurchasePath
	}
	if p.refusal != "" {
		h.Faults, h.State.Heading = []form.Fault{{Field: planPlace, Text: p.refusal}}, "Le lieu n’est pas compris"
	}
	titleFaults(&h.Title, h.State)
	p.sums(&h, path)
	h.Empty = p.empty()
	if len(p.found.List) == 0 {
		h.CSV, h.XLSX = "", ""
	}
	return h
}

// planDone words what was done before a view of the programme is shown.
var planDone = map[string]string{"deplace": "État de l’achat changé."}

// sums says how much is found, in all and not on the page.
func (p *planned) sums(h *views.Head, path string) {
	n := len(p.found.List)
	parts := []string{format.Count(n, "achat", "achats")}
	if n < p.found.All {
		parts[0] += " sur " + format.Number(p.found.All)
	}
	if n > 0 {
		parts = append(parts, format.Count(p.found.Lots, "lot", "lots"), sourcing.Money(p.found.Euros)+" estimés")
	}
	h.Summary = strings.Join(parts, ", ")
	if p.found.External > 0 {
		h.Notes = append(h.Notes, p.ofElsewhere())
	}
	if p.found.Unsaid > 0 {
		h.Notes = append(h.Notes, "Sans le montant de "+format.Count(p.found.Unsaid, "achat, qui n’est pas estimé", "achats, qui ne sont pas estimés"))
	}
	if p.found.Late > 0 && !p.filter.Late {
		values := p.values()
		values.Set(planLate, planYes)
		h.Late = &part.Link{Label: format.Number(p.found.Late) + format.NBSP + "en retard", URL: searchAt(path, values)}
	}
}

// ofElsewhere says what of the list is not added up.
func (p *planned) ofElsewhere() string {
	return "Dont " + format.Count(p.found.External, "projet de l’État", "projets de l’État") + ", hors des lots et du montant"
}

// ownServices says to a prescripteur whose purchases are shown.
func (p *planned) ownServices() string {
	if p.m.Role != account.Prescripteur {
		return ""
	}
	var names []string
	for _, s := range p.set.OfPerson(p.m.Person) {
		names = append(names, s.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return "Les achats de votre service : " + format.List(names) + "."
}

// empty is what a view without purchases says.
func (p *planned) empty() *views.Empty {
	switch {
	case len(p.found.List) > 0:
		return nil
	case p.found.All > 0:
		return &views.Empty{Heading: "Aucun achat ne répond à ces filtres", Texts: []string{"Retirez un filtre, ou regardez tout le programme."}, Links: []part.Link{{Label: "Voir tout le programme", URL: programmePath}}}
	case p.m.Role == account.Prescripteur && len(p.set.OfPerson(p.m.Person)) == 0:
		return &views.Empty{Heading: "Aucun service ne vous nomme encore", Texts: []string{
			"Un prescripteur voit les achats de son service. Demandez à un acheteur de votre organisation de vous ajouter à un service, dans les réglages du programme : ses achats seront alors ici.",
		}}
	case p.m.Role == account.Prescripteur:
		return &views.Empty{Heading: "Aucun achat prévu pour votre service", Texts: []string{"Ce que les acheteurs programment pour votre service sera ici."}}
	case !sourcing.Buys(p.m):
		return &views.Empty{Heading: "Le programme est vide", Texts: []string{"Les achats que votre organisation prévoit seront ici, dès qu’un acheteur les aura inscrits."}}
	}
	return &views.Empty{Heading: "Le programme est vide", Texts: []string{"Inscrivez un premier achat, ou importez le tableau que vous tenez déjà : Excel ou CSV, avec vos propres colonnes."},
		Links: []part.Link{{Label: "Inscrire un achat", URL: newPurchasePath}, {Label: "Importer un fichier", URL: programmePath + "/import"}}}
}

// filters is the form that narrows.
func (p *planned) filters(path string) views.Filters {
	f := &p.filter
	out := views.Filters{
		Action: path, Text: f.Text, Place: p.where, Refusal: p.refusal,
		First: []views.Choice{p.states(), p.services()}, More: []views.Choice{p.natures(), p.periods(), p.amounts()},
		Late: part.Option{Label: "En retard sur son calendrier", Selected: f.Late},
		Open: f.Nature != "" || f.Period != "" || f.Amount != "" || p.where != "" || f.Late || f.Facilitateur != "",
	}
	if p.m.Role == account.Facilitateur {
		out.Mine = &part.Option{Label: "Dont je suis le facilitateur", Selected: f.Facilitateur != ""}
	}
	return out
}

// option is a value with how many purchases it would find.
func (p *planned) option(d programme.Dimension, value, label, chosen string) part.Option {
	return part.Option{Value: value, Label: label + " (" + format.Number(p.found.Count(d, value)) + ")", Selected: value == chosen}
}

func (p *planned) states() views.Choice {
	out := views.Choice{Name: string(programme.ByState), Label: "État", Options: []part.Option{{Label: "Tous"}}}
	for _, state := range sourcing.States {
		out.Options = append(out.Options, p.option(programme.ByState, string(state), state.Label(), string(p.filter.State)))
	}
	return out
}

func (p *planned) services() views.Choice {
	out := views.Choice{Name: string(programme.ByService), Label: "Service", Options: []part.Option{{Label: "Tous"}}}
	for _, service := range p.set.Services {
		if p.set.Sees(p.m, service.ID) {
			out.Options = append(out.Options, p.option(programme.ByService, service.ID, service.Name, p.filter.Service))
		}
	}
	if p.m.Role != account.Prescripteur {
		out.Options = append(out.Options, p.option(programme.ByService, programme.NoService, "Sans service", p.filter.Service))
	}
	return out
}

func (p *planned) natures() views.Choice {
	out := views.Choice{Name: string(programme.ByNature), Label: "Nature", Options: []part.Option{{Label: "Toutes"}}}
	for _, n := range sourcing.Natures {
		out.Options = append(out.Options, p.option(programme.ByNature, string(n), n.Label(), string(p.filter.Nature)))
	}
	return out
}

// periods are the years and quarters in which something is planned, and that which is
// asked for.
func (p *planned) periods() views.Choice {
	out := views.Choice{Name: string(programme.ByPeriod), Label: "Publication prévue", Options: []part.Option{{Label: "Toutes les dates"}}}
	values := p.found.Values(programme.ByPeriod)
	if asked := p.filter.Period; asked != "" && !slices.Contains(values, asked) {
		values = append(values, asked)
		slices.Sort(values)
	}
	for _, v := range values {
		out.Options = append(out.Options, p.option(programme.ByPeriod, v, periodWords(v), p.filter.Period))
	}
	return out
}

// periodWords is « Année 2027 », « T1 2027 », « Sans date ».
func periodWords(period string) string {
	year, quarter, cut := strings.Cut(period, "-T")
	switch {
	case period == programme.NoPeriod:
		return "Sans date"
	case cut:
		return "T" + quarter + format.NBSP + year
	}
	return "Année" + format.NBSP + year
}

func (p *planned) amounts() views.Choice {
	out := views.Choice{Name: string(programme.ByAmount), Label: "Montant estimé HT", Options: []part.Option{{Label: "Tous"}}}
	for _, r := range programme.AmountRanges {
		out.Options = append(out.Options, p.option(programme.ByAmount, r.Code, rangeWords(r), p.filter.Amount))
	}
	return out
}

// rangeWords gives a range its spaces.
func rangeWords(r programme.AmountRange) string {
	return strings.NewReplacer("000 €", "000"+format.NBSP+"€", "1 M€", "1"+format.NBSP+"M€", " 000", format.NNBSP+"000").Replace(r.Label)
}

// chips are the filters in words.
func (p *planned) chips(path string) (out []part.Chip) {
	add := func(name, label string) {
		if label != "" {
			out = append(out, part.Chip{Label: label, URL: p.without(path, name)})
		}
	}
	f := &p.filter
	if f.Text != "" {
		add(planText, format.Quote(f.Text))
	}
	service := p.serviceName(f.Service)
	if f.Service == programme.NoService {
		service = "Sans service"
	}
	add(string(programme.ByState), f.State.Label())
	add(string(programme.ByService), service)
	add(string(programme.ByNature), f.Nature.Label())
	if f.Period != "" {
		add(string(programme.ByPeriod), periodWords(f.Period))
	}
	for _, r := range programme.AmountRanges {
		if r.Code == f.Amount && f.Amount != "" {
			add(string(programme.ByAmount), rangeWords(r))
		}
	}
	if f.Place != "" {
		add(planPlace, p.where)
	}
	if f.Facilitateur != "" {
		add(planMine, "Je suis le facilitateur")
	}
	if f.Late {
		add(planLate, "En retard")
	}
	return out
}

// serviceName is how a service is shown; one that a purchase names and that is gone is
// said.
func (p *planned) serviceName(id string) string { return serviceLabel(&p.set, id) }

func serviceLabel(set *sourcing.Programme, id string) string {
	if id == "" {
		return ""
	}
	if s := set.Service(id); s != nil {
		return s.Name
	}
	return "Service supprimé"
}

// line is a purchase among others.
func (p *planned) line(v *sourcing.Purchase) views.Line {
	out := views.Line{
		Object: format.Text(v.Object), URL: purchaseURL(v.ID), State: v.State().Label(), Publication: publicationWords(v.Publication),
		Amount: moneyWords(v.Total()), Lots: strconv.Itoa(len(v.Lots)),
	}
	var notes []string
	for _, n := range []string{v.Reference, p.serviceName(v.Service)} {
		if n != "" {
			notes = append(notes, n)
		}
	}
	out.Note = strings.Join(notes, " · ")
	if v.Overdue(p.day) {
		out.Late = overdueWords(v, p.day)
	}
	if v.External != nil {
		out.External = externalWords(v)
	}
	return out
}

// publicationWords is « T1 2027, 12 mars ».
func publicationWords(d structure.Date) string {
	if d == "" {
		return "Non fixée"
	}
	return periodWords(string(sourcing.QuarterOf(d))) + " (" + format.ShortDate(d) + ")"
}

// moneyWords is an estimated amount, or that there is none.
func moneyWords(euros int64) string {
	if euros == 0 {
		return "Non estimé"
	}
	return sourcing.Money(euros)
}

// overdueWords says by which of its days a purchase is behind.
func overdueWords(v *sourcing.Purchase, on structure.Date) string {
	if v.Start != "" && v.Start < on {
		return "Début d’exécution dépassé"
	}
	return "Publication dépassée"
}

func externalWords(v *sourcing.Purchase) string {
	if v.External.Buyer == "" {
		return "Projet de l’État"
	}
	return "Projet de l’État : " + v.External.Buyer
}

// planList shows the programme as a list.
func (s *site) planList(c *fiber.Ctx) error {
	p, err := s.openPlan(c)
	if err != nil {
		return err
	}
	page, err := strconv.Atoi(c.Query("page"))
	pages := max(1, (len(p.found.List)+planPage-1)/planPage)
	if err != nil || page < 1 || page > pages {
		page = 1
	}
	out := views.ListPage{Head: p.head(c, "Programme d’achats", programmePath)}
	from := (page - 1) * planPage
	for i := from; i < min(from+planPage, len(p.found.List)); i++ {
		out.Lines = append(out.Lines, p.line(&p.found.List[i]))
	}
	out.Pages = pagination(page, pages, func(n int) string {
		values := p.values()
		if n > 1 {
			values.Set("page", strconv.Itoa(n))
		}
		return searchAt(programmePath, values)
	})
	return render(c, views.ListView(out))
}

// boardColumn is how many purchases of a state the board shows.
const boardColumn = 30

// planBoard shows it by state. What has ended comes last.
func (s *site) planBoard(c *fiber.Ctx) error {
	p, err := s.openPlan(c)
	if err != nil {
		return err
	}
	back := searchAt(planBoardPath, p.values())
	out := views.BoardPage{Head: p.head(c, "Programme par état", planBoardPath), Back: back}
	for _, state := range sourcing.States {
		if p.filter.State != "" && p.filter.State != state {
			continue
		}
		col := views.Column{ID: "etat-" + string(state), Label: state.Label()}
		n := 0
		for i := range p.found.List {
			v := &p.found.List[i]
			if v.State() != state {
				continue
			}
			if n++; n <= boardColumn {
				col.Cards = append(col.Cards, views.Card{Line: p.line(v), Moves: p.moves(v, back)})
			}
		}
		col.Count = format.Count(n, "achat", "achats")
		if n > boardColumn {
			values := p.values()
			values.Set(string(programme.ByState), string(state))
			col.More = &part.Link{Label: "Voir les " + format.Number(n), URL: searchAt(programmePath, values)}
		}
		out.Columns = append(out.Columns, col)
	}
	return render(c, views.BoardView(out))
}

// moveLabels say each state as what one does to come to it.
var moveLabels = map[sourcing.State]string{
	sourcing.Idea: "Remettre à l’état d’idée", sourcing.Programmed: "Programmer", sourcing.Published: "Publier l’annonce", sourcing.InSourcing: "Ouvrir le sourçage",
	sourcing.Launched: "Lancer la consultation", sourcing.Awarded: "Attribuer", sourcing.Unsuccessful: "Déclarer infructueux", sourcing.Abandoned: "Abandonner",
}

// moves are the states that may follow, for who may write: a button each, or the way to
// the page that asks first. back is the page that the move leads back to.
func (p *planned) moves(v *sourcing.Purchase, back string) (out []views.Step) {
	if !sourcing.Buys(p.m) || v.External != nil {
		return nil
	}
	now := v.State()
	for _, to := range v.Next() {
		label := moveLabels[to]
		if slices.Index(sourcing.States, to) < slices.Index(sourcing.States, now) && to == sourcing.Programmed {
			label = "Revenir à « programmé »"
		}
		hidden := "l’achat « " + v.Object + " »"
		step := views.Step{Label: label, Action: form.Action{Hidden: format.Text(hidden)}}
		switch {
		case to == sourcing.Published: // with what the public reads of it
			step.URL = choiceURL(v.ID)
		case to.Ended() || now.Ended():
			step.URL = searchAt(purchaseURL(v.ID)+"/etat", url.Values{"vers": {string(to)}, "retour": {back}})
		default:
			step.Action = form.Action{To: purchaseURL(v.ID) + "/etat", Label: label, Hidden: format.Text(hidden), Values: []part.Option{
				{Value: "de", Label: string(now)}, {Value: "etat", Label: string(to)}, {Value: "retour", Label: back},
			}}
		}
		out = append(out, step)
	}
	return out
}

// aboveProgramme are the pages above one of the programme.
func aboveProgramme(more ...part.Link) []part.Link {
	return append([]part.Link{{Label: "Programme d’achats", URL: programmePath}}, more...)
}

// planDesk is the frame of a page below the list.
func (s *site) planDesk(c *fiber.Ctx, heading string, texts map[string]string, more ...part.Link) desk.Page {
	return s.programmeDesk(c, heading, programmePath, texts, aboveProgramme(more...)...)
}
