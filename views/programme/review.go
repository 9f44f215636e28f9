package programme

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// ReviewsPage is the reviews of an organisation.
type ReviewsPage struct {
	desk.Page
	New     string // where one is begun, "" for who begins none
	Reviews []ReviewLine
	None    string
}

// ReviewLine is one of them.
type ReviewLine struct {
	Name, URL string
	Says      string // « 12 achats, 3 conclusions »
	State     string // « En cours », « Close le… »
	Minutes   string // address
}

// ReviewNewPage begins one.
type ReviewNewPage struct {
	desk.Page
	State    form.State
	Once     string
	Services []part.Option
	On       string
	People   ReviewPeople
}

// ReviewPeople is who is there.
type ReviewPeople struct {
	Members []part.Option
	Others  string
}

// ReviewPage is a review in the room: one purchase at a time.
type ReviewPage struct {
	layout.Base
	Heading string // the service
	Done    string
	State   form.State
	URL     string
	On      string
	Closed  string // since when, "" while it goes on
	Writes  bool
	Empty   string // why there is nothing to look at
	More    string

	Place            string // « 3 sur 12 »
	Previous, Next   string // addresses, "" at the ends
	Item             *ReviewItem
	Index            []ReviewLink
	People           ReviewPeople
	Names            []string // who is there
	Kept             string   // for how long typed names are
	Minutes, Reviews string   // addresses
	CloseAction      *form.Action
}

// ReviewItem is the purchase that is looked at.
type ReviewItem struct {
	Object, URL string
	Gone        bool // it is no longer in the programme
	Facts       []desk.Fact
	Lots        []ReviewLot
	To          string // address of the form
	Rev         string
	Outcomes    []part.Option
	Outcome     string
	Note        string
	By          string
	Theirs      *ReviewTheirs // what somebody else has written meanwhile
}

// ReviewTheirs is what is stored, beside what was typed.
type ReviewTheirs struct{ Outcome, Note, By string }

// ReviewLot is a lot of it.
type ReviewLot struct {
	Name, Euros      string
	Verdict, Reason  string // "" when no study is made
	Study, Decision  string // addresses
	Decided          string // the decision in force
	OpinionOrWaiting string
}

// ReviewLink leads to one purchase of the review.
type ReviewLink struct {
	Object, URL, Says string
	Noted, Current    bool
}

// MinutesPage is the minutes, to be read and printed.
type MinutesPage struct {
	layout.Base
	Heading string
	Above   []part.Link
	Facts   []desk.Fact
	Names   []string
	Kept    string
	Items   []MinutesItem
	More    string
	DOCX    string // address
}

// MinutesItem is a purchase in the minutes.
type MinutesItem struct {
	Object, Says  string
	Outcome, Note string
	By            string
}
