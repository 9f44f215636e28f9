package people_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

const (
	ada     = account.Email("ada@ville.example")
	browser = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

func TestLinkIsUsedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		token, _ := w.ask(t, ada, browser)
		r, err := w.Link(t.Context(), token)
		if err != nil || r.Email != ada || r.Browser != account.HashToken(browser) {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, err = w.UseLink(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		if _, err = w.UseLink(t.Context(), token); !isFault(err, "déjà servi") {
			t.Errorf("again: %v", err)
		}
		if r, err = w.Link(t.Context(), token); !isFault(err, "déjà servi") || r.Email != ada {
			t.Errorf("seen again: %+v, %v", r, err)
		}
		w.move(time.Second)
		late, code := w.ask(t, ada, browser)
		w.move(account.SignInLife)
		if _, err = w.UseLink(t.Context(), late); !isFault(err, "n’est plus valable") {
			t.Errorf("late: %v", err)
		}
		if _, err = w.UseCode(t.Context(), "192.0.2.1", ada, browser, code); !isFault(err, "n’est plus valable") {
			t.Errorf("late code: %v", err)
		}
		for _, unknown := range []string{strings.Repeat("A", 26), "", "short", token[:25], strings.Repeat("x", 5000)} {
			if _, err = w.UseLink(t.Context(), unknown); !isFault(err, "n’est pas connu") {
				t.Errorf("%.30q: %v", unknown, err)
			}
		}
	})
}

// What is stored serves nobody: neither the link nor the code is in it.
func TestNothingStoredSignsIn(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		token, code := w.ask(t, ada, browser)
		list, err := w.SignIns.Of(t.Context(), ada)
		if err != nil || len(list) != 1 {
			t.Fatal(len(list), err)
		}
		e, err := w.SignIns.Raw().Get(t.Context(), list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		all := fmt.Sprintf("%s %v", e.Doc, e.Keys)
		for _, p := range e.Pending {
			all += string(p.Effect.Doc)
		}
		for _, secret := range []string{token, code, browser} {
			if strings.Contains(all, secret) {
				t.Errorf("%s is in %s", secret, all)
			}
		}
		if !strings.Contains(all, `"account":"new"`) {
			t.Errorf("the mail does not know that the address is new: %s", all)
		}
		if got := pending(t, w.SignIns.Raw().Get, list[0].ID); !slices.Equal(got, []string{store.MessageCollection}) {
			t.Errorf("follows: %v", got)
		}
	})
}

func TestMailSaysWhomItIsFor(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		known := w.who(t, w.enter(t, ada)).Person
		account1 := func(want string) {
			t.Helper()
			w.move(time.Minute)
			w.ask(t, ada, browser)
			list, err := w.SignIns.Asked(t.Context(), account.HashToken(browser), ada)
			if err != nil {
				t.Fatal(err)
			}
			d := slices.MaxFunc(list, func(a, b store.Doc[account.SignIn]) int { return a.Value.At.Compare(b.Value.At) })
			e, err := w.SignIns.Raw().Get(t.Context(), d.ID)
			if err != nil || !strings.Contains(string(e.Pending[0].Effect.Doc), `"account":"`+want+`"`) {
				t.Errorf("want %s: %s, %v", want, e.Pending[0].Effect.Doc, err)
			}
		}
		account1(message.AccountKnown)
		_, err := store.Update(t.Context(), w.People.Collection, known.ID, func(p *account.Person) (store.Change, error) {
			p.SuspendedAt = w.now()
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		account1(message.AccountSuspended)
		if _, err := w.Enter(t.Context(), ada, people.Arrival{}); !errors.Is(err, people.ErrSuspended) {
			t.Errorf("a suspended account: %v", err)
		}
	})
}

func TestCodeIsOfTheBrowserThatAsked(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		_, code := w.ask(t, ada, browser)
		other := strings.Repeat("Z", 26)
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, other, code); !isFault(err, "n’a pas demandé") {
			t.Errorf("another browser: %v", err)
		}
		if _, err := w.UseCode(t.Context(), "192.0.2.1", "bob@ville.example", browser, code); !isFault(err, "n’a pas demandé") {
			t.Errorf("another address: %v", err)
		}
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, "", code); !isFault(err, "n’a pas demandé") {
			t.Errorf("no browser: %v", err)
		}
		if r, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, code); err != nil || r.Email != ada {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, code); !isFault(err, "n’est plus valable") {
			t.Errorf("again: %v", err)
		}
	})
}

// Two browsers ask for one address: each has a code of its own; of two that one
// browser asked for, the newest serves.
func TestTwoBrowsers(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		other := strings.Repeat("Z", 26)
		_, first := w.ask(t, ada, browser)
		w.move(time.Second)
		_, second := w.ask(t, ada, other)
		w.move(time.Second)
		_, third := w.ask(t, ada, browser)
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, first); !isFault(err, "pas le bon") {
			t.Errorf("the code before: %v", err)
		}
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, second); !isFault(err, "pas le bon") {
			t.Errorf("the code of the other browser: %v", err)
		}
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, third); err != nil {
			t.Error(err)
		}
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, other, second); err != nil {
			t.Error(err)
		}
	})
}

func TestSixthGuessIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		token, code := w.ask(t, ada, browser)
		wrong := "000000"
		if code == wrong {
			wrong = "000001"
		}
		for n := 1; n <= account.MaxTries; n++ {
			_, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, wrong)
			if want := fmt.Sprintf("%d essais", account.MaxTries-n); n < 4 && !isFault(err, want) || n == 4 && !isFault(err, "un essai") || n == 5 && !errors.Is(err, account.ErrTries) {
				t.Errorf("guess %d: %v", n, err)
			}
		}
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, code); !errors.Is(err, account.ErrTries) {
			t.Errorf("the right code, sixth: %v", err)
		}
		if _, err := w.UseLink(t.Context(), token); err != nil {
			t.Errorf("the link of the same mail: %v", err)
		}
	})
}

// Twenty guesses at once are five, and never the right one afterwards.
func TestGuessesAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		_, code := w.ask(t, ada, browser)
		n, errs := atOnce(20, func(i int) error {
			guess := fmt.Sprintf("%06d", i)
			if guess == code {
				guess = "999999"
			}
			_, err := w.UseCode(context.Background(), "192.0.2.1", ada, browser, guess)
			return err
		})
		closed := 0
		for _, err := range errs {
			if errors.Is(err, account.ErrTries) {
				closed++
			} else if !isFault(err, "pas le bon") {
				t.Error(err)
			}
		}
		if n != 0 || closed < 20-account.MaxTries+1 {
			t.Errorf("%d let in, %d told that it is closed", n, closed)
		}
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, code); !errors.Is(err, account.ErrTries) {
			t.Errorf("the right code afterwards: %v", err)
		}
	})
}

// Ten uses of the link and ten of the code, at once: one gets in, and one account is
// made.
func TestOneUseOfLinkAndCode(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		token, code := w.ask(t, ada, browser)
		n, errs := atOnce(20, func(i int) error {
			ctx := context.Background()
			var r account.SignIn
			var err error
			if i%2 == 0 {
				r, err = w.UseLink(ctx, token)
			} else {
				r, err = w.UseCode(ctx, "192.0.2.1", ada, browser, code)
			}
			if err == nil {
				_, err = w.Enter(ctx, r.Email, people.Arrival{Method: account.ByLink})
			}
			return err
		})
		for _, err := range errs {
			if !isFault(err, "") {
				t.Error(err)
			}
		}
		p, err := w.People.ByEmail(t.Context(), ada)
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.Sessions.Of(t.Context(), p.ID)
		if n != 1 || len(list) != 1 || err != nil {
			t.Errorf("%d let in, %d sessions, %v", n, len(list), err)
		}
	})
}

// Two first sign-ins at once, by two mails, make one account.
func TestFirstSignInsAtOnceMakeOneAccount(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		n, errs := atOnce(10, func(int) error {
			_, err := w.Enter(context.Background(), ada, people.Arrival{Method: account.ByLink})
			return err
		})
		all, err := w.People.FindLookup(t.Context(), "all", 20)
		if n != 10 || len(all) != 1 || err != nil {
			t.Errorf("%d let in, %d accounts, %v, %v", n, len(all), err, errs)
		}
	})
}

func TestFivePerAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ask := func(e account.Email, network string) error {
			return w.Ask(t.Context(), people.Asking{Email: e, Browser: browser, Network: network})
		}
		for n := range people.PerAddress {
			if err := ask(ada, fmt.Sprintf("192.0.2.%d", n)); err != nil {
				t.Fatal(err)
			}
		}
		var many *people.TooManyError
		for range 120 { // insisting shuts out neither the address for longer nor the network
			if err := ask("ADA@ville.example", "192.0.2.1"); !errors.As(err, &many) || many.Network || many.Wait != account.ThrottleWindow {
				t.Fatalf("the sixth: %v", err)
			}
		}
		if err := ask("bob@ville.example", "192.0.2.1"); err != nil {
			t.Errorf("a colleague: %v", err)
		}
		list, err := w.SignIns.Of(t.Context(), ada)
		if len(list) != people.PerAddress || err != nil {
			t.Errorf("%d mails to the address, %v", len(list), err)
		}
		w.move(account.ThrottleWindow)
		if err := ask(ada, "192.0.2.1"); err != nil {
			t.Errorf("a quarter of an hour later: %v", err)
		}
	})
}

// A town hall of 100 people signs in at nine o'clock, all at once; the next one waits,
// and what he tries meanwhile does not use up his own address.
func TestTownHall(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ask := func(i int) error {
			return w.Ask(context.Background(), people.Asking{Email: account.Email(fmt.Sprintf("agent%d@ville.example", i)), Browser: browser, Network: "192.0.2.1"})
		}
		if n, errs := atOnce(people.PerNetwork, ask); n != people.PerNetwork {
			t.Fatalf("%d of 100 let through, %v", n, errs[0])
		}
		var many *people.TooManyError
		for range 2 * people.PerAddress {
			if err := ask(100); !errors.As(err, &many) || !many.Network {
				t.Fatalf("the 101st: %v", err)
			}
		}
		if err := w.Ask(t.Context(), people.Asking{Email: "agent100@ville.example", Browser: browser, Network: "192.0.2.2"}); err != nil {
			t.Errorf("from home: %v", err)
		}
		w.move(account.ThrottleWindow)
		if err := ask(100); err != nil {
			t.Errorf("a quarter of an hour later: %v", err)
		}
	})
}

