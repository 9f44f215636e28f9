package people

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/store"
)

// Arrival is how and from where somebody signs in.
type Arrival struct {
	Method  account.Method
	Browser string // as shown in the list of sessions
	Network string
	IDToken string // sealed, of a provider
	SIREN   string // of the employer, as a provider says
	SIRET   string // of the same
}

// ErrSuspended is said to who owns a suspended account: after proving to own its
// address, so that nobody else learns it.
const ErrSuspended = account.Fault("Ce compte est suspendu. Écrivez à l’équipe du portail.")

// Enter opens a session for the owner of an address, making the account when there
// is none, and gives the token for the cookie.
func (s *Service) Enter(ctx context.Context, e account.Email, in Arrival) (token string, err error) {
	d, err := s.Ensure(ctx, e, "")
	if err != nil {
		return "", err
	}
	return s.open(ctx, d, in)
}

// Ensure gives the account of an address, making it when there is none; actor is who
// makes it, "" the person. Two at once make one.
func (s *Service) Ensure(ctx context.Context, e account.Email, actor string) (store.Doc[account.Person], error) {
	d, err := s.People.ByEmail(ctx, e)
	if !errors.Is(err, store.ErrNotFound) {
		return d, err
	}
	now := s.Now().UTC()
	p := account.Person{ID: account.NewID(), Email: e, CreatedAt: now}
	if actor == "" {
		actor = p.ID
	}
	d, err = s.People.Insert(ctx, p, store.Change{Actor: actor, At: now, Audit: true, What: "person.create", Subject: p.ID})
	if errors.Is(err, store.ErrDuplicate) {
		return s.People.ByEmail(ctx, e)
	}
	return d, err
}

// open stores a session of a person.
func (s *Service) open(ctx context.Context, d store.Doc[account.Person], in Arrival) (string, error) {
	if !d.Value.Active() {
		return "", ErrSuspended
	}
	now := s.Now().UTC()
	token := rand.Text()
	session := account.Session{
		ID: account.HashToken(token), Person: d.ID, Method: in.Method, At: now, SeenAt: now,
		Browser: in.Browser, Network: in.Network, IDToken: in.IDToken, SIREN: in.SIREN, SIRET: in.SIRET,
	}
	d, err := store.Update(ctx, s.People.Collection, d.ID, func(p *account.Person) (store.Change, error) {
		if !p.Active() {
			return store.Change{}, ErrSuspended
		}
		p.SeenAt, p.WarnedAt = now, time.Time{}
		return store.Change{Actor: p.ID, At: now, Audit: true, What: "person.signin", Subject: p.ID}, nil
	})
	if err != nil {
		return "", err
	}
	if !session.At.After(d.Value.SignedOutAt) { // signed out everywhere within this millisecond
		session.At = d.Value.SignedOutAt.Add(1)
	}
	_, err = s.Sessions.Insert(ctx, session, store.Change{})
	return token, err
}

// Switch makes a session act in another role of its person.
func (s *Service) Switch(ctx context.Context, w *Who, to account.Acting) error {
	if _, ok := w.Holds(to); !ok {
		return store.ErrNotFound
	}
	_, err := store.Update(ctx, s.Sessions.Collection, w.Session.ID, func(v *account.Session) (store.Change, error) {
		v.Acting = to
		return store.Change{}, nil
	})
	return err
}

// SignOut ends one session of a person, by its id; another person's is not there.
func (s *Service) SignOut(ctx context.Context, person, id string) error {
	d, err := s.Sessions.Get(ctx, id)
	switch {
	case err != nil:
		return err
	case d.Value.Person != person:
		return store.ErrNotFound
	}
	err = s.Sessions.Delete(ctx, d)
	if errors.Is(err, store.ErrConflict) { // touched meanwhile
		if d, err = s.Sessions.Get(ctx, id); err == nil {
			err = s.Sessions.Delete(ctx, d)
		}
	}
	return err
}

// SignOutEverywhere ends every session of a person: one write ends them all, what is
// deleted afterwards is only tidied.
func (s *Service) SignOutEverywhere(ctx context.Context, person, actor string) error {
	over, err := s.afterSessions(ctx, person)
	if err != nil {
		return err
	}
	_, err = store.Update(ctx, s.People.Collection, person, func(p *account.Person) (store.Change, error) {
		return s.signOut(p, actor, over), nil
	})
	if err != nil {
		return err
	}
	return s.dropSessions(ctx, person)
}

// afterSessions is a time at which every session of a person has begun: now, or that of
// one begun by the clock of another portal, or before this one was put back.
func (s *Service) afterSessions(ctx context.Context, person string) (time.Time, error) {
	list, err := s.Sessions.Of(ctx, person)
	over := s.Now().UTC()
	for _, d := range list {
		if d.Value.At.After(over) {
			over = d.Value.At
		}
	}
	return over, err
}

// signOut is the change that ends the sessions begun by then.
func (s *Service) signOut(p *account.Person, actor string, over time.Time) store.Change {
	p.SignedOutAt = over
	return store.Change{Actor: actor, At: s.Now().UTC(), Audit: true, What: "person.signout", Subject: p.ID}
}

// dropSessions deletes what is left of the sessions of a person.
func (s *Service) dropSessions(ctx context.Context, person string) error {
	_, err := s.dropSessionsBut(ctx, person, "")
	return err
}

// SignOutOthers ends the sessions of a person but the one that asks, and says how many.
func (s *Service) SignOutOthers(ctx context.Context, w *Who) (int, error) {
	return s.dropSessionsBut(ctx, w.Person.ID, w.Session.ID)
}

// dropSessionsBut deletes the sessions of a person but one, page by page until none
// is left.
func (s *Service) dropSessionsBut(ctx context.Context, person, kept string) (n int, err error) {
	for {
		list, err := s.Sessions.Of(ctx, person)
		if err != nil {
			return n, err
		}
		before := n
		for _, d := range list {
			if d.ID == kept {
				continue
			}
			switch err := s.SignOut(ctx, person, d.ID); {
			case err == nil:
				n++
			case !errors.Is(err, store.ErrNotFound): // ended meanwhile
				return n, err
			}
		}
		if n == before || len(list) < store.MaxSessions {
			return n, nil
		}
	}
}

// SessionsOf lists the live sessions of a person, the last used first.
func (s *Service) SessionsOf(ctx context.Context, p *account.Person) ([]account.Session, error) {
	list, err := s.Sessions.Of(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var out []account.Session
	for _, d := range list {
		if d.Value.Live(p, s.Now()) {
			out = append(out, d.Value)
		}
	}
	slices.SortFunc(out, func(a, b account.Session) int {
		return cmp.Or(b.SeenAt.Compare(a.SeenAt), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// SealJSON seals a value for a cookie, OpenJSON opens it. account.ErrSealed.
func (s *Service) SealJSON(purpose string, value any) (string, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	sealed, err := s.Secret.Seal(purpose, plain, nil)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// OpenJSON reads what SealJSON made. account.ErrSealed.
func (s *Service) OpenJSON(purpose, text string, value any) error {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return account.ErrSealed
	}
	plain, err := s.Secret.Open(purpose, sealed, nil)
	if err != nil {
		return err
	}
	if json.Unmarshal(plain, value) != nil { // of an earlier release
		return account.ErrSealed
	}
	return nil
}
