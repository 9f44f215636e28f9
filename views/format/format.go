// Package format writes numbers, dates, distances, identifiers and places the
// way French readers expect them. No-break spaces keep together what must not
// be cut at the end of a line.
package format

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/structure"
)

// Spaces that do not break: NBSP inside quotation marks and before units,
// NNBSP (narrow) in numbers and before ; : ! ?
const (
	NBSP  = "\u00a0"
	NNBSP = "\u202f"
)

// Number groups the digits by three: 12 345.
func Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + NNBSP + s[i:]
	}
	return sign + s
}

// Plural picks the form for n: French keeps the singular below 2.
func Plural(n int, one, many string) string {
	if n > -2 && n < 2 {
		return one
	}
	return many
}

// Count joins a number and its noun: 1 structure, 9 structures.
func Count(n int, one, many string) string { return Number(n) + NBSP + Plural(n, one, many) }

var (
	months      = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	shortMonths = [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}
)

// Date writes a day in full: 1er mai 2026. "" for an unknown or unreadable day.
func Date(d structure.Date) string { return date(d.Time(), months[:]) }

// ShortDate abbreviates the month: 20 juil. 2026.
func ShortDate(d structure.Date) string { return date(d.Time(), shortMonths[:]) }

// Day writes the day of an instant in Europe/Paris.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return date(t.In(structure.Paris), months[:])
}

// ShortDay is Day with the month abbreviated, for columns.
func ShortDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return date(t.In(structure.Paris), shortMonths[:])
}

// Month writes the month of a day: novembre 2026.
func Month(d structure.Date) string {
	_, month, _ := strings.Cut(date(d.Time().AddDate(0, 0, 1-d.Time().Day()), months[:]), NBSP)
	return month
}

// MonthName is Month without its year.
func MonthName(d structure.Date) string {
	name, _, _ := strings.Cut(Month(d), NBSP)
	return name
}

// Clock writes the hour of an instant in Europe/Paris: 14 h 05.
func Clock(t time.Time) string {
	t = t.In(structure.Paris)
	return fmt.Sprintf("%d%sh%s%02d", t.Hour(), NBSP, NBSP, t.Minute())
}

// Moment writes day and hour of an instant: 20 juil. 2026 à 14 h 05.
func Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ShortDay(t) + " à " + Clock(t)
}

func date(t time.Time, names []string) string {
	if t.IsZero() {
		return ""
	}
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return day + NBSP + names[t.Month()-1] + NBSP + strconv.Itoa(t.Year())
}

// Distance writes kilometres: one decimal below 10 km, none above; under 100 m
// the figure would be more exact than the points are. An approximate distance,
// measured between reference points of communes, is rounded to the kilometre.
func Distance(km float64, approximate bool) string {
	switch {
	case math.IsNaN(km) || km < 0:
		return ""
	case approximate && km < 1:
		return "moins de" + NBSP + "1" + NBSP + "km"
	case approximate:
		return "environ" + NBSP + Number(int(math.Round(km))) + NBSP + "km"
	case km < 0.1:
		return "moins de" + NBSP + "100" + NBSP + "m"
	case km < 0.95:
		return strconv.Itoa(int(math.Round(km*10))*100) + NBSP + "m"
	case km < 9.95:
		return strings.Replace(strconv.FormatFloat(km, 'f', 1, 64), ".", ",", 1) + NBSP + "km"
	}
	return Number(int(math.Round(km))) + NBSP + "km"
}

// Radius writes a radius without useless decimals: 15 km, 7,5 km.
func Radius(km float64) string {
	return strings.Replace(strconv.FormatFloat(km, 'f', -1, 64), ".", ",", 1) + NBSP + "km"
}

// SIRET spaces 14 digits as 3 3 3 5; anything else is given back as it is.
func SIRET(s string) string {
	if len(s) != 14 {
		return s
	}
	return s[:3] + NBSP + s[3:6] + NBSP + s[6:9] + NBSP + s[9:]
}

// Phone spaces a ten-digit French number by two; other numbers are kept.
func Phone(s string) string {
	d := Dial(s)
	if strings.HasPrefix(d, "+33") && len(d) == 12 {
		d = "0" + d[3:]
	}
	if len(d) != 10 || d[0] != '0' || strings.ContainsAny(s, "/;,") || strings.Contains(s, " ou ") {
		return s
	}
	return fmt.Sprintf("%[2]s%[1]s%[3]s%[1]s%[4]s%[1]s%[5]s%[1]s%[6]s", NBSP, d[:2], d[2:4], d[4:6], d[6:8], d[8:])
}

// Dial keeps what a tel: link may hold: the first number when there are two, and
// not the zero that « +33 (0)1 » says to leave out.
func Dial(s string) string {
	s = strings.ReplaceAll(s, "(0)", "")
	for _, between := range []string{"/", ";", ",", " ou "} {
		s, _, _ = strings.Cut(s, between)
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, s)
}

// List joins words with commas and a last « et ».
func List(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " et " + words[last]
}

// Quote puts text between French quotation marks.
func Quote(s string) string { return "«" + NBSP + s + NBSP + "»" }

var typography = strings.NewReplacer(
	" ;", NNBSP+";", " :", NNBSP+":", " !", NNBSP+"!", " ?", NNBSP+"?",
	"« ", "«"+NBSP, " »", NBSP+"»", "'", "’",
	"1er Arrondissement", "1er arrondissement", "e Arrondissement", "e arrondissement", // as the file of communes writes them
)

// Text gives the typographic spaces and apostrophes to words that come from
// data: labels, descriptions, messages.
func Text(s string) string { return typography.Replace(s) }

var article = regexp.MustCompile(`\b[LRD][0-9]{3,4}-[0-9]+(?:-[0-9]+)*`)

// Articles cuts a text so that the articles of law in it, R2113-7, are segments
// of their own, marked: no line must break at their hyphens.
func Articles(text string) []Segment {
	var out []Segment
	from := 0
	for _, at := range article.FindAllStringIndex(text, -1) {
		if at[0] > from {
			out = append(out, Segment{Text: text[from:at[0]]})
		}
		out = append(out, Segment{text[at[0]:at[1]], true})
		from = at[1]
	}
	if from < len(text) {
		out = append(out, Segment{Text: text[from:]})
	}
	return out
}

// Upper puts the first letter in upper case.
func Upper(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// Cut shortens text to at most n letters, at a space when there is one near.
func Cut(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	cut := string(runes[:max(0, n-1)])
	if i := strings.LastIndexAny(cut, " "+NBSP+NNBSP); i > len(cut)*2/3 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " "+NBSP+NNBSP+",;:.–«(") + "…"
}
