package taxonomy

import (
	"regexp"
	"strings"

	"sourcier/internal/structure"
)

// Other spellings of coded values, as official files and other directories
// write them. Codes and the names of labels.go are read too.
var (
	kindSpellings = map[structure.Kind][]string{
		structure.EI:   {"Entreprise d’insertion"},
		structure.AI:   {"Association intermédiaire"},
		structure.ACI:  {"Atelier et chantier d’insertion", "Chantier d’insertion", "ACIPHC"},
		structure.ETTI: {"Entreprise de travail temporaire d’insertion", "Entreprise temporaire de travail d’insertion"},
		structure.EITI: {"Entreprise d’insertion par le travail indépendant", "Entreprise d’insertion de travailleurs indépendants"},
		structure.GEIQ: {"Groupement d’employeurs pour l’insertion et la qualification"},
		structure.SEP: {"Produits et services réalisés en prison", "Production en établissement pénitentiaire", "Travail pénitentiaire",
			"EA en milieu pénitentiaire", "Entreprise adaptée en milieu pénitentiaire", "Entreprise d’insertion en milieu pénitentiaire",
			"Atelier et chantier d’insertion en milieu pénitentiaire", "Structure d’emploi pénitentiaire"},
		structure.EA:   {"Entreprise adaptée", "Atelier protégé"},
		structure.EATT: {"Entreprise adaptée de travail temporaire", "Entreprise adaptée travail temporaire"},
		structure.ESAT: {"Établissement et service d’aide par le travail", "Établissement et service d’accompagnement par le travail",
			"Établissement d’aide par le travail", "Établissement d’accompagnement par le travail", "Centre d’aide par le travail"},
	}
	essSpellings = map[structure.ESS][]string{
		structure.ASSO: {"Association loi 1901", "Association déclarée", "Associations"},
		structure.COOP: {"Coopérative", "Société coopérative", "SCOP", "SCIC", "CAE", "Coopérative d’activité et d’emploi",
			"Société coopérative et participative", "Société coopérative d’intérêt collectif"},
		structure.MUT:   {"Mutuelle", "Organisme mutualiste", "Mutualité", "Société d’assurance mutuelle"},
		structure.FOND:  {"Fondation", "Fondation reconnue d’utilité publique"},
		structure.SCESS: {"Société commerciale", "Société commerciale de l’ESS", "Entreprise commerciale de l’ESS", "Société commerciale ESS"},
	}
	sizeSpellings = map[structure.Size][]string{
		structure.TPE: {"Très petite entreprise", "Microentreprise", "Micro-entreprise"},
		structure.PME: {"Petite et moyenne entreprise", "Petite ou moyenne entreprise"},
		structure.ETI: {"Entreprise de taille intermédiaire"},
		structure.GE:  {"Grande entreprise"},
	}
	modeSpellings = map[structure.Mode][]string{
		structure.PREST: {"Prestation de service", "Prestation"},
		structure.DISP:  {"Mise à disposition", "Mise à disposition de personnel", "Mise à disposition - Intérim", "Intérim"},
		structure.BUILD: {"Fabrication", "Fabrication et commercialisation de biens", "Fabrication de biens", "Production de biens"},
	}
)

var (
	kindTable = spellings(kindSpellings, kindNames)
	essTable  = spellings(essSpellings, essNames)
	sizeTable = spellings(sizeSpellings, sizeNames)
	modeTable = spellings(modeSpellings, modeNames)
)

// spellings maps the nameKey of every code, name and spelling to its value.
func spellings[K ~string](other map[K][]string, names map[K]Name) map[string]K {
	table := make(map[string]K)
	for code, name := range names {
		for _, text := range append([]string{string(code), name.Short, name.Long, withoutBrackets(name.Long)}, other[code]...) {
			table[nameKey(text)] = code
		}
	}
	return table
}

// KindOf reads an agreement kind: a code ("ESAT"), a name ("Entreprise
// adaptée"), a name with its code ("Atelier chantier d'insertion (ACI)"), or a
// measure of the ASP ("EI_DC"; "_MP" is work in prison). A name and a code that
// contradict each other are refused.
func KindOf(text string) (structure.Kind, bool) {
	key := nameKey(bounded(text))
	if measure, ok := strings.CutSuffix(key, " dc"); ok {
		return parse(measure, kindTable)
	}
	if measure, ok := strings.CutSuffix(key, " mp"); ok {
		if _, known := parse(measure, kindTable); !known {
			return "", false
		}
		return structure.SEP, true
	}
	return parse(text, kindTable)
}

// ESSOf reads an ESS family: a code ("COOP"), a name or a form ("SCIC").
func ESSOf(text string) (structure.ESS, bool) { return parse(text, essTable) }

// SizeOf reads a size: a code ("PME") or a name.
func SizeOf(text string) (structure.Size, bool) { return parse(text, sizeTable) }

// ModeOf reads a delivery mode: a code ("DISP") or a name.
func ModeOf(text string) (structure.Mode, bool) { return parse(text, modeTable) }

var brackets = regexp.MustCompile(`^([^()]*)\(([^()]*)\)\s*$`)

func withoutBrackets(text string) string {
	if m := brackets.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return text
}

// parse looks the text up as it is, else as « name (code) » where the two must
// not contradict each other.
func parse[K ~string](text string, table map[string]K) (K, bool) {
	text = bounded(text)
	if code, ok := table[nameKey(text)]; ok {
		return code, true
	}
	m := brackets.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	name, named := table[nameKey(m[1])]
	code, coded := table[nameKey(m[2])]
	switch {
	case named && coded && name != code:
		return "", false
	case coded:
		return code, true
	}
	return name, named
}

// bounded drops a text too long to be a name, so that no time is spent on it.
func bounded(text string) string {
	if len(text) > maxNameLength {
		return ""
	}
	return text
}
