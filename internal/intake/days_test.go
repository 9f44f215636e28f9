package intake

import (
	"testing"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

func TestCalendar(t *testing.T) {
	sheet, table := &part{Part: &input.Part{Shape: input.Sheet}}, &part{Part: &input.Part{Shape: input.Table}}
	old := &part{Part: &input.Part{Shape: input.Sheet}, system1904: true}
	for _, c := range []struct {
		part *part
		text string
		want structure.Date
	}{
		{table, "31/12/2026", "2026-12-31"}, {table, "01/02/2006 00:00:00", "2006-02-01"}, {table, "1/2/2006", "2006-02-01"},
		{table, "2026-12-31", "2026-12-31"}, {table, "2026-12-31T23:59:59Z", "2026-12-31"}, {table, "31.12.2026", "2026-12-31"},
		{table, "31/02/2026", ""}, {table, "12/31/2026", ""}, {table, "bientôt", ""}, {table, "", ""}, {table, "45366", ""},
		{sheet, "45366", "2024-03-15"}, {sheet, "45366.75", "2024-03-15"}, {sheet, "1", ""}, {sheet, "61", "1900-03-01"},
		{sheet, "999999", ""}, {sheet, "-1", ""}, {sheet, "NaN", ""}, {sheet, "15/03/2024", "2024-03-15"},
		{old, "43904", "2024-03-15"}, {table, "01/01/1066", ""}, {table, "01/01/9999", ""},
	} {
		if got := c.part.calendar(c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}
