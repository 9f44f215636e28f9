package gathering

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/territory"
)

// Invited is a guest with the seat.
type Invited struct {
	Seat  event.Seat
	Guest event.Guest // without a name when it is erased
}

// GuestList is who is invited, as far as the member sees it, by name.
func (s *Service) GuestList(ctx context.Context, seen *Seen) ([]Invited, error) {
	seats := seen.Guests()
	ids := make([]string, len(seats))
	for i := range seats {
		ids[i] = seats[i].Guest
	}
	guests, err := s.GuestsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Invited, len(seats))
	keys := make(map[string]string, len(seats))
	for i := range seats {
		out[i].Seat = seats[i]
		if g := guests[seats[i].Guest]; g != nil {
			out[i].Guest = *g
			keys[g.ID] = territory.Fold(cmp.Or(g.Name, g.Email))
		}
	}
	slices.SortStableFunc(out, func(a, b Invited) int { return cmp.Compare(keys[a.Seat.Guest], keys[b.Seat.Guest]) })
	return out, nil
}

// Invited reads one guest of an event that the member sees. store.ErrNotFound for any other.
func (s *Service) Invited(ctx context.Context, seen *Seen, guest string) (*Invited, error) {
	seat := seen.Event.Seat(guest)
	if seat == nil || seen.Side != "" && seat.By != seen.Side {
		return nil, fmt.Errorf("guest %s of event %s: %w", guest, seen.Event.ID, store.ErrNotFound)
	}
	d, err := s.Guests.Get(ctx, guest)
	if err != nil {
		return nil, err
	}
	return &Invited{*seat, d.Value}, nil
}

// Delivery is how far the last invitation or reminder of a guest has come.
type Delivery struct {
	Message *message.Message // nil while it waits in the event
	Notice  event.Notice
}

// Failed reports whether it did not arrive.
func (d *Delivery) Failed() bool {
	return d.Message != nil && (!d.Message.RefusedAt.IsZero() || !d.Message.BouncedAt.IsZero())
}

// mailed are the notices that may have the number of a seat.
var mailed = []event.Notice{event.Invitation, event.Reminder, event.Offer, event.Registered}

// Deliveries tell, by guest, how far the last invitation or reminder has come: nothing of
// who was sent none.
func (s *Service) Deliveries(ctx context.Context, e *event.Event, list []Invited) (map[string]Delivery, error) {
	const chunk = 400
	out := map[string]Delivery{}
	of := map[string]Delivery{} // by message, and whose
	whose := map[string]string{}
	var ids []string
	for i := range list {
		v := &list[i]
		if v.Seat.Number == 0 || v.Guest.Email == "" {
			continue
		}
		notices := mailed
		if x := e.Sending(v.Seat.Number); x != nil {
			notices = []event.Notice{x.Notice}
		}
		out[v.Seat.Guest] = Delivery{Notice: notices[0]}
		for _, n := range notices {
			id := MailKey(&v.Guest, event.Due{Notice: n, Number: v.Seat.Number}).ID()
			of[id], whose[id] = Delivery{Notice: n}, v.Seat.Guest
			ids = append(ids, id)
		}
	}
	for len(ids) > 0 {
		n := min(len(ids), chunk)
		docs, err := s.Messages.GetSome(ctx, ids[:n])
		if err != nil {
			return nil, err
		}
		for i := range docs {
			d := of[docs[i].ID]
			d.Message = &docs[i].Value
			out[whose[docs[i].ID]] = d
		}
		ids = ids[n:]
	}
	return out, nil
}

// Dispatch sends a mailing as a page has shown it (event.Dispatch).
func (s *Service) Dispatch(ctx context.Context, m buyer.Member, id string, w event.Mailing, seal string) error {
	return s.On(ctx, m, id, "event.send", func(e *event.Event) error {
		_, err := e.Dispatch(m, w, seal, s.Now())
		return err
	})
}

// Letter is the mail of a mailing that a guest is to get: what is shown before is what is
// sent.
func (s *Service) Letter(ctx context.Context, e *event.Event, v *Invited, w event.Mailing) (message.Message, error) {
	org, err := s.People.Organisations.Get(ctx, e.Organisation)
	if err != nil {
		return message.Message{}, err
	}
	o := s.order(e, &v.Seat, &v.Guest, org.Value.Name, event.Due{Notice: w.Notice, Number: e.Sent + 1})
	o.Details[message.DetailText] = w.Text
	return message.New(o)
}

