package territory

import (
	"strconv"
	"strings"
)

// Bounds of Recognise.
const (
	largeCommune  = 20_000 // inhabitants from which a commune is known across the country
	maxNameWords  = 8      // of the names that people type; longer official ones are found by their postal code
	maxNamesakes  = 3      // names alike in France beyond which a far one means nothing: nine places are called Saint-Pierre
	minFarLetters = 4      // of the name of a small commune outside the home territory: "us", "eu", "ay" are noise
)

// Recognise finds the territory that the beginning of words names beyond
// doubt, and how many words name it; the longest reading wins. words are
// folded (see Fold), as a search box delivers them.
//
// A territory is named by
//   - the full name of a commune that is in the home territory or one of its
//     departments, or has 20,000 inhabitants: the buyer is at home there, or
//     everybody knows the name, unless it is that of more than three places
//     and this one is outside the home regions. Of 34,969 names most others
//     are also surnames, rivers and things. Among several of one name the
//     nearest to home is meant; two as near are nobody's. "paris 13" is the
//     arrondissement;
//   - the short name of a commune of the home territory, "vitry", "l hay",
//     when one commune of it alone begins so: "villeneuve" may mean two. It
//     goes before the full name of a commune elsewhere;
//   - the postal code of a single commune of the home departments;
//   - the name or the number of a department, the name of a region. The number
//     counts for the departments of the home regions wherever no unit follows
//     ("94 repas"), for the others as the last word only;
//   - the name of an EPCI or EPT that shares a commune with home.
//
// A name that is an ordinary word ("sens", "lot", "la reunion") does not count
// alone, but does behind "ville de", "commune de", "departement de", "region".
func (a *Atlas) Recognise(words []string, home Territory) (t Territory, n int, ok bool) {
	if len(words) == 0 {
		return Territory{}, 0, false
	}
	r := reader{atlas: a, home: a.homeOf(home)}
	lead, kind := announced(words)
	for n := min(len(words), lead+maxNameWords); n > lead; n-- {
		if value, ok := r.read(words[lead:n], kind, words[n:]); ok {
			t, ok = a.lookup(value)
			return t, n, ok
		}
	}
	if lead == 0 {
		return Territory{}, 0, false
	}
	// "commune" announced nothing: perhaps it begins a name, "plaine commune".
	for n := min(len(words), maxNameWords); n > 0; n-- {
		if value, ok := r.read(words[:n], "", words[n:]); ok {
			t, ok = a.lookup(value)
			return t, n, ok
		}
	}
	return Territory{}, 0, false
}

// announced reads the words that say what kind of territory follows, with the
// links behind them.
func announced(words []string) (lead int, kind Kind) {
	switch words[0] {
	case "departement", "dept", "dpt":
		kind = KindDepartment
	case "region":
		kind = KindRegion
	case "ville", "commune":
		kind = KindCommune
	default:
		return 0, ""
	}
	for lead = 1; lead < len(words) && (words[lead] == "de" || words[lead] == "du" || words[lead] == "des" || words[lead] == "d"); {
		lead++
	}
	return lead, kind
}

// reader recognises for one home territory.
type reader struct {
	atlas *Atlas
	home  *home
}

// read takes all the words for the name of one territory, of the kind
// announced if any, and gives its value.
func (r reader) read(words []string, kind Kind, rest []string) (string, bool) {
	if kind == "" || kind == KindCommune {
		if value, ok := r.commune(words, kind != ""); ok {
			return value, true
		}
	}
	if kind == KindCommune {
		return "", false
	}
	if value, ok := r.number(words, kind, rest); ok {
		return value, true
	}
	name := strings.Join(words, " ")
	if value, ok := r.home.groups[name]; ok && kind == "" && !commonplace(words) {
		return value, true
	}
	return r.area(name, words, kind)
}

