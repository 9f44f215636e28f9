package event

import (
	"sourcier/views/desk"
	"sourcier/views/part"
)

// OwnPage is the invitations of who reads it.
type OwnPage struct {
	desk.Page
	Invitations []OwnInvitation
}

// OwnInvitation is one, with what was answered.
type OwnInvitation struct {
	Title, URL, Host, When string
	Answer                 part.Answer
}
