package web_test

import (
	"archive/zip"
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/registration"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

// consulted is a sourçage that two structures are asked in, and who reads its answers.
type consulted struct {
	*testing.T
	*crowd
	app  *fiber.App
	o    *sourcing.Operation
	lead buyer.Member
	jars map[string]string // cookies by browser
}

func newConsulted(t *testing.T) *consulted {
	t.Helper()
	w, change := withPeople(t)
	w.organisation(t, "mairie", account.KindPublic)
	ada := w.person(t, "ada@ville.example", "mairie", true, account.Buyer)
	x := &consulted{T: t, crowd: w, app: newPortal(t, change), jars: map[string]string{}}
	x.lead = buyer.Member{Person: ada, Organisation: "mairie", Kind: account.KindPublic, Role: account.Buyer}
	x.o = w.asked(t, x.lead, "sourcage")
	return x
}

// link is the page of the n-th supplier.
func (x *consulted) link(n int) string {
	return "/sourcage/" + x.Operation.LinkToken(x.o.ID, &x.o.Suppliers[n])
}

// kept takes the cookie that tells a browser from others.
func (x *consulted) kept(browser string, got webtest.Answer) webtest.Answer {
	for _, line := range got.Header.Values("Set-Cookie") {
		if value, found := strings.CutPrefix(line, "sourcier_reponse="); found {
			if !strings.Contains(line, "HttpOnly") || !strings.Contains(line, "SameSite=Lax") {
				x.Errorf("the cookie of the browser: %s", line)
			}
			value, _, _ = strings.Cut(value, ";")
			x.jars[browser] = "sourcier_reponse=" + value
		}
	}
	return got
}

func (x *consulted) get(browser, path string, status int, checks ...webtest.Check) webtest.Answer {
	x.Helper()
	got := webtest.Scenario{URL: path, Header: as(x.jars[browser])}.Do(x.T, x.app)
	if got.Status != status {
		x.Fatalf("%s in %s: status %d, want %d", path, browser, got.Status, status)
	}
	if status == 200 {
		webtest.MustMatch(x.T, got.Body, checks...)
	}
	return got
}

func (x *consulted) send(browser, path string, fields url.Values, status int, checks ...webtest.Check) webtest.Answer {
	x.Helper()
	got := x.kept(browser, post(x.T, x.app, path, x.jars[browser], fields))
	if got.Status != status {
		x.Fatalf("%s in %s: status %d, want %d\n%s", path, browser, got.Status, status, wordsOf(got.Body))
	}
	if status != 303 {
		webtest.MustMatch(x.T, got.Body, checks...)
	}
	return got
}

var answerRev = regexp.MustCompile(`name="rev" value="(\d+)"`)

// answer fills the questionnaire as the page shows it now.
func (x *consulted) answer(browser, path, action, staff string) url.Values {
	x.Helper()
	m := answerRev.FindStringSubmatch(x.get(browser, path, 200).Body)
	if m == nil {
		x.Fatal("the page has no questionnaire")
	}
	return url.Values{"action": {action}, "version": {"1"}, "rev": {m[1]}, "nom": {"Awa Diop, directrice"}, "r-k1": {staff}, "r-k2": {"oui"}, "r-k3": {"2", "1"}, "r-k4": {"=SOMME(A1)\nDeux équipes"}, "s-k4": {"oui"}, "m-k4": {"Secret des affaires"}}
}

// fileTo posts a file as a page of the portal does.
func (x *consulted) fileTo(browser, path, name string, content []byte, fields url.Values) webtest.Answer {
	x.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	_ = form.WriteField("jeton", csrf)
	for field, list := range fields {
		_ = form.WriteField(field, list[0])
	}
	p, err := form.CreateFormFile("fichier", name)
	if err == nil {
		_, err = p.Write(content)
	}
	if err != nil || form.Close() != nil {
		x.Fatal(err)
	}
	return x.kept(browser, webtest.Scenario{Method: "POST", URL: path, Body: b.String(), Header: map[string]string{
		"Content-Type": form.FormDataContentType(), "Cookie": strings.TrimPrefix(x.jars[browser]+"; sourcier_form="+csrf, "; "), "Origin": "http://localhost:8080",
	}}.Do(x.T, x.app))
}

const pdf = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

func TestASupplierAnswersByItsLink(t *testing.T) {
	x := newConsulted(t)
	at := x.link(0)
	got := x.get("phone", at, 200, webtest.In("h1", webtest.HasText("Nettoyage des écoles")), webtest.In(".answer-who", webtest.HasText("Organisation mairie")), webtest.In("meta[name=robots]"),
		webtest.In(".answer-when", webtest.HasText("Il vous reste 14 jours")), webtest.In("a[href='/charte-du-sourcage']"), webtest.Count(".answer-question", 6))
	if got.Header.Get("Referrer-Policy") != "no-referrer" || got.Header.Get("Cache-Control") != "no-store" || len(x.jars) > 0 {
		t.Errorf("%v", got.Header)
	}
	for _, secret := range []string{"Beta", "beta@", `"s1"`, `"s2"`, x.o.ID + ".s", "deux structures", "2 structures"} {
		if strings.Contains(got.Body, secret) {
			t.Errorf("the page tells %q", secret)
		}
	}
	bad := x.answer("phone", at, "envoyer", "douze")
	bad.Set("m-k4", "court")
	bad.Del("nom")
	x.send("phone", at, bad, 422, webtest.Count(".error-summary li", 3), webtest.In("#r-k1[aria-invalid=true]"), webtest.In("#r-k1[value=douze]"), webtest.In("#m-k4[value=court]"), webtest.In("#r-k4", webtest.HasText("=SOMME(A1)")))
	draft := x.answer("phone", at, "brouillon", "douze")
	x.send("phone", at, draft, 303)
	x.get("phone", at, 200, webtest.In("#r-k1[value=douze]"), webtest.In(".answer-status", webtest.HasText("Brouillon enregistré")))
	x.send("phone", at, draft, 303) // the same once more
	sent := x.answer("phone", at, "envoyer", "1 250,5")
	x.send("phone", at, sent, 303)
	x.send("phone", at, sent, 303)
	a := x.stored(0)
	if n := a.Newest(); len(a.Submissions) != 1 || n.Values[0].Number != "1250.5" || len(n.Values[2].Chosen) != 2 || n.Values[3].Text != "=SOMME(A1)\nDeux équipes" || !n.Values[3].Secret || a.Uncarried() {
		t.Fatalf("%+v", a)
	}
	x.get("phone", at+"?fait=envoyee", 200, webtest.In(".notice[role=status]", webtest.HasText("envoyée")), webtest.In(".answer-status .is-good", webtest.HasText("est enregistrée")), webtest.In(".answer-claim a"), webtest.In(".answer-lines", webtest.HasText("1\u202f250,5\u00a0personnes"), webtest.HasText("Confidentiel")))
	stale := x.answer("phone", at, "envoyer", "9")
	stale.Set("rev", "1")
	x.send("phone", at, stale, 409, webtest.In("#r-k1[value='9']"), webtest.In(".error-summary"))
}

// stored is the answer of the n-th supplier.
func (x *consulted) stored(n int) *sourcing.Answer {
	x.Helper()
	d, err := x.Operation.Answers.Get(x.Context(), sourcing.AnswerID(x.o.ID, x.o.Suppliers[n].ID))
	if err != nil {
		x.Fatal(err)
	}
	return &d.Value
}

func TestAForwardedLinkShowsTheRequestAlone(t *testing.T) {
	x := newConsulted(t)
	at := x.link(0)
	x.send("phone", at, x.answer("phone", at, "envoyer", "77"), 303)
	closed := []webtest.Check{webtest.In(".answer-else.is-warn"), webtest.NotIn(".answer-lines"), webtest.NotIn(".answer-claim"), webtest.NoText("Awa Diop"), webtest.In("#r-k1[value='']")}
	x.get("rival", at, 200, closed...)
	x.send("rival", at, x.answer("rival", at, "envoyer", "66"), 403, webtest.In("#r-k1[value='66']"), webtest.In(".error-summary", webtest.HasText("code")))
	x.send("rival", at, x.answer("rival", at, "brouillon", "66"), 403)
	x.get("rival", at+"/questions/k5/fichier", 404)
	x.send("rival", at+"/code", nil, 303)
	x.get("rival", at+"/code", 200, webtest.In("#code"), webtest.NoText("alph@"))
	x.send("rival", at+"/code/saisie", url.Values{"code": {"12"}}, 422, webtest.In("#code[aria-invalid=true]"))
	code := x.Secret.Code(message.SupplierCodeObject(message.SupplierObject(x.o.ID, x.o.Suppliers[0].ID, 0), x.stored(0).Code.Number))
	for range 4 {
		x.send("rival", at+"/code/saisie", url.Values{"code": {other(code)}}, 422)
	}
	x.send("phone", at+"/code/saisie", url.Values{"code": {code}}, 422) // it did not ask
	x.send("rival", at+"/code/saisie", url.Values{"code": {code}}, 303)
	x.get("rival", at, 200, webtest.In(".answer-lines", webtest.HasText("77")))
	x.get("third", at, 200, closed...)
	x.send("third", at+"/code", nil, 303)
	for range 5 {
		x.send("third", at+"/code/saisie", url.Values{"code": {"abc"}}, 422) // no code: not counted
	}
	code = x.Secret.Code(message.SupplierCodeObject(message.SupplierObject(x.o.ID, x.o.Suppliers[0].ID, 0), x.stored(0).Code.Number))
	for range 5 {
		x.send("third", at+"/code/saisie", url.Values{"code": {other(code)}}, 422)
	}
	x.send("third", at+"/code/saisie", url.Values{"code": {code}}, 422, webtest.NotIn("#code"))
}

// other is another code.
func other(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

// A member of the structure that holds the sheet reads its answer wherever it was sent.
func TestWhoHoldsTheSheetReadsItsAnswer(t *testing.T) {
	x := newConsulted(t)
	at := x.link(0)
	x.send("phone", at, x.answer("phone", at, "envoyer", "77"), 303)
	x.organisation(t, "esat", account.KindOwner)
	x.organisation(t, "autre", account.KindOwner)
	x.person(t, "max@esat.example", "esat", true, account.Structure)
	x.person(t, "zoe@autre.example", "autre", true, account.Structure)
	r := registration.New(x.o.Suppliers[0].Structure, "", "", "Alpha", clock())
	r.Owner = "esat"
	if _, err := x.Directory.Registrations.Insert(t.Context(), r, store.Change{}); err != nil {
		t.Fatal(err)
	}
	x.jars["max"], x.jars["zoe"] = x.signIn(t, "max@esat.example"), x.signIn(t, "zoe@autre.example")
	x.get("max", at, 200, webtest.In(".answer-lines", webtest.HasText("77")), webtest.NotIn(".answer-claim"))
	x.get("zoe", at, 200, webtest.NotIn(".answer-lines"))
}

func TestTheQuestionnaireChangesMeanwhile(t *testing.T) {
	x := newConsulted(t)
	at := x.link(0)
	old := x.answer("phone", at, "envoyer", "12")
	err := x.Operation.On(t.Context(), x.lead, x.o.ID, "operation.revise", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		next := *o.Approved
		next.Questions = append(next.Questions[1:2:2], next.Questions...)[1:]
		next.Questions[0].Text = "Effectif sur place"
		o.Draft = &next
		return o.Approve(x.lead, o.Rev, clock())
	})
	if err != nil {
		t.Fatal(err)
	}
	x.send("phone", at, old, 409, webtest.In("#r-k1[value='12']"), webtest.In(".answer-form input[name=version][value='2']"), webtest.In(".notice-warn", webtest.HasText("Effectif sur place")))
	old.Set("version", "2")
	x.send("phone", at, old, 303)
}

func TestFilesOfAnAnswer(t *testing.T) {
	x := newConsulted(t)
	at := x.link(0)
	form := x.answer("phone", at, "joindre k5", "12")
	got := x.send("phone", at, form, 303)
	page := got.Header.Get("Location")
	if page != at+"/questions/k5/fichier" {
		t.Fatalf("leads to %s", page)
	}
	x.get("phone", page, 200, webtest.In("form[enctype='multipart/form-data'] #fichier"))
	for name, content := range map[string][]byte{
		"page.pdf": []byte("<html><script>"), "vide.pdf": nil, "macros.docx": archiveOf(t, "word/document.xml", "word/vbaProject.bin"), "archive.zip": archiveOf(t, "a.txt"),
		"program.csv": {'M', 'Z', 0, 1}, "coupe.pdf": []byte("%PDF-1.4"),
	} {
		if got := x.fileTo("phone", page, name, content, nil); got.Status != 422 {
			t.Errorf("%s: status %d", name, got.Status)
		}
	}
	if got := x.fileTo("phone", page, "lourd.pdf", append([]byte(pdf), make([]byte, 10<<20)...), nil); got.Status != 413 || !strings.Contains(got.Body, "10") {
		t.Errorf("above 10 MB: status %d", got.Status)
	}
	for name, content := range map[string][]byte{"plaquette.pdf": []byte(pdf), "prix.xlsx": archiveOf(t, "xl/workbook.xml"), "tarif.csv": []byte("a;b\n1;2\n3;4\n")} {
		if got := x.fileTo("phone", page, name, content, nil); got.Status != 303 {
			t.Fatalf("%s: status %d", name, got.Status)
		}
	}
	links := regexp.MustCompile(`href="(`+at+`/fichiers/[0-9a-f]{64})"`).FindAllStringSubmatch(x.get("phone", at, 200, webtest.Count(".answer-files li", 3), webtest.In("#r-k4", webtest.HasText("Deux équipes"))).Body, -1)
	if len(links) != 3 {
		t.Fatalf("%v", links)
	}
	file := x.get("phone", links[0][1], 200)
	if h := file.Header; !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%v", h)
	}
	x.get("rival", links[0][1], 404)
	x.get("phone", x.link(1)+strings.TrimPrefix(links[0][1], at), 404) // by another supplier's link
	gone := x.answer("phone", at, "retirer k5 "+links[0][1][len(links[0][1])-64:], "12")
	x.send("phone", at, gone, 303)
	x.get("phone", at, 200, webtest.Count(".answer-files li", 2))
}

