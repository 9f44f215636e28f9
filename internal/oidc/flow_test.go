package oidc_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sourcier/internal/oidc"
	"sourcier/internal/oidc/oidctest"
)

// clock is one that tests move.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

const redirect = "http://127.0.0.1:8080/connexion/oidc/retour"

func settings(issuer string) oidc.Settings {
	return oidc.Settings{
		Issuer: issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret,
		RedirectURL: redirect, Name: "ProConnect",
	}
}

// patient makes a client that waits for a real provider on a busy machine.
func patient(s oidc.Settings, now func() time.Time) *oidc.Provider {
	p := oidc.New(s, now)
	p.Wait(time.Minute)
	return p
}

func begin(t *testing.T, p *oidc.Provider) (oidc.Attempt, string) {
	t.Helper()
	attempt, address, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return attempt, address
}

func mustFail(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want: %v", err, want)
	}
}

func nadia(issuer string) oidc.Identity {
	return oidc.Identity{
		Issuer: issuer, Subject: "sub-nadia", Email: "nadia.benali@ville.example", EmailVerified: true,
		GivenName: "Nadia", FamilyName: "Benali", SIRET: "11111111100006",
	}
}

func TestSignIn(t *testing.T) {
	for name, o := range map[string]oidctest.Options{
		"as ProConnect does":       {SignedUserInfo: true},
		"signed on curves":         {SignedUserInfo: true, Algorithm: "ES256"},
		"plain userinfo":           {},
		"secret in a header":       {AuthMethod: "client_secret_basic"},
		"all in the ID token":      {ClaimsInToken: true},
		"all in it, header, curve": {ClaimsInToken: true, AuthMethod: "client_secret_basic", Algorithm: "ES256"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			provider := oidctest.Start(t, o)
			p := patient(settings(provider.Issuer), time.Now)
			attempt, address := begin(t, p)
			back := provider.Login(address, "nadia")
			if !strings.HasPrefix(back.String(), redirect+"?") {
				t.Fatalf("sent back to %s", back)
			}
			got, err := p.Finish(t.Context(), attempt, back.Query())
			if err != nil {
				t.Fatal(err)
			}
			if strings.Count(got.IDToken, ".") != 2 {
				t.Errorf("ID token %q", got.IDToken)
			}
			got.IDToken = ""
			if want := nadia(provider.Issuer); got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestTwoAttemptsShareNothing(t *testing.T) {
	p := patient(settings(oidctest.Start(t, oidctest.Options{}).Issuer), time.Now)
	a, first := begin(t, p)
	b, second := begin(t, p)
	if a.State == b.State || a.Nonce == b.Nonce || a.Verifier == b.Verifier || a.State == a.Nonce {
		t.Errorf("%+v and %+v", a, b)
	}
	if len(a.State) < 32 || len(a.Nonce) < 32 { // ProConnect refuses shorter ones
		t.Errorf("state %q, nonce %q", a.State, a.Nonce)
	}
	for _, address := range []string{first, second} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if q.Get("code_challenge_method") != "S256" || strings.Contains(address, a.Verifier) || strings.Contains(address, b.Verifier) ||
			q.Get("scope") != "openid given_name usual_name email siret" || strings.Contains(address, url.QueryEscape(oidctest.ClientSecret)) {
			t.Errorf("sent to %s", address)
		}
	}
}

// TestRefusedAnswers changes one thing of a good answer each time.
func TestRefusedAnswers(t *testing.T) {
	provider := oidctest.Start(t, oidctest.Options{})
	for _, tt := range []struct {
		name   string
		change func(*oidc.Attempt, url.Values, *clock)
		want   error
	}{
		{"nothing changed", func(*oidc.Attempt, url.Values, *clock) {}, nil},
		{"another state", func(_ *oidc.Attempt, q url.Values, _ *clock) { q.Set("state", strings.Repeat("A", 52)) }, oidc.ErrInvalid},
		{"no state", func(_ *oidc.Attempt, q url.Values, _ *clock) { q.Del("state") }, oidc.ErrInvalid},
		{"state of another attempt", func(a *oidc.Attempt, _ url.Values, _ *clock) { a.State += "x" }, oidc.ErrInvalid},
		{"no attempt", func(a *oidc.Attempt, _ url.Values, _ *clock) { *a = oidc.Attempt{} }, oidc.ErrInvalid},
		{"no attempt and no state", func(a *oidc.Attempt, q url.Values, _ *clock) { *a = oidc.Attempt{}; q.Del("state") }, oidc.ErrInvalid},
		{"two states", func(_ *oidc.Attempt, q url.Values, _ *clock) { q.Add("state", "x") }, oidc.ErrInvalid},
		{"two codes", func(_ *oidc.Attempt, q url.Values, _ *clock) { q.Add("code", "x") }, oidc.ErrInvalid},
		{"a long code", func(_ *oidc.Attempt, q url.Values, _ *clock) { q.Set("code", strings.Repeat("x", 5000)) }, oidc.ErrInvalid},
		{"no code", func(_ *oidc.Attempt, q url.Values, _ *clock) { q.Del("code") }, oidc.ErrInvalid},
		{"an invented code", func(_ *oidc.Attempt, q url.Values, _ *clock) { q.Set("code", "x") }, oidc.ErrRefused},
		{"another nonce", func(a *oidc.Attempt, _ url.Values, _ *clock) { a.Nonce += "x" }, oidc.ErrInvalid},
		{"another verifier", func(a *oidc.Attempt, _ url.Values, _ *clock) { a.Verifier = strings.Repeat("x", 43) }, oidc.ErrRefused},
		{"another issuer", func(_ *oidc.Attempt, q url.Values, _ *clock) { q.Set("iss", "https://other.example") }, oidc.ErrInvalid},
		{"no issuer, though it is announced", func(_ *oidc.Attempt, q url.Values, _ *clock) { q.Del("iss") }, oidc.ErrInvalid},
		{"another error", func(_ *oidc.Attempt, q url.Values, _ *clock) { q.Set("error", "server_error") }, oidc.ErrRefused},
		{"in time", func(_ *oidc.Attempt, _ url.Values, c *clock) { c.advance(9 * time.Minute) }, nil},
		{"too late", func(_ *oidc.Attempt, _ url.Values, c *clock) { c.advance(11 * time.Minute) }, oidc.ErrExpired},
		{"begun in the future", func(a *oidc.Attempt, _ url.Values, _ *clock) { a.Started = a.Started.Add(time.Hour) }, oidc.ErrExpired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c clock
			p := patient(settings(provider.Issuer), c.now)
			attempt, address := begin(t, p)
			back := provider.Login(address, "nadia").Query()
			code := back.Get("code")
			tt.change(&attempt, back, &c)
			_, err := p.Finish(t.Context(), attempt, back)
			mustFail(t, err, tt.want)
			if err != nil && strings.Contains(err.Error(), code) {
				t.Errorf("the code is told: %v", err)
			}
		})
	}
}

func TestCodeWorksOnce(t *testing.T) {
	provider := oidctest.Start(t, oidctest.Options{})
	p := patient(settings(provider.Issuer), time.Now)
	attempt, address := begin(t, p)
	back := provider.Login(address, "nadia").Query()
	if _, err := p.Finish(t.Context(), attempt, back); err != nil {
		t.Fatal(err)
	}
	_, err := p.Finish(t.Context(), attempt, back)
	mustFail(t, err, oidc.ErrRefused)
}

func TestDenied(t *testing.T) {
	provider := oidctest.Start(t, oidctest.Options{})
	p := patient(settings(provider.Issuer), time.Now)
	attempt, address := begin(t, p)
	back := provider.Refuse(address).Query()
	_, err := p.Finish(t.Context(), attempt, back)
	mustFail(t, err, oidc.ErrDenied)
	back.Set("state", "x") // anybody can send an error
	_, err = p.Finish(t.Context(), attempt, back)
	mustFail(t, err, oidc.ErrInvalid)
}

func TestWrongSecret(t *testing.T) {
	provider := oidctest.Start(t, oidctest.Options{})
	s := settings(provider.Issuer)
	s.ClientSecret = "hunter2"
	p := patient(s, time.Now)
	attempt, address := begin(t, p)
	_, err := p.Finish(t.Context(), attempt, provider.Login(address, "nadia").Query())
	mustFail(t, err, oidc.ErrRefused)
	if err == nil || !strings.Contains(err.Error(), "invalid_client") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a log would read %v", err)
	}
}

