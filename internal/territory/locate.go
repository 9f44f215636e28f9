package territory

import (
	"slices"
	"strings"
)

// maxCity bounds what Locate reads of a city, in bytes: the longest name of a
// commune has 45, addresses in the wrong column have more.
const maxCity = 120

// Locate finds the commune that a source means by city name and postal code:
// accents, case, hyphens, "Saint"/"St", "CEDEX" and leading articles ignored.
// A name is looked for among the communes of the postal code, then among those
// of its department, without postal code in the whole country; names of merged
// communes count. Where two communes fit, none is found. The arrondissement of
// Paris, Lyon and Marseille follows from the postal code, else from the number
// in the name. When the name fits none, the only commune of the postal code;
// else not found.
func (a *Atlas) Locate(city, postal string) (Commune, bool) {
	w := readCity(city)
	postal = readPostal(postal, w.postal)
	ords := a.byPostal[postal]
	if ord, ok := a.named(w, postal, ords); ok {
		return a.communes[a.arrondissement(ord, postal, w.number)], true
	}
	if len(ords) == 1 {
		return a.communes[ords[0]], true
	}
	return Commune{}, false
}

// named finds the one commune of that name.
func (a *Atlas) named(w cityWords, postal string, ords []uint32) (uint32, bool) {
	if len(w.words) == 0 {
		return 0, false
	}
	n := a.names()
	if postal == "" {
		return n.anywhere(w.words)
	}
	local := a.localLines(postal, ords)
	if len(ords) > 0 {
		served := func(l *line) bool { return slices.Contains(ords, l.ord) || a.parentOf(ords, l.ord) }
		if ord, found, only := n.best(local, served, w.words, true); found {
			return ord, only
		}
	}
	// A postal code of the table serves only its own communes: a short name
	// outside of them is no evidence. An unknown one is a CEDEX.
	every := func(*line) bool { return true }
	ord, _, only := n.best(local, every, w.words, len(ords) == 0)
	return ord, only
}

// parentOf reports whether city is the city of an arrondissement of ords.
func (a *Atlas) parentOf(ords []uint32, city uint32) bool {
	return slices.ContainsFunc(ords, func(ord uint32) bool { return a.communes[ord].Parent == a.communes[city].Code })
}

// arrondissement narrows a city down: by the postal code, else by the number.
func (a *Atlas) arrondissement(city uint32, postal string, number int) uint32 {
	code := a.communes[city].Code
	set := a.areas[code].Communes
	for _, ord := range a.byPostal[postal] {
		if a.communes[ord].Parent == code {
			return ord
		}
	}
	if number == 0 {
		return city
	}
	// The codes of the arrondissements follow each other, and that of the
	// city is not among them.
	for ord := range set.All() {
		if ord == city {
			continue
		}
		if number--; number == 0 {
			return ord
		}
	}
	return city
}

// localLines lists the names in the departments of a postal code: of the
// communes it serves, which may lie across the border, and of its own first
// digits, both of Corsica for 20.
func (a *Atlas) localLines(postal string, ords []uint32) []int32 {
	depts := []string{departmentOf(postal)}
	if depts[0] == "20" {
		depts = []string{"2A", "2B"}
	}
	for _, ord := range ords {
		if dept := a.communes[ord].Department; !slices.Contains(depts, dept) {
			depts = append(depts, dept)
		}
	}
	local := a.names().local
	if len(depts) == 1 {
		return local[depts[0]]
	}
	var lines []int32
	for _, dept := range depts {
		lines = append(lines, local[dept]...)
	}
	return lines
}

// anywhere finds the commune that alone in the country bears the name; today's
// names go before those of merged communes.
func (n *names) anywhere(words []string) (uint32, bool) {
	for _, sort := range []lineSort{lineCommune, lineFormer} {
		for _, link := range []string{"s", "sur", "sous"} {
			spelling := slices.Clone(words)
			for i, w := range words {
				if w == "s" || w == "ss" {
					spelling[i] = link
				}
			}
			lines := slices.DeleteFunc(n.spelled(strings.Join(spelling, " ")), func(l *line) bool { return l.sort != sort })
			if len(lines) == 1 {
				return lines[0].ord, true
			}
		}
	}
	return 0, false
}

// best tries the readings of a name from the strictest to the loosest among
// the lines that pass; found says that one fitted, only that it was one commune.
func (n *names) best(among []int32, pass func(*line) bool, words []string, short bool) (ord uint32, found, only bool) {
	name, solid := strings.Join(words, " "), strings.Join(words, "")
	loose := loosely(name)
	readings := []func(*line) bool{
		func(l *line) bool { return l.name == name },
		func(l *line) bool { return len(l.name) >= len(solid) && strings.ReplaceAll(l.name, " ", "") == solid },
		func(l *line) bool { return loose != "" && l.loose == loose },
		func(l *line) bool { return short && isStart(l.name, name) },
	}
	for _, fits := range readings {
		for _, i := range among {
			l := &n.lines[i]
			if !fits(l) || !pass(l) {
				continue
			}
			if found && l.ord != ord {
				return 0, true, false
			}
			ord, found = l.ord, true
		}
		if found {
			return ord, true, true
		}
	}
	return 0, false, false
}

// isStart reports whether the words of start begin the name, its article aside.
func isStart(name, start string) bool {
	for _, article := range []string{"", "le ", "la ", "les ", "l "} {
		rest, had := strings.CutPrefix(name, article)
		if had && strings.HasPrefix(rest, start) && (len(rest) == len(start) || rest[len(start)] == ' ') {
			return true
		}
	}
	return false
}
