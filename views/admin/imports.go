package admin

import (
	"strconv"

	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

// ImportForm is the page that sends files.
type ImportForm struct {
	desk.Page
	State   form.State
	To      string
	Once    string // sent twice, it is kept once
	Files   form.Field
	Choices []FilterField
	Partial bool
	Open    bool // the choices are shown
}

// Import is the page of files that were sent.
type Import struct {
	desk.Page
	State     form.State
	Here      string // its address
	Facts     []desk.Fact
	Notice    string
	Warning   string
	Elsewhere string // where the files are, "" when they are here or gone
	Progress  *Progress
	Acts      []form.Action
	Again     *Again
	Reports   []ImportReport
}

// Progress is how far a run is. Max is 0 when nobody knows yet.
type Progress struct {
	Label, Text, Help string
	Value, Max        int64
}

func (p Progress) value() string { return strconv.FormatInt(p.Value, 10) }
func (p Progress) max() string   { return strconv.FormatInt(p.Max, 10) }

// Again is a form for another trial.
type Again struct {
	To, Version, Button string
	Choices             []FilterField
	Nature              form.Field
	Natures             []part.Option
	Open                bool
}

// ImportReport is what a run came to.
type ImportReport struct {
	ID, Heading, Intro string
	Figures            []Figure
	Files              []ReportedFile
	Rejects            *Table
	NoRejects          string // where they are
	Download           *form.Action
	Text               string // as the command line writes it
}

// ReportedFile is what became of a file.
type ReportedFile struct {
	Name, Layout, Aside, Refusal string
	Remarks                      []string
}
