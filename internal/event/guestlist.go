package event

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// Mailing is what is to go to many guests at once: an invitation, a reminder, news.
type Mailing struct {
	Notice Notice
	Role   Role   // "" = every role
	Guest  string // that guest alone, "" = all
	Most   int    // a batch: the first ones of the list, 0 = all
	Text   string
}

// Recipients are the guests whom a mailing goes to now, in the order of the list: of a
// co-organiser, among its own.
func (e *Event) Recipients(m buyer.Member, w Mailing, at time.Time) ([]string, error) {
	partner, err := e.invites(m)
	if err != nil {
		return nil, err
	}
	var out []string
	for i := range e.Seats {
		s := &e.Seats[i]
		switch {
		case partner != "" && s.By != partner, w.Role != "" && s.Role != w.Role, w.Guest != "" && s.Guest != w.Guest, !s.Takes(w.Notice, at):
			continue
		}
		if out = append(out, s.Guest); w.Most > 0 && len(out) == w.Most {
			break
		}
	}
	return out, nil
}

// Seal names what a mailing is, as a page shows it before it goes: the same seal is the
// same words, about the same event, to the same addresses.
func (e *Event) Seal(w Mailing, guests []string) string {
	mails := make([]string, 0, len(guests))
	wanted := map[string]bool{}
	for _, id := range guests {
		wanted[id] = true
	}
	for i := range e.Seats {
		if wanted[e.Seats[i].Guest] {
			mails = append(mails, e.Seats[i].Guest+" "+e.Seats[i].Mail)
		}
	}
	text, _ := json.Marshal([]any{e.ID, w.Notice, w.Text, e.Title, e.Starts, e.Ends, e.Place, e.Contact, mails}) // plain values: never fails
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Dispatch sends what a page has shown, and nothing else: sourcing.ErrStale when the list,
// the words or the event have changed since.
func (e *Event) Dispatch(m buyer.Member, w Mailing, seal string, at time.Time) (int, error) {
	guests, err := e.Recipients(m, w, at)
	if err != nil {
		return 0, err
	}
	if e.Seal(w, guests) != seal {
		if seal != "" && slices.ContainsFunc(e.Sendings, func(s Sending) bool { return s.Seal == seal && s.By == m.Person }) {
			return 0, sourcing.ErrUnchanged // a double click
		}
		return 0, sourcing.ErrStale
	}
	count, err := e.sends(m, guests, w.Notice, w.Text, at)
	if err != nil {
		return 0, err
	}
	e.Sendings[len(e.Sendings)-1].Seal = seal
	return count, nil
}

// Correction is what is put right of a guest, as far as the event knows it.
type Correction struct {
	Mail  string // MailHash of the address
	SIREN string
	Role  Role
}

// Correct puts right what the event knows of a guest. Who gets another address is written
// to again, there.
func (e *Event) Correct(m buyer.Member, guest string, in Correction, at time.Time) error {
	partner, err := e.invites(m)
	if err != nil {
		return err
	}
	s := e.Seat(guest)
	switch {
	case s == nil || !s.isOf(partner) || !s.Active():
		return ErrNoSeat
	case !e.CancelledAt.IsZero():
		return ErrCalledOff
	case in == Correction{s.Mail, s.SIREN, s.Role}:
		return sourcing.ErrUnchanged
	}
	if err := e.admits(s, in); err != nil {
		return err
	}
	again := in.Mail != s.Mail && !s.Invited.IsZero() && e.State(at) != Past
	s.Mail, s.SIREN, s.Role = in.Mail, in.SIREN, in.Role
	if again {
		e.repeat(s)
	}
	e.note(at, m.Person, "event.correct", "")
	return nil
}

// admits refuses a correction that would give an address twice, or a place that there is not.
func (e *Event) admits(s *Seat, in Correction) error {
	moved := *s
	moved.Mail, moved.SIREN, moved.Role = in.Mail, in.SIREN, in.Role
	if in.Mail != s.Mail && e.twin(&moved) != nil {
		return account.Fault("Cette adresse est déjà celle d’un autre invité.")
	}
	if s.Holds() && (in.Role != s.Role || in.SIREN != s.SIREN) {
		t := e.tally()
		t.add(s, -s.Party)
		moved.Answer = Pending // what it holds is taken off already
		if t.lacks(e.Room, &moved, s.Party) != LacksNothing {
			return account.Fault("Les places de ce rôle, ou de cet organisme, sont toutes prises : cet invité garde le sien.")
		}
	}
	return nil
}

// repeat owes a guest again what tells where the guest stands.
func (e *Event) repeat(s *Seat) {
	due := Due{Number: e.Sent + 1}
	switch {
	case s.Answer == Declined:
		return
	case s.Confirmed:
		due.Notice = Confirmed
	case s.Answer == Offered:
		due.Notice = Offer
	case s.Answer == Waitlisted:
		due.Notice = Waits
	default:
		due.Notice, due.Number = e.noticeOf(s), s.Number // with the words of then
	}
	if due.Number > e.Sent {
		e.Sent = due.Number
	}
	if !slices.Contains(s.Owed, due) {
		e.owe(s, due.Notice, due.Number)
	}
}

// noticeOf is what the last invitation or reminder of a guest was.
func (e *Event) noticeOf(s *Seat) Notice {
	if x := e.Sending(s.Number); x != nil && x.Notice == Reminder {
		return Reminder
	}
	return Invitation
}

// Sending finds one, nil when there is none of the number.
func (e *Event) Sending(number int64) *Sending {
	i := slices.IndexFunc(e.Sendings, func(s Sending) bool { return s.Number == number })
	if i < 0 {
		return nil
	}
	return &e.Sendings[i]
}

// Relay opens or closes the link by which a partner relays the invitation; hash is how the
// link is known, "" closes it. A co-organiser has its own.
func (e *Event) Relay(m buyer.Member, partner, hash string, at time.Time) error {
	side, err := e.invites(m)
	if err != nil {
		return err
	}
	p := e.Partner(partner)
	switch {
	case p == nil || side != "" && side != partner:
		return account.Fault("Ce partenaire n’est plus là.")
	case p.Relay == hash:
		return sourcing.ErrUnchanged
	case hash != "" && (e.State(at) == Called || e.State(at) == Past):
		return ErrOver
	}
	p.Relay = hash
	e.note(at, m.Person, "event.relay", p.Name)
	return nil
}

// AddRelay makes a partner of a network that relays the invitation, with its link: hash
// tells how that of a partner is known. The same name again is the same partner.
func (e *Event) AddRelay(m buyer.Member, name string, hash func(partner string) string, at time.Time) error {
	if err := e.writable(m); err != nil {
		return err
	}
	name, err := sourcing.Line("Ce nom", name, MaxTitle)
	switch {
	case err != nil:
		return err
	case name == "":
		return account.Fault("Donnez le nom du réseau ou du partenaire.")
	case e.State(at) == Called || e.State(at) == Past:
		return ErrOver
	}
	for i := range e.Partners {
		if p := &e.Partners[i]; p.Name == name {
			return e.Relay(m, p.ID, hash(p.ID), at)
		}
	}
	if len(e.Partners) >= MaxPartners {
		return account.Fault("Un événement a 20 partenaires au plus.")
	}
	id := e.NextID("p")
	e.Partners = append(e.Partners, Partner{ID: id, Name: name, Relay: hash(id)})
	e.note(at, m.Person, "event.relay", name)
	return nil
}

// CallReason is why a guest is to be called.
type CallReason string

// Reasons, in the order in which guests are called.
const (
	CallUnreached CallReason = "adresse" // the mail did not arrive
	CallOffered   CallReason = "place"   // a place is held, and the offer ends soon
	CallReminded  CallReason = "relance" // was written to twice, and is silent
	CallSilent    CallReason = "silence" // was written to once, long ago
)

// CallReasons lists them.
var CallReasons = []CallReason{CallUnreached, CallOffered, CallReminded, CallSilent}

var callLabels = map[CallReason]string{
	CallUnreached: "Le courriel n’est pas arrivé", CallOffered: "Une place lui est proposée, et l’offre finit bientôt", CallReminded: "Relancé, et toujours sans réponse", CallSilent: "Invité depuis cinq jours, sans réponse",
}

// Label is the reason as shown to people, in French.
func (r CallReason) Label() string { return callLabels[r] }

// Bounds of calls.
const (
	MaxCalls     = 30 // of a day
	callPause    = 3 * 24 * time.Hour
	callReminded = 2 * 24 * time.Hour
	callSilent   = 5 * 24 * time.Hour
	callOffer    = 6 * time.Hour
)

// Call is a guest to be called.
type Call struct {
	Guest  string
	Reason CallReason
	Since  time.Time
}

// Calls are the guests to be called at a time, the most pressing first, MaxCalls at most:
// of seats, those whom failed says that no mail reaches, and who was not called lately.
func (e *Event) Calls(seats []Seat, failed map[string]bool, called map[string]time.Time, at time.Time) []Call {
	if st := e.State(at); st != Open && st != Shut {
		return nil
	}
	var out []Call
	for i := range seats {
		s := &seats[i]
		if at.Sub(called[s.Guest]) < callPause {
			continue
		}
		if c, ok := s.call(failed[s.Guest], at); ok {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Call) int {
		return cmp.Or(cmp.Compare(slices.Index(CallReasons, a.Reason), slices.Index(CallReasons, b.Reason)), a.Since.Compare(b.Since))
	})
	return out[:min(len(out), MaxCalls)]
}

func (s *Seat) call(failed bool, at time.Time) (Call, bool) {
	switch {
	case !s.Active() || s.Answer == Declined || s.Asked:
	case failed:
		return Call{s.Guest, CallUnreached, s.Invited}, true
	case s.Answer == Offered && s.Until.Sub(at) <= callOffer:
		return Call{s.Guest, CallOffered, s.Answered}, true
	case s.Answer == Pending && !s.Invited.IsZero():
		return s.overdue(at)
	}
	return Call{}, false
}

// overdue calls a guest who has not answered, once the last mail has had its time.
func (s *Seat) overdue(at time.Time) (Call, bool) {
	if s.Reminded.IsZero() {
		return Call{s.Guest, CallSilent, s.Invited}, at.Sub(s.Invited) >= callSilent
	}
	return Call{s.Guest, CallReminded, s.Reminded}, at.Sub(s.Reminded) >= callReminded
}
