package web_test

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

const reportForm = "/structures/" + "%s" + "/signaler"

func reportAt(id string) string { return strings.Replace(reportForm, "%s", id, 1) }

// withReports gives a portal a collection of its own.
func withReports(t *testing.T) (*store.Reports, func(*web.Deps)) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	reports, err := store.OpenReports(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return reports, func(d *web.Deps) { d.Reports = reports }
}

var (
	tokenInPage = regexp.MustCompile(`name="jeton" value="([^"]+)"`)
	onceInPage  = regexp.MustCompile(`name="envoi" value="([^"]+)"`)
)

// visitor is who fills in a form: what his page and his browser hold.
type visitor struct {
	cookie string
	fields url.Values
}

// openReport opens the form of a structure.
func openReport(t *testing.T, app *fiber.App, id string) visitor {
	t.Helper()
	page := Scenario{URL: reportAt(id)}.Do(t, app)
	token, once := tokenInPage.FindStringSubmatch(page.Body), onceInPage.FindStringSubmatch(page.Body)
	cookie, _, _ := strings.Cut(page.Header.Get("Set-Cookie"), ";")
	if page.Status != 200 || token == nil || once == nil || cookie == "" {
		t.Fatalf("no form: %d %.300s", page.Status, page.Body)
	}
	return visitor{cookie, url.Values{"jeton": {token[1]}, "envoi": {once[1]}, "motif": {"wrong"}, "information": {"phone"}, "texte": {"Le numéro a changé."}, "courriel": {"nom@exemple.fr"}}}
}

// send is the POST of the form, with some fields changed.
func (v visitor) send(id string, change ...string) Scenario {
	fields := url.Values{}
	for name, values := range v.fields {
		fields[name] = values
	}
	for i := 0; i+1 < len(change); i += 2 {
		fields.Set(change[i], change[i+1])
	}
	return Scenario{
		Method: "POST", URL: reportAt(id), Body: fields.Encode(),
		Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Cookie": v.cookie},
	}
}

