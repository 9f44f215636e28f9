package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// Pages and fields of findings.
const (
	findingTab    = "/constats"
	findingEdit   = "constat"
	findingText   = "texte"
	findingEffect = "effet"
	findingLeads  = "consequence"
)

// findingRoutes are those of findings and what they lead to.
func (s *site) findingRoutes(d operationDoors) {
	const at = operationsPath + "/:id" + findingTab
	d.readers.Get(at, d.limited, s.findings)
	d.writers.Post(at, d.limited, s.findingWrite)
	d.writers.Post(at+"/:finding/retirer", d.limited, s.findingRemove)
	d.writers.Post(at+"/:finding/ranger", d.limited, s.findingMove)
}

var findingDone = map[string]string{"constat": "Constat enregistré.", "retire": "Constat retiré.", "range": "Constat déplacé."}

// findingSent is what the form held when it was refused.
type findingSent struct {
	state form.State
	in    *sourcing.Finding
}

// findings answers them, with the form.
func (s *site) findings(c *fiber.Ctx) error {
	m, r, shut, err := s.operationRead(c)
	if err != nil {
		return err
	}
	if shut != nil {
		return s.operationShut(c, r.Seen, "Constats et conséquences", findingTab, shut)
	}
	return s.renderFindings(c, m, r.Seen, findingSent{})
}

func (s *site) renderFindings(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, sent findingSent) error {
	o := &seen.Operation
	at := operationURL(o.ID) + findingTab
	names, err := s.namesOf(c.UserContext(), findingPersons(o))
	if err != nil {
		return err
	}
	sent.state.Token = s.formToken(c)
	p := views.FindingsPage{
		Page: s.operationFrame(c, seen, "Constats et conséquences", "/rapport", findingDone, part.Link{Label: "Rapport", URL: operationURL(o.ID) + opReportTab}),
		To:   at, State: sent.state, Rev: strconv.FormatInt(o.Rev, 10), Comparison: operationURL(o.ID) + comparisonTab, Report: operationURL(o.ID) + opReportTab,
	}
	p.Writes = sourcing.Buys(m) && o.State() != sourcing.ClosedOp
	for i := range o.Findings {
		f := &o.Findings[i]
		line := views.FindingLine{ID: f.ID, Text: format.Text(f.Text), Effect: f.Effect.Label(), Consequence: format.Text(f.Consequence), By: "Écrit le " + format.Day(f.At) + byWhom(names, f.By),
			Edit: at + "?" + url.Values{findingEdit: {f.ID}}.Encode() + "#form", Remove: at + "/" + url.PathEscape(f.ID) + "/retirer", Move: at + "/" + url.PathEscape(f.ID) + "/ranger", First: i == 0, Last: i == len(o.Findings)-1}
		if f.Effect == sourcing.OnReservation {
			line.Lots = findingLots(seen)
		}
		p.Findings = append(p.Findings, line)
	}
	in := sent.in
	if in == nil {
		if i := slices.IndexFunc(o.Findings, func(f sourcing.Finding) bool { return f.ID == c.Query(findingEdit) }); i >= 0 {
			in = &o.Findings[i]
		} else {
			in = &sourcing.Finding{}
		}
	}
	p.ID, p.Text, p.Consequence = in.ID, in.Text, in.Consequence
	p.Effects = []part.Option{{Value: "", Label: "Choisir…"}}
	for _, e := range sourcing.Effects {
		p.Effects = append(p.Effects, part.Option{Value: string(e), Label: e.Label(), Selected: e == in.Effect})
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.FindingsView(p))
}

func findingPersons(o *sourcing.Operation) (out []string) {
	for i := range o.Findings {
		out = append(out, o.Findings[i].By)
	}
	return out
}

// findingLots leads to the studies and the decisions of the lots of a sourçage.
func findingLots(seen *operation.Seen) (out []views.FindingLot) {
	if !seen.Visible {
		return nil
	}
	p := &seen.Purchase
	for i := range p.Lots {
		l := &p.Lots[i]
		if lots := seen.Operation.Lots; len(lots) == 0 || slices.Contains(lots, l.ID) {
			out = append(out, views.FindingLot{Name: format.Text(p.NameOf(l)), Study: lotURL(p.ID, l.ID), Decision: decisionURL(p.ID, l.ID)})
		}
	}
	return out
}

