// Package organisation shows organisations: those of a person, one of them with its
// members, an invitation, what mails a person gets.
package organisation

import (
	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// ListPage is where a person finds the own organisations, and those to join.
type ListPage struct {
	desk.Page
	form.State
	Waiting []Line // invitations for the address of the person
	Open    []Line // organisations that the address opens
	Mine    []Line
	Asked   []Line // wishes that await an answer
	Query   string
	Found   *Found // nil: nothing was searched for
}

// Line is an organisation in a list.
type Line struct {
	Name, URL string // URL "" = the person may not read the page
	Kind      string
	Note      string // roles, state, since when
	Action    *form.Action
	Way       string // what its page is for, "" when the name says enough
}

// Found is what a search found.
type Found struct {
	Heading string
	Lines   []Line
	More    bool
}

// ProposePage is the form that proposes an organisation.
type ProposePage struct {
	desk.Page
	form.State
	Kinds              []part.Option
	Name, SIREN, Where string
	Places             []string // suggestions without a script
}

// Page is one organisation as its members see it.
type Page struct {
	desk.Page
	form.State
	URL         string
	Facts       []desk.Fact
	Notice      string // what is unusual: not confirmed, closed, seen by an administrator
	Manages     bool
	Open        bool // changes are possible
	Members     []Member
	Counted     string // « 12 membres »
	Pages       part.Pagination
	Requests    []Request
	Invitations []Invitation
	Domains     []Domain
	Invite      Invite
	Declare     string // what was typed, when it was refused
	MayLeave    bool
}

// Member is a line of the list of members.
type Member struct {
	Name, Email string
	Self        bool
	Roles       string
	Manager     bool
	Since       string
	Covers      string
	URL         string // to change it, "" when one may not
}

// Request is a wish to join.
type Request struct {
	Name, Email, Text, Since string
	Person, URL              string
	Roles                    []part.Option // to choose from; none: the least one
}

// Invitation is one that awaits an answer.
type Invitation struct {
	Email, Roles, By, Until string
	Withdraw                *form.Action
}

// Domain is a declared e-mail domain.
type Domain struct {
	Name, State string
	Drop        *form.Action
}

// Invite is the form that invites a colleague.
type Invite struct {
	Email   string
	Roles   []part.Option // none: the least one
	Least   string
	Manager bool // is ticked
}

// OutlinePage is an organisation as anybody signed in sees it.
type OutlinePage struct {
	desk.Page
	form.State
	URL    string
	Facts  []desk.Fact
	Asked  string // since when one waits, "" when one does not
	Opens  bool   // the address lets in
	Least  string
	Text   string // typed
	MayAsk bool
}

// MemberPage is what a member is, to be changed by who manages.
type MemberPage struct {
	desk.Page
	form.State
	URL     string
	Facts   []desk.Fact
	Seen    string
	Roles   []part.Option
	Manager bool
	Always  bool // who is a member manages: the team of the portal
	Remove  string
	Covers  *Covers // nil: no facilitateur
}

// Covers is for whom a facilitateur works, as a form.
type Covers struct {
	Places string // one a line
	Buyers []part.Option
	Add    string
}

// ConfirmPage asks before something that ends.
type ConfirmPage struct {
	desk.Page
	form.State
	Text   []string
	Action form.Action
	Back   string
}

// InvitationPage is what the link of a mail opens.
type InvitationPage struct {
	layout.Base
	form.State
	Heading string
	Text    []string
	Facts   []desk.Fact
	Help    []string // what the roles do
	SignIn  string   // where one signs in and comes back, "" = one has
	Accept  string   // address of the form, "" = nothing to accept
	Ways    []part.Link
}

// NotificationsPage lets a person switch kinds of mails on and off.
type NotificationsPage struct {
	desk.Page
	form.State
	Email    string
	Optional []part.Option
	Always   []desk.Fact // and why
}

// UnsubscribePage is what the link at the end of a letter opens.
type UnsubscribePage struct {
	layout.Base
	Heading string
	Text    []string
	Action  string // address of the form, "" = nothing to confirm
	Ways    []part.Link
}

func url(path string) templ.SafeURL { return templ.SafeURL(path) }
