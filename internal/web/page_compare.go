package web

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/compare"
	"sourcier/views/format"
	"sourcier/views/part"
)

const (
	comparePath = "/comparer"
	paramID     = "id"
	paramOnly   = "ecarts" // "1": what is the same of all is left out
)

// comparison is what the parts of the page are made from.
type comparison struct {
	*site
	docs    []store.Doc[structure.Structure]
	missing int         // asked for and not in the directory, or no longer
	over    int         // asked for beyond MaxCompared
	search  query.Query // they come from, the zero one when there is none
	back    string      // the encoded search they come from
	only    bool
	day     structure.Date
}

// compare answers structures side by side, as the store has them.
func (s *site) compare(c *fiber.Ctx) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	cmp := comparison{site: s, only: values.Get(paramOnly) == "1", day: s.today()}
	if q, ok := s.backQuery(values.Get(paramBack)); ok {
		cmp.search, cmp.back = q, q.Values().Encode()
	}
	if err := cmp.read(c.UserContext(), values[paramID]); err != nil {
		return err
	}
	parts := []string{"compare", string(cmp.day), cmp.back, fmt.Sprint(cmp.only, cmp.missing, cmp.over, s.isDemo(), s.isMixed())}
	for _, d := range cmp.docs {
		parts = append(parts, d.ID, fmt.Sprint(d.Version))
	}
	if len(cmp.docs) == 0 && cmp.missing > 0 { // every one of them is gone
		c.Status(fiber.StatusNotFound)
	} else if notModified(c, s.tag(parts...)) {
		return nil
	}
	page := cmp.page(s.backLink(c))
	ids := make([]string, 0, len(cmp.docs))
	for _, d := range cmp.docs {
		ids = append(ids, d.ID)
	}
	page.AddTo = s.addURL(c, c.OriginalURL(), ids...)
	return render(c, compare.View(page))
}

// read takes the structures that the ids name, each once, the first ones when
// they are too many.
func (cmp *comparison) read(ctx context.Context, ids []string) error {
	var seen []string
	for _, id := range ids {
		if id == "" || slices.Contains(seen, id) {
			continue
		}
		if seen = append(seen, id); len(seen) > part.MaxCompared {
			cmp.over++
			continue
		}
		if !idPattern.MatchString(id) {
			cmp.missing++
			continue
		}
		doc, err := cmp.shown(ctx, id)
		switch {
		case errors.Is(err, store.ErrNotFound), errors.Is(err, errSuspended), err == nil && doc.Value.Withdrawn():
			cmp.missing++
		case err != nil:
			return fmt.Errorf("structure %s to compare: %w", id, err)
		case slices.ContainsFunc(cmp.docs, func(d store.Doc[structure.Structure]) bool { return d.ID == doc.ID }): // merged since
		default:
			cmp.docs = append(cmp.docs, doc)
		}
	}
	return nil
}

func (cmp *comparison) page(back part.Link) compare.Page {
	heading := "Comparer des structures"
	if n := len(cmp.docs); n > 0 {
		heading = "Comparer " + format.Count(n, "structure", "structures")
	}
	p := compare.Page{Base: cmp.base(heading, "Des structures côte à côte : métiers, zone, agréments, marchés réservables, contact.", ""), Back: back, Heading: heading, Hidden: cmp.only, Notes: cmp.notes()}
	p.Section = searchPath
	p.Printed = format.Text("Comparaison du " + format.Date(cmp.day) + " : " + cmp.Config.BaseURL + cmp.url(cmp.only, ""))
	p.Other = cmp.url(!cmp.only, "")
	for i := range cmp.docs {
		v := &cmp.docs[i].Value
		p.Columns = append(p.Columns, compare.Column{
			ID: v.ID, Name: v.Name, URL: sheetURL(v.ID, cmp.back), Badges: cmp.badgesOf(v, cmp.day),
			Closed: v.Closed, Fictional: v.Demo && cmp.isMixed(), Remove: cmp.url(cmp.only, v.ID),
		})
	}
	for _, r := range cmp.rows() {
		if len(cmp.docs) > 1 && alike(r) {
			p.Alike++
			if cmp.only {
				continue
			}
		}
		p.Rows = append(p.Rows, r)
	}
	return p
}