// findingActed finds who acts on the findings of an operation, whose answers are open.
func (s *site) findingActed(c *fiber.Ctx) (m buyer.Member, seen *operation.Seen, rev int64, err error) {
	m, r, shut, err := s.operationRead(c)
	if err != nil {
		return m, nil, 0, err
	}
	rev, _ = strconv.ParseInt(sentForm(c).Get("version"), 10, 64)
	return m, r.Seen, rev, shut
}

// findingWrite adds a finding, or writes one anew.
func (s *site) findingWrite(c *fiber.Ctx) error {
	m, seen, rev, err := s.findingActed(c)
	if operationCloses(err) {
		return s.operationShut(c, seen, "Constats et conséquences", findingTab, err)
	}
	if err != nil {
		return err
	}
	sent := sentForm(c)
	f := sourcing.Finding{ID: clip(sent.Get(findingEdit)), Text: typedText(sent.Get(findingText)), Effect: sourcing.Effect(clip(sent.Get(findingEffect))), Consequence: typedText(sent.Get(findingLeads))}
	if f.ID != "" && !slices.ContainsFunc(seen.Operation.Findings, func(x sourcing.Finding) bool { return x.ID == f.ID }) {
		return store.ErrNotFound
	}
	out := findingSent{in: &f, state: form.State{Heading: "Le constat n’est pas enregistré", Faults: findingFaults(&f)}}
	if len(out.state.Faults) > 0 {
		return s.renderFindings(c.Status(fiber.StatusUnprocessableEntity), m, seen, out)
	}
	err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.finding", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Find(m, f, rev, s.Now()) })
	return s.findingDone(c, m, err, "constat", out)
}

// findingFaults are those of the fields.
func findingFaults(f *sourcing.Finding) (out []form.Fault) {
	for _, x := range []struct {
		field, text, empty string
	}{{findingText, f.Text, "Écrivez le constat."}, {findingLeads, f.Consequence, "Écrivez ce qui en découle pour le marché."}} {
		if x.text == "" {
			out = append(out, form.Fault{Field: x.field, Text: x.empty})
		} else if _, err := sourcing.Text("Ce texte", x.text, sourcing.MaxFinding); err != nil {
			out = append(out, form.Fault{Field: x.field, Text: err.Error()})
		}
	}
	if !slices.Contains(sourcing.Effects, f.Effect) {
		out = slices.Insert(out, min(1, len(out)), form.Fault{Field: findingEffect, Text: "Choisissez sur quoi porte le constat."})
	}
	return out
}

// findingDone leads back to the findings, or shows them with why nothing was done.
func (s *site) findingDone(c *fiber.Ctx, m buyer.Member, err error, what string, sent findingSent) error {
	id := c.Params("id")
	if err == nil {
		return done(c, operationURL(id)+findingTab, what)
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	seen, err := s.Operation.Operation(c.UserContext(), m, id)
	if err != nil {
		return err
	}
	sent.state.Heading, sent.state.Refusal = "Rien n’est enregistré", text
	return s.renderFindings(c.Status(status), m, seen, sent)
}

func (s *site) findingRemove(c *fiber.Ctx) error {
	return s.findingAct(c, "operation.finding", "retire", func(o *sourcing.Operation, m buyer.Member, rev int64) error {
		return o.Find(m, sourcing.Finding{ID: c.Params("finding")}, rev, s.Now())
	})
}

func (s *site) findingMove(c *fiber.Ctx) error {
	up := sentForm(c).Get("sens") == "haut"
	return s.findingAct(c, "operation.arrange", "range", func(o *sourcing.Operation, m buyer.Member, rev int64) error {
		return o.Arrange(m, c.Params("finding"), up, rev, s.Now())
	})
}

// findingAct does something to a finding that is there.
func (s *site) findingAct(c *fiber.Ctx, what, told string, do func(o *sourcing.Operation, m buyer.Member, rev int64) error) error {
	m, seen, rev, err := s.findingActed(c)
	if operationCloses(err) {
		return s.operationShut(c, seen, "Constats et conséquences", findingTab, err)
	}
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(seen.Operation.Findings, func(x sourcing.Finding) bool { return x.ID == c.Params("finding") }) {
		return store.ErrNotFound
	}
	err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, what, func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, do(o, m, rev) })
	return s.findingDone(c, m, err, told, findingSent{})
}
