package web

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/results"
)

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
	ways, err := p.relaxations(c)
	if err != nil {
		return results.Empty{}, err
	}
	out := results.Empty{Title: "Que faire", Ways: ways}
	if len(ways) == 0 {
		out.Text = "Essayez un mot plus courant (« ménage », « tonte », « traiteur »), ou moins de mots et de filtres."
	} else {
		out.Text = "En élargissant la recherche, vous trouveriez" + format.NNBSP + ":"
	}
	out.Text = format.Text(out.Text)
	out.Ways = append(out.Ways, part.Link{Label: "Voir tout l’annuaire", URL: directory})
	return out, nil
}

// relaxed gathers searches that find more than the one that found nothing.
type relaxed struct {
	page *searchPage
	c    *fiber.Ctx
	ways []way
}

// way is a wider search and what it finds.
type way struct {
	link  part.Link
	count int
}

// try counts a search; one that finds nothing is no way out.
func (r *relaxed) try(label string, values url.Values) error {
	if len(r.ways) == maxRelaxed {
		return nil
	}
	q, err := r.page.Parser.Parse(values)
	if err != nil {
		return err
	}
	q.PerPage = 1
	res, err := r.page.search(r.c, q)
	if err == nil && res.Total > 0 {
		label += format.NNBSP + ": " + format.Count(res.Total, "structure", "structures")
		r.ways = append(r.ways, way{part.Link{Label: label, URL: searchURL(values)}, res.Total})
	}
	return err
}

// relaxations counts what the search would find without each of its parts, else
// with one of them only; the widest first.
func (p *searchPage) relaxations(c *fiber.Ctx) ([]part.Link, error) {
	r := &relaxed{page: p, c: c}
	for _, param := range append([]string{"q"}, filterParams...) {
		if len(p.values[param]) == 0 || len(p.values) == 1 {
			continue
		}
		label := "Sans le filtre " + format.Quote(p.groupWords(param))
		if param == "q" {
			label = "Sans le texte " + format.Quote(p.what())
		}
		if err := r.try(label, p.leaving(param)); err != nil {
			return nil, err
		}
	}
	if len(r.ways) == 0 {
		for _, kept := range [][]string{{"q", "serves"}, {"q"}, {"serves"}} {
			if err := r.keepOnly(kept); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(r.ways, func(a, b way) int { return cmp.Compare(b.count, a.count) })
	var out []part.Link
	for _, w := range r.ways {
		out = append(out, w.link)
	}
	return out, nil
}

// leaving is the search without a parameter, nor what depends on it.
func (p *searchPage) leaving(param string) url.Values {
	rest := with(p.values, param)
	rest.Del("sort")
	if param == "near" {
		rest.Del("radius_km")
	}
	return rest
}

// keepOnly tries the search with some of its parameters, when it has others.
func (r *relaxed) keepOnly(params []string) error {
	rest := url.Values{}
	for _, param := range params {
		if len(r.page.values[param]) == 0 {
			return nil
		}
		rest[param] = r.page.values[param]
	}
	if len(rest) == len(r.page.values) {
		return nil
	}
	q, err := r.page.Parser.Parse(rest)
	if err != nil {
		return err
	}
	kept := searchPage{site: r.page.site, q: q, values: rest}
	return r.try("Seulement "+kept.subject(), rest)
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
