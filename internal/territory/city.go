package territory

import (
	"strconv"
	"strings"
)

// cityWords is a city as a source writes it, taken apart.
type cityWords struct {
	words  []string // of the name, folded, saint spelled out
	number int      // arrondissement, or number behind CEDEX; 0 when none
	postal string   // postal code written in front of the name
}

// readCity takes "94400 VITRY S/ SEINE CEDEX", "PARIS 13E ARRONDISSEMENT" or
// "LYON CEDEX 03" apart.
func readCity(city string) cityWords {
	if len(city) > maxCity {
		city = city[:maxCity]
	}
	var out cityWords
	words := spellOut(strings.Fields(Fold(city)))
	if len(words) > 1 && words[0] == "f" && isPostal(words[1]) {
		words = words[1:]
	}
	if len(words) > 0 && isPostal(words[0]) {
		out.postal, words = words[0], words[1:]
	}
	for i, w := range words {
		if w == "cedex" || w == "cdx" {
			if i+1 < len(words) {
				out.number, _ = ordinalNumber(words[i+1])
			}
			words = words[:i]
			break
		}
	}
	number, used := trailingNumber(words)
	if used > 0 {
		out.number = number
	}
	out.words = words[:len(words)-used]
	return out
}

// What stands behind the number of an arrondissement.
var (
	arrondissements = wordSet("arr arrt arrdt ardt arrond arrondissement")
	ordinalEndings  = wordSet("e er re eme ieme")
)

// trailingNumber reads the arrondissement at the end of the words, and tells
// how many words it took: "13", "13e", "13 eme", "13e arrondissement". At
// least one word stays for the name.
func trailingNumber(words []string) (number, used int) {
	end := len(words)
	if end > 0 && arrondissements[words[end-1]] {
		end--
	}
	if end > 0 && ordinalEndings[words[end-1]] {
		end--
	}
	if end < 2 {
		return 0, 0
	}
	number, ok := ordinalNumber(words[end-1])
	if !ok {
		return 0, 0
	}
	return number, len(words) - end + 1
}

// ordinalNumber reads 13, 13e, 13eme, 1er, 03; at most two digits.
func ordinalNumber(word string) (int, bool) {
	digits := strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz")
	switch word[len(digits):] {
	case "", "e", "er", "re", "eme", "ieme", "nd", "nde":
	default:
		return 0, false
	}
	if len(digits) == 0 || len(digits) > 2 {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil
}

func isPostal(word string) bool {
	if len(word) != 5 {
		return false
	}
	for i := range len(word) {
		if word[i] < '0' || word[i] > '9' {
			return false
		}
	}
	return true
}

// readPostal keeps the digits of a postal code, gives back the zero that a
// spreadsheet took, and falls back on the one in front of the name. It is ""
// when neither is a postal code.
func readPostal(postal, fallback string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, postal)
	switch len(digits) {
	case 4:
		return "0" + digits
	case 5:
		return digits
	}
	return fallback
}
