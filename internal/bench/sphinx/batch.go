package sphinx

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/flat"
	"sourcier/internal/search/query"
	"sourcier/internal/taxonomy"
)

// facetLimit is more than the values of any facet: counts are exact.
const facetLimit = 250

// batch builds the statements of one question.
type batch struct {
	query    *query.Query
	match    string            // the full-text part
	distance string            // the expression, "" without a place
	radius   float64           // in its metres
	own      map[string]string // conditions by group

	facets []string // in the order of the result sets after the hits
	total  string   // the facet whose counts add up to the total
}

var (
	groupNames = []string{"kind", "sector", "territory", "size", "workforce", "label"}
	facetGroup = map[string]string{"family": "kind", "kind": "kind", "group": "sector", "department": "territory", "size": "size", "workforce": "workforce"}
	single     = []string{"family", "department", "size", "workforce"} // facets with one value a structure
)

// column of a facet; group is a word of the language.
func column(facet string) string {
	if facet == "group" {
		return "group_"
	}
	return facet
}

func newBatch(codes *flat.Codes, q *ask.Question, earth float64) (*batch, error) {
	b := &batch{query: &q.Query, own: map[string]string{}}
	var words []string
	for _, u := range flat.Units(q.Query.Text, q.Prefix) {
		word := `(@stems "` + u.Phrase() + `")`
		if u.Prefix != "" {
			word = "(" + word + " | (@surfaces " + u.Prefix + "*))"
		}
		words = append(words, word)
	}
	b.match = strings.Join(words, " ")
	if near := q.Query.Near; near != nil {
		b.distance = fmt.Sprintf("GEODIST(lat, lon, %v, %v, {in=rad, out=m, method=haversine})", near.Lat*math.Pi/180, near.Lon*math.Pi/180)
		b.radius = q.Query.RadiusKM * 1000 * earth
	}
	if err := b.filters(codes); err != nil {
		return nil, err
	}
	for _, name := range single {
		if b.own[facetGroup[name]] == "" {
			b.total = name
		}
	}
	if b.total == "" {
		return nil, errors.New("every facet with one value has a selection: no total")
	}
	return b, nil
}

func (b *batch) filters(c *flat.Codes) error {
	q := b.query
	if len(q.Kinds) > 0 && len(q.Families) > 0 {
		return engine.ErrCannot // no OR between attributes in this version
	}
	in := func(group, column string, numbers []int) {
		if len(numbers) > 0 {
			b.own[group] = column + " IN (" + list(numbers) + ")"
		}
	}
	in("kind", "kind", c.Kind.Numbers(q.Kinds))
	in("kind", "family", c.Family.Numbers(texts(q.Families)))
	in("size", "size", c.Size.Numbers(texts(q.Sizes)))
	in("workforce", "workforce", c.Workforce.Numbers(texts(q.Workforce)))
	in("label", "label", c.Label.Numbers(q.Labels))
	var places, sectors, groups []string
	for _, t := range q.Territories {
		places = append(places, t.Value)
	}
	in("territory", "place", c.Place.Numbers(places))
	for _, code := range q.Sectors {
		if _, ok := taxonomy.Default().Group(code); ok {
			groups = append(groups, code)
		} else {
			sectors = append(sectors, code)
		}
	}
	if len(sectors) > 0 && len(groups) > 0 {
		return engine.ErrCannot
	}
	in("sector", "sector", c.Sector.Numbers(sectors))
	in("sector", "group_", c.Group.Numbers(groups))
	return nil
}

// from is a statement after its list of columns, but the condition of one group.
func (b *batch) from(without string) string {
	var all []string
	if b.match != "" {
		all = append(all, "MATCH('"+b.match+"')")
	}
	for _, name := range groupNames {
		if b.own[name] != "" && name != without {
			all = append(all, b.own[name])
		}
	}
	if b.radius > 0 {
		all = append(all, fmt.Sprintf("d <= %.3f", b.radius))
	}
	if len(all) == 0 {
		return " FROM " + table
	}
	return " FROM " + table + " WHERE " + strings.Join(all, " AND ")
}

// columns of a statement; the distance must be among them to be filtered by.
func (b *batch) columns(list string) string {
	if b.distance == "" {
		return "SELECT " + list
	}
	return "SELECT " + list + ", " + b.distance + " AS d"
}

// sql is the whole batch; it notes the facets in the order of their counts.
func (b *batch) sql() string {
	b.facets = nil
	q := b.query
	order := ""
	switch {
	case q.Sort == query.SortDistance:
		order = " ORDER BY d ASC"
	case b.match == "":
		order = " ORDER BY shuffle ASC"
	}
	from := (q.Page - 1) * q.PerPage
	out := b.columns("id") + b.from("") + order + fmt.Sprintf(" LIMIT %d, %d OPTION max_matches = %d", from, q.PerPage, max(1000, from+q.PerPage))
	var later []string
	for _, name := range engine.Facets {
		group := facetGroup[name]
		if b.own[group] == "" {
			out += fmt.Sprintf(" FACET %s ORDER BY COUNT(*) DESC LIMIT %d", column(name), facetLimit)
			b.facets = append(b.facets, name)
			continue
		}
		later = append(later, name)
	}
	for _, name := range later {
		out += "; " + b.counting(name)
	}
	b.facets = append(b.facets, later...)
	return out
}

// counting counts a facet without the selection of its own group.
func (b *batch) counting(name string) string {
	return b.columns("GROUPBY() AS g, COUNT(*) AS c") + b.from(facetGroup[name]) + fmt.Sprintf(" GROUP BY %s LIMIT %d", column(name), facetLimit)
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
