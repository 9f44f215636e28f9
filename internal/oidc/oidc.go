// Package oidc signs people in with an account that they have elsewhere: it is a
// client of one OpenID Connect provider, by the authorization code flow with PKCE.
// ProConnect, which serves professionals and tells the SIRET of their employer, is
// such a provider. It keeps nothing of a sign-in: what must be known when the
// person comes back is an Attempt, which the caller seals and gives to the browser.
package oidc

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Settings say who the provider is and what the portal is to it.
type Settings struct {
	Issuer       string // https URL, or http on this machine; exactly as the provider writes it
	ClientID     string
	ClientSecret string
	RedirectURL  string   // where the provider sends people back, as registered with it
	Name         string   // what people call the provider
	Scopes       []string // with "openid"; none = DefaultScopes
	// ACR lists the levels of assurance that are accepted (acr values); none = any.
	ACR []string
	// TrustEmail takes an address as verified when the provider does not say whether
	// it is, as ProConnect never does. One that it says is not verified stays so.
	TrustEmail bool
}

// DefaultScopes are those of ProConnect that the portal has a use for.
func DefaultScopes() []string {
	return []string{"openid", "given_name", "usual_name", "email", "siret"}
}

// The kinds of failure, for errors.Is; the page that people see words them.
var (
	ErrDenied      = errors.New("the person declined")
	ErrExpired     = errors.New("the attempt is too old")
	ErrRefused     = errors.New("the provider refused")
	ErrUnreachable = errors.New("the provider does not answer")
	// ErrInvalid is an answer that does not hold together: forged, of another attempt,
	// or from a provider that breaks the protocol.
	ErrInvalid = errors.New("the answer is not valid")
)

// maxDetail bounds what an error repeats of an answer, in letters.
const maxDetail = 200

// Error is a failure with what a log may say of it: neither code, token nor address.
type Error struct {
	Kind   error // one of the above
	Detail string
}

func (e *Error) Error() string { return "oidc: " + e.Kind.Error() + ": " + e.Detail }

func (e *Error) Unwrap() error { return e.Kind }

// failure makes an Error of a text that may come from outside: one line of
// printable letters, not too many.
func failure(kind error, detail string) *Error {
	return &Error{Kind: kind, Detail: oneLine(detail, maxDetail)}
}

// oneLine keeps the first letters of a text, without control characters and
// repeated spaces.
func oneLine(s string, most int) string {
	if len(s) > 8*most { // at most 4 bytes a letter: nothing that is kept is cut off
		s = s[:8*most]
	}
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s)
	letters := []rune(strings.Join(strings.Fields(s), " "))
	return strings.TrimSpace(string(letters[:min(len(letters), most)]))
}

// Provider is one OpenID Connect provider. It is safe for concurrent use.
type Provider struct {
	settings Settings
	client   *http.Client
	now      func() time.Time

	mu       sync.Mutex
	known    *metadata  // what the provider last said of itself, nil = nothing yet
	running  *discovery // under way, nil = none
	failedAt time.Time  // of the last discovery that failed
	failed   error
}

// New makes a provider and asks it nothing: the portal starts while it is down.
func New(s Settings, now func() time.Time) *Provider {
	if len(s.Scopes) == 0 {
		s.Scopes = DefaultScopes()
	}
	return &Provider{settings: s, client: newClient(), now: now}
}

// Name is what people call the provider.
func (p *Provider) Name() string { return p.settings.Name }
