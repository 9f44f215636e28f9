package message

import (
	"fmt"
	"time"
)

// State is where a message is on its way. It follows from dates alone.
type State string

// The states.
const (
	Queued    State = "queued"
	Leased    State = "leased"
	Sent      State = "sent"
	Refused   State = "refused"
	Uncertain State = "uncertain" // the server was given all of it, and its answer is not known
)

var stateLabels = map[State]string{
	Queued: "en attente", Leased: "en cours d’envoi", Sent: "envoyé", Refused: "refusé", Uncertain: "incertain",
}

// States lists them in the order in which pages show them.
func States() []State { return []State{Queued, Leased, Sent, Refused, Uncertain} }

// Label is the French name of a state.
func (s State) Label() string { return stateLabels[s] }

// Reason is why a message was refused.
type Reason string

// The reasons.
const (
	ByServer   Reason = "server"     // a reply of the server that is for good
	Expired    Reason = "expired"    // what it says was no longer true
	GaveUp     Reason = "gave-up"    // the server said « later » for too long
	Suppressed Reason = "suppressed" // the address is known not to take mail
	Unwritable Reason = "unwritable" // no letter could be written from it
	Withdrawn  Reason = "withdrawn"  // what it is about has ended or changed since
)

var reasonLabels = map[Reason]string{
	ByServer: "refusé par le serveur du destinataire", Expired: "expiré avant d’avoir pu partir",
	GaveUp: "abandonné après deux jours d’essais", Suppressed: "adresse qui n’accepte plus de message",
	Unwritable: "message impossible à composer", Withdrawn: "devenu sans objet avant de partir",
}

// Label is the reason in French.
func (r Reason) Label() string { return reasonLabels[r] }

// State tells it. A message whose lease ran out is queued again when the server
// was not given all of it, else uncertain.
func (m *Message) State(now time.Time) State {
	switch {
	case !m.SentAt.IsZero():
		return Sent
	case !m.RefusedAt.IsZero():
		return Refused
	case !m.UncertainAt.IsZero():
		return Uncertain
	case m.LeasedBy == "":
		return Queued
	case now.Before(m.LeasedUntil):
		return Leased
	case !m.HandedAt.IsZero():
		return Uncertain
	}
	return Queued
}

// Undecided reports whether a person has to choose what becomes of the message.
// There is no choice once its content is gone.
func (m *Message) Undecided(now time.Time) bool {
	if m.State(now) != Uncertain || !m.ScrubbedAt.IsZero() {
		return false
	}
	n := len(m.Decisions)
	return n == 0 || m.Decisions[n-1].Resend
}

// Due reports whether the message may be tried now.
func (m *Message) Due(now time.Time) bool {
	return m.State(now) == Queued && !now.Before(m.NotBefore)
}

// ExpiredAt reports whether what the message says is no longer true.
func (m *Message) ExpiredAt(now time.Time) bool {
	return !m.ExpiresAt.IsZero() && !now.Before(m.ExpiresAt)
}

func (m *Message) only(now time.Time, step string, states ...State) error {
	is := m.State(now)
	for _, s := range states {
		if s == is {
			return nil
		}
	}
	return fmt.Errorf("%s a message that is %s: %w", step, is, ErrImpossible)
}

// Lease takes a queued message for an attempt.
func (m *Message) Lease(now time.Time, by string, until time.Time) error {
	if err := m.only(now, "lease", Queued); err != nil {
		return err
	}
	if by == "" || !until.After(now) {
		return fmt.Errorf("lease by %q until %s: %w", by, until, ErrInvalid)
	}
	m.LeasedBy, m.LeasedUntil, m.HandedAt = by, until.UTC(), time.Time{}
	return nil
}

// Hand notes that the server is about to be given the last dot, and holds the
// message until its answer has had its time. Only who holds the lease may.
func (m *Message) Hand(now time.Time, by string, until time.Time) error {
	if err := m.only(now, "hand", Leased); err != nil {
		return err
	}
	if m.LeasedBy != by || !m.HandedAt.IsZero() {
		return fmt.Errorf("hand a message that another holds or that was handed: %w", ErrImpossible)
	}
	m.HandedAt, m.LeasedUntil = now.UTC(), until.UTC()
	return nil
}

