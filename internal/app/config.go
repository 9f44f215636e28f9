// Package app builds the parts of the portal from a Config and starts them. It
// is the only package that knows every part; commands and tests use it alike.
package app

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"sourcier/internal/mail"
	"sourcier/internal/oidc"
	"sourcier/internal/structure"
)

// Config holds every setting. The zero value is not usable: see LoadConfig.
type Config struct {
	Addr             string         // host:port to listen on
	Data             string         // directory of the store, the index and the lock
	Store            string         `json:"-"` // "" = SQLite in Data, else a mongodb:// URI, which may hold a password
	Home             string         // territory value of the home territory
	BaseURL          string         // scheme://host[:port], no path
	Production       bool           // hides what only developers need, refuses plain http beyond localhost
	TrustedProxies   []string       // addresses or CIDRs whose forwarding headers are believed
	TileHost         string         // host of the map tiles, "" = none
	EmbedHosts       []string       // origins allowed to embed the search in a frame
	ContactEmail     string         // where errors on sheets are reported, "" = not shown
	Publisher        string         // who publishes the portal, "" = the page says that it is to be filled in
	PublisherAddress string         // postal address of the publisher, "" likewise
	Director         string         // director of the publication, "" likewise
	HostedBy         string         // who hosts the portal: name, address, telephone; "" likewise
	DPOEmail         string         // where to write to the data protection officer, "" likewise
	ObjectionKeyFile string         // key of the opposition list, "" = objection.key in Data
	SecretFile       string         // key of the portal, "" = secret.key in Data
	KeepAccounts     int            // months that an account is kept without being used
	KeepMessages     int            // months that the content of a mail is kept
	KeepAudit        int            // months that a line of the audit is kept
	EITIEnd          structure.Date // last day of the EITI experiment
	LogLevel         slog.Level     // least level written
	LogJSON          bool           // JSON lines instead of text
	MetricsAddr      string         // loopback host:port of /metrics, "" = none
	SMTP             string         `json:"-"` // smtp:// or smtps:// of the mail server, with its password; "" = none
	MailFrom         string         // address that mails come from
	MailPerMinute    int            // mails a minute to one domain
	InboxIMAP        string         `json:"-"` // imap:// or imaps:// of the mailbox of MailFrom, with its password; "" = delivery reports are not read
	OIDC             oidc.Settings  `json:"-"` // of signing in with another account; no Issuer = no such sign-in
	Container        bool           // Addr is on the network of a container, which its host publishes where it likes
}

// Setting describes one environment variable, for `serve --help` and for the
// messages that refuse it.
type Setting struct {
	Env, Default, Help string
	set                func(*Config, string) error
}

// fromFile are the settings that may hold a password: each may also be read from the
// file that the same name with _FILE gives.
var fromFile = []string{"SOURCIER_STORE", "SOURCIER_SMTP", "SOURCIER_INBOX_IMAP", "SOURCIER_OIDC_CLIENT_SECRET"}