// Correct puts right what is known of a guest, over the revision that a page showed. A new
// address is noted with the guest first, then taken by the event, which knows whether
// somebody else has it, and made the guest's by whoever comes next.
func (s *Service) Correct(ctx context.Context, m buyer.Member, id string, in event.Guest, rev int64) error {
	seen, err := s.Event(ctx, m, id)
	if err != nil {
		return err
	}
	v, err := s.Invited(ctx, seen, in.ID)
	if err != nil {
		return err
	}
	if !event.Hosts(m) {
		return account.ErrNotAllowed
	}
	c := event.Correction{Mail: event.MailHash(id, account.Email(in.Email)), SIREN: in.SIREN, Role: in.Role}
	trial := seen.Event
	trial.Seats = slices.Clone(trial.Seats)
	if err := trial.Correct(m, in.ID, c, s.Now()); err != nil && !errors.Is(err, sourcing.ErrUnchanged) {
		return err
	}
	if err := s.noteCorrection(ctx, m.Person, v.Guest.ID, in, rev); err != nil {
		return err
	}
	if err := s.passed("moving"); err != nil {
		return err
	}
	if err := s.act(ctx, id, m.Person, "event.correct", func(e *event.Event) error { return e.Correct(m, in.ID, c, s.Now()) }); err != nil {
		return err
	}
	if err := s.passed("moved"); err != nil {
		return err
	}
	d, err := s.Events.Events.Get(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.move(ctx, &d.Value, in.ID)
	return err
}

// noteCorrection writes with a guest what is put right, an address only as one that the
// event has yet to take.
func (s *Service) noteCorrection(ctx context.Context, by, guest string, in event.Guest, rev int64) error {
	_, err := store.Update(ctx, s.Guests, guest, func(g *event.Guest) (store.Change, error) {
		if g.Rev != rev {
			return store.Change{}, sourcing.ErrStale
		}
		g.Name, g.Body, g.Job, g.Phone, g.SIREN, g.Role = in.Name, in.Body, in.Job, in.Phone, in.SIREN, in.Role
		g.Moving = ""
		if account.Email(in.Email).Key() != account.Email(g.Email).Key() {
			g.Moving = in.Email
		} else {
			g.Email = in.Email
		}
		g.Note(s.Now(), by, "guest.correct", "")
		return store.Change{Actor: by, At: s.Now().UTC()}, nil
	})
	return err
}

// move makes an address that the event has taken the guest's: with another link, since the
// one before went elsewhere. What the event has not taken is not the guest's.
func (s *Service) move(ctx context.Context, e *event.Event, guest string) (*event.Guest, error) {
	d, err := store.Update(ctx, s.Guests, guest, func(g *event.Guest) (store.Change, error) {
		seat := e.Seat(guest)
		if seat == nil || g.Moving == "" || event.MailHash(e.ID, account.Email(g.Moving)) != seat.Mail {
			return store.Change{}, sourcing.ErrUnchanged
		}
		g.Email, g.Moving = g.Moving, ""
		g.LinkNumber++
		s.Link(g)
		return store.Change{At: s.Now().UTC()}, nil
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		d, err = s.Guests.Get(ctx, guest)
	}
	return &d.Value, err
}

// moveAll is move of those of a list of guests who have another address.
func (s *Service) moveAll(ctx context.Context, e *event.Event, guests map[string]*event.Guest) error {
	for id, g := range guests {
		if g.Moving == "" {
			continue
		}
		moved, err := s.move(ctx, e, id)
		if err != nil {
			return err
		}
		guests[id] = moved
	}
	return nil
}

// NoteCall notes that a guest was called, and what was said.
func (s *Service) NoteCall(ctx context.Context, m buyer.Member, seen *Seen, guest, remark string) error {
	if !event.Hosts(m) {
		return account.ErrNotAllowed
	}
	remark, err := sourcing.Text("Cette note", remark, event.MaxRemark)
	if err != nil {
		return err
	}
	if _, err := s.Invited(ctx, seen, guest); err != nil {
		return err
	}
	_, err = store.Update(ctx, s.Guests, guest, func(g *event.Guest) (store.Change, error) {
		g.CalledAt, g.Remark = s.Now().UTC(), remark
		g.Note(s.Now(), m.Person, "guest.call", "")
		return store.Change{Actor: m.Person, At: s.Now().UTC()}, nil
	})
	return err
}

// Uncalled are the guests to be called today (event.Calls), with who they are.
func (s *Service) Uncalled(ctx context.Context, seen *Seen) ([]event.Call, map[string]Invited, error) {
	list, err := s.GuestList(ctx, seen)
	if err != nil {
		return nil, nil, err
	}
	mails, err := s.Deliveries(ctx, &seen.Event, list)
	if err != nil {
		return nil, nil, err
	}
	failed, called := map[string]bool{}, map[string]time.Time{}
	by := make(map[string]Invited, len(list))
	for i := range list {
		id := list[i].Seat.Guest
		d := mails[id]
		by[id], failed[id], called[id] = list[i], d.Failed(), list[i].Guest.CalledAt
	}
	return seen.Event.Calls(seen.Guests(), failed, called, s.Now()), by, nil
}

// RelayToken is what the link by which a partner relays the invitation says.
func (s *Service) RelayToken(e *event.Event, partner string) string {
	return s.People.Secret.Token(message.PurposeRelay, e.ID+"."+partner, 0)
}

// OpenRelay opens the link of a partner, or closes it.
func (s *Service) OpenRelay(ctx context.Context, m buyer.Member, id, partner string, open bool) error {
	return s.On(ctx, m, id, "event.relay", func(e *event.Event) error {
		hash := ""
		if open {
			hash = account.HashToken(s.RelayToken(e, partner))
		}
		return e.Relay(m, partner, hash, s.Now())
	})
}

// AddRelay makes a partner that relays the invitation, with its link.
func (s *Service) AddRelay(ctx context.Context, m buyer.Member, id, name string) error {
	return s.On(ctx, m, id, "event.relay", func(e *event.Event) error {
		return e.AddRelay(m, name, func(partner string) string { return account.HashToken(s.RelayToken(e, partner)) }, s.Now())
	})
}

// Earlier is which guests of an earlier event are taken.
type Earlier string

// Parts of an earlier event.
const (
	WerePresent Earlier = "presents"
	WereAbsent  Earlier = "absents" // had a place, and did not come
	HadDeclined Earlier = "declines"
	WereInvited Earlier = "tous"
)

// Earliers lists them.
var Earliers = []Earlier{WerePresent, WereAbsent, HadDeclined, WereInvited}

var earlierLabels = map[Earlier]string{WerePresent: "Qui est venu", WereAbsent: "Qui avait une place et n’est pas venu", HadDeclined: "Qui avait décliné", WereInvited: "Tous les invités"}

// Label is the part as shown to people, in French.
func (p Earlier) Label() string { return earlierLabels[p] }

// FromEarlier gives the guests of another event that the member sees: nothing of who came
// to a discreet one.
func (s *Service) FromEarlier(ctx context.Context, m buyer.Member, id string, which Earlier) ([]event.Guest, error) {
	seen, err := s.Event(ctx, m, id)
	if err != nil {
		return nil, err
	}
	if seen.Event.Kind.Discreet() {
		return nil, account.Fault("Les invités d’un DuoDay ou d’un HandiCafé ne se reprennent pas : dire qui y était touche à la santé.")
	}
	list, err := s.GuestList(ctx, seen)
	if err != nil {
		return nil, err
	}
	came, err := s.came(ctx, id)
	if err != nil {
		return nil, err
	}
	var out []event.Guest
	for i := range list {
		v := &list[i]
		if v.Guest.Email == "" || !which.takes(&v.Seat, came[v.Seat.Guest]) {
			continue
		}
		g := v.Guest
		out = append(out, event.Guest{Name: g.Name, Email: g.Email, Phone: g.Phone, Body: g.Body, Job: g.Job, SIREN: v.Seat.SIREN, Structure: g.Structure, Person: g.Person, Role: v.Seat.Role})
	}
	return out, nil
}

// came are the guests who were let in.
func (s *Service) came(ctx context.Context, id string) (map[string]bool, error) {
	const most = 8 * event.MaxSeats
	docs, err := s.Checkins.FindLookup(ctx, store.GuestsOf(id), most)
	if err != nil {
		return nil, err
	}
	scans := make([]event.Checkin, len(docs))
	for i := range docs {
		scans[i] = docs[i].Value
	}
	out := map[string]bool{}
	for _, x := range event.Entries(scans) {
		out[x.Guest] = true
	}
	return out, nil
}

func (p Earlier) takes(s *event.Seat, came bool) bool {
	switch p {
	case WerePresent:
		return came
	case WereAbsent:
		return s.Answer == event.Accepted && !came
	case HadDeclined:
		return s.Answer == event.Declined
	case WereInvited:
		return s.Answer != event.Delegated
	}
	return false
}
