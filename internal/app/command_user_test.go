package app

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/app/control"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// runUser runs the command and gives what it printed.
func runUser(t *testing.T, a *App, args UserArgs) (string, error) {
	t.Helper()
	args.By = "exploitante"
	var out bytes.Buffer
	err := a.userCommand(t.Context(), args, control.Out{Stdout: &out})
	return out.String(), err
}

func mustUser(t *testing.T, a *App, args UserArgs) string {
	t.Helper()
	out, err := runUser(t, a, args)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var printedLink = regexp.MustCompile(`http://localhost:8080/connexion/lien/([A-Z2-7]{26})\n`)

func linkIn(t *testing.T, out string) string {
	t.Helper()
	m := printedLink.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("no link in:\n%s", out)
	}
	return m[1]
}

func roles(list ...account.Role) []account.Role { return list }

// TestFirstAdministrator makes the first account of a portal, whose link serves once
// and for a day, and ends when another one is made.
func TestFirstAdministrator(t *testing.T) {
	a := mustOpenApp(t)
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	a.Now = func() time.Time { return now }
	const ada = account.Email("ada+test@xn--bcher-kva.example")
	out := mustUser(t, a, UserArgs{Verb: UserAdd, Email: ada, Name: "Ada", Roles: roles(account.Administrator)})
	for _, want := range []string{"Compte créé : Ada (ada+test@bücher.example), Équipe du portail, Administration du portail.", "jusqu’au 29/11/2026 à 10 h 00"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	first := linkIn(t, out)
	team, err := a.People.Organisations.Get(t.Context(), store.Portal)
	if err != nil || team.Value.Kind != account.KindPortal || !team.Value.Active() || len(team.Value.Members) != 1 {
		t.Fatalf("team %+v, %v", team.Value, err)
	}
	if out := mustUser(t, a, UserArgs{Verb: UserAdd, Email: ada, Roles: roles(account.Administrator)}); !strings.HasPrefix(out, "Compte déjà là : Ada ") {
		t.Errorf("again: %s", out)
	}
	second := linkIn(t, mustUser(t, a, UserArgs{Verb: UserLink, Email: ada}))
	if _, err := a.People.UseLink(t.Context(), first); err == nil {
		t.Error("the link of before still serves")
	}
	now = now.Add(account.FirstLinkLife - time.Second)
	if s, err := a.People.UseLink(t.Context(), second); err != nil || !s.First() || s.Email != ada {
		t.Errorf("the link at the end of its day: %+v, %v", s, err)
	}
	if _, err := a.People.UseLink(t.Context(), second); err == nil {
		t.Error("the link served twice")
	}
	third := linkIn(t, mustUser(t, a, UserArgs{Verb: UserLink, Email: ada}))
	now = now.Add(account.FirstLinkLife)
	if _, err := a.People.UseLink(t.Context(), third); err == nil {
		t.Error("the link serves after a day")
	}
}

// TestUserCommandIsAudited finds who ran it, and no personal value in the open.
func TestUserCommandIsAudited(t *testing.T) {
	a := mustOpenApp(t)
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "ada@ville.example", Name: "Ada Lovelace", Roles: roles(account.Buyer), Organisation: "Ville d’Exemple", Kind: account.KindPublic, Manager: true})
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "bob@ville.example", Roles: roles(account.Buyer), Organisation: "ville d’exemple", Manager: true})
	mustUser(t, a, UserArgs{Verb: UserRemove, Email: "ada@ville.example", Organisation: "Ville d’Exemple"})
	if _, err := store.NewRelay(a.db, a.Log, people.Sources...).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw, err := a.db.Collection(t.Context(), store.AuditCollection)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := raw.Scan(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, e := range lines {
		text := string(e.Doc)
		if !strings.Contains(text, `"actor":"command:exploitante"`) || strings.Contains(text, "Lovelace") || strings.Contains(text, "ville.example") {
			t.Errorf("line %s", text)
		}
		seen[regexp.MustCompile(`"what":"([^"]*)"`).FindStringSubmatch(text)[1]]++
	}
	want := map[string]int{"person.create": 2, "person.name": 1, "organisation.create": 1, "organisation.member.add": 2, "organisation.member.remove": 1, "person.link": 2}
	for what, n := range want {
		if seen[what] != n {
			t.Errorf("%s: %d lines, want %d", what, seen[what], n)
		}
	}
}

