package structure

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"
)

// Report is what somebody says is wrong with a sheet, or a request to withdraw
// it. What names its author (Email) is erased when it is closed.
type Report struct {
	Ref       string      `json:"ref"` // NewReportRef
	Structure string      `json:"structure"`
	Reason    ReportCause `json:"reason"`
	Field     Field       `json:"field,omitempty"` // the fact at fault, "" when several or none
	Text      string      `json:"text,omitempty"`
	Email     string      `json:"email,omitempty"` // to answer to
	At        time.Time   `json:"at"`
	ClosedAt  time.Time   `json:"closed_at,omitzero"`
	Note      string      `json:"note,omitempty"` // what was done about it, by who closed it
}

// ReportCause is why somebody writes about a sheet.
type ReportCause string

// Causes.
const (
	ReportWrong      ReportCause = "wrong"      // a fact is not true, or not any more
	ReportMissing    ReportCause = "missing"    // something that a buyer needs is not there
	ReportClosed     ReportCause = "closed"     // the structure has ceased or moved
	ReportWithdrawal ReportCause = "withdrawal" // the structure asks for its sheet to go
	ReportOther      ReportCause = "other"
)

// ReportCauses lists them in the order in which they are offered.
var ReportCauses = []ReportCause{ReportWrong, ReportMissing, ReportClosed, ReportWithdrawal, ReportOther}

var reportCauseLabels = map[ReportCause]string{
	ReportWrong: "Une information est fausse ou n’est plus vraie", ReportMissing: "Il manque une information",
	ReportClosed: "La structure a fermé ou déménagé", ReportWithdrawal: "Je représente la structure et demande le retrait de la fiche",
	ReportOther: "Autre chose",
}

// Label is the cause as shown to people, in French.
func (c ReportCause) Label() string { return reportCauseLabels[c] }

// Limits of reports.
const (
	MaxReportText    = 2000 // letters
	MaxReportEmail   = 254  // letters, RFC 5321
	MaxReportNote    = 500  // letters
	reportRefLetters = 10
	// ReportKeptMonths is how long a closed report is kept, without its author:
	// long enough to see that the same error comes back with the next import.
	ReportKeptMonths = 12
)

// Open reports whether nobody has dealt with it.
func (r *Report) Open() bool { return r.ClosedAt.IsZero() }

// Close ends the report and forgets who wrote it.
func (r *Report) Close(at time.Time, note string) {
	r.ClosedAt, r.Note, r.Email = at.UTC(), note, ""
}

// Lapsed reports whether a closed report has been kept for long enough.
func (r *Report) Lapsed(on Date) bool {
	return !r.Open() && on > DateOf(r.ClosedAt).AddMonths(ReportKeptMonths)
}

// NewReportRef is the reference of a report: ten letters and digits that no
// order gives away. once is the random word of the form it was written on, so
// that the same form sent twice is one report, and sent again with other words
// is another.
func NewReportRef(once string, r *Report) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{"report", once, r.Structure, string(r.Reason), string(r.Field), r.Text, r.Email}, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:reportRefLetters])
}

// Reference writes a reference for people: K7XMP-2QR4T.
func Reference(ref string) string {
	if len(ref) != reportRefLetters {
		return ref
	}
	ref = strings.ToUpper(ref)
	return ref[:reportRefLetters/2] + "-" + ref[reportRefLetters/2:]
}

// ParseReference reads a reference as people copy it; false for what is none.
func ParseReference(text string) (ref string, ok bool) {
	ref = strings.ToLower(strings.NewReplacer("-", "", " ", "", "\u00a0", "").Replace(text))
	if len(ref) != reportRefLetters {
		return "", false
	}
	for i := range len(ref) {
		if c := ref[i]; (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return "", false
		}
	}
	return ref, true
}
