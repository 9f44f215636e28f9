package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/export"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

var comparisonDone = map[string]string{"note": "Note enregistrée."}

// remarked is what a form of notes held when it was refused.
type remarked struct {
	question, text string
	set            bool
	refusal        string
	stale          bool
}

// comparisonNote answers the private notes on one supplier.
func (s *site) comparisonNote(c *fiber.Ctx) error {
	_, r, shut, err := s.operationRead(c)
	if err != nil {
		return err
	}
	if shut != nil {
		return s.operationShut(c, r.Seen, "Notes privées", comparisonTab, shut)
	}
	return s.renderNotes(c, r, remarked{})
}

func (s *site) renderNotes(c *fiber.Ctx, r *operation.Read, sent remarked) error {
	o := &r.Operation
	v := o.Supplier(c.Params("supplier"))
	if v == nil {
		return store.ErrNotFound
	}
	at := operationURL(o.ID) + comparisonTab
	p := views.NotesPage{
		Page: s.operationFrame(c, r.Seen, "Notes privées : "+format.Text(v.Name), comparisonTab, comparisonDone, part.Link{Label: "Comparaison", URL: at}),
		To:   at + "/notes/" + url.PathEscape(v.ID), State: form.State{Token: s.formToken(c)},
	}
	p.Heading = format.Text(p.Heading)
	names, err := s.namesOf(c.UserContext(), notePersons(o))
	if err != nil {
		return err
	}
	p.Items = append(p.Items, noteItem(o, v.ID, "", "Sur la structure", names))
	values := newestOf(r, v.ID)
	if o.Approved != nil {
		for i := range o.Approved.Questions {
			q := &o.Approved.Questions[i]
			x := survey.Find(values, q.ID)
			item := noteItem(o, v.ID, q.ID, strconv.Itoa(i+1)+". "+format.Text(q.Text), names)
			item.Answer = q.Said(&x)
			p.Items = append(p.Items, item)
		}
	}
	sent.show(&p)
	titleFaults(&p.Title, p.State)
	return render(c, views.NotesView(p))
}

// newestOf is what a supplier answers now.
func newestOf(r *operation.Read, supplier string) []survey.Value {
	for i := range r.Answers {
		if x := r.Answers[i].Newest(); r.Answers[i].Supplier == supplier && x != nil {
			return x.Values
		}
	}
	return nil
}

// noteItem is a note as it is stored, empty when there is none.
func noteItem(o *sourcing.Operation, supplier, question, heading string, names map[string]string) views.NotesItem {
	out := views.NotesItem{ID: "note" + question, Question: question, Heading: heading, Rev: "0"}
	for i := range o.Notes {
		if x := &o.Notes[i]; x.Supplier == supplier && x.Question == question {
			out.Text, out.Rev = x.Text, strconv.Itoa(x.Rev)
			out.By = "Écrite le " + format.Moment(x.At) + byWhom(names, x.By)
		}
	}
	return out
}

// show puts what was typed and refused at its place.
func (sent *remarked) show(p *views.NotesPage) {
	for i := range p.Items {
		n := &p.Items[i]
		if !sent.set || n.Question != sent.question {
			continue
		}
		if sent.stale {
			n.Theirs = n.Text
		}
		n.Text, n.Fault = sent.text, true
		p.State.Heading, p.State.Faults = "La note n’est pas enregistrée", []form.Fault{{Field: "texte", Text: sent.refusal, To: n.ID}}
	}
}

func notePersons(o *sourcing.Operation) (out []string) {
	for i := range o.Notes {
		out = append(out, o.Notes[i].By)
	}
	return out
}

// comparisonRemark writes a private note over its revision.
func (s *site) comparisonRemark(c *fiber.Ctx) error {
	m, r, shut, err := s.operationRead(c)
	if err != nil {
		return err
	}
	if shut != nil {
		return s.operationShut(c, r.Seen, "Notes privées", comparisonTab, shut)
	}
	sent := sentForm(c)
	rev, _ := strconv.Atoi(sent.Get("version"))
	n := sourcing.Note{Supplier: c.Params("supplier"), Question: clip(sent.Get("question")), Text: typedText(sent.Get("texte")), Rev: rev}
	if !noteFits(&r.Operation, &n) {
		return store.ErrNotFound
	}
	err = s.Operation.On(c.UserContext(), m, r.Operation.ID, "operation.remark", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Remark(m, n, s.Now()) })
	if err == nil {
		return c.Redirect(operationURL(r.Operation.ID)+comparisonTab+"/notes/"+url.PathEscape(n.Supplier)+"?"+doneField+"=note#note"+url.PathEscape(n.Question), fiber.StatusSeeOther)
	}
	return s.remarkRefused(c, m, n, err)
}

