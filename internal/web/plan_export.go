package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/export"
	"sourcier/internal/sourcing"
	"sourcier/internal/taxonomy"
	"sourcier/views/format"
)

// planCSV and planXLSX answer what the filters find as a file, a line a lot.
func (s *site) planCSV(c *fiber.Ctx) error { return s.planFile(c, "csv", csvType, export.PlainCSV) }

func (s *site) planXLSX(c *fiber.Ctx) error {
	return s.planFile(c, "xlsx", xlsxType, export.PlainXLSX)
}

func (s *site) planFile(c *fiber.Ctx, extension, contentType string, write func(context.Context, *export.Plain) (*export.Done, error)) error {
	p, err := s.openPlan(c)
	if err != nil {
		return err
	}
	if p.refusal != "" {
		return &inputError{[]paramProblem{{Parameter: planPlace, Value: clip(p.where), Message: "lieu inconnu", plain: "lieu inconnu"}}}
	}
	names, err := s.namesOf(c.UserContext(), p.facilitateurs())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), exportTime)
	defer cancel()
	table := p.table(names)
	if err := s.sendMade(ctx, c, func() (*export.Done, error) { return write(ctx, table) }); err != nil {
		return err
	}
	name := "programme-" + slug(signedIn(c).Acting.Name, true) + "-" + string(p.day) + "." + extension
	attach(c, contentType, name, url.PathEscape(name))
	return nil
}

func (p *planned) facilitateurs() (out []string) {
	for i := range p.found.List {
		if id := p.found.List[i].Facilitateur; id != "" {
			out = append(out, id)
		}
	}
	return out
}

var planHeads = []export.Head{
	{Label: "Référence", Width: 16}, {Label: "Objet", Width: 44}, {Label: "Service", Width: 24}, {Label: "État", Width: 18}, {Label: "Nature", Width: 14},
	{Label: "Lot", Width: 8}, {Label: "Objet du lot", Width: 36}, {Label: "CPV", Width: 12}, {Label: "Secteurs de l’annuaire", Width: 36}, {Label: "Modalité", Width: 20}, {Label: "Lieux d’exécution", Width: 36},
	{Label: "Montant estimé du lot (€ HT)", Width: 16}, {Label: "Montant estimé de l’achat (€ HT)", Width: 16},
	{Label: "Publication prévue", Width: 14}, {Label: "Début d’exécution", Width: 14}, {Label: "Durée ferme (mois)", Width: 10}, {Label: "Reconductions", Width: 12}, {Label: "Mois par reconduction", Width: 12},
	{Label: "Titulaire actuel", Width: 30}, {Label: "SIREN du titulaire", Width: 14}, {Label: "Reprise du personnel", Width: 12}, {Label: "Facilitateur", Width: 24},
	{Label: "En retard", Width: 10}, {Label: "Adresse", Width: 40},
}

// table is what the filters find, a line a lot.
func (p *planned) table(names map[string]string) *export.Plain {
	out := &export.Plain{Title: "Programme", Heads: planHeads, TempDir: p.Config.TempDir}
	out.About = [][2]string{
		{"Programme d’achats", strings.Join([]string{format.Count(len(p.found.List), "achat", "achats"), format.Count(p.found.Lots, "lot", "lots"), sourcing.Money(p.found.Euros) + " estimés"}, ", ")},
		{"Adresse", p.Config.BaseURL + searchAt(programmePath, p.values())}, {"Extrait le", format.Date(p.day)},
	}
	if p.found.External > 0 {
		out.About = append(out.About, [2]string{"À savoir", format.Text(p.ofElsewhere())})
	}
	for _, chip := range p.chips(programmePath) {
		out.About = append(out.About, [2]string{"Filtre", chip.Label})
	}
	out.About = append(out.About, [2]string{"À savoir", format.Text("Montants estimés, hors taxes, avec toutes les reconductions. Document interne : un fournisseur n’en voit que ce que le programme prévisionnel publie.")})
	out.Rows = func(yield func([]export.Value) bool) {
		for i := range p.found.List {
			v := &p.found.List[i]
			for n := range v.Lots {
				if !yield(p.row(v, &v.Lots[n], names)) {
					return
				}
			}
		}
	}
	return out
}

func (p *planned) row(v *sourcing.Purchase, l *sourcing.Lot, names map[string]string) []export.Value {
	amount := func(n int64) export.Value {
		if n == 0 {
			return export.Value{}
		}
		return export.Amount(n)
	}
	late := ""
	if v.Overdue(p.day) {
		late = "oui"
	}
	mode := ""
	if l.Mode != "" {
		mode = taxonomy.ModeName(l.Mode).Short
	}
	w := export.Words
	return []export.Value{
		w(v.Reference), w(v.Object), w(p.serviceName(v.Service)), w(v.State().Label()), w(v.Nature.Label()),
		w(l.Number), w(v.ObjectOf(l)), w(v.CPVOf(l)), w(strings.Join(p.lotSectors(v, l), " ; ")), w(mode), w(strings.Join(p.placeNames(v.PlacesOf(l)), " ; ")),
		amount(v.EurosOf(l)), amount(v.Total()),
		export.Day(v.Publication), export.Day(v.Start), amount(int64(v.Months)), amount(int64(v.Renewals)), amount(int64(v.RenewalMonths)),
		w(v.Holder.Name), w(v.Holder.SIREN), w(string(v.TakeOver)), w(names[v.Facilitateur]),
		w(late), w(p.Config.BaseURL + purchaseURL(v.ID)),
	}
}

// lotSectors are the labels of the sectors of a lot: those that are chosen, else those
// of its CPV code.
func (s *site) lotSectors(v *sourcing.Purchase, l *sourcing.Lot) (out []string) {
	for _, code := range l.Sectors {
		out = append(out, s.sectorLabel(code))
	}
	if len(out) > 0 || v.CPVOf(l) == "" {
		return out
	}
	for _, sector := range s.Taxonomy.ByCPV(v.CPVOf(l)) {
		if out = append(out, format.Text(sector.Label)); len(out) == maxCPVSectors {
			break
		}
	}
	return out
}

// maxCPVSectors is how many sectors of a CPV code are named.
const maxCPVSectors = 3

// placeNames are places in words.
func (s *site) placeNames(values []string) (out []string) {
	for _, v := range values {
		if name := s.placeName(v); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// monthsWords is « 24 mois », with its renewals: « 24 mois, 1 reconduction de 24 mois ».
func monthsWords(months, renewals, each int) string {
	if months == 0 {
		return ""
	}
	out := strconv.Itoa(months) + format.NBSP + "mois"
	if renewals > 0 {
		if each == 0 {
			each = months
		}
		out += ", " + format.Count(renewals, "reconduction", "reconductions") + " de " + strconv.Itoa(each) + format.NBSP + "mois"
	}
	return out
}
