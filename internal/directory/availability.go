package directory

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// RemindAvailabilities tells owners, some days before, that what their sheets say of
// availability lapses, and gives how many sheets it was. The mails are written with the
// note that they are: run twice, or by two portals at once, it tells once.
func (s *Service) RemindAvailabilities(ctx context.Context) (n int, err error) {
	on := structure.DateOf(s.Now())
	err = s.Registrations.All(ctx, func(d store.Doc[registration.Registration]) error {
		if d.Value.Lapsing(on) == "" {
			return nil
		}
		err := s.remind(ctx, d.ID, on)
		if err == nil {
			n++
		}
		if errors.Is(err, errUnchanged) || errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return n, err
}

func (s *Service) remind(ctx context.Context, id string, on structure.Date) error {
	shown, err := s.shown(ctx, id)
	if err != nil {
		return err
	}
	if !shown.Shown() {
		return errUnchanged // nobody reads it: it is told when it is shown again
	}
	_, err = store.Update(ctx, s.Registrations.Collection, id, func(r *registration.Registration) (store.Change, error) {
		day := r.Lapsing(on)
		if day == "" {
			return store.Change{}, errUnchanged
		}
		mails, err := s.lapseMails(ctx, r, &shown, day)
		r.Remind(day)
		return store.Change{Actor: store.ActorSystem, At: s.Now().UTC(), Audit: true, What: "sheet.remind", Effects: mails}, err
	})
	return err
}

// lapseMails are one to each member of the owner, numbered by the day: the number is
// what the link of the mail renews.
func (s *Service) lapseMails(ctx context.Context, r *registration.Registration, shown *structure.Structure, day structure.Date) (out []store.Effect, err error) {
	o, err := s.People.Organisations.Get(ctx, r.Owner)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, m := range o.Value.Members {
		if slices.Contains(m.Roles, account.Structure) {
			ids = append(ids, m.Person)
		}
	}
	docs, err := s.People.People.GetSome(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		effects, err := people.Notify(&d.Value, message.Order{
			Key:      message.Key{Kind: message.AvailabilityEnding, Object: r.ID, Version: dayNumber(day)},
			Details:  map[string]string{message.DetailStructure: shown.Name, message.DetailDay: string(day.AddDays(1))},
			QueuedAt: s.Now().UTC(),
		})
		if err != nil {
			return nil, err
		}
		out = append(out, effects...)
	}
	return out, nil
}

// dayNumber writes 2026-12-31 as 20261231.
func dayNumber(d structure.Date) int64 {
	n, _ := strconv.ParseInt(strings.ReplaceAll(string(d), "-", ""), 10, 64)
	return n
}

// Renewal is what the link of a letter renews.
type Renewal struct {
	Who
	ID  string
	Day structure.Date
}

// ReadRenewal tells what the word of a letter (STRUCTURE.PERSON.DAY.TOKEN) renews;
// false when no letter carried it. Who it was sent to is believed to read it: it
// renews what is said already, and nothing else.
func (s *Service) ReadRenewal(word string) (r Renewal, ok bool) {
	parts := strings.Split(word, ".")
	if len(word) > 400 || len(parts) != 4 {
		return r, false
	}
	n, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || len(parts[2]) != len("20261231") {
		return r, false
	}
	want := s.People.Secret.Token(message.PurposeRenew, message.RenewObject(parts[0], parts[1]), n)
	if parts[0] == "" || parts[1] == "" || subtle.ConstantTimeCompare([]byte(want), []byte(parts[3])) != 1 {
		return r, false
	}
	r.ID, r.Person = parts[0], parts[1]
	r.Day = structure.Date(parts[2][:4] + "-" + parts[2][4:6] + "-" + parts[2][6:])
	return r, true
}

// Renewable reads the sheet of a renewal. store.ErrNotFound when whoever was written
// to has nothing to say of it any more, registration.ErrRenewed when nothing lapses
// on that day any more, ErrOpposed.
func (s *Service) Renewable(ctx context.Context, r *Renewal) (*Own, error) {
	d, err := s.Registrations.Get(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	r.Organisation = d.Value.Owner
	p, err := s.People.People.Get(ctx, r.Person)
	if err != nil {
		return nil, err
	}
	if !p.Value.Active() {
		return nil, fmt.Errorf("person %s: %w", r.Person, store.ErrNotFound)
	}
	own, err := s.toShow(ctx, r.Who, r.ID)
	if err != nil {
		return nil, err
	}
	trial := own.Value
	return own, trial.Renew(r.Organisation, r.Person, r.Day, s.Now())
}

// Renew says again, as of today, what a sheet says of availability.
func (s *Service) Renew(ctx context.Context, r Renewal) error {
	if _, err := s.Renewable(ctx, &r); err != nil {
		return err
	}
	_, err := s.change(ctx, r.Person, r.ID, func(v *registration.Registration) (action, error) {
		err := v.Renew(r.Organisation, r.Person, r.Day, s.Now())
		return published("sheet.renew", v), err
	})
	if err != nil {
		return err
	}
	return s.carry(ctx, r.ID)
}
