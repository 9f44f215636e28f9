package intake

import (
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// esusTable is where the list has what it says, -1 when it does not. Names have
// changed with the years: columns are found by what their names say.
type esusTable struct {
	names     []string
	siren     int
	from, to  int
	years     int
	withdrawn int   // day on which the agreement was withdrawn
	status    int   // says in words that it is over
	flags     []int // heads that only name the agreement: they may ask for a yes or a no
}

func esusColumns(h header) esusTable {
	c := esusTable{h.names, sirenColumn(h), -1, -1, -1, -1, -1, nil}
	kinds := []struct { // the first that a name speaks of counts, so « Date de retrait » is no first day
		column *int
		words  []string
	}{
		{&c.withdrawn, []string{" retrait ", " retire", " abrogation ", " revocation "}},
		{&c.to, []string{" fin ", "echeance", "expiration", "jusqu"}},
		{&c.years, []string{" duree "}},
		{&c.from, []string{" date ", " debut ", " decision ", " delivrance "}},
		{&c.status, []string{" statut ", " etat ", " situation "}},
	}
next:
	for i, n := range h.names {
		name := " " + territory.Fold(n) + " "
		for _, k := range kinds {
			if *k.column < 0 && slices.ContainsFunc(k.words, func(w string) bool { return strings.Contains(name, w) }) {
				*k.column = i
				continue next
			}
		}
		if i != c.siren && saysESUS(n) {
			c.flags = append(c.flags, i)
		}
	}
	return c
}

// Words that begin what a status, or a column of withdrawals, says.
var (
	overWords  = []string{"retir", "retrait", "abrog", "revoq", "expir", "caduc", "annul", "perdu", "termin", "fini", "echu", "suspend", "non renouvel", "inacti"}
	neverWords = []string{"refus", "rejet", "non agre", "non esus", "en cours d instruction", "en attente", "demande"}
)

// begins reports whether a cell begins with one of the words.
func begins(cell string, words []string) bool {
	said := strings.TrimPrefix(territory.Fold(cell), "agrement ")
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(said, w) })
}

// denies reports whether the row says that there is no agreement.
func (c esusTable) denies(row *input.Row) bool {
	return begins(text(row, c.status), neverWords) || slices.ContainsFunc(c.flags, func(i int) bool {
		yes, known := yesNo(text(row, i))
		return known && !yes
	})
}

// blank reports whether the columns that name the agreement are all empty.
func (c esusTable) blank(row *input.Row) bool {
	return len(c.flags) > 0 && !slices.ContainsFunc(c.flags, func(i int) bool { return text(row, i) != "" })
}

// day reads a day; a yes or a no is none, and no fault.
func (c esusTable) day(column int, row *input.Row, l *line) structure.Date {
	value := text(row, column)
	if _, flag := yesNo(value); flag {
		return ""
	}
	return l.calendar(c.names[max(column, 0)], value)
}

// days gives the first and the last day of an agreement. A list that gives the
// day of the decision and the number of years gives the last day with them.
func (c esusTable) days(row *input.Row, l *line) (from, to structure.Date) {
	from, to = c.day(c.from, row, l), c.day(c.to, row, l)
	if number, unit, _ := strings.Cut(territory.Fold(text(row, c.years)), " "); to == "" && from != "" {
		if years, err := strconv.Atoi(number); err == nil && years >= 1 && years <= 10 && (unit == "" || strings.HasPrefix(unit, "an")) {
			to = from.AddMonths(12 * years).AddDays(-1)
		}
	}
	if over := c.over(row, l); over != "" && structure.CompareEnds(over, to) < 0 {
		to = over
	}
	return from, to
}

// over is the day of a withdrawal, "" when there was none. When its day is not
// known, it is the day before that of the list, which is the first to tell.
func (c esusTable) over(row *input.Row, l *line) structure.Date {
	told := text(row, c.withdrawn)
	withdrawn, _ := yesNo(told)
	worded := begins(told, overWords)
	if !worded {
		if day := c.day(c.withdrawn, row, l); day != "" {
			return day
		}
	}
	if withdrawn || worded || begins(text(row, c.status), overWords) {
		return l.part.asOf(l.session).AddDays(-1)
	}
	return ""
}
