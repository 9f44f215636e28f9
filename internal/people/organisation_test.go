package people_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

func TestInvitationIsMailedAndAccepted(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("vitry", account.KindPublic)
		ada := w.member("ada", "vitry", true, account.Buyer)
		in := people.Inviting{Email: "Bea@ville.fr", Roles: []account.Role{account.Buyer}}
		w.must(w.Invite(t.Context(), actor(ada), "vitry", in))
		mails := w.mails(message.Invitation)
		if len(mails) != 1 || mails[0].To != "Bea@ville.fr" || mails[0].Sender != ada.ID || mails[0].Version != 0 ||
			mails[0].Details[message.DetailRoles] != "acheteur" || mails[0].Details[message.DetailDay] != "2026-12-12" {
			t.Fatalf("mails %+v", mails)
		}
		line := w.lastLine("vitry", "organisation.invitation.add", ada.ID, "")
		if got := field(t, line, "roles"); got != [2]string{"null", `["buyer"]`} {
			t.Errorf("patch %s", line.Patch)
		}
		token := w.InvitationToken(mails[0].Object)
		if strings.Contains(fmt.Sprintf("%+v", w.get("vitry")), token) {
			t.Error("the store holds the token")
		}
		bea := w.person("bea")
		if list, err := w.InvitationsFor(t.Context(), &bea); err != nil || len(list) != 1 || list[0].Token != token {
			t.Errorf("waiting %+v, %v", list, err)
		}
		id, err := w.AcceptInvitation(t.Context(), &bea, token)
		if err != nil || id != "vitry" {
			t.Fatal(id, err)
		}
		o := w.get("vitry")
		if !o.Has(bea.ID, account.Buyer) || o.Member(bea.ID).Manager || len(o.Invitations) != 0 {
			t.Errorf("organisation %+v", o)
		}
		w.lastLine("vitry", "organisation.invitation.accept", bea.ID, bea.ID)
		if _, err := w.AcceptInvitation(t.Context(), &bea, token); !errors.Is(err, account.ErrGone) {
			t.Errorf("accepted twice: %v", err)
		}
	})
}

func TestInvitationsRefused(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("vitry", account.KindPublic)
		ada, cyr := w.member("ada", "vitry", true, account.Buyer), w.member("cyr", "vitry", false, account.Prescripteur)
		eve := w.person("eve")
		least, buyer := []account.Role{account.Prescripteur}, []account.Role{account.Buyer}
		for name, c := range map[string]struct {
			by account.Person
			in people.Inviting
		}{
			"by no member":           {eve, people.Inviting{Email: "x@ville.fr", Roles: least}},
			"more than the least":    {cyr, people.Inviting{Email: "x@ville.fr", Roles: buyer}},
			"a manager by a member":  {cyr, people.Inviting{Email: "x@ville.fr", Roles: least, Manager: true}},
			"a role of another kind": {ada, people.Inviting{Email: "x@ville.fr", Roles: []account.Role{account.Administrator}}},
			"no role":                {ada, people.Inviting{Email: "x@ville.fr"}},
			"who is there":           {ada, people.Inviting{Email: "CYR@ville.fr", Roles: least}},
		} {
			var fault account.Fault
			if err := w.Invite(t.Context(), actor(c.by), "vitry", c.in); !errors.As(err, &fault) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := w.mails(message.Invitation); len(got) != 0 {
			t.Errorf("mails %+v", got)
		}
		w.must(w.Invite(t.Context(), actor(cyr), "vitry", people.Inviting{Email: "bea@ville.fr", Roles: least}))
		token := w.invitationToken("bea@ville.fr")
		bea := w.person("bea")
		if _, err := w.AcceptInvitation(t.Context(), &eve, token); !errors.Is(err, account.ErrNotYours) {
			t.Errorf("another's: %v", err)
		}
		if err := w.DeclineInvitation(t.Context(), &eve, token); !errors.Is(err, account.ErrNotYours) {
			t.Errorf("another's declined: %v", err)
		}
		for _, bad := range []string{"", strings.Repeat("A", 26), token[1:], token + "A", "../" + token} {
			if _, err := w.AcceptInvitation(t.Context(), &bea, bad); !errors.Is(err, account.ErrGone) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		w.set(noon.Add(account.InvitationLife))
		if _, _, err := w.Invitation(t.Context(), token); !errors.Is(err, account.ErrGone) {
			t.Errorf("expired: %v", err)
		}
		if _, err := w.AcceptInvitation(t.Context(), &bea, token); !errors.Is(err, account.ErrGone) {
			t.Errorf("expired, accepted: %v", err)
		}
	})
}

