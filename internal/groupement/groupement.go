// Package groupement holds the structures that answer a contract together: who
// invites, who accepts, who is the mandataire, what each brings. Rules only, no I/O.
package groupement

import (
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// Bounds of the document (DESIGN rule 1) and of what others are asked.
const (
	MaxHistory     = 200
	MaxInvitations = 3    // of the same structure to the same groupement
	MaxLive        = 20   // groupements that one structure leads at a time
	MaxName        = 120  // characters
	MaxAbout       = 2000 // of the presentation
	MaxWords       = 300  // of what a member brings, and of an answer
	MaxSectors     = 12   // of one member, or of a need
)

// Groupement is one document: all that must hold between its members does in one
// write. Its states, and those of its members, follow from timestamps. Whoever acts is
// a structure; that a person may act for it is the business of the caller.
type Groupement struct {
	ID    string         `json:"id"`
	Rev   int64          `json:"rev"` // raised by each change
	Name  string         `json:"name"`
	About string         `json:"about,omitempty"` // its presentation to buyers
	Form  structure.Form `json:"form"`
	// Mandataire is the member that leads, and speaks to the buyer: always one that
	// has accepted, for as long as the groupement lives.
	Mandataire string   `json:"mandataire"`
	Need       Need     `json:"need,omitzero"`
	Members    []Member `json:"members"`
	History    []Event  `json:"history,omitempty"` // the last MaxHistory, the oldest first

	CreatedBy   string    `json:"created_by"` // organisation
	CreatedAt   time.Time `json:"created_at"`
	ChangedAt   time.Time `json:"changed_at"`
	PublishedAt time.Time `json:"published_at,omitzero"` // zero: only its members see it
	DissolvedAt time.Time `json:"dissolved_at,omitzero"`

	// Shown is the Rev that its sheet in the directory has: below Rev, the sheet has
	// yet to be written.
	Shown int64 `json:"shown,omitempty"`
}

// Need is what the groupement was made for; empty when it answers nothing yet.
type Need struct {
	Text    string          `json:"text,omitempty"`
	Sectors []string        `json:"sectors,omitempty"`
	Place   string          `json:"place,omitempty"` // value of a territory
	Basis   structure.Basis `json:"basis,omitempty"` // under which the lot may be reserved
}

// Member is a structure that was invited, whatever it answered.
type Member struct {
	Structure string `json:"structure"`
	Brings    Brings `json:"brings,omitzero"`
	InvitedBy string `json:"invited_by"` // structure
	Times     int    `json:"times"`      // that it was invited

	InvitedAt   time.Time `json:"invited_at"`
	AcceptedAt  time.Time `json:"accepted_at,omitzero"`
	DeclinedAt  time.Time `json:"declined_at,omitzero"`
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"` // the invitation was taken back
	LeftAt      time.Time `json:"left_at,omitzero"`
}

// Brings is the part of a member.
type Brings struct {
	Sectors []string `json:"sectors,omitempty"` // codes, of its own activities
	Words   string   `json:"words,omitempty"`
}

// Empty reports whether nothing is said.
func (b Brings) Empty() bool { return len(b.Sectors) == 0 && b.Words == "" }

// State is how a structure stands to a groupement.
type State string

// States of a member.
const (
	Invited   State = "invited"
	Accepted  State = "accepted"
	Declined  State = "declined"
	Withdrawn State = "withdrawn"
	Left      State = "left"
)

// State follows from the dates: an invitation renewed begins again.
func (m *Member) State() State {
	switch {
	case !m.LeftAt.IsZero():
		return Left
	case !m.WithdrawnAt.IsZero():
		return Withdrawn
	case !m.DeclinedAt.IsZero():
		return Declined
	case !m.AcceptedAt.IsZero():
		return Accepted
	}
	return Invited
}

// What is in the history.
const (
	EventCreated   = "created"
	EventInvited   = "invited"
	EventWithdrawn = "withdrawn"
	EventAccepted  = "accepted"
	EventDeclined  = "declined"
	EventLeft      = "left"
	EventBrings    = "brings"
	EventForm      = "form"
	EventLead      = "lead" // another mandataire
	EventDescribed = "described"
	EventPublished = "published"
	EventHidden    = "hidden"
	EventDissolved = "dissolved"
)

// Event is a line of the history.
type Event struct {
	At    time.Time `json:"at"`
	What  string    `json:"what"`
	By    string    `json:"by"`              // structure that acted
	About string    `json:"about,omitempty"` // structure, or form, that it was about
	Text  string    `json:"text,omitempty"`  // the word of an answer
}

// Refusals that callers tell apart.
const (
	ErrNotMandataire = account.Fault("Seul le mandataire du groupement peut le faire.")
	ErrDissolved     = account.Fault("Ce groupement est dissous : rien n’y change plus.")
	ErrStale         = account.Fault("Le groupement a changé entre-temps : relisez-le, puis recommencez.")
	ErrNoInvitation  = account.Fault("Cette invitation n’est plus là : elle a reçu une réponse, ou elle a été reprise.")
	ErrNotAccepted   = account.Fault("Cette structure n’est pas membre du groupement.")
	ErrTooFew        = account.Fault("Un groupement n’est présenté aux acheteurs qu’à partir de deux membres qui ont accepté.")
)

// Member finds a structure, nil when it was never invited.
func (g *Groupement) Member(id string) *Member {
	i := slices.IndexFunc(g.Members, func(m Member) bool { return m.Structure == id })
	if i < 0 {
		return nil
	}
	return &g.Members[i]
}

// StateOf is how a structure stands to the groupement, "" when it was never invited.
func (g *Groupement) StateOf(id string) State {
	if m := g.Member(id); m != nil {
		return m.State()
	}
	return ""
}

// Sees reports whether a structure may read the groupement: it is a member, or asked
// to be one.
func (g *Groupement) Sees(id string) bool {
	state := g.StateOf(id)
	return state == Invited || state == Accepted
}

// Accepted lists the structures that have accepted, the mandataire first, then in the
// order in which they were invited.
func (g *Groupement) Accepted() (ids []string) {
	for i := range g.Members {
		if m := &g.Members[i]; m.State() == Accepted {
			if m.Structure == g.Mandataire {
				ids = slices.Insert(ids, 0, m.Structure)
			} else {
				ids = append(ids, m.Structure)
			}
		}
	}
	return ids
}

// Live reports whether it is not dissolved.
func (g *Groupement) Live() bool { return g.DissolvedAt.IsZero() }

// Presented reports whether buyers see it: it was published, and is still of several.
func (g *Groupement) Presented() bool {
	return g.Live() && !g.PublishedAt.IsZero() && len(g.Accepted()) >= structure.MinMembers
}

// Pending reports whether its sheet has yet to follow.
func (g *Groupement) Pending() bool { return g.Shown < g.Rev }

// Terms tells apart what a member engages in: it accepts the form and the mandataire
// that it has read.
func (g *Groupement) Terms() string { return account.HashToken(string(g.Form) + "\x00" + g.Mandataire) }

// note writes a line of the history and raises the revision.
func (g *Groupement) note(e Event) {
	e.At = e.At.UTC()
	g.Rev++
	g.ChangedAt = e.At
	g.History = append(g.History, e)
	if over := len(g.History) - MaxHistory; over > 0 {
		g.History = slices.Clone(g.History[over:])
	}
}
