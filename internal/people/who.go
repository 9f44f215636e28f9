package people

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/store"
	"sourcier/internal/territory"
)

// Membership is one role of a person in one organisation.
type Membership struct {
	Organisation string // id
	Name         string
	Kind         account.OrganisationKind
	Role         account.Role
	Manager      bool
}

// Who is a person with a live session, and what the person may do now.
type Who struct {
	Person      account.Person
	Session     account.Session
	Memberships []Membership // of confirmed organisations, by name, then in the order of account.Roles
	Acting      Membership   // the one chosen; zero when there is none
}

// ErrSignedOut is said of a session that is over, or was never there.
var ErrSignedOut = errors.New("signed out")

// Identify reads who holds the token of a session, with the roles of this moment: one
// that was taken away counts no more. ErrSignedOut.
func (s *Service) Identify(ctx context.Context, token string) (*Who, error) {
	if !account.IsToken(token) {
		return nil, ErrSignedOut
	}
	session, err := s.Sessions.Get(ctx, account.HashToken(token))
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrSignedOut
	}
	if err != nil {
		return nil, err
	}
	person, err := s.People.Get(ctx, session.Value.Person)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if err != nil || !session.Value.Live(&person.Value, s.Now()) {
		return nil, ErrSignedOut
	}
	w := &Who{Person: person.Value, Session: session.Value}
	if w.Memberships, err = s.MembershipsOf(ctx, person.ID); err != nil {
		return nil, err
	}
	w.choose()
	return w, s.touch(ctx, session)
}

// MembershipsOf lists the roles of a person.
func (s *Service) MembershipsOf(ctx context.Context, person string) ([]Membership, error) {
	docs, err := s.Organisations.Of(ctx, person)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(docs, byName)
	var out []Membership
	for _, d := range docs {
		m := d.Value.Member(person)
		if m == nil || !d.Value.Active() {
			continue
		}
		for _, role := range account.Roles {
			if slices.Contains(m.Roles, role) {
				out = append(out, Membership{Organisation: d.ID, Name: d.Value.Name, Kind: d.Value.Kind, Role: role, Manager: m.Manager})
			}
		}
	}
	return out, nil
}

// choose finds the role that the session acts in: the one chosen while it is held,
// else the first.
func (w *Who) choose() {
	if len(w.Memberships) == 0 {
		return
	}
	w.Acting = w.Memberships[0]
	if m, ok := w.Holds(w.Session.Acting); ok {
		w.Acting = m
	}
}

// Holds finds a role that the person has in an organisation.
func (w *Who) Holds(a account.Acting) (Membership, bool) {
	i := slices.IndexFunc(w.Memberships, func(m Membership) bool { return m.Organisation == a.Organisation && m.Role == a.Role })
	if i < 0 {
		return Membership{}, false
	}
	return w.Memberships[i], true
}

// Is reports whether the person acts in one of the roles now.
func (w *Who) Is(roles ...account.Role) bool {
	return w.Acting.Role != "" && slices.Contains(roles, w.Acting.Role)
}

// Actor is the person as the rules of organisations see it: rights of an
// administrator count while acting as one.
func (w *Who) Actor() account.Actor {
	return account.Actor{Person: w.Person.ID, Administrator: w.Is(account.Administrator)}
}

// touch notes that a session is used, every quarter of an hour at most. Another
// request may have been quicker: then it is noted.
func (s *Service) touch(ctx context.Context, d store.Doc[account.Session]) error {
	if now := s.Now(); d.Value.Due(now) {
		d.Value.SeenAt = now.UTC()
		_, err := s.Sessions.Replace(ctx, d, store.Change{})
		if !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// byName orders as people read: without accents, marks and capitals.
func byName(a, b store.Doc[account.Organisation]) int {
	return cmp.Or(strings.Compare(territory.Fold(a.Value.Name), territory.Fold(b.Value.Name)), strings.Compare(a.ID, b.ID))
}
