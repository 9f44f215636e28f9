// Package event holds events to which an organisation invites buyers and structures:
// seats, answers, the waiting list, the door, what was met. Rules only, no I/O. Amounts
// are cents; times are UTC, shown in Europe/Paris. An event with its seats is one document,
// so that its capacity holds whatever the concurrency.
package event

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// Bounds. An event stays below 1 MB (TestEventFits).
const (
	MaxEvents     = 2000 // of an organisation
	MaxSeats      = 5000
	MaxCapacity   = 5000
	MaxParty      = 10
	MaxTitle      = 150  // letters
	MaxSummary    = 300  // letters
	MaxText       = 4000 // letters
	MaxSessions   = 30
	MaxPitches    = 40 // of an event
	MaxPartners   = 20
	MaxDates      = 8 // of a poll
	MaxBudget     = 40
	MaxSendings   = 60
	MaxLetter     = 1500 // letters of what the organiser writes
	MaxPromotions = 500  // kept, the last ones
	MaxVisits     = 60
	MaxMet        = 1000 // structures that came
	OfferHours    = 9    // working hours that an offer lasts, unless the organiser says otherwise: a day
	MaxOfferHours = 45
	// MaxSettingsBytes is how large an event may be as people write it, without its seats.
	MaxSettingsBytes = 180_000
)

// Refusals of an event.
const (
	ErrOver      = account.Fault("Cet événement est passé.")
	ErrCalledOff = account.Fault("Cet événement est annulé.")
	ErrDraft     = account.Fault("Cet événement est encore en préparation : ouvrez d’abord les inscriptions.")
	ErrShut      = account.Fault("Les inscriptions sont closes.")
	ErrNoSeat    = account.Fault("Cette invitation n’a plus cours.")
	ErrFullList  = account.Fault("La liste compte déjà 5 000 invités.")
	ErrLarge     = account.Fault("Cet événement contient trop de texte : raccourcissez le programme, le bilan ou le message.")
)

// Kind is what sort of event it is.
type Kind string

// Kinds.
const (
	Matinale    Kind = "matinale"
	Masterclass Kind = "masterclass"
	Breakfast   Kind = "petit-dejeuner"
	Workshop    Kind = "atelier"
	Training    Kind = "formation"
	Assises     Kind = "assises"
	Meeting     Kind = "rencontre"
	Fair        Kind = "salon"
	Visit       Kind = "visite"
	Webinar     Kind = "webinaire"
	HandiCafe   Kind = "handicafe"
	DuoDay      Kind = "duoday"
	External    Kind = "externe" // of others: who went, and what it gave
	OtherKind   Kind = "autre"
)

// Kinds lists them in the order in which they are offered.
var Kinds = []Kind{Matinale, Masterclass, Breakfast, Workshop, Training, Assises, Meeting, Fair, Visit, Webinar, HandiCafe, DuoDay, External, OtherKind}

var kindLabels = map[Kind]string{
	Matinale: "Matinale", Masterclass: "Masterclass", Breakfast: "Petit-déjeuner", Workshop: "Atelier", Training: "Formation", Assises: "Assises", Meeting: "Rencontre", Fair: "Salon",
	Visit: "Visite d’entreprise", Webinar: "Webinaire", HandiCafe: "HandiCafé", DuoDay: "DuoDay", External: "Événement extérieur", OtherKind: "Autre événement",
}

// Label is the kind as shown to people, in French.
func (k Kind) Label() string { return kindLabels[k] }

// Discreet reports whether who came is told nowhere but to the organiser: having been at a
// DuoDay or a HandiCafé says something of one's health.
func (k Kind) Discreet() bool { return k == DuoDay || k == HandiCafe }

// Access is who may register.
type Access string

// Accesses.
const (
	ByInvitation Access = "invitation" // who is invited
	OpenToAll    Access = "ouvert"     // whoever asks, on the public page
	Moderated    Access = "modere"     // whoever asks, and the organiser says yes
)

// Accesses lists them.
var Accesses = []Access{ByInvitation, OpenToAll, Moderated}

