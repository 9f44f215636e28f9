package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"sourcier/internal/app/control"
)

// lineEvery is the pace of progress where no terminal redraws a bar.
const lineEvery = 5 * time.Second

// progress shows how far a command is, done here or by the portal in service: a
// bar on a terminal, plain lines elsewhere. The bar gives way to whatever is
// printed meanwhile.
type progress struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	bar      *progressbar.ProgressBar // nil until there is something to show
	last     time.Time                // of the last line
}

func newProgress(out io.Writer) *progress {
	f, ok := out.(*os.File)
	return &progress{out: out, last: time.Now(), terminal: ok && term.IsTerminal(int(f.Fd()))}
}

func (p *progress) show(now control.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.terminal {
		if t := time.Now(); t.Sub(p.last) >= lineEvery {
			p.last = t
			_, _ = fmt.Fprintln(p.out, now.Line)
		}
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(p.out), progressbar.OptionSetDescription(now.Label),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionShowCount(), progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
	}
	p.bar.Describe(now.Label)
	if now.Total > 0 && p.bar.GetMax64() != now.Total {
		p.bar.ChangeMax64(now.Total)
	}
	_ = p.bar.Set64(now.Done) // a terminal that went away does not stop the work
}

// clear takes the bar away.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}

// before is a writer for which the bar is taken away first.
type before struct {
	*progress
	io.Writer
}

func (b before) Write(text []byte) (int, error) {
	b.clear()
	return b.Writer.Write(text)
}
