package ask

// Classes are those of the search document. Words are so chosen that no longer
// word begins with the last one (except in the class about beginnings) and that
// one word alone is near a misspelt one: the other engines need not do more
// than look them up.
var Classes = []Class{
	{Name: "word", Questions: []string{
		"q=nettoyage", "q=maçonnerie", "q=peinture", "q=blanchisserie", "q=vannerie", "q=serrurerie", "q=façades", "q=marqueterie",
	}},
	{Name: "words", Questions: []string{
		"q=entretien+espaces+verts", "q=location+vaisselle", "q=travaux+peinture", "q=nettoyage+gymnases", "q=maintenance+ascenseurs+logements",
		"q=réparation+serrures",
	}},
	{Name: "phrase", Questions: []string{
		`q="mise+sous+pli"`, `q="espaces+verts"`, `q="cahiers+des+charges"`, `q="remise+en+état"`,
	}},
	{Name: "prefix", Prefix: true, Questions: []string{
		"q=netto", "q=blanch", "q=location+vais", "q=maç", "q=entretien+jard",
	}},
	{Name: "typo", Misspelt: true, Questions: []string{
		"q=netoyage", "q=blanchiserie", "q=peintture", "q=menuisserie",
	}},
	{Name: "no accents", Questions: []string{
		"q=electricite", "q=maconnerie", "q=ebenisterie", "q=facades+renovation", "q=metallerie",
	}},
	{Name: "text + filters", Questions: []string{
		"q=nettoyage&territory=dep:94", "q=peinture&family=insertion", "q=entretien&kind=ESAT&kind=EA", "q=logements&territory=dep:69&size=TPE",
		"q=vannerie&territory=reg:11", "q=transport&sector=transport-marchandises&size=PME", "q=nettoyage&territory=94081", "q=atelier&workforce=11&workforce=12",
	}},
	{Name: "filters", Questions: []string{
		"family=insertion", "kind=ACI&size=PME", "sector=peinture&territory=reg:11", "label=rge", "sector=proprete&size=TPE&workforce=02",
		"kind=ESAT&territory=dep:59",
	}},
	{Name: "zone + sector + mode", Questions: []string{
		"serves=94081&sector=nettoyage-locaux&mode=PREST", "serves=dep:69&sector=peinture&mode=PREST", "serves=75113&sector=entretien-espaces-verts&mode=DISP",
		"serves=reg:53&sector=conditionnement&mode=BUILD", "serves=epci:200058014&sector=proprete&mode=PREST&mode=DISP", "serves=13055&sector=restauration&mode=PREST",
	}},
	{Name: "radius", Questions: []string{
		"near=94081&radius_km=10", "near=69123&radius_km=50&sort=distance", "near=48.11,-1.68&radius_km=25&q=nettoyage", "near=59350&radius_km=5&family=insertion",
	}},
	{Name: "two facets", Questions: []string{
		"family=insertion&size=PME", "kind=EA&kind=ESAT&territory=reg:11&territory=reg:84", "q=nettoyage&kind=EI&kind=ACI&size=PME&size=TPE",
		"sector=peinture&sector=plomberie&workforce=11&workforce=12&workforce=21", "q=logements&family=handicap&territory=dep:59&territory=dep:62",
	}},
	{Name: "broad", Questions: []string{"territory=dep:75", "territory=dep:59", "territory=dep:13"}},
	{Name: "all", Questions: []string{""}},
	{Name: "deep page", Questions: []string{"page=500", "q=entretien&page=100", "family=entreprise&page=300"}},
	{Name: "selective filters", Selective: true, Questions: []string{
		"sector=tests-accessibilite&label=main-d-orfevre", "sector=materiel-cuisine&label=main-d-orfevre&family=entreprise",
		"label=main-d-orfevre&sector=tests-accessibilite&territory=reg:11", "sector=materiel-cuisine&label=main-d-orfevre&workforce=11",
	}},
	{Name: "selective text", Selective: true, Questions: []string{
		"q=dinanderie&size=TPE", "q=taillanderie&family=entreprise", "q=dinanderie+taillanderie&territory=reg:11", `q="feuille+d’or"&family=entreprise`,
	}},
	{Name: "selective facets", Selective: true, Questions: []string{
		"q=dinanderie&size=TPE&size=PME&family=entreprise", "sector=tests-accessibilite&sector=materiel-cuisine&label=main-d-orfevre",
		"q=taillanderie&sector=tests-accessibilite&territory=reg:11&territory=reg:84",
	}},
}
