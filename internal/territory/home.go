package territory

import (
	"slices"
	"strings"
	"sync"
)

// distance says how near a territory is to home, in administrative steps.
type distance uint8

const (
	atHome distance = iota
	homeDepartment
	homeRegion
	elsewhere
)

// home is what Search and Recognise need of a home territory.
type home struct {
	value   string
	set     Set
	depts   map[string]bool
	regions map[string]bool
	groups  map[string]string // folded names of the EPCI and EPT that share a commune with it -> value
	short   map[string]uint32 // short names of its communes: "vitry"

	sorting sync.Once
	sorted  *ordered
}

// ordered sorts the names of the atlas for Search, at the first need.
func (h *home) ordered(a *Atlas) *ordered {
	h.sorting.Do(func() { h.sorted = a.sortedFor(h) })
	return h.sorted
}

// homeOf reads the home territory, once for each that the atlas knows. The
// zero Territory is no home: everything is elsewhere.
func (a *Atlas) homeOf(t Territory) *home {
	if kept, ok := a.homes.Load(t.Value); ok {
		return kept.(*home)
	}
	h := a.newHome(t)
	if known, ok := a.lookup(t.Value); ok && known.Value == t.Value && known.Communes.Equal(t.Communes) || t.Value == "" && t.Communes.Len() == 0 {
		kept, _ := a.homes.LoadOrStore(t.Value, h)
		return kept.(*home)
	}
	return h
}

func (a *Atlas) newHome(t Territory) *home {
	h := &home{value: t.Value, set: t.Communes, depts: map[string]bool{}, regions: map[string]bool{}, groups: map[string]string{}}
	for ord := range t.Communes.All() {
		c := &a.communes[ord]
		h.depts[c.Department], h.regions[c.Region] = true, true
		for _, siren := range []string{c.EPT, c.EPCI} {
			if siren != "" {
				h.groups[groupName(a.areas["epci:"+siren].Label)] = "epci:" + siren
			}
		}
	}
	h.short = a.shortNames(t.Communes)
	return h
}

// groupName folds the name of an EPCI without the abbreviation of its form.
func groupName(label string) string {
	words := strings.Fields(Fold(label))
	if len(words) > 2 && slices.Contains([]string{"cc", "ca", "cu"}, words[0]) {
		words = words[1:]
		for len(words) > 2 && links[words[0]] {
			words = words[1:]
		}
	}
	return strings.Join(words, " ")
}

func (h *home) commune(c *Commune, ord uint32) distance {
	switch {
	case h.set.Has(ord):
		return atHome
	case h.depts[c.Department]:
		return homeDepartment
	case h.regions[c.Region]:
		return homeRegion
	}
	return elsewhere
}

func (h *home) area(t Territory) distance {
	switch {
	case t.Value == h.value:
		return atHome
	case t.Kind == KindFrance || !t.Communes.Intersects(h.set):
		return elsewhere
	case t.Kind == KindRegion:
		return homeRegion
	}
	return homeDepartment
}

// shortNames lists what the communes of the set are called for short: the name
// without its article, and the beginnings of it, each when it fits one commune
// of the set alone and is no ordinary word.
func (a *Atlas) shortNames(set Set) map[string]uint32 {
	names := a.names()
	short := map[string]uint32{}
	shared := map[string]bool{}
	for ord := range set.All() {
		if a.communes[ord].Parent != "" {
			continue
		}
		for _, name := range shortForms(names.lines[ord].name) {
			if have, taken := short[name]; taken && have != ord {
				shared[name] = true
			}
			short[name] = ord
		}
	}
	for name := range shared {
		delete(short, name)
	}
	return short
}

// minShort is the fewest letters of a short name: "hay" alone is too short,
// "l hay" is not.
const minShort = 4

// shortForms are the candidates of one name: "l hay les roses" gives "hay les
// roses" and "l hay".
func shortForms(name string) []string {
	words := strings.Fields(name)
	article := 0
	if len(words) > 1 && articles[words[0]] {
		article = 1
	}
	var forms []string
	for start := 0; start <= article; start++ {
		for end := article + 1; end <= len(words); end++ {
			if end-start < len(words) && tellsEnough(words[start:end]) {
				forms = append(forms, strings.Join(words[start:end], " "))
			}
		}
	}
	return forms
}

var articles = wordSet("l le la les")

// tellsEnough reports whether the words can stand for a commune: no lone
// ordinary word, not cut behind "sur" or "saint", not too short.
func tellsEnough(words []string) bool {
	last := words[len(words)-1]
	return !links[last] && !strings.HasPrefix(last, "saint") && len(strings.Join(words, " ")) >= minShort && !commonplace(words)
}

// commonplace reports whether the words, links aside, are one ordinary word or
// several of them.
func commonplace(words []string) bool {
	for _, w := range words {
		if !links[w] && !ordinary[w] {
			return false
		}
	}
	return true
}