// A file that is announced as too heavy is not read: what was typed is in the draft.
func TestATooHeavyFileIsRefusedEarly(t *testing.T) {
	x := newConsulted(t)
	at := x.link(0)
	x.send("phone", at, x.answer("phone", at, "joindre k5", "12"), 303)
	page := at + "/questions/k5/fichier"
	head := "POST " + page + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + x.jars["phone"] + "; sourcier_form=" + csrf + "\r\nOrigin: http://localhost:8080\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 209715200\r\n\r\n"
	res, body := exchange(t, listen(t, x.app), head+strings.Repeat("x", 100_000))
	if res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(body, "Vos autres réponses sont gardées") {
		t.Errorf("status %d", res.StatusCode)
	}
	x.get("phone", at, 200, webtest.In("#r-k1[value='12']"))
}

// archiveOf is an archive of empty files.
func archiveOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheSupplierSpeaksOtherwise(t *testing.T) {
	x := newConsulted(t)
	at := x.link(0)
	x.send("phone", at+"/question", url.Values{"question": {"Les vitres sont-elles comprises ?"}}, 303)
	x.send("phone", at+"/question", url.Values{"question": {""}}, 422, webtest.In("#question[aria-invalid=true]"))
	x.send("phone", at+"/refus", url.Values{"motif": {"Trop loin"}}, 303)
	x.get("phone", at, 200, webtest.In(".answer-status", webtest.HasText("vous ne répondrez pas")), webtest.NotIn("#refuser"))
	x.jars["ada"] = x.signIn(t, "ada@ville.example")
	x.get("ada", "/sourcages/sourcage/reponses", 200, webtest.In(".lead-text", webtest.HasText("0\u00a0réponse reçue"))) // who declines has not answered
	at = x.link(1)
	exchange := sourcing.Exchange{ID: account.NewID(), Organisation: "mairie", Operation: x.o.ID, Supplier: x.o.Suppliers[1].ID, Kind: sourcing.ByPhone, At: clock(), Minutes: "Ils ont deux équipes.", SentAt: clock(), SentRev: 1, Rev: 1}
	if _, err := x.Operation.Exchanges.Insert(t.Context(), exchange, store.Change{}); err != nil {
		t.Fatal(err)
	}
	x.get("phone", at, 200, webtest.NotIn(".answer-minutes"))
	minutes := at + "/entretiens/" + exchange.ID
	x.send("rival", minutes, url.Values{"avis": {"accepter"}, "rev": {"1"}}, 404)
	x.send("phone", at, x.answer("phone", at, "envoyer", "12"), 303)
	x.get("phone", at, 200, webtest.In(".answer-minutes", webtest.HasText("deux équipes")))
	x.send("phone", minutes, url.Values{"avis": {"contester"}, "rev": {"1"}}, 422, webtest.In(".error-summary", webtest.HasText("contestez")))
	x.send("phone", minutes, url.Values{"avis": {"accepter"}, "rev": {"7"}}, 409)
	x.send("phone", minutes, url.Values{"avis": {"contester"}, "rev": {"1"}, "mot-" + exchange.ID: {"Trois équipes."}, "nom": {"Awa"}}, 303)
	x.get("phone", at, 200, webtest.In(".answer-minutes", webtest.HasText("Vous l’avez contesté"), webtest.HasText("Trois équipes.")))
}

