package taxonomy

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strings"

	"sourcier/internal/territory"
)

// Match is a sector or a group that Search suggests.
type Match struct {
	Code    string
	Label   string
	Synonym string // that answers, "" when the label does
	Sectors int    // of a group: how many it has; 0 for a sector
}

// searchTable is what suggestions are looked up in: one line of folded text per
// label and synonym, so that a scan for a word runs at the speed of strings.Index.
type searchTable struct {
	text  string // each name as "\n word word", then "\n"
	lines []searchLine
	cpv   []string // the prefixes of all sectors as 8-digit codes, sorted, each once
}

type searchLine struct {
	at    int // where its "\n" is in text
	name  string
	rank  int // groups first, then sectors, in the order of the taxonomy
	match Match
}

func newSearchTable(t *Taxonomy) *searchTable {
	table := &searchTable{}
	var text strings.Builder
	add := func(rank int, m Match, name string) {
		folded := territory.Fold(name)
		table.lines = append(table.lines, searchLine{text.Len(), folded, rank, m})
		text.WriteString("\n " + folded)
	}
	for i, g := range t.groups {
		add(i, Match{Code: g.Code, Label: g.Label, Sectors: len(t.byGroup[g.Code])}, g.Label)
	}
	for i, s := range t.sectors {
		add(len(t.groups)+i, Match{Code: s.Code, Label: s.Label}, s.Label)
		for _, synonym := range s.Synonyms {
			add(len(t.groups)+i, Match{Code: s.Code, Label: s.Label, Synonym: synonym}, synonym)
		}
		for _, prefix := range s.CPV {
			table.cpv = append(table.cpv, (prefix + "00000000")[:8])
		}
	}
	slices.Sort(table.cpv)
	table.cpv = slices.Compact(table.cpv)
	text.WriteByte('\n')
	table.text = text.String()
	return table
}

// Bounds of Search: the bytes and words it reads.
const (
	maxSearchBytes = 500
	maxSearchWords = 12
)

// Search suggests the sectors and groups in whose label, or in one of whose
// synonyms, every word of q begins a word, in any order; accents, case,
// punctuation, function words and plural marks of q are ignored. What is named
// exactly comes first, then what only lacks letters of the last word, then what
// begins like q, then the rest; labels before synonyms, names that have the last
// word whole before those that go on, groups before sectors. At most limit, each
// code once.
func (t *Taxonomy) Search(q string, limit int) []Match {
	if len(q) > maxSearchBytes {
		return nil
	}
	words := strings.Fields(territory.Fold(q))
	if meant := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(functionWords, w) }); len(meant) > 0 {
		words = meant
	}
	if limit <= 0 || len(words) == 0 || len(words) > maxSearchWords {
		return nil
	}
	f := sectorFinder{table: t.search(), name: territory.Fold(q), limit: limit}
	for _, w := range words {
		f.needles = append(f.needles, " "+singular(w))
	}
	f.scan()
	out := make([]Match, len(f.top))
	for i, s := range f.top {
		out[i] = s.line.match
	}
	return out
}

// sectorFinder keeps the best lines seen so far, best first.
type sectorFinder struct {
	table   *searchTable
	name    string   // the whole of what is looked for
	needles []string // a space and a word
	limit   int
	top     []foundLine
}

type foundLine struct {
	line  *searchLine
	tier  int
	grows int // 1 when the last word only begins a word of it
}

func (f *sectorFinder) scan() {
	rarest := slices.MaxFunc(f.needles, func(a, b string) int { return len(a) - len(b) })
	for from := 0; ; {
		hit := strings.Index(f.table.text[from:], rarest)
		if hit < 0 {
			return
		}
		from += hit
		lines := f.table.lines
		i := sort.Search(len(lines), func(i int) bool { return lines[i].at > from }) - 1
		l := &lines[i]
		end := l.at + 2 + len(l.name)
		if holdsAll(f.table.text[l.at+1:end], f.needles) {
			f.offer(f.found(l))
		}
		from = end
	}
}

