package search

import (
	"context"
	"errors"
	"slices"
	"strings"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
)

// maxRelaxations bounds the ways out of an empty result.
const maxRelaxations = 8

// loosenings are the filter groups in the order in which they are shown, and how
// a query leaves each out.
var loosenings = []struct {
	params []string
	active func(q *query.Query) bool
	drop   func(q *query.Query)
}{
	{[]string{"serves"}, func(q *query.Query) bool { return len(q.Serves) > 0 }, func(q *query.Query) { q.Serves = nil }},
	{[]string{"covers"}, func(q *query.Query) bool { return len(q.Covers) > 0 }, func(q *query.Query) { q.Covers = nil }},
	{[]string{"near", "radius_km"}, func(q *query.Query) bool { return q.RadiusKM > 0 }, func(q *query.Query) { q.RadiusKM = 0 }},
	{[]string{"territory"}, func(q *query.Query) bool { return len(q.Territories) > 0 }, func(q *query.Query) { q.Territories = nil }},
	{[]string{"sector"}, func(q *query.Query) bool { return len(q.Sectors) > 0 }, func(q *query.Query) { q.Sectors = nil }},
	{[]string{"kind", "family"}, func(q *query.Query) bool { return len(q.Kinds)+len(q.Families) > 0 },
		func(q *query.Query) { q.Kinds, q.Families = nil, nil }},
	{[]string{"ess"}, func(q *query.Query) bool { return q.ESS }, func(q *query.Query) { q.ESS = false }},
	{[]string{"esus"}, func(q *query.Query) bool { return q.ESUS }, func(q *query.Query) { q.ESUS = false }},
	{[]string{"mode"}, func(q *query.Query) bool { return len(q.Modes) > 0 }, func(q *query.Query) { q.Modes = nil }},
	{[]string{"size"}, func(q *query.Query) bool { return len(q.Sizes) > 0 }, func(q *query.Query) { q.Sizes = nil }},
	{[]string{"workforce"}, func(q *query.Query) bool { return len(q.Workforce) > 0 }, func(q *query.Query) { q.Workforce = nil }},
	{[]string{"basis"}, func(q *query.Query) bool { return len(q.Bases) > 0 }, func(q *query.Query) { q.Bases = nil }},
	{[]string{"label"}, func(q *query.Query) bool { return len(q.Labels) > 0 }, func(q *query.Query) { q.Labels = nil }},
	{[]string{"characteristic"}, func(q *query.Query) bool { return len(q.Characteristics) > 0 },
		func(q *query.Query) { q.Characteristics = nil }},
	{[]string{"availability"}, func(q *query.Query) bool { return len(q.Availability) > 0 },
		func(q *query.Query) { q.Availability = nil }},
}

// relaxations counts what a query that finds nothing finds without one of its
// filter groups or words. When time runs out, those counted so far are given.
func (e *Engine) relaxations(ctx context.Context, v *view, q query.Query, work *scratch) ([]query.Relaxation, error) {
	var out []query.Relaxation
	filters := 0
	consider := func(r query.Relaxation, looser query.Query) error {
		total, err := e.count(ctx, v, looser, work)
		if r.Total = total; total > 0 {
			out = append(out, r)
		}
		return err
	}
	var err error
	for _, l := range loosenings {
		if !l.active(&q) {
			continue
		}
		filters++
		looser := q
		l.drop(&looser)
		if bare(&looser) {
			continue // the whole directory is no answer
		}
		if err = consider(query.Relaxation{Params: l.params}, looser); err != nil {
			break
		}
	}
	if units := french.Units(q.Text); err == nil && len(units)+filters > 1 {
		err = e.relaxWords(ctx, v, q, units, work, &out)
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b query.Relaxation) int { return b.Total - a.Total })
	return out[:min(len(out), maxRelaxations)], nil
}

// relaxWords counts what a query finds without one of its units.
func (e *Engine) relaxWords(ctx context.Context, v *view, q query.Query, units []french.Unit, work *scratch, out *[]query.Relaxation) error {
	texts := make([]string, len(units))
	for i := range units {
		texts[i] = without(q.Text, units, i)
	}
	totals, err := e.totals(ctx, v, q, texts, work)
	for i, total := range totals {
		if total > 0 {
			*out = append(*out, query.Relaxation{Params: []string{"q"}, Words: typed(q.Text, units[i]), Text: texts[i], Total: total})
		}
	}
	return err
}

// bare reports that a query asks for nothing.
func bare(q *query.Query) bool {
	for _, l := range loosenings {
		if l.active(q) {
			return false
		}
	}
	return q.Text == "" && q.Identifier == ""
}

// without is a text less one of its units, the others as they were typed.
func without(text string, units []french.Unit, left int) string {
	var out []string
	for i, u := range units {
		if i == left {
			continue
		}
		words := typed(text, u)
		if u.Quoted {
			words = `"` + words + `"`
		}
		out = append(out, words)
	}
	return strings.Join(out, " ")
}

// typed gives the words of a unit as they were typed.
func typed(text string, u french.Unit) string {
	return text[u.Words[0].Start:u.Words[len(u.Words)-1].End]
}

// count gives the total of a query and nothing else.
func (e *Engine) count(ctx context.Context, v *view, q query.Query, work *scratch) (int, error) {
	q.Facets, q.Page, q.PerPage, q.Cursor = false, 1, 0, ""
	result, err := e.answer(ctx, v, q, work)
	return result.Total, err
}