func TestNothingIsTakenAfterTheLaunch(t *testing.T) {
	x := newConsulted(t)
	at := x.link(0)
	form := x.answer("phone", at, "envoyer", "12")
	err := x.Operation.On(t.Context(), x.lead, x.o.ID, "operation.silence", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Silence(x.lead, "La consultation est publiée.", clock())
	})
	if err != nil {
		t.Fatal(err)
	}
	x.send("phone", at, form, 409, webtest.In(".error-summary", webtest.HasText("La consultation est lancée")))
	x.send("phone", at+"/question", url.Values{"question": {"Et ?"}}, 409)
	x.send("phone", at+"/code", nil, 409)
	x.get("phone", at, 200, webtest.NotIn(".answer-form"), webtest.In(".answer-told", webtest.HasText("La consultation est publiée.")), webtest.NotIn("#poser"))
}

func TestTheBuyerReadsAndEntersAnswers(t *testing.T) {
	x := newConsulted(t)
	x.person(t, "bob@ville.example", "mairie", false, account.Buyer)
	x.organisation(t, "ailleurs", account.KindPublic)
	x.person(t, "eve@ailleurs.example", "ailleurs", true, account.Buyer)
	x.jars["ada"], x.jars["bob"], x.jars["eve"] = x.signIn(t, "ada@ville.example"), x.signIn(t, "bob@ville.example"), x.signIn(t, "eve@ailleurs.example")
	at, list := x.link(0), "/sourcages/sourcage/reponses"
	x.send("phone", at, x.answer("phone", at, "envoyer", "12"), 303)
	one := list + "/" + x.o.Suppliers[0].ID
	x.get("ada", list, 200, webtest.Count(".response-table tbody tr", 2), webtest.In(".response-table", webtest.HasText("Awa Diop")))
	x.get("ada", one, 200, webtest.In(".answer-lines", webtest.HasText("12 personnes")))
	x.get("bob", list, 403)
	x.get("eve", list, 404)
	x.get("ada", list+"/"+x.o.Suppliers[1].ID, 404)
	x.send("phone", at, x.answer("phone", at, "envoyer", "14"), 303)
	x.get("ada", one, 200, webtest.In(".answer-before", webtest.HasText("12 personnes")), webtest.Count(".response-history li", 2))

	enter := list + "/" + x.o.Suppliers[1].ID + "/saisir"
	x.get("ada", enter, 200, webtest.Count(".answer-question", 6))
	form := url.Values{"version": {"1"}, "voie": {"courriel"}, "jour": {"2026-07-01"}, "nom": {"Jo Petit"}, "r-k1": {"8"}}
	x.send("ada", enter, form, 422, webtest.In(".error-summary", webtest.HasText("Joignez le courriel")), webtest.In("#r-k1[value='8']"))
	x.send("bob", enter, form, 403)
	if got := x.fileTo("ada", enter, "courriel.pdf", []byte(pdf), form); got.Status != 303 {
		t.Fatalf("status %d\n%s", got.Status, wordsOf(got.Body))
	}
	if got := x.fileTo("ada", enter, "courriel.pdf", []byte(pdf), form); got.Status != 303 {
		t.Errorf("the same once more: status %d", got.Status)
	}
	if a := x.stored(1); len(a.Submissions) != 1 || a.Newest().Evidence == nil {
		t.Errorf("%+v", a)
	}
	hash := x.stored(1).Newest().Evidence.Hash
	x.get("ada", list+"/"+x.o.Suppliers[1].ID+"/fichiers/"+hash, 200)
	x.get("ada", one+"/fichiers/"+hash, 404)
	x.get("bob", list+"/"+x.o.Suppliers[1].ID+"/fichiers/"+hash, 403)
	x.get("ada", list, 200, webtest.In(".response-table", webtest.HasText("Saisie par l’acheteur"), webtest.HasText("pas encore confirmée")))

	beta := x.link(1)
	x.get("desk", beta, 200, webtest.NotIn(".answer-entered"))
	x.send("desk", beta+"/confirmation", url.Values{"numero": {"1"}, "avis": {"confirmer"}}, 403)
	x.send("desk", beta+"/code", nil, 303)
	code := x.Secret.Code(message.SupplierCodeObject(message.SupplierObject(x.o.ID, x.o.Suppliers[1].ID, 0), x.stored(1).Code.Number))
	x.send("desk", beta+"/code/saisie", url.Values{"code": {code}}, 303)
	x.get("desk", beta, 200, webtest.In(".answer-entered"))
	x.send("desk", beta+"/confirmation", url.Values{"numero": {"1"}, "avis": {"contester"}}, 422)
	x.send("desk", beta+"/confirmation", url.Values{"numero": {"1"}, "avis": {"confirmer"}}, 303)
	x.get("ada", list, 200, webtest.In(".response-table", webtest.HasText("Confirmée par la structure")))
}
