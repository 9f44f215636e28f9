package query

import (
	"slices"
	"strings"
	"unicode"

	"sourcier/internal/structure"
)

// kindName is a way to name a kind or a family in a search.
type kindName struct {
	words    []string // folded; plural forms are listed apart
	capitals bool     // only when typed in capitals: « ai », « ea », « sep » are ordinary letters
	chips    []Recognised
}

// siaeKinds are the structures d'insertion par l'activité économique of C. trav.
// L5132-4, and the EITI, which loi 2018-771 art. 83 adds to them for its experiment.
// A GEIQ and a prison workshop are of the family and are none.
var siaeKinds = []structure.Kind{structure.EI, structure.ACI, structure.AI, structure.ETTI, structure.EITI}

// kindNames lists them, the longest first.
var kindNames = buildKindNames()

func buildKindNames() []kindName {
	var out []kindName
	kind := func(k structure.Kind, capitals bool, names ...string) {
		for _, name := range names {
			out = append(out, kindName{strings.Fields(name), capitals, []Recognised{kindChip(k)}})
		}
	}
	kind(structure.ESAT, false, "esat", "esats",
		"etablissement et service d aide par le travail", "etablissements et services d aide par le travail",
		"etablissement et service d accompagnement par le travail", "etablissements et services d accompagnement par le travail")
	kind(structure.EA, false, "entreprise adaptee", "entreprises adaptees")
	kind(structure.EA, true, "ea")
	kind(structure.EATT, false, "eatt", "entreprise adaptee de travail temporaire", "entreprises adaptees de travail temporaire")
	kind(structure.EI, false, "entreprise d insertion", "entreprises d insertion")
	kind(structure.EI, true, "ei")
	kind(structure.ACI, false, "aci", "chantier d insertion", "chantiers d insertion", "atelier d insertion", "ateliers d insertion",
		"atelier et chantier d insertion", "ateliers et chantiers d insertion", "ateliers chantiers d insertion")
	kind(structure.AI, false, "association intermediaire", "associations intermediaires")
	kind(structure.AI, true, "ai")
	kind(structure.ETTI, false, "etti", "entreprise de travail temporaire d insertion", "entreprises de travail temporaire d insertion",
		"interim d insertion")
	kind(structure.EITI, false, "eiti")
	kind(structure.GEIQ, false, "geiq", "groupement d employeurs pour l insertion et la qualification",
		"groupements d employeurs pour l insertion et la qualification")
	kind(structure.SEP, true, "sep")
	insertion := Recognised{Param: "family", Value: string(structure.Insertion), Label: "Insertion"}
	for _, name := range []string{"structure d insertion", "structures d insertion"} {
		out = append(out, kindName{strings.Fields(name), false, []Recognised{insertion}})
	}
	var siae []Recognised
	for _, k := range siaeKinds {
		siae = append(siae, kindChip(k))
	}
	for _, name := range []string{"siae", "siaes", "structure d insertion par l activite economique",
		"structures d insertion par l activite economique", "structures de l insertion par l activite economique"} {
		out = append(out, kindName{strings.Fields(name), false, siae})
	}
	slices.SortStableFunc(out, func(a, b kindName) int { return len(b.words) - len(a.words) })
	return out
}

func kindChip(k structure.Kind) Recognised {
	return Recognised{Param: "kind", Value: string(k), Label: string(k)}
}

// wholeKind reads a text that is the code of a kind and nothing else, in any
// case: « ei » means nothing else to who types it alone, or with a place.
func wholeKind(text string) (Recognised, bool) {
	for _, k := range structure.Kinds {
		if strings.EqualFold(text, string(k)) {
			return kindChip(k), true
		}
	}
	return Recognised{}, false
}

// kindAt recognises the name of a kind.
func (r *recogniser) kindAt(i int) (int, []Recognised, bool) {
	words := r.following(i)
	for _, name := range kindNames {
		n := len(name.words)
		if n > len(words) || !slices.Equal(words[:n], name.words) {
			continue
		}
		if name.capitals && strings.ContainsFunc(r.words(i, i+n), unicode.IsLower) {
			continue
		}
		return n, slices.Clone(name.chips), true
	}
	return 0, nil, false
}
