// Package registration holds how a structure writes its own sheet: who may, what
// proves it, the draft, what awaits a moderator, what was published. Rules only,
// no I/O.
package registration

import (
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// Registration is all that concerns the hand of a structure on its own sheet: one
// document per sheet, whose id is that of the structure, which may be there or not
// yet. Its states follow from its timestamps.
type Registration struct {
	ID    string `json:"id"`
	SIRET string `json:"siret,omitempty"` // 14 digits
	RNA   string `json:"rna,omitempty"`   // of an association that awaits its SIRET
	Name  string `json:"name,omitempty"`  // as it was when the registration began

	// Owner is the organisation that writes the sheet, "" before one has proved that
	// it may.
	Owner      string    `json:"owner,omitempty"`
	OwnedSince time.Time `json:"owned_since,omitzero"`
	Proof      ProofKind `json:"proof,omitempty"` // of the owner
	// Vested is the owner whose members' roles are known to count: an organisation made
	// for a claim counts by it, which is a write of its own.
	Vested string `json:"vested,omitempty"`

	Requests   []Request   `json:"requests,omitempty"` // open ones, and the last that were decided
	Draft      *Draft      `json:"draft,omitempty"`    // of the owner; that of who asks is with the request
	Submission *Submission `json:"submission,omitempty"`
	Decisions  []Decision  `json:"decisions,omitempty"` // the last MaxDecisions
	Versions   []Version   `json:"versions,omitempty"`  // the last MaxVersions, the newest last
	Applied    int64       `json:"applied,omitempty"`   // number of the newest version that the structure document has

	Contacts    []Contact `json:"contacts,omitempty"`
	ContactsRev int64     `json:"contacts_rev,omitempty"`

	// Reminded is the last day of the availability that its owner was told of.
	Reminded structure.Date `json:"reminded,omitempty"`

	Demo      bool      `json:"demo,omitempty"` // fictional, made by `sourcier demo`
	CreatedAt time.Time `json:"created_at"`
}

// Bounds of what one document keeps.
const (
	MaxRequests  = 8
	MaxDecisions = 20
	MaxVersions  = 10
)

// New begins the registration of a sheet.
func New(id, siret, rna, name string, at time.Time) Registration {
	return Registration{ID: id, SIRET: siret, RNA: rna, Name: name, CreatedAt: at.UTC()}
}

// Refusals that callers tell apart.
const (
	// ErrStale is a save made from what somebody has changed since.
	ErrStale = account.Fault("Cette partie de la fiche a été modifiée entre-temps par quelqu’un d’autre.")
	// ErrNotYours is said of a sheet that the organisation neither holds nor asks for.
	ErrNotYours = account.Fault("Cette fiche n’est pas à votre organisation.")
	// ErrOwned is said of a sheet that another organisation holds.
	ErrOwned = account.Fault("Cette fiche est déjà tenue par une autre organisation.")
	// ErrNothing is said of a publication that would change nothing.
	ErrNothing = account.Fault("Rien n’a changé depuis la dernière publication.")
	// ErrDecided is said of what a moderator has decided on meanwhile.
	ErrDecided = account.Fault("Cette demande a déjà reçu une réponse.")
	// ErrSentAgain is said of a proposal that another one has replaced meanwhile.
	ErrSentAgain = account.Fault("La structure a envoyé une autre proposition entre-temps : relisez-la ci-dessous, puis répondez.")
)

// Holds reports whether an organisation is the proven owner.
func (r *Registration) Holds(organisation string) bool {
	return organisation != "" && r.Owner == organisation
}

// Writes reports whether an organisation may write a draft: it owns the sheet, or
// asks to while nobody does.
func (r *Registration) Writes(organisation string) bool {
	return r.Holds(organisation) || r.Owner == "" && r.Request(organisation) != nil
}

// Request is the open request of an organisation, nil when there is none.
func (r *Registration) Request(organisation string) *Request {
	for i := range r.Requests {
		if q := &r.Requests[i]; q.Organisation == organisation && q.Open() {
			return q
		}
	}
	return nil
}

// Organisations lists those that own the sheet or ask for it.
func (r *Registration) Organisations() (ids []string) {
	if r.Owner != "" {
		ids = append(ids, r.Owner)
	}
	for i := range r.Requests {
		if q := &r.Requests[i]; q.Open() && !slices.Contains(ids, q.Organisation) {
			ids = append(ids, q.Organisation)
		}
	}
	return ids
}

// Vests reports whether the organisation of the owner has yet to count.
func (r *Registration) Vests() bool { return r.Owner != "" && r.Vested != r.Owner }

// Publishes reports whether a version has yet to reach the structure.
func (r *Registration) Publishes() bool {
	last := r.Last()
	return last != nil && last.N > r.Applied
}

// Pending reports whether a write on another document has yet to follow.
func (r *Registration) Pending() bool { return r.Vests() || r.Publishes() }

// SIREN is the number of the legal unit, "" without a SIRET.
func (r *Registration) SIREN() string { return r.Identity().SIREN() }

// AwaitsModerator reports whether somebody of the portal has something to decide.
func (r *Registration) AwaitsModerator() bool {
	return r.Submission != nil || r.AwaitsProof()
}

// AwaitsProof reports whether an organisation has asked the portal to find that the
// sheet is its own.
func (r *Registration) AwaitsProof() bool {
	return slices.ContainsFunc(r.Requests, func(q Request) bool { return q.Open() && q.Proof == ProofModerator })
}

// Waiting is since when, the zero time when nothing waits.
func (r *Registration) Waiting() (since time.Time) {
	if r.Submission != nil {
		since = r.Submission.At
	}
	for _, q := range r.Requests {
		if q.Open() && q.Proof == ProofModerator && (since.IsZero() || q.At.Before(since)) {
			since = q.At
		}
	}
	return since
}

// Last is the newest version, nil before the first publication.
func (r *Registration) Last() *Version {
	if len(r.Versions) == 0 {
		return nil
	}
	return &r.Versions[len(r.Versions)-1]
}

// Version gives one by its number, nil when it is not kept.
func (r *Registration) Version(n int64) *Version {
	for i := range r.Versions {
		if r.Versions[i].N == n {
			return &r.Versions[i]
		}
	}
	return nil
}

// Identity is that of the structure which the registration makes when nothing is
// known of it yet.
func (r *Registration) Identity() *structure.Structure {
	return &structure.Structure{ID: r.ID, SIRET: r.SIRET, RNA: r.RNA, CreatedAt: r.CreatedAt}
}
