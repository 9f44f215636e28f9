package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

// office is a town with a buyer, a prescripteur and a facilitateur, and another town.
type office struct {
	*testing.T
	*crowd
	app     *fiber.App
	cookies map[string]string
	ids     map[string]string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	who, change := withPeople(t)
	o := &office{T: t, crowd: who, app: newPortal(t, change), cookies: map[string]string{}, ids: map[string]string{}}
	who.organisation(t, "mairie", account.KindPublic)
	who.organisation(t, "voisine", account.KindPublic)
	who.organisation(t, "reseau", account.KindNetwork)
	who.organisation(t, "esat", account.KindOwner)
	for name, is := range map[string]struct {
		organisation string
		role         account.Role
	}{
		"ada": {"mairie", account.Buyer}, "ben": {"mairie", account.Prescripteur}, "cleo": {"mairie", account.Facilitateur}, "dan": {"voisine", account.Buyer},
		"eve": {"reseau", account.Facilitateur}, "fay": {"esat", account.Structure},
	} {
		email := name + "@ville.example"
		o.ids[name] = who.person(t, email, is.organisation, true, is.role)
		o.cookies[name] = who.signIn(t, email)
	}
	return o
}

func (o *office) get(who, path string) webtest.Answer {
	o.Helper()
	return webtest.Scenario{URL: path, Header: as(o.cookies[who])}.Do(o.T, o.app)
}

func (o *office) post(who, path string, fields url.Values, status int) webtest.Answer {
	o.Helper()
	got := post(o.T, o.app, path, o.cookies[who], fields)
	if got.Status != status {
		o.Errorf("%s, POST %s %v: status %d, want %d", who, path, fields, got.Status, status)
	}
	return got
}

// see holds a page to what it says and does not say.
func (o *office) see(who, path string, status int, says []string, lacks ...string) {
	o.Helper()
	got := o.get(who, path)
	if got.Status != status {
		o.Errorf("%s, %s: status %d, want %d", who, path, got.Status, status)
	}
	for _, text := range says {
		if !strings.Contains(got.Body, text) {
			o.Errorf("%s, %s lacks %q", who, path, text)
		}
	}
	for _, text := range lacks {
		if strings.Contains(got.Body, text) {
			o.Errorf("%s, %s has %q", who, path, text)
		}
	}
}

func TestListOfATown(t *testing.T) {
	o := newOffice(t)
	once := strings.Repeat("a", 26)
	list := "/listes/" + once
	o.see("ada", "/listes", 200, []string{"Aucune liste pour l’instant", "Nouvelle liste", `href="/listes"`})
	o.see("cleo", "/listes", 200, []string{"Une liste est créée par qui agit comme"}, "Nouvelle liste")
	o.see("eve", "/listes", 403, nil)
	o.see("fay", "/listes", 403, nil)
	for range 2 { // the form sent twice
		o.post("ada", "/listes", url.Values{"nom": {"Nettoyage"}, "envoi": {once}}, 303)
	}
	got := o.post("ada", "/listes", url.Values{"nom": {"nettoyage"}}, 422)
	if !strings.Contains(got.Body, "porte déjà ce nom") || !strings.Contains(got.Body, `value="nettoyage"`) || !strings.Contains(got.Body, "<title>Erreur") {
		t.Error("the refusal of a name that is taken")
	}
	o.see("ada", "/structures/"+idProprete, 200, []string{"/listes/ajouter?id=" + idProprete})
	o.see("ben", "/structures/"+idProprete, 200, nil, "/listes/ajouter")
	o.see("ada", "/structures", 200, []string{"/listes/ajouter?id="})
	o.see("ada", "/comparer?id="+idProprete+"&id="+idESAT1, 200, []string{"/listes/ajouter?id=" + idProprete + "&amp;id=" + idESAT1})
	o.see("ada", "/listes/ajouter?id=aaaaaaaaaaaaaaaa", 404, nil)
	o.see("ada", "/listes/ajouter?id=<script>", 404, nil)
	o.post("ada", "/listes/ajouter", url.Values{"id": {idProprete}}, 422)
	answer := o.post("ada", "/listes/ajouter", url.Values{"id": {idProprete, idESAT1, idProprete}, "liste": {once}, "retour": {"/structures?q=net"}}, 303)
	if got := answer.Header.Get("Location"); got != list+"?fait=ajoutee&retour=%2Fstructures%3Fq%3Dnet" {
		t.Errorf("leads to %s", got)
	}
	o.post("ada", "/listes/ajouter", url.Values{"id": {idProprete}, "liste": {once}, "retour": {"//ailleurs.example"}}, 303)
	o.see("ben", list, 200, []string{"2\u00a0structures", idProprete, idESAT1, "Écrire une note", "par ada@ville.example"}, "Retirer", "Renommer")
	o.see("cleo", list, 200, []string{"2\u00a0structures"}, "Écrire une note")
	for _, path := range []string{list, list + "/modifier", list + "/export.csv", list + "/structures/" + idProprete} {
		o.see("dan", path, 404, nil, "Nettoyage")
	}
	o.post("dan", list+"/supprimer", nil, 404)
	o.post("ben", list+"/supprimer", nil, 403)
	o.post("cleo", list+"/structures/"+idProprete, url.Values{"note": {"x"}, "version": {"0"}}, 403)
	o.deleted(list)
}

