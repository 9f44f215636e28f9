package operation

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

// LedgerPage is the registre des informations communiquées.
type LedgerPage struct {
	Page
	State     form.State
	Gaps      part.Answer // how many there are
	GapsHelp  string
	Silent    string // what the launch leaves, "" before it
	Acts      []part.Link
	Questions part.Link // of suppliers
	Annex     part.Link
	Only      bool          // gaps alone are shown
	One       []part.Option // the structure that is shown
	Clear     string        // address without filters, "" when there is none
	Suppliers []string      // names, of the columns
	Rows      []LedgerRow
	Empty     string
}

// LedgerRow is an information.
type LedgerRow struct {
	URL, Text string
	Says      string // origin, when
	DCE       string
	Cells     []LedgerCell
	Share     string // to how many it would go, "" when it is not to be shared
	Reread    bool   // it names a structure: its page asks for a tick first
}

// LedgerCell is how a structure stands to it.
type LedgerCell struct {
	Supplier string
	State    string // of sourcing.CellState, for its look
	Sign     string
	Label    string
	When     string
	Reason   string
}

// LedgerInfoPage is an information of the registre, and what can be done about it.
type LedgerInfoPage struct {
	Page
	State     form.State
	Text      string
	Facts     []desk.Fact
	Gaps      part.Answer
	Cells     []LedgerCell
	URL       string
	Writes    bool
	Share     *form.Action
	ShareSays string
	Betrays   string        // what the text tells of a supplier, "" for nothing
	Sure      bool          // the box that says it was read again is shown
	Without   []part.Option // structures that were not given it
	Open      string        // form that was refused
	Reason    string
	Typed     string // a reason whose form is gone
	Document  string
	Article   string
	Day       string
	SeenDCE   string // when the note that was read was written
}

// LedgerTellPage writes to everybody, or notes what was said to some.
type LedgerTellPage struct {
	Page
	State     form.State
	Lead      string
	To        string
	Text      string
	Help      string
	Label     string
	Suppliers []part.Option // of what was said to some
	Exchange  string        // id, of where it was said
	Where     string        // in words
	Button    string
	Warning   LedgerWarning
	Refused   string // why nothing can be sent
}

// LedgerWarning says that a text may tell who is asked.
type LedgerWarning struct{ Text string }

// LedgerQuestionsPage is what suppliers asked.
type LedgerQuestionsPage struct {
	Page
	Lead  string
	Lines []LedgerQuestion
}

// LedgerQuestion is one.
type LedgerQuestion struct {
	Text, By, When string
	Status         part.Answer
	URL            string // where it is answered, or its answer is
	Way            string
}

// LedgerReplyPage answers a question to all.
type LedgerReplyPage struct {
	Page
	State    form.State
	Asked    string
	By       string
	To       string
	Question string
	Answer   string
	Says     string // how many get it
	Warning  LedgerWarning
	Refused  string
}
