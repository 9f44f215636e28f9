package demo

// Customers that a sheet may name: kinds of buyers, never a real one.
var (
	oneCustomer = []string{
		"une mairie {de dept}", "un bailleur social du secteur", "un centre hospitalier {de dept}", "un établissement public territorial",
		"un syndicat intercommunal", "un collège {de dept}", "un lycée professionnel voisin", "une université francilienne",
		"un CCAS {de dept}", "une caisse de sécurité sociale", "un conservatoire de musique", "un service départemental d’incendie",
		"une direction régionale de l’État", "un EHPAD public", "une régie de transports", "un opérateur de logements étudiants",
		"un promoteur local", "une foncière de bureaux", "un musée public", "un groupement hospitalier de territoire",
		"un aménageur public", "une société d’économie mixte", "un rectorat", "une médiathèque intercommunale", "un tribunal judiciaire",
		"un foyer de jeunes travailleurs", "un parc départemental", "une agence de l’État", "un théâtre municipal", "une crèche associative",
	}
	someCustomers = []string{
		"plusieurs mairies {de dept}", "deux bailleurs sociaux", "trois communes voisines", "des collèges {de dept}",
		"des copropriétés et des bailleurs", "des collectivités et des entreprises du secteur", "deux hôpitaux publics",
		"des établissements scolaires", "des services de l’État", "des écoles et des crèches municipales", "quatre communes {de dept}",
		"des EHPAD et des résidences autonomie", "des CCAS et des associations", "des entreprises de la zone d’activités",
		"une dizaine de collectivités", "des offices publics de l’habitat", "des administrations franciliennes", "des PME du secteur",
	}
	// references are the lines of « références » of a sheet; what was done comes from the pack.
	references = []string{
		"Mairie {de dept}", "Bailleur social, {v 200..3000} logements", "Établissement public territorial", "Conseil départemental",
		"Centre hospitalier {de dept}", "Syndicat intercommunal", "Lycée public {de dept}", "Collège {de dept}", "Office public de l’habitat",
		"CCAS d’une commune voisine", "Université francilienne", "Caisse de sécurité sociale", "EHPAD public, {40..120} lits", "Rectorat",
		"Musée public", "Régie de transports", "Aménageur public", "Société d’économie mixte", "Groupement hospitalier de territoire",
		"Foncière de bureaux", "Promoteur immobilier local", "Direction régionale de l’État", "Communauté d’agglomération", "Théâtre municipal",
	}
)
