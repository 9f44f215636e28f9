// Package label holds the labels that an organisation defines: criteria, dates, who
// holds them. Rules only, no I/O.
package label

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Bounds: the document of a label stays below 1 MB (DESIGN rule 1).
const (
	MaxLabels   = 20 // of one organisation, those that ended included
	MaxHolders  = 2000
	MaxName     = 80
	MinCriteria = 20
	MaxCriteria = 4000
	MinReason   = 10
	MaxReason   = 100
)

// Label is one label, with who holds it: what it says of a structure follows from this
// document alone.
type Label struct {
	ID           string         `json:"id"`
	Organisation string         `json:"organisation"`
	Issuer       string         `json:"issuer"` // name of the organisation when the label was made
	Name         string         `json:"name"`
	Slug         string         `json:"slug"` // never changes: addresses and filters name it
	Criteria     string         `json:"criteria"`
	Since        structure.Date `json:"since,omitempty"`
	EndedOn      structure.Date `json:"ended_on,omitempty"` // from this day on nobody holds it
	EndReason    string         `json:"end_reason,omitempty"`
	Holders      []Holder       `json:"holders,omitempty"`
	Rev          int64          `json:"rev,omitempty"` // of the newest change of what a holder shows
	CreatedAt    time.Time      `json:"created_at"`
}

// Holder is a structure that was given the label; a withdrawn one stays, for history.
type Holder struct {
	Structure   string         `json:"structure"`
	From        structure.Date `json:"from"`
	To          structure.Date `json:"to,omitempty"` // last day, "" for none
	WithdrawnAt time.Time      `json:"withdrawn_at,omitzero"`
	Reason      string         `json:"reason,omitempty"`  // of the withdrawal
	Rev         int64          `json:"rev"`               // Label.Rev of the last change of what the structure shows
	Applied     int64          `json:"applied,omitempty"` // the one that the structure shows
}

// Refusals that callers tell apart.
const (
	ErrEnded    = account.Fault("Ce label est terminé : il ne se donne plus et ne se change plus.")
	ErrNoHolder = account.Fault("Cette structure n’a pas ce label.")
	ErrNameUsed = account.Fault("Un label du portail porte déjà ce nom.")
	ErrTooMany  = account.Fault("Votre organisation a déjà 20 labels, ceux qui sont terminés compris.")
)

// Words are what an organisation writes of a label.
type Words struct {
	Name     string
	Criteria string
	Since    structure.Date
}

// Fault is what is wrong with one field of a form.
type Fault struct {
	Field string
	account.Fault
}

// Fields of faults.
const (
	FieldName     = "nom"
	FieldCriteria = "criteres"
	FieldSince    = "depuis"
	FieldFrom     = "du"
	FieldTo       = "au"
	FieldReason   = "motif"
)

func fault(field, text string) error { return &Fault{field, account.Fault(text)} }

// Unwrap lets the refusal be told as any other.
func (f *Fault) Unwrap() error { return f.Fault }

// ID is that of the nth label of an organisation, from 1: that there are MaxLabels at
// most is held by their ids.
func ID(organisation string, n int) string { return organisation + "-" + strconv.Itoa(n) }

// Define makes the nth label of an organisation.
func Define(organisation, issuer string, n int, w Words, at time.Time) (Label, error) {
	l := Label{ID: ID(organisation, n), Organisation: organisation, Issuer: issuer, CreatedAt: at.UTC()}
	if _, err := l.Describe(w); err != nil {
		return Label{}, err
	}
	if l.Slug = Slug(l.Name); l.Slug == "" {
		return Label{}, fault(FieldName, "Donnez un nom qui contient des lettres ou des chiffres.")
	}
	if n > MaxLabels {
		return Label{}, ErrTooMany
	}
	return l, nil
}

// Slug is how addresses name a label.
func Slug(name string) string { return strings.ReplaceAll(territory.Fold(name), " ", "-") }

// Code is that of the label in the document of a structure.
func (l *Label) Code() string { return structure.GrantedCode(l.Slug) }

// Describe changes what is said of a label; named tells whether holders show it under
// another name.
func (l *Label) Describe(w Words) (named bool, err error) {
	name, criteria := strings.Join(strings.Fields(w.Name), " "), strings.TrimSpace(w.Criteria)
	switch n, c := utf8.RuneCountInString(name), utf8.RuneCountInString(criteria); {
	case l.EndedOn != "":
		return false, ErrEnded
	case n < 2 || n > MaxName:
		return false, fault(FieldName, fmt.Sprintf("Donnez un nom de 2 à %d caractères.", MaxName))
	case c < MinCriteria || c > MaxCriteria:
		return false, fault(FieldCriteria, fmt.Sprintf("Écrivez les critères en %d à %d caractères : ils sont lus par tout le monde.", MinCriteria, MaxCriteria))
	}
	named = l.Name != name
	l.Name, l.Criteria, l.Since = name, criteria, w.Since
	if named {
		l.touch(func(h *Holder) bool { return h.WithdrawnAt.IsZero() })
	}
	return named, nil
}

