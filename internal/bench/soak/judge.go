package soak

import (
	"fmt"
	"slices"
	"strings"
)

// What a run may wear: the median of the last third against that of the first.
const (
	maxMemoryGrowth  = 1.15
	maxLatencyGrowth = 1.5
	// minWindows is how many windows a verdict takes: three thirds of a few.
	minWindows = 6
)

// Verdict sums a run up.
type Verdict struct {
	Failed   int
	Memory   float64 // last third / first third, median RssAnon
	Latency  float64 // the same, median of the windows' p95
	Held     bool
	Comments []string
}

// Judge compares the first third of the windows with the last. The very first
// window is left out: caches fill in it.
func Judge(windows []Window) Verdict {
	v := Verdict{}
	for _, w := range windows {
		v.Failed += w.Failed
		if w.Behind {
			v.Comments = append(v.Comments, clock(w.Elapsed)+": the index did not follow the store")
		}
	}
	if v.Failed > 0 {
		v.Comments = append(v.Comments, fmt.Sprintf("%d queries failed", v.Failed))
	}
	if len(windows) < minWindows {
		v.Comments = append(v.Comments, fmt.Sprintf("%d windows are too few to compare, %d are needed", len(windows), minWindows))
		return v
	}
	windows = windows[1:]
	third := len(windows) / 3
	first, last := windows[:third], windows[len(windows)-third:]
	memory := func(w Window) float64 { return float64(w.Memory.RssAnon) }
	p95 := func(w Window) float64 { return float64(w.Lat.P95) }
	v.Memory = median(last, memory) / median(first, memory)
	v.Latency = median(last, p95) / median(first, p95)
	if v.Memory > maxMemoryGrowth {
		v.Comments = append(v.Comments, fmt.Sprintf("memory grew %.2f times, %.2f is allowed", v.Memory, maxMemoryGrowth))
	}
	if v.Latency > maxLatencyGrowth {
		v.Comments = append(v.Comments, fmt.Sprintf("p95 grew %.2f times, %.2f is allowed", v.Latency, maxLatencyGrowth))
	}
	v.Held = len(v.Comments) == 0
	return v
}

func median(windows []Window, of func(Window) float64) float64 {
	var all []float64
	for _, w := range windows {
		all = append(all, of(w))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func (v Verdict) String() string {
	state := "HELD"
	if !v.Held {
		state = "NOT HELD: " + strings.Join(v.Comments, "; ")
	}
	return fmt.Sprintf("last third against first: memory x%.2f, p95 x%.2f; %d failed queries. %s", v.Memory, v.Latency, v.Failed, state)
}
