package people

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Enrolment is what a command gives to somebody: an account, and roles in an
// organisation that is there.
type Enrolment struct {
	Email        account.Email
	Name         string // "" = as it is
	Organisation string // id
	Roles        []account.Role
	Manager      bool
	Actor        string // who runs the command
}

// Enrolled says what came of it.
type Enrolled struct {
	Person       account.Person
	Organisation account.Organisation
	Made         bool // the account is new
}

// Enrol makes the account when there is none, then the membership; roles that are
// held stay. Run again after it was cut short, it ends what was begun.
func (s *Service) Enrol(ctx context.Context, in Enrolment) (out Enrolled, err error) {
	_, err = s.People.ByEmail(ctx, in.Email)
	out.Made = errors.Is(err, store.ErrNotFound)
	d, err := s.Ensure(ctx, in.Email, in.Actor)
	if err != nil {
		return out, err
	}
	if !d.Value.Active() {
		return out, ErrSuspended
	}
	if in.Name != "" && in.Name != d.Value.Name {
		if d, err = s.Rename(ctx, d.ID, in.Name, in.Actor); err != nil {
			return out, err
		}
	}
	out.Person = d.Value
	o, err := store.Update(ctx, s.Organisations.Collection, in.Organisation, func(o *account.Organisation) (store.Change, error) {
		before := memberOf(o, d.ID)
		if err := o.Enrol(d.ID, in.Roles, in.Manager, s.Now()); err != nil {
			return store.Change{}, err
		}
		patch, err := store.Patch(ctx, s.Keys, rolesChanged(before, memberOf(o, d.ID))...)
		return store.Change{Actor: in.Actor, At: s.Now().UTC(), Audit: true, What: "organisation.member.add", Subject: d.ID, Patch: patch}, err
	})
	out.Organisation = o.Value
	return out, err
}

// EnsurePortal gives the organisation that runs the portal, making it at need.
func (s *Service) EnsurePortal(ctx context.Context, name, actor string) (store.Doc[account.Organisation], error) {
	d, err := s.Organisations.Get(ctx, store.Portal)
	if !errors.Is(err, store.ErrNotFound) {
		return d, err
	}
	now := s.Now().UTC()
	o := account.Organisation{ID: store.Portal, Kind: account.KindPortal, Name: name, CreatedAt: now, CreatedBy: actor, ConfirmedAt: now}
	d, err = s.Organisations.Insert(ctx, o, store.Change{Actor: actor, At: now, Audit: true, What: "organisation.create"})
	if errors.Is(err, store.ErrDuplicate) {
		return s.Organisations.Get(ctx, store.Portal)
	}
	return d, err
}

// Named finds the organisations that a text names: by id, by SIREN, else by name,
// letter case apart. A person chooses when there are several.
func (s *Service) Named(ctx context.Context, text string) (list []store.Doc[account.Organisation], err error) {
	d, err := s.Organisations.Get(ctx, text)
	if err == nil {
		return []store.Doc[account.Organisation]{d}, nil
	}
	if !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrInvalid) {
		return nil, err
	}
	siren, _, err := structure.ParseSIREN(text)
	bySIREN := err == nil
	err = s.Organisations.All(ctx, func(d store.Doc[account.Organisation]) error {
		if bySIREN && d.Value.SIREN == siren || !bySIREN && strings.EqualFold(d.Value.Name, text) {
			list = append(list, d)
		}
		return nil
	})
	return list, err
}

// EachPerson tells every person who is not erased, by id.
func (s *Service) EachPerson(ctx context.Context, tell func(store.Doc[account.Person]) error) error {
	return s.People.Collection.All(ctx, func(d store.Doc[account.Person]) error {
		if d.Value.Erased() {
			return nil
		}
		return tell(d)
	})
}

// FirstLink makes the link that a command prints for the owner of an account: the
// token of its address, and until when. The link of before, unused, ends.
func (s *Service) FirstLink(ctx context.Context, p *account.Person, actor string) (token string, until time.Time, err error) {
	if !p.Active() {
		return "", until, ErrSuspended
	}
	list, err := s.SignIns.Of(ctx, p.Email)
	if err != nil {
		return "", until, err
	}
	for _, d := range slices.DeleteFunc(list, func(d store.Doc[account.SignIn]) bool { return !d.Value.First() || !d.Value.UsedAt.IsZero() }) {
		if err := s.SignIns.Delete(ctx, d); err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrConflict) {
			return "", until, err
		}
	}
	now := s.Now().UTC()
	request := account.SignIn{ID: account.NewID(), Email: p.Email, At: now}
	token = s.Secret.Token(message.PurposeSignIn, request.ID, 0)
	request.Link = account.HashToken(token)
	_, err = s.SignIns.Insert(ctx, request, store.Change{Actor: actor, At: now, Audit: true, What: "person.link", Subject: p.ID})
	return token, now.Add(request.Life()), err
}
