package people_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// team makes the portal's team and gives its members as actors.
func (w *town) team(names ...string) (out []account.Actor) {
	w.t.Helper()
	w.organisation(store.Portal, account.KindPortal)
	for _, name := range names {
		p := w.member(name, store.Portal, true, account.Administrator)
		out = append(out, account.Actor{Person: p.ID, Administrator: true})
	}
	return out
}

func (w *town) version(person string) int64 {
	w.t.Helper()
	d, err := w.People.Get(w.t.Context(), person)
	w.must(err)
	return d.Version
}

func (w *town) suspended(person string) bool {
	w.t.Helper()
	d, err := w.People.Get(w.t.Context(), person)
	w.must(err)
	return !d.Value.SuspendedAt.IsZero()
}

// lines are the audit lines about a person, newest first.
func (w *town) lines(f store.AuditFilter) (out []string) {
	w.t.Helper()
	w.carry()
	page, err := w.Audit.Page(w.t.Context(), f, "", 500)
	w.must(err)
	for _, l := range page.Lines {
		out = append(out, l.What)
	}
	return out
}

func TestSuspendAndRestore(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx, admin := t.Context(), w.team("ada")[0]
		w.organisation("vitry", account.KindPublic)
		bea := w.member("bea", "vitry", true, account.Buyer)
		token, err := w.Enter(ctx, bea.Email, people.Arrival{Method: account.ByLink})
		w.must(err)
		seen := w.version(bea.ID)
		if err := w.Suspend(ctx, admin, bea.ID, seen-1, ""); !errors.Is(err, store.ErrConflict) {
			t.Errorf("a stale version: %v", err)
		}
		if err := w.Suspend(ctx, account.Actor{Person: admin.Person}, bea.ID, seen, ""); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("not acting as an administrator: %v", err)
		}
		if err := w.Suspend(ctx, admin, bea.ID, seen, strings.Repeat("é", 201)); err == nil {
			t.Error("a reason without end is taken")
		}
		w.must(w.Suspend(ctx, admin, bea.ID, seen, "Départ"))
		if _, err := w.Identify(ctx, token); !errors.Is(err, people.ErrSignedOut) {
			t.Errorf("a suspended person goes on: %v", err)
		}
		if _, err := w.Enter(ctx, bea.Email, people.Arrival{}); !errors.Is(err, people.ErrSuspended) {
			t.Errorf("a suspended person comes in: %v", err)
		}
		w.must(w.Suspend(ctx, admin, bea.ID, seen, "Départ")) // sent twice
		if got := w.lines(store.AuditFilter{Collection: store.PersonCollection, Document: bea.ID, Actor: admin.Person}); !slices.Equal(got, []string{"person.suspend"}) {
			t.Errorf("lines %v", got)
		}
		if err := w.Suspend(ctx, admin, "aaaaaaaaaaaaaaaaaaaaaaaaaa", 1, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("nobody: %v", err)
		}
		w.move(time.Second)
		for range 2 {
			w.must(w.Restore(ctx, admin, bea.ID))
		}
		token, err = w.Enter(ctx, bea.Email, people.Arrival{})
		w.must(err)
		if who, err := w.Identify(ctx, token); err != nil || !who.Is(account.Buyer) {
			t.Errorf("restored: %+v, %v", who, err)
		}
		if got := w.lines(store.AuditFilter{Subject: bea.ID, Collection: store.PersonCollection, Actor: admin.Person}); !slices.Equal(got, []string{"person.restore", "person.suspend"}) {
			t.Errorf("lines %v", got)
		}
	})
}

func TestSignOutByAnAdministrator(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx, admin, bea := t.Context(), w.team("ada")[0], w.person("bea")
		token, err := w.Enter(ctx, bea.Email, people.Arrival{})
		w.must(err)
		w.move(time.Second)
		seen := w.version(bea.ID)
		w.must(w.EndSessions(ctx, admin, bea.ID, seen))
		if err := w.EndSessions(ctx, admin, bea.ID, seen); !errors.Is(err, store.ErrConflict) {
			t.Errorf("sent twice: %v", err)
		}
		if _, err := w.Identify(ctx, token); !errors.Is(err, people.ErrSignedOut) {
			t.Errorf("goes on: %v", err)
		}
		_, err = w.Enter(ctx, bea.Email, people.Arrival{})
		w.must(err)
		begun := w.now()
		w.move(-time.Minute) // of a portal whose clock is behind
		w.must(w.EndSessions(ctx, admin, bea.ID, w.version(bea.ID)))
		if d, err := w.People.Get(ctx, bea.ID); err != nil || d.Value.SignedOutAt.Before(begun) {
			t.Errorf("signed out at %v, %v: a session begun at %v would go on", d.Value.SignedOutAt, err, begun)
		}
		if err := w.EndSessions(ctx, account.Actor{Person: bea.ID}, admin.Person, 1); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("by anybody: %v", err)
		}
	})
}

