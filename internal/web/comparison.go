package web

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// Pages and fields of the comparison of answers.
const (
	comparisonTab   = "/comparaison"
	comparisonNotes = "notes"
	byQuestion      = "question"
	bySupplier      = "structure"
	byKind          = "type"
	inTimeField     = "delais"
	differingField  = "differences"
)

// comparisonRoutes are those of the comparison of answers, of findings and of reports.
func (s *site) comparisonRoutes(d operationDoors) {
	const at = operationsPath + "/:id"
	d.readers.Get(at+comparisonTab, d.limited, s.comparison)
	d.readers.Get(at+comparisonTab+".xlsx", d.exported, s.comparisonXLSX)
	d.readers.Get(at+comparisonTab+"/notes/:supplier", d.limited, s.comparisonNote)
	d.readers.Post(at+comparisonTab+"/notes/:supplier", d.limited, s.comparisonRemark)
	s.findingRoutes(d)
	s.opReportRoutes(d)
}

// operationRead finds who asks, and the operation of the address with its answers; shut
// says why they stay closed to who sees the operation.
func (s *site) operationRead(c *fiber.Ctx) (m buyer.Member, r *operation.Read, shut error, err error) {
	m, err = planner(c)
	if err != nil {
		return m, nil, nil, err
	}
	r, err = s.Operation.Read(c.UserContext(), m, c.Params("id"))
	if operationCloses(err) {
		seen, again := s.Operation.Operation(c.UserContext(), m, c.Params("id"))
		return m, &operation.Read{Seen: seen}, err, again
	}
	return m, r, nil, err
}

// operationCloses reports whether an error says that the answers are not open to who asks.
func operationCloses(err error) bool {
	return errors.Is(err, sourcing.ErrNotInTeam) || errors.Is(err, sourcing.ErrUndeclared) || errors.Is(err, sourcing.ErrRecused)
}

// operationShut says why a page of answers stays closed, and where it opens.
func (s *site) operationShut(c *fiber.Ctx, seen *operation.Seen, heading, tab string, why error) error {
	p := views.ShutPage{Page: s.operationFrame(c, seen, heading, tab, nil), Why: why.Error(), Team: operationURL(seen.Operation.ID) + "/equipe"}
	return render(c.Status(fiber.StatusForbidden), views.ShutView(p))
}

// comparisonSieve reads what is to be put side by side; ids that are none are left out.
func comparisonSieve(c *fiber.Ctx) (s sourcing.Sieve, values url.Values, err error) {
	values, err = queryValues(c)
	if err != nil {
		return s, nil, err
	}
	known := func(field string) []string {
		list := slices.DeleteFunc(slices.Clone(values[field]), func(v string) bool { return v == "" })
		return list[:min(len(list), sourcing.MaxSuppliers)]
	}
	s = sourcing.Sieve{Questions: known(byQuestion), Suppliers: known(bySupplier), Kinds: known(byKind), InTime: values.Get(inTimeField) != "", Differing: values.Get(differingField) != ""}
	kept := url.Values{}
	for _, field := range []string{byQuestion, bySupplier, byKind, inTimeField, differingField} {
		if v := known(field); len(v) > 0 {
			kept[field] = v
		}
	}
	return s, kept, nil
}

// comparisonKinds are the kinds of the structures of the panel, by id.
func (s *site) comparisonKinds(ctx context.Context, o *sourcing.Operation) (map[string]string, error) {
	l, err := s.Operation.Panel(ctx, o)
	if err != nil || l == nil {
		return nil, err
	}
	out := map[string]string{}
	for i := range l.Rows {
		if l.Rows[i].Kind != "" {
			out[l.Rows[i].Structure] = l.Rows[i].Kind
		}
	}
	return out, nil
}

// comparing is a comparison under way.
type comparing struct {
	*site
	o     *sourcing.Operation
	kinds map[string]string
	sieve sourcing.Sieve
	kept  url.Values
	m     *sourcing.Matrix
	notes map[string]*sourcing.Note
}

// compares reads what the address asks for.
func (s *site) compares(c *fiber.Ctx, r *operation.Read) (*comparing, error) {
	sieve, kept, err := comparisonSieve(c)
	if err != nil {
		return nil, err
	}
	kinds, err := s.comparisonKinds(c.UserContext(), &r.Operation)
	if err != nil {
		return nil, err
	}
	p := &comparing{site: s, o: &r.Operation, kinds: kinds, sieve: sieve, kept: kept, m: r.Operation.Compare(r.Answers, kinds, sieve), notes: map[string]*sourcing.Note{}}
	for i := range p.o.Notes {
		if n := &p.o.Notes[i]; n.Text != "" {
			p.notes[n.Supplier+"."+n.Question] = n
		}
	}
	return p, nil
}

