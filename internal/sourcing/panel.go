package sourcing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

// Longlist is a frozen panel: who was found, by which query, in which state of the
// directory. It is written once and never changed.
type Longlist struct {
	ID           string        `json:"id"`
	Organisation string        `json:"organisation"`
	Operation    string        `json:"operation"`
	Sources      []PanelSource `json:"sources"`
	Rows         []Row         `json:"rows"`
	By           string        `json:"by,omitempty"`
	At           time.Time     `json:"at"`
	Hash         string        `json:"hash"` // Seal
}

// PanelSource is one way by which rows were found.
type PanelSource struct {
	Kind  SourceKind `json:"kind"`
	Query string     `json:"query,omitempty"` // as the page of results has it in its address
	Label string     `json:"label,omitempty"` // in words
	Data  string     `json:"data,omitempty"`  // state of the directory it was asked of
	Found int        `json:"found"`           // rows it gave
	Total int        `json:"total,omitempty"` // it would have given without a bound
}

// SourceKind is where rows of a panel come from.
type SourceKind string

// Sources of a panel.
const (
	FromStudy  SourceKind = "etude"
	FromSearch SourceKind = "recherche"
	FromList   SourceKind = "liste"
)

// Row is a structure of a panel, as it was found.
type Row struct {
	Structure string `json:"structure"` // id
	Name      string `json:"name"`
	SIREN     string `json:"siren,omitempty"`
	Kind      string `json:"kind,omitempty"` // label of its main kind
	City      string `json:"city,omitempty"`
	Why       string `json:"why,omitempty"` // it was found, in French
}

// Panel names the long list that an operation uses.
type Panel struct {
	Longlist string    `json:"longlist"`
	Hash     string    `json:"hash"`
	Rows     int       `json:"rows"`
	At       time.Time `json:"at"`
}

