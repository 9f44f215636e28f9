package gathering

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Reply is what a guest says on the personal page.
type Reply struct {
	Comes   bool
	Party   int
	Details event.Details
}

// Answer takes the reply of the guest of a link: the seat first, which may be refused, then
// what is personal. The same reply again changes nothing. An account.Fault.
func (s *Service) Answer(ctx context.Context, r *Reached, in Reply) (event.Answer, error) {
	if !in.Comes {
		in.Details = event.Details{}
	}
	for _, fault := range in.Details.Faults() {
		return r.Seat.Answer, fault
	}
	what := "event.decline"
	if in.Comes {
		what = "event.accept"
	}
	var answer event.Answer
	err := s.command(ctx, r.Event.ID, command{actor: r.Guest.Person, what: what, do: func(e *event.Event) (err error) {
		answer = event.Declined
		if in.Comes {
			answer, err = e.Accept(r.Guest.ID, in.Party, s.Now())
			return err
		}
		return e.Decline(r.Guest.ID, s.Now())
	}})
	same := errors.Is(err, sourcing.ErrUnchanged)
	if err != nil && !same {
		return "", err
	}
	return answer, s.detail(ctx, r, what, in.Details, same)
}

// detail keeps what the guest says beside the answer; alone, it is told to the address that
// was invited.
func (s *Service) detail(ctx context.Context, r *Reached, what string, d event.Details, alone bool) error {
	_, err := store.Update(ctx, s.Guests, r.Guest.ID, func(g *event.Guest) (store.Change, error) {
		now := s.Now()
		changed := g.Detail(&r.Event, d, now)
		ch := store.Change{At: now.UTC(), Actor: r.Guest.Person}
		switch {
		case alone && len(changed) == 0 && g.Said == "":
			return ch, sourcing.ErrUnchanged
		case alone && len(changed) > 0:
			what = "guest.details"
		}
		g.Said = ""
		g.Note(now, r.Guest.Person, what, strings.Join(changed, ", "))
		if !alone {
			return ch, nil
		}
		var err error
		ch.Effects, err = s.told(ctx, &r.Event, g, changed)
		return ch, err
	})
	return unchanged(err)
}

// told is the mail that says to a guest what has changed by the personal link.
func (s *Service) told(ctx context.Context, e *event.Event, g *event.Guest, changed []string) ([]store.Effect, error) {
	if len(changed) == 0 || g.Email == "" {
		return nil, nil
	}
	org, err := s.People.Organisations.Get(ctx, e.Organisation)
	if err != nil {
		return nil, err
	}
	return s.People.MailTo(message.Order{
		Key: message.Key{Kind: message.EventDetails, Object: message.GuestObject(g.Event, g.ID, g.LinkNumber), Recipient: account.Email(g.Email).Key(), Version: g.Rev},
		To:  g.Email, ToName: g.Name, Person: g.Person, ExpiresAt: e.Ends,
		Details: map[string]string{message.DetailTitle: e.Title, message.DetailOrganisation: org.Value.Name, message.DetailReply: e.Contact, message.DetailEvent: strings.Join(changed, ", ")},
	})
}

func unchanged(err error) error {
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}

// Vote notes which dates of a poll suit the guest of a link.
func (s *Service) Vote(ctx context.Context, r *Reached, dates []string) error {
	_, err := store.Update(ctx, s.Guests, r.Guest.ID, func(g *event.Guest) (store.Change, error) {
		now := s.Now()
		ch := store.Change{At: now.UTC(), Actor: r.Guest.Person}
		if err := g.Vote(&r.Event, dates, now); err != nil {
			return ch, err
		}
		g.Note(now, r.Guest.Person, "guest.vote", "")
		var err error
		ch.Effects, err = s.told(ctx, &r.Event, g, []string{"les dates qui vous conviennent"})
		return ch, err
	})
	return unchanged(err)
}

