package oidc

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	keepFor    = 24 * time.Hour   // what a provider says of itself is asked again then, while the old is used
	retryAfter = 10 * time.Second // after a failure nobody asks, so that nobody waits
	leeway     = time.Minute      // by which clocks may differ
)

// metadata is what a provider says of itself, and what follows from it.
type metadata struct {
	at       time.Time
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	userinfo *oidc.IDTokenVerifier // of signed answers of UserInfo: signature only
	announced
}

// announced are the fields of the discovery document that go-oidc has no name for.
type announced struct {
	Auth        string   `json:"authorization_endpoint"`
	Token       string   `json:"token_endpoint"`
	Keys        string   `json:"jwks_uri"`
	UserInfo    string   `json:"userinfo_endpoint"`
	EndSession  string   `json:"end_session_endpoint"`
	AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	Algorithms  []string `json:"id_token_signing_alg_values_supported"`
	InfoAlgs    []string `json:"userinfo_signing_alg_values_supported"`
	Claims      bool     `json:"claims_parameter_supported"`
	Iss         bool     `json:"authorization_response_iss_parameter_supported"`
}

// discovery is one question that everybody waits for.
type discovery struct {
	done  chan struct{}
	known *metadata
	err   error
}

// discover gives what is known of the provider, and asks it when that is nothing or
// old. One question at a time; who comes meanwhile waits for its answer.
func (p *Provider) discover(ctx context.Context) (*metadata, error) {
	known, running, err := p.look(ctx)
	if running == nil {
		return known, err
	}
	select {
	case <-running.done:
		return running.known, running.err
	case <-ctx.Done():
		return nil, failure(ErrUnreachable, ctx.Err().Error())
	}
}

func (p *Provider) look(ctx context.Context) (*metadata, *discovery, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	fresh := p.known != nil && now.Sub(p.known.at) < keepFor
	if !fresh && p.running == nil && now.Sub(p.failedAt) >= retryAfter {
		p.running = &discovery{done: make(chan struct{})}
		// The question outlives who asked it first: others wait for it.
		go p.ask(context.WithoutCancel(ctx), p.running)
	}
	switch {
	case p.known != nil:
		return p.known, nil, nil
	case p.running != nil:
		return nil, p.running, nil
	}
	return nil, nil, p.failed
}

func (p *Provider) ask(ctx context.Context, d *discovery) {
	d.known, d.err = p.fetch(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = nil
	if d.err != nil {
		p.failed, p.failedAt = d.err, p.now()
	} else {
		p.known = d.known
	}
	close(d.done)
}

// fetch reads the discovery document. Keys are fetched when a signature is first verified.
func (p *Provider) fetch(ctx context.Context) (*metadata, error) {
	ctx = oidc.ClientContext(ctx, p.client)
	provider, err := oidc.NewProvider(ctx, p.settings.Issuer)
	if mismatch := (*oidc.IssuerMismatchError)(nil); errors.As(err, &mismatch) {
		return nil, failure(ErrInvalid, "discovery: the issuer calls itself "+mismatch.Discovered)
	}
	if err != nil {
		return nil, kindOf(err, ErrInvalid, "discovery")
	}
	m := &metadata{at: p.now()}
	if err := provider.Claims(&m.announced); err != nil {
		return nil, failure(ErrInvalid, "discovery: "+err.Error())
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	m.oauth = oauth2.Config{
		ClientID: p.settings.ClientID, ClientSecret: p.settings.ClientSecret,
		RedirectURL: p.settings.RedirectURL, Scopes: p.settings.Scopes,
		Endpoint: oauth2.Endpoint{AuthURL: m.Auth, TokenURL: m.Token, AuthStyle: m.authStyle()},
	}
	keys := keySet{oidc.NewRemoteKeySet(ctx, m.Keys)}
	m.verifier = oidc.NewVerifier(p.settings.Issuer, keys, &oidc.Config{
		ClientID: p.settings.ClientID, SupportedSigningAlgs: asymmetric(m.Algorithms),
		Now: func() time.Time { return p.now().Add(-leeway) },
	})
	m.userinfo = oidc.NewVerifier(p.settings.Issuer, keys, &oidc.Config{
		SkipClientIDCheck: true, SkipExpiryCheck: true, SkipIssuerCheck: true, SupportedSigningAlgs: asymmetric(m.InfoAlgs),
	})
	return m, nil
}

// check refuses endpoints that are missing or would be read on their way.
func (a announced) check() error {
	for name, url := range map[string]string{"authorization": a.Auth, "token": a.Token, "keys": a.Keys} {
		if !Secure(url) {
			return failure(ErrInvalid, "discovery: no safe address of "+name)
		}
	}
	for name, url := range map[string]string{"userinfo": a.UserInfo, "end of session": a.EndSession} {
		if url != "" && !Secure(url) {
			return failure(ErrInvalid, "discovery: no safe address of "+name)
		}
	}
	return nil
}

// authStyle is how the portal shows its secret. In the body wherever the provider
// takes that, since ProConnect takes nothing else; by header, which every provider
// must know, where it does not say. Trying both would use a code twice.
func (a announced) authStyle() oauth2.AuthStyle {
	if slices.Contains(a.AuthMethods, "client_secret_post") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// asymmetric keeps the algorithms that a public key verifies, RS256 when none is
// announced. HS256 would have the client's secret vouch for who signs in.
func asymmetric(announced []string) []string {
	known := []string{
		oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512,
		oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
	}
	var kept []string
	for _, alg := range known {
		if slices.Contains(announced, alg) {
			kept = append(kept, alg)
		}
	}
	if kept == nil {
		return []string{oidc.RS256}
	}
	return kept
}

// keySet keeps apart a signature that does not hold from keys that could not be
// had, which the verifier tells as one text.
type keySet struct{ *oidc.RemoteKeySet }

type keyTrouble struct{}

func (k keySet) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.RemoteKeySet.VerifySignature(ctx, jwt)
	if trouble, ok := ctx.Value(keyTrouble{}).(*error); ok {
		*trouble = err
	}
	return payload, err
}

// verify checks a signed text, and tells failures by their kind.
func verify(ctx context.Context, v *oidc.IDTokenVerifier, raw, what string) (*oidc.IDToken, error) {
	var trouble error
	token, err := v.Verify(context.WithValue(ctx, keyTrouble{}, &trouble), raw)
	switch {
	case err == nil:
		return token, nil
	case trouble != nil:
		return nil, kindOf(trouble, ErrInvalid, what)
	}
	return nil, failure(ErrInvalid, what+": "+err.Error())
}
