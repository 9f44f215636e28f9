// Package buyer holds the desk of who buys: the lists of structures that an
// organisation shares, the notes on them, the searches that a person saves, and what
// an alert tells. Rules only, no I/O.
package buyer

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sourcier/internal/account"
)

// Member is who asks, as which the person acts.
type Member struct {
	Person       string // id
	Organisation string // id, of which the person acts as a member
	Kind         account.OrganisationKind
	Role         account.Role
}

// Reads reports whether the member sees the lists and the shared searches of the
// organisation. A facilitateur does as a member of the buyer itself: coverage, which
// the facilitateur's own organisation sets, gives no right over what is another's.
func (m Member) Reads() bool {
	if m.Organisation == "" || !m.Kind.Buys() {
		return false
	}
	switch m.Role {
	case account.Buyer, account.Prescripteur, account.Facilitateur:
		return true
	}
	return false
}

// Notes reports whether the member writes notes: a prescripteur says what the service
// thinks of a structure, and chooses none for the organisation.
func (m Member) Notes() bool {
	return m.Reads() && (m.Role == account.Buyer || m.Role == account.Prescripteur)
}

// Writes reports whether the member makes and changes lists, and shares searches.
func (m Member) Writes() bool { return m.Reads() && m.Role == account.Buyer }

// Bounds.
const (
	MaxLists       = 200 // of an organisation, deleted ones included for as long as they can come back
	MaxEntries     = 500 // of a list
	MaxName        = 80  // letters of the name of a list or of a search
	MaxNote        = 1000
	MaxNotes       = 400_000 // bytes of the notes of a list as they are stored, so that its document stays below 1 MB
	MaxQuery       = 2000    // bytes of a saved search
	MaxSearches    = 100     // that a person saves
	MaxShared      = 200     // that an organisation shares
	MaxFollowers   = 500     // of a shared search: as many as an organisation has members
	MaxMatches     = 20_000  // structures that an alert keeps in mind
	MaxFound       = 20      // structures that a digest names
	MaxNews        = 31      // days of news that wait to be told
	DeletedFor     = 30 * 24 * time.Hour
	forgottenAfter = 30 // days for which a structure that has left is not new
)

// cleanName reads a name on one line; what names it, in « Ce nom de liste… ».
func cleanName(name string) (string, error) {
	if !utf8.ValidString(name) {
		return "", account.Fault("Ce nom contient des caractères illisibles.")
	}
	if strings.ContainsFunc(name, hidden) {
		return "", account.Fault("Écrivez le nom sur une seule ligne, sans caractère invisible.")
	}
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case name == "":
		return "", account.Fault("Indiquez un nom.")
	case utf8.RuneCountInString(name) > MaxName:
		return "", account.Fault("Ce nom est trop long : 80 caractères au plus.")
	}
	return name, nil
}

// hidden are controls and what cannot be seen.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}