func openOnes(t *testing.T, reports *store.Reports) []store.Doc[structure.Report] {
	t.Helper()
	list, err := reports.Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestReportIsStoredOnce(t *testing.T) {
	reports, own := withReports(t)
	app := newPortal(t, own)
	v := openReport(t, app, idProprete)
	if n := len(openOnes(t, reports)); n != 0 {
		t.Fatalf("opening the form stored %d", n)
	}
	first := v.send(idProprete).Do(t, app)
	if first.Status != 303 {
		t.Fatalf("%d %.300s", first.Status, first.Body)
	}
	if again := v.send(idProprete).Do(t, app); again.Status != 303 || again.Header.Get("Location") != first.Header.Get("Location") {
		t.Errorf("sent again: %d to %s", again.Status, again.Header.Get("Location"))
	}
	list := openOnes(t, reports)
	if len(list) != 1 {
		t.Fatalf("%d reports", len(list))
	}
	want := structure.Report{Ref: list[0].ID, Structure: idProprete, Reason: structure.ReportWrong, Field: structure.FieldPhone, Text: "Le numéro a changé.", Email: "nom@exemple.fr", At: fixtureNow.UTC()}
	if list[0].Value != want {
		t.Errorf("stored %+v", list[0].Value)
	}
	done := first.Header.Get("Location")
	Run(t, app, []Scenario{
		{
			Name: "confirmation", URL: done, Status: 200, WantHeader: map[string]string{"Cache-Control": "no-store"},
			HTML:  []Check{In("main h1", HasText("Signalement reçu")), In(".report-ref", HasText(structure.Reference(list[0].ID))), In("meta[name=robots]")},
			Lacks: []string{"nom@exemple.fr", "Le numéro a changé"},
		},
		{Name: "confirmation under another sheet", URL: strings.Replace(done, idProprete, idTravaux, 1), Status: 404, HTML: errorPage},
		{Name: "confirmation of nothing", URL: reportAt(idProprete) + "/aaaaaaaaaa", Status: 404, HTML: errorPage},
		{Name: "no reference", URL: reportAt(idProprete) + "/merci", Status: 404, HTML: errorPage},
	})
	if edited := v.send(idProprete, "texte", "Le numéro et l’adresse ont changé.").Do(t, app); edited.Status != 303 || len(openOnes(t, reports)) != 2 {
		t.Errorf("sent with other words it is another report: %d, %d kept", edited.Status, len(openOnes(t, reports)))
	}
}

func TestReportRefusals(t *testing.T) {
	reports, own := withReports(t)
	app := newPortal(t, own)
	v := openReport(t, app, idProprete)
	stranger := visitor{"sourcier_form=AAAAAAAAAAAAAAAAAAAAAAAAAA", v.fields}
	named := func(name string, status int, sc Scenario, checks ...Check) Scenario {
		sc.Name, sc.Status = name, status
		sc.HTML = append([]Check{In(".error-summary[role=alert]", HasText("Le signalement n’est pas parti")), In("form.form-box input[name=jeton]")}, checks...)
		return sc
	}
	kept := In("textarea#texte", HasText("Le numéro a changé."))
	from := func(sc Scenario, header, value string) Scenario {
		sc.Header[header] = value
		return sc
	}
	tooLong := strings.Repeat("é", 2001)
	Run(t, app, []Scenario{
		named("no cookie", 403, visitor{"", v.fields}.send(idProprete), kept),
		named("another cookie", 403, stranger.send(idProprete), kept),
		named("no token", 403, v.send(idProprete, "jeton", ""), kept),
		named("wrong token", 403, v.send(idProprete, "jeton", strings.Repeat("A", 26)), kept),
		named("a cookie and a token of somebody's making", 403, visitor{"sourcier_form=x", v.fields}.send(idProprete, "jeton", "x")),
		named("from another site", 403, from(v.send(idProprete), "Sec-Fetch-Site", "cross-site"), kept),
		named("from another origin", 403, from(v.send(idProprete), "Origin", "https://ailleurs.example"), kept),
		named("as JSON", 403, from(v.send(idProprete), "Content-Type", "application/json; charset=utf-8")),
		named("no cause", 422, v.send(idProprete, "motif", ""), In(".error-summary a[href=#motif-wrong]"), In("#motif-erreur"), kept),
		named("a cause that is none", 422, v.send(idProprete, "motif", "x"), In("#motif-erreur")),
		named("a fact that is none", 422, v.send(idProprete, "information", "x"), In("#information-erreur")),
		named("no text", 422, v.send(idProprete, "texte", " \r\n "), In("#texte-erreur", HasText("en une phrase")), In("textarea[aria-invalid=true]"), In("input#courriel[value=nom@exemple.fr]")),
		named("too long a text", 422, v.send(idProprete, "texte", tooLong), In("#texte-erreur", HasText("2 001 caractères, 2 000 au plus")), In("textarea#texte", HasText(tooLong))),
		named("no address", 422, v.send(idProprete, "courriel", "nom@"), In("#courriel-erreur"), In("input#courriel[value=nom@]"), kept),
		named("a program", 422, v.send(idProprete, "site_web", "http://x"), In(".error-summary", HasText("champ caché")), kept),
		named("markup", 422, v.send(idProprete, "courriel", "x", "texte", "</textarea><b>a"), In("textarea#texte", HasText("</textarea><b>a"))),
	})
	if n := len(openOnes(t, reports)); n != 0 {
		t.Errorf("refused, and yet %d are stored", n)
	}
	Run(t, app, []Scenario{
		{Name: "unknown structure", URL: reportAt("aaaaaaaaaaaaaaaa"), Status: 404, HTML: errorPage},
		func() Scenario {
			sc := v.send("aaaaaaaaaaaaaaaa")
			sc.Name, sc.Status, sc.HTML = "sent for an unknown structure", 404, errorPage
			return sc
		}(),
		{Name: "a SIRET of several", URL: reportAt(siretShared), Status: 404, HTML: errorPage},
		{Name: "a SIRET of one", URL: reportAt(siretTravaux), Status: 200, HTML: []Check{In("form[action=" + reportAt(idTravaux) + "]")}},
		{Name: "another method", Method: "DELETE", URL: reportAt(idProprete), Status: 405, HTML: errorPage},
	})
}

// A withdrawal needs no reason; what no terminal should hold is dropped.
func TestReportOfAWithdrawal(t *testing.T) {
	reports, own := withReports(t)
	app := newPortal(t, own)
	v := openReport(t, app, idProprete)
	for _, text := range []string{"", "un\x1b[31mdeux\r\ntrois\u202e\x00\xff"} {
		got := v.send(idProprete, "motif", "withdrawal", "texte", text, "courriel", "", "information", "").Do(t, app)
		page := Scenario{URL: got.Header.Get("Location")}.Do(t, app)
		if got.Status != 303 || !strings.Contains(page.Body, "puis retire la fiche") {
			t.Errorf("%q: %d %.300s", text, got.Status, page.Body)
		}
	}
	texts := map[string]bool{}
	for _, d := range openOnes(t, reports) {
		texts[d.Value.Text] = true
	}
	if !texts[""] || !texts["un[31mdeux\ntrois\uFFFD"] || len(texts) != 2 {
		t.Errorf("stored %v", texts)
	}
}

// One network sends so many a day; the next day it may again, and others always may.
func TestReportFlood(t *testing.T) {
	now := fixtureNow
	reports, own := withReports(t)
	app := newPortal(t, own, func(d *web.Deps) {
		d.Config.RateLimit, d.Now = 0, func() time.Time { return now }
	})
	v := openReport(t, app, idProprete)
	send := func(i int) Answer {
		now = now.Add(10 * time.Second)
		return v.send(idProprete, "texte", strings.Repeat("x", i+1)).Do(t, app)
	}
	for i := range 20 {
		if got := send(i); got.Status != 303 {
			t.Fatalf("report %d: %d", i+1, got.Status)
		}
	}
	got := send(20)
	if got.Status != 429 || len(openOnes(t, reports)) != 20 {
		t.Fatalf("one too many: %d, %d kept", got.Status, len(openOnes(t, reports)))
	}
	MustMatch(t, got.Body, In(".error-summary", HasText("vingt signalements en un jour")), In("textarea#texte", HasText(strings.Repeat("x", 21))))
	now = now.Add(24 * time.Hour)
	if got := send(21); got.Status != 303 {
		t.Errorf("the next day: %d", got.Status)
	}
	for range 30 { // and so many a minute, stored or not
		got = v.send(idProprete, "texte", "").Do(t, app)
	}
	if got.Status != 429 || !strings.Contains(got.Body, "Attendez une minute") {
		t.Errorf("thirty in one instant: %d", got.Status)
	}
}

// The store says that it has enough: the portal says so, and keeps what was typed.
func TestReportWhenTheStoreHasEnough(t *testing.T) {
	reports, own := withReports(t)
	var batch []store.Envelope
	for i := range store.MaxDailyReports {
		r := structure.Report{Structure: idTravaux, Reason: structure.ReportOther, Text: strings.Repeat("x", i+1), At: fixtureNow}
		r.Ref = structure.NewReportRef("test", &r)
		e, err := reports.Encode(store.Doc[structure.Report]{Value: r}, store.Change{})
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, e)
	}
	if _, err := reports.Raw().BulkPut(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	app := newPortal(t, own)
	got := openReport(t, app, idProprete).send(idProprete).Do(t, app)
	if got.Status != 503 || len(openOnes(t, reports)) != store.MaxDailyReports {
		t.Fatalf("%d %.300s", got.Status, got.Body)
	}
	MustMatch(t, got.Body, In(".error-summary", HasText("plus de signalements qu’il n’en garde")), In("textarea#texte", HasText("Le numéro a changé.")))
}

// The token of a form must not be compressed with what its visitor typed, and
// no cache may keep it; over HTTPS its cookie is of this host alone.
func TestReportFormKeepsItsToken(t *testing.T) {
	_, own := withReports(t)
	app := newPortal(t, own)
	for _, path := range []string{reportAt(idProprete), reportAt(idProprete) + "/"} {
		Run(t, app, []Scenario{{
			Name: path, URL: path, Status: 200, Header: map[string]string{"Accept-Encoding": "gzip, br"},
			WantHeader: map[string]string{"Content-Encoding": Absent, "Cache-Control": "no-store", "Etag": Absent}, HTML: []Check{In("form.form-box")},
		}})
	}
	v := openReport(t, app, idProprete)
	again := Scenario{URL: reportAt(idProprete), Header: map[string]string{"Cookie": v.cookie}}.Do(t, app)
	if token := tokenInPage.FindStringSubmatch(again.Body); token == nil || token[1] != v.fields.Get("jeton") {
		t.Error("a second form of the same visitor has another token: the first can no longer be sent")
	}
	secure := newPortal(t, own, func(d *web.Deps) { d.Config.BaseURL = "https://portail.example" })
	cookie := Scenario{URL: reportAt(idProprete)}.Do(t, secure).Header.Get("Set-Cookie")
	for _, part := range []string{"__Host-sourcier_form=", "; path=/;", "HttpOnly", "secure", "SameSite=Strict"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie lacks %q: %s", part, cookie)
		}
	}
}

func TestEverySheetLeadsToTheReport(t *testing.T) {
	withContact := newPortal(t, func(d *web.Deps) { d.Config.ContactEmail = "equipe@example.org" })
	Run(t, withContact, []Scenario{
		{Name: "sheet", URL: "/structures/" + idProprete, Status: 200, HTML: []Check{In(".sheet-sources a[href="+reportAt(idProprete)+"]", HasText("Signaler une erreur ou demander le retrait"))}, Lacks: []string{"mailto:equipe"}},
		{Name: "form", URL: reportAt(idProprete), Status: 200, HTML: []Check{In(`a[href=mailto:equipe@example.org]`), In("main", HasText("liste d’opposition"))}},
	})
}
