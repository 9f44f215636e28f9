package demo

// Words that names are made of.
var (
	nameNouns = []noun{
		{"du Saule", false, false}, {"du Héron", false, false}, {"du Tilleul", false, false}, {"du Cormier", false, false},
		{"du Noyer", false, false}, {"du Pressoir", false, false}, {"du Colombier", false, false}, {"du Martinet", false, false},
		{"du Pinson", false, false}, {"du Sureau", false, false}, {"du Cadran", false, false}, {"du Ruisseau", false, false},
		{"du Verger", false, false}, {"du Figuier", false, false}, {"du Loriot", false, false}, {"du Bouleau", false, false},
		{"de la Mésange", true, false}, {"de la Sarcelle", true, false}, {"de la Clairière", true, false}, {"de la Lanterne", true, false},
		{"de la Navette", true, false}, {"de la Charmille", true, false}, {"de la Girouette", true, false}, {"de la Bergeronnette", true, false},
		{"de la Passiflore", true, false}, {"de la Boussole", true, false}, {"de la Fougère", true, false}, {"de la Grenouille", true, false},
		{"de la Garance", true, false}, {"de la Libellule", true, false}, {"de la Rivière", true, false}, {"de la Péniche", true, false},
		{"des Roseaux", false, true}, {"des Houblons", false, true}, {"des Coteaux", false, true}, {"des Cerisiers", false, true},
		{"des Bateliers", false, true}, {"des Merisiers", false, true}, {"des Tournesols", false, true}, {"des Sarments", false, true},
		{"des Glycines", true, true}, {"des Capucines", true, true}, {"des Hirondelles", true, true}, {"des Aubépines", true, true},
		{"des Pommeraies", true, true}, {"des Salicaires", true, true}, {"des Cigognes", true, true}, {"des Groseilles", true, true},
	}
	adjectives = [][2]string{
		{"Bleu", "Bleue"}, {"Vert", "Verte"}, {"d’Argent", "d’Argent"}, {"Doré", "Dorée"}, {"Voyageur", "Voyageuse"}, {"Rieur", "Rieuse"},
		{"Blanc", "Blanche"}, {"Fleuri", "Fleurie"}, {"Tranquille", "Tranquille"}, {"Agile", "Agile"}, {"Vaillant", "Vaillante"},
		{"Roux", "Rousse"}, {"Clair", "Claire"}, {"Malin", "Maligne"}, {"Curieux", "Curieuse"}, {"Sauvage", "Sauvage"},
	}
	surnames = []string{
		"Aubrival", "Bastenier", "Belmondet", "Berlouin", "Bonnardel", "Bouchevreau", "Bourgalet", "Brancillon", "Bressuivel", "Cailleton",
		"Cardinaud", "Castelnault", "Chabrillac", "Chantegrel", "Charvenot", "Chaussinand", "Clairvoy", "Combemale", "Cordonnat", "Courtemanche",
		"Dacosta-Rey", "Darmezin", "Delabrosse", "Delmarquet", "Desgranges", "Diakiteau", "Dubreuillard", "Escalibert", "Estrabaut", "Fabrequier",
		"Farinelle", "Ferrandou", "Fontalirand", "Fourmestraux", "Galloudec", "Garriguette", "Gastinel", "Gauthereau", "Ginestoux", "Grandvallet",
		"Grimaldou", "Guerlevant", "Haddadour", "Hauteclairve", "Jaubertier", "Jolibois", "Kerambrun", "Kouyatel", "Labrousset", "Lacassin",
		"Lafourcadette", "Lamarquise", "Lantenois", "Laroumagne", "Lebressan", "Lestringuez", "Maillochaud", "Malatrive", "Mandrillon", "Marchepoil",
		"Martignole", "Mazurier", "Mendesca", "Merlevat", "Montcharmont", "Morandeau", "Mourlevat", "Navarrelou", "Nouvellon", "Olivarès-Petit",
		"Orsolini", "Palluaud", "Passerat", "Peyrelade", "Pinchinat", "Plantevigne", "Poncharal", "Pradinaud", "Quentrec", "Rabouille",
		"Ramassamy", "Ravenoux", "Rebourgeon", "Ribeirault", "Rigaudeau", "Rocamadel", "Roquefontel", "Rouvillois", "Sabatouret", "Salvignac",
		"Santerroux", "Saulxures", "Sénéchault", "Sorgniard", "Tassigneau", "Terrenoire", "Thibaudet", "Tranchevent", "Traouen", "Valdenaire",
		"Vandermeule", "Vasselin", "Verchaumont", "Vialatoux", "Villebrun", "Vincenot", "Wattrelin", "Yacoubel", "Zaragosse", "Zimmerlin",
	}
	firstNames = []string{
		"Awa", "Bernard", "Camille", "Carlos", "Chloé", "David", "Élodie", "Fatou", "Gilles", "Hélène", "Idriss", "Inès", "Julien", "Karim",
		"Laure", "Lucie", "Manuel", "Marc", "Martine", "Mehdi", "Nadia", "Nicolas", "Olivia", "Paul", "Rosa", "Samir", "Sandrine", "Thierry",
		"Valérie", "Youssef", "Yves", "Zoé",
	}
	coinedHeads = []string{
		"Ab", "Al", "Am", "Ar", "Bel", "Bri", "Cal", "Car", "Cla", "Cor", "Dal", "Do", "El", "Ev", "Fa", "Flo", "Gal", "Ha", "Il", "Jo", "Ka",
		"La", "Lor", "Lu", "Mal", "Mé", "Mi", "Mon", "Na", "No", "Ol", "Or", "Pa", "Pli", "Qua", "Ra", "Ri", "Sa", "Sé", "Sol", "Ta", "Tri", "Va", "Ver", "Vi", "Za",
	}
	coinedTails = []string{
		"bréa", "cadel", "calune", "cendra", "danel", "delune", "dorelle", "fanel", "galou", "gardane", "lancelle", "landel", "lirande", "livette", "garandel",
		"maranne", "mendel", "mirelle", "moréa", "nadelle", "nivane", "nocelle", "ondine", "panelle", "pivert", "quadel", "randis", "ravelle", "rélune", "rivane",
		"sandrelle", "sélis", "nolivane", "talune", "tamaris", "tivelle", "piréa", "cambrelle", "vandel", "vélune", "verane", "vivelle", "zélia", "zorande",
	}
)

// coined is a brand that means nothing: "Calivette", "Trivandel".
func coined(d dice) string { return pick(d, coinedHeads) + pick(d, coinedTails) }
