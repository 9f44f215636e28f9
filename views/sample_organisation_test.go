package views_test

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/organisation"
	"sourcier/views/part"
)

func sampleOptions() []part.Option {
	return []part.Option{{Value: "buyer", Label: "Acheteur", Selected: true}, {Value: "organiser", Label: "Organisateur"}}
}

func sampleDeskFacts() []desk.Fact {
	return []desk.Fact{{Term: "Type", Text: "Acheteur public"}, {Term: "Page", Text: "Ville", URL: "/organisations/a"}}
}

func sampleOrganisations() organisation.ListPage {
	line := organisation.Line{Name: "Ville d’Orly", URL: "/organisations/a", Kind: "Acheteur public", Note: "Acheteur", Action: &form.Action{To: "/organisations/a/demande/reprendre", Label: "Retirer", Hidden: "la demande pour Orly"}}
	plain := organisation.Line{Name: "Ville", Kind: "Réseau"}
	list := []organisation.Line{line, plain}
	return organisation.ListPage{
		Page: sampleDesk(), State: form.State{Token: "A"}, Waiting: list, Open: list, Mine: list, Asked: list, Query: "orly",
		Found: &organisation.Found{Heading: "2\u00a0organisations trouvées", Lines: list, More: true},
	}
}

func sampleOrganisation() organisation.Page {
	return organisation.Page{
		Page: sampleDesk(), State: sampleRefusal("courriel"), URL: "/organisations/a", Facts: sampleDeskFacts(), Notice: "À vérifier.", Manages: true, Open: true,
		Members: []organisation.Member{
			{Name: "Ada Morel", Email: "a@example.org", Self: true, Roles: "Acheteur", Manager: true, Since: "28\u00a0novembre\u00a02026", Covers: "Couvre Orly", URL: "/organisations/a/membres/b"},
			{Name: "b@example.org", Roles: "Prescripteur"},
		},
		Counted: "2\u00a0membres", Pages: part.Pagination{Page: 2, Pages: 2, Previous: "?page=1", Numbers: []part.PageLink{{Page: 1, URL: "?page=1"}, {Page: 2, URL: "?page=2"}}},
		Requests: []organisation.Request{
			{Name: "Dan Ferrand", Email: "d@example.org", Text: "Bonjour", Since: "Demande du 28\u00a0novembre", Person: "d", URL: "/organisations/a/demandes/d", Roles: sampleOptions()},
			{Name: "e@example.org", Person: "e", URL: "/organisations/a/demandes/e"},
		},
		Invitations: []organisation.Invitation{{Email: "f@example.org", Roles: "Acheteur", By: "Ada Morel", Until: "12\u00a0décembre", Withdraw: &form.Action{To: "/organisations/a/invitations/i/retirer", Label: "Retirer", Hidden: "l’invitation de f"}}},
		Domains:     []organisation.Domain{{Name: "ville.example", State: "À vérifier", Drop: &form.Action{To: "/organisations/a/domaines/retirer", Label: "Retirer", Hidden: "le domaine", Values: []part.Option{{Value: "domaine", Label: "ville.example"}}}}},
		Invite:      organisation.Invite{Email: "f@", Roles: sampleOptions(), Least: "Prescripteur", Manager: true}, Declare: "gmail.com", MayLeave: true,
	}
}
