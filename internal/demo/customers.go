package demo

import "strings"

// customer is a kind of buyer that a sheet may name, never a real one.
type customer struct {
	line   string // at the head of a reference
	phrase string // in a sentence
}

// Customers by what they buy for.
var (
	towns = []customer{
		{"Mairie {de dept}", "une mairie {de dept}"}, {"Commune de {v 4000..60000} habitants", "une commune voisine"},
		{"Ville-centre {de dept}", "une ville-centre {de dept}"}, {"Communauté d’agglomération", "une communauté d’agglomération"},
		{"Établissement public territorial", "un établissement public territorial"}, {"Caisse des écoles", "une caisse des écoles"},
		{"CCAS d’une commune voisine", "un CCAS {de dept}"}, {"Syndicat intercommunal", "un syndicat intercommunal"},
	}
	landlords = []customer{
		{"Bailleur social, {v 200..3000} logements", "un bailleur social du secteur"}, {"Office public de l’habitat", "un office public de l’habitat"},
		{"Syndic de copropriété {à ville}", "un syndic de copropriétés"}, {"Société d’économie mixte", "une société d’économie mixte"},
		{"Opérateur de logements étudiants", "un opérateur de logements étudiants"}, {"Foyer de jeunes travailleurs", "un foyer de jeunes travailleurs"},
	}
	carers = []customer{
		{"Centre hospitalier {de dept}", "un centre hospitalier {de dept}"}, {"EHPAD public, {40..120} lits", "un EHPAD public"},
		{"Groupement hospitalier de territoire", "un groupement hospitalier"}, {"Foyer d’accueil médicalisé", "un foyer d’accueil médicalisé"},
		{"Résidence autonomie", "une résidence autonomie"},
	}
	departments = []customer{
		{"Conseil départemental", "un conseil départemental"}, {"Collège {de dept}", "un collège {de dept}"}, {"Rectorat", "un rectorat"},
		{"Lycée public {de dept}", "un lycée professionnel {de dept}"},
	}
	offices = []customer{
		{"Direction régionale de l’État", "une direction régionale de l’État"}, {"Caisse de sécurité sociale", "une caisse de sécurité sociale"},
		{"Université francilienne", "une université francilienne"}, {"Régie de transports", "une régie de transports"},
		{"Musée public", "un musée public"}, {"Aménageur public", "un aménageur public"}, {"Agence de l’État", "une agence de l’État"},
		{"Tribunal judiciaire", "un tribunal judiciaire"}, {"Service départemental d’incendie", "un service départemental d’incendie"},
		{"Foncière de bureaux", "une foncière de bureaux"}, {"Établissement public foncier", "un établissement public foncier"},
	}
	anyone = append(append(append(append([]customer{}, towns...), landlords...), carers...), offices...)

	someCustomers = []string{
		"plusieurs mairies {de dept}", "deux bailleurs sociaux", "trois communes voisines", "des collèges {de dept}",
		"des copropriétés et des bailleurs", "des collectivités et des entreprises du secteur", "deux hôpitaux publics",
		"des établissements scolaires", "des services de l’État", "des écoles et des crèches municipales", "quatre communes {de dept}",
		"des EHPAD et des résidences autonomie", "des CCAS et des associations", "des entreprises de la zone d’activités",
		"une dizaine de collectivités", "des offices publics de l’habitat", "des administrations franciliennes", "des PME du secteur",
	}
)

// jobCustomers says who orders a job, by a word that it contains; the first that fits.
var jobCustomers = []struct {
	words     []string
	customers []customer
}{
	{[]string{"collège", "lycée"}, departments},
	{[]string{"logement", "cage", "résidence", "parties communes", "halls", "encombrants", "gardien", "quartier"}, landlords},
	{[]string{"lits", "résidents", "hospitalier", "médicalisé"}, carers},
	{[]string{
		"école", "scolaire", "classe", "crèche", "aînés", "vœux", "municipal", "vote", "propagande", "goûter", "médiathèque", "ville", "enfant",
		"habitants", "état civil", "cérémonie", "square", "gymnase", "berge", "massif", "passages piétons", "lavoir", "commun", "marché", "protocole", "arceaux", "urbain", "éclairage",
		"réseau", "trottoirs", "parking", "cour ", "spectacles", "ludothèque", "cinéma", "visites", "stages", "balades", "colis", "congressistes", "passerelle",
		"arbres", "jardin", "plants", "légumes", "concours", "téléservice", "site internet", "cimetière", "fête", "allées", "berceaux", "taxe",
	}, towns},
	{[]string{"agents", "bureaux", "postes", "administratif", "chantier", "métro", "sites"}, append(append([]customer{}, offices...), towns...)},
}

// customersOf lists who may have ordered a job.
func customersOf(job string) []customer {
	job = strings.ToLower(job)
	for _, c := range jobCustomers {
		for _, w := range c.words {
			if strings.Contains(job, w) {
				return c.customers
			}
		}
	}
	return anyone
}
