package proof

import (
	"context"
	"errors"

	"sourcier/internal/app"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// comparisonForPages stores an operation in analysis on the purchase of planForPages, with
// two answers, a finding and a report.
func comparisonForPages(ctx context.Context, a *app.App, m buyer.Member) error {
	at := a.Now().UTC()
	opened, deadline := at.AddDate(0, 0, -20), at.AddDate(0, 0, -3)
	o := sourcing.Operation{
		ID: "sourcage-compare", Organisation: m.Organisation, Purchase: "achat", Title: "Nettoyage des écoles", Message: "Bonjour.", Deadline: deadline, CreatedAt: opened, UpdatedAt: deadline, Rev: 1, OpenedAt: opened, AnalysingAt: deadline,
		Team: []sourcing.Teammate{{Person: m.Person, Part: sourcing.Leads, AddedAt: opened, DeclaredAt: opened, Charter: 1}},
		Approved: &survey.Questionnaire{Version: 2, Title: "Nettoyage", ApprovedAt: opened, Questions: []survey.Question{
			{ID: "k1", Kind: survey.Number, Text: "Effectif", Unit: "personnes"}, {ID: "k2", Kind: survey.Text, Text: "Prix", Confidential: true, Rationale: "Secret des affaires"}, {ID: "k3", Kind: survey.File, Text: "Plaquette"},
		}},
		Ledger:   []sourcing.Info{{ID: "i1", Origin: sourcing.FromMessage, Text: "Bonjour.", At: opened, SharedAt: opened}, {ID: "i2", Origin: sourcing.FromExchange, Text: "800 m².", At: opened, Cells: []sourcing.Cell{{Supplier: "s1", GivenAt: opened}}}},
		Findings: []sourcing.Finding{{ID: "f1", Text: "Deux savent faire.", Effect: sourcing.OnReservation, Consequence: "Réserver.", At: deadline}, {ID: "f2", Text: "Le soir.", Effect: sourcing.OnClauses, Consequence: "Horaires libres.", At: deadline}},
		Notes:    []sourcing.Note{{Supplier: "s1", Question: "k1", Text: "À recouper.", At: deadline, Rev: 1}, {Supplier: "s1", Text: "Solide.", At: deadline, Rev: 1}},
	}
	var errs []error
	for i, id := range []string{"s1", "s2"} {
		o.Suppliers = append(o.Suppliers, sourcing.Supplier{ID: id, Name: "Atelier " + id, AddedAt: opened, ContactedAt: opened, AnsweredAt: deadline})
		x := sourcing.Submission{Number: 1, At: deadline.AddDate(0, 0, i), Deadline: deadline, Version: 1 + i, Route: []sourcing.Route{sourcing.ByPortal, sourcing.ByCall}[i], Values: []survey.Value{
			{Question: "k1", Number: []string{"12", "1250.5"}[i], Secret: i == 0, Why: "Effectif non public"}, {Question: "k3", Files: []survey.Upload{{Hash: "a", Name: "plaquette.pdf"}}},
		}}
		_, err := a.Operation.Answers.Insert(ctx, sourcing.Answer{ID: sourcing.AnswerID(o.ID, id), Organisation: o.Organisation, Operation: o.ID, Supplier: id, CreatedAt: opened, UpdatedAt: deadline, Submissions: []sourcing.Submission{x}}, store.Change{})
		errs = append(errs, err)
	}
	_, err := a.Operation.Operations.Insert(ctx, o, store.Change{})
	if err := errors.Join(append(errs, err)...); err != nil {
		return err
	}
	return a.Operation.Report(ctx, m, o.ID, 1)
}

// comparisonPages are those of its answers, findings and reports.
var comparisonPages = []string{
	"/sourcages/sourcage-compare/comparaison", "/sourcages/sourcage-compare/comparaison?question=k1&differences=1", "/sourcages/sourcage-compare/comparaison?structure=rien", "/sourcages/sourcage-compare/comparaison/notes/s1?fait=note",
	"/sourcages/sourcage-compare/constats?constat=f1", "/sourcages/sourcage-compare/rapport?fait=fige", "/sourcages/sourcage-compare/rapport/1/interne", "/sourcages/sourcage-compare/rapport/1/communicable",
}
