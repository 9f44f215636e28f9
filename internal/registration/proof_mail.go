package registration

import (
	"crypto/subtle"
	"fmt"
	"time"

	"sourcier/internal/account"
)

const (
	// ProofLife is how long the link and the code of a proof can be used: the mailbox of
	// a structure is read once a day.
	ProofLife = 24 * time.Hour
	// MaxProofTries is how many codes may be tried for one mail.
	MaxProofTries = account.MaxTries
)

// Said of a proof by mail that does not serve.
const (
	ErrNoProof   = account.Fault("Ce lien n’est pas connu, a déjà servi ou n’est plus valable : un lien sert une fois, dans les 24 heures.")
	ErrNoCode    = account.Fault("Aucun message n’attend de code : il a servi, il a plus de 24 heures, ou il n’est pas parti.")
	ErrTriedOut  = account.Fault("Cinq codes faux ont été saisis : demandez un nouveau message.")
	errWrongCode = "Ce code n’est pas le bon."
)

// Send notes that a mail with a link and a code went to the official address: it ends
// the one before. mail is the id that both derive from, link the hash of the link's token.
func (r *Registration) Send(organisation, mail, link string, to account.Email, at time.Time) error {
	q := r.Request(organisation)
	switch {
	case r.Owner != "":
		return ErrOwned
	case q == nil:
		return ErrDecided
	}
	q.Proof, q.Mail, q.Code, q.SentTo, q.SentAt, q.Tries = ProofMail, mail, link, string(to), at.UTC(), 0
	return nil
}

// Mailed is the open request whose mail has the link, nil when there is none or it is
// too old.
func (r *Registration) Mailed(link string, now time.Time) *Request {
	for i := range r.Requests {
		if q := &r.Requests[i]; q.Code != "" && q.Code == link && q.Awaits(now) {
			return q
		}
	}
	return nil
}

// Awaits reports whether a code or a link that was sent can still serve.
func (q *Request) Awaits(now time.Time) bool {
	return q.Open() && q.Code != "" && now.Sub(q.SentAt).Abs() <= ProofLife
}

// UseLink grants the sheet to whom the mail of the link was sent for. ErrNoProof, ErrOwned.
func (r *Registration) UseLink(link string, now time.Time) (organisation string, err error) {
	q := r.Mailed(link, now)
	if q == nil {
		return "", ErrNoProof
	}
	return q.Organisation, r.Grant(q.Organisation, ProofMail, now)
}

// DenyLink refuses the request by who reads the official address and knows nothing of it.
func (r *Registration) DenyLink(link string, now time.Time) (organisation string, err error) {
	q := r.Mailed(link, now)
	if q == nil {
		return "", ErrNoProof
	}
	return q.Organisation, r.Deny(q.Organisation, "La structure, à son adresse officielle, ne reconnaît pas cette demande.", now)
}

// TryCode compares a code with the right one, and grants the sheet or spends a try:
// either way the registration must be stored before its outcome is told. left is how
// many tries remain of a wrong one.
func (r *Registration) TryCode(organisation, code, want string, now time.Time) (right bool, left int, err error) {
	q := r.Request(organisation)
	switch {
	case r.Owner != "" && !r.Holds(organisation):
		return false, 0, ErrOwned
	case q == nil || !q.Awaits(now):
		return false, 0, ErrNoCode
	case q.Tries >= MaxProofTries:
		return false, 0, ErrTriedOut
	case subtle.ConstantTimeCompare([]byte(code), []byte(want)) == 1:
		return true, 0, r.Grant(organisation, ProofMail, now)
	}
	q.Tries++
	return false, MaxProofTries - q.Tries, nil
}

// WrongCode says how many tries are left.
func WrongCode(left int) account.Fault {
	switch left {
	case 0:
		return ErrTriedOut
	case 1:
		return errWrongCode + " Il reste un essai."
	}
	return account.Fault(fmt.Sprintf("%s Il reste %d essais.", errWrongCode, left))
}
