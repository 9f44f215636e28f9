package operation

import (
	"strconv"

	"sourcier/views/form"
	"sourcier/views/part"
)

// QuestionLine is a question as a supplier reads it.
type QuestionLine struct {
	Text    string
	Form    string // what is answered: « Nombre, en personnes »
	Help    string
	Options []string
	Secret  string // why its answers are kept from others, "" when they are not
}

// QuestionSet is a questionnaire as a supplier reads it.
type QuestionSet struct {
	Title string
	Intro []string
	Lines []QuestionLine
}

// QuestionChange is what one version has otherwise than another.
type QuestionChange struct{ Label, Before, After string }

// QuestionDraft is the questionnaire that is being written.
type QuestionDraft struct {
	Text    string // how long it is, and since when
	Missing []part.Link
	Edit    string
	Approve string // "" while something is missing
	Drop    form.Action
}

// QuestionStart is what a questionnaire may start from.
type QuestionStart struct {
	Action    string
	Rev       string
	Templates []part.Option
	Others    []part.Option // sourçages of the organisation
}

// QuestionnairePage is the questionnaire of a sourçage and its versions.
type QuestionnairePage struct {
	Page
	form.State
	Approved *QuestionSet
	Note     string // of what is approved: version, day, who
	Frozen   string // why nothing changes any more
	Reader   bool   // who reads it writes nothing
	Draft    *QuestionDraft
	Revise   string // address of the form that begins another version
	Start    *QuestionStart
	Self     string
	From, To []part.Option // versions to compare, none while there is one
	Compared string        // « De la version 1 à la version 2 »
	Changes  []QuestionChange
	Calendar string
}

// QuestionFields are those of a question that is being written; their names begin with
// Key.
type QuestionFields struct {
	Key, ID, Legend                string
	Text, Options, Unit, Help, Why string
	Kinds                          []part.Option
	Required, Secret               bool
	Plain                          bool // no answer may be said to be confidential
	First, Last, Alone             bool
	FocusText, FocusUp, FocusDown  bool
	Action                         string
}

func (q QuestionFields) name(field string) string { return q.Key + "-" + field }

// here is the address of the form at the question: what is added, moved or removed comes
// back there.
func (q QuestionFields) here() string { return q.Action + "#" + q.Key }

// QuestionnaireEdit is the form of a questionnaire.
type QuestionnaireEdit struct {
	Page
	form.State
	Action, Cancel string
	Rev            string
	Values         map[string]string
	Questions      []QuestionFields
	Full           bool // no more may be added
	Said           string
	Theirs         []QuestionChange // from what is stored to what was typed
	Stale          bool
	Lead           string
	IntroHelp      string
	Review         bool // it may be read over before it is approved
}

// QuestionnaireApproval is what is to be approved, and what follows.
type QuestionnaireApproval struct {
	Page
	form.State
	Action, Edit, Cancel string
	Rev                  string
	Set                  QuestionSet
	Missing              []part.Link
	Open                 bool // everybody contacted will be told
	Version              int
	Told                 string // how many that is
	Mail                 []string
	Changes              []QuestionChange
	Same                 bool // nothing to approve
}

func (q QuestionnaireApproval) button() string {
	if q.Open {
		return "Approuver et envoyer à tous"
	}
	return "Approuver la version " + strconv.Itoa(q.Version)
}

// CalendarPage is the deadline of a sourçage, and the form that moves it.
type CalendarPage struct {
	Page
	form.State
	Action, From string
	Now          string
	Day, Hour    string
	Frozen       string
	Rules        string
	Reader       bool
	Moves        []CalendarMove
}

// CalendarMove is how the deadline was moved before.
type CalendarMove struct{ When, Text, Who string }