// Settings lists every setting in the order in which help shows them.
// What is secret may also be read from a file (fromFile).
var Settings = []Setting{
	{"SOURCIER_ADDR", "localhost:8080", "adresse d’écoute, hôte:port", func(c *Config, v string) error { c.Addr = v; return checkAddr(v) }},
	{"SOURCIER_DATA", "./data", "dossier des données (base embarquée, index, verrou)", func(c *Config, v string) error { c.Data = v; return nil }},
	{"SOURCIER_STORE", "", "base : vide = embarquée dans SOURCIER_DATA, sinon mongodb://… (ou SOURCIER_STORE_FILE, chemin d’un fichier qui contient l’adresse)", func(c *Config, v string) error { c.Store = v; return checkStore(v) }},
	{"SOURCIER_HOME_TERRITORY", "epci:200058014", "territoire d’attache : code INSEE, dep:94, reg:11, epci:SIREN", func(c *Config, v string) error { c.Home = v; return checkHome(v) }},
	{"SOURCIER_BASE_URL", "http://localhost:8080", "adresse publique du portail, sans chemin", func(c *Config, v string) error { c.BaseURL = strings.TrimSuffix(v, "/"); return checkBaseURL(v) }},
	{"SOURCIER_PRODUCTION", "false", "true en production (demande SOURCIER_CONTACT_EMAIL)", func(c *Config, v string) error { return setBool(&c.Production, v) }},
	{"SOURCIER_TRUSTED_PROXIES", "", "adresses ou CIDR des mandataires de confiance, séparés par des virgules", func(c *Config, v string) error { c.TrustedProxies = list(v); return checkProxies(c.TrustedProxies) }},
	{"SOURCIER_TILE_HOST", "", "origine https:// des fonds de carte ; vide = aucun", func(c *Config, v string) error { c.TileHost = v; return checkOrigins(list(v)) }},
	{"SOURCIER_EMBED_HOSTS", "", "origines https:// autorisées à intégrer la recherche, séparées par des virgules", func(c *Config, v string) error { c.EmbedHosts = list(v); return checkOrigins(c.EmbedHosts) }},
	{"SOURCIER_CONTACT_EMAIL", "", "adresse où signaler une erreur sur une fiche", func(c *Config, v string) error { c.ContactEmail = v; return checkEmail(v) }},
	{"SOURCIER_PUBLISHER", "", "éditeur du portail, pour les mentions légales", func(c *Config, v string) error { c.Publisher = v; return checkNotice(v) }},
	{"SOURCIER_PUBLISHER_ADDRESS", "", "adresse postale de l’éditeur", func(c *Config, v string) error { c.PublisherAddress = v; return checkNotice(v) }},
	{"SOURCIER_PUBLICATION_DIRECTOR", "", "directrice ou directeur de la publication : nom et fonction", func(c *Config, v string) error { c.Director = v; return checkNotice(v) }},
	{"SOURCIER_HOSTED_BY", "", "hébergeur du portail : nom, adresse, téléphone", func(c *Config, v string) error { c.HostedBy = v; return checkNotice(v) }},
	{"SOURCIER_DPO_EMAIL", "", "adresse électronique du délégué à la protection des données", func(c *Config, v string) error { c.DPOEmail = v; return checkEmail(v) }},
	{"SOURCIER_OBJECTION_KEY_FILE", "", "fichier de la clé de la liste d’opposition, le même pour tous les portails d’une base ; vide = objection.key dans SOURCIER_DATA", func(c *Config, v string) error { c.ObjectionKeyFile = v; return nil }},
	{"SOURCIER_SECRET_FILE", "", "fichier de la clé du portail, d’où dérivent les liens des courriels, le même pour tous les portails d’une base ; vide = secret.key dans SOURCIER_DATA", func(c *Config, v string) error { c.SecretFile = v; return nil }},
	{"SOURCIER_KEEP_ACCOUNTS_MONTHS", "24", "mois au bout desquels un compte qui ne sert plus est effacé, après un courriel envoyé 30 jours avant ; de 6 à 120", func(c *Config, v string) error { return setMonths(&c.KeepAccounts, v, 6, 120) }},
	{"SOURCIER_KEEP_MESSAGES_MONTHS", "12", "mois au bout desquels le contenu d’un courriel est effacé ; de 1 à 120", func(c *Config, v string) error { return setMonths(&c.KeepMessages, v, 1, 120) }},
	{"SOURCIER_KEEP_AUDIT_MONTHS", "60", "mois au bout desquels une ligne du journal, et ce qui reste d’un courriel, sont effacés ; de 12 à 240", func(c *Config, v string) error { return setMonths(&c.KeepAudit, v, 12, 240) }},
	{"SOURCIER_EITI_END", string(structure.DefaultEITIEnd), "dernier jour de l’expérimentation EITI, AAAA-MM-JJ", func(c *Config, v string) (err error) { c.EITIEnd, err = structure.ParseDate(v); return err }},
	{"SOURCIER_LOG_LEVEL", "info", "debug, info, warn ou error", func(c *Config, v string) error { return c.LogLevel.UnmarshalText([]byte(v)) }},
	{"SOURCIER_LOG_FORMAT", "text", "text ou json", setLogFormat},
	{"SOURCIER_METRICS_ADDR", "", "adresse des mesures pour Prometheus (/metrics), hôte:port de cette machine seulement, par exemple localhost:9090 ; vide = aucune", func(c *Config, v string) error { c.MetricsAddr = v; return checkMetricsAddr(v) }},
	{"SOURCIER_SMTP", "", "serveur d’envoi des messages : smtp://utilisateur:motdepasse@hôte:587 ou smtps://… (ou SOURCIER_SMTP_FILE) ; vide = aucun, les messages se lisent sur le portail lui-même, ouvert sur cette seule machine", func(c *Config, v string) error { c.SMTP = v; return checkServer(v, mail.ParseSMTP) }},
	{"SOURCIER_MAIL_FROM", "", "adresse d’où partent les messages (obligatoire avec SOURCIER_SMTP)", func(c *Config, v string) error { c.MailFrom = v; return checkSender(v) }},
	{"SOURCIER_MAIL_PER_MINUTE", "60", "messages par minute à un même domaine, de 1 à 6000", func(c *Config, v string) error { return setNumber(&c.MailPerMinute, v, 1, 6000) }},
	{"SOURCIER_INBOX_IMAP", "", "boîte de SOURCIER_MAIL_FROM, où lire les avis de non-remise : imaps://utilisateur:motdepasse@hôte (ou SOURCIER_INBOX_IMAP_FILE) ; le serveur doit y remettre adresse+mot@domaine ; vide = ils ne sont pas lus", func(c *Config, v string) error { c.InboxIMAP = v; return checkServer(v, mail.ParseIMAP) }},
	{"SOURCIER_OIDC_ISSUER", "", "connexion par un fournisseur OpenID Connect (ProConnect) : son adresse, https://, exactement comme il l’écrit ; vide = aucun", func(c *Config, v string) error { c.OIDC.Issuer = v; return checkIssuer(v) }},
	{"SOURCIER_OIDC_CLIENT_ID", "", "identifiant du portail chez ce fournisseur", func(c *Config, v string) error { c.OIDC.ClientID = v; return nil }},
	{"SOURCIER_OIDC_CLIENT_SECRET", "", "secret du portail chez ce fournisseur (ou SOURCIER_OIDC_CLIENT_SECRET_FILE, chemin d’un fichier qui le contient)", func(c *Config, v string) error { c.OIDC.ClientSecret = v; return nil }},
	{"SOURCIER_OIDC_NAME", "", "nom de ce fournisseur sur le bouton de connexion, par exemple ProConnect", func(c *Config, v string) error { c.OIDC.Name = v; return checkNotice(v) }},
	{"SOURCIER_OIDC_SCOPES", strings.Join(oidc.DefaultScopes(), " "), "données demandées à ce fournisseur, séparées par des espaces", func(c *Config, v string) error { c.OIDC.Scopes = strings.Fields(v); return checkScopes(c.OIDC.Scopes) }},
	{"SOURCIER_OIDC_ACR", "", "niveaux d’assurance (acr) acceptés de ce fournisseur, séparés par des espaces ; vide = tous", func(c *Config, v string) error { c.OIDC.ACR = strings.Fields(v); return nil }},
	{"SOURCIER_OIDC_TRUST_EMAIL", "false", "true quand ce fournisseur garantit les adresses sans le dire (email_verified), comme ProConnect", func(c *Config, v string) error { return setBool(&c.OIDC.TrustEmail, v) }},
	{"SOURCIER_CONTAINER", "false", "true dans un conteneur : SOURCIER_ADDR y est une adresse du conteneur, que son hôte publie ou non", func(c *Config, v string) error { return setBool(&c.Container, v) }},
}

