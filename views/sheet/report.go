package sheet

import (
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// ReportPage is the form that reports an error on a sheet.
type ReportPage struct {
	layout.Base
	form.State
	Name    string
	Sheet   string // address
	Action  string
	Once    string // of this form: sent twice it is one report
	Causes  []part.Option
	Fields  []part.Option
	Text    string
	Email   string
	Contact string // of the team of the portal, "" when none is set
}

// ReportedPage confirms a report.
type ReportedPage struct {
	layout.Base
	Name       string
	Sheet      string
	Reference  string
	Day        string
	Closed     string // day on which it was dealt with, "" when it is not
	Withdrawal bool
	Answer     bool // an address was left
	Contact    string
}

// orWrite says where the reference is of use.
func orWrite(contact string) string {
	if contact == "" {
		return ""
	}
	return " avec " + contact
}
