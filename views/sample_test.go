package views_test

import (
	"sourcier/views/about"
	"sourcier/views/api"
	"sourcier/views/desk"
	"sourcier/views/drawing"
	"sourcier/views/errors"
	"sourcier/views/export"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/home"
	"sourcier/views/layout"
	"sourcier/views/mailbox"
	"sourcier/views/part"
	"sourcier/views/place"
	"sourcier/views/results"
	"sourcier/views/sheet"
	"sourcier/views/style"
)

// Samples with something in every field, so that every branch is rendered.

func sampleBase() layout.Base {
	return layout.Base{
		Title: "Neuf structures à Vitry", Description: "Une description.", Canonical: "https://exemple.fr/structures", NoIndex: true, Demo: true,
		Section: "/structures", Territory: "Grand-Orly Seine Bièvre", Asset: func(name string) string { return "/public/0123456789ab/" + name },
	}
}

func sampleSearch() part.Search {
	return part.Search{
		What: "nettoyage", Where: "Vitri", WhereValue: "94081", WhereError: "Lieu non reconnu",
		Near:   []part.Link{{Label: "Vitry-sur-Seine", URL: "/structures?serves=94081"}, {Label: "Orly", URL: "/structures?serves=94054"}},
		Places: []string{"Choisy-le-Roi", "Orly"}, Folded: true,
	}
}

func sampleCard() part.Card {
	return part.Card{
		URL: "/structures/abc", Name: []format.Segment{{Text: "ESAT des "}, {Text: "Glycines", Mark: true}}, TradeName: []format.Segment{{Text: "Les "}, {Text: "Glycines", Mark: true}},
		Badges: []part.Badge{{Label: "ESAT", Title: "Établissement ou service d’accompagnement par le travail", Family: "handicap"}, {Label: "Association", Family: "ess"}},
		Place:  "Ivry-sur-Seine", Size: "50 à 99 salariés",
		Sectors: []format.Segment{{Text: "Nettoyage de locaux", Mark: true}, {Text: " · Vitrerie"}}, SectorNote: "(déduit du code APE)",
		Excerpt:  []format.Segment{{Text: "L’"}, {Text: "entretien", Mark: true}, {Text: " des locaux."}},
		Why:      []part.Reason{{Label: "Référence", Text: []format.Segment{{Text: "Ville d’"}, {Text: "Orly", Mark: true}}}},
		Distance: "2,4" + format.NBSP + "km", Zone: part.Answer{Text: "Intervient à Vitry-sur-Seine", Tone: part.Good},
		Bases:        []part.BasisLine{{Articles: "L2113-12", Source: "Le Marché de l’inclusion, 20 juil. 2026", Until: "jusqu’au 31 déc. 2027", ToCheck: true}},
		Availability: part.Answer{Text: "Complet jusqu’au 1er mars 2027", Tone: part.Warn},
		Lapses:       []part.Answer{{Text: "Agrément EA\u00a0: n’est plus confirmé depuis le 1er oct. 2026 par Le Marché", Tone: part.Warn}},
	}
}

func sampleResults() results.Page {
	return results.Page{
		Base: sampleBase(), Search: sampleSearch(), Heading: "9 structures pour « nettoyage » à Vitry-sur-Seine", Clear: "/structures",
		Chips:      []part.Chip{{Label: "intervient à Vitry-sur-Seine", URL: "/structures?q=nettoyage"}},
		Correction: []format.Segment{{Text: "Aucun résultat pour «\u00a0netoyage\u00a0». Résultats affichés pour «\u00a0"}, {Text: "nettoyage", Mark: true}, {Text: " des bureaux"}, {Text: "\u00a0»."}},
		Notes:      []string{"« Vitry » a été compris comme un filtre."}, Sorts: []part.Option{{Label: "pertinence", Selected: true}, {Value: "name", Label: "nom"}},
		Hidden: []results.Hidden{{Name: "covers", Value: "dep:94"}},
		Groups: []results.Group{{
			ID: "type", Title: "Type de structure", Help: "Une aide", Open: true, MoreTitle: "Préciser",
			Choices: []results.Choice{{ID: "f-family-handicap", Name: "family", Value: "handicap", Label: "Handicap", Count: 1234, Checked: true, Family: "handicap"}, {ID: "f-family-insertion", Name: "family", Value: "insertion", Label: "Insertion", Family: "insertion"}},
			More:    []results.Choice{{ID: "f-kind-EA", Name: "kind", Value: "EA", Label: "EA", Title: "Entreprise adaptée", Count: 1, Indented: true}},
		}},
		Map:   samplePanel(),
		Cards: []part.Card{sampleCard()}, Range: "21 à 40 sur 213", API: "/api/v1/structures?q=nettoyage",
		Pages: part.Pagination{Page: 2, Pages: 9, Previous: "/structures", Next: "/structures?page=3", Numbers: []part.PageLink{{Page: 1, URL: "/structures"}, {Page: 2, URL: "/structures?page=2"}, {}, {Page: 9, URL: "/structures?page=9"}}},
	}
}