// deleted takes a list away and brings it back.
func (o *office) deleted(list string) {
	o.Helper()
	o.see("ada", list+"/supprimer", 200, []string{"2\u00a0structures", "Supprimer la liste"})
	o.post("ada", list+"/supprimer", nil, 303)
	o.see("ada", list, 404, nil)
	o.see("ada", "/listes?fait=supprimee", 200, []string{"Récupérer", "Liste supprimée."})
	o.see("ben", "/listes", 200, nil, "Récupérer", "Nettoyage")
	o.post("ada", list+"/recuperer", nil, 303)
	o.see("ben", list, 200, []string{"2\u00a0structures"})
	o.post("ada", list+"/modifier", url.Values{"nom": {"  "}}, 422)
	o.post("ada", list+"/modifier", url.Values{"nom": {"<b>Propreté"}}, 303)
	o.see("ada", list, 200, []string{"&lt;b&gt;Propreté"}, "<b>Propreté")
	o.post("ada", list+"/structures/"+idESAT1+"/retirer", nil, 303)
	o.see("ada", list, 200, []string{"1\u00a0structure."})
}

func TestNotesOfAList(t *testing.T) {
	o := newOffice(t)
	once := strings.Repeat("a", 26)
	list, note := "/listes/"+once, "/listes/"+once+"/structures/"+idProprete
	o.post("ada", "/listes/ajouter", url.Values{"id": {idProprete}, "nom": {"Nettoyage"}, "envoi": {once}}, 303)
	o.post("ben", note, url.Values{"note": {"=HYPERLINK(\"x\")\r\nDevis reçu."}, "version": {"0"}}, 303)
	got := o.post("ada", note, url.Values{"note": {"Trop loin."}, "version": {"0"}}, 409)
	for _, want := range []string{"Devis reçu.", "par ben@ville.example", "Trop loin.", "Remplacer par ma version", `name="version" value="1"`} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("the page of both versions lacks %q", want)
		}
	}
	o.post("ada", note, url.Values{"note": {strings.Repeat("é", buyer.MaxNote+1)}, "version": {"1"}}, 422)
	o.post("ada", note, url.Values{"note": {"Trop loin."}, "version": {"deux"}}, 409)
	file := o.get("cleo", list+"/export.csv")
	if file.Status != 200 || !strings.Contains(file.Body, "Note;Auteur de la note") || !strings.Contains(file.Body, `'=HYPERLINK`) || strings.Contains(file.Body, `"=HYPERLINK`) {
		t.Errorf("status %d\n%s", file.Status, file.Body)
	}
	if got := file.Header.Get("Content-Disposition"); !strings.Contains(got, "structures-nettoyage-") {
		t.Errorf("the file is named %s", got)
	}
	if got := o.get("ben", list+"/export.xlsx"); got.Status != 200 || !strings.HasPrefix(got.Body, "PK") {
		t.Errorf("workbook: status %d", got.Status)
	}
	o.post("ada", note, url.Values{"note": {"Trop loin."}, "version": {"1"}}, 303)
	o.see("ben", list, 200, []string{"Trop loin.", "par ada@ville.example"}, "Devis reçu.")
}

