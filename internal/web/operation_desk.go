package web

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/workday"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// operationsPerPage is how many sourçages a page lists.
const operationsPerPage = 50

func (s *site) operationDeskRoutes(d operationDoors) {
	d.readers.Get(operationsPath, d.limited, s.operations)
	d.writers.Get(newOperationPath, d.limited, s.operationNew)
	d.writers.Post(newOperationPath, d.limited, s.operationCreate)
	d.writers.Get(expressPath, d.limited, s.expressForm)
	d.writers.Post(expressPath, d.limited, s.expressSend)

	const one = operationsPath + "/:id"
	d.readers.Get(one, d.limited, s.operationOverview)
	d.writers.Get(one+"/modifier", d.limited, s.operationWriteForm)
	d.writers.Post(one+"/modifier", d.limited, s.operationWrite)
	d.readers.Get(one+"/equipe", d.limited, s.operationTeam)
	d.writers.Post(one+"/equipe", d.limited, s.teamEnrol)
	d.readers.Post(one+"/equipe/interets", d.limited, s.teamDeclare)
	d.readers.Get(one+"/equipe/:person/recuser", d.limited, s.teamRecuseForm)
	d.readers.Post(one+"/equipe/:person/recuser", d.limited, s.teamRecuse)
	d.writers.Post(one+"/equipe/:person/retirer", d.limited, s.teamLeave)
	d.readers.Get(one+"/panel", d.limited, s.operationPanel)
	d.writers.Post(one+"/panel", d.limited, s.panelChoose)
	d.writers.Post(one+"/panel/figer", d.limited, s.panelFreeze)
	d.readers.Get(one+"/apercu", d.limited, s.operationPreview)
	d.writers.Post(one+"/ouvrir", d.limited, s.operationOpen)
	d.writers.Get(one+"/ajouter", d.limited, s.supplierAddForm)
	d.writers.Post(one+"/ajouter", d.limited, s.supplierAdd)
	d.writers.Get(one+"/structures/:supplier/adresse", d.limited, s.supplierAddressForm)
	d.writers.Post(one+"/structures/:supplier/adresse", d.limited, s.supplierAddress)
	d.writers.Get(one+"/relance", d.limited, s.supplierRemindForm)
	d.writers.Post(one+"/relance", d.limited, s.supplierRemind)
}

// operationRefused says why an action on a sourçage was refused, as refusalOf does; what
// is not there is the affair of the caller.
func operationRefused(err error) (text string, status int, ok bool) {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", 0, false
	case errors.Is(err, sourcing.ErrSilenced), errors.Is(err, sourcing.ErrNotDraft), errors.Is(err, sourcing.ErrNotOpen), errors.Is(err, sourcing.ErrClosedOp),
		errors.Is(err, sourcing.ErrAgreedMinutes):
		return err.Error(), fiber.StatusConflict, true
	case errors.Is(err, sourcing.ErrNotInTeam), errors.Is(err, sourcing.ErrUndeclared), errors.Is(err, sourcing.ErrRecused):
		return err.Error(), fiber.StatusForbidden, true
	}
	return refusalOf(err)
}

// operationsWanted is what the list of sourçages is narrowed to; "" = all.
type operationsWanted struct{ state, service, who string }

func (w operationsWanted) address(page int) string {
	query := url.Values{}
	for name, value := range map[string]string{"etat": w.state, "service": w.service, "qui": w.who} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if page > 1 {
		query.Set("page", strconv.Itoa(page))
	}
	if len(query) == 0 {
		return operationsPath
	}
	return operationsPath + "?" + query.Encode()
}

func (w operationsWanted) meets(o *sourcing.Operation, p *sourcing.Purchase, m buyer.Member) bool {
	return (w.state == "" || w.state == string(o.State())) && (w.service == "" || p != nil && w.service == p.Service) &&
		(w.who == "" || o.Teammate(m.Person) != nil)
}

