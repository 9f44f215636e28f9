package demo

import (
	"slices"

	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
)

// What is asked and said in the sourçages of the demonstration: made up, on what the
// home organisation has sourced (its yearly report names neither who nor what was said).

const agenda = "1. Votre structure et vos moyens\n2. Le besoin, tel que nous le décrivons aujourd’hui\n3. Ce qui vous empêcherait de répondre\n4. Vos questions"

// homeSourcings are those of the home organisation.
var homeSourcings = []*sourced{cleaningSourcing(), movingSourcing()}

func cleaningSourcing() *sourced {
	return &sourced{
		purchase: "nettoyage-nord", lots: []int{0, 1}, sector: "nettoyage-locaux", template: "nettoyage", opening: 12, contacted: 8,
		title:   "Nettoyage des bâtiments, lots Nord et Sud",
		purpose: "Savoir quelles structures tiendraient un secteur, à quels horaires, et ce que la reprise du personnel leur demande.",
		message: "Bonjour,\n\nNous préparons le prochain marché de nettoyage de nos bâtiments : 62 sites, bureaux, médiathèques et gymnases, en deux secteurs. Avant de l’écrire, nous voulons savoir ce que vous faites, et ce qui vous empêcherait de répondre.\n\nRépondre prend un quart d’heure. Cela ne vous engage à rien et ne donne aucun avantage lors de la consultation : toutes les structures interrogées ont les mêmes questions et la même date limite.",
		notice:  "Nous préparons un marché de nettoyage de bureaux, de médiathèques et de gymnases sur 24 communes. Dites-nous si vous voulez être interrogés.",
		excluded: []sourcing.Exclusion{
			{Code: sourcing.TooSmall}, {Code: sourcing.NotItsTrade}, {Code: sourcing.OtherReason, Text: "A demandé à ne plus recevoir de questionnaire cette année."}, {Code: sourcing.NotItsTrade},
		},
		answers: map[string][]string{
			"effectif":       {"24", "12", "38", "9", "17"},
			"surface":        {"5200", "2400", "8000", "1800", "3600"},
			"territoire":     {"Choisy-le-Roi, Orly, Thiais et Villeneuve-le-Roi aujourd’hui. Nous pouvons couvrir tout le secteur Sud.", "Trois communes autour de notre atelier ; dix kilomètres au plus, nos équipes viennent en transport en commun.", "Tout le Val-de-Marne et le nord de l’Essonne.", "Vitry-sur-Seine et Ivry-sur-Seine.", "Un rayon de vingt kilomètres autour de notre établissement."},
			"locaux":         {"Bureaux|Écoles et crèches", "Bureaux|Parties communes d’immeubles", "Bureaux|Équipements sportifs|Vitrerie en hauteur", "Bureaux", "Écoles et crèches|Équipements sportifs"},
			"horaires":       {"En journée, en présence des agents|Tôt le matin", "En journée, en présence des agents", "Tôt le matin|Le soir|Le samedi", "En journée, en présence des agents", "Tôt le matin|Le samedi"},
			"reprise":        {"oui", "non", "oui", "non", "oui"},
			"insertion":      {"Salariés en parcours d’insertion", "Travailleurs handicapés en entreprise adaptée", "Salariés en parcours d’insertion", "Travailleurs accompagnés en ESAT", "Aucune, mais nous coopérons avec une structure"},
			"part-insertion": {"70", "80", "62", "95", "5"},
			"produits":       {"Produits écolabellisés|Microfibres lavables", "Nettoyage à l’eau ou à la vapeur", "Produits écolabellisés|Matériel électrique récent|Formation aux bons dosages", "Microfibres lavables", "Produits écolabellisés"},
			"prix":           {"La main-d’œuvre fait 83 % du prix, l’encadrement 9 %.", "Au mètre carré et au passage, encadrement compris.", "Main-d’œuvre 80 %, produits 4 %, matériel 6 %.", "À l’heure d’atelier, accompagnement compris.", ""},
			"allotissement":  {"Par secteur géographique|Vitrerie à part", "Par site", "Par secteur géographique", "Par site|Prestations ponctuelles à part", "Peu importe"},
			"taille-lot":     {"Jusqu’à 300 000 euros par an seuls ; au-delà en groupement.", "Cinq ou six sites, 90 000 euros par an.", "Un secteur entier.", "Trois sites proches l’un de l’autre.", "200 000 euros par an."},
			"clauses":        {"Les pénalités dès le premier quart d’heure de retard.", "Le mémoire technique de quarante pages.", "Aucune.", "L’astreinte du dimanche.", ""},
			"variantes":      {"Le nettoyage en journée, qui permet des contrats à temps plein.", "", "Un suivi des fréquences selon l’occupation réelle des bureaux.", "", "La fourniture des consommables rechargeables."},
			"difficultes":    {"Des listes de personnel à reprendre reçues trop tard.", "Des lots trop grands.", "Des délais de paiement de plus de cinquante jours.", "Des visites obligatoires un même jour.", ""},
			"avance":         {"Elle aiderait", "Oui, sans elle nous ne pouvons pas répondre", "Non", "Elle aiderait", "Non"},
			"calendrier":     {"Six semaines pour l’offre, trois mois pour reprendre le personnel.", "Deux mois, puis un mois.", "Un mois, puis deux mois.", "Six semaines.", "Cinq semaines, puis deux mois."},
		},
		story: tellCleaning,
	}
}

