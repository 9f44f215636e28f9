package report

import (
	"fmt"
	"io"
	"time"

	"sourcier/internal/bench/imports"
)

// Intake is how fast official files are read, and in how much memory.
type Intake struct {
	Sirene  []*imports.Sirene `json:"sirene"` // ascending
	Generic *imports.Run      `json:"generic"`
}

const (
	smallStock = hundredThousand
	largeStock = 10_000_000
)

// JudgeIntake adds the goals of the intake.
func (r *Report) JudgeIntake() {
	i := r.Intake
	filter := Goal{Name: "Sirene through the territory filter, rows a second", Unit: "/s", Must: 50_000, Aim: 200_000, AtLeast: true}
	generic := Goal{Name: "generic CSV into SQLite and the index, rows a second", Unit: "/s", Must: 5000, Aim: 10_000, AtLeast: true}
	growth := Goal{Name: "memory after 10,000,000 establishments over that after 100,000, RSS", Unit: "MB", Must: 100, Aim: 50}
	large := i.stock(largeStock)
	rate := 0.0
	if n := len(i.Sirene); n > 0 {
		rate = i.Sirene[n-1].PerSecond()
	}
	r.Goals = append(r.Goals, filter.judge(rate, rate > 0))
	if i.Generic == nil {
		r.Goals = append(r.Goals, generic.judge(0, false))
	} else {
		r.Goals = append(r.Goals, generic.judge(i.Generic.PerSecond(), true))
	}
	small := i.stock(smallStock)
	if small == nil || large == nil {
		r.Goals = append(r.Goals, growth.judge(0, false))
		return
	}
	r.Goals = append(r.Goals, growth.judge(float64(large.End-small.End)/(1<<20), true))
}

func (i *Intake) stock(establishments int) *imports.Sirene {
	for _, s := range i.Sirene {
		if s.Establishments == establishments {
			return s
		}
	}
	return nil
}

// PrintIntake writes the report of an intake for people.
func (r *Report) PrintIntake(w io.Writer) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	say("Intake, %s, commit %s, %s, %s\n", r.Date.Format(time.DateTime), r.Commit, r.Go, r.Machine)
	t := table{}
	t.add("import, each in a process of its own", "rows", "packed MB", "s", "rows/s", "CPU s", "stored", "peak RSS MB", "end RSS MB", "of it own", "encoding/csv alone s", "ours is faster")
	line := func(name string, r *imports.Run, packed, csv, ratio string) {
		t.add(name, grouped(r.Rows), packed, seconds(r.Took), grouped(int(r.PerSecond())), seconds(r.CPU), grouped(r.Stored), megabytes(r.Peak), megabytes(r.End), megabytes(r.Anon), csv, ratio)
	}
	for _, s := range r.Intake.Sirene {
		line("Sirene, "+grouped(s.Establishments)+" establishments", &s.Run, megabytes(s.FileSize), seconds(s.CSVTook), times(s.Ratio()))
	}
	if g := r.Intake.Generic; g != nil {
		line("generic CSV", g, "-", "-", "-")
	}
	t.write(w)
	say("\n== Goals\n")
	r.printGoals(w)
	for _, n := range r.Notes {
		say("- %s", n)
	}
}
