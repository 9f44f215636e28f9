package survey

func cleaning() Template {
	return Template{
		Code: "nettoyage", Label: "nettoyage de locaux",
		Sectors: []string{"nettoyage-locaux", "nettoyage-vitres", "nettoyage-specialise", "nettoyage-industriel", "nettoyage-facades-graffitis", "desinfection-nuisibles", "produits-entretien"},
		Questionnaire: Questionnaire{Questions: append([]Question{
			askStaff("Agents d’entretien, laveurs de vitres et encadrement de terrain, en équivalents temps plein."),
			{ID: "surface", Kind: Number, Unit: "m² par jour", Text: "Quelle surface de bureaux pouvez-vous entretenir chaque jour, en plus de vos contrats actuels ?"},
			askTerritory(),
			{ID: "locaux", Kind: Choices, Text: "Quels locaux entretenez-vous déjà ?", Options: []string{"Bureaux", "Écoles et crèches", "Équipements sportifs", "Locaux de santé", "Marchés et halles", "Parties communes d’immeubles", "Vitrerie en hauteur"}},
			{ID: "horaires", Kind: Choices, Text: "À quels horaires pouvez-vous intervenir ?", Options: []string{"En journée, en présence des agents", "Tôt le matin", "Le soir", "Le samedi", "Le dimanche et les jours fériés"}, Help: "Le travail en journée facilite les emplois à temps plein."},
			askTakeover(),
			askInclusion(), askInclusionShare(),
			{ID: "produits", Kind: Choices, Text: "Quels moyens de réduire l’empreinte du nettoyage employez-vous ?", Options: []string{"Produits écolabellisés", "Nettoyage à l’eau ou à la vapeur", "Microfibres lavables", "Matériel électrique récent", "Tri et suivi des déchets", "Formation aux bons dosages"}},
			askPrices("Comment vos prix de nettoyage se forment-ils : main-d’œuvre, produits, matériel, encadrement ?"),
		}, askRest([]string{"Par site", "Par secteur géographique", "Vitrerie à part", "Prestations ponctuelles à part"}, "Dites aussi le temps d’une visite des sites et de la reprise du personnel.")...)},
	}
}

func gardens() Template {
	return Template{
		Code: "espaces-verts", Label: "espaces verts",
		Sectors: []string{"entretien-espaces-verts", "amenagement-paysager", "elagage-abattage", "travaux-forestiers", "espaces-naturels", "eco-paturage", "jardins-partages", "horticulture-pepiniere"},
		Questionnaire: Questionnaire{Questions: append([]Question{
			askStaff("Jardiniers, élagueurs et encadrement, en équivalents temps plein ; précisez plus bas les renforts de saison."),
			{ID: "surface", Kind: Number, Unit: "hectares", Text: "Quelle surface pouvez-vous entretenir à l’année, en plus de vos contrats actuels ?"},
			{ID: "travaux", Kind: Choices, Required: true, Text: "Quels travaux faites-vous avec vos équipes ?", Options: []string{"Tonte et fauche", "Taille de haies et d’arbustes", "Désherbage sans produit", "Plantations et fleurissement", "Élagage et abattage", "Entretien de cimetières", "Écopâturage", "Arrosage et fontainerie"}},
			{ID: "materiel", Kind: Text, Text: "De quels engins et véhicules disposez-vous, et lesquels sont électriques ou à batterie ?"},
			askTerritory(),
			{ID: "saison", Kind: Text, Text: "Comment organisez-vous les pics de saison et les interventions urgentes, après une tempête par exemple ?"},
			askInclusion(), askInclusionShare(),
			{ID: "environnement", Kind: Choices, Text: "Quelles pratiques pouvez-vous garantir ?", Options: []string{"Zéro produit phytosanitaire", "Gestion différenciée", "Paillage et compostage sur place", "Broyage et valorisation des déchets verts", "Calendrier de taille respectant la nidification", "Plants locaux et pépinières proches", "Économie d’eau"}},
			askPrices("Comment vos prix se forment-ils : à la surface, à l’heure, au passage ? Qu’est-ce qui les fait varier ?"),
		}, askRest([]string{"Par secteur géographique", "Tonte et entretien courant à part", "Élagage à part", "Cimetières à part"}, "Dites à quelle saison un démarrage est tenable.")...)},
	}
}

