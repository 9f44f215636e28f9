package event

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// invites refuses who does not add guests: the organiser's people, and those of a
// co-organiser, who see theirs alone.
func (e *Event) invites(m buyer.Member) (partner string, err error) {
	partner, ok := e.Side(m)
	if !ok || !Hosts(m) {
		return "", account.ErrNotAllowed
	}
	return partner, nil
}

// Add puts guests on the list, each address once: it tells which were there already. Seats
// come with their guest, address, SIREN and role.
func (e *Event) Add(m buyer.Member, seats []Seat, at time.Time) (added []Seat, known int, err error) {
	partner, err := e.invites(m)
	if err != nil {
		return nil, 0, err
	}
	if st := e.State(at); st == Called || st == Past {
		return nil, 0, ErrOver
	}
	return e.add(partner, seats, at)
}

func (e *Event) add(partner string, seats []Seat, at time.Time) (added []Seat, known int, err error) {
	here, cancels := map[string]bool{}, map[string]int{}
	for i := range e.Seats {
		s := &e.Seats[i]
		here[s.Mail] = here[s.Mail] || s.Active()
		cancels[s.Mail] = max(cancels[s.Mail], s.Cancels)
	}
	for _, s := range seats {
		if here[s.Mail] && stands(GuardOnce) {
			known++
			continue
		}
		here[s.Mail] = true
		s.By, s.Party, s.Added, s.Cancels = partner, 1, at.UTC(), cancels[s.Mail]
		added = append(added, s)
	}
	if len(e.Seats)+len(added) > MaxSeats {
		return nil, 0, ErrFullList
	}
	e.Seats = append(e.Seats, added...)
	return added, known, nil
}

// Register puts who asks to come on the list, by the public page or the link of a partner.
// The place is taken by the link that is then mailed to the address. Who is on the list
// already is written to again, and nothing else: the page answers the same to everybody.
func (e *Event) Register(s Seat, partner string, at time.Time) (guest string, err error) {
	switch {
	case e.State(at) != Open:
		return "", ErrShut
	case e.Access == ByInvitation && partner == "":
		return "", account.Fault("On vient à cet événement sur invitation.")
	}
	// Who is on the list is refused as anybody else: the answer tells nobody who is.
	if err := e.crowded(at); err != nil {
		return "", err
	}
	for i := range e.Seats {
		o := &e.Seats[i]
		if o.Mail != s.Mail || !o.Active() {
			continue
		}
		if at.Sub(o.Invited) < RegisterAgain {
			return o.Guest, sourcing.ErrUnchanged
		}
		o.Invited = at.UTC()
		e.Sent++
		e.owe(o, Registered, e.Sent)
		return o.Guest, nil
	}
	e.makeRoom(at)
	s.Asked, s.Registered, s.Invited = e.Access == Moderated && partner == "", true, at.UTC()
	if _, _, err = e.add(partner, []Seat{s}, at); err != nil {
		return "", err
	}
	e.Sent++
	e.owe(&e.Seats[len(e.Seats)-1], Registered, e.Sent)
	return s.Guest, nil
}

// Bounds of registrations that nobody has answered: whoever floods the page with addresses
// must not fill the list.
const (
	MaxUnanswered = 500
	UnansweredFor = 48 * time.Hour // then one of them makes room for another
)

// ErrCrowded refuses who asks to come: how many are invited is told to nobody.
const ErrCrowded = account.Fault("Cet événement ne prend plus de demandes : écrivez à l’organisateur.")

// unanswered counts the registrations that were never answered, and tells those that have
// been so for long.
func (e *Event) unanswered(at time.Time) (waiting, old int, isOld func(Seat) bool) {
	waits := func(s Seat) bool { return s.Registered && s.Answer == Pending && s.Answered.IsZero() }
	isOld = func(s Seat) bool { return waits(s) && at.Sub(s.Invited) >= UnansweredFor }
	for i := range e.Seats {
		if waits(e.Seats[i]) {
			waiting++
		}
		if isOld(e.Seats[i]) {
			old++
		}
	}
	return waiting, old, isOld
}

// crowded refuses a registration of anybody when one more does not fit.
func (e *Event) crowded(at time.Time) error {
	waiting, old, _ := e.unanswered(at)
	switch {
	case waiting >= MaxUnanswered && old == 0:
		return account.Fault("Beaucoup d’inscriptions attendent d’être confirmées : réessayez demain.")
	case waiting >= MaxUnanswered:
		return nil
	case len(e.Seats) >= MaxSeats:
		return ErrCrowded
	}
	return nil
}

// makeRoom drops registrations that were never answered, when there are many of them.
func (e *Event) makeRoom(at time.Time) {
	if waiting, _, isOld := e.unanswered(at); waiting >= MaxUnanswered {
		e.Seats = slices.DeleteFunc(e.Seats, isOld)
	}
}

