package mail_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sourcier/internal/mail"
	"sourcier/internal/mail/mailtest"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/store/mongo"
	"sourcier/internal/store/sqlite"
)

// childEnv, when set, makes this binary a sender that dies where its order says:
// the proof kills a real process.
const childEnv = "SOURCIER_TEST_MAIL_CHILD"

func TestMain(m *testing.M) {
	if order := os.Getenv(childEnv); order != "" {
		if err := child(order); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// childOrder is what a child is told.
type childOrder struct {
	Store, Server string
	Kill          string        // "before 2": before its second write of a message, "after 2"; "" = never
	Ahead         time.Duration // of its clock
}

func child(text string) error {
	var o childOrder
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	db, err := openCrash(context.Background(), o.Store)
	if err != nil {
		return err
	}
	sender, err := crashSender(context.Background(), lethal{DB: db, kill: o.Kill, writes: new(atomic.Int64)}, o)
	if err != nil {
		return err
	}
	return sender.Run(context.Background())
}

// crashSender is a sender as a portal has it, with short times.
func crashSender(ctx context.Context, db store.DB, o childOrder) (*mail.Sender, error) {
	messages, err := store.OpenMessages(ctx, db)
	if err != nil {
		return nil, err
	}
	suppressions, err := store.OpenSuppressions(ctx, db)
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(o.Server)
	if err != nil {
		return nil, err
	}
	now := func() time.Time { return time.Now().Add(o.Ahead) }
	return &mail.Sender{
		Messages: messages, Suppressions: suppressions, Composer: composer(), Parallel: 2, Reply: 10 * time.Second,
		Now: now, Log: slog.New(slog.DiscardHandler),
		Connect: func() mail.Transport {
			return mail.NewSMTP(mail.Server{Host: host, Port: port}, "sourcier.exemple.fr", now)
		},
	}, nil
}

func openCrash(ctx context.Context, where string) (store.DB, error) {
	if strings.HasPrefix(where, "mongodb://") {
		return mongo.Open(ctx, where)
	}
	return sqlite.Open(ctx, where)
}

// lethal is a store that kills its own process before or after a write.
type lethal struct {
	store.DB
	kill   string
	writes *atomic.Int64
}

type lethalRaw struct {
	store.Raw
	lethal
}

func (l lethal) Collection(ctx context.Context, name string) (store.Raw, error) {
	raw, err := l.DB.Collection(ctx, name)
	return lethalRaw{raw, l}, err
}

func (l lethalRaw) Replace(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	n := l.writes.Add(1)
	l.die(fmt.Sprintf("before %d", n))
	e, err := l.Raw.Replace(ctx, e)
	l.die(fmt.Sprintf("after %d", n))
	return e, err
}

func (l lethal) die(step string) {
	if l.kill == step {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // until it arrives
	}
}

// A step at which a sender is killed: one of its writes, or one of the server's
// answers. Two messages are under way at once: of the first writes, 1 and 2 lease,
// the next hand over and record.
var crashSteps = []string{
	"before 1", "after 1", "before 2", "after 2", "before 3", "after 3", "before 4", "after 4", "before 5", "after 5", "before 6", "after 6",
	"server mail", "server rcpt", "server takes", "server loses",
}

// TestMailCrash kills a sender at each step, on both stores. Afterwards every
// message is in exactly one state, the next sender sends what was not handed over,
// and the server takes none twice but those that a person chose to send again.
func TestMailCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes by the dozen: left out with -short")
	}
	stores := []func(*testing.T) string{
		func(t *testing.T) string { return filepath.Join(t.TempDir(), "test.db") },
		func(*testing.T) string {
			return strings.TrimSuffix(os.Getenv("SOURCIER_TEST_MONGO"), "/") + "/test_" + strings.ToLower(rand.Text())
		},
	}
	if os.Getenv("SOURCIER_TEST_MONGO") == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("SOURCIER_TEST_MONGO is not set: the MongoDB store would go untested")
		}
		stores = stores[:1]
	}
	var total tally
	t.Run("kill", func(t *testing.T) {
		var mu sync.Mutex
		for i, fresh := range stores {
			for _, step := range crashSteps {
				t.Run(fmt.Sprintf("%s, store %d", step, i+1), func(t *testing.T) {
					t.Parallel()
					one := crash(t, fresh(t), step)
					mu.Lock()
					defer mu.Unlock()
					total.add(one)
				})
			}
		}
	})
	t.Logf("figure: %d kills on %d stores, %d messages each in one state; %d uncertain, of which the server had %d; none taken twice but %d sent again by a person's choice",
		total.kills, len(stores), total.messages, total.uncertain, total.had, total.twice)
	if total.uncertain == 0 || total.had == 0 || total.had == total.uncertain || total.twice != total.had {
		t.Errorf("the kills did not meet every case: %+v", total)
	}
}

