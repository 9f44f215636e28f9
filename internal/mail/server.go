package mail

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Server is where mails are handed over, or where delivery reports are read.
type Server struct {
	Host, Port     string
	User, Password string
	TLS            bool // from the first byte; else STARTTLS, which a loopback host may do without
	Open           bool // never TLS: a mail catcher on a network of its own, which nobody signs in to
}

// openSMTP is the scheme of a server that is spoken to in the open.
const openSMTP = "smtp+open"

// ParseSMTP reads smtp://user:password@host:port, or smtps://, or smtp+open://host:port.
// The error never repeats the address, which holds a password.
func ParseSMTP(address string) (Server, error) {
	s, err := parseServer(address, map[string]string{"smtp": "587", "smtps": "465", openSMTP: "25"})
	if s.Open = strings.HasPrefix(strings.ToLower(address), openSMTP+":"); err == nil && s.Open && s.User != "" {
		return Server{}, errors.New("smtp+open:// parle en clair : un mot de passe n’y est pas accepté")
	}
	return s, err
}

// ParseIMAP reads imap://user:password@host:port, or imaps://.
func ParseIMAP(address string) (Server, error) {
	s, err := parseServer(address, map[string]string{"imap": "143", "imaps": "993"})
	if err == nil && s.User == "" {
		err = errors.New("l’adresse doit contenir le nom d’utilisateur et le mot de passe de la boîte")
	}
	return s, err
}

// parseServer reads the address of a server; ports are those of the schemes.
func parseServer(address string, ports map[string]string) (Server, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Server{}, errors.New("adresse illisible : les signes spéciaux du mot de passe s’écrivent en %XX")
	}
	port, ok := ports[u.Scheme]
	if !ok || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return Server{}, fmt.Errorf("adresse non reconnue : attendu %s suivi de utilisateur:motdepasse@hôte:port", strings.Join(slices.Sorted(maps.Keys(ports)), ":// ou ")+"://")
	}
	if u.Port() != "" {
		port = u.Port()
	}
	password, given := u.User.Password()
	if u.User.Username() != "" && !given {
		return Server{}, errors.New("l’adresse a un nom d’utilisateur, mais pas de mot de passe")
	}
	return Server{Host: u.Hostname(), Port: port, User: u.User.Username(), Password: password, TLS: strings.HasSuffix(u.Scheme, "s")}, nil
}

// Address is host:port.
func (s Server) Address() string { return net.JoinHostPort(s.Host, s.Port) }

// Plain reports whether the server may be spoken to without TLS: what is said stays
// on this machine, or was declared open.
func (s Server) Plain() bool { return s.Open || s.loopback() }

func (s Server) loopback() bool {
	if s.Host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(s.Host)
	return err == nil && ip.IsLoopback()
}
