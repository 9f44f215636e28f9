// Package programme holds the pages of the programme of purchases.
package programme

import (
	"sourcier/internal/sourcing"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// ImportsPage is where a file is chosen, with those of the last day.
type ImportsPage struct {
	desk.Page
	form.State
	To, Once string
	Kinds    []part.Option
	Files    admin.Table
}

// ImportPage is a file between its arrival and what is written of it.
type ImportPage struct {
	desk.Page
	form.State
	URL string
}

// ImportMapPage is « ce qui a été compris »: where the heads are, what each column holds.
type ImportMapPage struct {
	ImportPage
	Notes   []string // what was found above, merged, remembered
	Heads   []part.Option
	Columns []ImportColumn
}

// ImportColumn is a column of a file.
type ImportColumn struct {
	Name    string // of its field in the form
	Letter  string // as spreadsheets call it
	Head    string
	Samples []string
	Fields  []part.Option
	Guessed bool
}

// ImportPlanPage is what would be written.
type ImportPlanPage struct {
	ImportPage
	Figures  []ImportFigure
	Notes    []string
	Services string // that the programme gains
	Stamp    string
	Button   string // "" when there is nothing to write
	Back     string // to the columns, "" of a file that has none
	Refused  string // the file of the lines that are not taken, "" for none
	Faults   admin.Table
	Remarks  admin.Table
	Lines    admin.Table
	More     string // what the list of lines leaves out
	MoreSaid string // what the lists of remarks leave out
}

// ImportFigure is a number of a plan.
type ImportFigure struct {
	N    int
	Text string
	Tone string // "bad", "good", "wait", ""
}

func (f ImportFigure) sign() string {
	return map[string]string{"wait": "◐ ", "bad": "✕ ", "good": "✓ "}[f.Tone]
}

func (f ImportFigure) class() string {
	if f.Tone == "" {
		return ""
	}
	return "state-" + f.Tone
}

// ImportDonePage is what was written, or is being.
type ImportDonePage struct {
	ImportPage
	Running   bool
	Outcome   []ImportFigure
	Untouched []string
	Ways      []part.Link
}

// Figures words what an import does; what is its lines: « achats », « marchés ».
func Figures(t sourcing.Tally, one, many string, done bool) (out []ImportFigure) {
	add := func(n int, tone, text string) {
		if n > 0 {
			out = append(out, ImportFigure{N: n, Text: text, Tone: tone})
		}
	}
	of := func(n int) string { return format.Plural(n, one, many) }
	made := func(n int, single, plural, future string) string {
		if done {
			return of(n) + " " + format.Plural(n, single, plural)
		}
		return of(n) + " " + future
	}
	add(t.Created, "good", made(t.Created, "ajouté", "ajoutés", "à ajouter"))
	add(t.Updated, "good", made(t.Updated, "mis à jour", "mis à jour", "à mettre à jour"))
	add(t.Gone, "wait", of(t.Gone)+" qui n’"+format.Plural(t.Gone, "est", "sont")+" plus dans le fichier")
	add(t.Same, "", of(t.Same)+" déjà là, "+format.Plural(t.Same, "identique", "identiques"))
	add(t.Conflicts, "wait", of(t.Conflicts)+" "+format.Plural(t.Conflicts, "laissé tel quel", "laissés tels quels"))
	add(t.Refused, "bad", format.Plural(t.Refused, "ligne en erreur, laissée de côté", "lignes en erreur, laissées de côté"))
	return out
}