var accessLabels = map[Access]string{ByInvitation: "Sur invitation", OpenToAll: "Ouvert à tous", Moderated: "Sur demande, acceptée par l’organisateur"}

// Label is the access as shown to people, in French.
func (a Access) Label() string { return accessLabels[a] }

// Place is where an event is held, or how one joins it.
type Place struct {
	Name       string  `json:"name,omitempty"`
	Address    string  `json:"address,omitempty"`
	Commune    string  `json:"commune,omitempty"` // INSEE code
	City       string  `json:"city,omitempty"`
	Latitude   float64 `json:"latitude,omitempty"`
	Longitude  float64 `json:"longitude,omitempty"`
	Accessible string  `json:"accessible,omitempty"` // access for disabled people, in words
	Way        string  `json:"way,omitempty"`        // how to come
	Link       string  `json:"link,omitempty"`       // https, of an event on line: told to who comes
}

// Online reports whether one comes by a link alone.
func (p *Place) Online() bool { return p.Name+p.Address+p.City == "" && p.Link != "" }

// Room is how many may come.
type Room struct {
	Capacity int          `json:"capacity"`            // people
	Quotas   map[Role]int `json:"quotas,omitempty"`    // most of a role; none = the capacity
	PerSIREN int          `json:"per_siren,omitempty"` // most of one SIREN; 0 = no cap
	Party    int          `json:"party,omitempty"`     // most people that one guest may bring, with the guest; 0 or 1 = alone
}

// Session is a part of the programme.
type Session struct {
	ID      string    `json:"id"`
	Starts  time.Time `json:"starts"`
	Ends    time.Time `json:"ends"`
	Title   string    `json:"title"`
	Text    string    `json:"text,omitempty"`
	Where   string    `json:"where,omitempty"`
	Pitches []Pitch   `json:"pitches,omitempty"` // in the order in which they speak
}

// Pitch is the time of somebody who presents.
type Pitch struct {
	ID        string `json:"id"`
	Structure string `json:"structure,omitempty"` // id in the directory, "" of who is not there
	Name      string `json:"name"`
	Topic     string `json:"topic,omitempty"`
	Minutes   int    `json:"minutes,omitempty"`
}

// Partner is who prepares the event with the organiser.
type Partner struct {
	ID           string `json:"id"` // within the event: « p1 »
	Name         string `json:"name"`
	Organisation string `json:"organisation,omitempty"` // id, of one that has accounts
	Invites      bool   `json:"invites,omitempty"`      // co-organiser: adds guests, and sees those alone
	Relay        string `json:"relay,omitempty"`        // account.HashToken of the link by which it relays the invitation
}

// DateOption is a date of a poll.
type DateOption struct {
	ID     string    `json:"id"`
	Starts time.Time `json:"starts"`
	Ends   time.Time `json:"ends"`
}

// Sending is what went to many guests at once.
type Sending struct {
	Number int64     `json:"number"`
	Notice Notice    `json:"notice"`
	Text   string    `json:"text,omitempty"` // what the organiser wrote
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"`
	Count  int       `json:"count"`
	Seal   string    `json:"seal,omitempty"` // of what was shown before it went (Event.Seal)
}

// Promotion is a freed place that was offered: to whom, and who was passed over since the
// place did not suit a quota of theirs.
type Promotion struct {
	Guest  string    `json:"guest"`
	Rank   int64     `json:"rank"`
	At     time.Time `json:"at"`
	Passed int       `json:"passed,omitempty"` // guests of a lower rank whom the freed place does not suit
}

// BudgetLine is a cost, in cents, all taxes included.
type BudgetLine struct {
	ID        string `json:"id"`
	Label     string `json:"label"`
	Line      string `json:"line,omitempty"` // of the budget
	Planned   int64  `json:"planned,omitempty"`
	Committed int64  `json:"committed,omitempty"`
	Actual    int64  `json:"actual,omitempty"`
}

