// Package privacy is the pages on what is held of a person, on its erasure, and on
// how long things are kept.
package privacy

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Data is the page of what the portal holds on who reads it.
type Data struct {
	desk.Page
	Parts    []Part
	Download string // address of the export
	Erase    string // address of the form
	Privacy  string // address of what is said to everybody
}

// Part is what is held for one purpose.
type Part struct {
	ID, Title string
	Why       string
	Long      string // for how long
	Who       string // sees it
	Facts     []desk.Fact
	Tables    []Table
	Links     []part.Link
	None      string // said when there is nothing, "" when there is
}

func (p Part) terms() []desk.Fact {
	return []desk.Fact{{Term: "Pourquoi", Text: p.Why}, {Term: "Combien de temps", Text: p.Long}, {Term: "Qui le voit", Text: p.Who}}
}

// Table is a list; the first cell of a row names it.
type Table struct {
	Caption string
	Heads   []string
	Rows    [][]string
	More    string // what is not shown, "" for nothing
}

func (t Table) head(i int) string {
	if i < len(t.Heads) {
		return t.Heads[i]
	}
	return ""
}

// Erase is the form that erases an account.
type Erase struct {
	desk.Page
	State  form.State
	Action string
	Email  string // of the account
	Typed  string
	Blocks []Block
	Audit  string // for how long lines stay: « 60 mois »
	Data   string // address of the page of data
	Export string
}

// Block is what keeps the account from being erased, and the way out.
type Block struct {
	Text string
	Way  part.Link
}

// Erased is the page after an erasure.
type Erased struct {
	layout.Base
	Later bool // it goes on by itself
}

// Keeping is the page of how long things are kept.
type Keeping struct {
	desk.Page
	Periods []Period
	Next    []string // what the next run would do
	Counted string   // when that was counted
	Last    []string // what the last run did
	LastAt  string   // "" when there was none
	Failed  bool     // the last run did not reach its end
}

// Period is for how long something is kept.
type Period struct {
	What, Long string
	Setting    string // "" when it is fixed
	Then       string // what happens
}
