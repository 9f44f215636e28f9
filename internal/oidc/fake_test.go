package oidc_test

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sourcier/internal/oidc"
	"sourcier/internal/oidc/oidctest"
)

// fake is an issuer that does what no correct one can be brought to do.
type fake struct {
	*httptest.Server
	key      *rsa.PrivateKey
	about    map[string]any // discovery document, over the usual one
	token    map[string]any // claims of the ID token, over the usual ones; nil = left out
	user     map[string]any // claims of UserInfo, over the usual ones
	signWith func(*fake, map[string]any) string
	signInfo func(*fake, map[string]any) string // nil = plain JSON
	answers  map[string]http.HandlerFunc        // of a path, in the place of the usual one
	nonce    string
	asked    atomic.Int64 // discoveries
}

var fakeKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

const (
	fakeAccess = "the-access-token"
	fakeCode   = "the-code"
	fakeEmail  = "claire@ville.example"
)

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{key: fakeKey(), signWith: rs256, answers: map[string]http.HandlerFunc{}}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
		f.asked.Add(1)
	}
	if answer, ok := f.answers[r.URL.Path]; ok {
		answer(w, r)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		reply(w, over(map[string]any{
			"issuer": f.URL, "authorization_endpoint": f.URL + "/authorize", "token_endpoint": f.URL + "/token",
			"jwks_uri": f.URL + "/keys", "userinfo_endpoint": f.URL + "/userinfo",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		}, f.about))
	case "/keys":
		e := big.NewInt(int64(f.key.E)).Bytes()
		reply(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "kid": "k", "use": "sig", "alg": "RS256", "n": b64(f.key.N.Bytes()), "e": b64(e),
		}}})
	case "/token":
		reply(w, map[string]any{"access_token": fakeAccess, "token_type": "Bearer", "id_token": f.signWith(f, f.claims())})
	case "/userinfo":
		said := over(map[string]any{"sub": "claire", "email": fakeEmail, "email_verified": true}, f.user)
		if f.signInfo == nil {
			reply(w, said)
			return
		}
		w.Header().Set("Content-Type", "application/jwt")
		_, _ = io.WriteString(w, f.signInfo(f, said))
	default:
		http.NotFound(w, r)
	}
}

func (f *fake) claims() map[string]any {
	return over(map[string]any{
		"iss": f.URL, "aud": oidctest.ClientID, "sub": "claire", "nonce": f.nonce,
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
	}, f.token)
}

