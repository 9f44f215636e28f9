package account_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func request() account.SignIn {
	return account.SignIn{ID: "r", Email: "ada@ville.example", Link: "l", Browser: "b", At: noon}
}

// A link lives a quarter of an hour, by whichever portal's clock; a clock that is put
// right prolongs it by no more than another life.
func TestLinkByTheClock(t *testing.T) {
	for _, c := range []struct {
		name  string
		after time.Duration
		first bool
		open  bool
	}{
		{"at once", 0, false, true},
		{"before its end", 15*time.Minute - time.Second, false, true},
		{"at its end", 15 * time.Minute, false, false},
		{"the clock went forward", 24 * time.Hour, false, false},
		{"the clock went back some minutes", -10 * time.Minute, false, true},
		{"the clock went back a day", -24 * time.Hour, false, false},
		{"a first link the same evening", 12 * time.Hour, true, true},
		{"a first link the next day", 24 * time.Hour, true, false},
	} {
		r := request()
		if c.first {
			r.Browser = ""
		}
		if err := r.Open(noon.Add(c.after)); (err == nil) != c.open {
			t.Errorf("%s: %v", c.name, err)
		}
		if r.First() != c.first {
			t.Errorf("%s: first %v", c.name, r.First())
		}
	}
}

func TestLinkServesOnce(t *testing.T) {
	r := request()
	if err := r.Use(noon.Add(time.Minute)); err != nil || !r.UsedAt.Equal(noon.Add(time.Minute)) {
		t.Fatalf("%v, used at %v", err, r.UsedAt)
	}
	var fault account.Fault
	if err := r.Use(noon.Add(2 * time.Minute)); !errors.As(err, &fault) || !strings.Contains(err.Error(), "déjà servi") {
		t.Errorf("again: %v", err)
	}
	if r.Lapsed(noon.Add(time.Hour)) || !r.Lapsed(noon.Add(24*time.Hour)) {
		t.Error("a request that was used is kept a day, to say that it was")
	}
}

func TestCodeIsTriedFiveTimes(t *testing.T) {
	r := request()
	for n := 1; n <= account.MaxTries; n++ {
		if right, err := r.Try("000000", "123456", noon); right || err != nil || r.Tries != n {
			t.Fatalf("try %d: %v, %v, %d counted", n, right, err, r.Tries)
		}
	}
	if right, err := r.Try("123456", "123456", noon); right || !errors.Is(err, account.ErrTries) || !r.UsedAt.IsZero() {
		t.Errorf("the right code at the sixth try: %v, %v", right, err)
	}
	// The link of the same message still serves: who owns the mailbox is not locked out.
	if err := r.Use(noon); err != nil {
		t.Errorf("the link: %v", err)
	}
}

func TestRightCodeSpendsTheRequest(t *testing.T) {
	r := request()
	if right, err := r.Try("123456", "123456", noon); !right || err != nil || r.UsedAt.IsZero() || r.Tries != 0 {
		t.Fatalf("%v, %v, %+v", right, err, r)
	}
	for name, now := range map[string]time.Time{"again": noon, "late": noon.Add(time.Hour)} {
		if right, err := r.Try("123456", "123456", now); right || err == nil {
			t.Errorf("%s: %v, %v", name, right, err)
		}
	}
	for _, code := range []string{"", "12345", "1234567", "１２３４５６"} {
		r := request()
		if right, _ := r.Try(code, "123456", noon); right {
			t.Errorf("%q is taken", code)
		}
	}
}

func TestSessionSlides(t *testing.T) {
	p := account.Person{ID: "p"}
	s := account.Session{Person: "p", At: noon, SeenAt: noon}
	for _, c := range []struct {
		after     time.Duration
		live, due bool
	}{
		{0, true, false}, {15*time.Minute - time.Second, true, false}, {15 * time.Minute, true, true},
		{12*time.Hour - time.Second, true, true}, {12 * time.Hour, false, true}, {-10 * time.Minute, true, false},
		{-time.Hour, true, true}, // a clock put right: noted anew, or it would never lapse
		{-24 * time.Hour, false, true},
	} {
		now := noon.Add(c.after)
		if s.Live(&p, now) != c.live || s.Due(now) != c.due || s.Lapsed(now) == c.live {
			t.Errorf("after %v: live %v, due %v, lapsed %v", c.after, s.Live(&p, now), s.Due(now), s.Lapsed(now))
		}
	}
	for name, p := range map[string]account.Person{
		"signed out everywhere": {SignedOutAt: noon}, "suspended": {SuspendedAt: noon}, "erasing": {ErasingAt: noon},
	} {
		if s.Live(&p, noon) {
			t.Errorf("%s: the session lives", name)
		}
	}
	if p := (account.Person{SignedOutAt: noon.Add(-1)}); !s.Live(&p, noon) {
		t.Error("a session begun after signing out everywhere is over")
	}
	for _, m := range []account.Method{account.ByLink, account.ByCode, account.ByOIDC, account.ByFirst} {
		if m.Label() == "" {
			t.Errorf("%s has no label", m)
		}
	}
}