// What was closed or withdrawn since is shown as such: the name of what was withdrawn is
// gone with its sheet.
func TestWhatBecameOfTheStructures(t *testing.T) {
	o := newOffice(t)
	once := strings.Repeat("a", 26)
	o.post("ada", "/listes", url.Values{"nom": {"Nettoyage"}, "envoi": {once}}, 303)
	l := buyer.List{ID: once, Organisation: "mairie", Entries: []buyer.Entry{
		{Structure: "aaaaaaaaaaaaaaaa", By: "parti", At: clock(), Note: &buyer.Note{Text: "Bon contact.", By: "parti", At: clock(), Rev: 1}}, {Structure: idProprete, By: o.ids["ada"], At: clock()},
	}}
	if _, err := o.desk.Lists.Insert(t.Context(), l, store.Change{}); err != nil {
		t.Fatal(err)
	}
	for _, order := range []string{"", "?ordre=nom", "?ordre=distance", "?ordre=<b>&page=99"} {
		o.see("ada", "/listes/"+once+order, 200, []string{"Fiche retirée de l’annuaire", "Bon contact.", "par une personne dont le compte est effacé", idProprete})
	}
	if got := o.get("ada", "/listes/"+once+"/export.csv"); got.Status != 200 || strings.Count(got.Body, "\n") != 2 {
		t.Errorf("status %d\n%s", got.Status, got.Body)
	}
}