// RegisterAgain is how long who asks to come twice waits for the second mail.
const RegisterAgain = 10 * time.Minute

// Invite sends the invitation to guests, each once, with the words of the organiser: the
// same number for all. It tells how many it goes to.
func (e *Event) Invite(m buyer.Member, guests []string, text string, at time.Time) (int, error) {
	return e.sends(m, guests, Invitation, text, at)
}

// Remind writes again to guests who were invited and have not answered, once a day at
// most.
func (e *Event) Remind(m buyer.Member, guests []string, text string, at time.Time) (int, error) {
	return e.sends(m, guests, Reminder, text, at)
}

// ReminderPause is how long a guest is left in peace after a mail.
const ReminderPause = 24 * time.Hour

// Tell writes to guests who come.
func (e *Event) Tell(m buyer.Member, guests []string, text string, at time.Time) (int, error) {
	return e.sends(m, guests, News, text, at)
}

// Takes reports whether a notice that goes to many is for a seat at a time.
func (s *Seat) Takes(n Notice, at time.Time) bool {
	switch n {
	case Invitation:
		return s.Answer == Pending && (s.Invited.IsZero() || !stands(GuardInvite))
	case Reminder:
		silent := s.Answer == Pending && !s.Invited.IsZero() || !stands(GuardInvite)
		return silent && at.Sub(s.Invited) >= ReminderPause && at.Sub(s.Reminded) >= ReminderPause
	case News:
		return s.Holds()
	}
	return false
}

func (e *Event) sends(m buyer.Member, guests []string, n Notice, text string, at time.Time) (count int, err error) {
	partner, err := e.invites(m)
	if err != nil {
		return 0, err
	}
	if err := e.sendable(n, text, at); err != nil {
		return 0, err
	}
	number := e.Sent + 1
	count = e.oweMany(guests, partner, Due{n, number}, at)
	if count == 0 {
		return 0, sourcing.ErrUnchanged
	}
	e.Sent = number
	e.Sendings = append(e.Sendings, Sending{Number: number, Notice: n, Text: strings.TrimSpace(text), At: at.UTC(), By: m.Person, Count: count})
	e.note(at, m.Person, "event.send", "")
	return count, nil
}

// sendable refuses a notice to many that could not be answered, or that is too much.
func (e *Event) sendable(n Notice, text string, at time.Time) error {
	switch st := e.State(at); {
	case st == Called:
		return ErrCalledOff
	case st == Past:
		return ErrOver
	case st == Drafted:
		return ErrDraft
	case st != Open && n != News: // nobody could answer
		return ErrShut
	}
	if utf8.RuneCountInString(text) > MaxLetter {
		return account.Fault("Ce message est trop long : 1 500 caractères au plus.")
	}
	if len(e.Sendings) >= MaxSendings {
		return account.Fault("Cet événement a déjà donné lieu à 60 envois.")
	}
	return nil
}

// oweMany owes a mail to those of guests whom it is for, and whom the partner invites. It
// tells how many they are.
func (e *Event) oweMany(guests []string, partner string, due Due, at time.Time) (count int) {
	wanted := map[string]bool{}
	for _, id := range guests {
		wanted[id] = true
	}
	for i := range e.Seats {
		s := &e.Seats[i]
		if !wanted[s.Guest] || !s.isOf(partner) || !s.Takes(due.Notice, at) {
			continue
		}
		switch due.Notice {
		case Invitation:
			s.Invited = at.UTC()
		case Reminder:
			s.Reminded = at.UTC()
		}
		e.owe(s, due.Notice, due.Number)
		count++
	}
	return count
}

// Remove takes a guest off the list.
func (e *Event) Remove(m buyer.Member, guest string, at time.Time) error {
	partner, err := e.invites(m)
	if err != nil {
		return err
	}
	s := e.Seat(guest)
	switch st := e.State(at); {
	case s == nil || !s.isOf(partner):
		return ErrNoSeat
	case !s.Active():
		return sourcing.ErrUnchanged
	case st == Called:
		return ErrCalledOff
	case st == Past: // who was there, was
		return ErrOver
	}
	e.release(s, Cancelled, at)
	e.note(at, m.Person, "event.remove", "")
	e.Promote(at)
	return nil
}

