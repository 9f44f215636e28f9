package sheet

import (
	"github.com/a-h/templ"

	"sourcier/views/layout"
	"sourcier/views/part"
)

// ReportPage is the form that reports an error on a sheet.
type ReportPage struct {
	layout.Base
	Name    string
	Sheet   string // address
	Action  string
	Token   string
	Once    string // of this form: sent twice it is one report
	Causes  []part.Option
	Fields  []part.Option
	Text    string
	Email   string
	Faults  []Fault // in the order of the fields
	Refusal string  // why nothing was kept, when no field is at fault
	Contact string  // of the team of the portal, "" when none is set
}

// Fault is what is wrong with one field.
type Fault struct {
	Field string // name and id
	Text  string
}

// fault is what is wrong with a field, "" for nothing.
func (p ReportPage) fault(field string) string {
	for _, f := range p.Faults {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

// target is where the summary of errors leads for a field.
func (f Fault) target() string {
	switch f.Field {
	case "motif":
		return "#motif-wrong" // the first of the choices
	case "site_web":
		return "#envoyer"
	}
	return "#" + f.Field
}

// described is the value of aria-describedby: the help, then the error.
func (p ReportPage) described(field string) string {
	if p.fault(field) == "" {
		return field + "-aide"
	}
	return field + "-aide " + field + "-erreur"
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

// invalid is the value of aria-invalid.
func invalid(fault string) string {
	if fault == "" {
		return "false"
	}
	return "true"
}

// causeDescribed is the id of the error of the choices, when there is one.
func causeDescribed(p ReportPage) templ.Attributes {
	if p.fault("motif") == "" {
		return nil
	}
	return templ.Attributes{"aria-describedby": "motif-erreur"}
}