// Seal is the hash of what was frozen: its sources and rows.
func (l *Longlist) Seal() string {
	text, err := json.Marshal(struct {
		Sources []PanelSource
		Rows    []Row
	}{l.Sources, l.Rows})
	if err != nil { // of strings and numbers: it cannot be
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Row finds a structure, nil when it is not on the list.
func (l *Longlist) Row(structure string) *Row {
	i := slices.IndexFunc(l.Rows, func(r Row) bool { return r.Structure == structure })
	if i < 0 {
		return nil
	}
	return &l.Rows[i]
}

// ReasonCode says why a row of the panel is not contacted.
type ReasonCode string

// Reasons.
const (
	NotItsTrade ReasonCode = "hors-activite"
	NotItsPlace ReasonCode = "hors-territoire"
	TooSmall    ReasonCode = "capacite"
	NoAddress   ReasonCode = "sans-adresse"
	Twin        ReasonCode = "doublon"
	Ceased      ReasonCode = "cessation"
	InConflict  ReasonCode = "conflit"
	OtherReason ReasonCode = "autre"
)

// ReasonCodes lists them in the order in which they are offered.
var ReasonCodes = []ReasonCode{NotItsTrade, NotItsPlace, TooSmall, NoAddress, Twin, Ceased, InConflict, OtherReason}

var reasonLabels = map[ReasonCode]string{
	NotItsTrade: "Son activité ne répond pas au besoin", NotItsPlace: "N’intervient pas sur le territoire", TooSmall: "Capacité insuffisante d’après l’étude",
	NoAddress: "Aucune adresse connue", Twin: "Doublon d’une structure contactée", Ceased: "A cessé son activité",
	InConflict: "Conflit d’intérêts", OtherReason: "Autre motif, à préciser",
}

// Label is the reason as shown to people, in French.
func (r ReasonCode) Label() string { return reasonLabels[r] }

// Exclusion is a row of the panel that is not contacted, and why: one reason.
type Exclusion struct {
	Structure string     `json:"structure"`
	Code      ReasonCode `json:"code"`
	Text      string     `json:"text,omitempty"` // of OtherReason
}

// Freeze makes a long list the panel of the operation, in the place of another. Refused
// once the operation is open.
func (o *Operation) Freeze(m buyer.Member, l *Longlist, at time.Time) error {
	if err := o.writable(m); err != nil {
		return err
	}
	if o.State() != Drafted {
		if err := guarded(GuardFrozen, ErrNotDraft); err != nil {
			return err
		}
	}
	switch {
	case o.Silent():
		return ErrSilenced
	case l.Organisation != o.Organisation || l.Operation != o.ID:
		return account.ErrNotAllowed
	case len(l.Rows) == 0:
		return account.Fault("Ce panel est vide : élargissez la recherche.")
	case len(l.Rows) > MaxPanel:
		return account.Fault(fmt.Sprintf("Ce panel compte plus de %d structures : resserrez la recherche.", MaxPanel))
	}
	o.Panel = &Panel{Longlist: l.ID, Hash: l.Hash, Rows: len(l.Rows), At: at.UTC()}
	o.Excluded = slices.DeleteFunc(o.Excluded, func(e Exclusion) bool { return l.Row(e.Structure) == nil })
	o.Suppliers = slices.DeleteFunc(o.Suppliers, func(s Supplier) bool { return s.Structure != "" && !s.Spontaneous && l.Row(s.Structure) == nil })
	o.written(m, "operation.panel", "", at)
	return nil
}

// Choose says, before the opening, who of the panel is to be contacted and why the
// others are not. Rows that neither names stay undecided: Open refuses them.
func (o *Operation) Choose(m buyer.Member, l *Longlist, chosen []Supplier, excluded []Exclusion, rev int64, at time.Time) error {
	switch err := o.writable(m); {
	case err != nil:
		return err
	case o.State() != Drafted:
		return ErrNotDraft
	case o.Silent():
		return ErrSilenced
	case o.Rev != rev:
		return ErrStale
	case o.Panel == nil || o.Panel.Longlist != l.ID:
		return ErrStale
	}
	spontaneous := slices.DeleteFunc(slices.Clone(o.Suppliers), func(s Supplier) bool { return !s.Spontaneous })
	if len(chosen)+len(spontaneous) > MaxSuppliers {
		return account.Fault(fmt.Sprintf("%d structures contactées au plus.", MaxSuppliers))
	}
	kept := o.Suppliers
	o.Suppliers = spontaneous
	for _, c := range chosen {
		if i := slices.IndexFunc(kept, func(s Supplier) bool { return s.Structure == c.Structure && !s.Spontaneous }); i >= 0 {
			c.ID, c.AddedAt, c.AddedBy = kept[i].ID, kept[i].AddedAt, kept[i].AddedBy
		} else {
			c.ID, c.AddedAt, c.AddedBy = o.nextID("s"), at.UTC(), m.Person
		}
		o.Suppliers = append(o.Suppliers, c)
	}
	o.Excluded = excluded
	o.written(m, "operation.choose", "", at)
	return nil
}

// Undecided lists the rows of the panel that are neither contacted nor excluded for one
// valid reason.
func (o *Operation) Undecided(l *Longlist) (out []Row) {
	for i := range l.Rows {
		if !o.decided(l.Rows[i].Structure) {
			out = append(out, l.Rows[i])
		}
	}
	return out
}

func (o *Operation) decided(structure string) bool {
	reasons := 0
	for i := range o.Excluded {
		if e := &o.Excluded[i]; e.Structure == structure && e.valid() {
			reasons++
		}
	}
	contacted := slices.ContainsFunc(o.Suppliers, func(s Supplier) bool { return s.Structure == structure && s.RefusedAt.IsZero() })
	return contacted && reasons == 0 || !contacted && reasons == 1
}

func (e *Exclusion) valid() bool {
	n := utf8.RuneCountInString(strings.TrimSpace(e.Text))
	return slices.Contains(ReasonCodes, e.Code) && (e.Code != OtherReason || n >= MinOtherReason) && n <= MaxOtherReason
}
