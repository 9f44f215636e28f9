// Package browser drives the whole portal through Chromium as people do: with
// and without JavaScript, wide and narrow, and through axe-core.
package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"sourcier/internal/app"
)

// journeyTimeout bounds one journey, so that a page that never settles fails.
const journeyTimeout = 90 * time.Second

// The two widths that every page is looked at.
const (
	wide   = 1280
	narrow = 390
)

var (
	base   string   // of the portal under test
	root   string   // of the checkout
	portal *app.App // under test

	host     = newHost() // a site that may show the search of the portal in a frame
	stranger = newHost() // one that may not
)

func TestMain(m *testing.M) { os.Exit(start(m)) }

// start opens a portal with the demonstration territory, as scripts/run does.
func start(m *testing.M) int {
	if _, err := exec.LookPath("chromium"); err != nil {
		fmt.Fprintln(os.Stderr, "browser tests not run: chromium is not installed (scripts/test installs it)")
		if os.Getenv("CI") == "true" {
			return 1
		}
		return 0
	}
	stop, err := servePortal()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer stop()
	return m.Run()
}

func servePortal() (stop func(), err error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return nil, err
	}
	root = filepath.Dir(strings.TrimSpace(string(out)))
	data, err := os.MkdirTemp("", "sourcier-browser-")
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	// The mailbox page wants to be named as the settings do.
	portal, base, stop, err = openPortal(map[string]string{"SOURCIER_DATA": data, "SOURCIER_ADDR": addr, "SOURCIER_BASE_URL": "http://" + addr}, 400)
	if err != nil {
		return nil, err
	}
	end := stop
	return func() {
		end()
		if err := os.RemoveAll(data); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}, nil
}

// freeAddr gives a loopback address that nothing listens on.
func freeAddr() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return ln.Addr().String(), ln.Close()
}

// openPortal serves a portal with so many fictional structures; stop ends it.
func openPortal(settings map[string]string, structures int) (a *app.App, address string, stop func(), err error) {
	cfg, err := app.LoadConfig(func(name string) string { return settings[name] })
	if err != nil {
		return nil, "", nil, err
	}
	cfg.EmbedHosts = []string{host.URL} // LoadConfig asks for https, which a test has not
	ctx, cancel := context.WithCancel(context.Background())
	a, err = app.Open(ctx, cfg, "browser test", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		cancel()
		return nil, "", nil, err
	}
	if structures > 0 {
		err = a.Demo(ctx, structures, func(int, int) {})
	}
	if err == nil && structures > 0 {
		_, err = a.DemoPeople(ctx)
	}
	if err != nil {
		cancel()
		return nil, "", nil, errors.Join(err, a.Close())
	}
	bound, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() { ended <- a.Serve(ctx, func(addr net.Addr) { bound <- addr }) }()
	select {
	case addr := <-bound:
		return a, "http://" + addr.String(), func() {
			cancel()
			if err := errors.Join(<-ended, a.Close()); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}, nil
	case err := <-ended:
		cancel()
		return nil, "", nil, errors.Join(err, a.Close())
	}
}

// tab is one browser tab that fails its test on any console error, uncaught
// exception or blocked request.
type tab struct {
	*testing.T
	ctx  context.Context
	base string // of the portal that it looks at

	mu       sync.Mutex
	problems []string
}

// newTab opens a tab of the given width.
func newTab(t *testing.T, width int64, javascript bool) *tab {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath("chromium"), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-back-forward-cache", true)) // chromedp waits for ever for a page that comes out of it
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancelTab := chromedp.NewContext(alloc)
	ctx, cancelTime := context.WithTimeout(ctx, journeyTimeout)
	b := &tab{T: t, ctx: ctx, base: base}
	t.Cleanup(func() {
		cancelTime()
		cancelTab()
		cancelAlloc()
	})
	b.do(chromedp.EmulateViewport(width, 900, chromedp.EmulateScale(1)))
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !javascript}); err != nil {
		t.Fatal(err)
	}
	go b.listen(chromedp.Console(ctx))
	t.Cleanup(b.mustBeQuiet)
	return b
}