func TestInvitationEndsByEachWay(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("vitry", account.KindPublic)
		ada, cyr := w.member("ada", "vitry", true, account.Buyer), w.member("cyr", "vitry", false, account.Prescripteur)
		bea := w.person("bea")
		invite := func() string {
			t.Helper()
			w.must(w.Invite(t.Context(), actor(ada), "vitry", people.Inviting{Email: bea.Email, Roles: []account.Role{account.Buyer}}))
			inv := w.get("vitry").Invitations
			return inv[len(inv)-1].ID
		}
		gone := func(how, id string) {
			t.Helper()
			if _, err := w.AcceptInvitation(t.Context(), &bea, w.InvitationToken(id)); !errors.Is(err, account.ErrGone) {
				t.Errorf("%s: %v", how, err)
			}
		}
		first := invite()
		second := invite()
		gone("replaced", first)
		if err := w.WithdrawInvitation(t.Context(), actor(cyr), "vitry", second); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("withdrawn by another member: %v", err)
		}
		w.must(w.WithdrawInvitation(t.Context(), actor(ada), "vitry", second))
		gone("withdrawn", second)
		if err := w.WithdrawInvitation(t.Context(), actor(ada), "vitry", second); !errors.Is(err, account.ErrGone) {
			t.Errorf("withdrawn twice: %v", err)
		}
		third := invite()
		w.must(w.DeclineInvitation(t.Context(), &bea, w.InvitationToken(third)))
		gone("declined", third)
		w.lastLine("vitry", "organisation.invitation.decline", bea.ID, bea.ID)
		fourth := invite()
		w.must(w.CloseOrganisation(t.Context(), root, "vitry"))
		gone("closed", fourth)
		if got := len(w.mails(message.Invitation)); got != 4 {
			t.Errorf("%d mails of 4 invitations", got)
		}
	})
}

