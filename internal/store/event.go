package store

import (
	"context"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
)

// Collections of events.
const (
	EventCollection   = "event"
	GuestCollection   = "guest"
	CheckinCollection = "checkin"

	FeedbackCollection  = "eventsurvey"
	EncounterCollection = "encounter"
)

// Events is what organisations invite to.
type Events struct {
	Events   *Collection[event.Event]
	Guests   *Collection[event.Guest]
	Checkins *Collection[event.Checkin]

	Feedbacks  *Collection[event.Feedback]
	Encounters *Collection[event.Encounter]
}

// EventsOf is the lookup key of the events of an organisation, and of those that it
// co-organises.
func EventsOf(organisation string) string { return PurchasesOf(organisation) }

// EventsMeeting is the lookup key of the events that a structure came to.
func EventsMeeting(structure string) string { return OperationsAsking(structure) }

// EventByRelay is the lookup key of the event that a partner relays; hash is
// account.HashToken of its token.
func EventByRelay(hash string) string { return OperationByLink(hash) }

// PublicEvents is the lookup key of the events of the public agenda that end in a month
// (UTC): what is past need not be read to know what is to come.
func PublicEvents(month time.Time) string { return "public:" + month.UTC().Format("2006-01") }

// Lookup keys of events.
const (
	OwingEvents     = "owing"     // some guest is owed a mail
	OfferingEvents  = "offering"  // an offer is out
	UnsettledEvents = "unsettled" // who came is not known yet
	HoldingEvents   = "holding"   // still hold names and addresses
)

// NeedyGuests is the lookup key of the guests whose dietary or access needs are still held.
const NeedyGuests = "needy"

// EventsToldIn is the lookup key of the events of an organisation of which its buyers are
// told which structures came.
func EventsToldIn(organisation string) string { return "told:" + organisation }

// GuestsOf is the lookup key of the guests, or the scans, of an event.
func GuestsOf(id string) string { return "event:" + id }

// GuestByLink is the lookup key of the guest of a personal link.
func GuestByLink(hash string) string { return OperationByLink(hash) }

// GuestByTicket is the lookup key of the guest of a code shown at the door.
func GuestByTicket(hash string) string { return "ticket:" + hash }

// GuestsAt is the lookup key of the guests of an address; hash is account.Email.Hash.
func GuestsAt(hash string) string { return "address:" + hash }

// GuestsSaying is the lookup key of the guests of an event for whom a calendar program has
// answered, and nobody has confirmed it yet.
func GuestsSaying(event string) string { return "said:" + event }

// GuestsFrom is the lookup key of the guests of a structure.
func GuestsFrom(structure string) string { return OperationsAsking(structure) }

// OpenSurveys is the lookup key of surveys that are not counted yet.
const OpenSurveys = "open"

// ScansOf is the lookup key of the scans of a guest.
func ScansOf(guest string) string { return "guest:" + guest }

var (
	eventCodec = Codec[event.Event]{Schema: 1,
		ID: func(e *event.Event) string { return e.ID },
		Keys: func(e *event.Event) Keys {
			k := Keys{Lookup: append(namedBy(e.Persons()), EventsOf(e.Organisation))}
			for i := range e.Partners {
				p := &e.Partners[i]
				if p.Organisation != "" && p.Invites {
					k.Lookup = append(k.Lookup, EventsOf(p.Organisation))
				}
				if p.Relay != "" {
					k.Lookup = append(k.Lookup, EventByRelay(p.Relay))
				}
			}
			for _, id := range e.Told() {
				k.Lookup = append(k.Lookup, EventsMeeting(id))
			}
			if len(e.Told()) > 0 {
				k.Lookup = append(k.Lookup, EventsToldIn(e.Organisation))
			}
			for key, set := range map[string]bool{
				OwingEvents: e.Owes(), OfferingEvents: !e.NextLapse().IsZero(),
				UnsettledEvents: e.SettledAt.IsZero() && e.CancelledAt.IsZero() && !e.OpenedAt.IsZero(),
				HoldingEvents:   e.Holding(),
			} {
				if set {
					k.Lookup = append(k.Lookup, key)
				}
			}
			if !e.PublishedAt.IsZero() {
				k.Lookup = append(k.Lookup, PublicEvents(e.Ends))
			}
			return k.Normal()
		},
	}
	guestCodec = Codec[event.Guest]{Schema: 1,
		ID: func(g *event.Guest) string { return g.ID },
		Keys: func(g *event.Guest) Keys {
			k := Keys{Lookup: append(namedBy([]string{g.Person, g.AddedBy}), GuestsOf(g.Event))}
			for key, value := range map[string]string{GuestByLink(g.Link): g.Link, GuestByTicket(g.Ticket): g.Ticket, GuestsFrom(g.Structure): g.Structure, GuestsAt(account.Email(g.Email).Hash()): g.Email, GuestsAt(account.Email(g.Moving).Hash()): g.Moving} {
				if value != "" {
					k.Lookup = append(k.Lookup, key)
				}
			}
			if g.Needy() {
				k.Lookup = append(k.Lookup, NeedyGuests)
			}
			if g.Said != "" {
				k.Lookup = append(k.Lookup, GuestsSaying(g.Event))
			}
			return k.Normal()
		},
	}
	checkinCodec = Codec[event.Checkin]{Schema: 1,
		ID: func(c *event.Checkin) string { return c.ID },
		Keys: func(c *event.Checkin) Keys {
			k := Keys{Lookup: append(namedBy([]string{c.By}), GuestsOf(c.Event))}
			if c.Guest != "" {
				k.Lookup = append(k.Lookup, ScansOf(c.Guest))
			}
			return k.Normal()
		},
	}
)

var (
	// A survey is found by its event alone: no key names who was asked.
	feedbackCodec = Codec[event.Feedback]{Schema: 1,
		ID: func(f *event.Feedback) string { return f.ID },
		Keys: func(f *event.Feedback) Keys {
			k := Keys{Lookup: []string{EventsOf(f.Organisation)}}
			if !f.OpenedAt.IsZero() && f.EndedAt.IsZero() {
				k.Lookup = append(k.Lookup, OpenSurveys)
			}
			return k.Normal()
		},
	}
	encounterCodec = Codec[event.Encounter]{Schema: 1,
		ID: func(x *event.Encounter) string { return x.ID },
		Keys: func(x *event.Encounter) Keys {
			k := Keys{Lookup: append(namedBy(x.Persons()), GuestsOf(x.Event))}
			for _, m := range []*event.Met{&x.Buyer, &x.Supplier} {
				if m.Guest != "" {
					k.Lookup = append(k.Lookup, ScansOf(m.Guest))
				}
			}
			return k.Normal()
		},
	}
)

// OpenEvents opens them.
func OpenEvents(ctx context.Context, db DB) (*Events, error) {
	s := &Events{}
	for _, open := range []func() error{
		func() error { return openInto(ctx, db, EventCollection, eventCodec, &s.Events) },
		func() error { return openInto(ctx, db, GuestCollection, guestCodec, &s.Guests) },
		func() error { return openInto(ctx, db, CheckinCollection, checkinCodec, &s.Checkins) },
		func() error { return openInto(ctx, db, FeedbackCollection, feedbackCodec, &s.Feedbacks) },
		func() error { return openInto(ctx, db, EncounterCollection, encounterCodec, &s.Encounters) },
	} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	return s, nil
}
