package gathering

import (
	"context"
	"errors"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// Holder tells what events hold on a person, and forgets it: as a guest, by the account or
// by an address of the account, and as who prepared them.
func (s *Service) Holder() people.Holder {
	return people.Holder{
		Name: "evenements", Title: "Votre part dans les événements",
		Why:    "Vous inviter, vous garder une place et vous laisser entrer ; montrer qui a préparé un événement.",
		Tell:   s.tellHeld,
		Forget: s.forget,
	}
}

// toldEvent is a line of what is told: « guest », « checkin », « encounter », « sending », or the code of
// a step.
type toldEvent struct {
	What         string    `json:"what"`
	Organisation string    `json:"organisation,omitempty"`
	Event        string    `json:"event"`
	Text         string    `json:"text,omitempty"`
	At           time.Time `json:"at,omitzero"`
	Guest        *toldWho  `json:"guest,omitempty"`
}

// toldWho is what is known of a guest.
type toldWho struct {
	Name     string `json:"name,omitempty"`
	Email    string `json:"email,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Body     string `json:"body,omitempty"`
	Job      string `json:"job,omitempty"`
	Role     string `json:"role"`
	Source   string `json:"source,omitempty"`
	Answer   string `json:"answer"`
	Diet     string `json:"diet,omitempty"`
	Access   string `json:"access,omitempty"`
	Photos   string `json:"photos,omitempty"`
	Remark   string `json:"remark,omitempty"`
	Training string `json:"training,omitempty"`
}

func (s *Service) tellHeld(ctx context.Context, p *account.Person, limit int) (out []any, err error) {
	add := func(line toldEvent) {
		if len(out) < limit {
			out = append(out, line)
		}
	}
	guests, err := s.guestsAt(ctx, p.ID, []account.Email{p.Email})
	if err != nil {
		return nil, err
	}
	for i := range guests {
		if err := s.tellGuest(ctx, &guests[i], add); err != nil {
			return nil, err
		}
	}
	err = errors.Join(
		store.EachFound(ctx, s.Events.Events, store.PlansNaming(p.ID), func(d store.Doc[event.Event]) error {
			tellPrepared(&d.Value, p.ID, add)
			return nil
		}),
		store.EachFound(ctx, s.Checkins, store.PlansNaming(p.ID), func(d store.Doc[event.Checkin]) error {
			add(toldEvent{What: "checkin", Event: d.Value.Event, Text: "À l’accueil", At: d.Value.When()})
			return nil
		}),
	)
	return out, err
}

// tellGuest tells of a guest, and when it was let in.
func (s *Service) tellGuest(ctx context.Context, g *event.Guest, add func(toldEvent)) error {
	who := &toldWho{
		Name: g.Name, Email: g.Email, Phone: g.Phone, Body: g.Body, Job: g.Job, Role: g.Role.Label(), Source: g.Source,
		Diet: g.Diet, Access: g.Access, Photos: g.Photos, Remark: g.Remark, Training: g.Training,
	}
	line := toldEvent{What: "guest", Organisation: g.Organisation, Event: g.Event, At: g.CreatedAt, Guest: who}
	d, err := s.Events.Events.Get(ctx, g.Event)
	switch {
	case err == nil:
		line.Text = d.Value.Title
		if seat := d.Value.Seat(g.ID); seat != nil {
			who.Answer = seat.Answer.Label()
		}
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	add(line)
	for i := range g.Trace {
		add(toldEvent{What: g.Trace[i].What, Organisation: g.Organisation, Event: g.Event, Text: g.Trace[i].Note, At: g.Trace[i].At})
	}
	return errors.Join(
		store.EachFound(ctx, s.Checkins, store.ScansOf(g.ID), func(d store.Doc[event.Checkin]) error {
			add(toldEvent{What: "checkin", Organisation: g.Organisation, Event: g.Event, Text: string(d.Value.Result), At: d.Value.When()})
			return nil
		}),
		store.EachFound(ctx, s.Events.Encounters, store.ScansOf(g.ID), func(d store.Doc[event.Encounter]) error {
			x := &d.Value
			add(toldEvent{What: "encounter", Organisation: g.Organisation, Event: g.Event, Text: strings.TrimSpace(x.Kind.Label() + "\n" + x.Subject + "\n" + x.Next), At: x.Day})
			return nil
		}),
	)
}

func tellPrepared(e *event.Event, person string, add func(toldEvent)) {
	for i := range e.History {
		if h := &e.History[i]; h.By == person {
			add(toldEvent{What: h.What, Organisation: e.Organisation, Event: e.ID, Text: h.Note, At: h.At})
		}
	}
	for i := range e.Sendings {
		if x := &e.Sendings[i]; x.By == person {
			add(toldEvent{What: "sending", Organisation: e.Organisation, Event: e.ID, Text: x.Text, At: x.At})
		}
	}
}

// guestsAt are the guests that an account is, by its id or by an address: each once.
func (s *Service) guestsAt(ctx context.Context, person string, addresses []account.Email) (out []event.Guest, err error) {
	seen := map[string]bool{}
	take := func(d store.Doc[event.Guest]) {
		if !seen[d.ID] {
			seen[d.ID] = true
			out = append(out, d.Value)
		}
	}
	if person != "" {
		err = store.EachFound(ctx, s.Guests, store.PlansNaming(person), func(d store.Doc[event.Guest]) error {
			if d.Value.Person == person { // else who added the guest
				take(d)
			}
			return nil
		})
	}
	for _, e := range addresses {
		if err == nil && e != "" {
			err = store.EachFound(ctx, s.Guests, store.GuestsAt(e.Hash()), func(d store.Doc[event.Guest]) error {
				take(d)
				return nil
			})
		}
	}
	return out, err
}

// forget is done again when it was stopped: what was dealt with is found no more.
func (s *Service) forget(ctx context.Context, p *account.Person, addresses []account.Email) error {
	guests, err := s.guestsAt(ctx, p.ID, addresses)
	errs := []error{err}
	for i := range guests {
		errs = append(errs, s.ForgetGuest(ctx, &guests[i]))
	}
	return errors.Join(errs...)
}

// ForgetAddress is forget of who has no account: every guest of an address, which its owner
// has proved.
func (s *Service) ForgetAddress(ctx context.Context, address account.Email) error {
	return s.forget(ctx, &account.Person{}, []account.Email{address})
}

// ForgetGuest takes who a guest is out of an event: first out of the event, from when on no
// mail is owed, then the mails and the rencontres, then the guest, by which the rest is found again when it
// was stopped.
func (s *Service) ForgetGuest(ctx context.Context, g *event.Guest) error {
	err := s.act(ctx, g.Event, store.ActorSystem, "event.forget", func(e *event.Event) error { return e.Forget(g.ID, s.Now()) })
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := s.passed("forgotten"); err != nil {
		return err
	}
	by := store.Change{Actor: store.ActorSystem, At: s.Now().UTC()}
	if g.Email != "" {
		if err := s.People.ScrubMails(ctx, account.Email(g.Email), g.Event+"."+g.ID+"."); err != nil {
			return err
		}
	}
	err = store.EachFound(ctx, s.Events.Encounters, store.ScansOf(g.ID), func(x store.Doc[event.Encounter]) error {
		return changed(ctx, s.Events.Encounters, x.ID, by, func(x *event.Encounter) error { return x.Forget(g.ID, s.Now()) })
	})
	if err != nil {
		return err
	}
	return changed(ctx, s.Guests, g.ID, by, func(g *event.Guest) error { return g.Anonymise(s.Now()) })
}
