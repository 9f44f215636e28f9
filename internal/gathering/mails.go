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

// carryMost is how many mails are made in one go.
const carryMost = 500

// kinds says what mail each notice is.
var kinds = map[event.Notice]message.Kind{
	event.Invitation: message.EventInvitation, event.Reminder: message.EventReminder, event.Confirmed: message.EventConfirmed, event.Changed: message.EventChanged,
	event.Waits: message.EventWaits, event.Offer: message.EventOffer, event.Passed: message.EventPassed, event.Released: message.EventReleased,
	event.CalledOff: message.EventCalledOff, event.News: message.EventNews, event.Survey: message.EventSurvey, event.Poll: message.EventPoll, event.Refusal: message.EventRefusal,
}

// CarryMails makes the mails of events of which some guest is owed one: what a portal that was
// stopped has left, above all.
func (s *Service) CarryMails(ctx context.Context) error {
	const most = 50
	docs, err := s.Events.Events.FindLookup(ctx, store.OwingEvents, most)
	if err != nil {
		return err
	}
	var errs []error
	for i := range docs {
		for more := true; more && ctx.Err() == nil; {
			if more, err = s.carry(ctx, docs[i].ID); err != nil {
				errs = append(errs, err)
				break
			}
		}
	}
	return errors.Join(errs...)
}

// CarryLapses ends the offers that have passed.
func (s *Service) CarryLapses(ctx context.Context) error {
	const most = 200
	docs, err := s.Events.Events.FindLookup(ctx, store.OfferingEvents, most)
	if err != nil {
		return err
	}
	var errs []error
	for i := range docs {
		if next := docs[i].Value.NextLapse(); next.IsZero() || next.After(s.Now()) {
			continue
		}
		errs = append(errs, s.act(ctx, docs[i].ID, "", "", func(e *event.Event) error {
			if e.Lapse(s.Now()) == 0 {
				return sourcing.ErrUnchanged
			}
			return nil
		}))
	}
	return errors.Join(errs...)
}

// carry makes mails that guests of an event are owed, each once however often it is asked
// for, then notes it in the event. It tells whether more are owed.
func (s *Service) carry(ctx context.Context, id string) (more bool, err error) {
	d, err := s.Events.Events.Get(ctx, id)
	if err != nil {
		return false, err
	}
	e := &d.Value
	org, err := s.People.Organisations.Get(ctx, e.Organisation)
	if err != nil {
		return false, err
	}
	var seats []*event.Seat
	var ids []string
	for i := range e.Seats {
		if len(e.Seats[i].Owed) > 0 && len(seats) < carryMost {
			seats = append(seats, &e.Seats[i])
			ids = append(ids, e.Seats[i].Guest)
		}
	}
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
	made := map[string][]event.Due{}
	var mails []message.Message
	for _, seat := range seats {
		for _, due := range seat.Owed {
			made[seat.Guest] = append(made[seat.Guest], due)
			g := guests[seat.Guest]
			if g == nil || g.Email == "" { // erased, or never had one
				continue
			}
			m, err := message.New(s.order(e, seat, g, org.Value.Name, due))
			if err != nil {
				return false, fmt.Errorf("mail to guest %s: %w", seat.Guest, err)
			}
			mails = append(mails, m)
		}
	}
	if err := s.passed("mails"); err != nil {
		return false, err
	}
	if err := store.PutNew(ctx, s.Messages.Collection, mails, ""); err != nil {
		return false, err
	}
	if err := s.passed("carried"); err != nil {
		return false, err
	}
	after, err := store.Update(ctx, s.Events.Events, id, func(e *event.Event) (store.Change, error) {
		if !e.Carried(made) {
			return store.Change{}, sourcing.ErrUnchanged
		}
		return store.Change{At: s.Now().UTC()}, nil
	})
	if err != nil && !errors.Is(err, sourcing.ErrUnchanged) {
		return false, err
	}
	return after.Value.Owes(), nil
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
		o.Details[message.DetailSequence] = fmt.Sprint(e.CalendarSequence(seat))
	case event.Offer:
		o.Details[message.DetailUntil] = sourcing.Moment(seat.Until)
		o.ExpiresAt = seat.Until
	case event.Waits:
		o.Details[message.DetailRule] = event.WaitingRule
	case event.Invitation, event.Reminder, event.News:
		o.ExpiresAt = e.Starts
	case event.Survey:
		o.ExpiresAt = e.SurveyShutAt
	case event.Poll:
		o.ExpiresAt = e.PollUntil
	case event.Passed, event.Refusal:
	}
	return o
}

// Where is a place on one line.
func Where(p event.Place) string {
	var parts []string
	for _, text := range []string{p.Name, p.Address, p.City} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 && p.Link != "" {
		return "En ligne"
	}
	return strings.Join(parts, ", ")
}

// Span is when an event is, in words: « 6 décembre 2026, de 9 h 00 à 12 h 00 ».
func Span(from, to time.Time) string {
	day, start, _ := strings.Cut(sourcing.Moment(from), " à ")
	last, end, _ := strings.Cut(sourcing.Moment(to), " à ")
	if day == last {
		return day + ", de " + start + " à " + end
	}
	return "du " + day + " à " + start + " au " + last + " à " + end
}

// Stale says whether a mail to a guest is about what has ended or changed since it was
// queued (mail.Sender.Stale).
func (s *Service) Stale(ctx context.Context, m *message.Message, _ time.Time) (withdrawn bool, until time.Time, err error) {
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
	if d.Value.Stale(guest, noticeOf(m.Kind)) {
		return true, until, nil
	}
	// What was to go to an address that was put right since goes nowhere: its link is dead.
	g, err := s.Guests.Get(ctx, guest)
	if errors.Is(err, store.ErrNotFound) {
		return true, until, nil
	}
	return err == nil && link != strconv.Itoa(g.Value.LinkNumber), until, err
}

func noticeOf(k message.Kind) event.Notice {
	for n, kind := range kinds {
		if kind == k {
			return n
		}
	}
	return 0
}
