package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
	"sourcier/views/format"
)

// writing is a portal on which structures write their sheets.
type writing struct {
	*testing.T
	*crowd
	sheets *directory.Service
	app    *fiber.App
	esat   directory.Who
	cookie string // of the person of esat
}

const (
	sheetSIRET = "20005801400019"
	esatEmail  = "ada@esat.example"
)

// newWriting has an organisation, its person, and a sheet that it owns.
func newWriting(t *testing.T) (*writing, string) {
	t.Helper()
	who, change := withPeople(t)
	var ticks atomic.Int64
	tick := func() time.Time { return clock().Add(time.Duration(ticks.Add(1)) * time.Second) } // what comes later is later
	sheets, err := directory.Open(t.Context(), who.db, who.Service, tick)
	if err != nil {
		t.Fatal(err)
	}
	w := &writing{T: t, crowd: who, sheets: sheets}
	w.app = newPortal(t, change, func(d *web.Deps) { d.Directory, d.Structures = sheets, sheets.Structures })
	who.organisation(t, "esat", account.KindOwner)
	w.esat = directory.Who{Person: who.person(t, esatEmail, "esat", true, account.Structure), Organisation: "esat"}
	w.cookie = who.signIn(t, esatEmail)
	return w, w.owned(sheetSIRET, w.esat)
}

// owned is a new sheet of an organisation.
func (w *writing) owned(siret string, who directory.Who) string {
	w.Helper()
	r := registration.New(structure.NewID("siret:"+siret), siret, "", "", clock())
	_, err := r.Ask(who.Organisation, who.Person, clock())
	if err == nil {
		err = r.Grant(who.Organisation, registration.ProofMail, clock())
	}
	if err == nil {
		_, err = w.sheets.Registrations.Insert(w.Context(), r, store.Change{})
	}
	if err != nil {
		w.Fatal(err)
	}
	return ownURL(r.ID)
}

func ownURL(id string) string { return "/mes-fiches/" + id }

func (w *writing) get(path string, status int, checks ...webtest.Check) webtest.Answer {
	w.Helper()
	return w.getAs(w.cookie, path, status, checks...)
}

func (w *writing) getAs(cookie, path string, status int, checks ...webtest.Check) webtest.Answer {
	w.Helper()
	return w.see(webtest.Scenario{URL: path, Header: as(cookie)}.Do(w.T, w.app), status, checks...)
}

// see checks an answer.
func (w *writing) see(got webtest.Answer, status int, checks ...webtest.Check) webtest.Answer {
	w.Helper()
	if got.Status != status {
		w.Errorf("status %d, want %d", got.Status, status)
	} else if len(checks) > 0 {
		webtest.MustMatch(w.T, got.Body, checks...)
	}
	return got
}

// send posts what the page of a path would, with its revision, and gives where it leads.
func (w *writing) send(path string, fields url.Values, status int) webtest.Answer {
	w.Helper()
	if fields == nil {
		fields = url.Values{}
	}
	got := post(w.T, w.app, path, w.cookie, fields)
	if got.Status != status {
		w.Fatalf("POST %s %v: status %d, want %d\n%s", path, fields, got.Status, status, wordsOf(got.Body))
	}
	return got
}

