package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/views/format"
	"sourcier/views/home"
	"sourcier/views/part"
)

// maxExamples is how many sectors a group is illustrated by.
const maxExamples = 3

// home answers the first page: the figures are those of a search of what serves
// the home territory.
func (s *site) home(c *fiber.Ctx) error {
	values := url.Values{"serves": {s.Home.Value}}
	q, err := s.Parser.Parse(values)
	if err != nil {
		return err
	}
	q.Facets, q.OnlyFacets, q.PerPage, q.IDsOnly = true, []string{"family", "basis", "sector"}, 1, true
	res, err := s.aside(c.UserContext(), q)
	if err != nil {
		return err
	}
	if notModified(c, s.searchTag(q, res.Generation, "home")) {
		return nil
	}
	label := format.Text(s.Home.Label)
	p := home.Page{
		Base: s.base("Annuaire des fournisseurs de "+label,
			"Trouver les structures d’insertion, du handicap, de l’économie sociale et solidaire, les TPE et PME qui interviennent sur "+label+", et savoir si un marché peut leur être réservé.", "/"),
		Search:   part.Search{Places: s.places()},
		Examples: examples(values),
		Heading:  "Trouvez qui peut répondre à votre prochain achat",
		Place:    format.In(s.Home), Total: res.Total, All: searchURL(values), Latest: searchURL(with(values, "sort", string(query.SortUpdated))),
		Doors: s.doors(values),
	}
	if p.News, err = s.news(c, values); err != nil {
		return err
	}
	for _, f := range res.Facets {
		switch f.Name {
		case "family":
			p.Figures = familyCounts(values, f.Values)
		case "basis":
			p.Bases = basisCounts(values, f.Values)
		case "sector":
			p.Groups = s.sectorGroups(values, f)
		}
	}
	return render(c, home.View(p))
}

// examples are searches in buyers' words.
func examples(values url.Values) []part.Link {
	var out []part.Link
	for _, words := range []string{"ménage de bureaux", "tonte", "plateaux-repas", "mise sous pli"} {
		out = append(out, part.Link{Label: words, URL: searchURL(with(values, "q", words))})
	}
	return out
}

// sectorGroups lists the groups that have structures, in the taxonomy's order,
// each with the sectors that most of them sell.
func (s *site) sectorGroups(values url.Values, f query.Facet) []home.Group {
	examples := map[string][]query.FacetValue{}
	counts := countsOf(f.Values)
	for _, v := range f.Values {
		if v.Parent != "" && v.Count > 0 {
			examples[v.Parent] = append(examples[v.Parent], v)
		}
	}
	var out []home.Group
	for _, g := range s.Taxonomy.Groups() {
		if counts[g.Code] == 0 {
			continue
		}
		list := examples[g.Code]
		slices.SortStableFunc(list, func(a, b query.FacetValue) int { return b.Count - a.Count })
		var words []string
		for _, v := range list[:min(maxExamples, len(list))] {
			words = append(words, s.sectorLabel(v.Value))
		}
		out = append(out, home.Group{
			Icon: "s-" + g.Code, Label: format.Text(g.Label), Examples: strings.Join(words, ", "), Count: counts[g.Code],
			URL: searchURL(with(values, "sector", g.Code)),
		})
	}
	return out
}
