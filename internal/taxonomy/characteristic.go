package taxonomy

import "slices"

// characteristics are declared by the structure, with an optional proof. The
// codes are stored: they never change.
var characteristics = []Characteristic{
	{"reemploi", "Issu du réemploi"},
	{"reconditionne", "Reconditionné"},
	{"matieres-recyclees", "Matières recyclées"},
	{"recyclable", "Recyclable en fin de vie"},
	{"reparable", "Réparable, pièces détachées disponibles"},
	{"biosource", "Matériaux biosourcés"},
	{"bois-gere", "Bois de forêts gérées durablement"},
	{"sans-solvant", "Sans solvant ni substance nocive"},
	{"produits-ecolabel", "Produits écolabellisés"},
	{"bio", "Issu de l’agriculture biologique"},
	{"saison", "De saison"},
	{"circuit-court", "Circuit court"},
	{"local", "Fabriqué ou produit localement"},
	{"equitable", "Commerce équitable"},
	{"vegetarien", "Offre végétarienne"},
	{"anti-gaspillage", "Lutte contre le gaspillage"},
	{"vaisselle-lavable", "Vaisselle lavable"},
	{"zero-plastique", "Zéro plastique à usage unique"},
	{"sans-emballage", "Emballages réduits ou consignés"},
	{"livraison-velo", "Livraison à vélo"},
	{"critair-0-1", "Véhicules Crit’Air 0 ou 1"},
	{"zero-phyto", "Zéro produit phytosanitaire"},
	{"biodiversite", "Favorable à la biodiversité"},
	{"economie-eau", "Économe en eau"},
	{"energie-renouvelable", "Énergie renouvelable"},
	{"tri-dechets", "Déchets triés et valorisés"},
	{"numerique-sobre", "Numérique sobre et accessible"},
}

// Characteristics lists them in the order in which they are shown.
func (t *Taxonomy) Characteristics() []Characteristic { return slices.Clone(characteristics) }

// Characteristic finds one by code.
func (t *Taxonomy) Characteristic(code string) (Characteristic, bool) {
	i := slices.IndexFunc(characteristics, func(c Characteristic) bool { return c.Code == code })
	if i < 0 {
		return Characteristic{}, false
	}
	return characteristics[i], true
}

// CharacteristicGroup is characteristics that people look for together.
type CharacteristicGroup struct {
	Label string
	Codes []string
}

// CharacteristicGroups lists them; each characteristic is in one.
func (t *Taxonomy) CharacteristicGroups() []CharacteristicGroup {
	return []CharacteristicGroup{
		{"Réemploi et matières", []string{"reemploi", "reconditionne", "matieres-recyclees", "recyclable", "reparable", "biosource", "bois-gere", "sans-solvant", "produits-ecolabel"}},
		{"Alimentation et provenance", []string{"bio", "saison", "circuit-court", "local", "equitable", "vegetarien", "anti-gaspillage"}},
		{"Emballages et livraison", []string{"vaisselle-lavable", "zero-plastique", "sans-emballage", "livraison-velo", "critair-0-1"}},
		{"Nature, énergie, déchets", []string{"zero-phyto", "biodiversite", "economie-eau", "energie-renouvelable", "tri-dechets", "numerique-sobre"}},
	}
}