// comparison answers the matrix.
func (s *site) comparison(c *fiber.Ctx) error {
	const heading = "Comparaison des réponses"
	_, r, shut, err := s.operationRead(c)
	if err != nil {
		return err
	}
	if shut != nil {
		return s.operationShut(c, r.Seen, heading, comparisonTab, shut)
	}
	p, err := s.compares(c, r)
	if err != nil {
		return err
	}
	own := operationURL(p.o.ID)
	out := views.ComparisonPage{
		Page: s.operationFrame(c, r.Seen, heading, comparisonTab, nil), URL: own + comparisonTab, Findings: own + findingTab,
		XLSX: searchAt(own+comparisonTab+".xlsx", p.kept), InTime: p.sieve.InTime, Differing: p.sieve.Differing, Sifted: len(p.kept) > 0,
	}
	withNotes := maps.Clone(p.kept)
	withNotes.Set(comparisonNotes, "1")
	out.XLSXNotes = searchAt(own+comparisonTab+".xlsx", withNotes)
	p.choices(&out, r.Answers)
	out.Says, out.Left = p.says(), p.left()
	for i := range p.m.Suppliers {
		out.Suppliers = append(out.Suppliers, p.column(&p.m.Suppliers[i]))
	}
	for i := range p.m.Questions {
		out.Rows = append(out.Rows, p.row(&p.m.Questions[i]))
	}
	return render(c, views.ComparisonView(out))
}

func (p *comparing) says() string {
	return format.Count(len(p.m.Suppliers), "structure", "structures") + ", " + format.Count(len(p.m.Questions), "question", "questions")
}

func (p *comparing) left() string {
	if p.m.Left == 0 {
		return ""
	}
	return format.Count(p.m.Left, "structure qui a répondu n’est pas montrée", "structures qui ont répondu ne sont pas montrées") + " par ces filtres."
}

// choices are the filters.
func (p *comparing) choices(out *views.ComparisonPage, answers []sourcing.Answer) {
	if p.o.Approved != nil {
		for i := range p.o.Approved.Questions {
			q := &p.o.Approved.Questions[i]
			out.ByQuestion = append(out.ByQuestion, part.Option{Value: q.ID, Label: strconv.Itoa(i+1) + ". " + format.Text(q.Text), Selected: slices.Contains(p.sieve.Questions, q.ID)})
		}
	}
	kinds := map[string]bool{}
	for i := range answers {
		v := p.o.Supplier(answers[i].Supplier)
		if v == nil || answers[i].Newest() == nil {
			continue
		}
		out.BySupplier = append(out.BySupplier, part.Option{Value: v.ID, Label: format.Text(v.Name), Selected: slices.Contains(p.sieve.Suppliers, v.ID)})
		if kind := p.kinds[v.Structure]; kind != "" {
			kinds[kind] = true
		}
	}
	for i, kind := range slices.Sorted(maps.Keys(kinds)) {
		out.ByKind = append(out.ByKind, views.ComparisonKind{ID: "type-" + strconv.Itoa(i), Option: part.Option{Value: kind, Label: kind, Selected: slices.Contains(p.sieve.Kinds, kind)}})
	}
}

// column is the head of a supplier.
func (p *comparing) column(v *sourcing.MatrixSupplier) views.ComparisonSupplier {
	own := operationURL(p.o.ID)
	out := views.ComparisonSupplier{
		Name: format.Text(v.Name), URL: own + "/reponses/" + url.PathEscape(v.ID), Notes: own + comparisonTab + "/notes/" + url.PathEscape(v.ID),
		When: "Reçue le " + format.Moment(v.Submission.At), Late: v.Submission.Late(), Entered: v.Submission.Entered(),
	}
	if v.Submission.Version != p.o.Approved.Version {
		out.Version = "Version " + strconv.Itoa(v.Submission.Version) + " du questionnaire"
	}
	if n := p.notes[v.ID+"."]; n != nil {
		out.Note = n.Text
	}
	return out
}

// row is a question with its answers.
func (p *comparing) row(q *sourcing.MatrixQuestion) views.ComparisonRow {
	out := views.ComparisonRow{Place: strconv.Itoa(q.Place), Text: format.Text(q.Text), Number: q.Kind == survey.Number, Spread: comparisonSpread(q), Cells: make([]views.ComparisonCell, 0, len(p.m.Suppliers))}
	if q.Confidential {
		out.Secret = q.Rationale
	}
	for i := range p.m.Suppliers {
		v := &p.m.Suppliers[i]
		x := v.Value(q.ID)
		cell := views.ComparisonCell{Text: q.Said(x)}
		if why, secret := survey.Masked(q.Question, x); secret && !q.Confidential && !x.Empty() {
			cell.Secret = why
		}
		for _, f := range x.Files {
			cell.Files = append(cell.Files, part.Link{Label: f.Name, URL: operationURL(p.o.ID) + "/reponses/" + url.PathEscape(v.ID) + "/fichiers/" + url.PathEscape(f.Hash)})
		}
		if n := p.notes[v.ID+"."+q.ID]; n != nil {
			cell.Note = n.Text
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

// comparisonSpread tells the numbers answered: « De 3 à 120 personnes, médiane 12 ».
func comparisonSpread(q *sourcing.MatrixQuestion) string {
	if q.Least == "" {
		return ""
	}
	unit := ""
	if q.Unit != "" {
		unit = format.NBSP + q.Unit
	}
	if q.Least == q.Most {
		return survey.FrenchNumber(q.Least) + unit + " partout"
	}
	return "De " + survey.FrenchNumber(q.Least) + " à " + survey.FrenchNumber(q.Most) + unit + ", médiane " + survey.FrenchNumber(q.Median)
}
