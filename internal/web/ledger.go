package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// Paths and fields of the registre, below a sourçage.
const (
	ledgerTab      = "/registre"
	ledgerTellPath = ledgerTab + "/informer"
	ledgerNotePath = ledgerTab + "/noter"
	ledgerAskPath  = ledgerTab + "/questions"
	ledgerAnnexTab = ledgerTab + "/annexe"
	ledgerTextIn   = "texte"
	ledgerSureIn   = "relu" // that a text names nobody
	ledgerOneParam = "structure"
	ledgerGaps     = "manques"
	maxLedgerLine  = 160 // letters of an information in the matrix
)

// ledgerRoutes are those of entretiens and of the registre des informations communiquées.
func (s *site) ledgerRoutes(d operationDoors) {
	const at = operationsPath + "/:id"
	s.exchangeRoutes(d)
	d.readers.Get(at+ledgerTab, d.limited, s.ledger)
	d.writers.Get(at+ledgerTellPath, d.limited, s.ledgerTell)
	d.writers.Post(at+ledgerTellPath, d.limited, s.ledgerTold)
	d.writers.Get(at+ledgerNotePath, d.limited, s.ledgerNote)
	d.writers.Post(at+ledgerNotePath, d.limited, s.ledgerNoted)
	d.readers.Get(at+ledgerAskPath, d.limited, s.ledgerQuestions)
	d.writers.Get(at+ledgerAskPath+"/:question", d.limited, s.ledgerReply)
	d.writers.Post(at+ledgerAskPath+"/:question", d.limited, s.ledgerReplied)
	d.readers.Get(at+ledgerAnnexTab, d.limited, s.ledgerAnnexPage)
	d.readers.Get(at+ledgerAnnexTab+".docx", d.exported, s.ledgerAnnexDOCX)
	d.readers.Get(at+ledgerTab+"/:info", d.limited, s.ledgerInfo)
	d.writers.Post(at+ledgerTab+"/:info/partager", d.limited, s.ledgerShare)
	d.writers.Post(at+ledgerTab+"/:info/donner", d.limited, s.ledgerGive)
	d.writers.Post(at+ledgerTab+"/:info/proposer", d.limited, s.ledgerOffer)
	d.writers.Post(at+ledgerTab+"/:info/retenir", d.limited, s.ledgerWithhold)
	d.writers.Post(at+ledgerTab+"/:info/dce", d.limited, s.ledgerPutInDCE)
}

var ledgerDone = map[string]string{
	"envoye": "Envoyé à toutes les structures contactées, à la même minute.", "partage": "Partagé : chaque structure contactée l’a reçue.", "note": "Noté au registre.", "repondu": "Réponse envoyée à toutes les structures contactées, sans dire qui a posé la question.",
}

func ledgerURL(id string) string { return operationURL(id) + ledgerTab }

func ledgerInfoURL(id, info string) string { return ledgerURL(id) + "/" + url.PathEscape(info) }

// ledgerSeen is the sourçage of a request, and who asks.
func (s *site) ledgerSeen(c *fiber.Ctx) (buyer.Member, *operation.Seen, error) {
	m, err := planner(c)
	if err != nil {
		return m, nil, err
	}
	seen, err := s.Operation.Operation(c.UserContext(), m, c.Params("id"))
	return m, seen, err
}

// ledgerWrites says why the member writes nothing into the registre, "" when nothing
// stands against it; ledgerSends, why nothing is sent.
func ledgerWrites(m buyer.Member, o *sourcing.Operation) string {
	t := o.Teammate(m.Person)
	switch {
	case !sourcing.Buys(m):
		return "Un acheteur de l’équipe tient le registre."
	case !o.ClosedAt.IsZero():
		return sourcing.ErrClosedOp.Error()
	case t == nil:
		return sourcing.ErrNotInTeam.Error()
	case !t.RecusedAt.IsZero():
		return sourcing.ErrRecused.Error()
	case o.OpenedAt.IsZero():
		return "Le registre s’ouvre avec le sourçage."
	}
	return ""
}

