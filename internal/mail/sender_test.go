package mail_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sourcier/internal/mail"
	"sourcier/internal/mail/mailtest"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// post is a portal that sends to a server of its own.
type post struct {
	*testing.T
	db           store.DB
	clock        *clock
	server       *mailtest.Server
	messages     *store.Messages
	suppressions *store.Suppressions
	sender       *mail.Sender
	logged       *buffer
	stop         func()
	timeouts     mail.Timeouts
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func newPost(t *testing.T, server *mailtest.Server) *post {
	t.Helper()
	if server.Addr == "" {
		server.Start(t, nil)
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := &post{T: t, db: db, clock: &clock{now: day}, server: server, logged: &buffer{}, stop: func() {}}
	p.timeouts = mail.Timeouts{Dial: 5 * time.Second, Step: 5 * time.Second, Data: 5 * time.Second, Reply: 5 * time.Second, Drain: 300 * time.Millisecond, Idle: time.Hour}
	if p.messages, err = store.OpenMessages(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if p.suppressions, err = store.OpenSuppressions(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	p.sender = &mail.Sender{
		Messages: p.messages, Suppressions: p.suppressions, Composer: composer(), Parallel: 2, Reply: time.Minute, Now: p.clock.Now,
		Log: slog.New(slog.NewTextHandler(p.logged, nil)), Connect: func() mail.Transport { return p.transport() },
	}
	return p
}

func (p *post) transport() *mail.SMTP {
	host, port, err := net.SplitHostPort(p.server.Addr)
	if err != nil {
		p.Fatal(err)
	}
	s := mail.NewSMTP(mail.Server{Host: host, Port: port, User: p.server.User, Password: p.server.Password}, "sourcier.exemple.fr", p.clock.Now)
	s.Timeouts = p.timeouts
	return s
}

// run starts the sender; it is stopped by stop, or when the test ends.
func (p *post) run() {
	p.Helper()
	ctx, cancel := context.WithCancel(p.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.sender.Run(ctx) }()
	var once sync.Once
	p.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				p.Error(err)
			}
		})
	}
	p.Cleanup(p.stop)
}

func (p *post) queue(kind message.Kind, to string) string {
	p.Helper()
	m := newMessage(p, kind, func(o *message.Order) {
		o.To, o.Key.Recipient, o.QueuedAt, o.ExpiresAt = to, to, p.clock.Now(), time.Time{}
	})
	if err := p.messages.Queue(p.Context(), m); err != nil {
		p.Fatal(err)
	}
	return m.ID
}

