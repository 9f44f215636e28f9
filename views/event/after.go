package event

import (
	"sourcier/views/desk"
	"sourcier/views/drawing"
	"sourcier/views/form"
	"sourcier/views/layout"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// AfterSurveyPage is the survey after an event, as the organiser sees it.
type AfterSurveyPage struct {
	Page
	form.State
	Lead    string
	Notes   []string
	Start   *AfterStart
	Set     *views.QuestionSet
	SetNote string // how many questions, and whether they may change
	Edit    string
	Send    *AfterSend
	End     form.Action
	EndText string
	Count   []part.Count // asked, answered, shown
	Results []AfterResult
	Few     string // why nothing is shown
	Asking  []AfterAsking
	How     []string // how it is counted
}

// AfterStart is what the questions may start from.
type AfterStart struct {
	To        string
	Templates []part.Option
}

// AfterSend is the form that sends the survey.
type AfterSend struct {
	To, Text, Days, Label string
	Why                   string // why it cannot be sent, "" when it can
}

// AfterResult is what was answered to a question.
type AfterResult struct {
	ID, Question string
	Note         string
	Chart        *drawing.Ranked
	Texts        []string
	Rows         [][3]string // option, number, share
	Figures      []desk.Fact
}

// AfterAsking is who asks for a training.
type AfterAsking struct{ Name, Body, Email, Text, Day string }

// AfterOpinionPage is the survey as who came answers it.
type AfterOpinionPage struct {
	layout.Base
	form.State
	Heading, Who, Done string
	Intro              []string
	Action             string
	Questions          []views.AnswerQuestion
	Over               string // why nothing is asked
	Rules              []string
}

// AfterNextPage is what a guest says by name after an event.
type AfterNextPage struct {
	layout.Base
	form.State
	Heading, Who, Done string
	Back               string
	Training           form.Field
	TrainingTo         string
	Meetings           []AfterMeeting
	MeetTo             string // "" when none is noted
	Once               string
	Values             map[string]string
	Kinds              []part.Option
	Across             string // « acheteur », « structure » that is met
}

// AfterMeeting is a rencontre as its page and a guest see it.
type AfterMeeting struct {
	ID, To                     string
	Kind, Day, Subject, Next   string
	Buyer, Supplier            string
	BuyerSays, SupplierSays    part.Answer
	Status                     part.Answer
	Open                       bool // a guest may say yes or no
	Match                      []AfterMatch
	Enter                      []part.Option
	EnterTo, EnterWhy, MatchTo string
	Rev                        string
	Uses                       []part.Link
}

// AfterMatch is a side of a rencontre that is no guest yet.
type AfterMatch struct {
	Side, Label string
	Guests      []part.Option
}

// AfterMeetingsPage are the rencontres of an event, and the log of visits.
type AfterMeetingsPage struct {
	Page
	form.State
	Lead, New, NoNew string
	Meetings         []AfterMeeting
}

// AfterMeetingForm notes one.
type AfterMeetingForm struct {
	Page
	form.State
	To, Once, Back         string
	Values                 map[string]string
	Kinds                  []part.Option
	Buyers, Suppliers      []part.Option
	BuyersHelp             string
	SuppliersHelp, DayHelp string
}

// AfterBudgetPage is what an event costs.
type AfterBudgetPage struct {
	Page
	form.State
	To, Rev   string
	Lines     []AfterCost
	Reader    bool
	Total     AfterCost
	Notes     []string
	Each      []AfterFigure
	Chart     *drawing.Ranked
	ChartRows [][2]string
}

// AfterCost is a line of a budget, as its form has it.
type AfterCost struct{ Key, ID, Number, Label, Line, Planned, Committed, Actual string }

func (c AfterCost) name(field string) string { return c.Key + "-" + field }

// AfterBalancePage is what an event gave.
type AfterBalancePage struct {
	Page
	form.State
	To, Rev       string
	Reader        bool
	Provisional   string
	Sections      []AfterSection
	Roles         []AfterRole
	Chart         *drawing.Ranked
	Balance, Next string
	PDF, XLSX     string
	Asked         []string // improvements that were asked for
}

// AfterSection is a part of a report: figures, each with how it is counted.
type AfterSection struct {
	ID, Heading string
	Lines       []AfterFigure
}

// AfterFigure is a figure of a report.
type AfterFigure struct {
	Label, Value, How string
	List              []string
}

// AfterRole is the turnout of a role.
type AfterRole struct{ Role, Invited, Accepted, Present, Absent string }