func catering() Template {
	return Template{
		Code: "restauration", Label: "restauration et traiteur",
		Sectors: []string{"traiteur", "plateaux-repas", "restauration-collective", "portage-repas", "restaurant", "service-restauration", "boulangerie-patisserie", "plats-prepares", "conserverie-confiture", "paniers-gourmands"},
		Questionnaire: Questionnaire{Questions: append([]Question{
			{ID: "convives", Kind: Number, Unit: "convives", Required: true, Text: "Pour combien de convives pouvez-vous préparer et servir un même jour ?"},
			{ID: "minimum", Kind: Number, Unit: "convives", Text: "À partir de combien de convives acceptez-vous une commande ?"},
			{ID: "prestations", Kind: Choices, Required: true, Text: "Que proposez-vous ?", Options: []string{"Café et petits déjeuners d’accueil", "Plateaux-repas", "Buffet froid", "Buffet chaud", "Cocktail", "Repas servi à table", "Repas livrés en liaison froide", "Service en salle et débarrassage"}},
			askStaff("En cuisine, en livraison et en service."),
			askTerritory(),
			askLeadTime("Combien de jours avant la prestation la commande doit-elle être passée ?"),
			{ID: "regimes", Kind: Choices, Text: "Quels régimes pouvez-vous servir ?", Options: []string{"Végétarien", "Végétalien", "Sans gluten", "Sans porc", "Allergènes signalés pour chaque plat"}},
			{ID: "produits", Kind: Number, Unit: "%", Text: "Quelle part de vos achats, en valeur, est faite de produits durables et de qualité, dont le bio ?", Help: "Au sens de la loi EGAlim : labels, bio, commerce équitable…"},
			{ID: "environnement", Kind: Choices, Text: "Comment réduisez-vous les déchets et les trajets ?", Options: []string{"Vaisselle réutilisable lavée par nous", "Sans plastique à usage unique", "Dons ou reprise des restes", "Compostage des biodéchets", "Produits de saison et locaux", "Livraison à vélo ou en véhicule électrique"}},
			askInclusion(), askInclusionShare(),
			askPrices("Comment vos prix par convive se forment-ils : denrées, main-d’œuvre, livraison, vaisselle ?"),
		}, askLots("Petites prestations à part", "Grands événements à part", "Par type de prestation", "Par secteur géographique"), askClauses(), askVariants(), askDifficulties(), askTimetable("Dites aussi le temps de caler les menus et la première commande."), askLeaflet())},
	}
}

func printing() Template {
	return Template{
		Code: "reprographie", Label: "reprographie et impression",
		Sectors: []string{"reprographie", "imprimerie", "faconnage-reliure", "impression-grand-format", "objets-promotionnels", "numerisation", "mise-sous-pli", "distribution-documents", "graphisme"},
		Questionnaire: Questionnaire{Questions: append([]Question{
			{ID: "travaux", Kind: Choices, Required: true, Text: "Que produisez-vous dans vos ateliers ?", Options: []string{"Impression numérique", "Impression offset", "Grand format et bâches", "Signalétique", "Reliure et façonnage", "Mise sous pli et routage", "Numérisation", "Création graphique"}},
			{ID: "volume", Kind: Number, Unit: "pages A4 par mois", Text: "Quel volume pouvez-vous imprimer chaque mois, en plus de vos contrats actuels ?"},
			{ID: "materiel", Kind: Text, Text: "De quelles presses et machines de finition disposez-vous ?", Help: "Format le plus grand, noir ou couleur, reliures possibles."},
			askStaff("À la production et à la mise en page."),
			askLeadTime("Sous combien de jours livrez-vous un tirage courant, bon à tirer accepté ?"),
			{ID: "urgence", Kind: YesNo, Text: "Pouvez-vous livrer en 24 heures un tirage de moins de 500 exemplaires ?"},
			{ID: "commande", Kind: Choices, Text: "Comment vos clients commandent-ils ?", Options: []string{"Site de commande en ligne", "Courriel", "Dépôt de fichiers sécurisé", "Sur place"}},
			askTerritory(),
			{ID: "papier", Kind: Choices, Text: "Quelles garanties environnementales apportez-vous ?", Options: []string{"Papier recyclé", "Papier issu de forêts gérées durablement", "Encres végétales", "Label Imprim’Vert ou équivalent", "Reprise des consommables", "Livraison à vélo ou en véhicule électrique"}},
			{ID: "confidentialite", Kind: Text, Text: "Comment protégez-vous les documents sensibles et les données personnelles que vous imprimez ?"},
			askInclusion(), askInclusionShare(),
			askPrices("Comment vos prix se forment-ils : calage, papier, tirage, finition, livraison ?"),
		}, askLots("Impression courante", "Grand format et signalétique", "Routage et distribution", "Création graphique"), askClauses(), askDifficulties(), askTimetable("Dites aussi le temps d’ouvrir un site de commande ou un compte."), askLeaflet())},
	}
}

