package bounce_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"sourcier/internal/mail"
	"sourcier/internal/mail/bounce"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
)

const id = "abcdefghijklmnopqrstuvwxyz234567"

var day = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

// tokens are those of the portal.
type tokens struct{}

func (tokens) Token(purpose, object string, _ int64) string {
	sum := sha256.Sum256([]byte("k" + purpose + object))
	return base32.StdEncoding.EncodeToString(sum[:])
}

func (tokens) Code(string) string { return "" }

// report is a file of testdata with the reference of a message in the places where a
// portal's reports have it.
func report(t testing.TB, file, id string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(strings.ReplaceAll(string(text), "ID_OF_MESSAGE", mail.Reference(tokens{}, id)), "\n", "\r\n")
}

func TestParse(t *testing.T) {
	word := mail.Reference(tokens{}, id)
	for file, want := range map[string]bounce.Report{
		"postfix.eml":      {Reference: word, Failed: true, Status: "5.1.1", Diagnostic: "550 5.1.1 <camille.durand@mairie.fr>: Recipient address rejected: User unknown in virtual mailbox table"},
		"exchange.eml":     {Reference: word, Failed: true, Status: "5.2.2", Diagnostic: "550 5.2.2 mailbox full"},
		"delayed.eml":      {Reference: word},
		"expired.eml":      {Reference: word, Failed: true, Status: "4.4.1", Diagnostic: "connect to mx.mairie.fr[192.0.2.1]:25: Connection timed out"},
		"delivered.eml":    {Reference: word},
		"cut.eml":          {Reference: word, Failed: true, Status: "5.1.1"},
		"no-message.eml":   {Failed: true, Status: "5.1.1", Diagnostic: "550 no"},
		"global.eml":       {Reference: word, Failed: true, Status: "5.1.1", Diagnostic: "550 5.1.1 inconnu"},
		"lower-case.eml":   {Reference: word, Failed: true, Status: "5.1.10", Diagnostic: "no such user"},
		"two-messages.eml": {Reference: word, Failed: true, Status: "5.1.1"},
	} {
		got, err := bounce.Parse(strings.NewReader(report(t, file, id)))
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", file, got, err)
		}
	}
	for _, file := range []string{"human.eml", "receipt.eml", "empty-status.eml", "no-boundary.eml"} {
		if got, err := bounce.Parse(strings.NewReader(report(t, file, id))); !errors.Is(err, bounce.ErrNoReport) {
			t.Errorf("%s: %+v, %v", file, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add([]byte(report(f, filepath.Base(file), id)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := bounce.Parse(bytes.NewReader(text))
		if err != nil && (!errors.Is(err, bounce.ErrNoReport) || r != bounce.Report{}) {
			t.Errorf("%+v, %v", r, err)
		}
		if r.Reference != "" && (len(r.Reference) != 44 || !bytes.Contains(text, []byte(r.Reference))) {
			t.Errorf("message %q", r.Reference)
		}
		if r.Status != "" && !r.Failed {
			t.Errorf("%+v", r)
		}
	})
}

// inbox is a real IMAP server with one mailbox, and a portal that reads it.
type inbox struct {
	*testing.T
	user         *imapmemserver.User
	addr         string
	reader       *bounce.Reader
	messages     *store.Messages
	suppressions *store.Suppressions
	log          bytes.Buffer
}

func newInbox(t *testing.T) *inbox {
	t.Helper()
	in := &inbox{T: t, user: imapmemserver.NewUser("portail", "secret")}
	memory := imapmemserver.New()
	memory.AddUser(in.user)
	if err := in.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}}, InsecureAuth: true, Logger: quiet{},
	})
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { _ = server.Close() })
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if in.messages, err = store.OpenMessages(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if in.suppressions, err = store.OpenSuppressions(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	in.addr = ln.Addr().String()
	in.reader = in.newReader()
	return in
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}

func (in *inbox) newReader() *bounce.Reader {
	host, port, err := net.SplitHostPort(in.addr)
	if err != nil {
		in.Fatal(err)
	}
	return &bounce.Reader{
		Server: mail.Server{Host: host, Port: port, User: "portail", Password: "secret"}, Plain: true,
		Messages: in.messages, Suppressions: in.suppressions, Tokens: tokens{}, Now: func() time.Time { return day },
		Log: slog.New(slog.NewTextHandler(&in.log, nil)),
	}
}

// sent stores a message that was sent.
func (in *inbox) sent(to string) message.Message {
	in.Helper()
	m, err := message.New(message.Order{Key: message.Key{Kind: message.Invitation, Object: "o", Recipient: to}, To: to, QueuedAt: day})
	if err != nil {
		in.Fatal(err)
	}
	until := day.Add(time.Minute)
	if err := errors.Join(m.Lease(day, "w", until), m.Hand(day, "w", until), m.Accept("w", message.Attempt{At: day})); err != nil {
		in.Fatal(err)
	}
	if err := in.messages.Queue(in.Context(), m); err != nil {
		in.Fatal(err)
	}
	return m
}

type literal struct{ *strings.Reader }

func (in *inbox) receive(texts ...string) {
	in.Helper()
	for _, text := range texts {
		if _, err := in.user.Append("INBOX", literal{strings.NewReader(text)}, &imap.AppendOptions{}); err != nil {
			in.Fatal(err)
		}
	}
}

func (in *inbox) once(want int) {
	in.Helper()
	if n, err := in.reader.Once(in.Context()); err != nil || n != want {
		in.Errorf("bounced %d, %v, want %d\n%s", n, err, want, &in.log)
	}
}

// unread lists the subjects of what is left for people.
func (in *inbox) unread() (subjects []string) {
	in.Helper()
	client, err := imapclient.DialInsecure(in.addr, nil)
	if err != nil {
		in.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	if err := client.Login("portail", "secret").Wait(); err != nil {
		in.Fatal(err)
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		in.Fatal(err)
	}
	found, err := client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	if err != nil {
		in.Fatal(err)
	}
	if len(found.AllUIDs()) == 0 {
		return nil
	}
	list, err := client.Fetch(imap.UIDSetNum(found.AllUIDs()...), &imap.FetchOptions{Envelope: true}).Collect()
	if err != nil {
		in.Fatal(err)
	}
	for _, m := range list {
		subjects = append(subjects, m.Envelope.Subject)
	}
	return subjects
}

func (in *inbox) check(m message.Message, bounced, suppressed bool) {
	in.Helper()
	d, err := in.messages.Get(in.Context(), m.ID)
	if err != nil || d.Value.BouncedAt.IsZero() == bounced || d.Value.State(day) != message.Sent {
		in.Errorf("%s: %+v, %v", m.To, d.Value, err)
	}
	if held, err := in.suppressions.Holds(in.Context(), m.ToHash); err != nil || held != suppressed {
		in.Errorf("%s suppressed: %v, %v", m.To, held, err)
	}
}

func TestReaderReadsReports(t *testing.T) {
	in := newInbox(t)
	unknown, full, late, given := in.sent("a@mairie.fr"), in.sent("b@mairie.fr"), in.sent("c@mairie.fr"), in.sent("d@mairie.fr")
	in.receive(report(t, "human.eml", id), report(t, "postfix.eml", unknown.ID), report(t, "exchange.eml", full.ID),
		report(t, "delayed.eml", late.ID), report(t, "delivered.eml", given.ID), report(t, "empty-status.eml", id), report(t, "postfix.eml", id))
	in.once(2)
	in.check(unknown, true, true)
	in.check(full, true, false)
	in.check(late, false, false)
	in.check(given, false, false)
	if left := in.unread(); len(left) != 1 || left[0] != "Bonjour" {
		t.Errorf("left for people: %q", left)
	}
	if strings.Contains(in.log.String(), "@") {
		t.Errorf("the log names somebody:\n%s", &in.log)
	}
	// Nothing is read twice, by the same reader or by the next.
	in.once(0)
	if err := in.suppressions.Lift(t.Context(), unknown.ToHash, store.Change{At: day}); err != nil {
		t.Fatal(err)
	}
	in.reader = in.newReader()
	in.once(0)
	in.check(unknown, true, false)
	in.receive(report(t, "expired.eml", late.ID))
	in.once(1)
	in.check(late, true, false)
}

// A report that a stranger wrote names no message, and changes nothing.
func TestReaderBelievesOnlyWhoHasTheMail(t *testing.T) {
	in := newInbox(t)
	m := in.sent("camille.durand@mairie.fr")
	in.receive(report(t, "no-message.eml", ""), report(t, "postfix.eml", strings.Repeat("a", 32)))
	// Who caused the message may know its id, and not what proves it.
	written := report(t, "postfix.eml", m.ID)
	for _, forged := range []string{m.ID, m.ID + strings.Repeat("a", 12), mail.Reference(tokens{}, strings.Repeat("a", 32))[32:] + m.ID} {
		in.receive(strings.ReplaceAll(written, mail.Reference(tokens{}, m.ID), forged))
	}
	in.once(0)
	in.check(m, false, false)
}

// What a store could not take is read again.
func TestReaderReadsAgainAfterAFailure(t *testing.T) {
	in := newInbox(t)
	m := in.sent("a@mairie.fr")
	in.receive(report(t, "postfix.eml", m.ID))
	whole := in.reader.Messages
	broken, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "broken.db"))
	if err != nil {
		t.Fatal(err)
	}
	if in.reader.Messages, err = store.OpenMessages(t.Context(), broken); err != nil {
		t.Fatal(err)
	}
	if err := broken.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.reader.Once(t.Context()); err == nil {
		t.Fatal("a closed store took a report")
	}
	in.reader.Messages = whole
	in.once(1)
	in.check(m, true, true)
}

func TestReaderFailures(t *testing.T) {
	in := newInbox(t)
	in.reader.Server.Password = "autre"
	if _, err := in.reader.Once(t.Context()); err == nil || strings.Contains(err.Error(), "autre") {
		t.Errorf("a wrong password: %v", err)
	}
	in.reader = in.newReader()
	in.reader.Plain = false
	if _, err := in.reader.Once(t.Context()); err == nil {
		t.Error("a server without TLS is given the password")
	}
	// One that says nothing is waited for no longer than the context.
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	go func() {
		if conn, err := ln.Accept(); err == nil {
			_, _ = io.Copy(io.Discard, conn)
		}
	}()
	in.addr = ln.Addr().String()
	in.reader = in.newReader()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := in.reader.Once(ctx); err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("a silent server: %v after %v", err, time.Since(start))
	}
}
