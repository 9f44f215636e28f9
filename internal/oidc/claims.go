package oidc

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"

	"sourcier/internal/structure"
)

// Identity is who signed in, as the provider vouches for it. Issuer and Subject
// together name the account and never change; the rest is what it says today.
type Identity struct {
	Issuer, Subject string
	Email           string // as the provider writes it, "" = none
	EmailVerified   bool
	GivenName       string
	FamilyName      string // the name in use (usual_name of ProConnect), else family_name
	SIRET           string // of the employer, valid; "" = none
	IDToken         string // for EndSession
}

// Bounds of what is taken from a provider, in letters.
const (
	maxSubject = 255 // of the standard
	maxEmail   = 254
	maxName    = 100
)

// claims is what a provider says of a person, in an ID token or in UserInfo.
type claims struct {
	Issuer          text     `json:"iss"`
	Audience        audience `json:"aud"`
	Subject         text     `json:"sub"`
	AuthorizedParty text     `json:"azp"`
	Nonce           text     `json:"nonce"`
	ACR             text     `json:"acr"`
	Email           text     `json:"email"`
	EmailVerified   *truth   `json:"email_verified"`
	GivenName       text     `json:"given_name"`
	UsualName       text     `json:"usual_name"`
	FamilyName      text     `json:"family_name"`
	SIRET           text     `json:"siret"`
}

// text is a claim that should be a string; another kind of value is none, so that
// one odd claim keeps nobody out.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*t = text(s)
	}
	return nil
}

// truth is true for true and "true", as some providers write it, and nothing else.
type truth bool

func (t *truth) UnmarshalJSON(b []byte) error {
	*t = string(b) == "true" || string(b) == `"true"`
	return nil
}

// audience is one client or several.
type audience []string

func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

// readClaims reads a JSON object about a person, who must have a name for programs.
func readClaims(payload []byte) (claims, error) {
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil {
		return claims{}, errors.New("no JSON object of claims")
	}
	if c.Subject == "" || oneLine(string(c.Subject), maxSubject) != string(c.Subject) {
		return claims{}, errors.New("no usable sub")
	}
	return c, nil
}

// over gives the claims with what they leave out taken from others of the same
// person. Whether an address is verified goes with the address.
func (c claims) over(other claims) claims {
	if c.Email == "" {
		c.Email, c.EmailVerified = other.Email, other.EmailVerified
	}
	c.GivenName = cmp.Or(c.GivenName, other.GivenName)
	c.UsualName = cmp.Or(c.UsualName, other.UsualName)
	c.FamilyName = cmp.Or(c.FamilyName, other.FamilyName)
	c.SIRET = cmp.Or(c.SIRET, other.SIRET)
	return c
}

// identity keeps of the claims what the portal has a use for.
func (p *Provider) identity(c claims, idToken string) Identity {
	id := Identity{
		Issuer: p.settings.Issuer, Subject: string(c.Subject), Email: c.email(),
		GivenName:  oneLine(string(c.GivenName), maxName),
		FamilyName: cmp.Or(oneLine(string(c.UsualName), maxName), oneLine(string(c.FamilyName), maxName)),
		SIRET:      c.siret(),
		IDToken:    idToken,
	}
	verified := p.settings.TrustEmail
	if c.EmailVerified != nil {
		verified = bool(*c.EmailVerified)
	}
	id.EmailVerified = verified && id.Email != ""
	return id
}

// email is the address when it can be one; which addresses are good is not for here.
func (c claims) email() string {
	s := strings.TrimSpace(string(c.Email))
	if len(s) > maxEmail || !strings.Contains(s, "@") || oneLine(s, maxEmail) != s {
		return ""
	}
	return s
}

// siret is the number of an establishment when it is one as it stands: nothing is
// mended in what decides for whom somebody acts.
func (c claims) siret() string {
	siret, repaired, err := structure.ParseSIRET(string(c.SIRET))
	if err != nil || repaired {
		return ""
	}
	return siret
}
