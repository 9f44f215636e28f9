package views_test

import (
	"github.com/a-h/templ"

	"sourcier/views/part"
	"sourcier/views/programme"
)

// studyPages are those of the études de réservation, empty and full.
func studyPages() map[string]templ.Component {
	return map[string]templ.Component{
		"study zero":    programme.StudyView(programme.StudyPage{}),
		"study":         programme.StudyView(sampleStudy()),
		"studies zero":  programme.StudiesView(programme.StudiesPage{}),
		"studies":       programme.StudiesView(sampleStudies()),
		"studies empty": programme.StudiesView(programme.StudiesPage{Page: sampleDesk(), Lead: "Les lots.", Empty: &programme.StudyEmpty{Title: "Aucun lot", Text: "Rien ici.", Way: part.Link{Label: "Saisir un achat", URL: "/programme/achats/nouveau"}}}),
	}
}

func sampleStudy() programme.StudyPage {
	verdict := programme.StudyVerdict{Tone: "good", Sign: "✓", Label: "Réservable", Basis: "L2113-12", Reasons: []string{"3 répondants indépendants au titre de L2113-12, pour 3 demandés."}}
	counts := []programme.StudyCount{{N: 3, Label: "Zone déclarée", Hidden: "répondants", URL: "/a?base=L2113-12#liste-12"}, {Label: "Toute la France"}}
	return programme.StudyPage{
		Page: sampleDesk(), Lead: "Jugée le 28 novembre 2026.", Verdict: verdict, Others: []programme.StudyVerdict{{Tone: "other", Sign: "→", Label: "Clause d’insertion", Reasons: []string{"Assez d’heures."}}},
		Decision: part.Link{Label: "Avis et décision", URL: "/a/decision"}, Edit: &part.Link{Label: "Modifier l’achat", URL: "/a/modifier"}, Facts: sampleDeskFacts(),
		Warnings: []programme.StudyWarning{{Label: "Candidat unique", Text: "Un seul répondant (L2113-12)."}}, Rules: []programme.StudyRule{{Label: "Petit lot", Value: "80\u202f000\u00a0€\u00a0HT", From: "1er avr. 2019", Source: "R2123-1, 2°", ToCheck: true}},
		Bases: []programme.StudyBasis{{ID: "13", Title: "L2113-13 · insertion", Summary: "0\u00a0répondant", Lacks: "La liste manque."}, {
			ID: "12", Title: "L2113-12 · handicap", Summary: "3\u00a0répondants", Enough: true, Explain: "Marché réservé.", ToCheck: "l’application aux EATT", Circles: []programme.StudyCircle{{Label: "Grand-Orly", Counts: counts}},
			List: programme.StudyList{Heading: "3 structures", Open: true, More: "Et 12\u00a0autres.", All: &part.Link{Label: "Voir tous les candidats", URL: "/a"}, Rows: []programme.StudyCandidate{
				{Name: "ESAT", URL: "/structures/a", Others: []part.Link{{Label: "autre établissement", URL: "/structures/b"}}, Place: "Région", Capacity: "inconnue", Counted: true},
				{Name: "Ensemble", URL: "/structures/c", About: "groupement de 2 membres", Place: "Région", Capacity: "insuffisante", Why: "un de ses membres compte déjà : ESAT", ToCheck: true}}},
		}},
	}
}

func sampleStudies() programme.StudiesPage {
	verdict := programme.StudyVerdict{Tone: "warn", Sign: "?", Label: "Informations insuffisantes", Basis: "L2113-12"}
	return programme.StudiesPage{
		Page: sampleDesk(), Lead: "Les lots du programme.", Totals: []programme.StudyTotal{{N: 2, Label: "Réservable", Tone: "good", Sign: "✓", URL: "/programme/etudes?verdict=reservable", Current: true}},
		Filters: []programme.StudyFilter{{Name: "verdict", Label: "Verdict", Options: sampleOptions()}}, Clear: "/programme/etudes", Found: "2\u00a0lots", Pages: part.Pagination{Page: 1, Pages: 2, Next: "?page=2", Numbers: []part.PageLink{{Page: 1, URL: "/programme/etudes"}, {Page: 2, URL: "?page=2"}}},
		Rows: []programme.StudyRow{{Lot: part.Link{Label: "Lot 1", URL: "/a"}, Purchase: "Nettoyage", Service: ", Écoles", State: "Idée", Date: ", publication mars\u00a02027", Verdict: verdict, Answerers: "3 (L2113-12)", Warnings: []string{"Candidat unique", "Montant inconnu"}}},
	}
}