// Event is one, with its seats.
type Event struct {
	ID           string    `json:"id"` // chosen by the form: sent twice, it is one event
	Organisation string    `json:"organisation"`
	Kind         Kind      `json:"kind"`
	Title        string    `json:"title"`
	Series       string    `json:"series,omitempty"` // « Matinales des achats responsables »
	Summary      string    `json:"summary,omitempty"`
	Text         string    `json:"text,omitempty"`
	Starts       time.Time `json:"starts,omitzero"` // zero while a poll looks for the date
	Ends         time.Time `json:"ends,omitzero"`
	Place        Place     `json:"place,omitzero"`
	Programme    []Session `json:"programme,omitempty"`
	Partners     []Partner `json:"partners,omitempty"`
	Access       Access    `json:"access"`
	Room         Room      `json:"room"`
	RepliesUntil time.Time `json:"replies_until,omitzero"` // zero = until it starts
	OfferHours   int       `json:"offer_hours,omitempty"`  // working hours; 0 = OfferHours
	Photos       bool      `json:"photos,omitempty"`       // pictures are taken: guests are asked for consent
	Needs        bool      `json:"needs,omitempty"`        // guests are asked for dietary and accessibility needs
	Contact      string    `json:"contact,omitempty"`      // address that guests write to
	Responsible  []string  `json:"responsible,omitempty"`  // of the checklist of a responsible event: what is done
	Demo         bool      `json:"demo,omitempty"`

	Dates      []DateOption `json:"dates,omitempty"` // of the poll
	PollUntil  time.Time    `json:"poll_until,omitzero"`
	Sendings   []Sending    `json:"sendings,omitempty"`
	Promotions []Promotion  `json:"promotions,omitempty"`
	Budget     []BudgetLine `json:"budget,omitempty"`
	Balance    string       `json:"balance,omitempty"` // what it gave, in words of the organiser
	Next       string       `json:"next,omitempty"`    // what is to be better the next time
	Went       []string     `json:"went,omitempty"`    // of an external event: names of who went
	Met        []string     `json:"met,omitempty"`     // structures that came, ids: none of a discreet event

	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by,omitempty"`
	UpdatedAt time.Time `json:"updated_at"`
	Rev       int64     `json:"rev"`                // how often people have written its settings
	Sequence  int64     `json:"sequence,omitempty"` // of the calendar: how often time or place changed, once it was open
	LastRank  int64     `json:"last_rank,omitempty"`
	Sent      int64     `json:"sent,omitempty"`    // number of the last sending
	LastID    int       `json:"last_id,omitempty"` // of the last id given within it

	// What has happened; State derives from it.
	OpenedAt     time.Time `json:"opened_at,omitzero"`    // for registrations
	PublishedAt  time.Time `json:"published_at,omitzero"` // on the public page
	ShutAt       time.Time `json:"shut_at,omitzero"`      // registrations, by hand
	CancelledAt  time.Time `json:"cancelled_at,omitzero"`
	Reason       string    `json:"reason,omitempty"`
	SettledAt    time.Time `json:"settled_at,omitzero"`     // attendance is complete: Met says who came
	SurveyedAt   time.Time `json:"surveyed_at,omitzero"`    // the survey was sent
	SurveyShutAt time.Time `json:"survey_shut_at,omitzero"` // it takes answers until then
	LapsedAt     time.Time `json:"lapsed_at,omitzero"`      // names and addresses of guests are gone

	History []sourcing.Step `json:"history,omitempty"` // the last, the newest last
	Seats   []Seat          `json:"seats,omitempty"`   // in the order in which they came
}

// WrittenBytes is how large the event is as people have written it: without its seats, and
// what it gathers by itself.
func (e *Event) WrittenBytes() int {
	own := *e
	own.Seats, own.Promotions, own.Met, own.History = nil, nil, nil, nil
	text, _ := json.Marshal(&own) // a struct of texts, numbers and times
	return len(text)
}

// State is how far an event is.
type State string

// States.
const (
	Drafted State = "preparation"
	Open    State = "ouvert"
	Shut    State = "clos" // registrations are
	Running State = "encours"
	Past    State = "passe"
	Called  State = "annule"
)

