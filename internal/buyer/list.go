package buyer

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
)

// Errors.
var (
	ErrUnchanged = errors.New("nothing to do")
	ErrNoList    = errors.New("no such list")
	ErrNoEntry   = errors.New("the structure is not on the list")
	// ErrStale is answered to who edits a note that another has changed since it was shown.
	ErrStale = errors.New("the note was changed meanwhile")
)

// List is what a list of a binder holds.
type List struct {
	ID           string  `json:"id"`
	Organisation string  `json:"organisation"`
	Entries      []Entry `json:"entries"` // in the order in which they were added
}

// Entry is a structure of a list. Its name is not kept: a sheet that was withdrawn,
// perhaps since its holder objects to being listed, must not live on here.
type Entry struct {
	Structure string    `json:"structure"` // id
	By        string    `json:"by,omitempty"`
	At        time.Time `json:"at"`
	Note      *Note     `json:"note,omitempty"`
}

// Note is what the organisation notes about a structure of a list, its last version.
type Note struct {
	Text string    `json:"text"` // "" of one that was emptied
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
	Rev  int       `json:"rev"` // how often it was written
}

// Noted is the note of an entry, the zero one when there is none.
func (e *Entry) Noted() Note {
	if e.Note == nil {
		return Note{}
	}
	return *e.Note
}

// Entry finds a structure, nil when it is not on the list.
func (l *List) Entry(structure string) *Entry {
	i := slices.IndexFunc(l.Entries, func(e Entry) bool { return e.Structure == structure })
	if i < 0 {
		return nil
	}
	return &l.Entries[i]
}

// Add puts structures on the list and tells how many were not there yet. All or none
// when they are too many.
func (l *List) Add(m Member, structures []string, at time.Time) (int, error) {
	if !m.Writes() {
		return 0, account.ErrNotAllowed
	}
	before := len(l.Entries)
	for _, id := range structures {
		if l.Entry(id) == nil {
			l.Entries = append(l.Entries, Entry{Structure: id, By: m.Person, At: at.UTC()})
		}
	}
	added := len(l.Entries) - before
	if len(l.Entries) > MaxEntries {
		l.Entries = l.Entries[:before]
		return 0, account.Fault(fmt.Sprintf("Une liste tient 500 structures au plus ; celle-ci en a %d.", before))
	}
	if added == 0 {
		return 0, ErrUnchanged
	}
	return added, nil
}

// Remove takes a structure off the list, with its note.
func (l *List) Remove(m Member, structure string) error {
	if !m.Writes() {
		return account.ErrNotAllowed
	}
	if l.Entry(structure) == nil {
		return ErrUnchanged
	}
	l.Entries = slices.DeleteFunc(l.Entries, func(e Entry) bool { return e.Structure == structure })
	return nil
}

// Write replaces the note of a structure by one written over its version rev; "" empties
// it. ErrStale when somebody else has written since.
func (l *List) Write(m Member, structure, text string, rev int, at time.Time) error {
	if !m.Notes() {
		return account.ErrNotAllowed
	}
	e := l.Entry(structure)
	if e == nil {
		return ErrNoEntry
	}
	old := e.Noted()
	text = strings.TrimSpace(text)
	switch {
	case old.Text == text: // also of the same form sent twice
		return ErrUnchanged
	case old.Rev != rev:
		return ErrStale
	case utf8.RuneCountInString(text) > MaxNote:
		return account.Fault("Cette note est trop longue : 1 000 caractères au plus.")
	}
	e.Note = &Note{Text: text, By: m.Person, At: at.UTC(), Rev: rev + 1}
	if l.noteBytes() > MaxNotes {
		return account.Fault("Les notes de cette liste sont trop longues pour être gardées ensemble : raccourcissez-en, ou commencez une autre liste.")
	}
	return nil
}

// noteBytes is what the notes take as they are stored: a sign may take six bytes.
func (l *List) noteBytes() (n int) {
	for i := range l.Entries {
		if l.Entries[i].Note == nil {
			continue
		}
		text, err := json.Marshal(l.Entries[i].Note.Text)
		if err != nil {
			return MaxNotes + 1 // no text of ours
		}
		n += len(text)
	}
	return n
}

// Forget takes a person's id off; false when it was not there. What was noted stays
// with the organisation.
func (l *List) Forget(person string) bool {
	found := false
	for i := range l.Entries {
		e := &l.Entries[i]
		if e.By == person {
			e.By, found = "", true
		}
		if e.Note != nil && e.Note.By == person {
			e.Note.By, found = "", true
		}
	}
	return found
}

// Persons are those whose id the list holds.
func (l *List) Persons() (out []string) {
	for i := range l.Entries {
		out = append(out, l.Entries[i].By, l.Entries[i].Noted().By)
	}
	return distinct(out)
}

// again is a name with a number, within the bound.
func again(name string, n int) string {
	end := " (" + strconv.Itoa(n) + ")"
	letters := []rune(name)
	return string(letters[:min(len(letters), MaxName-len(end))]) + end
}
