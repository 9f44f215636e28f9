package web_test

import (
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/web/webtest"
)

// A trade told in a phrase brings sectors, though none has all of its words.
func TestSectorsOfAPhrase(t *testing.T) {
	r := newRegistry(t)
	ask := func(words, sector string) webtest.Scenario {
		return webtest.Scenario{Name: words, URL: "/inscription/choix/secteurs?secteur_mots=" + url.QueryEscape(words), Status: 200, HTML: []webtest.Check{webtest.In("input[name=secteur][value=" + sector + "]")}}
	}
	r.run([]webtest.Scenario{
		ask("tonte de pelouses", "entretien-espaces-verts"), ask("ménage de bureaux", "nettoyage-locaux"), ask("laver du linge", "blanchisserie"),
		{Name: "nothing", URL: "/inscription/choix/secteurs?secteur_mots=zzzz+yyyy", Status: 200, HTML: []webtest.Check{webtest.NotIn("input[name=secteur]")}},
	})
}

// Communes of one name are told apart by who lives in one of them.
func TestCommuneOfSeveral(t *testing.T) {
	r := newRegistry(t)
	const who = "camille@gmail.com"
	got := r.post("/inscription", who, url.Values{"numero": {registerSIRET}, "nom": {"Les Lilas"}, "genre": {"association"}})
	at := strings.TrimSuffix(got.Header.Get("Location"), "/quoi")
	if got.Status != 303 || at == "" {
		t.Fatal(got.Status, got.Body)
	}
	where := func(fields url.Values) webtest.Answer {
		fields.Set("zone", "rayon")
		fields.Set("rayon", "30")
		fields.Set("rev", "0")
		return r.post(at+"/ou", who, fields)
	}
	if got = where(url.Values{"commune": {"Sainte-Colombe"}}); got.Status != 422 || !strings.Contains(got.Body, "Plusieurs communes") || !strings.Contains(got.Body, "(69560)") {
		t.Errorf("one of several is taken: %d %s", got.Status, got.Body)
	}
	if got = where(url.Values{"commune": {"Sainte-Colombe"}, "commune_choisie": {"69189"}}); got.Status != 303 {
		t.Errorf("the one that was chosen: %d %s", got.Status, got.Body)
	}
}

// Who only asks for a sheet is not said to await a moderator whom nobody has asked.
func TestStateOfAnUnprovenSheet(t *testing.T) {
	r := newRegistry(t)
	const who = "camille@gmail.com"
	got := r.post("/inscription", who, url.Values{"numero": {registerSIRET}, "nom": {"Les Lilas"}, "genre": {"association"}})
	at := "/mes-fiches/" + strings.TrimSuffix(strings.TrimPrefix(got.Header.Get("Location"), "/inscription/"), "/quoi")
	r.run([]webtest.Scenario{{Name: "unproven", URL: at, Header: as(r.signIn(t, who)), Status: 200, HTML: []webtest.Check{
		webtest.In(".own-states", webtest.HasText("Preuve attendue")),
	}}})
}
