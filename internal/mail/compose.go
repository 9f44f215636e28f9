package mail

import (
	"bytes"
	"crypto/subtle"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"sourcier/internal/message"
)

// Tokens derives what a letter lets its reader prove: nothing of it is stored.
type Tokens interface {
	// Token is a word for an address, made of letters and digits and - and _.
	Token(purpose, object string, n int64) string
	// Code is the six digits of a sign-in.
	Code(object string) string
}

// Composer writes letters and mails. The zero value is not usable.
type Composer struct {
	BaseURL string // scheme://host[:port]
	Portal  string // its name, in letters
	From    string // address that mails come from
	Contact string // where people write to the portal's team, "" = not said
	Verp    bool   // envelope senders say which message a delivery report is about
	Tokens  Tokens
}

func (d *draft) token(purpose string) string {
	return url.PathEscape(d.Tokens.Token(purpose, d.m.Object, d.m.Version))
}

// Composed is a letter in every form that it is read in.
type Composed struct {
	Letter     Letter
	Text, HTML string
}

// Compose writes the letter of a message in every form. ErrUnwritable.
func (c Composer) Compose(m *message.Message) (Composed, error) {
	l, err := c.Letter(m)
	if err != nil {
		return Composed{}, err
	}
	html, err := l.HTML()
	return Composed{Letter: l, Text: l.Text(), HTML: html}, err
}

// UnsubscribeURL is where who gets the message switches its kind off, "" when the
// kind is not optional or the recipient has no account. Its last part is PERSON.KIND.TOKEN,
// which people.ReadUnsubscribe reads.
func (c Composer) UnsubscribeURL(m *message.Message) string {
	if m.Person == "" || !m.Kind.Optional() {
		return ""
	}
	token := c.Tokens.Token(message.PurposeUnsubscribe, message.UnsubscribeObject(m.Person, m.Kind), 0)
	return c.BaseURL + "/desinscription/" + url.PathEscape(m.Person+"."+string(m.Kind)+"."+token)
}

// Mail is a message ready for a server.
type Mail struct {
	From, To string // of the envelope, ASCII but for a local part that is not
	UTF8     bool   // the server has to speak SMTPUTF8
	Domain   string // of the recipient, ASCII, lower case: what is throttled
	Content  []byte
}

// proofLength is that of the proof in a reference, 60 bits: with it, an address that
// mails come from still has room for a name of 19 letters.
const proofLength = 12

// MaxVerpLocal is how long what stands before the sign @ of the sender may be, in
// bytes, so that with « + » and a reference it stays within 64 (RFC 5321, 4.5.3.1.1).
const MaxVerpLocal = 64 - 1 - message.IDLength - proofLength

// Reference names a message to the world: its id, then a proof that only the portal can
// write. The id alone can be known to who caused the message, whose delivery report
// would keep every mail from somebody else's address.
func Reference(t Tokens, id string) string {
	return id + strings.ToLower(t.Token(message.PurposeReference, id, 0)[:proofLength])
}

// ReadReference tells which message a reference names; false when the portal did not write it.
func ReadReference(t Tokens, reference string) (id string, ok bool) {
	id = reference[:max(0, len(reference)-proofLength)]
	return id, id != "" && subtle.ConstantTimeCompare([]byte(Reference(t, id)), []byte(reference)) == 1
}

// MessageID is the Message-ID of a message, without brackets: the same however often
// it is sent.
func (c Composer) MessageID(m *message.Message) string {
	_, domain, _ := splitAddress(c.From)
	return Reference(c.Tokens, m.ID) + "@" + domain
}

// Mail makes the mail of a message, dated now. ErrUnwritable.
func (c Composer) Mail(m *message.Message, now time.Time) (Mail, error) {
	composed, err := c.Compose(m)
	if err != nil {
		return Mail{}, err
	}
	local, domain, ok := splitAddress(m.To)
	if !ok {
		return Mail{}, fmt.Errorf("%s: address: %w", m.ID, ErrUnwritable)
	}
	sender, host, _ := splitAddress(c.From)
	out := Mail{From: c.envelopeFrom(m), To: local + "@" + domain, UTF8: !ascii(local), Domain: domain}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("_"+m.ID))
	msg.FromMailAddress(&mail.Address{Name: c.Portal, Address: sender + "@" + host})
	msg.ToMailAddress(&mail.Address{Name: plain(m.ToName, maxName), Address: out.To})
	msg.Subject(plain(composed.Letter.Subject, maxSubject))
	msg.SetDateWithValue(now)
	msg.SetMessageIDWithValue(c.MessageID(m))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("Content-Language", "fr")
	if stop := c.UnsubscribeURL(m); strings.HasPrefix(stop, "https://") {
		if err := msg.SetListUnsubscribeOneClick(stop); err != nil {
			return Mail{}, fmt.Errorf("%s: %w: %w", m.ID, ErrUnwritable, err)
		}
	}
	msg.SetBodyString(gomail.TypeTextPlain, composed.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, composed.HTML)
	if i := composed.Letter.Calendar; i != nil {
		// Among the alternatives, where programs look for it, and as a file for the others.
		file := i.Write()
		msg.AddAlternativeString(gomail.ContentType(i.Type()), string(file))
		if err := msg.AttachReader("invitation.ics", bytes.NewReader(file), gomail.WithFileContentType("application/ics")); err != nil {
			return Mail{}, fmt.Errorf("%s: %w: %w", m.ID, ErrUnwritable, err)
		}
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return Mail{}, fmt.Errorf("%s: %w: %w", m.ID, ErrUnwritable, err)
	}
	out.Content = b.Bytes()
	return out, nil
}

// envelopeFrom is where delivery reports go: with an inbox that is read, an address
// that names the message (VERP).
func (c Composer) envelopeFrom(m *message.Message) string {
	local, domain, _ := splitAddress(c.From)
	if c.Verp {
		local += "+" + Reference(c.Tokens, m.ID)
	}
	return local + "@" + domain
}

// splitAddress cuts an address at its last @ and gives the domain as servers know
// it: a name that is not ASCII in its xn-- form.
func splitAddress(address string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "", "", false
	}
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil || domain == "" {
		return "", "", false
	}
	return address[:at], strings.ToLower(domain), true
}

// ValidFrom reports whether mails can come from an address: one that every server
// can write to, and to whose local part +WORD can be added.
func ValidFrom(address string) bool {
	parsed, err := mail.ParseAddress(address)
	local, _, ok := splitAddress(address)
	return err == nil && ok && parsed.Name == "" && parsed.Address == address && ascii(local)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// maxSubject bounds a subject, in letters: lists of mails show fewer.
const maxSubject = 150
