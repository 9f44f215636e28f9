package structure

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Suspension keeps a sheet from being shown: who decided, when, and why, in the
// words that its owner reads.
type Suspension struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"` // person
	Reason string    `json:"reason"`
	Told   bool      `json:"told,omitempty"` // the organisation that owns the sheet was written to
}

// Bounds of a reason, in letters: who reads it must be able to act on it.
const (
	MinReason = 10
	MaxReason = 1000
)

// Shown reports whether the sheet may be published: whatever leaves the portal
// (pages, index, API, exports, sitemap, counts) asks it.
func (s *Structure) Shown() bool { return s.Suspended == nil && s.MergedInto == "" }

// Suspend keeps the sheet from being shown. It reports whether it was.
func (s *Structure) Suspend(by, reason string, at time.Time, told bool) bool {
	if s.Suspended != nil {
		return false
	}
	s.Suspended = &Suspension{At: at.UTC(), By: by, Reason: reason, Told: told}
	return true
}

// Restore lets the sheet be shown again. It reports whether it was kept from it.
func (s *Structure) Restore() bool {
	was := s.Suspended != nil
	s.Suspended = nil
	return was
}

// CheckReason says in French what is wrong with a reason, "" when nothing is.
func CheckReason(reason string) string {
	n := utf8.RuneCountInString(strings.TrimSpace(reason))
	switch {
	case n < MinReason:
		return fmt.Sprintf("Donnez une raison de %d lettres au moins : elle sera lue.", MinReason)
	case n > MaxReason:
		return fmt.Sprintf("Cette raison a %d lettres, %d au plus.", n, MaxReason)
	}
	return ""
}
