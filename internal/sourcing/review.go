package sourcing

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/structure"
)

// Bounds of a review.
const (
	ReviewMonths  = 24  // to come, that a review looks at
	MaxItems      = 150 // purchases of a review
	MaxPresent    = 40  // members, and as many typed names
	MaxName       = 80  // letters of a typed name
	MaxNote       = 1500
	MaxReviews    = 500 // of an organisation
	PresentMonths = 60  // after which typed names are removed from the minutes
)

// Refusals of a review.
const (
	ErrReviewClosed = account.Fault("Cette revue est close : son compte rendu ne change plus.")
	ErrManyReviews  = account.Fault("L’organisation tient déjà 500 revues.")
)

// Outcome is what a review says of a purchase. It decides nothing: the decision on a lot
// has its own way.
type Outcome string

// Outcomes.
const (
	NoOutcome Outcome = ""
	ReserveIt Outcome = "reserver"
	StudyIt   Outcome = "etudier"
	ClauseIt  Outcome = "clause"
	NothingOn Outcome = "rien"
	PutOff    Outcome = "reporter"
)

// Outcomes lists them in the order in which they are offered.
var Outcomes = []Outcome{ReserveIt, StudyIt, ClauseIt, NothingOn, PutOff}

var outcomeLabels = map[Outcome]string{NoOutcome: "Sans conclusion", ReserveIt: "À réserver", StudyIt: "À étudier", ClauseIt: "Clause d’insertion", NothingOn: "Rien de particulier", PutOff: "À reporter"}

// Label is the outcome as shown to people, in French.
func (o Outcome) Label() string { return outcomeLabels[o] }

// Review is a revue de marchés: one service, one day, its purchases to come, one after
// the other.
type Review struct {
	ID           string         `json:"id"` // chosen by the form: sent twice, it is one review
	Organisation string         `json:"organisation"`
	Service      string         `json:"service,omitempty"`      // id of a Service of the programme; "" = purchases without one
	ServiceName  string         `json:"service_name,omitempty"` // as it was on the day
	On           structure.Date `json:"on"`
	Present      []string       `json:"present,omitempty"` // ids of members
	Others       []string       `json:"others,omitempty"`  // typed names
	Items        []Item         `json:"items,omitempty"`   // in the order in which they are looked at
	More         int            `json:"more,omitempty"`    // purchases beyond MaxItems
	CreatedAt    time.Time      `json:"created_at"`
	CreatedBy    string         `json:"created_by,omitempty"`
	ClosedAt     time.Time      `json:"closed_at,omitzero"`
	ClosedBy     string         `json:"closed_by,omitempty"`
	Demo         bool           `json:"demo,omitempty"`
	Rev          int64          `json:"rev"`
}

// Item is a purchase of a review, as it was when the review began.
type Item struct {
	Purchase    string         `json:"purchase"`
	Object      string         `json:"object"`
	Publication structure.Date `json:"publication,omitempty"`
	Euros       int64          `json:"euros,omitempty"`
	Lots        int            `json:"lots,omitempty"`
	Outcome     Outcome        `json:"outcome,omitempty"`
	Note        string         `json:"note,omitempty"`
	By          string         `json:"by,omitempty"`
	At          time.Time      `json:"at,omitzero"`
	Rev         int64          `json:"rev,omitempty"` // how often it was noted
}

// Noted reports whether something was said of it.
func (i *Item) Noted() bool { return i.Outcome != NoOutcome || i.Note != "" }

// Begin makes of a form a review of the member's organisation, over the purchases of the
// service that are to come.
func (r *Review) Begin(m buyer.Member, purchases []Purchase, at time.Time) {
	r.Organisation, r.CreatedBy, r.CreatedAt, r.Rev = m.Organisation, m.Person, at.UTC(), 1
	r.ClosedAt, r.ClosedBy, r.Items, r.More = time.Time{}, "", nil, 0
	last := structure.DateOf(at).AddMonths(ReviewMonths)
	for i := range purchases {
		p := &purchases[i]
		if p.Service != r.Service || p.External != nil || p.State().Ended() || p.Publication > last {
			continue
		}
		if len(r.Items) == MaxItems {
			r.More++
			continue
		}
		r.Items = append(r.Items, Item{Purchase: p.ID, Object: p.Object, Publication: p.Publication, Euros: p.Total(), Lots: len(p.Lots)})
	}
}

