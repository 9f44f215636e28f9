package demo

import (
	"slices"
	"strings"

	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// describe writes two to four sentences: who, with what, how, for whom.
func (f *draft) describe() string {
	parts := []string{f.who()}
	if means := fitting(f.pack.means, f.card.sector.Code); len(means) > 0 {
		parts = append(parts, pick(f.d, means))
	}
	if f.d.chance(0.6) && len(f.card.profile.kinds) > 0 {
		parts = append(parts, pick(f.d, howWorks[f.whoForm()]))
	}
	if f.d.chance(0.7) || len(parts) < 3 {
		closing := f.card.sector.Group
		if f.card.profile.many {
			closing = employmentGroup
		}
		parts = append(parts, pick(f.d, fitting(forWhom, closing)))
	}
	return f.sentences(parts)
}

// who avoids « l’association est une association »: the first noun of the name
// is not said again.
func (f *draft) who() string {
	list := whoAre[f.whoForm()]
	noun, _, _ := strings.Cut(strings.ToLower(f.text.name), " ")
	noun = strings.TrimPrefix(noun, "l’")
	if noun == "la" || noun == "le" {
		noun, _, _ = strings.Cut(strings.ToLower(f.text.name[len("la "):]), " ")
	}
	phrase := pick(f.d, list)
	for range 8 {
		if !strings.Contains(strings.ToLower(phrase), noun) {
			break
		}
		phrase = pick(f.d, list)
	}
	return phrase
}

func (f *draft) sentences(parts []string) string {
	for i, p := range parts {
		parts[i] = sentence(f.text.expand(p))
	}
	return typo(elisions.Replace(strings.Join(parts, " ")))
}

// elisions puts right what a slot leaves after « de ».
var elisions = strings.NewReplacer(" de un ", " d’un ", " de une ", " d’une ")

func (f *draft) whoForm() string {
	switch p := f.card.profile; {
	case p.regie:
		return "regie"
	case p.code == "ea-eatt":
		return "eatt"
	case p.code == "tpe" && f.head <= 2:
		return "solo"
	default:
		return p.code
	}
}

// offer says in the structure's words what it sells in a sector: what, then
// with which capacity.
func (f *draft) offer(p *pack, s taxonomy.Sector) string {
	text := *f.text
	text.worker = p.worker
	if f.rows > 1 {
		text.head = max(2, f.head/f.rows)
	}
	what := lowerFirst(s.Label)
	if list := p.offers[s.Code]; len(list) > 0 {
		what = pick(f.d, list)
	}
	if f.card.profile.many {
		if list := p.offers[s.Code]; len(list) > 0 {
			what = list[0] // the plain list of tasks
		}
		return typo(sentence(text.expand(what)) + " " + sentence(text.expand(pick(f.d, sentOut))))
	}
	if able := fitting(p.able, s.Code); len(able) > 0 && f.d.chance(0.88) {
		what = strings.TrimSuffix(what, ".") + pick(f.d, []string{" ; ", " ; ", ". "}) + "\x00" + pick(f.d, able)
	}
	what = text.expand(what)
	before, after, ok := strings.Cut(what, "\x00")
	if ok && strings.HasSuffix(before, ". ") {
		after = capital(after)
	}
	return typo(sentence(before + after))
}

// references names kinds of customers with what was done for them.
func (f *draft) references() {
	if f.d.chance(0.3) {
		return
	}
	jobs := slices.DeleteFunc(slices.Clone(f.text.jobs), func(job string) bool { return job == f.text.told })
	jobs = pickSome(f.d, jobs, f.d.between(1, 3))
	for _, job := range jobs {
		year := f.g.opts.Today.Time().Year() - f.d.between(0, 3)
		who := pick(f.d, customersOf(job)).line
		line := f.text.expand(who) + " : " + lowerFirst(f.text.expand(job)) + " (" + itoa(year) + ")"
		f.References = append(f.References, typo(capital(line)))
	}
}

// slug is what a name looks like in an address.
func slug(name string) string { return strings.ReplaceAll(territory.Fold(name), " ", "-") }

// whoAre opens a description, by profile code.
var whoAre = map[string][]string{
	"esat": {
		"{nom} accompagne {effectif} travailleurs en situation de handicap dans {n 3..6} ateliers, dont l’un est consacré à {métier}",
		"établissement d’accompagnement par le travail ouvert en {année}, {nom} réunit {effectif} travailleurs et {n 6..12} moniteurs autour de {métier}",
		"{effectif} personnes en situation de handicap, {v 5..26} moniteurs d’atelier et un métier appris sur le terrain : {nom} vit de {métier}",
		"notre ESAT, installé {à ville}, propose aux collectivités et aux entreprises {dans dept} un savoir-faire reconnu dans {métier}",
		"depuis {année}, {nom} met {métier} au cœur de son projet : {effectif} travailleurs, des moniteurs diplômés, un parcours pour chacun",
		"{nom} compte {effectif} places et {n 3..7} ateliers, dont le plus important est tourné vers {métier}",
		"{n 3..6} ateliers, {effectif} travailleurs, un même soin : {nom} s’est spécialisé dans {métier}",
		"{à ville} depuis {année}, {nom} accueille {effectif} travailleurs en situation de handicap et leur confie de vraies commandes, surtout dans {métier}",
	},
	"ea": {
		"entreprise adaptée de {effectif} salariés, dont {56..82} % en situation de handicap, {nom} a fait de {métier} son métier",
		"{nom} emploie {effectif} personnes {à ville} dans {métier} ; plus de {n 5..7} sur dix ont une reconnaissance de travailleur handicapé",
		"créée en {année}, {nom} est une entreprise adaptée tournée vers {métier}, avec un bureau d’études qui adapte chaque poste",
		"nous sommes une entreprise adaptée : {effectif} salariés en CDI ou en CDD Tremplin, et un seul métier, {métier}",
		"{nom} prouve depuis {année} que {métier} et l’emploi durable des personnes handicapées vont ensemble",
	},
	"eatt": {
		"{nom} délègue des intérimaires en situation de handicap auprès des collectivités et des entreprises {de dept}",
		"entreprise adaptée de travail temporaire, {nom} suit {effectif} intérimaires reconnus travailleurs handicapés et prépare chaque mission avec le chef d’équipe",
		"nos {effectif} intérimaires sont formés, suivis sur le poste et remplacés dans la journée en cas d’absence ; toutes et tous sont reconnus travailleurs handicapés",
	},
	"ei": {
		"{nom} est une entreprise d’insertion de {effectif} salariés, spécialisée dans {métier}",
		"entreprise d’insertion créée en {année} {à ville}, {nom} forme ses salariés à {métier} et les accompagne vers un emploi durable",
		"{effectif} personnes recrutées sans CV apprennent {métier} auprès de chefs d’équipe expérimentés : c’est notre pari",
		"nous recrutons des personnes éloignées de l’emploi et les formons à {métier} : {effectif} salariés, dont les deux tiers en parcours",
		"depuis {année}, {nom} concilie qualité professionnelle et insertion ; {métier} représente l’essentiel de son chiffre d’affaires",
		"{nom} intervient {à ville} et dans les communes voisines avec {effectif} salariés en contrat d’insertion et leurs chefs d’équipe, dans {métier}",
		"à chaque commande, une embauche possible : {nom} fait de {métier} un passage vers l’emploi pour {effectif} salariés",
		"entreprise d’insertion et entreprise tout court, {nom} exerce depuis {année} dans {métier}",
		"{effectif} salariés, dont deux tiers en parcours d’insertion, et des encadrants venus de l’entreprise : {nom} s’est fait un nom dans {métier}",
		"installés {à ville}, nous formons en {12..24} mois aux gestes du métier ; le nôtre est {métier}",
	},
	"ei-etti": {
		"{nom} réunit sous un même toit une entreprise d’insertion et une agence d’intérim d’insertion, toutes deux tournées vers {métier}",
		"groupe d’insertion né en {année}, {nom} réalise des chantiers et délègue du personnel dans {métier} : {effectif} salariés par mois",
	},
	"aci": {
		"{nom} porte un atelier et chantier d’insertion de {effectif} salariés consacré à {métier}",
		"notre chantier d’insertion accueille chaque année {v 20..120} personnes {de ville} et des alentours ; le support de travail est {métier}",
		"association créée en {année}, {nom} fait de {métier} un tremplin pour des habitants qui reprennent une activité",
		"{effectif} salariés en contrat d’insertion, {n 2..4} encadrants techniques et une conseillère sociale : voilà {nom}, dont le quotidien est {métier}",
		"d’abord simple initiative d’habitants {de ville}, {nom} propose aujourd’hui aux collectivités un savoir-faire dans {métier}",
	},
	"aci-ai": {
		"{nom} réunit un chantier d’insertion consacré à {métier} et une association intermédiaire qui met du personnel à disposition",
		"deux agréments, une même équipe : {nom} mène des chantiers dans {métier} et met à disposition {effectif} salariés par mois",
		"chantier d’insertion le matin, mise à disposition l’après-midi : {nom} emploie {effectif} personnes, avec {métier} pour support",
		"depuis {année}, {nom} répond aux communes {de dept} de deux façons, en chantier d’insertion ou en renfort d’équipes",
	},
	"ai": {
		"{nom} met à disposition des collectivités, des associations et des particuliers des personnes en recherche d’emploi, à l’heure ou au mois",
		"association intermédiaire depuis {année}, {nom} remplace un agent absent sous 24 h et suit chaque salarié sur le terrain",
		"nos {effectif} salariés interviennent en remplacement ou en renfort {à ville} et dans les communes proches ; nous prenons en charge contrat, paie et suivi",
		"{nom} est l’interlocuteur de proximité des mairies et des bailleurs {de dept} pour un renfort rapide et suivi",
	},
	"etti": {
		"{nom} est une agence d’intérim d’insertion : {effectif} intérimaires délégués chaque mois, chacun suivi par un chargé d’accompagnement",
		"agence d’intérim d’insertion installée {à ville} depuis {année}, {nom} répond aux clauses sociales des marchés de travaux et de services",
		"du manœuvre à l’agent de service, {nom} délègue des intérimaires en parcours et rend compte des heures d’insertion chaque mois",
	},
	"eiti": {
		"{nom} accompagne {effectif} travailleurs indépendants éloignés de l’emploi et leur apporte des clients, surtout dans {métier}",
		"plateforme d’insertion par le travail indépendant, {nom} regroupe commandes, facturation et contrôle qualité pour {effectif} indépendants spécialisés dans {métier}",
		"un seul interlocuteur, {effectif} indépendants accompagnés : {nom} organise leurs missions dans {métier} et veille à la qualité",
	},
	"geiq": {
		"{nom} recrute et forme en alternance des salariés qu’il met à disposition de ses {12..45} entreprises adhérentes",
		"groupement d’employeurs labellisé, {nom} construit des parcours de 6 à 24 mois et met {effectif} salariés à disposition d’entreprises attributaires de marchés",
		"créé en {année} par des entreprises {de dept}, {nom} répond aux clauses d’insertion par des contrats de professionnalisation et d’apprentissage",
	},
	"sep": {
		"{nom} organise la production en établissement pénitentiaire de {effectif} opérateurs, dans {métier}",
		"concessionnaire d’ateliers en détention, {nom} confie à {effectif} personnes détenues une production soignée dans {métier}, sous contrôle permanent",
		"{nom} fabrique et conditionne en détention : un contrat d’emploi pénitentiaire, une formation au poste et une sortie préparée",
	},
	"regie": {
		"portée par des habitants, la ville et les bailleurs, {nom} entretient le quartier et y crée de l’emploi : {effectif} salariés, presque tous du quartier",
		"{nom} fait travailler les habitants {de ville} à l’entretien de leur cadre de vie : {métier}, petits travaux, médiation",
		"{nom} est née en {année} d’un accord entre la ville, les bailleurs et les habitants ; elle assure aujourd’hui {métier}",
		"au pied des immeubles {de ville}, {effectif} salariés du quartier assurent {métier} avec {nom}",
		"régie de quartier depuis {année}, {nom} mêle emploi local, lien social et services de proximité, avec {métier} pour premier métier",
		"{effectif} salariés recrutés dans le quartier assurent {métier} et animent la vie collective avec les habitants bénévoles : c’est le projet de {nom}",
	},
	"asso": {
		"{nom} est une association {de ville} qui travaille dans {métier} depuis {année}",
		"association à but non lucratif, {nom} rassemble {effectif} salariés et une trentaine de bénévoles autour de {métier}",
		"nous faisons de {métier} un service utile à tous : {effectif} salariés, un ancrage local {à ville}, des tarifs adaptés aux associations",
		"née en {année} à l’initiative d’habitants, {nom} propose aux collectivités un savoir-faire dans {métier} et des actions pour le public",
	},
	"coop": {
		"{nom} est une coopérative de {effectif} salariés, presque tous associés, spécialisée dans {métier}",
		"coopérative fondée en {année} {à ville}, {nom} décide de ses investissements en assemblée et vit de {métier}",
		"ici, celles et ceux qui travaillent dans {métier} sont aussi propriétaires de leur outil de travail",
		"société coopérative {de dept}, {nom} réinvestit la moitié de ses bénéfices dans la formation et le matériel",
	},
	"scess": {
		"société commerciale de l’économie sociale et solidaire, {nom} exerce dans {métier} avec {effectif} salariés",
		"{nom} a choisi en {année} d’inscrire son utilité sociale dans ses statuts ; son métier : {métier}",
		"nous pratiquons {métier} autrement : bénéfices encadrés, échelle de salaires resserrée, fournisseurs locaux",
	},
	"fond": {
		"{nom} gère des établissements et des services {dans dept} et ouvre aux collectivités son savoir-faire dans {métier}",
		"fondation reconnue d’utilité publique, {nom} emploie {effectif} personnes et développe {métier} au service de l’intérêt général",
	},
	"mut": {
		"{nom} est une mutuelle de proximité qui développe, à côté de la complémentaire santé, des services dans {métier}",
		"gérée par ses adhérents, {nom} emploie {effectif} personnes {dans dept} et met au service des employeurs publics son expérience dans {métier}",
	},
	"solo": {
		"artisan installé {à ville} depuis {année}, {nom} se consacre à {métier}",
		"petite entreprise {de ville}, {nom} travaille dans {métier} : un seul interlocuteur, du devis à la réception",
		"très petite entreprise {de ville}, {nom} a choisi un seul métier, {métier} ; on y parle directement à celle ou celui qui fait le travail",
	},
	"tpe": {
		"{nom} est une entreprise artisanale de {effectif} personnes, spécialisée dans {métier}",
		"entreprise familiale {de ville} créée en {année}, {nom} travaille dans {métier} pour des clients publics et privés",
		"nous sommes {effectif} {à ville}, tous du métier : {métier}, rien d’autre",
		"{nom} intervient dans un rayon court autour {de ville} ; {métier} représente l’essentiel de ses commandes",
	},
	"pme": {
		"PME de {effectif} salariés fondée en {année}, {nom} est spécialisée dans {métier}",
		"{nom} emploie {effectif} personnes {à ville} et réalise la moitié de son activité avec des acheteurs publics, dans {métier}",
		"{à ville} depuis {année}, {nom} a bâti sa réputation sur {métier}",
		"entreprise indépendante de {effectif} salariés, {nom} réunit bureau d’études, ateliers et équipes de terrain autour de {métier}",
	},
	"eti": {
		"{nom} compte {effectif} salariés et {n 4..14} agences ; celle {de ville} est tournée vers {métier}",
		"entreprise de taille intermédiaire, {nom} exerce depuis {année} dans {métier} et répond seule ou en groupement",
	},
	"ge": {
		"{nom} intervient dans toutes les régions ; son agence {de ville} assure {métier} pour les acheteurs franciliens et leurs établissements",
		"groupe national de {effectif} salariés, {nom} dispose {à ville} d’une agence consacrée à {métier}",
	},
}

// howWorks says how people are accompanied, by profile code.
var howWorks = map[string][]string{
	"esat": {
		"chaque équipe travaille avec un moniteur présent toute la journée, interlocuteur unique du client",
		"les rythmes et les postes sont adaptés, les délais annoncés sont tenus",
		"nos prestations ouvrent droit à la déduction de la contribution handicap du client",
		"les travailleurs passent la reconnaissance des acquis de l’expérience dans leur métier",
	},
	"ea": {
		"les postes sont adaptés et les délais sont ceux de toute entreprise",
		"une référente handicap suit chaque salarié, et un chef d’exploitation suit chaque client",
		"nos factures donnent droit à la déduction sur la contribution handicap",
		"{v 3..15} salariés ont rejoint un autre employeur au cours des deux dernières années",
	},
	"eatt": {"un accompagnement de {12..24} mois prépare le passage chez un autre employeur", "visite de poste avant chaque mission, bilan en fin de mois"},
	"ei": {
		"un accompagnateur socioprofessionnel suit chaque parcours, d’une durée moyenne de {11..19} mois",
		"{54..78} % des salariés sortis l’an dernier ont trouvé un emploi ou une formation",
		"l’encadrement vient du métier, et chaque salarié prépare une certification",
		"nous remettons chaque trimestre un bilan des heures d’insertion réalisées",
	},
	"ei-etti": {"les parcours passent de l’un à l’autre selon les progrès de chacun", "un relevé mensuel des heures d’insertion est remis à l’acheteur"},
	"aci": {
		"chaque salarié travaille 26 heures par semaine et consacre une demi-journée à son projet",
		"les commandes sont préparées avec le client pour que le chantier reste formateur",
		"{48..72} % des salariés ont trouvé une suite positive l’an dernier",
		"le planning est convenu au mois, avec un encadrant présent sur place",
	},
	"aci-ai": {"l’acheteur garde un seul interlocuteur pour les deux activités", "les salariés passent du chantier à la mise à disposition quand ils sont prêts"},
	"ai":     {"facturation à l’heure, sans engagement de durée", "une permanence téléphonique est ouverte dès 7 h 30 pour les remplacements", "chaque mission commence par une visite du poste"},
	"etti":   {"les relevés d’heures d’insertion sont transmis au facilitateur chaque mois", "un suivi sur site a lieu la première semaine, puis chaque mois", "habilitations, CACES et équipements de protection sont à notre charge"},
	"eiti":   {"chaque indépendant est assuré, équipé et suivi par une conseillère", "la plateforme garantit le remplacement en cas d’absence"},
	"geiq":   {"{70..92} % des parcours ont abouti à une qualification l’an dernier", "un double tutorat, dans l’entreprise et au groupement, sécurise chaque contrat"},
	"sep":    {"les séries sont contrôlées à chaque poste et livrées sur palette filmée", "un responsable d’atelier est présent en continu et joignable par le client"},
	"regie":  {"les habitants siègent au conseil d’administration et choisissent les actions de l’année", "nos équipes connaissent chaque hall et chaque allée du quartier", "l’insertion se fait dans le quartier : {n 6..15} embauches l’an dernier"},
}

// onSite and inWorkshop are the groups whose work is done at the customer's, or
// in a workshop that can be visited.
const (
	onSite     = "proprete espaces-verts second-oeuvre gros-oeuvre travaux-publics maintenance logistique securite"
	inWorkshop = "linge alimentation agriculture ateliers documents industrie mobilier textile informatique fournitures"
)

// forWhom closes a description; some suit only the trades named.
var forWhom = []phrase{
	{text: "nous travaillons notamment pour {client}, ainsi que pour {clients}"},
	{text: "parmi nos clients : {client}, {clients}"},
	{text: "{client} nous renouvelle sa confiance depuis {n 3..9} ans"},
	{text: "dernière réalisation : {chantier}"},
	{text: "récemment, {chantier}"},
	{text: "exemple de commande : {chantier}"},
	{text: "nous avons mené à bien {n 3..9} marchés publics en deux ans, dont l’un pour {client}"},
	{text: "un interlocuteur unique suit la commande, du premier appel au bilan annuel"},
	{text: "{clients} font appel à nous chaque année"},
	{text: "habitués des marchés publics, nous déposons offres et factures par voie dématérialisée"},
	{text: "nous répondons seuls aux petits lots et en groupement aux plus grands"},
	{text: "une enquête annuelle auprès de nos clients fixe nos priorités ; {client} y participe depuis le début"},
	{text: "nous intervenons surtout {à ville} et dans un rayon de {5..15} km, et plus loin sur devis"},
	{"dernière réalisation : {chantier}", onSite + " " + inWorkshop},
	{"devis sous {n 2..6} jours ouvrés, visite gratuite {à ville} et alentour", onSite},
	{"nous avons l’habitude de travailler en site occupé, par exemple pour {client}", onSite},
	{"pour {client}, nous tenons un planning hebdomadaire partagé", onSite},
	{"nos prix comprennent le déplacement {dans dept}", onSite},
	{"les petites commandes sont les bienvenues, et nous savons dire quand un besoin nous dépasse", inWorkshop},
	{"un essai gratuit ou une visite d’atelier permet de juger sur pièces", inWorkshop},
	{"nous acceptons les bons de commande à partir de {80|100|150|200} €", inWorkshop},
	{"retrait sur place {à ville} ou livraison, au choix du client", inWorkshop},
}

// sentOut says how people are put at the customer's disposal.
var sentOut = []string{
	"personnel mis à disposition à l’heure, à la journée ou au mois",
	"délégation de {2..4} à {6..18} personnes, suivies sur le poste",
	"renfort et remplacement sous {24|48|72} h",
	"personnel formé, équipé et encadré ; relevé d’heures d’insertion chaque mois",
	"salariés qualifiés ou en cours de qualification, contrats de {n 2..6} semaines à {n 7..16} mois",
	"un remplaçant est proposé dans la journée",
	"sélection, équipement et suivi compris dans le tarif horaire",
}
