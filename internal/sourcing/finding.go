package sourcing

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

const errManySubmissions = account.Fault("Vous avez envoyé vingt versions de votre réponse : appelez l’acheteur pour une autre.")

// Effect is what a finding changes in the contract that is prepared.
type Effect string

// Effects of findings.
const (
	OnNeed        Effect = "besoin" // in functional terms
	OnLots        Effect = "allotissement"
	OnClauses     Effect = "clauses"
	OnReservation Effect = "reservation"
	OnVariants    Effect = "variantes"
	OnTimetable   Effect = "calendrier"
	OnAdvance     Effect = "avance"
)

// Effects lists them in the order in which they are offered.
var Effects = []Effect{OnNeed, OnLots, OnClauses, OnReservation, OnVariants, OnTimetable, OnAdvance}

var effectLabels = map[Effect]string{
	OnNeed: "Besoin, en termes fonctionnels", OnLots: "Allotissement", OnClauses: "Clauses", OnReservation: "Réservation",
	OnVariants: "Variantes", OnTimetable: "Calendrier", OnAdvance: "Avance",
}

// Label is the effect as shown to people, in French.
func (e Effect) Label() string { return effectLabels[e] }

// Finding is a constat of the sourçage and what it leads to.
type Finding struct {
	ID          string    `json:"id"`
	Text        string    `json:"text"`
	Effect      Effect    `json:"effect"`
	Consequence string    `json:"consequence"`
	By          string    `json:"by,omitempty"`
	At          time.Time `json:"at"`
}

// Find adds a finding, or writes one anew over what is there; "" as text takes it away.
func (o *Operation) Find(m buyer.Member, f Finding, rev int64, at time.Time) error {
	switch err := o.writable(m); {
	case err != nil:
		return err
	case o.Rev != rev:
		return ErrStale
	}
	if err := o.Opens(m); err != nil {
		return err
	}
	i := slices.IndexFunc(o.Findings, func(x Finding) bool { return x.ID == f.ID })
	if f.Text == "" && i >= 0 {
		o.Findings = slices.Delete(o.Findings, i, i+1)
		o.written(m, "operation.finding", "", at)
		return nil
	}
	if err := f.fault(); err != nil {
		return err
	}
	if i < 0 && len(o.Findings) >= MaxFindings {
		return account.Fault(fmt.Sprintf("%d constats au plus.", MaxFindings))
	}
	f.By, f.At = m.Person, at.UTC()
	if i >= 0 {
		o.Findings[i] = f
	} else {
		f.ID = o.nextID("f")
		o.Findings = append(o.Findings, f)
	}
	o.written(m, "operation.finding", "", at)
	return nil
}

// fault says what a finding lacks.
func (f *Finding) fault() error {
	switch {
	case strings.TrimSpace(f.Text) == "":
		return account.Fault("Écrivez le constat.")
	case !slices.Contains(Effects, f.Effect):
		return account.Fault("Choisissez sur quoi porte le constat.")
	case strings.TrimSpace(f.Consequence) == "":
		return account.Fault("Écrivez ce qui en découle pour le marché.")
	case utf8.RuneCountInString(f.Text) > MaxFinding || utf8.RuneCountInString(f.Consequence) > MaxFinding:
		return account.Fault("1 000 caractères au plus.")
	}
	return nil
}

// Arrange moves a finding one place up or down.
func (o *Operation) Arrange(m buyer.Member, id string, up bool, rev int64, at time.Time) error {
	switch err := o.writable(m); {
	case err != nil:
		return err
	case o.Rev != rev:
		return ErrStale
	}
	if err := o.Opens(m); err != nil {
		return err
	}
	from := slices.IndexFunc(o.Findings, func(x Finding) bool { return x.ID == id })
	to := from + 1
	if up {
		to = from - 1
	}
	if from < 0 || to < 0 || to >= len(o.Findings) {
		return ErrUnchanged
	}
	o.Findings[from], o.Findings[to] = o.Findings[to], o.Findings[from]
	o.written(m, "operation.arrange", "", at)
	return nil
}

// Note is a private note of the team on an answer; no supplier and no report shows it.
type Note struct {
	Supplier string    `json:"supplier"`
	Question string    `json:"question,omitempty"` // "" = on the supplier
	Text     string    `json:"text"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
	Rev      int       `json:"rev"`
}

// Remark writes a note over its revision; "" takes it away.
func (o *Operation) Remark(m buyer.Member, n Note, at time.Time) error {
	if err := o.Opens(m); err != nil {
		return err
	}
	i := slices.IndexFunc(o.Notes, func(x Note) bool { return x.Supplier == n.Supplier && x.Question == n.Question })
	var was Note
	if i >= 0 {
		was = o.Notes[i]
	}
	switch {
	case !o.ClosedAt.IsZero():
		return ErrClosedOp
	case was.Text == n.Text:
		return ErrUnchanged
	case was.Rev != n.Rev:
		return ErrStale
	case utf8.RuneCountInString(n.Text) > MaxNoteText:
		return account.Fault("Cette note est trop longue : 500 caractères au plus.")
	case i < 0 && len(o.Notes) >= MaxNotes || o.noteLetters()+utf8.RuneCountInString(n.Text)-utf8.RuneCountInString(was.Text) > MaxNoteLetters:
		return account.Fault("Il y a trop de notes : raccourcissez-en, ou retirez-en.")
	}
	n.By, n.At, n.Rev = m.Person, at.UTC(), n.Rev+1
	if i >= 0 {
		o.Notes[i] = n
	} else {
		o.Notes = append(o.Notes, n)
	}
	return nil
}

// noteLetters counts those of all notes.
func (o *Operation) noteLetters() (n int) {
	for i := range o.Notes {
		n += utf8.RuneCountInString(o.Notes[i].Text)
	}
	return n
}

// Report names a frozen snapshot of the operation: its content never changes.
type Report struct {
	Number int       `json:"number"` // from 1
	Hash   string    `json:"hash"`   // SHA-256 of its canonical JSON, by which the store keeps it
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"`
	Gaps   int       `json:"gaps"` // left in the ledger
}

// Reported finds a report by its number, nil when there is none.
func (o *Operation) Reported(number int) *Report {
	i := slices.IndexFunc(o.Reports, func(r Report) bool { return r.Number == number })
	if i < 0 {
		return nil
	}
	return &o.Reports[i]
}

// Report freezes a snapshot, whose hash and open gaps are told. A later one does not
// replace those before it.
func (o *Operation) Report(m buyer.Member, hash string, rev int64, at time.Time) error {
	switch err := o.writable(m); {
	case err != nil:
		return err
	case o.Rev != rev:
		return ErrStale
	case o.State() != Analysing && o.State() != Reported:
		return account.Fault("Passez d’abord à l’analyse : les réponses sont encore attendues.")
	case len(o.Reports) >= MaxReports:
		return account.Fault(fmt.Sprintf("Un sourçage garde %d rapports au plus.", MaxReports))
	}
	if err := o.Opens(m); err != nil {
		return err
	}
	if n := len(o.Reports); n > 0 && o.Reports[n-1].Hash == hash {
		return ErrUnchanged
	}
	if !stands(GuardReport) {
		o.Reports = nil
	}
	o.Reports = append(o.Reports, Report{Number: len(o.Reports) + 1, Hash: hash, At: at.UTC(), By: m.Person, Gaps: len(o.Gaps())})
	if o.ReportedAt.IsZero() {
		o.ReportedAt = at.UTC()
	}
	o.written(m, "operation.report", "", at)
	return nil
}
