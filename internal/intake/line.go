package intake

import (
	"sourcier/internal/intake/input"
)

// line is what a reader says about the record it is reading. One is used for
// all the records of a part.
type line struct {
	session *session
	part    *part
	number  int // line of a table, number of an object
	settled bool
	others  []*Draft // of further records of the same object
}

// more begins another record of the same object; its draft goes to others.
func (l *line) more() { l.begin(l.number) }

// begin counts a record and starts telling about it.
func (l *line) begin(number int) {
	l.number, l.settled = number, false
	l.part.report.Read++
	l.session.meter.row()
}

// reject leaves the record out, with the reason; only the first counts.
func (l *line) reject(column, value, why string) {
	if !l.settled {
		l.part.report.Rejected++
		if l.part.list != nil {
			l.part.list.unread++
		}
		l.session.rejects.add(reject{l.part.Name, l.number, column, value, why})
	}
	l.settled = true
}

// rejectBroken rejects a record that the input layer could not read.
func (l *line) rejectBroken(broken *input.RowError) {
	column := broken.Cell
	if column == "" && broken.Column > 0 && broken.Column <= len(l.part.header.names) {
		column = l.part.header.names[broken.Column-1]
	}
	l.reject(column, broken.Value, broken.Text)
}

// skip leaves the record out for a good reason.
func (l *line) skip(why Skip) {
	if !l.settled {
		l.part.report.skip(why)
	}
	l.settled = true
}

// ignore drops one value and keeps the record.
func (l *line) ignore(column, value, why string) {
	l.part.report.Ignored++
	l.session.rejects.add(reject{l.part.Name, l.number, column, value, "valeur ignorée, le reste de la ligne est gardé : " + why})
}

func (l *line) repair(what Repair) { l.part.report.repair(what, 1) }

// wrapping tells what the input layer repaired and left out.
func (l *line) wrapping(row *input.Row) {
	if row.Decoded {
		l.repair(RepairEncoding)
	}
	if row.Literal {
		l.repair(RepairQuote)
	}
	if row.Formulas > 0 {
		l.part.report.repair(RepairFormula, int64(row.Formulas))
	}
	if row.Beyond != "" {
		l.ignore(row.BeyondCell, row.Beyond, "cellule au-delà de la dernière colonne du tableau")
	}
}
