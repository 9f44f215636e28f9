package event

import (
	"slices"
	"time"

	"sourcier/internal/sourcing"
)

// Bounds of a guest.
const (
	MaxNeeds  = 300 // letters of dietary needs, and of access needs
	MaxPhone  = 30
	MaxTrace  = 30 // steps kept
	MaxRemark = 500
)

// NeedsKept is how long dietary and access needs are kept after an event.
const NeedsKept = 30 * 24 * time.Hour

// Guest is who is invited: what is personal. What counts for the room is the Seat.
type Guest struct {
	ID           string `json:"id"`
	Event        string `json:"event"`
	Organisation string `json:"organisation"` // of the event
	Name         string `json:"name,omitempty"`
	Email        string `json:"email,omitempty"`
	Moving       string `json:"moving,omitempty"` // address that replaces Email once the event has taken it
	Phone        string `json:"phone,omitempty"`
	Body         string `json:"body,omitempty"` // what the guest works for, as it is shown
	Job          string `json:"job,omitempty"`
	SIREN        string `json:"siren,omitempty"`
	Structure    string `json:"structure,omitempty"` // id in the directory
	Person       string `json:"person,omitempty"`    // id of an account, of who is invited as such
	Role         Role   `json:"role"`
	Source       string `json:"source,omitempty"` // where the guest comes from, in French: « Recherche : … »
	By           string `json:"by,omitempty"`     // id of the partner that invites
	AddedBy      string `json:"added_by,omitempty"`
	Demo         bool   `json:"demo,omitempty"`

	// Link is how the personal link is known (account.HashToken), LinkNumber which one it
	// is: another address gets another link. Ticket is how the code shown at the door is.
	Link       string `json:"link,omitempty"`
	LinkNumber int    `json:"link_number"`
	Ticket     string `json:"ticket,omitempty"`

	Diet       string    `json:"diet,omitempty"`   // seen by the organiser and the caterer alone, erased NeedsKept after
	Access     string    `json:"access,omitempty"` // the same
	Photos     string    `json:"photos,omitempty"` // PhotosYes, PhotosNo, "" = not said
	Dates      []string  `json:"dates,omitempty"`  // of a poll: those that suit
	PolledAt   time.Time `json:"polled_at,omitzero"`
	Said       Answer    `json:"said,omitempty"` // what a calendar program answered for the guest: it counts once somebody confirms it
	SaidAt     time.Time `json:"said_at,omitzero"`
	From       string    `json:"from,omitempty"` // guest who proposed this one
	To         string    `json:"to,omitempty"`   // guest who comes instead
	CalledAt   time.Time `json:"called_at,omitzero"`
	Remark     string    `json:"remark,omitempty"`   // of the organiser, after a call
	Training   string    `json:"training,omitempty"` // what the guest asks to be trained in
	TrainingAt time.Time `json:"training_at,omitzero"`

	CreatedAt time.Time       `json:"created_at"`
	UpdatedAt time.Time       `json:"updated_at"`
	Rev       int64           `json:"rev"`
	Trace     []sourcing.Step `json:"trace,omitempty"` // what the guest said, and when
}

// Consents of a guest to pictures.
const (
	PhotosYes = "oui"
	PhotosNo  = "non"
)

// Note adds a line to what is known of a guest's answers.
func (g *Guest) Note(at time.Time, by, what, text string) {
	g.UpdatedAt = at.UTC()
	g.Rev++
	g.Trace = append(g.Trace, sourcing.Step{At: at.UTC(), By: by, What: what, Note: text})
	if extra := len(g.Trace) - MaxTrace; extra > 0 {
		g.Trace = slices.Delete(g.Trace, 0, extra)
	}
}

// Checkin is a scan at the door, or a name found on the list: it never changes. Its id is
// made on the device, so that what is sent again, in any order, is stored once.
type Checkin struct {
	ID       string    `json:"id"`
	Event    string    `json:"event"`
	Guest    string    `json:"guest,omitempty"` // "" of a code that names nobody
	Device   string    `json:"device"`          // made by the browser of the device
	By       string    `json:"by,omitempty"`    // person at the door
	At       time.Time `json:"at"`              // by the clock of the device
	Skew     int64     `json:"skew,omitempty"`  // ms that the clock of the device is behind the portal's
	Received time.Time `json:"received"`        // by the portal
	Way      Way       `json:"way"`
	Offline  bool      `json:"offline,omitempty"`
	Result   Result    `json:"result"` // what the device told the people at the door
	Party    int       `json:"party,omitempty"`
	Code     string    `json:"code,omitempty"` // what a failed scan read, cut
}

// Way is how somebody was let in.
type Way string

// Ways.
const (
	ByCode Way = "code" // QR
	ByName Way = "nom"
	WalkIn Way = "sur-place"
)

// Result is what was told at the door.
type Result string

// Results.
const (
	Entered Result = "entre"
	Already Result = "deja"       // was let in before
	Unknown Result = "inconnu"    // the code is nobody's
	Foreign Result = "autre"      // the code is of another event
	NotDue  Result = "sans-place" // is a guest, and holds no place
	Undone  Result = "annule"     // the entry that it names was a mistake: Code is its id
)

// When is when it happened, by the clock of the portal.
func (c *Checkin) When() time.Time { return c.At.Add(time.Duration(c.Skew) * time.Millisecond) }
