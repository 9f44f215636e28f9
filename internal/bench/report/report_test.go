package report

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/compare"
	"sourcier/internal/bench/engine"
)

func TestPercentile(t *testing.T) {
	list := []time.Duration{50, 10, 40, 20, 30}
	for p, want := range map[float64]time.Duration{0: 10, 20: 10, 21: 20, 50: 30, 95: 50, 100: 50} {
		if got := Percentile(list, p); got != want {
			t.Errorf("Percentile(%v) = %d, want %d", p, got, want)
		}
	}
	if Percentile(nil, 50) != 0 || list[0] != 50 {
		t.Error("an empty list has no percentile, and a list stays as it was")
	}
}

func TestGeometricMean(t *testing.T) {
	for _, tt := range []struct {
		list []float64
		want float64
	}{{nil, 0}, {[]float64{8}, 8}, {[]float64{1, 100}, 10}, {[]float64{2, 4, 8}, 4}} {
		if got := GeometricMean(tt.list); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("GeometricMean(%v) = %v, want %v", tt.list, got, tt.want)
		}
	}
}

func TestRatioLeavesOutWhatOneCannotAnswer(t *testing.T) {
	got, n := ratio([]time.Duration{10, 0, 10, 10}, []time.Duration{40, 50, 0, 90})
	if n != 2 || math.Abs(got-6) > 1e-9 {
		t.Errorf("ratio %v over %d questions, want 6 over 2", got, n)
	}
}

func TestJudge(t *testing.T) {
	more, less := Goal{Must: 30, Aim: 60, AtLeast: true}, Goal{Must: 3, Aim: 1}
	for _, tt := range []struct {
		goal     Goal
		measured float64
		ok       bool
		want     string
	}{
		{more, 60, true, Aimed}, {more, 59, true, Held}, {more, 29.9, true, Missed}, {more, 99, false, NotRun},
		{less, 1, true, Aimed}, {less, 3, true, Held}, {less, 3.1, true, Missed}, {less, 0, false, NotRun},
	} {
		if got := tt.goal.judge(tt.measured, tt.ok).Verdict; got != tt.want {
			t.Errorf("%+v at %v: %q, want %q", tt.goal, tt.measured, got, tt.want)
		}
	}
}

// sample is a run of two sizes: ours ten times faster than bleve, which cannot
// answer the class about zones.
func sample() *Report {
	refs := []compare.Reference{
		{Question: ask.Question{Number: 0, Class: "word"}, Total: 100},
		{Question: ask.Question{Number: 1, Class: "zone + sector + mode"}, Total: 5},
		{Question: ask.Question{Number: 2, Class: "selective text", Selective: true}, Total: 300},
	}
	runs := func(ms ...int) []time.Duration {
		var out []time.Duration
		for _, n := range ms {
			out = append(out, time.Duration(n)*time.Millisecond)
		}
		return out
	}
	r := &Report{Notes: []string{"a note"}}
	var all []compare.Times
	for _, n := range []int{10_000, 1_000_000} {
		s := &Size{Structures: n, Engines: []*Engine{{Name: "sourcier", Build: 90 * time.Second, Open: 2 * time.Second, Memory: &engine.Memory{RssAnon: 300 << 20}}, {Name: "bleve"}}}
		times := compare.Times{"sourcier": {runs(1, 1, 2), runs(20, 20, 20), runs(1, 2, 3)}, "bleve": {runs(100, 100, 100), nil, runs(20, 20, 20)}}
		s.Fill(refs, times)
		r.Sizes, all = append(r.Sizes, s), append(all, times)
	}
	r.Grow(refs, all)
	r.Judge()
	return r
}

func TestReport(t *testing.T) {
	r := sample()
	s := r.Size(1_000_000)
	if e := s.Engine("bleve"); math.Abs(e.Ratio-math.Sqrt(1000)) > 1e-6 || e.Common != 2 || e.Answered != 2 {
		t.Errorf("bleve: ratio %v over %d of %d", e.Ratio, e.Common, e.Answered)
	}
	if c := s.Class("zone + sector + mode"); c.Timings[1].Questions != 0 || c.Timings[0].P95 != 20*time.Millisecond {
		t.Errorf("zone: %+v", c)
	}
	var b bytes.Buffer
	r.Print(&b)
	for _, want := range []string{
		"== 1,000,000 structures", "n/a", "all selective", "1.00x",
		"zone + sector + mode at 1,000,000, p95", "20.00 ms", "a note",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &b)
		}
	}
	verdicts := map[string]string{}
	for _, g := range r.Goals {
		verdicts[g.Name] = g.Verdict
	}
	for name, want := range map[string]string{
		"faster than bleve's own facets, geometric mean at 1,000,000": Held,
		"faster than bleve's own facets, geometric mean at 100,000":   NotRun,
		"zone + sector + mode at 1,000,000, p95":                      Held,
		"memory at 1,000,000, RssAnon while serving":                  Missed,
		"index build at 1,000,000":                                    Aimed,
		"open at 1,000,000 to the first answer":                       Held,
		"a selective query at 1,000,000 against 10,000":               Aimed,
		"p95 of the whole mix at 1,000,000 against PostgreSQL's":      NotRun,
		"results page against html/template, over HTTP":               NotRun,
	} {
		if verdicts[name] != want {
			t.Errorf("%s: %q, want %q", name, verdicts[name], want)
		}
	}
}
