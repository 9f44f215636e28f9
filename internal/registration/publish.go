package registration

import (
	"fmt"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Version is a sheet as it was published. Its number never comes back.
type Version struct {
	N     int64          `json:"n"`
	Sheet Sheet          `json:"sheet"`
	By    string         `json:"by"` // person
	At    time.Time      `json:"at"`
	Rev   int64          `json:"rev"` // of the draft that it was
	Revs  map[Part]int64 `json:"revs,omitempty"`
	// Restores is the number of the version that it brings back, 0 for none.
	Restores int64 `json:"restores,omitempty"`
	Renews   bool  `json:"renews,omitempty"` // what it says of availability, and changes nothing else
	// Checked are the agreements that somebody of the portal has found true.
	Checked []Declared `json:"checked,omitempty"`
}

// Submission is a sheet that awaits somebody of the portal, frozen: its author may
// go on writing.
type Submission struct {
	ID           string            `json:"id"`
	Organisation string            `json:"organisation"`
	By           string            `json:"by"` // person
	At           time.Time         `json:"at"`
	Sheet        Sheet             `json:"sheet"`
	Rev          int64             `json:"rev"`              // of the draft that was sent
	Fields       []structure.Field `json:"fields,omitempty"` // what is to be checked; all of it without an owner
}

// Outcome is what a moderator decides.
type Outcome string

// Outcomes.
const (
	Accepted Outcome = "accepted"
	ToChange Outcome = "to_change" // the structure is asked for a change
	Refused  Outcome = "refused"
)

var outcomeLabels = map[Outcome]string{Accepted: "acceptée", ToChange: "correction demandée", Refused: "refusée"}

// Label is the outcome as shown to people, in French.
func (o Outcome) Label() string { return outcomeLabels[o] }

// Decision is an answer of the portal to a structure.
type Decision struct {
	Submission   string    `json:"submission,omitempty"` // "" of a request alone
	Organisation string    `json:"organisation"`
	Outcome      Outcome   `json:"outcome"`
	Reason       string    `json:"reason,omitempty"` // told to the structure
	By           string    `json:"by"`
	At           time.Time `json:"at"`
}

// Bounds of a reason, in letters: who is refused must be able to act on it.
const (
	MinReason = 10
	MaxReason = 1000
)

// Held lists what a sheet says that must be checked first: agreements that no source
// confirms, and a name that is not the one of an official source.
func Held(sheet *Sheet, shown *structure.Structure, on structure.Date) (fields []structure.Field) {
	if slices.ContainsFunc(sheet.Kinds, func(d Declared) bool { return !slices.Contains(shown.KindsInForce(on), d.Kind) }) {
		fields = append(fields, structure.FieldAgreements)
	}
	if o, named := shown.Origins[structure.FieldName]; named && o.Source != structure.SourceSelf &&
		sheet.Name != "" && territory.Fold(sheet.Name) != territory.Fold(shown.Name) && territory.Fold(sheet.Name) != territory.Fold(shown.TradeName) {
		fields = append(fields, structure.FieldName)
	}
	return fields
}

// Publish makes the draft the newest version, but for what must be checked first,
// which is submitted; a sheet without a proven owner is submitted as a whole. shown
// is the structure as it is, the zero value when there is none yet. ErrStale when the
// draft was saved since the page was shown. ErrNotYours, ErrNothing, a Fault that says
// what is missing.
func (r *Registration) Publish(organisation, person string, rev int64, shown *structure.Structure, at time.Time) error {
	d := r.DraftOf(organisation)
	switch {
	case !r.Writes(organisation):
		return ErrNotYours
	case d == nil:
		return ErrNothing
	case d.Rev > rev:
		return ErrStale
	case len(d.Sheet.Needs()) > 0:
		return account.Fault("Avant de publier, dites ce que vous proposez, où, et comment vous joindre.")
	}
	if !r.Holds(organisation) {
		return r.submit(organisation, person, d, nil, at)
	}
	sheet := d.Sheet.clone()
	if held := Held(&sheet, shown, structure.DateOf(at)); len(held) > 0 {
		if err := r.submit(organisation, person, d, held, at); err != nil {
			return err
		}
		withhold(&sheet, shown, held)
	}
	if last := r.Last(); last == nil || !sameSheet(&last.Sheet, &sheet) {
		r.addVersion(Version{Sheet: sheet, By: person, At: at.UTC(), Rev: d.Rev, Revs: d.Revs})
	}
	r.Draft = nil
	return nil
}

// withhold takes what must be checked out of what is published at once.
func withhold(sheet *Sheet, shown *structure.Structure, held []structure.Field) {
	for _, field := range held {
		switch field {
		case structure.FieldAgreements:
			sheet.Kinds = nil
		case structure.FieldName:
			sheet.Name = shown.Name
		}
	}
}

func (r *Registration) submit(organisation, person string, d *Draft, fields []structure.Field, at time.Time) error {
	if r.Submission != nil && r.Submission.Organisation != organisation {
		return account.Fault("Une autre organisation a déjà proposé cette fiche : l’équipe du portail doit d’abord lui répondre.")
	}
	r.Submission = &Submission{
		ID: account.NewID(), Organisation: organisation, By: person, At: at.UTC(), Sheet: d.Sheet.clone(), Rev: d.Rev, Fields: fields,
	}
	return nil
}

// Decide answers a submission. Accepted, it is published as it was sent, and an
// organisation that only asked becomes the owner, by the moderator's word. Asked to
// change or refused, nothing is published and the draft stays with its author.
// ErrDecided when another moderator was quicker, ErrSentAgain when the structure has
// sent another.
func (r *Registration) Decide(submission string, outcome Outcome, reason, moderator string, at time.Time) error {
	p := r.Submission
	switch {
	case p == nil:
		return ErrDecided
	case p.ID != submission:
		return ErrSentAgain
	}
	reason, err := CleanText(reason, MaxReason)
	if err != nil {
		return err
	}
	if outcome != Accepted && utf8.RuneCountInString(reason) < MinReason {
		return account.Fault(fmt.Sprintf("Donnez une raison de %d lettres au moins : la structure la recevra.", MinReason))
	}
	if outcome == Accepted {
		if err := r.accept(p, at); err != nil {
			return err
		}
	}
	r.Submission = nil
	r.decided(Decision{Submission: p.ID, Organisation: p.Organisation, Outcome: outcome, Reason: reason, By: moderator, At: at.UTC()})
	return nil
}

func (r *Registration) accept(p *Submission, at time.Time) error {
	if r.Owner == "" {
		if err := r.Grant(p.Organisation, ProofModerator, at); err != nil {
			return err
		}
	}
	if !r.Holds(p.Organisation) {
		return ErrOwned
	}
	sheet := p.Sheet
	if last := r.Last(); last != nil && last.Rev > p.Rev { // published since: only what was held comes on top
		sheet = last.Sheet.clone()
		for _, field := range p.Fields {
			if field == structure.FieldName {
				sheet.Name = p.Sheet.Name
			} else {
				sheet.Kinds = p.Sheet.Kinds
			}
		}
	}
	v := Version{Sheet: sheet, By: p.By, At: at.UTC(), Rev: p.Rev, Checked: sheet.Kinds}
	if last := r.Last(); last != nil {
		v.Rev, v.Revs = max(v.Rev, last.Rev), last.Revs
	}
	r.addVersion(v)
	if r.Draft != nil && r.Draft.Rev <= p.Rev {
		r.Draft = nil // what was sent, and nothing since
	}
	return nil
}

func (r *Registration) decided(d Decision) {
	r.Decisions = append(r.Decisions, d)
	if extra := len(r.Decisions) - MaxDecisions; extra > 0 {
		r.Decisions = slices.Clone(r.Decisions[extra:])
	}
}

// Restore publishes an earlier version again, as a new one. Agreements that were
// checked since stay. ErrNotYours; ErrNothing when it is what is published.
func (r *Registration) Restore(organisation, person string, n int64, at time.Time) error {
	if !r.Holds(organisation) {
		return ErrNotYours
	}
	v, last := r.Version(n), r.Last()
	switch {
	case v == nil:
		return account.Fault("Cette version n’est plus gardée.")
	case n == last.N || sameSheet(&v.Sheet, &last.Sheet):
		return ErrNothing
	}
	next := Version{Sheet: v.Sheet.clone(), By: person, At: at.UTC(), Rev: last.Rev + 1, Revs: map[Part]int64{}, Restores: n}
	for _, part := range Parts {
		next.Revs[part] = next.Rev
	}
	next.Sheet.Kinds = last.Sheet.Kinds
	next.Sheet.Name = last.Sheet.Name
	r.addVersion(next)
	return nil
}

// addVersion numbers a version; agreements once checked stay so for as long as the
// structure tells them.
func (r *Registration) addVersion(v Version) {
	v.N = 1
	if last := r.Last(); last != nil {
		v.N = last.N + 1
		for _, d := range last.Checked {
			if !slices.Contains(v.Checked, d) {
				v.Checked = append(slices.Clone(v.Checked), d)
			}
		}
	}
	r.Versions = append(r.Versions, v)
	if extra := len(r.Versions) - MaxVersions; extra > 0 {
		r.Versions = slices.Clone(r.Versions[extra:])
	}
}

func sameSheet(a, b *Sheet) bool { return reflect.DeepEqual(a, b) }