// commune reads a commune; announced by "ville de", an ordinary word too.
func (r reader) commune(words []string, announced bool) (string, bool) {
	if len(words) == 1 && isPostal(words[0]) {
		return r.postal(words[0])
	}
	name := words
	number, used := trailingNumber(words)
	if used > 0 {
		name = words[:len(words)-used]
	}
	spelling := spelledOut(strings.Join(name, " "))
	ord, ok := r.nearest(spelling, announced)
	if used > 0 {
		return r.arrondissement(ord, number, ok)
	}
	// At home the short name of one's own commune goes before the full name
	// of another: "Choisy" is Choisy-le-Roi, not the village of the 74.
	if own, short := r.home.short[spelling]; short && (!ok || !r.home.set.Has(ord)) {
		ord, ok = own, true
	}
	if !ok {
		return "", false
	}
	return r.atlas.communes[ord].Code, true
}

// arrondissement reads the 13 of "paris 13"; a number that the city does not
// have is no part of the name.
func (r reader) arrondissement(city uint32, number int, ok bool) (string, bool) {
	if !ok || number == 0 {
		return "", false
	}
	ord := r.atlas.arrondissement(city, "", number)
	return r.atlas.communes[ord].Code, ord != city
}

func (r reader) postal(code string) (string, bool) {
	ords := r.atlas.byPostal[code]
	if len(ords) != 1 {
		return "", false
	}
	c := &r.atlas.communes[ords[0]]
	return c.Code, r.home.depts[c.Department]
}

// nearest finds the commune of that full name that is nearest to home, when
// one alone is and the name is not an ordinary word.
func (r reader) nearest(name string, announced bool) (uint32, bool) {
	best, near, only := uint32(0), elsewhere+1, false
	words := strings.Fields(name)
	lines := r.atlas.names().spelled(name)
	for _, l := range lines {
		if l.sort != lineCommune && l.sort != lineFormer {
			continue
		}
		c := &r.atlas.communes[l.ord]
		d := r.home.commune(c, l.ord)
		if !announced && (!r.known(l, c, d, words) || d == elsewhere && len(lines) > maxNamesakes) {
			continue
		}
		switch {
		case d < near:
			best, near, only = l.ord, d, true
		case d == near && l.ord != best:
			only = false
		}
	}
	return best, only
}

// known is the rule on full names, see Recognise.
func (r reader) known(l *line, c *Commune, d distance, words []string) bool {
	if commonplace(words) && (d != atHome || !homeTowns[words[0]]) {
		return false
	}
	switch {
	case d == atHome:
		return true
	case l.sort == lineCommune && c.Population >= largeCommune:
		return true
	}
	return d == homeDepartment && len(l.name) >= minFarLetters
}

// number reads the number of a department.
func (r reader) number(words []string, kind Kind, rest []string) (string, bool) {
	if len(words) != 1 || len(words[0]) != 2 && kind != KindDepartment || kind == KindRegion {
		return "", false
	}
	code := strings.ToUpper(words[0])
	dept, ok := r.atlas.depts[code]
	if !ok {
		return "", false
	}
	if kind == KindDepartment || len(rest) == 0 {
		return "dep:" + code, true
	}
	return "dep:" + code, r.home.regions[dept.region] && !units[rest[0]] && !isNumber(rest[0])
}

func isNumber(word string) bool {
	_, err := strconv.Atoi(word)
	return err == nil
}

// area reads the name of a department or region; where one name is both,
// overseas, the department.
func (r reader) area(name string, words []string, kind Kind) (string, bool) {
	if kind == "" && (oneOrdinary(words) || len(r.atlas.names().spelled(name)) > maxNamesakes) {
		return "", false // the second: Saint-Martin, a department too
	}
	for _, want := range []Kind{KindDepartment, KindRegion} {
		value := r.atlas.areaNames[string(want)+" "+name]
		if value != "" && (kind == "" || kind == want) {
			return value, true
		}
	}
	return "", false
}

// oneOrdinary reports whether the words, links aside, are a single ordinary
// one: "nord" is, the three words of "val de marne" together are not.
func oneOrdinary(words []string) bool {
	heavy := 0
	for _, w := range words {
		if !links[w] {
			heavy++
		}
	}
	return heavy == 1 && commonplace(words)
}
