package event

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// Bounds of rencontres.
const (
	MaxEncounters      = 500 // of an event
	MaxGuestEncounters = 20  // that one guest notes
	MaxUses            = 10  // sourçages that one enters
)

// EncounterKind is how a buyer and a structure met.
type EncounterKind string

// Kinds of rencontres.
const (
	MetThere     EncounterKind = "rencontre" // during the event
	Appointment  EncounterKind = "rendez-vous"
	VisitedThere EncounterKind = "visite" // of the company: a line of the log of visits
)

// EncounterKinds lists them in the order in which they are offered.
var EncounterKinds = []EncounterKind{MetThere, Appointment, VisitedThere}

var encounterLabels = map[EncounterKind]string{MetThere: "Rencontre pendant l’événement", Appointment: "Rendez-vous pris à la suite", VisitedThere: "Visite de l’entreprise"}

// Label is the kind as shown to people, in French.
func (k EncounterKind) Label() string { return encounterLabels[k] }

// Sides of a rencontre.
const (
	BuyerSide     = "acheteur"
	StructureSide = "structure"
)

// Met is one side of a rencontre: a guest of the event, or somebody who is only named.
type Met struct {
	Guest       string    `json:"guest,omitempty"`     // id
	Structure   string    `json:"structure,omitempty"` // id in the directory
	Body        string    `json:"body,omitempty"`      // what the person works for
	Name        string    `json:"name,omitempty"`
	Told        string    `json:"told,omitempty"` // what was written before it was said which guest that is
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	DeniedAt    time.Time `json:"denied_at,omitzero"`
}

// Shown is the side in words.
func (m *Met) Shown() string {
	switch {
	case m.Name == "" && m.Body == "":
		return "Nom effacé"
	case m.Name == "":
		return m.Body
	case m.Body == "":
		return m.Name
	}
	return m.Name + ", " + m.Body
}

// Use is a sourçage that a rencontre became an exchange of.
type Use struct {
	Operation string    `json:"operation"`
	Exchange  string    `json:"exchange"`
	At        time.Time `json:"at"`
	By        string    `json:"by"`
}

// Encounter is that a buyer and a structure met: one document. Each side confirms its own
// part, by its personal link; who notes it confirms by that. Confirmed by both, it may
// become an exchange of a sourçage.
type Encounter struct {
	ID           string        `json:"id"` // chosen by the form: sent twice, it is one
	Event        string        `json:"event"`
	Organisation string        `json:"organisation"`
	Kind         EncounterKind `json:"kind"`
	Day          time.Time     `json:"day"`
	Buyer        Met           `json:"buyer"`
	Supplier     Met           `json:"supplier"`
	Subject      string        `json:"subject,omitempty"`
	Next         string        `json:"next,omitempty"`     // what was agreed on
	NotedBy      string        `json:"noted_by,omitempty"` // id of a person, "" of a guest
	Guest        string        `json:"guest,omitempty"`    // id of the guest who noted it
	Demo         bool          `json:"demo,omitempty"`
	Uses         []Use         `json:"uses,omitempty"`

	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Rev       int64     `json:"rev"`
}

// EncounterState is how the two sides stand to it.
type EncounterState string

// States of rencontres.
const (
	EncounterAlone  EncounterState = "a-rapprocher" // one side is no guest of the event yet
	EncounterWaits  EncounterState = "a-confirmer"
	EncounterAgreed EncounterState = "confirmee"
	EncounterDenied EncounterState = "contestee"
)

var encounterStates = map[EncounterState]string{EncounterAlone: "À rapprocher d’un invité", EncounterWaits: "À confirmer", EncounterAgreed: "Confirmée par les deux", EncounterDenied: "Contestée"}

// Label is the state as shown to people, in French.
func (s EncounterState) Label() string { return encounterStates[s] }

// State is how the two sides stand to it.
func (x *Encounter) State() EncounterState {
	switch {
	case !x.Buyer.DeniedAt.IsZero() || !x.Supplier.DeniedAt.IsZero():
		return EncounterDenied
	case !x.Buyer.ConfirmedAt.IsZero() && !x.Supplier.ConfirmedAt.IsZero():
		return EncounterAgreed
	case x.Buyer.Guest == "" || x.Supplier.Guest == "":
		return EncounterAlone
	}
	return EncounterWaits
}

// SideOf is the side of a guest in it, nil for who is not in it; other is the one across.
func (x *Encounter) SideOf(guest string) (own, other *Met) {
	switch guest {
	case "":
		return nil, nil
	case x.Buyer.Guest:
		return &x.Buyer, &x.Supplier
	case x.Supplier.Guest:
		return &x.Supplier, &x.Buyer
	}
	return nil, nil
}

