package operation

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// CallCandidate is somebody who asks to take part, as the buyer reads it.
type CallCandidate struct {
	Name    string
	Address string // of its page in the directory, "" when it has none
	Facts   []desk.Fact
	Word    string
	State   part.Answer
	Reason  string // of the refusal, or as it was typed
	Act     string // address of the answer, "" when there is nothing to answer
	Hear    bool   // it may be asked now
	Later   string // why it is not asked now
	Field   string // of the reason
	Open    bool   // the refusal is being written
}

// CallDeskPage is the public page of a sourçage and its candidates, for the buyer.
type CallDeskPage struct {
	Page
	form.State
	Action   string // "" for who writes nothing
	Rev      string
	Notice   string
	Public   string // address of the public page, "" while there is none
	Since    string
	Frozen   string
	Withdraw *form.Action
	List     []CallCandidate
}

func (p CallDeskPage) button() string {
	if p.Public != "" {
		return "Mettre à jour l’annonce"
	}
	return "Publier l’annonce"
}

// CallLine is a sourçage in the public list.
type CallLine struct{ URL, Title, Buyer, Excerpt, Deadline string }

// CallListPage is the public list.
type CallListPage struct {
	layout.Base
	Heading, Lead string
	Lines         []CallLine
}

// CallPage is the public page of a sourçage.
type CallPage struct {
	layout.Base
	form.State
	Heading, Done string
	Closed        string // why nobody applies any more, "" while one may
	Facts         []desk.Fact
	Notice        []string
	Form          *CallForm
}

// CallForm is what a candidate fills in.
type CallForm struct {
	Action string
	Once   string
	Values map[string]string
	Sheets []part.Option // of who is signed in, whose address needs no confirmation
	Email  string        // its address
	Mail   string        // where a mail of this portal is read, "" when it leaves for good
}

// CallConfirmPage is what a link of a mail confirms.
type CallConfirmPage struct {
	layout.Base
	form.State
	Trail  part.Link
	Action string
	Lead   string
	Facts  []desk.Fact
	Word   string
}
