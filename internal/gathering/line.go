package gathering

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
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
)

// errPanicked is that of a command that failed in a way nobody has foreseen.
var errPanicked = errors.New("command panicked")

// command is what somebody does to an event. It leaves the event as it was when it is
// refused: it may be done again, from what is stored then.
type command struct {
	actor, what string
	do          func(*event.Event) error
	done        chan error
}

// try does it. Commands are done by a goroutine of their own, where a panic would end the
// portal.
func (c *command) try(e *event.Event) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanicked, p, debug.Stack())
		}
	}()
	return c.do(e)
}

// line is what waits to be done to one event in this process, for as long as somebody leads
// it. Several commands are one write (DESIGN, Events): a write for each answer, of an event
// with 2,000 seats, would not keep up with a morning's answers.
type line struct {
	waiting []*command
	carried time.Time
}

// command has one done, together with others that wait, and tells what came of it. Who
// gives up waiting takes it back, unless it is being done: then its outcome is what is told,
// since what it sets is the caller's.
func (s *Service) command(ctx context.Context, id string, c command) error {
	c.done = make(chan error, 1)
	s.mu.Lock()
	l, led := s.lines[id]
	if !led {
		l = &line{}
		s.lines[id] = l
	}
	l.waiting = append(l.waiting, &c)
	s.mu.Unlock()
	if !led {
		go s.lead(context.WithoutCancel(ctx), id, l)
	}
	select {
	case err := <-c.done:
		return err
	case <-ctx.Done():
	}
	if s.takeBack(l, &c) {
		return ctx.Err()
	}
	return <-c.done
}

func (s *Service) takeBack(l *line, c *command) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(l.waiting, c)
	if i >= 0 {
		l.waiting = slices.Delete(l.waiting, i, i+1)
	}
	return i >= 0
}

// next takes what is done in one write. False when there is nothing, nor anything else to
// do: the line is gone then.
func (s *Service) next(id string, l *line, owes bool) (batch []*command, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(l.waiting) == 0 && !owes {
		delete(s.lines, id)
		return nil, false
	}
	n := min(len(l.waiting), batchMost)
	batch = slices.Clone(l.waiting[:n])
	l.waiting = slices.Delete(l.waiting, 0, n)
	return batch, true
}

// lead does what waits until nothing does. Mails that guests are owed are made in between,
// and at the end.
func (s *Service) lead(ctx context.Context, id string, l *line) {
	owes := false
	for {
		batch, ok := s.next(id, l, owes)
		if !ok {
			return
		}
		limited, cancel := context.WithTimeout(ctx, writeTry)
		if len(batch) > 0 {
			owes = s.apply(limited, id, batch) || owes
		}
		if owes && (len(batch) == 0 || time.Since(l.carried) > carryWait) {
			// What fails is carried by CarryMails, every second.
			owes = s.carryBetween(limited, id)
			l.carried = time.Now()
		}
		cancel()
	}
}

// carryBetween makes mails between two batches, unless CarryMails does: answers do not wait
// for the mails of thousands of invitations.
func (s *Service) carryBetween(ctx context.Context, id string) (more bool) {
	end, ok := s.alone(id, false)
	if !ok {
		return false
	}
	defer end()
	more, _ = s.makeMails(ctx, id)
	return more
}

// apply does a batch in one write, and tells each what came of it and whether guests are
// owed mails now. What cannot be written together is tried one by one: a command that makes
// the event too large, or panics, harms no other.
func (s *Service) apply(ctx context.Context, id string, batch []*command) (owes bool) {
	results, owes, err := s.write(ctx, id, batch)
	if err != nil && len(batch) > 1 && ctx.Err() == nil && !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound) {
		for i := range batch {
			owes = s.apply(ctx, id, batch[i:i+1]) || owes
		}
		return owes
	}
	for i, c := range batch {
		if err != nil && (results[i] == nil || ctx.Err() != nil) {
			results[i] = err
		}
		c.done <- results[i]
	}
	return owes
}

func (s *Service) write(ctx context.Context, id string, batch []*command) (results []error, owes bool, err error) {
	results = make([]error, len(batch))
	d, err := store.Update(ctx, s.Events.Events, id, func(e *event.Event) (store.Change, error) {
		ch := store.Change{At: s.Now().UTC(), Actor: batch[0].actor}
		changed, was := false, e.WrittenBytes()
		for i, c := range batch {
			results[i] = c.try(e)
			switch {
			case errors.Is(results[i], errPanicked):
				return ch, results[i] // it may have left the event half changed
			case results[i] != nil:
				continue
			}
			changed = true
			if c.actor != "" && c.what != "" {
				// A nanosecond apart: the same act twice in a batch is two lines.
				ch.Acts = append(ch.Acts, store.Change{Actor: c.actor, At: ch.At.Add(time.Duration(i)), What: c.what, Subject: id})
			}
		}
		if !changed {
			return ch, sourcing.ErrUnchanged
		}
		if is := e.WrittenBytes(); is > event.MaxSettingsBytes && is > was { // answers are taken all the same
			return ch, event.ErrLarge
		}
		return ch, nil
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		err = nil
	}
	return results, err == nil && d.Value.Owes(), err
}