func TestSavedSearches(t *testing.T) {
	o := newOffice(t)
	once := strings.Repeat("b", 26)
	page := "/recherches/" + once
	o.see("fay", "/recherches", 200, []string{"Aucune recherche enregistrée"})
	o.see("ada", "/structures?q=nettoyage&serves=94081&page=1&sort=name", 200, []string{"/recherches/enregistrer?q=nettoyage&amp;serves=94081"})
	o.see("ada", "/structures", 200, nil, "/recherches/enregistrer")
	o.see("ada", "/recherches/enregistrer?q=nettoyage&serves=94081", 200, []string{`value="Nettoyage, Intervient à Vitry-sur-Seine"`, "La partager avec Organisation mairie"})
	o.see("ben", "/recherches/enregistrer?q=nettoyage", 200, nil, "La partager")
	o.see("ada", "/recherches/enregistrer", 303, nil)
	o.see("ada", "/recherches/enregistrer?kind=NOPE", 422, nil)
	form := url.Values{"nom": {"Ménage"}, "recherche": {"serves=94081&q=nettoyage&page=7&sort=name"}, "envoi": {once}, "alerte": {"oui"}, "partage": {"oui"}}
	for range 2 {
		o.post("ada", "/recherches/enregistrer", form, 303)
	}
	d, err := o.desk.Searches.Get(t.Context(), once)
	if err != nil || d.Value.Query != "q=nettoyage&serves=94081" || !d.Value.Shared() || !d.Value.Follows(o.ids["ada"]) {
		t.Fatalf("%+v, %v", d.Value, err)
	}
	if got := o.post("ada", "/recherches/enregistrer", url.Values{"nom": {""}, "recherche": {"q=tonte"}}, 422); !strings.Contains(got.Body, "Indiquez un nom.") {
		t.Error("a search without a name")
	}
	o.see("ben", "/recherches", 200, []string{"Ménage", "Par ada@ville.example", "/structures?q=nettoyage&amp;serves=94081", "Sans alerte"})
	o.post("ben", page+"/alerte", url.Values{"alerte": {"oui"}}, 303)
	o.see("ben", page, 200, []string{"Activée pour vous"}, "Supprimer la recherche")
	o.post("ben", page, url.Values{"nom": {"À moi"}}, 403)
	o.post("ben", page+"/supprimer", nil, 403)
	for _, who := range []string{"dan", "eve", "fay"} {
		o.see(who, page, 404, nil, "Ménage")
		o.post(who, page+"/supprimer", nil, 404)
		o.post(who, page+"/alerte", url.Values{"alerte": {"oui"}}, 404)
	}
	o.stopAlert(once)
	// One that names what the directory no longer knows says so, and can be deleted.
	_, err = store.Update(t.Context(), o.desk.Searches, once, func(s *buyer.Search) (store.Change, error) {
		s.Query = "sector=disparu"
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	o.see("ada", page, 200, []string{"ne connaît plus"}, "Voir les résultats")
	o.see("ada", "/recherches", 200, []string{"Ne peut plus être lue"})
	o.post("ada", page+"/supprimer", nil, 303)
	o.see("ada", page, 404, nil)
}

// stopAlert ends the alert of a search as a mail program does, and as its reader does.
func (o *office) stopAlert(search string) {
	o.Helper()
	word := o.ids["ben"] + "." + search + "." + o.Secret.Token(message.PurposeStopAlert, message.StopAlertObject(o.ids["ben"], search), 0)
	o.see("", "/desinscription/recherche/"+word, 200, []string{"Arrêter cette alerte"}, "Ménage")
	follows := func() bool {
		d, err := o.desk.Searches.Get(o.Context(), search)
		if err != nil {
			o.Fatal(err)
		}
		return d.Value.Follows(o.ids["ben"])
	}
	if !follows() {
		o.Error("a GET ended the alert")
	}
	for _, wrong := range []string{strings.Replace(word, o.ids["ben"], o.ids["ada"], 1), word[:len(word)-1], "..", "a.b.c"} {
		if got := (webtest.Scenario{Method: "POST", URL: "/desinscription/recherche/" + wrong}).Do(o.T, o.app); got.Status != 404 {
			o.Errorf("%s: status %d", wrong, got.Status)
		}
	}
	for range 2 { // RFC 8058: no cookie, no token of a form
		got := webtest.Scenario{Method: "POST", URL: "/desinscription/recherche/" + word, Body: "List-Unsubscribe=One-Click", Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}.Do(o.T, o.app)
		if got.Status != 200 || !strings.Contains(got.Body, "C’est fait") {
			o.Errorf("status %d", got.Status)
		}
	}
	if follows() {
		o.Error("the alert goes on")
	}
}

// Every bound of the desk has its French sentence, whatever is typed.
func TestDeskRefusesWhatIsTooMuch(t *testing.T) {
	o := newOffice(t)
	var b buyer.Binder
	ada := buyer.Member{Person: o.ids["ada"], Organisation: "mairie", Kind: account.KindPublic, Role: account.Buyer}
	for i := range buyer.MaxLists {
		if err := b.Create(ada, fmt.Sprint("l", i), fmt.Sprint("Liste ", i), clock()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.desk.Binders.Insert(t.Context(), b, store.Change{}); err != nil {
		t.Fatal(err)
	}
	if got := o.post("ada", "/listes", url.Values{"nom": {"Une de plus"}}, 422); !strings.Contains(got.Body, "a déjà 200 listes") {
		t.Error("the 201st list")
	}
	l := buyer.List{ID: "l0", Organisation: "mairie"}
	for i := range buyer.MaxEntries {
		l.Entries = append(l.Entries, buyer.Entry{Structure: fmt.Sprint(i), At: clock()})
	}
	if _, err := o.desk.Lists.Insert(t.Context(), l, store.Change{}); err != nil {
		t.Fatal(err)
	}
	if got := o.post("ada", "/listes/ajouter", url.Values{"id": {idProprete}, "liste": {"l0"}}, 422); !strings.Contains(got.Body, "500 structures au plus") {
		t.Error("the 501st structure")
	}
	long := url.Values{"nom": {"a"}, "recherche": {"q=" + strings.Repeat("%C3%A9", 300)}}
	if got := post(t, o.app, "/recherches/enregistrer", o.cookies["ada"], long); got.Status != 422 {
		t.Errorf("a long search: status %d", got.Status)
	}
}
