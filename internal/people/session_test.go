package people_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

func signedOut(t *testing.T, w *world, token string) {
	t.Helper()
	if who, err := w.Identify(t.Context(), token); !errors.Is(err, people.ErrSignedOut) {
		t.Errorf("still signed in: %v, %v", who, err)
	}
}

func TestSessionIsServedAndSlides(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		token := w.enter(t, ada)
		for range 3 { // used every eleven hours it goes on
			w.move(11 * time.Hour)
			if who := w.who(t, token); who.Person.Email != ada {
				t.Fatalf("%+v", who)
			}
		}
		w.move(12 * time.Hour)
		signedOut(t, w, token)
		for _, none := range []string{"", "x", strings.Repeat("A", 26), strings.ToLower(token)} {
			signedOut(t, w, none)
		}
	})
}

// The touch is written every quarter of an hour at most.
func TestTouch(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		token := w.enter(t, ada)
		version := func() int64 {
			d, err := w.Sessions.Get(t.Context(), account.HashToken(token))
			if err != nil {
				t.Fatal(err)
			}
			return d.Version
		}
		first := version()
		w.move(14 * time.Minute)
		w.who(t, token)
		if version() != first {
			t.Error("noted after 14 minutes")
		}
		w.move(time.Minute)
		if n, errs := atOnce(10, func(int) error { _, err := w.Identify(context.Background(), token); return err }); n != 10 {
			t.Error(errs)
		}
		if version() != first+1 {
			t.Errorf("noted %d times", version()-first)
		}
	})
}

func TestSignOutOneAndOthers(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mine, phone, home := w.enter(t, ada), w.enter(t, ada), w.enter(t, ada)
		bob := w.enter(t, "bob@ville.example")
		who := w.who(t, mine)
		if err := w.SignOut(t.Context(), who.Person.ID, w.who(t, bob).Session.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the session of another: %v", err)
		}
		if err := w.SignOut(t.Context(), who.Person.ID, account.HashToken(phone)); err != nil {
			t.Fatal(err)
		}
		signedOut(t, w, phone)
		if n, err := w.SignOutOthers(t.Context(), who); n != 1 || err != nil {
			t.Errorf("%d ended, %v", n, err)
		}
		signedOut(t, w, home)
		w.who(t, mine)
		w.who(t, bob)
		if list, err := w.SessionsOf(t.Context(), &who.Person); len(list) != 1 || list[0].ID != who.Session.ID || err != nil {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestSignOutEverywhere(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.move(10 * time.Minute) // begun on a portal whose clock is ahead
		ahead := w.enter(t, ada)
		w.move(-10 * time.Minute)
		here, bob := w.enter(t, ada), w.enter(t, "bob@ville.example")
		id := w.who(t, here).Person.ID
		stored, err := w.Sessions.Get(t.Context(), account.HashToken(ahead))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.SignOutEverywhere(t.Context(), id, id); err != nil {
			t.Fatal(err)
		}
		signedOut(t, w, here)
		signedOut(t, w, ahead)
		w.who(t, bob)
		// What was not deleted, as after a kill, is over all the same.
		if _, err := w.Sessions.Insert(t.Context(), stored.Value, store.Change{}); err != nil {
			t.Fatal(err)
		}
		signedOut(t, w, ahead)
		w.who(t, w.enter(t, ada)) // and a new one is not, within the same moment
	})
}

// Of more sessions than are listed at once, all are ended.
func TestManySessions(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		who := w.who(t, w.enter(t, ada))
		for n := range store.MaxSessions + 30 {
			if _, err := w.Sessions.Insert(t.Context(), account.Session{ID: fmt.Sprintf("s%04d", n), Person: who.Person.ID, At: w.now(), SeenAt: w.now()}, store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := w.SignOutOthers(t.Context(), who); n != store.MaxSessions+30 || err != nil {
			t.Errorf("%d ended, %v", n, err)
		}
	})
}

func TestSwitchRole(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		token := w.enter(t, ada)
		id := w.who(t, token).Person.ID
		orly, vitry := account.Acting{Organisation: "orly", Role: account.Buyer}, account.Acting{Organisation: "vitry", Role: account.SpaserLead}
		for _, o := range []string{"orly", "vitry", "ivry"} {
			v := account.Organisation{ID: o, Kind: account.KindPublic, Name: "Ville de " + o, ConfirmedAt: w.now()}
			if err := v.Enrol(id, []account.Role{account.Buyer, account.SpaserLead}, false, w.now()); err != nil {
				t.Fatal(err)
			}
			if o == "ivry" {
				v.ConfirmedAt = time.Time{} // its roles do not count
			}
			if _, err := w.Organisations.Insert(t.Context(), v, store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
		who := w.who(t, token)
		if len(who.Memberships) != 4 || !who.Is(account.Buyer) || who.Acting.Organisation != "orly" {
			t.Fatalf("%+v", who)
		}
		for _, foreign := range []account.Acting{{Organisation: "ivry", Role: account.Buyer}, {Organisation: "orly", Role: account.Administrator}, {Organisation: "nulle", Role: account.Buyer}, {}} {
			if err := w.Switch(t.Context(), who, foreign); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%+v: %v", foreign, err)
			}
		}
		if err := w.Switch(t.Context(), who, vitry); err != nil {
			t.Fatal(err)
		}
		if who = w.who(t, token); !who.Is(account.SpaserLead) || who.Acting.Organisation != "vitry" {
			t.Errorf("acts as %+v", who.Acting)
		}
		if other := w.who(t, w.enter(t, ada)); other.Acting.Organisation != orly.Organisation {
			t.Errorf("another session acts as %+v", other.Acting)
		}
		// A role that is taken away counts no more at the next request.
		_, err := store.Update(t.Context(), w.Organisations.Collection, "vitry", func(o *account.Organisation) (store.Change, error) {
			o.Members = nil
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if who = w.who(t, token); who.Acting.Organisation != orly.Organisation || len(who.Memberships) != 2 {
			t.Errorf("acts as %+v", who.Acting)
		}
	})
}

func TestSuspendedWhileSignedIn(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		token := w.enter(t, ada)
		_, err := store.Update(t.Context(), w.People.Collection, w.who(t, token).Person.ID, func(p *account.Person) (store.Change, error) {
			p.SuspendedAt = w.now()
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		signedOut(t, w, token)
	})
}

func TestSealedCookies(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		type kept struct{ Email string }
		sealed, err := w.SealJSON("asking", kept{"ada@ville.example"})
		if err != nil || strings.Contains(sealed, "ada") {
			t.Fatalf("%s, %v", sealed, err)
		}
		var got kept
		if err := w.OpenJSON("asking", sealed, &got); err != nil || got.Email != "ada@ville.example" {
			t.Errorf("%+v, %v", got, err)
		}
		other, err := w.SealJSON("asking", 12)
		if err != nil {
			t.Fatal(err)
		}
		for purpose, text := range map[string]string{"other": sealed, "asking": other, "asking ": "", "asking  ": "é", "asking   ": sealed[1:]} {
			if err := w.OpenJSON(strings.TrimSpace(purpose), text, &got); !errors.Is(err, account.ErrSealed) {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
}
