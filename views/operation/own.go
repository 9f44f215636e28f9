package operation

import (
	"sourcier/views/desk"
	"sourcier/views/part"
)

// OwnList is what the structures of who is signed in are asked.
type OwnList struct {
	desk.Page
	Requests []OwnLine
	Sheets   bool   // at least one is held
	More     string // "" when the page shows all
}

// OwnLine is a request in the list.
type OwnLine struct {
	Title, URL, Buyer string
	For               string // structure, "" when there is one only
	State             part.Answer
	When              string
}

// OwnPage is one request, as its supplier knows it.
type OwnPage struct {
	desk.Page
	State     part.Answer
	When      string
	Answer    part.Link // the personal page, "" when there is none
	Refused   string    // why the structure is not asked
	Word      string    // of one that asked to be
	Facts     []desk.Fact
	Message   string
	Last      []OwnTold // at the launch, and its corrections
	Told      []OwnTold
	Sent      []OwnSent
	Declined  string // "" = it did not
	Exchanges []OwnExchange
	Questions []OwnQuestion
}

// OwnTold is something that the supplier was told.
type OwnTold struct{ Label, Text, At string }

// OwnSent is an answer that was sent.
type OwnSent struct {
	Heading string
	Facts   []string
	Values  []OwnValue // none of those in between, of which the time alone is kept
}

// OwnValue is the answer to a question.
type OwnValue struct {
	Question, Text string
	Files          []part.Link
	Secret         string // why it is confidential, "" when it is not
}

// OwnExchange is an exchange with its minutes.
type OwnExchange struct {
	Heading, Facts, Minutes string
	State                   part.Answer
	Word, Answer            string // of the supplier, of the buyer
}

// OwnQuestion is a question to the buyer.
type OwnQuestion struct{ Text, At, Answer string }

// asked heads what the supplier was asked, or asked for.
func (p *OwnPage) asked() string {
	if p.Message == "" {
		return "Votre candidature"
	}
	return "La demande"
}