// operations lists those that the member sees.
func (s *site) operations(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	list, err := s.Operation.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	purchases, set, err := s.Programme.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	of := map[string]*sourcing.Purchase{}
	for i := range purchases {
		of[purchases[i].ID] = &purchases[i]
	}
	want := operationsWanted{state: oneOf(c.Query("etat"), operationStates()), service: c.Query("service"), who: oneOf(c.Query("qui"), []string{"moi"})}
	if set.Service(want.service) == nil {
		want.service = ""
	}
	p := views.DeskList{Page: s.operationDesk(c, "Sourçages", nil)}
	if sourcing.Buys(m) {
		p.New = newOperationPath
	}
	if len(list) == 0 {
		p.Empty = noOperations(m)
		return render(c, views.DeskListView(p))
	}
	p.Filters = operationFilters(&set, m, want)
	if want != (operationsWanted{}) {
		p.Clear = operationsPath
	}
	list = slices.DeleteFunc(list, func(o sourcing.Operation) bool { return !want.meets(&o, of[o.Purchase], m) })
	p.Found = format.Count(len(list), "sourçage", "sourçages")
	if len(list) == 0 {
		p.Empty = &views.DeskEmpty{Title: "Aucun sourçage ne répond à ces filtres", Text: []string{"Retirez-en un, ou voyez tous les sourçages."}, Way: part.Link{Label: "Voir tous les sourçages", URL: operationsPath}}
		return render(c, views.DeskListView(p))
	}
	pages := (len(list) + operationsPerPage - 1) / operationsPerPage
	page := min(max(1, c.QueryInt("page", 1)), pages)
	first := (page - 1) * operationsPerPage
	for i := first; i < min(len(list), first+operationsPerPage); i++ {
		p.Rows = append(p.Rows, operationRow(&list[i], of[list[i].Purchase]))
	}
	p.Pages = pagination(page, pages, want.address)
	return render(c, views.DeskListView(p))
}

func operationStates() (codes []string) {
	for _, state := range sourcing.OperationStates {
		codes = append(codes, string(state))
	}
	return codes
}

func noOperations(m buyer.Member) *views.DeskEmpty {
	e := &views.DeskEmpty{Title: "Aucun sourçage pour l’instant", Text: []string{
		"Un sourçage part d’un achat du programme : vous choisissez les structures, elles reçoivent ensemble le même questionnaire, vous gardez la trace de ce que chacune a su. Le rapport s’en déduit.",
		"L’article R2111-1 du code de la commande publique le permet, à condition de traiter tout le monde de la même façon : le portail y veille.",
	}, Way: part.Link{Label: "Voir le programme d’achats", URL: programmePath}}
	if sourcing.Buys(m) {
		e.Way = part.Link{Label: "Choisir un achat", URL: newOperationPath}
	}
	return e
}

func operationFilters(set *sourcing.Programme, m buyer.Member, want operationsWanted) []views.DeskFilter {
	state := views.DeskFilter{Name: "etat", Label: "État", Options: []part.Option{{Label: "Tous"}}}
	for _, one := range sourcing.OperationStates {
		state.Options = append(state.Options, part.Option{Value: string(one), Label: one.Label(), Selected: string(one) == want.state})
	}
	service := views.DeskFilter{Name: "service", Label: "Service", Options: []part.Option{{Label: "Tous"}}}
	for i := range set.Services {
		if one := &set.Services[i]; set.Sees(m, one.ID) {
			service.Options = append(service.Options, part.Option{Value: one.ID, Label: one.Name, Selected: one.ID == want.service})
		}
	}
	who := views.DeskFilter{Name: "qui", Label: "De qui", Options: []part.Option{{Label: "De tous"}, {Value: "moi", Label: "Les miens", Selected: want.who == "moi"}}}
	if len(service.Options) == 1 {
		return []views.DeskFilter{state, who}
	}
	return []views.DeskFilter{state, service, who}
}

func operationRow(o *sourcing.Operation, p *sourcing.Purchase) views.DeskListRow {
	row := views.DeskListRow{Name: part.Link{Label: cmp.Or(o.Title, "Sans titre"), URL: operationURL(o.ID)}, Status: operationStatus(o), Deadline: "À fixer", Answers: "Pas encore envoyé"}
	if p != nil {
		row.Purchase = format.Text(p.Object)
	}
	if !o.Deadline.IsZero() {
		row.Deadline = sourcing.Moment(o.Deadline)
	}
	if contacts := o.Contacts(); len(contacts) > 0 {
		row.Answers = answeredOf(contacts)
	}
	return row
}

