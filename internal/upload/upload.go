// Package upload knows what becomes of files that an administrator sends from a
// browser to be imported: they are always tried first, and imported when the
// administrator has read what the trial says. One document tells it all; who changes
// it holds to these steps, whichever portal it happens on.
package upload

import (
	"encoding/json"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// State is how far an upload is.
type State string

// States.
const (
	Trying    State = "trying"    // a trial is asked for, or runs
	Tried     State = "tried"     // its report can be read
	Importing State = "importing" // the import is asked for, or runs
	Imported  State = "imported"
	Stopped   State = "stopped"   // somebody stopped the run
	Failed    State = "failed"    // the run ended by a failure
	Cut       State = "cut"       // the portal ended under the run
	Abandoned State = "abandoned" // by somebody: the files are gone
	Expired   State = "expired"   // nobody imported it: the files are gone
)

// States lists them, as they follow each other.
var States = []State{Trying, Tried, Importing, Imported, Stopped, Failed, Cut, Abandoned, Expired}

// Silence is how long a run may say nothing before its portal is taken for gone, by
// the others.
const Silence = 2 * time.Minute

// Refusals that a person may read.
const (
	ErrRunning  = account.Fault("Un essai ou un import de ces fichiers est déjà en cours : sa page dit où il en est.")
	ErrOver     = account.Fault("Ces fichiers ne sont plus sur le portail : les déposer à nouveau.")
	ErrUntried  = account.Fault("Il faut d’abord un essai mené à son terme : son rapport dit ce que l’import ferait.")
	ErrNothing  = account.Fault("L’essai n’a rien trouvé à importer dans ces fichiers.")
	ErrIdle     = account.Fault("Rien n’est en cours : il n’y a rien à arrêter.")
	ErrContrary = account.Fault("Un extrait ne fait rien périmer : choisir « extrait » ou « liste complète admise », pas les deux.")
)

// File is one of the files.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Choices are those of the command line.
type Choices struct {
	Format      string         `json:"format,omitempty"`    // "" = recognised
	Territory   []string       `json:"territory,omitempty"` // values of territories
	Day         structure.Date `json:"day,omitempty"`       // of files that do not tell theirs; "" = the day they came
	Partial     bool           `json:"partial,omitempty"`
	AcceptStale bool           `json:"accept_stale,omitempty"`
}

// Check refuses choices that contradict each other.
func (c Choices) Check() error {
	if c.Partial && c.AcceptStale {
		return ErrContrary
	}
	return nil
}

// Progress is how far a run was when it last said so.
type Progress struct {
	File      string        `json:"file,omitempty"` // being read
	Rows      int64         `json:"rows,omitempty"`
	Bytes     int64         `json:"bytes,omitempty"`
	Total     int64         `json:"total,omitempty"` // bytes
	Remaining time.Duration `json:"remaining,omitempty"`
}

// Run is a trial or an import.
type Run struct {
	By       string          `json:"by"`
	Began    time.Time       `json:"began"`
	Heard    time.Time       `json:"heard"` // when it last said how far it is
	Ended    time.Time       `json:"ended,omitzero"`
	Progress Progress        `json:"progress,omitzero"`
	Report   json.RawMessage `json:"report,omitempty"`  // of the intake, as far as the run went
	Failure  string          `json:"failure,omitempty"` // in French, why it went no further
	Useful   bool            `json:"useful,omitempty"`  // it read something that counts
}

// Upload is some files sent together.
type Upload struct {
	ID      string    `json:"id"`
	By      string    `json:"by"` // who sent them
	At      time.Time `json:"at"`
	Portal  string    `json:"portal"` // on which the files are
	Place   string    `json:"place"`  // how people call it
	Files   []File    `json:"files"`
	Choices Choices   `json:"choices"`
	State   State     `json:"state"`
	StopBy  string    `json:"stop_by,omitempty"` // who asked the run to stop
	Trial   *Run      `json:"trial,omitempty"`
	Import  *Run      `json:"import,omitempty"`
}

// Running reports whether a trial or an import is under way.
func (u *Upload) Running() bool { return u.State == Trying || u.State == Importing }

// Kept reports whether the files are still there to be worked on.
func (u *Upload) Kept() bool {
	return u.State != Imported && u.State != Abandoned && u.State != Expired
}

// Current is the run under way, or the last one.
func (u *Upload) Current() *Run {
	if u.Import != nil {
		return u.Import
	}
	return u.Trial
}

// Changed is when something last happened.
func (u *Upload) Changed() time.Time {
	r := u.Current()
	switch {
	case r == nil:
		return u.At
	case r.Ended.IsZero():
		return r.Heard
	}
	return r.Ended
}

// Lost reports whether a run under way has been silent for so long that nobody does it
// any more.
func (u *Upload) Lost(now time.Time) bool {
	return u.Running() && now.Sub(u.Changed()) > Silence
}

// Try begins a trial under some choices; what an earlier one said counts no more.
func (u *Upload) Try(by string, now time.Time, choices Choices) error {
	if err := u.free(); err != nil {
		return err
	}
	if err := choices.Check(); err != nil {
		return err
	}
	u.Choices, u.State, u.StopBy = choices, Trying, ""
	u.Trial, u.Import = &Run{By: by, Began: now, Heard: now}, nil
	return nil
}

// Begin begins the import that the trial was about.
func (u *Upload) Begin(by string, now time.Time) error {
	if err := u.Importable(); err != nil {
		return err
	}
	u.State, u.StopBy = Importing, ""
	u.Import = &Run{By: by, Began: now, Heard: now}
	return nil
}

// Importable says why the import cannot begin, nil when it can.
func (u *Upload) Importable() error {
	if err := u.free(); err != nil {
		return err
	}
	switch t := u.Trial; {
	case t == nil, t.Ended.IsZero(), t.Failure != "":
		return ErrUntried
	case !t.Useful:
		return ErrNothing
	}
	return nil
}

// free refuses what is under way, and what is over.
func (u *Upload) free() error {
	switch {
	case u.Running():
		return ErrRunning
	case !u.Kept():
		return ErrOver
	}
	return nil
}

// Tell notes how far the run is.
func (u *Upload) Tell(now time.Time, p Progress) {
	if r := u.Current(); u.Running() && r != nil {
		r.Heard, r.Progress = now, p
	}
}

// Stop asks the run to end; whoever does it looks.
func (u *Upload) Stop(by string) error {
	if !u.Running() {
		return ErrIdle
	}
	if u.StopBy == "" {
		u.StopBy = by
	}
	return nil
}

// Outcome is what a run came to.
type Outcome struct {
	Report  json.RawMessage
	Useful  bool
	Failure string // "" = it went to its end
	State   State  // Stopped, Failed or Cut, with a Failure
}

// End ends the run under way.
func (u *Upload) End(now time.Time, o Outcome) error {
	if !u.Running() {
		return ErrIdle
	}
	r := u.Current()
	r.Ended, r.Report, r.Useful, r.Failure = now, o.Report, o.Useful, o.Failure
	switch {
	case o.Failure != "":
		u.State = o.State
	case u.State == Trying:
		u.State = Tried
	default:
		u.State = Imported
	}
	u.StopBy = ""
	return nil
}

// Abandon gives the files up; those of a run that nobody does any more too.
func (u *Upload) Abandon(now time.Time) error {
	if u.Lost(now) {
		_ = u.End(now, Outcome{Failure: "le portail qui y travaillait ne répond plus", State: Cut})
	}
	if err := u.free(); err != nil {
		return err
	}
	u.State = Abandoned
	return nil
}

// Expire gives up the files that nobody imported.
func (u *Upload) Expire() error {
	if err := u.free(); err != nil {
		return err
	}
	u.State = Expired
	return nil
}
