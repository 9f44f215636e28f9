package search

import (
	"context"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
)

// lookup is one query at work on one view.
type lookup struct {
	ctx    context.Context
	engine *Engine
	view   *view
	query  query.Query

	units   []french.Unit
	match   *textMatch // nil without text
	filter  *filter
	counter *counter // nil unless facets are asked for
	hits    []hit
	groups  []group // scratch: failing groups of each activity of a row
}

func (s *lookup) run() (query.Result, error) {
	s.filter = newFilter(&s.query, s.view, s.engine.options.Rules)
	if s.query.Facets {
		s.counter = newCounter(s.filter, s.view, &s.query, s.engine.home)
	}
	if err := s.collect(); err != nil {
		return query.Result{}, err
	}
	result := query.Result{Total: len(s.hits)}
	if s.counter != nil {
		result.Facets = s.counter.facets(&s.query)
	}
	page, err := s.page()
	if err != nil {
		return query.Result{}, err
	}
	result.Next = page.next
	result.Items = make([]query.Item, 0, len(page.hits))
	for _, h := range page.hits {
		if err := s.ctx.Err(); err != nil {
			return query.Result{}, err
		}
		result.Items = append(result.Items, s.item(h))
	}
	return result, nil
}

// ctxRows is how many rows are judged between two looks at the deadline: with
// every zone still unknown a row may take some 100 microseconds.
const ctxRows = 64

// collect judges every row, or those that the text leaves.
func (s *lookup) collect() error {
	s.units = french.Units(s.query.Text)
	if len(s.units) > 0 {
		var err error
		if s.match, err = matchText(s.ctx, s.view, s.units); err != nil {
			return err
		}
		for i, ord := range s.match.found {
			if i%ctxRows == 0 && s.ctx.Err() != nil {
				return s.ctx.Err()
			}
			s.judge(s.view.rows.at(ord), s.match.score[ord])
		}
		return nil
	}
	for _, chunk := range s.view.rows.chunks {
		if chunk == nil {
			continue
		}
		for i, r := range chunk {
			if i%ctxRows == 0 && s.ctx.Err() != nil {
				return s.ctx.Err()
			}
			s.judge(r, 0)
		}
	}
	return nil
}

// judge counts a row and keeps it when it is found. An ordinal without a row is
// a dead version, or one that a failed batch left in the index.
func (s *lookup) judge(r *row, score int32) {
	if r == nil || r.s.Closed {
		return
	}
	f := s.filter
	is := f.facts(r)
	failing := f.failing(r, is)
	if failing&groupFixed != 0 || failing != 0 && s.counter == nil || failing&(failing-1) != 0 {
		return
	}
	s.groups = s.groups[:0]
	holds := false
	for i := range r.acts {
		g := f.failingActivity(r, &r.acts[i])
		holds = holds || g == 0
		s.groups = append(s.groups, g)
	}
	if s.counter != nil {
		s.counter.row(r, is, failing, s.groups)
	}
	if failing == 0 && holds {
		s.hits = append(s.hits, hit{row: r, score: score})
	}
}
