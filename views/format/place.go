package format

import (
	"regexp"
	"slices"
	"strings"

	"sourcier/internal/territory"
)

// prepositions of departments and regions; those that are not listed take « en ».
var prepositions = []struct {
	words string
	of    []string // territory values
}{
	{"dans l’", values("dep", "01 02 03 07 09 10 11 12 27 34 36 38 60 61 89 91")},
	{"dans le ", values("dep", "14 15 18 25 29 30 32 39 41 45 46 47 56 59 62 63 67 68 69 81 82 83 84 90 94 95")},
	{"dans la ", values("dep", "16 19 23 26 42 50 51 55 58 72 80 86")},
	{"dans les ", values("dep", "04 05 06 08 13 22 40 64 65 66 78 79 88 92")},
	{"à ", values("dep", "75 974 976")},
	{"dans le ", values("reg", "44")},
	{"dans les ", values("reg", "32 52")},
	{"à ", values("reg", "04 06")},
}

func values(prefix, codes string) []string {
	out := strings.Fields(codes)
	for i, code := range out {
		out[i] = prefix + ":" + code
	}
	return out
}

// In says where in a sentence: à Vitry-sur-Seine, au Kremlin-Bicêtre, dans le
// Val-de-Marne, en Île-de-France.
func In(t territory.Territory) string {
	label := Text(t.Label)
	switch t.Kind {
	case territory.KindCommune:
		return inCommune(label)
	case territory.KindDepartment, territory.KindRegion:
		for _, p := range prepositions {
			if slices.Contains(p.of, t.Value) {
				return p.words + label
			}
		}
		return "en " + label
	case territory.KindFrance:
		return "en France"
	}
	return "sur le territoire " + Quote(label)
}

func inCommune(label string) string {
	if rest, ok := strings.CutPrefix(label, "Le "); ok {
		return "au " + rest
	}
	if rest, ok := strings.CutPrefix(label, "Les "); ok {
		return "aux " + rest
	}
	return "à " + label
}

// OfCommune says of which commune: de Vitry-sur-Seine, d’Orly, du Kremlin-Bicêtre.
func OfCommune(label string) string {
	label = Text(label)
	if rest, ok := strings.CutPrefix(label, "Le "); ok {
		return "du " + rest
	}
	if rest, ok := strings.CutPrefix(label, "Les "); ok {
		return "des " + rest
	}
	if strings.ContainsRune("AEIOUYÂÉÈÊÎÔ", []rune(label + " ")[0]) {
		return "d’" + label
	}
	return "de " + label
}

var district = regexp.MustCompile(` [0-9]+(?:er|e) [Aa]rrondissement$`)

// WithoutDistrict leaves the arrondissement out of « Paris 18e Arrondissement »,
// where a postal code says it already.
func WithoutDistrict(commune string) string { return district.ReplaceAllString(commune, "") }
