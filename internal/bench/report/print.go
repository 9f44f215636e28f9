package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Print writes the report for people.
func (r *Report) Print(w io.Writer) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	say("Search comparison, %s, commit %s, %s, %s", r.Date.Format(time.DateTime), r.Commit, r.Go, r.Machine)
	say("Corpus %s. Every answer: exact total, a page of 20, facets; %d runs of each question by each engine, in turns; no result cache.", r.Corpus, r.Runs)
	for _, s := range r.Sizes {
		say("\n== %s structures\n", grouped(s.Structures))
		s.printEngines(w)
		say("")
		s.printClasses(w)
		say("")
		s.printSlowest(w)
		if s.Importing != nil {
			s.printImporting(w)
		}
		if s.Limits != nil {
			s.printLimits(w)
		}
	}
	if len(r.Growth) > 0 && len(r.Sizes) > 1 {
		say("\n== Selective classes of ours as the directory grows\n")
		r.printGrowth(w)
	}
	if r.Pages != nil {
		say("\n== Pages\n")
		r.Pages.print(w)
	}
	say("\n== Goals\n")
	r.printGoals(w)
	for _, n := range r.Notes {
		say("- %s", n)
	}
	if r.Profile != "" {
		say("\n== Profile\n\n%s", r.Profile)
	}
}

func (s *Size) printEngines(w io.Writer) {
	t := table{}
	t.add("engine", "build s", "peak MB", "disk MB", "open s", "RssAnon MB", "RSS MB", "answers", "p50 ms", "p95 ms", "against ours", "1 client/s", "2 clients/s", "8 clients/s")
	for _, e := range s.Engines {
		build := seconds(e.Build)
		if e.Cached {
			build += " *"
		}
		anon, rss := "-", "-"
		if e.Memory != nil {
			anon, rss = megabytes(e.Memory.RssAnon), megabytes(e.Memory.RSS)
		}
		row := []string{e.Name, build, megabytes(e.BuildPeak), megabytes(e.Disk), seconds(e.Open), anon, rss, fmt.Sprintf("%d", e.Answered), ms(e.P50), ms(e.P95),
			fmt.Sprintf("%s (%d)", times(e.Ratio), e.Common)}
		for _, clients := range []int{1, 2, 8} {
			row = append(row, e.rate(clients))
		}
		t.add(row...)
	}
	t.write(w)
}

func (e *Engine) rate(clients int) string {
	for _, t := range e.Throughput {
		if t.Clients == clients && t.Answered > 0 {
			return fmt.Sprintf("%.0f", t.PerSecond())
		}
	}
	return "-"
}

func (s *Size) printClasses(w io.Writer) {
	t := table{}
	head := []string{"class, p50 / p95 ms", "questions", "found"}
	for _, e := range s.Engines {
		head = append(head, e.Name)
		if e != s.Ours() {
			head = append(head, "ratio")
		}
	}
	t.add(head...)
	for _, c := range s.Classes {
		row := []string{c.Name, fmt.Sprint(c.Questions), fmt.Sprintf("%d to %d", c.Totals[0], c.Totals[1])}
		for i, timing := range c.Timings {
			cell := "n/a"
			if timing.Questions > 0 {
				cell = ms(timing.P50) + " / " + ms(timing.P95)
			}
			row = append(row, cell)
			if i > 0 {
				row = append(row, times(timing.Ratio))
			}
		}
		t.add(row...)
	}
	t.write(w)
}

// slowest is how many questions are listed.
const slowest = 8

// printSlowest lists the questions that ours takes longest for.
func (s *Size) printSlowest(w io.Writer) {
	list := slices.Clone(s.Questions)
	slices.SortStableFunc(list, func(a, b Question) int { return cmp.Compare(b.Medians[0], a.Medians[0]) })
	t := table{}
	head := []string{"slowest questions of ours, p50 ms", "found"}
	for _, e := range s.Engines {
		head = append(head, e.Name)
	}
	t.add(head...)
	for _, q := range list[:min(slowest, len(list))] {
		row := []string{q.Text + " (" + q.Class + ")", fmt.Sprint(q.Total)}
		for _, m := range q.Medians {
			row = append(row, ms(m))
		}
		t.add(row...)
	}
	t.write(w)
}

func (s *Size) printImporting(w io.Writer) {
	i := s.Importing
	_, _ = fmt.Fprintf(w, "\nThe mix of ours while %.0f structures a second change: p50 %s, p95 %s, max %s ms, %.0f answers/s, %d failed; a change is seen after %s ms (p50), %s ms (p95).\n",
		i.Updates.PerSecond(), ms(i.Load.Latencies.P50), ms(i.Load.Latencies.P95), ms(i.Load.Latencies.Max), i.Load.PerSecond(), i.Load.Failed,
		ms(i.Updates.Visible.P50), ms(i.Updates.Visible.P95))
}

func (s *Size) printLimits(w io.Writer) {
	l := s.Limits
	_, _ = fmt.Fprintf(w, "Suggestions, letter by letter: p50 %s, p95 %s, max %s ms. Dearest whole answers: %s ms to the broadest honest question (%s), %s ms to the dearest allowed (%s). Answers go on after their deadline for %s ms (p95), %s ms (max).\n",
		ms(l.Suggest.P50), ms(l.Suggest.P95), ms(l.Suggest.Max), ms(l.Honest.Took), cut(l.Honest.Text), ms(l.Extreme.Took), cut(l.Extreme.Text), ms(l.Overrun.P95), ms(l.Overrun.Max))
}

// cut shortens a question for a line.
func cut(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return cmp.Or(text, "everything")
}

func (r *Report) printGrowth(w io.Writer) {
	t := table{}
	head := []string{"class, ms"}
	for _, s := range r.Sizes {
		head = append(head, grouped(s.Structures))
	}
	t.add(append(head, "largest / smallest")...)
	for _, g := range r.Growth {
		row := []string{g.Class}
		for _, m := range g.Median {
			row = append(row, ms(m))
		}
		t.add(append(row, times(g.Ratio))...)
	}
	t.write(w)
}

func (p *Pages) print(w io.Writer) {
	t := table{}
	t.add("results page, "+fmt.Sprint(p.Clients)+" clients", "templ", "html/template", "ratio")
	line := func(name, format string, ours, theirs, ratio float64) {
		t.add(name, fmt.Sprintf(format, ours), fmt.Sprintf(format, theirs), times(ratio))
	}
	line("bytes", "%.0f", float64(p.Bytes[0]), float64(p.Bytes[1]), float64(p.Bytes[0])/float64(max(1, p.Bytes[1])))
	line("rendering alone, µs", "%.1f", p.Alone[0], p.Alone[1], p.Alone[1]/p.Alone[0])
	line("pages/s, model ready", "%.0f", p.Render[0].PerSecond, p.Render[1].PerSecond, p.Ratio())
	line("pages/s, whole portal with its search", "%.0f", p.Portal[0].PerSecond, p.Portal[1].PerSecond, p.Portal[0].PerSecond/max(1, p.Portal[1].PerSecond))
	t.write(w)
}

func (r *Report) printGoals(w io.Writer) {
	t := table{}
	t.add("goal", "measured", "must", "aim", "verdict")
	for _, g := range r.Goals {
		figure := func(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") + " " + g.Unit }
		measured := "-"
		if g.Verdict != NotRun {
			measured = fmt.Sprintf("%.2f %s", g.Measured, g.Unit)
		}
		t.add(g.Name, measured, figure(g.Must), figure(g.Aim), g.Verdict)
	}
	t.write(w)
}
