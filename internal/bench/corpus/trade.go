package corpus

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"

	"sourcier/internal/taxonomy"
)

// trade is a sector with the words that its people use.
type trade struct {
	code  string
	label string
	words []string // synonyms, as buyers say them
	naf   string   // "" when the register has no sub-class for it alone
}

// ape is a sub-class of the register and the sectors deduced from it.
type ape struct {
	code    string
	sectors []string
	trade   trade
}

// plantedSectors are sold by the planted structures and by nobody else.
var plantedSectors = []string{"tests-accessibilite", "materiel-cuisine"}

// frequentSectors come first in the order of the trades, as in a real directory.
var frequentSectors = strings.Fields(`nettoyage-locaux entretien-espaces-verts maconnerie restaurant peinture electricite plomberie
	transport-marchandises menuiserie-bois conseil-gestion conditionnement formation-professionnelle traiteur garage-automobile secretariat
	imprimerie recyclage blanchisserie renovation-tous-corps maraichage`)

// newTrades lists the sectors, the frequent ones first, the others in an order
// that has nothing to do with their names.
func newTrades(t *taxonomy.Taxonomy) (ordinary, planted []trade) {
	for _, s := range t.Sectors() {
		one := trade{code: s.Code, label: s.Label, words: s.Synonyms}
		if len(one.words) == 0 {
			one.words = []string{s.Label}
		}
		if len(s.NAF) > 0 {
			one.naf = strings.ReplaceAll(s.NAF[0], ".", "")
		}
		if slices.Contains(plantedSectors, s.Code) {
			planted = append(planted, one)
			continue
		}
		ordinary = append(ordinary, one)
	}
	place := func(t trade) int {
		if i := slices.Index(frequentSectors, t.code); i >= 0 {
			return i
		}
		return len(frequentSectors) + int(hash(t.code))
	}
	slices.SortFunc(ordinary, func(a, b trade) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a.code, b.code))
	})
	return ordinary, planted
}

func hash(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // never fails
	return h.Sum32()
}

// newAPE lists the sub-classes that lead to ordinary trades only.
func newAPE(t *taxonomy.Taxonomy, trades []trade) []ape {
	var out []ape
	for _, one := range trades {
		if one.naf == "" {
			continue
		}
		var sectors []string
		for _, s := range t.ByNAF(one.naf) {
			sectors = append(sectors, s.Code)
		}
		reserved := func(code string) bool { return slices.Contains(plantedSectors, code) }
		if len(sectors) > 0 && !slices.ContainsFunc(sectors, reserved) {
			out = append(out, ape{one.naf, sectors, one})
		}
	}
	return out
}
