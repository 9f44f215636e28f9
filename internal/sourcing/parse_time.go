package sourcing

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"sourcier/internal/account"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Years outside are slips of the keyboard.
const (
	firstYear = 1990
	lastYear  = 2099
)

// ParseDay reads a day: « 2027-12-31 », « 31/12/2027 », « 31.12.27 », « 1er mars 2027 », a number of
// days as workbooks keep them (46477). Of a month, a quarter, a half-year or a year
// (« mars 2027 », « 03/2027 », « T2 2027 », « 2e trimestre 2027 », « S1 2027 », « 2027 ») it is the
// first day. "" is not said.
func ParseDay(text string) (structure.Date, error) { return parseDay(text, false) }

// ParseLastDay is ParseDay for the end of something: of a month, a quarter, a half-year
// or a year it gives the last day.
func ParseLastDay(text string) (structure.Date, error) { return parseDay(text, true) }

func parseDay(text string, last bool) (structure.Date, error) {
	if Unsaid(text) {
		return "", nil
	}
	if len(text) > maxWritten {
		return "", dayFault(text)
	}
	if serial, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && serial >= 10_000 && serial < 100_000 {
		return plausible(time.Date(1899, 12, 30+int(serial), 0, 0, 0, 0, time.UTC), text)
	}
	words := dayWords(text)
	for _, read := range []func([]string) (period, bool){writtenDay, writtenMonth, writtenPart} {
		if p, ok := read(words); ok {
			return p.day(last, text)
		}
	}
	return "", dayFault(text)
}

func dayFault(text string) account.Fault {
	return account.Fault("La date « " + shown(text) + " » ne se lit pas : écrivez-la 31/12/2027, mars 2027 ou T2 2027.")
}

// period is a day, or some months.
type period struct{ year, month, day1, months int } // day1 0: the months are meant

func (p period) day(last bool, text string) (structure.Date, error) {
	if p.year < 100 {
		p.year += 2000
	}
	if p.month < 1 || p.month > 12 {
		return "", dayFault(text)
	}
	if p.day1 == 0 {
		first := time.Date(p.year, time.Month(p.month), 1, 0, 0, 0, 0, time.UTC)
		if last {
			return plausible(first.AddDate(0, p.months, -1), text)
		}
		return plausible(first, text)
	}
	t := time.Date(p.year, time.Month(p.month), p.day1, 0, 0, 0, 0, time.UTC)
	if t.Day() != p.day1 {
		return "", account.Fault("La date « " + shown(text) + " » n’existe pas.")
	}
	return plausible(t, text)
}

func plausible(t time.Time, text string) (structure.Date, error) {
	if t.Year() < firstYear || t.Year() > lastYear {
		return "", account.Fault("La date « " + shown(text) + " » n’est pas vraisemblable.")
	}
	return structure.Date(t.Format(time.DateOnly)), nil
}

var (
	monthNames = []string{"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"}
	monthShort = map[string]int{"janv": 1, "jan": 1, "fevr": 2, "fev": 2, "avr": 4, "juil": 7, "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
	weekdays   = []string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "le", "de", "du"}
)

// dayWords are the numbers and words of a date, without the hour of a timestamp.
func dayWords(text string) []string {
	text = strings.TrimSpace(text)
	if len(text) > 10 && (text[10] == 'T' || text[10] == ' ') && strings.Contains(text[10:], ":") {
		text = text[:10]
	}
	var words []string
	for w := range strings.FieldsSeq(territory.Fold(text)) {
		words = append(words, splitDigits(w)...)
	}
	return slices.DeleteFunc(words, func(w string) bool { return slices.Contains(weekdays, w) })
}