// tellCleaning is the sourçage that runs: answers come, one address is wrong, and what
// one structure was told is still to be shared.
func tellCleaning(a *asking) {
	a.published(a.at(14, 3))
	a.open(-9)
	a.ask(2, "La liste du personnel à reprendre sera-t-elle connue avant les visites ? Nous reprenons déjà huit agents du titulaire sortant à Orly.", a.at(9, 2))
	a.reply("La liste du personnel à reprendre sera-t-elle connue avant les visites ?", "Oui : elle est demandée au titulaire sortant et figurera dans le dossier de consultation, dès sa publication.", a.at(8, 1))
	a.late(a.in.contacted, a.at(7, 2))
	a.put(1, sourcing.Submission{}, a.at(6, 3))
	a.meet(0, 5, sourcing.Exchange{
		Kind: sourcing.ByVideo, Duration: 40, Theirs: []string{"Karim Haddad"},
		Minutes: "La structure intervient déjà dans trois médiathèques. Elle peut travailler en journée dès l’ouverture, ce qui lui permet de proposer des contrats à temps plein. Elle demande six semaines pour préparer une offre et trois mois pour reprendre le personnel.\n\nNous avons dit que les gymnases seraient fermés deux semaines en août.",
	})
	a.put(2, sourcing.Submission{}, a.at(5, 6))
	a.said(0, "Les gymnases du secteur Sud sont fermés les deux premières semaines d’août : aucun passage n’y est prévu.", a.at(4, 5))
	a.declined(3, "Notre atelier de nettoyage est complet jusqu’à l’été prochain.", a.at(4, 6))
	a.minutes(a.at(3, 1))
	a.put(4, sourcing.Submission{Route: sourcing.ByCall, By: a.second.Person, Name: "Marc Lefèvre", Came: structure.DateOf(a.at(3, 4)), Note: "Marc Lefèvre, chef d’atelier, a répondu question par question au téléphone."}, a.at(3, 4))
	a.put(a.in.contacted, sourcing.Submission{}, a.at(2, 2))
	a.apply(a.at(2, 7), "Nous nettoyons les bureaux de deux bailleurs du territoire, avec une équipe de onze agents. Le secteur Nord nous intéresse.")
	a.drafted(5, 7, a.at(1, 3))
	a.ask(6, "Faut-il visiter tous les sites avant de remettre une offre ?", a.at(1, 4))
}

