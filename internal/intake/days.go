package intake

import (
	"math"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// calendar reads a day as files write them: ISO, "31/12/2026", with or without a
// time, and in a workbook the number of days that a spreadsheet counts; "" when
// it is none of these.
func (p *part) calendar(text string) structure.Date {
	if text == "" {
		return ""
	}
	word, _, _ := strings.Cut(strings.Replace(text, "T", " ", 1), " ")
	for _, form := range []string{time.DateOnly, "2/1/2006", "2-1-2006", "2.1.2006"} {
		if t, err := time.Parse(form, word); err == nil {
			return plausible(t)
		}
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && p.Shape == input.Sheet {
		return serial(n, p.system1904)
	}
	return ""
}

// serial is the day of a spreadsheet: 1 is 1 January 1900, and 29 February 1900,
// which never was, is counted; in the other system 0 is 1 January 1904.
func serial(n float64, from1904 bool) structure.Date {
	if !(n >= 1 && n < 100_000) {
		return ""
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return plausible(first.AddDate(0, 0, int(math.Floor(n))))
}

// plausible drops a day of another century.
func plausible(t time.Time) structure.Date {
	if t.Year() < 1900 || t.Year() > 2200 {
		return ""
	}
	return structure.Date(t.Format(time.DateOnly))
}

// calendar reads a day of the record; one that cannot be read is told.
func (l *line) calendar(column, text string) structure.Date {
	d := l.part.calendar(text)
	if d == "" && text != "" {
		l.ignore(column, text, "ce n’est pas une date : attendu JJ/MM/AAAA ou AAAA-MM-JJ")
	}
	return d
}