// LoadConfig reads the settings with getenv. An absent setting takes its
// default; one that is present and unreadable, and a combination that makes no
// sense, are errors in French that name the variable.
func LoadConfig(getenv func(string) string) (Config, error) {
	var c Config
	for _, s := range Settings {
		v, err := settingValue(getenv, s)
		if err != nil {
			return c, err
		}
		if err := s.set(&c, v); err != nil {
			return c, fmt.Errorf("%s : %w", s.Env, err)
		}
	}
	c.OIDC.RedirectURL = c.BaseURL + oidcReturn
	return c, c.validate()
}

func settingValue(getenv func(string) string, s Setting) (string, error) {
	v := getenv(s.Env)
	if !slices.Contains(fromFile, s.Env) {
		return cmp.Or(v, s.Default), nil
	}
	file := getenv(s.Env + "_FILE")
	switch {
	case v != "" && file != "":
		return "", fmt.Errorf("%s et %s_FILE sont donnés tous les deux : n’en garder qu’un", s.Env, s.Env)
	case file != "":
		content, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("%s_FILE : %w", s.Env, err)
		}
		return strings.TrimSpace(string(content)), nil
	}
	return cmp.Or(v, s.Default), nil
}

// validate refuses combinations that each setting alone cannot see.
func (c Config) validate() error {
	base, err := url.Parse(c.BaseURL)
	if err != nil {
		return fmt.Errorf("SOURCIER_BASE_URL : %w", err)
	}
	local := isLoopback(base.Hostname())
	if base.Scheme == "http" && !local {
		return errors.New("SOURCIER_BASE_URL : https:// est obligatoire hors de localhost (cookies et formulaires sûrs)")
	}
	if c.Production && local {
		return errors.New("SOURCIER_PRODUCTION=true demande une SOURCIER_BASE_URL publique, pas localhost")
	}
	if c.Production && c.ContactEmail == "" {
		return errors.New("SOURCIER_PRODUCTION=true demande SOURCIER_CONTACT_EMAIL, à qui chaque fiche permet de signaler une erreur ou de demander son retrait")
	}
	if c.KeepMessages > c.KeepAudit {
		return fmt.Errorf("SOURCIER_KEEP_MESSAGES_MONTHS=%d dépasse SOURCIER_KEEP_AUDIT_MONTHS=%d : un courriel s’efface avec le journal, son contenu ne peut pas durer plus longtemps", c.KeepMessages, c.KeepAudit)
	}
	host, _, _ := net.SplitHostPort(c.Addr)
	if !isLoopback(host) && local && !c.Container {
		return fmt.Errorf("SOURCIER_ADDR=%s ouvre le portail au réseau alors que SOURCIER_BASE_URL est %s : donner l’adresse publique, ou écouter sur localhost", c.Addr, c.BaseURL)
	}
	return errors.Join(c.validateMail(), c.validateOIDC(local))
}