func sampleEmpty() results.Page {
	p := sampleResults()
	p.Cards, p.Pages = nil, part.Pagination{}
	p.Empty = results.Empty{Title: "Que faire", Text: "Élargir.", Ways: []part.Link{{Label: "Sans le filtre", URL: "/structures"}}}
	return p
}

func sampleHome() home.Page {
	return home.Page{
		Base: sampleBase(), Search: sampleSearch(), Heading: "Trouvez qui peut répondre", Examples: []part.Link{{Label: "tonte", URL: "/structures?q=tonte"}}, Place: "à Orly", Total: 404, All: "/structures?serves=94054",
		Figures: []part.Count{{Label: "Handicap", Note: "ESAT, EA", N: 1500, URL: "/structures?family=handicap", Family: "handicap"}},
		Bases:   []part.Count{{Label: "L2113-12", Note: "EA et ESAT", N: 3, URL: "/structures?basis=L2113-12"}},
		Doors:   []home.Door{{Icon: "buyer", Who: "Vous achetez", Text: "Trouvez.", Links: []part.Link{{Label: "Parcourir", URL: "/structures"}}}}, Latest: "/structures?sort=updated",
		News:   []home.News{{Name: "ESAT des Glycines", URL: "/structures/aaaaaaaaaaaaaaaa", Badges: sampleCard().Badges, Place: "Orly", What: "Nouvelle fiche", Day: "1er oct. 2026", ISO: "2026-10-01", Source: "D’après la structure"}},
		Groups: []home.Group{{Icon: "s-proprete", Label: "Propreté", Examples: "Nettoyage, vitrerie", Count: 12, URL: "/structures?sector=proprete"}},
	}
}

