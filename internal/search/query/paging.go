package query

import (
	"errors"
	"slices"
	"strconv"
)

var sorts = []Sort{SortRelevance, SortDistance, SortName, SortUpdated, SortNeutral}

// paging reads what part of the answer is wanted.
func (in *input) paging(q *Query) {
	q.Page = in.number("page", 1, MaxDepth)
	q.PerPage = in.number("per_page", DefaultPage, MaxPerPage)
	if q.Page*q.PerPage > MaxDepth {
		in.fail("page", in.one("page"), "page trop lointaine : 10 000 résultats au plus (page × per_page). Préciser la recherche, ou suivre le curseur « next »")
	}
	q.Facets = in.flag("facets")
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
		in.fail(param, value, "nombre trop grand : "+strconv.Itoa(limit)+" au plus")
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
	chosen := choose(in, "sort", sorts, "tri inconnu")
	if len(chosen) == 0 {
		return
	}
	first := Sort(value)
	if i := slices.IndexFunc(sorts, func(s Sort) bool { return equalFold(s, value) }); i >= 0 {
		first = sorts[i]
	}
	_, placed := q.Origin(in.parser.Atlas)
	switch {
	case first == SortDistance && !placed:
		in.fail("sort", value, "le tri par distance a besoin d’un lieu : near=latitude,longitude, near=code INSEE, ou une seule commune desservie")
	case first == SortRelevance && q.Text == "":
		// A page keeps sort=relevance in its links when the last word is removed.
	default:
		q.Sort = first
	}
}

func (q Query) defaultSort() Sort {
	if q.Text != "" {
		return SortRelevance
	}
	return SortNeutral
}

// cursor checks that the cursor belongs to this query and this day.
func (in *input) cursor(q *Query) {
	value := in.one("cursor")
	if value == "" || in.err != nil {
		return
	}
	c, err := DecodeCursor(value)
	switch {
	case q.Sort == SortRelevance:
		in.fail("cursor", value, "le tri par pertinence se parcourt par pages : utiliser page=2, page=3…")
	case q.Page > 1:
		in.fail("cursor", value, "un curseur et un numéro de page s’excluent : garder l’un des deux")
	case err != nil || !c.fits(q.Sort):
		in.fail("cursor", value, "curseur illisible : reprendre celui que donne « next », sans le modifier")
	case c.Query != q.Hash():
		in.fail("cursor", value, "ce curseur vient d’une autre recherche : repartir de la première page")
	case c.Day != q.On:
		in.fail("cursor", value, "ce curseur date d’un autre jour, et l’ordre des résultats change chaque jour : repartir de la première page")
	default:
		q.Cursor = value
	}
}