func TestJoiningIsAskedAndAnswered(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("vitry", account.KindPublic)
		ada, cyr := w.member("ada", "vitry", true, account.Buyer), w.member("cyr", "vitry", false, account.Prescripteur)
		bea, dan := w.person("bea"), w.person("dan")
		for range 2 { // the second, a minute later, is no wish
			w.must(w.AskToJoin(t.Context(), &bea, "vitry", "Je suis au service achats."))
			w.move(time.Minute)
		}
		w.set(noon)
		mails := w.mails(message.JoinRequest)
		if len(mails) != 1 || mails[0].To != "ada@ville.fr" || mails[0].Details[message.DetailBy] != "bea@ville.fr" || mails[0].Details[message.DetailText] != "Je suis au service achats." {
			t.Errorf("mails %+v", mails)
		}
		if line := w.lastLine("vitry", "organisation.request.add", bea.ID, bea.ID); strings.Contains(string(line.Patch), "service") {
			t.Errorf("patch %s", line.Patch)
		}
		if err := w.Approve(t.Context(), actor(dan), "vitry", bea.ID, []account.Role{account.Prescripteur}); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("by no member: %v", err)
		}
		if err := w.Approve(t.Context(), actor(bea), "vitry", bea.ID, []account.Role{account.Prescripteur}); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("by who asks: %v", err)
		}
		if err := w.Approve(t.Context(), actor(cyr), "vitry", bea.ID, []account.Role{account.Buyer}); err == nil || errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("more than the least: %v", err)
		}
		if err := w.Refuse(t.Context(), actor(dan), "vitry", bea.ID); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("refused by no member: %v", err)
		}
		w.must(w.Approve(t.Context(), actor(ada), "vitry", bea.ID, []account.Role{account.Buyer}))
		if o := w.get("vitry"); !o.Has(bea.ID, account.Buyer) || len(o.Requests) != 0 {
			t.Errorf("organisation %+v", o)
		}
		if err := w.Refuse(t.Context(), actor(cyr), "vitry", bea.ID); !errors.Is(err, account.ErrGone) {
			t.Errorf("answered twice: %v", err)
		}
		if got := w.mails(message.JoinAccepted); len(got) != 1 || got[0].Person != bea.ID || got[0].Details[message.DetailRoles] != "acheteur" {
			t.Errorf("mails %+v", got)
		}
		w.must(w.AskToJoin(t.Context(), &dan, "vitry", ""))
		w.must(w.Refuse(t.Context(), actor(cyr), "vitry", dan.ID))
		if got := w.mails(message.JoinRefused); len(got) != 1 || got[0].Person != dan.ID {
			t.Errorf("mails %+v", got)
		}
		w.set(noon.Add(time.Minute))
		w.must(w.AskToJoin(t.Context(), &dan, "vitry", ""))
		w.must(w.TakeBack(t.Context(), dan.ID, "vitry"))
		if err := w.TakeBack(t.Context(), dan.ID, "vitry"); !errors.Is(err, account.ErrGone) {
			t.Errorf("taken back twice: %v", err)
		}
		if got := len(w.mails(message.JoinRequest)); got != 3 {
			t.Errorf("%d mails for three wishes", got)
		}
	})
}

func TestJoiningIsRefused(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation(store.Portal, account.KindPortal)
		w.organisation("vitry", account.KindPublic)
		eve := w.person("eve")
		var fault account.Fault
		if err := w.AskToJoin(t.Context(), &eve, store.Portal, ""); !errors.As(err, &fault) {
			t.Errorf("the portal: %v", err)
		}
		if err := w.AskToJoin(t.Context(), &eve, "vitry", strings.Repeat("é", 301)); !errors.As(err, &fault) {
			t.Errorf("a long text: %v", err)
		}
		if err := w.AskToJoin(t.Context(), &eve, "absent", ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("absent: %v", err)
		}
		var many *people.TooManyError
		for range people.PerAsking {
			_ = w.AskToJoin(t.Context(), &eve, "absent", "")
		}
		if err := w.AskToJoin(t.Context(), &eve, "vitry", ""); !errors.As(err, &many) {
			t.Errorf("eleven in a quarter of an hour: %v", err)
		}
		for n := range 10 {
			id := fmt.Sprintf("commune%d", n)
			w.organisation(id, account.KindPublic)
			w.move(time.Hour)
			w.must(w.AskToJoin(t.Context(), &eve, id, ""))
		}
		w.move(time.Hour)
		if err := w.AskToJoin(t.Context(), &eve, "vitry", ""); !errors.As(err, &fault) {
			t.Errorf("an eleventh that waits: %v", err)
		}
	})
}

