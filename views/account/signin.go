// Package account is the pages on which people sign in and out, and those of their
// own account.
package account

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// SignInPage asks for an address.
type SignInPage struct {
	layout.Base
	form.State
	Email    string // as it was typed
	Next     string // where to go afterwards, "" = the account
	Signed   string // who is signed in in this browser, "" = nobody
	Provider string // name of the OpenID Connect provider, "" = none
	Done     string
}

// CodePage asks for the code of the mail.
type CodePage struct {
	layout.Base
	form.State
	Email string
	Until string // hour at which the code ends
	Next  string
	Local string // address of the mailbox of this machine, "" where there is a mail server
}

// LinkPage is what the link of a mail opens.
type LinkPage struct {
	layout.Base
	form.State
	Action    string
	Email     string
	Elsewhere bool   // another browser asked for it
	First     bool   // a command made it
	Signed    string // who is signed in in this browser, "" = nobody or the same person
}

// StopPage says why somebody is not let in, and what to do.
type StopPage struct {
	layout.Base
	Heading, Text string
	Email, Next   string // to ask anew with
	Again         bool   // asking anew helps
	Token         string
	Contact       string
}

func (p StopPage) again() form.Action {
	return form.Action{To: "/connexion", Label: "Recevoir un nouveau message", Style: "btn-act", Values: asking(p.Email, p.Next)}
}

// asking are the hidden fields of a form that asks anew.
func asking(email, next string) []part.Option {
	out := []part.Option{{Value: "courriel", Label: email}}
	if next != "" {
		out = append(out, part.Option{Value: "suite", Label: next})
	}
	return out
}

// SignOutPage asks before it signs out.
type SignOutPage struct {
	layout.Base
	form.State
	Signed   string // who is signed in, "" = nobody
	Provider string // that signs out too, "" = none
}

// IdentityPage is what follows a sign-in at a provider that knows somebody whom the
// portal does not know by it.
type IdentityPage struct {
	layout.Base
	form.State
	Provider string
	Name     string
	Email    string
	Known    bool   // an account has the address: it is linked; else it is made
	Signed   string // who is signed in: that account is linked, "" = nobody
	Stop     string // why neither can be, "" = it can
}

func (p IdentityPage) button() string {
	if p.Known || p.Signed != "" {
		return "Relier et continuer"
	}
	return "Créer mon compte"
}

// ProfilePage is who somebody is.
type ProfilePage struct {
	desk.Page
	form.State
	Name     string // as typed
	Facts    []desk.Fact
	Roles    []Role
	Provider string // "" = none
	Linked   bool   // an account at it is linked
	Employer *part.Link
	Pending  string      // new address that awaits its confirmation
	Ways     []part.Link // to what the roles open
}

// Role is one that a person has.
type Role struct {
	Organisation part.Link
	Label, Help  string
	Value        string // of the switch
	Now          bool   // it is the one that the person acts in
}

// AddressPage asks for another address.
type AddressPage struct {
	desk.Page
	form.State
	Current string
	Email   string // as typed
	Pending string
}

// AddressLinkPage is what the link of the mail to a new address opens.
type AddressLinkPage struct {
	desk.Page
	form.State
	Action       string
	Current, New string
	Stop         string // why it cannot be confirmed, "" = it can
}

// SessionsPage lists where somebody is signed in.
type SessionsPage struct {
	desk.Page
	form.State
	Sessions []Session
}

// Session is a line of the list.
type Session struct {
	ID                                   string
	Browser, Network, Method, At, SeenAt string
	Current                              bool
}