var (
	tagPattern = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>`)
	revPattern = regexp.MustCompile(`name="rev" value="(\d+)"`)
)

func wordsOf(body string) string {
	return strings.Join(strings.Fields(tagPattern.ReplaceAllString(body, " ")), " ")
}

// rev is the revision that a page shows.
func (w *writing) rev(path string) string {
	w.Helper()
	m := revPattern.FindStringSubmatch(w.get(path, 200).Body)
	if m == nil {
		w.Fatalf("%s shows no revision", path)
	}
	return m[1]
}

// with adds the revision of a page to what is sent to it.
func (w *writing) with(path string, fields url.Values) url.Values {
	fields.Set("rev", w.rev(path))
	return fields
}

func activityForm() url.Values {
	return url.Values{"secteur": {"nettoyage-locaux"}, "mode": {"PREST"}, "zone": {"rayon"}, "rayon": {"15"}, "disponibilite": {"disponible"}, "atout": {"bio"}, "offre": {"Nettoyage de bureaux la nuit"}}
}

// filled gives a sheet its three answers.
func (w *writing) filled(at string) {
	w.Helper()
	w.send(at+"/presentation", url.Values{"rev": {"0"}, "nom": {"ESAT du Lac"}, "presentation": {"Des travailleurs handicapés nettoient vos bureaux."}}, 303)
	w.send(at+"/adresse", url.Values{"rev": {"1"}, "postal": {"94400"}, "ville": {"Vitry-sur-Seine"}, "rue": {"3 rue du Lac"}}, 303)
	w.send(at+"/coordonnees", url.Values{"rev": {"2"}, "telephone": {"01 23 45 67 89"}, "courriel": {"contact@esat.example"}}, 303)
	w.send(at+"/activites/nouvelle", activityForm(), 303)
}

func (w *writing) published(at string) {
	w.Helper()
	w.filled(at)
	w.send(at+"/publier", url.Values{"rev": {w.rev(at)}}, 303)
}

func TestAnEmptyDeskSaysHowToBegin(t *testing.T) {
	w, _ := newWriting(t)
	w.person(t, "neuf@ville.example", "", false)
	w.getAs(w.signIn(t, "neuf@ville.example"), "/mes-fiches", 200, webtest.In("h1", webtest.HasText("Mes fiches")), webtest.In("a.btn-act[href=/inscription]", webtest.HasText("Inscrire un établissement")))
}

func TestASheetIsWrittenPublishedAndUndone(t *testing.T) {
	w, at := newWriting(t)
	id := strings.TrimPrefix(at, "/mes-fiches/")
	w.get("/mes-fiches", 200, webtest.In(".own-list li", webtest.HasText("Pas encore en ligne")), webtest.In(".own-meter", webtest.HasText("Complète à")))
	w.get(at, 200, webtest.In(".notice", webtest.HasText("il manque encore")), webtest.NotIn("form[action="+at+"/publier]"))
	w.filled(at)
	w.get(at, 200, webtest.In("form[action="+at+"/publier] button", webtest.HasText("Publier")), webtest.In("#changements", webtest.HasText("À publier")))
	w.get(at+"/apercu", 200, webtest.In(".sheet-preview", webtest.HasText("Aperçu")), webtest.In("h1", webtest.HasText("ESAT du Lac")), webtest.In("meta[name=robots]"))
	w.getAs("", "/structures/"+id, 404)
	if to := w.send(at+"/publier", url.Values{"rev": {w.rev(at)}}, 303).Header.Get("Location"); !strings.HasSuffix(to, "fait=publie") {
		t.Errorf("publishing leads to %s", to)
	}
	w.getAs("", "/structures/"+id, 200, webtest.In("h1", webtest.HasText("ESAT du Lac")), webtest.In(".activities", webtest.HasText("Nettoyage de bureaux la nuit")))
	w.get("/mes-fiches", 200, webtest.In(".own-states", webtest.HasText("En ligne")))

	w.send(at+"/presentation", w.with(at+"/presentation", url.Values{"nom": {"ESAT du Lac"}, "presentation": {"Un autre texte."}}), 303)
	w.get(at, 200, webtest.In(".desk-table", webtest.HasText("Un autre texte.")))
	w.send(at+"/publier", url.Values{"rev": {w.rev(at)}}, 303)
	w.get(at+"/historique", 200, webtest.In(".own-list", webtest.HasText("Version 2"), webtest.HasText("Un autre texte."), webtest.HasText(esatEmail)))
	w.send(at+"/historique/1", nil, 303)
	w.getAs("", "/structures/"+id, 200, webtest.In(".about", webtest.HasText("nettoient vos bureaux")))
	w.get(at+"/historique", 200, webtest.In(".own-list", webtest.HasText("Version 3"), webtest.HasText("Retour à la version 1")))
	w.send(at+"/historique/1", nil, 409) // it is what is published
	w.send(at+"/historique/9", nil, 422)
}

func TestADraftIsAbandoned(t *testing.T) {
	w, at := newWriting(t)
	w.published(at)
	w.send(at+"/presentation", w.with(at+"/presentation", url.Values{"nom": {"ESAT du Lac"}, "presentation": {"Un essai."}}), 303)
	stale := w.rev(at)
	w.send(at+"/presentation", w.with(at+"/presentation", url.Values{"nom": {"ESAT du Lac"}, "presentation": {"Un autre essai."}}), 303)
	w.send(at+"/abandonner", url.Values{"rev": {stale}}, 409)
	w.send(at+"/publier", url.Values{"rev": {stale}}, 409)
	w.send(at+"/abandonner", w.with(at+"/abandonner", url.Values{}), 303)
	w.get(at+"/presentation", 200, webtest.In("#presentation", webtest.HasText("nettoient vos bureaux")))
}

// A sheet of others is not there, on no screen.
func TestASheetOfOthersIsNotThere(t *testing.T) {
	w, at := newWriting(t)
	w.published(at)
	w.organisation(t, "autre", account.KindOwner)
	w.person(t, "eve@autre.example", "autre", true, account.Structure)
	w.person(t, "max@ville.example", "", false)
	for _, cookie := range []string{w.signIn(t, "eve@autre.example"), w.signIn(t, "max@ville.example")} {
		for _, path := range []string{"", "/apercu", "/abandonner", "/historique", "/presentation", "/coordonnees", "/adresse", "/contacts", "/activites", "/activites/1", "/activites/nouvelle"} {
			w.getAs(cookie, at+path, 404)
		}
		for _, path := range []string{"/publier", "/abandonner", "/historique/1", "/presentation", "/coordonnees", "/adresse", "/contacts", "/activites/copier", "/activites/1", "/activites/1/retirer"} {
			if got := post(t, w.app, at+path, cookie, url.Values{"rev": {"99"}}); got.Status != 404 {
				t.Errorf("POST %s: status %d", path, got.Status)
			}
		}
	}
	for _, path := range []string{"/activites/9", "/activites/0", "/activites/x"} {
		w.get(at+path, 404)
	}
}

// Two browsers, one screen: the second sees both, and nothing is lost.
func TestTwoPeopleOneScreen(t *testing.T) {
	w, at := newWriting(t)
	w.published(at)
	w.person(t, "bob@esat.example", "esat", false, account.Structure)
	bob := w.signIn(t, "bob@esat.example")
	seen := w.rev(at + "/coordonnees")
	w.send(at+"/coordonnees", url.Values{"rev": {seen}, "telephone": {"01 11 11 11 11"}, "courriel": {"contact@esat.example"}}, 303)
	theirs := url.Values{"rev": {seen}, "telephone": {"02 22 22 22 22"}, "courriel": {"contact@esat.example"}, "site": {"www.esat.example"}}
	got := post(t, w.app, at+"/coordonnees", bob, theirs)
	w.see(got, 409, webtest.In("h1", webtest.HasText("deux versions")), webtest.In("form", webtest.HasText("02 22 22 22 22"), webtest.HasText("01 11 11 11 11"), webtest.HasText("www.esat.example")),
		webtest.NotIn("[name=choix.courriel]"), webtest.In("input[name=mien.courriel]"))
	w.get(at+"/coordonnees", 200, webtest.In("#telephone", webtest.HasAttr("value", format.Phone("01 11 11 11 11")))) // nothing changed
	now := revPattern.FindStringSubmatch(got.Body)[1]
	chosen := url.Values{"rev": {now}, "choisi": {"oui"}, "mien.telephone": {"02 22 22 22 22"}, "choix.telephone": {"leur"}, "mien.site": {"www.esat.example"}, "choix.site": {"mien"}, "mien.courriel": {"contact@esat.example"}}
	if got := post(t, w.app, at+"/coordonnees", bob, chosen); got.Status != 303 {
		t.Fatalf("the choice: status %d\n%s", got.Status, wordsOf(got.Body))
	}
	w.get(at+"/coordonnees", 200, webtest.In("#telephone", webtest.HasAttr("value", format.Phone("01 11 11 11 11"))), webtest.In("#site[value=www.esat.example]"))
	// Another part is in nobody's way.
	w.send(at+"/presentation", url.Values{"rev": {seen}, "nom": {"ESAT du Lac"}, "presentation": {"Autre."}}, 303)
}

func TestTwoPeopleOneActivity(t *testing.T) {
	w, at := newWriting(t)
	w.published(at)
	second := activityForm()
	second.Set("secteur", "entretien-espaces-verts")
	w.send(at+"/activites/nouvelle", second, 303)
	open := w.get(at+"/activites/2", 200).Body
	base := regexp.MustCompile(`name="base" value="([^"]+)"`).FindStringSubmatch(open)[1]
	rev := revPattern.FindStringSubmatch(open)[1]
	w.send(at+"/activites/1/retirer", url.Values{"rev": {rev}}, 303)
	// Its place has moved, it has not changed: it is found again.
	second.Set("rayon", "25")
	second.Set("rev", rev)
	second.Set("base", base)
	w.send(at+"/activites/2", second, 303)
	w.get(at+"/activites", 200, webtest.In(".own-list", webtest.HasText("25"), webtest.HasText("Entretien d’espaces verts")), webtest.Count(".own-list h2", 1))
	// It has changed: both are shown.
	second.Set("rayon", "40")
	w.see(w.send(at+"/activites/1", second, 409), 409, webtest.In("form", webtest.HasText("40"), webtest.HasText("25")))
	// It is gone: it is added again.
	w.send(at+"/activites/1/retirer", url.Values{"rev": {w.rev(at + "/activites/1")}}, 303)
	w.send(at+"/activites/1", second, 303)
	w.get(at+"/activites", 200, webtest.In(".own-list", webtest.HasText("40")))
}

