package sourcing

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/survey"
)

// Bounds of an operation: its document, with the mails that wait in it, stays below
// 1 MB (TestOperationFits).
const (
	MaxOperations  = 2000 // of an organisation
	MaxTeam        = 20
	MaxPanel       = 600 // rows of a long list
	MaxSuppliers   = 150 // contacted, or that asked to be
	MaxVersions    = 6   // of a questionnaire, once approved
	MaxLedgerLines = 120 // of the ledger
	MaxMessage     = 1500
	MaxLedger      = 100_000 // letters of all items, reasons and questions
	MaxCells       = 1500    // of the ledger: what is noted of one supplier apart
	MaxDCE         = 120     // letters of a document, and of an article
	MaxAsked       = 150     // questions of suppliers
	MaxFindings    = 40
	MaxFinding     = 1000 // letters of a finding, and of what it leads to
	MaxNotes       = 300
	MaxNoteText    = 500
	MaxNoteLetters = 40_000 // of all notes
	MaxReports     = 12
	// MaxOperationBytes is how large an operation may be as people write it: its mails, and
	// what suppliers and the launch add, find room beside it.
	MaxOperationBytes = 600_000
	MinReason         = 30 // letters of the reason why something is withheld
	MinOtherReason    = 10 // letters of a reason of exclusion that no code says
	MaxOtherReason    = 160
	// NoticeDays is how many working days a sourçage leaves to answer, unless the buyer
	// says otherwise.
	NoticeDays      = 15
	MinNotice       = time.Hour // between the opening and the deadline
	MaxNoticeMonths = 12
)

// Refusals of an operation.
const (
	ErrSilenced   = account.Fault("La consultation est lancée : plus rien de nouveau ne part vers un fournisseur. Seule une correction du dernier message, la même pour tous, reste possible.")
	ErrNotInTeam  = account.Fault("Vous n’êtes pas de l’équipe de ce sourçage.")
	ErrUndeclared = account.Fault("Déclarez d’abord vos intérêts : les réponses s’ouvrent ensuite.")
	ErrRecused    = account.Fault("Vous vous êtes récusé de ce sourçage : ses réponses ne vous sont pas ouvertes.")
	ErrNotOpen    = account.Fault("Ce sourçage n’est pas ouvert.")
	ErrNotDraft   = account.Fault("Ce sourçage est déjà ouvert.")
	ErrClosedOp   = account.Fault("Ce sourçage est clos : il se lit, il ne se modifie plus.")
)

