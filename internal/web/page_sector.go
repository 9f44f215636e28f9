package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/taxonomy"
	"sourcier/views/drawing"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/place"
)

const (
	maxSynonyms = 20
	maxCodes    = 20 // of a nomenclature
)

// sectors answers the page of all sectors, with their counts over the home
// territory.
func (s *site) sectors(c *fiber.Ctx) error {
	if notModified(c, s.countTag("sectors", "")) {
		return nil
	}
	p, err := keepCounts(c, s, sectorsPath, func() (place.Sectors, error) { return s.countSectors(c) })
	if err != nil {
		return err
	}
	p.Base = s.base("Secteurs"+format.NNBSP+": qui les propose, et ce qui manque", "Tous les secteurs de l’annuaire, avec le nombre de structures qui les proposent "+p.Place+", et ceux que personne n’y propose.", sectorsPath)
	p.Section = sectorsPath
	return render(c, place.SectorsView(p))
}

func (s *site) countSectors(c *fiber.Ctx) (place.Sectors, error) {
	values := url.Values{"serves": {s.Home.Value}}
	p := place.Sectors{Place: format.In(s.Home), Total: len(s.Taxonomy.Sectors()), Gaps: territoryURL(s.Home.Value) + "#manque"}
	res, err := s.counted(c, values, "sector")
	if err != nil {
		return p, err
	}
	found, err := s.sectorCounts(c, values, facetOf(res, "sector"))
	if err != nil {
		return p, err
	}
	for _, g := range s.Taxonomy.Groups() {
		group := place.Group{Count: part.Count{Label: format.Text(g.Label), N: found[g.Code], URL: sectorURL(g.Code)}, Sectors: s.sectorLines(g.Code, "", found)}
		for _, line := range group.Sectors {
			if line.N > 0 {
				p.Served++
			}
		}
		p.Groups = append(p.Groups, group)
	}
	p.Missing = p.Total - p.Served
	return p, nil
}

// sectorLines lists the sectors of a group but one, each with its page.
func (s *site) sectorLines(group, but string, found map[string]int) []part.Count {
	var out []part.Count
	for _, v := range s.Taxonomy.InGroup(group) {
		if v.Code != but {
			out = append(out, part.Count{Label: format.Text(v.Label), N: found[v.Code], URL: sectorURL(v.Code)})
		}
	}
	return out
}

// sector answers the page of a sector or of a group.
func (s *site) sector(c *fiber.Ctx) error {
	code := c.Params("code")
	one, isSector := s.Taxonomy.Sector(code)
	group, isGroup := s.Taxonomy.Group(code)
	if !isSector && !isGroup {
		return fiber.ErrNotFound
	}
	if notModified(c, s.countTag("sector", code)) {
		return nil
	}
	if isGroup {
		one = taxonomy.Sector{Code: group.Code, Label: group.Label, Group: group.Code}
	}
	p, err := keepCounts(c, s, sectorURL(code), func() (place.Sector, error) { return s.countSector(c, one) })
	if err != nil {
		return err
	}
	p.Name = format.Text(one.Label)
	if isSector {
		p.Group = part.Link{Label: s.sectorLabel(one.Group), URL: sectorURL(one.Group)}
		p.Synonyms = synonyms(one)
		p.NAF, p.CPV = s.nafCodes(one), s.cpvCodes(one)
	}
	p.Declared = s.declared(code)
	kind := "secteur"
	if isGroup {
		kind = "groupe"
	}
	p.Base = s.base(fitted(p.Name, ", "+kind+" et fournisseurs"), p.Name+format.NNBSP+": qui le propose "+p.Place+", dans quelles communes, sous quelles bases légales, et ce que le "+kind+" recouvre.", sectorURL(code))
	p.Section = sectorsPath
	return render(c, place.SectorView(p))
}

