package views_test

import (
	"github.com/a-h/templ"

	"sourcier/views/form"
	"sourcier/views/operation"
	"sourcier/views/part"
)

// operationPages are those of sourçages from the list to what is sent, empty and full.
func operationPages() map[string]templ.Component {
	frame := operation.Page{Page: sampleDesk(), Name: "Sourçage", Status: part.Answer{Text: "Ouvert", Tone: part.Good}, When: "Jusqu’au 12.", Tabs: []operation.FrameTab{{Label: "Panel", URL: "/a/panel", Current: true}}}
	link := part.Link{Label: "Alpha", URL: "/structures/alpha"}
	pages := part.Pagination{Page: 1, Pages: 2, Next: "?page=2", Numbers: []part.PageLink{{Page: 1, URL: "/a"}, {Page: 2, URL: "?page=2"}}}
	filter := operation.DeskFilter{Name: "etat", Label: "État", Options: sampleOptions()}
	rows := []operation.DeskListRow{{Name: link, Purchase: "Nettoyage", Status: frame.Status, Deadline: "12 décembre", Answers: "1 sur 2", Note: "Bientôt."}}
	choices := []operation.DeskChoice{
		{Key: "0", Structure: "alpha", Name: link, Notes: []string{"Orly"}, Chosen: true, Email: "a@b.example", EmailNote: "Adresse du compte.", Reasons: sampleOptions(), Text: "Trop loin", Fault: "Précisez.", At: "precision"},
		{Key: "1", Structure: "beta", Name: part.Link{Label: "Beta"}, Reasons: sampleOptions(), Fault: "Adresse.", At: "adresse"},
	}
	missing := []operation.DeskMissing{{Text: "Figez le panel.", Way: part.Link{Label: "Figer", URL: "/a/panel"}}}
	letter := &operation.DeskLetter{Subject: "Objet", Greeting: "Bonjour,", Paragraphs: []string{"Texte."}, Action: "Répondre", After: []string{"Votre lien."}, Closing: "L’équipe", Why: "Pourquoi."}
	to := []operation.DeskAddress{{Name: "Alpha", Email: "a@b.example"}}
	panel := operation.DeskPanel{
		Page: frame, URL: "/a/panel", Rev: "2", Facts: sampleDeskFacts(), Sources: []operation.DeskSource{{Kind: "Recherche", Label: "nettoyage", Found: "2", Data: "annuaire", URL: "/structures?q=nettoyage"}, {Kind: "Liste", Label: "Liste"}},
		Freeze: &operation.DeskFreeze{Lots: append(sampleOptions(), sampleOptions()...), Searches: append(sampleOptions(), sampleOptions()...), Lists: append(sampleOptions(), sampleOptions()...), Again: true},
		Counts: "1 contactée", Views: []operation.DeskView{{Label: "Toutes (2)", URL: "/a", Current: true}, {Label: "À décider", URL: "/b"}}, View: "toutes", At: "1", Rows: choices, Writes: true,
		Reasons: sampleOptions(), NoEmail: "Sans adresse", Pages: pages, Next: &part.Link{Label: "Aperçu", URL: "/a/apercu"},
	}
	plain := panel
	plain.Rows, plain.Freeze, plain.Plain = nil, nil, []operation.DeskDecided{{Name: link, Notes: []string{"Orly"}, Decision: "Contactée"}}
	return map[string]templ.Component{
		"operations zero":  operation.DeskListView(operation.DeskList{}),
		"operations":       operation.DeskListView(operation.DeskList{Page: sampleDesk(), Filters: []operation.DeskFilter{filter}, Found: "1\u00a0sourçage", Clear: "/sourcages", New: "/sourcages/nouveau", Rows: rows, Pages: pages}),
		"operations empty": operation.DeskListView(operation.DeskList{Page: sampleDesk(), Empty: &operation.DeskEmpty{Title: "Aucun", Text: []string{"Rien."}, Way: link}}),
		"operation choose": operation.DeskNewView(operation.DeskNew{Page: sampleDesk(), Purchases: sampleOptions()}),
		"operation new":    operation.DeskNewView(operation.DeskNew{Page: sampleDesk(), Facts: sampleDeskFacts(), Lots: []part.Link{link}, Purchase: "a", Title: "Nettoyage", There: rows}),
		"operation past":   operation.DeskNewView(operation.DeskNew{Page: sampleDesk(), Purchase: "a", Refusal: "Terminé."}),
		"express zero":     operation.DeskExpressView(operation.DeskExpress{}),
		"express": operation.DeskExpressView(operation.DeskExpress{Page: sampleDesk(), State: form.State{Heading: "Non", Faults: []form.Fault{{Field: "interets", Text: "Déclarez."}}}, Action: "/a", Templates: sampleOptions(), Lead: "Tout.", Rows: choices,
			More: "Et 3 autres.", Full: "/a", Declared: true, Charter: "/charte"}),
		"operation zero": operation.DeskOverviewView(operation.DeskOverview{}),
		"operation": operation.DeskOverviewView(operation.DeskOverview{
			Page: frame, Purpose: "Savoir.", Notice: "Déclarez.", Next: operation.DeskNext{Title: "Suite", Text: "Texte.", Way: &link}, Missing: missing, Facts: sampleDeskFacts(), Counts: "2", Acts: []part.Link{link}, Message: "Bonjour.",
			Suppliers: []operation.DeskSupplier{{Name: "Alpha", URL: "/structures/alpha", Notes: []string{"Ajoutée."}, Email: "a@b.example", Delivery: frame.Status, When: "Le 3.", Answer: frame.Status, Said: "Saisie.", Edit: "/a/adresse", Open: "/a/reponses/s1"}, {Name: "Beta"}},
			History:   []operation.DeskStep{{When: "3 mars", ISO: "2027-03-03T10:00:00Z", What: "Ouvert", Note: "Alpha"}},
		}),
		"operation write": operation.DeskWriteView(operation.DeskWrite{Page: frame, Action: "/a", Lots: sampleOptions(), Theirs: sampleDeskFacts()}),
		"team zero":       operation.DeskTeamView(operation.DeskTeam{}),
		"team": operation.DeskTeamView(operation.DeskTeam{Page: frame, State: form.State{Faults: []form.Fault{{Field: "interets", Text: "Dites.", To: "interets-non"}}}, URL: "/a/equipe", Own: "Déclarez.", OwnTone: "warn", Charter: "/charte",
			Declare: &operation.DeskDeclare{Has: "oui", Interests: "Un mandat.", Again: true}, Enrol: &operation.DeskEnrol{Persons: sampleOptions(), Parts: sampleOptions()},
			Rows: []operation.DeskMate{{Name: "Camille", Part: "Membre", Added: "Depuis", Status: frame.Status, Said: "Un mandat.", Recuse: "/a/recuser", Leave: &form.Action{To: "/a/retirer", Label: "Retirer"}}}}),
		"panel zero":   operation.DeskPanelView(operation.DeskPanel{}),
		"panel":        operation.DeskPanelView(panel),
		"panel plain":  operation.DeskPanelView(plain),
		"preview zero": operation.DeskPreviewView(operation.DeskPreview{}),
		"preview":      operation.DeskPreviewView(operation.DeskPreview{Page: frame, Letter: letter, Missing: missing, To: to, Facts: sampleDeskFacts(), Open: "/a/ouvrir", Button: "Envoyer", Edit: []part.Link{link}, Refusal: "Non."}),
		"send zero":    operation.DeskSendView(operation.DeskSend{}),
		"send":         operation.DeskSendView(operation.DeskSend{Page: frame, Intro: []string{"Une seule."}, Action: "/a", Button: "Envoyer", Fields: []form.Field{{Name: "nom", Label: "Nom"}}, Area: &form.Field{Name: "message", Label: "Texte"}, To: to, Letter: letter, Cancel: "/a"}),
		"send none":    operation.DeskSendView(operation.DeskSend{Page: frame, Intro: []string{"Partie."}, None: true, Cancel: "/a"}),
	}
}