// Operation is a sourçage: what a buyer asks suppliers before a tender (R2111-1), from
// the panel to the report. One document, so that its sendings are ordered by its version:
// none slips past the launch.
type Operation struct {
	ID           string   `json:"id"` // chosen by the form: sent twice, it is one operation
	Organisation string   `json:"organisation"`
	Purchase     string   `json:"purchase"`
	Lots         []string `json:"lots,omitempty"` // ids; none = the whole purchase
	Title        string   `json:"title"`
	Purpose      string   `json:"purpose,omitempty"` // what it is to find out
	Express      bool     `json:"express,omitempty"`
	Demo         bool     `json:"demo,omitempty"`

	Team      []Teammate  `json:"team"`
	Panel     *Panel      `json:"panel,omitempty"`
	Suppliers []Supplier  `json:"suppliers,omitempty"` // in the order in which they came
	Excluded  []Exclusion `json:"excluded,omitempty"`  // rows of the panel that are not contacted
	Message   string      `json:"message,omitempty"`   // the first one, to everybody
	Deadline  time.Time   `json:"deadline,omitzero"`   // for the answers, the same for all

	Draft    *survey.Questionnaire `json:"draft,omitempty"`     // being written
	Approved *survey.Questionnaire `json:"approved,omitempty"`  // what everybody is asked
	Past     []PastVersion         `json:"past,omitempty"`      // approved before
	AskedRev int64                 `json:"asked_rev,omitempty"` // Rev at which one of these was last written

	Notice      string           `json:"notice,omitempty"` // what the public page says
	PublishedAt time.Time        `json:"published_at,omitzero"`
	Candidacies []Candidacy      `json:"candidacies,omitempty"` // not confirmed yet
	Ledger      []Info           `json:"ledger,omitempty"`
	Asked       []Asked          `json:"asked,omitempty"`   // by suppliers
	Agendas     []Agenda         `json:"agendas,omitempty"` // of exchanges, the newest last
	Sending     []MinutesSending `json:"sending,omitempty"` // of minutes, not marked yet
	Findings    []Finding        `json:"findings,omitempty"`
	Notes       []Note           `json:"notes,omitempty"` // private to the team
	Reports     []Report         `json:"reports,omitempty"`
	Last        string           `json:"last,omitempty"` // the last message, sent at the launch
	Corrections []Correction     `json:"corrections,omitempty"`
	Rejections  []Rejection      `json:"rejections,omitempty"`

	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by,omitempty"`
	UpdatedAt time.Time `json:"updated_at"`
	Rev       int64     `json:"rev"`               // how often people have written it
	Sent      int64     `json:"sent,omitempty"`    // number of the last sending
	LastID    int       `json:"last_id,omitempty"` // number of the last id given within it
	// LastQuestion is LastID of the questions that suppliers are asked.
	LastQuestion int `json:"last_question,omitempty"`

	// What has happened; State derives from it.
	OpenedAt    time.Time `json:"opened_at,omitzero"`
	OpenedBy    string    `json:"opened_by,omitempty"`
	SourcedAt   time.Time `json:"sourced_at,omitzero"` // the purchase says so too: the opening is carried to its end
	RemindedAt  time.Time `json:"reminded_at,omitzero"`
	AnalysingAt time.Time `json:"analysing_at,omitzero"`
	ReportedAt  time.Time `json:"reported_at,omitzero"`
	ClosedAt    time.Time `json:"closed_at,omitzero"`
	SilencedAt  time.Time `json:"silenced_at,omitzero"` // by the launch of the consultation
	SilencedBy  string    `json:"silenced_by,omitempty"`
	LaunchedAt  time.Time `json:"launched_at,omitzero"` // the purchase says so too: the launch is carried to its end
	LapsedAt    time.Time `json:"lapsed_at,omitzero"`   // addresses and typed names are gone

	History []Step `json:"history,omitempty"` // the last MaxHistory, the newest last
}

// OperationState is how far an operation is.
type OperationState string

// States of an operation.
const (
	Drafted   OperationState = "brouillon"
	Opened    OperationState = "ouvert"
	Analysing OperationState = "analyse"
	Reported  OperationState = "rapport"
	ClosedOp  OperationState = "clos"
)

// OperationStates lists them in the order in which an operation passes them.
var OperationStates = []OperationState{Drafted, Opened, Analysing, Reported, ClosedOp}

var operationLabels = map[OperationState]string{
	Drafted: "En préparation", Opened: "Ouvert", Analysing: "En analyse", Reported: "Rapport établi", ClosedOp: "Clos",
}

// Label is the state as shown to people, in French.
func (s OperationState) Label() string { return operationLabels[s] }

// State is how far the operation is.
func (o *Operation) State() OperationState {
	switch {
	case !o.ClosedAt.IsZero():
		return ClosedOp
	case !o.ReportedAt.IsZero():
		return Reported
	case !o.AnalysingAt.IsZero():
		return Analysing
	case !o.OpenedAt.IsZero():
		return Opened
	}
	return Drafted
}

// Silent reports whether the consultation is launched: nothing new goes to a supplier.
func (o *Operation) Silent() bool { return !o.SilencedAt.IsZero() }

// Takes reports whether suppliers may still answer, in time or late.
func (o *Operation) Takes() bool {
	s := o.State()
	return (s == Opened || s == Analysing) && !o.Silent()
}

// Begin makes of what a form says a new operation of the member's organisation, whose
// first teammate the member is.
func (o *Operation) Begin(m buyer.Member, at time.Time) error {
	if !Buys(m) {
		return account.ErrNotAllowed
	}
	o.Organisation, o.CreatedBy, o.CreatedAt, o.UpdatedAt, o.Rev = m.Organisation, m.Person, at.UTC(), at.UTC(), 1
	o.Team = []Teammate{{Person: m.Person, Part: Leads, AddedBy: m.Person, AddedAt: at.UTC()}}
	o.note(at, m.Person, "operation.create", "")
	return nil
}