func ledgerSends(m buyer.Member, o *sourcing.Operation) string {
	if why := ledgerWrites(m, o); why != "" {
		return why
	}
	if o.Silent() {
		return sourcing.ErrSilenced.Error()
	}
	return ""
}

// ledger shows the registre.
func (s *site) ledger(c *fiber.Ctx) error {
	m, seen, err := s.ledgerSeen(c)
	if err != nil {
		return err
	}
	return s.renderLedger(c, m, seen, form.State{})
}

func (s *site) renderLedger(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, state form.State) error {
	o := &seen.Operation
	state.Token = s.formToken(c)
	p := views.LedgerPage{
		Page: s.operationFrame(c, seen, "Registre des informations communiquées", ledgerTab, ledgerDone), State: state,
		Gaps: ledgerGapWords(len(o.Gaps())), Questions: part.Link{Label: "Questions des structures", URL: operationURL(o.ID) + ledgerAskPath}, Annex: part.Link{Label: "Annexe au DCE : informations issues du sourçage", URL: operationURL(o.ID) + ledgerAnnexTab},
		Only: c.Query(ledgerGaps) != "", Empty: "Le registre s’ouvre avec le premier message : il en sera la première ligne.",
	}
	if n := ledgerWaiting(o); n > 0 {
		p.Questions.Label += " : " + strconv.Itoa(n) + " sans réponse"
	}
	if len(o.Gaps()) > 0 {
		p.GapsHelp = "Un manque se comble en partageant avec tous, en disant pourquoi l’information est retenue, ou en la versant au DCE. Ce qui reste figure au rapport."
	}
	if o.Silent() {
		p.Silent = "La consultation est lancée : plus rien ne part vers une structure. Une information se verse encore au DCE."
	}
	if ledgerSends(m, o) == "" {
		p.Acts = append(p.Acts, part.Link{Label: "Écrire à tous", URL: operationURL(o.ID) + ledgerTellPath})
	}
	if ledgerWrites(m, o) == "" {
		p.Acts = append(p.Acts, part.Link{Label: "Noter une information donnée", URL: operationURL(o.ID) + ledgerNotePath})
	}
	shown := ledgerShown(&p, o, c.Query(ledgerOneParam))
	for i := range o.Ledger {
		if row := ledgerRow(m, o, &o.Ledger[i], shown); !p.Only || row.Gap {
			p.Rows = append(p.Rows, row.LedgerRow)
		}
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.LedgerView(p))
}

// ledgerGapWords count the gaps, with the sign and the words that colour alone would not say.
func ledgerGapWords(n int) part.Answer {
	if n == 0 {
		return part.Answer{Text: "Aucun manque : chaque structure a eu la même information, ou l’aura au DCE.", Tone: part.Good}
	}
	return part.Answer{Text: format.Count(n, "manque", "manques") + format.Text(" : une information que certaines structures ont, et d’autres non."), Tone: part.Warn}
}

func ledgerWaiting(o *sourcing.Operation) (n int) {
	for i := range o.Asked {
		if o.Asked[i].AnsweredAt.IsZero() {
			n++
		}
	}
	return n
}

type ledgerLine struct {
	views.LedgerRow
	Gap bool
}

func ledgerRow(m buyer.Member, o *sourcing.Operation, it *sourcing.Info, shown []*sourcing.Supplier) ledgerLine {
	out := ledgerLine{LedgerRow: views.LedgerRow{URL: ledgerInfoURL(o.ID, it.ID), Text: clipped(it.Text, maxLedgerLine), Says: it.Origin.Label() + ", " + sourcing.Moment(it.At), DCE: ledgerDCE(it.DCE)}}
	for _, v := range shown {
		cell := ledgerCell(it, v)
		out.Gap = out.Gap || cell.State == string(sourcing.CellGap)
		out.Cells = append(out.Cells, cell)
	}
	if lacks := ledgerLacks(o, it); lacks > 0 && out.Gap && it.SharedAt.IsZero() && ledgerSends(m, o) == "" {
		out.Share, out.Reread = "Partirait "+ledgerTo(lacks)+".", len(o.Betrays(it.Text)) > 0
	}
	return out
}