func movingSourcing() *sourced {
	return &sourced{
		purchase: "demenagement", sector: "demenagement", template: "demenagement", opening: 94, contacted: 7, express: true,
		title:   "Déménagement des locaux et transferts de bureaux",
		purpose: "Savoir si des équipes d’insertion tiennent des transferts de nuit, et à quelle taille de lot.",
		message: "Bonjour,\n\nNous renouvelons notre marché de déménagement : une trentaine de transferts par an entre nos sites, de dix à deux cents postes, parfois de nuit. Nous voulons le bâtir sur ce que vous savez faire.\n\nRépondre prend un quart d’heure et ne vous engage à rien : toutes les structures interrogées ont les mêmes questions et la même date limite.",
		excluded: []sourcing.Exclusion{
			{Code: sourcing.NotItsPlace}, {Code: sourcing.TooSmall}, {Code: sourcing.NotItsTrade},
		},
		answers: map[string][]string{
			"effectif":       {"14", "8", "22", "11", "30", "6"},
			"volume":         {"90", "45", "160", "60", "240", "30"},
			"postes":         {"60", "25", "120", "40", "200", "15"},
			"moyens":         {"Deux camions de 20 m³ Crit’Air 1, un monte-meubles en location.", "Un fourgon électrique et un camion de 12 m³.", "Quatre camions, deux monte-meubles.", "Deux fourgons ; nous louons au-delà.", "Huit camions, dont trois au gaz.", "Un fourgon."},
			"prestations":    {"Transfert de bureaux|Démontage et remontage de mobilier|Tri et débarras", "Transfert de bureaux|Archives", "Transfert de bureaux|Démontage et remontage de mobilier|Coffres et charges lourdes|Matériel informatique", "Transfert de bureaux|Démontage et remontage de mobilier", "Transfert de bureaux|Œuvres et objets fragiles|Garde-meubles", "Tri et débarras"},
			"horaires":       {"En semaine, le jour|Le samedi", "En semaine, le jour", "En semaine, le jour|Le soir et la nuit|Le samedi", "En semaine, le jour|Le soir et la nuit", "En semaine, le jour|Le soir et la nuit|Le samedi|Le dimanche et les jours fériés", "En semaine, le jour"},
			"territoire":     {"Tout le territoire et Paris.", "Le Val-de-Marne.", "L’Île-de-France.", "Les 24 communes.", "Toute la France.", "Dix kilomètres autour de Villejuif."},
			"delai":          {"10", "15", "5", "12", "3", "21"},
			"environnement":  {"Bacs réutilisables|Réemploi du mobilier abandonné|Don à des associations", "Bacs réutilisables", "Véhicules électriques ou au gaz|Suivi des déchets jusqu’à la filière", "Réemploi du mobilier abandonné", "Véhicules électriques ou au gaz", "Don à des associations"},
			"insertion":      {"Salariés en parcours d’insertion", "Travailleurs handicapés en entreprise adaptée", "Salariés en parcours d’insertion", "Salariés en parcours d’insertion", "Aucune", "Travailleurs accompagnés en ESAT"},
			"part-insertion": {"75", "80", "60", "68", "0", "90"},
			"prix":           {"À la journée d’équipe, camion compris. Le week-end majore de 30 %.", "Au poste de travail.", "Au volume au-delà de 40 m³, à la journée en deçà.", "À la journée d’équipe.", "Au volume.", "À l’heure."},
			"allotissement":  {"Transferts de bureaux|Débarras et réemploi", "Manutention courante", "Un lot unique", "Transferts de bureaux", "Un lot unique", "Débarras et réemploi"},
			"taille-lot":     {"Jusqu’à 60 postes par transfert ; deux équipes en groupement au-delà.", "25 postes.", "120 postes.", "40 postes, davantage avec un délai de prévenance.", "Sans limite.", "Le débarras seul."},
			"clauses":        {"L’intervention sous 48 heures.", "Les pénalités au quart d’heure.", "Aucune.", "L’intervention de nuit sans délai de prévenance.", "Aucune.", "La garantie à première demande."},
			"difficultes":    {"Des transferts annulés la veille, sans indemnité.", "Un lot unique trop grand.", "", "Des nuits annoncées trois jours avant.", "", "Des attestations demandées deux fois."},
			"avance":         {"Elle aiderait", "Oui, sans elle nous ne pouvons pas répondre", "Non", "Elle aiderait", "Non", "Elle aiderait"},
			"calendrier":     {"Un mois pour l’offre, un mois pour démarrer. Pas en juillet.", "Six semaines.", "Trois semaines, puis quinze jours.", "Un mois, puis six semaines.", "Quinze jours.", "Deux mois."},
		},
		story: tellMoving,
	}
}

