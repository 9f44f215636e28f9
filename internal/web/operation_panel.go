package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/directory"
	"sourcier/internal/operation"
	"sourcier/internal/search/query"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

const (
	// panelRows is how many rows of a panel a page decides: each has three fields.
	panelRows = 40
	// contactIt is the decision to contact, among the reasons not to.
	contactIt = "contacter"
)

// Views of the panel.
const (
	panelUndecided = "a-decider"
	panelChosen    = "contactees"
	panelExcluded  = "ecartees"
	panelAll       = "toutes"
)

var panelViews = [][2]string{{panelUndecided, "À décider"}, {panelChosen, "Contactées"}, {panelExcluded, "Écartées"}, {panelAll, "Toutes"}}

func panelURL(id string) string { return operationURL(id) + "/panel" }

// panelPage is the panel of a sourçage under way.
type panelPage struct {
	*site
	c     *fiber.Ctx
	m     buyer.Member
	seen  *operation.Seen
	list  *sourcing.Longlist // nil = none is frozen
	state form.State
	view  string
	page  int
	sent  url.Values           // what was chosen when it was refused
	wrong map[string][2]string // fault of a row by the id of its structure: field, text
}

func (s *site) openPanel(c *fiber.Ctx) (*panelPage, error) {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return nil, err
	}
	p := &panelPage{site: s, c: c, m: m, seen: seen, wrong: map[string][2]string{}, view: c.Query("vue"), page: c.QueryInt("page", 1)}
	p.list, err = s.Operation.Panel(c.UserContext(), &seen.Operation)
	return p, err
}

func (s *site) operationPanel(c *fiber.Ctx) error {
	p, err := s.openPanel(c)
	if err != nil {
		return err
	}
	return p.render()
}

// decision is what a row of the panel is to be: "" undecided, contactIt, or a reason.
func panelDecision(o *sourcing.Operation, structure string) (decision, text, email string) {
	for i := range o.Suppliers {
		if v := &o.Suppliers[i]; v.Structure == structure {
			return contactIt, "", v.Email
		}
	}
	for i := range o.Excluded {
		if e := &o.Excluded[i]; e.Structure == structure {
			return string(e.Code), e.Text, ""
		}
	}
	return "", "", ""
}

// in reports whether a row is of a view.
func inPanelView(view, decision string) bool {
	switch view {
	case panelChosen:
		return decision == contactIt
	case panelExcluded:
		return decision != "" && decision != contactIt
	case panelUndecided:
		return decision == ""
	}
	return true
}

func (p *panelPage) url(view string, page int) string {
	values := url.Values{"vue": {view}}
	if page > 1 {
		values.Set("page", strconv.Itoa(page))
	}
	return panelURL(p.seen.Operation.ID) + "?" + values.Encode()
}

func (p *panelPage) render() error {
	o := &p.seen.Operation
	p.state.Token, p.state.Heading = p.formToken(p.c), "Rien n’est enregistré"
	out := views.DeskPanel{Page: p.operationFrame(p.c, p.seen, "Panel", "/panel", operationDone), State: p.state, URL: panelURL(o.ID), Rev: strconv.FormatInt(o.Rev, 10), Writes: writesOperation(o, p.m)}
	drafted := o.State() == sourcing.Drafted && out.Writes
	if p.list != nil {
		if err := p.frozen(&out, drafted); err != nil {
			return err
		}
	}
	if drafted {
		var err error
		if out.Freeze, err = p.ways(); err != nil {
			return err
		}
	}
	titleFaults(&out.Title, p.state)
	return render(p.c, views.DeskPanelView(out))
}

var panelSourceLabels = map[sourcing.SourceKind]string{sourcing.FromStudy: "Étude d’un lot", sourcing.FromSearch: "Recherche de l’annuaire", sourcing.FromList: "Liste de structures"}

