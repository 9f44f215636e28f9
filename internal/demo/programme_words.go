package demo

import "sourcier/internal/sourcing"

// The programmes of the demonstration. Objects, amounts and days are made up; what they
// buy is what public buyers of a large town do.

// planServices are the services of the two organisations. The last of each has nobody:
// an organisation is never wholly set up.
var planServices = [][]struct{ key, name string }{
	{
		{"moyens", "Moyens généraux"}, {"proprete", "Propreté et déchets"}, {"verts", "Espaces verts"}, {"voirie", "Voirie et déplacements"},
		{"batiments", "Bâtiments"}, {"restauration", "Restauration et événements"}, {"rh", "Ressources humaines"}, {"numerique", "Numérique"},
	},
	{{"technique", "Services techniques"}, {"scolaire", "Vie scolaire"}},
}

// intended is a purchase of the demonstration. Months are counted from its day;
// publication 0 = not fixed, start is counted from the publication.
type intended struct {
	key, object, service, cpv, describe string
	nature                              sourcing.Nature
	euros                               int64
	months, renewals, each              int
	publication, start                  int
	where, holder                       string
	takeOver                            sourcing.Said
	state                               sourcing.State
	launched                            int    // days ago, of one that went on from its state
	reason                              string // of one that has ended
	reserved, followed                  bool
	sectors                             []string
	lots                                []intendedLot
	external                            *sourcing.Afar
}

type intendedLot struct {
	object, cpv, where string
	euros              int64
	sectors            []string
}

// running is a contract in force: start in months from the day of the demonstration,
// before it.
type running struct {
	key, object, service, cpv, where, holder string
	nature                                   sourcing.Nature
	euros                                    int64
	start, months, renewals, each, renewed   int
	takeOver                                 sourcing.Said
	by                                       string // key of the purchase that follows, "" = none is planned yet
}

const (
	services = sourcing.Services
	supplies = sourcing.Supplies
	works    = sourcing.Works
	taken    = sourcing.Yes
	untaken  = sourcing.No
)

var homeContracts = []running{
	{key: "nettoyage-nord", object: "Nettoyage des bâtiments, lot Nord", service: "moyens", cpv: "90911200", where: "nord", holder: "Propreté Francilienne", nature: services, euros: 1_240_000, start: -38, months: 24, renewals: 2, each: 12, renewed: 1, takeOver: taken, by: "nettoyage-nord"},
	{key: "nettoyage-sud", object: "Nettoyage des bâtiments, lot Sud", service: "moyens", cpv: "90911200", where: "sud", holder: "=nettoyage-locaux", nature: services, euros: 980_000, start: -38, months: 24, renewals: 2, each: 12, renewed: 1, takeOver: taken, by: "nettoyage-nord"},
	{key: "demenagement", object: "Déménagements et transferts de bureaux", service: "moyens", cpv: "98392000", holder: "=demenagement", nature: services, euros: 160_000, start: -40, months: 48, takeOver: untaken, by: "demenagement"},
	{key: "vehicules", object: "Location longue durée de véhicules légers", service: "voirie", cpv: "34110000", holder: "Mobilité Val de Bièvre", nature: supplies, euros: 720_000, start: -30, months: 36, takeOver: untaken, by: "vehicules"},
	{key: "restauration", object: "Restauration du personnel, site du siège", service: "restauration", cpv: "55512000", where: "0", holder: "Tables du Sud-Est", nature: services, euros: 610_000, start: -41, months: 24, renewals: 2, each: 12, renewed: 2, takeOver: taken, by: "restauration"},
	{key: "reprographie", object: "Location et entretien des copieurs", service: "moyens", cpv: "79521000", holder: "Copie Services IDF", nature: services, euros: 240_000, start: -39, months: 48, takeOver: untaken, by: "reprographie"},
	{key: "voirie", object: "Entretien courant de la voirie", service: "voirie", cpv: "45233141", where: "nord", holder: "=voirie", nature: works, euros: 3_800_000, start: -28, months: 12, renewals: 3, each: 12, renewed: 2},
	{key: "espaces-verts", object: "Entretien des espaces verts des parcs d’activités", service: "verts", cpv: "77310000", where: "0,1,2,3,4", holder: "=entretien-espaces-verts", nature: services, euros: 430_000, start: -26, months: 12, renewals: 3, each: 12, renewed: 2, takeOver: untaken},
	{key: "collecte", object: "Collecte et réemploi des encombrants", service: "proprete", cpv: "90511000", holder: "=encombrants", nature: services, euros: 880_000, start: -37, months: 48, takeOver: taken, by: "collecte"},
	{key: "traiteur", object: "Prestations de traiteur", service: "restauration", cpv: "55520000", holder: "=traiteur", nature: services, euros: 180_000, start: -20, months: 24, renewals: 1, each: 24, takeOver: untaken},
	{key: "blanchisserie", object: "Blanchisserie des équipements sportifs", service: "moyens", cpv: "98310000", holder: "=blanchisserie", nature: services, euros: 96_000, start: -18, months: 36, takeOver: untaken},
	{key: "gardiennage", object: "Gardiennage et rondes", service: "batiments", cpv: "79713000", holder: "Vigie Grand Paris", nature: services, euros: 1_050_000, start: -14, months: 24, renewals: 1, each: 24, takeOver: taken},
}

