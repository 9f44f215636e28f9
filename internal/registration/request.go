package registration

import (
	"slices"
	"time"

	"sourcier/internal/account"
)

// ProofKind is what shows that somebody may write in the name of a structure.
type ProofKind string

// Proofs, from the quickest to the slowest.
const (
	ProofIdentity  ProofKind = "identity"  // OpenID Connect, by an identity that carries the SIRET
	ProofDomain    ProofKind = "domain"    // the person's address is of the domain of the official site
	ProofMail      ProofKind = "mail"      // a code sent to the address of an official file
	ProofUnit      ProofKind = "unit"      // the organisation holds another sheet of the same legal unit
	ProofVoucher   ProofKind = "voucher"   // a network answers for its member
	ProofModerator ProofKind = "moderator" // somebody of the portal has checked
)

// ProofKinds lists them in that order.
var ProofKinds = []ProofKind{ProofUnit, ProofIdentity, ProofDomain, ProofMail, ProofVoucher, ProofModerator}

var proofLabels = map[ProofKind]string{
	ProofUnit: "autre fiche de la même entreprise", ProofIdentity: "identité professionnelle", ProofDomain: "adresse du même domaine que le site officiel",
	ProofMail: "message à l’adresse officielle", ProofVoucher: "caution d’un réseau", ProofModerator: "vérification par l’équipe du portail",
}

// Label is the proof as shown to people, in French.
func (k ProofKind) Label() string { return proofLabels[k] }

// Request is an organisation that asks to write the sheet.
type Request struct {
	ID           string    `json:"id"`
	Organisation string    `json:"organisation"`
	Person       string    `json:"person"` // who asked
	At           time.Time `json:"at"`
	Draft        *Draft    `json:"draft,omitempty"`

	// Proof is the way chosen; the request stays open until it is proved or refused.
	Proof ProofKind `json:"proof,omitempty"`
	Text  string    `json:"text,omitempty"` // for a moderator: what shows the right
	// Code is what a proof by mail is checked against; "" when none was sent.
	Code    string    `json:"code,omitempty"` // hash of the link's token
	Mail    string    `json:"mail,omitempty"` // id that the code and the link derive from
	SentAt  time.Time `json:"sent_at,omitzero"`
	SentTo  string    `json:"sent_to,omitempty"` // address of the official file
	Tries   int       `json:"tries,omitempty"`   // wrong codes typed
	Network string    `json:"network,omitempty"` // organisation that answered for it

	ProvedAt  time.Time `json:"proved_at,omitzero"`
	RefusedAt time.Time `json:"refused_at,omitzero"`
	Reason    string    `json:"reason,omitempty"` // of a refusal
}

// Open reports whether the request awaits its proof.
func (q *Request) Open() bool { return q.ProvedAt.IsZero() && q.RefusedAt.IsZero() }

// Ask opens the request of an organisation; one that is open already is kept. ErrOwned.
func (r *Registration) Ask(organisation, person string, at time.Time) (*Request, error) {
	if r.Owner != "" && r.Owner != organisation {
		return nil, ErrOwned
	}
	if q := r.Request(organisation); q != nil {
		return q, nil
	}
	r.forgetRequests(at)
	if len(r.Requests) >= MaxRequests {
		return nil, account.Fault("Trop d’organisations demandent déjà cette fiche : écrivez à l’équipe du portail.")
	}
	r.Requests = append(r.Requests, Request{ID: account.NewID(), Organisation: organisation, Person: person, At: at.UTC()})
	return &r.Requests[len(r.Requests)-1], nil
}

// forgetRequests makes room: of those decided on the oldest go first, then those that
// have awaited nobody's answer for a day.
func (r *Registration) forgetRequests(now time.Time) {
	for len(r.Requests) >= MaxRequests {
		at := slices.IndexFunc(r.Requests, func(q Request) bool { return !q.Open() })
		if at < 0 {
			at = slices.IndexFunc(r.Requests, func(q Request) bool {
				return q.idle(now) && (r.Submission == nil || r.Submission.Organisation != q.Organisation)
			})
		}
		if at < 0 {
			return
		}
		r.Requests = slices.Delete(slices.Clone(r.Requests), at, at+1)
	}
}

// idle reports whether nobody has been asked to answer the request for a day.
func (q *Request) idle(now time.Time) bool {
	return q.Proof != ProofModerator && q.Proof != ProofVoucher && !q.Awaits(now) && now.Sub(q.At) > ProofLife
}

// Grant gives the sheet to an organisation whose request is proved: its draft
// becomes that of the sheet, and the others are told that it is taken. ErrOwned,
// ErrDecided.
func (r *Registration) Grant(organisation string, proof ProofKind, at time.Time) error {
	if r.Holds(organisation) {
		return nil
	}
	if r.Owner != "" {
		return ErrOwned
	}
	q := r.Request(organisation)
	if q == nil {
		return ErrDecided
	}
	at = at.UTC()
	q.Proof, q.ProvedAt, q.Code = proof, at, ""
	r.Owner, r.OwnedSince, r.Proof = organisation, at, proof
	r.Draft, q.Draft = q.Draft, nil
	for i := range r.Requests {
		if other := &r.Requests[i]; other.Open() {
			other.refuse(string(ErrOwned), at)
		}
	}
	if r.Submission != nil && r.Submission.Organisation != organisation {
		r.Submission = nil
	}
	return nil
}

// Deny refuses an open request, with the reason that its author is told. ErrDecided.
func (r *Registration) Deny(organisation, reason string, at time.Time) error {
	q := r.Request(organisation)
	if q == nil {
		return ErrDecided
	}
	q.refuse(reason, at.UTC())
	if r.Submission != nil && r.Submission.Organisation == organisation {
		r.Submission = nil
	}
	return nil
}

func (q *Request) refuse(reason string, at time.Time) {
	q.RefusedAt, q.Reason, q.Code, q.Draft = at, reason, "", nil
}

// Release takes the sheet from its owner: what was published stays, nobody writes it.
func (r *Registration) Release() {
	r.Owner, r.OwnedSince, r.Proof, r.Draft, r.Submission = "", time.Time{}, "", nil, nil
}
