package structure

import (
	"testing"
	"time"
)

func TestDateOfCountsInParis(t *testing.T) {
	tests := map[string]Date{
		"2026-11-22T23:30:00Z": "2026-11-23", // winter: UTC+1
		"2026-07-01T21:59:59Z": "2026-07-01", // summer: UTC+2
		"2026-07-01T22:00:00Z": "2026-07-02",
	}
	for in, want := range tests {
		instant, err := time.Parse(time.RFC3339, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(instant); got != want {
			t.Errorf("DateOf(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestAddMonthsStaysInTheMonth(t *testing.T) {
	tests := []struct {
		from Date
		n    int
		want Date
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"}, {"2026-11-30", 3, "2027-02-28"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-08-23", 3, "2026-11-23"},
	}
	for _, tt := range tests {
		if got := tt.from.AddMonths(tt.n); got != tt.want {
			t.Errorf("%s + %d months = %s, want %s", tt.from, tt.n, got, tt.want)
		}
	}
	// The day on which the clocks change has 25 hours, and is still one day.
	if got := Date("2026-10-24").AddDays(2); got != "2026-10-26" {
		t.Errorf("across the change of hour: %s", got)
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, s := range []string{"", "23/11/2026", "2026-02-30", "2026-1-1"} {
		if _, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) did not refuse", s)
		}
	}
}