func TestDomainOpensAnOrganisation(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("vitry", account.KindPublic)
		ada := w.member("ada", "vitry", true, account.Buyer)
		bea := w.person("bea")
		var fault account.Fault
		for _, bad := range []string{"gmail.com", "fr", "ville", "", "ville.github.io"} {
			if err := w.DeclareDomain(t.Context(), actor(ada), "vitry", bad); !errors.As(err, &fault) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		for range 2 {
			w.must(w.DeclareDomain(t.Context(), actor(ada), "vitry", " @Ville.FR "))
		}
		if err := w.JoinByDomain(t.Context(), &bea, "vitry"); !errors.As(err, &fault) {
			t.Errorf("before it is confirmed: %v", err)
		}
		if err := w.ConfirmDomain(t.Context(), actor(ada), "vitry", "ville.fr"); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("confirmed by its manager: %v", err)
		}
		for range 2 {
			w.must(w.ConfirmDomain(t.Context(), root, "vitry", "ville.fr"))
		}
		if got := w.mails(message.DomainConfirmed); len(got) != 1 || got[0].Person != ada.ID || got[0].Details[message.DetailDomain] != "ville.fr" {
			t.Errorf("mails %+v", got)
		}
		if list, err := w.OpenTo(t.Context(), &bea); err != nil || len(list) != 1 {
			t.Errorf("open %+v, %v", list, err)
		}
		w.must(w.JoinByDomain(t.Context(), &bea, "vitry"))
		if o := w.get("vitry"); !o.Has(bea.ID, account.Prescripteur) || o.Has(bea.ID, account.Buyer) || o.Member(bea.ID).Manager {
			t.Errorf("member %+v", o.Member(bea.ID))
		}
		w.must(w.Remove(t.Context(), actor(ada), "vitry", bea.ID))
		if err := w.JoinByDomain(t.Context(), &bea, "vitry"); !errors.As(err, &fault) {
			t.Errorf("back after being removed: %v", err)
		}
		if list, err := w.OpenTo(t.Context(), &bea); err != nil || len(list) != 0 {
			t.Errorf("open to who was removed: %+v, %v", list, err)
		}
		w.must(w.DropDomain(t.Context(), actor(ada), "vitry", "ville.fr"))
		dan := w.person("dan")
		if err := w.JoinByDomain(t.Context(), &dan, "vitry"); !errors.As(err, &fault) {
			t.Errorf("after it is taken back: %v", err)
		}
		w.lastLine("vitry", "organisation.domain.remove", ada.ID, "")
	})
}

func TestRolesAreSetAndSeen(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("vitry", account.KindPublic)
		ada, cyr := w.member("ada", "vitry", true, account.Buyer), w.member("cyr", "vitry", false, account.Prescripteur)
		token, err := w.Enter(t.Context(), cyr.Email, people.Arrival{Method: account.ByLink})
		w.must(err)
		seen := w.get("vitry")
		stamp := seen.Member(cyr.ID).Stamp()
		buyer := []account.Role{account.Buyer}
		if err := w.SetRoles(t.Context(), actor(cyr), "vitry", cyr.ID, "", buyer, true); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("one's own: %v", err)
		}
		w.must(w.SetRoles(t.Context(), actor(ada), "vitry", cyr.ID, stamp, buyer, false))
		if err := w.SetRoles(t.Context(), actor(ada), "vitry", cyr.ID, stamp, []account.Role{account.Organiser}, false); !errors.Is(err, store.ErrConflict) {
			t.Errorf("as it was seen before: %v", err)
		}
		w.must(w.SetRoles(t.Context(), actor(ada), "vitry", cyr.ID, stamp, buyer, false)) // the same again: nothing to do
		if got := w.mails(message.RoleChanged); len(got) != 1 || got[0].Person != cyr.ID || got[0].Details[message.DetailRoles] != "acheteur" || got[0].Details[message.DetailBy] != "ada@ville.fr" {
			t.Errorf("mails %+v", got)
		}
		line := w.lastLine("vitry", "organisation.member.roles", ada.ID, cyr.ID)
		if got := field(t, line, "roles"); got != [2]string{`["prescripteur"]`, `["buyer"]`} {
			t.Errorf("patch %s", line.Patch)
		}
		who, err := w.Identify(t.Context(), token)
		if err != nil || !who.Is(account.Buyer) {
			t.Fatalf("at the next request: %+v, %v", who.Memberships, err)
		}
		w.must(w.Remove(t.Context(), actor(ada), "vitry", cyr.ID))
		if who, err = w.Identify(t.Context(), token); err != nil || len(who.Memberships) != 0 || who.Is(account.Buyer) {
			t.Errorf("removed, at the next request: %+v, %v", who.Memberships, err)
		}
		if got := w.mails(message.Removed); len(got) != 1 || got[0].Person != cyr.ID {
			t.Errorf("mails %+v", got)
		}
		if err := w.Remove(t.Context(), actor(ada), "vitry", cyr.ID); !errors.Is(err, account.ErrNotMember) {
			t.Errorf("removed twice: %v", err)
		}
	})
}

