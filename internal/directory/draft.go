package directory

import (
	"context"
	"errors"

	"sourcier/internal/registration"
	"sourcier/internal/store"
)

// errUnchanged ends an action that has nothing to do.
var errUnchanged = errors.New("unchanged")

// action is what is done to a registration, for its audit line.
type action struct {
	What    string
	Subject string // person whom it is about
	Fields  []store.Changed
	Mails   []store.Effect
}

// change carries out an action on a registration in one write, with its audit line
// and its mails. do may be called again, when somebody else was quicker.
func (s *Service) change(ctx context.Context, actor, id string, do func(*registration.Registration) (action, error)) (store.Doc[registration.Registration], error) {
	now := s.Now().UTC()
	d, err := store.Update(ctx, s.Registrations.Collection, id, func(r *registration.Registration) (store.Change, error) {
		a, err := do(r)
		if err != nil {
			return store.Change{}, err
		}
		patch, err := store.Patch(ctx, s.People.Keys, a.Fields...)
		return store.Change{Actor: actor, At: now, Audit: true, What: a.What, Subject: a.Subject, Patch: patch, Effects: a.Mails}, err
	})
	if errors.Is(err, errUnchanged) {
		return d, nil
	}
	return d, err
}

// Save keeps one part of a draft, and gives its revision. registration.ErrStale when
// somebody saved the part since rev; the draft as it is then comes along with Own.
func (s *Service) Save(ctx context.Context, w Who, id string, part registration.Part, rev int64, change func(*registration.Sheet) error) (int64, error) {
	own, err := s.Own(ctx, w, id)
	if err != nil {
		return 0, err
	}
	d, err := s.change(ctx, w.Person, id, func(r *registration.Registration) (action, error) {
		err := r.Save(registration.Edit{
			Organisation: w.Organisation, Person: w.Person, Part: part, Rev: rev,
			Start: startOf(r, &own.Shown), At: s.Now(), Change: change,
		})
		return action{What: "sheet.draft", Fields: []store.Changed{{Field: "part", After: part}}}, err
	})
	if err != nil {
		return 0, err
	}
	return d.Value.DraftOf(w.Organisation).Rev, nil
}

// Discard throws a draft away.
func (s *Service) Discard(ctx context.Context, w Who, id string, rev int64) error {
	if _, err := s.Own(ctx, w, id); err != nil {
		return err
	}
	_, err := s.change(ctx, w.Person, id, func(r *registration.Registration) (action, error) {
		return action{What: "sheet.discard"}, r.Discard(w.Organisation, rev)
	})
	return err
}

// SetContacts replaces the named contacts of a sheet.
func (s *Service) SetContacts(ctx context.Context, w Who, id string, rev int64, list []registration.Contact) error {
	if _, err := s.Own(ctx, w, id); err != nil {
		return err
	}
	_, err := s.change(ctx, w.Person, id, func(r *registration.Registration) (action, error) {
		return action{What: "sheet.contacts"}, r.SetContacts(w.Organisation, rev, list)
	})
	return err
}
