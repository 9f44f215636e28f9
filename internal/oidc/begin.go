package oidc

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// AttemptLifetime is how long somebody may take to sign in at the provider.
const AttemptLifetime = 10 * time.Minute

// Attempt is what must be known when the person comes back from the provider. It
// goes to the browser sealed, and works once: the caller takes it away with the answer.
type Attempt struct {
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"` // of PKCE
	Started  time.Time `json:"t"`
}

// Begin starts a sign-in: the attempt to keep, the address to send the person to.
// It answers within some seconds even when the provider does not.
func (p *Provider) Begin(ctx context.Context) (Attempt, string, error) {
	m, err := p.discover(ctx)
	if err != nil {
		return Attempt{}, "", err
	}
	a := Attempt{State: rand.Text() + rand.Text(), Nonce: rand.Text() + rand.Text(), Verifier: oauth2.GenerateVerifier(), Started: p.now()}
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if len(p.settings.ACR) > 0 {
		options = append(options, m.assurance(p.settings.ACR))
	}
	return a, m.oauth.AuthCodeURL(a.State, options...), nil
}

// assurance asks for one of the levels: as a claim that is essential, which is how
// ProConnect wants it, or by the older parameter where claims cannot be asked for.
func (a announced) assurance(levels []string) oauth2.AuthCodeOption {
	if !a.Claims {
		return oauth2.SetAuthURLParam("acr_values", strings.Join(levels, " "))
	}
	type wanted struct {
		Essential bool     `json:"essential"`
		Values    []string `json:"values"`
	}
	claims, _ := json.Marshal(map[string]map[string]wanted{"id_token": {"acr": {true, levels}}}) // strings always encode
	return oauth2.SetAuthURLParam("claims", string(claims))
}

// EndSession gives the address at which the provider ends its own session and
// sends the person back to postLogout, which is registered with it. Without the ID
// token of the sign-in most providers ask the person first. ok is false when it has
// no such address, or does not answer: then only the portal's session ends.
func (p *Provider) EndSession(ctx context.Context, idToken, postLogout, state string) (address string, ok bool) {
	m, err := p.discover(ctx)
	if err != nil || m.EndSession == "" {
		return "", false
	}
	u, err := url.Parse(m.EndSession)
	if err != nil {
		return "", false
	}
	q := u.Query()
	if idToken != "" { // it names the client, too, and ProConnect wants no more
		q.Set("id_token_hint", idToken)
	} else {
		q.Set("client_id", p.settings.ClientID)
	}
	q.Set("post_logout_redirect_uri", postLogout)
	q.Set("state", state)
	u.RawQuery = q.Encode()
	return u.String(), true
}
