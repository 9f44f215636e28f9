package programme

import (
	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
	"sourcier/views/registration"
)

// PurchasePage is one purchase.
type PurchasePage struct {
	desk.Page
	Held *part.Link // to the sourçage by which its consultation is launched
	form.State
	Lead       string
	Status     string // its state
	Since      string // « depuis le 3 mars 2027 »
	Reason     string // why it has ended
	Late       string
	External   *External
	Moves      []Step
	Facts      []desk.Fact
	Describe   string // description
	Lots       []PurchaseLot
	LotsNote   string
	Planning   templ.Component // its back-planning, nil = none
	Edit       string          // "" = one may not
	Forward    *part.Link      // the choice of its public announcement
	ForwardSay string          // where its announcement is, "" = nothing to say
	History    []HistoryLine
	Operations templ.Component // its sourçages, nil = none is told
}

// External says where a project that is only read comes from.
type External struct {
	Text string
	Link part.Link
}

// PurchaseLot is a lot of the page of a purchase.
type PurchaseLot struct {
	Number, Object string
	Amount         string
	Sectors        string
	Places         string
	Study          string // address of its study
	Note           string
	Decided        string // the decision in force, "" = none
}

// HistoryLine is what was done.
type HistoryLine struct{ When, ISO, What, Note string }

// MovePage asks before a purchase ends.
type MovePage struct {
	desk.Page
	form.State
	Text   []string
	Action string
	From   string // state that the page showed
	To     string
	Back   string
	Asks   bool // for a reason
	Reason string
	Button string
	Cancel string
}

// EditPage is the form of a purchase.
type EditPage struct {
	desk.Page
	form.State
	Action, Cancel                          string
	Once, Rev                               string
	Values                                  map[string]string // of the fields of one line or several, as typed
	Services, Natures, TakeOver, Facilities []part.Option
	CPV                                     CodeField
	Places                                  registration.Picker
	Lots                                    []LotFields
	MaxLots                                 bool // no more may be added
	Theirs                                  *Meanwhile
	Button                                  string
}

// Meanwhile is what somebody else has changed while a form was filled in.
type Meanwhile struct {
	Text  string
	Lines []Difference
	Keep  string // where one goes who keeps it
}

// Difference is a field of both versions.
type Difference struct{ Field, Stored, Typed string }

// LotFields are those of a lot; their names begin with Key.
type LotFields struct {
	Key, ID               string
	Legend                string
	Number, Object, Euros string
	CPV                   CodeField
	Modes                 []part.Option
	Sectors, Places       registration.Picker
	Used                  string // what is behind its fold, in words
	Open                  bool   // something behind it is under way, or at fault
	Alone                 bool   // it is the only one, and cannot be removed
}

// CodeField is a CPV code, typed or found by words.
type CodeField struct {
	Name, Value string
	Label       string // of the code, "" while it is none
	Asked       bool
	Found       []part.Option
}

func (c CodeField) field(label, help string) form.Field {
	return form.Field{Name: c.Name, Label: label, Value: c.Value, Help: help, Optional: true}
}
