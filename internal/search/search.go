// Package search answers queries from a bleve index of the store's structures,
// and keeps that index equal to the store.
//
// # What is found
//
// A text finds the structures in which every word of it occurs, in any field:
// name, sectors with their synonyms, offers, description, references, city.
// Words between quotes must follow each other in one field. The last word also
// matches as a beginning, from three letters on. Filters narrow that down as
// package query says.
//
// # Relevance, and equal treatment
//
// The score of a structure is an integer that depends on which fields hold the
// words, never on how often: for each word the best of its fields counts
// (Weight), and a little is added when all words stand in one field
// (BonusOneField), more when one sector holds them all (BonusOneSector). Repeating a word in a description thus brings nothing, nor
// does its length, nor how rare the word is among the other structures: two
// structures that say the same score the same. Equal scores are shuffled by the
// day, the same for everyone (query.NeutralKey), and so are structures that tie
// in the other orders.
//
// # How it works
//
// bleve holds the postings of the words and a record of each structure;
// everything else (filters, facets, orders) is read from columns in memory,
// addressed by a 4-byte ordinal, the place of the document among those of bleve
// when the index was opened. A new version of a structure gets a new one. A query
// works on one view, a bleve snapshot with the columns that belong to it; a
// single writer publishes a new view after each batch. ARCHITECTURE.md tells it
// in the order in which it happens.
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

// Lister gives all that a search finds, for exports.
type Lister interface {
	// List gives the ids of the first limit structures that q finds, at most
	// MaxList, in its order, whatever its page. It honours the deadline of ctx.
	List(ctx context.Context, q query.Query, limit int) (query.List, error)
}

// Mapper is what maps need.
type Mapper interface {
	// Map groups everything that q finds for a frame. It honours the deadline of ctx.
	Map(ctx context.Context, q query.Query, frame query.Frame) (query.Map, error)
	// Places counts everything that q finds by commune. It honours the deadline of ctx.
	Places(ctx context.Context, q query.Query) (query.Places, error)
	// Generation is the number of the newest view.
	Generation() uint64
}

var (
	_ Searcher = (*Engine)(nil)
	_ Lister   = (*Engine)(nil)
	_ Mapper   = (*Engine)(nil)
)
