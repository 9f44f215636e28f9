package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"sourcier/internal/bench/imports"
)

func stock(establishments int, rate float64, end int64) *imports.Sirene {
	return &imports.Sirene{Establishments: establishments, CSVTook: 2 * time.Second, Run: imports.Run{
		Rows: int(rate), Took: time.Second, Memory: imports.Memory{Peak: 900 << 20, End: end << 20},
	}}
}

func TestIntakeGoals(t *testing.T) {
	for name, tt := range map[string]struct {
		intake Intake
		want   [3]string
	}{
		"nothing":   {Intake{}, [3]string{NotRun, NotRun, NotRun}},
		"held":      {Intake{Sirene: []*imports.Sirene{stock(100_000, 9, 90), stock(10_000_000, 50_000, 190)}, Generic: &imports.Run{Rows: 5000, Took: time.Second}}, [3]string{Held, Held, Held}},
		"missed":    {Intake{Sirene: []*imports.Sirene{stock(100_000, 1e6, 90), stock(10_000_000, 49_999, 191)}, Generic: &imports.Run{Rows: 4999, Took: time.Second}}, [3]string{Missed, Missed, Missed}},
		"a trial":   {Intake{Sirene: []*imports.Sirene{stock(100_000, 9, 90), stock(300_000, 300_000, 91)}}, [3]string{Aimed, NotRun, NotRun}},
		"no growth": {Intake{Sirene: []*imports.Sirene{stock(100_000, 9, 90), stock(10_000_000, 60_000, 80)}}, [3]string{Held, NotRun, Aimed}},
	} {
		r := &Report{Intake: &tt.intake}
		r.JudgeIntake()
		for i, want := range tt.want {
			if r.Goals[i].Verdict != want {
				t.Errorf("%s: %s: %q, want %q", name, r.Goals[i].Name, r.Goals[i].Verdict, want)
			}
		}
	}
}

func TestPrintIntake(t *testing.T) {
	r := &Report{Intake: &Intake{Sirene: []*imports.Sirene{stock(100_000, 123_456, 90)}, Generic: &imports.Run{Rows: 7000, Took: time.Second}}}
	r.JudgeIntake()
	var b bytes.Buffer
	r.PrintIntake(&b)
	for _, want := range []string{"Sirene, 100,000 establishments", "123,456", "2.00x", "generic CSV", "7,000", "not run"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &b)
		}
	}
}
