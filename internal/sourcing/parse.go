package sourcing

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/territory"
)

// What people write in the cells of their files and in the fields of forms. Each reader
// tells what is not said (the zero value, no error) from what cannot be read: an
// account.Fault, a French sentence that says what to do. Nothing is guessed.

// maxWritten bounds a text that is read, in bytes: beyond, it is no amount and no day.
const maxWritten = 200

// unsaid are the ways of saying nothing, folded.
var unsaid = []string{"", "nc", "n c", "na", "n a", "nd", "n d", "nr", "n r", "so", "s o", "sans objet", "neant", "aucun", "aucune", "inconnu", "inconnue",
	"non connu", "non connue", "non communique", "non renseigne", "non renseignee", "non defini", "non definie", "non estime", "a definir", "a determiner",
	"a preciser", "a completer", "a estimer", "a venir", "en attente", "en cours", "tbd", "xxx"}

// Unsaid reports whether a text says nothing: « NC », « n.c. », « - », « à définir ».
func Unsaid(text string) bool {
	return len(text) <= maxWritten && slices.Contains(unsaid, territory.Fold(text)) && !strings.ContainsFunc(text, unicode.IsDigit)
}

// ParseEuros reads an amount before tax in whole euros, rounded: « 100 k€ HT »,
// « 1 234,56 », « 1.234.567,89 € », « 0,5 M€ », « 150000 ». 0 is not said. A dot before three
// digits groups thousands, a comma does not (« 150,000 » is refused). Refused: an amount with tax, by the year or
// by the month, two amounts (of a range, the person says which counts), a negative one.
func ParseEuros(text string) (int64, error) {
	if Unsaid(text) {
		return 0, nil
	}
	if len(text) > maxWritten {
		return 0, euroFault("")
	}
	first, last := digits(text)
	if first < 0 || !utf8.ValidString(text) {
		return 0, euroFault(text)
	}
	before, number, after := text[:first], text[first:last], text[last:]
	if strings.ContainsAny(strings.TrimSpace(before), "-−–") {
		return 0, account.Fault("Un montant négatif ne se lit pas : « " + shown(text) + " ».")
	}
	scale, err := euroWords(before+" "+after, text)
	if err != nil {
		return 0, err
	}
	value, err := euroNumber(number, scale > 1, text)
	if err != nil {
		return 0, err
	}
	if value *= scale; value > MaxEuros {
		return 0, account.Fault("Ce montant n’est pas vraisemblable : « " + shown(text) + " ».")
	}
	return int64(math.Round(value)), nil
}

func euroFault(text string) account.Fault {
	if text == "" {
		return account.Fault("Ce montant ne se lit pas : écrivez un nombre d’euros hors taxes, 150 000 par exemple.")
	}
	return account.Fault("Ce montant ne se lit pas : « " + shown(text) + " ». Écrivez un nombre d’euros hors taxes, 150 000 par exemple.")
}

// digits finds where the first digit is and where the last one ends, -1 when there is none.
func digits(text string) (first, last int) {
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	first = strings.IndexFunc(text, digit)
	if first < 0 {
		return -1, -1
	}
	return first, strings.LastIndexFunc(text, digit) + 1
}

// shown is a wrong value as a message repeats it.
func shown(text string) string {
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "�"), unicode.IsSpace), " ")
	if r := []rune(text); len(r) > 40 {
		text = string(r[:40]) + "…"
	}
	return text
}

// euroScales are the units of an amount; euroFillers what may stand beside one.
var (
	euroScales  = map[string]float64{"k": 1e3, "ke": 1e3, "keur": 1e3, "keuro": 1e3, "keuros": 1e3, "millier": 1e3, "milliers": 1e3, "mille": 1e3, "m": 1e6, "me": 1e6, "meur": 1e6, "meuro": 1e6, "meuros": 1e6, "million": 1e6, "millions": 1e6}
	euroFillers = []string{"e", "eur", "euro", "euros", "ht", "h", "t", "hors", "taxe", "taxes", "d", "de", "environ", "env", "approx", "estime", "estimee", "estimation", "max", "maxi", "maximum", "total", "montant", "par"}
	euroYearly  = []string{"an", "ans", "annuel", "annuels", "annee", "mois", "mensuel", "jour", "trimestre", "heure", "h"}
)

// euroWords reads what stands around the number.
func euroWords(around, text string) (float64, error) {
	scale := 1.0
	words := strings.Fields(territory.Fold(strings.ReplaceAll(around, "€", "e ")))
	for i, w := range words {
		s, isScale := euroScales[w]
		notHour := w == "h" && (i == 0 || words[i-1] != "par") // « H.T. »
		switch {
		case w == "ttc" || w == "tva":
			return 0, account.Fault("« " + shown(text) + " » est taxes comprises : indiquez le montant hors taxes.")
		case isScale && scale == 1:
			scale = s
		case slices.Contains(euroYearly, w) && !notHour:
			return 0, account.Fault("« " + shown(text) + " » est un montant par période : indiquez le montant de toute la durée, ou placez-le parmi les montants annuels.")
		case !slices.Contains(euroFillers, w):
			return 0, euroFault(text)
		}
	}
	return scale, nil
}