func sampleSheet() sheet.Page {
	return sheet.Page{
		Base: sampleBase(), Back: part.Link{Label: "Résultats", URL: "/structures?q=nettoyage"}, Name: "ESAT des Glycines", TradeName: "Les Glycines",
		Badges: sampleCard().Badges, Closed: true, Fictional: true,
		Summary:  []sheet.Row{{Term: "Métiers", Lines: []string{"Nettoyage", "Vitrerie"}, Note: "D’après la structure"}, {Term: "Taille", Lines: []string{"Inconnue"}, Tone: part.Muted}},
		Contact:  sheet.Contact{Phone: "01 46 80 01 02", Dial: "0146800102", Email: "contact@example.org", Website: "example.org", URL: "https://example.org/", Street: []string{"1 rue des Lilas", "94400 Vitry-sur-Seine"}, Note: "D’après la structure"},
		Identity: []sheet.Row{{Term: "SIRET", Lines: []string{"123 456 789 00012"}}}, IdentityFrom: "D’après l’INSEE", Quarter: []sheet.Row{{Term: "QPV", Lines: []string{"Hors QPV"}}}, About: "Une présentation.\nEn deux lignes.", AboutFrom: "D’après la structure",
		Activities: []sheet.Activity{
			{Title: "Nettoyage de locaux", Offer: "Bureaux et écoles", Modes: "Prestation", Zone: "Rayon de 15 km autour de Vitry", Declared: true, Characteristics: []string{"Produits écolabellisés"}, Availability: part.Answer{Text: "Disponible", Tone: part.Good}, AvailabilityNote: "Déclaré le 1er mai 2026", ZoneNote: "Intervient dans 1 des 2 communes.", MapOpen: true,
				Map: &drawing.Map{ID: "zone-1", Title: "Carte de la zone", Text: "Points pleins.", Communes: []drawing.Commune{{Code: "94081", Name: "Vitry-sur-Seine", Lat: 48.79, Lon: 2.39, In: true}, {Code: "94054", Name: "Orly", Lat: 48.74, Lon: 2.4}}}},
			{Title: "Vitrerie", Derived: true, Zone: "Zone non déclarée", Availability: part.Answer{Text: "Non déclarée", Tone: part.Muted}},
		},
		Agreements: []sheet.Agreement{{Kind: "ESAT", Name: "Établissement…", Number: "940012345", Start: "1er janv. 2020", End: "31 déc. 2026", State: part.Answer{Text: "En vigueur, finit bientôt", Tone: part.Warn}, Source: "Le Marché de l’inclusion, 20 juil. 2026"}, {Kind: "EA", Name: "Entreprise adaptée", State: part.Answer{Text: "Terminé", Tone: part.Muted}}},
		Bases:      []sheet.Basis{{Article: "L2113-12", Title: "Réservable au handicap", Text: "Une explication.", By: []string{"d’après l’agrément ESAT"}, ToCheck: "l’application aux EATT"}}, Share: true,
		Labels: []sheet.Label{{Name: "RGE", From: "1er janv. 2020", State: part.Answer{Text: "En vigueur", Tone: part.Good}, Scope: "Fenêtres", Proof: "ADEME, 1er oct. 2026"}}, References: []string{"Ville d’Orly"}, RefsFrom: "D’après la structure",
		Lapses: []string{"Agrément EA\u00a0: n’est plus confirmé depuis le 1er oct. 2026 par Le Marché de l’inclusion"}, Unconfirmed: []string{"Le Marché ne donne plus cette structure"},
		Conflicts: []sheet.Conflict{{What: "Nom", Kept: "A", By: "INSEE", Other: "B", Against: "Le Marché"}},
		History:   []sheet.Change{{Day: "1er oct. 2026", ISO: "2026-10-01", What: "Nom", Old: "A", New: "B", By: "Le Marché"}, {Day: "1er oct. 2026", ISO: "2026-10-01", What: "Site", New: "B", By: "INSEE"}, {Day: "1er oct. 2026", ISO: "2026-10-01", What: "Site", Old: "B", By: "INSEE"}},
		Sources:   []sheet.Row{{Term: "La structure, 20 juil. 2026", Lines: []string{"Nom, activités"}}}, Updated: "12 mai 2026", Report: "/structures/abc/signaler", API: "/api/v1/structures/abc", Printed: "12 mai 2026",
		Similar: sheet.Similar{
			Cards: []sheet.Neighbour{{URL: "/structures/def", Name: "EA des Lilas", Place: "Orly", Distance: "3" + format.NBSP + "km", Sectors: "Nettoyage", Badges: sampleCard().Badges, Fictional: true}, {Name: "B"}},
			Total: 2, Why: "Elles ont le même métier.", All: "/structures?sector=nettoyage",
		},
	}
}

func sampleStyle() style.Page {
	sample := style.Sample{Front: "#000", Back: "#fff", Contrast: "21,0"}
	return style.Page{
		Base: sampleBase(), Search: sampleSearch(), Icons: []string{"search"}, Card: sampleCard(), Badges: sampleCard().Badges, Pages: sampleResults().Pages,
		Colours: []style.Colour{{Name: "ink", Light: "#000", Dark: "#fff"}}, Pairs: []style.Pair{{Front: "ink", Back: "paper", Need: "4,5", Light: sample, Dark: sample}},
		Chips: []part.Chip{{Label: "Handicap", URL: "/_style"}}, Facts: []part.Answer{{Text: "Disponible", Tone: part.Good}},
	}
}