func TestWhoseEmailIsVerified(t *testing.T) {
	silent := oidctest.Nadia()
	silent.Login, silent.EmailVerified = "silent", nil
	nobody := oidctest.Account{Login: "nobody", GivenName: "N."}
	provider := oidctest.Start(t, oidctest.Options{Accounts: []oidctest.Account{oidctest.Nadia(), oidctest.Paul(), silent, nobody}})
	for _, tt := range []struct {
		login        string
		trust, email bool
		want         bool
	}{
		{"nadia", false, true, true},
		{"paul", false, true, false},
		{"paul", true, true, false}, // the provider says no
		{"silent", false, true, false},
		{"silent", true, true, true},
		{"nobody", true, false, false},
	} {
		s := settings(provider.Issuer)
		s.TrustEmail = tt.trust
		p := patient(s, time.Now)
		attempt, address := begin(t, p)
		got, err := p.Finish(t.Context(), attempt, provider.Login(address, tt.login).Query())
		if err != nil || got.EmailVerified != tt.want || (got.Email != "") != tt.email {
			t.Errorf("%+v: %+v, %v", tt, got, err)
		}
	}
}

func TestLevelOfAssurance(t *testing.T) {
	strong := oidctest.Nadia()
	strong.ACR = "eidas2"
	provider := oidctest.Start(t, oidctest.Options{Accounts: []oidctest.Account{strong}})
	s := settings(provider.Issuer)
	s.ACR = []string{"eidas2", "eidas3"}
	p := patient(s, time.Now)
	attempt, address := begin(t, p)
	if _, err := p.Finish(t.Context(), attempt, provider.Login(address, "nadia").Query()); err != nil {
		t.Error(err)
	}
}

