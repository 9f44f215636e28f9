package web_test

import (
	"context"
	"encoding/json"
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

const (
	ada = "ada@ville.example"
	bob = "bob@ville.example"
)

// dataPortal is a portal with Ada and Bob, who manage a town hall together.
func dataPortal(t *testing.T) (*crowd, func(*web.Deps), map[string]string) {
	t.Helper()
	who, change := withPeople(t)
	who.organisation(t, store.Portal, account.KindPortal)
	who.organisation(t, "mairie", account.KindPublic)
	ids := map[string]string{}
	for e, name := range map[string]string{ada: "Ada Lovelace", bob: "Bob Martin"} {
		ids[e] = who.person(t, e, "mairie", true, account.Buyer)
		named(t, who, ids[e], ids[e], name)
	}
	return who, change, ids
}

func named(t *testing.T, who *crowd, person, by, name string) {
	t.Helper()
	_, err := store.Update(t.Context(), who.People.Collection, person, func(p *account.Person) (store.Change, error) {
		patch, err := store.Patch(t.Context(), who.Keys, store.Personal(person, "name", p.Name, name))
		p.Name = name
		return store.Change{Actor: by, At: clock(), Audit: true, What: "person.name", Subject: person, Patch: patch}, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// mail makes a message from one to another.
func mailTo(t *testing.T, who *crowd, object, to, person, sender string) {
	t.Helper()
	m, err := message.New(message.Order{
		Key: message.Key{Kind: message.RoleChanged, Object: object, Recipient: account.Email(to).Key()}, To: to, Person: person, Sender: sender, QueuedAt: clock(),
		Details: map[string]string{message.DetailBy: "Bob Martin", message.DetailRoles: "acheteur"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := who.Messages.Insert(t.Context(), m, store.Change{}); err != nil {
		t.Fatal(err)
	}
}

func carried(t *testing.T, who *crowd) {
	t.Helper()
	if _, err := store.NewRelay(who.db, nil, people.Sources...).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestMyData(t *testing.T) {
	who, change, ids := dataPortal(t)
	mailTo(t, who, "to", ada, ids[ada], ids[bob])
	mailTo(t, who, "from", bob, ids[bob], ids[ada])
	cookie := who.signIn(t, ada)
	carried(t, who)
	app := newPortal(t, change)
	Run(t, app, []Scenario{
		{Name: "nobody", URL: "/compte/donnees", Status: 303},
		{Name: "nobody's file", URL: "/compte/donnees.json", Status: 303},
		{Name: "mine", URL: "/compte/donnees", Header: as(cookie), Status: 200, WantHeader: map[string]string{"Cache-Control": "no-store"},
			HTML: []Check{
				In("h1", HasText("Données personnelles")), In(".desk-nav [aria-current=page]", HasText("Données personnelles")),
				In("#compte", HasText("Votre compte")), In("main", HasText("Ada Lovelace"), HasText("Organisation mairie"), HasText("Partis à votre demande"), HasText("Nom changé"), HasText("24 mois"), HasText("sauvegarde")),
				In("a[href=/compte/donnees.json]"), In("a[href=/compte/effacer]"), In("a[href=/donnees-personnelles]"),
			}, Lacks: []string{"Bob Martin", bob}},
	})
}

// told reads the file of who holds the cookie.
func toldTo(t *testing.T, change func(*web.Deps), cookie string) (*people.Told, string) {
	t.Helper()
	got := Scenario{URL: "/compte/donnees.json", Header: as(cookie)}.Do(t, newPortal(t, change))
	if got.Status != 200 || got.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), `attachment; filename="mes-donnees-sourcier-`) ||
		!strings.HasPrefix(got.Header.Get("Content-Type"), "application/json") {
		t.Fatalf("status %d, %v", got.Status, got.Header)
	}
	told := new(people.Told)
	d := json.NewDecoder(strings.NewReader(got.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(told); err != nil {
		t.Fatal(err)
	}
	return told, got.Body
}

// The export holds all of a person, opened, and of others their ids alone.
func TestMyDataFile(t *testing.T) {
	who, change, ids := dataPortal(t)
	named(t, who, ids[ada], ids[ada], "Ada King")
	named(t, who, ids[bob], ids[ada], "Robert Martin") // Ada has changed it
	mailTo(t, who, "to", ada, ids[ada], ids[bob])
	mailTo(t, who, "from", bob, ids[bob], ids[ada])
	mailTo(t, who, "others", bob, ids[bob], "")
	cookie := who.signIn(t, ada)
	carried(t, who)
	told, text := toldTo(t, change, cookie)
	if told.Schema != people.ToldSchema || told.Portal != "http://localhost:8080" || told.Account.Email != ada || told.Account.Name != "Ada King" ||
		len(told.Organisations) != 1 || len(told.Sessions) != 1 || len(told.Received) != 1 || len(told.Caused) != 1 || told.Caused[0].ToPerson != ids[bob] || len(told.Truncated) != 0 {
		t.Errorf("told %+v", told)
	}
	opened, another := false, false
	for _, line := range told.Audit {
		for _, f := range line.Fields {
			opened = opened || string(f.Before) == `"Ada Lovelace"` && string(f.After) == `"Ada King"`
			another = another || f.Another == ids[bob] && f.Before == nil && f.After == nil
		}
		if line.Actor != ids[ada] && line.Subject != ids[ada] {
			t.Errorf("a line of others: %+v", line)
		}
	}
	if !opened || !another {
		t.Errorf("sealed values: own opened %v, another's left out %v", opened, another)
	}
	for _, foreign := range []string{"Bob Martin", "Robert Martin", bob} {
		if strings.Contains(text, foreign) {
			t.Errorf("the file holds %q", foreign)
		}
	}
	for member := range told.Sentences {
		if !strings.Contains(text, `"`+member+`"`) {
			t.Errorf("%s is explained and not there", member)
		}
	}
}

// A list that is not whole says so, in words.
func TestTellSaysWhatItLeavesOut(t *testing.T) {
	who, _, ids := dataPortal(t)
	for _, object := range []string{"a", "b", "c"} {
		mailTo(t, who, object, ada, ids[ada], ids[ada])
	}
	carried(t, who)
	told, err := who.Tell(t.Context(), ids[ada], 2)
	if err != nil {
		t.Fatal(err)
	}
	var sections []string
	for _, cut := range told.Truncated {
		sections = append(sections, cut.Section)
		if cut.Kept != 2 || !strings.Contains(cut.Text, "2 plus récents") {
			t.Errorf("%+v", cut)
		}
	}
	if strings.Join(sections, " ") != "mails_received mails_caused" || len(told.Received) != 2 {
		t.Errorf("cut %v, %d mails", sections, len(told.Received))
	}
}

func erasing(t *testing.T, change func(*web.Deps), cookie, typed string) Answer {
	t.Helper()
	return post(t, newPortal(t, change), "/compte/effacer", cookie, url.Values{"adresse": {typed}})
}

func TestErase(t *testing.T) {
	who, change, ids := dataPortal(t)
	who.person(t, "chef@portail.example", store.Portal, true, account.Administrator)
	cookie := who.signIn(t, ada)
	app := newPortal(t, change)
	page := Scenario{Name: "the form", URL: "/compte/effacer", Header: as(cookie), Status: 200, WantHeader: map[string]string{"Cache-Control": "no-store"},
		HTML: []Check{In("h1", HasText("Effacer mon compte")), In("#part", HasText("Ce qui part")), In("#reste", HasText("Ce qui reste")), In("main", HasText("60 mois"), HasText("sauvegarde")),
			In("form.form-box input[name=adresse]"), In("#adresse-aide", HasText(ada)), NotIn(".error-summary")}}
	Run(t, app, []Scenario{page})
	if got := erasing(t, change, "", ada); got.Status != 401 {
		t.Errorf("nobody erases: %d", got.Status)
	}
	for _, typed := range []string{"", bob, "ada@ville", strings.Repeat("a", 5000) + "@ville.example", "ada@ville.example\r\nBcc: x@y.example"} {
		got := erasing(t, change, cookie, typed)
		if got.Status != 422 || !strings.Contains(got.Body, "<title>Erreur") || !strings.Contains(got.Body, `aria-describedby="adresse-aide adresse-erreur"`) {
			t.Errorf("typed %.40q: %d", typed, got.Status)
		}
	}
	if d, err := who.People.Get(t.Context(), ids[ada]); err != nil || !d.Value.Active() {
		t.Fatalf("refused, and yet %+v, %v", d.Value, err)
	}

	got := erasing(t, change, cookie, " Ada@Ville.example ")
	if got.Status != 303 || got.Header.Get("Location") != "/compte-efface" || !strings.Contains(got.Header.Get("Set-Cookie"), "sourcier_session=;") {
		t.Fatalf("%d to %q, %q", got.Status, got.Header.Get("Location"), got.Header.Get("Set-Cookie"))
	}
	if d, err := who.People.Get(t.Context(), ids[ada]); err != nil || !d.Value.Erased() || d.Value.Email != "" {
		t.Errorf("erased: %+v, %v", d.Value, err)
	}
	if d, err := who.People.Get(t.Context(), ids[bob]); err != nil || d.Value.Name != "Bob Martin" {
		t.Errorf("Bob: %+v, %v", d.Value, err)
	}
	Run(t, app, []Scenario{
		{Name: "the cookie is worth nothing", URL: "/compte/donnees", Header: as(cookie), Status: 303},
		{Name: "the last page", URL: "/compte-efface", Status: 200, HTML: []Check{In("h1", HasText("Votre compte est effacé")), In("main", HasText("fermées partout"))}},
		{Name: "the last page of one that goes on", URL: "/compte-efface?suite=1", Status: 200, HTML: []Check{In("main", HasText("dans les minutes qui viennent"))}},
	})
}

// Who is needed is told what to do first.
func TestEraseIsBlocked(t *testing.T) {
	who, change, ids := dataPortal(t)
	who.person(t, "chef@portail.example", store.Portal, true, account.Administrator)
	_, err := store.Update(t.Context(), who.Organisations.Collection, "mairie", func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.SetRoles(account.Actor{Person: ids[ada]}, ids[bob], []account.Role{account.Buyer}, false)
	})
	if err != nil {
		t.Fatal(err)
	}
	way := map[string]string{ada: "/organisations/mairie", "chef@portail.example": "/organisations/portal"}
	for e, want := range map[string]string{ada: "la seule personne à gérer", "chef@portail.example": "la dernière personne de l’équipe"} {
		cookie := who.signIn(t, e)
		Run(t, newPortal(t, change), []Scenario{{Name: e, URL: "/compte/effacer", Header: as(cookie), Status: 200,
			HTML: []Check{In(".notice-warn", HasText(want)), In(".notice-warn a[href=" + way[e] + "]"), NotIn("form.form-box")}}})
		if got := erasing(t, change, cookie, e); got.Status != 409 || !strings.Contains(got.Body, "error-summary") {
			t.Errorf("%s: %d", e, got.Status)
		}
		if d, err := who.People.ByEmail(t.Context(), account.Email(e)); err != nil || !d.Value.Active() {
			t.Errorf("%s: %+v, %v", e, d.Value, err)
		}
	}
}

// Reading changes nothing, whoever reads what.
func TestDataPagesChangeNothing(t *testing.T) {
	who, change, _ := dataPortal(t)
	who.person(t, "chef@portail.example", store.Portal, true, account.Administrator)
	cookie := who.signIn(t, "chef@portail.example")
	app := newPortal(t, change)
	before := versions(t, who)
	for _, path := range []string{"/compte/donnees", "/compte/donnees.json", "/compte/effacer", "/compte-efface", "/administration/conservation"} {
		for _, method := range []string{"GET", "HEAD"} {
			if got := (Scenario{Method: method, URL: path, Header: as(cookie)}).Do(t, app); got.Status != 200 {
				t.Errorf("%s %s: %d", method, path, got.Status)
			}
		}
	}
	if after := versions(t, who); after != before {
		t.Errorf("was\n%s\nis\n%s", before, after)
	}
}

// versions writes down every document of every collection that pages about people touch.
func versions(t *testing.T, who *crowd) string {
	t.Helper()
	var out strings.Builder
	for _, name := range append(store.Ephemeral(), store.PersonCollection, store.OrganisationCollection, store.MessageCollection, store.AuditCollection,
		store.SuppressionCollection, store.PersonKeyCollection, store.RetentionCollection) {
		raw, err := who.db.Collection(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		list, err := raw.Scan(t.Context(), "", 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			out.WriteString(name + "/" + e.ID + " " + time.Duration(e.Version).String() + " ")
		}
	}
	return out.String()
}

func TestKeepingPage(t *testing.T) {
	who, change, _ := dataPortal(t)
	who.person(t, "chef@portail.example", store.Portal, true, account.Administrator)
	chef, buyer := who.signIn(t, "chef@portail.example"), who.signIn(t, ada)
	if _, err := who.SignIns.Insert(t.Context(), account.SignIn{ID: "old", Email: ada, Link: "x", Browser: "b", At: clock().AddDate(0, 0, -3)}, store.Change{}); err != nil {
		t.Fatal(err)
	}
	who.Keep = people.Keeping{Accounts: 36, Messages: 6, Audit: 48}
	app := newPortal(t, change)
	Run(t, app, []Scenario{
		{Name: "nobody", URL: "/administration/conservation", Status: 303},
		{Name: "a buyer", URL: "/administration/conservation", Header: as(buyer), Status: 403, HTML: []Check{In("h1", HasText("Accès réservé")), In(".lead-text", HasText("Administration du portail"))}},
		{Name: "an administrator", URL: "/administration/conservation", Header: as(chef), Status: 200, HTML: []Check{
			In("h1", HasText("Conservation")), In("main", HasText("36 mois"), HasText("6 mois"), HasText("48 mois"), HasText("SOURCIER_KEEP_AUDIT_MONTHS"), HasText("1 demande de connexion effacée"), HasText("Il n’y en a pas encore eu")),
		}},
	})
	if _, err := who.Retain(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	Run(t, newPortal(t, change), []Scenario{{Name: "after a run", URL: "/administration/conservation", Header: as(chef), Status: 200,
		HTML: []Check{In("main", HasText("1 demande de connexion effacée"), HasText("Rien"))}}})
	Run(t, app, []Scenario{{Name: "what is said to everybody", URL: "/donnees-personnelles", Status: 200, HTML: []Check{
		In("#comptes"), In(".prose", HasText("36 mois"), HasText("6 mois"), HasText("48 mois"), HasText("sourcier_session"), HasText("sourcier_form"), HasText("sourcier_asking")), In(".prose a[href=/compte/donnees]"),
	}}})
}