// tellMoving is the sourçage whose consultation is launched. Nobody had answered at the
// first deadline: it was moved for all.
func tellMoving(a *asking) {
	a.open(66)
	a.step(a.first, a.at(67, 1), func(at moment) ([]sourcing.Dispatch, error) {
		return a.o.Remind(a.first, nil, "Vous n’avez pas encore répondu. La date limite approche ; une réponse courte suffit.", at)
	})
	a.step(a.first, a.at(67, 2), func(at moment) ([]sourcing.Dispatch, error) {
		return a.o.Postpone(a.first, a.deadline(44), false, at)
	})
	a.ask(2, "Combien de transferts de nuit par an ?", a.at(64, 3))
	a.reply("Combien de transferts de nuit par an ?", "Six à huit, toujours annoncés quinze jours avant.", a.at(62, 1))
	a.put(0, sourcing.Submission{}, a.at(60, 2))
	tellMeetings(a)
	a.quiet(a.first, a.at(43, 1), func(at moment) error { return a.o.Analyse(a.first, at) })
	a.put(a.in.contacted, sourcing.Submission{}, a.at(42, 2)) // late, and visibly
	a.quiet(a.first, a.at(41, 1), func(at moment) error {
		return a.o.Withhold(a.first, a.o.Ledger[len(a.o.Ledger)-1].ID, a.others(3), "Plan de sécurité d’un bâtiment occupé : il n’est remis qu’au titulaire, et n’aide pas à chiffrer.", at)
	})
	tellFindings(a)
	a.step(a.first, a.at(launchedDays, 0), func(at moment) ([]sourcing.Dispatch, error) {
		sent, err := a.o.Silence(a.first, "Bonjour,\n\nLa consultation « Déménagements et transferts de bureaux » est publiée sur notre profil d’acheteur : c’est là, et là seulement, que tout le monde lit désormais les mêmes informations et pose ses questions. Merci de ce que vous nous avez appris.", at)
		a.o.LaunchedAt = at
		return sent, err
	})
	a.quiet(a.first, a.at(launchedDays, 4), func(at moment) error {
		site := slices.IndexFunc(a.o.Ledger, func(it sourcing.Info) bool { return it.Text == futureSite })
		return a.o.PutInDCE(a.first, a.o.Ledger[site].ID, sourcing.DCE{Document: "CCTP", Article: "2.3 Calendrier des transferts", Day: structure.DateOf(at)}, at)
	})
	a.quiet(a.first, a.at(1, 2), func(at moment) error {
		return a.o.Reject(a.first, sourcing.Rejection{Name: "Transferts du Sud-Est", Day: structure.DateOf(at), Form: sourcing.ByProfile, Note: "Candidature arrivée sans les pièces demandées."}, at)
	})
}

// tellMeetings: the minutes of one exchange are acknowledged, those of another contested,
// while the answers come.
func tellMeetings(a *asking) {
	a.meet(0, 59, sourcing.Exchange{
		Kind: sourcing.SiteVisit, Place: "Siège, quai de déchargement", Duration: 75, Theirs: []string{"Karim Haddad", "Awa Traoré"},
		Minutes: "Visite du quai et des deux monte-charges. La structure déplace soixante postes en un week-end avec deux camions. Elle peut venir de nuit si elle est prévenue quinze jours avant.",
	})
	a.late(a.in.contacted, a.at(58, 2))
	a.minutes(a.at(57, 1))
	a.put(2, sourcing.Submission{}, a.at(57, 4))
	height := a.said(0, "Le quai de déchargement du siège limite la hauteur des camions à 3,20 mètres.", a.at(56, 6))
	a.judge(true, "", "Karim Haddad", a.at(55, 2))
	a.step(a.first, a.at(55, 5), func(at moment) ([]sourcing.Dispatch, error) { return a.o.Share(a.first, height, at) })
	a.meet(2, 54, sourcing.Exchange{
		Kind: sourcing.ByVideo, Duration: 35, Theirs: []string{"Nicolas Garnier"},
		Minutes: "La structure dispose de quatre camions et travaille de nuit. Elle dit ne pas pouvoir répondre à plus de deux transferts le même week-end.",
	})
	a.minutes(a.at(52, 1))
	a.put(3, sourcing.Submission{}, a.at(52, 3))
	a.said(2, futureSite, a.at(51, 6))
	a.judge(false, "Nous avons dit trois transferts le même week-end, et non deux.", "Nicolas Garnier", a.at(50, 2))
	a.put(4, sourcing.Submission{Route: sourcing.InAnMeeting, By: a.second.Person, Name: "Claire Dumas", Came: structure.DateOf(a.at(50, 4)), Note: "Réponses dictées par Claire Dumas à la fin de la rencontre, et relues avec elle."}, a.at(50, 4))
	a.confirm(4, a.at(49, 1))
	a.declined(5, "Nous ne faisons plus de déménagement.", a.at(49, 2))
	a.responds("Noté : trois transferts. Le rapport garde votre remarque.", a.at(49, 4))
	a.meet(3, 48, sourcing.Exchange{Kind: sourcing.ByPhone, Duration: 15, Theirs: []string{"Léa Petit"}, Minutes: "La structure demande un délai de prévenance de quinze jours pour les nuits, et une indemnité en cas d’annulation la veille."})
	a.minutes(a.at(46, 1))
	a.said(3, "Le plan des réseaux de l’ancien siège a été montré à l’écran.", a.at(46, 2))
	a.put(1, sourcing.Submission{}, a.at(46, 6))
	a.judge(true, "Conforme.", "Léa Petit", a.at(45, 2))
}