func moving() Template {
	return Template{
		Code: "demenagement", Label: "déménagement et transferts",
		Sectors: []string{"demenagement", "manutention", "entreposage-stockage", "transport-marchandises", "archivage"},
		Questionnaire: Questionnaire{Questions: append([]Question{
			askStaff("Déménageurs, chauffeurs, monteurs et chefs d’équipe, un même jour."),
			{ID: "volume", Kind: Number, Unit: "m³ par jour", Text: "Quel volume pouvez-vous déplacer par jour ?"},
			{ID: "postes", Kind: Number, Unit: "postes de travail", Text: "Combien de postes de travail transférez-vous en un week-end ?"},
			{ID: "moyens", Kind: Text, Text: "De quels véhicules et moyens de levage disposez-vous ?", Help: "Nombre, volume, vignette Crit’Air, monte-meubles, location éventuelle."},
			{ID: "prestations", Kind: Choices, Required: true, Text: "Que faites-vous avec vos équipes ?", Options: []string{"Transfert de bureaux", "Démontage et remontage de mobilier", "Œuvres et objets fragiles", "Coffres et charges lourdes", "Matériel informatique", "Archives", "Garde-meubles", "Tri et débarras"}},
			{ID: "horaires", Kind: Choices, Text: "Quand pouvez-vous intervenir ?", Options: []string{"En semaine, le jour", "Le soir et la nuit", "Le samedi", "Le dimanche et les jours fériés"}},
			askTerritory(),
			askLeadTime("Combien de jours d’avance vous faut-il pour un transfert de moins de vingt postes ?"),
			{ID: "environnement", Kind: Choices, Text: "Comment réduisez-vous l’empreinte d’un transfert ?", Options: []string{"Bacs réutilisables", "Réemploi du mobilier abandonné", "Don à des associations", "Véhicules électriques ou au gaz", "Suivi des déchets jusqu’à la filière"}},
			askInclusion(), askInclusionShare(),
			askPrices("Comment vos prix se forment-ils : au volume, à la journée d’équipe, au poste ?"),
		}, askLots("Transferts de bureaux", "Manutention courante", "Garde-meubles", "Débarras et réemploi"), askClauses(), askDifficulties(), askTimetable("Dites les périodes où vos équipes sont déjà prises."), askLeaflet())},
	}
}

func vehicles() Template {
	return Template{
		Code: "location-vehicules", Label: "location de véhicules",
		Sectors: []string{"vente-vehicules", "garage-automobile", "transport-personnes", "transport-adapte", "reparation-velos", "autoecole-mobilite-inclusive"},
		Questionnaire: Questionnaire{Questions: []Question{
			{ID: "vehicules", Kind: Choices, Required: true, Text: "Quels véhicules louez-vous ?", Options: []string{"Citadines", "Berlines et familiales", "Utilitaires légers", "Bennes et plateaux", "Minibus", "Véhicules adaptés aux fauteuils roulants", "Vélos et vélos-cargos", "Avec conducteur"}},
			{ID: "parc", Kind: Number, Unit: "véhicules", Text: "Combien de véhicules pouvez-vous mettre à disposition en même temps ?"},
			{ID: "durees", Kind: Choices, Text: "Pour quelles durées ?", Options: []string{"À l’heure ou à la journée", "À la semaine", "De un à onze mois", "De un à trois ans", "Plus de trois ans"}},
			{ID: "energie", Kind: Number, Unit: "%", Text: "Quelle part de votre parc est électrique, hybride rechargeable ou à hydrogène ?"},
			{ID: "recharge", Kind: Text, Text: "Que faut-il chez nous pour recharger ou garer les véhicules, et que pouvez-vous fournir ?"},
			askLeadTime("Sous combien de jours livrez-vous un véhicule après la commande ?"),
			{ID: "remplacement", Kind: Number, Unit: "heures", Text: "Sous combien d’heures remplacez-vous un véhicule en panne ?"},
			{ID: "services", Kind: Choices, Text: "Que comprend la location ?", Options: []string{"Entretien", "Pneumatiques", "Assurance", "Assistance", "Carte de recharge ou de carburant", "Suivi des kilomètres", "Gestion des amendes"}},
			askTerritory(),
			askInclusion(), askInclusionHours(),
			{ID: "reemploi", Kind: YesNo, Text: "Pouvez-vous louer des véhicules d’occasion ou reconditionnés ?"},
			askPrices("Comment vos loyers se forment-ils : durée, kilomètres, entretien, assurance, valeur de reprise ?"),
			askLots("Courte durée", "Longue durée", "Utilitaires à part", "Vélos à part", "Transport avec conducteur à part"),
			askClauses(), askDifficulties(),
			askTimetable("Dites le délai d’usine que vous constatez aujourd’hui."), askLeaflet(),
		}},
	}
}

