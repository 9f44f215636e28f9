package taxonomy

import "sourcier/internal/structure"

// Name is how a coded value is shown: Short on a badge, a chip or a facet, Long
// where there is room for an explanation.
type Name struct {
	Short string // "ESAT"
	Long  string // "Établissement ou service d’accompagnement par le travail (ESAT)"
}

var kindNames = map[structure.Kind]Name{
	structure.EI:   {"EI", "Entreprise d’insertion (EI)"},
	structure.AI:   {"AI", "Association intermédiaire (AI)"},
	structure.ACI:  {"ACI", "Atelier et chantier d’insertion (ACI)"},
	structure.ETTI: {"ETTI", "Entreprise de travail temporaire d’insertion (ETTI)"},
	structure.EITI: {"EITI", "Entreprise d’insertion par le travail indépendant (EITI)"},
	structure.GEIQ: {"GEIQ", "Groupement d’employeurs pour l’insertion et la qualification (GEIQ)"},
	structure.SEP:  {"SEP", "Production en établissement pénitentiaire (SEP)"},
	structure.EA:   {"EA", "Entreprise adaptée (EA)"},
	structure.EATT: {"EATT", "Entreprise adaptée de travail temporaire (EATT)"},
	structure.ESAT: {"ESAT", "Établissement ou service d’accompagnement par le travail (ESAT)"},
}

var essNames = map[structure.ESS]Name{
	structure.ASSO:  {"Association", "Association"},
	structure.COOP:  {"Coopérative", "Coopérative (SCOP, SCIC et autres)"},
	structure.MUT:   {"Mutuelle", "Mutuelle ou société d’assurance mutuelle"},
	structure.FOND:  {"Fondation", "Fondation"},
	structure.SCESS: {"Société de l’ESS", "Société commerciale de l’économie sociale et solidaire"},
}

// The bounds are those of the décret 2008-1354 on the number of people alone:
// it also sets turnover and balance sheet, and counts the group.
var sizeNames = map[structure.Size]Name{
	structure.TPE: {"TPE", "TPE (moins de 10 personnes)"},
	structure.PME: {"PME", "PME (moins de 250 personnes)"},
	structure.ETI: {"ETI", "Entreprise de taille intermédiaire (moins de 5\u202f000 personnes)"},
	structure.GE:  {"Grande entreprise", "Grande entreprise (5\u202f000 personnes et plus)"},
}

var familyNames = map[structure.Family]Name{
	structure.Insertion:  {"Insertion", "Insertion (SIAE, GEIQ, SEP)"},
	structure.Handicap:   {"Handicap", "Handicap (EA, ESAT)"},
	structure.FamilyESS:  {"ESS", "Économie sociale et solidaire (ESS)"},
	structure.Entreprise: {"TPE, PME", "TPE, PME et autres entreprises"},
}

var modeNames = map[structure.Mode]Name{
	structure.PREST: {"Prestation", "Prestation de service"},
	structure.DISP:  {"Mise à disposition", "Mise à disposition de personnel"},
	structure.BUILD: {"Fabrication", "Fabrication et vente de biens"},
}

var availabilityNames = map[structure.AvailabilityState]string{
	structure.Available: "Disponible",
	structure.BookedUp:  "Complet",
	structure.OnQuote:   "Sur devis",
}

// INSEE tranches d'effectifs.
var workforceLabels = map[structure.Workforce]string{
	"NN": "Sans salarié",
	"00": "Sans salarié en fin d’année", // some during the year
	"01": "1 ou 2 salariés",
	"02": "3 à 5 salariés",
	"03": "6 à 9 salariés",
	"11": "10 à 19 salariés",
	"12": "20 à 49 salariés",
	"21": "50 à 99 salariés",
	"22": "100 à 199 salariés",
	"31": "200 à 249 salariés",
	"32": "250 à 499 salariés",
	"41": "500 à 999 salariés",
	"42": "1\u202f000 à 1\u202f999 salariés",
	"51": "2\u202f000 à 4\u202f999 salariés",
	"52": "5\u202f000 à 9\u202f999 salariés",
	"53": "10\u202f000 salariés et plus",
}

var groupementName = Name{"Groupement", "Groupement de structures qui répondent ensemble"}

// formNames say what the members answer for (R2142-20).
var formNames = map[structure.Form]Name{
	structure.Conjoint:          {"Conjoint", "Groupement conjoint"},
	structure.ConjointSolidaire: {"Conjoint, mandataire solidaire", "Groupement conjoint avec mandataire solidaire"},
	structure.Solidaire:         {"Solidaire", "Groupement solidaire"},
}

// FormName names the form of a groupement.
func FormName(f structure.Form) Name { return named(formNames, f) }

// FormMeaning says what a form means for a buyer.
func FormMeaning(f structure.Form) string {
	switch f {
	case structure.Conjoint:
		return "Chaque membre exécute sa part et n’engage que sa part\u202f: si l’un est défaillant, les autres ne doivent pas la sienne."
	case structure.ConjointSolidaire:
		return "Chaque membre exécute sa part\u202f; le mandataire répond aussi de la part des autres\u202f: si l’un est défaillant, l’acheteur peut se tourner vers lui."
	case structure.Solidaire:
		return "Chaque membre est engagé pour la totalité du marché\u202f: si l’un est défaillant, chacun des autres doit le faire à sa place."
	}
	return ""
}

// KindName names an agreement kind. Here and below, a value that is not known
// names itself, so that a page never shows a hole.
func KindName(k structure.Kind) Name { return named(kindNames, k) }

// ESSName names an ESS family.
func ESSName(e structure.ESS) Name { return named(essNames, e) }

// SizeName names a size.
func SizeName(s structure.Size) Name { return named(sizeNames, s) }

// FamilyName names a family.
func FamilyName(f structure.Family) Name { return named(familyNames, f) }

// ModeName names a delivery mode.
func ModeName(m structure.Mode) Name { return named(modeNames, m) }

// TypeName names what Structure.KindValues and MainKind give: an agreement
// kind, an ESS family, a size, or that it is a groupement.
func TypeName(value string) Name {
	if value == structure.KindGroupement {
		return groupementName
	}
	if n, ok := kindNames[structure.Kind(value)]; ok {
		return n
	}
	if n, ok := essNames[structure.ESS(value)]; ok {
		return n
	}
	return SizeName(structure.Size(value))
}

// AvailabilityLabel names a state of availability; undeclared is "Non déclarée".
func AvailabilityLabel(s structure.AvailabilityState) string {
	if s == "" {
		return "Non déclarée"
	}
	return label(availabilityNames, s)
}

// WorkforceLabel names a workforce band; unknown is "Effectif inconnu".
func WorkforceLabel(w structure.Workforce) string {
	if w == "" {
		return "Effectif inconnu"
	}
	return label(workforceLabels, w)
}

func named[K ~string](names map[K]Name, key K) Name {
	if n, ok := names[key]; ok {
		return n
	}
	return Name{string(key), string(key)}
}

func label[K ~string](labels map[K]string, key K) string {
	if l, ok := labels[key]; ok {
		return l
	}
	return string(key)
}

// LapseLabel names what a source no longer confirms.
func LapseLabel(l structure.Lapse) string {
	switch l.Field {
	case structure.FieldESS:
		return "Statut de l’ESS"
	case structure.FieldESUS:
		return "Agrément ESUS"
	case structure.FieldRegie:
		return "Statut de régie de quartier"
	default:
		return "Agrément " + string(l.Kind)
	}
}
