package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"sourcier/internal/intake"
)

// lineEvery is the pace of progress where no terminal redraws a bar.
const lineEvery = 5 * time.Second

// progress shows how far a job is: a bar on a terminal, plain lines elsewhere.
type progress struct {
	out   io.Writer
	title string
	bar   *progressbar.ProgressBar // nil without a terminal
	last  time.Time
}

func newProgress(out io.Writer, title string) *progress {
	p := &progress{out: out, title: title, last: time.Now()}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(title),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionShowCount(), progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
	}
	return p
}

// set tells how much of the whole is done; total 0 is unknown.
func (p *progress) set(done, total int) {
	if p.bar != nil {
		if total > 0 && p.bar.GetMax() != total {
			p.bar.ChangeMax(total)
		}
		_ = p.bar.Set(done) // a terminal that went away does not stop the job
		return
	}
	p.line(func() string { return fmt.Sprintf("%s : %d sur %d", p.title, done, total) })
}

// line prints at the pace of lineEvery.
func (p *progress) line(text func() string) {
	if now := time.Now(); now.Sub(p.last) >= lineEvery {
		p.last = now
		_, _ = fmt.Fprintln(p.out, text())
	}
}

func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// importProgress follows an import by the bytes of its files, since their
// number of lines is not known before the end.
type importProgress struct{ *progress }

func newImportProgress(out io.Writer) importProgress {
	return importProgress{newProgress(out, "Import")}
}

func (p importProgress) update(now intake.Progress) {
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("%s : %d lignes, %.0f/s", now.File, now.Rows, now.Rate))
		p.set(int(now.Bytes), int(now.TotalBytes))
		return
	}
	p.line(func() string {
		return fmt.Sprintf("%s : %d lignes lues, %.0f par seconde, reste environ %s", now.File, now.Rows, now.Rate, inFrench(now.Remaining))
	})
}

// inFrench writes « 40 s », « 5 min 03 s », « 1 h 05 min ».
func inFrench(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	switch {
	case s < 60:
		return fmt.Sprintf("%d\u00a0s", s)
	case s < 3600:
		return fmt.Sprintf("%d\u00a0min %02d\u00a0s", s/60, s%60)
	}
	return fmt.Sprintf("%d\u00a0h %02d\u00a0min", s/3600, s/60%60)
}
