package intake

import (
	"slices"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// esusList is the national list of the agréments ESUS: a workbook whose table
// stands below a title and right of an empty column, or the older CSV. Dates have
// changed names with the years: they are found by what their names say.
var esusList = &layout{
	format: ESUS,
	name:   "liste nationale des agréments ESUS (direction générale du Trésor)",
	order:  38,
	limit:  input.MaxPlain,
	above:  maxAbove,
	looks:  looksESUS,
	read:   readESUS,
	scope:  scopeOfESUS,
}

// scopeOfESUS is the whole country, unless the table may be one of other companies
// too, of which a column tells whether each has the agreement.
func scopeOfESUS(s *session, p *part) *scope {
	if asksESUS(p.header) {
		return nil
	}
	return everyUnit(structure.SourceESUS, true)(s, p)
}

// asksESUS reports whether a column may hold a yes or a no, and no title says that
// the table is of the ESUS alone.
func asksESUS(h header) bool {
	return !slices.ContainsFunc(h.above, titleOfESUS) && len(esusColumns(h).flags) > 0
}

// esusWords are what tells that a list of SIREN is this one.
var esusWords = []string{"esus", "utilite sociale", "entreprises solidaires", "entreprise solidaire"}

// sirenColumn is the first column whose name speaks of a SIREN, -1 when none does.
func sirenColumn(h header) int {
	return slices.IndexFunc(h.names, func(n string) bool { return slices.Contains(strings.Fields(territory.Fold(n)), "siren") })
}

// looksESUS wants a column of SIREN, and a title or a known name of a column: any
// list of SIREN would else make its companies ESUS. That a column is called "esus"
// tells nothing, many tables ask so. A list that does not say what it is has to be
// named by --format.
func looksESUS(h header) bool {
	named := 0
	for _, n := range h.names {
		named += weigh(n != "")
	}
	alone := h.has("siren") || h.has("numero_siren") // and not a line that another delimiter cuts
	if sirenColumn(h) < 0 || h.has("siret") || named < 2 && !alone {
		return false
	}
	return h.asked == ESUS || slices.ContainsFunc(h.names, headOfESUS) || slices.ContainsFunc(h.above, titleOfESUS)
}

func saysESUS(cell string) bool {
	return saysOneOf(cell, esusWords...)
}

func saysOneOf(cell string, words ...string) bool {
	text := " " + territory.Fold(cell) + " "
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, " "+w+" ") })
}

// headOfESUS knows the names of columns of the list: « agrément ESUS », « entreprise
// solidaire d'utilité sociale », and the days of the agreement.
func headOfESUS(name string) bool {
	return saysOneOf(name, "solidaire d utilite sociale", "solidaires d utilite sociale") ||
		saysESUS(name) && saysOneOf(name, "agrement", "agrements", "date", "debut", "fin", "decision", "delivrance", "echeance", "expiration", "duree")
}

// titleOfESUS knows the title of the list.
func titleOfESUS(row []string) bool {
	return slices.ContainsFunc(row, func(cell string) bool {
		return headOfESUS(cell) || saysOneOf(cell, esusWords[1:]...) || saysESUS(cell) && saysOneOf(cell, "liste", "agree", "agrees", "agreee", "agreees")
	})
}

func readESUS(_ *session, p *part) rowFunc {
	r := esusReader{esusColumns(p.header), asksESUS(p.header)}
	if r.to < 0 && (r.from < 0 || r.years < 0) {
		p.report.Note("la liste ne donne pas de fin de validité : les agréments sont gardés sans date de fin")
	}
	if r.asks {
		p.report.Note("une colonne dit pour chaque entreprise si elle a l’agrément : rien n’est conclu de celles que le fichier ne contient pas")
	}
	return r.readRow
}

// esusReader reads one table.
type esusReader struct {
	esusTable
	asks bool
}

func (r esusReader) readRow(row *input.Row, l *line) *Draft {
	d := l.newDraft(structure.SourceESUS)
	if !l.siren(d, r.names[r.siren], text(row, r.siren)) {
		return nil
	}
	if r.denies(row) {
		d.Denied = []structure.Field{structure.FieldESUS}
		return d
	}
	from, to := r.days(row, l)
	switch {
	case from != "" && to != "" && to < from:
		l.reject(r.names[r.from], string(from), "l’agrément finirait avant de commencer, le "+string(to)+" : rien ne dit lequel des deux jours est juste")
		return nil
	case from == "" && to == "" && r.asks && r.blank(row):
		l.reject(r.names[r.flags[0]], "", "rien ne dit si l’entreprise a l’agrément")
		return nil
	}
	d.Facts.ESUS, d.Facts.ESUSEnd = true, to
	if from != "" || to != "" {
		d.Facts.Labels = []structure.Label{{Code: "esus", Name: "Agrément ESUS", From: from, To: to}}
	}
	return d
}
