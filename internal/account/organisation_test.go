package account_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
)

var (
	day   = time.Date(2026, 11, 28, 11, 0, 0, 0, time.UTC)
	admin = account.Actor{Person: "root", Administrator: true}
	boss  = account.Actor{Person: "boss"}
	plain = account.Actor{Person: "plain"}
	alien = account.Actor{Person: "alien"}
)

// townHall has a manager, another member and nobody else.
func townHall(t testing.TB) *account.Organisation {
	t.Helper()
	o := &account.Organisation{ID: "vitry", Kind: account.KindPublic, Name: "Vitry", ConfirmedAt: day}
	must(t, o.Enrol("boss", []account.Role{account.Buyer}, true, day))
	must(t, o.Enrol("plain", []account.Role{account.Prescripteur}, false, day))
	return o
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func one(r account.Role) []account.Role { return []account.Role{r} }

// anyFault stands for a refusal whose words do not matter.
var anyFault = errors.New("any fault")

func check(t *testing.T, name string, got, want error) {
	t.Helper()
	var fault account.Fault
	if want == anyFault {
		if !errors.As(got, &fault) || got.Error() == "" {
			t.Errorf("%s: %v, want a fault", name, got)
		}
	} else if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
}

func TestWhoMayDoWhatInAnOrganisation(t *testing.T) {
	p := account.Person{ID: "new", Email: "new@ville.fr"}
	actions := map[string]func(*account.Organisation, account.Actor) error{
		"invite the least": func(o *account.Organisation, a account.Actor) error {
			return o.Invite(a, account.Invitation{ID: "i", Email: "x@ville.fr", Roles: one(account.Prescripteur), At: day})
		},
		"invite a buyer": func(o *account.Organisation, a account.Actor) error {
			return o.Invite(a, account.Invitation{ID: "i", Email: "x@ville.fr", Roles: one(account.Buyer), At: day})
		},
		"invite a manager": func(o *account.Organisation, a account.Actor) error {
			return o.Invite(a, account.Invitation{ID: "i", Email: "x@ville.fr", Roles: one(account.Prescripteur), Manager: true, At: day})
		},
		"approve the least": func(o *account.Organisation, a account.Actor) error {
			must(t, o.Ask("new", "", day))
			return o.Approve(a, "new", one(account.Prescripteur), day)
		},
		"approve a buyer": func(o *account.Organisation, a account.Actor) error {
			must(t, o.Ask("new", "", day))
			return o.Approve(a, "new", one(account.Buyer), day)
		},
		"refuse": func(o *account.Organisation, a account.Actor) error {
			must(t, o.Ask("new", "", day))
			return o.Refuse(a, "new")
		},
		"set roles": func(o *account.Organisation, a account.Actor) error {
			return o.SetRoles(a, "plain", one(account.Buyer), false)
		},
		"remove":  func(o *account.Organisation, a account.Actor) error { return o.Remove(a, "plain") },
		"declare": func(o *account.Organisation, a account.Actor) error { return o.Declare(a, "ville.fr", day) },
		"confirm": func(o *account.Organisation, a account.Actor) error {
			o.Domains = []account.Domain{{Name: "ville.fr"}}
			return o.ConfirmDomain(a, "ville.fr", day)
		},
		"drop": func(o *account.Organisation, a account.Actor) error {
			o.Domains = []account.Domain{{Name: "ville.fr"}}
			return o.DropDomain(a, "ville.fr")
		},
		"confirm all": func(o *account.Organisation, a account.Actor) error { return o.Confirm(a, day) },
		"close":       func(o *account.Organisation, a account.Actor) error { return o.Close(a, day) },
		"rename":      func(o *account.Organisation, a account.Actor) error { return o.Rename(a, "Autre") },
		"withdraw": func(o *account.Organisation, a account.Actor) error {
			o.Invitations = []account.Invitation{{ID: "i", By: "boss"}}
			return o.Withdraw(a, "i")
		},
		"withdraw own": func(o *account.Organisation, a account.Actor) error {
			o.Invitations = []account.Invitation{{ID: "i", By: a.Person}}
			return o.Withdraw(a, "i")
		},
		"set coverage": func(o *account.Organisation, a account.Actor) error {
			must(t, o.SetRoles(admin, "plain", one(account.Facilitateur), false))
			return o.SetCoverage(a, "plain", account.Coverage{Territories: []string{"FR"}})
		},
		"accept other's": func(o *account.Organisation, _ account.Actor) error {
			o.Invitations = []account.Invitation{{ID: "i", Link: "l", Email: "other@ville.fr", Roles: one(account.Buyer), At: day}}
			return o.Accept("l", &p, day)
		},
	}
	no := account.ErrNotAllowed
	for name, want := range map[string]map[account.Actor]error{
		"invite the least":  {alien: no, plain: nil, boss: nil, admin: nil},
		"invite a buyer":    {alien: no, plain: anyFault, boss: nil, admin: nil},
		"invite a manager":  {alien: no, plain: anyFault, boss: nil, admin: nil},
		"approve the least": {alien: no, plain: nil, boss: nil, admin: nil},
		"approve a buyer":   {alien: no, plain: anyFault, boss: nil, admin: nil},
		"refuse":            {alien: no, plain: nil, boss: nil, admin: nil},
		"set roles":         {alien: no, plain: no, boss: nil, admin: nil},
		"remove":            {alien: no, plain: nil, boss: nil, admin: nil},
		"declare":           {alien: no, plain: no, boss: nil, admin: nil},
		"confirm":           {alien: no, plain: no, boss: no, admin: nil},
		"drop":              {alien: no, plain: no, boss: nil, admin: nil},
		"confirm all":       {alien: no, plain: no, boss: no, admin: nil},
		"close":             {alien: no, plain: no, boss: no, admin: nil},
		"rename":            {alien: no, plain: no, boss: no, admin: nil},
		"withdraw":          {alien: no, plain: no, boss: nil, admin: nil},
		"withdraw own":      {plain: nil, boss: nil, admin: nil},
		"set coverage":      {alien: no, plain: no, boss: nil, admin: nil},
		"accept other's":    {alien: account.ErrNotYours},
	} {
		for a, err := range want {
			check(t, fmt.Sprintf("%s by %s", name, a.Person), actions[name](townHall(t), a), err)
		}
	}
	for _, a := range []account.Actor{boss, admin} { // closed: nothing changes any more, whoever asks
		for _, name := range []string{"invite the least", "set roles", "declare", "drop", "set coverage"} {
			if name == "set coverage" && a == boss {
				continue // its own preparation is refused
			}
			o := townHall(t)
			if name == "set coverage" {
				must(t, o.SetRoles(admin, "plain", one(account.Facilitateur), false))
				must(t, o.Close(admin, day))
				check(t, "closed: "+name, o.SetCoverage(a, "plain", account.Coverage{}), account.ErrClosed)
				continue
			}
			must(t, o.Close(admin, day))
			check(t, "closed: "+name, actions[name](o, a), account.ErrClosed)
		}
	}
}

func TestSomebodyManages(t *testing.T) {
	o := townHall(t)
	check(t, "the last manager leaves", o.Remove(boss, "boss"), account.ErrLastOne)
	o = townHall(t)
	check(t, "the last manager is one no more", o.SetRoles(boss, "boss", one(account.Buyer), false), account.ErrLastOne)
	o = townHall(t)
	must(t, o.SetRoles(boss, "plain", one(account.Prescripteur), true))
	must(t, o.Remove(boss, "boss"))
	if len(o.Members) != 1 || !o.Members[0].Manager {
		t.Errorf("members %+v", o.Members)
	}
	must(t, o.Remove(account.Actor{Person: "plain"}, "plain")) // nobody is left: nobody is without a manager
	o = townHall(t)
	must(t, o.Close(admin, day))
	must(t, o.Remove(boss, "boss")) // a closed one may be left by all
}

// Erasure may take the last manager away: what had none is not held up by it.
func TestWithoutManagerMembersStillLeave(t *testing.T) {
	o := townHall(t)
	must(t, o.Enrol("other", one(account.Buyer), false, day))
	must(t, o.Forget("boss", "boss@ville.fr"))
	must(t, o.Remove(plain, "plain"))
	must(t, o.SetRoles(admin, "other", one(account.Organiser), false))
	must(t, o.SetRoles(admin, "other", one(account.Organiser), true))
}

func TestThePortalKeepsAnAdministrator(t *testing.T) {
	team := func() *account.Organisation {
		o := &account.Organisation{ID: "portal", Kind: account.KindPortal, ConfirmedAt: day}
		must(t, o.Enrol("root", one(account.Administrator), false, day))
		return o
	}
	o := team()
	if !o.Members[0].Manager {
		t.Error("an administrator does not manage the team")
	}
	check(t, "leaves", o.Remove(admin, "root"), account.ErrLastAdmin)
	check(t, "is erased", team().Forget("root", "root@ville.fr"), account.ErrLastAdmin)
	check(t, "closed", team().Close(admin, day), anyFault)
	check(t, "another role", team().SetRoles(admin, "root", one(account.Buyer), true), anyFault)
	check(t, "asked to join", team().Ask("new", "", day), anyFault)
	check(t, "a domain", team().Declare(admin, "ville.fr", day), anyFault)
	must(t, team().SetRoles(admin, "root", one(account.Administrator), false))
}

func TestRolesAreThoseOfTheKind(t *testing.T) {
	for _, kind := range append([]account.OrganisationKind{account.KindPortal}, account.OrganisationKinds...) {
		for _, r := range append(slices.Clone(account.Roles), "nothing", "") {
			o := &account.Organisation{Kind: kind, ConfirmedAt: day}
			err := o.Enrol("new", one(r), false, day)
			if known := slices.Contains(kind.Roles(), r); known != (err == nil) {
				t.Errorf("%s in %s: %v", r, kind, err)
			}
		}
		if !slices.Contains(kind.Roles(), kind.Least()) || kind.Label() == "" {
			t.Errorf("%s: least %s", kind, kind.Least())
		}
	}
	o := townHall(t)
	must(t, o.SetRoles(admin, "plain", []account.Role{account.Organiser, account.Buyer, account.Buyer}, false))
	if got := o.Member("plain").Roles; !slices.Equal(got, []account.Role{account.Buyer, account.Organiser}) {
		t.Errorf("roles %v", got)
	}
	check(t, "none", o.SetRoles(admin, "plain", nil, false), anyFault)
	check(t, "of nobody", o.SetRoles(admin, "nobody", one(account.Buyer), false), account.ErrNotMember)
	must(t, o.Enrol("plain", one(account.Prescripteur), true, day)) // beside those held
	if m := o.Member("plain"); len(m.Roles) != 3 || !m.Manager {
		t.Errorf("member %+v", m)
	}
}

func TestInvitationsOfWhoIsRemovedEnd(t *testing.T) {
	invite := func(o *account.Organisation, id string, a account.Actor, manager bool) {
		t.Helper()
		must(t, o.Invite(a, account.Invitation{ID: id, Link: id, Email: account.Email(id + "@ailleurs.fr"), Roles: one(account.Prescripteur), Manager: manager, By: a.Person, At: day}))
	}
	o := townHall(t)
	must(t, o.SetRoles(boss, "plain", one(account.Buyer), true))
	invite(o, "manager", plain, true)
	invite(o, "least", plain, false)
	invite(o, "other", boss, true)
	must(t, o.SetRoles(boss, "plain", one(account.Buyer), false))
	if len(o.Invitations) != 2 {
		t.Errorf("who gives no more than the least still invites: %+v", o.Invitations)
	}
	must(t, o.Remove(boss, "plain"))
	if len(o.Invitations) != 1 || o.Invitations[0].ID != "other" {
		t.Errorf("who was removed still invites: %+v", o.Invitations)
	}
	o.Domains = []account.Domain{{Name: "ville.fr", ConfirmedAt: day}}
	p := account.Person{ID: "plain", Email: "plain@ville.fr"}
	if o.MayJoin(&p) {
		t.Error("who was removed may join")
	}
	check(t, "by the domain", o.JoinByDomain(&p, day), anyFault)
	must(t, o.Ask("plain", "", day))
	must(t, o.Approve(boss, "plain", one(account.Buyer), day))
	must(t, o.Remove(plain, "plain")) // leaves: may come back
	must(t, o.JoinByDomain(&p, day))
}

func TestInvitationsAreBounded(t *testing.T) {
	o := townHall(t)
	for n := range account.MaxInvitations {
		must(t, o.Invite(boss, account.Invitation{ID: fmt.Sprint(n), Email: account.Email(fmt.Sprintf("a%d@ville.fr", n)), Roles: one(account.Buyer), At: day}))
	}
	check(t, "one more", o.Invite(boss, account.Invitation{ID: "x", Email: "x@ville.fr", Roles: one(account.Buyer), At: day}), anyFault)
	must(t, o.Invite(boss, account.Invitation{ID: "again", Email: "A7@ville.fr", Roles: one(account.Buyer), At: day})) // replaces
	if len(o.Invitations) != account.MaxInvitations {
		t.Errorf("%d invitations", len(o.Invitations))
	}
	must(t, o.Invite(boss, account.Invitation{ID: "later", Email: "x@ville.fr", Roles: one(account.Buyer), At: day.Add(account.InvitationLife)}))
	if len(o.Invitations) != 1 {
		t.Errorf("%d invitations once they have expired", len(o.Invitations))
	}
	for _, back := range []time.Duration{-time.Hour, 0, account.InvitationLife - 1} { // a clock that goes back ends nothing
		o.Invitations = []account.Invitation{{ID: "i", Link: "l", At: day}}
		if _, err := o.Invited("l", day.Add(back)); err != nil {
			t.Errorf("after %v: %v", back, err)
		}
	}
	if _, err := o.Invited("l", day.Add(account.InvitationLife)); !errors.Is(err, account.ErrGone) {
		t.Errorf("expired: %v", err)
	}
	o.Invitations = []account.Invitation{{ID: "i", Link: "", At: day}}
	o.ConfirmedAt = time.Time{}
	if _, err := o.Invited("", day); !errors.Is(err, account.ErrGone) {
		t.Errorf("of an organisation that is not confirmed: %v", err)
	}
}

func TestWishesToJoin(t *testing.T) {
	o := townHall(t)
	check(t, "a member", o.Ask("plain", "", day), account.ErrMember)
	must(t, o.Ask("new", "Bonjour", day))
	must(t, o.Ask("new", "Encore", day))
	if len(o.Requests) != 1 || o.Asked("new").Text != "Bonjour" {
		t.Errorf("requests %+v", o.Requests)
	}
	check(t, "taken back by another", o.Refuse(alien, "new"), account.ErrNotAllowed)
	must(t, o.Refuse(account.Actor{Person: "new"}, "new"))
	check(t, "twice", o.Refuse(boss, "new"), account.ErrGone)
	check(t, "approved without being asked", o.Approve(boss, "new", one(account.Buyer), day), account.ErrGone)
	for n := range account.MaxRequests {
		must(t, o.Ask(fmt.Sprint(n), "", day))
	}
	check(t, "one more", o.Ask("more", "", day), anyFault)
	must(t, o.Close(admin, day))
	if len(o.Requests) != 0 {
		t.Error("wishes wait in a closed organisation")
	}
	check(t, "closed", o.Ask("new", "", day), anyFault)
}

func TestWhoAnswers(t *testing.T) {
	o := townHall(t)
	if got := o.Answering(); !slices.Equal(got, []string{"boss"}) {
		t.Errorf("%v", got)
	}
	must(t, o.Forget("boss", ""))
	if got := o.Answering(); !slices.Equal(got, []string{"plain"}) {
		t.Errorf("without a manager %v", got)
	}
	for n := range 40 {
		must(t, o.Enrol(fmt.Sprint(n), one(account.Buyer), true, day))
	}
	if got := o.Answering(); len(got) != 20 {
		t.Errorf("%d are told", len(got))
	}
}

func TestCoverageIsBounded(t *testing.T) {
	many := func(n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf("aaaaaaaaaaaaaaaaaaaaa%05d", i))
		}
		return out
	}
	o := townHall(t)
	check(t, "no facilitateur", o.SetCoverage(boss, "plain", account.Coverage{}), anyFault)
	check(t, "nobody", o.SetCoverage(boss, "nobody", account.Coverage{}), account.ErrNotMember)
	must(t, o.SetRoles(boss, "plain", one(account.Facilitateur), false))
	check(t, "too many", o.SetCoverage(boss, "plain", account.Coverage{Buyers: many(51)}), anyFault)
	must(t, o.SetCoverage(boss, "plain", account.Coverage{Territories: []string{"dep:94", "", "94081", "dep:94"}}))
	if c := o.Member("plain").Covers; !slices.Equal(c.Territories, []string{"94081", "dep:94"}) {
		t.Errorf("covers %+v", c)
	}
	must(t, o.SetCoverage(boss, "plain", account.Coverage{}))
	if o.Member("plain").Covers != nil {
		t.Error("covers nothing, and is kept")
	}
	var err error
	covering := 0
	for n := range 498 {
		id := fmt.Sprintf("bbbbbbbbbbbbbbbbbbbbb%05d", n)
		must(t, o.Enrol(id, one(account.Facilitateur), true, day))
		if err = o.SetCoverage(boss, id, account.Coverage{Territories: many(50), Buyers: many(50)}); err == nil {
			covering++
		} else {
			o.Member(id).Covers = nil
		}
	}
	check(t, "all of them cover all", err, anyFault)
	if covering != 50 {
		t.Errorf("%d cover everything", covering)
	}
	check(t, "a member too many", o.Enrol("more", one(account.Buyer), false, day), account.ErrFull)
	// The fullest document is far below 1 MB (DESIGN rule 1).
	for n := range account.MaxRequests {
		must(t, o.Ask(fmt.Sprintf("c%d", n), strings.Repeat("é", account.MaxRequestText), day))
	}
	for n := range account.MaxInvitations {
		email := account.Email(strings.Repeat("a", 60) + fmt.Sprintf("%03d@", n) + strings.Repeat("d", 180) + ".fr")
		must(t, o.Invite(boss, account.Invitation{ID: account.NewID(), Email: email, Roles: o.Kind.Roles(), By: "boss", Link: account.HashToken("x"), At: day}))
	}
	if text, err := json.Marshal(o); err != nil || len(text) > 400_000 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

