package taxonomy

import (
	"slices"
	"strings"
)

// bareNAF reduces "81.21 z" to "8121Z".
func bareNAF(code string) string {
	return strings.ToUpper(strings.NewReplacer(".", "", " ", "", "\u00a0", "", "\u202f", "").Replace(code))
}

// ByNAF lists the sectors that a NAF sub-class maps to: none when it is
// deliberately unmapped (UnmappedNAF says why) or unknown.
func (t *Taxonomy) ByNAF(code string) []Sector { return slices.Clone(t.byNAF[bareNAF(code)]) }

// Sold reports whether an APE code is one, and whether what it stands for is in a sector.
func (t *Taxonomy) Sold(naf string) (known, sold bool) {
	_, known = t.NAFLabel(naf)
	return known, len(t.ByNAF(naf)) > 0
}

// NAFLabel gives the label of a sub-class (NAF rév. 2), with or without dot.
func (t *Taxonomy) NAFLabel(code string) (string, bool) {
	label, ok := t.nafLabels[bareNAF(code)]
	return label, ok
}

// UnmappedNAF gives the reason why a sub-class maps to no sector.
func (t *Taxonomy) UnmappedNAF(code string) (reason string, ok bool) {
	code = bareNAF(code)
	if _, known := t.nafLabels[code]; !known {
		return "", false
	}
	for _, e := range t.unmapped {
		if strings.HasPrefix(code, e.prefix) {
			return e.reason, true
		}
	}
	return "", false
}

// exclusion keeps every sub-class that starts with prefix out of the sectors.
type exclusion struct{ prefix, reason string }

// exclusions are what a public buyer does not buy from a local structure.
// Prefixes do not overlap, and no sub-class below one is mapped.
var exclusions = []exclusion{
	{"0114Z", tropical}, {"0115Z", tobacco}, {"0116Z", industrialInputs},
	{"0170Z", "Chasse et piégeage\u202f: pas de fourniture aux acheteurs publics"},
	{"05", mining}, {"06", mining}, {"07", mining}, {"089", mining}, {"09", mining},
	{"12", tobacco}, {"4635Z", tobacco}, {"4726Z", tobacco},
	{"1711Z", industrialInputs},
	{"19", "Cokéfaction et raffinage\u202f: industrie lourde"},
	{"2011Z", chemistry}, {"2012Z", chemistry}, {"2013", chemistry}, {"2014Z", chemistry},
	{"2016Z", chemistry}, {"2017Z", chemistry}, {"202", chemistry}, {"206", chemistry},
	{"21", "Industrie pharmaceutique\u202f: achats des seuls établissements de santé"},
	{"2311Z", heavy}, {"2314Z", heavy}, {"2410Z", heavy}, {"244", heavy},
	{"254", arms}, {"3040Z", arms},
	{"3512Z", networks}, {"3513Z", networks}, {"3522Z", networks}, {"36", networks}, {"4950Z", networks},
	{"4110", "Promotion immobilière\u202f: vend des immeubles, pas des prestations"},
	{"461", "Intermédiaires et centrales d’achat\u202f: ne vendent pas pour leur compte"},
	{"51", "Transport aérien et spatial\u202f: compagnies, achetées par une agence de voyages"},
	{"5222Z", ports}, {"5223Z", ports},
	{"64", finance}, {"6511Z", finance}, {"652", finance}, {"653", finance},
	{"661", finance}, {"663", finance},
	{"6810Z", property}, {"682", property}, {"6832B", property}, {"7740Z", property},
	{"7010Z", "Sièges sociaux\u202f: servent leur propre groupe"},
	{"84", "Administration publique et sécurité sociale"},
	{"8510Z", schools}, {"8520Z", schools}, {"8531Z", schools},
	{"8610Z", care}, {"8622B", care}, {"8623Z", care}, {"8690C", care},
	{"92", "Jeux de hasard et d’argent"},
	{"941", membership}, {"942", membership}, {"9491Z", membership}, {"9492Z", membership},
	{"9609Z", "Services personnels divers, aux particuliers\u202f: le code ne dit pas lesquels"},
	{"97", households}, {"98", households},
	{"99", "Organisations internationales"},
}

// Reasons that several sub-classes share.
const (
	tropical         = "Culture tropicale industrielle"
	tobacco          = "Tabac"
	mining           = "Industrie extractive, hors granulats"
	industrialInputs = "Matière première de l’industrie, sans acheteur public"
	chemistry        = "Chimie de base et produits phytosanitaires\u202f: intrants de l’industrie et de l’agriculture"
	heavy            = "Industrie lourde\u202f: produits de base vendus à l’industrie"
	arms             = "Armement\u202f: achats de l’État seul"
	networks         = "Réseaux de distribution\u202f: service public concédé ou en monopole"
	ports            = "Services aux navires et aux aéronefs"
	finance          = "Banque, fonds et assurance sur la vie\u202f: hors du commerce local"
	property         = "Gestion de son propre patrimoine immobilier ou de ses droits"
	schools          = "Établissements d’enseignement scolaire"
	care             = "Soins à des patients, pris en charge par l’assurance maladie"
	membership       = "Organisations professionnelles, syndicales, religieuses et politiques"
	households       = "Ménages employeurs ou producteurs pour eux-mêmes"
)
