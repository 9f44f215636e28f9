package operation

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

// DeskList is the sourçages of an organisation.
type DeskList struct {
	desk.Page
	Filters []DeskFilter
	Found   string // « 4 sourçages »
	Clear   string // address without filters, "" when there is none to clear
	New     string // where one begins, "" = one may not
	Empty   *DeskEmpty
	Rows    []DeskListRow
	Pages   part.Pagination
}

// DeskFilter is a choice that narrows the list.
type DeskFilter struct {
	Name, Label string
	Options     []part.Option
}

// DeskEmpty says what is not there.
type DeskEmpty struct {
	Title string
	Text  []string
	Way   part.Link
}

// DeskListRow is one sourçage.
type DeskListRow struct {
	Name     part.Link
	Purchase string
	Status   part.Answer
	Deadline string
	Answers  string // « 3 sur 8 »
	Note     string
}

// DeskNew asks for which purchase a sourçage is, and by which path it is prepared.
type DeskNew struct {
	desk.Page
	State     form.State
	Purchases []part.Option // to choose from, when none is chosen
	Facts     []desk.Fact
	Lots      []part.Link // to choose from, for the express path
	Express   string      // address of its form, "" = a lot is to be chosen
	Refusal   string      // why no sourçage can be begun
	Once      string
	Purchase  string
	Lot       string
	Title     string
	There     []DeskListRow // on the purchase already
}

// DeskExpress is the one form that prepares a sourçage up to its preview.
type DeskExpress struct {
	desk.Page
	State     form.State
	Action    string
	Once      string
	Purchase  string
	Lot       string
	Values    map[string]string
	Templates []part.Option
	Seen      string // what the panel of the form is known by
	Lead      string
	Rows      []DeskChoice
	More      string // what the study has beyond the rows
	Full      string // address of the full path
	Declared  bool
	Charter   string
}

// DeskChoice is a structure that is contacted, or excluded for one reason.
type DeskChoice struct {
	Key       string // of the names of its fields
	Structure string // id
	Name      part.Link
	Notes     []string
	Chosen    bool
	Email     string
	EmailNote string
	Reasons   []part.Option
	Text      string // of another reason
	Fault     string
	At        string // field at fault: « contact », « adresse », « motif », « precision »
}

func (r DeskChoice) field(name string) string { return name + "-" + r.Key }

// described names the fault of a field for who does not see it beside.
func (r DeskChoice) described(name string) string {
	if r.Fault != "" && r.At == name {
		return r.field(name) + "-erreur"
	}
	return ""
}

// DeskWrite is what a sourçage is about.
type DeskWrite struct {
	Page
	State  form.State
	Action string
	Rev    string
	Values map[string]string
	Lots   []part.Option
	Theirs []desk.Fact // what is stored now, when somebody else has written
}

// DeskOverview is a sourçage at a glance.
type DeskOverview struct {
	Page
	State     form.State
	Purpose   string
	Notice    string // what the reader cannot do here, and why
	Next      DeskNext
	Missing   []DeskMissing
	Facts     []desk.Fact
	Suppliers []DeskSupplier
	Counts    string
	Acts      []part.Link
	Message   string
	History   []DeskStep
}

// DeskNext is what is to be done next.
type DeskNext struct {
	Title, Text string
	Way         *part.Link
	Action      *form.Action
}

// DeskMissing is what lacks before the opening, and where it is put right.
type DeskMissing struct {
	Text string
	Way  part.Link
}

// DeskSupplier is a structure with what became of what was sent to it, and what it answered.
type DeskSupplier struct {
	Name     string
	URL      string // of its sheet, "" of one that is not in the directory
	Notes    []string
	Email    string
	Delivery part.Answer
	When     string // of the delivery
	Answer   part.Answer
	Said     string // of the answer
	Edit     string // where its address is corrected, "" = one may not
	Open     string // its answer, "" = one may not open it
}

// DeskStep is what was done.
type DeskStep struct{ When, ISO, What, Note string }

// DeskTeam is the team of a sourçage with its declarations.
type DeskTeam struct {
	Page
	State   form.State
	URL     string // of the page
	Own     string // what the reader may open, or lacks to
	OwnTone string
	Rows    []DeskMate
	Declare *DeskDeclare
	Enrol   *DeskEnrol
	Charter string
}

// DeskMate is a person of the team.
type DeskMate struct {
	Person, Name string
	Part         string
	Added        string
	Status       part.Answer
	Said         string // the interests, or why recused
	Leave        *form.Action
	Recuse       string // address of the form, "" = none
	Self         bool
}

// DeskDeclare is the form of one's own interests.
type DeskDeclare struct {
	Interests string
	Has       string // « oui », « non », "" = not said
	Again     bool
	Recuse    bool
	Reason    string
}

// DeskEnrol takes a person into the team.
type DeskEnrol struct {
	Persons, Parts []part.Option
	Self           bool // the reader alone may be enrolled, by the reader
}

// DeskPanel is the panel of a sourçage, and who of it is contacted.
type DeskPanel struct {
	Page
	State    form.State
	URL      string
	Rev      string
	Facts    []desk.Fact // of what is frozen
	Sources  []DeskSource
	Freeze   *DeskFreeze // nil = it is not frozen here any more
	Counts   string
	Views    []DeskView
	View     string // code of the one shown
	At       string // page shown
	Rows     []DeskChoice
	Writes   bool
	Plain    []DeskDecided // what cannot be changed any more
	Reasons  []part.Option // of the helpers for all
	NoEmail  string        // how many have no address
	Pages    part.Pagination
	Empty    string
	Next     *part.Link
	Undecide string
}

// DeskSource is a way by which rows were found.
type DeskSource struct{ Kind, Label, Found, Data, URL string }

// DeskView narrows the rows.
type DeskView struct {
	Label, URL string
	Current    bool
}

func (v DeskView) current() string {
	if v.Current {
		return "page"
	}
	return "false"
}

// DeskDecided is a row that reads only.
type DeskDecided struct {
	Name     part.Link
	Notes    []string
	Decision string
}

// DeskFreeze are the ways to a panel.
type DeskFreeze struct {
	Lots, Searches, Lists []part.Option
	Search                string // as typed
	Again                 bool   // another panel is frozen already
}

// DeskPreview is the first message as every supplier gets it.
type DeskPreview struct {
	Page
	State   form.State
	Letter  *DeskLetter
	Missing []DeskMissing
	To      []DeskAddress
	Facts   []desk.Fact
	Open    string // address
	Rev     string
	Button  string
	Edit    []part.Link
	Refusal string
}

// DeskAddress is a structure and where it is written to.
type DeskAddress struct{ Name, Email string }

// DeskLetter is a mail before it is sent.
type DeskLetter struct {
	From, Subject, Greeting string
	Paragraphs              []string
	Action                  string
	After                   []string
	Closing, Why            string
}

// DeskSend is a form of what is sent while the sourçage runs: a late addition, another
// address, the reminder.
type DeskSend struct {
	Page
	State  form.State
	Intro  []string
	Action string
	Button string
	Fields []form.Field
	Area   *form.Field
	Select *DeskFilter
	To     []DeskAddress
	Letter *DeskLetter
	Cancel string
	Once   string
	None   bool // nothing can be sent: the intro says why
}
