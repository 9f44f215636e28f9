package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/admin"
	"sourcier/views/format"
	views "sourcier/views/programme"
)

// Bounds of the page that shows what would be written.
const (
	planLines   = 50
	planRemarks = 100
)

// importPlan shows what an import would write.
func (s *site) importPlan(c *fiber.Ctx) error { return s.renderImportPlan(c, nil, 0) }

func (s *site) renderImportPlan(c *fiber.Ctx, why error, status int) error {
	i, plan, err := s.Programme.PlanImport(c.UserContext(), deskMember(c), c.Params("id"))
	switch {
	case err != nil:
		return err
	case !i.AcceptAt.IsZero():
		return s.renderImportDone(c, i, why)
	case !i.Mapped:
		return c.Redirect(importURL(i.ID), fiber.StatusSeeOther)
	}
	k := importKindOf(i.Kind)
	p := views.ImportPlanPage{ImportPage: s.importPage(c, &i.Import, "Aperçu de "+format.Quote(i.File)), Stamp: plan.Stamp}
	refuseOnPage(c, &p.Page, &p.State, "Rien n’est écrit", why)
	if status != 0 {
		c.Status(status)
	}
	p.Figures = views.Figures(plan.Tally, k.one, k.many, false)
	p.Notes = importWarnings(plan)
	if n := len(plan.Services); n > 0 && plan.Over == "" {
		p.Services = format.Count(n, "service s’ajoutera", "services s’ajouteront") + " aux réglages du programme : " + clipped(strings.Join(plan.Services, ", "), 300) + "."
	}
	if n := plan.Tally.Writes(); n > 0 && plan.Over == "" {
		p.Button = "Importer " + format.Count(n, k.one, k.many)
	}
	if i.Kind != programme.ImportProjects {
		p.Back = importURL(i.ID)
		if plan.Tally.Refused > 0 {
			p.Refused = importURL(i.ID) + "/lignes-refusees.csv"
		}
	}
	p.Faults, p.Remarks, p.MoreSaid = remarkTables(plan.Remarks)
	p.Lines = s.planTable(plan, k)
	if more := len(plan.Items) - planLines; more > 0 {
		p.More = "Et " + format.Count(more, "autre", "autres") + ", lus de la même façon."
	}
	return render(c, views.ImportPlanView(p))
}

func importWarnings(plan *programme.ImportPlan) (out []string) {
	if plan.Over != "" {
		out = append(out, plan.Over)
	}
	if plan.Tally.Writes() == 0 && plan.Over == "" {
		switch {
		case plan.Tally.Same > 0 && plan.Tally.Refused+plan.Tally.Conflicts == 0:
			out = append(out, "Il n’y a rien à écrire : le programme est déjà comme le fichier.")
		default:
			out = append(out, "Il n’y a rien à écrire.")
		}
	}
	return out
}

// remarkTables are what is wrong, then what is good to know.
func remarkTables(list []programme.Remark) (faults, remarks admin.Table, more string) {
	heads := []string{"Ligne", "Colonne", "Valeur", "À savoir"}
	faults = admin.Table{Caption: "Lignes en erreur", Heads: []string{"Ligne", "Colonne", "Valeur", "À corriger"}}
	remarks = admin.Table{Heads: heads}
	said, left := 0, 0
	for _, r := range list {
		to := &remarks
		if r.Fault {
			to = &faults
		} else {
			said++
		}
		if len(to.Rows) >= planRemarks {
			left++
			continue
		}
		column := admin.Cell{Text: r.Column, Note: clipped(r.Head, 40)}
		if r.Column == "" {
			column = admin.Cell{Text: clipped(r.Head, 40)}
		}
		to.Rows = append(to.Rows, admin.Row{Cells: []admin.Cell{{Text: "Ligne " + strconv.Itoa(r.Line)}, column, {Text: clipped(r.Value, 60)}, {Text: format.Text(r.Text)}}})
	}
	remarks.Caption = format.Count(said, "remarque sur ce qui a été compris", "remarques sur ce qui a été compris")
	if left > 0 {
		more = format.Count(left, "autre remarque n’est pas montrée", "autres remarques ne sont pas montrées") + "."
	}
	return faults, remarks, more
}