// frozen shows the panel and its rows.
func (p *panelPage) frozen(out *views.DeskPanel, drafted bool) error {
	o := &p.seen.Operation
	out.Facts = []desk.Fact{{Term: "Structures", Text: format.Number(len(p.list.Rows))}, {Term: "Figé le", Text: sourcing.Moment(p.list.At)}, {Term: "Empreinte", Text: p.list.Hash[:16]}}
	for _, src := range p.list.Sources {
		out.Sources = append(out.Sources, panelSource(&src))
	}
	counts := map[string]int{}
	for i := range p.list.Rows {
		decision, _, _ := panelDecision(o, p.list.Rows[i].Structure)
		for _, v := range panelViews {
			if inPanelView(v[0], decision) {
				counts[v[0]]++
			}
		}
	}
	if !slices.ContainsFunc(panelViews, func(v [2]string) bool { return v[0] == p.view }) {
		p.view = panelAll
		if drafted && counts[panelUndecided] > 0 {
			p.view = panelUndecided
		}
	}
	out.View, out.Counts = p.view, format.Count(counts[panelChosen], "structure contactée", "structures contactées")+", "+
		format.Count(counts[panelExcluded], "écartée pour un motif", "écartées pour un motif")+", "+format.Number(counts[panelUndecided])+format.NBSP+"à décider"
	for _, v := range panelViews {
		out.Views = append(out.Views, views.DeskView{Label: v[1] + " (" + format.Number(counts[v[0]]) + ")", URL: p.url(v[0], 1), Current: v[0] == p.view})
	}
	if drafted && counts[panelUndecided] == 0 && counts[panelChosen] > 0 {
		out.Next = &part.Link{Label: "Voir l’aperçu du courriel", URL: operationURL(o.ID) + "/apercu"}
	}
	return p.rows(out, drafted)
}

func panelSource(src *sourcing.PanelSource) views.DeskSource {
	v := views.DeskSource{Kind: panelSourceLabels[src.Kind], Label: format.Text(src.Label), Data: format.Text(src.Data), Found: format.Number(src.Found)}
	switch src.Kind {
	case sourcing.FromSearch:
		v.URL = resultsOf(src.Query)
	case sourcing.FromStudy:
		v.URL = src.Query
	}
	if src.Total > src.Found {
		v.Found += " sur " + format.Number(src.Total)
	}
	return v
}

// rows are those of the view, a page of them.
func (p *panelPage) rows(out *views.DeskPanel, drafted bool) error {
	o := &p.seen.Operation
	shown := p.sentRows() // what was refused is shown as it was sent
	if len(shown) == 0 {
		for i := range p.list.Rows {
			if decision, _, _ := panelDecision(o, p.list.Rows[i].Structure); inPanelView(p.view, decision) {
				shown = append(shown, p.list.Rows[i])
			}
		}
	}
	if len(shown) == 0 {
		out.Empty = "Aucune structure ici."
		if p.view == panelUndecided {
			out.Empty = "Tout est décidé : chaque structure du panel est contactée, ou écartée pour un motif."
		}
		return nil
	}
	pages := (len(shown) + panelRows - 1) / panelRows
	p.page = min(max(1, p.page), pages)
	out.At, out.Pages = strconv.Itoa(p.page), pagination(p.page, pages, func(n int) string { return p.url(p.view, n) })
	shown = shown[(p.page-1)*panelRows : min(len(shown), p.page*panelRows)]
	if !drafted {
		for i := range shown {
			out.Plain = append(out.Plain, p.plain(&shown[i]))
		}
		return nil
	}
	ids := make([]string, 0, len(shown))
	for i := range shown {
		ids = append(ids, shown[i].Structure)
	}
	there, err := p.reachables(p.c.UserContext(), ids)
	if err != nil {
		return err
	}
	for i := range shown {
		out.Rows = append(out.Rows, p.row(i, &shown[i], there[shown[i].Structure]))
	}
	out.Reasons = reasonOptions("", "Choisir un motif…", false)
	out.NoEmail = "Écarter celles dont aucune adresse n’est connue"
	return nil
}

func rowNotes(r *sourcing.Row) (notes []string) {
	if where := strings.Join(slices.DeleteFunc([]string{r.Kind, r.City}, func(s string) bool { return s == "" }), ", "); where != "" {
		notes = append(notes, where)
	}
	if r.Why != "" {
		notes = append(notes, format.Upper(r.Why)+".")
	}
	return notes
}

func (p *panelPage) plain(r *sourcing.Row) views.DeskDecided {
	decision, text, email := panelDecision(&p.seen.Operation, r.Structure)
	d := views.DeskDecided{Name: part.Link{Label: r.Name, URL: sheetAddress(r.Structure)}, Notes: rowNotes(r), Decision: "À décider"}
	switch {
	case decision == contactIt:
		d.Decision = "Contactée, " + email
	case decision == string(sourcing.OtherReason):
		d.Decision = "Écartée : " + text
	case decision != "":
		d.Decision = "Écartée : " + sourcing.ReasonCode(decision).Label()
	}
	return d
}