func TestActivitiesAreCopied(t *testing.T) {
	w, at := newWriting(t)
	w.published(at)
	to := w.send(at+"/activites/copier", url.Values{"activite": {"1"}}, 303).Header.Get("Location")
	if !strings.HasPrefix(to, at+"/activites/2") {
		t.Errorf("a copy leads to %s", to)
	}
	other := w.owned("20005801400027", w.esat)
	w.get(other+"/activites", 200, webtest.In("#activite-copiee option", webtest.HasText("ESAT du Lac")))
	id := strings.TrimPrefix(at, "/mes-fiches/")
	w.send(other+"/activites/copier", url.Values{"activite": {id + "/1"}}, 303)
	w.get(other+"/activites", 200, webtest.In(".own-list", webtest.HasText("Non déclarée"))) // its availability is its own
	for _, wrong := range []string{"9", "x", "", "0", missing + "/1", id + "/7"} {
		w.send(other+"/activites/copier", url.Values{"activite": {wrong}}, 422)
	}
}

func TestBadInputIsToldAtItsField(t *testing.T) {
	w, at := newWriting(t)
	w.filled(at)
	fault := func(path string, fields url.Values, field, text string) {
		t.Helper()
		fields.Set("rev", "99")
		w.see(w.send(at+path, fields, 422), 422, webtest.In("title", webtest.HasText("Erreur")), webtest.In(".error-summary a"), webtest.In("[id="+field+"-erreur]", webtest.HasText(text)))
	}
	long := strings.Repeat("é", 10_000)
	fault("/presentation", url.Values{"nom": {"ESAT"}, "presentation": {long}}, "presentation", "10")
	if got := w.send(at+"/presentation", url.Values{"rev": {"99"}, "nom": {"ESAT"}, "presentation": {long}}, 422); !strings.Contains(got.Body, long) {
		t.Error("the text is not given back")
	}
	fault("/presentation", url.Values{"nom": {" "}}, "nom", "nom de la structure")
	fault("/coordonnees", url.Values{"telephone": {"abc"}}, "telephone", "numéro")
	fault("/coordonnees", url.Values{"courriel": {"contact"}}, "courriel", "adresse")
	fault("/coordonnees", url.Values{"site": {"javascript:alert(1)"}}, "site", "site")
	fault("/adresse", url.Values{"postal": {"00000"}, "ville": {"Nulle-Part"}}, "ville", "commune")
	fault("/contacts", url.Values{"sourcing-nom": {"Zoé"}, "sourcing-frequence": {"daily"}}, "sourcing-courriel", "adresse e-mail ou un téléphone")
	fault("/contacts", url.Values{"sourcing-nom": {"Zoé"}, "sourcing-courriel": {"zoe@esat.example"}, "sourcing-frequence": {"hourly"}}, "sourcing-frequence", "fréquence")
	for _, c := range []struct{ field, value, at, text string }{
		{"secteur", "nulle-part", "secteur", "secteur"}, {"rayon", "0", "rayon", "1 à 500"}, {"rayon", "vingt", "rayon", "1 à 500"}, {"disponibilite", "demain", "disponibilite", "liste"},
	} {
		form := activityForm()
		form.Set(c.field, c.value)
		fault("/activites/nouvelle", form, c.at, c.text)
	}
	late := activityForm()
	late.Set("disponibilite", "complet")
	late.Set("jusquau", "2020-01-01")
	fault("/activites/nouvelle", late, "jusquau", "passée")
	unknown := activityForm()
	unknown["zone"], unknown["territoire"] = []string{"liste"}, []string{"dep:94", "99999"}
	fault("/activites/nouvelle", unknown, "territoire", "99999")
}

