package operation

import (
	"sourcier/views/form"
	"sourcier/views/part"
)

// FindingsPage is the findings of a sourçage and what they lead to.
type FindingsPage struct {
	Page
	State              form.State
	To, Rev            string
	Comparison, Report string // addresses
	Writes             bool
	Findings           []FindingLine

	ID, Text, Consequence string // of the form; ID "" = another one
	Effects               []part.Option
}

// FindingLine is one of them.
type FindingLine struct {
	ID, Text, Effect, Consequence, By string
	Edit, Remove, Move                string
	First, Last                       bool
	Lots                              []FindingLot // of one on the reservation
}

// FindingLot leads to what was studied and decided about a lot.
type FindingLot struct{ Name, Study, Decision string }
