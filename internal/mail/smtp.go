package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"sourcier/internal/message"
)

// Transport brings mails to a server, one after another. It is for one goroutine.
type Transport interface {
	// Deliver gives the server a mail. When all of it is there but the last dot,
	// hand is called: only after it returned nil the server may take the mail.
	Deliver(ctx context.Context, m Mail, hand func() error) Outcome
	// Close ends the connection that is kept between mails.
	Close()
}

// Result is what came of giving a mail to a server.
type Result int

// The results.
const (
	Accepted Result = iota // the server has it
	Later                  // not now
	Never                  // no, for good
	Unknown                // it was given all of it and did not answer
	Kept                   // it was not given the last dot, for a reason of ours
)

// Outcome is a Result with what the server said.
type Outcome struct {
	Result  Result
	Attempt message.Attempt
	Gone    bool  // the mailbox does not exist: nothing more is sent there
	Err     error // of the connection, for the log: it names no recipient
}

// Timeouts bound each step of SMTP (RFC 5321, 4.5.3.2, shortened where nobody waits).
type Timeouts struct {
	Dial  time.Duration // connection, greeting, STARTTLS, authentication
	Step  time.Duration // one command
	Data  time.Duration // the content
	Reply time.Duration // to the last dot: a server that scans mails takes its time
	Drain time.Duration // for that reply once the portal stops
	Idle  time.Duration // how long a connection is kept unused
}

// DefaultTimeouts are those of a portal.
var DefaultTimeouts = Timeouts{
	Dial: 30 * time.Second, Step: 30 * time.Second, Data: time.Minute, Reply: 5 * time.Minute,
	Drain: 8 * time.Second, Idle: 30 * time.Second,
}

// SMTP is a Transport that speaks SMTP and keeps its connection for the next mail.
type SMTP struct {
	Server   Server
	Hello    string // name that the portal gives itself
	Timeouts Timeouts
	TLS      *tls.Config // nil = the authorities of the system
	// Plain lets the portal speak to the server without TLS: to one on this machine.
	Plain bool
	Now   func() time.Time

	client *smtp.Client
	conn   net.Conn
	used   time.Time
}

var _ Transport = (*SMTP)(nil)

// NewSMTP makes the transport of a portal with this address.
func NewSMTP(s Server, hello string, now func() time.Time) *SMTP {
	return &SMTP{Server: s, Hello: hello, Timeouts: DefaultTimeouts, Plain: s.Plain(), Now: now}
}

var (
	errNoTLS  = errors.New("le serveur ne propose pas de connexion chiffrée (STARTTLS)")
	errNoAuth = errors.New("le serveur ne propose aucune authentification connue")
)

// Close ends the connection politely, without waiting for long.
func (s *SMTP) Close() {
	if s.client == nil {
		return
	}
	if s.client.UpdateDeadline(time.Second) == nil {
		_ = s.client.Quit()
	}
	s.drop()
}

// drop ends the connection at once.
func (s *SMTP) drop() {
	if s.conn != nil {
		_ = s.conn.Close()
	}
	s.client, s.conn = nil, nil
}

// Deliver speaks SMTP as far as the last dot and beyond.
func (s *SMTP) Deliver(ctx context.Context, m Mail, hand func() error) Outcome {
	if err := s.ready(ctx); err != nil {
		s.drop()
		o := s.outcome(message.StageDial, err)
		o.Err = err
		return o
	}
	brake := &brake{conn: s.conn, drain: s.Timeouts.Drain}
	defer context.AfterFunc(ctx, brake.pull)()
	o := s.deliver(ctx, m, brake, hand)
	s.used = s.Now()
	if ctx.Err() != nil && o.Result == Later {
		o.Result = Kept // it was this portal that hung up
	}
	return o
}