// The portal keeps an administrator who can come in, whatever happens at once.
func TestAnAdministratorStaysWhoCanComeIn(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		team := w.team("ada", "bob", "cyr")
		if err := w.Suspend(t.Context(), team[0], team[0].Person, w.version(team[0].Person), ""); err == nil {
			t.Error("suspends itself")
		}
		var all sync.WaitGroup
		for i, by := range team { // each suspends the next, and the one before leaves
			next := team[(i+1)%len(team)].Person
			seen := w.version(next)
			all.Go(func() { _ = w.Suspend(t.Context(), by, next, seen, "") })
			all.Go(func() { _ = w.Leave(t.Context(), by.Person, store.Portal) })
		}
		all.Wait()
		portal := w.get(store.Portal)
		if len(portal.Members) == 0 {
			t.Fatal("nobody administers the portal any more")
		}
		for _, m := range portal.Members {
			if w.suspended(m.Person) || portal.KeepsOut(m.Person) {
				t.Error("an administrator is suspended")
			}
		}
		for _, by := range team {
			if w.suspended(by.Person) && !portal.KeepsOut(by.Person) {
				t.Error("a suspended person may be let into the team")
			}
		}
	})
}

// Somebody who is being suspended cannot come into the team at the same time.
func TestSuspendedStayOutOfTheTeam(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx, admin, bea := t.Context(), w.team("ada")[0], w.person("bea")
		seen := w.version(bea.ID)
		var all sync.WaitGroup
		all.Go(func() {
			if err := w.Suspend(ctx, admin, bea.ID, seen, ""); err != nil {
				t.Error(err)
			}
		})
		enrol := func() error {
			_, err := store.Update(ctx, w.Organisations.Collection, store.Portal, func(o *account.Organisation) (store.Change, error) {
				return store.Change{}, o.Enrol(bea.ID, []account.Role{account.Administrator}, true, noon)
			})
			return err
		}
		for range 4 {
			all.Go(func() { _ = enrol() })
		}
		all.Wait()
		if err := enrol(); !errors.Is(err, account.ErrIsSuspended) {
			t.Errorf("enrolled while suspended: %v", err)
		}
		if o := w.get(store.Portal); o.Member(bea.ID) != nil || !w.suspended(bea.ID) {
			t.Error("suspended, and of the team")
		}
		if err := w.NameManager(ctx, admin, store.Portal, bea.Email); !errors.Is(err, account.ErrIsSuspended) {
			t.Errorf("named: %v", err)
		}
		w.must(w.Restore(ctx, admin, bea.ID))
		w.must(w.NameManager(ctx, admin, store.Portal, bea.Email))
		if o := w.get(store.Portal); !o.Has(bea.ID, account.Administrator) {
			t.Error("restored, and not let in")
		}
	})
}

// What a crash in the middle of a suspension leaves is mended either way.
func TestSuspensionCutShort(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx, admin := t.Context(), w.team("ada")[0]
		for _, mend := range []string{"suspend", "restore"} {
			p := w.person(mend)
			_, err := store.Update(ctx, w.Organisations.Collection, store.Portal, func(o *account.Organisation) (store.Change, error) {
				_, err := o.TakeOut(p.ID)
				return store.Change{}, err
			})
			w.must(err)
			if out, err := w.KeptOut(ctx, p.ID); err != nil || !out {
				t.Fatalf("kept out: %v, %v", out, err)
			}
			if mend == "restore" {
				w.must(w.Restore(ctx, admin, p.ID))
			} else {
				w.must(w.Suspend(ctx, admin, p.ID, w.version(p.ID), ""))
			}
			out, err := w.KeptOut(ctx, p.ID)
			w.must(err)
			if want := mend == "suspend"; out != want || w.suspended(p.ID) != want {
				t.Errorf("%s: kept out %v, suspended %v", mend, out, w.suspended(p.ID))
			}
		}
	})
}

