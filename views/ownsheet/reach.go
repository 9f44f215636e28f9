package ownsheet

import (
	"sourcier/views/desk"
	"sourcier/views/drawing"
)

// ReachPage is what the portal brings a structure.
type ReachPage struct {
	desk.Page
	Lead      string
	Empty     []string // why there is nothing to tell yet, nil when there is something
	Begin     *Step    // what to do about it
	Figures   []Figure
	Sentences []string // the months in words
	Charts    []drawing.Bars
	Rows      []ReachRow
	Words     []ReachWord
	Steps     []Step // what would bring more
	URL       string // of the sheet's desk
}

// Figure is a total and what it counts; About stands before a number that is not exact.
type Figure struct{ About, Number, Label string }

// ReachRow is a month of the table.
type ReachRow struct{ Month, Found, Viewed string }

// ReachWord is a word and how many visits it brought.
type ReachWord struct{ Word, Times string }
