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

// loosenings are the filter groups in the order in which they are shown, and the
// parameters that a query leaves out without them.
var loosenings = []struct {
	group  group
	params []string
}{
	{groupServes, []string{"serves"}},
	{groupCovers, []string{"covers"}},
	{groupFixed, []string{"near", "radius_km"}},
	{groupAmong, []string{"answered", "met"}},
	{groupTerritory, []string{"territory"}},
	{groupSector, []string{"sector"}},
	{groupKind, []string{"kind", "family"}},
	{groupESS, []string{"ess"}},
	{groupESUS, []string{"esus"}},
	{groupMode, []string{"mode"}},
	{groupSize, []string{"size"}},
	{groupWorkforce, []string{"workforce"}},
	{groupBasis, []string{"basis"}},
	{groupLabel, []string{"label"}},
	{groupCharacteristic, []string{"characteristic"}},
	{groupAvailability, []string{"availability"}},
}

// relaxations counts what a query that finds nothing finds without one of its
// filter groups or words. When time runs out, those counted so far are given.
func (e *Engine) relaxations(ctx context.Context, v *view, q query.Query, work *scratch) ([]query.Relaxation, error) {
	out, active, err := e.relaxFilters(ctx, v, q, work)
	if units := french.Units(q.Text); err == nil && len(units) > 0 && (len(units) > 1 || active != 0) {
		err = e.relaxWords(ctx, v, q, units, work, &out)
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b query.Relaxation) int { return b.Total - a.Total })
	return out[:min(len(out), maxRelaxations)], nil
}

// relaxFilters counts what a query finds without one of its groups of filters: what
// fails that group alone, for all of them in one pass.
func (e *Engine) relaxFilters(ctx context.Context, v *view, q query.Query, work *scratch) (out []query.Relaxation, active group, err error) {
	q.Facets, q.Cursor, q.Page, q.PerPage = false, "", 1, 0
	s := &lookup{ctx: ctx, engine: e, view: v, query: q, asked: &q, work: work}
	s.begin()
	if active = s.filter.active(); active == 0 {
		return nil, 0, nil
	}
	if q.Text == "" && q.Identifier == "" && active&(active-1) == 0 {
		return nil, active, nil // the whole directory is no answer
	}
	s.relaxed, s.ways = active, true
	s.top = s.newTop()
	if err := s.collect(); err != nil {
		return nil, active, err
	}
	for _, l := range loosenings {
		if total := s.without[indexOf(l.group)]; total > 0 {
			out = append(out, query.Relaxation{Params: l.params, Total: total})
		}
	}
	return out, active, nil
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
