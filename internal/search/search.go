// Package search answers queries from a bleve index of the store's structures,
// and keeps that index equal to the store.
package search

import (
	"context"

	"sourcier/internal/search/query"
)

// Searcher is what pages and the API need.
type Searcher interface {
	// Search answers q on the newest view. It honours the deadline of ctx.
	Search(ctx context.Context, q query.Query) (query.Result, error)
	// Generation is the number of the newest view.
	Generation() uint64
}
