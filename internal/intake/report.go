package intake

import (
	"cmp"
	"errors"
	"time"

	"sourcier/internal/intake/input"
)

// Cause says why a file was refused.
type Cause string

// Causes beside those of package input.
const (
	UnknownFormat Cause = "unknown_format"
	WrongFormat   Cause = "wrong_format" // not that of --format
	BadHeader     Cause = "bad_header"
	NotRead       Cause = "not_read"   // known, and of no use here
	Alone         Cause = "alone"      // a file of two without the other
	Incomplete    Cause = "incomplete" // its last line is missing, or tells another count
	TooStale      Cause = "stale"      // it would no longer confirm too much (maxNewlyStale)
	BadContent    Cause = "content"
)

// RefusalError refuses a file; Text is a French sentence.
type RefusalError struct {
	Cause Cause
	Text  string
	Brief string // the same for a file that nobody named; "" = Text
}

func (e *RefusalError) Error() string { return e.Text }

// Skip says why a record was rightly left out.
type Skip string

// Reasons to leave a record out.
const (
	SkipOutside      Skip = "outside"       // of the territory asked for
	SkipClosed       Skip = "closed"        // the establishment or its legal unit has ceased
	SkipNotDiffused  Skip = "not_diffused"  // its holder objects to publication
	SkipObjected     Skip = "withdrawn"     // the same, and there was a sheet
	SkipUnmapped     Skip = "unmapped"      // its activity is in no sector of the directory
	SkipInactive     Skip = "inactive"      // withdrawn by the source
	SkipUnknownPlace Skip = "unknown_place" // abroad, or in a commune that does not exist
	SkipNoSheet      Skip = "no_sheet"      // of an establishment that the directory does not hold
	SkipVague        Skip = "vague"         // a position drawn at random, or none
	SkipUnused       Skip = "unused"        // legal unit without an establishment that is kept
	SkipCategory     Skip = "category"      // of a kind that the directory does not hold
	SkipUnknown      Skip = "unknown"       // the file completes structures, and does not make this one
	SkipExample      Skip = "example"       // marked by the file as not to be read
	SkipNoAgreement  Skip = "no_agreement"  // none is in force, and the structure is not known
	SkipNotInForce   Skip = "not_in_force"  // financial annex that was never, or is no longer, granted
	SkipNoKind       Skip = "no_kind"       // aid that is no agreement
	SkipTwice        Skip = "twice"         // another line of the file has said it
	SkipBranch       Skip = "branch"        // without a SIRET of its own
	SkipObjection    Skip = "objection"     // on the opposition list of the portal
	SkipToCome       Skip = "to_come"       // facts of a legal unit that has no establishment here yet
)

// Skips lists the reasons in the order in which they are told.
var Skips = []Skip{SkipOutside, SkipUnknownPlace, SkipClosed, SkipNotDiffused, SkipObjected, SkipUnmapped, SkipInactive, SkipNoSheet, SkipVague, SkipUnused,
	SkipCategory, SkipUnknown, SkipExample, SkipNoAgreement, SkipNotInForce, SkipNoKind, SkipTwice, SkipBranch, SkipObjection, SkipToCome}

// Repair is something that was wrong with a record and could be put right.
type Repair string

// Repairs.
const (
	RepairZero     Repair = "leading_zero"
	RepairEncoding Repair = "windows_1252"
	RepairQuote    Repair = "stray_quote"
	RepairSwapped  Repair = "swapped_coordinates"
	RepairFormula  Repair = "formula" // its computed value was taken
)

// Repairs lists them in the order in which they are told.
var Repairs = []Repair{RepairZero, RepairEncoding, RepairQuote, RepairSwapped, RepairFormula}

// Counts of records. Each record read is in exactly one of Created, Updated,
// Unchanged, Joined, Rejected and Skipped.
type Counts struct {
	Read      int64            `json:"read"`
	Created   int64            `json:"created"`
	Updated   int64            `json:"updated"`
	Unchanged int64            `json:"unchanged"`
	Joined    int64            `json:"joined,omitempty"` // legal units carried over to their establishments
	Rejected  int64            `json:"rejected"`
	Skipped   map[Skip]int64   `json:"skipped,omitempty"`
	Repaired  map[Repair]int64 `json:"repaired,omitempty"` // values, not records
	Ignored   int64            `json:"ignored,omitempty"`  // values left out of records that were kept
}

