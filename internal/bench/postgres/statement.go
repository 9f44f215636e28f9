package postgres

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/flat"
	"sourcier/internal/search/query"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// What a row of the answer tells: a facet by its place in engine.Facets, or one
// of these.
const (
	rowHit   = 100
	rowTotal = 101
)

// statement builds the SQL of one question.
type statement struct {
	codes  *flat.Codes
	query  *query.Query
	values []any

	always   []string // text and radius
	own      map[string]string
	activity []string // mode and zone, on one activity
	sector   string   // on the same
}

// Facet groups, and the facets that leave each out.
var (
	groupNames = []string{"kind", "sector", "territory", "size", "workforce", "label"}
	facetGroup = map[string]string{"family": "kind", "kind": "kind", "group": "sector", "department": "territory", "size": "size", "workforce": "workforce"}
)

func newStatement(codes *flat.Codes, q *ask.Question, units []flat.Unit) *statement {
	s := &statement{codes: codes, query: &q.Query, own: map[string]string{}}
	for _, u := range units {
		s.always = append(s.always, s.unit(u))
	}
	if near := q.Query.Near; near != nil && q.Query.RadiusKM > 0 {
		s.always = append(s.always, fmt.Sprintf("ST_DWithin(point, %s::geography, %s, false)", s.value(wkt(near.Lat, near.Lon)), s.value(q.Query.RadiusKM*1000)))
	}
	s.filters()
	return s
}

// value adds a parameter and gives its name.
func (s *statement) value(v any) string {
	s.values = append(s.values, v)
	return "$" + strconv.Itoa(len(s.values))
}

// unit matches one word or phrase.
func (s *statement) unit(u flat.Unit) string {
	quoted := make([]string, len(u.Stems))
	for i, stem := range u.Stems {
		quoted[i] = "'" + stem + "'"
	}
	match := "stems @@ " + s.value(strings.Join(quoted, " <-> ")) + "::tsquery"
	if u.Prefix == "" {
		return match
	}
	return "(" + match + " OR surfaces @@ " + s.value("'"+u.Prefix+"':*") + "::tsquery)"
}

// filters writes the condition of each group. Sectors move to the activity when
// something else must hold on the same one.
func (s *statement) filters() {
	q, c := s.query, s.codes
	if len(q.Kinds)+len(q.Families) > 0 {
		var either []string
		if len(q.Kinds) > 0 {
			either = append(either, "kinds && "+s.value(c.Kind.Numbers(q.Kinds)))
		}
		if len(q.Families) > 0 {
			either = append(either, "family = ANY("+s.value(c.Family.Numbers(texts(q.Families)))+")")
		}
		s.own["kind"] = "(" + strings.Join(either, " OR ") + ")"
	}
	if len(q.Territories) > 0 {
		s.own["territory"] = "places && " + s.value(c.Place.Numbers(placeValues(q.Territories)))
	}
	if len(q.Sizes) > 0 {
		s.own["size"] = "size = ANY(" + s.value(c.Size.Numbers(texts(q.Sizes))) + ")"
	}
	if len(q.Workforce) > 0 {
		s.own["workforce"] = "workforce = ANY(" + s.value(c.Workforce.Numbers(texts(q.Workforce))) + ")"
	}
	if len(q.Labels) > 0 {
		s.own["label"] = "labels && " + s.value(c.Label.Numbers(q.Labels))
	}
	if len(q.Modes) > 0 {
		s.activity = append(s.activity, "modes && "+s.value(c.Mode.Numbers(texts(q.Modes))))
	}
	if len(q.Serves) > 0 {
		s.activity = append(s.activity, s.serves())
	}
	if len(q.Sectors) == 0 {
		return
	}
	if s.sector = s.sectors(); len(s.activity) == 0 {
		s.own["sector"], s.sector = s.sector, ""
	}
}

func (s *statement) sectors() string {
	var sectors, groups []string
	for _, code := range s.query.Sectors {
		if _, ok := taxonomy.Default().Group(code); ok {
			groups = append(groups, code)
		} else {
			sectors = append(sectors, code)
		}
	}
	var either []string
	if len(sectors) > 0 {
		either = append(either, "sectors && "+s.value(s.codes.Sector.Numbers(sectors)))
	}
	if len(groups) > 0 {
		either = append(either, "groups && "+s.value(s.codes.Group.Numbers(groups)))
	}
	return "(" + strings.Join(either, " OR ") + ")"
}

// serves asks of an activity whether its zone shares a commune with one of the
// territories: a listed territory that does, a circle that holds the point of a
// commune, or the own commune where that counts.
func (s *statement) serves() string {
	atlas := territory.Default()
	var all territory.Set
	for _, t := range s.query.Serves {
		all.Add(t.Communes)
	}
	var touching []string
	var points strings.Builder
	for ord := range all.All() {
		c := atlas.At(ord)
		for _, value := range atlas.Of(c.Code) {
			if !slices.Contains(touching, value) {
				touching = append(touching, value)
			}
		}
		if c.Precision != territory.PrecisionDepartment {
			fmt.Fprintf(&points, ",%v %v", c.Lon, c.Lat)
		}
	}
	here := s.value(s.codes.Place.Numbers(placeValues(s.query.Serves)))
	near := s.value("SRID=4326;MULTIPOINT(" + strings.TrimPrefix(points.String(), ",") + ")")
	return fmt.Sprintf(`(zone = %d OR zone_places && %s OR zone IN (%d, %d) AND places && %s
		OR box && %s::geometry AND ST_DWithin(point, %s::geography, radius, false))`,
		zoneFrance, s.value(s.codes.Place.Numbers(touching)), zoneUndeclared, zoneRadius, here, near, near)
}

