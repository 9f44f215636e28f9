package browser

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/buyer"
	"sourcier/internal/demo"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// demoAccounts are the addresses that one tries the demonstration with, in its order.
func demoAccounts() (out struct{ administrator, buyer, adviser, structure account.Email }) {
	list := demo.Accounts(app.DemoOptions(portal.Config, 0, portal.Now()))
	out.administrator, out.buyer, out.adviser, out.structure = list[0].Email, list[1].Email, list[5].Email, list[7].Email
	return out
}

// member is who a person of the demonstration acts as.
func (p place) member(b *tab, email account.Email) buyer.Member {
	b.Helper()
	token, err := p.People.Enter(b.ctx, email, people.Arrival{Method: account.ByLink})
	if err != nil {
		b.Fatal(err)
	}
	who, err := p.People.Identify(b.ctx, token)
	if err != nil {
		b.Fatal(err)
	}
	return buyer.Member{Person: who.Person.ID, Organisation: who.Acting.Organisation, Kind: who.Acting.Kind, Role: who.Acting.Role}
}

// planned fills what the demonstration leaves for people to do, and gives the pages of
// its buyer, by what they are about.
func (p place) planned(b *tab, m buyer.Member) (pages map[string][]string, public string) {
	b.Helper()
	list, set, err := p.Programme.List(b.ctx, m)
	if err != nil || len(set.Services) == 0 {
		b.Fatalf("%d services, %v", len(set.Services), err)
	}
	running, _, err := p.Programme.ContractList(b.ctx, m)
	if err != nil || len(running) == 0 {
		b.Fatalf("%d contracts, %v", len(running), err)
	}
	first := func(what string, is func(*sourcing.Purchase) bool) *sourcing.Purchase {
		i := slices.IndexFunc(list, func(v sourcing.Purchase) bool { return is(&v) })
		if i < 0 {
			b.Fatalf("no purchase is %s", what)
		}
		return &list[i]
	}
	lots := first("divided", func(v *sourcing.Purchase) bool {
		return v.Divided() && v.External == nil && v.State() == sourcing.Programmed
	})
	shown := first("public", func(v *sourcing.Purchase) bool { return v.Public() })
	sheets, err := p.Structures.Scan(b.ctx, "", 1)
	if err != nil {
		b.Fatal(err)
	}
	decided, waits := sourcing.NewDossier(m.Organisation, lots.ID, lots.Lots[0].ID), sourcing.NewDossier(m.Organisation, lots.ID, lots.Lots[1].ID)
	_, e, err := p.Programme.Evidence(b.ctx, m, lots.ID, lots.Lots[0].ID)
	made := sourcing.Proposal{ID: account.NewID(), By: m.Person, At: p.Now(), Choice: sourcing.WithCrit, Reasons: "Peu de répondants.", Evidence: e}
	decided.Decisions = []sourcing.Decision{{Proposal: made, By: m.Person, ApprovedAt: p.Now()}}
	waits.Proposal = &made
	waits.Opinions = []sourcing.Opinion{{ID: account.NewID(), AskedBy: m.Person, AskedAt: p.Now(), Due: "2026-11-20", Question: "Qui ?"}}
	file := filepath.Join(b.TempDir(), "programme.csv")
	columns, preview, review := account.NewID(), account.NewID(), account.NewID()
	_, err1 := p.Programme.Dossiers.Insert(b.ctx, decided, store.Change{})
	_, err2 := p.Programme.Dossiers.Insert(b.ctx, waits, store.Change{})
	_, err3 := p.Programme.Interests.Insert(b.ctx, sourcing.Interest{Purchase: shown.ID, Structure: sheets[0].ID, At: p.Now()}, store.Change{})
	if err := errors.Join(err, err1, err2, err3,
		os.WriteFile(file, []byte("Référence;Objet;Montant;Commune\nC1;Mobilier;100 k€;Vitry-sur-Seine\nC2;Papier;beaucoup;Nulle-part\nC1;Mobilier;100 k€;Vitry-sur-Seine\n"), 0o600),
		p.Programme.StageImport(b.ctx, m, columns, "achats", "programme.csv", file), p.Programme.StageImport(b.ctx, m, preview, "achats", "programme.csv", file),
		p.Programme.MapImport(b.ctx, m, preview, []string{"reference", "objet", "montant", "lieux"}),
		p.Programme.BeginReview(b.ctx, m, sourcing.Review{ID: review, On: "2026-11-28", Others: []string{"Jo Petit"}})); err != nil {
		b.Fatal(err)
	}
	achat, contract := "/programme/achats/"+lots.ID, "/programme/contrats/"+running[0].ID
	return map[string][]string{
		"programme": {"/programme", "/programme/tableau", "/programme/calendrier", achat, achat + "/modifier", achat + "/etat?vers=abandonne", "/programme/achats/nouveau", "/programme/reglages", "/programme/reglages/services/" + set.Services[0].ID},
		"contracts and imports": {"/programme/contrats", contract, contract + "/modifier", contract + "/terminer", "/programme/contrats/nouveau",
			"/programme/import", "/programme/import/" + columns, "/programme/import/" + preview + "/apercu"},
		"studies and decisions": {"/programme/etudes", achat + "/lots/" + lots.Lots[0].ID, achat + "/lots/" + lots.Lots[0].ID + "/decision", achat + "/lots/" + lots.Lots[1].ID + "/decision",
			"/programme/avis", "/programme/revues", "/programme/revues/nouvelle", "/programme/revues/" + review, "/programme/revues/" + review + "/compte-rendu", "/programme/achats/" + shown.ID + "/annonce", achat + "/annonce"},
	}, shown.ID
}

// TestProgrammeIsAccessible runs axe-core on each page of the programme, at one width in turn.
func TestProgrammeIsAccessible(t *testing.T) {
	p, who := place{portal, base}, demoAccounts()
	b := newTab(t, wide, true)
	buys := p.member(b, who.buyer)
	pages, public := p.planned(b, buys)
	advised := pages["studies and decisions"][3]
	for _, c := range []struct {
		as    account.Email
		paths []string
	}{
		{who.buyer, pages["programme"]}, {who.buyer, pages["contracts and imports"]}, {who.buyer, pages["studies and decisions"]},
		{who.adviser, []string{"/programme/avis", advised}},
		{who.structure, []string{"/achats-a-venir", "/achats-a-venir/" + public, "/achats-a-venir/suivre"}},
		{who.administrator, []string{"/administration/seuils", "/administration/seuils/formal_works"}},
		{"", []string{"/achats-a-venir?ou=Vitry", "/achats-a-venir/" + public, "/heures-d-insertion?montant=740000&metier=nettoyage&lieu=94081"}},
	} {
		p.enterAs(b, c.as)
		for i, path := range c.paths {
			b.looksBoth(path, i%2 == 0, i%2 == 1)
		}
	}
}
