package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sourcier/internal/oidc"
	"sourcier/internal/people"
)

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(k string) string { return m[k] }
}

func TestLoadConfigDefaults(t *testing.T) {
	c, err := LoadConfig(env())
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "localhost:8080" || c.Home != "epci:200058014" || c.EITIEnd != "2026-12-22" || c.Production ||
		c.keeping() != people.DefaultKeeping {
		t.Errorf("unexpected defaults: %+v", c)
	}
}

func TestLoadConfigRefuses(t *testing.T) {
	tests := []struct {
		name string
		env  []string
		want string // part of the message
	}{
		{"metrics open to the network", []string{"SOURCIER_METRICS_ADDR", "0.0.0.0:9090"}, "SOURCIER_METRICS_ADDR"},
		{"metrics on every address", []string{"SOURCIER_METRICS_ADDR", ":9090"}, "SOURCIER_METRICS_ADDR"},
		{"metrics on a name", []string{"SOURCIER_METRICS_ADDR", "example.org:9090"}, "SOURCIER_METRICS_ADDR"},
		{"metrics without a port", []string{"SOURCIER_METRICS_ADDR", "localhost"}, "hôte:port"},
		{"port missing", []string{"SOURCIER_ADDR", "localhost"}, "SOURCIER_ADDR"},
		{"unknown store", []string{"SOURCIER_STORE", "postgres://x"}, "mongodb://"},
		{"unknown home", []string{"SOURCIER_HOME_TERRITORY", "epci:1"}, "SOURCIER_HOME_TERRITORY"},
		{"home is France", []string{"SOURCIER_HOME_TERRITORY", "FR"}, "SOURCIER_HOME_TERRITORY"},
		{"base URL with a path", []string{"SOURCIER_BASE_URL", "https://a.example/x"}, "sans chemin"},
		{"base URL with a password", []string{"SOURCIER_BASE_URL", "https://u:p@a.example"}, "SOURCIER_BASE_URL"},
		{"plain http in public", []string{"SOURCIER_BASE_URL", "http://a.example"}, "https://"},
		{"production on localhost", []string{"SOURCIER_PRODUCTION", "true"}, "SOURCIER_PRODUCTION"},
		{"production with nobody to write to", []string{"SOURCIER_PRODUCTION", "true", "SOURCIER_BASE_URL", "https://a.example"}, "SOURCIER_CONTACT_EMAIL"},
		{"open to the network as localhost", []string{"SOURCIER_ADDR", "0.0.0.0:8080"}, "SOURCIER_BASE_URL"},
		{"public and no mail server", []string{"SOURCIER_BASE_URL", "https://a.example"}, "SOURCIER_SMTP"},
		{"public in a container and no mail server", []string{"SOURCIER_BASE_URL", "https://a.example", "SOURCIER_CONTAINER", "true", "SOURCIER_ADDR", "0.0.0.0:8080"}, "SOURCIER_SMTP"},
		{"in production and no mail server", []string{"SOURCIER_PRODUCTION", "true", "SOURCIER_BASE_URL", "https://a.example", "SOURCIER_CONTACT_EMAIL", "equipe@a.example"}, "SOURCIER_SMTP"},
		{"another loopback address and no mail server", []string{"SOURCIER_BASE_URL", "http://127.0.0.2:8080"}, "SOURCIER_SMTP"},
		{"a name that begins like localhost", []string{"SOURCIER_BASE_URL", "https://localhost.a.example"}, "SOURCIER_SMTP"},
		{"proxy is a name", []string{"SOURCIER_TRUSTED_PROXIES", "10.0.0.0/8, proxy"}, "« proxy »"},
		{"tile host breaks out of the policy", []string{"SOURCIER_TILE_HOST", "https://a.example; script-src *"}, "SOURCIER_TILE_HOST"},
		{"embed host without https", []string{"SOURCIER_EMBED_HOSTS", "http://a.example"}, "SOURCIER_EMBED_HOSTS"},
		{"contact is not an address", []string{"SOURCIER_CONTACT_EMAIL", "a@b?cc=x"}, "SOURCIER_CONTACT_EMAIL"},
		{"publisher on two lines", []string{"SOURCIER_PUBLISHER", "Ville\nBcc: x"}, "SOURCIER_PUBLISHER : texte illisible"},
		{"publisher's address in no encoding", []string{"SOURCIER_PUBLISHER_ADDRESS", "1 rue de l\xe9glise"}, "SOURCIER_PUBLISHER_ADDRESS : texte illisible"},
		{"director too long", []string{"SOURCIER_PUBLICATION_DIRECTOR", strings.Repeat("é", 301)}, "300 caractères"},
		{"host with a control character", []string{"SOURCIER_HOSTED_BY", "Hôte\x00"}, "SOURCIER_HOST"},
		{"the data protection officer is no address", []string{"SOURCIER_DPO_EMAIL", "dpo"}, "SOURCIER_DPO_EMAIL"},
		{"accounts kept for no number", []string{"SOURCIER_KEEP_ACCOUNTS_MONTHS", "deux ans"}, "SOURCIER_KEEP_ACCOUNTS_MONTHS"},
		{"accounts kept for too short a time", []string{"SOURCIER_KEEP_ACCOUNTS_MONTHS", "5"}, "de 6 à 120"},
		{"accounts kept for ever", []string{"SOURCIER_KEEP_ACCOUNTS_MONTHS", "121"}, "de 6 à 120"},
		{"accounts kept for years and a half", []string{"SOURCIER_KEEP_ACCOUNTS_MONTHS", "24.5"}, "SOURCIER_KEEP_ACCOUNTS_MONTHS"},
		{"mails kept for no time", []string{"SOURCIER_KEEP_MESSAGES_MONTHS", "0"}, "SOURCIER_KEEP_MESSAGES_MONTHS"},
		{"mails kept for less than no time", []string{"SOURCIER_KEEP_MESSAGES_MONTHS", "-12"}, "SOURCIER_KEEP_MESSAGES_MONTHS"},
		{"an audit of some weeks", []string{"SOURCIER_KEEP_AUDIT_MONTHS", "11"}, "de 12 à 240"},
		{"an audit beyond any number", []string{"SOURCIER_KEEP_AUDIT_MONTHS", "99999999999999999999"}, "SOURCIER_KEEP_AUDIT_MONTHS"},
		{"mails kept beyond the audit", []string{"SOURCIER_KEEP_MESSAGES_MONTHS", "24", "SOURCIER_KEEP_AUDIT_MONTHS", "12"}, "SOURCIER_KEEP_AUDIT_MONTHS"},
		{"date", []string{"SOURCIER_EITI_END", "22/12/2026"}, "SOURCIER_EITI_END"},
		{"boolean", []string{"SOURCIER_PRODUCTION", "oui"}, "SOURCIER_PRODUCTION"},
		{"log format", []string{"SOURCIER_LOG_FORMAT", "xml"}, "SOURCIER_LOG_FORMAT"},
		{"store twice", []string{"SOURCIER_STORE", "mongodb://a", "SOURCIER_STORE_FILE", "/x"}, "SOURCIER_STORE_FILE"},
		{"mail server of another kind", []string{"SOURCIER_SMTP", "http://mx.exemple.fr"}, "SOURCIER_SMTP"},
		{"mail server without a password", []string{"SOURCIER_SMTP", "smtp://portail@mx.exemple.fr"}, "mot de passe"},
		{"mail server and nobody who sends", []string{"SOURCIER_SMTP", "smtp://mx.exemple.fr"}, "SOURCIER_MAIL_FROM"},
		{"sender is no address", []string{"SOURCIER_MAIL_FROM", "portail"}, "SOURCIER_MAIL_FROM"},
		{"sender with a name", []string{"SOURCIER_MAIL_FROM", "Portail <portail@exemple.fr>"}, "SOURCIER_MAIL_FROM"},
		{"sender beyond ASCII", []string{"SOURCIER_MAIL_FROM", "équipe@exemple.fr"}, "SOURCIER_MAIL_FROM"},
		{"no mail at all a minute", []string{"SOURCIER_MAIL_PER_MINUTE", "0"}, "entre 1 et 6000"},
		{"mails a minute in words", []string{"SOURCIER_MAIL_PER_MINUTE", "dix"}, "SOURCIER_MAIL_PER_MINUTE"},
		{"inbox without a user", []string{"SOURCIER_INBOX_IMAP", "imaps://mx.exemple.fr"}, "SOURCIER_INBOX_IMAP"},
		{"sender too long for return addresses", []string{"SOURCIER_INBOX_IMAP", "imaps://a:b@mx.exemple.fr", "SOURCIER_SMTP", "smtp://mx.exemple.fr", "SOURCIER_MAIL_FROM", "portail-des-fournisseurs@exemple.fr"}, "19 caractères"},
		{"inbox without sending", []string{"SOURCIER_INBOX_IMAP", "imaps://a:b@mx.exemple.fr"}, "SOURCIER_SMTP"},
		{"mail server twice", []string{"SOURCIER_SMTP", "smtp://mx", "SOURCIER_SMTP_FILE", "/x"}, "SOURCIER_SMTP_FILE"},
		{"inbox file missing", []string{"SOURCIER_INBOX_IMAP_FILE", "/nowhere/at/all"}, "SOURCIER_INBOX_IMAP_FILE"},
		{"OIDC issuer over plain http", oidcEnv("SOURCIER_OIDC_ISSUER", "http://id.example"), "SOURCIER_OIDC_ISSUER"},
		{"OIDC issuer is a name", oidcEnv("SOURCIER_OIDC_ISSUER", "id.example"), "SOURCIER_OIDC_ISSUER"},
		{"OIDC issuer breaks out of the policy", oidcEnv("SOURCIER_OIDC_ISSUER", "https://id.example; script-src *"), "SOURCIER_OIDC_ISSUER"},
		{"OIDC issuer with a password", oidcEnv("SOURCIER_OIDC_ISSUER", "https://u:p@id.example"), "SOURCIER_OIDC_ISSUER"},
		{"OIDC issuer with a query", oidcEnv("SOURCIER_OIDC_ISSUER", "https://id.example?x=1"), "SOURCIER_OIDC_ISSUER"},
		{"address of the discovery document", oidcEnv("SOURCIER_OIDC_ISSUER", "https://id.example/.well-known/openid-configuration"), "sans /.well-known"},
		{"OIDC issuer alone", []string{"SOURCIER_OIDC_ISSUER", "https://id.example"}, "vont ensemble"},
		{"OIDC without an issuer", oidcEnv("SOURCIER_OIDC_ISSUER", ""), "vont ensemble"},
		{"OIDC without a client", oidcEnv("SOURCIER_OIDC_CLIENT_ID", ""), "vont ensemble"},
		{"OIDC without a secret", oidcEnv("SOURCIER_OIDC_CLIENT_SECRET", ""), "vont ensemble"},
		{"OIDC without a name", oidcEnv("SOURCIER_OIDC_NAME", ""), "vont ensemble"},
		{"OIDC name on two lines", oidcEnv("SOURCIER_OIDC_NAME", "Pro\nConnect"), "SOURCIER_OIDC_NAME"},
		{"OIDC without its first scope", oidcEnv("SOURCIER_OIDC_SCOPES", "email siret"), "« openid »"},
		{"OIDC secret twice", oidcEnv("SOURCIER_OIDC_CLIENT_SECRET_FILE", "/x"), "SOURCIER_OIDC_CLIENT_SECRET_FILE"},
		{"OIDC secret file missing", oidcEnv("SOURCIER_OIDC_CLIENT_SECRET", "", "SOURCIER_OIDC_CLIENT_SECRET_FILE", "/nowhere/at/all"), "SOURCIER_OIDC_CLIENT_SECRET_FILE"},
		{"OIDC trust is no boolean", oidcEnv("SOURCIER_OIDC_TRUST_EMAIL", "oui"), "SOURCIER_OIDC_TRUST_EMAIL"},
		{"OIDC on this machine for a public portal", oidcEnv("SOURCIER_OIDC_ISSUER", "http://localhost:3000", "SOURCIER_BASE_URL", "https://a.example"), "SOURCIER_OIDC_ISSUER"},
		{"store file missing", []string{"SOURCIER_STORE_FILE", "/nowhere/at/all"}, "SOURCIER_STORE_FILE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := LoadConfig(env(tt.env...))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error that says %q", err, tt.want)
			}
		})
	}
}