// listen keeps what the page complains about, until the tab closes.
func (b *tab) listen(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return // the tab is closed
		}
		switch m.Type {
		case chromedp.ConsoleError, chromedp.ConsoleWarning, chromedp.ConsoleException:
			b.mu.Lock()
			b.problems = append(b.problems, m.String()+" ("+m.URL+")")
			b.mu.Unlock()
		}
	}
}

// mustBeQuiet fails the journey on anything in the console.
func (b *tab) mustBeQuiet() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		b.Error("console: " + p)
	}
}

// forgive drops the problems seen so far: an error page logs its own status.
func (b *tab) forgive() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = nil
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	for _, step := range steps {
		ask(b, step)
	}
}

// ask runs an action that returns a value. An action that looked an element up
// in a page which a navigation then replaced has done nothing, and is asked
// again of the new page.
func ask[T any](b *tab, action chromedp.Action[T]) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, action)
	for start := time.Now(); err != nil && pageReplaced(err) && time.Since(start) < 10*time.Second; {
		time.Sleep(20 * time.Millisecond)
		v, err = chromedp.Run(b.ctx, action)
	}
	if err != nil {
		b.Fatalf("%v\n%s", err, b.snapshot())
	}
	return v
}

// pageReplaced says whether the browser answered that the element belongs to
// a page that is gone.
func pageReplaced(err error) bool {
	return strings.Contains(err.Error(), "No node with given id") || strings.Contains(err.Error(), "Could not find node with given id")
}

// snapshot keeps a picture of a failed journey where the log can name it.
func (b *tab) snapshot() string {
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return "no picture: " + err.Error()
	}
	file := filepath.Join(os.TempDir(), "sourcier-"+strings.ReplaceAll(b.Name(), "/", "-")+".png")
	if err := os.WriteFile(file, png, 0o600); err != nil {
		return "no picture: " + err.Error()
	}
	return "picture: " + file
}

func (b *tab) open(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.base+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// text gives what a person reads in the first element that matches.
func (b *tab) text(selector string) string {
	b.Helper()
	return strings.Join(strings.Fields(ask(b, chromedp.Text(chromedp.CSS(selector)))), " ")
}

// location gives the path and query of the page.
func (b *tab) location() string {
	b.Helper()
	return strings.TrimPrefix(ask(b, chromedp.Location()), b.base)
}

var axeSource = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile(filepath.Join(root, "scripts", "node_modules", "axe-core", "axe.min.js"))
	return string(source), err
})

// mustBeAccessible fails the journey on any violation that axe-core finds.
func (b *tab) mustBeAccessible() {
	b.Helper()
	source, err := axeSource()
	if err != nil {
		b.Fatalf("axe-core is not installed (scripts/test installs it): %v", err)
	}
	found := ask(b, chromedp.Evaluate[string](source+`; axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r =>
		JSON.stringify(r.violations.map(v => v.id + ": " + v.help + " " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary).join(" | "))))`, chromedp.EvalAwaitPromise))
	var violations []string
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		b.Fatal(err)
	}
	for _, v := range violations {
		b.Error("axe: " + b.location() + ": " + v)
	}
}

// mustNotScrollSideways fails when the page is wider than the screen.
func (b *tab) mustNotScrollSideways() {
	b.Helper()
	b.until("document.documentElement") // a page being replaced has none for a moment
	over := ask(b, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if over > 0 {
		beyond := ask(b, chromedp.Evaluate[string](`((wide) => {
			const slides = (e) => e !== document.body && e && (getComputedStyle(e).overflowX !== "visible" || slides(e.parentElement));
			return [...document.body.querySelectorAll("*")].filter((e) => (e.getBoundingClientRect().right > wide + 1 || e.scrollWidth > e.clientWidth + 1) && !slides(e))
				.map((e) => e.localName + [...e.classList].map((c) => "." + c).join("")).slice(0, 8).join(" ");
		})(document.documentElement.clientWidth)`))
		b.Errorf("%s is %d px wider than the screen: %s", b.location(), over, beyond)
	}
}
