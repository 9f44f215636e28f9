package survey

// secrecy is why what a supplier says of its prices is not communicated.
const secrecy = "Secret des affaires : la façon dont une entreprise construit ses prix ne se communique pas à ses concurrents."

// What most templates ask alike. Each call gives a question of its own.

func askStaff(help string) Question {
	return Question{ID: "effectif", Kind: Number, Unit: "personnes", Required: true, Text: "Combien de personnes pouvez-vous affecter à cette activité ?", Help: help}
}

func askTerritory() Question {
	return Question{ID: "territoire", Kind: Text, Required: true, Text: "Sur quelles communes intervenez-vous aujourd’hui, et jusqu’où pourriez-vous aller ?", Help: "Citez les communes, les départements, ou une distance autour de votre établissement."}
}

func askLeadTime(text string) Question {
	return Question{ID: "delai", Kind: Number, Unit: "jours", Text: text, Help: "Un délai que vous tenez d’ordinaire, et non le plus court."}
}

func askReferences() Question {
	return Question{ID: "references", Kind: Text, Text: "Quelles prestations comparables avez-vous réalisées ces trois dernières années ?", Help: "Trois suffisent : le client, la nature et l’ordre de grandeur. Une structure récente peut dire ce que ses équipes ont fait ailleurs."}
}

func askInclusion() Question {
	return Question{ID: "insertion", Kind: Choices, Text: "Quelles personnes éloignées de l’emploi ou en situation de handicap travaillent dans cette activité ?", Options: []string{
		"Salariés en parcours d’insertion", "Travailleurs handicapés en entreprise adaptée", "Travailleurs accompagnés en ESAT", "Personnes détenues", "Aucune, mais nous coopérons avec une structure", "Aucune",
	}, Help: "Le code de la commande publique permet de réserver un lot aux structures d’insertion ou du handicap : votre réponse dit si c’est possible."}
}

func askInclusionShare() Question {
	return Question{ID: "part-insertion", Kind: Number, Unit: "%", Text: "Quelle part des heures de cette activité ces personnes font-elles ?", Help: "Une estimation suffit."}
}

func askInclusionHours() Question {
	return Question{ID: "clause-insertion", Kind: Text, Text: "Quelle clause d’insertion pourriez-vous tenir, et avec quelles structures ?", Help: "En heures par an ou en part des heures du marché ; par embauche, mise à disposition ou sous-traitance."}
}

func askPrices(text string) Question {
	return Question{ID: "prix", Kind: Text, Confidential: true, Rationale: secrecy, Text: text, Help: "Dites comment vos prix se forment et ce qui les fait varier. Nous ne demandons pas d’offre."}
}

func askDifficulties() Question {
	return Question{ID: "difficultes", Kind: Text, Text: "Qu’est-ce qui vous a fait renoncer à des consultations comparables, ou vous a gêné dans leur exécution ?", Help: "Pièces demandées, délais, pénalités, taille des lots, modalités de paiement…"}
}

func askLots(options ...string) Question {
	return Question{ID: "allotissement", Kind: Choices, Text: "Quel découpage en lots vous permettrait de répondre ?", Options: append(options, "Un lot unique", "Peu importe")}
}

func askSize() Question {
	return Question{ID: "taille-lot", Kind: Text, Text: "Quelle est la taille de lot que vous tenez seul, et au-delà de laquelle vous répondriez à plusieurs ?", Help: "En quantité, en surface ou en montant annuel. Dites aussi si un groupement vous intéresse."}
}

func askClauses() Question {
	return Question{ID: "clauses", Kind: Text, Text: "Quelles exigences du cahier des charges sont inutiles, coûteuses ou impossibles à tenir ?", Help: "Certificats, fréquences, pénalités, assurances, reprise de matériel…"}
}

func askVariants() Question {
	return Question{ID: "variantes", Kind: Text, Text: "Quelle autre façon de rendre le service proposeriez-vous si les variantes étaient ouvertes ?", Help: "Dites ce qu’elle apporterait : qualité, coût, environnement, emploi."}
}

func askAdvance() Question {
	return Question{ID: "avance", Kind: Choice, Text: "Une avance vous est-elle nécessaire pour démarrer ?", Options: []string{"Oui, sans elle nous ne pouvons pas répondre", "Elle aiderait", "Non"}}
}

func askTimetable(help string) Question {
	return Question{ID: "calendrier", Kind: Text, Text: "De combien de temps avez-vous besoin pour préparer une offre, puis pour démarrer après la notification ?", Help: help}
}

func askLeaflet() Question {
	return Question{ID: "documents", Kind: File, Text: "Joignez une présentation de votre structure ou de vos équipements.", Help: "Facultatif. N’envoyez ni devis, ni offre de prix."}
}

func askTakeover() Question {
	return Question{ID: "reprise", Kind: YesNo, Text: "Êtes-vous organisé pour reprendre le personnel du titulaire sortant, si la convention collective y oblige ?"}
}

// askRest are the questions on how the contract is drawn up, which end every template.
func askRest(lots []string, timetable string) []Question {
	return []Question{askLots(lots...), askSize(), askClauses(), askVariants(), askDifficulties(), askAdvance(), askTimetable(timetable), askLeaflet()}
}
