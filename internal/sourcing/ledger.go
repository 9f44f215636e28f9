package sourcing

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Origin is where an information of the ledger comes from.
type Origin string

// Origins.
const (
	FromMessage    Origin = "message"       // the first one
	FromBuyer      Origin = "precision"     // written to all
	FromQuestion   Origin = "question"      // the answer to what a supplier asked
	FromExchange   Origin = "entretien"     // said in an exchange
	FromDifference Origin = "questionnaire" // another version of it
	FromCalendar   Origin = "calendrier"    // another deadline
)

var originLabels = map[Origin]string{
	FromMessage: "Premier message", FromBuyer: "Précision", FromQuestion: "Réponse à une question", FromExchange: "Dit en entretien",
	FromDifference: "Nouvelle version du questionnaire", FromCalendar: "Date limite",
}

// Label is the origin as shown to people, in French.
func (f Origin) Label() string { return originLabels[f] }

// Info is an information that suppliers were given: a line of the ledger, the « registre
// des informations communiquées ».
type Info struct {
	ID       string    `json:"id"`
	Origin   Origin    `json:"origin"`
	Text     string    `json:"text"`
	Exchange string    `json:"exchange,omitempty"` // id, where it was said
	Asked    string    `json:"asked,omitempty"`    // id of the question that it answers
	At       time.Time `json:"at"`
	By       string    `json:"by,omitempty"`
	SharedAt time.Time `json:"shared_at,omitzero"` // with everybody, also those who come later
	Cells    []Cell    `json:"cells,omitempty"`    // of suppliers who were told, or not, apart
	DCE      *DCE      `json:"dce,omitempty"`
}

// Cell says how one supplier stands to an information that is not shared.
type Cell struct {
	Supplier   string    `json:"supplier"` // id
	GivenAt    time.Time `json:"given_at,omitzero"`
	OfferedAt  time.Time `json:"offered_at,omitzero"`
	WithheldAt time.Time `json:"withheld_at,omitzero"`
	Reason     string    `json:"reason,omitempty"` // of what is withheld
	By         string    `json:"by,omitempty"`
}

// DCE is where an information stands in the documents of the consultation: what R2111-2
// asks for when somebody knew it before.
type DCE struct {
	Document string         `json:"document"`
	Article  string         `json:"article"`
	Day      structure.Date `json:"day"`
	By       string         `json:"by,omitempty"`
	At       time.Time      `json:"at"`
}

// CellState is how a supplier stands to an information.
type CellState string

// States of a cell.
const (
	CellGiven    CellState = "donnee"
	CellOffered  CellState = "proposee"
	CellWithheld CellState = "retenue"
	CellInDCE    CellState = "dce"    // nobody else has it yet, all will
	CellGap      CellState = "manque" // in red
)

var cellLabels = map[CellState]string{CellGiven: "Donnée", CellOffered: "Proposée", CellWithheld: "Retenue", CellInDCE: "Versée au DCE", CellGap: "Manque"}

// Label is the state as shown to people, in French.
func (c CellState) Label() string { return cellLabels[c] }

// Info finds a line of the ledger, nil when there is none.
func (o *Operation) Info(id string) *Info {
	i := slices.IndexFunc(o.Ledger, func(it Info) bool { return it.ID == id })
	if i < 0 {
		return nil
	}
	return &o.Ledger[i]
}

// Cell finds what was noted of a supplier, nil when nothing was.
func (it *Info) Cell(supplier string) *Cell {
	i := slices.IndexFunc(it.Cells, func(c Cell) bool { return c.Supplier == supplier })
	if i < 0 {
		return nil
	}
	return &it.Cells[i]
}