// notes says what was asked for and is not there.
func (cmp *comparison) notes() []string {
	var out []string
	if cmp.over > 0 {
		out = append(out, fmt.Sprintf("La comparaison s’arrête à %d structures : les %d premières sont comparées, %s.", part.MaxCompared, part.MaxCompared, format.Count(cmp.over, "autre ne l’est pas", "autres ne le sont pas")))
	}
	if n := cmp.missing; n > 0 {
		out = append(out, format.Count(n, "structure demandée n’est pas", "structures demandées ne sont pas")+" dans l’annuaire, ou n’y "+format.Plural(n, "est", "sont")+" plus.")
	}
	if len(cmp.docs) == 1 {
		out = append(out, "Une seule structure est choisie : ajoutez-en une autre depuis la liste de résultats.")
	}
	for i := range out {
		out[i] = format.Text(out[i])
	}
	return out
}

// url is the address of the comparison, without one of its structures.
func (cmp *comparison) url(only bool, without string) string {
	values := url.Values{}
	for _, d := range cmp.docs {
		if d.ID != without {
			values.Add(paramID, d.ID)
		}
	}
	if cmp.back != "" {
		values.Set(paramBack, cmp.back)
	}
	if only {
		values.Set(paramOnly, "1")
	}
	return searchAt(comparePath, values)
}

// alike reports whether a row says the same of every structure.
func alike(r compare.Row) bool {
	return !slices.ContainsFunc(r.Cells, func(c compare.Cell) bool { return !slices.Equal(c, r.Cells[0]) })
}

// rows are the facts compared, in the order in which a card tells them.
func (cmp *comparison) rows() []compare.Row {
	facts := []struct {
		term string
		of   func(*structure.Structure) compare.Cell
	}{
		{"Métiers", cmp.trades}, {"Où", cmp.place}, {"Intervient", cmp.zones}, {"Taille", cmp.size},
		{"Marché réservable", cmp.bases}, {"Agréments en vigueur", cmp.agreements}, {"Disponibilité", cmp.availability},
		{"Mode d’intervention", cmp.modes}, {"Labels", cmp.labels}, {"Atouts responsables", cmp.characteristics},
		{"Références", cmp.references}, {"Contact", cmp.contactWays},
	}
	var out []compare.Row
	for _, f := range facts {
		row := compare.Row{Term: f.term}
		for i := range cmp.docs {
			row.Cells = append(row.Cells, f.of(&cmp.docs[i].Value))
		}
		out = append(out, row)
	}
	return out
}

// lines is a cell of plain lines.
func lines(text ...string) compare.Cell {
	var out compare.Cell
	for _, t := range text {
		if t != "" {
			out = append(out, compare.Line{Text: t})
		}
	}
	return out
}

func (cmp *comparison) trades(v *structure.Structure) compare.Cell {
	out := lines(cmp.sectorsOf(v)...)
	if len(out) > 0 && !slices.ContainsFunc(v.Activities, func(a structure.Activity) bool { return !a.Derived }) {
		out[len(out)-1].Note = "Déduits du code APE, non déclarés"
	}
	return out
}

// place says where it is, and how far from the place asked for.
func (cmp *comparison) place(v *structure.Structure) compare.Cell {
	out := lines(format.Text(cmp.city(v)))
	if from, ok := cmp.search.Origin(cmp.Atlas); ok {
		if km, near := from.Distance(v.Address.Point); km != nil {
			out = append(out, compare.Line{Text: format.Distance(*km, near) + " " + format.OfCommune(from.Label)})
		}
	}
	return out
}

// zones says where it works, first whether that is where it was asked for.
func (cmp *comparison) zones(v *structure.Structure) compare.Cell {
	var out compare.Cell
	for _, t := range cmp.search.Serves {
		serves := slices.ContainsFunc(v.Activities, func(a structure.Activity) bool { return a.Zone.Serves(cmp.Atlas, v.Address, t) })
		if serves {
			out = append(out, compare.Line{Text: "✓ " + format.Upper(format.In(t)), Tone: part.Good})
		} else {
			out = append(out, compare.Line{Text: "✗ Pas " + format.In(t), Tone: part.Warn})
		}
	}
	row := cmp.where(v)
	for _, l := range row.Lines {
		out = append(out, compare.Line{Text: l, Tone: row.Tone})
	}
	return out
}

func (cmp *comparison) size(v *structure.Structure) compare.Cell {
	return lines(sizeLine(v.Workforce, v.Size))
}