// wait waits until a message is as the test wants it.
func (p *post) wait(id, what string, is func(*message.Message) bool) message.Message {
	p.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		d, err := p.messages.Get(p.Context(), id)
		if err != nil {
			p.Fatal(err)
		}
		if is(&d.Value) {
			return d.Value
		}
		if time.Now().After(deadline) {
			p.Fatalf("never %s: %s, %+v\n%s", what, d.Value.State(p.clock.Now()), d.Value, p.logged)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (p *post) waitState(id string, state message.State) message.Message {
	p.Helper()
	return p.wait(id, string(state), func(m *message.Message) bool { return m.State(p.clock.Now()) == state })
}

func (p *post) waitTries(id string, n int) message.Message {
	p.Helper()
	return p.wait(id, fmt.Sprintf("tried %d times", n), func(m *message.Message) bool { return m.Tries == n && m.LeasedBy == "" })
}

// clean holds the log to saying nothing of persons.
func (p *post) clean() {
	p.Helper()
	if s := p.logged.String(); strings.Contains(s, "exemple.fr>") || strings.Contains(s, "nom@") || strings.Contains(s, "Camille") {
		p.Errorf("the log names somebody:\n%s", s)
	}
}

func TestSenderSends(t *testing.T) {
	p := newPost(t, &mailtest.Server{User: "portail", Password: "secret"})
	first := p.queue(message.Invitation, "nom1@exemple.fr")
	p.run()
	m := p.waitState(first, message.Sent)
	if m.HandedAt.IsZero() || len(m.Attempts) != 1 || m.Attempts[0].Code != 250 {
		t.Errorf("%+v", m)
	}
	for i := range 20 { // these come while it runs
		id := p.queue(message.Invitation, fmt.Sprintf("nom%d@exemple.fr", i+2))
		if i%10 == 9 {
			p.waitState(id, message.Sent)
		}
	}
	p.wait(first, "all taken", func(*message.Message) bool { return len(p.server.Received()) == 21 })
	for id, n := range p.server.Taken() {
		if n != 1 {
			t.Errorf("%s was taken %d times", id, n)
		}
	}
	if n := p.server.Dials(); n > 2 {
		t.Errorf("%d connections for two workers", n)
	}
	if got := p.server.Received()[0]; got.MessageID != "<"+mail.Reference(tokens{}, first)+"@exemple.fr>" || got.From != "portail@exemple.fr" || got.To != "nom1@exemple.fr" {
		t.Errorf("%+v", got)
	}
	p.clean()
}

// A server that greylists gets the same message later, once.
func TestSenderWaitsForAGreylist(t *testing.T) {
	asked := map[string]int{}
	p := newPost(t, &mailtest.Server{Rcpt: func(to string) error {
		if asked[to]++; asked[to] == 1 {
			return mailtest.Reply(450, [3]int{4, 2, 0}, "<"+to+">: greylisted")
		}
		return nil
	}})
	p.sender.Parallel = 1
	id := p.queue(message.Invitation, "nom@exemple.fr")
	p.run()
	m := p.waitTries(id, 1)
	if m.State(day) != message.Queued || !m.NotBefore.Equal(day.Add(time.Minute)) || m.Attempts[0].Enhanced != "4.2.0" || m.Attempts[0].Stage != message.StageRcpt {
		t.Errorf("%+v", m)
	}
	p.clock.add(59 * time.Second)
	time.Sleep(600 * time.Millisecond)
	p.waitTries(id, 1)
	p.clock.add(2 * time.Second)
	p.waitState(id, message.Sent)
	if len(p.server.Received()) != 1 {
		t.Errorf("taken %d times", len(p.server.Received()))
	}
	p.clean()
}

// Replies at each step, and what becomes of the message.
func TestSenderObeysReplies(t *testing.T) {
	refuse := func(code int, enhanced ...int) func(string) error {
		return func(to string) error {
			return mailtest.Reply(code, [3]int(append(enhanced, 0, 0, 0)[:3]), "no <"+to+">")
		}
	}
	data := func(code int) func(mailtest.Received) error {
		return func(mailtest.Received) error { return mailtest.Reply(code, [3]int{code / 100, 7, 1}, "no") }
	}
	for name, c := range map[string]struct {
		server *mailtest.Server
		state  message.State
		stage  string
		gone   bool
	}{
		"sender refused":       {&mailtest.Server{Mail: refuse(553, 5, 1, 8)}, message.Refused, message.StageMail, false},
		"sign in first":        {&mailtest.Server{Mail: refuse(530, 5, 7, 0)}, message.Queued, message.StageMail, false},
		"no such mailbox":      {&mailtest.Server{Rcpt: refuse(550, 5, 1, 1)}, message.Refused, message.StageRcpt, true},
		"mailbox full":         {&mailtest.Server{Rcpt: refuse(552, 5, 2, 2)}, message.Refused, message.StageRcpt, false},
		"policy":               {&mailtest.Server{Rcpt: refuse(550, 5, 7, 1)}, message.Refused, message.StageRcpt, false},
		"closing":              {&mailtest.Server{Rcpt: refuse(421, 4, 3, 2)}, message.Queued, message.StageRcpt, false},
		"content refused":      {&mailtest.Server{Data: data(554)}, message.Refused, message.StageReply, false},
		"content later":        {&mailtest.Server{Data: data(451)}, message.Queued, message.StageReply, false},
		"closing after it all": {&mailtest.Server{Data: data(421)}, message.Queued, message.StageReply, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPost(t, c.server)
			id := p.queue(message.Invitation, "nom@exemple.fr")
			p.run()
			m := p.waitTries(id, 1)
			if m.State(day) != c.state || m.Attempts[0].Stage != c.stage || !m.HandedAt.IsZero() {
				t.Errorf("%s: %+v", m.State(day), m)
			}
			p.stop()
			if gone, err := p.suppressions.Holds(t.Context(), m.ToHash); err != nil || gone != c.gone {
				t.Errorf("suppressed %v, %v", gone, err)
			}
			if n := len(p.server.Received()); n != 0 {
				t.Errorf("taken %d times", n)
			}
			p.clean()
		})
	}
}

// No reply after the last dot: nobody knows, nobody tries again but a person.
func TestSenderAsksAPersonWhenTheReplyIsLost(t *testing.T) {
	for name, verdict := range map[string]error{"taken": mailtest.ErrVanish, "lost": mailtest.ErrLost} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := verdict
			p := newPost(t, &mailtest.Server{Data: func(mailtest.Received) error { return answer }})
			id := p.queue(message.Invitation, "nom@exemple.fr")
			p.run()
			m := p.waitState(id, message.Uncertain)
			if m.UncertainAt.IsZero() || !m.Undecided(day) || m.Attempts[0].Code != 0 {
				t.Errorf("%+v", m)
			}
			before := len(p.server.Received())
			p.clock.add(72 * time.Hour)
			time.Sleep(1200 * time.Millisecond)
			if m = p.waitState(id, message.Uncertain); m.Tries != 1 || len(p.server.Received()) != before {
				t.Fatalf("tried again alone: %+v", m)
			}
			answer = nil
			if _, err := changed(t.Context(), p.messages, id, func(m *message.Message) error { return m.Decide(p.clock.Now(), "pers2", true) }); err != nil {
				t.Fatal(err)
			}
			p.waitState(id, message.Sent)
			if n := p.server.Taken()["<"+mail.Reference(tokens{}, id)+"@exemple.fr>"]; n != before+1 {
				t.Errorf("taken %d times under its Message-ID, %d before", n, before)
			}
			p.clean()
		})
	}
}

