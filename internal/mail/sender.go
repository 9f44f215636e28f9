package mail

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"sourcier/internal/message"
	"sourcier/internal/store"
)

const (
	// pollEvery is how often the sender looks for new messages, as the change feed
	// is polled (DESIGN rule 4).
	pollEvery = 500 * time.Millisecond
	// feedPage is how many changes are read at once.
	feedPage = 500
	// loadLimit bounds the messages of one state that are read at once. What is
	// beyond comes when these are done.
	loadLimit = 10_000
	// leaseFor is how long an attempt may take up to the last dot. Then the lease is
	// prolonged by the time of the reply.
	leaseFor = 4 * time.Minute
	// recordFor bounds the writing of an outcome, with its repetitions.
	recordFor = 20 * time.Second
	// pauseAfter is how long nothing is tried after the server could not be reached.
	pauseAfter = 15 * time.Second
)

// Sender brings queued messages to a server. One Sender works on a store at a time:
// whoever calls Run holds a lease, and should two do it all the same, messages are
// taken by compare-and-swap.
type Sender struct {
	Messages     *store.Messages
	Suppressions *store.Suppressions
	Composer     Composer
	// Connect makes a transport; each of Parallel workers has one of its own.
	Connect   func() Transport
	Parallel  int
	PerMinute int           // mails a minute to one domain, 0 = no limit
	Reply     time.Duration // how long the transport waits for the reply to the last dot, 0 = as DefaultTimeouts
	Now       func() time.Time
	Log       *slog.Logger
	// Stale says whether a message is about what has ended or changed since it was queued,
	// or until when to hold it back; nil = none ever is. It is asked at every attempt, and
	// may take off details that are true no more.
	Stale func(ctx context.Context, m *message.Message, now time.Time) (withdrawn bool, until time.Time, err error)
	// Observe is told the outcome of every attempt, for the metrics; nil = nobody.
	Observe func(outcome string)

	name     string
	cursor   store.Cursor
	queue    queue
	more     bool // the store holds more than was loaded
	throttle *throttle
	busy     map[string]bool // with a worker
	done     chan finished
	paused   chan time.Time
}

// finished is what a worker says of a message: it is not to be looked at again
// before a time, when something failed.
type finished struct {
	id    string
	after time.Time
}

// Run sends until ctx ends, then lets mails under way end and returns nil. It
// returns an error only when the messages cannot be read; whoever calls tries again.
func (s *Sender) Run(ctx context.Context) error {
	s.name = rand.Text()
	if s.Reply == 0 {
		s.Reply = DefaultTimeouts.Reply
	}
	s.queue, s.busy = queue{}, map[string]bool{}
	s.throttle = newThrottle(s.PerMinute)
	workers := max(s.Parallel, 1)
	s.done, s.paused = make(chan finished), make(chan time.Time, workers)
	if err := s.reclaim(ctx); err != nil {
		return endOf(ctx, err)
	}
	if err := s.load(ctx); err != nil {
		return endOf(ctx, err)
	}
	jobs := make(chan string)
	var group errgroup.Group
	for range workers {
		group.Go(func() error { s.work(ctx, jobs); return nil })
	}
	err := s.dispatch(ctx, jobs)
	close(jobs)
	_ = group.Wait() // workers fail alone
	return endOf(ctx, err)
}

func endOf(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// reclaim puts back what a sender that is no more had taken, so that nobody waits
// for the end of its leases.
func (s *Sender) reclaim(ctx context.Context) error {
	list, err := s.Messages.FindLookup(ctx, store.MessagesIn(message.Leased), loadLimit)
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.Value.LeasedBy == s.name || d.Value.Reclaim(s.Now()) != nil {
			continue
		}
		if _, err := s.Messages.Replace(ctx, d, store.Change{}); err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return nil
}

// load fills the queue from the store, and takes the place in the feed from which
// changes are still to be read.
func (s *Sender) load(ctx context.Context) (err error) {
	if s.cursor, err = s.Messages.Raw().Head(ctx); err != nil {
		return err
	}
	s.more = false
	for _, state := range []message.State{message.Queued, message.Leased} {
		list, err := s.Messages.FindLookup(ctx, store.MessagesIn(state), loadLimit)
		if err != nil {
			return err
		}
		s.more = s.more || len(list) == loadLimit
		s.enqueue(list)
	}
	return nil
}

// enqueue gives messages the place in the queue that their state asks for.
func (s *Sender) enqueue(list []store.Doc[message.Message]) {
	for _, d := range list {
		if s.busy[d.ID] {
			continue // it is read again when its worker is done
		}
		m := &d.Value
		var before time.Time // no lease has run out
		w := waiting{id: d.ID, due: m.NotBefore, urgent: m.Kind == message.SignIn}
		switch m.State(before) {
		case message.Queued:
			s.queue.put(w)
		case message.Leased:
			w.due = m.LeasedUntil
			s.queue.put(w)
		default:
			s.queue.remove(d.ID)
		}
	}
}

// follow reads what changed. A feed that no longer reaches back is loaded again.
func (s *Sender) follow(ctx context.Context) error {
	if s.more && s.queue.len() == 0 {
		return s.load(ctx)
	}
	for {
		events, next, err := s.Messages.Raw().Changes(ctx, s.cursor, feedPage)
		if errors.Is(err, store.ErrFeedGap) {
			return s.load(ctx)
		}
		if err != nil {
			return err
		}
		var ids []string
		for _, e := range events {
			if e.Deleted {
				s.queue.remove(e.ID)
			} else {
				ids = append(ids, e.ID)
			}
		}
		list, err := s.Messages.GetSome(ctx, ids)
		if err != nil {
			return err
		}
		s.enqueue(list)
		s.cursor = next
		if len(events) < feedPage {
			return nil
		}
	}
}

// dispatch gives workers what is due, and looks for more in between.
func (s *Sender) dispatch(ctx context.Context, jobs chan<- string) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var until time.Time // of a pause
	failing := false
	for {
		id, to := "", jobs
		now := s.Now()
		if due, ok := s.queue.next(now); ok && !now.Before(until) {
			id = due
		} else {
			to = nil // never ready
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case to <- id:
			s.busy[id] = true
			s.queue.remove(id)
		case f := <-s.done:
			s.again(ctx, f)
		case until = <-s.paused:
		case <-tick.C:
			s.throttle.forget(s.Now())
			err := s.follow(ctx)
			if err != nil && !failing {
				s.Log.Error("mail: messages cannot be read", "err", err)
			}
			failing = err != nil
		}
	}
}

// again gives a message that a worker has left its new place in the queue.
func (s *Sender) again(ctx context.Context, f finished) {
	delete(s.busy, f.id)
	d, err := s.Messages.Get(ctx, f.id)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil || f.after.After(d.Value.NotBefore) && d.Value.State(time.Time{}) == message.Queued:
		s.queue.put(waiting{id: f.id, due: later(f.after, s.Now().Add(pollEvery)), urgent: d.Value.Kind == message.SignIn})
	default:
		s.enqueue([]store.Doc[message.Message]{d})
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// work sends one message after another.
func (s *Sender) work(ctx context.Context, jobs <-chan string) {
	transport := s.Connect()
	defer transport.Close()
	for id := range jobs {
		f := finished{id: id}
		if err := s.send(ctx, transport, id); err != nil && ctx.Err() == nil {
			f.after = s.Now().Add(pauseAfter)
			s.Log.Error("mail", "id", id, "err", err)
		}
		select {
		case s.done <- f:
		case <-ctx.Done():
		}
	}
}