// oidcEnv is a whole provider, with settings changed or added.
func oidcEnv(changes ...string) []string {
	return append([]string{
		"SOURCIER_OIDC_ISSUER", "https://id.example/api/v2", "SOURCIER_OIDC_CLIENT_ID", "portal",
		"SOURCIER_OIDC_CLIENT_SECRET", "secret", "SOURCIER_OIDC_NAME", "ProConnect",
		"SOURCIER_SMTP", "smtp://mx.a.example", "SOURCIER_MAIL_FROM", "portail@a.example",
	}, changes...)
}

func TestLoadConfigOIDC(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := LoadConfig(env(oidcEnv("SOURCIER_BASE_URL", "https://a.example/", "SOURCIER_OIDC_CLIENT_SECRET", "",
		"SOURCIER_OIDC_CLIENT_SECRET_FILE", file, "SOURCIER_OIDC_ACR", "eidas1  eidas2", "SOURCIER_OIDC_TRUST_EMAIL", "true")...))
	if err != nil {
		t.Fatal(err)
	}
	want := oidc.Settings{
		Issuer: "https://id.example/api/v2", ClientID: "portal", ClientSecret: "from a file", Name: "ProConnect",
		RedirectURL: "https://a.example/connexion/oidc/retour", Scopes: oidc.DefaultScopes(),
		ACR: []string{"eidas1", "eidas2"}, TrustEmail: true,
	}
	if !reflect.DeepEqual(c.OIDC, want) {
		t.Errorf("got  %+v\nwant %+v", c.OIDC, want)
	}
	if c.oidcOrigin() != "https://id.example" {
		t.Errorf("origin %q", c.oidcOrigin())
	}
	if told, _ := json.Marshal(c); strings.Contains(string(told), "from a file") {
		t.Errorf("the secret is told: %s", told)
	}
	if none, err := LoadConfig(env()); err != nil || none.OIDC.Issuer != "" || none.oidcOrigin() != "" {
		t.Errorf("without a provider: %+v, %v", none.OIDC, err)
	}
	if _, err := LoadConfig(env(oidcEnv("SOURCIER_OIDC_ISSUER", "http://127.0.0.1:3000")...)); err != nil {
		t.Errorf("a provider on this machine: %v", err)
	}
}

