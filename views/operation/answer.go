package operation

import (
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// AnswerPage is the personal page of a supplier. Nothing in it tells of another.
type AnswerPage struct {
	layout.Base
	State form.State
	Done  string
	URL   string // of this page, by its token

	Organisation string
	Heading      string
	Message      []string // paragraphs of the first message
	Deadline     string   // « 12 décembre 2026 à 12 h 00 »
	Left         string   // what is left, or that it is over
	Late         bool

	Status  []AnswerStatus
	Closed  string // why nothing is taken any more, "" while answers are
	Locked  bool   // something was written in another browser
	Whole   bool   // what was sent is shown
	Proven  bool   // and what was said to the structure alone, whenever
	CodeURL string
	SignIn  string // "" for who is signed in
	Told    []AnswerTold
	Changes []AnswerChange // of the questionnaire, since the page was opened
	Earlier []AnswerEarlier
	Form    *AnswerForm // nil when nothing is taken any more
	Sent    []AnswerLine
	SentSay string
	Entered *AnswerEntered
	Minutes []AnswerMinutes
	Ask     *AnswerAsk
	Decline *AnswerDecline
	Claim   string // address of the claim of the sheet, "" when there is nothing to claim
}

// AnswerStatus is a line of where the answer is.
type AnswerStatus struct {
	Text string
	Tone string // "good", "warn" or ""
}

// AnswerTold is an information that the supplier was given.
type AnswerTold struct {
	Day    string
	Origin string
	Text   []string
	Alone  bool
}

// AnswerChange is a question that is asked otherwise than when the page was opened.
type AnswerChange struct{ What, Before, After string }

// AnswerEarlier is an answer to another sourçage that may be taken over.
type AnswerEarlier struct{ ID, Title, Say string }

// AnswerForm is the questionnaire.
type AnswerForm struct {
	Version, Rev string
	Title, Intro string
	Questions    []AnswerQuestion
	Name         form.Field
	Reuse        bool
	Script       string
	Send         string // label of the button
	Warn         string // before sending
}

// AnswerQuestion is one question with what is answered.
type AnswerQuestion struct {
	ID           string
	Number       int
	Kind         string
	Field        form.Field
	Options      []part.Option
	Files        []AnswerFile
	AttachLabel  string // "" when no more may be given
	Confidential string // why the buyer keeps it to itself
	Secret       form.Field
	SecretOn     bool
	Why          form.Field
}

// Open reports whether the part on confidentiality is shown unfolded.
func (q AnswerQuestion) open(s form.State) bool {
	return q.SecretOn || s.Fault(q.Why.Name) != ""
}

// AnswerFile is one that was given.
type AnswerFile struct{ Hash, Name, Size, URL string }

// AnswerLine is a question with what was answered, to be read.
type AnswerLine struct {
	Number   int
	Question string
	Text     []string
	Files    []AnswerFile
	Secret   string // why it is confidential
	Before   string // what the submission before said, when it said otherwise
}

// AnswerEntered asks to confirm what the buyer entered.
type AnswerEntered struct {
	Number string
	Say    string
	Word   string
}

// AnswerMinutes are those of an exchange.
type AnswerMinutes struct {
	ID     string // of the exchange
	Title  string
	People string
	Agenda []string
	Text   []string
	State  string
	Word   string // of the supplier
	Reply  string // of the buyer
	Rev    string
	Open   bool // to be judged
	Typed  string
}

// AnswerAsk is the question to the buyer.
type AnswerAsk struct{ Typed string }

// AnswerDecline is how a supplier says that it does not answer.
type AnswerDecline struct{ Typed string }

// AnswerCodePage awaits a code.
type AnswerCodePage struct {
	layout.Base
	State   form.State
	URL     string
	Heading string
	Awaits  bool
	Sent    string
	Local   string // the mailbox of a trial, "" = none
	SignIn  string
}

// AnswerFilePage sends a file for one question.
type AnswerFilePage struct {
	layout.Base
	State    form.State
	URL      string // of the personal page
	Action   string
	Question string
	Help     string
}