// over gives a map with the values of another put in; nil takes one out.
func over(base, other map[string]any) map[string]any {
	maps.Copy(base, other)
	maps.DeleteFunc(base, func(_ string, v any) bool { return v == nil })
	return base
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func unsigned(alg string, claims map[string]any) string {
	payload, _ := json.Marshal(claims)
	return b64(fmt.Appendf(nil, `{"alg":%q,"kid":"k"}`, alg)) + "." + b64(payload)
}

func signed(key *rsa.PrivateKey, claims map[string]any) string {
	text := unsigned("RS256", claims)
	sum := sha256.Sum256([]byte(text))
	signature, _ := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return text + "." + b64(signature)
}

func rs256(f *fake, claims map[string]any) string { return signed(f.key, claims) }

// finish goes through a sign-in at the fake, without its pages.
func (f *fake) finish(t *testing.T, s oidc.Settings, wait time.Duration) (oidc.Identity, error) {
	t.Helper()
	p := oidc.New(s, time.Now)
	p.Wait(wait)
	attempt, _, err := p.Begin(t.Context())
	if err != nil {
		return oidc.Identity{}, err
	}
	f.nonce = attempt.Nonce
	return p.Finish(t.Context(), attempt, url.Values{"state": {attempt.State}, "code": {fakeCode}})
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func huge(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"x":"`+strings.Repeat("x", 1<<20)+`"}`)
}

// slow answers something, then nothing more for a while.
func slow(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	select {
	case <-r.Context().Done():
	case <-time.After(20 * time.Second):
	}
}

func TestProvidersThatBreakTheProtocol(t *testing.T) {
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	byStranger := func(_ *fake, c map[string]any) string { return signed(stranger, c) }
	for _, tt := range []struct {
		name  string
		spoil func(*fake)
		want  error
	}{
		{"nothing", func(*fake) {}, nil},
		{"signed by a stranger", func(f *fake) { f.signWith = byStranger }, oidc.ErrInvalid},
		{"not signed", func(f *fake) {
			f.signWith = func(_ *fake, c map[string]any) string { return unsigned("none", c) + "." }
		}, oidc.ErrInvalid},
		{"signed with the secret", func(f *fake) {
			f.signWith = func(_ *fake, c map[string]any) string {
				text := unsigned("HS256", c)
				mac := hmac.New(sha256.New, []byte(oidctest.ClientSecret))
				mac.Write([]byte(text))
				return text + "." + b64(mac.Sum(nil))
			}
		}, oidc.ErrInvalid},
		{"no token at all", func(f *fake) { f.signWith = func(*fake, map[string]any) string { return "" } }, oidc.ErrInvalid},
		{"another issuer", func(f *fake) { f.token = map[string]any{"iss": "https://other.example"} }, oidc.ErrInvalid},
		{"another client", func(f *fake) { f.token = map[string]any{"aud": "other"} }, oidc.ErrInvalid},
		{"two clients, nobody named", func(f *fake) { f.token = map[string]any{"aud": []string{"other", oidctest.ClientID}} }, oidc.ErrInvalid},
		{"two clients, this one named", func(f *fake) {
			f.token = map[string]any{"aud": []string{"other", oidctest.ClientID}, "azp": oidctest.ClientID}
		}, nil},
		{"made for another", func(f *fake) { f.token = map[string]any{"azp": "other"} }, oidc.ErrInvalid},
		{"no nonce", func(f *fake) { f.token = map[string]any{"nonce": nil} }, oidc.ErrInvalid},
		{"a nonce of another kind", func(f *fake) { f.token = map[string]any{"nonce": 7} }, oidc.ErrInvalid},
		{"expired", func(f *fake) { f.token = map[string]any{"exp": time.Now().Add(-2 * time.Minute).Unix()} }, oidc.ErrInvalid},
		{"expired by less than clocks differ", func(f *fake) { f.token = map[string]any{"exp": time.Now().Add(-20 * time.Second).Unix()} }, nil},
		{"never expires", func(f *fake) { f.token = map[string]any{"exp": nil} }, oidc.ErrInvalid},
		{"another access token", func(f *fake) { f.token = map[string]any{"at_hash": b64([]byte("sixteen bytes..."))} }, oidc.ErrInvalid},
		{"this access token", func(f *fake) {
			sum := sha256.Sum256([]byte(fakeAccess))
			f.token = map[string]any{"at_hash": b64(sum[:16])}
		}, nil},
		{"nobody", func(f *fake) { f.token = map[string]any{"sub": nil}; f.user = f.token }, oidc.ErrInvalid},
		{"a name on two lines", func(f *fake) { f.token = map[string]any{"sub": "a\nb"}; f.user = f.token }, oidc.ErrInvalid},
		{"a long name", func(f *fake) { f.token = map[string]any{"sub": strings.Repeat("x", 256)}; f.user = f.token }, oidc.ErrInvalid},
		{"userinfo of somebody else", func(f *fake) { f.user = map[string]any{"sub": "paul"} }, oidc.ErrInvalid},
		{"userinfo of nobody", func(f *fake) { f.user = map[string]any{"sub": nil} }, oidc.ErrInvalid},
		{"userinfo signed", func(f *fake) { f.signInfo = rs256; f.user = map[string]any{"iss": f.URL, "aud": oidctest.ClientID} }, nil},
		{"userinfo signed by a stranger", func(f *fake) { f.signInfo = byStranger }, oidc.ErrInvalid},
		{"userinfo called signed", func(f *fake) {
			f.signInfo = func(_ *fake, c map[string]any) string { return unsigned("none", c) + "." }
		}, oidc.ErrInvalid},
		{"userinfo for another", func(f *fake) { f.signInfo = rs256; f.user = map[string]any{"aud": "other"} }, oidc.ErrInvalid},
		{"userinfo from another", func(f *fake) { f.signInfo = rs256; f.user = map[string]any{"iss": "https://other.example"} }, oidc.ErrInvalid},
		{"userinfo refuses", func(f *fake) { f.answers["/userinfo"] = status(http.StatusUnauthorized) }, oidc.ErrRefused},
		{"userinfo fails", func(f *fake) { f.answers["/userinfo"] = status(http.StatusBadGateway) }, oidc.ErrUnreachable},
		{"userinfo is no JSON", func(f *fake) { f.answers["/userinfo"] = status(http.StatusOK) }, oidc.ErrInvalid},
		{"userinfo is huge", func(f *fake) { f.answers["/userinfo"] = huge }, oidc.ErrUnreachable},
		{"token is huge", func(f *fake) { f.answers["/token"] = huge }, oidc.ErrUnreachable},
		{"token is slow", func(f *fake) { f.answers["/token"] = slow }, oidc.ErrUnreachable},
		{"token elsewhere", func(f *fake) {
			f.answers["/token"] = http.RedirectHandler("/keys", http.StatusTemporaryRedirect).ServeHTTP
		}, oidc.ErrRefused},
		{"keys fail", func(f *fake) { f.answers["/keys"] = status(http.StatusServiceUnavailable) }, oidc.ErrUnreachable},
		{"keys are huge", func(f *fake) { f.answers["/keys"] = huge }, oidc.ErrUnreachable},
		{"keys are none", func(f *fake) {
			f.answers["/keys"] = func(w http.ResponseWriter, _ *http.Request) { reply(w, map[string]any{"keys": nil}) }
		}, oidc.ErrInvalid},
		{"discovery is huge", func(f *fake) { f.answers["/.well-known/openid-configuration"] = huge }, oidc.ErrUnreachable},
		{"discovery is slow", func(f *fake) { f.answers["/.well-known/openid-configuration"] = slow }, oidc.ErrUnreachable},
		{"discovery is not there", func(f *fake) { f.answers["/.well-known/openid-configuration"] = http.NotFound }, oidc.ErrInvalid},
		{"discovery elsewhere", func(f *fake) {
			f.answers["/.well-known/openid-configuration"] = http.RedirectHandler("https://other.example/", http.StatusFound).ServeHTTP
		}, oidc.ErrInvalid},
		{"another name", func(f *fake) { f.about = map[string]any{"issuer": "https://other.example"} }, oidc.ErrInvalid},
		{"people sent over plain http", func(f *fake) { f.about = map[string]any{"authorization_endpoint": "http://id.example/a"} }, oidc.ErrInvalid},
		{"people sent to a script", func(f *fake) { f.about = map[string]any{"authorization_endpoint": "javascript:alert(1)"} }, oidc.ErrInvalid},
		{"secret over plain http", func(f *fake) { f.about = map[string]any{"token_endpoint": "http://id.example/t"} }, oidc.ErrInvalid},
		{"end of session over plain http", func(f *fake) { f.about = map[string]any{"end_session_endpoint": "http://id.example/e"} }, oidc.ErrInvalid},
		{"no keys announced", func(f *fake) { f.about = map[string]any{"jwks_uri": nil} }, oidc.ErrInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			tt.spoil(f)
			wait := 5 * time.Second
			if strings.Contains(tt.name, "slow") {
				wait = 200 * time.Millisecond
			}
			began := time.Now()
			got, err := f.finish(t, settings(f.URL), wait)
			mustFail(t, err, tt.want)
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("took %s", took)
			}
			switch {
			case err == nil && (got.Subject != "claire" || got.Email != fakeEmail || !got.EmailVerified):
				t.Errorf("got %+v", got)
			case err != nil && got != oidc.Identity{}:
				t.Errorf("%+v comes with %v", got, err)
			case err != nil:
				for _, secret := range []string{fakeAccess, fakeCode, fakeEmail, oidctest.ClientSecret} {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("a log would read %v", err)
					}
				}
				if len(err.Error()) > 400 || strings.ContainsAny(err.Error(), "\r\n") {
					t.Errorf("a log would read %q", err)
				}
			}
		})
	}
}

func TestLevelOfAssuranceNotReached(t *testing.T) {
	f := newFake(t)
	s := settings(f.URL)
	s.ACR = []string{"eidas2"}
	f.token = map[string]any{"acr": "eidas1"}
	_, err := f.finish(t, s, time.Second)
	mustFail(t, err, oidc.ErrRefused)
	f.token = nil
	_, err = f.finish(t, s, time.Second)
	mustFail(t, err, oidc.ErrRefused)
	_, address := begin(t, oidc.New(s, time.Now))
	if !strings.Contains(address, "acr_values=eidas2") { // it takes no claims parameter
		t.Errorf("sent to %s", address)
	}
}

// TestUserInfoCompletesTheToken: what the token says and UserInfo leaves out stays.
func TestUserInfoCompletesTheToken(t *testing.T) {
	f := newFake(t)
	f.token = map[string]any{"given_name": "Claire", "email": "old@ville.example", "email_verified": true}
	f.user = map[string]any{"usual_name": " Le\tGall ", "family_name": "x", "email_verified": "true", "siret": "111 111 111 00006"}
	got, err := f.finish(t, settings(f.URL), time.Second)
	if err != nil || got.GivenName != "Claire" || got.FamilyName != "Le Gall" || got.Email != fakeEmail || got.SIRET != "11111111100006" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestNoEndOfSession: a provider that announces none.
func TestNoEndOfSession(t *testing.T) {
	f := newFake(t)
	if end, ok := oidc.New(settings(f.URL), time.Now).EndSession(t.Context(), "x", redirect, "s"); ok {
		t.Errorf("sent to %s", end)
	}
}

func TestPlainHTTPIssuerIsNotAsked(t *testing.T) {
	_, _, err := oidc.New(settings("http://id.example"), time.Now).Begin(t.Context())
	mustFail(t, err, oidc.ErrInvalid)
}

// TestOneQuestionForAll: whoever comes while the provider is asked waits for that
// answer, and one who leaves takes it from nobody.
func TestOneQuestionForAll(t *testing.T) {
	f := newFake(t)
	start := make(chan struct{})
	f.answers["/.well-known/openid-configuration"] = func(w http.ResponseWriter, r *http.Request) {
		<-start
		delete(f.answers, r.URL.Path)
		f.ServeHTTP(w, r)
		f.asked.Add(-1)
	}
	p := oidc.New(settings(f.URL), time.Now)
	gone, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() { _, _, err := p.Begin(gone); left <- err }()
	for f.asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	leave()
	mustFail(t, <-left, oidc.ErrUnreachable)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if _, _, err := p.Begin(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	all.Wait()
	if n := f.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// TestWhenTheIssuerIsAskedAgain: not after each failure, and once a day after that.
func TestWhenTheIssuerIsAskedAgain(t *testing.T) {
	f := newFake(t)
	var down atomic.Bool
	down.Store(true)
	f.answers["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		reply(w, map[string]any{"issuer": f.URL, "authorization_endpoint": f.URL + "/authorize", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys"})
	}
	var c clock
	p := oidc.New(settings(f.URL), c.now)
	ask := func(want error, times int64) {
		t.Helper()
		_, _, err := p.Begin(t.Context())
		mustFail(t, err, want)
		for range 100 { // an old answer is renewed behind who asks
			if f.asked.Load() >= times {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n := f.asked.Load(); n != times {
			t.Errorf("asked %d times, want %d", n, times)
		}
	}
	ask(oidc.ErrUnreachable, 1)
	ask(oidc.ErrUnreachable, 1)
	c.advance(11 * time.Second)
	ask(oidc.ErrUnreachable, 2)
	c.advance(11 * time.Second)
	down.Store(false)
	ask(nil, 3)
	c.advance(23 * time.Hour)
	ask(nil, 3)
	down.Store(true)
	c.advance(2 * time.Hour)
	ask(nil, 4) // it is down, and what it said yesterday still holds
}

func TestErrorsHaveOneKind(t *testing.T) {
	f := newFake(t)
	f.answers["/token"] = status(http.StatusInternalServerError)
	_, err := f.finish(t, settings(f.URL), time.Second)
	own := (*oidc.Error)(nil)
	if !errors.As(err, &own) || !errors.Is(own.Kind, oidc.ErrUnreachable) || !strings.Contains(own.Detail, "500") {
		t.Errorf("got %v", err)
	}
}