// TestIssuerDownThenUp: the portal starts without it, waits for nobody, and finds it again.
func TestIssuerDownThenUp(t *testing.T) {
	provider := oidctest.Start(t, oidctest.Options{})
	provider.Stop()
	var c clock
	p := patient(settings(provider.Issuer), c.now)
	_, _, err := p.Begin(t.Context())
	mustFail(t, err, oidc.ErrUnreachable)
	if _, ok := p.EndSession(t.Context(), "x", "http://127.0.0.1:8080/", "s"); ok {
		t.Error("an end of session at nobody's")
	}

	provider = oidctest.Start(t, oidctest.Options{Port: provider.Port})
	_, _, err = p.Begin(t.Context())
	mustFail(t, err, oidc.ErrUnreachable) // not asked again yet
	c.advance(11 * time.Second)
	attempt, address := begin(t, p)
	back := provider.Login(address, "nadia").Query()
	provider.Stop()
	_, err = p.Finish(t.Context(), attempt, back)
	mustFail(t, err, oidc.ErrUnreachable)
}

func TestEndSession(t *testing.T) {
	provider := oidctest.Start(t, oidctest.Options{})
	p := patient(settings(provider.Issuer), time.Now)
	attempt, address := begin(t, p)
	who, err := p.Finish(t.Context(), attempt, provider.Login(address, "nadia").Query())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		idToken, postLogout string
		want                int
	}{
		{who.IDToken, "http://127.0.0.1:8080/", http.StatusOK},
		{"", "http://localhost:3000/", http.StatusOK},
		{who.IDToken, "http://127.0.0.1:8080/elsewhere", http.StatusBadRequest},
		{who.IDToken, "https://other.example/x", http.StatusBadRequest},
		{"forged", "http://127.0.0.1:8080/", http.StatusBadRequest},
	} {
		end, ok := p.EndSession(t.Context(), tt.idToken, tt.postLogout, "state-of-the-end")
		if !ok || !strings.HasPrefix(end, provider.Issuer) || !strings.Contains(end, "state=state-of-the-end") {
			t.Fatalf("%q, %v", end, ok)
		}
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, end, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != tt.want {
			t.Errorf("%.10s, %s: %s", tt.idToken, tt.postLogout, resp.Status)
		}
	}
}
