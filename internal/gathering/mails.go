package gathering

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// carryMost is how many mails are made in one go: each go reads and writes the whole event.
const carryMost = 2500

// kinds says what mail each notice is.
var kinds = map[event.Notice]message.Kind{
	event.Invitation: message.EventInvitation, event.Reminder: message.EventReminder, event.Confirmed: message.EventConfirmed, event.Changed: message.EventChanged,
	event.Waits: message.EventWaits, event.Offer: message.EventOffer, event.Passed: message.EventPassed, event.Released: message.EventReleased,
	event.CalledOff: message.EventCalledOff, event.News: message.EventNews, event.Survey: message.EventSurvey, event.Poll: message.EventPoll, event.Refusal: message.EventRefusal,
	event.Noted: message.EventNoted, event.Registered: message.EventRegistered,
}

// CarryMails makes the mails of events of which some guest is owed one: what a portal that was
// stopped has left, above all. An event of which it fails keeps no other waiting.
func (s *Service) CarryMails(ctx context.Context) error {
	var errs []error
	err := store.EachFound(ctx, s.Events.Events, store.OwingEvents, func(d store.Doc[event.Event]) error {
		for more := true; more && ctx.Err() == nil; {
			var err error
			if more, err = s.carry(ctx, d.ID); err != nil {
				errs = append(errs, fmt.Errorf("mails of event %s: %w", d.ID, err))
				break
			}
		}
		return ctx.Err()
	})
	return errors.Join(append(errs, err)...)
}

// CarryLapses ends the offers that have passed.
func (s *Service) CarryLapses(ctx context.Context) error {
	var errs []error
	err := store.EachFound(ctx, s.Events.Events, store.OfferingEvents, func(d store.Doc[event.Event]) error {
		if next := d.Value.NextLapse(); next.IsZero() || next.After(s.Now()) {
			return nil
		}
		errs = append(errs, s.act(ctx, d.ID, "", "", func(e *event.Event) error {
			if e.Lapse(s.Now()) == 0 {
				return sourcing.ErrUnchanged
			}
			return nil
		}))
		return ctx.Err()
	})
	return errors.Join(append(errs, err)...)
}

// carry makes mails that guests of an event are owed, each once however often it is asked
// for, then notes it in the event. It tells whether more are owed. A mail that cannot be
// made is told, and owed no more: it would keep all others waiting for ever.
func (s *Service) carry(ctx context.Context, id string) (more bool, err error) {
	end, _ := s.alone(id, true)
	defer end()
	return s.makeMails(ctx, id)
}

func (s *Service) makeMails(ctx context.Context, id string) (more bool, err error) {
	d, err := s.Events.Events.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) { // it went with its organisation
		return false, nil
	}
	if err != nil {
		return false, err
	}
	e := &d.Value
	org, err := s.People.Organisations.Get(ctx, e.Organisation)
	if err != nil {
		return false, err
	}
	seats, ids := owing(e)
	if len(seats) == 0 {
		return false, nil
	}
	guests, err := s.GuestsByID(ctx, ids)
	if err == nil {
		err = s.moveAll(ctx, e, guests)
	}
	if err != nil {
		return false, err
	}
	mails, made, unmade := s.letters(e, seats, guests, org.Value.Name)
	if err := s.passed("mails"); err != nil {
		return false, err
	}
	if err := store.PutNew(ctx, s.Messages.Collection, mails, ""); err != nil {
		return false, err
	}
	if err := s.passed("carried"); err != nil {
		return false, err
	}
	after, err := s.settle(ctx, id, made)
	if err != nil {
		return false, err
	}
	return after.Owes(), errors.Join(append(unmade, s.unsay(ctx, after, guests, made))...)
}

// settle notes in an event that notices are owed no more, and reads how it is then.
func (s *Service) settle(ctx context.Context, id string, made map[string][]event.Due) (*event.Event, error) {
	d, err := store.Update(ctx, s.Events.Events, id, func(e *event.Event) (store.Change, error) {
		if !e.Carried(made) {
			return store.Change{}, sourcing.ErrUnchanged
		}
		return store.Change{At: s.Now().UTC()}, nil
	})
	return &d.Value, unchanged(err)
}

// alone has one goroutine at a time make the mails of an event: another would make the same
// ones again. What it gives is called at the end. Without waiting it is false while somebody
// does.
func (s *Service) alone(id string, waits bool) (end func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.carried[id] {
		if !waits {
			return nil, false
		}
		s.free.Wait()
	}
	s.carried[id] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.carried, id)
		s.free.Broadcast()
	}, true
}

// owing are the seats that are owed a mail, as many as are made in one go, and their guests.
func owing(e *event.Event) (seats []*event.Seat, guests []string) {
	for i := range e.Seats {
		if len(e.Seats[i].Owed) > 0 && len(seats) < carryMost {
			seats = append(seats, &e.Seats[i])
			guests = append(guests, e.Seats[i].Guest)
		}
	}
	return seats, guests
}