func TestUserCommandRefuses(t *testing.T) {
	a := mustOpenApp(t)
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "ada@ville.example", Roles: roles(account.Administrator)})
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "bob@ville.example", Roles: roles(account.Buyer), Organisation: "Ville", Kind: account.KindPublic, Manager: true})
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "eve@ville.example", Roles: roles(account.Prescripteur), Organisation: "Ville"})
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "eve@ville.example", Roles: roles(account.Network), Organisation: "Double", Kind: account.KindNetwork})
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "eve@ville.example", Roles: roles(account.Structure), Organisation: "Double", Kind: account.KindOwner})
	eve, err := a.People.People.ByEmail(t.Context(), "eve@ville.example")
	if err != nil {
		t.Fatal(err)
	}
	eve.Value.SuspendedAt = time.Now()
	if _, err := a.People.People.Replace(t.Context(), eve, store.Change{}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args UserArgs
		says string
	}{
		"the last administrator":   {UserArgs{Verb: UserRemove, Email: "ada@ville.example", Organisation: store.Portal}, "seul à administrer"},
		"the last manager":         {UserArgs{Verb: UserRemove, Email: "bob@ville.example", Organisation: "Ville"}, "seul à gérer"},
		"no such organisation":     {UserArgs{Verb: UserAdd, Email: "x@ville.example", Roles: roles(account.Buyer), Organisation: "Ailleurs"}, "--kind"},
		"two of a name":            {UserArgs{Verb: UserAdd, Email: "x@ville.example", Roles: roles(account.Network), Organisation: "double"}, "identifiant"},
		"a SIREN nobody has":       {UserArgs{Verb: UserAdd, Email: "x@ville.example", Roles: roles(account.Buyer), Organisation: "732829320", Kind: account.KindPublic}, "donner son nom"},
		"a name on two lines":      {UserArgs{Verb: UserAdd, Email: "x@ville.example", Roles: roles(account.Buyer), Organisation: "Ville\r\nBcc: x", Kind: account.KindPublic}, "une seule ligne"},
		"a role of another kind":   {UserArgs{Verb: UserAdd, Email: "x@ville.example", Roles: roles(account.Structure), Organisation: "Ville"}, "prescripteur, buyer"},
		"a link without account":   {UserArgs{Verb: UserLink, Email: "x@ville.example"}, "aucun compte"},
		"no member":                {UserArgs{Verb: UserRemove, Email: "ada@ville.example", Organisation: "Ville"}, "n’est membre d’aucune"},
		"a suspended account":      {UserArgs{Verb: UserLink, Email: "eve@ville.example"}, "suspendu"},
		"a role for a suspended":   {UserArgs{Verb: UserAdd, Email: "eve@ville.example", Roles: roles(account.Buyer), Organisation: "Ville"}, "suspendu"},
		"an organisation too long": {UserArgs{Verb: UserAdd, Email: "x@ville.example", Roles: roles(account.Buyer), Organisation: strings.Repeat("é", 10_000), Kind: account.KindPublic}, "trop long"},
	} {
		t.Run(name, func(t *testing.T) {
			if out, err := runUser(t, a, tt.args); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want %q\n%s", err, tt.says, out)
			}
		})
	}
	if _, err := a.People.People.ByEmail(t.Context(), "x@ville.example"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a refused command left an account: %v", err)
	}
}

func TestUserList(t *testing.T) {
	a := mustOpenApp(t)
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "zoe@ville.example", Name: "=1+1", Roles: roles(account.Buyer, account.Organiser), Organisation: "Ville", Kind: account.KindPublic})
	mustUser(t, a, UserArgs{Verb: UserAdd, Email: "ada@ville.example", Roles: roles(account.Administrator)})
	out := mustUser(t, a, UserArgs{Verb: UserList})
	if !strings.HasPrefix(out, "2 comptes\nada@") || !strings.Contains(out, "Acheteur, Organisateur d’événements (Ville)") {
		t.Errorf("list:\n%s", out)
	}
	if out := mustUser(t, a, UserArgs{Verb: UserList, Table: true}); !strings.Contains(out, ";'=1+1;") {
		t.Errorf("table:\n%s", out)
	}
}