func TestThrottle(t *testing.T) {
	const limit = 5
	var c account.Throttle
	for n := range limit {
		if wait, ok := c.Take(noon.Add(time.Duration(n)*time.Minute), limit); !ok || wait != 0 {
			t.Fatalf("request %d: wait %v", n, wait)
		}
	}
	at := noon.Add(10 * time.Minute)
	for range 3 { // insisting prolongs nothing
		if wait, ok := c.Take(at, limit); ok || wait != 5*time.Minute {
			t.Fatalf("the sixth: %v, wait %v", ok, wait)
		}
	}
	if c.Wait(at, limit+1) != 0 || len(c.Hits) != limit {
		t.Errorf("a larger limit waits %v, %d hits", c.Wait(at, limit+1), len(c.Hits))
	}
	if _, ok := c.Take(noon.Add(15*time.Minute), limit); !ok || len(c.Hits) != limit {
		t.Errorf("after the wait: %v, %d hits", ok, len(c.Hits))
	}
	if c.Lapsed(noon.Add(29*time.Minute)) || !c.Lapsed(noon.Add(30*time.Minute)) {
		t.Error("lapses at the wrong time")
	}
}

// Whatever the clocks do, nobody is kept out for longer than two windows.
func TestThrottleByOtherClocks(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"ten minutes ahead": 10 * time.Minute, "a day ahead": 24 * time.Hour, "a year ahead": 365 * 24 * time.Hour} {
		var c account.Throttle
		for range 5 {
			c.Take(noon.Add(ahead), 5)
		}
		wait := c.Wait(noon, 5)
		if wait > 2*account.ThrottleWindow {
			t.Errorf("%s: waits %v", name, wait)
		}
		if _, ok := c.Take(noon.Add(wait), 5); !ok {
			t.Errorf("%s: refused after the wait that was told, %v", name, wait)
		}
	}
}

func TestTokensAndCodes(t *testing.T) {
	s, other := account.Secret(strings.Repeat("a", account.SecretSize)), account.Secret(strings.Repeat("b", account.SecretSize))
	token := s.Token("signin", "r", 0)
	if !account.IsToken(token) || token != s.Token("signin", "r", 0) {
		t.Errorf("token %q", token)
	}
	seen := []string{token}
	for _, t2 := range []string{
		s.Token("address", "r", 0), s.Token("signin", "q", 0), s.Token("signin", "r", 1), other.Token("signin", "r", 0),
		s.Token("signi", "nr", 0), s.Token("", "signin\x00r", 0),
	} {
		if slices.Contains(seen, t2) {
			t.Errorf("%q twice", t2)
		}
		seen = append(seen, t2)
	}
	if code := s.Code("r"); len(code) != 6 || code == other.Code("r") || strings.Trim(code, "0123456789") != "" {
		t.Errorf("code %q", code)
	}
	for _, text := range []string{"", token[1:], token + "A", strings.ToLower(token), token[1:] + "1", token[2:] + "é"} {
		if account.IsToken(text) {
			t.Errorf("%q is taken for a token", text)
		}
	}
	if hash := account.HashToken(token); len(hash) != 32 || strings.Contains(hash, strings.ToLower(token)) || hash == account.HashToken(token[1:]+"A") {
		t.Errorf("hash %q", hash)
	}
	// Codes are spread: of 1,000 none comes up often.
	count := map[string]int{}
	for n := range 1000 {
		count[s.Code(strings.Repeat("x", n))]++
	}
	if len(count) < 990 {
		t.Errorf("%d codes of 1,000 requests", len(count))
	}
}

func TestSeal(t *testing.T) {
	s := account.Secret(strings.Repeat("a", account.SecretSize))
	sealed, err := s.Seal("cookie", []byte("plain"), []byte("ctx"))
	if err != nil || strings.Contains(string(sealed), "plain") {
		t.Fatalf("%q, %v", sealed, err)
	}
	again, err := s.Seal("cookie", []byte("plain"), []byte("ctx"))
	if err != nil || slices.Equal(sealed, again) {
		t.Errorf("the same twice: %v", err)
	}
	if plain, err := s.Open("cookie", sealed, []byte("ctx")); err != nil || string(plain) != "plain" {
		t.Errorf("%q, %v", plain, err)
	}
	broken := slices.Clone(sealed)
	broken[len(broken)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another purpose": func() ([]byte, error) { return s.Open("other", sealed, []byte("ctx")) },
		"another context": func() ([]byte, error) { return s.Open("cookie", sealed, nil) },
		"another secret": func() ([]byte, error) {
			return account.Secret(strings.Repeat("b", account.SecretSize)).Open("cookie", sealed, []byte("ctx"))
		},
		"damaged": func() ([]byte, error) { return s.Open("cookie", broken, []byte("ctx")) },
		"short":   func() ([]byte, error) { return s.Open("cookie", sealed[:5], []byte("ctx")) },
		"nothing": func() ([]byte, error) { return s.Open("cookie", nil, []byte("ctx")) },
	} {
		if plain, err := open(); !errors.Is(err, account.ErrSealed) || plain != nil {
			t.Errorf("%s: %q, %v", name, plain, err)
		}
	}
}
