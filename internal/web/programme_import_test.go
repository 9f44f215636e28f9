package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sourcier/internal/account"
	. "sourcier/internal/web/webtest" //nolint:revive // its checks read as sentences
)

// importer is a portal with two buyers of two towns, and a prescripteur of the first.
type importer struct {
	writing
	foreign, sees string
}

func newImporter(t *testing.T) *importer {
	t.Helper()
	who, change := withPeople(t)
	for _, town := range []string{"mairie", "ailleurs"} {
		who.organisation(t, town, account.KindPublic)
	}
	who.person(t, "ada@ville.example", "mairie", false, account.Buyer)
	who.person(t, "bob@ville.example", "ailleurs", false, account.Buyer)
	who.person(t, "eva@ville.example", "mairie", false, account.Prescripteur)
	i := &importer{}
	i.T, i.app, i.cookie = t, newPortal(t, change), who.signIn(t, "ada@ville.example")
	i.foreign, i.sees = who.signIn(t, "bob@ville.example"), who.signIn(t, "eva@ville.example")
	return i
}

func (i *importer) page(path, cookie string, status int, checks ...Check) Answer {
	i.Helper()
	got := Scenario{URL: path, Header: as(cookie)}.Do(i.T, i.app)
	i.see(got, status, checks...)
	return got
}

const programmeCSV = "Programme 2027\n\nRéférence;Objet;Montant HT;Commune\nC1;Mobilier;100 k€;Vitry-sur-Seine\nC2;=cmd|' /c calc'!A1;beaucoup;\n"

var importStamp = regexp.MustCompile(`name="vu" value="([^"]+)"`)

// TestImportOfAFile follows a file from its form to what is written of it.
func TestImportOfAFile(t *testing.T) {
	i := newImporter(t)
	i.page("/programme/import", i.cookie, 200, In("form[enctype=multipart/form-data] input[type=file]"), In("#nature-marches"))
	i.page("/programme/import", i.sees, 403)
	kind := url.Values{"nature": {"achats"}, "envoi": {strings.Repeat("a", 26)}}
	got := i.upload("/programme/import", i.cookie, kind, sentFile{"../p<b>.csv", "text/csv", []byte(programmeCSV)})
	at := got.Header.Get("Location")
	if got.Status != 303 || at != "/programme/import/"+strings.Repeat("a", 26) {
		t.Fatalf("status %d, leads to %q", got.Status, at)
	}
	i.page(at, i.foreign, 404)
	i.page(at+"/apercu", i.foreign, 404)
	i.page(at+"/apercu", i.cookie, 303) // the columns first
	i.page(at, i.cookie, 200, In("h1", HasText("p<b>.csv")), In(".import-notes", HasText("ligne 3")), In("#colonne-3 [selected]", HasText("Montant total HT")), In("#colonne-4 [selected]", HasText("Lieu d’exécution")))

	columns := url.Values{"colonne-1": {"objet"}, "colonne-2": {"objet"}}
	i.see(post(t, i.app, at+"/colonnes", i.cookie, columns), 422, In(".error-summary", HasText("deux colonnes")), In("title", HasText("Erreur")), In("#colonne-1 [selected]", HasText("Objet")))
	columns = url.Values{"colonne-1": {"reference"}, "colonne-2": {"objet"}, "colonne-3": {"montant"}, "colonne-4": {"lieux"}}
	if got := post(t, i.app, at+"/colonnes", i.foreign, columns); got.Status != 404 {
		t.Errorf("another organisation says what the columns hold: %d", got.Status)
	}
	if got := post(t, i.app, at+"/colonnes", i.cookie, columns); got.Status != 303 || got.Header.Get("Location") != at+"/apercu" {
		t.Errorf("status %d, %s", got.Status, got.Header.Get("Location"))
	}
	shown := i.page(at+"/apercu", i.cookie, 200, In(".import-figures", HasText("1 achat à ajouter"), HasText("1 ligne en erreur")), In("#erreurs", HasText("Lignes en erreur")), In(".desk-table", HasText("beaucoup")))
	file := i.page(at+"/lignes-refusees.csv", i.cookie, 200)
	if !strings.Contains(file.Body, "'=cmd|") || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("a formula is left in the file: %s", file.Body)
	}
	i.see(post(t, i.app, at+"/importer", i.cookie, url.Values{"vu": {"autre"}}), 409, In(".error-summary", HasText("a changé depuis")))
	stamp := importStamp.FindStringSubmatch(shown.Body)
	if stamp == nil {
		t.Fatal("no button writes it")
	}
	for range 2 { // a double click
		if got := post(t, i.app, at+"/importer", i.cookie, url.Values{"vu": {stamp[1]}}); got.Status != 303 {
			t.Errorf("status %d: %s", got.Status, got.Body)
		}
	}
	i.page(at, i.cookie, 200, In(".notice", HasText("Import terminé")), In(".import-figures", HasText("1 achat ajouté")))
	i.page("/programme/import", i.cookie, 200, In(".desk-table", HasText("importé")))
	i.page("/programme/import", i.foreign, 200, NotIn(".desk-table"))
}

func TestImportRefusesAForm(t *testing.T) {
	i := newImporter(t)
	send := func(kind, content string) Answer {
		return i.upload("/programme/import", i.cookie, url.Values{"nature": {kind}}, sentFile{"p.csv", "text/csv", []byte(content)})
	}
	i.see(send("achats", ""), 422, In("#fichier-erreur", HasText("Choisissez un fichier")))
	i.see(send("autre", programmeCSV), 422, In(".error-summary", HasText("Dites ce que contient le fichier")))
	i.see(send("achats", "%PDF-1.7"), 422, In("#fichier-erreur", HasText("PDF")), In("title", HasText("Erreur")))
	i.see(send("projets", programmeCSV), 422, In("#fichier-erreur", HasText("JSON")))
	i.see(send("achats", strings.Repeat("a;b\n", 5<<18+1)), 413, In("#fichier-erreur", HasText("5 Mo")))
	if got := i.upload("/programme/import", i.sees, url.Values{"nature": {"achats"}}, sentFile{"p.csv", "text/csv", []byte(programmeCSV)}); got.Status != 403 {
		t.Errorf("a prescripteur sends a file: %d", got.Status)
	}
	if got := i.upload("/programme/import", "", url.Values{"nature": {"achats"}}, sentFile{"p.csv", "text/csv", []byte(programmeCSV)}); got.Status != 401 {
		t.Errorf("nobody sends a file: %d", got.Status)
	}
}

// TestImportOfProjects needs no columns.
func TestImportOfProjects(t *testing.T) {
	i := newImporter(t)
	list := `[{"url":"https://projets.example/1","label":"Nettoyage","status":"active","departments":[{"department":"94"}]}]`
	got := i.upload("/programme/import", i.cookie, url.Values{"nature": {"projets"}}, sentFile{"p.json", "application/json", []byte(list)})
	at := got.Header.Get("Location")
	i.page(at, i.cookie, 303)
	i.page(at+"/apercu", i.cookie, 200, In(".import-figures", HasText("1 projet à ajouter")), In(".desk-table", HasText("Val-de-Marne")))
	i.page(at+"/lignes-refusees.csv", i.cookie, 404)
	if got := post(t, i.app, at+"/abandonner", i.cookie, nil); got.Status != 303 {
		t.Errorf("status %d", got.Status)
	}
	i.page(at, i.cookie, 404)
}
