package app

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sourcier/internal/mail"
	"sourcier/internal/oidc"
	"sourcier/internal/territory"
)

func checkAddr(v string) error {
	if _, port, err := net.SplitHostPort(v); err != nil || port == "" {
		return fmt.Errorf("« %s » n’est pas de la forme hôte:port, par exemple localhost:8080", v)
	}
	return nil
}

// checkMetricsAddr keeps figures on the work of the portal from the network.
func checkMetricsAddr(v string) error {
	if v == "" {
		return nil
	}
	if err := checkAddr(v); err != nil {
		return err
	}
	if host, _, _ := net.SplitHostPort(v); !isLoopback(host) {
		return fmt.Errorf("« %s » ouvrirait les mesures au réseau : donner une adresse de la machine elle-même, par exemple localhost:9090", v)
	}
	return nil
}

func checkStore(v string) error {
	if v == "" || strings.HasPrefix(v, "mongodb://") || strings.HasPrefix(v, "mongodb+srv://") {
		return nil
	}
	return errors.New("adresse de base non reconnue : laisser vide pour la base embarquée, ou donner mongodb://…")
}

func checkHome(v string) error {
	if _, err := territory.Default().Resolve(v); err != nil || v == territory.France {
		return fmt.Errorf("territoire « %s » inconnu : code INSEE d’une commune, dep:94, reg:11 ou epci:200058014", v)
	}
	return nil
}

func checkBaseURL(v string) error {
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" ||
		(u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("« %s » n’est pas de la forme https://hôte, sans chemin", v)
	}
	return nil
}

func checkProxies(values []string) error {
	for _, v := range values {
		if _, err := netip.ParsePrefix(v); err == nil {
			continue
		}
		if _, err := netip.ParseAddr(v); err != nil {
			return fmt.Errorf("« %s » n’est ni une adresse ni un CIDR", v)
		}
	}
	return nil
}

// checkOrigins keeps anything but plain origins out of the Content-Security-Policy.
func checkOrigins(values []string) error {
	for _, v := range values {
		u, err := url.Parse(v)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.String() != "https://"+u.Host || strings.ContainsAny(v, " ;,'\"") {
			return fmt.Errorf("« %s » n’est pas une origine de la forme https://hôte", v)
		}
	}
	return nil
}

// checkIssuer refuses what could not be asked safely, and keeps anything but an
// address out of the Content-Security-Policy.
func checkIssuer(v string) error {
	u, err := url.Parse(v)
	switch {
	case v == "":
		return nil
	case err != nil || !oidc.Secure(v) || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(v, " ;,'\""):
		return fmt.Errorf("« %s » n’est pas une adresse de la forme https://hôte/chemin (http:// sur cette machine seulement)", v)
	case strings.HasSuffix(v, "/.well-known/openid-configuration"):
		return errors.New("donner l’adresse du fournisseur elle-même, sans /.well-known/openid-configuration")
	}
	return nil
}

func checkScopes(scopes []string) error {
	if !slices.Contains(scopes, "openid") {
		return errors.New("« openid » doit en être : sans lui, le fournisseur n’identifie personne")
	}
	return nil
}

func checkEmail(v string) error {
	if v != "" && (strings.Count(v, "@") != 1 || strings.ContainsAny(v, " <>\r\n?&\"")) {
		return fmt.Errorf("« %s » n’est pas une adresse électronique", v)
	}
	return nil
}

// checkServer never repeats an address that may hold a password.
func checkServer(v string, parse func(string) (mail.Server, error)) error {
	if v == "" {
		return nil
	}
	_, err := parse(v)
	return err
}

// checkSender wants an address whose delivery reports can come back.
func checkSender(v string) error {
	if v == "" {
		return nil
	}
	if err := checkEmail(v); err != nil || !mail.ValidFrom(v) {
		return fmt.Errorf("« %s » n’est pas une adresse électronique d’expéditeur, par exemple portail@exemple.fr", v)
	}
	return nil
}

// maxNotice bounds a text of the legal notice, in letters.
const maxNotice = 300

// checkNotice refuses what would not stand on one line of the legal notice.
func checkNotice(v string) error {
	switch {
	case !utf8.ValidString(v) || strings.ContainsFunc(v, unicode.IsControl):
		return errors.New("texte illisible : une seule ligne, en UTF-8, sans caractère de contrôle")
	case utf8.RuneCountInString(v) > maxNotice:
		return fmt.Errorf("texte trop long : %d caractères au plus", maxNotice)
	}
	return nil
}

func setBool(dst *bool, v string) error {
	switch v {
	case "true", "1":
		*dst = true
	case "false", "0":
		*dst = false
	default:
		return fmt.Errorf("« %s » : attendu true ou false", v)
	}
	return nil
}

func setNumber(dst *int, v string, least, most int) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > most {
		return fmt.Errorf("« %s » : attendu un nombre entre %d et %d", v, least, most)
	}
	*dst = n
	return nil
}

// setMonths reads a period of retention.
func setMonths(dst *int, v string, least, most int) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > most {
		return fmt.Errorf("« %s » : attendu un nombre entier de mois, de %d à %d", v, least, most)
	}
	*dst = n
	return nil
}

func setLogFormat(c *Config, v string) error {
	switch v {
	case "text", "json":
		c.LogJSON = v == "json"
		return nil
	}
	return fmt.Errorf("« %s » : attendu text ou json", v)
}