var communeContracts = []running{
	{key: "cantine", object: "Denrées pour les restaurants scolaires", service: "scolaire", cpv: "15000000", holder: "Halles d’Île-de-France", nature: supplies, euros: 1_900_000, start: -20, months: 24, renewals: 1, each: 24},
	{key: "vitres", object: "Nettoyage des vitres des écoles", service: "technique", cpv: "90911300", holder: "=nettoyage-vitres", nature: services, euros: 64_000, start: -37, months: 48, takeOver: untaken, by: "vitres"},
}

var homePurchases = []intended{
	{key: "nettoyage-nord", object: "Nettoyage des bâtiments, lots Nord et Sud", service: "moyens", cpv: "90911200", nature: services, euros: 2_400_000, months: 24, renewals: 2, each: 12, publication: 3, start: 7, holder: "Propreté Francilienne", takeOver: taken, state: sourcing.InSourcing, reserved: true, followed: true,
		describe: "62 sites de 24 communes : bureaux, médiathèques, gymnases. Le lot Vitrerie est sorti pour rester à la portée d’une structure seule.",
		lots:     []intendedLot{{object: "Lot Nord : bureaux et équipements", where: "nord", euros: 1_250_000}, {object: "Lot Sud : bureaux et équipements", where: "sud", euros: 1_000_000}, {object: "Vitrerie des deux secteurs", cpv: "90911300", euros: 150_000}}},
	{key: "demenagement", object: "Déménagements et transferts de bureaux", service: "moyens", cpv: "98392000", nature: services, euros: 180_000, months: 48, publication: -1, start: 6, holder: "=demenagement", takeOver: untaken, state: sourcing.Published, launched: launchedDays, reserved: true, followed: true, sectors: []string{"demenagement"}},
	{key: "vehicules", object: "Location de véhicules légers et utilitaires", service: "voirie", cpv: "34110000", nature: supplies, euros: 780_000, months: 36, publication: 1, start: 5, holder: "Mobilité Val de Bièvre", takeOver: untaken, state: sourcing.Programmed,
		lots: []intendedLot{{object: "Véhicules légers électriques", euros: 520_000}, {object: "Véhicules utilitaires", euros: 200_000}, {object: "Vélos à assistance électrique et leur entretien", cpv: "34430000", euros: 60_000, sectors: []string{"reparation-velos"}}}},
	{key: "restauration", object: "Restauration du personnel, site du siège", service: "restauration", cpv: "55512000", nature: services, euros: 640_000, months: 24, renewals: 2, each: 12, publication: -1, start: 6, where: "0", holder: "Tables du Sud-Est", takeOver: taken, state: sourcing.InSourcing, followed: true},
	{key: "reprographie", object: "Reprographie, copieurs et façonnage", service: "moyens", cpv: "79521000", nature: services, euros: 310_000, months: 48, publication: 4, start: 5, holder: "Copie Services IDF", takeOver: untaken, state: sourcing.Published, reserved: true, followed: true,
		lots: []intendedLot{{object: "Location et entretien des copieurs", euros: 250_000}, {object: "Reprographie de documents et façonnage", cpv: "79810000", euros: 60_000, sectors: []string{"reprographie", "faconnage-reliure"}}}},
	{key: "collecte", object: "Collecte et réemploi des encombrants", service: "proprete", cpv: "90511000", nature: services, euros: 920_000, months: 48, publication: 2, start: 8, holder: "=encombrants", takeOver: taken, state: sourcing.Published, reserved: true, followed: true,
		lots: []intendedLot{{object: "Collecte sur rendez-vous, secteur Nord", where: "nord", euros: 380_000, sectors: []string{"encombrants"}}, {object: "Collecte sur rendez-vous, secteur Sud", where: "sud", euros: 340_000, sectors: []string{"encombrants"}}, {object: "Tri et réemploi en ressourcerie", euros: 200_000, sectors: []string{"ressourcerie", "recyclage"}}}},
	{key: "voirie-2", object: "Entretien courant de la voirie", service: "voirie", cpv: "45233141", nature: works, euros: 4_200_000, months: 12, renewals: 3, each: 12, publication: 9, start: 8, state: sourcing.Programmed, followed: true,
		lots: []intendedLot{{object: "Secteur Nord", where: "nord", euros: 2_300_000}, {object: "Secteur Sud", where: "sud", euros: 1_900_000}}},
	{key: "signalisation", object: "Signalisation verticale et plaques de rue", service: "voirie", cpv: "45233290", nature: works, euros: 340_000, months: 24, renewals: 1, each: 24, publication: 5, start: 5, state: sourcing.Programmed},
	{key: "proprete-urbaine", object: "Balayage et désherbage manuel des parcs d’activités", service: "proprete", cpv: "90610000", nature: services, euros: 210_000, months: 12, renewals: 3, each: 12, publication: 6, start: 4, where: "0,1,2", takeOver: untaken, state: sourcing.Published, reserved: true, followed: true, sectors: []string{"nettoyage-urbain"}},
	{key: "graffitis", object: "Enlèvement de graffitis et d’affiches", service: "proprete", cpv: "90690000", nature: services, euros: 88_000, months: 12, renewals: 3, each: 12, publication: 11, start: 4, state: sourcing.Programmed},
	{key: "bacs", object: "Lavage et maintenance des bacs de collecte", service: "proprete", cpv: "90918000", nature: services, euros: 150_000, months: 36, publication: 14, start: 5, state: sourcing.Idea},
	{key: "espaces-verts-2", object: "Entretien des espaces verts des parcs d’activités", service: "verts", cpv: "77310000", nature: services, euros: 470_000, months: 12, renewals: 3, each: 12, publication: 13, start: 6, where: "0,1,2,3,4", takeOver: untaken, state: sourcing.Programmed, followed: true,
		lots: []intendedLot{{object: "Tonte, taille, désherbage, secteur Nord", where: "0,2,4", euros: 210_000}, {object: "Tonte, taille, désherbage, secteur Sud", where: "1,3", euros: 190_000}, {object: "Écopâturage", cpv: "77313000", euros: 70_000, sectors: []string{"eco-paturage"}}}},
	{key: "elagage", object: "Élagage et abattage", service: "verts", cpv: "77340000", nature: services, euros: 320_000, months: 12, renewals: 3, each: 12, publication: -4, start: 5, state: sourcing.Launched},
	{key: "plantations", object: "Parc des coteaux : terrassements, sols et plantations", service: "verts", cpv: "45112700", nature: works, euros: 8_000_000, months: 24, publication: 8, start: 5, where: "3,5,6", state: sourcing.Programmed},
	{key: "horticulture", object: "Plantes et produits horticoles", service: "verts", cpv: "03121000", nature: supplies, euros: 54_000, months: 12, renewals: 2, each: 12, publication: 7, start: 3, state: sourcing.Programmed, reserved: true, sectors: []string{"horticulture-pepiniere"}},
	{key: "gardiennage-2", object: "Gardiennage, rondes et accueil des sites", service: "batiments", cpv: "79713000", nature: services, euros: 1_200_000, months: 24, renewals: 1, each: 24, publication: 24, start: 7, takeOver: taken, state: sourcing.Idea},
	{key: "peinture", object: "Peinture et petits travaux d’entretien", service: "batiments", cpv: "45442100", nature: works, euros: 480_000, months: 12, renewals: 3, each: 12, publication: 4, start: 5, state: sourcing.InSourcing, followed: true,
		lots: []intendedLot{{object: "Peinture, secteur Nord", where: "nord", euros: 220_000}, {object: "Peinture, secteur Sud", where: "sud", euros: 180_000}, {object: "Petits travaux multiservices", cpv: "50700000", euros: 80_000, sectors: []string{"multiservices"}}}},
	{key: "sols", object: "Revêtements de sols des médiathèques", service: "batiments", cpv: "45430000", nature: works, euros: 130_000, months: 8, publication: 10, start: 4, where: "1,7", state: sourcing.Programmed},
	{key: "electricite", object: "Relamping et mise en conformité électrique", service: "batiments", cpv: "45311000", nature: works, euros: 610_000, months: 18, publication: -2, start: 6, state: sourcing.Programmed},
	{key: "etancheite", object: "Étanchéité de la toiture du centre aquatique", service: "batiments", cpv: "45261420", nature: works, euros: 390_000, months: 6, publication: -7, start: 5, where: "2", state: sourcing.Awarded},
	{key: "chauffage", object: "Exploitation du chauffage des bâtiments", service: "batiments", cpv: "50720000", nature: services, euros: 2_900_000, months: 60, publication: 17, start: 8, takeOver: taken, state: sourcing.Idea},
	{key: "reemploi", object: "Démolition de l’ancien siège, dépose et réemploi de matériaux", service: "batiments", cpv: "45111100", nature: works, euros: 3_000_000, months: 10, publication: 12, start: 3, where: "0", state: sourcing.Idea, followed: true, sectors: []string{"demolition"}},
	{key: "mobilier", object: "Mobilier de bureau, neuf et reconditionné", service: "moyens", cpv: "39130000", nature: supplies, euros: 290_000, months: 12, renewals: 3, each: 12, publication: 5, start: 4, state: sourcing.Programmed, followed: true,
		lots: []intendedLot{{object: "Mobilier neuf", euros: 170_000}, {object: "Mobilier reconditionné et sa remise en état", euros: 120_000, sectors: []string{"renovation-mobilier"}}}},
	{key: "fournitures", object: "Fournitures de bureau et papier", service: "moyens", cpv: "30192000", nature: supplies, euros: 190_000, months: 12, renewals: 3, each: 12, publication: -5, start: 4, state: sourcing.Launched, reserved: true,
		lots: []intendedLot{{object: "Fournitures de bureau", euros: 120_000, sectors: []string{"fournitures-bureau"}}, {object: "Papier recyclé", cpv: "30197630", euros: 50_000}, {object: "Fournitures des ateliers des médiathèques", cpv: "39162100", euros: 20_000, sectors: []string{"fournitures-scolaires"}}}},
	{key: "sous-pli", object: "Mise sous pli et affranchissement", service: "moyens", cpv: "79571000", nature: services, euros: 38_000, months: 12, publication: 1, start: 2, takeOver: untaken, state: sourcing.Published, reserved: true, sectors: []string{"mise-sous-pli"}},
	{key: "archives", object: "Externalisation et numérisation des archives", service: "moyens", cpv: "79995100", nature: services, euros: 145_000, months: 36, publication: 15, start: 5, state: sourcing.Idea, sectors: []string{"archivage", "numerisation"}},
	{key: "murets", object: "Reprise des murets et escaliers de pierre des parcs", service: "verts", cpv: "50800000", nature: services, euros: 42_000, months: 12, publication: 19, start: 3, state: sourcing.Programmed, sectors: []string{"pierre-patrimoine"}},
	{key: "linge", object: "Blanchisserie des équipements sportifs", service: "moyens", cpv: "98310000", nature: services, euros: 110_000, months: 36, publication: 11, start: 6, holder: "=blanchisserie", takeOver: untaken, state: sourcing.Programmed, reserved: true, followed: true},
	{key: "vetements", object: "Vêtements de travail et équipements de protection", service: "rh", cpv: "18110000", nature: supplies, euros: 230_000, months: 12, renewals: 3, each: 12, publication: -9, start: 4, state: sourcing.Awarded,
		lots: []intendedLot{{object: "Vêtements de travail", euros: 150_000}, {object: "Retouches et marquage", euros: 30_000, sectors: []string{"confection-couture", "broderie-flocage"}}, {object: "Équipements de protection", euros: 50_000}}},
	{key: "traiteur-2", object: "Prestations de traiteur et cocktails", service: "restauration", cpv: "55520000", nature: services, euros: 200_000, months: 24, renewals: 1, each: 24, publication: 23, start: 5, holder: "=traiteur", takeOver: untaken, state: sourcing.Idea,
		lots: []intendedLot{{object: "Réceptions de plus de 50 personnes", euros: 120_000}, {object: "Plateaux-repas et cafés d’accueil", cpv: "55523000", euros: 80_000, sectors: []string{"plateaux-repas"}}}},
	{key: "evenements", object: "Montage et nettoyage des événements", service: "restauration", cpv: "79952000", nature: services, euros: 76_000, months: 12, renewals: 1, each: 12, publication: 6, start: 2, where: "0,1,2,3", state: sourcing.Programmed, sectors: []string{"organisation-evenements", "manutention"}},
	{key: "formation", object: "Formation aux savoirs de base", service: "rh", cpv: "80530000", nature: services, euros: 95_000, months: 24, publication: 8, start: 3, state: sourcing.Programmed, sectors: []string{"formation-langues"}},
	{key: "interim", object: "Mise à disposition de personnel de remplacement", service: "rh", cpv: "85312000", nature: services, euros: 420_000, months: 12, renewals: 3, each: 12, publication: 3, start: 4, takeOver: untaken, state: sourcing.InSourcing, reserved: true, followed: true, sectors: []string{"mise-a-disposition"}},
	{key: "ordinateurs", object: "Ordinateurs reconditionnés", service: "numerique", cpv: "30213000", nature: supplies, euros: 160_000, months: 24, publication: -3, start: 4, state: sourcing.Unsuccessful, reason: "Une seule offre, arrivée après l’heure limite.", sectors: []string{"materiel-reconditionne"}},
	{key: "depannage", object: "Assistance informatique de proximité", service: "numerique", cpv: "50312000", nature: services, euros: 340_000, months: 36, publication: 20, start: 6, takeOver: taken, state: sourcing.Programmed},
	{key: "accessibilite", object: "Audit d’accessibilité des sites et démarches", service: "numerique", cpv: "72413000", nature: services, euros: 34_000, months: 12, publication: 2, start: 2, state: sourcing.Programmed, sectors: []string{"tests-accessibilite"}},
	{key: "jeux", object: "Aires de jeux et mobilier urbain", service: "voirie", cpv: "37535200", nature: supplies, months: 24, publication: 26, start: 5, where: "4,8,9", state: sourcing.Idea},
	{key: "parkings", object: "Exploitation des parcs de stationnement de gares", service: "voirie", cpv: "63712400", nature: services, months: 60, publication: 30, start: 9, where: "0,3,5", takeOver: taken, state: sourcing.Idea},
	{key: "deratisation", object: "Dératisation et désinsectisation", service: "proprete", cpv: "90923000", nature: services, euros: 58_000, months: 12, renewals: 3, each: 12, publication: -6, start: 3, state: sourcing.Launched},
	{key: "conseil", object: "Étude d’opportunité d’une régie de nettoyage", cpv: "79420000", nature: services, euros: 60_000, months: 6, state: sourcing.Abandoned, reason: "Les services font l’étude eux-mêmes."},
	{key: "approch", object: "Entretien des espaces extérieurs de cités administratives", cpv: "77310000", nature: services, euros: 700_000, months: 48, publication: 7, start: 6, state: sourcing.Programmed,
		external: &sourcing.Afar{Source: sourcing.SourceAPProch, URL: "https://projets-achats.marches-publics.gouv.fr/", Buyer: "Préfecture fictive de région", Social: taken, Status: "active"}},
}

