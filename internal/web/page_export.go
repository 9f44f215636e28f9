package web

import (
	"maps"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/export"
	"sourcier/internal/search/query"
	view "sourcier/views/export"
	"sourcier/views/format"
	"sourcier/views/part"
)

const pathExport = "/exporter"

// exportURL is the address at which the columns of a search are chosen.
func (p *searchPage) exportURL() string {
	return pathExport + strings.TrimPrefix(searchURL(p.values), searchPath)
}

// exportAgain is the page of columns for the search of a request.
func exportAgain(c *fiber.Ctx) string {
	values, err := queryValues(c)
	if err != nil {
		return pathExport
	}
	return pathExport + strings.TrimPrefix(searchURL(with(values, columnsParam)), searchPath)
}

// exportPage lets the columns of a file be chosen, and says beforehand what it will hold.
func (s *site) exportPage(c *fiber.Ctx) error {
	q, err := s.parseExport(c)
	if err != nil {
		return err
	}
	list, err := s.Lists.List(c.UserContext(), q.Query, 0)
	if err != nil {
		return s.engineError(c.UserContext(), "count", err)
	}
	p := s.newSearchPage(q.Query, query.Result{Total: list.Total, Correction: list.Correction})
	page := view.Page{
		Base:   s.base("Exporter des structures", "Télécharger les résultats d’une recherche en CSV ou en classeur.", ""),
		Back:   part.Link{Label: "Revenir aux résultats", URL: searchURL(p.values)},
		Search: p.heading(), Groups: p.columnGroups(q.columns), Columns: columnsParam, CSV: pathCSV, XLSX: pathXLSX,
		All:   part.Link{Label: "Toutes les colonnes", URL: p.withColumns(export.Columns)},
		Usual: part.Link{Label: "Les colonnes courantes", URL: p.exportURL()},
	}
	page.Section = searchPath
	for _, chip := range p.chips() {
		page.Filters = append(page.Filters, chip.Label)
	}
	for _, name := range slices.Sorted(maps.Keys(p.values)) {
		for _, v := range p.values[name] {
			page.Hidden = append(page.Hidden, view.Hidden{Name: name, Value: v})
		}
	}
	page.Rows, page.Left = exportRows(list.Total)
	return render(c, view.View(page))
}

// withColumns is the address of the page with some columns chosen.
func (p *searchPage) withColumns(columns []export.Column) string {
	ids := make([]string, 0, len(columns))
	for _, c := range columns {
		ids = append(ids, c.ID)
	}
	return pathExport + "?" + with(p.values, columnsParam, strings.Join(ids, ",")).Encode()
}

// exportRows tells how many rows a file will have, and what it leaves out.
func exportRows(total int) (rows, left string) {
	switch {
	case total == 0:
		return "", ""
	case total > export.MaxVisitorRows:
		return format.Count(export.MaxVisitorRows, "ligne", "lignes"),
			"Le fichier aura les " + format.Number(export.MaxVisitorRows) + " premières structures sur " + format.Number(total) +
				", dans l’ordre des résultats. Pour tout avoir, exporter en plusieurs fois" + format.NNBSP + ": un filtre (commune, secteur, type) donne chaque part."
	}
	return format.Count(total, "ligne", "lignes"), ""
}

// columnGroups offers the columns that the search can fill.
func (p *searchPage) columnGroups(chosen []export.Column) (out []view.Group) {
	ticked := map[string]bool{}
	for _, c := range chosen {
		ticked[c.ID] = true
	}
	_, placed := p.q.Origin(p.Atlas)
	for _, c := range export.Columns {
		if c.Placed && !placed {
			continue
		}
		if n := len(out); n == 0 || out[n-1].Title != c.Group {
			out = append(out, view.Group{Title: c.Group})
		}
		g := &out[len(out)-1]
		g.Boxes = append(g.Boxes, view.Box{ID: "colonne-" + c.ID, Value: c.ID, Label: c.Head, Checked: ticked[c.ID]})
	}
	return out
}
