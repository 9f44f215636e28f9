package demo

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Typographic spaces of French text.
const (
	thin    = "\u202f" // narrow no-break space: before ; : ! ? and between thousands
	noBreak = "\u00a0" // no-break space: inside guillemets, between a number and its unit
)

// slots are what the phrases of one structure may name.
type slots struct {
	d       dice
	head    int    // people at work
	worker  string // plural: "agents"
	city    string
	inDept  string // "dans le Val-de-Marne"
	ofDept  string // "du Val-de-Marne"
	trade   string // "la propreté des locaux"
	name    string
	jobs    []string // of the trade
	told    string   // the job already told
	started int      // year of creation
}

// expand fills the slots of a phrase:
//
//	{a|b|c}         one of the alternatives
//	{3..8}          a number, rounded the way people do
//	{an 2009..2021} a year
//	{n 2..6}        a number from 2 to 16 in words
//	{v 200..2000}   a volume in proportion to the headcount
//	{équipe}        the people at work, in teams: "deux équipes de quatre agents"
//	{effectif} {agents} {ville} {à ville} {de ville} {dans dept} {de dept}
//	{métier} {nom} {année} {client} {clients}
//	{chantier}      a job with who ordered it: "tonte de six résidences pour un bailleur"
//
// Customers and jobs may hold slots themselves; there is no other nesting.
func (s *slots) expand(phrase string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(phrase, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		var slot string
		slot, phrase, _ = strings.Cut(rest, "}")
		b.WriteString(s.fill(slot))
	}
}

func (s *slots) fill(slot string) string {
	if text, ok := s.fixed(slot); ok {
		return text
	}
	switch slot {
	case "équipe":
		return teams(s.d, s.head, s.worker)
	case "effectif":
		return s.headcount()
	case "client":
		return s.expand(pick(s.d, anyone).phrase)
	case "clients":
		return s.expand(pick(s.d, someCustomers))
	case "chantier":
		return s.job()
	}
	if strings.Contains(slot, "|") {
		return pick(s.d, strings.Split(slot, "|"))
	}
	return s.number(slot)
}

// headcount is in words up to ten.
func (s *slots) headcount() string {
	if s.head > 1 && s.head <= 10 {
		return inWords(s.head)
	}
	return grouped(s.head)
}

// job tells a job with who may have ordered it.
func (s *slots) job() string {
	if len(s.jobs) == 0 {
		return "une commande suivie pour " + s.expand(pick(s.d, anyone).phrase)
	}
	s.told = pick(s.d, s.jobs)
	return s.expand(lowerFirst(s.told) + " pour " + pick(s.d, customersOf(s.told)).phrase)
}

// fixed gives the slots that are the same each time.
func (s *slots) fixed(slot string) (string, bool) {
	switch slot {
	case "ville":
		return s.city, true
	case "à ville":
		return atCommune(s.city), true
	case "de ville":
		return ofCommune(s.city), true
	case "dans dept":
		return s.inDept, true
	case "de dept":
		return s.ofDept, true
	case "agents":
		return s.worker, true
	case "métier":
		return s.trade, true
	case "nom":
		return s.name, true
	case "année":
		return itoa(s.started), true
	}
	return "", false
}

// number draws from a range; a slot that is none stays visible, and the test on
// the phrases finds it.
func (s *slots) number(slot string) string {
	spec := slot
	for _, sort := range []string{"n ", "v ", "an "} {
		spec = strings.TrimPrefix(spec, sort)
	}
	low, high, ok := strings.Cut(spec, "..")
	from, err1 := strconv.Atoi(low)
	to, err2 := strconv.Atoi(high)
	if !ok || err1 != nil || err2 != nil {
		return "{" + slot + "}"
	}
	switch {
	case strings.HasPrefix(slot, "an "):
		return itoa(s.d.between(from, to))
	case strings.HasPrefix(slot, "n "):
		return inWords(s.d.between(from, to))
	case strings.HasPrefix(slot, "v "):
		from, to = s.share(from, to)
	}
	return grouped(rounded(s.d.between(from, to), to))
}

// share narrows a range to what a structure of this headcount can do.
func (s *slots) share(from, to int) (low, high int) {
	third := (to - from) / 3
	switch {
	case s.head < 10:
		return from, from + third
	case s.head < 50:
		return from + third, to - third
	}
	return to - third, to
}

// rounded drops digits that nobody would give.
func rounded(n, scale int) int {
	step := 1
	switch {
	case scale >= 10_000:
		step = 500
	case scale >= 1000:
		step = 50
	case scale >= 200:
		step = 10
	case scale >= 60:
		step = 5
	}
	return max(step, (n+step/2)/step*step)
}

// grouped writes 12500 as 12 500.
func grouped(n int) string {
	s := strconv.Itoa(n)
	if n < 1000 {
		return s
	}
	return grouped(n/1000) + thin + s[len(s)-3:]
}

var numberWords = []string{"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"}

func inWords(n int) string {
	if n < len(numberWords) {
		return numberWords[n]
	}
	return itoa(n)
}

func itoa(n int) string { return strconv.Itoa(n) }

// teams says how the people at work are organised.
func teams(d dice, head int, worker string) string {
	switch {
	case head <= 2:
		return "un binôme"
	case head <= 6:
		return "une équipe de " + inWords(max(2, head-1)) + " " + worker
	}
	each := d.between(3, 5)
	n := min(12, max(2, head*2/3/each)) // the others are in the office, on leave or on other work
	if n == 2 && d.chance(0.3) {
		return "deux équipes mobiles de " + inWords(each) + " " + worker
	}
	return inWords(n) + " équipes de " + inWords(each) + " " + worker
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	s = capital(s)
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "…") {
		s += "."
	}
	return s
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return strings.ToUpper(string(first)) + s[size:]
}

// units are kept on the line of their number.
var units = map[string]bool{
	"m": true, "m²": true, "m³": true, "km": true, "h": true, "kg": true, "t": true, "%": true, "€": true, "tonnes": true, "cm": true,
	"places": true, "ans": true, "jours": true, "heures": true, "litres": true, "ha": true, "couverts": true, "repas": true, "kW": true,
}

var spaces = strings.NewReplacer(
	"'", "’", " ;", thin+";", " :", thin+":", " !", thin+"!", " ?", thin+"?",
	"« ", "«"+noBreak, " »", noBreak+"»", " n° ", " n°"+noBreak,
)

// typo puts typographic apostrophes and no-break spaces where French wants them.
func typo(s string) string {
	s = spaces.Replace(s)
	words := strings.Split(s, " ")
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i, w := range words {
		switch {
		case i == 0:
		case joined(words[i-1], w):
			b.WriteString(noBreak)
		default:
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// joined reports whether a number and its unit stand side by side.
func joined(number, unit string) bool {
	last := len(number) - 1
	return last >= 0 && number[last] >= '0' && number[last] <= '9' && units[strings.TrimRight(unit, ",.);:!?"+thin)]
}