// planTable shows the first items as they were understood.
func (s *site) planTable(plan *programme.ImportPlan, k importKind) admin.Table {
	t := admin.Table{Caption: "Premières lignes, comme elles ont été comprises", Heads: []string{format.Upper(k.one), "Ce qui sera fait", "Montant HT", "Dates", "Lieux"}, Empty: "Aucune ligne ne dit quelque chose."}
	for n := range plan.Items[:min(len(plan.Items), planLines)] {
		item := &plan.Items[n]
		row := admin.Row{Cells: []admin.Cell{{Text: clipped(item.Title, 120), Note: linesText(item.Lines)}, actionCell(item), {}, {}, {}}}
		switch {
		case item.Purchase != nil:
			s.purchaseCells(row.Cells, item.Purchase, item)
		case item.Contract != nil:
			s.contractCells(row.Cells, item.Contract, item)
		}
		if row.Cells[0].Text == "" {
			row.Cells[0].Text = "Sans objet"
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func linesText(lines []int) string {
	if len(lines) == 0 {
		return ""
	}
	words := make([]string, len(lines))
	for i, n := range lines {
		words[i] = strconv.Itoa(n)
	}
	if len(words) > 6 {
		words = append(words[:5], "…")
	}
	return format.Plural(len(lines), "ligne ", "lignes ") + strings.Join(words, ", ")
}

func actionCell(item *programme.Item) admin.Cell {
	switch item.Action {
	case programme.Creates:
		return admin.Cell{Text: "ajouté", Tone: "good"}
	case programme.Updates:
		return admin.Cell{Text: "mis à jour", Tone: "good"}
	case programme.Keeps:
		return admin.Cell{Text: "déjà là, rien à faire"}
	case programme.Vanishes:
		return admin.Cell{Text: "plus dans le fichier", Tone: "wait", Note: "Marqué comme absent de la dernière liste."}
	case programme.Refuses:
		return admin.Cell{Text: "en erreur", Tone: "bad"}
	}
	return admin.Cell{Text: "laissé tel quel", Tone: "wait", Note: format.Text(item.Why)}
}

// notesOf joins the lines below the object.
func notesOf(lines ...string) string {
	var out []string
	for _, l := range lines {
		if l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, " · ")
}

func (s *site) purchaseCells(cells []admin.Cell, p *sourcing.Purchase, item *programme.Item) {
	lots := ""
	if p.Divided() {
		lots = format.Count(len(p.Lots), "lot", "lots")
	}
	cells[0] = admin.Cell{Text: format.Text(clipped(p.Object, 120)), Note: notesOf(p.Reference, lots, item.Service, p.Nature.Label(), cpvText(p.CPV), linesText(item.Lines))}
	cells[2].Text = moneyWords(p.Total())
	if p.Months > 0 {
		cells[2].Note = durationText(p.Months, p.Renewals, p.RenewalMonths)
	}
	cells[3] = datesCell("publication", p.Publication, "début", p.Start)
	cells[4].Text = s.placeList(p.Places, 3)
}

func (s *site) contractCells(cells []admin.Cell, c *sourcing.Contract, item *programme.Item) {
	cells[0] = admin.Cell{Text: format.Text(clipped(c.Object, 120)), Note: notesOf(c.Reference, c.Holder.Name, item.Service, cpvText(c.CPV), linesText(item.Lines))}
	cells[2].Text = euros(c.Euros)
	if c.Renewals > 0 {
		cells[2].Note = format.Count(c.Renewals, "reconduction", "reconductions") + " de " + format.Count(c.RenewalMonths, "mois", "mois")
	}
	cells[3] = datesCell("début", c.Start, "fin", c.End)
	cells[4].Text = s.placeList(c.Places, 3)
}

func cpvText(code string) string {
	if code == "" {
		return ""
	}
	return "CPV " + code
}

func durationText(months, renewals, each int) string {
	text := format.Count(months, "mois", "mois")
	if renewals > 0 {
		text += fmt.Sprintf(" + %d × %d mois", renewals, each)
	}
	return text
}

func datesCell(one string, a structure.Date, other string, b structure.Date) admin.Cell {
	var out []string
	if a != "" {
		out = append(out, format.Upper(one)+" "+format.ShortDate(a))
	}
	if b != "" {
		out = append(out, format.Upper(other)+" "+format.ShortDate(b))
	}
	if len(out) == 0 {
		return admin.Cell{}
	}
	return admin.Cell{Text: out[0], Note: strings.Join(out[1:], "")}
}
