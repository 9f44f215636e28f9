package taxonomy

import (
	"strings"
	"testing"
)

func TestMatchSector(t *testing.T) {
	tests := []struct{ text, want string }{
		// what buyers say
		{"ménage", "nettoyage-locaux"},
		{"MENAGE", "nettoyage-locaux"},
		{"propreté", "nettoyage-locaux"},
		{"vitres", "nettoyage-vitres"},
		{"vitre", "nettoyage-vitres"},
		{"tonte", "entretien-espaces-verts"},
		{"jardinage", "entretien-espaces-verts"},
		{"mise sous pli", "mise-sous-pli"},
		{"mises sous plis", "mise-sous-pli"},
		{"buffet", "traiteur"},
		{"plateaux-repas", "plateaux-repas"},
		{"plateau repas", "plateaux-repas"},
		{"D3E", "deee"},
		{"DEEE", "deee"},
		{"dératisation", "desinfection-nuisibles"},
		{"petits travaux", "multiservices"},
		{"archives", "archivage"},
		{"gerbage", "manutention"},
		{"blanchisserie", "blanchisserie"},
		{"maçonnerie", "maconnerie"},
		{"intérim", "interim"},
		{"crèche", "petite-enfance"},
		{"café", "boissons"},
		// codes, labels, spacing
		{"nettoyage-locaux", "nettoyage-locaux"},
		{"  Nettoyage   de locaux et de BUREAUX. ", "nettoyage-locaux"},
		{"Nettoyage de locaux\u00a0", "nettoyage-locaux"},
		{"œuvres d'art", "culture-patrimoine"},
		// lists that mean one thing
		{"Nettoyage de locaux / Propreté", "nettoyage-locaux"},
		{"Traiteur (buffet, cocktail)", "traiteur"},
		{"Blanchisserie (linge plat)", "blanchisserie"},
		{"Maçonnerie - gros œuvre", "maconnerie"},
	}
	checkMatches(t, tests)
}

