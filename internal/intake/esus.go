package intake

import (
	"slices"
	"strconv"
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
	scope:  everyUnit(structure.SourceESUS, true),
}

// esusWords are what tells that a list of SIREN is this one.
var esusWords = []string{"esus", "utilite sociale", "entreprises solidaires", "entreprise solidaire"}

// sirenColumn is the first column whose name speaks of a SIREN, -1 when none does.
func sirenColumn(h header) int {
	return slices.IndexFunc(h.names, func(n string) bool { return slices.Contains(strings.Fields(territory.Fold(n)), "siren") })
}

// looksESUS wants a column of SIREN, and a title or a column that says ESUS: any
// list of SIREN would else make its companies ESUS. A list that does not say what
// it is has to be named by --format.
func looksESUS(h header) bool {
	named := 0
	for _, n := range h.names {
		named += weigh(n != "")
	}
	alone := h.has("siren") || h.has("numero_siren") // and not a line that another delimiter cuts
	if sirenColumn(h) < 0 || h.has("siret") || named < 2 && !alone {
		return false
	}
	return h.asked == ESUS || slices.ContainsFunc(append([][]string{h.names}, h.above...), saysESUS)
}

func saysESUS(row []string) bool {
	return slices.ContainsFunc(row, func(cell string) bool {
		text := " " + territory.Fold(cell) + " "
		return slices.ContainsFunc(esusWords, func(w string) bool { return strings.Contains(text, " "+w+" ") })
	})
}

// esusDates are the columns of the validity, -1 when absent.
type esusDates struct {
	from, to, years int
	names           []string
}

func esusColumns(h header) esusDates {
	d := esusDates{-1, -1, -1, h.names}
	for i, n := range h.names {
		name := " " + territory.Fold(n) + " "
		says := func(words ...string) bool {
			for _, w := range words {
				if strings.Contains(name, w) {
					return true
				}
			}
			return false
		}
		switch {
		case d.to < 0 && says(" fin ", "echeance", "expiration", "jusqu"):
			d.to = i
		case d.years < 0 && says(" duree "):
			d.years = i
		case d.from < 0 && says(" date ", " debut ", " decision ", " delivrance "):
			d.from = i
		}
	}
	return d
}

func readESUS(_ *session, p *part) rowFunc {
	siren, dates := sirenColumn(p.header), esusColumns(p.header)
	if dates.to < 0 && (dates.from < 0 || dates.years < 0) {
		p.report.Note("la liste ne donne pas de fin de validité : les agréments sont gardés sans date de fin")
	}
	return func(row *input.Row, l *line) *Draft {
		d := l.newDraft(structure.SourceESUS)
		if !l.siren(d, p.header.names[siren], text(row, siren)) {
			return nil
		}
		from, to := dates.read(row, l)
		d.Facts.ESUS, d.Facts.ESUSEnd = true, to
		if from != "" || to != "" {
			d.Facts.Labels = []structure.Label{{Code: "esus", Name: "Agrément ESUS", From: from, To: to}}
		}
		return d
	}
}

// read gives the first and the last day of an agreement. A list that gives the
// day of the decision and the number of years gives the last day with them.
func (c esusDates) read(row *input.Row, l *line) (from, to structure.Date) {
	if c.from >= 0 {
		from = l.calendar(c.names[c.from], text(row, c.from))
	}
	if c.to >= 0 {
		to = l.calendar(c.names[c.to], text(row, c.to))
	}
	if to != "" || from == "" || c.years < 0 {
		return from, to
	}
	number, unit, _ := strings.Cut(territory.Fold(text(row, c.years)), " ")
	if years, err := strconv.Atoi(number); err == nil && years >= 1 && years <= 10 && (unit == "" || strings.HasPrefix(unit, "an")) {
		to = from.AddMonths(12 * years).AddDays(-1)
	}
	return from, to
}