// Delegate has a colleague invited instead of the guest of a link. The mail that this
// causes is counted as one that anybody may ask for. Whether the colleague was a guest
// already is told to nobody. An account.Fault, *people.TooManyError, people.ErrUncounted.
func (s *Service) Delegate(ctx context.Context, r *Reached, name string, email account.Email, network string) error {
	g := event.Guest{
		Name: name, Email: email.String(), Body: r.Guest.Body, SIREN: r.Seat.SIREN, Structure: r.Guest.Structure, Role: r.Seat.Role, By: r.Seat.By,
		Source: "Proposé par un invité", From: r.Guest.ID,
	}
	seat := s.seat(&r.Event, &g)
	trial := r.Event
	trial.Seats = slices.Clone(trial.Seats)
	if err := trial.Delegate(r.Guest.ID, seat, s.Now()); err != nil {
		return err
	}
	if err := s.People.CountMail(ctx, email, network); err != nil {
		return err
	}
	err := s.seated(ctx, &r.Event, &g, r.Guest.Person, "event.delegate", func(e *event.Event) error { return e.Delegate(r.Guest.ID, seat, s.Now()) })
	if err != nil {
		return err
	}
	_, err = store.Update(ctx, s.Guests, r.Guest.ID, func(old *event.Guest) (store.Change, error) {
		if old.To != "" {
			return store.Change{}, sourcing.ErrUnchanged
		}
		old.To, old.Said = g.ID, ""
		old.Note(s.Now(), r.Guest.Person, "event.delegate", "")
		return store.Change{At: s.Now().UTC(), Actor: r.Guest.Person}, nil
	})
	return unchanged(err)
}

// seated stores a guest, then does what may give it a seat; one that got none goes again.
func (s *Service) seated(ctx context.Context, e *event.Event, g *event.Guest, actor, what string, do func(*event.Event) error) error {
	if err := store.PutNew(ctx, s.Guests, []event.Guest{*g}, actor); err != nil {
		return err
	}
	took := []event.Seat{{Guest: g.ID}}
	here := false
	err := s.act(ctx, e.ID, actor, what, func(e *event.Event) error {
		err := do(e)
		here = e.Seat(g.ID) != nil
		return err
	})
	if ctx.Err() != nil {
		return err // it may be done yet: the nightly sweep knows guests without a seat
	}
	if err != nil || !here {
		err = errors.Join(err, s.dropAbsent(ctx, took, nil))
	}
	return err
}

// Publicly is an event as who registers sees it.
type Publicly struct {
	Event        event.Event
	Organisation string
	Partner      string // id of the one that relays, "" on the public page
	Relays       string // its name
}

// Published reads an event of the public page. store.ErrNotFound for any other.
func (s *Service) Published(ctx context.Context, id string) (*Publicly, error) {
	d, err := s.Events.Events.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if e := &d.Value; e.PublishedAt.IsZero() || e.Access == event.ByInvitation {
		return nil, fmt.Errorf("registration to %s: %w", id, store.ErrNotFound)
	}
	return s.publicly(ctx, d.Value, nil)
}

// Relayed reads the event of the link by which a partner relays the invitation.
func (s *Service) Relayed(ctx context.Context, token string) (*Publicly, error) {
	none := fmt.Errorf("relay: %w", store.ErrNotFound)
	if !account.IsToken(token) {
		return nil, none
	}
	hash := account.HashToken(token)
	docs, err := s.Events.Events.FindLookup(ctx, store.EventByRelay(hash), 1)
	if err != nil {
		return nil, err
	}
	for i := range docs {
		for p := range docs[i].Value.Partners {
			if partner := &docs[i].Value.Partners[p]; partner.Relay == hash {
				return s.publicly(ctx, docs[i].Value, partner)
			}
		}
	}
	return nil, none
}

func (s *Service) publicly(ctx context.Context, e event.Event, p *event.Partner) (*Publicly, error) {
	org, err := s.People.Organisations.Get(ctx, e.Organisation)
	if err != nil {
		return nil, err
	}
	out := &Publicly{Event: e, Organisation: org.Value.Name}
	if p != nil {
		out.Partner, out.Relays = p.ID, p.Name
	}
	return out, nil
}

