package views_test

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
	"sourcier/views/registration"
)

func sampleOwnDesk() desk.Page {
	p := sampleDesk()
	p.Area, p.Current = desk.OwnSheet("a", "Les Ateliers"), "/mes-fiches/a"
	return p
}

func sampleOwnForm(field string) ownsheet.Form {
	return ownsheet.Form{Page: sampleOwnDesk(), State: sampleRefusal(field), URL: "/mes-fiches/a/x", Rev: "3", Lead: "À lire.", AtOnce: "Aussitôt."}
}

func sampleOwnChanges() []ownsheet.Change {
	return []ownsheet.Change{{Field: "Nom", Before: "A", After: "B", URL: "/mes-fiches/a/presentation"}, {Field: "Site"}}
}

func sampleOwnSheets() ownsheet.ListPage {
	return ownsheet.ListPage{
		Page: sampleDesk(), Add: "/inscription", More: "Il y en a d’autres.",
		Sheets: []ownsheet.Line{{Name: "Les Ateliers", URL: "/mes-fiches/a", Place: "Orly", Organisation: "Groupe", States: []ownsheet.State{{Sign: "●", Label: "En ligne", Tone: part.Good}}, Reason: "Le nom.", Meter: ownsheet.Meter{Score: 40}, Next: "une zone"}},
	}
}

func sampleOwnSheet() ownsheet.OverviewPage {
	step := ownsheet.Step{Label: "Une zone", Brings: "24 communes", URL: "/mes-fiches/a/activites"}
	return ownsheet.OverviewPage{
		Page: sampleOwnDesk(), State: sampleOwnRefusal(), URL: "/mes-fiches/a", Public: "/structures/a", Preview: "/mes-fiches/a/apercu", States: sampleOwnSheets().Sheets[0].States,
		Notices: []ownsheet.Notice{{Title: "À corriger", Lines: []string{"Le nom."}, Warn: true, Link: &part.Link{Label: "Voir", URL: "/x"}}},
		Changes: sampleOwnChanges(), Rev: "3", Publish: "Publier", Checked: "Le nom.", Discard: true, Meter: ownsheet.Meter{Score: 40}, Next: &step, Missing: []ownsheet.Step{step},
		Screens: []ownsheet.Screen{{Label: "Activités", URL: "/mes-fiches/a/activites", Holds: "Rien encore", Missing: true}},
	}
}

func sampleOwnActivities() ownsheet.ActivitiesPage {
	return ownsheet.ActivitiesPage{
		Page: sampleOwnDesk(), State: sampleOwnRefusal(), URL: "/mes-fiches/a/activites", Rev: "3", Copy: &ownsheet.Copy{From: sampleOptions()},
		Activities: []ownsheet.Activity{{Title: "Nettoyage", URL: "/mes-fiches/a/activites/1", Facts: sampleDeskFacts(), Availability: part.Answer{Text: "Disponible", Tone: part.Good}, Note: "Jusqu’au 3 mars", Index: "1"}},
	}
}

func sampleOwnActivity() ownsheet.ActivityPage {
	picker := registration.Picker{Name: "secteur", From: "/x", Label: "Quoi", Chosen: sampleOptions()}
	return ownsheet.ActivityPage{
		Form: sampleOwnForm("rayon"), Base: "A", Sectors: picker, Zone: registration.Zone{Way: "rayon", RadiusKM: "12", Around: "Orly", Territories: registration.Picker{Name: "territoire", From: "/y", Label: "Où"}},
		Map:   &ownsheet.ZoneMap{Script: "/z.js", Leaflet: "/l.js", Style: "/l.css", Data: "{}"},
		Modes: sampleOptions(), Groups: []ownsheet.Group{{Label: "Réemploi", Options: sampleOptions(), Open: true}}, States: sampleOptions(), Until: "2026-12-01", Offer: "De nuit", Derived: true,
	}
}

func sampleOwnHistory() ownsheet.HistoryPage {
	return ownsheet.HistoryPage{
		Page: sampleOwnDesk(), State: sampleOwnRefusal(), URL: "/mes-fiches/a/historique",
		Versions: []ownsheet.Version{{Number: "2", When: "hier", By: "Ada", Note: "Retour.", Changes: sampleOwnChanges(), Now: "En ligne"}, {Number: "1", When: "avant", By: "Ada", Restore: "/mes-fiches/a/historique/1"}},
	}
}

func sampleOwnConflict() ownsheet.ConflictPage {
	return ownsheet.ConflictPage{
		Page: sampleOwnDesk(), State: form.State{Token: "A"}, URL: "/mes-fiches/a/coordonnees", Rev: "4",
		Fields: []ownsheet.Clash{{Field: "site", Label: "Site", Mine: "a.example", Values: []part.Option{{Value: "mien.site", Label: "a.example"}}}}, Kept: []part.Option{{Value: "mien.courriel", Label: "a@b.example"}},
	}
}

func sampleOwnTopics() ownsheet.PeoplePage {
	return ownsheet.PeoplePage{Form: sampleOwnForm("news-nom"), Topics: []ownsheet.Topic{{Code: "news", Label: "Actualités", Help: "Qui.", Name: "Ada", Job: "Directrice", Email: "a@b.example", Phone: "01", Frequencies: sampleOptions()}}}
}

func sampleOwnRenewal() ownsheet.RenewPage {
	return ownsheet.RenewPage{Base: sampleBase(), Heading: "Toujours ?", Text: []string{"La fiche."}, Lines: []string{"Nettoyage"}, State: form.State{Token: "A"}, Action: "/disponibilite/x", Ways: []part.Link{{Label: "Fiche", URL: "/x"}}}
}

func sampleOwnRefusal() form.State {
	return form.State{Token: "A", Heading: "Rien n’est publié", Refusal: "La fiche a changé."}
}
