package operation

import (
	"sourcier/views/form"
	"sourcier/views/part"
)

// LaunchPage is the launch of the consultation, and what comes after it.
type LaunchPage struct {
	Page
	State form.State
	Steps LaunchSteps

	// Before the launch; nil after it.
	Before *LaunchBefore
	// After it; nil before.
	After *LaunchAfter
}

// LaunchSteps is how far the operation is, with what its buyer may do next.
type LaunchSteps struct {
	Lines  []LaunchStep
	Hint   string // why the next step waits
	Action *form.Action
}

// LaunchStep is a step that is done, or is not.
type LaunchStep struct {
	Name, When string
	Done       bool
}

// LaunchBefore is what is looked at before the launch.
type LaunchBefore struct {
	Why     string // why it cannot be launched by who looks, "" = it can
	Checks  []LaunchCheck
	Beside  []part.Link // other operations that the launch silences
	Action  string
	Message string
	Heads   string // how many are told
}

// LaunchCheck is something that is settled, or will stand in the report.
type LaunchCheck struct {
	Fact part.Answer
	Link *part.Link
}

// LaunchPreview asks for the confirmation of the launch.
type LaunchPreview struct {
	Page
	State   form.State
	Heads   string
	Message string
	Beside  []part.Link
	Left    []string // what will stand in the report
	Action  string
	Back    string
	Button  string
}

// LaunchAfter is what was told at the launch, and what may follow.
type LaunchAfter struct {
	Says       string
	Message    string
	Fixes      []LaunchFix // corrections
	FixAction  string      // "" when none may be made
	FixText    string
	FixButton  string
	FixNone    string // why no more may be made
	Rejections []LaunchRejection
	Form       *LaunchRejectionForm
}

// LaunchFix is a correction that was sent.
type LaunchFix struct{ When, Text string }

// LaunchRejection is a rejected candidate that was informed.
type LaunchRejection struct {
	Name, Day, Form, Note, Edit string
}

// LaunchRejectionForm notes one, or changes one.
type LaunchRejectionForm struct {
	Action, ID, Seen string
	Suppliers        []part.Option
	Name, Day, Note  string
	Forms            []part.Option
	Cancel           string // when one is changed
}

// Heading is that of the form.
func (f *LaunchRejectionForm) Heading() string {
	if f.ID != "" {
		return "Modifier l’information donnée"
	}
	return "Noter une information donnée"
}
