package oidc

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sourcier/internal/structure"
)

func TestIdentityKeepsWhatHolds(t *testing.T) {
	tests := []struct {
		name, claims string
		want         Identity
	}{
		{"nothing but a subject", `{"sub":"a"}`, Identity{Subject: "a"}},
		{"odd kinds", `{"sub":"a","email":7,"given_name":["x"],"siret":11111111100006,"usual_name":null}`, Identity{Subject: "a"}},
		{"verified by a word", `{"sub":"a","email":"a@b.fr","email_verified":"true"}`, Identity{Subject: "a", Email: "a@b.fr", EmailVerified: true}},
		{"verified by a number", `{"sub":"a","email":"a@b.fr","email_verified":1}`, Identity{Subject: "a", Email: "a@b.fr"}},
		{"nothing verified", `{"sub":"a","email_verified":true}`, Identity{Subject: "a"}},
		{"no address", `{"sub":"a","email":"nobody","email_verified":true}`, Identity{Subject: "a"}},
		{"an address on two lines", `{"sub":"a","email":"a@b.fr\nBcc: c@d.fr","email_verified":true}`, Identity{Subject: "a"}},
		{"a long address", `{"sub":"a","email":"` + strings.Repeat("x", 260) + `@b.fr"}`, Identity{Subject: "a"}},
		{"name in use first", `{"sub":"a","usual_name":"Le Gall","family_name":"Martin"}`, Identity{Subject: "a", FamilyName: "Le Gall"}},
		{"family name else", `{"sub":"a","usual_name":" ","family_name":"Martin"}`, Identity{Subject: "a", FamilyName: "Martin"}},
		{"a name with orders for a terminal", `{"sub":"a","given_name":"\u001b[31mJean\u202e  Marc"}`, Identity{Subject: "a", GivenName: "[31mJean Marc"}},
		{"SIRET", `{"sub":"a","siret":"11111111100006"}`, Identity{Subject: "a", SIRET: "11111111100006"}},
		{"SIRET with a wrong key", `{"sub":"a","siret":"11111111100007"}`, Identity{Subject: "a"}},
		{"SIRET that lost its zero", `{"sub":"a","siret":"1111111100008"}`, Identity{Subject: "a"}},
		{"SIREN", `{"sub":"a","siret":"200058014"}`, Identity{Subject: "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := readClaims([]byte(tt.claims))
			if err != nil {
				t.Fatal(err)
			}
			p := New(Settings{}, time.Now)
			if got := p.identity(c, ""); got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestAttemptTravelsAsJSON(t *testing.T) {
	a := Attempt{State: "s", Nonce: "n", Verifier: "v", Started: time.Date(2026, 11, 28, 4, 0, 0, 0, time.UTC)}
	sealed, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back Attempt
	if err := json.Unmarshal(sealed, &back); err != nil || back != a {
		t.Errorf("%s became %+v, %v", sealed, back, err)
	}
}

func TestSecure(t *testing.T) {
	for address, want := range map[string]bool{
		"https://id.example/api/v2": true, "http://localhost:3000": true, "http://127.0.0.1:1": true, "http://[::1]:1": true,
		"http://id.example": false, "ftp://localhost": false, "https://": false, "id.example": false, "": false,
		"http://localhost.example": false, "http://127.0.0.1.example": false, "javascript:alert(1)": false,
	} {
		if Secure(address) != want {
			t.Errorf("Secure(%q) = %v", address, !want)
		}
	}
}

// FuzzClaims: whatever a provider says, what is kept is bounded, of one line, and
// a SIRET is one.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{
		`{"sub":"a","aud":["b"],"email":"a@b.fr","email_verified":"true","given_name":"É","usual_name":"x","siret":"11111111100006"}`,
		`{"sub":"a","aud":"b","email":"a@b","email_verified":false,"siret":"111 111 111 00006","family_name":"\ud800"}`,
		`{"sub":1}`, `[]`, `null`, `{"sub":"a","aud":{}}`, "{\"sub\":\"\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	p := New(Settings{TrustEmail: true}, time.Now)
	f.Fuzz(func(t *testing.T, payload []byte) {
		c, err := readClaims(payload)
		if err != nil {
			return
		}
		id := p.identity(c.over(c), "")
		for what, s := range map[string]string{"subject": id.Subject, "email": id.Email, "given name": id.GivenName, "family name": id.FamilyName} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\r\n\x00") || utf8.RuneCountInString(s) > maxSubject || strings.TrimSpace(s) != s {
				t.Errorf("%s %q", what, s)
			}
		}
		if id.Subject == "" || id.SIRET != "" && !structure.ValidSIRET(id.SIRET) || id.EmailVerified && id.Email == "" {
			t.Errorf("%+v", id)
		}
	})
}

// FuzzAnswer: no query gets past an attempt whose state it does not know.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{"state=s&code=c", "state=s&error=access_denied", "state=&code=c", "state=s&state=s&code=c", "iss=x&state=s", "%zz"} {
		f.Add(seed)
	}
	p := New(Settings{Issuer: "https://id.example"}, time.Now)
	f.Fuzz(func(t *testing.T, raw string) {
		query, _ := url.ParseQuery(raw)
		a := Attempt{State: "s", Nonce: "n", Verifier: "v", Started: time.Now()}
		back, err := p.read(a, query)
		if err == nil && (query.Get("state") != "s" || len(query["state"]) != 1 || back.iss != "" && back.iss != "https://id.example") {
			t.Errorf("%q was taken: %+v", raw, back)
		}
		if err == nil && back.refused() == nil && back.code == "" {
			t.Errorf("%q: neither code nor refusal", raw)
		}
		if err != nil && (len(err.Error()) > 1000 || strings.ContainsAny(err.Error(), "\r\n")) {
			t.Errorf("a log would read %q", err)
		}
	})
}
