package proof

import (
	"context"
	"errors"

	"sourcier/internal/app"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// ledgerForPages gives a buyer an open sourçage with a gap, a question, an agenda and an
// exchange whose minutes are contested.
func ledgerForPages(ctx context.Context, a *app.App, m buyer.Member) error {
	at := a.Now().AddDate(0, 0, -3)
	o := sourcing.Operation{
		ID: "registre", Organisation: m.Organisation, Purchase: "achat", Title: "Nettoyage des écoles", OpenedAt: at, Deadline: at.AddDate(0, 0, 14), CreatedAt: at, UpdatedAt: at, Rev: 1, LastID: 9,
		Team:      []sourcing.Teammate{{Person: m.Person, Part: sourcing.Leads, AddedAt: at, DeclaredAt: at}},
		Suppliers: []sourcing.Supplier{{ID: "s1", Name: "Alpha Propreté", Email: "a@structure.example", ContactedAt: at}, {ID: "s2", Name: "Beta Services", Email: "b@structure.example", ContactedAt: at}},
		Ledger:    []sourcing.Info{{ID: "i1", Origin: sourcing.FromMessage, Text: "Bonjour.", At: at, SharedAt: at}, {ID: "i2", Origin: sourcing.FromExchange, Exchange: "entretien", Text: "Les locaux font 4 000 m².", At: at, Cells: []sourcing.Cell{{Supplier: "s1", GivenAt: at}}}},
		Asked:     []sourcing.Asked{{ID: "q1", Supplier: "s2", Text: "Quand commence le marché ?", At: at}},
		Agendas:   []sourcing.Agenda{{Version: 1, Text: "Capacité", At: at}},
	}
	x := sourcing.Exchange{
		ID: "entretien", Organisation: m.Organisation, Operation: o.ID, Supplier: "s1", Kind: sourcing.SiteVisit, At: at, Duration: 45, Agenda: "Capacité", AgendaVersion: 1, Ours: []string{"Ada"}, Theirs: []string{"Jo"}, Minutes: "Effectif : 12.",
		SentAt: at, SentRev: 3, DeniedAt: at, Word: "15.", Responder: "Jo", CreatedAt: at, Rev: 4, Past: []sourcing.SentMinutes{{Minutes: "Effectif : 10.", Rev: 1, SentAt: at}},
	}
	draft := sourcing.Exchange{ID: "brouillon", Organisation: m.Organisation, Operation: o.ID, Supplier: "s2", Kind: sourcing.ByPhone, At: at, Minutes: "Vu.", CreatedAt: at, Rev: 1}
	_, err1 := a.Operation.Operations.Insert(ctx, o, store.Change{})
	_, err2 := a.Operation.Exchanges.Insert(ctx, x, store.Change{})
	_, err3 := a.Operation.Exchanges.Insert(ctx, draft, store.Change{})
	return errors.Join(err1, err2, err3)
}

// ledgerPages are those of entretiens and of the registre.
var ledgerPages = []string{
	"/sourcages/registre/entretiens?fait=note", "/sourcages/registre/entretiens/nouveau", "/sourcages/registre/entretiens/ordre-du-jour", "/sourcages/registre/entretiens/entretien", "/sourcages/registre/entretiens/entretien/modifier", "/sourcages/registre/entretiens/brouillon",
	"/sourcages/registre/registre", "/sourcages/registre/registre?manques=1&structure=s2", "/sourcages/registre/registre/i2", "/sourcages/registre/registre/informer", "/sourcages/registre/registre/noter", "/sourcages/registre/registre/noter?entretien=entretien",
	"/sourcages/registre/registre/questions", "/sourcages/registre/registre/questions/q1", "/sourcages/registre/registre/annexe",
}
