package proof

import (
	"context"
	"slices"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
)

// sourcingPages are those of each sourçage of the demonstration, as its lead sees them.
var sourcingPages = []string{
	"", "/equipe", "/panel?vue=a-decider", "/panel?vue=toutes", "/questionnaire", "/reponses", "/reponses/s2", "/entretiens", "/registre", "/registre/questions", "/registre/annexe",
	"/comparaison", "/comparaison?retard=1&differences=1", "/comparaison/notes/s2", "/constats", "/rapport", "/lancement", "/candidatures", "/calendrier",
}

// Of the one that runs, and of the one whose report is frozen.
var (
	runningPages  = []string{"/ajouter", "/relance", "/structures/s1/adresse", "/questionnaire/modifier", "/reponses/s1/saisir", "/entretiens/nouveau", "/entretiens/ordre-du-jour", "/registre/informer", "/registre/noter"}
	reportedPages = []string{"/rapport/1/interne", "/rapport/1/communicable"}
)

// demoSourcings signs the lead of the sourçages of the demonstration in, and lists what it
// sees, and what a supplier sees.
func demoSourcings(ctx context.Context, t *testing.T, a *app.App) (cookies string, pages []string) {
	t.Helper()
	docs, err := a.Operation.Operations.Scan(ctx, "", 20)
	if err != nil {
		t.Fatal(err)
	}
	for i := range docs {
		o := &docs[i].Value
		if !o.Demo {
			continue
		}
		if cookies == "" {
			cookies = sessionOf(ctx, t, a, o.Team[0].Person, account.Acting{Organisation: o.Organisation, Role: account.Buyer})
		}
		list := slices.Concat(sourcingPages, runningPages)
		if o.State() == sourcing.Reported {
			list = slices.Concat(sourcingPages, reportedPages)
		}
		for _, page := range list {
			pages = append(pages, "/sourcages/"+o.ID+page)
		}
		pages = append(pages, "/sourcage/"+a.Operation.LinkToken(o.ID, o.Contacts()[1]), "/sourcage/"+a.Operation.LinkToken(o.ID, o.Contacts()[0]))
		if !o.PublishedAt.IsZero() {
			pages = append(pages, "/sourcages-ouverts/"+o.ID)
		}
	}
	return cookies, pages
}

func sessionOf(ctx context.Context, t *testing.T, a *app.App, person string, as account.Acting) (cookies string) {
	t.Helper()
	d, err := a.People.People.Get(ctx, person)
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.People.Enter(ctx, d.Value.Email, people.Arrival{Method: account.ByLink, Browser: "Firefox, Windows", Network: "192.0.2.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	who, err := a.People.Identify(ctx, token)
	if err == nil {
		err = a.People.Switch(ctx, who, as)
	}
	if err != nil {
		t.Fatal(err)
	}
	return "sourcier_session=" + token
}