// A mail of an optional kind that is switched off is not written at all.
func TestMutedKindsAreNotQueued(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("vitry", account.KindPublic)
		ada, cyr := w.member("ada", "vitry", true, account.Buyer), w.member("cyr", "vitry", false, account.Prescripteur)
		for range 2 {
			w.must(w.Mute(t.Context(), cyr.ID, message.RoleChanged))
		}
		w.must(w.SetRoles(t.Context(), actor(ada), "vitry", cyr.ID, "", []account.Role{account.Buyer}, false))
		w.must(w.Remove(t.Context(), actor(ada), "vitry", cyr.ID))
		if got := w.mails(message.RoleChanged); len(got) != 0 {
			t.Errorf("mails %+v", got)
		}
		if got := w.mails(message.Removed); len(got) != 1 {
			t.Errorf("what cannot be switched off: %+v", got)
		}
	})
}

func TestCoverage(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("ept", account.KindPublic)
		w.organisation("vitry", account.KindPublic)
		w.organisation("reseau", account.KindNetwork)
		ada, fay := w.member("ada", "ept", true, account.Buyer), w.member("fay", "ept", false, account.Facilitateur)
		to := account.Coverage{Territories: []string{"dep:94", "dep:94", ""}, Buyers: []string{"vitry"}}
		var fault account.Fault
		if err := w.SetCoverage(t.Context(), actor(fay), "ept", fay.ID, "", to); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("one's own: %v", err)
		}
		if err := w.SetCoverage(t.Context(), actor(ada), "ept", ada.ID, "", to); !errors.As(err, &fault) {
			t.Errorf("no facilitateur: %v", err)
		}
		for _, buyer := range []string{"absent", "reseau"} {
			if err := w.SetCoverage(t.Context(), actor(ada), "ept", fay.ID, "", account.Coverage{Buyers: []string{buyer}}); !errors.As(err, &fault) {
				t.Errorf("buyer %s: %v", buyer, err)
			}
		}
		before := w.get("ept")
		stamp := before.Member(fay.ID).Stamp()
		w.must(w.SetCoverage(t.Context(), actor(ada), "ept", fay.ID, stamp, to))
		o := w.get("ept")
		if c := o.Member(fay.ID).Covers; c == nil || len(c.Territories) != 1 || len(c.Buyers) != 1 {
			t.Errorf("covers %+v", c)
		}
		if err := w.SetCoverage(t.Context(), actor(ada), "ept", fay.ID, stamp, account.Coverage{}); !errors.Is(err, store.ErrConflict) {
			t.Errorf("as it was seen before: %v", err)
		}
		w.lastLine("ept", "organisation.member.coverage", ada.ID, fay.ID)
		w.must(w.SetRoles(t.Context(), actor(ada), "ept", fay.ID, "", []account.Role{account.Buyer}, false))
		if o := w.get("ept"); o.Member(fay.ID).Covers != nil {
			t.Error("covers without the role")
		}
	})
}