// futureSite is what one was told, and all read in the documents of the consultation.
const futureSite = "Le futur site ouvrira en deux fois, en mars puis en juin."

// tellFindings: what was learnt, and what it changes.
func tellFindings(a *asking) {
	for n, f := range []sourcing.Finding{
		{Effect: sourcing.OnReservation, Text: "Quatre structures d’insertion ou adaptées tiennent des transferts de vingt-cinq à cent vingt postes, avec leurs équipes.", Consequence: "Le marché est réservé : assez de répondants indépendants."},
		{Effect: sourcing.OnClauses, Text: "Les nuits se tiennent si elles sont annoncées quinze jours avant ; les annulations de la veille font renoncer.", Consequence: "Délai de prévenance de quinze jours, et indemnité d’annulation à moins de trois jours."},
		{Effect: sourcing.OnNeed, Text: "Le tri et le débarras sont faits par les mêmes équipes, qui réemploient le mobilier.", Consequence: "Le besoin dit ce qui doit être déplacé, remis ou réemployé, sans fixer le moyen."},
		{Effect: sourcing.OnAdvance, Text: "Deux structures ne peuvent démarrer sans avance.", Consequence: "Avance de 20 %, sans garantie à première demande."},
		{Effect: sourcing.OnTimetable, Text: "Un mois suffit pour une offre, sauf en juillet.", Consequence: "Publication hors de l’été, trente-cinq jours de délai."},
	} {
		a.quiet(a.second, a.at(30-n, 2), func(at moment) error { return a.o.Find(a.second, f, a.o.Rev, at) })
	}
	for _, note := range []sourcing.Note{
		{Supplier: a.nth(0), Text: "Très claire sur ses limites. À revoir sur le débarras."},
		{Supplier: a.nth(2), Question: "horaires", Text: "Seule à proposer la nuit et le samedi."},
	} {
		a.quiet(a.first, a.at(25, 3), func(at moment) error { return a.o.Remark(a.first, note, at) })
	}
}

// launchedDays is how long ago the consultation was launched.
const launchedDays = 6

// published shows the sourçage to the public.
func (a *asking) published(at moment) {
	a.quiet(a.first, at, func(at moment) error {
		a.o.PublishedAt = at
		return nil
	})
}

// ask is a question of a supplier.
func (a *asking) ask(n int, text string, at moment) {
	a.quiet(buyer.Member{}, at, func(at moment) error { return a.o.Ask(a.nth(n), text, at) })
}

// late contacts one more of the panel, which was excluded first.
func (a *asking) late(n int, at moment) {
	a.step(a.first, at, func(at moment) ([]sourcing.Dispatch, error) { return a.o.Add(a.first, a.supplier(a.asked[n]), at) })
}

// apply is a structure that nobody knew, on the public page.
func (a *asking) apply(at moment, word string) {
	a.quiet(buyer.Member{}, at, func(at moment) error {
		return a.o.Apply(sourcing.Supplier{Name: "Éclat et Services", Email: "direction@eclat-services.example", Word: word}, at)
	})
}

// confirm is what a supplier says of an answer that was entered for it.
func (a *asking) confirm(n int, at moment) {
	a.quiet(buyer.Member{}, at, func(at moment) error {
		x := a.answer(n)
		return x.Judge(x.Newest().Number, true, "", at)
	})
}

// others are the contacted suppliers but one.
func (a *asking) others(n int) (ids []string) {
	for _, s := range a.o.Contacts() {
		if s.ID != a.nth(n) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}
