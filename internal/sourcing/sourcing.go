// Package sourcing holds what an organisation plans to buy and what it decides before a
// tender: purchases and their lots, running contracts, who could answer a lot, whether
// it can be reserved, opinions and decisions. Rules only, no I/O. Amounts are whole
// euros before tax (HT); days are civil days in Europe/Paris.
package sourcing

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

// Errors.
var (
	ErrUnchanged = errors.New("nothing to do")
	ErrNoLot     = errors.New("no such lot")
	ErrNoService = errors.New("no such service")
	// ErrStale is answered to who changes what another has changed since it was shown.
	ErrStale = errors.New("it was changed meanwhile")
)

// Refusals.
const (
	ErrExternal = account.Fault("Ce projet vient d’ailleurs : il se lit, il ne se modifie pas.")
	ErrEnded    = account.Fault("Cet achat est terminé : il ne se modifie plus.")
	ErrOver     = account.Fault("Ce marché est terminé : il ne se modifie plus.")
)

// Bounds.
const (
	MaxPurchases = 5000 // of an organisation
	MaxContracts = 5000 // of an organisation
	MaxLots      = 60   // of a purchase
	MaxPlaces    = 40   // of a purchase or a lot
	MaxSectors   = 10   // of a lot
	MaxHistory   = 200  // steps kept of a purchase, the last ones
	MaxServices  = 200  // of an organisation
	MaxObject    = 300  // letters
	MaxText      = 4000 // letters of a description
	MaxEuros     = 2_000_000_000
	MaxMonths    = 240 // of a duration, and of one renewal
	MaxRenewals  = 20
)

// Plans reports whether the member sees the programme of the organisation.
// A prescripteur sees the purchases of the own service alone (Programme.Sees).
func Plans(m buyer.Member) bool {
	if m.Organisation == "" || !m.Kind.Buys() {
		return false
	}
	switch m.Role {
	case account.Buyer, account.Prescripteur, account.Facilitateur, account.SpaserLead:
		return true
	}
	return false
}

// Buys reports whether the member writes the programme of the organisation.
func Buys(m buyer.Member) bool { return Plans(m) && m.Role == account.Buyer }

// Advises reports whether the member gives the opinion of the mission insertion and
// handicap: a facilitateur of the organisation itself.
func Advises(m buyer.Member) bool { return Plans(m) && m.Role == account.Facilitateur }

// Line reads a text of one line, of at most most letters. An account.Fault names it by
// what, in « Cet objet ».
func Line(what, text string, most int) (string, error) {
	if !utf8.ValidString(text) {
		return "", account.Fault(what + " contient des caractères illisibles.")
	}
	text = strings.Join(strings.FieldsFunc(text, unicode.IsSpace), " ")
	return bounded(what, text, most)
}

// Text reads a text of several lines.
func Text(what, text string, most int) (string, error) {
	if !utf8.ValidString(text) {
		return "", account.Fault(what + " contient des caractères illisibles.")
	}
	return bounded(what, strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), most)
}

func bounded(what, text string, most int) (string, error) {
	hidden := func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
	}
	switch {
	case strings.ContainsFunc(text, hidden):
		return "", account.Fault(what + " contient des caractères invisibles.")
	case utf8.RuneCountInString(text) > most:
		return "", account.Fault(what + " est trop long : " + number(most) + " caractères au plus.")
	}
	return text, nil
}
