// Package report turns what the comparison measured into figures, a table for
// people and JSON for the record.
package report

import (
	"slices"
	"time"

	"sourcier/internal/bench/compare"
	"sourcier/internal/bench/engine"
)

// Report is one run.
type Report struct {
	Date    time.Time `json:"date"`
	Commit  string    `json:"commit"`
	Go      string    `json:"go"`
	Machine string    `json:"machine"`
	Corpus  string    `json:"corpus"` // fingerprint
	Runs    int       `json:"runs"`   // of each question by each engine
	Sizes   []*Size   `json:"sizes"`
	Growth  []Growth  `json:"growth"`
	Pages   *Pages    `json:"pages,omitempty"`
	Intake  *Intake   `json:"intake,omitempty"`
	Goals   []Goal    `json:"goals"`
	Profile string    `json:"profile,omitempty"`
	Notes   []string  `json:"notes"`
}

// Size is everything measured at one number of structures.
type Size struct {
	Structures int       `json:"structures"`
	Engines    []*Engine `json:"engines"` // the first is ours
	Classes    []Class   `json:"classes"`
	// Questions are single ones, in the order in which they were asked.
	Questions []Question `json:"questions"`
	// Importing is our mix while structures change.
	Importing *Importing `json:"importing,omitempty"`
	// Limits are ours.
	Limits *engine.Limits `json:"limits,omitempty"`
}

// Engine is what one engine took to build and keep, and its whole mix.
type Engine struct {
	Name       string              `json:"name"`
	Build      time.Duration       `json:"build"`
	Cached     bool                `json:"cached"`               // the build was measured by an earlier run
	BuildPeak  int64               `json:"build_peak,omitempty"` // RSS at most while building
	Disk       int64               `json:"disk"`
	Open       time.Duration       `json:"open,omitempty"` // to the first answer
	Memory     *engine.Memory      `json:"memory,omitempty"`
	Queries    int                 `json:"queries,omitempty"` // answered before memory was read
	P50        time.Duration       `json:"p50"`               // over every run of every question
	P95        time.Duration       `json:"p95"`
	Ratio      float64             `json:"ratio"`    // to ours, geometric mean
	Common     int                 `json:"common"`   // questions that both answered
	Answered   int                 `json:"answered"` // questions
	Throughput []engine.Throughput `json:"throughput"`
}

// Class is one class at one size.
type Class struct {
	Name      string   `json:"name"`
	Selective bool     `json:"selective"`
	Questions int      `json:"questions"`
	Totals    [2]int   `json:"totals"` // smallest and largest
	Timings   []Timing `json:"timings"`
}

// Question is one question at one size: the medians, by engine in the order of
// Engines, 0 where it cannot answer.
type Question struct {
	Class   string          `json:"class"`
	Text    string          `json:"text"`
	Total   int             `json:"total"`
	Medians []time.Duration `json:"medians"`
}

// Timing is one class by one engine. Questions 0 means that it cannot answer.
type Timing struct {
	Engine    string        `json:"engine"`
	Questions int           `json:"questions"`
	P50       time.Duration `json:"p50"`
	P95       time.Duration `json:"p95"`
	Ratio     float64       `json:"ratio"`
}

// Importing is our mix while structures are changed and published.
type Importing struct {
	Load    engine.Throughput `json:"load"`
	Updates engine.Updates    `json:"updates"`
}