// held refuses the outcome of an attempt that is not under way. The lease may have
// run out meanwhile: what the server said is true all the same.
func (m *Message) held(step, by string) error {
	if m.LeasedBy == "" || m.LeasedBy != by || !m.SentAt.IsZero() || !m.RefusedAt.IsZero() || !m.UncertainAt.IsZero() {
		return fmt.Errorf("%s without its lease: %w", step, ErrImpossible)
	}
	return nil
}

// end closes the attempt.
func (m *Message) end(a Attempt) {
	a.At, a.Text = a.At.UTC(), cut(a.Text, maxReply)
	m.Attempts = newest(append(m.Attempts, a))
	if m.Tries++; m.TriedAt.IsZero() {
		m.TriedAt = a.At
	}
	m.LeasedBy, m.LeasedUntil = "", time.Time{}
}

// newest keeps the end of a history: a document does not grow for ever (DESIGN rule 1).
func newest[T any](list []T) []T { return list[max(0, len(list)-maxHistory):] }

// Accept notes that the server took the message.
func (m *Message) Accept(by string, a Attempt) error {
	if err := m.held("accept", by); err != nil {
		return err
	}
	m.end(a)
	m.SentAt = a.At.UTC()
	return nil
}

// Retry puts the message back after an attempt that the server did not end with a
// yes: it is tried again from next on.
func (m *Message) Retry(by string, a Attempt, next time.Time) error {
	if err := m.held("retry", by); err != nil {
		return err
	}
	m.end(a)
	m.HandedAt, m.NotBefore = time.Time{}, next.UTC()
	return nil
}

// Reject notes that the attempt was the last: the server said no for good, or has
// said « later » for too long.
func (m *Message) Reject(by string, a Attempt, why Reason) error {
	if err := m.held("reject", by); err != nil {
		return err
	}
	m.end(a)
	m.HandedAt = time.Time{}
	m.RefusedAt, m.Why = a.At.UTC(), why
	return nil
}

// Lose notes that the server was given all of the message and did not answer.
func (m *Message) Lose(by string, a Attempt) error {
	if err := m.held("lose", by); err != nil {
		return err
	}
	if m.HandedAt.IsZero() {
		return fmt.Errorf("lose a message that was not handed: %w", ErrImpossible)
	}
	m.end(a)
	m.UncertainAt = a.At.UTC()
	return nil
}

// Recover writes down what became of a message whose lease ran out: whoever held it
// has died. It reports whether there was something to write.
func (m *Message) Recover(now time.Time) bool {
	if m.LeasedBy == "" || now.Before(m.LeasedUntil) || !m.SentAt.IsZero() || !m.RefusedAt.IsZero() || !m.UncertainAt.IsZero() {
		return false
	}
	handed := !m.HandedAt.IsZero()
	a := Attempt{At: now, Stage: StageLost}
	if handed {
		a.Stage = StageReply
	}
	m.end(a)
	if handed {
		m.UncertainAt = now.UTC()
	}
	return true
}

// Reclaim puts back a message whose holder is known to be gone, before its lease
// has run out. Should it live on, its next write of the message fails, and it may
// not hand the message over. Of a message that was handed only time tells.
func (m *Message) Reclaim(now time.Time) error {
	if err := m.only(now, "reclaim", Leased); err != nil {
		return err
	}
	if !m.HandedAt.IsZero() {
		return fmt.Errorf("reclaim a message that was handed: %w", ErrImpossible)
	}
	m.end(Attempt{At: now, Stage: StageLost})
	return nil
}

// Doubt notes that a backup was restored in which the message was not sent yet: it
// may have been since. It is uncertain then, unless what it says is no longer true.
// It reports whether there was something to write.
func (m *Message) Doubt(at time.Time) bool {
	if is := m.State(at); is != Queued && is != Leased {
		return false
	}
	m.end(Attempt{At: at, Stage: StageRestore})
	if m.HandedAt = (time.Time{}); m.ExpiredAt(at) {
		m.RefusedAt, m.Why = at.UTC(), Expired
	} else {
		m.UncertainAt = at.UTC()
	}
	return true
}

