package browser

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
)

// TestEventOfAnOrganiser goes from an idea to the report: an event is made, published, and
// invited to; guests answer on a phone without an account, one waits and gets a place that
// is given back; the door works without a network; who came is asked, and what came of it
// is read. On one store with JavaScript, wide, on the other without, on a phone.
func TestEventOfAnOrganiser(t *testing.T) {
	line := newLine(t)
	eachStore(t, map[string]string{"SOURCIER_BASE_URL": line.URL}, func(t *testing.T, p place) {
		line.to(t, p.base)
		p.base = line.URL
		width, javascript := int64(wide), true
		if strings.HasSuffix(t.Name(), "mongo") {
			width, javascript = narrow, false
		}
		j := newHosted(p.tab(t, width, javascript), p, javascript)
		j.makes()
		j.opens()
		j.invites()
		j.replies()
		j.waits()
		j.tomorrow()
		if javascript {
			j.door(line)
		} else {
			j.doorByName()
		}
		j.isOver()
		j.surveys()
		j.reports()
	})
}

// line is what the browsers reach a portal by. It can be down, for pages and for their
// service workers alike.
type line struct {
	*httptest.Server
	down   atomic.Bool
	portal atomic.Pointer[httputil.ReverseProxy]
}

func newLine(t *testing.T) *line {
	l := &line{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.down.Load() {
			panic(http.ErrAbortHandler)
		}
		l.portal.Load().ServeHTTP(w, r)
	}))
	l.URL = strings.Replace(l.URL, "127.0.0.1", "localhost", 1) // as newPlace listens
	t.Cleanup(l.Close)
	return l
}

func (l *line) to(t *testing.T, base string) {
	t.Helper()
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	l.portal.Store(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(at)
		r.Out.Host = r.In.Host // the portal knows itself by it
	}})
}

// hosted is the journey of an event: the organiser's browser, and that of guests.
type hosted struct {
	*buying
	other       *tab // of the guests: a phone
	m           buyer.Member
	olga        account.Person
	title, id   string
	nora, karim string // addresses of who is invited, and of who asks to come
	links       [2]string
	guests      []event.Guest // who comes besides
}

func newHosted(b *tab, p place, javascript bool) *hosted {
	b.Helper()
	j := &hosted{buying: &buying{tab: b, p: p, javascript: javascript, tag: account.NewID()[:6]}, other: p.tab(b.T, narrow, javascript)}
	j.olga, j.m = p.organiser(b)
	j.title = "Matinale " + j.tag
	j.nora, j.karim = "nora."+j.tag+"@structure.example", "karim."+j.tag+"@ville.example"
	p.enterAs(b, j.olga.Email)
	return j
}

// organiser is somebody who prepares the events of an organisation of its own.
func (p place) organiser(b *tab) (account.Person, buyer.Member) {
	b.Helper()
	id, _ := p.townHall(b, "Ville de Vitry-sur-Seine")
	who := p.somebody(b, "olga", "Olga Renard")
	_, err := store.Update(b.ctx, p.People.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.Enrol(who.ID, []account.Role{account.Organiser}, false, p.Now())
	})
	if err != nil {
		b.Fatal(err)
	}
	return who, p.member(b, who.Email)
}

func (j *hosted) page(path string) string { return "/evenements/" + j.id + path }

// set gives a field what it is to hold.
func (b *tab) set(selector, text string) {
	b.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.SetValue(chromedp.CSS(selector), text))
}

// makes is the organiser, who has an event to prepare.
func (j *hosted) makes() {
	j.Helper()
	j.open("/evenements")
	j.click(`main a[href="/evenements/nouveau"]`)
	j.waitHeading("Préparer un événement")
	j.looks()
	j.click(`.ev-kinds a[href*="matinale"]`)
	j.do(chromedp.WaitVisible(chromedp.CSS("#titre")))
	j.set("#titre", j.title)
	j.set("#lieu", "Salle du conseil")
	j.set("#places", "beaucoup")
	j.click(".plan-edit .acts .btn-act")
	j.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	j.forgive() // the browser logs the 422
	j.looks()
	j.set("#jour", j.p.Now().AddDate(0, 0, 12).In(structure.Paris).Format("02/01/2006"))
	j.set("#places", "1")
	j.click("#acces-" + string(event.OpenToAll))
	j.click(".plan-edit .acts .btn-act")
	j.waitDone("Événement créé")
	j.id = strings.TrimPrefix(strings.Split(j.location(), "?")[0], "/evenements/")
	j.looks()
}

