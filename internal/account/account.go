// Package account holds who uses the portal and what they may do: persons, the
// organisations that they belong to, roles, sign-in requests, sessions. Rules
// only, no I/O.
package account

import (
	"crypto/rand"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Fault is a refusal whose text may be shown to who asked, in French.
type Fault string

func (f Fault) Error() string { return string(f) }

// NewID gives an id that no order gives away (DESIGN rule 11).
func NewID() string { return strings.ToLower(rand.Text()) }

// MaxName is how long the name of a person or of an organisation may be, in letters.
const MaxName = 100

// CleanName reads a name on one line: spaces joined, nothing invisible. A name goes
// into the headers of mails: a line end in it is refused, not mended.
func CleanName(name string) (string, error) {
	if !utf8.ValidString(name) {
		return "", Fault("Ce nom contient des caractères illisibles.")
	}
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' }), " ")
	switch {
	case name == "":
		return "", Fault("Indiquez un nom.")
	case strings.ContainsFunc(name, hidden):
		return "", Fault("Écrivez le nom sur une seule ligne, sans caractère invisible.")
	case utf8.RuneCountInString(name) > MaxName:
		return "", Fault("Ce nom est trop long : 100 caractères au plus.")
	}
	return name, nil
}

// hidden are line ends, controls, and what changes the direction of what follows.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// over reports whether what began at t has lasted its life. Portals of one store may
// have clocks that differ, and a clock may be put right: what began in a time to come
// counts as of now, but for no longer than another life.
func over(now, t time.Time, life time.Duration) bool {
	age := now.Sub(t)
	return age >= life || age <= -life
}

// since is how long ago t was; a clock that went back makes it 0, not a time to come.
func since(now, t time.Time) time.Duration { return max(0, now.Sub(t)) }