// uncertain stores a message of a sender whose fate is not known.
func (w *town) uncertain(object, sender, person string) store.Doc[message.Message] {
	w.t.Helper()
	m, err := message.New(message.Order{
		Key: message.Key{Kind: message.Invitation, Object: object, Recipient: "dest@ville.fr"}, To: "dest@ville.fr", Sender: sender, Person: person, QueuedAt: w.now(),
	})
	w.must(err)
	w.must(m.Lease(w.now(), "w", w.now().Add(time.Minute)))
	w.must(m.Hand(w.now(), "w", w.now().Add(time.Minute)))
	w.must(m.Lose("w", message.Attempt{At: w.now(), Stage: message.StageReply}))
	w.must(w.Messages.Queue(w.t.Context(), m))
	d, err := w.Messages.Get(w.t.Context(), m.ID)
	w.must(err)
	return d
}

func TestWhoDecidesOnAMessage(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx, admin, bea, gone := t.Context(), w.team("ada")[0], w.person("bea"), w.person("gone")
		w.must(w.Suspend(ctx, admin, gone.ID, w.version(gone.ID), ""))
		own := account.Actor{Person: bea.ID}
		for _, c := range []struct {
			name, sender string
			by           account.Actor
			want         error // nil: may
			fault        bool
		}{
			{"the portal's, by an administrator", "", admin, nil, false},
			{"the portal's, by anybody", "", own, store.ErrNotFound, false},
			{"one's own", bea.ID, own, nil, false},
			{"another's", admin.Person, own, store.ErrNotFound, false},
			{"a person's, by an administrator", bea.ID, admin, nil, true},
			{"of a sender who cannot, by an administrator", gone.ID, admin, nil, false},
			{"of a sender who is no more, by an administrator", "aaaaaaaaaaaaaaaaaaaaaaaaaa", admin, nil, false},
		} {
			d := w.uncertain(c.name, c.sender, bea.ID)
			err := w.Decide(ctx, c.by, d.ID, d.Version, true)
			var fault account.Fault
			if c.fault != errors.As(err, &fault) || !c.fault && !errors.Is(err, c.want) {
				t.Errorf("%s: %v", c.name, err)
			}
			now, getErr := w.Messages.Get(ctx, d.ID)
			w.must(getErr)
			if decided := now.Value.State(w.now()) == message.Queued; decided != (err == nil) {
				t.Errorf("%s: %v, and it is %s", c.name, err, now.Value.State(w.now()))
			}
		}
		if got := w.lines(store.AuditFilter{Collection: store.MessageCollection}); len(got) != 4 || got[0] != "message.resend" {
			t.Errorf("lines %v", got)
		}
	})
}

// Of two who decide at once one does; replayed, nothing happens.
func TestDecidedOnce(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx, team := t.Context(), w.team("ada", "bob")
		d := w.uncertain("once", "", "")
		var all sync.WaitGroup
		failed := make(chan error, len(team))
		for i, by := range team {
			all.Go(func() { failed <- w.Decide(ctx, by, d.ID, d.Version, i == 0) })
		}
		all.Wait()
		close(failed)
		var conflicts int
		for err := range failed {
			switch {
			case errors.Is(err, store.ErrConflict):
				conflicts++
			case err != nil:
				t.Error(err)
			}
		}
		now, err := w.Messages.Get(ctx, d.ID)
		w.must(err)
		if conflicts != 1 || len(now.Value.Decisions) != 1 {
			t.Errorf("%d conflicts, %d decisions", conflicts, len(now.Value.Decisions))
		}
		if err := w.Decide(ctx, team[0], d.ID, now.Version, false); now.Value.State(w.now()) == message.Queued && !errors.Is(err, store.ErrConflict) {
			t.Errorf("decided on what is not uncertain: %v", err)
		}
		if err := w.Decide(ctx, team[0], "aaaa", 1, true); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("no message: %v", err)
		}
	})
}

