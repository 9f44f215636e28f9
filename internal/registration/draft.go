package registration

import (
	"maps"
	"time"
)

// Part is one screen of a sheet: two people may write two parts at once.
type Part string

// Parts, in the order in which they are asked for.
const (
	PartActivities   Part = "activites"
	PartPlace        Part = "adresse"
	PartContact      Part = "coordonnees" // public: telephone, mail, site
	PartPresentation Part = "presentation"
	PartOffers       Part = "offres"
	PartReferences   Part = "references"
	PartLabels       Part = "labels"
	PartLogo         Part = "logo"
	PartKinds        Part = "statuts" // declared agreements
)

// Parts lists them.
var Parts = []Part{PartActivities, PartPlace, PartContact, PartPresentation, PartOffers, PartReferences, PartLabels, PartLogo, PartKinds}

var partLabels = map[Part]string{
	PartActivities: "Activités", PartPlace: "Adresse", PartContact: "Coordonnées", PartPresentation: "Présentation",
	PartOffers: "Offres", PartReferences: "Références", PartLabels: "Labels", PartLogo: "Logo", PartKinds: "Statuts et agréments",
}

// Label is the part as shown to people, in French.
func (p Part) Label() string { return partLabels[p] }

// Draft is a sheet being written.
type Draft struct {
	Sheet Sheet          `json:"sheet"`
	Rev   int64          `json:"rev"`  // raised by each save
	Revs  map[Part]int64 `json:"revs"` // that of the last save of each part
	By    string         `json:"by"`   // person
	At    time.Time      `json:"at"`
}

// NewDraft begins one from what is shown of a structure.
func NewDraft(s Sheet, person string, at time.Time) *Draft {
	return &Draft{Sheet: s, Revs: map[Part]int64{}, By: person, At: at.UTC()}
}

// DraftOf is the draft that an organisation writes, nil when it has none.
func (r *Registration) DraftOf(organisation string) *Draft {
	if r.Holds(organisation) {
		return r.Draft
	}
	if q := r.Request(organisation); q != nil && r.Owner == "" {
		return q.Draft
	}
	return nil
}

// Edit is one save of one part.
type Edit struct {
	Organisation, Person string
	Part                 Part
	// Rev is that of the draft which the page showed; 0 when there was none.
	Rev    int64
	Start  Sheet // where a first draft begins: what is shown of the structure
	At     time.Time
	Change func(*Sheet) error // its errors are Faults or Faults by field, told as they are
}

// Save changes one part of the draft, which it begins when there is none. ErrStale
// when the part was saved since the page was shown: nothing is changed then.
// ErrNotYours.
func (r *Registration) Save(e Edit) error {
	if !r.Writes(e.Organisation) {
		return ErrNotYours
	}
	d := r.DraftOf(e.Organisation)
	if d == nil {
		d = NewDraft(e.Start, e.Person, e.At)
		if last := r.Last(); last != nil { // a page shown before a publication must not write over it
			d.Rev, d.Revs = last.Rev, maps.Clone(last.Revs)
		}
	}
	if d.Revs[e.Part] > e.Rev {
		return ErrStale
	}
	next := *d
	next.Sheet = d.Sheet.clone()
	if err := e.Change(&next.Sheet); err != nil {
		return err
	}
	if err := next.Sheet.check(); err != nil {
		return err
	}
	next.Revs = maps.Clone(d.Revs)
	if next.Revs == nil {
		next.Revs = map[Part]int64{}
	}
	next.Rev++
	next.Revs[e.Part], next.By, next.At = next.Rev, e.Person, e.At.UTC()
	r.setDraft(e.Organisation, &next)
	return nil
}

// Discard throws the draft away. ErrStale when it was saved since the page was shown.
func (r *Registration) Discard(organisation string, rev int64) error {
	d := r.DraftOf(organisation)
	switch {
	case !r.Writes(organisation):
		return ErrNotYours
	case d == nil:
		return nil
	case d.Rev > rev:
		return ErrStale
	}
	r.setDraft(organisation, nil)
	return nil
}

func (r *Registration) setDraft(organisation string, d *Draft) {
	if r.Holds(organisation) {
		r.Draft = d
		return
	}
	r.Request(organisation).Draft = d
}