// opens opens the event to answers, and publishes it.
func (j *hosted) opens() {
	j.Helper()
	for _, step := range [][2]string{{"/ouvrir", "Les inscriptions sont ouvertes"}, {"/publier", "à l’agenda public"}} {
		j.open(j.page(step[0]))
		j.looks()
		j.click("main .form-box .btn-act")
		j.waitDone(step[1])
	}
	j.other.open("/agenda")
	j.other.says(j.title)
	j.other.well(j.javascript)
}

// invites puts one person on the list, and sends what the preview shows.
func (j *hosted) invites() {
	j.Helper()
	j.open(j.page("/invites/ajouter"))
	j.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("main details").forEach(e => e.open = true)`))
	j.looks()
	writes(j.tab, "#nom", "Nora Diallo")
	writes(j.tab, "#courriel", j.nora)
	writes(j.tab, "#organisme", "Atelier "+j.tag)
	j.set("#role", string(event.AsStructure))
	j.click(`#a-la-main .btn-act, form[action$="/invites/ajouter"] .btn-act`)
	j.waitDone("Invité ajouté à la liste")
	j.looks()
	j.open(j.page("/invites/envoi?type=invitation"))
	writes(j.tab, "#texte", "Venez avec vos questions.")
	j.looks()
	j.click(`form[action$="/envoi/apercu"] .btn-act`)
	j.waitHeading("Aperçu avant l’envoi")
	j.tab.says("Nora Diallo", "Venez avec vos questions.", "1 personne")
	j.looks()
	j.click(`form[action$="/invites/envoi"] .btn-act`)
	j.waitDone("C’est parti")
	j.looks()
}

// replies is the guest, who accepts on a phone.
func (j *hosted) replies() {
	j.Helper()
	b := j.other
	j.links[0] = b.mailLink(j.nora, "Invitation")
	b.open(j.links[0])
	b.says(j.title, "Salle du conseil")
	b.well(j.javascript)
	b.do(chromedp.Click(chromedp.CSS(".guest-needs summary")))
	writes(b, "#repas", "Sans arachide")
	b.do(chromedp.Click(chromedp.CSS(".guest-form .btn-act")))
	b.waitDone("Votre place est réservée")
	b.well(j.javascript)
	b.open(j.links[0])
	if strings.Contains(b.text("main"), "arachide") {
		b.Error("who has the link reads the needs")
	}
	b.do(chromedp.Click(chromedp.CSS(`main a[href$="/billet"]`)))
	b.do(chromedp.WaitVisible(chromedp.CSS("#billet")))
	b.well(j.javascript)
}