// bases names each basis with who says so.
func (cmp *comparison) bases(v *structure.Structure) compare.Cell {
	if v.Closed {
		return compare.Cell{{Text: "Sans objet : établissement fermé", Tone: part.Muted}}
	}
	claims := cmp.Rules.Claims(v, cmp.day)
	var out compare.Cell
	for _, b := range cmp.Rules.BasisValues(v, cmp.day) {
		own := slices.DeleteFunc(slices.Clone(claims), func(c structure.BasisClaim) bool { return c.Basis != b })
		line := compare.Line{
			Text:  string(b),
			Check: structure.Doubtful(own, b, cmp.day),
		}
		if from := claimSources(v, own); len(from) > 0 {
			line.Note = "D’après " + strings.Join(from, format.NNBSP+"; ")
		}
		// Bases that the same source founds are said in one line.
		if n := len(out); n > 0 && out[n-1].Note == line.Note && out[n-1].Check == line.Check {
			out[n-1].Text += ", " + line.Text
			continue
		}
		out = append(out, line)
	}
	for i := range out {
		out[i].Text = "Potentiellement éligible " + out[i].Text
	}
	if len(out) == 0 {
		out = compare.Cell{{Text: "Aucune base connue", Tone: part.Muted}}
	}
	return out
}

func (cmp *comparison) agreements(v *structure.Structure) compare.Cell {
	var out compare.Cell
	for _, a := range v.Agreements {
		if !a.InForce(cmp.day) {
			continue
		}
		line := compare.Line{Text: string(a.Kind), Note: sourceNote(a.Source, a.AsOf), Check: a.Aged(cmp.day)}
		if a.End != "" {
			line.Text += ", jusqu’au " + format.ShortDate(a.End)
		} else {
			line.Text += ", fin non connue"
		}
		out = append(out, line)
	}
	if v.HasESUS(cmp.day) {
		out = append(out, compare.Line{Text: "ESUS" + esusEnd(v, cmp.day), Note: fromNote(v, structure.FieldESUS)})
	}
	for _, l := range v.Lapses(cmp.day) {
		out = append(out, compare.Line{Text: lapseText(l), Tone: part.Warn})
	}
	if len(out) == 0 {
		out = compare.Cell{{Text: "Aucun", Tone: part.Muted}}
	}
	return out
}

func (cmp *comparison) availability(v *structure.Structure) compare.Cell {
	row := capacity(v, cmp.day)
	return compare.Cell{{Text: row.Lines[0], Note: row.Note, Tone: row.Tone}}
}

func (cmp *comparison) modes(v *structure.Structure) compare.Cell {
	var out []string
	for _, a := range cmp.activities(v, cmp.day) {
		for mode := range strings.SplitSeq(a.Modes, ", ") {
			if !slices.Contains(out, mode) {
				out = append(out, mode)
			}
		}
	}
	return lines(out...)
}

func (cmp *comparison) labels(v *structure.Structure) compare.Cell {
	var out compare.Cell
	for _, l := range labelLines(v, cmp.day) {
		line := compare.Line{Text: l.Name, Note: l.State.Text}
		if l.To != "" {
			line.Note += ", jusqu’au " + l.To
		}
		out = append(out, line)
	}
	return out
}

func (cmp *comparison) characteristics(v *structure.Structure) compare.Cell {
	var out []string
	for _, a := range cmp.activities(v, cmp.day) {
		for _, c := range a.Characteristics {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return lines(out...)
}

func (cmp *comparison) references(v *structure.Structure) compare.Cell {
	var out []string
	for _, r := range v.References[:min(maxSummary, len(v.References))] {
		out = append(out, format.Text(r))
	}
	if rest := len(v.References) - maxSummary; rest > 0 {
		out = append(out, format.Count(rest, "autre", "autres"))
	}
	return lines(out...)
}

func (cmp *comparison) contactWays(v *structure.Structure) compare.Cell {
	c := cmp.contact(v)
	var out compare.Cell
	if c.Phone != "" {
		out = append(out, compare.Line{Text: c.Phone, URL: "tel:" + c.Dial})
	}
	if c.Email != "" {
		out = append(out, compare.Line{Text: c.Email, URL: "mailto:" + c.Email})
	}
	if c.URL != "" {
		out = append(out, compare.Line{Text: c.Website, URL: c.URL})
	}
	return out
}