// splitDigits parts « 2t2027 » into 2, t and 2027.
func splitDigits(w string) (parts []string) {
	from := 0
	for i := 1; i <= len(w); i++ {
		if i == len(w) || isDigit(w[i]) != isDigit(w[i-1]) {
			parts, from = append(parts, w[from:i]), i
		}
	}
	return parts
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func monthOf(w string) int {
	if n := slices.Index(monthNames, w); n >= 0 {
		return n + 1
	}
	return monthShort[w]
}

func num(w string) int {
	n, err := strconv.Atoi(w)
	if err != nil || len(w) > 4 {
		return -1
	}
	return n
}

func isYear(w string) bool { return num(w) >= 0 && (len(w) == 4 || len(w) == 2) }

// short reports whether a word is a number of one or two digits that is not zero.
func short(w string) bool { return len(w) <= 2 && num(w) > 0 }

// writtenDay reads a day of a month.
func writtenDay(words []string) (period, bool) {
	if len(words) == 4 && words[1] == "er" {
		words = slices.Delete(slices.Clone(words), 1, 2)
	}
	if len(words) != 3 {
		return period{}, false
	}
	a, b, c := words[0], words[1], words[2]
	switch {
	case !short(b) && monthOf(b) == 0:
	case short(a) && isYear(c):
		return period{num(c), monthNumber(b), num(a), 0}, true
	case len(a) == 4 && num(a) >= 0 && short(b) && short(c):
		return period{num(a), num(b), num(c), 0}, true
	}
	return period{}, false
}

// monthNumber is that of a month in words or digits.
func monthNumber(w string) int {
	if m := monthOf(w); m > 0 {
		return m
	}
	return num(w)
}

// writtenMonth reads a month of a year, or a year.
func writtenMonth(words []string) (period, bool) {
	whole := func(w string) bool { return len(w) == 4 && num(w) >= 0 }
	switch {
	case len(words) == 1 && whole(words[0]):
		return period{num(words[0]), 1, 0, 12}, true
	case len(words) != 2:
	case monthOf(words[0]) > 0 && isYear(words[1]), short(words[0]) && whole(words[1]):
		return period{num(words[1]), monthNumber(words[0]), 0, 1}, true
	case whole(words[0]) && short(words[1]):
		return period{num(words[0]), num(words[1]), 0, 1}, true
	}
	return period{}, false
}

// partMonths are how long the parts of a year are; partWords say which, "" nothing.
var (
	partMonths = map[string]int{"t": 3, "q": 3, "trimestre": 3, "trim": 3, "s": 6, "semestre": 6, "sem": 6}
	partWords  = map[string]string{"e": "", "er": "", "eme": "", "nd": "", "nde": "", "ere": "", "premier": "1", "deuxieme": "2", "second": "2", "troisieme": "3", "quatrieme": "4", "dernier": "4"}
)

// writtenPart reads a quarter or a half-year.
func writtenPart(words []string) (period, bool) {
	months, rest := 0, []string(nil)
	for _, w := range words {
		if n := partMonths[w]; n > 0 {
			months = n
			continue
		}
		if said, ok := partWords[w]; ok {
			w = said
		}
		if w != "" {
			rest = append(rest, w)
		}
	}
	if months == 0 || len(rest) != 2 {
		return period{}, false
	}
	n, year := rest[0], rest[1]
	if len(n) == 4 {
		n, year = year, n
	}
	if len(n) != 1 || num(n) < 1 || num(n) > 12/months || !isYear(year) {
		return period{}, false
	}
	return period{num(year), (num(n)-1)*months + 1, 0, months}, true
}

// Duration is what a text says of how long a contract lasts.
type Duration struct {
	Months        int // firm; 0 = not said
	Renewals      int
	RenewalMonths int // of each; 0 = as long as the firm duration, or no renewal
}

// ParseMonths reads a duration: « 4 ans », « 48 mois », « 18 », « 1,5 an », « 2 ans et 6 mois », « 1 an
// reconductible 3 fois », « 12 mois + 3 x 12 mois ». A number alone is of months; what is shorter than a
// month counts for one.
func ParseMonths(text string) (Duration, error) {
	if Unsaid(text) {
		return Duration{}, nil
	}
	fault := account.Fault("La durée « " + shown(text) + " » ne se lit pas : écrivez 48 mois, 4 ans, ou 1 an reconductible 3 fois.")
	if len(text) > maxWritten || strings.HasPrefix(strings.TrimSpace(text), "-") {
		return Duration{}, fault
	}
	firm, renewed := cutRenewal(durationWords(text))
	months, times, ok := readSpan(firm)
	if !ok || times > 0 || months == 0 || len(firm) == 1 && renewed != nil {
		return Duration{}, fault
	}
	d := Duration{Months: months}
	if renewed != nil {
		if d.RenewalMonths, times, ok = readSpan(renewed); !ok {
			return Duration{}, fault
		}
		d.Renewals = max(times, 1)
	}
	if !d.plausible() {
		return Duration{}, account.Fault("La durée « " + shown(text) + " » n’est pas vraisemblable.")
	}
	return d, nil
}

func (d Duration) plausible() bool {
	return d.Months <= MaxMonths && d.Renewals <= MaxRenewals && d.RenewalMonths <= MaxMonths
}

var (
	countWords  = map[string]string{"un": "1", "une": "1", "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "douze": "12"}
	durationFil = []string{"ferme", "fermes", "et", "de", "d", "pour", "duree", "tacitement", "tacite", "par", "periode", "periodes", "soit", "maximum", "max", "chacune", "possible", "possibles", "dont", "initiale", "expresse"}
	renewWords  = []string{"reconductible", "reconductibles", "reconduction", "reconductions", "renouvelable", "renouvelables", "renouvellement", "renouvellements", "reconduit", "reconduite", "plus"}
)

// durationWords are the numbers and words of a duration; decimals stay with their number.
func durationWords(text string) (words []string) {
	text = strings.NewReplacer("+", " plus ", "×", " x ", "*", " x ").Replace(text)
	var b strings.Builder
	letters := []rune(text)
	for i, r := range letters {
		inside := i > 0 && i+1 < len(letters) && unicode.IsDigit(letters[i-1]) && unicode.IsDigit(letters[i+1])
		if (r == ',' || r == '.') && inside {
			b.WriteString("virgule")
			continue
		}
		b.WriteRune(r)
	}
	for w := range strings.FieldsSeq(territory.Fold(b.String())) {
		for _, part := range splitDigits(w) {
			if n, ok := countWords[part]; ok {
				part = n
			}
			if !slices.Contains(durationFil, part) {
				words = append(words, part)
			}
		}
	}
	return words
}

// cutRenewal parts what is firm from what may be renewed; nil when nothing may.
// A number before a word of renewal is how many times: « + 3 reconductions de 1 an ».
func cutRenewal(words []string) (firm, renewed []string) {
	i := slices.IndexFunc(words, isRenewal)
	if i < 0 {
		return words, nil
	}
	firm, renewed = words[:i], []string{}
	if n := len(firm); n > 1 && num(firm[n-1]) > 0 {
		firm, renewed = firm[:n-1], []string{firm[n-1], "fois"}
	}
	for _, w := range words[i:] {
		switch {
		case !isRenewal(w):
			renewed = append(renewed, w)
		case endsInNumber(renewed):
			renewed = append(renewed, "fois")
		}
	}
	if n := len(renewed); endsInNumber(renewed) && (n == 1 || num(renewed[n-2]) < 0) {
		renewed = append(renewed, "fois") // « 1 an + 3 »
	}
	return firm, renewed
}

func isRenewal(w string) bool { return slices.Contains(renewWords, w) }

func endsInNumber(words []string) bool { return len(words) > 0 && num(words[len(words)-1]) > 0 }

// unitMonths is how long the units of a duration are, in months; days and weeks apart.
var unitMonths = map[string]float64{"an": 12, "ans": 12, "annee": 12, "annees": 12, "mois": 1, "m": 1}

// unitDays are those of which what is shorter than a month counts for one.
var unitDays = map[string]int{"semaine": 7, "semaines": 7, "jour": 1, "jours": 1, "j": 1}

// readSpan adds up numbers with their units, and how many times they are said to come.
func readSpan(words []string) (months, times int, ok bool) {
	for i := 0; i < len(words); i++ {
		whole, part := num(words[i]), 0.0
		if i+2 < len(words) && words[i+1] == "virgule" {
			part, _ = strconv.ParseFloat("0."+words[i+2], 64)
			i += 2
		}
		if whole < 0 {
			return 0, 0, false
		}
		unit := "mois"
		if i+1 < len(words) && num(words[i+1]) < 0 {
			i++
			unit = words[i]
		}
		each, isMonths := unitMonths[unit]
		days, isDays := unitDays[unit]
		switch {
		case isMonths:
			months += int((float64(whole)+part)*each + 0.5)
		case isDays:
			months += (whole*days + 29) / 30
		case unit == "fois" || unit == "x":
			times += whole
		default:
			return 0, 0, false
		}
	}
	return months, times, true
}