func reuse() Template {
	return Template{
		Code: "collecte-reemploi", Label: "collecte et réemploi",
		Sectors: []string{"collecte-dechets", "ressourcerie", "deee", "recyclage", "recyclage-textile", "biodechets", "dechets-chantier", "reparation-objets", "renovation-mobilier", "materiel-reconditionne", "encombrants"},
		Questionnaire: Questionnaire{Questions: append([]Question{
			{ID: "matieres", Kind: Choices, Required: true, Text: "Que collectez-vous ou remettez-vous en état ?", Options: []string{"Papier et carton", "Mobilier", "Équipements électriques et électroniques", "Textiles", "Biodéchets", "Encombrants", "Matériaux de chantier", "Vélos", "Livres et jouets"}},
			{ID: "tonnage", Kind: Number, Unit: "tonnes par an", Text: "Quel tonnage pouvez-vous prendre en plus de vos contrats actuels ?"},
			askStaff("À la collecte, au tri, à l’atelier et à la vente."),
			{ID: "moyens", Kind: Text, Text: "De quels véhicules, locaux et équipements disposez-vous ?", Help: "Surface de stockage et d’atelier, bacs fournis, véhicules et leur énergie."},
			askTerritory(),
			{ID: "frequence", Kind: Choices, Text: "À quelle fréquence pouvez-vous passer ?", Options: []string{"Plusieurs fois par semaine", "Chaque semaine", "Deux fois par mois", "Chaque mois", "À la demande"}},
			askLeadTime("Sous combien de jours venez-vous pour un enlèvement à la demande ?"),
			{ID: "taux", Kind: Number, Unit: "%", Text: "Quelle part de ce que vous collectez est réemployée, hors recyclage ?", Help: "En poids, sur la dernière année connue."},
			{ID: "tracabilite", Kind: Text, Text: "Comment suivez-vous ce qui est collecté jusqu’à sa destination, et que pouvez-vous nous en dire ?", Help: "Pesées, bordereaux, bilan annuel, effacement certifié des données."},
			{ID: "autorisations", Kind: Text, Text: "Quelles déclarations ou autorisations avez-vous pour ces activités ?", Help: "Transport de déchets, installation classée, convention avec un éco-organisme…"},
			askInclusion(), askInclusionShare(),
			askPrices("Comment vos prix se forment-ils, et que rapportent la revente ou les soutiens des éco-organismes ?"),
		}, askLots("Par matière", "Par secteur géographique", "Collecte et traitement à part", "Réemploi à part"), askClauses(), askDifficulties(), askTimetable("Dites aussi le temps de fournir et de placer les contenants."), askLeaflet())},
	}
}

func general() Template {
	return Template{
		Code: General, Label: "tout achat",
		Questionnaire: Questionnaire{Title: "Questionnaire de sourçage", Questions: append([]Question{
			{ID: "activite", Kind: Text, Required: true, Text: "Que savez-vous faire qui réponde au besoin que nous décrivons ?", Help: "En quelques lignes, avec vos mots."},
			askStaff("Encadrement compris, en équivalents temps plein."),
			{ID: "materiel", Kind: Text, Text: "De quels locaux, machines et véhicules disposez-vous pour cette activité ?"},
			askTerritory(),
			askLeadTime("Sous combien de jours livrez-vous ou intervenez-vous après une commande ?"),
			askReferences(),
			askInclusion(), askInclusionShare(),
			{ID: "environnement", Kind: Text, Text: "Comment réduisez-vous l’effet de cette activité sur l’environnement ?", Help: "Matières, énergie, trajets, déchets, labels : ce que vous pouvez prouver."},
			askPrices("Comment vos prix se forment-ils, et qu’est-ce qui les fait varier ?"),
		}, askRest([]string{"Par prestation", "Par secteur géographique", "Par site"}, "Dites aussi les périodes à éviter.")...)},
	}
}
