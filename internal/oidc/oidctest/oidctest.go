// Package oidctest starts a real OpenID Connect provider (npm oidc-provider, by
// scripts/oidc/provider.mjs) for tests, and goes through its pages as a browser does.
package oidctest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// The portal as every provider of this package knows it.
const (
	ClientID     = "sourcier"
	ClientSecret = "a secret of the tests, not of anybody"
	redirectPath = "/connexion/oidc/retour"
	afterLogout  = "/"
)

// everywhere gives a path of the portal on this machine; the provider takes any port.
func everywhere(path string) []string {
	return []string{"http://127.0.0.1" + path, "http://localhost" + path}
}

// Account is somebody whom the provider knows; Login is what its form asks for.
type Account struct {
	Login         string `json:"login"`
	Email         string `json:"email,omitempty"`
	EmailVerified *bool  `json:"email_verified,omitempty"`
	GivenName     string `json:"given_name,omitempty"`
	UsualName     string `json:"usual_name,omitempty"`
	SIRET         string `json:"siret,omitempty"`
	ACR           string `json:"acr,omitempty"` // level that the account signs in at
}

// Nadia works for an establishment, and her address is verified.
func Nadia() Account {
	yes := true
	return Account{Login: "nadia", Email: "nadia.benali@ville.example", EmailVerified: &yes, GivenName: "Nadia", UsualName: "Benali", SIRET: "11111111100006", ACR: "eidas1"}
}

// Paul works for nobody, and his address is not verified.
func Paul() Account {
	no := false
	return Account{Login: "paul", Email: "paul.martin@courriel.example", EmailVerified: &no, GivenName: "Paul", UsualName: "Martin", ACR: "eidas1"}
}

// Options make a provider unlike the usual one.
type Options struct {
	Port           int       // 0 = a free one
	Accounts       []Account // none = Nadia and Paul
	AuthMethod     string    // of the client at the token endpoint, "" = client_secret_post, as ProConnect's
	Algorithm      string    // of signatures, "" = RS256
	SignedUserInfo bool      // UserInfo is a signed JWT, as ProConnect's
	ClaimsInToken  bool      // the ID token has all claims
}

// Provider is one that runs.
type Provider struct {
	Issuer string
	Port   int

	t    testing.TB
	stop func()
}

const startTime = 30 * time.Second // of a busy machine

// Start runs a provider until the test ends. Without Node.js or its packages the
// test is left out, or fails with CI=true.
func Start(t testing.TB, o Options) *Provider {
	t.Helper()
	script := filepath.Join(root(t), "scripts", "oidc", "provider.mjs")
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(filepath.Dir(script), "..", "node_modules", "oidc-provider"))
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no OpenID Connect provider to test against: %v", err)
		}
		t.Skipf("not run: the test provider needs Node.js and « npm ci » in scripts (scripts/test does both): %v", err)
	}
	p := &Provider{t: t}
	p.run(exec.Command(node, script), o) //nolint:gosec // our own script
	t.Cleanup(p.Stop)
	return p
}

func root(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(strings.TrimSpace(string(out)))
}

func (p *Provider) run(cmd *exec.Cmd, o Options) {
	p.t.Helper()
	settings, err := json.Marshal(o.settings())
	if err != nil {
		p.t.Fatal(err)
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.stop = sync.OnceFunc(func() {
		_ = stdin.Close() // which ends it
		_ = cmd.Wait()
	})
	late := time.AfterFunc(startTime, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	_, err = stdin.Write(append(settings, '\n'))
	line, readErr := bufio.NewReader(stdout).ReadString('\n')
	if err = errors.Join(err, readErr); err != nil {
		p.stop()
		p.t.Fatalf("the test provider did not start: %v\n%s", err, &stderr)
	}
	p.Issuer = strings.TrimSpace(line)
	u, err := url.Parse(p.Issuer)
	if err != nil {
		p.t.Fatal(err)
	}
	if p.Port, err = net.LookupPort("tcp", u.Port()); err != nil {
		p.t.Fatal(err)
	}
}

func (o Options) settings() map[string]any {
	if o.Accounts == nil {
		o.Accounts = []Account{Nadia(), Paul()}
	}
	if o.AuthMethod == "" {
		o.AuthMethod = "client_secret_post"
	}
	return map[string]any{
		"port": o.Port, "accounts": o.Accounts, "authMethod": o.AuthMethod, "algorithm": o.Algorithm,
		"signedUserInfo": o.SignedUserInfo, "claimsInToken": o.ClaimsInToken,
		"clientID": ClientID, "clientSecret": ClientSecret, "redirects": everywhere(redirectPath), "afterLogout": everywhere(afterLogout),
	}
}

// Stop ends the provider; a new one may have its port.
func (p *Provider) Stop() { p.stop() }

// Login goes from the address that the portal sends people to through the form of
// the provider, and gives the address that it sends them back to, unvisited.
func (p *Provider) Login(address, login string) *url.URL {
	p.t.Helper()
	return p.submit(address, url.Values{"login": {login}, "accept": {"1"}})
}

// Refuse does the same and declines.
func (p *Provider) Refuse(address string) *url.URL {
	p.t.Helper()
	return p.submit(address, url.Values{"refuse": {"1"}})
}

var form = regexp.MustCompile(`<form method="post">`)

func (p *Provider) submit(address string, values url.Values) *url.URL {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	var back *url.URL
	browser := &http.Client{Jar: jar, Timeout: startTime, CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(req.URL.String(), p.Issuer) {
			return nil
		}
		back = req.URL
		return http.ErrUseLastResponse
	}}
	page, body := p.visit(browser, http.MethodGet, address, nil)
	if back != nil {
		return back // refused before anybody was asked
	}
	if !form.Match(body) {
		p.t.Fatalf("no form at %s:\n%s", page, body)
	}
	if _, body = p.visit(browser, http.MethodPost, page, values); back == nil {
		p.t.Fatalf("the provider sends nobody back:\n%s", body)
	}
	return back
}

// visit gives the address that a request ends at, and what stands there.
func (p *Provider) visit(browser *http.Client, method, address string, values url.Values) (string, []byte) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, address, strings.NewReader(values.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := browser.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.Request.URL.String(), body
}
