package views_test

import (
	"sourcier/views/about"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/operation"
	"sourcier/views/part"
)

// Pages of the questionnaire of a sourçage and of its public page, with nothing and with
// everything.
func init() {
	pages["questionnaire zero"] = operation.QuestionnaireView(operation.QuestionnairePage{})
	pages["questionnaire"] = operation.QuestionnaireView(sampleQuestionnaire())
	pages["questionnaire form zero"] = operation.QuestionnaireEditView(operation.QuestionnaireEdit{})
	pages["questionnaire form"] = operation.QuestionnaireEditView(sampleQuestionForm())
	pages["questionnaire approval zero"] = operation.QuestionnaireApprovalView(operation.QuestionnaireApproval{})
	pages["questionnaire approval"] = operation.QuestionnaireApprovalView(operation.QuestionnaireApproval{
		Page: sampleQuestionsPage(), State: form.State{Token: "A", Heading: "Le questionnaire n’est pas approuvé", Refusal: "Il a changé."}, Action: "/sourcages/a/questionnaire/approuver", Edit: "/sourcages/a/questionnaire/modifier", Cancel: "/sourcages/a/questionnaire", Rev: "4",
		Set: sampleQuestionSet(), Open: true, Version: 2, Told: "3 structures recevront cette différence.", Mail: []string{"Le questionnaire a changé : version 2."}, Changes: sampleQuestionChanges(),
	})
	pages["questionnaire calendar zero"] = operation.CalendarView(operation.CalendarPage{})
	pages["questionnaire calendar"] = operation.CalendarView(operation.CalendarPage{
		Page: sampleQuestionsPage(), State: sampleRefusal("heure"), Action: "/sourcages/a/calendrier", From: "2026-12-14T11:00:00Z", Now: "Les réponses sont attendues.", Day: "14/12/2026", Hour: "25 h", Frozen: "Elle ne change plus.", Rules: "Tous sont prévenus.",
		Moves: []operation.CalendarMove{{When: "28\u00a0nov.\u00a02026", Text: "Elle est désormais le 14.", Who: " par Ada"}},
	})
	pages["call desk zero"] = operation.CallDeskView(operation.CallDeskPage{})
	pages["call desk"] = operation.CallDeskView(sampleCallDesk())
	pages["calls zero"] = operation.CallListView(operation.CallListPage{Base: sampleBase(), Heading: "Sourçages ouverts"})
	pages["calls"] = operation.CallListView(operation.CallListPage{Base: sampleBase(), Heading: "Sourçages ouverts", Lead: "Avant un marché.", Lines: []operation.CallLine{{URL: "/sourcages-ouverts/a", Title: "Nettoyage", Buyer: "Ville d’Orly", Excerpt: "Nous cherchons.", Deadline: "Jusqu’au 14."}}})
	pages["call zero"] = operation.CallView(operation.CallPage{Base: sampleBase(), Heading: "Nettoyage"})
	pages["call"] = operation.CallView(operation.CallPage{
		Base: sampleBase(), State: sampleRefusal("courriel"), Heading: "Nettoyage", Done: "Un message part.", Closed: "Plus de candidatures.", Facts: sampleDeskFacts(), Notice: []string{"Nous cherchons."},
		Form: &operation.CallForm{Action: "/sourcages-ouverts/a", Once: "a", Values: map[string]string{"nom": "Zeta", "courriel": "z@"}, Mail: "/messages"},
	})
	pages["call signed in"] = operation.CallView(operation.CallPage{Base: sampleBase(), Heading: "Nettoyage", Form: &operation.CallForm{Action: "/sourcages-ouverts/a", Once: "a", Sheets: sampleOptions(), Email: "a@example.org"}})
	pages["call confirm zero"] = operation.CallConfirmView(operation.CallConfirmPage{Base: sampleBase()})
	pages["call confirm"] = operation.CallConfirmView(operation.CallConfirmPage{Base: sampleBase(), State: form.State{Token: "A"}, Trail: part.Link{Label: "Nettoyage", URL: "/sourcages-ouverts/a"}, Action: "/sourcages-ouverts/a/confirmer/b", Lead: "Demande à être consulté.", Facts: sampleDeskFacts(), Word: "Nous sommes là."})
	pages["charter"] = about.CharterView(about.Text{Base: sampleBase(), Heading: "Charte", Lead: "Version 1."})
}

func sampleQuestionsPage() operation.Page {
	return operation.Page{Page: sampleDesk(), Name: "Sourçage nettoyage", Status: part.Answer{Text: "Ouvert", Tone: part.Good}, When: "Jusqu’au 14 décembre.", Tabs: []operation.FrameTab{{Label: "Questionnaire", URL: "/sourcages/a/questionnaire", Current: true}}}
}

