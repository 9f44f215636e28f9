package views_test

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
	"sourcier/views/programme"
	"sourcier/views/registration"
)

func sampleProgrammeHead() programme.Head {
	return programme.Head{
		Page: sampleDesk(), State: form.State{Token: "A"}, Views: []programme.Way{{Link: part.Link{Label: "Liste", URL: "/programme"}, Current: true}, {Link: part.Link{Label: "Tableau", URL: "/programme/tableau"}}},
		Filters: programme.Filters{Action: "/programme", Text: "tonte", Place: "zzz", Refusal: "Ce lieu n’est pas connu.", First: []programme.Choice{{Name: "etat", Label: "État", Options: sampleOptions()}}, More: []programme.Choice{{Name: "nature", Label: "Nature", Options: sampleOptions()}}, Mine: &part.Option{Label: "Les miens"}, Late: part.Option{Label: "En retard", Selected: true}, Open: true},
		Chips:   []part.Chip{{Label: "En retard", URL: "/programme"}}, Clear: "/programme", Summary: "2\u00a0achats", Notes: []string{"Sans le montant d’un achat"}, Late: &part.Link{Label: "1\u00a0en retard", URL: "/programme?retard=oui"},
		New: "/programme/achats/nouveau", CSV: "/programme/export.csv", XLSX: "/programme/export.xlsx", Services: "Les achats de votre service : Voirie.",
	}
}

func sampleLine() programme.Line {
	return programme.Line{Object: "Tonte", URL: "/programme/achats/a", Note: "2027-1 · Voirie", State: "Idée", Late: "Publication dépassée", Publication: "T1\u00a02027", Amount: "1\u202f000\u00a0€\u00a0HT", Lots: "2", External: "Projet de l’État"}
}

func sampleSteps() []programme.Step {
	return []programme.Step{
		{Label: "Programmer", Action: form.Action{To: "/programme/achats/a/etat", Label: "Programmer", Hidden: "l’achat Tonte", Values: []part.Option{{Value: "etat", Label: "programme"}}}},
		{Label: "Abandonner", URL: "/programme/achats/a/etat?vers=abandonne", Action: form.Action{Hidden: "l’achat Tonte"}},
	}
}

func sampleProgramme() programme.ListPage {
	return programme.ListPage{Head: sampleProgrammeHead(), Lines: []programme.Line{sampleLine()}, Pages: part.Pagination{Page: 1, Pages: 2, Next: "?page=2", Numbers: []part.PageLink{{Page: 1, URL: "/programme"}, {Page: 2, URL: "?page=2"}}}}
}

func sampleBoard() programme.BoardPage {
	return programme.BoardPage{Head: sampleProgrammeHead(), Back: "/programme/tableau", Columns: []programme.Column{
		{ID: "etat-idee", Label: "Idée", Count: "1\u00a0achat", Cards: []programme.Card{{Line: sampleLine(), Moves: sampleSteps()}}, More: &part.Link{Label: "Voir les 40", URL: "/programme?etat=idee"}},
		{ID: "etat-publie", Label: "Publié", Count: "0\u00a0achat"},
	}}
}

func sampleCalendar() programme.CalendarPage {
	entry := programme.CalendarEntry{Kind: "publication", What: "Publication", Day: "12\u00a0mars", Label: "Tonte", URL: "/programme/achats/a", Note: "1\u202f000\u00a0€\u00a0HT", Late: true}
	link := &part.Link{Label: "12 mois plus tôt", URL: "/programme/calendrier?depuis=2026-T1"}
	return programme.CalendarPage{
		Head: sampleProgrammeHead(), Span: "D’octobre 2026 à septembre 2029", Earlier: link, Later: link, Years: []part.Link{{Label: "2026", URL: "#t-2026-t4"}},
		Quarters: []programme.CalendarQuarter{{ID: "t-2026-t4", Label: "T4\u00a02026", Count: "1\u00a0échéance", Months: []programme.CalendarMonth{{Label: "Octobre 2026", Entries: []programme.CalendarEntry{entry}}, {Label: "Novembre 2026"}}}},
		Outside:  []programme.CalendarEntry{entry}, Undated: []programme.CalendarEntry{{Kind: "fin", What: "Fin de marché", Label: "Tonte", URL: "/programme/contrats/a"}},
	}
}

func samplePurchase() programme.PurchasePage {
	return programme.PurchasePage{
		Page: sampleDesk(), State: form.State{Token: "A", Heading: "Rien n’a changé", Refusal: "Quelqu’un d’autre l’a changé."}, Lead: "Services · Voirie", Status: "Idée", Since: "depuis le 1er\u00a0mai\u00a02026", Reason: "Motif", Late: "Publication dépassée",
		External: &programme.External{Text: "Projet de l’État.", Link: part.Link{Label: "Voir l’original", URL: "https://example.org/"}}, Moves: sampleSteps(), Facts: []desk.Fact{{Term: "Référence", Text: "2027-1"}}, Describe: "Précisions",
		Lots: []programme.PurchaseLot{{Number: "1", Object: "Nord", Amount: "1\u202f000\u00a0€\u00a0HT", Sectors: "Espaces verts", Places: "Orly", Study: "/programme/achats/a/lots/l1", Note: "CPV"}, {Object: "Sud"}}, LotsNote: "Ensemble.",
		Edit: "/programme/achats/a/modifier", Forward: &part.Link{Label: "Annoncer cet achat", URL: "/programme/achats/a/annonce"}, ForwardSay: "Pas annoncé.", History: []programme.HistoryLine{{When: "1er\u00a0mai\u00a02026", ISO: "2026-05-01T08:00:00Z", What: "Achat inscrit", Note: "Motif"}},
	}
}

func samplePurchaseForm() programme.EditPage {
	picker := func(name string) registration.Picker {
		return registration.Picker{Name: name, From: "/programme/choix/secteurs", Label: "Secteurs", Help: "Avec vos mots.", Words: "tonte", Asked: true, Found: []part.Option{{Value: "a", Label: "A"}}, Chosen: []part.Option{{Value: "b", Label: "B"}}}
	}
	lot := programme.LotFields{Key: "lot-0", ID: "l1", Legend: "Lot 1", Number: "1", Object: "Nord", Euros: "1", CPV: programme.CodeField{Name: "lot-0-cpv", Value: "tonte", Asked: true, Found: []part.Option{{Value: "77310000", Label: "77310000, Espaces verts"}}},
		Modes: sampleOptions(), Sectors: picker("lot-0-secteur"), Places: picker("lot-0-lieu"), Used: "1\u00a0secteur", Open: true}
	return programme.EditPage{
		Page: sampleDesk(), State: sampleRefusal("lots"), Action: "/programme/achats/nouveau", Cancel: "/programme", Once: "a", Rev: "1", Values: map[string]string{"objet": "Tonte"}, Services: sampleOptions(), Natures: sampleOptions(), TakeOver: sampleOptions(), Facilities: sampleOptions(),
		CPV: programme.CodeField{Name: "cpv", Value: "zzz", Label: "Espaces verts", Asked: true}, Places: picker("lieu"), Lots: []programme.LotFields{lot}, Button: "Inscrire l’achat",
		Theirs: &programme.Meanwhile{Text: "Modifié par Ada.", Lines: []programme.Difference{{Field: "Objet", Stored: "Tonte", Typed: "Tontes"}}, Keep: "/programme/achats/a"},
	}
}
