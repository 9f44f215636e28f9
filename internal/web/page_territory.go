package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/views/drawing"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/place"
)

const (
	territoriesPath = "/territoires"
	sectorsPath     = "/secteurs"
	territoryRoute  = territoriesPath + "/:value"
	sectorRoute     = sectorsPath + "/:code"

	maxNeighbours   = 6
	maxCommuneLines = 40 // communes whose structures are counted on a page
	maxQuarterLines = 12
)

// territoryURL is the page of a territory.
func territoryURL(value string) string { return territoriesPath + "/" + value }

// sectorURL is the page of a sector or of a group.
func sectorURL(code string) string { return sectorsPath + "/" + code }

// territory answers the page of a commune, of an EPCI or EPT, of a department or
// of a region.
func (s *site) territory(c *fiber.Ctx) error {
	value, err := url.PathUnescape(c.Params("value"))
	if err != nil {
		return fiber.ErrNotFound
	}
	t, err := s.Atlas.Resolve(value)
	if err != nil || t.Kind == territory.KindFrance {
		return fiber.ErrNotFound
	}
	if t.Value != value { // "94", a code of before: one page has one address
		return c.Redirect(territoryURL(t.Value), fiber.StatusMovedPermanently)
	}
	if notModified(c, s.countTag("territory", t.Value+" "+s.outlines().Stamp())) {
		return nil
	}
	p, err := keepCounts(c, s, territoryURL(t.Value), func() (place.Territory, error) { return s.countTerritory(c, t) })
	if err != nil {
		return err
	}
	title, end := territoryTitle(t)
	p.Base = s.base(fitted(title, end), "Les structures d’insertion, du handicap, de l’ESS, les TPE et PME qui interviennent "+p.In+", par secteur et par base légale, et les secteurs que personne n’y propose.", territoryURL(t.Value))
	p.Section = territoriesPath
	p.Search = part.Search{Where: p.Name, WhereValue: t.Value, Places: s.places(), Folded: true}
	p.Quarters, p.QuarterBy = s.quarterLines(t)
	return render(c, place.TerritoryView(p))
}

// territoryTitle gives a title and the end that tells it from others: communes of
// two departments share a name, and so do the shortened names of two EPCI.
func territoryTitle(t territory.Territory) (title, end string) {
	switch t.Kind {
	case territory.KindCommune:
		return "Fournisseurs " + format.In(t), " (" + t.Value + ")"
	case territory.KindEPCI:
		return "Fournisseurs de " + format.Text(t.Label), " (" + strings.TrimPrefix(t.Value, "epci:") + ")"
	}
	return "Fournisseurs " + format.In(t), ""
}

// countTerritory makes what the page counts.
func (s *site) countTerritory(c *fiber.Ctx, t territory.Territory) (place.Territory, error) {
	values := url.Values{"serves": {t.Value}}
	p := place.Territory{Name: format.Text(t.Label), In: format.In(t), Facts: s.territoryFacts(t), Wider: s.widerPlaces(t)}
	res, err := s.counted(c, values, "family", "basis", "sector")
	if err != nil {
		return p, err
	}
	p.Serving = part.Count{Label: format.Plural(res.Total, "structure intervient ", "structures interviennent ") + p.In, Note: "La zone d’intervention compte, pas l’adresse.", N: res.Total, URL: searchURL(values)}
	if p.Here, err = s.established(c, t); err != nil {
		return p, err
	}
	p.Families = familyCounts(values, facetOf(res, "family"))
	p.Bases = basisCounts(values, facetOf(res, "basis"))
	found, err := s.sectorCounts(c, values, facetOf(res, "sector"))
	if err != nil {
		return p, err
	}
	p.Groups = s.soldGroups(values, found)
	if p.Missing, err = s.missing(c, t, found); err != nil {
		return p, err
	}
	return p, s.countAround(c, t, &p)
}

// established counts who is installed in a territory.
func (s *site) established(c *fiber.Ctx, t territory.Territory) (part.Count, error) {
	values := url.Values{"territory": {t.Value}}
	res, err := s.counted(c, values)
	return part.Count{
		Label: format.Plural(res.Total, "structure y est installée", "structures y sont installées"),
		Note:  "L’adresse compte. Une structure installée ici peut n’intervenir qu’ailleurs.",
		N:     res.Total, URL: searchURL(values),
	}, err
}