// Register writes to who asks to come: the link of the mail takes the place. It answers the
// same for an address that is on the list and for one that is not. An account.Fault,
// *people.TooManyError, people.ErrUncounted.
func (s *Service) Register(ctx context.Context, at *Publicly, g event.Guest, network string) error {
	e := &at.Event
	g.By, g.Source = at.Partner, "Page publique"
	if at.Partner != "" {
		g.Source = "Relais : " + at.Relays
	}
	seat := s.seat(e, &g)
	trial := *e
	trial.Seats = slices.Clone(trial.Seats)
	if _, err := trial.Register(seat, at.Partner, s.Now()); err != nil && !errors.Is(err, sourcing.ErrUnchanged) {
		return err
	}
	if err := s.People.CountMail(ctx, account.Email(g.Email), network); err != nil {
		return err
	}
	return s.seated(ctx, e, &g, "", "", func(e *event.Event) error {
		_, err := e.Register(seat, at.Partner, s.Now())
		return err
	})
}

// Inbox is what a calendar program has answered for a guest, as it was read from a mail.
type Inbox struct {
	Guest    string // id that the address names
	Proof    string // that the portal wrote the address
	UID      string
	Sequence int64
	Comes    bool
}

// CalendarReply keeps what a calendar program has answered, for somebody to confirm; what
// proves nothing, or says nothing new, is passed over.
func (s *Service) CalendarReply(ctx context.Context, in Inbox) error {
	d, err := s.Guests.Get(ctx, in.Guest)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	g := &d.Value
	proof := message.GuestProof(s.People.Secret, message.GuestObject(g.Event, g.ID, g.LinkNumber))
	if subtle.ConstantTimeCompare([]byte(proof), []byte(in.Proof)) != 1 {
		return nil
	}
	e, err := s.Events.Events.Get(ctx, g.Event)
	if errors.Is(err, store.ErrNotFound) || err == nil && in.UID != e.Value.UID() {
		return nil
	}
	if err != nil {
		return err
	}
	said := event.Declined
	if in.Comes {
		said = event.Accepted
	}
	_, err = store.Update(ctx, s.Guests, g.ID, func(g *event.Guest) (store.Change, error) {
		if !g.Propose(&e.Value, said, in.Sequence, s.Now()) {
			return store.Change{}, sourcing.ErrUnchanged
		}
		g.Note(s.Now(), "", "guest.said", string(said))
		return store.Change{At: s.Now().UTC()}, nil
	})
	return unchanged(err)
}

// Line is who waits for something of an event: a place, a yes, a confirmation.
type Line struct {
	Waiting  []Waiting // for a place, in the order in which places are offered
	Offers   []Waiting
	Asking   []Waiting // for the organiser's yes
	Said     []Waiting // answered by a calendar program
	Promoted []Waiting // the last freed places, the newest first
}

// Waiting is one of them.
type Waiting struct {
	Seat      event.Seat
	Guest     event.Guest
	Lack      event.Lack
	Promotion event.Promotion
}

// MaxLine is how many of each a page shows.
const MaxLine = 200

// LineOf reads who waits. store.ErrNotFound for who is not of the organiser.
func (s *Service) LineOf(ctx context.Context, m buyer.Member, id string) (*Seen, *Line, error) {
	seen, err := s.Event(ctx, m, id)
	if err != nil {
		return nil, nil, err
	}
	if seen.Side != "" {
		return nil, nil, fmt.Errorf("line of %s: %w", id, store.ErrNotFound)
	}
	e := &seen.Event
	out := lineIn(e)
	said, err := s.Guests.FindLookup(ctx, store.GuestsSaying(id), MaxLine)
	if err != nil {
		return nil, nil, err
	}
	for i := range said {
		if seat := e.Seat(said[i].ID); seat != nil {
			out.Said = append(out.Said, Waiting{Seat: *seat})
		}
	}
	return seen, out, s.named(ctx, &out.Waiting, &out.Offers, &out.Asking, &out.Said, &out.Promoted)
}

