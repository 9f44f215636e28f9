// Package workday knows the working days of France, in Europe/Paris.
package workday

import (
	"time"

	"sourcier/internal/structure"
)

// NoonAfter is noon in Paris, as many working days after an instant: neither Saturday,
// Sunday nor a public holiday is one.
func NoonAfter(from time.Time, days int) time.Time {
	local := from.In(structure.Paris)
	day := time.Date(local.Year(), local.Month(), local.Day(), 12, 0, 0, 0, structure.Paris)
	for days > 0 {
		day = day.AddDate(0, 0, 1)
		if Worked(day) {
			days--
		}
	}
	return day.UTC()
}

// Worked reports whether a day is neither of a weekend nor a public holiday (article
// L3133-1 of the code du travail).
func Worked(day time.Time) bool {
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

// Hours of a working day within which somebody is expected to read a mail.
const (
	opens  = 9  // o'clock
	closes = 18 // o'clock
)

// HoursAfter is as many working hours after an instant: from 9 to 18 h in Paris, of
// working days.
func HoursAfter(from time.Time, hours int) time.Time {
	at, left := from.In(structure.Paris), time.Duration(hours)*time.Hour
	for {
		y, m, d := at.Date()
		start, end := time.Date(y, m, d, opens, 0, 0, 0, structure.Paris), time.Date(y, m, d, closes, 0, 0, 0, structure.Paris)
		if Worked(at) && at.Before(end) {
			if at.Before(start) {
				at = start
			}
			if room := end.Sub(at); left <= room {
				return at.Add(left).UTC()
			} else {
				left -= room
			}
		}
		at = time.Date(y, m, d+1, 0, 0, 0, 0, structure.Paris)
	}
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