// row is one to be decided: as it was sent when it was refused, else as it is stored.
func (p *panelPage) row(i int, r *sourcing.Row, at directory.Reachable) views.DeskChoice {
	decision, text, email := panelDecision(&p.seen.Operation, r.Structure)
	email = cmp.Or(email, at.Email)
	if key := sentRow(p.sent, r.Structure); key != "" {
		decision, text, email = p.sent.Get("motif-"+key), typedLine(p.sent.Get("precision-"+key)), typedLine(p.sent.Get("adresse-"+key))
	}
	c := views.DeskChoice{Key: strconv.Itoa(i), Structure: r.Structure, Name: part.Link{Label: r.Name, URL: sheetAddress(r.Structure)}, Notes: rowNotes(r), Email: email, Text: text, Reasons: reasonOptions(decision, "À décider", true)}
	switch {
	case at.Account && email == at.Email:
		c.EmailNote = "Adresse du compte qui tient la fiche."
	case email == "":
		c.EmailNote = "Aucune adresse connue."
	}
	if f, wrong := p.wrong[r.Structure]; wrong {
		c.At, c.Fault = f[0], f[1]
	}
	return c
}

func reasonOptions(chosen, none string, contact bool) []part.Option {
	out := []part.Option{{Value: "", Label: none}}
	if contact {
		out = append(out, part.Option{Value: contactIt, Label: "Contacter", Selected: chosen == contactIt})
	}
	for _, code := range sourcing.ReasonCodes {
		label := code.Label()
		if contact {
			label = "Écarter : " + label
		}
		out = append(out, part.Option{Value: string(code), Label: format.Text(label), Selected: chosen == string(code)})
	}
	return out
}

// sentRows are the rows of a form that was sent, in their order.
func (p *panelPage) sentRows() (rows []sourcing.Row) {
	for i := range panelRows {
		if r := p.list.Row(p.sent.Get("ligne-" + strconv.Itoa(i))); r != nil {
			rows = append(rows, *r)
		}
	}
	return rows
}

// sentRow is the key of the fields of a structure in a form that was sent, "" when it is
// not in it.
func sentRow(sent url.Values, structure string) string {
	for i := range panelRows {
		if key := strconv.Itoa(i); sent.Get("ligne-"+key) == structure {
			return key
		}
	}
	return ""
}

// ---- choosing

// panelChoose takes the rows of a page; what was chosen on other pages stays.
func (s *site) panelChoose(c *fiber.Ctx) error {
	p, err := s.openPanel(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	p.view = sent.Get("vue")
	if n, err := strconv.Atoi(sent.Get("page")); err == nil {
		p.page = n
	}
	o := &p.seen.Operation
	if p.list == nil {
		return s.renderOverviewRefusal(c, p.seen, account.Fault("Figez d’abord un panel."))
	}
	chosen, excluded := p.read(sent)
	if err == nil && len(p.state.Faults) == 0 {
		err = p.forAll(sent, &chosen, &excluded)
	}
	if err != nil {
		return err
	}
	if len(p.state.Faults) > 0 {
		p.sent, p.c = sent, c.Status(fiber.StatusUnprocessableEntity)
		return p.render()
	}
	err = s.Operation.On(c.UserContext(), p.m, o.ID, "operation.choose", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Choose(p.m, p.list, chosen, excluded, rev, s.Now())
	})
	if text, status, ok := operationRefused(err); ok {
		if p, err = s.openPanel(c.Status(status)); err != nil { // as it is now
			return err
		}
		p.state.Refusal, p.sent, p.view = text, sent, sent.Get("vue")
		return p.render()
	}
	if err != nil {
		return err
	}
	return c.Redirect(p.url(cmp.Or(p.view, panelUndecided), p.page)+"&"+doneField+"=choix", fiber.StatusSeeOther)
}