// serving counts who serves a territory, as a line of a list.
func (s *site) serving(c *fiber.Ctx, t territory.Territory) (part.Count, error) {
	res, err := s.counted(c, url.Values{"serves": {t.Value}})
	return part.Count{Label: format.Text(t.Label), N: res.Total, URL: territoryURL(t.Value)}, err
}

// familyHelp says which kinds a family holds.
var familyHelp = map[structure.Family]string{
	structure.Insertion:  "EI, ACI, AI, ETTI, EITI, GEIQ, SEP",
	structure.Handicap:   "ESAT, EA, EATT",
	structure.FamilyESS:  "Associations, coopératives, mutuelles, fondations",
	structure.Entreprise: "TPE, PME et autres entreprises",
}

// familyCounts lists every family: that one has nobody is information.
func familyCounts(values url.Values, facet []query.FacetValue) []part.Count {
	counts := countsOf(facet)
	var out []part.Count
	for _, f := range structure.Families {
		out = append(out, part.Count{
			Label: taxonomy.FamilyName(f).Short, Note: familyHelp[f], Family: string(f), N: counts[string(f)],
			URL: searchURL(with(values, "family", string(f))),
		})
	}
	return out
}

// basisTitle says what an article is about, beside its number.
func basisTitle(article string) string {
	return strings.TrimSuffix(taxonomy.BasisInfo(structure.Basis(article)).Long, " ("+article+")")
}

func basisCounts(values url.Values, facet []query.FacetValue) []part.Count {
	var out []part.Count
	for _, v := range facet {
		if v.Count == 0 {
			continue
		}
		out = append(out, part.Count{Label: v.Value, Note: basisTitle(v.Value), N: v.Count, URL: searchURL(with(values, "basis", v.Value))})
	}
	return out
}

// soldGroups lists the groups that somebody sells, each with its sectors that
// somebody sells, in the order of the taxonomy.
func (s *site) soldGroups(values url.Values, found map[string]int) []place.Group {
	line := func(code, label string) part.Count {
		return part.Count{Label: format.Text(label), N: found[code], URL: searchURL(with(values, "sector", code))}
	}
	var out []place.Group
	for _, g := range s.Taxonomy.Groups() {
		if found[g.Code] == 0 {
			continue
		}
		group := place.Group{Count: line(g.Code, g.Label)}
		for _, v := range s.Taxonomy.InGroup(g.Code) {
			if found[v.Code] > 0 {
				group.Sectors = append(group.Sectors, line(v.Code, v.Label))
			}
		}
		out = append(out, group)
	}
	return out
}

// territoryFacts says what the territory is: « Commune », « Val-de-Marne (94) »,
// « 24 communes », « 95 510 habitants ».
func (s *site) territoryFacts(t territory.Territory) []string {
	people, n := 0, 0
	for ord := range t.Communes.All() {
		commune := s.Atlas.At(ord)
		if n++; t.Kind == territory.KindCommune && commune.Code != t.Value {
			continue // an arrondissement is counted with its city
		}
		people += commune.Population
	}
	var out []string
	switch t.Kind {
	case territory.KindCommune:
		commune, _ := s.Atlas.Commune(t.Value)
		out = append(out, "Commune", territoryText(s.Atlas, "dep:"+commune.Department))
	case territory.KindEPCI:
		out = append(out, "Intercommunalité", format.Count(n, "commune", "communes"))
	case territory.KindDepartment:
		out = append(out, "Département", format.Count(n, "commune", "communes"))
	case territory.KindRegion:
		out = append(out, "Région", format.Count(n, "commune", "communes"))
	}
	if people > 0 && (t.Kind == territory.KindCommune || t.Kind == territory.KindEPCI) {
		out = append(out, format.Count(people, "habitant", "habitants"))
	}
	return out
}

func territoryText(atlas *territory.Atlas, value string) string {
	return format.Text(territoryLabel(atlas, value))
}

