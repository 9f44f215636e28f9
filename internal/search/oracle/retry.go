package oracle

import (
	"cmp"
	"slices"
	"strings"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
)

// correct replaces the words of a text that nobody has by the nearest that
// somebody has: the fewest edits, then the most structures, then the alphabet.
func (o *Oracle) correct(text string) *query.Correction {
	var words []query.Mended
	meanings := map[string]string{}
	for _, u := range french.Units(text) {
		if o.anyoneHas(u) || u.Quoted {
			continue
		}
		w := u.Words[0]
		if meant := o.nearest(w.Surface); meant != "" {
			words = append(words, query.Mended{Typed: text[w.Start:w.End], Meant: meant})
			meanings[w.Surface] = meant
		}
	}
	if words == nil {
		return nil
	}
	return &query.Correction{Text: everywhere(text, meanings), Words: words}
}

// everywhere replaces every unquoted word that has a meaning, from the last.
func everywhere(text string, meanings map[string]string) string {
	segments := french.Segments(text)
	slices.Reverse(segments)
	for _, s := range segments {
		if s.Quoted {
			continue
		}
		words := french.Words(text[s.Start:s.End])
		slices.Reverse(words)
		for _, w := range words {
			if meant := meanings[w.Surface]; meant != "" {
				text = text[:s.Start+w.Start] + meant + text[s.Start+w.End:]
			}
		}
	}
	return text
}

func (o *Oracle) anyoneHas(u french.Unit) bool {
	for _, s := range o.known {
		if _, ok := score(s.words, []french.Unit{u}); ok && !s.Closed {
			return true
		}
	}
	return false
}

func (o *Oracle) nearest(typed string) string {
	most := 0
	if n := len([]rune(typed)); n >= 8 {
		most = 2
	} else if n >= 4 {
		most = 1
	}
	type candidate struct {
		word         string
		edits, count int
	}
	var all []candidate
	for word, count := range o.holders() {
		if n := edits(typed, word); n <= most && word[0] == typed[0] {
			all = append(all, candidate{word, n, count})
		}
	}
	if len(all) == 0 || most == 0 {
		return ""
	}
	return slices.MinFunc(all, func(a, b candidate) int {
		return cmp.Or(a.edits-b.edits, b.count-a.count, strings.Compare(a.word, b.word))
	}).word
}

// holders counts the live structures that have each word.
func (o *Oracle) holders() map[string]int {
	if o.held != nil {
		return o.held
	}
	o.held = map[string]int{}
	for _, s := range o.known {
		if s.Closed {
			continue
		}
		seen := map[string]bool{}
		for _, values := range s.words.fields {
			for _, words := range values {
				for _, w := range words {
					if !seen[w.Surface] {
						seen[w.Surface] = true
						o.held[w.Surface]++
					}
				}
			}
		}
	}
	return o.held
}

// edits counts the letters added, left out or replaced, and neighbours swapped.
func edits(from, to string) int {
	a, b := []rune(from), []rune(to)
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range b {
		d[0][j+1] = j + 1
	}
	for i := range a {
		for j := range b {
			replaced := 1
			if a[i] == b[j] {
				replaced = 0
			}
			d[i+1][j+1] = min(d[i][j]+replaced, d[i][j+1]+1, d[i+1][j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d[i+1][j+1] = min(d[i+1][j+1], d[i-1][j-1]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// relaxations asks the query again without each of its groups, then without
// each of its words.
func (o *Oracle) relaxations(q query.Query) []query.Relaxation {
	var out []query.Relaxation
	try := func(r query.Relaxation, looser query.Query) {
		if r.Total = len(o.plainly(looser).IDs); r.Total > 0 {
			out = append(out, r)
		}
	}
	groups := 0
	values := q.Values()
	if q.Among != nil {
		values.Set("answered", "1")
	}
	for _, params := range [][]string{{"serves"}, {"covers"}, {"near", "radius_km"}, {"answered", "met"}, {"territory"}, {"sector"}, {"kind", "family"},
		{"ess"}, {"esus"}, {"mode"}, {"size"}, {"workforce"}, {"basis"}, {"label"}, {"characteristic"}, {"availability"}} {
		if params[0] == "near" && q.RadiusKM == 0 || !slices.ContainsFunc(params, func(p string) bool { return values.Has(p) }) {
			continue
		}
		groups++
		if looser := leaving(q, params[0]); asksSomething(looser) {
			try(query.Relaxation{Params: params}, looser)
		}
	}
	units := french.Units(q.Text)
	for i, u := range units {
		if len(units)+groups == 1 {
			break
		}
		looser := q
		looser.Text = withoutUnit(q.Text, units, i)
		try(query.Relaxation{Params: []string{"q"}, Words: q.Text[u.Words[0].Start:u.Words[len(u.Words)-1].End], Text: looser.Text}, looser)
	}
	slices.SortStableFunc(out, func(a, b query.Relaxation) int { return b.Total - a.Total })
	return out[:min(len(out), 8)]
}

// withoutUnit is a text without one of its units.
func withoutUnit(text string, units []french.Unit, out int) string {
	var left []string
	for j, other := range units {
		words := text[other.Words[0].Start:other.Words[len(other.Words)-1].End]
		if other.Quoted {
			words = `"` + words + `"`
		}
		if j != out {
			left = append(left, words)
		}
	}
	return strings.Join(left, " ")
}

func leaving(q query.Query, param string) query.Query { //nolint:cyclop // a list of groups, each in its plain words
	switch param {
	case "serves":
		q.Serves = nil
	case "covers":
		q.Covers = nil
	case "near":
		q.RadiusKM = 0
	case "answered":
		q.Among = nil
	case "territory":
		q.Territories = nil
	case "sector":
		q.Sectors = nil
	case "kind":
		q.Kinds, q.Families = nil, nil
	case "ess":
		q.ESS = false
	case "esus":
		q.ESUS = false
	case "mode":
		q.Modes = nil
	case "size":
		q.Sizes = nil
	case "workforce":
		q.Workforce = nil
	case "basis":
		q.Bases = nil
	case "label":
		q.Labels = nil
	case "characteristic":
		q.Characteristics = nil
	case "availability":
		q.Availability = nil
	}
	return q
}

// asksSomething reports that the query is more than « everything ».
func asksSomething(q query.Query) bool {
	v := q.Values()
	for _, p := range []string{"facets", "fields", "sort", "page", "per_page", "cursor"} {
		v.Del(p)
	}
	if q.RadiusKM == 0 {
		v.Del("near")
	}
	return len(v) > 0 || q.Among != nil
}
