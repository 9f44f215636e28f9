package corpus

// The phrases of descriptions. {mot} is a word of the trade, {rare} one of the
// long tail, {client}, {lieu}, {marque}, {qualité}, {moyen}, {nombre}, {an},
// {ville} and {geste} are drawn from the lists below.
var sentences = []string{
	"Notre équipe assure {mot} et {mot} pour {client}, à {ville} et dans les environs.",
	"Depuis {an}, nous proposons {mot}, {mot} et {geste} de {lieu}.",
	"Spécialistes de {mot}, nous intervenons chez {client} avec {moyen}.",
	"Un atelier de {nombre} m² permet {geste} et {mot} dans des conditions {qualité}s.",
	"Nos {nombre} salariés sont formés à {mot} et encadrés par des professionnels {qualité}s.",
	"Chaque chantier donne lieu à {geste}, avec un suivi {qualité} et un compte rendu remis à {client}.",
	"La gamme {rare} convient à {lieu} comme à {lieu} ; {moyen} complète l’offre.",
	"Interventions régulières ou ponctuelles : {mot}, {geste}, {mot}, sur devis.",
	"Le site de {ville} dispose de {moyen} et de {moyen}.",
	"Nous accompagnons {client} dans {geste} de {lieu}, du premier rendez-vous à la réception.",
	"Partenaire de {marque}, l’entreprise emploie {nombre} personnes et s’engage pour un travail {qualité}.",
	"Parmi nos réalisations récentes : {mot} pour {client}, {geste} de {lieu} en {an}.",
	"Le savoir-faire {rare} est reconnu par {client} depuis {an}.",
	"Horaires adaptés, matériel {qualité}, personnel {qualité} : {client} nous font confiance.",
	"{nombre} références en stock, dont {rare} et {rare}, livrées sous {nombre} jours.",
	"L’accueil de personnes éloignées de l’emploi est au cœur du projet, autour de {mot} et de {geste}.",
	"Une charte {qualité} encadre l’usage des produits et {geste} des déchets.",
	"Prestation clé en main : {geste}, {mot}, livraison et mise en service dans {lieu}.",
	"Zone d’activité de {ville}, accès poids lourds, {moyen} disponible toute l’année.",
	"Référence {rare} {nombre}, conforme aux cahiers des charges de {client}.",
}

var offers = []string{
	"{mot}, {mot}, {geste} de {lieu}",
	"{mot} pour {client}, avec {moyen}",
	"{geste} et {mot}, à partir de {nombre} unités, délai {qualité}",
	"{mot} : forfait {rare} pour {lieu}, intervention sous {nombre} jours",
	"{geste} de {lieu}, {mot} comprise, équipe de {nombre} personnes",
}

var (
	customers = []string{
		"les communes", "les collectivités", "les écoles", "les bailleurs sociaux", "les entreprises", "les particuliers", "les hôpitaux", "les lycées",
		"les collèges", "les associations", "les administrations", "les syndicats d’énergie", "les offices du tourisme", "les musées", "les crèches",
		"les maisons de retraite", "les universités", "les commerçants", "les industriels", "les artisans", "les exploitants agricoles",
		"les copropriétés", "les théâtres", "les bibliothèques", "les ports", "les stations de montagne", "les casernes", "les centres de secours",
		"les fédérations sportives", "les sociétés d’autoroute", "les parcs naturels", "les régies de transport",
	}
	sites = []string{
		"bureaux", "logements", "parcs", "jardins publics", "salles de classe", "locaux associatifs", "gymnases", "cantines", "magasins", "entrepôts",
		"façades", "voiries", "cimetières", "berges", "terrains de sport", "cuisines", "résidences", "halls d’immeubles", "laboratoires", "serres",
		"quais", "toitures", "escaliers", "parkings", "archives", "salles de spectacle", "piscines", "marchés couverts", "chapelles", "fermes",
		"gares", "dépôts de bus", "chambres froides", "centres de tri", "ateliers municipaux", "pépinières",
	}
	gestures = []string{
		"l’entretien", "la fourniture", "la pose", "la rénovation", "la réparation", "la gestion", "le suivi", "la maintenance", "le contrôle",
		"la préparation", "le conditionnement", "la livraison", "le démontage", "le tri", "la valorisation", "l’aménagement", "la conception",
		"la fabrication", "l’installation", "la remise en état", "la surveillance", "le stockage", "le transport", "la formation", "le conseil",
		"l’assemblage", "la découpe", "le marquage", "la numérisation", "le calibrage", "l’étalonnage", "la dépose", "le gardiennage", "le débarras",
	}
	means = []string{
		"un fourgon électrique", "une nacelle", "deux camions à hayon", "un bureau d’études", "une salle de réunion", "un magasin de pièces",
		"une flotte de vélos cargos", "un parc de machines", "un logiciel de traçabilité", "une astreinte téléphonique", "un banc d’essai",
		"une chambre froide", "un pont élévateur", "une cabine de peinture", "une presse numérique", "une ligne de conditionnement",
		"un laboratoire d’analyse", "une équipe mobile", "un outillage portatif", "une scie à ruban", "un four à céramique", "un quai de déchargement",
		"une station de lavage", "un broyeur", "une serre chauffée", "un alambic", "un métier à tisser", "une fraiseuse", "un drone",
	}
	qualities = []string{
		"soigné", "régulier", "rapide", "durable", "exigeant", "responsable", "solidaire", "discret", "ponctuel", "complet", "adapté", "local",
		"certifié", "éprouvé", "collectif", "innovant", "économe", "transparent", "accessible", "personnalisé", "artisanal", "industriel", "contrôlé",
		"raisonné", "coordonné", "chronométré", "millimétré", "pérenne", "sobre",
	}
	streets = []string{"rue", "rue", "rue", "rue", "avenue", "avenue", "chemin", "boulevard", "place", "impasse", "allée", "route", "quai", "passage"}
	forms   = []string{"SARL", "SAS", "SASU", "EURL", "Établissements", "Société", "Entreprise", "Atelier", "Groupe", "Maison", "Comptoir", "Compagnie"}
	houses  = []string{
		"ESAT", "Les Ateliers", "Atelier", "Chantier", "Association", "Régie", "Coopérative", "Entreprise adaptée", "Le Relais", "Solidarité",
		"Insertion", "La Maison", "Le Comptoir", "Tremplin", "Passerelle", "Horizon",
	}
	syllables = []string{
		"ba", "bel", "bri", "ca", "cha", "cor", "da", "del", "dra", "fa", "fel", "flo", "ga", "gri", "gal", "ka", "la", "lan", "li", "lor", "lu",
		"ma", "mel", "mi", "mor", "na", "nel", "no", "pa", "pel", "pri", "ra", "ri", "ro", "sa", "sel", "sol", "ta", "ter", "tri", "va", "vel", "vi", "za",
	}
	endings = []string{
		"line", "dane", "rive", "mont", "val", "nor", "lux", "tys", "gaud", "zec", "quin", "fort", "brun", "lier", "doux", "nard", "roux", "ville",
		"vec", "dur", "tin", "bert", "mieux", "cour", "lac", "bois", "clair", "noc", "sart", "gal", "hem", "ques", "nast", "rac", "thon", "zic",
	}
)

// newBrands are coined names, the frequent ones first.
func newBrands() []string {
	out := make([]string, 0, len(syllables)*len(endings))
	for n := range len(syllables) * len(endings) {
		// A stride that divides neither length mixes heads and tails.
		n = n * 7 * 31 % (len(syllables) * len(endings))
		out = append(out, capital(syllables[n%len(syllables)])+endings[n/len(syllables)])
	}
	return out
}
