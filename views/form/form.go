// Package form holds what every form is made of: the summary of what was refused,
// fields with their help and their fault, the token, buttons that are forms.
package form

import (
	"strings"

	"github.com/a-h/templ"

	"sourcier/views/part"
)

// State is what protects a form, and what came of the last time it was sent.
type State struct {
	Token   string
	Heading string  // of the summary: « Le signalement n’est pas parti »
	Refusal string  // why nothing was kept, when no field is at fault
	Faults  []Fault // in the order of the fields
}

// Refused reports whether the summary is shown.
func (s State) Refused() bool { return s.Refusal != "" || len(s.Faults) > 0 }

// Fault is what is wrong with one field.
type Fault struct {
	Field string // its name
	Text  string
	To    string // id of what to correct, "" = that of the field
}

func (f Fault) target() templ.SafeURL {
	if f.To != "" {
		return templ.SafeURL("#" + f.To)
	}
	return templ.SafeURL("#" + f.Field)
}

// Fault is what is wrong with a field, "" for nothing.
func (s State) Fault(field string) string {
	for _, f := range s.Faults {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

// Field is one field. Its id is its name, unless ID tells it from others of the page.
type Field struct {
	Name, ID     string
	Label        string
	Help         string
	Value        string
	Type         string // of an input, "" = text
	Autocomplete string // WCAG 1.3.5, "" = none
	InputMode    string
	Optional     bool
	Short        bool // for a code or a number: not as wide as the form
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

func (f Field) kind() string {
	if f.Type != "" {
		return f.Type
	}
	return "text"
}

// described names the help of a field, then its fault, for who does not see them
// beside it.
func (f Field) described(s State) templ.Attributes {
	var ids []string
	if f.Help != "" {
		ids = append(ids, f.id()+"-aide")
	}
	if s.Fault(f.Name) != "" {
		ids = append(ids, f.id()+"-erreur")
	}
	if len(ids) == 0 {
		return nil
	}
	return templ.Attributes{"aria-describedby": strings.Join(ids, " ")}
}

// Attributes are those of an input of its own making: what describes it, and whether it is at fault.
func (f Field) Attributes(s State) templ.Attributes { return f.attributes(s) }

// attributes are those of the input that are not always there.
func (f Field) attributes(s State) templ.Attributes {
	out := templ.Attributes{}
	for name, value := range f.described(s) {
		out[name] = value
	}
	if s.Fault(f.Name) != "" {
		out["aria-invalid"] = "true"
	}
	if f.Autocomplete != "" {
		out["autocomplete"] = f.Autocomplete
	}
	if f.InputMode != "" {
		out["inputmode"] = f.InputMode
	}
	return out
}

// Action is a form of one button.
type Action struct {
	To     string // address that it is sent to
	Label  string
	Hidden string // what Label does not say to who hears it alone: « de Jeanne Morel »
	Style  string // classes of the button, "" = the quiet one
	Values []part.Option
}

func (a Action) style() string {
	if a.Style != "" {
		return "btn " + a.Style
	}
	return "btn btn-outline-primary"
}