// MetSide is the side on which a role stands.
func (r Role) MetSide() string {
	if r == AsStructure {
		return StructureSide
	}
	return BuyerSide
}

// Side gives one by its name.
func (x *Encounter) Side(name string) *Met {
	if name == StructureSide {
		return &x.Supplier
	}
	return &x.Buyer
}

// Check says what of a rencontre cannot be stored, by field.
func (x *Encounter) Check(e *Event, at time.Time) map[string]account.Fault {
	faults := map[string]account.Fault{}
	if !slices.Contains(EncounterKinds, x.Kind) {
		faults["kind"] = "Choisissez la forme."
	}
	switch {
	case x.Day.IsZero():
		faults["day"] = "Indiquez le jour."
	case x.Day.After(at):
		faults["day"] = "Ce jour n’est pas encore passé."
	}
	for side, m := range map[string]*Met{"buyer": &x.Buyer, "supplier": &x.Supplier} {
		if fault := m.fault(e); fault != "" {
			faults[side] = fault
		}
	}
	if x.Buyer.Guest != "" && x.Buyer.Guest == x.Supplier.Guest {
		faults["supplier"] = "On ne se rencontre pas soi-même."
	}
	for field, text := range map[string]string{"subject": x.Subject, "next": x.Next} {
		if utf8.RuneCountInString(text) > MaxRemark {
			faults[field] = "500 caractères au plus."
		}
	}
	return faults
}

// fault says what is wrong with one side, "" when nothing is.
func (m *Met) fault(e *Event) account.Fault {
	switch {
	case m.Guest == "" && m.Body == "" && m.Name == "":
		return "Dites qui : un invité, ou un nom."
	case utf8.RuneCountInString(m.Body) > MaxTitle || utf8.RuneCountInString(m.Name) > MaxTitle:
		return "150 caractères au plus."
	case m.Guest != "" && e.Seat(m.Guest) == nil:
		return "Cette personne n’est pas sur la liste des invités."
	}
	return ""
}

// Begin makes of what a form of a member says a new rencontre.
func (x *Encounter) Begin(m buyer.Member, e *Event, at time.Time) error {
	if err := e.writable(m); err != nil {
		return err
	}
	if err := e.Meets(); err != nil {
		return err
	}
	for _, fault := range x.Check(e, at) {
		return fault
	}
	x.NotedBy, x.Guest = m.Person, ""
	x.begin(e, at)
	return nil
}

// Tell makes of what a guest says a new one, which the guest has confirmed so.
func (x *Encounter) Tell(guest string, e *Event, at time.Time) error {
	s := e.Seat(guest)
	if s == nil || !s.Active() {
		return ErrNoSeat
	}
	if err := e.Meets(); err != nil {
		return err
	}
	if st := e.State(at); st != Past && st != Running {
		return account.Fault("Les rencontres se notent une fois l’événement commencé.")
	}
	for _, fault := range x.Check(e, at) {
		return fault
	}
	x.NotedBy, x.Guest = "", guest
	own, _ := x.SideOf(guest)
	if own == nil {
		return account.ErrNotAllowed
	}
	x.begin(e, at)
	own.ConfirmedAt = at.UTC()
	return nil
}

// Meets refuses events of which it is told nowhere who came, and those whose names are
// gone: a name that is noted later would stay for ever.
func (e *Event) Meets() error {
	if !e.LapsedAt.IsZero() {
		return ErrOver
	}
	if e.Kind.Discreet() {
		return account.Fault("On ne note pas de rencontres à un événement de ce genre : qui y vient ne se dit nulle part.")
	}
	return nil
}

func (x *Encounter) begin(e *Event, at time.Time) {
	x.Event, x.Organisation, x.Demo = e.ID, e.Organisation, e.Demo
	x.Day, x.CreatedAt, x.UpdatedAt, x.Rev = x.Day.UTC(), at.UTC(), at.UTC(), 1
	for _, m := range []*Met{&x.Buyer, &x.Supplier} {
		m.ConfirmedAt, m.DeniedAt = time.Time{}, time.Time{}
	}
	x.Uses = nil
}