func TestLiftSuppression(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx, admin, hash := t.Context(), w.team("ada")[0], message.AddressHash("x@ville.fr")
		w.must(w.Suppressions.Suppress(ctx, hash, "5.1.1", w.now()))
		if err := w.LiftSuppression(ctx, account.Actor{Person: "p"}, hash); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("by anybody: %v", err)
		}
		for range 2 {
			w.must(w.LiftSuppression(ctx, admin, hash))
		}
		if held, err := w.Suppressions.Holds(ctx, hash); err != nil || held {
			t.Errorf("held %v, %v", held, err)
		}
		if got := w.lines(store.AuditFilter{Collection: store.SuppressionCollection}); !slices.Equal(got, []string{"suppression.lift"}) {
			t.Errorf("lines %v", got)
		}
		if err := w.LiftSuppression(ctx, admin, "nothing"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("no such address: %v", err)
		}
	})
}

// Pages of a list hold everybody once, also when somebody comes meanwhile.
func TestListsAreWhole(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		want := map[string]bool{}
		for i := range 23 {
			w.move(time.Duration(i%3) * time.Second) // some at the same time
			want[w.person("p"+string(rune('a'+i))).ID] = true
		}
		for _, f := range []people.Chosen{{}, {ByName: true}, {Text: "VILLE.fr"}} {
			seen, after := map[string]int{}, ""
			for pages := 0; ; pages++ {
				l, err := w.ListPeople(ctx, f, after, 7)
				w.must(err)
				if len(l.Docs) > 7 || l.Partial {
					t.Fatalf("%d on a page", len(l.Docs))
				}
				for _, d := range l.Docs {
					seen[d.ID]++
				}
				if pages == 1 {
					w.person("meanwhile" + string(rune('a'+len(want))) + f.Text)
				}
				if after = l.Next; after == "" {
					break
				}
			}
			for id := range want {
				if seen[id] != 1 {
					t.Fatalf("%+v: somebody %d times", f, seen[id])
				}
			}
		}
		l, err := w.ListPeople(ctx, people.Chosen{Text: "pb@"}, "", 7)
		if err != nil || l.Found != 1 || l.Docs[0].Value.Email != "pb@ville.fr" {
			t.Errorf("found %+v, %v", l, err)
		}
		if _, err := w.ListPeople(ctx, people.Chosen{}, "é", 7); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("a place of nowhere: %v", err)
		}
	})
}

func TestNewestPeopleFirst(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		for _, name := range []string{"zoe", "ana", "max"} {
			w.move(time.Hour)
			w.person(name)
		}
		for _, c := range []struct {
			byName bool
			want   []string
		}{{false, []string{"max", "ana", "zoe"}}, {true, []string{"ana", "max", "zoe"}}} {
			l, err := w.ListPeople(t.Context(), people.Chosen{ByName: c.byName}, "", 7)
			w.must(err)
			var got []string
			for _, d := range l.Docs {
				got = append(got, strings.TrimSuffix(string(d.Value.Email), "@ville.fr"))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		}
	})
}

func TestListOrganisations(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		w.organisation("vitry", account.KindPublic)
		w.organisation("arcueil", account.KindNetwork)
		for _, o := range []account.Organisation{
			{ID: "zut", Kind: account.KindPublic, Name: "Zut, à confirmer", SIREN: "200058014", CreatedAt: noon},
			{ID: "shut", Kind: account.KindPublic, Name: "Fermée", CreatedAt: noon, ConfirmedAt: noon, ClosedAt: noon},
			{ID: "dom", Kind: account.KindPublic, Name: "Orly", CreatedAt: noon, ConfirmedAt: noon, Domains: []account.Domain{{Name: "orly.fr", At: noon}}},
		} {
			_, err := w.Organisations.Insert(ctx, o, store.Change{})
			w.must(err)
		}
		for _, c := range []struct {
			f    people.OrganisationFilter
			want string
		}{
			{people.OrganisationFilter{}, "dom zut shut arcueil vitry"},
			{people.OrganisationFilter{Kind: account.KindNetwork}, "arcueil"},
			{people.OrganisationFilter{State: account.StateClosed}, "shut"},
			{people.OrganisationFilter{State: account.StateProposed}, "zut"},
			{people.OrganisationFilter{PendingDomains: true}, "dom"},
			{people.OrganisationFilter{Text: "A CONFIRMER"}, "zut"},
			{people.OrganisationFilter{Text: "200 058 014"}, "zut"},
		} {
			l, err := w.ListOrganisations(ctx, c.f, "", 50)
			w.must(err)
			var got []string
			for _, d := range l.Docs {
				got = append(got, d.ID)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%+v: %v, want %s", c.f, got, c.want)
			}
		}
	})
}

