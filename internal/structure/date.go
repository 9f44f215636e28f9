package structure

import (
	"fmt"
	"time"
	_ "time/tzdata" // legal days are counted in Europe/Paris, also on a machine without zone files
)

// Date is a civil day, "2006-01-02"; the empty Date is unknown. Dates compare
// as strings.
type Date string

// Paris is the zone in which days and deadlines are counted.
var Paris = mustLoad("Europe/Paris")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the zone data is linked into the binary
	}
	return loc
}

// DateOf gives the civil day in Europe/Paris at the instant t.
func DateOf(t time.Time) Date { return Date(t.In(Paris).Format(time.DateOnly)) }

// ParseDate reads an ISO day; it returns an error on anything else.
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("date %q: expected YYYY-MM-DD", s)
	}
	return Date(s), nil
}

// Time gives midnight of the day in Europe/Paris, the zero time for an unknown Date.
func (d Date) Time() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), Paris)
	if err != nil {
		return time.Time{}
	}
	return t
}

// AddDays shifts the day.
func (d Date) AddDays(n int) Date { return Date(d.Time().AddDate(0, 0, n).Format(time.DateOnly)) }

// AddMonths shifts the month and stays inside it: 31 January + 1 month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, Paris)
	last := first.AddDate(0, 1, -1).Day()
	return Date(time.Date(first.Year(), first.Month(), min(t.Day(), last), 0, 0, 0, 0, Paris).Format(time.DateOnly))
}

// inForce treats an unknown bound as open.
func inForce(from, to, on Date) bool {
	return (from == "" || from <= on) && (to == "" || on <= to)
}

// lastDay is the end, or the eve of the day from which nobody confirms it.
func lastDay(end, stale Date) Date {
	if stale == "" {
		return end
	}
	return first(end, stale.AddDays(-1))
}
