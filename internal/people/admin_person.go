package people

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/store"
)

// maxReason is how long the reason of a suspension may be, in letters.
const maxReason = 200

// Errors of what administrators do with persons.
const (
	errOwnAccount = account.Fault("Vous ne pouvez pas suspendre votre propre compte : demandez à une autre personne de l’équipe.")
	errErasing    = account.Fault("Ce compte est effacé, ou en train de l’être.")
)

// Suspend closes an account to its owner: open sessions end, and no other begins.
//
// Two documents change, and the rule « the portal keeps an administrator » must hold
// between them: the person is first taken out of the portal's team, and kept out, by
// one write that the last administrator does not pass (account.TakeOut); only then
// is the account closed. A crash in between leaves somebody who administers nothing
// more and can still sign in; suspending once more ends it, Restore takes it back.
// Suspending who is suspended changes nothing. store.ErrConflict when the account
// changed since the version that was seen.
func (s *Service) Suspend(ctx context.Context, a account.Actor, person string, seen int64, reason string) error {
	reason = strings.TrimSpace(reason)
	err := s.maySuspend(ctx, a, person, seen, reason)
	if errors.Is(err, errUnchanged) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.takeOut(ctx, a, person); err != nil {
		return err
	}
	now := s.Now().UTC()
	patch, err := store.Patch(ctx, s.Keys, store.Personal(person, "reason", "", reason), store.Changed{Field: "suspended", Before: false, After: true})
	if err != nil {
		return err
	}
	_, err = store.Update(ctx, s.People.Collection, person, func(p *account.Person) (store.Change, error) {
		switch {
		case !p.ErasingAt.IsZero():
			return store.Change{}, errErasing
		case !p.SuspendedAt.IsZero():
			return store.Change{}, errUnchanged
		}
		p.SuspendedAt, p.SignedOutAt = now, now
		return store.Change{Actor: a.Person, At: now, Audit: true, What: "person.suspend", Subject: person, Patch: patch}, nil
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return err
	}
	return s.dropSessions(ctx, person)
}

// maySuspend refuses a suspension; errUnchanged of who is suspended.
func (s *Service) maySuspend(ctx context.Context, a account.Actor, person string, seen int64, reason string) error {
	switch {
	case !a.Administrator:
		return account.ErrNotAllowed
	case a.Person == person:
		return errOwnAccount
	case utf8.RuneCountInString(reason) > maxReason:
		return account.Fault("Ce motif est trop long : 200 caractères au plus.")
	}
	d, err := s.People.Get(ctx, person)
	switch {
	case err != nil:
		return err
	case !d.Value.ErasingAt.IsZero() || d.Value.Erased():
		return errErasing
	case !d.Value.SuspendedAt.IsZero():
		return errUnchanged
	case d.Version != seen:
		return store.ErrConflict
	}
	return nil
}

// takeOut takes somebody out of the portal's team. A portal that has no team yet has
// nobody to take out.
func (s *Service) takeOut(ctx context.Context, a account.Actor, person string) error {
	err := s.changeOrganisation(ctx, a.Person, store.Portal, func(o *account.Organisation) (organisationChange, error) {
		before := memberOf(o, person)
		changed, err := o.TakeOut(person)
		if err == nil && !changed {
			err = errUnchanged
		}
		return organisationChange{What: "organisation.member.suspend", Subject: person, Fields: rolesChanged(before, nil)}, err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// Restore opens a suspended account again; its memberships count as before, but for
// that of the portal's team, which it has lost. The way back is that of Suspend, the
// other way round: whoever is suspended stays out of the team at any moment.
func (s *Service) Restore(ctx context.Context, a account.Actor, person string) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	if _, err := s.People.Get(ctx, person); err != nil {
		return err
	}
	err := s.changeOrganisation(ctx, a.Person, store.Portal, func(o *account.Organisation) (organisationChange, error) {
		if !o.LetBack(person) {
			return organisationChange{}, errUnchanged
		}
		return organisationChange{What: "organisation.member.restore", Subject: person}, nil
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	now := s.Now().UTC()
	_, err = store.Update(ctx, s.People.Collection, person, func(p *account.Person) (store.Change, error) {
		if p.SuspendedAt.IsZero() {
			return store.Change{}, errUnchanged
		}
		p.SuspendedAt = time.Time{}
		patch, err := store.Patch(ctx, nil, store.Changed{Field: "suspended", Before: true, After: false})
		return store.Change{Actor: a.Person, At: now, Audit: true, What: "person.restore", Subject: person, Patch: patch}, err
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// EndSessions signs somebody out everywhere. store.ErrConflict when the account
// changed since the version that was seen: sent twice, it is done once.
func (s *Service) EndSessions(ctx context.Context, a account.Actor, person string, seen int64) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	d, err := s.People.Get(ctx, person)
	switch {
	case err != nil:
		return err
	case d.Value.Erased():
		return errErasing
	case d.Version != seen:
		return store.ErrConflict
	}
	over, err := s.afterSessions(ctx, person)
	if err != nil {
		return err
	}
	if _, err := s.People.Replace(ctx, d, s.signOut(&d.Value, a.Person, over)); err != nil {
		return err
	}
	return s.dropSessions(ctx, person)
}

// KeptOut reports whether a person is kept out of the portal's team: suspended, or on
// the way to it when a suspension was cut short.
func (s *Service) KeptOut(ctx context.Context, person string) (bool, error) {
	d, err := s.Organisations.Get(ctx, store.Portal)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && d.Value.KeepsOut(person), err
}
