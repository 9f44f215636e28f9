package web

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/results"
)

// filterParams lists the parameters that are filters, in the order of their chips.
var filterParams = []string{
	"serves", "covers", "near", "sector", "family", "kind", "ess", "esus", "basis", "mode", "availability",
	"characteristic", "label", "size", "workforce", "territory",
}

// chips says each filter in words.
func (p *searchPage) chips() []part.Chip {
	var out []part.Chip
	for _, param := range filterParams {
		for _, v := range p.values[param] {
			rest := without(p.values, param, v)
			if param == "near" {
				rest.Del("radius_km")
			}
			if rest.Get("sort") == string(query.SortDistance) && (param == "near" || param == "serves") {
				rest.Del("sort") // no distance without a place
			}
			out = append(out, part.Chip{Label: format.Upper(p.chipLabel(param, v)), URL: searchURL(rest)})
		}
	}
	return out
}

// chipLabel says a filter so that it is understood away from its facet.
func (p *searchPage) chipLabel(param, value string) string {
	switch param {
	case "serves", "covers", "territory":
		return p.placeChip(param, value)
	case "near":
		return p.nearChip()
	case "sector":
		return p.sectorLabel(value)
	case "family":
		return taxonomy.FamilyName(structure.Family(value)).Long
	case "kind":
		return taxonomy.TypeName(value).Short
	case "ess":
		return "Économie sociale et solidaire"
	case "esus":
		return "ESUS"
	case "basis":
		return "réservable " + taxonomy.BasisInfo(structure.Basis(value)).Short
	case "mode":
		return taxonomy.ModeName(structure.Mode(value)).Long
	case "availability":
		return taxonomy.AvailabilityLabel(structure.AvailabilityState(value))
	case "characteristic":
		if c, ok := p.Taxonomy.Characteristic(value); ok {
			return format.Text(c.Label)
		}
	case "size":
		return taxonomy.SizeName(structure.Size(value)).Short
	case "workforce":
		return taxonomy.WorkforceLabel(structure.Workforce(value))
	}
	return p.facetLabel(param, value)
}

// facetLabel is the label that the facet gives to a value; the value when it has none.
func (p *searchPage) facetLabel(param, value string) string {
	for _, v := range p.facet(param) {
		if v.Value == value && v.Label != "" {
			return format.Text(v.Label)
		}
	}
	return value
}

func (p *searchPage) placeChip(param, value string) string {
	t, err := p.Atlas.Resolve(value)
	if err != nil {
		t = territory.Territory{Label: value}
	}
	switch param {
	case "serves":
		return "intervient " + format.In(t)
	case "covers":
		return "couvre en entier" + format.NNBSP + ": " + format.Text(t.Label)
	}
	return "installée " + format.In(t)
}

func (p *searchPage) nearChip() string {
	label := format.Text(p.q.Near.Label)
	if p.q.RadiusKM > 0 {
		return "à moins de " + format.Radius(p.q.RadiusKM) + " de " + label
	}
	return "distance depuis " + label
}

// sectorLabel names a sector or a sector group.
func (s *site) sectorLabel(code string) string {
	if v, ok := s.Taxonomy.Sector(code); ok {
		return format.Text(v.Label)
	}
	if g, ok := s.Taxonomy.Group(code); ok {
		return format.Text(g.Label)
	}
	return code
}

// maxRelaxed bounds the searches made to say what an empty search should drop.
const maxRelaxed = 6

// empty says why nothing was found and which filter to drop for how many structures.
func (p *searchPage) empty(c *fiber.Ctx) (results.Empty, error) {
	if p.res.Total > 0 {
		return results.Empty{
			Title: "Cette page de résultats n’existe pas",
			Text:  "La liste s’arrête avant.",
			Ways:  []part.Link{{Label: "Revenir au début de la liste", URL: searchURL(p.values)}},
		}, nil
	}
	if len(p.values) == 0 {
		return results.Empty{
			Title: "Aucune structure n’a encore été importée",
			Text:  "Les fiches apparaîtront ici après l’import d’un fichier officiel.",
		}, nil
	}
	relaxed, err := p.relaxations(c)
	if err != nil {
		return results.Empty{}, err
	}
	out := results.Empty{Title: "Que faire", Ways: relaxed}
	if len(relaxed) == 0 {
		out.Text = "Essayez un mot plus courant (« ménage », « tonte », « traiteur »), ou moins de mots et de filtres."
	} else {
		out.Text = "En élargissant la recherche, vous trouveriez" + format.NNBSP + ":"
	}
	out.Text = format.Text(out.Text)
	out.Ways = append(out.Ways, part.Link{Label: "Voir tout l’annuaire", URL: directory})
	return out, nil
}

// relaxations counts what the search would find without each of its parts.
func (p *searchPage) relaxations(c *fiber.Ctx) ([]part.Link, error) {
	type way struct {
		link  part.Link
		count int
	}
	var ways []way
	try := func(label, address string, q query.Query) error {
		if len(ways) == maxRelaxed {
			return nil
		}
		q.Facets, q.Page, q.PerPage, q.Cursor = false, 1, 1, ""
		res, err := p.search(c, q)
		if err == nil && res.Total > 0 {
			ways = append(ways, way{part.Link{Label: label + format.NNBSP + ": " + format.Count(res.Total, "structure", "structures"), URL: address}, res.Total})
		}
		return err
	}
	if p.q.Text != "" && len(p.values) > 1 {
		q := p.q
		if q.Text = ""; q.Sort == query.SortRelevance {
			q.Sort = query.SortNeutral
		}
		if err := try("Sans le texte "+format.Quote(format.Text(p.q.Text)), searchURL(without(p.values, "q", p.q.Text)), q); err != nil {
			return nil, err
		}
	}
	for _, param := range filterParams {
		if len(p.values[param]) == 0 {
			continue
		}
		rest := with(p.values, param)
		if param == "near" {
			rest.Del("radius_km")
		}
		rest.Del("sort")
		q, err := p.Parser.Parse(rest)
		if err != nil {
			return nil, err
		}
		if err := try("Sans le filtre "+format.Quote(p.groupWords(param)), searchURL(rest), q); err != nil {
			return nil, err
		}
	}
	if len(ways) == 0 {
		for _, kept := range [][]string{{"q", "serves"}, {"q"}, {"serves"}} {
			if err := p.keepOnly(kept, try); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(ways, func(a, b way) int { return cmp.Compare(b.count, a.count) })
	var out []part.Link
	for _, w := range ways {
		out = append(out, w.link)
	}
	return out, nil
}

// keepOnly tries the search with only some of its parameters, when it has others.
func (p *searchPage) keepOnly(params []string, try func(label, address string, q query.Query) error) error {
	rest := url.Values{}
	for _, param := range params {
		if len(p.values[param]) == 0 {
			return nil
		}
		rest[param] = p.values[param]
	}
	if len(rest) == len(p.values) {
		return nil
	}
	q, err := p.Parser.Parse(rest)
	if err != nil {
		return err
	}
	kept := searchPage{site: p.site, q: q, values: rest}
	return try("Seulement "+kept.subject(), searchURL(rest), q)
}

// groupWords says the filters of one parameter.
func (p *searchPage) groupWords(param string) string {
	var words []string
	for _, v := range p.values[param] {
		words = append(words, p.chipLabel(param, v))
	}
	if len(words) > 3 {
		return format.Count(len(words), "choix", "choix")
	}
	return format.List(words)
}
