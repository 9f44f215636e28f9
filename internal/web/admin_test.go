package web_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

// uncertain stores a message of a sender whose fate is not known; its id.
func (w *crowd) uncertain(t *testing.T, object, sender string) string {
	t.Helper()
	m, err := message.New(message.Order{
		Key: message.Key{Kind: message.Invitation, Object: "o" + object, Recipient: "dest@ville.example"}, To: "dest@ville.example", Sender: sender, QueuedAt: clock(),
	})
	for _, step := range []func() error{
		func() error { return err },
		func() error { return m.Lease(clock(), "w", clock().Add(time.Minute)) },
		func() error { return m.Hand(clock(), "w", clock().Add(time.Minute)) },
		func() error {
			return m.Lose("w", message.Attempt{At: clock(), Stage: message.StageReply, Code: 451, Enhanced: "4.3.0", Text: "plus tard"})
		},
		func() error { return w.Messages.Queue(t.Context(), m) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return m.ID
}

// carry takes what follows from writes where it belongs.
func (w *crowd) carry(t *testing.T) {
	t.Helper()
	if _, err := store.NewRelay(w.db, slog.New(slog.NewTextHandler(io.Discard, nil)), people.Sources...).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// team makes the portal's team of one, and gives its cookie.
func (w *crowd) team(t *testing.T) (cookie, id string) {
	t.Helper()
	w.organisation(t, store.Portal, account.KindPortal)
	id = w.person(t, "chef@ville.example", store.Portal, true, account.Administrator)
	return w.signIn(t, "chef@ville.example"), id
}

func version(t *testing.T, w *crowd, id string) string {
	t.Helper()
	d, err := w.People.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(d.Version)
}

func TestAdministrationOverview(t *testing.T) {
	w, change := withPeople(t)
	_, reports := withReports(t)
	app := newPortal(t, change, reports)
	chief, _ := w.team(t)
	Run(t, app, []Scenario{{Name: "nothing waits", URL: "/administration", Header: as(chief), Status: 200, HTML: []Check{
		In("h1", HasText("Administration")), In(".desk-main", HasText("Rien n’attend")), NotIn(".desk-count"), In("meta[name=robots]")}}})
	w.uncertain(t, "x", "")
	if _, err := w.Organisations.Insert(t.Context(), account.Organisation{ID: "neuve", Kind: account.KindPublic, Name: "Ville neuve", CreatedAt: clock(),
		Domains: []account.Domain{{Name: "neuve.fr", At: clock()}}}, store.Change{}); err != nil {
		t.Fatal(err)
	}
	Run(t, app, []Scenario{{Name: "what waits", URL: "/administration", Header: as(chief), Status: 200, HTML: []Check{
		Count(".waits li", 3), In(".waits a[href=/administration/organisations?etat=proposed]", HasText("1")), In(".waits a[href=/administration/organisations?etat=domaines]"), In(".waits a[href=/administration/messages?etat=a-decider]"), Count(".desk-count", 2)}}})
}

func TestSuspendByPages(t *testing.T) {
	w, change := withPeople(t)
	app := newPortal(t, change)
	chief, own := w.team(t)
	w.organisation(t, "mairie", account.KindPublic)
	id := w.person(t, "bea@ville.example", "mairie", true, account.Buyer)
	bea := w.signIn(t, "bea@ville.example")
	page := "/administration/personnes/" + id
	seen := version(t, w, id)
	Run(t, app, []Scenario{
		{Name: "the page says all", URL: page, Header: as(chief), Status: 200, HTML: []Check{In("h1", HasText("bea@ville.example")), In(".desk-facts", HasText("Connexions ouvertes"), HasText("1")),
			In(".desk-main", HasText("Organisation mairie"), HasText("Acheteur · gestionnaire")), In("form[action=" + page + "/deconnecter]"), In("a[href=" + page + "/suspendre]")}},
		{Name: "it is asked first", URL: page + "/suspendre", Header: as(chief), Status: 200, HTML: []Check{In("form input[name=motif]"), In("form input[name=version]")}},
		{Name: "oneself not", URL: "/administration/personnes/" + own, Header: as(chief), Status: 200, HTML: []Check{NotIn("main form"), NotIn("a[href=/administration/personnes/" + own + "/suspendre]")}},
	})
	for _, c := range []struct {
		name, path string
		fields     url.Values
		status     int
	}{
		{"a stale page", "/suspendre", url.Values{"version": {"1"}}, 409},
		{"no version", "/suspendre", nil, 409},
		{"too long a reason", "/suspendre", url.Values{"version": {seen}, "motif": {strings.Repeat("é", 201)}}, 422},
		{"done", "/suspendre", url.Values{"version": {seen}, "motif": {"Départ"}}, 303},
		{"sent again", "/suspendre", url.Values{"version": {seen}, "motif": {"Départ"}}, 303},
	} {
		if got := post(t, app, page+c.path, chief, c.fields); got.Status != c.status {
			t.Errorf("%s: status %d, want %d", c.name, got.Status, c.status)
		}
	}
	if got := (Scenario{URL: "/compte/messages", Header: as(bea)}).Do(t, app); got.Status != 303 || !strings.HasPrefix(got.Header.Get("Location"), "/connexion") {
		t.Errorf("a suspended person goes on: %d", got.Status)
	}
	w.carry(t)
	journal := Scenario{URL: "/administration/journal?personne=" + id + "&part=concernee", Header: as(chief)}.Do(t, app)
	if n := strings.Count(journal.Body, "Compte suspendu"); n != 1 || !strings.Contains(journal.Body, "Départ") {
		t.Errorf("%d lines of the suspension in the journal", n)
	}
	Run(t, app, []Scenario{{Name: "suspended", URL: page + "?fait=suspendu", Header: as(chief), Status: 200, HTML: []Check{
		In("[role=status].notice", HasText("suspendu")), In("form[action=" + page + "/retablir]"), NotIn("form[action=" + page + "/deconnecter]")}}})
	if got := post(t, app, page+"/retablir", chief, nil); got.Status != 303 {
		t.Errorf("restore: %d", got.Status)
	}
	if got := post(t, app, "/administration/personnes/"+own+"/suspendre", chief, url.Values{"version": {version(t, w, own)}}); got.Status != 422 || !strings.Contains(got.Body, "propre compte") {
		t.Errorf("oneself: %d", got.Status)
	}
}

// Each page of the list says where it stands, and the last has no next.
func TestPeoplePages(t *testing.T) {
	w, change := withPeople(t)
	app := newPortal(t, change)
	chief, _ := w.team(t)
	for i := range 60 {
		w.person(t, fmt.Sprintf("p%02d@ville.example", i), "", false)
	}
	seen, at := map[string]bool{}, "/administration/personnes?tri=nom"
	pages := 0
	for ; at != ""; pages++ {
		root := ParseHTML(t, Scenario{URL: at, Header: as(chief), Status: 200}.Do(t, app).Body)
		for _, a := range Find(root, ".desk-table tbody th a") {
			href, _ := Attr(a, "href")
			if seen[href] {
				t.Errorf("%s comes twice", href)
			}
			seen[href] = true
		}
		at = ""
		for _, a := range Find(root, ".pages a[rel=next]") {
			at, _ = Attr(a, "href")
		}
	}
	if pages != 3 || len(seen) != 61 {
		t.Errorf("%d pages, %d persons", pages, len(seen))
	}
	Run(t, app, []Scenario{
		{Name: "by a part of the address", URL: "/administration/personnes?q=P07", Header: as(chief), Status: 200, HTML: []Check{Count(".desk-table tbody tr", 1), In(`input[name=q][value=P07]`)}},
		{Name: "nobody", URL: "/administration/personnes?q=zzz", Header: as(chief), Status: 200, HTML: []Check{NotIn(".desk-table"), In("main", HasText("Aucun compte"))}},
		{Name: "a place that no page gave", URL: "/administration/personnes?apres=%C3%A9", Header: as(chief), Status: 400, HTML: errorPage},
	})
}

func TestOrganisationByPages(t *testing.T) {
	w, change := withPeople(t)
	app := newPortal(t, change)
	chief, _ := w.team(t)
	proposer := w.person(t, "bea@ville.example", "", false)
	if _, err := w.Organisations.Insert(t.Context(), account.Organisation{ID: "neuve", Kind: account.KindPublic, Name: "Ville neuve", CreatedAt: clock(), CreatedBy: proposer,
		Domains: []account.Domain{{Name: "mairie.ville.fr", By: proposer, At: clock()}}}, store.Change{}); err != nil {
		t.Fatal(err)
	}
	const page = "/administration/organisations/neuve"
	Run(t, app, []Scenario{
		{Name: "proposed first", URL: "/administration/organisations", Header: as(chief), Status: 200, HTML: []Check{In(".desk-table", HasText("Ville neuve"), HasText("1 domaine à confirmer"))}},
		{Name: "its page", URL: page, Header: as(chief), Status: 200, HTML: []Check{In(".notice-warn"), In("form[action=" + page + "/confirmer]"), In("a[href="+page+"/fermer]", HasText("Refuser")),
			In(".desk-main", HasText("Sous-domaine de « ville.fr »"))}},
		{Name: "it is asked first", URL: page + "/fermer", Header: as(chief), Status: 200, HTML: []Check{In("h1", HasText("Refuser"))}},
	})
	for _, c := range []struct {
		name, path string
		fields     url.Values
		status     int
		says       string
	}{
		{"confirm", "/confirmer", nil, 303, ""},
		{"again", "/confirmer", nil, 303, ""},
		{"a domain", "/domaines", url.Values{"domaine": {"mairie.ville.fr"}, "choix": {"confirmer"}}, 303, ""},
		{"one that is not there", "/domaines", url.Values{"domaine": {"x.fr"}, "choix": {"confirmer"}}, 422, "Rien n’a changé"},
		{"no choice", "/domaines", url.Values{"domaine": {"mairie.ville.fr"}}, 400, ""},
		{"stale", "/modifier", url.Values{"nom": {"Ville"}, "version": {"1"}}, 409, "entre-temps"},
		{"wrong", "/modifier", url.Values{"nom": {""}, "siren": {"12"}, "territoire": {"nulle part du tout"}, "version": {"3"}}, 422, "SIREN n’existe pas"},
		{"changed", "/modifier", url.Values{"nom": {"Ville de Vitry"}, "siren": {"200 058 014"}, "territoire": {"Vitry-sur-Seine"}, "version": {"3"}}, 303, ""},
		{"no address", "/gestionnaire", url.Values{"adresse": {"bea@"}}, 422, "pas complète"},
		{"a manager", "/gestionnaire", url.Values{"adresse": {"bea@ville.example"}}, 303, ""},
		{"close", "/fermer", nil, 303, ""},
	} {
		got := post(t, app, page+c.path, chief, c.fields)
		if got.Status != c.status || !strings.Contains(got.Body, c.says) {
			t.Errorf("%s: status %d, want %d, saying %q", c.name, got.Status, c.status, c.says)
		}
		if c.name == "wrong" {
			MustMatch(t, got.Body, In("title", HasText("Erreur")), Count(".error-summary li", 3), In("#siren[aria-invalid=true]"), In("#territoire"))
		}
	}
	o, err := w.Organisations.Get(t.Context(), "neuve")
	if err != nil || o.Value.Territory != "94081" || o.Value.SIREN != "200058014" || !o.Value.Member(proposer).Manager || o.Value.ClosedAt.IsZero() {
		t.Errorf("%+v, %v", o.Value, err)
	}
	fields := url.Values{"genre": {"network"}, "nom": {"Réseau"}, "envoi": {strings.Repeat("C", 26)}}
	first := post(t, app, "/administration/organisations/nouvelle", chief, fields)
	if again := post(t, app, "/administration/organisations/nouvelle", chief, fields); first.Status != 303 || again.Header.Get("Location") != first.Header.Get("Location") {
		t.Errorf("created %d, %s, then %s", first.Status, first.Header.Get("Location"), again.Header.Get("Location"))
	}
	if got := post(t, app, "/administration/organisations/nouvelle", chief, url.Values{"nom": {"Réseau"}}); got.Status != 422 {
		t.Errorf("without a kind: %d", got.Status)
	}
}

func TestMessagesByPages(t *testing.T) {
	w, change := withPeople(t)
	app := newPortal(t, change)
	chief, _ := w.team(t)
	bea := w.person(t, "bea@ville.example", "", false)
	cookie := w.signIn(t, "bea@ville.example")
	portals, hers := w.uncertain(t, "portal", ""), w.uncertain(t, "hers", bea)
	if err := w.Suppressions.Suppress(t.Context(), message.AddressHash("dest@ville.example"), "5.1.1", clock()); err != nil {
		t.Fatal(err)
	}
	Run(t, app, []Scenario{
		{Name: "to decide", URL: "/administration/messages?etat=a-decider", Header: as(chief), Status: 200, HTML: []Check{Count(".desk-table tbody tr", 1), In(".tabs [aria-current=page]", HasText("(1)")),
			In("main", HasText("SOURCIER_INBOX_IMAP"))}},
		{Name: "all that are uncertain", URL: "/administration/messages?etat=uncertain", Header: as(chief), Status: 200, HTML: []Check{Count(".desk-table tbody tr", 2)}},
		{Name: "by address", URL: "/administration/messages?adresse=DEST@ville.example", Header: as(chief), Status: 200, HTML: []Check{Count(".desk-table tbody tr", 2)}},
		{Name: "an address that is none", URL: "/administration/messages?adresse=dest", Header: as(chief), Status: 200, HTML: []Check{In(".notice-warn[role=status]")}},
		{Name: "no such list", URL: "/administration/messages?etat=zzz", Header: as(chief), Status: 404, HTML: errorPage},
		{Name: "one of the portal", URL: "/administration/messages/" + portals, Header: as(chief), Status: 200, HTML: []Check{Count("form[action=/administration/messages/"+portals+"/decision]", 2), In(".desk-main", HasText("451 4.3.0 plus tard"))}},
		{Name: "one of a person is hers to decide", URL: "/administration/messages/" + hers, Header: as(chief), Status: 200, HTML: []Check{NotIn("main form"), In(".desk-main", HasText("à la personne qui a causé"))}},
		{Name: "what she sent", URL: "/compte/messages", Header: as(cookie), Status: 200, HTML: []Check{Count(".desk-table tbody tr", 1), In(".notice-warn")}},
		{Name: "hers", URL: "/compte/messages/" + hers, Header: as(cookie), Status: 200, HTML: []Check{Count("form[action=/compte/messages/"+hers+"/decision]", 2)}},
		{Name: "another's", URL: "/compte/messages/" + portals, Header: as(cookie), Status: 404, HTML: errorPage},
		{Name: "suppressed", URL: "/administration/messages/adresses", Header: as(chief), Status: 200, HTML: []Check{In(".desk-table", HasText("dest@ville.example"), HasText("5.1.1")), Count("main form", 1)}},
	})
	decide := func(who, address, choice, version string, want int) {
		t.Helper()
		if got := post(t, app, address+"/decision", who, url.Values{"choix": {choice}, "version": {version}}); got.Status != want {
			t.Errorf("%s %s: status %d, want %d", choice, address, got.Status, want)
		}
	}
	decide(cookie, "/compte/messages/"+portals, "renvoyer", "1", 404)
	decide(chief, "/administration/messages/"+hers, "renvoyer", "1", 422)
	decide(chief, "/administration/messages/"+portals, "brûler", "1", 400)
	decide(chief, "/administration/messages/"+portals, "renvoyer", "7", 409)
	decide(chief, "/administration/messages/"+portals, "renvoyer", "1", 303)
	decide(chief, "/administration/messages/"+portals, "renvoyer", "1", 409)
	decide(cookie, "/compte/messages/"+hers, "laisser", "1", 303)
	decide(cookie, "/compte/messages/"+hers, "laisser", "2", 409)
	lift := "/administration/messages/adresses/" + message.AddressHash("dest@ville.example") + "/lever"
	for range 2 {
		if got := post(t, app, lift, chief, nil); got.Status != 303 {
			t.Errorf("lift: %d", got.Status)
		}
	}
}

// Who answers for an organisation gives no address away by answering.
func TestSenderSeesNoAddressOfOthers(t *testing.T) {
	w, change := withPeople(t)
	app := newPortal(t, change)
	bea := w.person(t, "bea@ville.example", "", false)
	cookie := w.signIn(t, "bea@ville.example")
	m, err := message.New(message.Order{Key: message.Key{Kind: message.JoinRequest, Object: "o", Recipient: "secrete@mairie.example"}, To: "secrete@mairie.example", Sender: bea, QueuedAt: clock()})
	if err != nil {
		t.Fatal(err)
	}
	m.Attempts = []message.Attempt{{At: clock(), Code: 550, Text: "secrete@mairie.example unknown"}}
	if err := w.Messages.Queue(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"/compte/messages", "/compte/messages/" + m.ID} {
		if got := (Scenario{URL: at, Header: as(cookie)}).Do(t, app); got.Status != 200 || strings.Contains(got.Body, "secrete@") {
			t.Errorf("%s: status %d shows the address", at, got.Status)
		}
	}
}

func TestJournalPages(t *testing.T) {
	w, change := withPeople(t)
	app := newPortal(t, change, func(d *web.Deps) { d.Config.TempDir = t.TempDir() })
	chief, own := w.team(t)
	id := w.person(t, "bea@ville.example", "", false)
	for i := range 30 {
		w.person(t, fmt.Sprintf("p%02d@ville.example", i), "", false)
	}
	actor := account.Actor{Person: own, Administrator: true}
	if err := w.Suspend(t.Context(), actor, id, 1, "=HYPERLINK(1)"); err != nil {
		t.Fatal(err)
	}
	w.carry(t)
	const journal = "/administration/journal"
	day := clock().Format("2006-01-02")
	Run(t, app, []Scenario{
		{Name: "newest first", URL: journal, Header: as(chief), Status: 200, HTML: []Check{Count(".journal time", 25), In(".pages a[rel=next]"), In("form[action=/administration/journal.csv][method=post]")}},
		{Name: "by who did it", URL: journal + "?personne=chef@ville.example&part=auteur&objet=person", Header: as(chief), Status: 200, HTML: []Check{In(".journal", HasText("Compte suspendu"), HasText("=HYPERLINK(1)"))}},
		{Name: "about somebody", URL: journal + "?part=concernee&personne=" + id, Header: as(chief), Status: 200, HTML: []Check{Count(".journal time", 3)}},
		{Name: "of a day", URL: journal + "?du=" + day + "&au=" + day, Header: as(chief), Status: 200, HTML: []Check{Count(".journal time", 25)}},
		{Name: "of another day", URL: journal + "?au=2020-01-01", Header: as(chief), Status: 200, HTML: []Check{NotIn(".journal"), In("main", HasText("Aucune ligne"))}},
		{Name: "a day that is none", URL: journal + "?du=demain", Header: as(chief), Status: 422, HTML: []Check{NotIn(".journal"), In(".notice-warn", HasText("n’existe pas"))}},
		{Name: "days the wrong way round", URL: journal + "?du=2026-02-02&au=2026-02-01", Header: as(chief), Status: 422, HTML: []Check{In(".notice-warn")}},
		{Name: "nobody has the address", URL: journal + "?personne=zzz@ville.example", Header: as(chief), Status: 422, HTML: []Check{In(".notice-warn", HasText("Aucun compte"))}},
		{Name: "a place that no page gave", URL: journal + "?apres=" + strings.Repeat("a", 2000), Header: as(chief), Status: 400, HTML: errorPage},
	})
	if err := w.Keys.Destroy(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	Run(t, app, []Scenario{{Name: "of an erased person", URL: journal + "?objet=person&part=concernee&personne=" + id, Header: as(chief), Status: 200,
		HTML: []Check{In(".journal", HasText("valeur effacée"))}, Lacks: []string{"HYPERLINK"}}})
}

func TestJournalExport(t *testing.T) {
	w, change := withPeople(t)
	app := newPortal(t, change, func(d *web.Deps) { d.Config.TempDir = t.TempDir() })
	chief, own := w.team(t)
	id := w.person(t, "bea@ville.example", "", false)
	if err := w.Suspend(t.Context(), account.Actor{Person: own, Administrator: true}, id, 1, "=HYPERLINK(1)"); err != nil {
		t.Fatal(err)
	}
	w.carry(t)
	if got := (Scenario{URL: "/administration/journal.csv", Header: as(chief)}).Do(t, app); got.Status != 405 && got.Status != 404 {
		t.Errorf("a GET exports: %d", got.Status)
	}
	got := post(t, app, "/administration/journal.csv", chief, url.Values{"objet": {"person"}, "personne": {id}, "part": {"concernee"}})
	if got.Status != 200 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/csv") || got.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("status %d, %v", got.Status, got.Header)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.Body, "\uFEFF")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 3 || rows[0][0] != "date" || !strings.Contains(got.Body, "chef@ville.example") || !strings.Contains(got.Body, ";Compte suspendu;person.suspend;bea@ville.example;") {
		t.Errorf("%q, %v", rows, err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
	Run(t, app, []Scenario{{Name: "it is in the journal itself", URL: "/administration/journal?objet=audit", Header: as(chief), Status: 200, HTML: []Check{In(".journal", HasText("Journal exporté"), HasText("2"))}}})
	if got := post(t, app, "/administration/journal.csv", chief, url.Values{"du": {"demain"}}); got.Status != 422 {
		t.Errorf("a day that is none: %d", got.Status)
	}
	n, err := w.Audit.Page(t.Context(), store.AuditFilter{Collection: store.AuditCollection}, "", 10)
	if err != nil || len(n.Lines) != 1 {
		t.Errorf("%d lines of exports, %v", len(n.Lines), err)
	}
}