// lineIn is what the event itself knows of who waits: all but what calendar programs said,
// which is with the guests.
func lineIn(e *event.Event) *Line {
	out := &Line{}
	for _, seat := range e.Queue() {
		out.Waiting = append(out.Waiting, Waiting{Seat: seat, Lack: e.Lacks(&seat, seat.Party)})
	}
	for i := range e.Seats {
		switch seat := &e.Seats[i]; {
		case seat.Asked && seat.Active():
			out.Asking = append(out.Asking, Waiting{Seat: *seat})
		case seat.Answer == event.Offered:
			out.Offers = append(out.Offers, Waiting{Seat: *seat})
		}
	}
	for _, p := range slices.Backward(e.Promotions) {
		if seat := e.Seat(p.Guest); seat != nil {
			out.Promoted = append(out.Promoted, Waiting{Seat: *seat, Promotion: p})
		}
	}
	return out
}

// named cuts lists to what a page shows, and says who the guests are.
func (s *Service) named(ctx context.Context, lists ...*[]Waiting) error {
	var ids []string
	for _, l := range lists {
		*l = (*l)[:min(len(*l), MaxLine)]
		for i := range *l {
			ids = append(ids, (*l)[i].Seat.Guest)
		}
	}
	slices.Sort(ids)
	guests, err := s.GuestsByID(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	for _, l := range lists {
		for i := range *l {
			if g := guests[(*l)[i].Seat.Guest]; g != nil {
				(*l)[i].Guest = *g
			}
		}
	}
	return nil
}

// Admit says yes or no to who asked to come.
func (s *Service) Admit(ctx context.Context, m buyer.Member, id, guest string, yes bool) error {
	return s.On(ctx, m, id, "event.admit", func(e *event.Event) error {
		if e.Seat(guest) == nil {
			return fmt.Errorf("guest %s: %w", guest, store.ErrNotFound)
		}
		return e.Admit(m, guest, yes, s.Now())
	})
}

// SettleSaid confirms what a calendar program answered for a guest, or passes it over.
func (s *Service) SettleSaid(ctx context.Context, m buyer.Member, id, guest string, confirm bool) error {
	seen, err := s.Event(ctx, m, id)
	if err != nil {
		return err
	}
	d, err := s.Guests.Get(ctx, guest)
	if err != nil {
		return err
	}
	switch g := &d.Value; {
	case seen.Side != "" || g.Event != id:
		return fmt.Errorf("guest %s of %s: %w", guest, id, store.ErrNotFound)
	case !event.Hosts(m):
		return account.ErrNotAllowed
	case g.Said == "":
		return nil
	case confirm:
		if err := s.confirmSaid(ctx, m, id, g); err != nil {
			return err
		}
	}
	_, err = store.Update(ctx, s.Guests, guest, func(g *event.Guest) (store.Change, error) {
		if g.Said == "" || !g.SaidAt.Equal(d.Value.SaidAt) {
			return store.Change{}, sourcing.ErrUnchanged
		}
		g.Said = ""
		g.Note(s.Now(), m.Person, "event.said", "")
		return store.Change{At: s.Now().UTC(), Actor: m.Person}, nil
	})
	return unchanged(err)
}

// confirmSaid makes what a calendar program answered for a guest the guest's answer.
func (s *Service) confirmSaid(ctx context.Context, m buyer.Member, id string, g *event.Guest) error {
	return s.On(ctx, m, id, "event.said", func(e *event.Event) error {
		if g.Said == event.Declined {
			return e.Decline(g.ID, s.Now())
		}
		seat := e.Seat(g.ID)
		if seat == nil {
			return event.ErrNoSeat
		}
		_, err := e.Accept(g.ID, seat.Party, s.Now())
		return err
	})
}
