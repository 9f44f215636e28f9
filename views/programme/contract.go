package programme

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
	"sourcier/views/registration"
)

// ContractListPage is the running contracts of an organisation.
type ContractListPage struct {
	desk.Page
	form.State
	New     string // where one is entered, "" = one may not
	Action  string
	Filters []ContractFilter
	Text    string // words looked for
	Reset   string // address without a filter, "" = none is set
	Summary []ContractFigure
	Lines   []ContractLine
	Pages   part.Pagination
	None    bool   // the organisation has none at all
	Import  string // "" = one may not
	Note    string // when renewals are proposed
	Digest  *ContractDigest
}

// ContractFilter is a choice of the form that narrows the list.
type ContractFilter struct {
	Name, Label string
	Options     []part.Option
}

// ContractFigure is a number of the list, with its name.
type ContractFigure struct{ Value, Label string }

// ContractLine is a contract among others.
type ContractLine struct {
	Object, URL string
	Note        string // reference, service
	Holder      string
	Amount      string
	AmountNote  string // « 60 000 € HT par an »
	LastDay     string
	EndNote     string // what is to be known of its end
	Ended       bool   // it is over
	Follower    string // « Idée », "" = none
	FollowerURL string
	FollowNote  string // when its renewal is proposed, or how late it is
	FollowLate  bool
}

// ContractDigest is the choice of the day of the week on which news are told.
type ContractDigest struct {
	Text   string
	Action string
	Days   []part.Option
}

// ContractPage is one contract.
type ContractPage struct {
	desk.Page
	form.State
	Warning  string
	Facts    []desk.Fact
	Edit     string // "" = one may not
	End      string
	Renewal  []string // what is said of its renewal
	Follower *part.Link
	Status   string       // of the follower
	Propose  *form.Action // nil = one may not
	Plan     *BackPlan    // of its follower
	History  []ContractStep
}

// ContractStep is a line of the history of a contract.
type ContractStep struct{ What, Who, When string }

// ContractFormPage is the form of a contract.
type ContractFormPage struct {
	desk.Page
	form.State
	Action, Cancel              string
	Once, Rev                   string
	Values                      map[string]string // of the fields of one line, as typed
	Services, Natures, TakeOver []part.Option
	Sectors, Places             registration.Picker
	Theirs                      *ContractTheirs
	Button                      string
}

// ContractTheirs is what somebody else has changed while the form was filled in.
type ContractTheirs struct {
	Text  string
	Lines []ContractDifference
	Keep  string // where one goes who keeps it
}

// ContractDifference is a field of both versions.
type ContractDifference struct{ Field, Stored, Typed string }

func (p ContractFormPage) field(name, label, help string) form.Field {
	return form.Field{Name: name, Label: label, Help: help, Value: p.Values[name]}
}

func (p ContractFormPage) optional(name, label, help string) form.Field {
	f := p.field(name, label, help)
	f.Optional = true
	return f
}

func (p ContractFormPage) number(name, label string) form.Field {
	f := p.optional(name, label, "")
	f.InputMode, f.Short = "numeric", true
	return f
}