// Match says which guest a side is, of one that was only named. Who it is then confirms.
func (x *Encounter) Match(m buyer.Member, e *Event, side string, who Met, rev int64, at time.Time) error {
	if err := e.writable(m); err != nil {
		return err
	}
	was := x.Side(side)
	switch {
	case x.Event != e.ID:
		return account.ErrNotAllowed
	case was.Guest != "":
		return sourcing.ErrUnchanged
	case x.Rev != rev:
		return sourcing.ErrStale
	case e.Seat(who.Guest) == nil:
		return account.Fault("Cette personne n’est pas sur la liste des invités.")
	}
	if own, _ := x.SideOf(who.Guest); own != nil {
		return account.Fault("On ne se rencontre pas soi-même.")
	}
	who.ConfirmedAt, who.DeniedAt, who.Told = time.Time{}, time.Time{}, was.Shown()
	*was = who
	x.Rev, x.UpdatedAt = rev+1, at.UTC()
	return nil
}

// Judge notes that a guest confirms its part, or contests it.
func (x *Encounter) Judge(guest string, agrees bool, at time.Time) error {
	own, _ := x.SideOf(guest)
	if own == nil {
		return ErrNoSeat
	}
	switch {
	case agrees && !own.ConfirmedAt.IsZero(), !agrees && !own.DeniedAt.IsZero():
		return sourcing.ErrUnchanged
	case len(x.Uses) > 0:
		return account.Fault("Cette rencontre est versée à un sourçage : elle ne change plus.")
	}
	own.ConfirmedAt, own.DeniedAt = time.Time{}, time.Time{}
	if agrees {
		own.ConfirmedAt = at.UTC()
	} else {
		own.DeniedAt = at.UTC()
	}
	x.Rev, x.UpdatedAt = x.Rev+1, at.UTC()
	return nil
}

// Enters notes that it becomes an exchange of a sourçage: once a sourçage, and only when
// both sides have confirmed.
func (x *Encounter) Enters(operation, exchange, by string, at time.Time) error {
	if x.State() != EncounterAgreed && stands(GuardTwoSides) {
		return account.Fault("Une rencontre entre dans un sourçage quand les deux parties l’ont confirmée.")
	}
	if slices.ContainsFunc(x.Uses, func(u Use) bool { return u.Operation == operation }) {
		return sourcing.ErrUnchanged
	}
	if len(x.Uses) >= MaxUses {
		return account.Fault("Cette rencontre est déjà versée à dix sourçages.")
	}
	x.Uses = append(x.Uses, Use{operation, exchange, at.UTC(), by})
	x.UpdatedAt, x.Rev = at.UTC(), x.Rev+1
	return nil
}

// Exchange is the rencontre as an exchange of a sourçage.
func (x *Encounter) Exchange(id, supplier, place string) sourcing.Exchange {
	kind := sourcing.AtEvent
	if x.Kind == VisitedThere {
		kind = sourcing.CompanyVisit
	}
	out := sourcing.Exchange{ID: id, Supplier: supplier, Kind: kind, At: x.Day, Place: cut(place, MaxTitle), Minutes: strings.TrimSpace(x.Subject + "\n" + x.Next)}
	if n := x.Buyer.Shown(); n != "" {
		out.Ours = []string{n}
	}
	if n := x.Supplier.Shown(); n != "" {
		out.Theirs = []string{n}
	}
	return out
}

// ShownTo is how the other side is named to a guest: to who told of the rencontre, in the
// guest's own words until the other confirms, since it says nothing of who is invited.
func (x *Encounter) ShownTo(guest string) string {
	_, other := x.SideOf(guest)
	if x.Guest == guest && other.ConfirmedAt.IsZero() && other.Told != "" {
		return other.Told
	}
	return other.Shown()
}

// Forget takes the name of a guest out of it. sourcing.ErrUnchanged when it is gone.
func (x *Encounter) Forget(guest string, at time.Time) error {
	own, _ := x.SideOf(guest)
	if own == nil || own.Name == "" && own.Told == "" {
		return sourcing.ErrUnchanged
	}
	own.Name, own.Told = "", ""
	x.Rev, x.UpdatedAt = x.Rev+1, at.UTC()
	return nil
}

// Anonymise takes out of it all that may name somebody: of a side that is no guest, the
// words that say who it was too.
func (x *Encounter) Anonymise(at time.Time) error {
	for _, m := range []*Met{&x.Buyer, &x.Supplier} {
		if m.Name, m.Told = "", ""; m.Guest == "" {
			m.Body = ""
		}
	}
	x.Subject, x.Next = "", ""
	x.Rev, x.UpdatedAt = x.Rev+1, at.UTC()
	return nil
}

func cut(text string, most int) string {
	letters := []rune(text)
	return string(letters[:min(len(letters), most)])
}

// Persons are those whom it names by an account.
func (x *Encounter) Persons() []string {
	out := []string{x.NotedBy}
	for i := range x.Uses {
		out = append(out, x.Uses[i].By)
	}
	return slices.DeleteFunc(out, func(id string) bool { return id == "" })
}