func sampleReport() sheet.ReportPage {
	return sheet.ReportPage{
		Base: sampleBase(), Name: "ESAT des Glycines", Sheet: "/structures/abc", Action: "/structures/abc/signaler", Once: "B",
		Causes: []part.Option{{Value: "wrong", Label: "Une information est fausse", Selected: true}, {Value: "other", Label: "Autre chose"}},
		Fields: []part.Option{{Value: "name", Label: "Nom", Selected: true}}, Text: "Un texte.", Email: "nom@exemple.fr", Contact: "contact@example.org",
		State: form.State{Token: "A", Heading: "Le signalement n’est pas parti", Refusal: "Trop d’envois.", Faults: []form.Fault{{Field: "motif", Text: "Choisissez.", To: "motif-wrong"}, {Field: "information", Text: "Choisissez."}, {Field: "texte", Text: "Écrivez."}, {Field: "courriel", Text: "Adresse incomplète."}, {Field: "site_web", Text: "Champ caché rempli.", To: "envoyer"}}},
	}
}

func sampleReported() sheet.ReportedPage {
	return sheet.ReportedPage{Base: sampleBase(), Name: "ESAT des Glycines", Sheet: "/structures/abc", Reference: "K7XMP-2QR4T", Day: "12 mai 2026", Withdrawal: true, Answer: true, Contact: "contact@example.org"}
}

func sampleErrors() errors.Page {
	return errors.Page{Base: sampleBase(), Icon: "alert", Heading: "Recherche impossible", Text: "Un paramètre n’a pas été compris.", Details: []string{"kind = « X »"}, Ways: []part.Link{{Label: "Accueil", URL: "/"}}, Request: "0123456789abcdef", Search: true}
}

func sampleExport() export.Page {
	return export.Page{
		Base: sampleBase(), Back: part.Link{Label: "Revenir aux résultats", URL: "/structures?q=nettoyage"}, Search: "53\u00a0structures", Filters: []string{"Intervient à Orly"},
		Rows: "53\u00a0lignes", Left: "Le fichier aura les premières structures.",
		Groups: []export.Group{{Title: "Identité", Boxes: []export.Box{{ID: "colonne-nom", Value: "nom", Label: "Nom", Checked: true}, {ID: "colonne-siren", Value: "siren", Label: "SIREN"}}}},
		Hidden: []export.Hidden{{Name: "q", Value: "nettoyage"}}, Columns: "colonnes",
		All: part.Link{Label: "Toutes les colonnes", URL: "/exporter?colonnes=nom,siren"}, Usual: part.Link{Label: "Les colonnes courantes", URL: "/exporter"},
		CSV: "/structures.csv", XLSX: "/structures.xlsx",
	}
}

func sampleCredits() about.Credits {
	credit := []about.Credit{{Name: "Coordonnées", Author: "GeoNames", Use: "Distances.", Licence: "CC BY 4.0", URL: "https://creativecommons.org/licenses/by/4.0/", Home: "https://www.geonames.org/"}}
	return about.Credits{Base: sampleBase(), Data: credit, Software: credit, Contact: "contact@example.org"}
}

func sampleCounts() []part.Count {
	return []part.Count{{Label: "Nettoyage", URL: "/structures?sector=nettoyage-locaux", N: 1200, Family: "handicap", Note: "EA"}, {Label: "Vitres", URL: "/secteurs/nettoyage-vitres"}}
}

func sampleMap() drawing.Map {
	return drawing.Map{ID: "carte", Title: "Où", Text: "Ce que l’on voit.", Communes: []drawing.Commune{{Code: "94054", Name: "Orly", Lat: 48.74, Lon: 2.39, In: true, Count: 3, URL: "/territoires/94054"}}}
}

func sampleBases() []part.Count {
	return []part.Count{{Label: "L2113-12", Note: "Réservable au handicap", URL: "/structures?basis=L2113-12", N: 2}}
}

