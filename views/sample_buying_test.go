package views_test

import (
	"sourcier/views/buying"
	"sourcier/views/form"
	"sourcier/views/part"
)

func sampleLists() buying.ListsPage {
	line := buying.ListLine{Name: "Nettoyage", URL: "/listes/a", Count: "12\u00a0structures", By: "Le 28\u00a0novembre\u00a02026 par Ada Morel"}
	trashed := buying.ListLine{Name: "Ancienne", Count: "Supprimée le 27\u00a0novembre\u00a02026", By: "Le 1er\u00a0mai\u00a02026", Action: &form.Action{To: "/listes/b/recuperer", Label: "Récupérer", Hidden: "la liste Ancienne"}}
	return buying.ListsPage{Page: sampleDesk(), State: sampleRefusal("nom"), Organisation: "Ville", Lists: []buying.ListLine{line}, Trash: []buying.ListLine{trashed}, Writes: true, Name: "Nettoyage", Once: "a"}
}

func sampleBuyingList() buying.ListPage {
	card := sampleResults().Cards[0]
	card.ID, card.AddTo = "aaaaaaaaaaaaaaaa", ""
	return buying.ListPage{
		Page: sampleDesk(), State: form.State{Token: "A"}, URL: "/listes/a", Lead: "2\u00a0structures. Partagée avec les membres de Ville.",
		Sorts: sampleOptions(), Writes: true, CSV: "/listes/a/export.csv", XLSX: "/listes/a/export.xlsx", Back: &part.Link{Label: "Revenir", URL: "/structures"},
		Entries: []buying.Entry{
			{Card: card, Added: "Ajoutée le 28\u00a0novembre\u00a02026 par Ada Morel", Note: "Bon travail.", Noted: "Note du 28\u00a0novembre\u00a02026 par Ben", Page: "/listes/a/structures/b", Way: "Modifier la note", Hidden: "sur Propreté"},
			{State: "Retirée de l’annuaire depuis son ajout.", Added: "Ajoutée le 1er\u00a0mai\u00a02026", Page: "/listes/a/structures/c", Way: "Écrire une note", Hidden: "sur une fiche retirée", Remove: &form.Action{To: "/listes/a/structures/c/retirer", Label: "Retirer", Hidden: "une fiche retirée"}},
		},
		Pages: part.Pagination{Page: 1, Pages: 2, Next: "?page=2", Numbers: []part.PageLink{{Page: 1, URL: "/listes/a"}, {Page: 2, URL: "?page=2"}}},
	}
}

func sampleEntry() buying.EntryPage {
	return buying.EntryPage{
		Page: sampleDesk(), State: form.State{Token: "A", Heading: "La note n’est pas enregistrée", Refusal: "Quelqu’un d’autre a changé cette note."}, Action: "/listes/a/structures/b", Keep: "/listes/a", Text: "À revoir.", Rev: "2",
		Theirs: &buying.Theirs{Text: "Bon travail.", By: "Note du 28\u00a0novembre\u00a02026 par Ben"}, Remove: &form.Action{To: "/listes/a/structures/b/retirer", Label: "Retirer de la liste"}, Lost: true, Sheet: part.Link{Label: "Voir la fiche", URL: "/structures/b"},
	}
}

func sampleAdd() buying.AddPage {
	return buying.AddPage{Page: sampleDesk(), State: sampleRefusal("liste"), Names: []string{"Propreté"}, IDs: []string{"aaaaaaaaaaaaaaaa"}, Lists: sampleOptions(), Name: "Nettoyage", Once: "a", Back: "/structures"}
}

func sampleSearches() buying.SearchesPage {
	alert := form.Action{To: "/recherches/a/alerte", Label: "Arrêter l’alerte", Hidden: "de la recherche Tonte", Values: []part.Option{{Value: "alerte", Label: "non"}}}
	line := buying.SearchLine{ID: "a", Name: "Tonte", Open: "/structures?q=tonte", Words: "«\u00a0tonte\u00a0»", By: "Par Ada Morel", State: "Activée", Edit: "/recherches/a", Alert: alert}
	broken := line
	broken.Broken, broken.Name = true, "Menuiserie"
	return buying.SearchesPage{Page: sampleDesk(), State: form.State{Token: "A"}, Notice: "Aucune alerte ne vous est envoyée.", Own: []buying.SearchLine{line, broken}, Shared: []buying.SearchLine{line}, Seen: true}
}

func sampleSave() buying.SavePage {
	return buying.SavePage{Page: sampleDesk(), State: sampleRefusal("nom"), Words: []string{"«\u00a0tonte\u00a0»", "Intervient à Orly"}, Query: "q=tonte", Name: "Tonte", Once: "a", Shares: true, Shared: true, Alert: true, Back: "/structures?q=tonte", Mentions: "Ville"}
}

func sampleSavedSearch() buying.SearchPage {
	return buying.SearchPage{Page: sampleDesk(), State: sampleRefusal("nom"), Facts: sampleDeskFacts(), Broken: true, Open: "/structures?q=tonte",
		Alert: &form.Action{To: "/recherches/a/alerte", Label: "Activer l’alerte", Hidden: "de la recherche Tonte"}, Changes: true, Action: "/recherches/a", Name: "Tonte", Shares: true, Mentions: "Ville", Delete: "/recherches/a/supprimer"}
}

func sampleBuyingConfirm() buying.ConfirmPage {
	return buying.ConfirmPage{Page: sampleDesk(), State: form.State{Token: "A"}, Text: []string{"La liste disparaît."}, Action: form.Action{To: "/listes/a/supprimer", Label: "Supprimer la liste", Style: "btn-danger"}, Cancel: part.Link{Label: "Annuler", URL: "/listes/a"}}
}