func sampleQuestionSet() operation.QuestionSet {
	return operation.QuestionSet{Title: "Nettoyage", Intro: []string{"Vos réponses nous aident."}, Lines: []operation.QuestionLine{
		{Text: "Effectif ?", Form: "Nombre, en personnes", Help: "Encadrement compris."}, {Text: "Produits ?", Form: "Plusieurs choix", Options: []string{"Écolabel", "Autres"}}, {Text: "Prix ?", Form: "Texte", Secret: "Secret des affaires"},
	}}
}

func sampleQuestionChanges() []operation.QuestionChange {
	return []operation.QuestionChange{{Label: "Question modifiée", Before: "Effectif", After: "Effectif de terrain"}, {Label: "Question ajoutée", After: "Travaillez-vous le samedi ?"}, {Label: "Question retirée", Before: "Prix"}}
}

func sampleQuestionnaire() operation.QuestionnairePage {
	set := sampleQuestionSet()
	return operation.QuestionnairePage{
		Page: sampleQuestionsPage(), State: sampleRefusal("depart"), Approved: &set, Note: "Version 2.", Frozen: "La date est passée.", Revise: "/sourcages/a/questionnaire/modifier", Self: "/sourcages/a/questionnaire", Calendar: "/sourcages/a/calendrier",
		Draft: &operation.QuestionDraft{Text: "2 questions.", Missing: []part.Link{{Label: "Écrivez la question.", URL: "/sourcages/a/questionnaire/modifier#q-0-texte"}}, Edit: "/sourcages/a/questionnaire/modifier", Approve: "/sourcages/a/questionnaire/approuver", Drop: form.Action{To: "/sourcages/a/questionnaire/abandonner", Label: "Abandonner le brouillon"}},
		Start: &operation.QuestionStart{Action: "/sourcages/a/questionnaire/debut", Rev: "2", Templates: sampleOptions(), Others: sampleOptions()},
		From:  sampleOptions(), To: sampleOptions(), Compared: "De la version 1 à la version 2", Changes: sampleQuestionChanges(),
	}
}

func sampleQuestionForm() operation.QuestionnaireEdit {
	one := operation.QuestionFields{Key: "q-0", ID: "k1", Legend: "Question 1", Text: "Effectif ?", Unit: "personnes", Kinds: sampleOptions(), Required: true, First: true, Action: "/sourcages/a/questionnaire/modifier", FocusDown: true}
	two := one
	two.Key, two.ID, two.Legend, two.First, two.Last, two.Secret, two.Why, two.Options, two.FocusDown = "q-1", "k2", "Question 2", false, true, true, "Secret", "Un\nDeux", false
	return operation.QuestionnaireEdit{
		Page: sampleQuestionsPage(), State: sampleRefusal("q-0-texte"), Action: "/sourcages/a/questionnaire/modifier", Cancel: "/sourcages/a/questionnaire", Rev: "2", Values: map[string]string{"titre": "Nettoyage", "intro": "Bonjour."},
		Questions: []operation.QuestionFields{one, two}, Said: "Question déplacée.", Theirs: sampleQuestionChanges(), Stale: true, Lead: "Rien n’est envoyé.",
	}
}

func sampleCallDesk() operation.CallDeskPage {
	facts := []desk.Fact{{Term: "Adresse", Text: "z@example.org"}}
	return operation.CallDeskPage{
		Page: sampleQuestionsPage(), State: sampleRefusal("motif-s1"), Action: "/sourcages/a/candidatures", Rev: "2", Notice: "Nous cherchons.", Public: "/sourcages-ouverts/a", Since: "Publiée hier.", Withdraw: &form.Action{To: "/sourcages/a/candidatures/retirer", Label: "Retirer l’annonce"},
		List: []operation.CallCandidate{
			{Name: "Zeta", Facts: facts, Word: "Nous sommes là.", State: part.Answer{Text: "Attend votre réponse", Tone: part.Warn}, Act: "/sourcages/a/candidatures/s1", Hear: true, Field: "motif-s1", Reason: "Trop", Open: true},
			{Name: "Eta", Facts: facts, State: part.Answer{Text: "Attend"}, Act: "/sourcages/a/candidatures/s2", Field: "motif-s2", Later: "À l’ouverture."},
			{Name: "Theta", Address: "/structures/a", Facts: facts, State: part.Answer{Text: "Non retenue"}, Reason: "Vous n’intervenez pas ici."},
		},
	}
}
