package views_test

import (
	"sourcier/internal/sourcing"
	"sourcier/views/form"
	"sourcier/views/part"
	"sourcier/views/programme"
)

// Pages of running contracts, with nothing and with everything.
func init() {
	pages["contracts zero"] = programme.ContractsView(programme.ContractListPage{})
	pages["contracts"] = programme.ContractsView(sampleContracts())
	pages["contract zero"] = programme.ContractView(programme.ContractPage{})
	pages["contract"] = programme.ContractView(sampleContract())
	pages["contract form zero"] = programme.ContractFormView(programme.ContractFormPage{Sectors: samplePicker("secteur"), Places: samplePicker("territoire")})
	pages["contract form"] = programme.ContractFormView(sampleContractForm())
}

func sampleContracts() programme.ContractListPage {
	line := programme.ContractLine{
		Object: "Gardiennage", URL: "/programme/contrats/a", Note: "2023-01 · Écoles", Holder: "Vigie", Amount: "480\u202f000\u00a0€\u00a0HT", AmountNote: "120\u202f000\u00a0€\u00a0HT par an",
		LastDay: "30\u00a0juin\u00a02027", EndNote: "reconduction à décider", Follower: "Idée", FollowerURL: "/programme/achats/b", FollowNote: "2 étapes en retard", FollowLate: true,
	}
	over := line
	over.Ended, over.URL, over.EndNote, over.Follower, over.FollowerURL = true, "/programme/contrats/c", "terme dépassé", "Aucune", ""
	return programme.ContractListPage{
		Page: sampleDesk(), State: sampleRefusal("jour"), New: "/programme/contrats/nouveau", Import: "/programme/import", Action: "/programme/contrats", Text: "gardien", Reset: "/programme/contrats",
		Filters: []programme.ContractFilter{{Name: "service", Label: "Service", Options: sampleOptions()}}, Summary: []programme.ContractFigure{{Value: "2", Label: "En cours"}},
		Lines: []programme.ContractLine{line, over}, Note: "Leur renouvellement est proposé 12 mois avant.", Digest: &programme.ContractDigest{Text: "Chaque semaine.", Action: "/programme/contrats/point", Days: sampleOptions()},
		Pages: part.Pagination{Page: 1, Pages: 2, Next: "?page=2", Numbers: []part.PageLink{{Page: 1, URL: "/programme/contrats"}, {Page: 2, URL: "?page=2"}}},
	}
}

func sampleContract() programme.ContractPage {
	plan := programme.BackPlan{Lead: "1 étape en retard.", Late: true, Notes: []string{"Procédure adaptée."}, Steps: []programme.BackStep{
		{Label: "Revue de marchés", When: "le 1er\u00a0mars\u00a02027", State: "Fait", Pace: sourcing.PaceDone}, {Label: "Sourçage", When: "du 1er\u00a0mars au 30\u00a0avril\u00a02027", State: "En retard de 3\u00a0jours", Pace: sourcing.PaceLate},
		{Label: "DCE", When: "du 1er\u00a0mai au 2\u00a0juin\u00a02027", State: "En cours", Pace: sourcing.PaceNow}, {Label: "Publication", When: "le 2\u00a0juin\u00a02027", Why: "35\u00a0jours", Pace: sourcing.PaceAhead},
	}}
	return programme.ContractPage{
		Page: sampleDesk(), State: form.State{Token: "A", Heading: "Rien n’a changé", Refusal: "Le programme est plein."}, Warning: "Terme dépassé.", Facts: sampleDeskFacts(), Edit: "/programme/contrats/a/modifier", End: "/programme/contrats/a/terminer",
		Renewal: []string{"Proposé le 28\u00a0novembre\u00a02026."}, Follower: &part.Link{Label: "Gardiennage", URL: "/programme/achats/b"}, Status: "idée", Propose: &form.Action{To: "/programme/contrats/a/proposer", Label: "Proposer la suite maintenant"},
		Plan: &plan, History: []programme.ContractStep{{What: "Marché en cours enregistré", Who: "Ada Morel", When: "28\u00a0nov.\u00a02026 à 11\u00a0h\u00a034"}},
	}
}

func sampleContractForm() programme.ContractFormPage {
	return programme.ContractFormPage{
		Page: sampleDesk(), State: sampleRefusal("fin"), Action: "/programme/contrats/nouveau", Cancel: "/programme/contrats", Once: "a", Rev: "1", Values: map[string]string{"objet": "Gardiennage", "fin": "bientôt"},
		Services: sampleOptions(), Natures: sampleOptions(), TakeOver: sampleOptions(), Sectors: samplePicker("secteur"), Places: samplePicker("territoire"), Button: "Enregistrer le marché",
		Theirs: &programme.ContractTheirs{Text: "Comparez.", Lines: []programme.ContractDifference{{Field: "Titulaire", Stored: "Vigie", Typed: "Rondes"}}, Keep: "/programme/contrats/a"},
	}
}
