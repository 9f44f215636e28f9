package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/territory"
	"sourcier/views/drawing"
	"sourcier/views/format"
	"sourcier/views/plan"
	"sourcier/views/results"
)

// planPath is where a search is drawn and counted by commune.
const planPath = "/carte"

// planURL is the address of a search as a plan.
func planURL(values url.Values) string {
	values = with(values, "sort")
	values.Del("per_page")
	if len(values) == 0 {
		return planPath
	}
	return planPath + "?" + values.Encode()
}

// resultsMap is what the map beside a list loads.
func (p *searchPage) resultsMap() results.Map {
	tiles, _, _ := strings.Cut(p.Config.TileHost, ",")
	values := with(p.values, "sort")
	values.Del("per_page")
	return results.Map{
		Data: apiRoot + "/map?" + values.Encode(), Plan: planURL(p.values),
		Script: p.Assets.URL("js/map.js"), Leaflet: p.Assets.URL("vendor/leaflet.js"), Style: p.Assets.URL("vendor/leaflet.css"),
		Tiles: strings.TrimSpace(tiles),
	}
}

// Limits of a plan: rows of its table, and discs that hold a number without hiding
// each other.
const (
	maxPlanRows  = 500
	maxPlanDiscs = 60
)

// plan answers a search as a drawing and a table by commune: the map for who has no
// script, and on paper.
func (s *site) plan(c *fiber.Ctx) error {
	q, err := s.parseSearch(c)
	if err != nil {
		return err
	}
	q.Facets, q.OnlyFacets, q.IDsOnly, q.Page, q.PerPage, q.Cursor = len(q.Labels) > 0, []string{"label"}, true, 1, 1, ""
	places, err := s.Map.Places(c.UserContext(), q)
	if err != nil {
		return s.engineError(c.UserContext(), "places", err)
	}
	if notModified(c, s.searchTag(q, places.Generation, "plan")) {
		return nil
	}
	fit, err := s.Map.Map(c.UserContext(), q, query.Frame{Fit: true})
	if err != nil {
		return s.engineError(c.UserContext(), "map", err)
	}
	named := query.Result{Total: places.Total, Correction: places.Correction}
	if q.Facets { // the names of labels are those of the directory
		res, err := s.aside(c.UserContext(), q)
		if err != nil {
			return err
		}
		named.Facets = res.Facets
	}
	q.Facets, q.OnlyFacets, q.IDsOnly, q.PerPage = false, nil, false, query.DefaultPage
	p := s.newSearchPage(q, named)
	return render(c, plan.View(p.plan(places, fit)))
}

func (p *searchPage) plan(places query.Places, fit query.Map) plan.Page {
	heading, address := p.heading(), ""
	if len(p.values) == 0 {
		address = planPath
	}
	page := plan.Page{
		Base:    p.base("Carte"+format.NNBSP+": "+heading, "Où sont les structures trouvées, commune par commune : "+heading+".", address),
		Heading: heading, Chips: p.chips(), Correction: p.correction(), List: searchURL(p.values),
	}
	for i := range page.Chips {
		page.Chips[i].URL = planOf(page.Chips[i].URL)
	}
	page.Section = searchPath
	for _, l := range places.Communes[:min(len(places.Communes), maxPlanRows)] {
		page.Rows = append(page.Rows, p.planRow(l))
	}
	for _, l := range places.Communes[len(page.Rows):] {
		page.OtherCommunes, page.OtherCount = page.OtherCommunes+1, page.OtherCount+l.Count
	}
	page.Notes = planNotes(places)
	page.Map = p.planMap(places, fit)
	return page
}

// planOf turns the address of a list into that of its plan.
func planOf(list string) string {
	u, err := url.Parse(list)
	if err != nil {
		return planPath
	}
	return planURL(u.Query())
}

func (p *searchPage) planRow(l query.Located) plan.Row {
	c, _ := p.Atlas.Commune(l.Commune)
	return plan.Row{
		Name: format.Text(c.Name), Department: c.Department, Count: l.Count,
		URL: searchURL(with(p.values, "territory", l.Commune)),
	}
}

// planNotes says what the drawing cannot show.
func planNotes(places query.Places) (out []string) {
	if n := places.Unknown; n > 0 {
		out = append(out, format.Count(n, "structure n’a pas de commune connue", "structures n’ont pas de commune connue")+format.NNBSP+": le tableau ne les compte pas.")
	}
	if n := places.Unplaced; n > 0 {
		out = append(out, format.Count(n, "structure sans position", "structures sans position")+format.NNBSP+": seul leur département, ou leur commune, est connu. La carte de la liste ne les montre pas.")
	}
	return out
}

// planMap draws the communes of what is found, less those that lie far from all
// others, which the table has.
func (p *searchPage) planMap(places query.Places, fit query.Map) drawing.Map {
	m := drawing.Map{ID: "plan", Title: "Plan" + format.NNBSP + ": " + p.heading()}
	far, shown := 0, map[string]bool{}
	for _, l := range places.Communes {
		c, _ := p.Atlas.Commune(l.Commune)
		switch {
		case c.Precision == territory.PrecisionDepartment || !nearby(fit.Bounds, c) || len(m.Communes) == drawing.MaxCommunes:
			far += l.Count
			continue
		case len(shown) < maxPlanDiscs:
			m.Communes = append(m.Communes, drawing.Commune{Code: c.Code, Name: c.Name, Lat: c.Lat, Lon: c.Lon, In: true, Count: l.Count, URL: searchURL(with(p.values, "territory", c.Code))})
		default:
			m.Communes = append(m.Communes, drawing.Commune{Code: c.Code, Name: c.Name, Lat: c.Lat, Lon: c.Lon, In: true})
		}
		shown[c.Code] = true
	}
	m.Communes = append(m.Communes, p.background(fit.Bounds, shown)...)
	m.Text = "Chaque disque porte le nombre de structures installées dans la commune ; un point plein, qu’il y en a aussi."
	if far > 0 {
		m.Text += " " + format.Count(far, "structure plus éloignée est", "structures plus éloignées sont") + " dans le tableau seulement."
	}
	if len(shown) == 0 {
		m.Text = "Rien à dessiner : aucune structure trouvée n’a de commune connue."
	}
	return m
}

// background are the communes of home near what is shown, the largest first.
func (p *searchPage) background(b query.Bounds, shown map[string]bool) (out []drawing.Commune) {
	if len(shown) == 0 {
		return nil
	}
	var list []territory.Commune
	for ord := range p.Home.Communes.All() {
		if c := p.Atlas.At(ord); !shown[c.Code] && c.Precision != territory.PrecisionDepartment && nearby(b, c) {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b territory.Commune) int { return cmp.Compare(b.Population, a.Population) })
	for _, c := range list {
		out = append(out, drawing.Commune{Code: c.Code, Name: c.Name, Lat: c.Lat, Lon: c.Lon})
	}
	return out
}

// nearby reports that the point of a commune is in the bounds, or a few kilometres
// from them: what is in a commune is not at its point.
func nearby(b query.Bounds, c territory.Commune) bool {
	const few = 0.04
	b = query.Bounds{West: b.West - few, South: b.South - few, East: b.East + few, North: b.North + few}
	return b.Holds(c.Lat, c.Lon)
}