// ledgerLacks is how many would get an information that is shared.
func ledgerLacks(o *sourcing.Operation, it *sourcing.Info) (n int) {
	for _, v := range o.Contacts() {
		if state, _ := it.Of(v); state != sourcing.CellGiven {
			n++
		}
	}
	return n
}

func ledgerTo(n int) string { return "à " + format.Count(n, "structure", "structures") }

func ledgerShareSays(n int) string {
	if n == 0 {
		return "Chaque structure contactée l’a déjà. Rien ne part, et celles qui s’ajouteront la recevront."
	}
	return "Le texte part tel quel " + ledgerTo(n) + " qui ne l’ont pas encore, à la même minute. Il ne se reprend pas."
}

func ledgerDCE(d *sourcing.DCE) string {
	if d == nil {
		return ""
	}
	return "Au DCE : " + d.Document + ", " + d.Article + ", " + format.Date(d.Day)
}

// ledgerSigns say a state to who does not see its colour.
var ledgerSigns = map[sourcing.CellState]string{
	sourcing.CellGiven: "✓", sourcing.CellOffered: "→", sourcing.CellWithheld: "–", sourcing.CellInDCE: "§", sourcing.CellGap: "✗",
}

func ledgerCell(it *sourcing.Info, v *sourcing.Supplier) views.LedgerCell {
	state, since := it.Of(v)
	out := views.LedgerCell{Supplier: v.Name, State: string(state), Sign: ledgerSigns[state], Label: state.Label()}
	if state == sourcing.CellGap {
		out.Label = "MANQUE"
	}
	if !since.IsZero() {
		out.When = sourcing.Moment(since)
	}
	if cell := it.Cell(v.ID); cell != nil && state == sourcing.CellWithheld {
		out.Reason = cell.Reason
	}
	return out
}

// ledgerInfo shows an information and what can be done about it.
func (s *site) ledgerInfo(c *fiber.Ctx) error {
	m, seen, err := s.ledgerSeen(c)
	if err != nil {
		return err
	}
	return s.renderLedgerInfo(c, m, seen, ledgerSent{})
}

// ledgerSent is what a form about an information held when it was refused.
type ledgerSent struct {
	state     form.State
	open      string // the form
	suppliers []string
	reason    string
	dce       sourcing.DCE
	day       string
}

func (s *site) renderLedgerInfo(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, sent ledgerSent) error {
	o := &seen.Operation
	it := o.Info(c.Params("info"))
	if it == nil {
		return fiber.ErrNotFound
	}
	names, err := s.namesOf(c.UserContext(), []string{it.By})
	if err != nil {
		return err
	}
	sent.state.Token, sent.state.Heading = s.formToken(c), "Rien n’est enregistré"
	p := views.LedgerInfoPage{
		Page: s.operationFrame(c, seen, "Information du registre", ledgerTab, ledgerDone, part.Link{Label: "Registre", URL: ledgerURL(o.ID)}), State: sent.state, Text: it.Text, URL: ledgerInfoURL(o.ID, it.ID),
		Writes: ledgerWrites(m, o) == "", Open: sent.open, Reason: sent.reason,
		Facts: []desk.Fact{{Term: "Origine", Text: it.Origin.Label()}, {Term: "Notée le", Text: sourcing.Moment(it.At) + byWhom(names, it.By)}},
	}
	p.Facts = append(p.Facts, ledgerFacts(o, it)...)
	ledgerCells(&p, o, it, sent)
	if it.SharedAt.IsZero() && ledgerSends(m, o) == "" {
		n := ledgerLacks(o, it)
		p.Share, p.ShareSays = &form.Action{To: p.URL + "/partager", Label: "Partager avec tous"}, ledgerShareSays(n)
		if found := o.Betrays(it.Text); len(found) > 0 {
			p.Betrays = ledgerBetrays(found)
		}
	}
	s.ledgerDCEForm(&p, it, sent)
	titleFaults(&p.Title, p.State)
	return render(c, views.LedgerInfoView(p))
}

