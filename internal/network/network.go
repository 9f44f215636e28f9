// Package network holds what binds a structure to a network: that the network says it
// is a member, what the structure answers, and when it was last reminded of its sheet.
// Rules only, no I/O.
package network

import (
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
)

// Bounds.
const (
	MaxMembers = 2000 // of one network
	MaxText    = 600  // letters of a reminder
	// NudgeEvery is how long a network leaves a structure alone after a reminder.
	NudgeEvery = 30 * 24 * time.Hour
)

// Membership is a structure that a network says is its member.
type Membership struct {
	ID        string    `json:"id"`
	Network   string    `json:"network"` // organisation
	Structure string    `json:"structure"`
	Name      string    `json:"name"` // of the structure when it was declared
	At        time.Time `json:"at"`
	// RefusedAt is when the structure said that it is no member; LeftAt when the network did.
	RefusedAt time.Time `json:"refused_at,omitzero"`
	LeftAt    time.Time `json:"left_at,omitzero"`
	NudgedAt  time.Time `json:"nudged_at,omitzero"`
}

// Refusals that callers tell apart.
const (
	ErrRefused = account.Fault("Cette structure a dit qu’elle n’est pas membre de votre réseau : elle seule peut revenir sur sa réponse.")
	ErrGone    = account.Fault("Cette structure n’est plus membre de votre réseau.")
	ErrNudged  = account.Fault("Cette structure a été relancée il y a moins d’un mois : une relance par mois au plus.")
	ErrFull    = account.Fault("Un réseau a 2 000 membres au plus.")
	ErrText    = account.Fault("Écrivez un message de 600 caractères au plus.")
)

// ID is that of what binds the two: they are bound once.
func ID(network, structure string) string { return network + "-" + structure }

// Declare says that a structure is a member.
func Declare(network, structure, name string, at time.Time) Membership {
	return Membership{ID: ID(network, structure), Network: network, Structure: structure, Name: name, At: at.UTC()}
}

// Holds reports whether the network may speak for the structure.
func (m *Membership) Holds() bool { return m.RefusedAt.IsZero() && m.LeftAt.IsZero() }

// Return makes a member of who was taken out by the network; changed is false when the
// structure is a member. ErrRefused.
func (m *Membership) Return(at time.Time) (changed bool, err error) {
	switch {
	case !m.RefusedAt.IsZero():
		return false, ErrRefused
	case m.LeftAt.IsZero():
		return false, nil
	}
	m.At, m.LeftAt = at.UTC(), time.Time{}
	return true, nil
}

// Leave takes a member out, by its network.
func (m *Membership) Leave(at time.Time) error {
	if !m.Holds() {
		return ErrGone
	}
	m.LeftAt = at.UTC()
	return nil
}

// Answer is what the structure says of it; changed is false when it said so before.
func (m *Membership) Answer(member bool, at time.Time) (changed bool, err error) {
	switch {
	case !m.LeftAt.IsZero():
		return false, account.Fault("Le réseau a lui-même retiré cette structure de ses membres.")
	case member == m.RefusedAt.IsZero():
		return false, nil
	case member:
		m.RefusedAt = time.Time{}
	default:
		m.RefusedAt = at.UTC()
	}
	return true, nil
}

// NudgedUntil is when the structure may be reminded again, the zero time for now.
func (m *Membership) NudgedUntil(now time.Time) time.Time {
	if next := m.NudgedAt.Add(NudgeEvery); !m.NudgedAt.IsZero() && next.After(now) {
		return next
	}
	return time.Time{}
}

// Nudge notes a reminder. ErrGone, ErrNudged, ErrText.
func (m *Membership) Nudge(text string, now time.Time) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case !m.Holds():
		return "", ErrGone
	case !m.NudgedUntil(now).IsZero():
		return "", ErrNudged
	case text == "" || utf8.RuneCountInString(text) > MaxText:
		return "", ErrText
	}
	m.NudgedAt = now.UTC()
	return text, nil
}
