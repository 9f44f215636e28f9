package operation

import (
	"sourcier/views/form"
	"sourcier/views/part"
)

// ResponsesPage lists the answers of a sourçage.
type ResponsesPage struct {
	Page
	Lead  string
	Note  string
	Rows  []ResponseRow
	Enter bool // the reader may enter an answer
}

// ResponseRow is a supplier with its answer.
type ResponseRow struct {
	Name   string
	URL    string // "" when it has not answered
	Enter  string // address of the form that enters one
	State  string
	Late   bool
	Says   []string // how it came, how often, what is confirmed
	Files  string
	Signed string
}

// ResponseShut says why answers are not open, and what to do.
type ResponseShut struct {
	Page
	Text string
	Way  part.Link
}

// ResponsePage is the answer of a supplier.
type ResponsePage struct {
	Page
	Supplier string
	Status   []AnswerStatus
	Lines    []AnswerLine
	Changed  int // questions that the submission before answered otherwise
	ChangeBy string
	Evidence *AnswerFile
	Note     string
	History  []ResponseSent
	Enter    string
	Decline  string
}

// ResponseSent is a submission in the history.
type ResponseSent struct {
	Number, At, How, Name, Hash string
	Late                        bool
	Kept                        string // what is not kept of it, "" when all is
	Lines                       []AnswerLine
}

// ResponseForm enters an answer that came by another way.
type ResponseForm struct {
	Page
	State     form.State
	Action    string
	Supplier  string
	Late      bool
	Routes    []part.Option
	Came      form.Field
	Name      form.Field
	Note      form.Field
	Version   string
	Questions []AnswerQuestion
	FileHelp  string
}
