package registration

import (
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Entry asks for a number, and says what the directory knows of it.
type Entry struct {
	layout.Base
	form.State
	Number string // as it was typed
	Signed string // who is signed in, "" for nobody
	Found  *Found // nil before a number is given

	// SignIn is the way to sign in and come back to this very page.
	SignIn   string
	Provider string // that signs people in too, "" for none
}

// Found is what is known of a number.
type Found struct {
	Number string // written for people
	RNA    bool
	Sheets []Sheet
	New    *New   // the form of a new sheet, where nobody has one
	Stop   string // why nothing can be begun, "" when something can
	Ask    Ask    // the way to the portal's team
}

// Sheet is a sheet that the number names.
type Sheet struct {
	ID, Name, TradeName string
	Badges              []part.Badge
	Lines               []string // address, sectors, numbers: what tells it from others
	URL                 string   // of the public sheet, "" when nothing is published
	State               string   // why it cannot be claimed, or by whom it is being
	Way                 part.Link
	Claim               bool   // it can be claimed
	Unit                string // name of the person's organisation that holds another of the legal unit
	Organisations       []part.Option
	Ask                 Ask // what to do where it cannot be claimed
}

// New is the form of a new sheet.
type New struct {
	Name          string
	Kinds         []part.Option
	Organisations []part.Option // of the person; none when one is made on the way
}

// Ask is a question to the portal's team about a number.
type Ask struct {
	Show         bool
	ID           string // of its heading and fields, one a page
	Number       string
	Sheet        string // id of the sheet that it is about, "" for none
	Lead, Text   string
	Organisation part.Link // that holds the sheet, for who belongs to it
}

// Screen is a page of who registers a sheet.
type Screen struct {
	layout.Base
	Heading string
	Trail   string // the page in few words
	Done    string // what was just done, "" for nothing
}

// Claim offers the ways to show that a person acts for a structure.
type Claim struct {
	Screen
	form.State
	URL      string // that the form is sent to
	Best     *Way   // that serves, the quickest
	Others   []Way
	Closed   []Way // with why
	Sent     *Sent // a mail has gone
	Networks []part.Option
	Text     string
	Waiting  string // what the request waits for, "" when for nothing yet
	Continue string // address of the questions, while the request waits; "" before
}

// Way is one way to prove a claim.
type Way struct {
	Kind         string
	Title, Text  string
	Button, Name string
}

// Sent is a mail that awaits its code.
type Sent struct {
	To, Until string
	Local     string // address of the page of mails of a portal for trials, "" elsewhere
}

// Proof is what the link of the mail shows to who reads the official address.
type Proof struct {
	layout.Base
	form.State
	Name, Organisation, By, Until string
	Action                        string
}

// ProofDone says what came of it.
type ProofDone struct {
	layout.Base
	Heading, Text string
	Way           part.Link
}

// Question is one of the three questions that make a sheet publishable.
type Question struct {
	Screen
	form.State
	Step   int // from 1
	Action string
	Rev    string
	Back   string // the question before, "" for none
	Button string
	After  string // what the button does, honestly

	Sectors Picker
	Commune *Commune
	Zone    Zone
	Contact Contact
}

// Steps is how many questions there are.
const Steps = 3

// Commune is where the establishment is, when no source says so.
type Commune struct {
	Code          string // of the commune that the sheet has, "" for none
	Street, Words string
	Places        []string      // names to choose from, without a script
	Found         []part.Option // what the words may mean
}

// Contact is how to reach the structure.
type Contact struct{ Phone, Email, Website string }

// End says what came of the registration.
type End struct {
	Screen
	Published bool
	Held      []string // what awaits a check, of a published one
	Lead      string
	Links     []part.Link
}
