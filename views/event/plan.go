package event

import (
	"sourcier/views/desk"
	"sourcier/views/drawing"
	"sourcier/views/form"
	"sourcier/views/part"
)

// PlanList is the events of an organisation.
type PlanList struct {
	desk.Page
	New      string // where one is begun, "" = one may not
	Filters  []PlanFilter
	Found    string
	Clear    string // address without filters, "" = none to clear
	Ways     []part.Link
	Empty    *PlanEmpty
	Sections []PlanSection
	Pages    part.Pagination
}

// PlanFilter is a choice that narrows the list.
type PlanFilter struct {
	Name, Label string
	Options     []part.Option
}

// PlanEmpty says what is not there.
type PlanEmpty struct {
	Title string
	Text  []string
	Way   *part.Link
}

// PlanSection is a part of the list: what is to come, what is past.
type PlanSection struct {
	ID, Heading string
	Rows        []PlanRow
}

// PlanRow is one event.
type PlanRow struct {
	Name   part.Link
	Kind   string
	When   string
	Where  string
	Status part.Answer
	Taken  string // « 42 sur 60 »
	Note   string
}

// PlanKinds asks what is organised: the first of two steps.
type PlanKinds struct {
	desk.Page
	Kinds   []PlanKind
	Earlier []part.Option // to take one up again
}

// PlanKind is a kind to choose.
type PlanKind struct {
	part.Link
	Help string
}

// PlanForm is the form of what an event is.
type PlanForm struct {
	desk.Page
	State  form.State
	Step   string // « Étape 2 sur 2 », "" of one that is there
	Lead   string
	Hidden []part.Option // fields that go along: name and value
	Fields PlanFields
	Action string
	Cancel string
	Button string
	Theirs *PlanTheirs
}

// PlanFields are the fields of an event.
type PlanFields struct {
	Values                  map[string]string
	Kinds, Accesses, Series []part.Option
	Extras                  []part.Option // photos, needs
	Short                   bool          // of a new event: the rest comes afterwards
	Capacity                bool          // how many may come is asked along
	Warn                    string        // what saving does, of one that is open
}

// PlanTheirs is what is stored by now, when somebody else has written.
type PlanTheirs struct {
	Text  string
	Lines []PlanDifference
	Keep  string
}

// PlanDifference is a field in which two versions differ.
type PlanDifference struct{ Field, Stored, Typed string }

// PlanOverview is an event at a glance.
type PlanOverview struct {
	Page
	Summary string
	Alert   string // what is wrong, in one sentence
	Next    PlanNext
	Missing []PlanMissing
	Soft    []PlanMissing // what may be added
	Figures []PlanFigure
	Note    string // of the figures
	Roles   []PlanRole
	Facts   []desk.Fact
	Text    string
	Acts    []part.Link
	Money   []PlanFigure
	Went    []string
	Gave    string
	Journal []PlanStep
}

// PlanNext is what is to be done next.
type PlanNext struct {
	Title, Text string
	Ways        []part.Link // the first is the act
}

// PlanMissing is what lacks, and where it is put right.
type PlanMissing struct {
	Text string
	Way  part.Link
}

// PlanFigure is a number with what it counts.
type PlanFigure struct{ Number, Label, Note string }

// PlanRole is the places of one role.
type PlanRole struct {
	Role                   string
	Invited, Coming, Waits string
	Quota                  string
	Over                   string // « 2 de trop », "" for none
}

// PlanStep is what was done.
type PlanStep struct{ When, ISO, What, Note string }

// PlanConfirm asks before something that cannot be taken back, and says who will be told.
type PlanConfirm struct {
	Page
	State  form.State
	Text   []string
	Told   string // who is written to
	Facts  []desk.Fact
	Action string
	Rev    string
	Field  *form.Field // a text that goes along
	Button string
	Cancel string
	None   bool // nothing can be done: the text says why
}

// PlanRoom is how many may come.
type PlanRoom struct {
	Page
	State  form.State
	Action string
	Rev    string
	Taken  string
	Values map[string]string
	Quotas []form.Field
	Theirs []desk.Fact
	Cancel string
}

// PlanChecklist is what makes an event a responsible one.
type PlanChecklist struct {
	Page
	State  form.State
	Action string
	Rev    string
	Done   string
	Groups []PlanChecks
	Writes bool
}

// PlanChecks is a part of the checklist.
type PlanChecks struct {
	Title string
	Items []part.Option
	Helps map[string]string
}

// PlanProgramme is the programme of an event.
type PlanProgramme struct {
	Page
	State    form.State
	Writes   bool
	NoDate   string
	Span     string
	Sessions []PlanSession
	Add      *PlanSessionForm
	Rev      string
}

// PlanSession is a part of the programme.
type PlanSession struct {
	ID, Title, Text string
	When, Where     string
	Note            string // what does not fit
	Edit            string // address, "" = one may not
	Pitches         []PlanPitch
}

// PlanPitch is somebody who presents.
type PlanPitch struct {
	ID          string
	Name, Topic string
	URL         string // of the sheet
	When        string // « 9 h 10, 5 min »
	Acts        []form.Action
	Edit        string
}

// PlanSessionForm is the form of a session.
type PlanSessionForm struct {
	Action, Button string
	Values         map[string]string
	Days           []part.Option // of an event of several days
	ID             string        // of fields, to tell them from others of the page
}

// PlanSessionPage is one session with its pitches.
type PlanSessionPage struct {
	Page
	State   form.State
	Rev     string
	Form    PlanSessionForm
	Pitches []PlanPitch
	Pitch   PlanPitchForm
	Remove  *form.Action
	Theirs  []desk.Fact
	Cancel  string
	Room    string // « 25 minutes de présentations sur 60 »
}

// PlanPitchForm is the form of who presents.
type PlanPitchForm struct {
	Action, Button string
	Legend         string
	Values         map[string]string
	Cancel         string
}

// PlanPartners is who prepares the event with the organiser.
type PlanPartners struct {
	Page
	State   form.State
	Rev     string
	Action  string
	Writes  bool
	Rows    []PlanPartner
	Choices []part.Option // organisations with accounts
	Values  map[string]string
}

// PlanPartner is one of them.
type PlanPartner struct {
	Name   string
	Status part.Answer
	Guests string
	Acts   []form.Action
	Note   string
}

// PlanDates is the poll of dates.
type PlanDates struct {
	Page
	State   form.State
	Rev     string
	Action  string
	Writes  bool
	Lead    string
	Over    string // why there is nothing to choose any more
	Dates   []PlanDate
	Votes   string
	Chart   *drawing.Bars
	Values  map[string]string
	Full    bool
	Ask     *PlanAsk
	Started string // « Demandé le … »
}

// PlanDate is a date proposed.
type PlanDate struct {
	ID, When         string
	All, Buyer, Firm string // how many it suits
	Choose           string // address, "" = one may not
	Remove           *form.Action
}

// PlanAsk sends the poll.
type PlanAsk struct {
	Action, Button, To string
	Values             map[string]string
}

// PlanExternal is what came of an event of others.
type PlanExternal struct {
	Page
	State  form.State
	Action string
	Rev    string
	Values map[string]string
	Theirs []desk.Fact
	Cancel string
}

// PlanCalendar is the events month by month.
type PlanCalendar struct {
	desk.Page
	Months []PlanMonth
	Ways   []part.Link
	Empty  *PlanEmpty
}

// PlanMonth is a month with its events.
type PlanMonth struct {
	ID, Name string
	Rows     []PlanRow
}
