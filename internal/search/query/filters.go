package query

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// toChoose is what a page says of a value that none of its controls could send.
const toChoose = "choix inconnu\u202f: le reprendre dans les filtres de la recherche"

// filters reads every group of facet values but the places.
func (in *input) filters(q *Query) {
	q.Kinds = choose(in, "kind", KindValues(), "type de structure inconnu")
	q.Families = choose(in, "family", structure.Families, "famille inconnue")
	q.Sizes = choose(in, "size", structure.Sizes, "taille inconnue")
	q.ESS = in.flag("ess")
	q.ESUS = in.flag("esus")
	q.Sectors = in.sectors("sector")
	q.Modes = choose(in, "mode", structure.Modes, "mode d’intervention inconnu")
	q.Characteristics = choose(in, "characteristic", in.parser.characteristics(), "caractéristique responsable inconnue")
	q.Availability = choose(in, "availability", AvailabilityStates, "disponibilité inconnue")
	q.Labels = in.labels("label")
	q.Bases = choose(in, "basis", structure.Bases, "fondement juridique inconnu")
	q.Workforce = choose(in, "workforce", structure.Workforces, "tranche d’effectifs inconnue (codes de l’INSEE)")
}

// AvailabilityStates lists the states in the order in which they are shown.
var AvailabilityStates = []structure.AvailabilityState{structure.Available, structure.OnQuote, structure.BookedUp}

// KindValues lists what the kind filter takes, in the order in which it is
// shown: agreement kinds, ESS families, then groupements.
func KindValues() []string {
	return append(append(texts(structure.Kinds), texts(structure.ESSFamilies)...), structure.KindGroupement)
}

func (p *Parser) characteristics() []string {
	var out []string
	for _, c := range p.Taxonomy.Characteristics() {
		out = append(out, c.Code)
	}
	return out
}

// choose reads values of a closed list, whatever their case, in the list's order.
func choose[T ~string](in *input, param string, list []T, unknown string) []T {
	chosen := make([]bool, len(list))
	for _, value := range in.all(param) {
		i := slices.IndexFunc(list, func(v T) bool { return strings.EqualFold(string(v), value) })
		if i < 0 {
			in.refuse(param, value, unknown, toChoose, texts(list)...)
			return nil
		}
		chosen[i] = true
	}
	var out []T
	for i, v := range list {
		if chosen[i] {
			out = append(out, v)
		}
	}
	return out
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// flag reads a yes-or-no parameter; absent is no.
func (in *input) flag(param string) bool {
	value := strings.ToLower(in.one(param))
	yes, ok := yesOrNo(value)
	if !ok {
		in.refuse(param, value, "valeur attendue\u202f: 1 pour oui, rien pour non", toChoose, "1", "0")
	}
	return yes
}

// Yes and No are how a flag is written; absent is no.
var (
	Yes = []string{"1", "true", "oui", "on"}
	No  = []string{"0", "false", "non"}
)

func yesOrNo(value string) (yes, ok bool) {
	yes = slices.Contains(Yes, value)
	return yes, yes || value == "" || slices.Contains(No, value)
}

// sectors reads codes of sectors and of groups, in alphabetical order.
func (in *input) sectors(param string) []string {
	var out []string
	for _, value := range in.all(param) {
		code := strings.ToLower(value)
		_, sector := in.parser.Taxonomy.Sector(code)
		_, group := in.parser.Taxonomy.Group(code)
		if !sector && !group {
			in.unknownSector(param, value)
			return nil
		}
		out = append(out, code)
	}
	return sorted(out)
}

// unknownSector proposes the sector that the value names in other words.
func (in *input) unknownSector(param, value string) {
	if s, ok := in.parser.Taxonomy.MatchSector(value); ok {
		in.refuse(param, value, "code de secteur inconnu\u202f: pour «\u00a0"+s.Label+"\u00a0», le code est «\u00a0"+s.Code+"\u00a0»",
			"choisir «\u00a0"+s.Label+"\u00a0» dans les filtres", s.Code)
		return
	}
	in.refuse(param, value, "secteur inconnu\u202f: les codes sont ceux de /api/v1/sectors", toChoose)
}

// LabelPattern is the shape of the code of a label, in lower case.
const LabelPattern = `^[a-z0-9][a-z0-9_-]{0,79}$`

var labelPattern = regexp.MustCompile(LabelPattern)

// labels reads codes of labels; organisations define their own, so any
// well-formed code is valid.
func (in *input) labels(param string) []string {
	var out []string
	for _, value := range in.all(param) {
		code := strings.ToLower(value)
		if !labelPattern.MatchString(code) {
			in.refuse(param, value, "code de label mal formé\u202f: lettres sans accent, chiffres et traits d’union", toChoose)
			return nil
		}
		out = append(out, code)
	}
	return sorted(out)
}

func sorted(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}

// territories reads territory values, in the order of their canonical form.
func (in *input) territories(param string) []territory.Territory {
	var out []territory.Territory
	for _, value := range in.all(param) {
		t, err := in.parser.Atlas.Resolve(value)
		switch {
		case errors.Is(err, territory.ErrQuarter):
			in.fail(param, value, "un quartier prioritaire n’est pas un lieu de recherche\u202f: chercher sa commune, la fiche de chaque structure dit si elle y est")
			return nil
		case err != nil:
			in.refuse(param, value, "territoire inconnu\u202f: attendu un code INSEE de commune (94081), dep:94, reg:11, epci:200058014 ou FR",
				"lieu inconnu\u202f: écrire le nom d’une commune, d’un département ou d’une région")
			return nil
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b territory.Territory) int { return strings.Compare(a.Value, b.Value) })
	return slices.CompactFunc(out, func(a, b territory.Territory) bool { return a.Value == b.Value })
}
