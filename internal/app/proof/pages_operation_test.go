package proof

import (
	"context"
	"errors"
	"strings"

	"sourcier/internal/app"
	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
	"sourcier/internal/workday"
)

// Sourçages of the saved pages: one that is ready to be opened, one that runs, one that
// has just been begun.
const (
	readyOperation = "sourcagepretaaaaaaaaaaaaaa"
	openOperation  = "sourcageouvertaaaaaaaaaaaa"
	newOperation   = "sourcageneufaaaaaaaaaaaaaa"
)

// operationPages are those of sourçages, from the list to what is sent while one runs.
var operationPages = []string{
	"/sourcages?fait=cree", "/sourcages?etat=clos", "/sourcages/nouveau", "/sourcages/nouveau?achat=achat-etude", "/sourcages/nouveau?achat=achat-etude&lot=l1", "/sourcages/nouveau/express?achat=achat-etude&lot=l1",
	"/sourcages/" + newOperation, "/sourcages/" + newOperation + "/panel", "/sourcages/" + newOperation + "/equipe", "/sourcages/" + newOperation + "/modifier",
	"/sourcages/" + readyOperation, "/sourcages/" + readyOperation + "/panel?vue=toutes", "/sourcages/" + readyOperation + "/apercu",
	"/sourcages/" + openOperation + "?fait=ouvert", "/sourcages/" + openOperation + "/panel", "/sourcages/" + openOperation + "/equipe", "/sourcages/" + openOperation + "/ajouter",
	"/sourcages/" + openOperation + "/structures/s1/adresse", "/sourcages/" + openOperation + "/relance", "/programme/achats/achat-etude",
}

// operationsForPages makes them, on the purchase of studyForPages.
func operationsForPages(ctx context.Context, a *app.App, m buyer.Member) error {
	docs, err := a.Structures.Scan(ctx, "", 2)
	if err != nil {
		return err
	}
	one := func(id string) operation.Express {
		return operation.Express{
			Operation: sourcing.Operation{ID: id, Purchase: "achat-etude", Lots: []string{"l1"}, Title: "Nettoyage", Message: "Nous préparons un marché public.\n\nMerci de votre réponse.", Deadline: workday.NoonAfter(a.Now(), sourcing.NoticeDays)},
			Panel: sourcing.Longlist{Sources: []sourcing.PanelSource{{Kind: sourcing.FromSearch, Query: "q=nettoyage", Label: "nettoyage", Data: "annuaire du jour", Found: 2, Total: 2}},
				Rows: []sourcing.Row{operation.RowOf(&docs[0].Value, "trouvée par la recherche", structure.DateOf(a.Now())), operation.RowOf(&docs[1].Value, "trouvée par la recherche", structure.DateOf(a.Now()))}},
			Chosen:    []sourcing.Supplier{{Structure: docs[0].ID, Name: docs[0].Value.Name, Email: "accueil@structure.example"}},
			Excluded:  []sourcing.Exclusion{{Structure: docs[1].ID, Code: sourcing.OtherReason, Text: strings.Repeat("Trop loin. ", 3)}},
			Questions: survey.Templates()[0].Questionnaire,
		}
	}
	if err := errors.Join(a.Operation.Express(ctx, m, one(readyOperation)), a.Operation.Express(ctx, m, one(openOperation)),
		a.Operation.Create(ctx, m, sourcing.Operation{ID: newOperation, Purchase: "achat-etude", Title: "Sourçage neuf"})); err != nil {
		return err
	}
	seen, err := a.Operation.Operation(ctx, m, openOperation)
	if err != nil {
		return err
	}
	return a.Operation.Open(ctx, m, openOperation, seen.Operation.Rev)
}