var communePurchases = []intended{
	{key: "vitres", object: "Nettoyage des vitres des écoles", service: "technique", cpv: "90911300", nature: services, euros: 70_000, months: 48, publication: 3, start: 6, holder: "=nettoyage-vitres", takeOver: untaken, state: sourcing.Programmed, reserved: true},
	{key: "cour", object: "Cours d’école végétalisées", service: "scolaire", cpv: "45112700", nature: works, euros: 850_000, months: 14, publication: 5, start: 5, state: sourcing.Programmed, lots: []intendedLot{{object: "Terrassement et sols", euros: 600_000}, {object: "Plantations et mobilier en bois", euros: 250_000, sectors: []string{"amenagement-paysager"}}}},
	{key: "goûters", object: "Goûters des centres de loisirs", service: "scolaire", cpv: "15811000", nature: supplies, euros: 90_000, months: 12, renewals: 2, each: 12, publication: 2, start: 4, state: sourcing.Published},
	{key: "peinture", object: "Peinture des salles de classe", service: "technique", cpv: "45442100", nature: works, euros: 120_000, months: 12, publication: 8, start: 3, state: sourcing.Idea, followed: true},
	{key: "linge", object: "Linge des crèches", service: "scolaire", cpv: "98310000", nature: services, euros: 48_000, months: 36, publication: 12, start: 4, state: sourcing.Idea},
	{key: "elagage", object: "Élagage des arbres d’alignement", service: "technique", cpv: "77340000", nature: services, euros: 66_000, months: 12, publication: -3, start: 4, state: sourcing.Launched},
}