func TestFoundingAndItsEnd(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ada, bea := w.person("ada"), w.person("bea")
		f := account.Founding{Kind: account.KindPublic, Name: "Ville de Vitry-sur-Seine", SIREN: "219 400 819"}
		id, err := w.Propose(t.Context(), &ada, f)
		w.must(err)
		o := w.get(id)
		if o.Active() || !o.Has(ada.ID, account.Buyer) || !o.Member(ada.ID).Manager || o.SIREN != "219400819" {
			t.Errorf("proposed %+v", o)
		}
		if list, err := w.MembershipsOf(t.Context(), ada.ID); err != nil || len(list) != 0 {
			t.Errorf("roles before it is confirmed: %+v, %v", list, err)
		}
		var fault account.Fault
		if err := w.Invite(t.Context(), actor(ada), id, people.Inviting{Email: "x@ville.fr", Roles: []account.Role{account.Buyer}}); !errors.As(err, &fault) {
			t.Errorf("invites before it is confirmed: %v", err)
		}
		if err := w.AskToJoin(t.Context(), &bea, id, ""); !errors.As(err, &fault) {
			t.Errorf("joined before it is confirmed: %v", err)
		}
		if _, err := w.Propose(t.Context(), &bea, f); !errors.As(err, &fault) {
			t.Errorf("the same SIREN: %v", err)
		}
		for _, refused := range []error{w.ConfirmOrganisation(t.Context(), actor(ada), id), w.CloseOrganisation(t.Context(), actor(ada), id)} {
			if !errors.Is(refused, account.ErrNotAllowed) {
				t.Errorf("by its manager: %v", refused)
			}
		}
		for range 2 {
			w.must(w.ConfirmOrganisation(t.Context(), root, id))
		}
		if got := w.mails(message.OrganisationConfirmed); len(got) != 1 || got[0].Person != ada.ID {
			t.Errorf("mails %+v", got)
		}
		if list, err := w.MembershipsOf(t.Context(), ada.ID); err != nil || len(list) != 1 || list[0].Role != account.Buyer {
			t.Errorf("roles once it is confirmed: %+v, %v", list, err)
		}
		w.must(w.CloseOrganisation(t.Context(), root, id))
		if list, err := w.MembershipsOf(t.Context(), ada.ID); err != nil || len(list) != 0 {
			t.Errorf("roles once it is closed: %+v, %v", list, err)
		}
		if _, err := w.Propose(t.Context(), &bea, f); err != nil {
			t.Errorf("the SIREN of a closed one: %v", err)
		}
		if err := w.ConfirmOrganisation(t.Context(), root, id); !errors.As(err, &fault) {
			t.Errorf("opened again beside another of its SIREN: %v", err)
		}
		if got := len(w.audited(id)); got != 3 {
			t.Errorf("%d audit lines of three changes", got)
		}
	})
}

func TestFoundingIsBounded(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ada := w.person("ada")
		var fault account.Fault
		for name, f := range map[string]account.Founding{
			"no name": {Kind: account.KindPublic}, "a name of two lines": {Kind: account.KindPublic, Name: "Ville\r\nBcc: x"},
			"a long name": {Kind: account.KindPublic, Name: strings.Repeat("é", 10_000)}, "the portal's kind": {Kind: account.KindPortal, Name: "Ville"},
			"no kind": {Name: "Ville"}, "a wrong SIREN": {Kind: account.KindPublic, Name: "Ville", SIREN: "219400818"}, "a short SIREN": {Kind: account.KindPublic, Name: "Ville", SIREN: "12"},
		} {
			if _, err := w.Propose(t.Context(), &ada, f); !errors.As(err, &fault) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for n := range 5 {
			_, err := w.Propose(t.Context(), &ada, account.Founding{Kind: account.KindPrivate, Name: fmt.Sprintf("Entreprise %d", n)})
			w.must(err)
		}
		if _, err := w.Propose(t.Context(), &ada, account.Founding{Kind: account.KindPrivate, Name: "Sixième"}); !errors.As(err, &fault) {
			t.Errorf("a sixth that waits: %v", err)
		}
		if _, err := w.CreateOrganisation(t.Context(), actor(ada), account.Founding{Kind: account.KindPrivate, Name: "Sienne"}); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("created by anybody: %v", err)
		}
		id, err := w.CreateOrganisation(t.Context(), root, account.Founding{Kind: account.KindPrivate, Name: "Nouvelle"})
		w.must(err)
		if o := w.get(id); !o.Active() || len(o.Members) != 0 {
			t.Errorf("created %+v", o)
		}
	})
}

