package web_test

import (
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/groupement"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// TestGroupementPages asks as the mandataire, as a member, as a stranger and as a buyer.
func TestGroupementPages(t *testing.T) {
	who, change := withPeople(t)
	d := who.directory(t)
	app := newPortal(t, change, func(deps *web.Deps) { deps.Directory, deps.Structures = d, d.Structures })
	cookies, sheets := map[string]string{}, map[string]string{}
	for name, kind := range map[string]structure.Kind{"mene": structure.ESAT, "membre": structure.EI, "tiers": structure.EA} {
		who.organisation(t, name, account.KindOwner)
		who.person(t, name+"@structure.example", name, true, account.Structure)
		cookies[name], sheets[name] = who.signIn(t, name+"@structure.example"), structure.NewID("pages:"+name)
		who.holds(t, d, name, structure.Structure{ID: sheets[name], Name: "Structure " + name, Agreements: []structure.Agreement{{Kind: kind, Source: structure.SourceASP, End: "2099-12-31"}}})
	}
	part := groupement.Brings{Words: "une équipe"}
	g, err := groupement.New("ensemble", groupement.Founder{Organisation: "mene", Structure: sheets["mene"], Brings: part}, groupement.Draft{Name: "Ensemble"}, structure.Solidaire, clock())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{g.Invite(sheets["mene"], sheets["membre"], clock()), g.Accept(sheets["membre"], g.Terms(), part, clock())} {
		if err != nil {
			t.Fatal(err)
		}
	}
	who.groupement(t, d, g)
	send := func(name, path string, want int, pairs ...string) webtest.Answer {
		t.Helper()
		fields := url.Values{"au-nom": {sheets[name]}}
		for i := 0; i < len(pairs); i += 2 {
			fields.Set(pairs[i], pairs[i+1])
		}
		got := post(t, app, "/groupements/ensemble"+path, cookies[name], fields)
		if got.Status != want {
			t.Errorf("%s %s %v: status %d, want %d", name, path, pairs, got.Status, want)
		}
		return got
	}
	open := func(name, path string, want int) webtest.Answer {
		t.Helper()
		got := webtest.Scenario{URL: path, Header: as(cookies[name])}.Do(t, app)
		if got.Status != want {
			t.Errorf("%s %s: status %d, want %d", name, path, got.Status, want)
		}
		return got
	}
	open("tiers", "/groupements/ensemble", 404)
	send("membre", "/publication", 403, "public", "oui")
	send("membre", "/invitations", 403, "structure", sheets["tiers"])
	send("mene", "/invitations", 422, "structure", "nulle part")
	send("mene", "/presentation", 409, "nom", "Autre", "version", "1")
	send("mene", "/forme", 409, "forme", "conjoint", "mandataire", sheets["mene"], "vu", "autre chose")
	send("mene", "/publication", 303, "public", "oui")
	sheet := "/structures/" + structure.GroupementStructureID("ensemble")
	if to := open("tiers", "/groupements/ensemble", 302).Header.Get("Location"); to != sheet {
		t.Errorf("a groupement that buyers see leads a stranger to %q", to)
	}
	page := open("", sheet, 200).Body
	for _, part := range []string{"Groupement solidaire", "Structure mene", "Structure membre", "Non éligible au lot réservé", "tous ses membres en relèvent"} {
		if !strings.Contains(page, part) {
			t.Errorf("the sheet does not say %q", part)
		}
	}
	send("mene", "/publication", 303, "public", "non")
	open("", sheet, 404)
	open("", "/api/v1"+sheet, 404)
}