// Check says what of a review cannot be kept, by field.
func (r *Review) Check() map[string]account.Fault {
	faults := map[string]account.Fault{}
	if r.On == "" {
		faults["jour"] = "Indiquez le jour de la revue."
	}
	if len(r.Present) > MaxPresent || len(r.Others) > MaxPresent {
		faults["autres"] = "Quarante personnes au plus."
	}
	if slices.ContainsFunc(r.Others, func(name string) bool { return utf8.RuneCountInString(name) > MaxName }) {
		faults["autres"] = "Un nom tient en 80 caractères : une personne par ligne."
	}
	return faults
}

// Item finds what is said of a purchase, nil when it is not of the review.
func (r *Review) Item(purchase string) *Item {
	i := slices.IndexFunc(r.Items, func(x Item) bool { return x.Purchase == purchase })
	if i < 0 {
		return nil
	}
	return &r.Items[i]
}

// Note says something of a purchase over its revision rev: ErrStale when somebody else
// has since, ErrUnchanged when it is what is there, ErrNoLot when it is not of the review.
func (r *Review) Note(m buyer.Member, purchase string, o Outcome, note string, rev int64, at time.Time) error {
	i := r.Item(purchase)
	switch {
	case !Buys(m) || m.Organisation != r.Organisation:
		return account.ErrNotAllowed
	case i == nil:
		return ErrNoLot
	case !r.ClosedAt.IsZero():
		return ErrReviewClosed
	case o != NoOutcome && !slices.Contains(Outcomes, o):
		return account.Fault("Choisissez une conclusion de la liste.")
	case i.Outcome == o && i.Note == note:
		return ErrUnchanged
	case i.Rev != rev:
		return ErrStale
	}
	i.Outcome, i.Note, i.By, i.At = o, note, m.Person, at.UTC()
	i.Rev, r.Rev = i.Rev+1, r.Rev+1
	return nil
}

// Meet writes who is there.
func (r *Review) Meet(m buyer.Member, present, others []string) error {
	switch {
	case !Buys(m) || m.Organisation != r.Organisation:
		return account.ErrNotAllowed
	case !r.ClosedAt.IsZero():
		return ErrReviewClosed
	case slices.Equal(r.Present, present) && slices.Equal(r.Others, others):
		return ErrUnchanged
	}
	r.Present, r.Others = present, others
	for _, fault := range r.Check() {
		return fault
	}
	r.Rev++
	return nil
}

// Close ends it: its minutes change no more.
func (r *Review) Close(m buyer.Member, at time.Time) error {
	switch {
	case !Buys(m) || m.Organisation != r.Organisation:
		return account.ErrNotAllowed
	case !r.ClosedAt.IsZero():
		return ErrUnchanged
	}
	r.ClosedAt, r.ClosedBy, r.Rev = at.UTC(), m.Person, r.Rev+1
	return nil
}

// Lapsed reports whether its typed names have been kept for long enough.
func (r *Review) Lapsed(on structure.Date) bool {
	return len(r.Others) > 0 && r.On.AddMonths(PresentMonths) < on
}

// Names reads typed names, one a line. An account.Fault.
func Names(text string) ([]string, error) {
	var out []string
	for line := range strings.Lines(text) {
		name, err := Line("Ce nom", line, MaxName)
		if err != nil {
			return nil, err
		}
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// Persons are those whose ids the review holds.
func (r *Review) Persons() []string {
	ids := append([]string{r.CreatedBy, r.ClosedBy}, r.Present...)
	for i := range r.Items {
		ids = append(ids, r.Items[i].By)
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
}

// Forget takes a person's id off; false when it was not there. What was noted stays with
// the organisation.
func (r *Review) Forget(person string) bool {
	n := len(r.Present)
	r.Present = slices.DeleteFunc(r.Present, func(id string) bool { return id == person })
	found := len(r.Present) < n
	ids := []*string{&r.CreatedBy, &r.ClosedBy}
	for i := range r.Items {
		ids = append(ids, &r.Items[i].By)
	}
	for _, id := range ids {
		if *id == person {
			*id, found = "", true
		}
	}
	return found
}