// answeredOf writes « 3 sur 8 ».
func answeredOf(contacts []*sourcing.Supplier) string {
	n := 0
	for _, v := range contacts {
		if !v.AnsweredAt.IsZero() {
			n++
		}
	}
	return format.Number(n) + " sur " + format.Number(len(contacts))
}

// ---- a new one

// newFor is the purchase and the lot that a sourçage is begun for.
type newFor struct {
	m        buyer.Member
	purchase sourcing.Purchase
	lot      *sourcing.Lot // nil = the whole purchase
}

// newAbout reads what a sourçage is begun for.
func (s *site) newAbout(c *fiber.Ctx, purchase, lot string) (*newFor, error) {
	m, err := planner(c)
	if err != nil {
		return nil, err
	}
	d, _, err := s.Programme.Purchase(c.UserContext(), m, purchase)
	if err != nil {
		return nil, err
	}
	n := &newFor{m: m, purchase: d.Value}
	if lot != "" {
		if n.lot = n.purchase.Lot(lot); n.lot == nil {
			return nil, store.ErrNotFound
		}
	}
	if n.lot == nil && !n.purchase.Divided() && len(n.purchase.Lots) > 0 {
		n.lot = &n.purchase.Lots[0]
	}
	return n, nil
}

func (n *newFor) lotID() string {
	if n.lot == nil {
		return ""
	}
	return n.lot.ID
}

// object is what is to be bought, in the words of the lot when there is one.
func (n *newFor) object() string {
	if n.lot == nil {
		return n.purchase.Object
	}
	return n.purchase.ObjectOf(n.lot)
}

func (n *newFor) query() string {
	values := url.Values{"achat": {n.purchase.ID}}
	if n.lot != nil {
		values.Set("lot", n.lot.ID)
	}
	return "?" + values.Encode()
}

// title proposes one.
func (n *newFor) title() string {
	title, err := sourcing.Line("Ce titre", n.object(), maxOperationTitle)
	if err != nil {
		return "Sourçage"
	}
	return title
}

// refusal says why no sourçage can be begun, "" when one can.
func (n *newFor) refusal() string {
	switch state := n.purchase.State(); {
	case n.purchase.External != nil:
		return string(sourcing.ErrExternal)
	case state.Ended():
		return "Cet achat est terminé : il n’a plus de sourçage à préparer."
	case state == sourcing.Launched:
		return "La consultation de cet achat est lancée : un sourçage la précède."
	}
	return ""
}

// operationNew asks for what, and by which path.
func (s *site) operationNew(c *fiber.Ctx) error {
	if c.Query("achat") == "" {
		return s.operationNewChoice(c)
	}
	n, err := s.newAbout(c, c.Query("achat"), c.Query("lot"))
	if err != nil {
		return err
	}
	return s.renderOperationNew(c, n, n.title(), account.NewID(), form.State{})
}

func (s *site) operationNewChoice(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	list, _, err := s.Programme.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	p := views.DeskNew{Page: s.operationDesk(c, "Lancer un sourçage", nil, part.Link{Label: "Sourçages", URL: operationsPath})}
	for i := range list {
		n := newFor{purchase: list[i]}
		if n.refusal() == "" {
			p.Purchases = append(p.Purchases, part.Option{Value: list[i].ID, Label: format.Text(list[i].Object)})
		}
	}
	if len(p.Purchases) == 0 {
		p.Refusal = "Aucun achat du programme n’attend sa consultation. Inscrivez d’abord l’achat au programme, puis revenez ici."
	}
	return render(c, views.DeskNewView(p))
}

