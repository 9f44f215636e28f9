// Package mailtest is a real SMTP server that does what servers do to mails: it
// greylists, refuses, is slow, and vanishes after the last dot. For tests alone.
package mailtest

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Received is a mail that the server took.
type Received struct {
	From, To  string // of the envelope
	MessageID string
	Header    mail.Header
	Content   string
}

// Server takes mails. What a test sets before the first mail decides what it says.
type Server struct {
	Addr string
	// Mail, Rcpt and Data are asked at each step, nil = yes. An error of type
	// *smtp.SMTPError is the reply; see also ErrVanish and ErrLost.
	Mail func(from string) error
	Rcpt func(to string) error
	Data func(Received) error
	// User and Password that AUTH PLAIN asks for, "" = nobody has to sign in.
	User, Password string

	mu       sync.Mutex
	received []Received
	dials    int
	server   *smtp.Server
}

// ErrVanish as an answer to Data: the mail is taken, and the connection ends without a
// reply.
var ErrVanish = errors.New("taken, and no reply")

// ErrLost as an answer to Data: the mail is lost, and the connection ends without a
// reply.
var ErrLost = errors.New("lost, and no reply")

// Reply is an answer of a server.
func Reply(code int, enhanced [3]int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode(enhanced), Message: text}
}

// Start starts the server on a free loopback port until the test ends. With a TLS
// configuration it offers STARTTLS, and nothing but that without it.
func (s *Server) Start(t testing.TB, config *tls.Config) {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = ln.Addr().String()
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		s.dials++
		s.mu.Unlock()
		return &session{server: s, conn: c}, nil
	}))
	server.Domain = "mx.exemple.fr"
	server.TLSConfig = config
	server.AllowInsecureAuth = config == nil
	server.EnableSMTPUTF8 = true
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	server.ErrorLog = quiet{}
	s.server = server
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { _ = server.Close() })
}

// quiet says nothing of connections that tests cut.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// Received lists the mails taken so far.
func (s *Server) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received(nil), s.received...)
}

// Taken is how often the server took each Message-ID.
func (s *Server) Taken() map[string]int {
	taken := map[string]int{}
	for _, r := range s.Received() {
		taken[r.MessageID]++
	}
	return taken
}

// Dials is how many connections there were.
func (s *Server) Dials() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dials
}

func (s *Server) take(r Received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, r)
}

type session struct {
	server   *Server
	conn     *smtp.Conn
	signedIn bool
	from, to string
}

func (s *session) AuthMechanisms() []string {
	if s.server.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.server.User || password != s.server.Password {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.User != "" && !s.signedIn {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return answer(s.server.Mail, from)
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return answer(s.server.Rcpt, to)
}

func answer(ask func(string) error, word string) error {
	if ask == nil {
		return nil
	}
	return ask(word)
}

func (s *session) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err // cut before the last dot: nothing was taken
	}
	got := Received{From: s.from, To: s.to, Content: string(content)}
	if m, err := mail.ReadMessage(strings.NewReader(got.Content)); err == nil {
		got.Header, got.MessageID = m.Header, m.Header.Get("Message-ID")
	}
	if s.server.Data != nil {
		err = s.server.Data(got)
	}
	if err == nil || errors.Is(err, ErrVanish) {
		s.server.take(got)
	}
	if errors.Is(err, ErrVanish) || errors.Is(err, ErrLost) {
		_ = s.conn.Conn().Close()
	}
	return err
}

func (s *session) Reset()        { s.from, s.to = "", "" }
func (s *session) Logout() error { return nil }
