package views_test

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
	"sourcier/views/privacy"
)

func sampleData() privacy.Data {
	facts := []desk.Fact{{Term: "Adresse", Text: "ada@ville.example"}, {Term: "Signalement", Text: "Du 12 mai 2026", URL: "/structures/abc"}}
	return privacy.Data{
		Page: sampleDesk(), Download: "/compte/donnees.json", Erase: "/compte/effacer", Privacy: "/donnees-personnelles",
		Parts: []privacy.Part{
			{ID: "compte", Title: "Votre compte", Why: "Vous reconnaître.", Long: "24 mois.", Who: "Vous.", Facts: facts, Links: []part.Link{{Label: "Corriger", URL: "/compte"}},
				Tables: []privacy.Table{{Caption: "Reçus", Heads: []string{"Courriel", "État"}, Rows: [][]string{{"Invitation", "envoyé", "de trop"}}, More: "Les 15 plus récents."}}},
			{ID: "courriels", Title: "Vos courriels", None: "Aucun courriel."},
		},
	}
}

func sampleErase() privacy.Erase {
	return privacy.Erase{
		Page: sampleDesk(), Action: "/compte/effacer", Email: "ada@ville.example", Typed: "bob@", Audit: "60 mois", Data: "/compte/donnees", Export: "/compte/donnees.json",
		State: form.State{Token: "A", Heading: "Votre compte n’est pas effacé", Faults: []form.Fault{{Field: "adresse", Text: "Écrivez l’adresse."}}},
	}
}

func sampleKeeping() privacy.Keeping {
	return privacy.Keeping{
		Page: sampleDesk(), Next: []string{"1 compte prévenu"}, Counted: "le 12 mai 2026", Last: []string{"2 courriels effacés"}, LastAt: "11 mai 2026", Failed: true,
		Periods: []privacy.Period{{What: "Compte", Long: "24 mois", Setting: "SOURCIER_KEEP_ACCOUNTS_MONTHS", Then: "effacé"}, {What: "Connexion", Long: "12 heures", Then: "effacée"}},
	}
}
