package web

import (
	"cmp"
	"math"
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
	p, err := keepCounts(s, territoryURL(t.Value), func() (place.Territory, error) { return s.countTerritory(c, t) })
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
	p.Serving = place.Count{Label: format.Plural(res.Total, "structure intervient ", "structures interviennent ") + p.In, Note: "Leur zone d’intervention l’atteint, où qu’elles soient installées.", N: res.Total, URL: searchURL(values)}
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
func (s *site) established(c *fiber.Ctx, t territory.Territory) (place.Count, error) {
	values := url.Values{"territory": {t.Value}}
	res, err := s.counted(c, values)
	return place.Count{
		Label: format.Plural(res.Total, "structure y est installée", "structures y sont installées"),
		Note:  "Leur établissement y a son adresse. Une structure installée ici peut n’intervenir qu’ailleurs.",
		N:     res.Total, URL: searchURL(values),
	}, err
}

// serving counts who serves a territory, as a line of a list.
func (s *site) serving(c *fiber.Ctx, t territory.Territory) (place.Count, error) {
	res, err := s.counted(c, url.Values{"serves": {t.Value}})
	return place.Count{Label: format.Text(t.Label), N: res.Total, URL: territoryURL(t.Value)}, err
}

// familyHelp says which kinds a family holds.
var familyHelp = map[structure.Family]string{
	structure.Insertion:  "EI, ACI, AI, ETTI, EITI, GEIQ, SEP",
	structure.Handicap:   "ESAT, EA, EATT",
	structure.FamilyESS:  "Associations, coopératives, mutuelles, fondations",
	structure.Entreprise: "TPE, PME et autres entreprises",
}

// familyCounts lists every family: that one has nobody is information.
func familyCounts(values url.Values, facet []query.FacetValue) []place.Count {
	counts := countsOf(facet)
	var out []place.Count
	for _, f := range structure.Families {
		out = append(out, place.Count{
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

func basisCounts(values url.Values, facet []query.FacetValue) []place.Basis {
	var out []place.Basis
	for _, v := range facet {
		if v.Count == 0 {
			continue
		}
		out = append(out, place.Basis{
			Article: v.Value, Title: basisTitle(v.Value),
			Count: place.Count{N: v.Count, URL: searchURL(with(values, "basis", v.Value))},
		})
	}
	return out
}

// soldGroups lists the groups that somebody sells, each with its sectors that
// somebody sells, in the order of the taxonomy.
func (s *site) soldGroups(values url.Values, found map[string]int) []place.Group {
	line := func(code, label string) place.Count {
		return place.Count{Label: format.Text(label), N: found[code], URL: searchURL(with(values, "sector", code))}
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

// countAround counts the communes of the place, or those around a commune.
func (s *site) countAround(c *fiber.Ctx, t territory.Territory, p *place.Territory) (err error) {
	p.Map = drawing.Map{ID: "carte", Title: "Structures installées " + p.In, Text: "Où les structures sont installées : un disque porte leur nombre, un point dit qu’il n’y en a aucune."}
	if t.Kind == territory.KindCommune {
		list := s.neighbours(t)
		if p.Neighbour, err = s.servings(c, list); err != nil {
			return err
		}
		p.Map.Title += " et alentour"
		p.Map.Communes, err = s.drawn(c, t, append(list, t))
		return err
	}
	list, rest := s.largest(t)
	p.Rest = rest
	if p.Communes, err = s.servings(c, list); err != nil {
		return err
	}
	p.Map.Communes, err = s.drawn(c, t, list)
	return err
}

// drawn are communes as a map shows them, those of a territory as its own, each
// with how many structures are installed there.
func (s *site) drawn(c *fiber.Ctx, of territory.Territory, list []territory.Territory) ([]drawing.Commune, error) {
	var out []drawing.Commune
	for _, t := range list {
		here, err := s.established(c, t)
		if err != nil {
			return nil, err
		}
		commune, _ := s.Atlas.Commune(t.Value)
		out = append(out, onMap(commune, t.Communes.Within(of.Communes), here.N, territoryURL(t.Value)))
	}
	return out, nil
}

// onMap places a commune; one without a point of its own has no place.
func onMap(commune territory.Commune, in bool, n int, url string) drawing.Commune {
	out := drawing.Commune{Code: commune.Code, Name: format.Text(commune.Name), Lat: commune.Lat, Lon: commune.Lon, In: in, Count: n, URL: url}
	if commune.Precision == territory.PrecisionDepartment {
		out.Lat, out.Lon = math.NaN(), math.NaN()
	}
	return out
}

func (s *site) servings(c *fiber.Ctx, list []territory.Territory) ([]place.Count, error) {
	var out []place.Count
	for _, t := range list {
		line, err := s.serving(c, t)
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

// largest lists the communes of a territory that have most inhabitants, in the
// order of their names, and how many it leaves out.
func (s *site) largest(t territory.Territory) (list []territory.Territory, rest int) {
	var all []territory.Commune
	for ord := range t.Communes.All() {
		if commune := s.Atlas.At(ord); commune.Parent == "" { // arrondissements have their city
			all = append(all, commune)
		}
	}
	slices.SortStableFunc(all, func(a, b territory.Commune) int { return b.Population - a.Population })
	rest = max(0, len(all)-maxCommuneLines)
	all = all[:len(all)-rest]
	slices.SortFunc(all, func(a, b territory.Commune) int {
		return cmp.Compare(territory.Fold(a.Name), territory.Fold(b.Name))
	})
	return s.asTerritories(all), rest
}

// neighbours lists the communes whose reference points are nearest.
func (s *site) neighbours(t territory.Territory) []territory.Territory {
	lat, lon, ok := s.Atlas.Centre(t)
	if !ok {
		return nil
	}
	type near struct {
		territory.Commune
		km float64
	}
	var list []near
	for ord := range uint32(s.Atlas.Len()) { // #nosec G115 -- 35,000
		commune := s.Atlas.At(ord)
		if commune.Parent != "" || commune.Precision == territory.PrecisionDepartment || t.Communes.Has(ord) {
			continue
		}
		km := territory.DistanceKM(lat, lon, commune.Lat, commune.Lon)
		if len(list) == maxNeighbours && km >= list[maxNeighbours-1].km {
			continue
		}
		at, _ := slices.BinarySearchFunc(list, km, func(n near, km float64) int { return cmp.Compare(n.km, km) })
		list = slices.Insert(list, at, near{commune, km})
		list = list[:min(len(list), maxNeighbours)]
	}
	var out []territory.Commune
	for _, n := range list {
		out = append(out, n.Commune)
	}
	return s.asTerritories(out)
}

func (s *site) asTerritories(list []territory.Commune) []territory.Territory {
	var out []territory.Territory
	for _, commune := range list {
		if t, err := s.Atlas.Resolve(commune.Code); err == nil {
			out = append(out, t)
		}
	}
	return out
}

// quarterLines names the quarters of a commune, and says by what one knows
// whether a structure is in one.
func (s *site) quarterLines(t territory.Territory) (lines []string, by string) {
	if t.Kind != territory.KindCommune {
		return nil, ""
	}
	list := s.Atlas.QuartersOf(t.Value)
	loaded := 0
	for i, q := range list {
		if _, ok := s.outlines().ByCode(q.Code); ok {
			loaded++
		}
		if i < maxQuarterLines {
			lines = append(lines, format.Text(cmp.Or(q.Name, q.Code))+" ("+q.Code+")")
		}
	}
	if rest := len(list) - len(lines); rest > 0 {
		lines = append(lines, format.Count(rest, "autre quartier", "autres quartiers"))
	}
	if loaded > 0 {
		return lines, "Leurs contours sont chargés" + format.NNBSP + ": la fiche d’une structure dit si elle y est, quand sa position exacte est connue."
	}
	return lines, "Leurs contours ne sont pas chargés" + format.NNBSP + ": la fiche d’une structure dit seulement que la commune en a."
}