// States lists them in the order in which pages show them.
var States = []State{Drafted, Open, Shut, Running, Past, Called}

var stateLabels = map[State]string{Drafted: "En préparation", Open: "Inscriptions ouvertes", Shut: "Inscriptions closes", Running: "En cours", Past: "Passé", Called: "Annulé"}

// Label is the state as shown to people, in French.
func (s State) Label() string { return stateLabels[s] }

// State is how far the event is at a time.
func (e *Event) State(at time.Time) State {
	switch {
	case !e.CancelledAt.IsZero():
		return Called
	case !e.Ends.IsZero() && !at.Before(e.Ends):
		return Past
	case !e.Starts.IsZero() && !at.Before(e.Starts):
		return Running
	case e.OpenedAt.IsZero():
		return Drafted
	case !e.ShutAt.IsZero() || !e.RepliesUntil.IsZero() && !at.Before(e.RepliesUntil):
		return Shut
	}
	return Open
}

// Hosts reports whether the member prepares events of the organisation.
func Hosts(m buyer.Member) bool { return m.Organisation != "" && m.Role == account.Organiser }

// Attends reports whether the member reads the events of the organisation: its agenda,
// their figures.
func Attends(m buyer.Member) bool { return Hosts(m) || sourcing.Plans(m) }

// Side is the partner as which a member sees the event: "" for the organiser's own people.
// False for who does not see it.
func (e *Event) Side(m buyer.Member) (partner string, ok bool) {
	if m.Organisation == "" {
		return "", false
	}
	if m.Organisation == e.Organisation {
		return "", Attends(m)
	}
	for i := range e.Partners {
		if p := &e.Partners[i]; p.Organisation == m.Organisation && p.Invites {
			return p.ID, Hosts(m)
		}
	}
	return "", false
}

// writable refuses who does not prepare the event.
func (e *Event) writable(m buyer.Member) error {
	if !Hosts(m) || m.Organisation != e.Organisation {
		return account.ErrNotAllowed
	}
	return nil
}

// Begin makes of what a form says a new event of the member's organisation.
func (e *Event) Begin(m buyer.Member, at time.Time) error {
	if !Hosts(m) {
		return account.ErrNotAllowed
	}
	e.Organisation, e.CreatedBy, e.CreatedAt, e.UpdatedAt, e.Rev = m.Organisation, m.Person, at.UTC(), at.UTC(), 1
	e.note(at, m.Person, "event.create", "")
	return nil
}

// NextID is an id within the event, never one of before.
func (e *Event) NextID(kind string) string {
	e.LastID++
	return kind + strconv.Itoa(e.LastID)
}

// maxSteps bounds the history of an event.
const maxSteps = 100

func (e *Event) note(at time.Time, by, what, text string) {
	e.History = append(e.History, sourcing.Step{At: at.UTC(), By: by, What: what, Note: text})
	if extra := len(e.History) - maxSteps; extra > 0 {
		e.History = slices.Delete(e.History, 0, extra)
	}
}

// written notes what a member did, as a new revision.
func (e *Event) written(m buyer.Member, what, text string, at time.Time) {
	e.Rev, e.UpdatedAt = e.Rev+1, at.UTC()
	e.note(at, m.Person, what, text)
}

// Seat finds the seat of a guest, nil when there is none.
func (e *Event) Seat(guest string) *Seat {
	i := slices.IndexFunc(e.Seats, func(s Seat) bool { return s.Guest == guest })
	if i < 0 {
		return nil
	}
	return &e.Seats[i]
}

// Partner finds one, nil when there is none.
func (e *Event) Partner(id string) *Partner {
	i := slices.IndexFunc(e.Partners, func(p Partner) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &e.Partners[i]
}

// Persons are those whom the event names, each once.
func (e *Event) Persons() []string {
	out := []string{e.CreatedBy}
	for i := range e.History {
		out = append(out, e.History[i].By)
	}
	for i := range e.Sendings {
		out = append(out, e.Sendings[i].By)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(id string) bool { return id == "" })
}
