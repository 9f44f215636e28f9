package app

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/app/control"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

func runDemo(t *testing.T, a *App, args DemoArgs) string {
	t.Helper()
	var out bytes.Buffer
	err := a.demoCommand(t.Context(), args, control.Out{Stdout: &out, Progress: func(control.Progress) {}})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// counted is how many persons and organisations there are.
func counted(t *testing.T, a *App) (persons, organisations int64) {
	t.Helper()
	p, err1 := a.People.People.Raw().Count(t.Context())
	o, err2 := a.People.Organisations.Raw().Count(t.Context())
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return p, o
}

func registrations(t *testing.T, a *App) int {
	t.Helper()
	docs, err := a.Directory.Registrations.Scan(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	return len(docs)
}

// rooms counts what the desk of buyers and the groupements hold.
func rooms(t *testing.T, a *App) (n struct{ binders, lists, searches, groupements, sheets, programmes, purchases, contracts, dossiers, reviews, operations, longlists, answers, exchanges, events, guests, checkins, feedbacks, encounters, mails int64 }) {
	t.Helper()
	count := func(into *int64, c store.Raw) {
		var err error
		if *into, err = c.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	count(&n.binders, a.Desk.Binders.Raw())
	count(&n.lists, a.Desk.Lists.Raw())
	count(&n.searches, a.Desk.Searches.Raw())
	count(&n.groupements, a.Directory.Groupements.Raw())
	count(&n.sheets, a.Structures.Raw())
	count(&n.programmes, a.Programme.Programmes.Raw())
	count(&n.purchases, a.Programme.Purchases.Raw())
	count(&n.contracts, a.Programme.Contracts.Raw())
	count(&n.dossiers, a.Programme.Dossiers.Raw())
	count(&n.reviews, a.Programme.Planning.Reviews.Raw())
	count(&n.operations, a.Operation.Operations.Raw())
	count(&n.longlists, a.Operation.Longlists.Raw())
	count(&n.answers, a.Operation.Answers.Raw())
	count(&n.exchanges, a.Operation.Exchanges.Raw())
	count(&n.events, a.Gathering.Events.Events.Raw())
	count(&n.guests, a.Gathering.Guests.Raw())
	count(&n.checkins, a.Gathering.Checkins.Raw())
	count(&n.feedbacks, a.Gathering.Feedbacks.Raw())
	count(&n.encounters, a.Gathering.Events.Encounters.Raw())
	count(&n.mails, a.People.Messages.Raw())
	return n
}

// TestDemoPeople fills twice, lists who to sign in as, and takes everything out.
func TestDemoPeople(t *testing.T) {
	a := mustOpenApp(t)
	if out := runDemo(t, a, DemoArgs{Accounts: true}); out != "" {
		t.Errorf("accounts of an empty portal: %s", out)
	}
	runDemo(t, a, DemoArgs{Size: 60})
	persons, organisations := counted(t, a)
	if persons < 200 || organisations < 10 {
		t.Errorf("%d persons, %d organisations", persons, organisations)
	}
	runDemo(t, a, DemoArgs{Size: 60})
	if p, o := counted(t, a); p != persons || o != organisations {
		t.Errorf("%d persons, %d organisations after a second fill", p, o)
	}
	sheets := registrations(t, a)
	if sheets < 20 {
		t.Errorf("%d registrations", sheets)
	}
	if n, err := a.Directory.Registrations.CountModerated(t.Context()); err != nil || n != 4 {
		t.Errorf("%d registrations await a moderator, %v", n, err)
	}
	desk := rooms(t, a)
	if desk.binders != 1 || desk.lists != 2 || desk.searches != 2 || desk.groupements != 2 || desk.sheets != 61 || desk.programmes != 2 || desk.purchases != 47 || desk.contracts != 14 || desk.dossiers != 6 || desk.reviews != 1 ||
		desk.operations != 2 || desk.longlists != 2 || desk.answers != 13 || desk.exchanges != 4 || desk.mails < 200 ||
		desk.events != 4 || desk.guests < 90 || desk.checkins < 40 || desk.feedbacks != 1 || desk.encounters != 7 {
		t.Errorf("the desk and the groupements: %+v", desk)
	}
	out := runDemo(t, a, DemoArgs{Accounts: true})
	for _, r := range account.Roles {
		if !strings.Contains(out, r.Label()) {
			t.Errorf("nobody is %s:\n%s", r, out)
		}
	}
	if !strings.Contains(out, "http://localhost:8080/boite") {
		t.Errorf("no way to the mailbox:\n%s", out)
	}
	if out := runDemo(t, a, DemoArgs{Remove: true}); strings.Contains(out, "Gardé") {
		t.Errorf("kept:\n%s", out)
	}
	if p, o := counted(t, a); p != 0 || o != 0 || registrations(t, a) != 0 {
		t.Errorf("%d persons, %d organisations, %d registrations are left", p, o, registrations(t, a))
	}
	if left := rooms(t, a); left.binders+left.lists+left.searches+left.groupements+left.sheets+left.programmes+left.purchases+left.contracts+left.dossiers+left.reviews+left.operations+left.longlists+left.answers+left.exchanges+left.events+left.guests+left.checkins+left.feedbacks+left.encounters+left.mails != 0 {
		t.Errorf("left: %+v", left)
	}
	runDemo(t, a, DemoArgs{Size: 60})
	if again := rooms(t, a); again != desk {
		t.Errorf("%+v when it is filled anew, was %+v", again, desk)
	}
	if p, o := counted(t, a); p != persons || o != organisations || registrations(t, a) != sheets {
		t.Errorf("%d persons, %d organisations when it is filled anew", p, o)
	}
}

// TestDemoReports: the report of the sourçage whose consultation is launched is frozen, once.
func TestDemoReports(t *testing.T) {
	a := mustOpenApp(t)
	for range 2 {
		runDemo(t, a, DemoArgs{Size: 60})
		docs, err := a.Operation.Operations.Scan(t.Context(), "", 10)
		if err != nil {
			t.Fatal(err)
		}
		reports := 0
		for i := range docs {
			o := &docs[i].Value
			reports += len(o.Reports)
			if o.Silent() != (o.State() == sourcing.Reported) {
				t.Errorf("%s: %s", o.Title, o.State())
			}
		}
		if reports != 1 {
			t.Errorf("%d reports", reports)
		}
	}
}

// TestDemoRemoveLeavesWhatIsReal: accounts and organisations that somebody real has
// made theirs stay, and are told.
func TestDemoRemoveLeavesWhatIsReal(t *testing.T) {
	a := mustOpenApp(t)
	runDemo(t, a, DemoArgs{Size: 60})
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "reelle@ville.fr", Roles: roles(account.Administrator)})
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "reelle@ville.fr", Roles: roles(account.Buyer), Organisation: "Grand-Orly Seine Bièvre"})
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "spaser@grand-orly.example", Roles: roles(account.Buyer), Organisation: "Vraie ville", Kind: account.KindPublic, Manager: true})
	d, err := a.People.People.ByEmail(t.Context(), "achats@grand-orly.example")
	if err != nil {
		t.Fatal(err)
	}
	d.Value.Email = "nadia@ville.fr" // somebody uses the account as their own
	if _, err := a.People.People.Replace(t.Context(), d, store.Change{}); err != nil {
		t.Fatal(err)
	}
	out := runDemo(t, a, DemoArgs{Remove: true})
	for _, want := range []string{"Gardé : le compte nadia@ville.fr", "« Portail de démonstration »", "« Grand-Orly Seine Bièvre »"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	list := mustUser(t, a, UserArgs{Verb: UserList})
	if !strings.HasPrefix(list, "2 comptes\nnadia@") || !strings.Contains(list, "Acheteur (Grand-Orly Seine Bièvre)") {
		t.Errorf("left:\n%s", list)
	}
	if orgs, err := a.People.Named(t.Context(), "Vraie ville"); err != nil || len(orgs) != 1 || len(orgs[0].Value.Members) != 0 {
		t.Errorf("the real organisation: %+v, %v", orgs, err)
	}
	if out := runDemo(t, a, DemoArgs{Remove: true}); !strings.Contains(out, "0 compte fictif, 0 organisation fictive") {
		t.Errorf("again:\n%s", out)
	}
}

// TestNoDemoPeopleOnARealPortal: accounts without a secret are no door to one.
func TestNoDemoPeopleOnARealPortal(t *testing.T) {
	a := mustOpenApp(t)
	a.Config.SMTP = "smtp://mx.exemple.fr"
	if out := runDemo(t, a, DemoArgs{Size: 30}); !strings.Contains(out, "Aucun compte fictif") {
		t.Error(out)
	}
	if p, o := counted(t, a); p+o != 0 {
		t.Errorf("%d persons, %d organisations", p, o)
	}
	a.Config.SMTP = ""
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "reelle@ville.fr", Roles: roles(account.Administrator)})
	runDemo(t, a, DemoArgs{Size: 30})
	team, err := a.People.Organisations.Get(t.Context(), store.Portal)
	if err != nil || len(team.Value.Members) != 1 {
		t.Errorf("the team has %d members, %v", len(team.Value.Members), err)
	}
	runDemo(t, a, DemoArgs{Remove: true})
	if list := mustUser(t, a, UserArgs{Verb: UserList}); !strings.Contains(list, "Administration du portail (Équipe du portail)") {
		t.Error(list)
	}
}
