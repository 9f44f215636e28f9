// Package buying is the desk of buyers: shared lists of structures, saved searches and
// their alerts.
package buying

import (
	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

func url(s string) templ.SafeURL { return templ.SafeURL(s) }

// ListsPage is the lists of an organisation.
type ListsPage struct {
	desk.Page
	form.State
	Organisation string
	Lists        []ListLine
	Trash        []ListLine
	Writes       bool
	Name         string // of a new list, as it was typed
	Once         string // id of a new list
}

// ListLine is a list among others.
type ListLine struct {
	Name, URL string
	Count     string // « 12 structures »
	By        string // « par Ada Morel, le 28 novembre 2026 »
	Action    *form.Action
}

// ListPage is one list.
type ListPage struct {
	desk.Page
	form.State
	URL     string
	Lead    string
	Sorts   []part.Option
	Entries []Entry
	Pages   part.Pagination
	Writes  bool
	Back    *part.Link // what was searched before the structure was added
	CSV     string
	XLSX    string
}

// Entry is a structure of a list.
type Entry struct {
	Card   part.Card // its Name is empty of a sheet that is gone
	Gone   string    // said in its place
	State  string    // what has become of it, "" when nothing has
	Added  string    // « Ajoutée le 28 novembre 2026 par Ada Morel »
	Note   string
	Noted  string       // who wrote it, and when
	Page   string       // of the entry, where its note is written; "" = one may not
	Way    string       // what it says: « Écrire une note »
	Hidden string       // of which structure, for who hears the links alone
	Remove *form.Action // nil = one may not, or there is a note to lose
}

// EntryPage is where a note is written.
type EntryPage struct {
	desk.Page
	form.State
	Action string
	Text   string
	Rev    string
	Noted  string
	Keep   string  // where one goes who keeps it
	Theirs *Theirs // what somebody else has written meanwhile
	Remove *form.Action
	Lost   bool // the note goes with the structure
	Sheet  part.Link
}

// Theirs is the version of somebody else.
type Theirs struct{ Text, By string }

// EditPage renames a list, and leads to its deletion.
type EditPage struct {
	desk.Page
	form.State
	Action string
	Name   string
	Delete string // address of the page that asks whether to
}

// ConfirmPage asks before something is deleted.
type ConfirmPage struct {
	desk.Page
	form.State
	Text   []string
	Action form.Action
	Cancel part.Link
}

// AddPage chooses the list that structures are put on.
type AddPage struct {
	desk.Page
	form.State
	Names []string
	IDs   []string
	Lists []part.Option
	Name  string // of a new list
	Once  string
	Back  string // local address that was left for this page
}

// SearchesPage is the saved searches.
type SearchesPage struct {
	desk.Page
	form.State
	Notice string // why nothing is mailed
	Own    []SearchLine
	Shared []SearchLine
	Seen   bool // the person sees what an organisation shares
}

// SearchLine is a search among others.
type SearchLine struct {
	ID, Name string
	Open     string // address of its results
	Words    string // the search in words
	By       string
	State    string // of its alert
	Broken   bool   // it can be read no more
	Edit     string
	Alert    form.Action
}

// SavePage saves a search.
type SavePage struct {
	desk.Page
	form.State
	Words    []string
	Query    string
	Name     string
	Once     string
	Shares   bool // one may share it
	Shared   bool
	Alert    bool
	Back     string
	Mentions string // organisation that it is shared with
}

// SearchPage is one saved search.
type SearchPage struct {
	desk.Page
	form.State
	Facts    []desk.Fact
	Broken   bool
	Open     string
	Alert    *form.Action
	Changes  bool
	Action   string
	Name     string
	Shares   bool
	Shared   bool
	Mentions string
	Delete   string
}