// A slow reply is waited for; one that is too slow leaves the message uncertain.
func TestSenderAndASlowServer(t *testing.T) {
	for name, c := range map[string]struct {
		slow time.Duration
		want message.State
	}{"slow": {700 * time.Millisecond, message.Sent}, "too slow": {3 * time.Second, message.Uncertain}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPost(t, &mailtest.Server{Data: func(mailtest.Received) error { time.Sleep(c.slow); return nil }})
			p.timeouts.Reply = 1500 * time.Millisecond
			id := p.queue(message.Invitation, "nom@exemple.fr")
			p.run()
			p.waitState(id, message.Leased)
			m := p.waitTries(id, 1)
			if m.State(day) != c.want {
				t.Errorf("%+v", m)
			}
		})
	}
}

// A server that is slow before the last dot has been given nothing: later.
func TestSenderAndAServerSlowAtFirst(t *testing.T) {
	p := newPost(t, &mailtest.Server{Rcpt: func(string) error { time.Sleep(2 * time.Second); return nil }})
	p.timeouts.Step = 300 * time.Millisecond
	id := p.queue(message.Invitation, "nom@exemple.fr")
	p.run()
	if m := p.waitTries(id, 1); m.State(day) != message.Queued || m.Attempts[0].Text != "délai dépassé" {
		t.Errorf("%+v", m)
	}
}

// A portal that stops lets the reply come for a moment, gives no last dot any more,
// and leaves nothing leased.
func TestSenderStops(t *testing.T) {
	for name, c := range map[string]struct {
		server *mailtest.Server
		drain  time.Duration
		want   message.State
	}{
		"before the last dot":           {&mailtest.Server{Rcpt: func(string) error { time.Sleep(2 * time.Second); return nil }}, 300 * time.Millisecond, message.Queued},
		"reply on its way":              {&mailtest.Server{Data: func(mailtest.Received) error { time.Sleep(time.Second); return nil }}, 10 * time.Second, message.Sent},
		"reply that does not come soon": {&mailtest.Server{Data: func(mailtest.Received) error { time.Sleep(4 * time.Second); return nil }}, 300 * time.Millisecond, message.Uncertain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPost(t, c.server)
			p.timeouts.Drain = c.drain
			id := p.queue(message.Invitation, "nom@exemple.fr")
			p.run()
			p.wait(id, "under way", func(m *message.Message) bool {
				return m.LeasedBy != "" && (c.want == message.Queued || !m.HandedAt.IsZero())
			})
			time.Sleep(200 * time.Millisecond)
			p.stop()
			d, err := p.messages.Get(t.Context(), id)
			if m := d.Value; err != nil || m.State(day) != c.want || m.LeasedBy != "" {
				t.Errorf("%+v, %v", m, err)
			}
		})
	}
}