func (s *SMTP) deliver(ctx context.Context, m Mail, brake *brake, hand func() error) Outcome {
	if ok, _ := s.client.Extension("SMTPUTF8"); m.UTF8 && !ok {
		return s.outcome(message.StageMail, &textproto.Error{Code: 553, Msg: "5.6.7 le serveur ne sait pas écrire à cette adresse"})
	}
	s.client.SkipSMTPUTF8(!m.UTF8)
	for _, step := range []struct {
		stage string
		do    func() error
	}{
		{message.StageMail, func() error { return s.client.Mail("<" + m.From + ">") }},
		{message.StageRcpt, func() error { return s.client.Rcpt("<" + m.To + ">") }},
	} {
		if err := s.step(ctx, s.Timeouts.Step, step.do); err != nil {
			return s.outcome(step.stage, err)
		}
	}
	var end func() (string, error)
	err := s.step(ctx, s.Timeouts.Data, func() (err error) { end, err = s.content(m.Content); return err })
	if err != nil {
		return s.outcome(message.StageData, err)
	}
	if err := hand(); err != nil {
		s.drop() // the server throws away what has no last dot
		return Outcome{Result: Kept, Attempt: message.Attempt{At: s.Now(), Stage: message.StageData}}
	}
	if err := brake.release(s.client, s.Timeouts.Reply); err != nil || ctx.Err() != nil {
		s.drop()
		return Outcome{Result: Kept, Attempt: message.Attempt{At: s.Now(), Stage: message.StageData}}
	}
	text, err := end()
	if err != nil {
		return s.outcome(message.StageReply, err)
	}
	return s.outcome(message.StageReply, &textproto.Error{Code: 250, Msg: text})
}

// content gives the server the content; end gives it the last dot and reads the
// reply.
func (s *SMTP) content(content []byte) (end func() (string, error), err error) {
	w, err := s.client.Data()
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	// What waits in the buffer goes now: a connection that is broken shows it
	// before the message counts as handed.
	if err := s.client.Text.W.Flush(); err != nil {
		return nil, err
	}
	return func() (string, error) {
		err := w.Close()
		if closer, ok := w.(*smtp.DataCloser); ok {
			return closer.ServerResponse(), err
		}
		return "", err
	}, nil
}

// step does one step within its time, and within ctx: see brake.
func (s *SMTP) step(ctx context.Context, limit time.Duration, do func() error) error {
	if err := s.client.UpdateDeadline(limit); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // looked at after the deadline was set: pull comes later, or came before
		s.drop()
		return err
	}
	return do()
}

// brake stops a mail under way when the portal stops: at once while the server has
// not been given the last dot, after a last short wait for its reply otherwise.
type brake struct {
	mu     sync.Mutex
	conn   net.Conn
	drain  time.Duration
	handed bool
}

func (b *brake) pull() {
	b.mu.Lock()
	defer b.mu.Unlock()
	limit := time.Unix(1, 0)
	if b.handed {
		limit = time.Now().Add(b.drain)
	}
	_ = b.conn.SetDeadline(limit) // of a connection that is closed: nothing to stop
}

func (b *brake) release(client *smtp.Client, limit time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handed = true
	return client.UpdateDeadline(limit)
}

// ready connects unless a connection is there and answers.
func (s *SMTP) ready(ctx context.Context) error {
	if s.client != nil {
		brake := &brake{conn: s.conn}
		defer context.AfterFunc(ctx, brake.pull)()
		fresh := s.Now().Sub(s.used) < s.Timeouts.Idle
		if fresh && s.step(ctx, s.Timeouts.Step, s.client.Reset) == nil {
			return nil
		}
		s.drop()
	}
	return s.connect(ctx)
}

func (s *SMTP) connect(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, s.Timeouts.Dial)
	defer cancel()
	if s.conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", s.Server.Address()); err != nil {
		return err
	}
	conn := s.conn
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	if err := s.conn.SetDeadline(time.Now().Add(s.Timeouts.Dial)); err != nil {
		return err
	}
	if s.Server.TLS {
		s.conn = tls.Client(s.conn, s.tlsConfig())
	}
	if s.client, err = smtp.NewClient(s.conn, s.Server.Host); err != nil {
		return err
	}
	if err := s.client.Hello(s.Hello); err != nil {
		return err
	}
	if err := s.encrypt(); err != nil {
		return err
	}
	return s.authenticate()
}