// Sectors of Le Marché de l'inclusion as its API and exports name them: label
// or slug. They are facts of that directory; the mapping is ours.
func TestMatchSectorOfLeMarche(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Accueil & Hotline", "accueil-standard"},
		{"Achat de produits reconditionnés (informatique, électronique...)", "materiel-reconditionne"},
		{"Activité culturelle, théâtrale et spectacle", "spectacle-vivant"},
		{"Activités à caractère touristique", "tourisme-voyages"},
		{"Agriculture", "grandes-cultures"},
		{"Aide ménagère", "aide-domicile"},
		{"Aménagement intérieur", "agencement-interieur"},
		{"Animation et sorties", "tourisme-voyages"},
		{"Apiculture", "miel"},
		{"Articles protection Covid-19", "produits-entretien"},
		{"Artisanat d'art", "artisanat-art"},
		{"artisanat-dart", "artisanat-art"},
		{"Assemblage mécanique, mécano-soudure", "chaudronnerie-soudure"},
		{"Blanchisserie", "blanchisserie"},
		{"Boulangerie, Patisserie, Confiseries", "boulangerie-patisserie"},
		{"boulangerie-patisserie-confiseries-118", "boulangerie-patisserie"},
		{"Carrelage & Revêtement des sols", "revetement-sols"},
		{"Collecte 5 flux (papier, métal, verre et bois) et fournitures d'entreprise", "collecte-dechets"},
		{"Collecte d'encombrants", "encombrants"},
		{"collecte-dencombrants", "encombrants"},
		{"Collecte des déchets d'éléments d'ameublement (DAE) et petits objets", "encombrants"},
		{"Collecte des déchets de chantiers", "dechets-chantier"},
		{"Collecte des déchets déchets d'équipements électriques et électroniques (DEEE)", "deee"},
		{"Collecte des déchets textiles", "recyclage-textile"},
		{"Collecte du verre", "collecte-dechets"},
		{"Collecte et traitement des bio déchets", "biodechets"},
		{"Collecte et traitement des déchets dangereux", "dechets-dangereux"},
		{"Communication, Agence de Com", "agence-communication"},
		{"Conception de logiciels", "developpement-logiciel"},
		{"Conciergerie d'entreprise", "conciergerie"},
		{"conciergerie-dentreprise", "conciergerie"},
		{"Confection à façon", "confection-couture"},
		{"Confiturerie", "conserverie-confiture"},
		{"Conseils & Formation", "formation-professionnelle"},
		{"Cordonnerie", "reparation-objets"},
		{"Coursiers, livraison de plis & colis", "livraison-coursier"},
		{"Couture, reprisage, retouches", "confection-couture"},
		{"Création de sites internets, Webmastering", "sites-internet"},
		{"Création et entretien des espaces verts", "entretien-espaces-verts"},
		{"Culture et jeux", "loisirs-jeux"},
		{"Déconstruction, curage, démolition", "demolition"},
		{"Déménagement", "demenagement"},
		{"demenagement-45", "demenagement"},
		{"Diagnostics & Solutions énergétiques", "diagnostic-energetique"},
		{"Electricité", "electricite"},
		{"Elevage de viandes et volailles", "elevage"},
		{"Entretien des jardins", "entretien-espaces-verts"},
		{"Entretien des parkings", "nettoyage-specialise"},
		{"Entretien et maintenance de l'espace urbain", "nettoyage-urbain"},
		{"entretien-et-maintenance-de-lespace-urbain-17", "nettoyage-urbain"},
		{"Entretien machines & matériels", "entretien-machines"},
		{"Entretien, restauration, aménagement des espaces naturels", "espaces-naturels"},
		{"Equipements et mobiliers", "mobilier-bureau"},
		{"Fromagerie", "fromage-produits-laitiers"},
		{"Garage, mécanique automobile", "garage-automobile"},
		{"Génie écologique", "espaces-naturels"},
		{"Gestion de projets & d'affaires", "secretariat"},
		{"Gestion du parc informatique, Maintenance & Installation", "parc-informatique"},
		{"Horticulture", "horticulture-pepiniere"},
		{"Hôtellerie", "hebergement-hotelier"},
		{"Impressions", "imprimerie"},
		{"Industrie chimique et plastique", "plasturgie"},
		{"Livraison de fruits et légumes", "fruits-legumes"},
		{"Location de matériels événementiel", "location-materiel-evenementiel"},
		{"Location de mobiliers", "location-materiel-evenementiel"},
		{"Location de Véhicules & Vélos", "vente-vehicules"},
		{"Location et entretien de plantes", "fleuriste"},
		{"Location/Vente de materiels de restauration", "materiel-cuisine"},
		{"Location/Vente de materiels Industriels & Chantiers", "location-materiel-chantier"},
		{"Logistique, conditionnement", "preparation-commandes"},
		{"Mailing, archivage, secrétariat", "secretariat"},
		{"Maintenance de flottes de véhicules (vélos à assistance électrique, voitures...)", "garage-automobile"},
		{"Management de données et Gestion de projets", "saisie-donnees"},
		{"Manutention", "manutention"},
		{"Maraîchage, légumerie, conserverie", "maraichage"},
		{"maraichage", "maraichage"},
		{"Matériaux de construction", "materiaux-construction"},
		{"Médiation (urbaine, sociale...)", "mediation-sociale"},
		{"Médiation dans les transports publics", "mediation-sociale"},
		{"Menuiserie", "menuiserie-bois"},
		{"Métallurgie", "chaudronnerie-soudure"},
		{"Nettoyage de locaux", "nettoyage-locaux"},
		{"nettoyage-de-locaux-16", "nettoyage-locaux"},
		{"Nettoyage de véhicules", "nettoyage-vehicules"},
		{"Nettoyage industriel", "nettoyage-industriel"},
		{"Nettoyage spécifique (chantiers, parkings, hôpitaux, hôtellerie...)", "nettoyage-specialise"},
		{"nettoyage-specifique-chantiers-parkings-6", "nettoyage-specialise"},
		{"Nettoyage urbain", "nettoyage-urbain"},
		{"Numérisation & GED", "numerisation"},
		{"Objet promotionnel (goodies)", "objets-promotionnels"},
		{"Organisation d'évènements", "organisation-evenements"},
		{"organisation-devenements", "organisation-evenements"},
		{"Ouvrages métalliques", "serrurerie-metallerie"},
		{"Paniers, plateaux repas", "plateaux-repas"},
		{"Papeterie et fournitures administratives", "fournitures-bureau"},
		{"Pêche/Pisciculture", "poisson"},
		{"Peinture & Revêtement des murs", "peinture"},
		{"Petits travaux", "multiservices"},
		{"Plasturgie", "plasturgie"},
		{"Plomberie", "plomberie"},
		{"Poste de garde / Accueil", "gardiennage"},
		{"Pressing et nettoyage à sec", "pressing"},
		{"Producteurs, Fournisseurs", "epicerie"},
		{"Production audiovisuelle", "production-audiovisuelle"},
		{"Production et transformation", "epicerie"},
		{"Produits d'entretien et désinfectants", "produits-entretien"},
		{"produits-dentretien-et-desinfectants-29", "produits-entretien"},
		{"reconditionnement-informatique", "materiel-reconditionne"},
		{"Recyclage d'équipements électriques et électroniques (DEEE)", "deee"},
		{"Recyclage textiles", "recyclage-textile"},
		{"Réparation de vélos", "reparation-velos"},
		{"Repassage", "pressing"},
		{"Ressources Humaines", "recrutement"},
		{"Restaurants, Cantines", "restauration-collective"},
		{"Restauration collective", "restauration-collective"},
		{"Restauration de livres", "faconnage-reliure"},
		{"Services d'artisanat", "artisanat-art"},
		{"Signalétique", "impression-grand-format"},
		{"Soins et accompagnement", "aide-domicile"},
		{"Sous traitance industrielle agro-alimentaire", "plats-prepares"},
		{"Sous-traitance industrielle générale", "assemblage-facon"},
		{"Sport", "animation-sportive"},
		{"Support & administration", "support-informatique"},
		{"Surveillance scolaire", "soutien-scolaire"},
		{"Sylviculture", "travaux-forestiers"},
		{"Tests de logiciels", "tests-accessibilite"},
		{"Textiles", "confection-couture"},
		{"Tous travaux et petits bricolages", "multiservices"},
		{"Traductions", "redaction-traduction"},
		{"Traitements thermiques et traitements de surface", "traitement-surfaces"},
		{"Traiteur", "traiteur"},
		{"Transport de marchandises", "transport-marchandises"},
		{"Transports de personnes", "transport-personnes"},
		{"Travail de la pierre", "pierre-patrimoine"},
		{"Travail du bois", "ebenisterie"},
		{"Travaux de chantiers", "renovation-tous-corps"},
		{"Travaux forestiers, Bûcheronnage", "travaux-forestiers"},
		{"Vente de véhicules & Vélos d'occasions", "reparation-velos"},
		{"Ventes de livres et ouvrages", "edition-presse"},
		// its export of purchases uses broader words
		{"Entretien", "nettoyage-locaux"},
		{"Recyclage", "recyclage"},
		{"Maintenance", "multiservices"},
		{"Nettoyage", "nettoyage-locaux"},
		{"Transport", "transport-marchandises"},
		{"Formation", "formation-professionnelle"},
		{"Sécurité", "gardiennage"},
		{"Communication", "agence-communication"},
	}
	checkMatches(t, tests)
}

