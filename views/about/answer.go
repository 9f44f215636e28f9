package about

// Answer is the page that prepares a structure for its first public tender.
type Answer struct {
	Text
	Parts  []AnswerPart
	Script string
}

// AnswerPart is a moment of an answer.
type AnswerPart struct {
	ID, Title, Lead string
	Items           []AnswerItem
}

// AnswerItem is one thing to do. ID names its box in the memory of the browser: it
// stays the same when words change.
type AnswerItem struct {
	ID, What, How string
	Source        string // the texts that say so, "" for advice
	Check         bool   // the source was not read in its present version
}

// AnswerParts are in the order in which they are met. Figures and articles that were
// not read in a published source are told as to be checked.
var AnswerParts = []AnswerPart{
	{"comprendre", "1. Comprendre la demande", "Une heure de lecture évite deux jours de travail inutile.", []AnswerItem{
		{ID: "petit", What: "Regarder le montant", How: "Sous 60\u202f000\u00a0€ HT pour des fournitures ou des services (depuis le 1er avril 2026), et 100\u202f000\u00a0€ HT pour des travaux (depuis le 1er janvier 2026), l’acheteur peut acheter sans publicité ni mise en concurrence. Un devis clair suffit alors souvent.", Source: "R2122-8"},
		{ID: "profil", What: "Ouvrir un compte sur le profil d’acheteur", How: "C’est le site où l’acheteur publie ses consultations et reçoit les réponses. Le compte est gratuit. Donnez une adresse que plusieurs personnes lisent : les changements du dossier y arrivent.", Source: "R2132-2", Check: true},
		{ID: "dossier", What: "Télécharger et lire tout le dossier", How: "Il est gratuit et en ligne à partir de 60\u202f000\u00a0€ HT. Commencez par le règlement de la consultation : il dit ce qu’il faut rendre, quand et comment vous serez noté. Le cahier des charges vient ensuite.", Source: "R2132-2"},
		{ID: "reserve", What: "Voir si le marché ou le lot vous est réservé", How: "L’avis ou le dossier le dit. Aux entreprises adaptées et aux ESAT : L2113-12. Aux structures d’insertion (EI, ETTI, AI, ACI) : L2113-13. Aux deux ensemble : L2113-14. Au travail en détention : L2113-13-1. À l’économie sociale et solidaire, pour certains services : L2113-15. Pour le handicap, l’insertion et la détention, au moins la moitié des travailleurs doit être handicapée, défavorisée ou détenue.", Source: "L2113-12 à L2113-15, R2113-7"},
		{ID: "criteres", What: "Souligner les critères et les conditions d’exécution", How: "Depuis août 2026, le prix n’est plus le seul critère : un autre porte sur l’environnement. Le marché peut demander des heures d’insertion ou des livraisons propres : vérifiez que vous pouvez les tenir.", Source: "L2112-2, L2152-7"},
		{ID: "questions", What: "Poser vos questions à l’acheteur", How: "Par le profil d’acheteur, tôt, par écrit. La réponse va à tous les candidats : n’y mettez rien de confidentiel. Le règlement dit jusqu’à quel jour."},
		{ID: "choisir", What: "Décider d’y aller, ou non", How: "Avez-vous les bras, le matériel, le temps, la trésorerie ? Renoncer à un marché trop grand, ou y aller à plusieurs, est une bonne décision."},
	}},
	{"plusieurs", "2. Seul ou à plusieurs", "Ce que vous ne faites pas, un autre le fait peut-être.", []AnswerItem{
		{ID: "cotraitance", What: "Répondre en groupement (co-traitance)", How: "Chacun signe et est payé pour sa part. Conjoint : chacun répond de sa part. Solidaire : chacun répond de tout. Un mandataire parle pour tous. Écrivez entre vous qui fait quoi, avant de répondre.", Source: "R2142-19 à R2142-27", Check: true},
		{ID: "soustraitance", What: "Ou faire appel à un sous-traitant", How: "Vous restez seul responsable. L’acheteur doit accepter le sous-traitant et ses conditions de paiement (formulaire DC4) : demandez-le dans l’offre, pas après.", Source: "L2193-1 et suivants", Check: true},
		{ID: "mixte", What: "Prendre garde aux lots réservés", How: "Une entreprise ordinaire dans un groupement peut le rendre non éligible à un lot réservé. Posez la question à l’acheteur avant de vous engager.", Source: "L2113-12, L2113-13", Check: true},
	}},
	{"papiers", "3. Réunir vos papiers", "Rangez-les une fois pour toutes dans un dossier, avec leur date de fin.", []AnswerItem{
		{ID: "identite", What: "Un document d’identité de la structure", How: "L’avis de situation Sirene (gratuit, pour toutes), ou l’extrait Kbis pour une société. Une association n’a pas de Kbis : statuts et récépissé de déclaration."},
		{ID: "dume", What: "Le DUME, ou les formulaires DC1 et DC2", How: "Ils disent qui vous êtes et que rien ne vous interdit de répondre. Le DUME est le formulaire européen en ligne : rempli avec votre SIRET, il se réutilise.", Source: "R2143-3, R2143-4", Check: true},
		{ID: "agrement", What: "La preuve de votre agrément", How: "Structure d’insertion : convention avec l’État et ses annexes. Entreprise adaptée : contrat d’objectifs. ESAT : arrêté d’autorisation. Vérifiez que les dates couvrent le marché.", Source: "C. trav. L5132-4 et L5213-13, CASF L344-2"},
		{ID: "vigilance", What: "L’attestation de vigilance de l’Urssaf", How: "Pour un marché d’au moins 5\u202f000\u00a0€ HT, puis tous les six mois jusqu’à la fin. Elle se télécharge dans votre compte Urssaf. Au titulaire seulement, mais ayez-la prête.", Source: "C. trav. D8222-5"},
		{ID: "fiscal", What: "L’attestation de régularité fiscale", How: "Elle se télécharge dans votre espace professionnel sur impots.gouv.fr. Au titulaire seulement aussi.", Source: "R2143-7", Check: true},
		{ID: "assurance", What: "Les attestations d’assurance", How: "Responsabilité civile professionnelle, et décennale pour des travaux de construction. Demandez-les à votre assureur, avec les activités du marché écrites dessus."},
		{ID: "capacites", What: "Vos moyens et vos références", How: "Trois ou quatre réalisations, avec l’année, le montant et une personne à appeler. Vous débutez ? Dites vos moyens humains et matériels, et ceux de vos partenaires."},
	}},
	{"offre", "4. Écrire l’offre", "L’acheteur note ce qu’il lit, pas ce qu’il devine.", []AnswerItem{
		{ID: "memoire", What: "Le mémoire technique", How: "Suivez l’ordre des critères, avec leurs mots. Dites qui fera le travail, comment, avec quel encadrement, et ce que vos salariés y gagnent. Des exemples plutôt que des promesses."},
		{ID: "prix", What: "Le prix", How: "Remplissez le bordereau fourni sans en changer la forme. Comptez les trajets, l’encadrement, les congés. Un prix très bas vous sera reproché, ou vous coûtera."},
		{ID: "avance", What: "L’avance", How: "Elle est due au-dessus de 50\u202f000\u00a0€ HT et de deux mois, de 5 à 30\u00a0% du montant TTC. Pour une PME, au moins 30\u00a0% avec l’État, et 10\u00a0% avec une collectivité dont les dépenses de fonctionnement dépassent 60\u00a0M€. Ne la refusez pas par erreur dans l’acte d’engagement.", Source: "R2191-3, R2191-7"},
		{ID: "paiement", What: "Les délais de paiement", How: "Trente jours en général après la facture, que vous déposez sur Chorus Pro. Au-delà, des intérêts vous sont dus.", Source: "L2192-10, R2192-10", Check: true},
	}},
	{"envoyer", "5. Envoyer", "Une offre en retard d’une minute n’est pas lue.", []AnswerItem{
		{ID: "electronique", What: "Préparer l’envoi en ligne", How: "Les réponses passent par le profil d’acheteur, sauf pour les plus petits achats. Faites l’essai que le site propose, depuis l’ordinateur qui enverra.", Source: "R2132-7", Check: true},
		{ID: "signature", What: "Savoir s’il faut signer", How: "Souvent, seul le titulaire signe, à la fin. Si le règlement demande une signature électronique, prévoyez deux à trois semaines pour obtenir le certificat.", Check: true, Source: "R2182-3"},
		{ID: "veille", What: "Envoyer la veille", How: "L’heure qui compte est celle où le dernier fichier est arrivé. Des noms de fichiers courts, sans accents, dans les formats demandés.", Source: "R2151-5", Check: true},
		{ID: "accuse", What: "Garder l’accusé de réception", How: "Et une copie de tout ce que vous avez envoyé. Une copie de sauvegarde, sur clé, peut aussi être remise à l’acheteur.", Source: "R2132-11", Check: true},
	}},
	{"apres", "6. Après", "Gagné ou perdu, la réponse suivante est déjà commencée.", []AnswerItem{
		{ID: "precisions", What: "Répondre aux demandes de l’acheteur", How: "Il peut demander des précisions, ou négocier si le règlement le prévoit. Le délai est court : lisez la messagerie du profil d’acheteur chaque jour."},
		{ID: "gagne", What: "Si vous gagnez", How: "Donnez les attestations dans le délai demandé : sinon le marché passe au suivant. Relisez les pénalités, et fixez une première réunion."},
		{ID: "perdu", What: "Si vous perdez", How: "Demandez par écrit les motifs : l’acheteur répond dans les quinze jours. Si votre offre était régulière, il dit aussi le nom de qui a gagné et les avantages de son offre. Proposez un appel : c’est ce qui fait progresser la suivante.", Source: "R2181-2 à R2181-4"},
		{ID: "recours", What: "Si quelque chose vous paraît injuste", How: "Un juge peut être saisi, très vite, avant la signature du marché. Prenez conseil auprès de votre réseau ou d’un avocat.", Source: "CJA L551-1", Check: true},
	}},
}