// countSector makes what the page counts, over the home territory.
func (s *site) countSector(c *fiber.Ctx, one taxonomy.Sector) (place.Sector, error) {
	all := url.Values{"sector": {one.Code}}
	values := with(all, "serves", s.Home.Value)
	p := place.Sector{Place: format.In(s.Home)}
	res, err := s.counted(c, values, "family", "basis", "serves", "sector")
	if err != nil {
		return p, err
	}
	p.Serving = part.Count{Label: format.Plural(res.Total, "structure intervient ", "structures interviennent ") + p.Place, Note: "La zone d’intervention compte, pas l’adresse.", N: res.Total, URL: searchURL(values)}
	everywhere, err := s.counted(c, all)
	if err != nil {
		return p, err
	}
	p.Total = part.Count{Label: format.Plural(everywhere.Total, "structure", "structures") + " dans tout l’annuaire", Note: "Quelle que soit leur zone d’intervention.", N: everywhere.Total, URL: searchURL(all)}
	p.Families = familyCounts(values, facetOf(res, "family"))
	p.Bases = basisCounts(values, facetOf(res, "basis"))
	s.communesServed(&p, all, facetOf(res, "serves"))
	found, err := s.sectorCounts(c, url.Values{"serves": {s.Home.Value}}, facetOf(res, "sector"))
	if err != nil {
		return p, err
	}
	p.Siblings = s.sectorLines(one.Group, one.Code, found)
	return p, nil
}

// communesServed sorts the communes of the home territory into those that are
// served and the others. A territory with more than a facet lists has neither.
func (s *site) communesServed(p *place.Sector, all url.Values, facet []query.FacetValue) {
	if s.Home.Communes.Len() > query.MaxFacetValues {
		return
	}
	p.Map = drawing.Map{ID: "carte", Title: "Communes où une structure intervient pour ce secteur", Text: "Combien de structures interviennent dans chaque commune du territoire ; un simple point, aucune. Le disque mène à la recherche."}
	counts := countsOf(facet)
	for ord := range s.Home.Communes.All() {
		commune := s.Atlas.At(ord)
		line := part.Count{Label: format.Text(commune.Name), N: counts[commune.Code]}
		if line.N > 0 {
			line.URL = searchURL(with(all, "serves", commune.Code))
			p.Served = append(p.Served, line)
		} else {
			line.URL = territoryURL(commune.Code)
			p.NotServed = append(p.NotServed, line)
		}
		p.Map.Communes = append(p.Map.Communes, onMap(commune, true, line.N, line.URL))
	}
	slices.SortStableFunc(p.Served, func(a, b part.Count) int { return b.N - a.N })
}

// declared says on what the sector rests in the whole directory, "" while nobody
// has counted it.
func (s *site) declared(code string) string {
	t := s.tally()
	if t == nil {
		return ""
	}
	n := t.Sectors[code]
	if n.Declared+n.Derived == 0 {
		return ""
	}
	if n.Derived == 0 {
		return "Dans tout l’annuaire, toutes le déclarent ou sont nommées par une liste pour ce secteur" + format.NNBSP + "; aucune n’est déduite du seul code APE. Décompte du " + format.Day(t.At) + "."
	}
	return "Dans tout l’annuaire, " + format.Count(n.Declared, "structure le propose", "structures le proposent") +
		" d’après elles-mêmes ou d’après une liste, " + format.Count(n.Derived, "autre", "autres") + " d’après le seul code APE. Décompte du " + format.Day(t.At) + "."
}

func synonyms(one taxonomy.Sector) []string {
	var out []string
	for _, words := range one.Synonyms[:min(len(one.Synonyms), maxSynonyms)] {
		out = append(out, format.Text(words))
	}
	return out
}

func (s *site) nafCodes(one taxonomy.Sector) []place.Code {
	var out []place.Code
	for _, code := range one.NAF[:min(len(one.NAF), maxCodes)] {
		label, _ := s.Taxonomy.Label(taxonomy.NAFRev2, code)
		out = append(out, place.Code{Code: code, Label: format.Text(label)})
	}
	return out
}

// cpvCodes names the branches of the nomenclature: a prefix is that of a code
// that ends with zeros.
func (s *site) cpvCodes(one taxonomy.Sector) []place.Code {
	var out []place.Code
	for _, prefix := range one.CPV[:min(len(one.CPV), maxCodes)] {
		full := prefix + strings.Repeat("0", max(0, len("00000000")-len(prefix)))
		label, ok := s.Taxonomy.Label(taxonomy.CPV2008, full)
		if !ok {
			label = "Plusieurs branches de la nomenclature"
		}
		out = append(out, place.Code{Code: prefix, Label: format.Text(label)})
	}
	return out
}