// Admit says yes to who asked to come: the guest gets a place, or waits for one. Refuse
// says no.
func (e *Event) Admit(m buyer.Member, guest string, yes bool, at time.Time) error {
	if err := e.writable(m); err != nil {
		return err
	}
	s := e.Seat(guest)
	if s == nil || !s.Asked {
		return sourcing.ErrUnchanged
	}
	switch e.State(at) {
	case Called:
		return ErrCalledOff
	case Past, Running:
		return ErrOver
	case Drafted, Open, Shut:
	}
	s.Asked = false
	e.note(at, m.Person, "event.admit", "")
	switch {
	case !yes:
		s.Answer, s.Answered = Cancelled, at.UTC()
		s.quiet()
		e.Sent++
		e.owe(s, Refusal, e.Sent)
	case s.Answer == Waitlisted:
		if (e.Deficit() == 0 || !stands(GuardDeficit)) && !e.full(s, s.Party) {
			e.confirm(s, at)
			break
		}
		e.Sent++
		e.owe(s, Waits, e.Sent)
	}
	return nil
}

// Arrange sets how many may come. Fewer than places are taken for is allowed: the page
// shows what is too many, and nobody who waits is promoted meanwhile.
func (e *Event) Arrange(m buyer.Member, r Room, rev int64, at time.Time) error {
	switch err := e.writable(m); {
	case err != nil:
		return err
	case e.Rev != rev:
		return sourcing.ErrStale
	case !e.CancelledAt.IsZero():
		return ErrCalledOff
	}
	if err := r.fits(); err != nil {
		return err
	}
	e.Room = r
	e.written(m, "event.room", "", at)
	e.Promote(at)
	return nil
}

// OpenUp opens the registrations. What it lacks is said by Missing.
func (e *Event) OpenUp(m buyer.Member, at time.Time) error {
	switch err := e.writable(m); {
	case err != nil:
		return err
	case !e.CancelledAt.IsZero():
		return ErrCalledOff
	case !e.OpenedAt.IsZero() && e.ShutAt.IsZero():
		return sourcing.ErrUnchanged
	}
	if lacks := e.Lackings(at); len(lacks) > 0 {
		return lacks[0].Fault
	}
	if e.OpenedAt.IsZero() {
		e.OpenedAt = at.UTC()
	}
	e.ShutAt = time.Time{}
	e.written(m, "event.open", "", at)
	e.Promote(at)
	return nil
}

// ShutDown closes the registrations before their deadline.
func (e *Event) ShutDown(m buyer.Member, at time.Time) error {
	switch err := e.writable(m); {
	case err != nil:
		return err
	case e.State(at) != Open:
		return sourcing.ErrUnchanged
	}
	e.ShutAt = at.UTC()
	e.written(m, "event.shut", "", at)
	return nil
}

// Missing says, by field, what an event lacks for its registrations to open at a time.
func (e *Event) Missing(at time.Time) map[string]account.Fault {
	faults := map[string]account.Fault{}
	add := func(lacks bool, field string, fault account.Fault) {
		if lacks && faults[field] == "" {
			faults[field] = fault
		}
	}
	add(strings.TrimSpace(e.Title) == "", "title", "Donnez un titre à l’événement.")
	add(e.Kind == External, "kind", "On n’invite pas à un événement extérieur : on y note qui est allé.")
	add(e.Starts.IsZero(), "starts", "Choisissez la date : le sondage ne suffit pas.")
	add(!e.Starts.IsZero() && !e.Starts.After(at), "starts", "Cette date est passée.")
	add(!e.Starts.IsZero() && !e.Ends.After(e.Starts), "ends", "La fin doit suivre le début.")
	add(!e.RepliesUntil.IsZero() && !e.RepliesUntil.After(at), "replies", "La date limite des réponses est passée.")
	add(!e.Starts.IsZero() && e.RepliesUntil.After(e.Starts), "replies", "La date limite des réponses doit précéder le début.")
	add(e.Place.Name == "" && e.Place.Address == "" && e.Place.Link == "", "place", "Dites où l’on se retrouve, ou donnez le lien.")
	add(e.Room.Capacity < 1, "capacity", "Dites combien de personnes peuvent venir.")
	return faults
}

// Settings is what people write of an event on its forms.
type Settings struct {
	Kind                         Kind
	Title, Series, Summary, Text string
	Starts, Ends, RepliesUntil   time.Time
	Place                        Place
	Access                       Access
	OfferHours                   int
	Photos, Needs                bool
	Contact                      string
}

// Write sets what the event is. A change of time or place of one that is open raises the
// SEQUENCE of the calendar, and who has a place is told; nothing else does (RFC 5545,
// 3.8.7.4).
func (e *Event) Write(m buyer.Member, in Settings, rev int64, at time.Time) error {
	switch err := e.writable(m); {
	case err != nil:
		return err
	case !e.CancelledAt.IsZero():
		return ErrCalledOff
	case e.Rev != rev:
		return sourcing.ErrStale
	case e.Kind.Discreet() && !in.Kind.Discreet() && len(e.Seats) > 0:
		return ErrDiscreet
	}
	if faults := e.Faults(in, at); len(faults) > 0 {
		return faults[0].Fault
	}
	material := e.material(&in)
	over := e.State(at) == Past
	e.Put(in)
	e.written(m, "event.write", "", at)
	e.curb()
	if !e.OpenedAt.IsZero() && !over && (material || !stands(GuardSequence)) {
		e.tellChanged()
	}
	e.Promote(at)
	return nil
}