func (c *Counts) skip(why Skip) {
	if c.Skipped == nil {
		c.Skipped = map[Skip]int64{}
	}
	c.Skipped[why]++
}

func (c *Counts) repair(what Repair, n int64) {
	if c.Repaired == nil {
		c.Repaired = map[Repair]int64{}
	}
	c.Repaired[what] += n
}

func (c *Counts) plus(o Counts) {
	c.Read += o.Read
	c.Created += o.Created
	c.Updated += o.Updated
	c.Unchanged += o.Unchanged
	c.Joined += o.Joined
	c.Rejected += o.Rejected
	c.Ignored += o.Ignored
	for why, n := range o.Skipped {
		if c.Skipped == nil {
			c.Skipped = map[Skip]int64{}
		}
		c.Skipped[why] += n
	}
	for what, n := range o.Repaired {
		c.repair(what, n)
	}
}

// FileReport tells what became of a file, or of a member of an archive.
type FileReport struct {
	Name   string `json:"name"`
	Format Format `json:"format,omitempty"`
	Layout string `json:"layout,omitempty"` // in French, what the content looks like
	Counts
	Stale   int64    `json:"stale,omitempty"`   // structures that the list no longer confirms
	Notes   []string `json:"notes,omitempty"`   // in French
	Aside   string   `json:"aside,omitempty"`   // in French: why it was not read, and need not be
	Refusal string   `json:"refusal,omitempty"` // in French; "" when the file was read to its end
	Cause   Cause    `json:"cause,omitempty"`
}

// Note adds a remark, once.
func (f *FileReport) Note(text string) {
	for _, n := range f.Notes {
		if n == text {
			return
		}
	}
	f.Notes = append(f.Notes, text)
}

func (f *FileReport) refuse(err error) {
	f.Refusal = err.Error()
	var refusal *RefusalError
	var unreadable *input.Error
	switch {
	case errors.As(err, &refusal):
		f.Cause = refusal.Cause
	case errors.As(err, &unreadable):
		f.Cause = Cause(unreadable.Cause)
	default:
		f.Cause = BadContent
	}
	if f.Read > f.leftOut() {
		f.Refusal += " (" + count(f.Read, "ligne lue avant, et prise en compte", "lignes lues avant, et prises en compte") + ")"
	}
}

// leftOut counts the records of which nothing is kept.
func (c *Counts) leftOut() int64 {
	n := c.Rejected
	for _, skipped := range c.Skipped {
		n += skipped
	}
	return n
}

// decline refuses a file, or leaves it aside where it may be: what an archive or
// a folder holds beside data is told, and is no failure of the run.
func (f *FileReport) decline(err error, may bool) {
	if may && useless(err) {
		f.Aside = err.Error()
		var refusal *RefusalError
		if errors.As(err, &refusal) {
			f.Aside = cmp.Or(refusal.Brief, refusal.Text)
		}
		return
	}
	f.refuse(err)
}

// Report of a run.
type Report struct {
	Files    []*FileReport `json:"files"` // in the order of the arguments
	DryRun   bool          `json:"dry_run,omitempty"`
	Rejects  string        `json:"rejects,omitempty"` // path of the file of rejects, "" when there are none
	Stopped  bool          `json:"stopped,omitempty"` // the run ended before its end
	Duration time.Duration `json:"duration"`
}

func (r *Report) add(name string) *FileReport {
	f := &FileReport{Name: name}
	r.Files = append(r.Files, f)
	return f
}

// Total adds up the files.
func (r *Report) Total() Counts {
	var c Counts
	for _, f := range r.Files {
		c.plus(f.Counts)
	}
	return c
}

// Refused reports whether a file was not read to its end.
func (r *Report) Refused() bool {
	for _, f := range r.Files {
		if f.Refusal != "" {
			return true
		}
	}
	return false
}