func TestLoadConfigProduction(t *testing.T) {
	c, err := LoadConfig(env("SOURCIER_PRODUCTION", "true", "SOURCIER_BASE_URL", "https://a.example", "SOURCIER_CONTACT_EMAIL", "equipe@a.example", "SOURCIER_SMTP", "smtp://mx.a.example", "SOURCIER_MAIL_FROM", "portail@a.example"))
	if err != nil || !c.Production {
		t.Errorf("Production = %v, %v", c.Production, err)
	}
}

// In a container every address is the container's own: its host decides what is
// published.
func TestLoadConfigInAContainer(t *testing.T) {
	if _, err := LoadConfig(env("SOURCIER_CONTAINER", "true", "SOURCIER_ADDR", "0.0.0.0:8080")); err != nil {
		t.Error(err)
	}
}

func TestLoadConfigReadsTheStoreFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "store")
	if err := os.WriteFile(file, []byte("mongodb://u:secret@localhost/x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := LoadConfig(env("SOURCIER_STORE_FILE", file))
	if err != nil {
		t.Fatal(err)
	}
	if c.Store != "mongodb://u:secret@localhost/x" {
		t.Errorf("Store = %q", c.Store)
	}
}

// Passwords are nowhere to be read: neither in a refusal nor in what is logged of the
// settings.
func TestLoadConfigKeepsMailPasswords(t *testing.T) {
	for _, bad := range []string{"smtp://u:s3cret@mx/boite", "smtp://u:%s3cret@mx", "ftp://u:s3cret@mx"} {
		if _, err := LoadConfig(env("SOURCIER_SMTP", bad)); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	file := filepath.Join(t.TempDir(), "smtp")
	if err := os.WriteFile(file, []byte("smtps://u:s3cret@mx.exemple.fr\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := LoadConfig(env("SOURCIER_SMTP_FILE", file, "SOURCIER_MAIL_FROM", "portail@exemple.fr", "SOURCIER_INBOX_IMAP", "imaps://u:s3cret@mx.exemple.fr"))
	if err != nil || c.SMTP != "smtps://u:s3cret@mx.exemple.fr" || c.MailPerMinute != 60 {
		t.Fatalf("%v, %v", c.MailPerMinute, err)
	}
	if shown, err := json.Marshal(c); err != nil || strings.Contains(string(shown), "s3cret") {
		t.Errorf("%s, %v", shown, err)
	}
}

func TestLockDirNamesItsHolder(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lockDir(dir, "serve")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = lockDir(dir, "import"); err == nil || !strings.Contains(err.Error(), "sourcier serve, processus") {
		t.Errorf("a second owner got %v", err)
	}
	unlock()
	again, err := lockDir(dir, "import")
	if err != nil {
		t.Fatalf("after the first left: %v", err)
	}
	again()
}

func TestLoadConfigWithoutAMailServer(t *testing.T) {
	for _, base := range []string{"http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080", "https://localhost"} {
		if _, err := LoadConfig(env("SOURCIER_BASE_URL", base)); err != nil {
			t.Errorf("%s: %v", base, err)
		}
	}
}