// Counters that cannot be read let nobody through, and no mail leaves.
func TestCountersThatDoNotAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		broken, err := people.Open(t.Context(), downDB{w.db, store.ThrottleCollection}, key, w.now)
		if err != nil {
			t.Fatal(err)
		}
		if err := broken.Ask(t.Context(), people.Asking{Email: ada, Browser: browser, Network: "192.0.2.1"}); !errors.Is(err, people.ErrUncounted) {
			t.Errorf("asked: %v", err)
		}
		if list, err := w.SignIns.Of(t.Context(), ada); len(list) != 0 || err != nil {
			t.Errorf("%d requests, %v", len(list), err)
		}
	})
}

// Whoever floods an address from elsewhere does not keep its owner's code from being
// found.
func TestOwnCodeAmongMany(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		_, code := w.ask(t, ada, browser)
		for n := range store.MaxSignInsOf + 20 {
			_, err := w.SignIns.Insert(t.Context(), account.SignIn{ID: fmt.Sprintf("0%04d", n), Email: ada, Link: fmt.Sprint(n), Browser: fmt.Sprint("stranger", n), At: w.now()}, store.Change{})
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, code); err != nil {
			t.Error(err)
		}
	})
}

func TestLocalPath(t *testing.T) {
	for next, want := range map[string]string{
		"/compte": "/compte", "/structures?q=nettoyage&serves=94081#liste": "/structures?q=nettoyage&serves=94081#liste", "/": "/", "": "",
		"compte": "", "https://ailleurs.example/": "", "//ailleurs.example/": "", "///ailleurs.example": "", `/\ailleurs.example`: "", `\\ailleurs.example`: "",
		"/\t/ailleurs.example": "", "/\n/ailleurs.example": "", "javascript:alert(1)": "", "/a\r\nSet-Cookie: x=1": "", "http:/compte": "", " /compte": "", "/%zz": "",
		"/" + strings.Repeat("a", 1000): "", "/a\x00b": "",
	} {
		if got := people.LocalPath(next); got != want {
			t.Errorf("%.60q: %q, want %q", next, got, want)
		}
	}
}

// A network that asks for many addresses does not guess more than thirty times; its
// links still serve, and other networks are not shut out.
func TestGuessesOfANetwork(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		guess := func(network, name string, n int) (err error) {
			e, browser := account.Email(name+"@ville.example"), name
			_, code := w.ask(t, e, browser)
			wrong := "000000"
			if code == wrong {
				wrong = "000001"
			}
			for range n {
				_, err = w.UseCode(t.Context(), network, e, browser, wrong)
			}
			return err
		}
		for n := range people.PerGuessing / account.MaxTries {
			if err := guess("192.0.2.1", fmt.Sprintf("nom%d", n), account.MaxTries); !errors.Is(err, account.ErrTries) {
				t.Fatalf("address %d: %v", n, err)
			}
		}
		var many *people.TooManyError
		token, code := w.ask(t, ada, browser)
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, code); !errors.As(err, &many) || !many.Network || many.Wait <= 0 {
			t.Errorf("the thirty-first: %v", err)
		}
		if err := guess("192.0.2.2", "ailleurs", 1); !isFault(err, "4 essais") {
			t.Errorf("another network: %v", err)
		}
		if r, err := w.UseLink(t.Context(), token); err != nil || r.Email != ada {
			t.Errorf("the link: %+v, %v", r, err)
		}
		w.move(account.ThrottleWindow)
		_, code = w.ask(t, ada, browser)
		if _, err := w.UseCode(t.Context(), "192.0.2.1", ada, browser, code); err != nil {
			t.Errorf("a quarter of an hour later: %v", err)
		}
	})
}

// Spellings of one mailbox share its counter.
func TestRequestsOfOneMailboxAreCounted(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ask := func(e account.Email, n int) error {
			return w.Ask(t.Context(), people.Asking{Email: e, Browser: "b", Network: fmt.Sprintf("192.0.2.%d", n)})
		}
		for n := range people.PerAddress {
			if err := ask(account.Email(fmt.Sprintf("Ada+%d@ville.example", n)), n); err != nil {
				t.Fatal(err)
			}
		}
		var many *people.TooManyError
		for _, e := range []account.Email{"ada@ville.example", "ADA+new+tag@ville.example"} {
			if err := ask(e, 9); !errors.As(err, &many) || many.Network {
				t.Errorf("%s: %v", e, err)
			}
		}
		for _, e := range []account.Email{"+ada@ville.example", "ad@ville.example", "ada@autre.example"} {
			if err := ask(e, 9); err != nil {
				t.Errorf("%s: %v", e, err)
			}
		}
	})
}
