package operation

import (
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// ShutPage says why answers stay closed to who asks.
type ShutPage struct {
	Page
	Why  string
	Team string // where interests are declared
}

// ComparisonPage is the answers side by side.
type ComparisonPage struct {
	Page
	URL, Findings, XLSX, XLSXNotes string

	ByQuestion, BySupplier []part.Option
	ByKind                 []ComparisonKind
	InTime, Differing      bool
	Sifted                 bool // by any filter

	Says      string // « 5 structures, 12 questions »
	Left      string // what the filters leave out
	Suppliers []ComparisonSupplier
	Rows      []ComparisonRow
}

// ComparisonKind is a kind of structures to choose; its id is no word of it.
type ComparisonKind struct {
	part.Option
	ID string
}

// ComparisonSupplier is the head of a column.
type ComparisonSupplier struct {
	Name, URL, Notes string
	When, Version    string
	Late, Entered    bool
	Note             string // private, on the supplier
}

// ComparisonRow is a question.
type ComparisonRow struct {
	Place, Text string
	Number      bool
	Spread      string // of numbers
	Secret      string // why all of its answers are confidential
	Cells       []ComparisonCell
}

// ComparisonCell is an answer.
type ComparisonCell struct {
	Text   string
	Files  []part.Link
	Secret string // why this one is confidential
	Note   string // private
}

// NotesPage is the private notes on a supplier.
type NotesPage struct {
	Page
	State form.State
	To    string
	Items []NotesItem
}

// NotesItem is one note, on a question or, of "", on the supplier.
type NotesItem struct {
	ID, Question, Heading string
	Answer                string
	Text, Rev, By         string
	Theirs                string // what somebody else has written meanwhile
	Fault                 bool
}

// noteState is the state of one form of several: a fault is shown at the note it is of.
func noteState(s form.State, n NotesItem) form.State {
	if !n.Fault {
		s.Faults = nil
	}
	return s
}

func chosen(options []part.Option) (n int) {
	for _, o := range options {
		if o.Selected {
			n++
		}
	}
	return n
}

func kindOptions(kinds []ComparisonKind) (out []part.Option) {
	for _, k := range kinds {
		out = append(out, k.Option)
	}
	return out
}

// choiceSays tells what is chosen without opening it: « Questions · 3 sur 12 ».
func choiceSays(name string, options []part.Option) string {
	if n := chosen(options); n > 0 {
		return name + " · " + format.Number(n) + " sur " + format.Number(len(options))
	}
	return name + " · toutes"
}
