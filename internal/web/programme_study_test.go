package web_test

import (
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web/webtest"
)

// studied is a purchase of two lots at Vitry, and the workshops that could answer.
func (w *crowd) studied(t *testing.T, organisation, person string) sourcing.Purchase {
	t.Helper()
	p := sourcing.Purchase{ID: account.NewID(), Object: "Nettoyage des écoles", Nature: sourcing.Services, CPV: "90911200", Euros: 300_000, Months: 12, Places: []string{"94081"}, Publication: "2027-03-01",
		Service: "s1", TakeOver: sourcing.Yes, SocialReason: "Une solution est immédiatement disponible.", Lots: []sourcing.Lot{{ID: "l1", Number: "1", Object: "Nettoyage Nord", Euros: 100_000, Mode: structure.PREST}, {ID: "l2", Number: "2", Object: "Miel", CPV: "03142100", Euros: 20_000}}}
	if _, err := w.Programme.Programmes.Insert(t.Context(), sourcing.Programme{Organisation: organisation, Services: []sourcing.Service{{ID: "s1", Name: "Écoles"}, {ID: "s2", Name: "Voirie"}}}, store.Change{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Programme.Create(t.Context(), buyer.Member{Person: person, Organisation: organisation, Kind: account.KindPublic, Role: account.Buyer}, p); err != nil {
		t.Fatal(err)
	}
	for i, zone := range []structure.Zone{{Territories: []string{"dep:94"}}, {Territories: []string{"dep:94"}}, {France: true}, {}} {
		id := structure.NewID("study:" + string(rune('a'+i)))
		_, err := w.Directory.Structures.Insert(t.Context(), structure.Structure{ID: id, SIRET: "1000000" + string(rune('1'+i)) + "000015", Name: "Atelier " + string(rune('A'+i)), Address: structure.Address{Commune: "94081"},
			Agreements: []structure.Agreement{{Kind: structure.ESAT, AsOf: "2026-11-01"}},
			Activities: []structure.Activity{{Sectors: []string{"nettoyage-locaux"}, Modes: []structure.Mode{structure.PREST}, Zone: zone}}}, store.Change{})
		if err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func studyGet(t *testing.T, app *fiber.App, path, cookie string) webtest.Answer {
	t.Helper()
	return webtest.Scenario{URL: path, Header: as(cookie)}.Do(t, app)
}

// TestStudyPages: the verdict comes first with its reasons; the list of all says the same.
func TestStudyPages(t *testing.T) {
	who, use := withPeople(t)
	app := newPortal(t, use)
	who.organisation(t, "ville", account.KindPublic)
	buys := who.person(t, "achats@ville.example", "ville", true, account.Buyer)
	who.person(t, "ecoles@ville.example", "ville", false, account.Prescripteur)
	buying, seeing := who.signIn(t, "achats@ville.example"), who.signIn(t, "ecoles@ville.example")
	empty := studyGet(t, app, "/programme/etudes", buying)
	studySays(t, empty, 200, "Aucun lot à étudier", "Saisir un achat")
	p := who.studied(t, "ville", buys)
	lot := "/programme/achats/" + p.ID + "/lots/l1"

	page := studyGet(t, app, lot, buying)
	studySays(t, page, 200, "Réservable", "3\u202frépondants indépendants au titre de", "Atelier A", "Atelier D", "zone d’intervention non déclarée", lot+"/decision", "Reprise du personnel",
		"Une solution est immédiatement disponible.", "Dont 1 structure dont la zone déclarée est toute la France", "Considérations sociales écartées", "à vérifier")
	behind := studyGet(t, app, lot+"?base=L2113-12&cercle=region&zone=france", buying)
	list := webtest.Find(webtest.ParseHTML(t, behind.Body), "#liste-12 tbody tr")
	if len(list) != 1 || !strings.Contains(webtest.Text(list[0]), "Atelier C") {
		t.Errorf("behind the count of all of France are %d structures", len(list))
	}
	studySays(t, studyGet(t, app, lot+"?base=L2113-12&cercle=nulle-part&zone=france", buying), 200, "4\u00a0candidats, comptés ou non")

	all := studyGet(t, app, "/programme/etudes", buying)
	studySays(t, all, 200, "Lot 1, Nettoyage Nord", "Lot 2, Miel", "2\u00a0lots", "3 (")
	some := studyGet(t, app, "/programme/etudes?verdict=reservable&service=s1&etat=idee", buying)
	studySays(t, some, 200, "Lot 1, Nettoyage Nord", "1\u00a0lot", "Effacer les filtres")
	if strings.Contains(some.Body, "Lot 2, Miel") {
		t.Error("a filter lets another verdict through")
	}
	studySays(t, studyGet(t, app, "/programme/etudes?service=s2", buying), 200, "Aucun lot ne répond à ces filtres")
	studySays(t, studyGet(t, app, "/programme/etudes?verdict=x&service=y&etat=z&page=99", buying), 200, "2\u00a0lots")

	studySays(t, studyGet(t, app, "/programme/etudes", seeing), 200, "Aucun lot à étudier")
	for path, cookie := range map[string]string{lot: seeing, "/programme/achats/" + p.ID + "/lots/l9": buying, "/programme/achats/absent/lots/l1": buying} {
		if got := studyGet(t, app, path, cookie); got.Status != 404 {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
	if _, err := store.Update(t.Context(), who.Programme.Programmes, "ville", func(set *sourcing.Programme) (store.Change, error) {
		set.Services[0].Persons = []string{who.person(t, "ecoles@ville.example", "", false)}
		return store.Change{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	studySays(t, studyGet(t, app, lot, seeing), 200, "Réservable")
}

func studySays(t *testing.T, got webtest.Answer, status int, texts ...string) {
	t.Helper()
	if got.Status != status {
		t.Fatalf("status %d, want %d", got.Status, status)
	}
	text := webtest.Text(webtest.ParseHTML(t, got.Body))
	for _, want := range texts {
		if !strings.Contains(got.Body, want) && !strings.Contains(text, strings.Join(strings.Fields(want), " ")) {
			t.Errorf("no « %s »", want)
		}
	}
}