func TestDescribeAnOrganisation(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx, admin := t.Context(), w.team("ada")[0]
		w.organisation("vitry", account.KindPublic)
		w.organisation("orly", account.KindPublic)
		to := people.Described{Name: "Ville de Vitry", SIREN: "200 058 014", Territory: "94081"}
		if err := w.DescribeOrganisation(ctx, admin, "vitry", 9, to); !errors.Is(err, store.ErrConflict) {
			t.Errorf("a stale version: %v", err)
		}
		w.must(w.DescribeOrganisation(ctx, admin, "vitry", 1, to))
		if o := w.get("vitry"); o.Name != "Ville de Vitry" || o.SIREN != "200058014" || o.Territory != "94081" {
			t.Errorf("%+v", o)
		}
		w.lastLine("vitry", "organisation.describe", admin.Person, "")
		w.must(w.DescribeOrganisation(ctx, admin, "vitry", 2, to)) // nothing differs
		if n := len(w.audited("vitry")); n != 1 {
			t.Errorf("%d lines", n)
		}
		var fault account.Fault
		for _, c := range []people.Described{{Name: "", SIREN: ""}, {Name: "Orly", SIREN: "123"}, {Name: "Orly", SIREN: "200058014"}, {Name: "Or\nly"}} {
			if err := w.DescribeOrganisation(ctx, admin, "orly", 1, c); !errors.As(err, &fault) {
				t.Errorf("%+v: %v", c, err)
			}
		}
		if err := w.DescribeOrganisation(ctx, account.Actor{Person: "p"}, "orly", 1, to); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("by anybody: %v", err)
		}
	})
}

func TestNameAManager(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		ctx, admin := t.Context(), w.team("ada")[0]
		w.organisation("vitry", account.KindPublic)
		w.member("bea", "vitry", false, account.SpaserLead)
		for range 2 { // sent twice, it is done once
			w.must(w.NameManager(ctx, admin, "vitry", "new@ville.fr"))
			w.must(w.NameManager(ctx, admin, "vitry", "bea@ville.fr"))
		}
		o, fresh := w.get("vitry"), w.person("new")
		if m := o.Member(fresh.ID); m == nil || !m.Manager || !slices.Equal(m.Roles, []account.Role{account.Buyer}) {
			t.Errorf("new: %+v", m)
		}
		if m := o.Member(w.person("bea").ID); !m.Manager || !slices.Equal(m.Roles, []account.Role{account.SpaserLead}) {
			t.Errorf("a member: %+v", m)
		}
		if mails := w.mails(message.RoleChanged); len(mails) != 2 {
			t.Errorf("%d mails", len(mails))
		}
		if n := len(w.audited("vitry")); n != 2 {
			t.Errorf("%d lines", n)
		}
		w.must(w.CloseOrganisation(ctx, admin, "vitry"))
		if err := w.NameManager(ctx, admin, "vitry", "late@ville.fr"); !errors.Is(err, account.ErrClosed) {
			t.Errorf("of a closed one: %v", err)
		}
		if _, err := w.People.ByEmail(ctx, "late@ville.fr"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an account was made for nothing: %v", err)
		}
		if err := w.NameManager(ctx, account.Actor{Person: fresh.ID}, "vitry", "x@ville.fr"); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("by anybody: %v", err)
		}
	})
}

func TestAFormSentTwiceMakesOneOrganisation(t *testing.T) {
	inEachStore(t, func(t *testing.T, w *town) {
		admin := w.team("ada")[0]
		f := account.Founding{Kind: account.KindNetwork, Name: "Réseau", Once: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
		first, err := w.CreateOrganisation(t.Context(), admin, f)
		w.must(err)
		if again, err := w.CreateOrganisation(t.Context(), admin, f); err != nil || again != first {
			t.Errorf("again %s, %v, first %s", again, err, first)
		}
		if n, err := w.Organisations.CountOfKind(t.Context(), account.KindNetwork); n != 1 || err != nil {
			t.Errorf("%d organisations, %v", n, err)
		}
	})
}
