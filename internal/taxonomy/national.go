package taxonomy

import (
	"slices"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// NationalLabel is a label or certification that exists in the whole country.
// Those of one organisation (the home territory's own) are not in this list.
type NationalLabel struct {
	Code  string // slug, stored in structure.Label.Code: "rge"
	Name  string // "RGE"
	About string // what it says about its holder, in a few words
	// Usual marks those that buyers commonly name in their documents, shown
	// first in filters. It is our reading of public tenders, not a statistic.
	Usual bool

	aliases []string
}

// nationalLabels are in the order in which they are shown. None of them may be
// required as such: a buyer accepts equivalents (code de la commande publique,
// R2111-12 et suivants, from memory).
var nationalLabels = []NationalLabel{
	{"rge", "RGE", "Reconnu garant de l’environnement\u202f: travaux de rénovation énergétique", true, []string{"Reconnu garant de l’environnement"}},
	{"qualibat", "Qualibat", "Qualification des entreprises du bâtiment", true, nil},
	{"qualifelec", "Qualifelec", "Qualification des entreprises électriques", true, nil},
	{"qualipaysage", "QualiPaysage", "Qualification des entreprises du paysage", true, []string{"Quali Paysage"}},
	{"qualiopi", "Qualiopi", "Certification des organismes de formation", true, []string{"Certification Qualiopi"}},
	{"imprim-vert", "Imprim’Vert", "Imprimeries\u202f: déchets dangereux et produits toxiques maîtrisés", true, []string{"Imprimvert"}},
	{"ecolabel-europeen", "Écolabel européen", "Produits et services à moindre impact, critères de l’Union européenne", true, []string{"EU Ecolabel", "Ecolabel UE"}},
	{"nf-environnement", "NF Environnement", "Écolabel français de produits", true, nil},
	{"agriculture-biologique", "Agriculture biologique (AB)", "Produits issus de l’agriculture biologique", true, []string{"AB", "Bio", "Label bio", "Agriculture biologique"}},
	{"fsc", "FSC", "Bois et papier de forêts gérées durablement", true, nil},
	{"pefc", "PEFC", "Bois et papier de forêts gérées durablement", true, nil},
	{"iso-14001", "ISO 14001", "Système de management environnemental", true, nil},
	{"iso-9001", "ISO 9001", "Système de management de la qualité", true, nil},
	{"iso-45001", "ISO 45001", "Management de la santé et de la sécurité au travail", false, nil},
	{"emas", "EMAS", "Management environnemental et audit, règlement européen", false, nil},
	{"rsei", "RSEi", "Responsabilité sociétale des entreprises inclusives", false, []string{"Label RSEi"}},
	{"rfar", "Relations fournisseurs et achats responsables", "Relations équilibrées avec les fournisseurs", false, []string{"RFAR"}},
	{"lucie", "Lucie 26000", "Responsabilité sociétale selon ISO 26000", false, nil},
	{"b-corp", "B Corp", "Performance sociale et environnementale", false, []string{"B-Corp"}},
	{"label-numerique-responsable", "Numérique responsable", "Démarche de sobriété numérique", false, nil},
	{"cap-handeo", "Cap’Handéo", "Services à la personne adaptés au handicap", false, nil},
	{"nf-service", "NF Service", "Qualité de services certifiée", false, nil},
	{"epv", "Entreprise du patrimoine vivant", "Savoir-faire artisanaux et industriels d’excellence", false, []string{"EPV"}},
	{"origine-france-garantie", "Origine France Garantie", "Produits fabriqués en France", false, []string{"OFG"}},
	{"commerce-equitable", "Commerce équitable", "Produits sous label de commerce équitable", false, []string{"Max Havelaar", "Fairtrade", "Fair for Life"}},
	{"label-rouge", "Label Rouge", "Produits alimentaires de qualité supérieure", false, nil},
	{"qualipropre", "Qualipropre", "Qualification des entreprises de propreté", true, nil},
	{"certibiocide", "Certibiocide", "Usage professionnel de produits biocides", true, nil},
	{"certiphyto", "Certiphyto", "Usage professionnel de produits phytopharmaceutiques", true, nil},
	{"mase", "MASE", "Sécurité, santé et environnement des entreprises extérieures", false, nil},
	{"handibat", "Handibat", "Travaux d’accessibilité et d’adaptation du logement", false, nil},
	{"qualirepar", "QualiRépar", "Réparateurs ouvrant droit au bonus réparation", false, nil},
	{"ecocert-en-cuisine", "Ecocert En Cuisine", "Restauration collective bio, locale et durable", false, []string{"En Cuisine"}},
	{"fleurs-de-france", "Fleurs de France", "Fleurs et plantes produites en France", false, nil},
	{"oekotex", "Oeko-Tex Standard 100", "Textiles sans substances nocives contrôlées", false, []string{"Oeko-Tex"}},
	{"rabc", "RABC", "Hygiène du linge traité en blanchisserie (NF EN 14065)", false, []string{"Hygiène du linge RABC"}},
	{"qualite-tourisme", "Qualité Tourisme", "Qualité de l’accueil touristique", false, nil},
	{"ecojardin", "ÉcoJardin", "Gestion écologique des espaces verts", false, nil},
	{"green-key", "Clef Verte", "Hébergements et restaurants à moindre impact", false, []string{"Green Key"}},
}

// NationalLabels lists them in the order in which they are shown.
func NationalLabels() []NationalLabel { return slices.Clone(nationalLabels) }

// NationalLabelOf finds a label by code, name or usual other spelling: case,
// accents and punctuation ignored.
func NationalLabelOf(text string) (NationalLabel, bool) {
	key := nameKey(text)
	if key == "" {
		return NationalLabel{}, false
	}
	for _, l := range nationalLabels {
		same := func(s string) bool { return nameKey(s) == key }
		if same(l.Code) || same(l.Name) || slices.ContainsFunc(l.aliases, same) {
			return l, true
		}
	}
	return NationalLabel{}, false
}

// LabelNamed is a national label, or a local one by its name, which makes its code.
func LabelNamed(name string) structure.Label {
	if known, ok := NationalLabelOf(name); ok {
		return structure.Label{Code: known.Code, Name: known.Name}
	}
	return structure.Label{Code: strings.ReplaceAll(territory.Fold(name), " ", "-"), Name: name}
}