func sampleTerritory() place.Territory {
	c := sampleCounts()
	gap := []place.Gap{{Label: "Traiteur", URL: "/secteurs/traiteur", Nearest: "4\u00a0structures le font à Choisy", Found: "/structures?sector=traiteur"}, {Label: "Vitres", URL: "/secteurs/vitres", Nearest: "Ailleurs"}}
	return place.Territory{
		Base: sampleBase(), Search: sampleSearch(), Name: "Orly", In: "à Orly", Facts: []string{"Commune", "Val-de-Marne (94)"}, Serving: c[0], Here: c[1], Families: c, Bases: sampleBases(),
		Groups: []place.Group{{Count: c[0], Sectors: c}}, Missing: place.Missing{Summary: "2\u00a0secteurs manquent.", Nearest: gap, Others: gap, Nowhere: gap}, Neighbour: c, Communes: c, Rest: 3,
		Wider: []part.Link{{Label: "Val-de-Marne", URL: "/territoires/dep:94"}}, Quarters: []string{"Le Quartier"}, QuarterBy: "Contours absents.", Map: sampleMap(),
		Find: place.Find{Words: "zz", Error: "Non reconnu.", Near: []part.Link{{Label: "Orly", URL: "/territoires/94054"}, {Label: "Thiais", URL: "/territoires/94073"}}},
	}
}

func sampleTerritories() place.Territories {
	c := sampleCounts()
	return place.Territories{Base: sampleBase(), Home: "Grand-Orly", HomeURL: "/territoires/epci:200058014", Serving: c[0], Here: c[1], Rest: 2, Map: sampleMap(),
		Rows: []place.Row{{Name: "Orly", URL: "/territoires/94054", Serving: c[0], Here: c[1]}}, Wider: []part.Link{{Label: "Val-de-Marne", URL: "/territoires/dep:94"}}}
}

func sampleSector() place.Sector {
	c := sampleCounts()
	return place.Sector{Base: sampleBase(), Name: "Nettoyage", Group: part.Link{Label: "Propreté", URL: "/secteurs/proprete"}, Place: "à Orly", Synonyms: []string{"ménage", "propreté"}, NAF: []place.Code{{Code: "8121Z", Label: "Nettoyage courant"}}, CPV: []place.Code{{Code: "90911", Label: "Services"}},
		Serving: c[0], Total: c[0], Declared: "Dans tout l’annuaire, 3.", Families: c, Bases: sampleBases(), Served: c, NotServed: c, Siblings: c, Map: sampleMap()}
}

func sampleAPI() api.Page {
	return api.Page{
		Base: sampleBase(), Document: "/api/v1/openapi.json", Contact: "equipe@exemple.fr",
		Routes: []api.Route{{
			Path: "/api/v1/structures/{id}", Summary: "Lire une fiche", Text: "Tout ce que l’annuaire dit d’une structure.", Params: []api.Limit{{Term: "id", Text: "Identifiant."}},
			Example: part.Link{URL: "/api/v1/structures/abc", Label: "Voir la réponse"}, Command: "curl 'https://exemple.fr/api/v1/structures/abc'", Sample: "{\n  \"id\": \"abc\"\n}",
		}},
		Limits: []api.Limit{{Term: "Rythme", Text: "3 000 requêtes par minute."}}, Sources: part.Link{URL: "/credits", Label: "sources et licences"},
	}
}

func sampleMailbox() mailbox.ListPage {
	return mailbox.ListPage{
		Base: sampleBase(), Action: "/boite", Filter: "ada", Count: "1" + format.NBSP + "message", Cut: "Les 5 000 premiers.",
		Rows: []mailbox.Row{{URL: "/boite/abc", Subject: "Votre connexion", To: "ada@exemple.fr", State: "arrivé", At: "28 nov. 2026", ISO: "2026-11-28T13:05:00Z"}}, Pages: sampleResults().Pages,
	}
}

func sampleLetter() mailbox.LetterPage {
	return mailbox.LetterPage{
		Base: sampleBase(), Subject: "Votre connexion", Back: part.Link{Label: "Boîte locale", URL: "/boite"}, Facts: []desk.Fact{{Term: "Destinataire", Text: "ada@exemple.fr"}},
		Letter: mailbox.Letter{
			Greeting: "Bonjour,", Paragraphs: []string{"Ouvrez le lien."}, Action: part.Link{Label: "Me connecter", URL: "https://exemple.fr/connexion/lien/A"}, Before: "Ou tapez", Code: "123456",
			After: []string{"Voir https://exemple.fr/compte"}, Closing: "L’équipe", Why: "Parce que.", Stop: part.Link{Label: "Ne plus recevoir", URL: "https://exemple.fr/desinscription/A"},
		},
		Text: "Bonjour\nhttps://exemple.fr/connexion\nhttp et autre chose",
	}
}