// remarkRefused shows the notes as they are, with what was typed.
func (s *site) remarkRefused(c *fiber.Ctx, m buyer.Member, n sourcing.Note, err error) error {
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	r, err := s.Operation.Read(c.UserContext(), m, c.Params("id"))
	if err != nil {
		return err
	}
	return s.renderNotes(c.Status(status), r, remarked{question: n.Question, text: n.Text, set: true, refusal: text, stale: status == fiber.StatusConflict})
}

// noteFits reports whether a note is about a supplier and a question of the operation.
func noteFits(o *sourcing.Operation, n *sourcing.Note) bool {
	if o.Supplier(n.Supplier) == nil {
		return false
	}
	return n.Question == "" || o.Approved != nil && o.Approved.Question(n.Question) != nil
}

// comparisonXLSX answers the whole matrix as a workbook: a line a structure. Private notes
// are in it when they are asked for.
func (s *site) comparisonXLSX(c *fiber.Ctx) error {
	_, r, shut, err := s.operationRead(c)
	if err != nil {
		return err
	}
	if shut != nil {
		return s.operationShut(c, r.Seen, "Comparaison des réponses", comparisonTab, shut)
	}
	p, err := s.compares(c, r)
	if err != nil {
		return err
	}
	table := p.table(c.Query(comparisonNotes) != "")
	if err := s.sendMade(c.UserContext(), c, func() (*export.Done, error) { return export.PlainXLSX(c.UserContext(), table) }); err != nil {
		return err
	}
	name := func(plain bool) string { return "comparaison-" + slug(p.o.Title, plain) + ".xlsx" }
	attach(c, xlsxType, name(true), url.PathEscape(name(false)))
	return nil
}

func (p *comparing) table(notes bool) *export.Plain {
	out := &export.Plain{Title: "Réponses", TempDir: p.Config.TempDir, Heads: []export.Head{
		{Label: "Structure", Width: 32}, {Label: "SIREN", Width: 12}, {Label: "Type", Width: 16}, {Label: "Reçue le", Width: 20}, {Label: "Délai", Width: 14}, {Label: "Saisie", Width: 20}, {Label: "Version du questionnaire", Width: 12}, {Label: "Réponses confidentielles", Width: 40},
	}}
	for i := range p.m.Questions {
		q := &p.m.Questions[i]
		label := strconv.Itoa(q.Place) + ". " + format.Text(q.Text)
		if q.Unit != "" && q.Kind == survey.Number {
			label += " (" + q.Unit + ")"
		}
		out.Heads = append(out.Heads, export.Head{Label: label, Width: 26})
	}
	if notes {
		out.Heads = append(out.Heads, export.Head{Label: "Notes privées", Width: 50})
	}
	out.About = [][2]string{
		{"Sourçage", p.o.Title}, {"Contenu", p.says()}, {"Extrait le", format.Moment(p.Now())}, {"Adresse", p.Config.BaseURL + searchAt(operationURL(p.o.ID)+comparisonTab, p.kept)},
		{"À savoir", format.Text("Document interne à l’équipe du sourçage : les réponses confidentielles y sont entières. Il ne se communique pas.")},
	}
	if left := p.left(); left != "" {
		out.About = append(out.About, [2]string{"Filtre", format.Text(left)})
	}
	out.Rows = func(yield func([]export.Value) bool) {
		for i := range p.m.Suppliers {
			if !yield(p.line(&p.m.Suppliers[i], notes)) {
				return
			}
		}
	}
	return out
}

func (p *comparing) line(v *sourcing.MatrixSupplier, notes bool) []export.Value {
	late, entered := "Dans les délais", ""
	if v.Submission.Late() {
		late = "Hors délai"
	}
	if v.Submission.Entered() {
		entered = "Saisie par l’acheteur"
	}
	var secrets, said []string
	answers := make([]export.Value, 0, len(p.m.Questions))
	for i := range p.m.Questions {
		q := &p.m.Questions[i]
		x := v.Value(q.ID)
		if why, secret := survey.Masked(q.Question, x); secret && !x.Empty() {
			secrets = append(secrets, strconv.Itoa(q.Place)+". "+why)
		}
		if n := p.notes[v.ID+"."+q.ID]; n != nil {
			said = append(said, strconv.Itoa(q.Place)+". "+n.Text)
		}
		if number, err := strconv.ParseFloat(x.Number, 64); err == nil {
			answers = append(answers, export.Decimal(number))
		} else {
			answers = append(answers, export.Words(q.Said(x)))
		}
	}
	if n := p.notes[v.ID+"."]; n != nil {
		said = append([]string{n.Text}, said...)
	}
	row := []export.Value{
		export.Words(format.Text(v.Name)), export.Words(v.SIREN), export.Words(v.Kind), export.Words(format.Moment(v.Submission.At)), export.Words(late), export.Words(entered),
		export.Amount(int64(v.Submission.Version)), export.Words(strings.Join(secrets, "\n")),
	}
	row = append(row, answers...)
	if notes {
		row = append(row, export.Words(strings.Join(said, "\n")))
	}
	return row
}
