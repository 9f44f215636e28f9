package event

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/account"
)

// Role is what somebody comes as. Seats know it, so that the room has buyers and
// structures in it.
type Role string

// Roles of guests.
const (
	AsBuyer     Role = "a" // acheteur public ou privé, service
	AsStructure Role = "s" // structure or business
	AsPartner   Role = "p" // network, co-organiser
	AsSpeaker   Role = "i" // intervenant
	AsOther     Role = "o"
)

// Roles lists them in the order in which pages show them.
var Roles = []Role{AsBuyer, AsStructure, AsPartner, AsSpeaker, AsOther}

var roleLabels = map[Role]string{AsBuyer: "Acheteur", AsStructure: "Structure", AsPartner: "Partenaire", AsSpeaker: "Intervenant", AsOther: "Autre"}

// Label is the role as shown to people, in French.
func (r Role) Label() string { return roleLabels[r] }

// Answer is what a guest has said to an invitation. The delivery of the invitation is
// another matter, never mixed with it: see message.State.
type Answer string

// Answers.
const (
	Pending    Answer = ""  // nothing yet, or an offer that has passed
	Accepted   Answer = "a" // holds a place
	Declined   Answer = "d"
	Waitlisted Answer = "w"
	Offered    Answer = "o" // holds a place until the offer passes
	Cancelled  Answer = "c" // had a place and gave it back, or was taken off the list
	Delegated  Answer = "g" // a colleague comes instead
)

// Answers lists them in the order in which pages show them.
var Answers = []Answer{Accepted, Offered, Waitlisted, Pending, Declined, Cancelled, Delegated}

var answerLabels = map[Answer]string{
	Pending: "Sans réponse", Accepted: "Vient", Declined: "Ne vient pas", Waitlisted: "En liste d’attente", Offered: "Place proposée", Cancelled: "Place rendue", Delegated: "Remplacé",
}

// Label is the answer as shown to people, in French.
func (a Answer) Label() string { return answerLabels[a] }

// Notice is what a mail to a guest is about.
type Notice byte

// Notices.
const (
	Invitation Notice = 'i'
	Reminder   Notice = 'r' // to who has not answered
	Confirmed  Notice = 'a' // holds a place: with the calendar's REQUEST
	Changed    Notice = 'u' // time or place: with an update of the calendar
	Waits      Notice = 'w' // on the waiting list, with its rule
	Offer      Notice = 'o' // of a freed place
	Passed     Notice = 'l' // the offer has passed
	Released   Notice = 'c' // gave its place back: with the calendar's CANCEL
	CalledOff  Notice = 'x' // the event is cancelled: with the calendar's CANCEL where one has a place
	News       Notice = 'n' // what the organiser writes to who comes
	Survey     Notice = 's' // after the event
	Poll       Notice = 'p' // which date suits
	Refusal    Notice = 'f' // a request to come that the organiser does not take
	Noted      Notice = 'd' // says no, or proposes a colleague, without having had a place
	Registered Notice = 'k' // somebody asked to come with this address: its link
)

// Due is a mail that a guest is owed: it is made by who comes first, and then taken off.
type Due struct {
	Notice Notice
	Number int64 // of the sending, within the event: the same for all whom it goes to
}

// Seat is a guest as the event knows it: no name, no address. It is stored as a short list
// (MarshalJSON), 150 bytes at most (TestSeatFits), since each answer writes them all.
type Seat struct {
	Guest string // id, GuestIDLength letters
	Mail  string // MailHash of the address
	SIREN string // "" when it is not known
	Role  Role
	By    string // id of the partner that invites, "" = the organiser
	Party int    // people, with the guest: 1 or more

	Added      time.Time
	Invited    time.Time // the last invitation
	Number     int64     // of the last invitation or reminder: with it, its message is found
	Reminded   time.Time // the last reminder
	Answer     Answer
	Answered   time.Time // when it became that
	Rank       int64     // of who waits, or waited: LastRank at the time. Lower comes first
	Until      time.Time // of an offer
	Asked      bool      // came by the public page or a relay, and the organiser has not said yes yet
	Confirmed  bool      // a REQUEST of the calendar is owed or was made, and no CANCEL since
	Cancels    int       // how many CANCEL the calendar of the guest had
	Surveyed   bool      // was invited to the survey
	Owed       []Due     // in the order in which they are made
	Registered bool      // by itself, on the public page
	Walked     bool      // came without a place: counted at the door, not among the places
}

// GuestIDLength is that of the id of a guest, in letters.
const GuestIDLength = 14

// NewGuestID gives an id that no order gives away.
func NewGuestID() string { return account.NewID()[:GuestIDLength] }

