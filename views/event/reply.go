package event

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// ReplyPage is the personal page of a guest. Nothing in it tells of another guest, nor of
// needs that were told: its link may have been passed on.
type ReplyPage struct {
	layout.Base
	State form.State
	Done  string
	URL   string // of this page, by its token

	Who         string // invites, or invited
	Heading     string
	For         string // whom the invitation is addressed to
	When, Where string
	Facts       []desk.Fact
	Text        []string
	Sessions    []ReplySession

	Status *ReplyStatus
	Said   string      // what a calendar program has answered, to be confirmed
	Closed string      // why nothing is taken any more
	Act    *part.Link  // what a place is for: the code for the door, or the link of an event on line
	Ways   []part.Link // what there is afterwards
	Form   *ReplyForm
	Give   string // button that says no, "" when there is nothing to say
	Other  *ReplyOther
	Poll   *ReplyPoll
	Mailed string // where changes are told
	Kept   []string
}

// ForgetPage is where a guest has what is known of the guest erased.
type ForgetPage struct {
	layout.Base
	State form.State
	URL   string // of the personal page
	Event string
	Place string // what becomes of the place
	Email string // typed
	Gone  bool   // it is done
}

// ReplyStatus is where the guest's answer is.
type ReplyStatus struct {
	Sign  string // says with the words what the colour says
	Tone  string // good, warn or ""
	Text  string
	Notes []string
}

// ReplyForm takes a place, or changes what was said with it.
type ReplyForm struct {
	Button  string
	Quiet   bool          // it is not the act that matters most
	Party   []part.Option // how many people, nil for one
	Needs   bool
	Told    bool // some are stored
	Open    bool // something was typed there, or is at fault
	Diet    form.Field
	Access  form.Field
	Seen    string // who sees them, until when
	Photos  []part.Option
	Warning string // what the button does when there is no place
}

// ReplyOther proposes a colleague.
type ReplyOther struct {
	Name, Email string
	Open        bool
}

// ReplyPoll asks which dates suit.
type ReplyPoll struct {
	Lead    string
	Options []part.Option
	Button  string
}

// ReplySession is a part of the programme.
type ReplySession struct {
	When, Title, Text string
	Pitches           []string
}

// RegisterPage is that on which one asks to come: the same for everybody.
type RegisterPage struct {
	layout.Base
	State form.State
	Trail []part.Link
	Done  string
	Local string // address of the mails, on the machine of a trial
	URL   string

	Organisation string
	Relays       string // the partner whose link it is
	Heading      string
	When, Where  string
	Closed       string
	Rules        []string
	Values       map[string]string
	Roles        []part.Option
	SIRET        bool // asked for: places are counted by organisation
}

func (p RegisterPage) field(name, label, help, complete string) form.Field {
	return form.Field{Name: name, Label: label, Help: help, Autocomplete: complete, Value: p.Values[name]}
}

// LinePage is who waits for something of an event.
type LinePage struct {
	Page
	State  form.State
	Rule   string
	Note   string // why no place is offered, "" while they are
	Said   []LineRow
	Asking []LineRow
	Offers []LineRow
	Queue  []LineRow
	Past   []LineRow
	Full   string // « 40 places sur 40 »
}

// LineRow is a guest who waits.
type LineRow struct {
	Rank, Name, Body, Role, Party, When, Note string
	Acts                                      []form.Action
}

func registerEmail(p RegisterPage) form.Field {
	f := p.field("courriel", "Votre adresse e-mail", "Un lien y part : il prend votre place.", "email")
	f.Type = "email"
	return f
}

func registerSIRET(p RegisterPage) form.Field {
	f := p.field("siret", "SIRET", "14 chiffres. Les places sont comptées par organisme.", "")
	f.Optional, f.InputMode = true, "numeric"
	return f
}