// Of says how a supplier stands to an information, and since when.
func (it *Info) Of(s *Supplier) (CellState, time.Time) {
	c := it.Cell(s.ID)
	switch {
	case c != nil && !c.GivenAt.IsZero():
		return CellGiven, c.GivenAt
	case !it.SharedAt.IsZero() && s.Contacted():
		return CellGiven, later(it.SharedAt, s.ContactedAt)
	case it.DCE != nil:
		return CellInDCE, it.DCE.At
	case c != nil && !c.OfferedAt.IsZero():
		return CellOffered, c.OfferedAt
	case c != nil && !c.WithheldAt.IsZero():
		return CellWithheld, c.WithheldAt
	}
	return CellGap, time.Time{}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Gap is an information that somebody has and a supplier has not, with no reason.
type Gap struct{ Item, Supplier string }

// Gaps lists them, by item and supplier.
func (o *Operation) Gaps() (out []Gap) {
	for i := range o.Ledger {
		for _, s := range o.Contacts() {
			if state, _ := o.Ledger[i].Of(s); state == CellGap {
				out = append(out, Gap{o.Ledger[i].ID, s.ID})
			}
		}
	}
	return out
}

// add puts a line into the ledger. An account.Fault.
func (o *Operation) add(m buyer.Member, it Info, at time.Time) (*Info, error) {
	letters := utf8.RuneCountInString(it.Text)
	switch {
	case strings.TrimSpace(it.Text) == "":
		return nil, account.Fault("Écrivez l’information.")
	case letters > MaxMessage && it.Origin != FromDifference:
		return nil, account.Fault("Cette information est trop longue : 1 500 caractères au plus.")
	case len(o.Ledger) >= MaxLedgerLines:
		return nil, account.Fault(fmt.Sprintf("Le registre tient %d informations.", MaxLedgerLines))
	case o.ledgerLetters()+letters > MaxLedger:
		return nil, account.Fault("Le registre est plein : regroupez les informations qui suivent dans le DCE.")
	}
	it.ID, it.At, it.By = o.nextID("i"), at.UTC(), m.Person
	o.Ledger = append(o.Ledger, it)
	return &o.Ledger[len(o.Ledger)-1], nil
}

func (o *Operation) ledgerLetters() (n int) {
	for i := range o.Ledger {
		n += utf8.RuneCountInString(o.Ledger[i].Text)
		for k := range o.Ledger[i].Cells {
			n += utf8.RuneCountInString(o.Ledger[i].Cells[k].Reason)
		}
	}
	for i := range o.Asked {
		n += utf8.RuneCountInString(o.Asked[i].Text)
	}
	return n
}

// tellAll puts an information into the ledger and sends it to everybody contacted.
func (o *Operation) tellAll(m buyer.Member, it Info, at time.Time) ([]Dispatch, error) {
	it.SharedAt = at.UTC()
	if _, err := o.add(m, it, at); err != nil {
		return nil, err
	}
	return o.send(SendNews, it.Text, o.Contacts()), nil
}

// TellAll tells everybody contacted, at the same minute.
func (o *Operation) TellAll(m buyer.Member, text string, at time.Time) ([]Dispatch, error) {
	if err := o.running(m); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(o.Ledger, func(it Info) bool { return it.Origin == FromBuyer && it.Text == text }) {
		return nil, ErrUnchanged // the same form sent twice
	}
	out, err := o.tellAll(m, Info{Origin: FromBuyer, Text: text}, at)
	if err == nil {
		o.written(m, "operation.tell", "", at)
	}
	return out, err
}

// NoteSaid puts into the ledger what was said to some suppliers, in an exchange or
// elsewhere: the others lack it until it is shared. Nothing is sent.
func (o *Operation) NoteSaid(m buyer.Member, text, exchange string, suppliers []string, at time.Time) error {
	if err := o.writable(m); err != nil {
		return err
	}
	if o.OpenedAt.IsZero() {
		return ErrNotOpen
	}
	if slices.ContainsFunc(o.Ledger, func(it Info) bool {
		return it.Origin == FromExchange && it.Text == text && it.Exchange == exchange && len(it.given(suppliers)) == 0
	}) {
		return ErrUnchanged // the same form sent twice
	}
	if err := o.room(suppliers, ""); err != nil {
		return err
	}
	it, err := o.add(m, Info{Origin: FromExchange, Text: text, Exchange: exchange}, at)
	if err != nil {
		return err
	}
	it.give(m, suppliers, at)
	o.written(m, "operation.said", "", at)
	return nil
}

// NoteGiven notes that an information of the ledger was said to other suppliers too,
// each apart. Nothing is sent.
func (o *Operation) NoteGiven(m buyer.Member, item string, suppliers []string, at time.Time) error {
	if err := o.writable(m); err != nil {
		return err
	}
	it := o.Info(item)
	switch {
	case it == nil || len(suppliers) > 0 && len(it.given(suppliers)) == 0:
		return ErrUnchanged
	case !it.SharedAt.IsZero():
		return ErrStale
	}
	if err := o.room(suppliers, ""); err != nil {
		return err
	}
	it.give(m, suppliers, at)
	o.written(m, "operation.said", "", at)
	return nil
}

// given are those of the suppliers who have not been given the information apart.
func (it *Info) given(suppliers []string) (out []string) {
	for _, id := range suppliers {
		if c := it.Cell(id); c == nil || c.GivenAt.IsZero() {
			out = append(out, id)
		}
	}
	return out
}

func (it *Info) give(m buyer.Member, suppliers []string, at time.Time) {
	for _, id := range suppliers {
		if c := it.cell(id); c.GivenAt.IsZero() {
			c.GivenAt, c.By = at.UTC(), m.Person
		}
	}
}

// room refuses suppliers whom nothing can be noted of in the ledger, before anything is;
// reason is what would be noted of each.
func (o *Operation) room(suppliers []string, reason string) error {
	if len(suppliers) == 0 {
		return account.Fault("Dites de quelles structures il s’agit.")
	}
	for _, id := range suppliers {
		if s := o.Supplier(id); s == nil || !s.Contacted() {
			return account.Fault("Choisissez parmi les structures contactées.")
		}
	}
	cells := len(suppliers)
	for i := range o.Ledger {
		cells += len(o.Ledger[i].Cells)
	}
	if cells > MaxCells || o.ledgerLetters()+len(suppliers)*utf8.RuneCountInString(reason) > MaxLedger {
		return account.Fault("Le registre est plein : partagez l’information avec tous, ou versez-la au DCE.")
	}
	return nil
}

// cell finds, or makes, the one cell of a supplier.
func (it *Info) cell(supplier string) *Cell {
	if c := it.Cell(supplier); c != nil {
		return c
	}
	it.Cells = append(it.Cells, Cell{Supplier: supplier})
	return &it.Cells[len(it.Cells)-1]
}

// Share gives an information to everybody who has not had it.
func (o *Operation) Share(m buyer.Member, item string, at time.Time) ([]Dispatch, error) {
	if err := o.running(m); err != nil {
		return nil, err
	}
	it := o.Info(item)
	if it == nil || !it.SharedAt.IsZero() {
		return nil, ErrUnchanged
	}
	var to []*Supplier
	for _, s := range o.Contacts() {
		if state, _ := it.Of(s); state != CellGiven {
			to = append(to, s)
		}
	}
	if !stands(GuardShare) && len(to) > 1 {
		to = to[:1]
	}
	it.SharedAt = at.UTC()
	out := o.send(SendNews, it.Text, to)
	o.written(m, "operation.share", "", at)
	return out, nil
}

// Withhold says why some suppliers are not given an information.
func (o *Operation) Withhold(m buyer.Member, item string, suppliers []string, reason string, at time.Time) error {
	if err := o.writable(m); err != nil {
		return err
	}
	it := o.Info(item)
	switch {
	case it == nil:
		return ErrUnchanged
	case !it.SharedAt.IsZero():
		return ErrStale
	case utf8.RuneCountInString(strings.TrimSpace(reason)) < MinReason:
		if err := guarded(GuardWithheld, errShortReason); err != nil {
			return err
		}
	case utf8.RuneCountInString(reason) > MaxOtherReason*2:
		return account.Fault("Ce motif est trop long : 320 caractères au plus.")
	}
	if err := o.room(suppliers, reason); err != nil {
		return err
	}
	changed := o.mark(it, suppliers, func(c *Cell) bool {
		if c.Reason == reason && !c.WithheldAt.IsZero() {
			return false
		}
		c.WithheldAt, c.OfferedAt, c.Reason, c.By = at.UTC(), time.Time{}, reason, m.Person
		return true
	})
	if !changed {
		return ErrUnchanged
	}
	o.written(m, "operation.withhold", "", at)
	return nil
}

// Offer notes that an information was offered to suppliers who have not taken it, a
// visit for instance.
func (o *Operation) Offer(m buyer.Member, item string, suppliers []string, at time.Time) error {
	if err := o.running(m); err != nil {
		return err
	}
	it := o.Info(item)
	switch {
	case it == nil:
		return ErrUnchanged
	case !it.SharedAt.IsZero():
		return ErrStale
	}
	if err := o.room(suppliers, ""); err != nil {
		return err
	}
	changed := o.mark(it, suppliers, func(c *Cell) bool {
		if !c.OfferedAt.IsZero() || !c.WithheldAt.IsZero() {
			return false
		}
		c.OfferedAt, c.By = at.UTC(), m.Person
		return true
	})
	if !changed {
		return ErrUnchanged
	}
	o.written(m, "operation.offer", "", at)
	return nil
}

// mark writes the cells of those suppliers who have not been given an information; it
// reports whether any changed.
func (o *Operation) mark(it *Info, suppliers []string, write func(*Cell) bool) (changed bool) {
	for _, id := range suppliers {
		if state, _ := it.Of(o.Supplier(id)); state != CellGiven {
			changed = write(it.cell(id)) || changed
		}
	}
	return changed
}

// PutInDCE notes where an information stands in the documents of the consultation. It
// sends nothing, and is possible after the launch.
func (o *Operation) PutInDCE(m buyer.Member, item string, d DCE, at time.Time) error {
	if err := o.writable(m); err != nil {
		return err
	}
	it := o.Info(item)
	switch {
	case it == nil:
		return ErrUnchanged
	case strings.TrimSpace(d.Document) == "" || strings.TrimSpace(d.Article) == "":
		return account.Fault("Indiquez le document et l’article du DCE.")
	case d.Day == "":
		return account.Fault("Indiquez la date du DCE.")
	case utf8.RuneCountInString(d.Document) > MaxDCE || utf8.RuneCountInString(d.Article) > MaxDCE:
		return account.Fault("120 caractères au plus pour le document, et pour l’article.")
	}
	d.By, d.At = m.Person, at.UTC()
	it.DCE = &d
	o.written(m, "operation.dce", d.Document+", "+d.Article, at)
	return nil
}

// Asked is a question of a supplier. Its answer goes to all, and names nobody.
type Asked struct {
	ID         string    `json:"id"`
	Supplier   string    `json:"supplier"`
	Text       string    `json:"text"`
	At         time.Time `json:"at"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	Item       string    `json:"item,omitempty"` // id of what was answered
}

// Ask notes a question of a supplier.
func (o *Operation) Ask(supplier, text string, at time.Time) error {
	s := o.Supplier(supplier)
	switch {
	case s == nil || !s.Contacted() || o.State() != Opened:
		return ErrNotOpen
	case o.Silent():
		return guarded(GuardSilence, ErrSilenced)
	case strings.TrimSpace(text) == "":
		return account.Fault("Écrivez votre question.")
	case utf8.RuneCountInString(text) > MaxWord:
		return account.Fault("Cette question est trop longue : 1 000 caractères au plus.")
	case len(o.Asked) >= MaxAsked || o.ledgerLetters()+utf8.RuneCountInString(text) > MaxLedger:
		return account.Fault("Ce sourçage ne reçoit plus de questions : appelez l’acheteur.")
	case slices.ContainsFunc(o.Asked, func(a Asked) bool { return a.Supplier == supplier && a.Text == text }):
		return ErrUnchanged
	}
	o.Asked = append(o.Asked, Asked{ID: o.nextID("q"), Supplier: supplier, Text: text, At: at.UTC()})
	o.note(at, "", "operation.ask", "")
	return nil
}

// Reply answers a question to everybody, without naming who asked. question is its text
// as all will read it: the buyer may take out what would tell who asks.
func (o *Operation) Reply(m buyer.Member, id, question, answer string, at time.Time) ([]Dispatch, error) {
	if err := o.running(m); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(o.Asked, func(a Asked) bool { return a.ID == id })
	switch {
	case i < 0:
		return nil, ErrUnchanged
	case !o.Asked[i].AnsweredAt.IsZero():
		if it := o.Info(o.Asked[i].Item); it == nil || it.Text != replyText(question, answer) {
			return nil, ErrStale // somebody else has answered otherwise
		}
		return nil, ErrUnchanged
	case strings.TrimSpace(question) == "" || strings.TrimSpace(answer) == "":
		return nil, account.Fault("Écrivez la question telle que tous la liront, et sa réponse.")
	}
	out, err := o.tellAll(m, Info{Origin: FromQuestion, Asked: id, Text: replyText(question, answer)}, at)
	if err != nil {
		return nil, err
	}
	o.Asked[i].AnsweredAt, o.Asked[i].Item = at.UTC(), o.Ledger[len(o.Ledger)-1].ID
	o.written(m, "operation.reply", "", at)
	return out, nil
}

// replyText is a question and its answer as everybody reads them.
func replyText(question, answer string) string {
	return "Question : " + question + "\nRéponse : " + answer
}

// Betrays lists what in a text that goes to everybody would tell them who else is asked:
// names and SIREN of suppliers, and what else (a city, of who asks) names one.
func (o *Operation) Betrays(text string, others ...string) (out []string) {
	folded := " " + territory.Fold(text) + " "
	digits := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	add := func(name string) {
		if words := territory.Fold(name); utf8.RuneCountInString(words) > 2 && strings.Contains(folded, " "+words+" ") && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for i := range o.Suppliers {
		s := &o.Suppliers[i]
		add(s.Name)
		if s.SIREN != "" && strings.Contains(digits, s.SIREN) && !slices.Contains(out, s.SIREN) {
			out = append(out, s.SIREN)
		}
	}
	for _, name := range others {
		add(name)
	}
	return out
}