// read puts what a page decides over what is stored.
func (p *panelPage) read(sent url.Values) (chosen []sourcing.Supplier, excluded []sourcing.Exclusion) {
	o := &p.seen.Operation
	onPage := map[string]bool{}
	for i := range panelRows {
		key := strconv.Itoa(i)
		row := p.list.Row(sent.Get("ligne-" + key))
		if row == nil || onPage[row.Structure] {
			continue
		}
		onPage[row.Structure] = true
		v, e := p.readRow(sent, key, row)
		if v != nil {
			chosen = append(chosen, *v)
		}
		if e != nil {
			excluded = append(excluded, *e)
		}
	}
	for i := range o.Suppliers {
		if v := &o.Suppliers[i]; !v.Spontaneous && !onPage[v.Structure] {
			chosen = append(chosen, *v)
		}
	}
	for _, e := range o.Excluded {
		if !onPage[e.Structure] {
			excluded = append(excluded, e)
		}
	}
	return chosen, excluded
}

func (p *panelPage) readRow(sent url.Values, key string, row *sourcing.Row) (*sourcing.Supplier, *sourcing.Exclusion) {
	wrong := func(field, text string) (*sourcing.Supplier, *sourcing.Exclusion) {
		p.wrong[row.Structure] = [2]string{field, text}
		p.state.Faults = append(p.state.Faults, form.Fault{Field: field + "-" + key, Text: row.Name + " : " + text})
		return nil, nil
	}
	code := sourcing.ReasonCode(sent.Get("motif-" + key))
	switch {
	case code == contactIt:
		email, err := account.ParseEmail(sent.Get("adresse-" + key))
		if err != nil {
			return wrong("adresse", cmp.Or(expressFault(err), "Indiquez une adresse électronique."))
		}
		return &sourcing.Supplier{Structure: row.Structure, Name: row.Name, SIREN: row.SIREN, Email: string(email)}, nil
	case code == sourcing.OtherReason:
		text, err := otherReason(sent.Get("precision-" + key))
		if err != nil {
			return wrong("precision", err.Error())
		}
		return nil, &sourcing.Exclusion{Structure: row.Structure, Code: code, Text: text}
	case slices.Contains(sourcing.ReasonCodes, code):
		return nil, &sourcing.Exclusion{Structure: row.Structure, Code: code}
	}
	return nil, nil
}

func otherReason(typed string) (string, error) {
	text, err := sourcing.Line("Ce motif", typed, sourcing.MaxOtherReason)
	if err == nil && len([]rune(text)) < sourcing.MinOtherReason {
		err = account.Fault(fmt.Sprintf("Précisez ce motif en %d caractères au moins.", sourcing.MinOtherReason))
	}
	return text, err
}

// forAll decides all rows that are still undecided: for one reason, or those that have no
// address for that.
func (p *panelPage) forAll(sent url.Values, chosen *[]sourcing.Supplier, excluded *[]sourcing.Exclusion) error {
	what := sent.Get("faire")
	if what != "tous" && what != "sans-adresse" {
		return nil
	}
	e := sourcing.Exclusion{Code: sourcing.NoAddress}
	if what == "tous" {
		e.Code = sourcing.ReasonCode(sent.Get("tous"))
		if !slices.Contains(sourcing.ReasonCodes, e.Code) {
			p.state.Faults = append(p.state.Faults, form.Fault{Field: "tous", Text: "Choisissez le motif qui vaut pour toutes."})
			return nil
		}
		if e.Code == sourcing.OtherReason {
			var err error
			if e.Text, err = otherReason(sent.Get("tous-precision")); err != nil {
				p.state.Faults = append(p.state.Faults, form.Fault{Field: "tous-precision", Text: err.Error()})
				return nil
			}
		}
	}
	undecided := p.undecided(*chosen, *excluded)
	if what == "sans-adresse" {
		there, err := p.reachables(p.c.UserContext(), undecided)
		if err != nil {
			return err
		}
		undecided = slices.DeleteFunc(undecided, func(id string) bool { return there[id].Email != "" })
	}
	for _, id := range undecided {
		e.Structure = id
		*excluded = append(*excluded, e)
	}
	return nil
}

