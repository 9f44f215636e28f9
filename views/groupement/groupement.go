// Package groupement is the pages on which structures make groupements and answer
// invitations. How buyers see one is the package sheet.
package groupement

import (
	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
	"sourcier/views/sheet"
)

// ListPage is the groupements of the structures of an organisation.
type ListPage struct {
	desk.Page
	Held    bool   // a sheet at least, without which nobody makes a groupement
	Waiting []Line // invitations to answer
	Mine    []Line
}

// Line is one of them.
type Line struct {
	Name, URL string
	As        string // the structure that is in it
	Note      string
}

// NewPage is the form that makes one.
type NewPage struct {
	desk.Page
	State form.State
	As    Choice
	Draft Draft
	Part  Part
	Forms []part.Option
}

// Choice is the structure that makes it, among those that the organisation holds.
type Choice struct {
	ID, Name string      // "" before one is chosen
	Others   []part.Link // to make it in the name of another
}

// Draft is name, presentation and need, as they were typed.
type Draft struct {
	Name, About, Need, Place string
	Bases                    []part.Option
}

// Part is what a member brings, as it was typed.
type Part struct {
	Sectors []part.Option // of its sheet
	Words   string
}

// Page is a groupement as one of its members, or who is invited, sees it.
type Page struct {
	desk.Page
	State  form.State
	URL    string
	As     string // id of the structure that sees it
	AsName string
	Others []part.Link // the same as another of one's structures sees it
	Notice string
	Facts  []desk.Fact
	About  string

	Members []Member
	Bases   []sheet.Basis
	Shown   string // address of its sheet, "" when buyers do not see it

	Answer   *Answer  // who is invited answers
	Part     *Part    // of a member
	Lead     *Lead    // what the mandataire may do
	History  []string // the newest first
	MayLeave bool
}

// Member is a structure of the groupement, or one that was asked.
type Member struct {
	Name, URL string // "" for one that is no longer in the directory
	State     string // « Mandataire », « Invitée le … »
	Accepted  bool
	Brings    string
	Badges    []part.Badge
	Action    *form.Action // to take the invitation back, or to ask again
	Note      string       // « personne ne tient encore sa fiche »
}

// Answer is the form of who is invited.
type Answer struct {
	Form, Meaning string
	Terms         string // stamp of what is accepted
	Part          Part
	Word          string // of a refusal
}

// Lead is what the mandataire may do.
type Lead struct {
	Rev, Terms  string
	Draft       Draft
	Forms       []part.Option
	Mandataires []part.Option
	Publish     *form.Action // to present it, or no longer
	PublishNote string
	Proposed    []Proposal
	ProposedBy  string // how they were looked for, and in which order
	All         string // address of that search
	Invite      string // what was typed
}

// Proposal is a structure that would complete the groupement, and why.
type Proposal struct {
	Name, URL, Place string
	Badges           []part.Badge
	Why              []string
	Invite           form.Action
}

// LeavePage asks before one leaves.
type LeavePage struct {
	desk.Page
	State form.State
	URL   string
	As    string
	Text  []string
	Next  []part.Option // the mandataire names who follows
}

func url(path string) templ.SafeURL { return templ.SafeURL(path) }
