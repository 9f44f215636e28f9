package search

import (
	"context"
	"fmt"
	"time"

	"sourcier/internal/search/query"
)

// MaxList bounds a list: 50,000 ids take some 2 MB.
const MaxList = 50_000

// maxListTime ends a list that no caller has given a shorter deadline.
const maxListTime = 20 * time.Second

// List gives the ids of the first limit structures that q finds, in its order,
// on one view. Ids and nothing else: the view is let go before anybody reads
// them, so that a slow reader holds neither an old version of the index nor what
// it maps. A text that finds nothing is mended as in Search.
func (e *Engine) List(ctx context.Context, q query.Query, limit int) (list query.List, err error) {
	if limit < 0 || limit > MaxList {
		return list, fmt.Errorf("list of %d: at most %d", limit, MaxList)
	}
	q.Page, q.PerPage, q.Cursor, q.Facets = 1, limit, "", false
	err = e.onView(ctx, maxListTime, q, func(ctx context.Context, v *view, work *scratch) error {
		correction, err := e.mended(ctx, v, q, work, func(q query.Query) (total int, err error) {
			list, err = e.listOn(ctx, v, q, work)
			return list.Total, err
		})
		list.Correction = correction
		return err
	})
	return list, err
}

// listOn lists what a query finds as it is.
func (e *Engine) listOn(ctx context.Context, v *view, q query.Query, work *scratch) (query.List, error) {
	s := &lookup{ctx: ctx, engine: e, view: v, query: q, asked: &q, work: work}
	s.begin()
	s.top = s.newTop()
	if err := s.collect(); err != nil {
		return query.List{}, err
	}
	hits := s.top.sorted(0)
	list := query.List{Total: s.total, IDs: make([]string, 0, len(hits)), Generation: v.generation}
	for i, h := range hits {
		if i%ctxJudged == 0 && ctx.Err() != nil {
			return query.List{}, ctx.Err()
		}
		id, err := v.id(h.ord)
		if err != nil {
			return query.List{}, err
		}
		list.IDs = append(list.IDs, id)
	}
	work.hits = s.top.hits
	return list, nil
}
