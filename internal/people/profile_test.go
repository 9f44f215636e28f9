package people_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// audited are the audit lines of a document that wait for the relay, as texts.
func audited(t *testing.T, w *world, person string) (lines []string) {
	t.Helper()
	e, err := w.People.Raw().Get(t.Context(), person)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range e.Pending {
		if p.Effect.To == store.AuditCollection {
			lines = append(lines, string(p.Effect.Doc))
		}
	}
	return lines
}

func holds(lines []string, part string) bool {
	return slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, part) })
}

func TestRenameIsAuditedSealed(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		token := w.enter(t, ada)
		id := w.who(t, token).Person.ID
		if _, err := w.Rename(t.Context(), id, "Ada Lovelace", id); err != nil {
			t.Fatal(err)
		}
		if got := w.who(t, token).Person.Shown(); got != "Ada Lovelace" {
			t.Errorf("is %q", got)
		}
		lines := audited(t, w, id)
		if !holds(lines, `"what":"person.name"`) || holds(lines, "Lovelace") || !holds(lines, "sealed") {
			t.Errorf("%v", lines)
		}
	})
}

// newAddress asks for another address and gives the token of the mail.
func (w *world) newAddress(t *testing.T, who *people.Who, e account.Email) string {
	t.Helper()
	if err := w.AskAddress(t.Context(), who, e, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	d, err := w.People.Get(t.Context(), who.Person.ID)
	if err != nil {
		t.Fatal(err)
	}
	return w.Secret.Token("address", d.ID, d.Value.NewEmail.N)
}

func TestChangeOfAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		token := w.enter(t, ada)
		who := w.who(t, token)
		if err := w.AskAddress(t.Context(), who, ada, "192.0.2.1"); !isFault(err, "déjà l’adresse") {
			t.Errorf("the same: %v", err)
		}
		first := w.newAddress(t, who, "ada@orly.example")
		second := w.newAddress(t, who, "ada@vitry.example")
		who = w.who(t, token)
		if who.Person.Email != ada {
			t.Errorf("changed by asking: %s", who.Person.Email)
		}
		if _, err := w.NewAddress(&who.Person, first); !isFault(err, "plus récente") {
			t.Errorf("the link before: %v", err)
		}
		if e, err := w.NewAddress(&who.Person, second); e != "ada@vitry.example" || err != nil || who.Person.NewEmail == nil {
			t.Errorf("%s, %v", e, err)
		}
		stranger := w.who(t, w.enter(t, "bob@ville.example"))
		if err := w.TakeAddress(t.Context(), stranger, second); !isFault(err, "aucune adresse") {
			t.Errorf("by somebody else: %v", err)
		}
		if err := w.TakeAddress(t.Context(), who, second); err != nil {
			t.Fatal(err)
		}
		if got := w.who(t, token).Person; got.Email != "ada@vitry.example" || got.NewEmail != nil {
			t.Errorf("%+v", got)
		}
		if err := w.TakeAddress(t.Context(), who, second); !isFault(err, "aucune adresse") {
			t.Errorf("again: %v", err)
		}
		lines := audited(t, w, who.Person.ID)
		if !holds(lines, `"what":"person.address"`) || holds(lines, "vitry.example") {
			t.Errorf("%v", lines)
		}
		if to := pending(t, w.People.Raw().Get, who.Person.ID); len(to)-len(lines) != 3 { // two links, one notice
			t.Errorf("follow: %v", to)
		}
		// The old address is free: who asks to sign in with it makes another account.
		if other := w.who(t, w.enter(t, ada)); other.Person.ID == who.Person.ID {
			t.Error("the old address still opens the account")
		}
	})
}

func TestAddressOfSomebodyElse(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.enter(t, "bob@ville.example")
		token := w.enter(t, ada)
		who := w.who(t, token)
		link := w.newAddress(t, who, "bob@ville.example") // asked like any other
		if err := w.TakeAddress(t.Context(), who, link); !isFault(err, "autre compte") {
			t.Errorf("taken: %v", err)
		}
		if got := w.who(t, token).Person.Email; got != ada {
			t.Errorf("is now %s", got)
		}
	})
}

// Two accounts want one address at once: one gets it.
func TestAddressRace(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		whos := []*people.Who{w.who(t, w.enter(t, ada)), w.who(t, w.enter(t, "bob@ville.example"))}
		links := []string{w.newAddress(t, whos[0], "new@ville.example"), w.newAddress(t, whos[1], "new@ville.example")}
		n, errs := atOnce(10, func(i int) error { return w.TakeAddress(context.Background(), whos[i%2], links[i%2]) })
		for _, err := range errs {
			if !isFault(err, "") {
				t.Error(err)
			}
		}
		if n != 1 {
			t.Errorf("%d have taken it", n)
		}
	})
}

func TestAddressLinkEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		who := w.who(t, w.enter(t, ada))
		link := w.newAddress(t, who, "new@ville.example")
		w.move(account.NewEmailLife)
		if err := w.TakeAddress(t.Context(), who, link); !isFault(err, "24 heures") {
			t.Errorf("a day later: %v", err)
		}
		w.move(time.Hour)
		var many *people.TooManyError
		for range people.PerAddress {
			w.newAddress(t, who, "new@ville.example")
		}
		if err := w.AskAddress(t.Context(), who, "new@ville.example", "192.0.2.1"); !errors.As(err, &many) {
			t.Errorf("a sixth mail to one address: %v", err)
		}
	})
}

func TestIdentityOfAProvider(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		id := account.Identity{Issuer: "https://id.example", Subject: "42"}
		if _, err := w.EnterByIdentity(t.Context(), id, people.Arrival{Method: account.ByOIDC}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("linked to nobody: %v", err)
		}
		who := w.who(t, w.enter(t, ada))
		for range 2 {
			if err := w.Connect(t.Context(), who.Person.ID, id); err != nil {
				t.Fatal(err)
			}
		}
		token, err := w.EnterByIdentity(t.Context(), id, people.Arrival{Method: account.ByOIDC, IDToken: "sealed"})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.who(t, token); got.Person.ID != who.Person.ID || got.Session.Method != account.ByOIDC || got.Session.IDToken != "sealed" {
			t.Errorf("%+v", got)
		}
		bob := w.who(t, w.enter(t, "bob@ville.example"))
		if err := w.Connect(t.Context(), bob.Person.ID, id); !isFault(err, "déjà relié à un autre") {
			t.Errorf("linked twice: %v", err)
		}
		if err := w.Disconnect(t.Context(), bob.Person.ID, id.Issuer); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("not linked: %v", err)
		}
		if err := w.Disconnect(t.Context(), who.Person.ID, id.Issuer); err != nil {
			t.Fatal(err)
		}
		if _, err := w.EnterByIdentity(t.Context(), id, people.Arrival{}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("still linked: %v", err)
		}
		if lines := audited(t, w, who.Person.ID); !holds(lines, "person.identity.add") || !holds(lines, "person.identity.remove") || holds(lines, "id.example|42") {
			t.Errorf("%v", lines)
		}
	})
}