// validateMail refuses halves of what sending needs, and a portal that people reach
// and that could send nobody a link to sign in.
func (c Config) validateMail() error {
	switch {
	case c.SMTP == "" && !c.onThisMachine():
		return fmt.Errorf("SOURCIER_BASE_URL=%s demande SOURCIER_SMTP (ou SOURCIER_SMTP_FILE) et SOURCIER_MAIL_FROM : sans serveur d’envoi, personne ne recevrait son lien de connexion. Pour un essai sur cette machine seule, donner une SOURCIER_BASE_URL en http://localhost", c.BaseURL)
	case c.SMTP != "" && c.MailFrom == "":
		return errors.New("SOURCIER_SMTP demande SOURCIER_MAIL_FROM, l’adresse d’où partent les messages")
	case c.InboxIMAP != "" && c.SMTP == "":
		return errors.New("SOURCIER_INBOX_IMAP demande SOURCIER_SMTP : sans envoi, il n’y a pas d’avis de non-remise")
	case c.InboxIMAP != "" && strings.LastIndexByte(c.MailFrom, '@') > mail.MaxVerpLocal:
		return fmt.Errorf("SOURCIER_INBOX_IMAP demande une SOURCIER_MAIL_FROM plus courte : %d caractères au plus avant le signe @, pour que l’adresse de retour de chaque message reste valable", mail.MaxVerpLocal)
	}
	return nil
}

// oidcReturn is the page to which a provider sends people back, as it is registered there.
const oidcReturn = "/connexion/oidc/retour"

// validateOIDC refuses half a provider, which would only be noticed by who signs in,
// and a public portal whose visitors would be sent to a machine of their own.
func (c Config) validateOIDC(local bool) error {
	given := 0
	for _, v := range []string{c.OIDC.Issuer, c.OIDC.ClientID, c.OIDC.ClientSecret, c.OIDC.Name} {
		if v != "" {
			given++
		}
	}
	switch {
	case given == 0:
		return nil
	case given < 4:
		return errors.New("SOURCIER_OIDC_ISSUER, SOURCIER_OIDC_CLIENT_ID, SOURCIER_OIDC_CLIENT_SECRET et SOURCIER_OIDC_NAME vont ensemble : les donner tous les quatre, ou aucun")
	case !local && strings.HasPrefix(c.OIDC.Issuer, "http:"):
		return errors.New("SOURCIER_OIDC_ISSUER : https:// est obligatoire quand SOURCIER_BASE_URL est publique")
	}
	return nil
}

// onThisMachine reports whether the public address means this machine, and nothing
// else: mails may then be read on the portal itself.
func (c Config) onThisMachine() bool {
	base, err := url.Parse(c.BaseURL)
	return err == nil && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, base.Hostname())
}

// oidcOrigin is the origin of the provider, to which a form of the portal may lead.
func (c Config) oidcOrigin() string {
	u, err := url.Parse(c.OIDC.Issuer)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}

func list(v string) []string {
	var out []string
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