// waits is somebody who asks to come, and waits for the only place; who has it gives it
// back.
func (j *hosted) waits() {
	j.Helper()
	b := j.other
	b.open("/agenda/" + j.id)
	b.well(j.javascript)
	b.do(chromedp.Click(chromedp.CSS(".ahead-act .btn-act")), chromedp.WaitVisible(chromedp.CSS("#nom")))
	b.do(chromedp.Click(chromedp.CSS("main .form-box .btn-act")), chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	b.forgive() // the browser logs the 422
	b.well(j.javascript)
	writes(b, "#nom", "Karim Belaïd")
	writes(b, "#courriel", j.karim)
	writes(b, "#organisme", "Voirie")
	b.do(chromedp.Click(chromedp.CSS("#role-"+string(event.AsBuyer))), chromedp.Click(chromedp.CSS("main .form-box .btn-act")), chromedp.WaitVisible(chromedp.CSS(".guest-sent")))
	b.well(j.javascript)
	j.links[1] = b.mailLink(j.karim, "Votre inscription")
	b.open(j.links[1])
	b.do(chromedp.Click(chromedp.CSS(".guest-form .btn-act")))
	b.waitDone("Vous êtes sur la liste d’attente")
	b.says(event.WaitingRule)
	b.well(j.javascript)
	j.open(j.page("/attente"))
	j.tab.says("Karim Belaïd", event.WaitingRule)
	j.looks()

	b.open(j.links[0])
	b.do(chromedp.Click(chromedp.CSS(".guest-give button")))
	b.waitDone("vous ne venez pas")
	if got := b.mailLink(j.karim, "Une place pour vous"); got != j.links[1] {
		b.Errorf("the offer leads to %s", got)
	}
	b.open(j.links[1])
	b.says("Une place vous est proposée")
	b.well(j.javascript)
	b.do(chromedp.Click(chromedp.CSS(".guest-form .btn-act")))
	b.waitDone("Votre place est réservée")

	j.open(j.page("/places"))
	j.set("#places", "8")
	j.looks()
	j.click("main .form-box .btn-act")
	j.waitDone("Places enregistrées")
	b.open(j.links[0])
	b.do(chromedp.Click(chromedp.CSS(".guest-form .btn")))
	b.waitDone("Votre place est réservée")
	j.open(j.page("/attente"))
	j.tab.says("Karim Belaïd") // its promotion stays
	j.looks()
}

// moves sets when an event is, as no page would: time does not pass in a test.
func (p place) moves(b *tab, id string, starts, ends time.Time) {
	b.Helper()
	_, err := store.Update(b.ctx, p.Gathering.Events.Events, id, func(e *event.Event) (store.Change, error) {
		e.Starts, e.Ends = starts.UTC(), ends.UTC()
		return store.Change{}, nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// tomorrow brings the event near, and four more guests on its list.
func (j *hosted) tomorrow() {
	j.Helper()
	for _, name := range []string{"Léa Roux", "Paul Tavernier", "Nadia Ferrand", "Sophie Lannoy"} {
		j.guests = append(j.guests, event.Guest{ID: event.NewGuestID(), Name: name, Email: account.NewID()[:8] + "@ville.example", Role: event.AsBuyer})
	}
	g := j.p.Gathering
	if _, _, err := g.Add(j.ctx, j.m, j.id, j.guests); err != nil {
		j.Fatal(err)
	}
	for i := range j.guests {
		r, err := g.ByLink(j.ctx, g.GuestToken(&j.guests[i]))
		if err != nil {
			j.Fatal(err)
		}
		if _, err := g.Accept(j.ctx, r, 1); err != nil {
			j.Fatal(err)
		}
	}
	now := j.p.Now()
	j.p.moves(j.tab, j.id, now.Add(time.Hour), now.Add(4*time.Hour))
}

// door lets guests in on a phone, whose network goes, whose page is closed, and whose
// network comes back.
func (j *hosted) door(l *line) {
	j.Helper()
	b := j.p.tab(j.T, narrow, true)
	j.p.enterAs(b, j.olga.Email)
	b.open(j.page("/accueil"))
	b.well(true)
	b.do(chromedp.Click(chromedp.CSS(`main a[href$="/accueil/telephone"]`)))
	b.until(`document.querySelector("#etat")?.textContent.startsWith("En ligne") && !document.querySelector("#par-nom").hidden`)
	b.do(chromedp.Evaluate[chromedp.Void](`navigator.serviceWorker.ready.then(() => undefined)`, chromedp.EvalAwaitPromise))
	b.until("navigator.serviceWorker.controller")
	b.well(true)
	b.entersAtDoor("nora", "Bienvenue Nora Diallo")
	if got := b.text("#verdict"); strings.Contains(got, "pas encore envoyé") {
		b.Errorf("with a network: %s", got)
	}

	l.down.Store(true)
	b.entersAtDoor("karim", "Bienvenue Karim Belaïd")
	b.until(`document.querySelector("#etat").textContent.startsWith("Sans réseau · 1 passage à envoyer")`)
	if got := b.text("#verdict"); !strings.Contains(got, "pas encore envoyé") {
		b.Errorf("without a network: %s", got)
	}
	b.well(true)
	b.open(j.page("/accueil/telephone")) // the service worker has it
	b.until(`document.querySelector("#etat").textContent.startsWith("Sans réseau")`)
	b.do(chromedp.WaitVisible(chromedp.CSS("#verrou")))
	if got := b.text("main"); strings.Contains(got, "Karim") || strings.Contains(got, "Nora") {
		b.Errorf("a phone that is opened again names guests before it has the code: %s", got)
	}
	b.well(true)
	writes(b, "#code", strings.ToLower(j.p.Gathering.DoorCode(j.id))+kb.Enter)
	b.do(chromedp.WaitVisible(chromedp.CSS("#chercher")), chromedp.SendKeys(chromedp.CSS("#chercher"), "karim"))
	b.until(`document.querySelector("#trouves").textContent.includes("✓ Entrée à")`)
	b.forgive() // the browser tells of the failed requests

	l.down.Store(false)
	b.do(chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event("online"))`))
	b.until(`document.querySelector("#etat").textContent.startsWith("En ligne · tout est envoyé")`)
	j.open(j.page("/accueil"))
	j.tab.says("2 personnes")
	j.looks()
}

// entersAtDoor lets in who is found by a word.
func (b *tab) entersAtDoor(word, verdict string) {
	b.Helper()
	b.js(`document.querySelector("#chercher").value = ""`)
	b.do(chromedp.SendKeys(chromedp.CSS("#chercher"), word), chromedp.Click(chromedp.CSS("#trouves button")))
	b.until(`document.querySelector("#verdict").innerText.replace(/\s+/g, " ").includes("` + verdict + `")`)
}

// doorByName lets guests in by their names, on a page without a script.
func (j *hosted) doorByName() {
	j.Helper()
	for _, name := range []string{"Nora", "Karim"} {
		j.open(j.page("/accueil?q=" + name))
		j.looks()
		j.click(".door-list .form-button .btn")
		j.waitDone("Entrée notée")
	}
	j.open(j.page("/accueil"))
	j.tab.says("2 personnes")
}

// isOver has the others come, and the event end: its attendance is closed.
func (j *hosted) isOver() {
	j.Helper()
	var scans []gathering.DoorScan
	for i := range j.guests {
		scans = append(scans, gathering.DoorScan{ID: account.NewID(), At: j.p.Now(), Guest: j.guests[i].ID, Way: event.ByName})
	}
	if _, err := j.p.Gathering.Scanned(j.ctx, j.m, j.id, "ordinateur", j.p.Now(), scans); err != nil {
		j.Fatal(err)
	}
	now := j.p.Now()
	j.p.moves(j.tab, j.id, now.Add(-4*time.Hour), now.Add(-time.Minute))
	j.open(j.page("/accueil"))
	j.click(`form[action$="/accueil/cloture"] button`)
	j.waitDone("Présence clôturée")
	j.looks()
}

// surveys asks who came, and reads what five of them answered.
func (j *hosted) surveys() {
	j.Helper()
	j.open(j.page("/enquete"))
	j.looks()
	j.click(`form[action$="/enquete/debut"] .btn-act`)
	j.waitHeading("Écrire l’enquête")
	j.looks()
	j.open(j.page("/enquete"))
	j.click(`form[action$="/enquete/envoyer"] .btn-act`)
	j.do(chromedp.WaitVisible(chromedp.CSS(`form[action$="/enquete/clore"]`)))

	b := j.other
	link := b.mailLink(j.karim, "Votre avis")
	b.open(link)
	b.do(chromedp.Click(chromedp.CSS(".answer-form .btn-act")), chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	b.forgive() // the browser logs the 422
	b.well(j.javascript)
	b.do(chromedp.Click(chromedp.CSS(`input[name="r-` + survey.Satisfied + `"]`)))
	writes(b, "#r-utile", "Les présentations courtes.")
	b.do(chromedp.Click(chromedp.CSS(".answer-form .btn-act")))
	b.waitDone("Merci")
	b.well(j.javascript)
	b.open(j.links[1] + "/suites")
	writes(b, "#formation", "Écrire une clause sociale.")
	b.well(j.javascript)
	b.do(chromedp.Click(chromedp.CSS(`form[action$="/formation"] .btn-act`)))
	b.waitDone("Votre demande est enregistrée")

	j.open(j.page("/enquete"))
	if strings.Contains(j.text("main"), "Les présentations courtes.") {
		j.Error("one answer is shown")
	}
	satisfied := survey.EventTemplates()[0].Questionnaire.Question(survey.Satisfied)
	for i := range j.guests {
		x, err := j.p.Gathering.BySurvey(j.ctx, j.p.Gathering.SurveyLink(&j.guests[i]))
		if err != nil {
			j.Fatal(err)
		}
		if err := j.p.Gathering.Opine(j.ctx, x, []survey.Value{{Question: survey.Satisfied, Chosen: satisfied.Options[i%2 : i%2+1]}}); err != nil {
			j.Fatal(err)
		}
	}
	j.open(j.page("/enquete"))
	j.click(`form[action$="/enquete/clore"] button`)
	j.do(chromedp.WaitVisible(chromedp.CSS(".after-texts")))
	j.tab.says("Les présentations courtes.", "Karim Belaïd", "Écrire une clause sociale.")
	j.looks()
}

// reports reads what the event gave, as a page and as files.
func (j *hosted) reports() {
	j.Helper()
	j.open(j.page("/bilan"))
	writes(j.tab, "#bilan", "Six personnes, un premier contact.")
	j.looks()
	j.click(`form[action$="/bilan"] .btn-act`)
	j.waitDone("Le bilan est enregistré")
	for file, begins := range map[string]string{"bilan.pdf": "%PDF-", "bilan.xlsx": "PK"} {
		if got := j.p.fetch(j.tab, j.olga.Email, j.page("/bilan/"+file)); !strings.HasPrefix(got, begins) {
			j.Errorf("%s begins with %.20q", file, got)
		}
	}
	j.other.open(j.links[1])
	j.other.well(j.javascript)
}