// A radius around a place that only its department is known of has no commune.
func TestAZoneOfNoCommune(t *testing.T) {
	w, at := newWriting(t)
	form := activityForm() // no address yet
	w.see(w.send(at+"/activites/nouvelle", form, 422), 422, webtest.In("#rayon-erreur", webtest.HasText("aucune commune")))
	form.Set("zone", "france")
	w.send(at+"/activites/nouvelle", form, 303)
}

// What would run as a program is a text everywhere.
func TestScriptInEveryField(t *testing.T) {
	w, at := newWriting(t)
	w.filled(at)
	const script = `<script>alert("x")</script>`
	w.send(at+"/presentation", w.with(at+"/presentation", url.Values{"nom": {script}, "enseigne": {script}, "presentation": {script}}), 303)
	form := activityForm()
	form.Set("offre", script)
	w.send(at+"/activites/nouvelle", form, 303)
	w.send(at+"/adresse", w.with(at+"/adresse", url.Values{"postal": {"94400"}, "ville": {"Vitry-sur-Seine"}, "rue": {script}, "complement": {script}}), 303)
	w.send(at+"/contacts", url.Values{"rev": {"0"}, "sourcing-nom": {script}, "sourcing-fonction": {script}, "sourcing-courriel": {"zoe@esat.example"}, "sourcing-frequence": {"daily"}}, 303)
	pages := []string{"", "/apercu", "/presentation", "/adresse", "/activites", "/activites/2", "/contacts"}
	for _, path := range pages {
		if body := w.get(at+path, 200).Body; strings.Contains(body, "<script>alert") || !strings.Contains(body, "&lt;script&gt;") {
			t.Errorf("%s: the script is not shown as a text", path)
		}
	}
	w.send(at+"/publier", url.Values{"rev": {w.rev(at)}}, 303)
	for _, path := range []string{at + "/historique", "/structures/" + strings.TrimPrefix(at, "/mes-fiches/")} {
		if strings.Contains(w.get(path, 200).Body, "<script>alert") {
			t.Errorf("%s runs what was typed", path)
		}
	}
}

