package store

import (
	"context"

	"sourcier/internal/account"
)

// Sessions is the collection of sessions, by the hash of what the cookie holds.
type Sessions struct {
	*Collection[account.Session]
}

var sessionCodec = Codec[account.Session]{
	Schema: 1,
	ID:     func(s *account.Session) string { return s.ID },
	Keys:   func(s *account.Session) Keys { return Keys{Lookup: []string{"person:" + s.Person}} },
}

// OpenSessions opens it.
func OpenSessions(ctx context.Context, db DB) (*Sessions, error) {
	raw, err := db.Collection(ctx, SessionCollection)
	if err != nil {
		return nil, err
	}
	return &Sessions{NewCollection(raw, sessionCodec)}, nil
}

// MaxSessions bounds the sessions of one person that are listed and ended at once.
const MaxSessions = 200

// Of lists the sessions of a person.
func (c *Sessions) Of(ctx context.Context, person string) ([]Doc[account.Session], error) {
	return c.FindLookup(ctx, "person:"+person, MaxSessions)
}

// SignIns is the collection of requests to sign in.
type SignIns struct {
	*Collection[account.SignIn]
}

var signInCodec = Codec[account.SignIn]{
	Schema: 1,
	ID:     func(s *account.SignIn) string { return s.ID },
	Keys: func(s *account.SignIn) Keys {
		return Keys{Unique: []string{"link:" + s.Link}, Lookup: []string{"email:" + s.Email.Hash(), askedKey(s.Browser, s.Email)}}
	},
}

func askedKey(browser string, e account.Email) string { return "asked:" + browser + ":" + e.Hash() }

// OpenSignIns opens it.
func OpenSignIns(ctx context.Context, db DB) (*SignIns, error) {
	raw, err := db.Collection(ctx, SignInCollection)
	if err != nil {
		return nil, err
	}
	return &SignIns{NewCollection(raw, signInCodec)}, nil
}

// ByLink finds a request by the hash of the token in its link. ErrNotFound.
func (c *SignIns) ByLink(ctx context.Context, link string) (Doc[account.SignIn], error) {
	return c.FindUnique(ctx, "link:"+link)
}

// Asked lists the requests for an address that one browser made, by the hash of what
// it holds: whoever else asks for the address, however often, takes none of them away.
func (c *SignIns) Asked(ctx context.Context, browser string, e account.Email) ([]Doc[account.SignIn], error) {
	return c.FindLookup(ctx, askedKey(browser, e), MaxSignInsOf)
}

// MaxSignInsOf bounds the requests of one address that are listed at once.
const MaxSignInsOf = 200

// Of lists the requests of an address.
func (c *SignIns) Of(ctx context.Context, e account.Email) ([]Doc[account.SignIn], error) {
	return c.FindLookup(ctx, "email:"+e.Hash(), MaxSignInsOf)
}

// Throttles is the collection of counters.
type Throttles struct {
	*Collection[account.Throttle]
}

var throttleCodec = Codec[account.Throttle]{
	Schema: 1,
	ID:     func(t *account.Throttle) string { return t.ID },
	Keys:   func(*account.Throttle) Keys { return Keys{} },
}

// OpenThrottles opens it.
func OpenThrottles(ctx context.Context, db DB) (*Throttles, error) {
	raw, err := db.Collection(ctx, ThrottleCollection)
	if err != nil {
		return nil, err
	}
	return &Throttles{NewCollection(raw, throttleCodec)}, nil
}