// letters makes the mails that seats are owed, and tells which notices that settles.
func (s *Service) letters(e *event.Event, seats []*event.Seat, guests map[string]*event.Guest, organisation string) (mails []message.Message, made map[string][]event.Due, unmade []error) {
	made = map[string][]event.Due{}
	for _, seat := range seats {
		for _, due := range seat.Owed {
			made[seat.Guest] = append(made[seat.Guest], due)
			g := guests[seat.Guest]
			if g == nil || g.Email == "" || e.Stale(seat.Guest, due.Notice) { // erased, or never had one; or it is true no more
				continue
			}
			m, err := message.New(s.order(e, seat, g, organisation, due))
			if err != nil {
				unmade = append(unmade, fmt.Errorf("mail to guest %s: %w", seat.Guest, err))
				continue
			}
			mails = append(mails, m)
		}
	}
	return mails, made, unmade
}

// unsay empties the mails that were made for guests who were forgotten meanwhile.
func (s *Service) unsay(ctx context.Context, e *event.Event, guests map[string]*event.Guest, made map[string][]event.Due) error {
	var errs []error
	for i := range e.Seats {
		if seat := &e.Seats[i]; seat.Erased() && len(made[seat.Guest]) > 0 && guests[seat.Guest] != nil {
			errs = append(errs, s.People.ScrubMails(ctx, account.Email(guests[seat.Guest].Email), e.ID+"."+seat.Guest+"."))
		}
	}
	return errors.Join(errs...)
}

// GuestsByID reads guests.
func (s *Service) GuestsByID(ctx context.Context, ids []string) (map[string]*event.Guest, error) {
	const chunk = 200
	out := make(map[string]*event.Guest, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), chunk)
		docs, err := s.Guests.GetSome(ctx, ids[:n])
		if err != nil {
			return nil, err
		}
		for i := range docs {
			out[docs[i].ID] = &docs[i].Value
		}
		ids = ids[n:]
	}
	return out, nil
}

// MailKey says which mail a notice to a guest is: whoever asks for its delivery makes it
// again.
func MailKey(g *event.Guest, due event.Due) message.Key {
	return message.Key{Kind: kinds[due.Notice], Object: message.GuestObject(g.Event, g.ID, g.LinkNumber), Recipient: account.Email(g.Email).Key(), Version: due.Number}
}

// order is the mail of a notice to a guest.
func (s *Service) order(e *event.Event, seat *event.Seat, g *event.Guest, organisation string, due event.Due) message.Order {
	o := message.Order{
		Key: MailKey(g, due), To: g.Email, ToName: g.Name, Person: g.Person, QueuedAt: s.Now().UTC(), ExpiresAt: e.Ends,
		Details: map[string]string{
			message.DetailTitle: e.Title, message.DetailOrganisation: organisation, message.DetailText: e.TextOf(due), message.DetailReply: e.Contact,
		},
	}
	if !e.Starts.IsZero() {
		o.Details[message.DetailWhen] = Span(e.Starts, e.Ends)
		o.Details[message.DetailStarts], o.Details[message.DetailEnds] = e.Starts.Format(time.RFC3339), e.Ends.Format(time.RFC3339)
	}
	o.Details[message.DetailPlace] = Where(e.Place)
	switch due.Notice {
	case event.Confirmed, event.Changed, event.Released, event.CalledOff:
		o.Details[message.DetailUID] = e.UID()
		o.Details[message.DetailSequence] = fmt.Sprint(e.CalendarSequence(seat, due.Notice))
	case event.Offer:
		o.Details[message.DetailUntil] = sourcing.DayMoment(seat.Until)
		o.ExpiresAt = seat.Until
	case event.Waits:
		o.Details[message.DetailRule] = event.WaitingRule
		if seat.Asked {
			o.Details[message.DetailEvent] = message.AskedEvent
		}
	case event.Noted:
		o.Details[message.DetailEvent] = string(seat.Answer)
	case event.Invitation, event.Reminder, event.News, event.Registered:
		o.ExpiresAt = e.Starts
	case event.Survey:
		o.ExpiresAt = e.SurveyShutAt
	case event.Poll:
		o.ExpiresAt = e.PollUntil
	case event.Passed, event.Refusal:
	}
	return o
}

// Delivered is a mail to a guest as one that has gone: of the demonstration, which sends
// none. wrong is one whose address does not exist.
func (s *Service) Delivered(e *event.Event, seat *event.Seat, g *event.Guest, organisation string, due event.Due, at time.Time, wrong bool) (message.Message, error) {
	order := s.order(e, seat, g, organisation, due)
	order.QueuedAt = at
	m, err := message.New(order)
	if err == nil {
		m.Delivered(at, wrong)
	}
	return m, err
}

// Where is a place on one line.
func Where(p event.Place) string {
	var parts []string
	for _, text := range []string{p.Name, p.Address, p.City} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if p.Online() {
		return message.OnLine
	}
	return strings.Join(parts, ", ")
}

