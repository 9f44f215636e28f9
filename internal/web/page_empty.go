package web

import (
	"net/url"
	"slices"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/results"
)

// empty says why nothing was found and which filter or word to drop for how
// many structures.
func (p *searchPage) empty() results.Empty {
	if p.res.Total > 0 {
		return results.Empty{
			Title: "Cette page de résultats n’existe pas",
			Text:  "La liste s’arrête avant.",
			Ways:  []part.Link{{Label: "Revenir au début de la liste", URL: p.address(p.values)}},
		}
	}
	if len(p.values) == 0 {
		return results.Empty{
			Title: "Aucune structure n’a encore été importée",
			Text:  "Les fiches apparaîtront ici après l’import d’un fichier officiel.",
		}
	}
	out := results.Empty{
		Title: "Que faire", Text: format.Text("En élargissant la recherche, vous trouveriez :"),
		All: part.Link{Label: "Voir tout l’annuaire", URL: p.path},
	}
	for _, r := range p.res.Relaxations {
		out.Ways = append(out.Ways, p.wayOut(r))
	}
	if len(out.Ways) == 0 {
		out.Text = format.Text("Essayez un mot plus courant (« ménage », « tonte », « traiteur »), ou moins de mots et de filtres.")
	}
	return out
}

// wayOut words a wider search with what it finds, and leads to it.
func (p *searchPage) wayOut(r query.Relaxation) part.Link {
	return part.Link{
		Label: p.leftOut(r) + format.NNBSP + ": " + format.Count(r.Total, "structure", "structures"),
		URL:   p.address(p.leaving(r)),
	}
}

// leaving is the search without what a relaxation leaves out. The order goes
// back to its default, which may need what has left.
func (p *searchPage) leaving(r query.Relaxation) url.Values {
	rest := with(p.values, "sort")
	for _, param := range r.Params {
		if param == "q" && r.Text != "" {
			rest.Set("q", r.Text)
			continue
		}
		rest.Del(param)
	}
	return rest
}

// maxLeftOut is how many filters of a group are named.
const maxLeftOut = 3

// leftOut names what a relaxation leaves out, filters in the words of their chips.
func (p *searchPage) leftOut(r query.Relaxation) string {
	if r.Words != "" {
		if strings.ContainsRune(strings.TrimSpace(r.Words), ' ') {
			return "Sans l’expression " + format.Quote(format.Text(r.Words))
		}
		return "Sans le mot " + format.Quote(format.Text(r.Words))
	}
	var names []string
	for _, param := range filterParams {
		if !slices.Contains(r.Params, param) {
			continue
		}
		for _, v := range p.values[param] {
			names = append(names, format.Quote(format.Upper(p.chipLabel(param, v))))
		}
	}
	switch more := len(names) - maxLeftOut; {
	case len(names) == 0: // the text as a whole
		return "Sans le texte " + format.Quote(p.what())
	case len(names) == 1:
		return "Sans le filtre " + names[0]
	case more > 1: // « et 1 autre » would take the room of its name
		names = append(names[:maxLeftOut:maxLeftOut], format.Count(more, "autre", "autres"))
	}
	return "Sans les filtres " + format.List(names)
}