// undecided are the rows that neither list names.
func (p *panelPage) undecided(chosen []sourcing.Supplier, excluded []sourcing.Exclusion) (ids []string) {
	decided := map[string]bool{}
	for i := range chosen {
		decided[chosen[i].Structure] = true
	}
	for i := range p.seen.Operation.Suppliers { // spontaneous candidates
		decided[p.seen.Operation.Suppliers[i].Structure] = decided[p.seen.Operation.Suppliers[i].Structure] || p.seen.Operation.Suppliers[i].Spontaneous
	}
	for i := range excluded {
		decided[excluded[i].Structure] = true
	}
	for i := range p.list.Rows {
		if id := p.list.Rows[i].Structure; !decided[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// ---- freezing

// ways are where a panel may come from.
func (p *panelPage) ways() (*views.DeskFreeze, error) {
	sent := p.sent
	f := &views.DeskFreeze{Again: p.list != nil, Search: typedLine(sent.Get("recherche")), Lots: []part.Option{{Label: "Choisir…"}}, Searches: []part.Option{{Label: "Choisir…"}}, Lists: []part.Option{{Label: "Choisir…"}}}
	if p.seen.Visible && p.Programme.Roster != nil {
		for i := range p.seen.Purchase.Lots {
			l := &p.seen.Purchase.Lots[i]
			f.Lots = append(f.Lots, part.Option{Value: l.ID, Label: format.Text(format.Upper(lotName(&p.seen.Purchase, l))), Selected: sent.Get("etude") == l.ID})
		}
	}
	if p.Desk == nil || !p.m.Reads() {
		return f, nil
	}
	own, shared, err := p.Desk.SearchesFor(p.c.UserContext(), p.m)
	if err != nil {
		return nil, err
	}
	for _, d := range append(own, shared...) {
		f.Searches = append(f.Searches, part.Option{Value: d.ID, Label: d.Value.Name, Selected: sent.Get("enregistree") == d.ID})
	}
	b, err := p.Desk.Binder(p.c.UserContext(), p.m)
	if err != nil {
		return nil, err
	}
	for _, r := range b.Live() {
		f.Lists = append(f.Lists, part.Option{Value: r.ID, Label: r.Name, Selected: sent.Get("liste") == r.ID})
	}
	return f, nil
}

// panelFreeze freezes what a source finds now.
func (s *site) panelFreeze(c *fiber.Ctx) error {
	p, err := s.openPanel(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	p.sent = sent
	refuse := func(status int, state form.State) error {
		p.c, p.state = c.Status(status), state
		return p.render()
	}
	l, field, err := p.source(sent)
	if err == nil && sent.Get("ajouter") == "oui" && p.list != nil {
		l = mergePanels(p.list, &l)
	}
	if err == nil {
		err = s.Operation.Freeze(c.UserContext(), p.m, p.seen.Operation.ID, l)
		if field != "" && errors.Is(err, account.ErrNotAllowed) {
			field = ""
		}
	}
	if text, status, ok := operationRefused(err); ok {
		if status == fiber.StatusUnprocessableEntity && field != "" {
			return refuse(status, form.State{Faults: []form.Fault{{Field: field, Text: text}}})
		}
		return refuse(status, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, panelURL(p.seen.Operation.ID), "fige")
}

// source finds the rows of the one source that was chosen, and names its field.
func (p *panelPage) source(sent url.Values) (l sourcing.Longlist, field string, err error) {
	given := 0
	for _, name := range []string{"etude", "enregistree", "liste", "recherche"} {
		if strings.TrimSpace(sent.Get(name)) != "" {
			given++
			field = name
		}
	}
	if given != 1 {
		return l, "recherche", account.Fault("Choisissez une source, et une seule : les autres s’ajoutent ensuite.")
	}
	switch field {
	case "etude":
		l, err = p.fromStudy(sent.Get(field))
	case "enregistree":
		l, err = p.fromSaved(clip(sent.Get(field)))
	case "liste":
		l, err = p.fromList(clip(sent.Get(field)))
	default:
		l, err = p.fromSearch(sent.Get(field))
	}
	if errors.Is(err, store.ErrNotFound) {
		err = account.Fault("Cette source n’est plus là : choisissez-en une autre.")
	}
	return l, field, err
}

func (p *panelPage) fromStudy(lot string) (l sourcing.Longlist, err error) {
	n := &newFor{m: p.m, purchase: p.seen.Purchase, lot: p.seen.Purchase.Lot(lot)}
	if n.lot == nil || !p.seen.Visible {
		return l, store.ErrNotFound
	}
	list, source, err := p.studyPanel(p.c.UserContext(), n)
	if err != nil {
		return l, err
	}
	ids := make([]string, 0, len(list))
	for i := range list {
		ids = append(ids, list[i].row.Structure)
	}
	there, err := p.reachables(p.c.UserContext(), ids)
	for i := range list {
		row := list[i].row
		row.City = there[row.Structure].Structure.Address.City
		l.Rows = append(l.Rows, row)
	}
	l.Sources = []sourcing.PanelSource{source}
	return l, err
}

func (p *panelPage) fromSaved(id string) (l sourcing.Longlist, err error) {
	if p.Desk == nil {
		return l, store.ErrNotFound
	}
	v, err := p.Desk.SavedSearch(p.c.UserContext(), p.m, id)
	if err != nil {
		return l, err
	}
	return p.fromSearch(v.Query)
}

// fromSearch asks the directory what a page of results shows: all of it.
func (p *panelPage) fromSearch(address string) (l sourcing.Longlist, err error) {
	const unread = account.Fault("Cette adresse n’est pas celle d’une recherche de l’annuaire : cherchez, puis copiez l’adresse de la page de résultats.")
	address = strings.TrimSpace(address)
	if _, after, cut := strings.Cut(address, "?"); cut {
		address = after
	}
	address, _, _ = strings.Cut(address, "#")
	values, err := url.ParseQuery(address)
	if err != nil || len(values) == 0 || len(address) > 4000 {
		return l, unread
	}
	q, err := p.Parser.Parse(values)
	if err != nil || len(savedValues(q)) == 0 {
		return l, unread
	}
	words, _, _ := p.savedWords(savedValues(q).Encode())
	list, err := p.Lists.List(p.c.UserContext(), q, sourcing.MaxPanel)
	if err != nil {
		return l, p.engineError(p.c.UserContext(), "list", err)
	}
	switch {
	case list.Total == 0:
		return l, account.Fault("Cette recherche ne trouve aucune structure.")
	case list.Total > sourcing.MaxPanel:
		return l, account.Fault(fmt.Sprintf("Cette recherche trouve %s structures : %d au plus entrent au panel. Resserrez-la d’un lieu, d’un secteur ou d’un type.", format.Number(list.Total), sourcing.MaxPanel))
	}
	label := strings.Join(words, " · ")
	l.Sources = []sourcing.PanelSource{{
		Kind: sourcing.FromSearch, Query: savedValues(q).Encode(), Label: label, Data: p.dataState(list), Found: len(list.IDs), Total: list.Total,
	}}
	l.Rows, err = p.rowsOf(p.c.UserContext(), list.IDs, "trouvée par la recherche")
	return l, err
}

// dataState says which state of the directory was asked.
func (p *panelPage) dataState(list query.List) string {
	return "annuaire du " + sourcing.Moment(p.Now()) + ", état n° " + strconv.FormatUint(list.Generation, 10)
}

func (p *panelPage) fromList(id string) (l sourcing.Longlist, err error) {
	if p.Desk == nil || !p.m.Reads() {
		return l, store.ErrNotFound
	}
	ref, list, err := p.Desk.List(p.c.UserContext(), p.m, id)
	if err != nil {
		return l, err
	}
	ids := make([]string, 0, len(list.Entries))
	for _, e := range list.Entries {
		ids = append(ids, e.Structure)
	}
	if l.Rows, err = p.rowsOf(p.c.UserContext(), ids[:min(len(ids), sourcing.MaxPanel)], "de la liste « "+ref.Name+" »"); err != nil {
		return l, err
	}
	l.Sources = []sourcing.PanelSource{{Kind: sourcing.FromList, Label: ref.Name, Data: "annuaire du " + format.Date(structure.DateOf(p.Now())), Found: len(l.Rows), Total: len(ids)}}
	return l, nil
}

// rowsOf are the structures behind ids, each once, in their order.
func (p *panelPage) rowsOf(ctx context.Context, ids []string, why string) (rows []sourcing.Row, err error) {
	there, err := p.reachables(ctx, ids)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, id := range ids {
		r, ok := there[id]
		if !ok || seen[r.Structure.ID] {
			continue
		}
		seen[r.Structure.ID] = true
		rows = append(rows, operation.RowOf(&r.Structure, why, structure.DateOf(p.Now())))
	}
	return rows, nil
}

// mergePanels adds what was found to a panel: a structure that both have stays once.
func mergePanels(before, more *sourcing.Longlist) sourcing.Longlist {
	out := sourcing.Longlist{Sources: append(slices.Clone(before.Sources), more.Sources...), Rows: slices.Clone(before.Rows)}
	for i := range more.Rows {
		if before.Row(more.Rows[i].Structure) == nil {
			out.Rows = append(out.Rows, more.Rows[i])
		}
	}
	return out
}
