package app

import (
	"context"
	"sync/atomic"

	"sourcier/internal/search"
	"sourcier/internal/search/query"
	"sourcier/internal/web"
)

// ErrLoading is returned by a search made before the index is open.
const ErrLoading = web.Reason("l’index de recherche se charge")

// indexSlot is a search.Searcher, Lister, Suggester and Mapper that answers from the moment
// its engine is there, so that the portal listens while a large index opens or is rebuilt.
type indexSlot struct{ engine atomic.Pointer[search.Engine] }

var (
	_ search.Searcher  = (*indexSlot)(nil)
	_ search.Suggester = (*indexSlot)(nil)
	_ search.Lister    = (*indexSlot)(nil)
	_ search.Mapper    = (*indexSlot)(nil)
)

func (s *indexSlot) set(e *search.Engine) { s.engine.Store(e) }
func (s *indexSlot) get() *search.Engine  { return s.engine.Load() }
func (s *indexSlot) take() *search.Engine { return s.engine.Swap(nil) }

// Search answers from the engine, or with ErrLoading.
func (s *indexSlot) Search(ctx context.Context, q query.Query) (query.Result, error) {
	if e := s.get(); e != nil {
		return e.Search(ctx, q)
	}
	return query.Result{}, ErrLoading
}

// List answers from the engine, or with ErrLoading.
func (s *indexSlot) List(ctx context.Context, q query.Query, limit int) (query.List, error) {
	if e := s.get(); e != nil {
		return e.List(ctx, q, limit)
	}
	return query.List{}, ErrLoading
}

// Suggest answers from the engine, or with ErrLoading.
func (s *indexSlot) Suggest(ctx context.Context, text string) (query.Suggestions, error) {
	if e := s.get(); e != nil {
		return e.Suggest(ctx, text)
	}
	return query.Suggestions{}, ErrLoading
}

// Map answers from the engine, or with ErrLoading.
func (s *indexSlot) Map(ctx context.Context, q query.Query, frame query.Frame) (query.Map, error) {
	if e := s.get(); e != nil {
		return e.Map(ctx, q, frame)
	}
	return query.Map{}, ErrLoading
}

// Places answers from the engine, or with ErrLoading.
func (s *indexSlot) Places(ctx context.Context, q query.Query) (query.Places, error) {
	if e := s.get(); e != nil {
		return e.Places(ctx, q)
	}
	return query.Places{}, ErrLoading
}

// Sync has the engine take in what was written; nothing before it is there.
func (s *indexSlot) Sync(ctx context.Context) error {
	if e := s.get(); e != nil {
		return e.Sync(ctx)
	}
	return nil
}

// Generation is that of the engine, 0 before it is there.
func (s *indexSlot) Generation() uint64 {
	if e := s.get(); e != nil {
		return e.Generation()
	}
	return 0
}

// Ready gives the reason why searches cannot be answered, or nil.
func (s *indexSlot) Ready() error {
	if e := s.get(); e != nil {
		return e.Ready()
	}
	return ErrLoading
}
