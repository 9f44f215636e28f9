package survey

import (
	"strings"
)

// FrenchNumber writes a number as ParseNumber gives it the way French readers expect:
// « 1 250,5 », with narrow spaces that do not break.
func FrenchNumber(decimal string) string {
	sign := ""
	if strings.HasPrefix(decimal, "-") {
		sign, decimal = "−", decimal[1:]
	}
	whole, part, fraction := strings.Cut(decimal, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "\u202f" + whole[i:]
	}
	if fraction {
		whole += "," + part
	}
	return sign + whole
}

// Said is an answer to the question in words, "" when nothing is answered. Files are said
// by their names.
func (x *Question) Said(v *Value) string {
	switch {
	case v.Number != "" && x.Unit != "":
		return FrenchNumber(v.Number) + "\u00a0" + x.Unit
	case v.Number != "":
		return FrenchNumber(v.Number)
	case v.Yes == "oui":
		return "Oui"
	case v.Yes == "non":
		return "Non"
	case len(v.Chosen) > 0:
		return strings.Join(v.Chosen, "\u202f; ")
	case len(v.Files) > 0:
		var names []string
		for _, f := range v.Files {
			names = append(names, f.Name)
		}
		return strings.Join(names, "\u202f; ")
	}
	return v.Text
}
