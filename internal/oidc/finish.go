package oidc

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	finishTime = 10 * time.Second // for the code, the keys and the claims together
	maxParam   = 4096             // bytes of one parameter of an answer
)

// Finish takes the query with which the provider sent the person back, and says
// who it is. The caller has taken the attempt away from the browser.
func (p *Provider) Finish(ctx context.Context, a Attempt, query url.Values) (Identity, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), finishTime)
	defer cancel()
	back, err := p.read(a, query)
	if err != nil {
		return Identity{}, err
	}
	m, err := p.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	if m.Iss && back.iss == "" {
		return Identity{}, failure(ErrInvalid, "the answer does not name its issuer")
	}
	if err := back.refused(); err != nil {
		return Identity{}, err
	}
	token, err := m.oauth.Exchange(ctx, back.code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Identity{}, exchangeFailure(err)
	}
	said, raw, err := p.identify(ctx, m, a, token)
	if err != nil {
		return Identity{}, err
	}
	if m.UserInfo != "" && p.wants(said) {
		if said, err = p.complete(ctx, m, said, token.AccessToken); err != nil {
			return Identity{}, err
		}
	}
	return p.identity(said, raw), nil
}

// comeback is the query of an answer.
type comeback struct{ state, iss, refusal, description, code string }

// readQuery reads it, each parameter once.
func readQuery(query url.Values) (comeback, error) {
	var c comeback
	for name, into := range map[string]*string{
		"state": &c.state, "iss": &c.iss, "error": &c.refusal, "error_description": &c.description, "code": &c.code,
	} {
		values := query[name]
		if len(values) > 1 || len(values) == 1 && len(values[0]) > maxParam {
			return comeback{}, failure(ErrInvalid, name+" is given twice, or too long")
		}
		*into = query.Get(name)
	}
	return c, nil
}

// read holds an answer to the attempt before anything in it is believed.
func (p *Provider) read(a Attempt, query url.Values) (comeback, error) {
	back, err := readQuery(query)
	if err != nil {
		return comeback{}, err
	}
	if !a.is(back.state) {
		return comeback{}, failure(ErrInvalid, "the answer is not that of the attempt (state)")
	}
	if age := p.now().Sub(a.Started); age > AttemptLifetime || age < -leeway {
		return comeback{}, failure(ErrExpired, "begun "+age.Round(time.Second).String()+" ago")
	}
	if back.iss != "" && back.iss != p.settings.Issuer {
		return comeback{}, failure(ErrInvalid, "the answer is from another issuer")
	}
	return back, nil
}

// is reports whether an answer belongs to the attempt; none belongs to an empty one.
func (a Attempt) is(state string) bool {
	whole := a.State != "" && a.Nonce != "" && a.Verifier != ""
	return whole && subtle.ConstantTimeCompare([]byte(state), []byte(a.State)) == 1
}

// refused is what the provider says instead of a code.
func (c comeback) refused() error {
	switch {
	case c.refusal == "access_denied":
		return failure(ErrDenied, c.refusal)
	case c.refusal != "":
		return failure(ErrRefused, c.refusal+": "+c.description)
	case c.code == "":
		return failure(ErrInvalid, "neither code nor error")
	}
	return nil
}

// exchangeFailure tells a code that is not taken from a provider out of order. The
// body stays out of it: nobody knows what it repeats.
func exchangeFailure(err error) error {
	if answer := (*oauth2.RetrieveError)(nil); errors.As(err, &answer) {
		return failure(ErrRefused, "token: "+answer.Response.Status+" "+answer.ErrorCode)
	}
	return kindOf(err, ErrInvalid, "token")
}

// identify verifies the ID token and reads what it says.
func (p *Provider) identify(ctx context.Context, m *metadata, a Attempt, token *oauth2.Token) (claims, string, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return claims{}, "", failure(ErrInvalid, "no ID token")
	}
	verified, err := verify(ctx, m.verifier, raw, "ID token")
	if err != nil {
		return claims{}, "", err
	}
	var payload json.RawMessage
	if err := verified.Claims(&payload); err != nil {
		return claims{}, "", failure(ErrInvalid, "ID token: "+err.Error())
	}
	said, err := readClaims(payload)
	if err != nil {
		return claims{}, "", failure(ErrInvalid, "ID token: "+err.Error())
	}
	if verified.AccessTokenHash != "" && verified.VerifyAccessToken(token.AccessToken) != nil {
		return claims{}, "", failure(ErrInvalid, "ID token: of another access token (at_hash)")
	}
	return said, raw, p.hold(a, said)
}

// hold checks of an ID token what its verifier leaves to the client.
func (p *Provider) hold(a Attempt, said claims) error {
	switch {
	case subtle.ConstantTimeCompare([]byte(said.Nonce), []byte(a.Nonce)) != 1:
		return failure(ErrInvalid, "ID token: of another attempt (nonce)")
	case said.AuthorizedParty != "" && said.AuthorizedParty != text(p.settings.ClientID),
		said.AuthorizedParty == "" && len(said.Audience) > 1:
		return failure(ErrInvalid, "ID token: made for another client (azp)")
	case len(p.settings.ACR) > 0 && !slices.Contains(p.settings.ACR, string(said.ACR)):
		return failure(ErrRefused, "level of assurance "+string(said.ACR))
	}
	return nil
}

// wants reports whether the ID token leaves out what UserInfo may tell.
func (p *Provider) wants(said claims) bool {
	return said.Email == "" || said.SIRET == "" && slices.Contains(p.settings.Scopes, "siret")
}

// complete asks UserInfo for what the ID token leaves out. Its answer counts only
// when it is about the same person.
func (p *Provider) complete(ctx context.Context, m *metadata, of claims, accessToken string) (claims, error) {
	payload, err := p.userInfo(ctx, m, accessToken)
	if err != nil {
		return claims{}, err
	}
	said, err := readClaims(payload)
	switch {
	case err != nil:
		return claims{}, failure(ErrInvalid, "userinfo: "+err.Error())
	case said.Subject != of.Subject:
		return claims{}, failure(ErrInvalid, "userinfo: about somebody else (sub)")
	case said.Issuer != "" && said.Issuer != text(p.settings.Issuer):
		return claims{}, failure(ErrInvalid, "userinfo: from another issuer")
	case said.Audience != nil && !slices.Contains(said.Audience, p.settings.ClientID):
		return claims{}, failure(ErrInvalid, "userinfo: made for another client")
	}
	return said.over(of), nil
}

// userInfo gives the claims as JSON, whether the provider signs them or not.
func (p *Provider) userInfo(ctx context.Context, m *metadata, accessToken string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, m.UserInfo, nil)
	if err != nil {
		return nil, failure(ErrInvalid, "userinfo: "+err.Error())
	}
	req.Header.Set("Authorization", "Bearer "+accessToken)
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, kindOf(err, ErrUnreachable, "userinfo")
	}
	defer resp.Body.Close() //nolint:errcheck // in memory already
	if resp.StatusCode != http.StatusOK {
		return nil, failure(ErrRefused, "userinfo: "+resp.Status)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, failure(ErrUnreachable, "userinfo: "+err.Error())
	}
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind != "application/jwt" {
		return body, nil
	}
	signed, err := verify(ctx, m.userinfo, string(body), "userinfo")
	if err != nil {
		return nil, err
	}
	var payload json.RawMessage
	if err := signed.Claims(&payload); err != nil {
		return nil, failure(ErrInvalid, "userinfo: "+err.Error())
	}
	return payload, nil
}
