// Package registration is the pages by which a structure enters the directory, and the
// choices that they share with its desk: sectors by words, a zone.
package registration

import (
	"strings"

	"github.com/a-h/templ"

	"sourcier/views/form"
	"sourcier/views/part"
)

// Picker chooses several values of a long list by words: what is typed brings
// proposals to tick, at once with a script, by a button without one. The words are
// sent under the name of the values and WordsSuffix, the button under SearchButton.
type Picker struct {
	Name string // of the values; its id too, unless ID tells it from others of the page
	ID   string
	// From is where proposals come from as a fragment, one for each kind of values.
	From        string
	Label, Help string
	Placeholder string // of the words: an example
	Words       string
	Chosen      []part.Option // ticked
	Found       []part.Option // proposed
	Asked       bool          // words were looked up: nothing found is said
}

// Names of what a picker sends beside its values.
const (
	WordsSuffix  = "_mots"
	IDField      = "_id"      // of a fragment: which picker of the page asks
	SearchButton = "chercher" // its value is the name of the picker
)

func (p Picker) id() string {
	if p.ID != "" {
		return p.ID
	}
	return p.Name
}

func (p Picker) words() string   { return p.id() + WordsSuffix }
func (p Picker) choices() string { return p.id() + "-choix" }

// tick is the id of a box: the value of a territory has a colon, an id should have none.
func (p Picker) tick(o part.Option) string {
	return p.id() + "-" + strings.ReplaceAll(o.Value, ":", "-")
}

// asking makes the words bring proposals as they are typed: what is ticked goes along,
// and stays.
func (p Picker) asking(s form.State) templ.Attributes {
	out := templ.Attributes{
		"data-hx-get": p.From, "data-hx-trigger": "input changed delay:250ms, search", "data-hx-target": "#" + p.choices(), "data-hx-swap": "outerHTML",
		"data-hx-include": "#" + p.choices(), "data-hx-sync": "this:replace",
	}
	if s.Fault(p.Name) != "" {
		out["aria-invalid"] = "true"
		out["aria-describedby"] = p.id() + "-erreur"
	}
	return out
}

// said tells how many proposals the words bring.
func (p Picker) said() string {
	switch {
	case !p.Asked:
		return ""
	case len(p.Found) == 0:
		return "Rien ne répond à ces mots : essayez-en d’autres, plus courts ou plus courants."
	case len(p.Found) == 1:
		return "Une proposition : cochez-la si c’est la bonne."
	}
	return "Cochez ce qui convient :"
}

// Zone is where an activity is offered, as its form shows it: one of three ways.
type Zone struct {
	ID          string // of the fields when a page has several zones: ends their ids; "" for one
	Way         string // ZoneRadius, ZoneTerritories, ZoneFrance, "" = none yet
	RadiusKM    string // as it was typed
	Around      string // what the radius is around: « Vitry-sur-Seine », "" = the establishment
	Territories Picker
}

// Names and values of the fields of a zone.
const (
	ZoneField       = "zone"
	RadiusField     = "rayon"
	TerritoryField  = "territoire"
	ZoneRadius      = "rayon"
	ZoneTerritories = "liste"
	ZoneFrance      = "france"
)

func (z Zone) around() string {
	if z.Around != "" {
		return "Dans un rayon autour " + z.Around
	}
	return "Dans un rayon autour de l’établissement"
}

func (z Zone) radius() form.Field {
	return form.Field{Name: RadiusField, ID: RadiusField + z.ID, Label: "Rayon, en kilomètres", Value: z.RadiusKM, InputMode: "decimal", Short: true}
}
