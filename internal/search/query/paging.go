package query

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Sorts lists every order.
var Sorts = []Sort{SortRelevance, SortDistance, SortName, SortUpdated, SortNeutral}

// paging reads what part of the answer is wanted.
func (in *input) paging(q *Query) {
	q.Page = in.number("page", 1, MaxDepth)
	q.PerPage = in.number("per_page", DefaultPage, MaxPerPage)
	if q.Page*q.PerPage > MaxDepth {
		in.refuse("page", in.one("page"), "page trop lointaine\u202f: 10\u202f000 résultats au plus (page × per_page). Préciser la recherche, ou suivre le curseur «\u00a0next\u00a0»",
			"page trop lointaine\u202f: la liste s’arrête à 10\u202f000 structures, préciser la recherche")
	}
	in.parts(q)
}

// parts reads how much of an answer is wanted: facets, all or by name, and items
// whole or by their ids.
func (in *input) parts(q *Query) {
	for _, name := range in.all("facets") {
		if name = strings.ToLower(name); slices.Contains(FacetNames, name) {
			q.OnlyFacets = append(q.OnlyFacets, name)
			continue
		}
		if yes, ok := yesOrNo(name); !ok {
			in.refuse("facets", name, "compteur inconnu\u202f: 1 pour tous, ou le nom d’un critère", toChoose, append([]string{"1"}, FacetNames...)...)
		} else if yes {
			q.Facets = true
		}
	}
	if q.Facets {
		q.OnlyFacets = nil
	}
	q.Facets = q.Facets || len(q.OnlyFacets) > 0
	slices.SortFunc(q.OnlyFacets, func(a, b string) int { return slices.Index(FacetNames, a) - slices.Index(FacetNames, b) })
	q.OnlyFacets = slices.Compact(q.OnlyFacets) // « kind » and « KIND »
	switch fields := in.one("fields"); strings.ToLower(fields) {
	case "":
	case "id":
		q.IDsOnly = true
	default:
		in.refuse("fields", fields, "valeur attendue\u202f: id pour les seuls identifiants, rien pour les fiches entières", toChoose, "id")
	}
}

// number reads a whole number from 1 to limit.
func (in *input) number(param string, absent, limit int) int {
	value := in.one(param)
	if value == "" {
		return absent
	}
	n, err := strconv.Atoi(value)
	switch {
	case errors.Is(err, strconv.ErrRange) && value[0] != '-', err == nil && n > limit:
		in.fail(param, value, "nombre trop grand\u202f: "+strconv.Itoa(limit)+" au plus")
	case err != nil || n < 1:
		in.fail(param, value, "nombre entier attendu, à partir de 1")
	default:
		return n
	}
	return absent
}

// order settles the sort once the text has been interpreted.
func (in *input) order(q *Query) {
	q.Sort = q.defaultSort()
	value := in.one("sort")
	if value == "" {
		return
	}
	chosen := Sort(strings.ToLower(value))
	_, placed := q.Origin(in.parser.Atlas)
	switch {
	case !slices.Contains(Sorts, chosen):
		in.refuse("sort", value, "tri inconnu", "ordre inconnu\u202f: le reprendre dans la liste «\u00a0Trier par\u00a0»", texts(Sorts)...)
	case chosen == SortDistance && !placed:
		in.refuse("sort", value, "le tri par distance a besoin d’un lieu\u202f: near=latitude,longitude, near=code INSEE, ou une seule commune desservie",
			"le tri par distance a besoin d’un lieu\u202f: indiquer une seule commune")
	case chosen == SortRelevance && q.Text == "":
		// A page keeps sort=relevance in its links when the last word is removed.
	default:
		q.Sort = chosen
	}
}

func (q Query) defaultSort() Sort {
	if q.Text != "" {
		return SortRelevance
	}
	return SortNeutral
}

// cursor checks that the cursor belongs to this query and this day. Pages take
// none: what it says is for the API.
func (in *input) cursor(q *Query) {
	value := in.one("cursor")
	if value == "" || in.err != nil {
		return
	}
	c, err := DecodeCursor(value)
	switch {
	case q.Sort == SortRelevance:
		in.fail("cursor", value, "le tri par pertinence se parcourt par pages\u202f: utiliser page=2, page=3…")
	case q.Page > 1:
		in.fail("cursor", value, "un curseur et un numéro de page s’excluent\u202f: garder l’un des deux")
	case err != nil || !c.fits(q.Sort):
		in.fail("cursor", value, "curseur illisible\u202f: reprendre celui que donne «\u00a0next\u00a0», sans le modifier")
	case c.Query != q.Hash():
		in.fail("cursor", value, "ce curseur vient d’une autre recherche\u202f: repartir de la première page")
	case c.Day != q.On:
		in.fail("cursor", value, "ce curseur date d’un autre jour, et l’ordre des résultats change chaque jour\u202f: repartir de la première page")
	default:
		q.Cursor = value
	}
}