// Fill computes the classes and the mixes of a size from the runs.
func (s *Size) Fill(refs []compare.Reference, times compare.Times) {
	ours := medians(times[s.Engines[0].Name])
	for _, ref := range refs {
		s.Questions = append(s.Questions, Question{Class: ref.Question.Class, Text: ref.Question.Text, Total: ref.Total})
	}
	for _, e := range s.Engines {
		theirs := medians(times[e.Name])
		for i := range refs {
			s.Questions[i].Medians = append(s.Questions[i].Medians, theirs[i])
		}
		all := slices.Concat(times[e.Name]...)
		e.P50, e.P95 = Percentile(all, 50), Percentile(all, 95)
		e.Ratio, e.Common = ratio(ours, theirs)
		for _, m := range theirs {
			if m > 0 {
				e.Answered++
			}
		}
	}
	for from := 0; from < len(refs); {
		to := from
		for to < len(refs) && refs[to].Question.Class == refs[from].Question.Class {
			to++
		}
		s.Classes = append(s.Classes, s.class(refs[from:to], from, to, times, ours))
		from = to
	}
}

func (s *Size) class(refs []compare.Reference, from, to int, times compare.Times, ours []time.Duration) Class {
	c := Class{Name: refs[0].Question.Class, Selective: refs[0].Question.Selective, Questions: len(refs), Totals: [2]int{refs[0].Total, refs[0].Total}}
	for _, r := range refs {
		c.Totals = [2]int{min(c.Totals[0], r.Total), max(c.Totals[1], r.Total)}
	}
	for _, e := range s.Engines {
		runs := times[e.Name][from:to]
		all := slices.Concat(runs...)
		t := Timing{Engine: e.Name, P50: Percentile(all, 50), P95: Percentile(all, 95)}
		t.Ratio, _ = ratio(ours[from:to], medians(runs))
		for _, list := range runs {
			if len(list) > 0 {
				t.Questions++
			}
		}
		c.Timings = append(c.Timings, t)
	}
	return c
}

// Ours is our engine at this size.
func (s *Size) Ours() *Engine { return s.Engines[0] }

// Engine finds one by name, nil when it was not run.
func (s *Size) Engine(name string) *Engine {
	for _, e := range s.Engines {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// Class finds one by name, nil when it was not run.
func (s *Size) Class(name string) *Class {
	for i := range s.Classes {
		if s.Classes[i].Name == name {
			return &s.Classes[i]
		}
	}
	return nil
}

// Size finds what was measured at a number of structures, nil for nothing.
func (r *Report) Size(structures int) *Size {
	for _, s := range r.Sizes {
		if s.Structures == structures {
			return s
		}
	}
	return nil
}

// Growth is a selective class of ours from the smallest to the largest size:
// the same structures found among ever more.
type Growth struct {
	Class  string          `json:"class"`
	Sizes  []int           `json:"sizes"`
	Median []time.Duration `json:"median"` // geometric mean of the questions' medians
	Ratio  float64         `json:"ratio"`  // largest to smallest
}

// Grow compares the selective classes over the sizes; times are by size.
func (r *Report) Grow(refs []compare.Reference, times []compare.Times) {
	if len(r.Sizes) == 0 {
		return
	}
	classes := []string{}
	for _, ref := range refs {
		if ref.Question.Selective && !slices.Contains(classes, ref.Question.Class) {
			classes = append(classes, ref.Question.Class)
		}
	}
	for _, name := range append(classes, allSelective) {
		g := Growth{Class: name}
		for i, s := range r.Sizes {
			g.Sizes = append(g.Sizes, s.Structures)
			g.Median = append(g.Median, selective(refs, medians(times[i][s.Ours().Name]), name))
		}
		if first := g.Median[0]; first > 0 {
			g.Ratio = float64(g.Median[len(g.Median)-1]) / float64(first)
		}
		r.Growth = append(r.Growth, g)
	}
}

// allSelective is the line of the growth that joins the selective classes.
const allSelective = "all selective"

// selective is the geometric mean of the medians of one selective class, or of all.
func selective(refs []compare.Reference, medians []time.Duration, class string) time.Duration {
	var all []float64
	for q, m := range medians {
		of := refs[q].Question
		if of.Selective && m > 0 && (of.Class == class || class == allSelective) {
			all = append(all, float64(m))
		}
	}
	return time.Duration(GeometricMean(all))
}