// Holder finds who was given the label, nil when the structure never was.
func (l *Label) Holder(structure string) *Holder {
	i := slices.IndexFunc(l.Holders, func(h Holder) bool { return h.Structure == structure })
	if i < 0 {
		return nil
	}
	return &l.Holders[i]
}

// Held reports whether the holder has the label, whatever the day.
func (h *Holder) Held() bool { return h != nil && h.WithdrawnAt.IsZero() }

// Count is how many hold the label on a day.
func (l *Label) Count(on structure.Date) (n int) {
	for i := range l.Holders {
		if h := &l.Holders[i]; h.Held() && l.EndedOn == "" && h.From <= on && (h.To == "" || h.To >= on) {
			n++
		}
	}
	return n
}

// Give gives the label to a structure for some time; to give it again sets other
// dates, and brings back one that was withdrawn. It reports whether anything changed.
func (l *Label) Give(id string, from, to structure.Date) (changed bool, err error) {
	switch {
	case l.EndedOn != "":
		return false, ErrEnded
	case from == "":
		return false, fault(FieldFrom, "Donnez le premier jour du label.")
	case to != "" && to < from:
		return false, fault(FieldTo, "Le dernier jour vient avant le premier.")
	}
	h := l.Holder(id)
	if h != nil && h.Held() && h.From == from && h.To == to {
		return false, nil
	}
	if h == nil {
		if !l.makeRoom() {
			return false, account.Fault(fmt.Sprintf("Un label a %d titulaires au plus.", MaxHolders))
		}
		l.Holders = append(l.Holders, Holder{Structure: id})
		h = &l.Holders[len(l.Holders)-1]
	}
	l.Rev++
	h.From, h.To, h.WithdrawnAt, h.Reason, h.Rev = from, to, time.Time{}, "", l.Rev
	return true, nil
}

// makeRoom forgets the oldest withdrawal where there is no place left; what has yet to
// reach its structure is never forgotten.
func (l *Label) makeRoom() bool {
	if len(l.Holders) < MaxHolders {
		return true
	}
	oldest := -1
	for i := range l.Holders {
		if h := &l.Holders[i]; !h.Held() && h.Applied == h.Rev && (oldest < 0 || h.WithdrawnAt.Before(l.Holders[oldest].WithdrawnAt)) {
			oldest = i
		}
	}
	if oldest >= 0 {
		l.Holders = slices.Delete(slices.Clone(l.Holders), oldest, oldest+1)
	}
	return oldest >= 0
}

// Withdraw takes the label from a structure.
func (l *Label) Withdraw(id, reason string, at time.Time) error {
	h := l.Holder(id)
	reason, err := cleanReason(reason)
	switch {
	case !h.Held():
		return ErrNoHolder
	case err != nil:
		return err
	}
	l.Rev++
	h.WithdrawnAt, h.Reason, h.Rev = at.UTC(), reason, l.Rev
	return nil
}

// End ends the label: nobody holds it from now on.
func (l *Label) End(reason string, at time.Time) error {
	reason, err := cleanReason(reason)
	switch {
	case l.EndedOn != "":
		return ErrEnded
	case err != nil:
		return err
	}
	l.EndedOn, l.EndReason = structure.DateOf(at), reason
	l.touch(func(h *Holder) bool { return h.WithdrawnAt.IsZero() })
	return nil
}

func (l *Label) touch(which func(*Holder) bool) {
	for i := range l.Holders {
		if h := &l.Holders[i]; which(h) {
			l.Rev++
			h.Rev = l.Rev
		}
	}
}

func cleanReason(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	if n := utf8.RuneCountInString(text); n < MinReason || n > MaxReason {
		return "", fault(FieldReason, fmt.Sprintf("Donnez un motif de %d à %d caractères : il reste dans l’historique.", MinReason, MaxReason))
	}
	return text, nil
}

// Pending reports whether a structure has yet to show what is said here.
func (l *Label) Pending() bool {
	return slices.ContainsFunc(l.Holders, func(h Holder) bool { return h.Rev > h.Applied })
}

// Shown is what the structure of a holder shows, false when it shows nothing.
func (l *Label) Shown(h *Holder, asOf structure.Date) (structure.Label, bool) {
	if !h.Held() || l.EndedOn != "" {
		return structure.Label{}, false
	}
	return structure.Label{Code: l.Code(), Name: l.Name, From: h.From, To: h.To, Source: structure.SourceOrganisation, AsOf: asOf}, true
}