// widerPlaces links to the EPT, EPCI, department and region of a commune, and to
// the departments and region that a wider place touches.
func (s *site) widerPlaces(t territory.Territory) []part.Link {
	var values []string
	for ord := range t.Communes.All() {
		of := s.Atlas.Of(s.Atlas.At(ord).Code)
		if t.Kind != territory.KindCommune {
			of = of[len(of)-2:] // department and region
		}
		for _, v := range of {
			if v != t.Value && !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		if t.Kind == territory.KindCommune || len(values) > maxCommuneLines {
			break
		}
	}
	slices.SortStableFunc(values, func(a, b string) int { return cmp.Compare(widthOf(a), widthOf(b)) })
	var out []part.Link
	for _, v := range values {
		out = append(out, part.Link{Label: territoryText(s.Atlas, v), URL: territoryURL(v)})
	}
	return out
}

// widthOf orders territory values: communes, EPCI, departments, regions.
func widthOf(value string) int {
	kind, _, _ := strings.Cut(value, ":")
	return slices.Index([]string{"epci", "dep", "reg"}, kind)
}

// territories answers the page of the home territory, or leads to that of the
// place that the form names.
func (s *site) territories(c *fiber.Ctx) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	words := strings.Join(strings.Fields(values.Get(paramWords)), " ")
	found := place.Find{}
	if words != "" {
		list := s.resolvePlace(words, "")
		if len(list) == 1 && list[0].Kind != territory.KindFrance {
			return c.Redirect(territoryURL(list[0].Value), fiber.StatusSeeOther)
		}
		found = s.whichTerritory(words, list)
	} else if notModified(c, s.countTag("territories", "")) {
		return nil
	}
	p, err := keepCounts(c, s, territoriesPath, func() (place.Territories, error) { return s.countTerritories(c) })
	if err != nil {
		return err
	}
	p.Base = s.base("Territoires"+format.NNBSP+": communes servies et installées", "Commune par commune, combien de structures interviennent et sont installées sur le territoire, et ce qui y manque.", territoriesPath)
	p.NoIndex, p.Section, p.Find = words != "", territoriesPath, found
	return render(c, place.TerritoriesView(p))
}

// whichTerritory says why words lead to no page: they name no territory, or
// several, as some postal codes do.
func (s *site) whichTerritory(words string, list []territory.Territory) place.Find {
	out := place.Find{Words: words, Error: "Plusieurs communes ont ce code postal."}
	if len(list) < 2 {
		out.Error = "Territoire non reconnu" + format.NNBSP + ": " + format.Quote(clip(words)) + "."
		list = s.Atlas.Search(words, s.Home, maxGuesses)
	}
	for _, t := range list[:min(len(list), maxCommuneLines)] {
		out.Near = append(out.Near, part.Link{Label: format.Text(t.Label), URL: territoryURL(t.Value)})
	}
	return out
}

func (s *site) countTerritories(c *fiber.Ctx) (place.Territories, error) {
	p := place.Territories{Home: format.Text(s.Home.Label), HomeURL: territoryURL(s.Home.Value), Wider: s.widerPlaces(s.Home)}
	var err error
	if p.Serving, err = s.serving(c, s.Home); err != nil {
		return p, err
	}
	p.Serving.Label = format.Plural(p.Serving.N, "structure intervient ", "structures interviennent ") + format.In(s.Home)
	p.Serving.Note = "La zone d’intervention compte, pas l’adresse."
	if p.Here, err = s.established(c, s.Home); err != nil {
		return p, err
	}
	p.Map = drawing.Map{ID: "carte", Title: "Structures installées " + format.In(s.Home), Text: "Où les structures sont installées : un disque porte leur nombre, un point dit qu’il n’y en a aucune. Le nom mène à la page de la commune."}
	list, rest := s.largest(s.Home)
	p.Rest = rest
	for _, t := range list {
		row := place.Row{Name: format.Text(t.Label), URL: territoryURL(t.Value)}
		if row.Serving, err = s.serving(c, t); err != nil {
			return p, err
		}
		if row.Here, err = s.established(c, t); err != nil {
			return p, err
		}
		commune, _ := s.Atlas.Commune(t.Value)
		p.Map.Communes = append(p.Map.Communes, onMap(commune, true, row.Here.N, row.URL))
		row.Serving.URL = searchURL(url.Values{"serves": {t.Value}})
		row.Serving.Label, row.Here.Label = format.In(t), format.In(t)
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}