func TestSenderDropsWhatIsNotToBeSent(t *testing.T) {
	p := newPost(t, &mailtest.Server{})
	expired := newMessage(t, message.SignIn, nil)
	suppressed := newMessage(t, message.Invitation, func(o *message.Order) {
		o.To, o.Key.Recipient, o.ExpiresAt = "parti@exemple.fr", "parti@exemple.fr", time.Time{}
	})
	unwritable := newMessage(t, message.Invitation, func(o *message.Order) {
		o.To, o.Key.Recipient, o.ExpiresAt = "nom@_.fr", "nom@_.fr", time.Time{}
	})
	for _, m := range []message.Message{expired, suppressed, unwritable} {
		if err := p.messages.Queue(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.suppressions.Suppress(t.Context(), suppressed.ToHash, "5.1.1", day); err != nil {
		t.Fatal(err)
	}
	p.clock.add(15 * time.Minute)
	p.run()
	for id, why := range map[string]message.Reason{expired.ID: message.Expired, suppressed.ID: message.Suppressed, unwritable.ID: message.Unwritable} {
		if m := p.waitState(id, message.Refused); m.Why != why || len(m.Attempts) != 0 {
			t.Errorf("%+v, want %s", m, why)
		}
	}
	if n := len(p.server.Received()); n != 0 {
		t.Errorf("%d taken", n)
	}
}

// A domain that is refused, or throttled, keeps no other.
func TestSenderIsFairToDomains(t *testing.T) {
	p := newPost(t, &mailtest.Server{Rcpt: func(to string) error {
		if strings.HasSuffix(to, "@refus.fr") {
			return mailtest.Reply(550, [3]int{5, 7, 1}, "not you")
		}
		return nil
	}})
	p.sender.PerMinute = 60
	var many []string
	for i := range 15 {
		many = append(many, p.queue(message.Invitation, fmt.Sprintf("nom%02d@mairie.fr", i)))
	}
	refused := p.queue(message.Invitation, "nom@refus.fr")
	p.run()
	p.waitState(refused, message.Refused)
	other := p.queue(message.Invitation, "nom@ailleurs.fr")
	p.waitState(other, message.Sent)
	sent := func() (n int) {
		for _, id := range many {
			if d, err := p.messages.Get(t.Context(), id); err == nil && d.Value.State(p.clock.Now()) == message.Sent {
				n++
			}
		}
		return n
	}
	// What the sender may still send goes before what is queued after it, three times over.
	witnesses := 0
	passed := func() {
		for range 3 {
			witnesses++
			p.waitState(p.queue(message.Invitation, fmt.Sprintf("temoin@temoin%d.fr", witnesses)), message.Sent)
		}
	}
	p.wait(other, "the burst sent", func(*message.Message) bool { return sent() >= 10 })
	passed()
	if n := sent(); n != 10 {
		t.Errorf("%d sent at once", n)
	}
	p.clock.add(2 * time.Second)
	p.wait(other, "two more sent", func(*message.Message) bool { return sent() >= 12 })
	passed()
	if n := sent(); n != 12 {
		t.Errorf("%d sent after two seconds", n)
	}
	p.clock.add(time.Minute)
	p.wait(other, "all sent", func(*message.Message) bool { return sent() == 15 })
}

// The server is down: messages wait, and go when it is back.
func TestSenderOutlivesItsServer(t *testing.T) {
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	up := &mailtest.Server{}
	p := newPost(t, up)
	back := up.Addr
	up.Addr = addr
	p.sender.Parallel = 1
	id := p.queue(message.SignIn, "nom@exemple.fr")
	p.run()
	if m := p.waitTries(id, 1); m.State(day) != message.Queued || m.Attempts[0].Text != "serveur d’envoi injoignable" {
		t.Errorf("%+v", m)
	}
	p.stop()
	up.Addr = back
	p.clock.add(time.Minute)
	p.run()
	p.waitState(id, message.Sent)
}

// What another sender had taken and not handed goes at once; what it had handed
// waits for its reply, then is uncertain.
func TestSenderTakesOver(t *testing.T) {
	p := newPost(t, &mailtest.Server{})
	taken, handed := p.queue(message.Invitation, "a@exemple.fr"), p.queue(message.Invitation, "b@exemple.fr")
	for _, id := range []string{taken, handed} {
		_, err := changed(t.Context(), p.messages, id, func(m *message.Message) error {
			err := m.Lease(day, "dead", day.Add(time.Hour))
			if id == handed {
				err = errors.Join(err, m.Hand(day, "dead", day.Add(10*time.Minute)))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	p.run()
	p.waitState(taken, message.Sent)
	p.waitState(handed, message.Leased)
	p.clock.add(10 * time.Minute)
	if m := p.wait(handed, "recovered", func(m *message.Message) bool { return !m.UncertainAt.IsZero() }); m.State(day) != message.Uncertain {
		t.Errorf("%+v", m)
	}
	if n := len(p.server.Received()); n != 1 {
		t.Errorf("%d taken", n)
	}
}

// Two senders at once, which leases should prevent, still send once.
func TestTwoSendersSendOnce(t *testing.T) {
	p := newPost(t, &mailtest.Server{})
	var ids []string
	for i := range 30 {
		ids = append(ids, p.queue(message.Invitation, fmt.Sprintf("nom%02d@exemple.fr", i)))
	}
	second := *p.sender
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- second.Run(ctx) }()
	p.run()
	for _, id := range ids {
		p.waitState(id, message.Sent)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for id, n := range p.server.Taken() {
		if n != 1 {
			t.Errorf("%s was taken %d times", id, n)
		}
	}
}

// sick is a store that fails when told to, and loses its feed.
type sick struct {
	store.DB
	down, gap *atomic.Bool
}

type sickRaw struct {
	store.Raw
	sick
}

var errDown = errors.New("the store is down")

func (s sick) Collection(ctx context.Context, name string) (store.Raw, error) {
	raw, err := s.DB.Collection(ctx, name)
	return sickRaw{raw, s}, err
}

func (s sickRaw) Get(ctx context.Context, id string) (store.Envelope, error) {
	if s.down.Load() {
		return store.Envelope{}, errDown
	}
	return s.Raw.Get(ctx, id)
}

func (s sickRaw) Replace(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	if s.down.Load() {
		return e, errDown
	}
	return s.Raw.Replace(ctx, e)
}

func (s sickRaw) Changes(ctx context.Context, after store.Cursor, limit int) ([]store.Event, store.Cursor, error) {
	if s.down.Load() {
		return nil, after, errDown
	}
	if s.gap.Swap(false) {
		return nil, after, store.ErrFeedGap
	}
	return s.Raw.Changes(ctx, after, limit)
}

func TestSenderOutlivesItsStore(t *testing.T) {
	var down, gap atomic.Bool
	p := newPost(t, &mailtest.Server{})
	messages, err := store.OpenMessages(t.Context(), sick{p.db, &down, &gap})
	if err != nil {
		t.Fatal(err)
	}
	p.sender.Messages, p.sender.Parallel = messages, 1
	p.run()

	// It fails once the server has the mail: the answer is written when it is back.
	p.server.Data = func(mailtest.Received) error { down.Store(true); return nil }
	taken := p.queue(message.Invitation, "a@exemple.fr")
	p.wait(taken, "with the server", func(*message.Message) bool { return len(p.server.Received()) == 1 })
	time.Sleep(300 * time.Millisecond)
	p.server.Data = nil
	down.Store(false)
	p.waitState(taken, message.Sent)

	// It fails before a message is leased: the message is tried again.
	p.server.Rcpt = func(string) error { t.Error("leased in a store that is down"); return nil }
	waiting := p.queue(message.Invitation, "b@exemple.fr")
	down.Store(true)
	time.Sleep(time.Second)
	p.server.Rcpt = nil
	down.Store(false)
	p.clock.add(time.Minute)
	p.waitState(waiting, message.Sent)

	// The feed does not reach back: everything is read again.
	gap.Store(true)
	p.waitState(p.queue(message.Invitation, "c@exemple.fr"), message.Sent)
	for id, n := range p.server.Taken() {
		if n != 1 {
			t.Errorf("%s was taken %d times", id, n)
		}
	}
	p.clean()
}

// Somebody is erased while their mail is under way.
func TestSenderAndAScrub(t *testing.T) {
	p := newPost(t, &mailtest.Server{})
	reached, erased := make(chan bool, 1), make(chan bool)
	p.server.Rcpt = func(string) error { reached <- true; <-erased; return nil }
	id := p.queue(message.Invitation, "nom@exemple.fr")
	p.run()
	<-reached
	if _, err := changed(t.Context(), p.messages, id, func(m *message.Message) error { m.Scrub(day); return nil }); err != nil {
		t.Fatal(err)
	}
	close(erased)
	m := p.waitState(id, message.Refused)
	if m.To != "" || len(p.server.Received()) != 0 {
		t.Errorf("%+v, taken %d", m, len(p.server.Received()))
	}
}

func TestSMTPAsksForTLS(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(cert)
	withTLS := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	for name, c := range map[string]struct {
		offers *tls.Config
		trusts *x509.CertPool
		want   mail.Result
		text   string
	}{
		"STARTTLS":              {withTLS, trusted, mail.Accepted, ""},
		"no STARTTLS":           {nil, trusted, mail.Later, "le serveur ne propose pas de connexion chiffrée (STARTTLS)"},
		"a certificate unknown": {withTLS, x509.NewCertPool(), mail.Later, "certificat du serveur d’envoi non reconnu"},
	} {
		t.Run(name, func(t *testing.T) {
			server := &mailtest.Server{User: "portail", Password: "secret"}
			server.Start(t, c.offers)
			p := newPost(t, server)
			s := p.transport()
			s.Plain, s.TLS = false, &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.trusts}
			defer s.Close()
			m := newMessage(t, message.SignIn, nil)
			made, err := composer().Mail(&m, day)
			if err != nil {
				t.Fatal(err)
			}
			o := s.Deliver(t.Context(), made, func() error { return nil })
			if o.Result != c.want || c.text != "" && o.Attempt.Text != c.text {
				t.Errorf("%+v", o)
			}
		})
	}
}

// A password that is refused is a setting to mend: it refuses no message.
func TestSMTPWithAWrongPassword(t *testing.T) {
	p := newPost(t, &mailtest.Server{User: "portail", Password: "secret"})
	s := p.transport()
	s.Server.Password = "autre"
	m := newMessage(t, message.SignIn, nil)
	made, err := composer().Mail(&m, day)
	if err != nil {
		t.Fatal(err)
	}
	o := s.Deliver(t.Context(), made, func() error { return nil })
	if o.Result != mail.Later || o.Attempt.Stage != message.StageDial || o.Attempt.Code != 535 || strings.Contains(fmt.Sprint(o), "autre") {
		t.Errorf("%+v", o)
	}
}

func TestLocalMailbox(t *testing.T) {
	p := newPost(t, &mailtest.Server{})
	p.sender.Connect = func() mail.Transport { return mail.Local{Now: p.clock.Now} }
	id := p.queue(message.SignIn, "nom@exemple.fr")
	p.run()
	if m := p.waitState(id, message.Sent); m.Attempts[0].Stage != message.StageLocal {
		t.Errorf("%+v", m)
	}
	if n := len(p.server.Received()); n != 0 {
		t.Errorf("%d went to a server", n)
	}
}

func TestServerAddresses(t *testing.T) {
	s, err := mail.ParseSMTP("smtp://portail%40exemple.fr:mot%2Fde%3Apasse@mx.exemple.fr")
	if want := (mail.Server{Host: "mx.exemple.fr", Port: "587", User: "portail@exemple.fr", Password: "mot/de:passe"}); err != nil || s != want {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := mail.ParseSMTP("smtp+open://mail:1025"); err != nil || !s.Plain() || s.TLS || s.Address() != "mail:1025" {
		t.Errorf("open: %+v, %v", s, err)
	}
	if _, err := mail.ParseSMTP("smtp+open://a:secret@mail:1025"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a password in the open: %v", err)
	}
	if s, err := mail.ParseSMTP("smtps://a:b@mx.exemple.fr:4650/"); err != nil || !s.TLS || s.Address() != "mx.exemple.fr:4650" {
		t.Errorf("%+v, %v", s, err)
	}
	for _, bad := range []string{"", "mx.exemple.fr:25", "http://mx", "smtp://", "smtp://a@mx", "smtp://a:secret@mx/boite", "smtp://a:secret@mx?x=1", "smtp://a:%secret@mx"} {
		if _, err := mail.ParseSMTP(bad); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := mail.ParseIMAP("imaps://mx.exemple.fr"); err == nil {
		t.Error("a mailbox without a user")
	}
}

// changed takes a step of a message, as the store has it now.
func changed(ctx context.Context, messages *store.Messages, id string, step func(*message.Message) error) (store.Doc[message.Message], error) {
	return store.Update(ctx, messages.Collection, id, func(m *message.Message) (store.Change, error) { return store.Change{}, step(m) })
}