func (s *site) ledgerDCEForm(p *views.LedgerInfoPage, it *sourcing.Info, sent ledgerSent) {
	d, day := sent.dce, sent.day
	p.SeenDCE = ledgerDCESeen(it)
	if sent.open != "dce" && it.DCE != nil {
		d, day = *it.DCE, string(it.DCE.Day)
	}
	p.Document, p.Article, p.Day = d.Document, d.Article, day
}

// ledgerDCESeen tells one note about the DCE from another.
func ledgerDCESeen(it *sourcing.Info) string {
	if it.DCE == nil {
		return ""
	}
	return strconv.FormatInt(it.DCE.At.UnixMilli(), 10)
}

// ledgerFacts say where an information was said, and where it stands.
func ledgerFacts(o *sourcing.Operation, it *sourcing.Info) (out []desk.Fact) {
	if it.Exchange != "" {
		out = append(out, desk.Fact{Term: "Dite lors de", Text: "L’entretien", URL: exchangeURL(o.ID, it.Exchange)})
	}
	if !it.SharedAt.IsZero() {
		out = append(out, desk.Fact{Term: "Donnée à tous le", Text: sourcing.Moment(it.SharedAt)})
	}
	if it.DCE != nil {
		out = append(out, desk.Fact{Term: "Versée au DCE", Text: it.DCE.Document + ", " + it.DCE.Article + ", " + format.Date(it.DCE.Day)})
	}
	return out
}

// ledgerCells say how each supplier stands to an information, and whom more can be noted of.
func ledgerCells(p *views.LedgerInfoPage, o *sourcing.Operation, it *sourcing.Info, sent ledgerSent) {
	gaps := 0
	for _, v := range o.Contacts() {
		cell := ledgerCell(it, v)
		p.Cells = append(p.Cells, cell)
		switch sourcing.CellState(cell.State) {
		case sourcing.CellGap:
			gaps++
			fallthrough
		case sourcing.CellOffered, sourcing.CellWithheld, sourcing.CellInDCE:
			p.Without = append(p.Without, part.Option{Value: v.ID, Label: v.Name, Selected: sent.open != "" && slices.Contains(sent.suppliers, v.ID)})
		}
	}
	if !it.SharedAt.IsZero() {
		p.Without = nil
	}
	if len(p.Without) == 0 {
		p.Typed = sent.reason // its form is gone: everybody has the information
	}
	p.Gaps = ledgerGapWords(gaps)
}

// ledgerShown are the suppliers whose columns are shown: all, or the one that is asked for.
func ledgerShown(p *views.LedgerPage, o *sourcing.Operation, id string) []*sourcing.Supplier {
	one := o.Supplier(id)
	if one != nil && !one.Contacted() {
		one = nil
	}
	shown := o.Contacts()
	p.One = []part.Option{{Label: "Toutes"}}
	for _, v := range shown {
		p.One = append(p.One, part.Option{Value: v.ID, Label: v.Name, Selected: one == v})
	}
	if one != nil {
		shown = []*sourcing.Supplier{one}
	}
	if p.Only || one != nil {
		p.Clear, p.Empty = ledgerURL(o.ID), "Aucune information ne répond à ces filtres."
	}
	for _, v := range shown {
		p.Suppliers = append(p.Suppliers, v.Name)
	}
	return shown
}
