package territory

import (
	"cmp"
	"slices"
	"strings"
)

// Bounds of Search: what it reads of a query, in bytes and words, and the most
// it suggests.
const (
	maxSearchBytes = 100
	maxSearchWords = 8
	maxSuggestions = 100
)

// tier is the first thing suggestions are ordered by.
type tier uint8

const (
	tierExact tier = iota // the exact name of a place that is near, large, or more than a commune
	tierHome
	tierDepartment
	tierRegion
	tierNamesake // the exact name of a small commune far away: six are called Villeneuve
	tierRest
)

// suggestion is a candidate of Search with what it is ordered by.
type suggestion struct {
	value  string
	line   *line
	tier   tier
	far    distance
	people int
}

func (s suggestion) compare(o suggestion) int {
	return cmp.Or(cmp.Compare(s.tier, o.tier), cmp.Compare(s.far, o.far), cmp.Compare(o.people, s.people),
		cmp.Compare(s.line.sort, o.line.sort), cmp.Compare(s.value, o.value))
}

// tierOf orders by the exact name first, then by nearness.
func tierOf(exact, known bool, far distance) tier {
	switch {
	case exact && known:
		return tierExact
	case far < elsewhere:
		return tierHome + tier(far)
	case exact:
		return tierNamesake
	}
	return tierRest
}

// Search suggests territories in whose name every word of q begins a word,
// accents and hyphens ignored; "st" also begins saint. The exact name comes
// first (that of a small commune outside the home regions after those nearer),
// then the home territory, its departments, its regions, the rest, each by
// population. Postal codes and department numbers are understood too. At
// most limit, and 100.
func (a *Atlas) Search(q string, home Territory, limit int) []Territory {
	limit = min(limit, maxSuggestions)
	if len(q) > maxSearchBytes {
		q = q[:maxSearchBytes]
	}
	words := strings.Fields(Fold(q))
	if limit <= 0 || len(words) == 0 || len(words) > maxSearchWords {
		return nil
	}
	f := finder{atlas: a, home: a.homeOf(home), limit: limit}
	if len(words) == 1 && isPostal(words[0]) {
		return f.postal(words[0])
	}
	f.find(words)
	if full := spellOut(slices.Clone(words)); !slices.Equal(full, words) {
		f.find(full)
	}
	out := make([]Territory, len(f.top))
	for i, s := range f.top {
		out[i], _ = a.lookup(s.value)
	}
	return out
}

// finder keeps the best suggestions seen so far, best first.
type finder struct {
	atlas *Atlas
	home  *home
	limit int
	top   []suggestion
}

// find offers what is named exactly, then every line in which each word begins
// a word, from the best one on: once enough are found, none behind them counts.
func (f *finder) find(words []string) {
	name := strings.Join(words, " ")
	f.exact(name)
	n := f.home.ordered(f.atlas)
	needles := make([]string, len(words))
	rarest := 0
	for i, w := range words {
		needles[i] = " " + w
		if len(w) > len(words[rarest]) {
			rarest = i
		}
	}
	for from := 0; ; {
		hit := strings.Index(n.text[from:], needles[rarest])
		if hit < 0 {
			return
		}
		from += hit
		i, exact := slices.BinarySearch(n.at, from)
		if !exact {
			i--
		}
		end := n.at[i] + 2 + len(n.lines[i].name)
		if begins(n.text[n.at[i]+1:end], needles) && !f.offer(f.suggestion(n.lines[i], name)) {
			return
		}
		from = end
	}
}

// exact offers the territories of that very name, wherever they are.
func (f *finder) exact(name string) {
	n := f.atlas.names()
	for _, l := range n.spelled(name) {
		f.offer(f.suggestion(l, name))
	}
	if code, ok := strings.CutPrefix(f.atlas.areaNames[string(KindDepartment)+" "+name], "dep:"); ok {
		for _, l := range n.spelled(name + " " + strings.ToLower(code)) {
			f.offer(f.suggestion(l, name))
		}
	}
}

// ordered is the names of the atlas in the order in which Search suggests them
// from one home, those it is asked for exactly aside.
type ordered struct {
	text  string // each name as "\n word word", then "\n"
	at    []int  // where the "\n" of each line is in text
	lines []*line
}

func (a *Atlas) sortedFor(h *home) *ordered {
	n := a.names()
	f := finder{atlas: a, home: h}
	all := make([]suggestion, len(n.lines))
	for i := range n.lines {
		all[i] = f.suggestion(&n.lines[i], "")
	}
	slices.SortFunc(all, suggestion.compare)
	out := &ordered{at: make([]int, len(all)), lines: make([]*line, len(all))}
	var text strings.Builder
	text.Grow(len(n.text))
	for i, s := range all {
		out.at[i], out.lines[i] = text.Len(), s.line
		text.WriteString("\n ")
		text.WriteString(s.line.name)
	}
	text.WriteByte('\n')
	out.text = text.String()
	return out
}

// begins reports whether each needle, a space and a word, is in the padded name.
func begins(padded string, needles []string) bool {
	for _, needle := range needles {
		if !strings.Contains(padded, needle) {
			return false
		}
	}
	return true
}

func (f *finder) suggestion(l *line, name string) suggestion {
	s := suggestion{line: l}
	if l.area == "" {
		c := &f.atlas.communes[l.ord]
		s.value, s.people, s.far = c.Code, c.Population, f.home.commune(c, l.ord)
		s.tier = tierOf(l.name == name, s.far < elsewhere || s.people >= largeCommune, s.far)
		return s
	}
	t := f.atlas.areas[l.area]
	s.value, s.people, s.far = t.Value, f.atlas.people(t), f.home.area(t)
	code, _ := strings.CutPrefix(t.Value, "dep:")
	s.tier = tierOf(l.name == name || l.name == name+" "+strings.ToLower(code), true, s.far)
	return s
}

// offer keeps s when it is among the best, and reports false when enough are
// better; a territory counts once, by its best name.
func (f *finder) offer(s suggestion) bool {
	at, _ := slices.BinarySearchFunc(f.top, s, suggestion.compare)
	if at == f.limit {
		return false
	}
	old := slices.IndexFunc(f.top, func(have suggestion) bool { return have.value == s.value })
	switch {
	case old >= 0 && old < at:
		return true
	case old >= 0:
		f.top = slices.Delete(f.top, old, old+1)
	case len(f.top) == f.limit:
		f.top = f.top[:f.limit-1]
	}
	f.top = slices.Insert(f.top, at, s)
	return true
}

// postal suggests the communes of a postal code, then the commune whose INSEE
// code reads the same.
func (f *finder) postal(code string) []Territory {
	var out []Territory
	for _, ord := range f.atlas.byPostal[code] {
		out = append(out, f.atlas.commune(ord))
	}
	slices.SortStableFunc(out, func(a, b Territory) int { return cmp.Compare(f.atlas.people(b), f.atlas.people(a)) })
	if ord, ok := f.atlas.ordinals[code]; ok {
		t := f.atlas.commune(ord)
		if !slices.ContainsFunc(out, func(o Territory) bool { return o.Value == t.Value }) {
			out = append(out, t)
		}
	}
	return out[:min(len(out), f.limit)]
}

// people is the population of a territory.
func (a *Atlas) people(t Territory) int {
	if ord, ok := a.ordinals[t.Value]; ok {
		return a.communes[ord].Population
	}
	return a.population[t.Value]
}
