package sourcing

import (
	"time"

	"sourcier/internal/structure"
)

// NoticeDays is how many working days a sourçage leaves to answer, unless the buyer says
// otherwise.
const NoticeDays = 15

// DeadlineIn is noon in Paris, as many working days after an instant: neither Saturday,
// Sunday nor a public holiday is one.
func DeadlineIn(from time.Time, days int) time.Time {
	local := from.In(structure.Paris)
	day := time.Date(local.Year(), local.Month(), local.Day(), 12, 0, 0, 0, structure.Paris)
	for days > 0 {
		day = day.AddDate(0, 0, 1)
		if worked(day) {
			days--
		}
	}
	return day.UTC()
}

// worked reports whether a day is neither of a weekend nor a public holiday (article
// L3133-1 of the code du travail).
func worked(day time.Time) bool {
	if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	switch day.Format("01-02") {
	case "01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25":
		return false
	}
	easter := easterOf(day.Year())
	for _, after := range []int{1, 39, 50} { // Easter Monday, Ascension, Whit Monday
		if day.Format(time.DateOnly) == easter.AddDate(0, 0, after).Format(time.DateOnly) {
			return false
		}
	}
	return true
}

// easterOf is Easter Sunday, by Butcher's rule for the Gregorian calendar.
func easterOf(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	return time.Date(year, time.Month(month), (h+l-7*m+33*month+19)%32, 12, 0, 0, 0, structure.Paris)
}
