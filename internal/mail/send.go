package mail

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/message"
	"sourcier/internal/store"
)

// send does what a message that is due needs: it is sent, or recovered, or dropped.
// An error says that the store could not be read or written.
func (s *Sender) send(ctx context.Context, transport Transport, id string) error {
	d, err := s.Messages.Get(ctx, id)
	if err != nil {
		return unlessRaced(err)
	}
	now, m := s.Now(), &d.Value
	if m.Recover(now) {
		return s.write(ctx, d, "recovered")
	}
	if !m.Due(now) {
		return nil // somebody was quicker, or it was put off
	}
	mail, why, until, err := s.prepare(ctx, m, now)
	switch {
	case err != nil:
		return err
	case why != "":
		if err := m.Drop(now, why); err != nil {
			return err
		}
		return s.write(ctx, d, "dropped")
	case until.After(now):
		if err := m.Postpone(now, until); err != nil {
			return err
		}
		return s.write(ctx, d, "postponed")
	}
	return s.attempt(ctx, transport, d, mail)
}

// unlessRaced forgets that somebody else was quicker: what they wrote is looked at
// next.
func unlessRaced(err error) error {
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) || errors.Is(err, message.ErrImpossible) {
		return nil
	}
	return err
}

// prepare tells whether and when the message may be sent now, and writes its mail.
func (s *Sender) prepare(ctx context.Context, m *message.Message, now time.Time) (mail Mail, why message.Reason, until time.Time, err error) {
	if m.ExpiredAt(now) {
		return mail, message.Expired, until, nil
	}
	if m.ToHash != "" {
		held, err := s.Suppressions.Holds(ctx, m.ToHash)
		if err != nil {
			return mail, "", until, err
		}
		if held {
			return mail, message.Suppressed, until, nil
		}
	}
	if s.Stale != nil {
		withdrawn, later, err := s.Stale(ctx, m, now)
		switch {
		case err != nil:
			return mail, "", until, err
		case withdrawn:
			return mail, message.Withdrawn, until, nil
		case later.After(now):
			return mail, "", later, nil
		}
	}
	mail, err = s.Composer.Mail(m, now)
	if errors.Is(err, ErrUnwritable) {
		return mail, message.Unwritable, until, nil
	}
	if err != nil {
		return mail, "", until, err
	}
	return mail, "", s.throttle.take(mail.Domain, m.ID, now), nil
}

// attempt leases the message, gives it to the server and writes down what came of
// it. The order of the writes is the whole point: leased before anything is said,
// handed before the last dot, its outcome after the reply.
func (s *Sender) attempt(ctx context.Context, transport Transport, d store.Doc[message.Message], mail Mail) error {
	now := s.Now()
	if err := d.Value.Lease(now, s.name, now.Add(leaseFor)); err != nil {
		return unlessRaced(err)
	}
	d, err := s.Messages.Replace(ctx, d, store.Change{})
	if err != nil {
		return unlessRaced(err)
	}
	limited, cancel := context.WithTimeout(ctx, leaseFor+s.Reply)
	defer cancel()
	outcome := transport.Deliver(limited, mail, func() error {
		now := s.Now()
		if err := d.Value.Hand(now, s.name, now.Add(s.Reply+time.Minute)); err != nil {
			return err
		}
		_, err := s.Messages.Replace(limited, d, store.Change{})
		return err
	})
	return s.record(ctx, d.ID, outcome)
}

// record writes the outcome, also while the portal stops. The message may have
// changed meanwhile (its recipient was erased): the outcome is true all the same. What
// cannot be written now is found when the lease has run out, uncertain if it was handed.
func (s *Sender) record(ctx context.Context, id string, o Outcome) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordFor)
	defer cancel()
	d, err := s.insist(ctx, id, o)
	if err != nil {
		return unlessRaced(err)
	}
	m := d.Value
	s.told(m, o)
	s.pause(o)
	if o.Gone && m.ToHash != "" {
		return s.Suppressions.Suppress(ctx, m.ToHash, o.Attempt.Enhanced, o.Attempt.At)
	}
	return nil
}

// insist writes the outcome, again and again while the store does not answer.
func (s *Sender) insist(ctx context.Context, id string, o Outcome) (d store.Doc[message.Message], err error) {
	for wait := 100 * time.Millisecond; ; wait *= 2 {
		d, err = store.Update(ctx, s.Messages.Collection, id, func(m *message.Message) (store.Change, error) { return store.Change{}, s.conclude(m, o) })
		if err == nil || errors.Is(err, message.ErrImpossible) || errors.Is(err, store.ErrNotFound) {
			return d, err
		}
		select {
		case <-ctx.Done():
			return d, err
		case <-time.After(wait):
		}
	}
}

// conclude gives the message the state that follows from an outcome.
func (s *Sender) conclude(m *message.Message, o Outcome) error {
	a := o.Attempt
	switch o.Result {
	case Accepted:
		return m.Accept(s.name, a)
	case Never:
		return m.Reject(s.name, a, message.ByServer)
	case Unknown:
		return m.Lose(s.name, a)
	case Kept:
		return m.Retry(s.name, a, a.At)
	}
	next, again := m.Next(a.At)
	if !again {
		return m.Reject(s.name, a, message.GaveUp)
	}
	return m.Retry(s.name, a, next)
}

// pause keeps all workers from a server that cannot be reached.
func (s *Sender) pause(o Outcome) {
	if o.Attempt.Stage != message.StageDial || o.Result != Later {
		return
	}
	select {
	case s.paused <- s.Now().Add(pauseAfter):
	default: // another worker said so
	}
}

// write stores a change that ends the work on a message.
func (s *Sender) write(ctx context.Context, d store.Doc[message.Message], step string) error {
	d, err := s.Messages.Replace(ctx, d, store.Change{})
	if err != nil {
		return unlessRaced(err)
	}
	outcome := string(d.Value.State(time.Time{}))
	s.Log.Info("mail", "id", d.ID, "kind", d.Value.Kind, "step", step, "outcome", outcome, "why", d.Value.Why)
	s.observe(outcome)
	return nil
}

// told logs an attempt. No text of a reply: servers repeat the address in it.
func (s *Sender) told(m message.Message, o Outcome) {
	outcome := string(m.State(time.Time{}))
	level := s.Log.Info
	if o.Result == Unknown || o.Err != nil {
		level = s.Log.Warn
	}
	args := []any{"id", m.ID, "kind", m.Kind, "outcome", outcome, "stage", o.Attempt.Stage, "code", o.Attempt.Code, "enhanced", o.Attempt.Enhanced, "tries", m.Tries}
	if o.Err != nil {
		args = append(args, "err", o.Err)
	}
	level("mail", args...)
	s.observe(outcome)
}

func (s *Sender) observe(outcome string) {
	if s.Observe != nil {
		s.Observe(outcome)
	}
}