func checkMatches(t *testing.T, tests []struct{ text, want string }) {
	t.Helper()
	for _, tt := range tests {
		if s, ok := Default().MatchSector(tt.text); !ok || s.Code != tt.want {
			t.Errorf("MatchSector(%q) = %q, %v, want %s", tt.text, s.Code, ok, tt.want)
		}
	}
}

func TestMatchSectorRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "-", "de la", "Vitry-sur-Seine", "zzz", "\x00", "😀",
		"Autre (Propreté)", "Autre (Informatique)", "autre-56", // says that it is none of the others
		"Blanchisserie, maçonnerie", // two sectors
		"Traiteur / Déménagement",
		strings.Repeat("ménage ", 100),
	} {
		if s, ok := Default().MatchSector(text); ok {
			t.Errorf("MatchSector(%.40q) = %s, want none", text, s.Code)
		}
	}
}

// Whatever a sector is called, it is found under that name.
func TestEveryNameFindsItsSector(t *testing.T) {
	for _, s := range Default().Sectors() {
		names := append([]string{s.Code, s.Label, strings.ToUpper(s.Label)}, s.Synonyms...)
		for _, name := range append(names, s.Aliases...) {
			if got, ok := Default().MatchSector(name); !ok || got.Code != s.Code {
				t.Errorf("MatchSector(%q) = %q, %v, want %s", name, got.Code, ok, s.Code)
			}
		}
	}
}

func TestIsTerm(t *testing.T) {
	tax := Default()
	for _, word := range []string{"nettoyage", "menage", "vitres", "vitre", "tonte", "plis", "travaux", "bureau", "bureaux", "deee", "espaces"} {
		if !tax.IsTerm(word) {
			t.Errorf("IsTerm(%s) = false", word)
		}
	}
	// Communes of the home territory and large or oddly named ones stay places;
	// so do function words.
	for _, word := range []string{"vitry", "orly", "ivry", "choisy", "villejuif", "arcueil", "gentilly", "cachan", "thiais", "rungis", "fresnes",
		"chevilly", "bicetre", "valenton", "ablon", "savigny", "viry", "morangis", "paray", "athis", "juvisy", "paris", "lyon", "sens", "tours",
		"nantes", "lille", "nice", "brest", "vienne", "creteil", "", "de", "la", "sur", "zzz"} {
		if tax.IsTerm(word) {
			t.Errorf("IsTerm(%q) = true", word)
		}
	}
}

func FuzzMatchSector(f *testing.F) {
	for _, s := range []string{"ménage", "nettoyage-de-locaux-16", "Autre (X)", "a/b;c", "((", "\xff", "", strings.Repeat("é", 400), "Traiteur (buffet)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := Default().MatchSector(text)
		if !ok {
			return
		}
		if known, found := Default().Sector(s.Code); !found || known.Label != s.Label {
			t.Fatalf("MatchSector(%q) gave %q, which is no sector", text, s.Code)
		}
		if again, ok := Default().MatchSector(" " + text + "\t"); !ok || again.Code != s.Code {
			if len(text)+2 <= maxNameLength {
				t.Fatalf("MatchSector(%q) = %s, and with spaces around %s, %v", text, s.Code, again.Code, ok)
			}
		}
	})
}