// MailHash names an address within an event.
func MailHash(event string, address account.Email) string {
	sum := sha256.Sum256([]byte(event + "\x00" + address.Key()))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// Holds reports whether a place is taken for the guest.
func (s *Seat) Holds() bool { return s.Answer == Accepted || s.Answer == Offered }

// Waits reports whether a freed place may be offered to the guest.
func (s *Seat) Waits() bool { return s.Answer == Waitlisted && !s.Asked }

// Active reports whether the guest may still come: another of the same address may not.
func (s *Seat) Active() bool { return s.Answer != Cancelled && s.Answer != Delegated }

// isOf reports whether a partner has charge of the guest: the organiser, "", of each.
func (s *Seat) isOf(partner string) bool { return partner == "" || s.By == partner }

// flags of a seat, as stored.
const (
	flagAsked = 1 << iota
	flagConfirmed
	flagSurveyed
	flagRegistered
	flagWalked
)

// flagBits is how many there may ever be.
const flagBits = 8

// owedBase is that of the numbers of what is owed: digits and capitals, where a notice is a
// small letter.
const owedBase = 36

// seatFields is how many there are in a stored seat.
const seatFields = 16

// MarshalJSON writes the short form: the fields in their order, what is empty at the end
// left out.
func (s Seat) MarshalJSON() ([]byte, error) {
	owed := make([]byte, 0, 16)
	for _, d := range s.Owed {
		owed = append(owed, byte(d.Notice))
		owed = append(owed, strings.ToUpper(strconv.FormatInt(d.Number, owedBase))...)
	}
	flags := 0
	for bit, set := range map[int]bool{flagAsked: s.Asked, flagConfirmed: s.Confirmed, flagSurveyed: s.Surveyed, flagRegistered: s.Registered, flagWalked: s.Walked} {
		if set {
			flags |= bit
		}
	}
	all := [seatFields]any{
		s.Guest, s.Mail, s.SIREN, string(s.Role), s.By, s.Party, unix(s.Added), unix(s.Invited), unix(s.Reminded),
		string(s.Answer), unix(s.Answered), s.Rank, unix(s.Until), s.Cancels<<flagBits | flags, s.Number, string(owed),
	}
	n := len(all)
	for n > 0 && (all[n-1] == "" || all[n-1] == 0 || all[n-1] == int64(0)) {
		n--
	}
	return json.Marshal(all[:n])
}

// UnmarshalJSON reads it.
func (s *Seat) UnmarshalJSON(text []byte) error {
	var added, invited, reminded, answered, until int64
	var flags int
	var owed string
	*s = Seat{}
	into := []any{&s.Guest, &s.Mail, &s.SIREN, &s.Role, &s.By, &s.Party, &added, &invited, &reminded, &s.Answer, &answered, &s.Rank, &until, &flags, &s.Number, &owed}
	if err := json.Unmarshal(text, &into); err != nil {
		return fmt.Errorf("seat: %w", err)
	}
	s.Added, s.Invited, s.Reminded, s.Answered, s.Until = fromUnix(added), fromUnix(invited), fromUnix(reminded), fromUnix(answered), fromUnix(until)
	s.Cancels = flags >> flagBits
	s.Asked, s.Confirmed, s.Surveyed, s.Registered, s.Walked = flags&flagAsked != 0, flags&flagConfirmed != 0, flags&flagSurveyed != 0, flags&flagRegistered != 0, flags&flagWalked != 0
	for owed != "" {
		end := 1
		for end < len(owed) && owed[end] <= 'Z' {
			end++
		}
		n, err := strconv.ParseInt(owed[1:end], owedBase, 64)
		if err != nil {
			return fmt.Errorf("seat: owed %q: %w", owed, err)
		}
		s.Owed = append(s.Owed, Due{Notice(owed[0]), n})
		owed = owed[end:]
	}
	return nil
}

// unix counts seconds, 0 for none: an answer is timed by the second.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func fromUnix(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// maxOwed is how many mails a guest may be owed at once, without those of the calendar:
// what is older than that is no longer news.
const maxOwed = 2

// owe adds a mail that a guest is owed. What it makes pointless goes: who has answered is
// not invited any more.
func (e *Event) owe(s *Seat, n Notice, number int64) {
	switch n {
	case Confirmed, Changed, Released, CalledOff, Waits, Offer, Passed, Refusal, Noted:
		s.Owed = slices.DeleteFunc(s.Owed, func(d Due) bool {
			return slices.Contains([]Notice{Invitation, Reminder, Poll, Registered, Waits, Offer, Passed, Noted}, d.Notice)
		})
	case Invitation, Reminder, News, Survey, Poll, Registered:
	}
	if n == Invitation || n == Reminder || (n == Offer || n == Registered) && s.Number == 0 {
		s.Number = number
	}
	s.calendar(n)
	s.Owed = append(s.Owed, Due{n, number})
	extra := -maxOwed
	for _, d := range s.Owed {
		if !d.Notice.Calendar() {
			extra++
		}
	}
	s.Owed = slices.DeleteFunc(s.Owed, func(d Due) bool {
		if extra <= 0 || d.Notice.Calendar() {
			return false
		}
		extra--
		return true
	})
}

// Calendar reports whether the mail of a notice says something to the guest's calendar.
func (n Notice) Calendar() bool {
	return n == Confirmed || n == Changed || n == Released || n == CalledOff
}

// calendar takes off what the calendar was owed and a new notice says better. A REQUEST
// that a CANCEL follows stays: it may have been made already, and nobody has noted it yet.
func (s *Seat) calendar(n Notice) {
	s.Owed = slices.DeleteFunc(s.Owed, func(d Due) bool {
		switch n {
		case Confirmed:
			return d.Notice.Calendar()
		case Changed, Released, CalledOff:
			return d.Notice == Changed
		}
		return false
	})
}

// quiet takes off what a seat is owed, but for what the calendar is: a CANCEL comes after
// its REQUEST.
func (s *Seat) quiet() {
	s.Owed = slices.DeleteFunc(s.Owed, func(d Due) bool { return !d.Notice.Calendar() })
	if len(s.Owed) == 0 {
		s.Owed = nil
	}
}
