package views_test

import (
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

func sampleAdminDesk() desk.Page {
	return desk.Page{Base: sampleBase(), Area: desk.Administration, Current: "/administration/personnes", Heading: "Personnes", Done: "C’est fait.", Above: []part.Link{{Label: "Administration", URL: "/administration"}}}
}

func sampleTable() admin.Table {
	return admin.Table{Caption: "Comptes", Heads: []string{"Personne", "État"}, Rows: []admin.Row{{
		Cells: []admin.Cell{{Text: "Ada Morel", URL: "/administration/personnes/a", Note: "ada@ville.example"}, {Text: "suspendu", Tone: "bad"}}, Action: &form.Action{To: "/lever", Label: "Lever", Hidden: "le blocage"},
	}}}
}

func sampleFilter() admin.Filter {
	return admin.Filter{Action: "/administration/journal", Button: "Filtrer", Reset: "/administration/journal", Refusal: "Ce jour n’existe pas.", Fields: []admin.FilterField{
		{Field: form.Field{Name: "q", Label: "Nom", Value: "a"}}, {Field: form.Field{Name: "tri", Label: "Ordre"}, Options: []part.Option{{Value: "nom", Label: "Par nom", Selected: true}}},
	}}
}

func sampleList() admin.List {
	f := sampleFilter()
	return admin.List{Page: sampleAdminDesk(), Intro: []string{"Une phrase."}, Tabs: []admin.Tab{{Label: "Envoyés", URL: "/a", N: "3", Current: true}, {Label: "Refusés", URL: "/b", N: "0"}}, Filter: &f,
		Act: part.Link{Label: "Créer", URL: "/nouvelle"}, Note: "Une note.", Table: sampleTable(), Pager: admin.Pager{Shown: "1 sur 2\u00a0comptes", First: "/a", Next: "/b"},
		More: []part.Link{{Label: "Autre", URL: "/c"}}, HelpHeading: "Les états", Help: []string{"Un état."}}
}

func sampleDetail() admin.Detail {
	t := sampleTable()
	return admin.Detail{Page: sampleAdminDesk(), State: form.State{Token: "A", Heading: "Rien n’a changé", Faults: []form.Fault{{Field: "nom", Text: "Indiquez un nom."}}}, Warning: "Attention.",
		Facts: []desk.Fact{{Term: "État", Text: "actif"}, {Term: "Par", Text: "Ada", URL: "/a"}}, Acts: []form.Action{{To: "/a", Label: "Faire"}}, Ways: []part.Link{{Label: "Voir", URL: "/v"}},
		Boxes: []admin.Box{{ID: "boite", Heading: "Boîte", Intro: "Une phrase.", Table: &t, Forms: []admin.Form{sampleAdminForm()}, Acts: []form.Action{{To: "/b", Label: "Agir"}}}}}
}

func sampleAdminForm() admin.Form {
	return admin.Form{To: "/modifier", Version: "3", Once: "A", Button: "Enregistrer", Fields: []admin.FilterField{{Field: form.Field{Name: "nom", Label: "Nom", Value: "Ville"}}}}
}

func sampleConfirm() admin.Confirm {
	return admin.Confirm{Page: sampleAdminDesk(), State: form.State{Token: "A"}, Text: []string{"Une phrase."}, To: "/a", Version: "2", Field: &form.Field{Name: "motif", Label: "Motif"}, Button: "Suspendre", Back: "/b"}
}

func sampleJournal() admin.Journal {
	return admin.Journal{Page: sampleAdminDesk(), Intro: "Une phrase.", Filter: sampleFilter(), Pager: admin.Pager{Next: "/b"}, Export: form.Action{To: "/csv", Label: "Exporter"}, Note: "Une note.", Lines: []admin.Line{
		{When: "28 nov. 2026", Stamp: "2026-11-28T10:00:00Z", What: "Compte suspendu", Who: part.Link{Label: "Ada", URL: "/a"}, About: part.Link{Label: "compte effacé"}, Object: part.Link{Label: "Compte", URL: "/c"},
			Fields: []admin.Change{{Label: "motif", Before: "a", After: "b"}, {Label: "nom", After: "valeur effacée"}}},
		{When: "27 nov. 2026", Stamp: "2026-11-27T10:00:00Z", What: "Connexion", Who: part.Link{Label: "Ada"}, Unreadable: true},
	}}
}

func sampleImportForm() admin.ImportForm {
	return admin.ImportForm{
		Page: sampleAdminDesk(), State: form.State{Token: "A", Heading: "Les fichiers n’ont pas été gardés", Faults: []form.Fault{{Field: "fichiers", Text: "Choisissez au moins un fichier."}}},
		To: "/administration/imports", Once: "A", Files: form.Field{Name: "fichiers", Label: "Fichiers", Help: "CSV ou XLSX."}, Choices: sampleFilter().Fields, Partial: true, Open: true,
	}
}

func sampleImport() admin.Import {
	t := sampleTable()
	report := admin.ImportReport{
		ID: "rapport", Heading: "Rapport de l’essai", Intro: "Rien n’a été écrit.", Figures: []admin.Figure{{Label: "lignes lues", Value: "3"}},
		Files:   []admin.ReportedFile{{Name: "a.csv", Layout: "tableau", Remarks: []string{"une valeur ignorée"}}, {Name: "b.png", Refusal: "format inconnu"}, {Name: "lisez-moi", Aside: "une notice"}},
		Rejects: &t, NoRejects: "Ailleurs.", Download: &form.Action{To: "/rejets", Label: "Télécharger"}, Text: "a.csv\n  3 lignes lues",
	}
	other := report
	other.ID = "autre"
	return admin.Import{
		Page: sampleAdminDesk(), State: form.State{Token: "A"}, Here: "/administration/imports/a", Facts: []desk.Fact{{Term: "État", Text: "importé"}}, Notice: "Terminé.", Warning: "Attention.", Elsewhere: "Ailleurs.",
		Acts: []form.Action{{To: "/importer", Label: "Importer"}}, Reports: []admin.ImportReport{report, other},
		Again: &admin.Again{To: "/essai", Version: "2", Button: "Refaire", Choices: sampleFilter().Fields, Nature: form.Field{Name: "nature", Label: "Ces fichiers sont", Help: "Une aide."}, Natures: []part.Option{{Value: "liste", Label: "une liste", Selected: true}}, Open: true},
	}
}

func sampleImportUnderWay() admin.Import {
	p := sampleImport()
	p.Reports, p.Again, p.Progress = nil, nil, &admin.Progress{Label: "L’import est en cours.", Text: "3 lignes lues", Help: "Il continue.", Value: 1, Max: 3}
	return p
}