func (s *site) renderOperationNew(c *fiber.Ctx, n *newFor, title, once string, state form.State) error {
	there, err := s.operationsOn(c, n.m, &n.purchase, "")
	if err != nil {
		return err
	}
	state.Token, state.Heading = s.formToken(c), "Le sourçage n’est pas créé"
	p := views.DeskNew{
		Page:  s.operationDesk(c, "Lancer un sourçage", nil, part.Link{Label: "Sourçages", URL: operationsPath}, part.Link{Label: format.Text(n.purchase.Object), URL: purchaseURL(n.purchase.ID)}),
		State: state, Refusal: n.refusal(), Once: once, Purchase: n.purchase.ID, Lot: n.lotID(), Title: title, There: there,
		Facts: []desk.Fact{{Term: "Achat", Text: format.Text(n.purchase.Object), URL: purchaseURL(n.purchase.ID)}},
	}
	if n.lot != nil {
		p.Express = expressPath + n.query()
		if n.purchase.Divided() {
			p.Facts = append(p.Facts, desk.Fact{Term: "Lot", Text: format.Text(format.Upper(lotName(&n.purchase, n.lot)))})
		}
	} else {
		for i := range n.purchase.Lots {
			l := &n.purchase.Lots[i]
			p.Lots = append(p.Lots, part.Link{Label: format.Text(format.Upper(lotName(&n.purchase, l))), URL: newOperationURL(n.purchase.ID, l.ID)})
		}
	}
	titleFaults(&p.Page.Title, state)
	return render(c, views.DeskNewView(p))
}

// newOperationURL is where a sourçage of a purchase, or of one of its lots, is begun.
func newOperationURL(purchase, lot string) string {
	values := url.Values{"achat": {purchase}}
	if lot != "" {
		values.Set("lot", lot)
	}
	return newOperationPath + "?" + values.Encode()
}

// operationCreate begins one on the full path.
func (s *site) operationCreate(c *fiber.Ctx) error {
	sent := sentForm(c)
	n, err := s.newAbout(c, clip(sent.Get("achat")), clip(sent.Get("lot")))
	if err != nil {
		return err
	}
	typed, once := typedLine(sent.Get("titre")), sentOnce(sent.Get(onceField))
	title, err := sourcing.Line("Ce titre", typed, maxOperationTitle)
	if err == nil && title == "" {
		err = account.Fault("Donnez un titre au sourçage.")
	}
	if err != nil {
		return s.renderOperationNew(c.Status(fiber.StatusUnprocessableEntity), n, typed, once, form.State{Faults: []form.Fault{{Field: "titre", Text: err.Error()}}})
	}
	o := sourcing.Operation{ID: once, Purchase: n.purchase.ID, Title: title, Message: s.firstMessage(n), Deadline: workday.NoonAfter(s.Now(), sourcing.NoticeDays)}
	if n.lot != nil && n.purchase.Divided() {
		o.Lots = []string{n.lot.ID}
	}
	err = s.Operation.Create(c.UserContext(), n.m, o)
	if text, status, ok := operationRefused(err); ok {
		return s.renderOperationNew(c.Status(status), n, typed, once, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, operationURL(o.ID), "cree")
}

// operationsOn are the sourçages of a purchase that the member sees, those of a lot when
// one is named.
func (s *site) operationsOn(c *fiber.Ctx, m buyer.Member, p *sourcing.Purchase, lot string) (rows []views.DeskListRow, err error) {
	list, err := s.Operation.OnPurchase(c.UserContext(), m, p.ID)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if o := &list[i]; lot == "" || len(o.Lots) == 0 || slices.Contains(o.Lots, lot) {
			rows = append(rows, operationRow(o, nil))
		}
	}
	return rows, nil
}

// operationsBox tells on the page of a purchase, or of a lot, of its sourçages; nil where
// there is none and none can be begun.
func (s *site) operationsBox(c *fiber.Ctx, m buyer.Member, p *sourcing.Purchase, lot string) (templ.Component, error) {
	if s.Operation == nil {
		return nil, nil
	}
	rows, err := s.operationsOn(c, m, p, lot)
	if err != nil {
		return nil, err
	}
	start := ""
	if n := (newFor{purchase: *p}); sourcing.Buys(m) && n.refusal() == "" {
		start = newOperationURL(p.ID, lot)
	}
	return views.DeskOnPurchase(rows, start), nil
}