func (s *SMTP) tlsConfig() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.TLS != nil {
		c = s.TLS.Clone()
	}
	c.ServerName = s.Server.Host
	return c
}

func (s *SMTP) encrypt() error {
	if s.Server.TLS || s.Plain {
		return nil
	}
	if ok, _ := s.client.Extension("STARTTLS"); !ok {
		return errNoTLS
	}
	return s.client.StartTLS(s.tlsConfig())
}

func (s *SMTP) authenticate() error {
	user, password := s.Server.User, s.Server.Password
	if user == "" {
		return nil
	}
	_, offered := s.client.Extension("AUTH")
	mechanisms := strings.Fields(strings.ToUpper(offered))
	for _, known := range []struct {
		name string
		auth smtp.Auth
	}{
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(user, password)},
		{"PLAIN", smtp.PlainAuth("", user, password, s.Server.Host, s.Plain)},
		{"LOGIN", smtp.LoginAuth(user, password, s.Server.Host, s.Plain)},
		{"CRAM-MD5", smtp.CRAMMD5Auth(user, password)},
	} {
		if slices.Contains(mechanisms, known.name) {
			return s.client.Auth(known.auth)
		}
	}
	return errNoAuth
}

// outcome judges how a step ended, and hangs up where the connection cannot be used
// for another mail.
func (s *SMTP) outcome(stage string, err error) Outcome {
	o := Outcome{Attempt: message.Attempt{At: s.Now(), Stage: stage}}
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		s.drop()
		o.Attempt.Text = inFrench(err)
		if o.Result = Later; stage == message.StageReply {
			o.Result = Unknown
		}
		return o
	}
	o.Attempt.Code, o.Attempt.Enhanced, o.Attempt.Text = reply.Code, enhanced(reply.Msg), reply.Msg
	o.Result = judge(stage, reply.Code)
	o.Gone = o.Result == Never && Gone(o.Attempt.Enhanced)
	if o.Result != Accepted && (reply.Code == 421 || stage == message.StageReply) {
		s.drop()
	}
	return o
}

// goneCodes are the enhanced codes (RFC 3463, RFC 5248, RFC 7505) that say of a mailbox
// that it is not there, or takes mail no more.
var goneCodes = []string{"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}

// ours are replies to what the portal is, not to the mail: they change when somebody
// mends a setting, and refuse no message.
var ours = []int{530, 534, 535, 538}

// Gone reports whether an enhanced code says that a mailbox is not there.
func Gone(code string) bool { return slices.Contains(goneCodes, code) }

func judge(stage string, code int) Result {
	switch {
	case code/100 == 2 && stage == message.StageReply:
		return Accepted
	case code/100 == 4:
		return Later
	case code/100 == 5 && stage != message.StageDial && !slices.Contains(ours, code):
		return Never
	case code/100 == 5 || stage != message.StageReply:
		return Later
	}
	return Unknown // a reply to the last dot that no server gives
}

// enhanced is the code of RFC 3463 that a reply begins with, "" without one.
func enhanced(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	var class, subject, detail int
	if n, err := fmt.Sscanf(word, "%1d.%3d.%3d", &class, &subject, &detail); err != nil || n != 3 || len(word) > 9 {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d", class, subject, detail)
}

// inFrench says what broke, for the people who read of the attempt.
func inFrench(err error) string {
	var wait net.Error
	switch {
	case errors.Is(err, errNoTLS), errors.Is(err, errNoAuth):
		return err.Error()
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &wait) && wait.Timeout():
		return "délai dépassé"
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return "serveur d’envoi injoignable"
	}
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) {
		return "certificat du serveur d’envoi non reconnu"
	}
	return "connexion coupée"
}
