package report

import (
	"fmt"
	"time"
)

// Goal is a line of the search document's table, with what was measured.
type Goal struct {
	Name     string  `json:"name"`
	Measured float64 `json:"measured"`
	Unit     string  `json:"unit"` // "x", "ms", "s", "MB"
	Must     float64 `json:"must"`
	Aim      float64 `json:"aim"`
	AtLeast  bool    `json:"at_least"` // more is better
	Verdict  string  `json:"verdict"`
}

// Verdicts.
const (
	Aimed  = "held, aim reached"
	Held   = "held"
	Missed = "NOT HELD"
	NotRun = "not run"
)

// judge gives the verdict; what was not measured is not claimed.
func (g Goal) judge(measured float64, ok bool) Goal {
	g.Measured, g.Verdict = measured, NotRun
	if !ok {
		return g
	}
	reaches := func(limit float64) bool {
		if g.AtLeast {
			return measured >= limit
		}
		return measured <= limit
	}
	switch {
	case reaches(g.Aim):
		g.Verdict = Aimed
	case reaches(g.Must):
		g.Verdict = Held
	default:
		g.Verdict = Missed
	}
	return g
}

const (
	hundredThousand = 100_000
	million         = 1_000_000
)

// Judge fills the goals from what was measured.
func (r *Report) Judge() {
	faster := func(name, engine string, size int, must, aim float64) {
		g := Goal{Name: fmt.Sprintf("%s, geometric mean at %s", name, grouped(size)), Unit: "x", Must: must, Aim: aim, AtLeast: true}
		e := r.engine(size, engine)
		r.Goals = append(r.Goals, g.judge(value(e, func(e *Engine) float64 { return e.Ratio }), e != nil && e.Common > 0))
	}
	faster("faster than bleve's own facets", "bleve", hundredThousand, 25, 55)
	faster("faster than bleve's own facets", "bleve", million, 25, 55)
	faster("faster than PostgreSQL", "postgresql", hundredThousand, 30, 60)
	faster("faster than PostgreSQL", "postgresql", million, 30, 75)
	faster("faster than Sphinx, where it can answer", "sphinx", hundredThousand, 7, 15)
	faster("faster than Sphinx, where it can answer", "sphinx", million, 4, 9)
	r.judgeMix()
	r.judgeOurs()
	r.judgeGrowth()
	page := Goal{Name: "results page against html/template, over HTTP", Unit: "x", Must: 3, Aim: 4, AtLeast: true}
	if r.Pages == nil {
		r.Goals = append(r.Goals, page.judge(0, false))
		return
	}
	r.Goals = append(r.Goals, page.judge(r.Pages.Ratio(), true))
}

func (r *Report) engine(size int, name string) *Engine {
	if s := r.Size(size); s != nil {
		return s.Engine(name)
	}
	return nil
}

func value(e *Engine, of func(*Engine) float64) float64 {
	if e == nil {
		return 0
	}
	return of(e)
}

// judgeMix compares the slow ends of the whole mixes.
func (r *Report) judgeMix() {
	g := Goal{Name: "p95 of the whole mix at 1,000,000 against PostgreSQL's", Unit: "x", Must: 50, Aim: 150, AtLeast: true}
	theirs := r.engine(million, "postgresql")
	if theirs == nil || r.Size(million).Ours().P95 == 0 {
		r.Goals = append(r.Goals, g.judge(0, false))
		return
	}
	r.Goals = append(r.Goals, g.judge(float64(theirs.P95)/float64(r.Size(million).Ours().P95), true))
}

// judgeOurs holds our own figures at 1,000,000.
func (r *Report) judgeOurs() {
	s := r.Size(million)
	suggest := Goal{Name: "suggestions at 1,000,000, p95", Unit: "ms", Must: 10, Aim: 10}
	overrun := Goal{Name: "answers after their deadline at 1,000,000, max", Unit: "ms", Must: 50, Aim: 50}
	if s == nil || s.Limits == nil {
		r.Goals = append(r.Goals, suggest.judge(0, false), overrun.judge(0, false))
	} else {
		r.Goals = append(r.Goals, suggest.judge(milliseconds(s.Limits.Suggest.P95), true), overrun.judge(milliseconds(s.Limits.Overrun.Max), true))
	}
	zone := Goal{Name: "zone + sector + mode at 1,000,000, p95", Unit: "ms", Must: 30, Aim: 15}
	memory := Goal{Name: "memory at 1,000,000, RssAnon while serving", Unit: "MB", Must: 250, Aim: 170}
	build := Goal{Name: "index build at 1,000,000", Unit: "s", Must: 140, Aim: 100}
	open := Goal{Name: "open at 1,000,000 to the first answer", Unit: "s", Must: 3, Aim: 1}
	if s == nil {
		for _, g := range []Goal{zone, memory, build, open} {
			r.Goals = append(r.Goals, g.judge(0, false))
		}
		return
	}
	ours := s.Ours()
	c := s.Class("zone + sector + mode")
	ok := c != nil && c.Timings[0].Questions > 0
	p95 := 0.0
	if ok {
		p95 = milliseconds(c.Timings[0].P95)
	}
	r.Goals = append(r.Goals, zone.judge(p95, ok))
	anon := 0.0
	if ours.Memory != nil {
		anon = float64(ours.Memory.RssAnon) / (1 << 20)
	}
	r.Goals = append(r.Goals, memory.judge(anon, ours.Memory != nil),
		build.judge(ours.Build.Seconds(), ours.Build > 0), open.judge(ours.Open.Seconds(), ours.Open > 0))
}

func (r *Report) judgeGrowth() {
	goal := Goal{Name: "a selective query at 1,000,000 against 10,000", Unit: "x", Must: 3, Aim: 1.5}
	for _, g := range r.Growth {
		n := len(g.Sizes)
		if g.Class == allSelective && g.Sizes[0] == 10_000 && g.Sizes[n-1] == million && g.Ratio > 0 {
			r.Goals = append(r.Goals, goal.judge(g.Ratio, true))
			return
		}
	}
	r.Goals = append(r.Goals, goal.judge(0, false))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