func TestNamed(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		for id, name := range map[string]string{
			"a": "Ville de Vitry-sur-Seine", "b": "Évry-Courcouronnes", "c": "Vitrine zélée", "d": "SI", "e": "Établissement intercommunautaire",
		} {
			_, err := w.Organisations.Insert(t.Context(), account.Organisation{ID: id, Kind: account.KindPublic, Name: name, ConfirmedAt: noon}, store.Change{})
			w.must(err)
		}
		for id, o := range map[string]account.Organisation{
			"x": {Kind: account.KindPublic, Name: "Vitry proposée"}, "y": {Kind: account.KindPublic, Name: "Vitry close", ConfirmedAt: noon, ClosedAt: noon},
			store.Portal: {Kind: account.KindPortal, Name: "Vitry équipe", ConfirmedAt: noon},
		} {
			o.ID = id
			_, err := w.Organisations.Insert(t.Context(), o, store.Change{})
			w.must(err)
		}
		for text, want := range map[string]string{
			"vitry": "a", "VITR": "a c", "evry": "b", "seine vit": "a", "si": "d", "intercommunautaires": "", "intercommunaut": "e", "": "", "  - ": "", "zzz": "", "vitry zzz": "", "vi": "",
		} {
			list, more, err := w.Organisations.Named(t.Context(), text, 20)
			w.must(err)
			var got []string
			for _, d := range list {
				got = append(got, d.ID)
			}
			if strings.Join(got, " ") != want || more {
				t.Errorf("%q: %v, want %s, more %v", text, got, want, more)
			}
		}
		if list, more, err := w.Organisations.Named(t.Context(), "vit", 1); err != nil || len(list) != 1 || !more {
			t.Errorf("one of two: %d, %v, %v", len(list), more, err)
		}
	})
}

// Races.

// together runs several at the same time and gives how many succeeded; any other
// outcome than want is an error.
func together(t *testing.T, want error, all ...func() error) (done int) {
	t.Helper()
	var wg sync.WaitGroup
	results := make(chan error, len(all))
	for _, do := range all {
		wg.Go(func() { results <- do() })
	}
	wg.Wait()
	close(results)
	for err := range results {
		switch {
		case err == nil:
			done++
		case !errors.Is(err, want):
			t.Errorf("neither done nor %v: %v", want, err)
		}
	}
	return done
}

func TestTwoManagersLeaveAtOnce(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		for n := range 5 {
			id := fmt.Sprintf("vitry%d", n)
			w.organisation(id, account.KindPublic)
			ada, bea := w.member("ada", id, true, account.Buyer), w.member("bea", id, true, account.Buyer)
			w.member("cyr", id, false, account.Buyer)
			done := together(t, account.ErrLastOne,
				func() error { return w.Leave(background(), ada.ID, id) },
				func() error { return w.Leave(background(), bea.ID, id) })
			if o := w.get(id); done != 1 || len(o.Members) != 2 {
				t.Errorf("%d left, %d members", done, len(o.Members))
			}
		}
	})
}

func TestLastAdministratorStays(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation(store.Portal, account.KindPortal)
		var all []account.Person
		for _, name := range []string{"ada", "bea", "cyr"} {
			all = append(all, w.member(name, store.Portal, true, account.Administrator))
		}
		var leave []func() error
		for _, p := range all {
			leave = append(leave, func() error { return w.Leave(background(), p.ID, store.Portal) })
		}
		if done := together(t, account.ErrLastAdmin, leave...); done != 2 || len(w.get(store.Portal).Members) != 1 {
			t.Errorf("%d of three left, %d stay", done, len(w.get(store.Portal).Members))
		}
		last := w.get(store.Portal).Members[0].Person
		if err := w.Remove(t.Context(), root, store.Portal, last); !errors.Is(err, account.ErrLastAdmin) {
			t.Errorf("removed by another: %v", err)
		}
		w.must(w.Enrol(t, store.Portal, all))
		// Two are there; one is suspended: the other cannot leave.
		_, err := store.Update(t.Context(), w.People.Collection, all[0].ID, func(p *account.Person) (store.Change, error) {
			p.SuspendedAt = noon
			return store.Change{}, nil
		})
		w.must(err)
		w.must(w.Remove(t.Context(), root, store.Portal, all[2].ID))
		if err := w.Leave(t.Context(), all[1].ID, store.Portal); !errors.Is(err, account.ErrLastAdmin) {
			t.Errorf("leaves a suspended one behind: %v", err)
		}
	})
}