// Drop refuses a queued message without an attempt.
func (m *Message) Drop(now time.Time, why Reason) error {
	if err := m.only(now, "drop", Queued); err != nil {
		return err
	}
	m.LeasedBy, m.LeasedUntil = "", time.Time{}
	m.RefusedAt, m.Why = now.UTC(), why
	return nil
}

// Postpone puts a queued message off without an attempt.
func (m *Message) Postpone(now, until time.Time) error {
	if err := m.only(now, "postpone", Queued); err != nil {
		return err
	}
	m.LeasedBy, m.LeasedUntil = "", time.Time{}
	m.NotBefore = until.UTC()
	return nil
}

// Decide notes what a person chose for an uncertain message: to send it again,
// under the same Message-ID, or to leave it.
func (m *Message) Decide(now time.Time, by string, resend bool) error {
	if by == "" {
		return fmt.Errorf("decide: nobody: %w", ErrInvalid)
	}
	m.Recover(now)
	if !m.Undecided(now) {
		return fmt.Errorf("decide on a message that is %s: %w", m.State(now), ErrImpossible)
	}
	m.Decisions = newest(append(m.Decisions, Decision{By: by, At: now.UTC(), Resend: resend}))
	if resend {
		m.UncertainAt, m.HandedAt, m.NotBefore, m.TriedAt, m.Tries = time.Time{}, time.Time{}, now.UTC(), time.Time{}, 0
	}
	return nil
}

// Delivered makes of a new message one that has gone: of the demonstration, which sends
// none. wrong is one whose address does not exist.
func (m *Message) Delivered(at time.Time, wrong bool) {
	m.TriedAt, m.SentAt, m.Tries = at, at, 1
	m.Attempts = []Attempt{{At: at, Stage: "reply", Code: 250, Enhanced: "2.0.0"}}
	if wrong {
		m.BouncedAt, m.Diagnostic = at.Add(2*time.Minute), "550 5.1.1 User unknown"
	}
}

// Bounce notes that a delivery report says the message did not arrive. An uncertain
// message counts as sent then: the server had it.
func (m *Message) Bounce(at time.Time, diagnostic string) error {
	if is := m.State(at); is != Sent && is != Uncertain || !m.BouncedAt.IsZero() {
		return fmt.Errorf("bounce a message that is %s: %w", is, ErrImpossible)
	}
	m.Recover(at)
	if m.SentAt.IsZero() {
		m.SentAt = m.UncertainAt
	}
	m.BouncedAt = at.UTC()
	if m.ScrubbedAt.IsZero() { // servers repeat the address in what they say
		m.Diagnostic = cut(diagnostic, maxReply)
	}
	return nil
}

// Scrub removes what says anything of a person, and keeps what is counted. A queued
// message is refused by it: there is nobody left to send it to.
func (m *Message) Scrub(at time.Time) {
	if m.State(at) == Queued {
		_ = m.Drop(at, Suppressed) // always possible: it is queued
	}
	m.To, m.ToName, m.ToHash, m.Details, m.Diagnostic = "", "", "", nil, ""
	for i := range m.Attempts {
		m.Attempts[i].Text = ""
	}
	if m.ScrubbedAt.IsZero() {
		m.ScrubbedAt = at.UTC()
	}
}

// Stages of an attempt.
const (
	StageDial  = "dial"  // connection, greeting, STARTTLS, authentication
	StageMail  = "mail"  // MAIL FROM
	StageRcpt  = "rcpt"  // RCPT TO
	StageData  = "data"  // DATA and the content
	StageReply = "reply" // after the last dot
	StageLost  = "lost"  // the process ended before the last dot
	StageLocal = "local" // the mailbox page of the portal itself

	StageRestore = "restore" // a backup of before was restored
)

// firstDelays are the waits after the first attempts; later ones wait the last.
var firstDelays = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}

// TriesFor is how long a message is tried.
const TriesFor = 48 * time.Hour

// Next is when the message may be tried again after an attempt that ends at a time;
// false when it has been tried for long enough. Ask before Retry.
func (m *Message) Next(at time.Time) (time.Time, bool) {
	if !m.TriedAt.IsZero() && at.Sub(m.TriedAt) >= TriesFor {
		return time.Time{}, false
	}
	return at.Add(firstDelays[min(m.Tries, len(firstDelays)-1)]), true
}