func TestFounding(t *testing.T) {
	o, err := account.Found(boss, account.Founding{Kind: account.KindNetwork, Name: "  Réseau  des\u00a0ESAT ", SIREN: "219 400 819"}, day)
	must(t, err)
	if o.Active() || o.State() != account.StateProposed || o.Name != "Réseau des ESAT" || o.SIREN != "219400819" || !o.Has("boss", account.Network) || !o.Member("boss").Manager {
		t.Errorf("%+v", o)
	}
	must(t, o.Confirm(admin, day))
	must(t, o.Confirm(admin, day.Add(time.Hour)))
	if !o.ConfirmedAt.Equal(day) || o.State() != account.StateActive {
		t.Errorf("confirmed %v", o.ConfirmedAt)
	}
	must(t, o.Close(admin, day))
	if o.State() != account.StateClosed || o.Active() {
		t.Error("closed, and active")
	}
	must(t, o.Confirm(admin, day))
	if !o.Active() {
		t.Error("does not open again")
	}
	check(t, "an empty name", o.Rename(admin, " "), anyFault)
	for text, want := range map[string]string{"": "", " ": "", "219400819": "219400819", "219400818": "-", "1234567": "-", "21940081A": "-", "2.194E8": "-"} {
		got, err := account.ParseSIREN(text)
		if err != nil {
			got = "-"
		}
		if got != want {
			t.Errorf("SIREN %q: %q", text, got)
		}
	}
}

func TestStampTellsAChange(t *testing.T) {
	o := townHall(t)
	before := o.Member("plain").Stamp()
	must(t, o.SetRoles(boss, "plain", one(account.Prescripteur), false))
	if o.Member("plain").Stamp() != before {
		t.Error("the same roles are a change")
	}
	must(t, o.SetRoles(boss, "plain", one(account.Prescripteur), true))
	if o.Member("plain").Stamp() == before {
		t.Error("a manager is no change")
	}
}