// Enrol puts persons into the team of the portal.
func (w *town) Enrol(t *testing.T, id string, all []account.Person) error {
	t.Helper()
	_, err := store.Update(t.Context(), w.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
		for _, p := range all {
			if err := o.Enrol(p.ID, []account.Role{account.Administrator}, true, noon); err != nil {
				return store.Change{}, err
			}
		}
		return store.Change{}, nil
	})
	return err
}

func TestOneInvitationAcceptedTwiceAtOnce(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("vitry", account.KindPublic)
		ada, bea := w.member("ada", "vitry", true, account.Buyer), w.person("bea")
		w.must(w.Invite(t.Context(), actor(ada), "vitry", people.Inviting{Email: bea.Email, Roles: []account.Role{account.Buyer}}))
		token := w.invitationToken("bea@ville.fr")
		accept := func() error { _, err := w.AcceptInvitation(background(), &bea, token); return err }
		if done := together(t, account.ErrGone, accept, accept, accept); done != 1 {
			t.Errorf("accepted %d times", done)
		}
		accepted := 0
		for _, l := range w.audited("vitry") {
			if l.What == "organisation.invitation.accept" {
				accepted++
			}
		}
		if o := w.get("vitry"); accepted != 1 || len(o.Members) != 2 {
			t.Errorf("%d audit lines, %d members", accepted, len(o.Members))
		}
	})
}

func TestThirtyApprovedAtOnce(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("vitry", account.KindPublic)
		ada, bea := w.member("ada", "vitry", true, account.Buyer), w.member("bea", "vitry", true, account.Buyer)
		var approve []func() error
		for n := range 30 {
			p := w.person(fmt.Sprintf("agent%d", n))
			w.must(w.AskToJoin(t.Context(), &p, "vitry", ""))
			by := []account.Person{ada, bea}[n%2]
			approve = append(approve, func() error {
				return w.Approve(background(), actor(by), "vitry", p.ID, []account.Role{account.Prescripteur})
			})
		}
		w.carry() // as the relay does meanwhile
		if done := together(t, store.ErrConflict, approve...); done != 30 {
			t.Errorf("%d of thirty approved", done)
		}
		if o := w.get("vitry"); len(o.Members) != 32 || len(o.Requests) != 0 {
			t.Errorf("%d members, %d wishes", len(o.Members), len(o.Requests))
		}
		if got := len(w.mails(message.JoinAccepted)); got != 30 {
			t.Errorf("%d mails", got)
		}
	})
}

func TestMemberLimitHoldsAtOnce(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		w.organisation("vitry", account.KindPublic)
		_, err := store.Update(t.Context(), w.Organisations.Collection, "vitry", func(o *account.Organisation) (store.Change, error) {
			for n := range account.MaxMembers - 3 {
				if err := o.Enrol(fmt.Sprintf("person%d", n), []account.Role{account.Buyer}, n == 0, noon); err != nil {
					return store.Change{}, err
				}
			}
			o.Domains = []account.Domain{{Name: "ville.fr", ConfirmedAt: noon}}
			return store.Change{}, nil
		})
		w.must(err)
		var join []func() error
		for n := range 10 {
			p := w.person(fmt.Sprintf("agent%d", n))
			join = append(join, func() error { return w.JoinByDomain(background(), &p, "vitry") })
		}
		if done := together(t, account.ErrFull, join...); done != 3 || len(w.get("vitry").Members) != account.MaxMembers {
			t.Errorf("%d joined, %d members", done, len(w.get("vitry").Members))
		}
	})
}