// where joins the conditions but those of one group.
func (s *statement) where(without string) string {
	all := slices.Clone(s.always)
	for _, name := range groupNames {
		if condition := s.own[name]; condition != "" && name != without {
			all = append(all, condition)
		}
	}
	if held := s.held(without); held != "" {
		all = append(all, "number IN (SELECT structure FROM activity WHERE "+held+")")
	}
	if len(all) == 0 {
		return "true"
	}
	return strings.Join(all, " AND ")
}

// held joins the conditions that one activity must meet.
func (s *statement) held(without string) string {
	all := slices.Clone(s.activity)
	if s.sector != "" && without != "sector" {
		all = append(all, s.sector)
	}
	return strings.Join(all, " AND ")
}

// sql finds once and counts everything that leaves no group out; each group
// with a selection is found again without it.
func (s *statement) sql() string {
	var b strings.Builder
	b.WriteString("WITH m AS MATERIALIZED (SELECT number, shuffle, family, kinds, groups, department, size, workforce, point FROM structure WHERE " + s.where("") + ")")
	var selects []string
	for _, name := range groupNames {
		if name == "kind" && s.own[name] != "" {
			b.WriteString(", k AS MATERIALIZED (SELECT family, kinds FROM structure WHERE " + s.where("kind") + ")")
		}
	}
	selects = append(selects, s.page(), s.plain())
	for i, name := range engine.Facets {
		if one := s.facet(i, name); one != "" {
			selects = append(selects, one)
		}
	}
	return b.String() + " " + strings.Join(selects, " UNION ALL ")
}

// page lists the hits.
func (s *statement) page() string {
	order := "shuffle"
	if s.query.Sort == query.SortDistance && s.query.Near != nil {
		order = "ST_Distance(point, " + s.value(wkt(s.query.Near.Lat, s.query.Near.Lon)) + "::geography, false), shuffle"
	}
	return fmt.Sprintf("(SELECT %d, number, 0 FROM m ORDER BY %s LIMIT %d OFFSET %d)", rowHit, order, s.query.PerPage, (s.query.Page-1)*s.query.PerPage)
}

// scalars are the facets with one value.
var scalars = []string{"family", "department", "size", "workforce"}

// plain counts the total and, in the same pass, the facets with one value whose
// group has no selection. GROUPING gives a bit for each column left out.
func (s *statement) plain() string {
	var open []string
	for _, column := range scalars {
		if !s.selected(column) {
			open = append(open, column)
		}
	}
	if len(open) == 0 {
		return fmt.Sprintf("(SELECT %d, 0, count(*) FROM m)", rowTotal)
	}
	all := 1<<len(open) - 1
	sets, when := "()", fmt.Sprintf("WHEN %d THEN %d", all, rowTotal)
	for i, column := range open {
		sets += ", (" + column + ")"
		when += fmt.Sprintf(" WHEN %d THEN %d", all-1<<(len(open)-1-i), slices.Index(engine.Facets, column))
	}
	list := strings.Join(open, ", ")
	return fmt.Sprintf("(SELECT CASE GROUPING(%s) %s END, COALESCE(%s, 0), count(*) FROM m GROUP BY GROUPING SETS (%s))", list, when, list, sets)
}

// selected reports whether the facet's own group has a selection.
func (s *statement) selected(facet string) bool {
	group := facetGroup[facet]
	return s.own[group] != "" || group == "sector" && s.sector != ""
}

// facet counts a facet with several values a structure, or with a selection.
func (s *statement) facet(i int, name string) string {
	array := map[string]string{"kind": "kinds", "group": "groups"}[name]
	switch {
	case name == "group" && len(s.activity) > 0:
		return s.activityFacet(i)
	case array != "" && !s.selected(name):
		return fmt.Sprintf("(SELECT %d, v, count(*) FROM m, unnest(%s) v GROUP BY v)", i, array)
	case name == "kind":
		return fmt.Sprintf("(SELECT %d, v, count(*) FROM k, unnest(kinds) v GROUP BY v)", i)
	case name == "family" && s.selected(name):
		return fmt.Sprintf("(SELECT %d, family, count(*) FROM k GROUP BY family)", i)
	case array != "":
		return fmt.Sprintf("(SELECT %d, v, count(*) FROM structure, unnest(%s) v WHERE %s GROUP BY v)", i, array, s.where(facetGroup[name]))
	case s.selected(name):
		return fmt.Sprintf("(SELECT %d, %s, count(*) FROM structure WHERE %s GROUP BY %s)", i, name, s.where(facetGroup[name]), name)
	}
	return "" // counted by plain
}

// activityFacet counts the sector groups of activities that meet the other
// conditions on activities, each once for its structure.
func (s *statement) activityFacet(i int) string {
	held := s.held("sector")
	rest := ""
	if len(s.always)+len(s.own) > 0 {
		all := slices.Clone(s.always)
		for _, name := range groupNames {
			if s.own[name] != "" {
				all = append(all, s.own[name])
			}
		}
		rest = " AND structure IN (SELECT number FROM structure WHERE " + strings.Join(all, " AND ") + ")"
	}
	return fmt.Sprintf("(SELECT %d, v, count(DISTINCT structure) FROM activity, unnest(groups) v WHERE %s%s GROUP BY v)", i, held, rest)
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func placeValues(list []territory.Territory) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.Value
	}
	return out
}
