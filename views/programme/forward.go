// Package programme is the pages of the programme of purchases of an organisation, and
// of the public forward programme.
package programme

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
	"sourcier/views/registration"
)

// ForwardNote marks every announcement.
const ForwardNote = "Prévisionnel et non engageant"

// ForwardEntry is an announced purchase.
type ForwardEntry struct {
	URL      string // of its page, or of the portal that announces it
	Object   string
	Buyer    string
	Quarter  string
	Places   string
	Sectors  string
	Band     string // "" = no amount is shown
	Excerpt  string
	Lots     string // « 2 lots », "" for one
	Reserved bool
	External string // name of the portal that announces it, "" = this one
}

// ForwardList is the public forward programme.
type ForwardList struct {
	layout.Base
	State    form.State // faults of the filters
	Lead     string
	Count    string
	Entries  []ForwardEntry
	Pages    part.Pagination
	Sectors  []part.Option
	Quarters []part.Option
	Buyers   []part.Option
	Where    string
	Places   []string
	Reserved bool
	Filtered bool
	Empty    bool   // nothing is announced at all
	RSS, ICS string // addresses, filters carried
	Follow   string // address of the alert, "" for who buys
}

// ForwardLot is a lot of an announced purchase.
type ForwardLot struct{ Title, Places string }

// ForwardPage is one announced purchase.
type ForwardPage struct {
	layout.Base
	Heading  string
	Buyer    string
	Launched string // its consultation is launched: what is to be known
	Text     []string
	Facts    []desk.Fact
	Lots     []ForwardLot
	Reserved bool
	Source   *part.Link // where a project of elsewhere is announced
	AsOf     string
	SignIn   string // where a structure signs in, "" for who is not asked
	Done     string
	Interest *ForwardInterest
}

// ForwardInterest is what a member of a structure may do.
type ForwardInterest struct {
	State  form.State
	Action string
	Sheets []part.Option  // that have shown none
	Shown  []ForwardShown // that have
	None   bool           // no published sheet is held
	Closed bool           // nothing more is taken
}

// ForwardShown is a structure that has shown its interest.
type ForwardShown struct {
	Name string
	Back form.Action
}

// ForwardFollow is the alert of a member of a structure.
type ForwardFollow struct {
	layout.Base
	State    form.State
	Done     string
	Notice   string
	Sheets   []part.Option
	Ways     []part.Option // as the sheet says, or chosen
	Profile  []desk.Fact   // what the sheet of the alert says
	Sectors  registration.Picker
	Places   registration.Picker
	Follows  bool
	Stop     form.Action
	Matching []ForwardEntry
	More     string
}

// ForwardChoice is what a buyer decides of a purchase.
type ForwardChoice struct {
	desk.Page
	State     form.State
	Action    string
	Rev       string
	Object    form.Field
	Text      form.Field
	Quarter   form.Field
	Quarters  []part.Option
	Band      []part.Option
	Reserved  []part.Option
	Lots      []part.Option
	Refused   string // why nothing can be published now, "" = it can
	Edit      string // page on which sectors and places are written
	Status    string
	Warnings  []string
	Public    string // address of the public page, "" while there is none
	Withdraw  *form.Action
	Preview   ForwardEntry
	Candidate []ForwardCandidate
	Known     bool // there has been an announcement: the list makes sense
}

// ForwardCandidate is a structure that would like to hear of the purchase.
type ForwardCandidate struct{ Name, URL, Place, Day string }