// nextID is an id within the operation, never one of before.
func (o *Operation) nextID(kind string) string {
	o.LastID++
	return kind + strconv.Itoa(o.LastID)
}

// note adds a line to the history.
func (o *Operation) note(at time.Time, by, what, text string) {
	o.History = append(o.History, Step{At: at.UTC(), By: by, What: what, Note: text})
	if extra := len(o.History) - MaxHistory; extra > 0 {
		o.History = slices.Delete(o.History, 0, extra)
	}
}

// written notes what a member did, as a new revision.
func (o *Operation) written(m buyer.Member, what, text string, at time.Time) {
	o.Rev, o.UpdatedAt = o.Rev+1, at.UTC()
	o.note(at, m.Person, what, text)
}

// writable refuses who may not write the operation, and one that is closed.
func (o *Operation) writable(m buyer.Member) error {
	if err := o.Acts(m); err != nil {
		return err
	}
	if !o.ClosedAt.IsZero() {
		return ErrClosedOp
	}
	return nil
}

// Acts refuses who is no buyer of the team. What the launch of the consultation asks
// for is done also on an operation that is closed.
func (o *Operation) Acts(m buyer.Member) error {
	if !Buys(m) || m.Organisation != o.Organisation {
		return account.ErrNotAllowed
	}
	t := o.Teammate(m.Person)
	switch {
	case t == nil:
		return ErrNotInTeam
	case !t.RecusedAt.IsZero():
		return ErrRecused
	}
	return nil
}

// running is writable of an operation that is open and may still send something.
func (o *Operation) running(m buyer.Member) error {
	if err := o.writable(m); err != nil {
		return err
	}
	if o.OpenedAt.IsZero() {
		return ErrNotOpen
	}
	return o.spoken()
}

// spoken refuses what would send something new after the launch.
func (o *Operation) spoken() error {
	if o.Silent() {
		return guarded(GuardSilence, ErrSilenced)
	}
	return nil
}

// Analyse ends the wait for answers. An account.Fault before the deadline: whoever still
// has time to answer keeps it.
func (o *Operation) Analyse(m buyer.Member, at time.Time) error {
	switch err := o.writable(m); {
	case err != nil:
		return err
	case o.State() == Analysing:
		return ErrUnchanged
	case o.State() != Opened:
		return ErrNotOpen
	case at.Before(o.Deadline) && !o.Silent():
		if err := guarded(GuardAnalysis, account.Fault("La date limite des réponses n’est pas passée : elle vaut pour tous.")); err != nil {
			return err
		}
	}
	o.AnalysingAt = at.UTC()
	o.written(m, "operation.analyse", "", at)
	return nil
}

// Close ends an operation that has its report.
func (o *Operation) Close(m buyer.Member, at time.Time) error {
	switch err := o.writable(m); {
	case errors.Is(err, ErrClosedOp):
		return ErrUnchanged
	case err != nil:
		return err
	case o.State() != Reported:
		return account.Fault("Établissez d’abord le rapport : il garde ce sur quoi l’achat a été préparé.")
	}
	o.ClosedAt = at.UTC()
	o.written(m, "operation.close", "", at)
	return nil
}

// Sees reports whether the member reads the operation; visible says whether the member
// sees its purchase.
func (o *Operation) Sees(m buyer.Member, visible bool) bool {
	return Plans(m) && m.Organisation == o.Organisation && (visible || o.Teammate(m.Person) != nil)
}

// Persons are those whom the operation names, each once.
func (o *Operation) Persons() []string {
	out := []string{o.CreatedBy, o.OpenedBy, o.SilencedBy}
	for i := range o.Team {
		out = append(out, o.Team[i].Person, o.Team[i].AddedBy)
	}
	for i := range o.History {
		out = append(out, o.History[i].By)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(id string) bool { return id == "" })
}
