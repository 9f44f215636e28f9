package gathering

import (
	"context"
	"errors"
	"sync"
	"time"

	"sourcier/internal/event"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Bounds of a line of commands.
const (
	batchMost = 100              // commands applied in one write
	writeTry  = 30 * time.Second // that a batch may take
	carryWait = 300 * time.Millisecond
	tries     = 25 // of a batch against other portals
)

// command is what somebody does to an event. It leaves the event as it was when it is
// refused: it may be done again, from what is stored then.
type command struct {
	actor, what string
	do          func(*event.Event) error
	done        chan error
}

// line is what waits to be done to one event in this process. Several commands are one
// write (DESIGN, Events): a write for each answer, of an event with 2,000 seats, would not
// keep up with a morning's answers.
type line struct {
	mu      sync.Mutex
	waiting []command
	led     bool
	carried time.Time
}

// command has one done, together with others that wait, and tells what came of it. Who
// gives up waiting does not take it back.
func (s *Service) command(ctx context.Context, id string, c command) error {
	c.done = make(chan error, 1)
	l := s.line(id)
	l.mu.Lock()
	l.waiting = append(l.waiting, c)
	lead := !l.led
	l.led = true
	l.mu.Unlock()
	if lead {
		go s.lead(context.WithoutCancel(ctx), id, l)
	}
	select {
	case err := <-c.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Service) line(id string) *line {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lines[id]
	if l == nil {
		l = &line{}
		s.lines[id] = l
	}
	return l
}

// lead does what waits until nothing does. Mails that guests are owed are made in between,
// and at the end.
func (s *Service) lead(ctx context.Context, id string, l *line) {
	owes := false
	for {
		l.mu.Lock()
		batch := l.waiting[:min(len(l.waiting), batchMost)]
		l.waiting = l.waiting[len(batch):]
		if len(batch) == 0 && !owes {
			l.led = false
			l.waiting = nil
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		limited, cancel := context.WithTimeout(ctx, writeTry)
		if len(batch) > 0 {
			owes = s.apply(limited, id, batch) || owes
		}
		if owes && (len(batch) == 0 || s.Now().Sub(l.carried) > carryWait) {
			// What fails is carried by CarryMails, every second.
			owes, _ = s.carry(limited, id)
			l.carried = s.Now()
		}
		cancel()
	}
}

// apply does a batch in one write, and tells each what came of it and whether guests are
// owed mails now.
func (s *Service) apply(ctx context.Context, id string, batch []command) (owes bool) {
	results := make([]error, len(batch))
	d, err := store.Update(ctx, s.Events.Events, id, func(e *event.Event) (store.Change, error) {
		ch := store.Change{At: s.Now().UTC(), Actor: batch[0].actor}
		changed := false
		for i, c := range batch {
			results[i] = c.do(e)
			if results[i] != nil {
				continue
			}
			changed = true
			if c.actor != "" && c.what != "" {
				line, err := store.AuditEffect(store.EventCollection, id, int64(i), store.Change{Actor: c.actor, At: ch.At, What: c.what, Subject: id})
				if err != nil {
					return ch, err
				}
				ch.Effects = append(ch.Effects, line)
			}
		}
		if !changed {
			return ch, sourcing.ErrUnchanged
		}
		return ch, nil
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		err = nil
	}
	for i, c := range batch {
		if err != nil && (results[i] == nil || ctx.Err() != nil) {
			results[i] = err
		}
		c.done <- results[i]
	}
	return err == nil && d.Value.Owes()
}
