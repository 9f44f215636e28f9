package workday_test

import (
	"testing"
	"time"

	"sourcier/internal/sourcing"
	"sourcier/internal/workday"
)

func TestDeadlineCountsWorkingDays(t *testing.T) {
	for _, c := range []struct {
		from string
		days int
		want string
	}{
		{"2026-11-27T10:00:00Z", 1, "30 novembre 2026 à 12\u00a0h\u00a000"},  // over a weekend
		{"2026-11-28T12:00:00Z", 15, "18 décembre 2026 à 12\u00a0h\u00a000"}, // from a Saturday
		{"2026-12-24T09:00:00Z", 1, "28 décembre 2026 à 12\u00a0h\u00a000"},  // Christmas
		{"2027-03-26T09:00:00Z", 1, "30 mars 2027 à 12\u00a0h\u00a000"},      // Easter Monday, and another hour in summer
		{"2027-05-05T09:00:00Z", 1, "7 mai 2027 à 12\u00a0h\u00a000"},        // Ascension
		{"2027-05-14T09:00:00Z", 1, "18 mai 2027 à 12\u00a0h\u00a000"},       // Whit Monday
	} {
		from, err := time.Parse(time.RFC3339, c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := sourcing.Moment(workday.NoonAfter(from, c.days)); got != c.want {
			t.Errorf("%d after %s: %s, not %s", c.days, c.from, got, c.want)
		}
	}
}

func TestHoursCountWorkingHours(t *testing.T) {
	for _, c := range []struct {
		from  string
		hours int
		want  string
	}{
		{"2026-11-27T09:00:00Z", 4, "27 novembre 2026 à 14\u00a0h\u00a000"},   // within the day
		{"2026-11-27T16:00:00Z", 4, "30 novembre 2026 à 12\u00a0h\u00a000"},   // Friday evening
		{"2026-11-27T21:00:00Z", 9, "30 novembre 2026 à 18\u00a0h\u00a000"},   // at night: a whole day
		{"2026-10-23T15:00:00Z", 9, "26 octobre 2026 à 17\u00a0h\u00a000"},    // over the change to winter time
		{"2026-12-24T16:30:00Z", 1, "28 décembre 2026 à 9\u00a0h\u00a030"},    // Christmas, then a weekend
		{"2026-11-30T05:00:00Z", 18, "1er décembre 2026 à 18\u00a0h\u00a000"}, // two days
	} {
		from, err := time.Parse(time.RFC3339, c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := sourcing.Moment(workday.HoursAfter(from, c.hours)); got != c.want {
			t.Errorf("%d h after %s: %s, not %s", c.hours, c.from, got, c.want)
		}
	}
}