// A moderator refuses while the structure writes: the draft goes on.
func TestAModeratorRefusesMeanwhile(t *testing.T) {
	w, at := newWriting(t)
	id := strings.TrimPrefix(at, "/mes-fiches/")
	w.published(at)
	// The register knows another name.
	_, err := store.Update(t.Context(), w.sheets.Structures, id, func(s *structure.Structure) (store.Change, error) {
		s.Origins[structure.FieldName] = structure.Origin{Source: structure.SourceSIRENE, AsOf: "2026-01-01"}
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.get(at+"/presentation", 200, webtest.In("#nom-aide", webtest.HasText("vérifié")))
	w.send(at+"/presentation", w.with(at+"/presentation", url.Values{"nom": {"Le Grand Lac"}, "presentation": {"Neuf."}}), 303)
	w.get(at, 200, webtest.In(".desk-box .notice", webtest.HasText("vérifiera d’abord")))
	if to := w.send(at+"/publier", url.Values{"rev": {w.rev(at)}}, 303).Header.Get("Location"); !strings.HasSuffix(to, "fait=partie") {
		t.Errorf("leads to %s", to)
	}
	w.get(at, 200, webtest.In(".own-states", webtest.HasText("En attente d’un modérateur")), webtest.In(".notice", webtest.HasText("le nom, différent de celui du registre")))
	w.send(at+"/presentation", w.with(at+"/presentation", url.Values{"nom": {"ESAT du Lac"}, "presentation": {"J’écris encore."}}), 303)
	d, err := w.sheets.Registrations.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	admin := account.Actor{Person: w.person(t, "mod@portail.example", "", false), Administrator: true}
	if err := w.sheets.Decide(t.Context(), admin, id, d.Value.Submission.ID, registration.Refused, "Ce nom n’est pas celui de votre établissement."); err != nil {
		t.Fatal(err)
	}
	w.get(at, 200, webtest.In(".own-states", webtest.HasText("À corriger")), webtest.In(".notice-warn", webtest.HasText("Ce nom n’est pas celui")), webtest.In(".desk-table", webtest.HasText("J’écris encore.")))
	w.get("/mes-fiches", 200, webtest.In(".notice-warn", webtest.HasText("Ce nom n’est pas celui")))
	w.send(at+"/publier", url.Values{"rev": {w.rev(at)}}, 303)
	w.get(at, 200, webtest.NotIn(".notice-warn"))
}

// Who buys sees whom to write to; nobody else does, and no export or API.
func TestNamedContactsAreForWhoBuys(t *testing.T) {
	w, at := newWriting(t)
	w.published(at)
	id := strings.TrimPrefix(at, "/mes-fiches/")
	w.send(at+"/contacts", url.Values{"rev": {"0"}, "sourcing-nom": {"Zoé Marchand"}, "sourcing-courriel": {"zoe@esat.example"}, "sourcing-frequence": {"daily"}}, 303)
	w.organisation(t, "mairie", account.KindPublic)
	w.organisation(t, "reseau", account.KindNetwork)
	sees := map[string]bool{"": false, w.cookie: false}
	for role, yes := range map[account.Role]bool{account.Buyer: true, account.Prescripteur: true, account.Facilitateur: true, account.Organiser: false, account.SpaserLead: false} {
		email := string(role) + "@ville.example"
		w.person(t, email, "mairie", false, role)
		sees[w.signIn(t, email)] = yes
	}
	w.person(t, "reseau@reseau.example", "reseau", false, account.Network)
	sees[w.signIn(t, "reseau@reseau.example")] = false
	for cookie, yes := range sees {
		if got := strings.Contains(w.getAs(cookie, "/structures/"+id, 200).Body, "Zoé Marchand"); got != yes {
			t.Errorf("%s: sees the contact: %v", cookie, got)
		}
	}
	for _, path := range []string{"/api/v1/structures/" + id, "/comparer?id=" + id} {
		if strings.Contains(w.getAs("", path, 200).Body, "Zoé") {
			t.Errorf("%s tells the contact", path)
		}
	}
	// A contact by an older page: both are shown.
	w.see(w.send(at+"/contacts", url.Values{"rev": {"0"}, "sourcing-nom": {"Yann"}, "sourcing-courriel": {"yann@esat.example"}, "sourcing-frequence": {"never"}}, 409), 409,
		webtest.In("form", webtest.HasText("Zoé Marchand"), webtest.HasText("Yann"), webtest.HasText("Jamais")))
}

// Whom a sheet names is the affair of who holds it: anybody may ask for one that nobody holds.
func TestWhoAsksSeesNoContacts(t *testing.T) {
	w, _ := newWriting(t)
	r := registration.New(structure.NewID("siret:73282932000074"), "73282932000074", "", "Atelier", clock())
	_, err := r.Ask("esat", w.esat.Person, clock())
	if err == nil {
		r.Contacts = []registration.Contact{{Topic: registration.TopicNews, Name: "Zoé Marchand", Email: "zoe@esat.example", Frequency: registration.Never}}
		_, err = w.sheets.Registrations.Insert(t.Context(), r, store.Change{})
	}
	if err != nil {
		t.Fatal(err)
	}
	at := ownURL(r.ID)
	for _, path := range []string{at, at + "/apercu"} {
		if body := w.get(path, 200).Body; strings.Contains(body, "Zoé") || strings.Contains(body, at+"/contacts") {
			t.Errorf("%s tells of contacts", path)
		}
	}
	w.get(at+"/contacts", 404)
	w.send(at+"/contacts", url.Values{"rev": {"0"}, "sourcing-nom": {"Yann"}, "sourcing-courriel": {"yann@esat.example"}, "sourcing-frequence": {"never"}}, 404)
}

// The link of a letter opens a page with a button, which renews; once.
func TestALetterRenewsAvailability(t *testing.T) {
	w, at := newWriting(t)
	w.published(at)
	id := strings.TrimPrefix(at, "/mes-fiches/")
	last := structure.DateOf(clock()).AddMonths(3)
	word := func(day structure.Date) string {
		n := strings.ReplaceAll(string(day), "-", "")
		var version int64
		for _, r := range n {
			version = version*10 + int64(r-'0')
		}
		return "/disponibilite/" + id + "." + w.esat.Person + "." + n + "." + w.Secret.Token("renew", id+"/"+w.esat.Person, version)
	}
	before, _ := w.sheets.Registrations.Get(t.Context(), id)
	w.getAs("", word(last), 200, webtest.In("h1", webtest.HasText("Toujours disponible")), webtest.In(".text-page li", webtest.HasText("disponible")), webtest.In("form button"))
	after, _ := w.sheets.Registrations.Get(t.Context(), id)
	if before.Version != after.Version {
		t.Error("opening the link changes something")
	}
	for _, wrong := range []string{"/disponibilite/x", word(last) + "x", strings.Replace(word(last), id, missing, 1)} {
		w.getAs("", wrong, 404)
	}
	w.getAs("", word(last.AddDays(1)), 410, webtest.In("h1", webtest.HasText("ne sert plus")))
	if got := post(t, w.app, word(last), "", nil); got.Status != 200 {
		t.Fatalf("status %d\n%s", got.Status, wordsOf(got.Body))
	}
	d, _ := w.sheets.Registrations.Get(t.Context(), id)
	if len(d.Value.Versions) != 2 || !d.Value.Versions[1].Renews {
		t.Errorf("%d versions", len(d.Value.Versions))
	}
	// Who has left the organisation renews nothing.
	_, err := store.Update(t.Context(), w.Organisations.Collection, "esat", func(o *account.Organisation) (store.Change, error) {
		o.Members = nil
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.getAs("", word(last), 410)
}
