package territory

import (
	"strings"
)

// names is what reads names: one line of folded text per name, so that a scan
// for a word runs at the speed of strings.Index, and an index of whole names.
type names struct {
	text  string             // each name as "\n word word", then "\n"
	lines []line             // in the order of text
	exact map[string]int32   // head of the chain of lines that read the same
	next  []int32            // next in the chain, -1 at the end
	local map[string][]int32 // lines of the communes by department
}

// line is one name of a commune or of another territory.
type line struct {
	at    int    // where its "\n" is in text
	name  string // "vitry sur seine"
	loose string // "vitryseine": what survives sloppy writing
	area  string // value of a territory that is no commune, else ""
	ord   uint32 // of the commune
	sort  lineSort
}

type lineSort uint8

const (
	lineCommune lineSort = iota
	lineArrondissement
	lineFormer
	lineArea
)

// links are the words that a source drops, shortens or adds at will.
var links = map[string]bool{
	"le": true, "la": true, "les": true, "l": true, "d": true, "de": true, "du": true, "des": true,
	"sur": true, "sous": true, "s": true, "ss": true, "lez": true, "en": true, "et": true,
	"au": true, "aux": true, "a": true,
}

// saints are the short forms of saint, as sources write them.
var saints = map[string]string{"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}

// newNames reads every name of the atlas.
func newNames(a *Atlas) *names {
	count := len(a.communes) + len(a.former) + len(a.order) + 1
	n := &names{
		lines: make([]line, 0, count), exact: make(map[string]int32, count), next: make([]int32, 0, count),
		local: make(map[string][]int32, len(a.depts)),
	}
	var text strings.Builder
	text.Grow(count * 20)
	for i, c := range a.communes {
		l := line{name: Fold(c.Name), ord: uint32(i)}
		if c.Parent != "" {
			l.sort = lineArrondissement
		}
		n.add(&text, l)
	}
	for _, f := range a.former {
		n.add(&text, line{name: Fold(f.name), ord: f.ord, sort: lineFormer})
	}
	for _, value := range a.order {
		if t := a.areas[value]; t.Kind != KindCommune {
			n.add(&text, line{name: Fold(t.Label), area: value, sort: lineArea})
		}
	}
	n.add(&text, line{name: "france", area: France, sort: lineArea})
	text.WriteByte('\n')
	n.text = text.String()
	for i := range n.lines {
		n.link(a, int32(i))
	}
	return n
}

func (n *names) add(text *strings.Builder, l line) {
	l.name = spelledOut(l.name)
	l.at = text.Len()
	text.WriteString("\n ")
	text.WriteString(l.name)
	n.lines = append(n.lines, l)
}

// link enters line i in the index of whole names and in its department, once
// the text is whole: names are pieces of it from then on.
func (n *names) link(a *Atlas, i int32) {
	l := &n.lines[i]
	l.name = n.text[l.at+2 : l.at+2+len(l.name)]
	head, taken := n.exact[l.name]
	if !taken {
		head = -1
	}
	n.exact[l.name] = i
	n.next = append(n.next, head)
	if l.sort == lineCommune || l.sort == lineFormer {
		l.loose = loosely(l.name)
		dept := a.communes[l.ord].Department
		n.local[dept] = append(n.local[dept], i)
	}
}

// spelled lists the lines that read exactly name.
func (n *names) spelled(name string) []*line {
	var list []*line
	i, ok := n.exact[name]
	for ; ok && i >= 0; i = n.next[i] {
		list = append(list, &n.lines[i])
	}
	return list
}

// spellOut writes the short forms of saint in full, in place.
func spellOut(words []string) []string {
	for i, w := range words {
		if full := saints[w]; full != "" {
			words[i] = full
		}
	}
	return words
}

// spelledOut is spellOut on a folded name; most have nothing to spell out.
func spelledOut(name string) string {
	for w := range strings.SplitSeq(name, " ") {
		if saints[w] != "" {
			return strings.Join(spellOut(strings.Fields(name)), " ")
		}
	}
	return name
}

// loosely keeps the words of a folded name that matter, without spaces.
func loosely(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	for w := range strings.SplitSeq(name, " ") {
		if !links[w] {
			b.WriteString(w)
		}
	}
	return b.String()
}