type tally struct{ kills, messages, uncertain, had, twice int }

func (a *tally) add(b tally) {
	a.kills, a.messages, a.uncertain, a.had, a.twice = a.kills+b.kills, a.messages+b.messages, a.uncertain+b.uncertain, a.had+b.had, a.twice+b.twice
}

// scene is one kill and what follows.
type scene struct {
	*testing.T
	where    string
	server   *mailtest.Server
	messages *store.Messages
	ids      []string
	victim   atomic.Pointer[os.Process] // killed by the server
}

const perCrash = 5

func crash(t *testing.T, where, step string) tally {
	db, err := openCrash(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := &scene{T: t, where: where, server: &mailtest.Server{}}
	if s.messages, err = store.OpenMessages(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s.arm(step)
	s.server.Start(t, nil)
	for i := range perCrash {
		m := newMessage(t, message.Invitation, func(o *message.Order) {
			o.To = fmt.Sprintf("nom%d@exemple.fr", i)
			o.Key.Recipient, o.QueuedAt, o.ExpiresAt = o.To, time.Now(), time.Time{}
		})
		if err := s.messages.Queue(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		s.ids = append(s.ids, m.ID)
	}
	kill := step
	if strings.HasPrefix(step, "server") {
		kill = ""
	}
	s.killed(childOrder{Store: where, Server: s.server.Addr, Kill: kill})
	s.oneState()

	s.settle(childOrder{Store: where, Server: s.server.Addr, Ahead: time.Hour})
	result := tally{kills: 1, messages: perCrash}
	before := s.server.Taken()
	for _, id := range s.ids {
		n := before["<"+mail.Reference(tokens{}, id)+"@exemple.fr>"]
		switch state := s.state(id, time.Hour); state {
		case message.Sent:
			if n != 1 {
				t.Errorf("%s is sent and was taken %d times", id, n)
			}
		case message.Uncertain:
			if n > 1 {
				t.Errorf("%s was taken %d times and nobody chose", id, n)
			}
			result.uncertain++
			result.had += n
			s.resend(id)
		default:
			t.Errorf("%s is %s", id, state)
		}
	}
	s.settle(childOrder{Store: where, Server: s.server.Addr, Ahead: 2 * time.Hour})
	for id, n := range s.server.Taken() {
		if n > 1 {
			result.twice++
		}
		if n > before[id]+1 {
			t.Errorf("%s was taken %d times, %d before the choice", id, n, before[id])
		}
	}
	for _, id := range s.ids {
		if state := s.state(id, 2*time.Hour); state != message.Sent || s.server.Taken()["<"+mail.Reference(tokens{}, id)+"@exemple.fr>"] == 0 {
			t.Errorf("%s ends %s", id, state)
		}
	}
	return result
}

// arm has the server kill the sender at its third question.
func (s *scene) arm(step string) {
	var asked atomic.Int64
	kill := func() bool {
		if asked.Add(1) != 3 {
			return false
		}
		if p := s.victim.Load(); p != nil {
			_ = p.Kill()
			_, _ = p.Wait() // dead before the answer
		}
		return true
	}
	switch step {
	case "server mail":
		s.server.Mail = func(string) error { kill(); return nil }
	case "server rcpt":
		s.server.Rcpt = func(string) error { kill(); return nil }
	case "server takes":
		s.server.Data = func(mailtest.Received) error { kill(); return nil }
	case "server loses":
		s.server.Data = func(mailtest.Received) error {
			if kill() {
				return mailtest.ErrLost
			}
			return nil
		}
	}
}

// start starts a sender in a process of its own.
func (s *scene) start(o childOrder) (cmd *exec.Cmd, said *bytes.Buffer) {
	s.Helper()
	order, err := json.Marshal(o)
	if err != nil {
		s.Fatal(err)
	}
	binary, err := os.Executable()
	if err != nil {
		s.Fatal(err)
	}
	said = &bytes.Buffer{}
	cmd = exec.CommandContext(s.Context(), binary)
	cmd.Env = append(os.Environ(), childEnv+"="+string(order))
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	s.victim.Store(cmd.Process)
	return cmd, said
}

// killed runs a sender until it is killed.
func (s *scene) killed(o childOrder) {
	s.Helper()
	cmd, said := s.start(o)
	var once sync.Once
	late := time.AfterFunc(30*time.Second, func() { once.Do(func() { _ = cmd.Process.Kill(); s.Error("nothing killed it") }) })
	defer late.Stop()
	_ = cmd.Wait() // its end is a kill, or was waited for by the server
	if said.Len() > 0 {
		s.Errorf("the sender said %s", said)
	}
}

// oneState counts the messages under the keys of every state. A write that the killed
// sender had handed to its server may land meanwhile: what was counted around a write
// is counted again.
func (s *scene) oneState() {
	s.Helper()
	before := s.versions()
	for range 50 {
		seen := s.byState()
		after := s.versions()
		if slices.Equal(before, after) {
			for _, id := range s.ids {
				if seen[id] != 1 {
					s.Errorf("%s is in %d states", id, seen[id])
				}
			}
			return
		}
		before = after
	}
	s.Error("the messages never came to rest")
}

// byState gives under how many states each message is found.
func (s *scene) byState() map[string]int {
	s.Helper()
	seen := map[string]int{}
	for _, state := range message.States() {
		list, err := s.messages.FindLookup(s.Context(), store.MessagesIn(state), 100)
		if err != nil {
			s.Fatal(err)
		}
		for _, d := range list {
			seen[d.ID]++
		}
	}
	return seen
}

func (s *scene) versions() (list []int64) {
	s.Helper()
	for _, id := range s.ids {
		d, err := s.messages.Get(s.Context(), id)
		if err != nil {
			s.Fatal(err)
		}
		list = append(list, d.Version)
	}
	return list
}

func (s *scene) state(id string, ahead time.Duration) message.State {
	s.Helper()
	d, err := s.messages.Get(s.Context(), id)
	if err != nil {
		s.Fatal(err)
	}
	return d.Value.State(time.Now().Add(ahead))
}

// settle runs a sender until nothing is left to do, looks once more that it stays so,
// and kills it.
func (s *scene) settle(o childOrder) {
	s.Helper()
	cmd, said := s.start(o)
	deadline := time.Now().Add(30 * time.Second)
	for quiet := 0; quiet < 3; {
		time.Sleep(300 * time.Millisecond)
		quiet++
		for _, id := range s.ids {
			d, err := s.messages.Get(s.Context(), id)
			if err != nil {
				s.Fatal(err)
			}
			if m := &d.Value; m.SentAt.IsZero() && m.UncertainAt.IsZero() && m.RefusedAt.IsZero() {
				quiet = 0
			}
		}
		if time.Now().After(deadline) {
			s.Errorf("never settled: %s", said)
			break
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // its end is a kill
}

// resend is the choice of a person.
func (s *scene) resend(id string) {
	s.Helper()
	_, err := changed(s.Context(), s.messages, id, func(m *message.Message) error {
		return m.Decide(time.Now().Add(time.Hour), "pers2", true)
	})
	if err != nil && !errors.Is(err, store.ErrConflict) {
		s.Fatal(err)
	}
}
