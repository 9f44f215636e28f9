package account

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// MaxEmail is the length of an address, in bytes (RFC 5321, 4.5.3.1.3).
const MaxEmail = 254

const maxLocal = 64 // bytes before the sign @ (RFC 5321, 4.5.3.1.1)

// Email is an address as mail is sent to it: the domain in ASCII and small letters,
// the part before it as its owner writes it. Made by ParseEmail.
type Email string

const errLongEmail = Fault("Cette adresse est trop longue pour exister.")

// ParseEmail reads an address; its refusals are Faults. Quoted local parts and local
// parts beyond ASCII are refused: hardly any server takes them.
func ParseEmail(text string) (Email, error) {
	text = strings.TrimSpace(text)
	at := strings.LastIndexByte(text, '@')
	if len(text) > 4*MaxEmail { // letters of a domain may take four bytes
		return "", errLongEmail
	}
	if at < 1 || at == len(text)-1 {
		return "", Fault("Cette adresse n’est pas complète : elle s’écrit comme nom@exemple.fr.")
	}
	local, domain := text[:at], text[at+1:]
	if !isLocal(local) {
		return "", Fault("Avant le signe @, une adresse n’a que des lettres sans accent, des chiffres et quelques signes (. - _ +).")
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(domain, "."))
	if err != nil || !utf8.ValidString(domain) || !isDomain(ascii) {
		return "", Fault("Après le signe @, le nom de domaine n’est pas valable : il s’écrit comme exemple.fr.")
	}
	if len(local) > maxLocal || len(local)+1+len(ascii) > MaxEmail {
		return "", errLongEmail
	}
	return Email(local + "@" + ascii), nil
}

// atomLetters are those of a dot-atom.
const atomLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~"

// isLocal reports a dot-atom (RFC 5322, 3.2.3).
func isLocal(local string) bool {
	for part := range strings.SplitSeq(local, ".") {
		if part == "" || strings.Trim(part, atomLetters) != "" {
			return false
		}
	}
	return true
}

// isDomain reports a name of several labels whose last is no number: mail is not sent
// to bare hosts nor to addresses of machines.
func isDomain(ascii string) bool {
	labels := strings.Split(ascii, ".")
	if len(ascii) > 253 || len(labels) < 2 || slices.ContainsFunc(labels, func(l string) bool { return l == "" || len(l) > 63 }) {
		return false
	}
	last := labels[len(labels)-1]
	return strings.ContainsFunc(last, func(r rune) bool { return r >= 'a' && r <= 'z' })
}

// Key is the address without what does not tell mailboxes apart in practice: letter
// case. « + » and dots stay: only their provider knows what they mean.
func (e Email) Key() string { return strings.ToLower(string(e)) }

// Mailbox is the address without what follows « + » before its domain. It tells nobody
// apart: it counts what is sent to one person, where « + » would make endless addresses.
func (e Email) Mailbox() Email {
	local, _, ok := strings.Cut(string(e[:strings.LastIndexByte(string(e), '@')+1]), "+")
	if !ok || local == "" {
		return e
	}
	return Email(local + "@" + e.Domain())
}

// Hash names the address where it must not be read.
func (e Email) Hash() string {
	sum := sha256.Sum256([]byte("email\x00" + e.Key()))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20]))
}

// Domain is what follows the sign @, in ASCII.
func (e Email) Domain() string { return string(e[strings.LastIndexByte(string(e), '@')+1:]) }

// String shows the address to people: the domain in its own letters.
func (e Email) String() string {
	at := strings.LastIndexByte(string(e), '@')
	if at < 0 {
		return string(e)
	}
	shown, err := idna.Display.ToUnicode(string(e[at+1:]))
	if err != nil {
		return string(e)
	}
	return string(e[:at+1]) + shown
}

// Masked shows whose address it is to who knows it already: « a•••@ville.fr ».
func (e Email) Masked() string {
	at := strings.LastIndexByte(string(e), '@')
	if at < 1 {
		return "•••"
	}
	return string(e[:1]) + "•••" + e.String()[at:]
}
