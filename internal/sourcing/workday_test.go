package sourcing_test

import (
	"testing"
	"time"

	"sourcier/internal/sourcing"
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
		if got := sourcing.Moment(sourcing.DeadlineIn(from, c.days)); got != c.want {
			t.Errorf("%d after %s: %s, not %s", c.days, c.from, got, c.want)
		}
	}
}
