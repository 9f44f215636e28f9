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