// curb has no offer outlast the time until which a place may be taken.
func (e *Event) curb() {
	for i := range e.Seats {
		if s := &e.Seats[i]; s.Answer == Offered && s.Until.After(e.shuts()) {
			s.Until = e.shuts()
		}
	}
}

// CallOff cancels the event: whoever was invited and has not said no is told, and nothing
// else that was owed goes out. An invitation that is still owed may have been made already:
// gathering.Stale keeps the news from who was never written to.
func (e *Event) CallOff(m buyer.Member, reason string, at time.Time) error {
	switch err := e.writable(m); {
	case err != nil:
		return err
	case !e.CancelledAt.IsZero():
		return sourcing.ErrUnchanged
	case e.State(at) == Past:
		return ErrOver
	case strings.TrimSpace(reason) == "":
		return account.Fault("Dites pourquoi : les invités le liront.")
	case utf8.RuneCountInString(reason) > MaxLetter:
		return account.Fault("Ce motif est trop long : 1 500 caractères au plus.")
	}
	e.CancelledAt, e.Reason = at.UTC(), strings.TrimSpace(reason)
	e.Sequence++
	e.Sent++
	for i := range e.Seats {
		s := &e.Seats[i]
		s.quiet()
		if s.Confirmed || s.Active() && s.Answer != Declined && !s.Invited.IsZero() {
			e.owe(s, CalledOff, e.Sent)
		}
	}
	e.written(m, "event.cancel", e.Reason, at)
	return nil
}

// Carried takes off what guests were owed and has been made: what was asked for since
// stays.
func (e *Event) Carried(made map[string][]Due) bool {
	changed := false
	for i := range e.Seats {
		s := &e.Seats[i]
		done := made[s.Guest]
		if len(done) == 0 {
			continue
		}
		n := len(s.Owed)
		s.Owed = slices.DeleteFunc(s.Owed, func(d Due) bool { return slices.Contains(done, d) })
		changed = changed || len(s.Owed) != n
		if slices.ContainsFunc(done, func(d Due) bool { return d.Notice == CalledOff }) {
			s.Confirmed = false // its CANCEL is made
		}
	}
	return changed
}

// Owes reports whether some guest is owed a mail.
func (e *Event) Owes() bool {
	return slices.ContainsFunc(e.Seats, func(s Seat) bool { return len(s.Owed) > 0 })
}

// UID is that of the event in calendars, for ever.
func (e *Event) UID() string { return "evenement-" + e.ID + "@sourcier" }

// CalendarSequence is the SEQUENCE of what a guest's calendar is told by a notice. Each
// change of time or place raises it, and so does giving a place back, then taking one
// again: a program that has seen the CANCEL believes only a REQUEST with a higher one.
func (e *Event) CalendarSequence(s *Seat, n Notice) int64 {
	given := 2 * int64(s.Cancels)
	if n == Released {
		given--
	}
	return e.Sequence + given
}

// Stale reports whether a notice to a guest tells what is no longer true: its mail, which
// may have waited, is not sent any more.
func (e *Event) Stale(guest string, n Notice) bool {
	s := e.Seat(guest)
	switch {
	case s == nil:
		return true
	case !e.CancelledAt.IsZero():
		return n != CalledOff && n != Released
	case n == Poll && !e.Starts.IsZero(): // the date is known
		return true
	}
	return s.overtaken(n)
}

// overtaken reports whether where a guest stands is no longer what a notice tells.
func (s *Seat) overtaken(n Notice) bool {
	switch n {
	case Poll, Invitation, Reminder:
		return s.Answer != Pending
	case Offer:
		return s.Answer != Offered
	case Waits:
		return s.Answer != Waitlisted
	case Confirmed, Changed:
		return !s.Confirmed
	case News:
		return !s.Holds()
	case Released:
		return s.Confirmed // has a place again: its REQUEST says more
	case Noted:
		return s.Holds() || s.Answer == Waitlisted
	case Passed, CalledOff, Survey, Refusal, Registered:
	}
	return false
}

// TextOf is what the organiser wrote with a sending, "" for none.
func (e *Event) TextOf(d Due) string {
	for i := range e.Sendings {
		if e.Sendings[i].Number == d.Number && e.Sendings[i].Notice == d.Notice {
			return e.Sendings[i].Text
		}
	}
	if d.Notice == CalledOff {
		return e.Reason
	}
	return ""
}