func holdsAll(padded string, needles []string) bool {
	for _, needle := range needles {
		if !strings.Contains(padded, needle) {
			return false
		}
	}
	return true
}

// Tiers of a line, the best first.
const (
	tierExact       = iota
	tierCompleted   // "nettoyage" for "nettoy"
	tierLabelBegins // "Nettoyage de vitres"
	tierSynonymBegins
	tierLabel
	tierSynonym
)

func (f *sectorFinder) tier(l *searchLine) int {
	begins := strings.HasPrefix(l.name, f.name)
	switch {
	case singular(l.name) == singular(f.name):
		return tierExact
	case begins && strings.IndexByte(l.name[len(f.name):], ' ') < 0:
		return tierCompleted
	case begins && l.match.Synonym == "":
		return tierLabelBegins
	case begins:
		return tierSynonymBegins
	case l.match.Synonym == "":
		return tierLabel
	}
	return tierSynonym
}

func (f *sectorFinder) found(l *searchLine) foundLine {
	out := foundLine{line: l, tier: f.tier(l), grows: 1}
	last := f.name[strings.LastIndexByte(f.name, ' ')+1:]
	for w := range strings.SplitSeq(l.name, " ") {
		if w == last {
			out.grows = 0
		}
	}
	return out
}

func (a foundLine) compare(b foundLine) int {
	return cmp.Or(a.tier-b.tier, a.grows-b.grows, a.line.rank-b.line.rank, a.line.at-b.line.at)
}

// offer keeps a line when it is among the best; a code counts once.
func (f *sectorFinder) offer(l foundLine) {
	at, _ := slices.BinarySearchFunc(f.top, l, foundLine.compare)
	if at == f.limit {
		return
	}
	old := slices.IndexFunc(f.top, func(have foundLine) bool { return have.line.match.Code == l.line.match.Code })
	switch {
	case old >= 0 && old < at:
		return
	case old >= 0:
		f.top = slices.Delete(f.top, old, old+1)
	case len(f.top) == f.limit:
		f.top = f.top[:f.limit-1]
	}
	f.top = slices.Insert(f.top, at, l)
}

// SearchCPV lists the 8-digit CPV codes that begin like the digits of a code
// being typed and that sectors name, the code itself first when some sector
// sells it. Two digits at least; a check digit is allowed behind eight. At most
// limit.
func (t *Taxonomy) SearchCPV(digits string, limit int) []string {
	body, _, _ := strings.Cut(digits, "-")
	if _, ok := bareCPV(digits); !ok || !digitsOnly(body) || len(body) > 8 || limit <= 0 {
		return nil
	}
	var out []string
	if code := (body + "00000000")[:8]; len(t.ByCPV(code)) > 0 {
		out = append(out, code)
	}
	all := t.search().cpv
	for i, _ := slices.BinarySearch(all, body); i < len(all) && len(out) < limit && strings.HasPrefix(all[i], body); i++ {
		if !slices.Contains(out, all[i]) {
			out = append(out, all[i])
		}
	}
	return out
}

// Words gives every word of the labels and synonyms, folded and as it is
// written in lower case, in the order of the taxonomy: what a mistyped word is
// compared with.
func (t *Taxonomy) Words() iter.Seq2[string, string] {
	return func(yield func(folded, shown string) bool) {
		for _, g := range t.groups {
			if !eachWord(g.Label, yield) {
				return
			}
		}
		for _, s := range t.sectors {
			if !eachWord(s.Label, yield) {
				return
			}
			for _, synonym := range s.Synonyms {
				if !eachWord(synonym, yield) {
					return
				}
			}
		}
	}
}

func eachWord(name string, yield func(folded, shown string) bool) bool {
	for w := range strings.FieldsFuncSeq(name, func(r rune) bool { return strings.ContainsRune(" -’'(),/&", r) }) {
		if folded := territory.Fold(w); folded != "" && !slices.Contains(functionWords, folded) && !yield(folded, strings.ToLower(w)) {
			return false
		}
	}
	return true
}