// euroNumber reads the number itself; decimal says that a comma can group nothing.
func euroNumber(number string, decimal bool, text string) (float64, error) {
	if f, err := strconv.ParseFloat(number, 64); err == nil && strings.ContainsAny(number, "eE") && !strings.ContainsAny(number, "xXpP_") {
		return f, nil // as workbooks keep large numbers
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\'' || r == '’' {
			return -1
		}
		return r
	}, number)
	if rest := strings.TrimLeft(plain, "0123456789.,"); rest != "" {
		if left, _ := digits(rest); left >= 0 {
			return 0, account.Fault("« " + shown(text) + " » dit deux montants : indiquez le plus élevé seul.")
		}
		return 0, euroFault(text)
	}
	if !spacedByThree(number) {
		return 0, account.Fault("« " + shown(text) + " » dit deux montants, ou ses chiffres sont mal groupés : indiquez un seul montant, 150 000 par exemple.")
	}
	whole, part, ok := cutDecimals(plain, decimal)
	if !ok {
		return 0, account.Fault("« " + shown(text) + " » se lit de deux façons : écrivez les milliers avec une espace et les centimes derrière une virgule, 1 234,56 par exemple.")
	}
	f, err := strconv.ParseFloat(whole+"."+part, 64)
	if err != nil {
		return 0, euroFault(text)
	}
	return f, nil
}

// spacedByThree reports whether spaces group thousands, if there are any: « 1 500 2 000 » is two
// numbers.
func spacedByThree(number string) bool {
	groups := strings.FieldsFunc(number, unicode.IsSpace)
	if len(groups) == 1 {
		return true
	}
	for i, g := range groups {
		if i == len(groups)-1 {
			g, _, _ = strings.Cut(strings.ReplaceAll(g, ".", ","), ",")
		}
		if i > 0 && len(g) != 3 || i == 0 && len(g) > 3 || strings.Trim(g, "0123456789") != "" {
			return false
		}
	}
	return true
}

// cutDecimals tells the whole from the decimals.
func cutDecimals(plain string, decimal bool) (whole, part string, ok bool) {
	dots, commas := strings.Count(plain, "."), strings.Count(plain, ",")
	switch {
	case dots+commas <= 1:
		return oneSign(plain, decimal)
	case dots > 1 && commas > 1:
		return "", "", false
	case commas == 1: // 1.234.567,89
		return bothSigns(plain, ",", ".")
	case dots == 1: // 1,234,567.89
		return bothSigns(plain, ".", ",")
	case commas == 0:
		whole, ok = joined(plain, ".")
	default:
		whole, ok = joined(plain, ",")
	}
	return whole, "", ok
}

// oneSign reads a number with one separator at most.
func oneSign(plain string, decimal bool) (whole, part string, ok bool) {
	if whole, part, ok = strings.Cut(plain, ","); ok {
		return whole, part, decimal || len(part) != 3
	}
	whole, part, _ = strings.Cut(plain, ".")
	if !decimal && len(part) == 3 && len(whole) <= 3 && whole != "0" {
		return whole + part, "", true
	}
	return whole, part, true
}

func bothSigns(plain, decimal, thousands string) (whole, part string, ok bool) {
	whole, part, _ = strings.Cut(plain, decimal)
	whole, ok = joined(whole, thousands)
	return whole, part, ok && !strings.Contains(part, thousands)
}

// joined takes the separators of thousands away, when they are.
func joined(number, by string) (string, bool) {
	groups := strings.Split(number, by)
	for i, g := range groups {
		if i > 0 && len(g) != 3 || len(g) == 0 || i == 0 && len(g) > 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// CPV is what a text says of a code of the Common Procurement Vocabulary. Whether the
// code exists, and whether its check digit is right, the nomenclature says.
type CPV struct {
	Code     string // 8 digits; "" = not said
	Check    string // its check digit, when the text gives it
	Restored bool   // its leading zero, which the text had lost
	More     int    // codes that the text gives besides
}

// ParseCPV reads a code, with its check digit or not, with its label beside it or not:
// « 90911200-8 Nettoyage de bâtiments ». Seven digits are a code of division 03 or 09
// that a workbook took for a number. Of several codes the first counts.
func ParseCPV(text string) (CPV, error) {
	if Unsaid(text) {
		return CPV{}, nil
	}
	var found CPV
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '-' && r != '.' }) {
		c, ok := cpvWord(strings.Trim(w, "-."))
		switch {
		case !ok:
		case found.Code == "":
			found = c
		case c.Code != found.Code:
			found.More++
		}
	}
	if found.Code == "" {
		return CPV{}, account.Fault("« " + shown(text) + " » n’est pas un code CPV : il a 8 chiffres, 90911200 par exemple.")
	}
	return found, nil
}

func cpvWord(w string) (c CPV, ok bool) {
	w = strings.TrimSuffix(w, ".0")
	code, check, hasCheck := strings.Cut(w, "-")
	code = strings.ReplaceAll(code, ".", "")
	if strings.Trim(code+check, "0123456789") != "" || hasCheck && len(check) != 1 {
		return c, false
	}
	if len(code) == 9 && !hasCheck { // the check digit without its hyphen
		code, check = code[:8], code[8:]
	}
	if len(code) == 7 && (code[0] == '3' || code[0] == '9') {
		return CPV{Code: "0" + code, Check: check, Restored: true}, true
	}
	return CPV{Code: code, Check: check}, len(code) == 8
}
