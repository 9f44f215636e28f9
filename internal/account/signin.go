package account

import (
	"crypto/subtle"
	"time"
)

const (
	// SignInLife is how long a link and its code can be used.
	SignInLife = 15 * time.Minute
	// FirstLinkLife is that of the link that a command prints.
	FirstLinkLife = 24 * time.Hour
	// MaxTries is how many codes may be tried for one request.
	MaxTries = 5
)

// SignIn is a request to sign in: one link and one code, for one use.
type SignIn struct {
	ID      string    `json:"id"`
	Email   Email     `json:"email"`
	Link    string    `json:"link"`              // hash of the token in the link
	Browser string    `json:"browser,omitempty"` // hash of what the asking browser holds, "" for the link of a command
	Next    string    `json:"next,omitempty"`    // path to go to afterwards
	At      time.Time `json:"at"`
	Tries   int       `json:"tries,omitempty"` // wrong codes
	UsedAt  time.Time `json:"used_at,omitzero"`
}

// First reports whether a command made it.
func (s *SignIn) First() bool { return s.Browser == "" }

// Life is how long it can be used.
func (s *SignIn) Life() time.Duration {
	if s.First() {
		return FirstLinkLife
	}
	return SignInLife
}

// Open says why it cannot be used any more, or nil.
func (s *SignIn) Open(now time.Time) error {
	switch {
	case !s.UsedAt.IsZero():
		return Fault("Ce lien a déjà servi : il ne sert qu’une fois. Demandez-en un nouveau.")
	case over(now, s.At, s.Life()):
		return Fault("Ce lien n’est plus valable. Demandez-en un nouveau.")
	}
	return nil
}

// Use spends the request.
func (s *SignIn) Use(now time.Time) error {
	if err := s.Open(now); err != nil {
		return err
	}
	s.UsedAt = now.UTC()
	return nil
}

// ErrTries is said once the tries are used up.
const ErrTries = Fault("Cinq codes faux ont été saisis : cette demande est close. Demandez un nouveau message.")

// Try compares a code with the right one and spends the request, or one try; either
// way the request must be stored. right says which.
func (s *SignIn) Try(code, want string, now time.Time) (right bool, err error) {
	if s.Tries >= MaxTries {
		return false, ErrTries
	}
	if err := s.Open(now); err != nil {
		return false, Fault("Ce code n’est plus valable : il sert une fois, dans les quinze minutes. Demandez un nouveau message.")
	}
	if subtle.ConstantTimeCompare([]byte(code), []byte(want)) == 1 {
		return true, s.Use(now)
	}
	s.Tries++
	return false, nil
}

// Lapsed reports whether it can be deleted.
func (s *SignIn) Lapsed(now time.Time) bool { return over(now, s.At, FirstLinkLife) }
