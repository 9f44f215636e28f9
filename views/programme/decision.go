// Package programme is the pages of what an organisation plans to buy.
package programme

import (
	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

// DecisionPage is the way of a lot from its study to the text for the tender.
type DecisionPage struct {
	desk.Page
	State    form.State
	URL      string // of the page
	Object   string
	Facts    []desk.Fact
	Notice   string // why nothing may be done here, "" when something may
	Steps    []DecisionStep
	Study    *DecisionStudy // as things are now
	NoStudy  string         // why there is none
	StudyURL string
	Opinions []DecisionOpinion
	Ask      *DecisionAsk
	NoAsk    string // why nobody can be asked
	Give     *DecisionGive
	Waiting  *DecisionMade // the proposal that waits
	Acts     DecisionActs
	Propose  *DecisionPropose
	Standing *DecisionMade
	Past     []DecisionMade // the newest first
}

// DecisionStep is one step of the way.
type DecisionStep struct {
	Name, Says string
	To         string // id of its part of the page
	Done, Now  bool
}

// sign and state say how far a step is, without its colour.
func (s DecisionStep) sign() string {
	switch {
	case s.Done:
		return "✓"
	case s.Now:
		return "→"
	}
	return "·"
}

func (s DecisionStep) state() string {
	switch {
	case s.Done:
		return "Fait"
	case s.Now:
		return "En cours"
	}
	return "À venir"
}

// DecisionStudy is a study in short, or in full as it was frozen.
type DecisionStudy struct {
	ID        string // begins the ids of its tables
	Verdicts  []DecisionVerdict
	Warnings  []string
	Bases     []DecisionBasis
	Says      string   // the threshold and the day
	Rules     []string // figures of the law that it was judged by
	Hash      string
	Candidate bool // candidates are listed
}

// DecisionVerdict is one of its verdicts.
type DecisionVerdict struct {
	Label   string
	Reasons []string
}

// DecisionBasis is what it says of one article.
type DecisionBasis struct {
	Article, Title string
	Answerers      string // figure
	Home           string // of the home territory, declared
	Department     string
	Region         string
	Candidates     []DecisionCandidate
	More           string
}

// DecisionCandidate is who could answer.
type DecisionCandidate struct {
	Name, URL, Says string
	Counted         bool
}

// DecisionOpinion is an opinion that was asked.
type DecisionOpinion struct {
	Heading  string // « Favorable avec réserve », « Attendu pour le… », « En retard… »
	Late     bool
	Given    bool
	Question string
	Reason   string
	By       string
}

// DecisionAsk is the form that asks for an opinion.
type DecisionAsk struct {
	Once     string
	Persons  []part.Option
	Due      string
	Question string
	Again    bool // one is asked already
}

// DecisionGive is the form that answers one.
type DecisionGive struct {
	To     string
	Views  []part.Option
	Reason string
}

// DecisionPropose is the form that proposes.
type DecisionPropose struct {
	Once, Seen string
	Choices    []part.Option
	Bases      []part.Option
	Hours      string
	HoursURL   string // the calculator with the amounts of the lot
	Reasons    string
	Again      string
	Standing   bool // a decision stands: why it is taken up again is asked
	Open       bool // the form is shown at once
}

// DecisionActs are the buttons at a proposal that waits.
type DecisionActs struct {
	Withdraw *form.Action
	Approve  *form.Action
	Refuse   string // address of the form, "" when it is not offered
	Reason   string // as it was typed
	Why      string // why there are none
}

// DecisionMade is a proposal and what came of it.
type DecisionMade struct {
	ID       string // begins ids of its parts
	Says     string
	State    string // « Approuvée le… par… »
	By       string // who proposed, and when
	Reasons  string
	Again    string
	Refusal  string
	Changes  []DecisionChange
	Evidence *DecisionStudy
	Damaged  bool // the evidence is not what was frozen
	Words    *DecisionWords
}

// DecisionChange is a fact of the purchase that has changed since.
type DecisionChange struct{ What, Before, After string }

// DecisionWords are the texts for the tender.
type DecisionWords struct {
	Article string
	Texts   []DecisionText
	Codes   []DecisionCode
	Checks  []string
}

// DecisionText is one of them, to be copied.
type DecisionText struct{ ID, Title, Text, Rows string }

// DecisionCode is a code of open data.
type DecisionCode struct {
	Where, Value, Meaning string
	ToCheck               bool
}

// AwaitedPage is the opinions and the decisions that are awaited.
type AwaitedPage struct {
	desk.Page
	Lead      string
	Opinions  []AwaitedLine
	NoOpinion string
	Proposals []AwaitedLine
	NoneWaits string
}

// AwaitedLine is one of them.
type AwaitedLine struct {
	Object, URL string
	Of          string // the purchase, "" when Object says it
	Says        string // what is asked, or proposed
	When        string
	Who         string
	Late        bool
}

func url(path string) templ.SafeURL { return templ.SafeURL(path) }
