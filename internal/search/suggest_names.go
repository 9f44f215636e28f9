package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// namesLike suggests at most limit structures whose name or trade name has every
// one of words (surface forms of french.Words, at least one) as a word; the last
// one may be a beginning, and has at least minNamed letters. Names that start
// with the words come first; each part is shuffled by the day. A closed
// structure is never suggested. This version reads every row.
func (e *Engine) namesLike(ctx context.Context, words []string, limit int) ([]query.Suggestion, error) {
	v, err := e.acquire()
	if err != nil {
		return nil, err
	}
	defer v.release()
	day := query.DaySeed(structure.DateOf(e.options.Now()))
	var found []namedRow
	for _, chunk := range v.rows.chunks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if chunk == nil {
			continue
		}
		for _, r := range chunk {
			if r == nil || r.s.Closed {
				continue
			}
			if start, trade, ok := named(r.s, words); ok {
				found = append(found, namedRow{r, start, trade, query.MixNeutral(day, r.idKey)})
			}
		}
	}
	slices.SortFunc(found, func(a, b namedRow) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.shuffled, b.shuffled), strings.Compare(a.row.id, b.row.id))
	})
	var out []query.Suggestion
	for _, n := range found[:min(limit, len(found))] {
		out = append(out, query.Suggestion{Kind: query.SuggestStructure, Value: n.row.id, Label: n.row.s.Name, Detail: n.detail()})
	}
	return out, nil
}

type namedRow struct {
	row      *row
	start    int // 0 when a name starts with the words
	trade    bool
	shuffled uint64
}

// detail is the city, behind the trade name when that is what answers.
func (n namedRow) detail() string {
	city := n.row.s.Address.City
	if !n.trade {
		return city
	}
	if city == "" {
		return n.row.s.TradeName
	}
	return n.row.s.TradeName + ", " + city
}

// named looks for the words in the name, then in the trade name.
func named(s *structure.Structure, words []string) (start int, trade, ok bool) {
	best := 2
	for i, name := range []string{s.Name, s.TradeName} {
		if at := placed(french.Words(name), words); at < best {
			best, trade = at, i == 1
		}
	}
	return best, trade, best < 2
}

// placed is 0 when the name starts with the words, 1 when it has them all, 2 otherwise.
func placed(name []french.Word, words []string) int {
	last := len(words) - 1
	answers := func(w french.Word, i int) bool {
		return w.Surface == words[i] || i == last && strings.HasPrefix(w.Surface, words[i])
	}
	starts := len(name) >= len(words)
	for i := range words {
		starts = starts && answers(name[i], i)
		if !slices.ContainsFunc(name, func(w french.Word) bool { return answers(w, i) }) {
			return 2
		}
	}
	if starts {
		return 0
	}
	return 1
}