// Span is when an event is, in words: « dimanche 6 décembre 2026, de 9 h 00 à 12 h 00 ».
func Span(from, to time.Time) string {
	day, start, _ := strings.Cut(sourcing.DayMoment(from), " à ")
	last, end, _ := strings.Cut(sourcing.DayMoment(to), " à ")
	if day == last {
		return day + ", de " + start + " à " + end
	}
	return "du " + day + " à " + start + " au " + last + " à " + end
}

// Stale says whether a mail to a guest is about what has ended or changed since it was
// queued (mail.Sender.Stale).
func (s *Service) Stale(ctx context.Context, m *message.Message, now time.Time) (withdrawn bool, until time.Time, err error) {
	if !strings.HasPrefix(string(m.Kind), "event-") {
		return false, until, nil
	}
	id, rest, _ := strings.Cut(m.Object, ".")
	guest, link, _ := strings.Cut(rest, ".")
	d, err := s.Events.Events.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return true, until, nil
	}
	if err != nil {
		return false, until, err
	}
	e, n := &d.Value, noticeOf(m.Kind)
	if e.Stale(guest, n) {
		return true, until, nil
	}
	if dead, err := s.deadLink(ctx, guest, link); dead || err != nil {
		return dead, until, err
	}
	switch n {
	case event.Invitation, event.Reminder:
		return e.State(now) != event.Open, until, nil // nobody could answer
	case event.Released, event.CalledOff:
		return s.staleCancel(ctx, m, e, guest, now)
	}
	return false, until, nil
}

// deadLink reports whether a link to a guest leads nowhere: what was to go to an address
// that was put right since goes nowhere either.
func (s *Service) deadLink(ctx context.Context, guest, number string) (bool, error) {
	g, err := s.Guests.Get(ctx, guest)
	if errors.Is(err, store.ErrNotFound) {
		return true, nil
	}
	return err == nil && number != strconv.Itoa(g.Value.LinkNumber), err
}

// staleCancel is Stale of a CANCEL. One of which no REQUEST has left goes without its
// calendar, and who was never written to is not told that the event is cancelled.
func (s *Service) staleCancel(ctx context.Context, m *message.Message, e *event.Event, guest string, now time.Time) (withdrawn bool, until time.Time, err error) {
	written, requested, until, err := s.wrote(ctx, m, e.ID+"."+guest+".", now)
	if err != nil || until.After(now) {
		return false, until, err
	}
	if !requested {
		delete(m.Details, message.DetailUID)
	}
	return !written && m.Kind == message.EventCalledOff && !e.Seat(guest).Holds(), until, nil
}

// wrote reports whether anything of before a message about a guest has left for its address,
// and whether a REQUEST has, and no CANCEL since. What is still queued of either is withdrawn,
// so that it does not leave behind our back; what is with a server is waited for.
func (s *Service) wrote(ctx context.Context, m *message.Message, object string, now time.Time) (any, requested bool, until time.Time, err error) {
	const most = 1000 // of one address: of one that has more, one has left for sure
	docs, err := s.Messages.FindLookup(ctx, store.MessagesTo(m.ToHash), most)
	if err != nil || len(docs) == most {
		return true, true, until, err
	}
	newest := int64(-1) // number of the last that told a calendar something
	for _, d := range docs {
		x := &d.Value
		if !overtaken(x, m, object) {
			continue
		}
		left, busy, err := s.halt(ctx, d, now)
		if err != nil {
			return false, false, until, err
		}
		if busy {
			until = now.Add(time.Minute)
		}
		any = any || left
		if left && tellsCalendar(x.Kind) && x.Version > newest {
			newest, requested = x.Version, isRequest(x.Kind)
		}
	}
	return any, requested, until, nil
}

// overtaken reports whether a message about a guest is of before another, which ends what it
// said: one that frees a place ends only what a calendar was told.
func overtaken(x, by *message.Message, object string) bool {
	return x.Version < by.Version && strings.HasPrefix(x.Object, object) && (by.Kind != message.EventReleased || tellsCalendar(x.Kind))
}

func isRequest(k message.Kind) bool {
	return k == message.EventConfirmed || k == message.EventChanged
}

func tellsCalendar(k message.Kind) bool { return isRequest(k) || k == message.EventReleased }

// halt withdraws a message that is still queued. It tells whether it has left, or is busy
// leaving: with a server, or written by somebody else just now.
func (s *Service) halt(ctx context.Context, d store.Doc[message.Message], now time.Time) (left, busy bool, err error) {
	switch d.Value.State(now) {
	case message.Sent, message.Uncertain:
		return true, false, nil
	case message.Leased:
		return false, true, nil
	case message.Queued:
		if err := d.Value.Drop(now, message.Withdrawn); err != nil {
			return false, false, err
		}
		_, err = s.Messages.Replace(ctx, d, store.Change{})
		if errors.Is(err, store.ErrConflict) {
			return false, true, nil
		}
	case message.Refused:
	}
	return false, false, err
}

func noticeOf(k message.Kind) event.Notice {
	for n, kind := range kinds {
		if kind == k {
			return n
		}
	}
	return 0
}
