package reception

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/intake"
	"sourcier/internal/store"
	"sourcier/internal/store/mongo"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/internal/upload"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// hall is a store with portals that take files.
type hall struct {
	*testing.T
	db         store.DB
	uploads    *store.Uploads
	structures *store.Structures
	now        atomic.Int64   // seconds since noon
	inside     func(dry bool) // called when a run begins
	batch      chan struct{}  // nil, or what each run waits for
}

func onBoth(t *testing.T, test func(*hall)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
		test(newHall(t, db, err))
	})
	t.Run("mongo", func(t *testing.T) {
		server := os.Getenv("SOURCIER_TEST_MONGO")
		if server == "" {
			if os.Getenv("CI") == "true" {
				t.Fatal("SOURCIER_TEST_MONGO is not set")
			}
			t.Skip("SKIPPED, imports on MongoDB are untested: set SOURCIER_TEST_MONGO")
		}
		db, err := mongo.Open(t.Context(), strings.TrimSuffix(server, "/")+"/reception_"+strings.ToLower(rand.Text()))
		test(newHall(t, db, err))
	})
}

func newHall(t *testing.T, db store.DB, err error) *hall {
	t.Helper()
	h := &hall{T: t, db: db, inside: func(bool) {}}
	h.must(err)
	t.Cleanup(func() { _ = db.Close() })
	h.uploads, err = store.OpenUploads(t.Context(), db)
	h.must(err)
	h.structures, err = store.OpenStructures(t.Context(), db)
	h.must(err)
	return h
}

func (h *hall) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *hall) clock() time.Time { return noon.Add(time.Duration(h.now.Load()) * time.Second) }

// importer reads files into the store as commands do.
func (h *hall) importer() *intake.Importer {
	h.Helper()
	provenance, err := store.OpenProvenance(h.Context(), h.db)
	h.must(err)
	quarters, err := store.OpenQuarters(h.Context(), h.db)
	h.must(err)
	return intake.New(intake.Options{Structures: h.structures, Provenance: provenance, Quarters: quarters, Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Now: h.clock, TempDir: h.TempDir()})
}

// portal opens a portal on a folder; end stops it as a signal does.
func (h *hall) portal(dir string) (s *Service, end func()) {
	h.Helper()
	audit, err := store.OpenAudit(h.Context(), h.db)
	h.must(err)
	imp := h.importer()
	s, err = Open(Options{
		Uploads: h.uploads, Audit: audit, Dir: dir, Now: h.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Names: func(context.Context, []string) (map[string]string, error) {
			return map[string]string{"ada": "Ada Morel"}, nil
		},
		Import: func(ctx context.Context, _ string, files []string, opts intake.RunOptions) (intake.Report, error) {
			h.inside(opts.DryRun)
			if h.batch != nil {
				select {
				case <-h.batch:
				case <-ctx.Done():
					return intake.Report{DryRun: opts.DryRun}, context.Cause(ctx)
				}
			}
			return imp.Run(ctx, files, opts)
		},
	})
	h.must(err)
	s.every = 5 * time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() { s.Serve(ctx) })
	end = sync.OnceFunc(func() { cancel(); ended.Wait() })
	h.Cleanup(end)
	return s, end
}

const rows = "siret;nom;code_postal;commune\n00200000800017;Premier;94400;Vitry-sur-Seine\n00200001600010;Second;94600;Choisy-le-Roi\n12345678901234;Faux;94600;Choisy-le-Roi\n"

// send keeps a file as the page does.
func (h *hall) send(s *Service, id, content string) store.Doc[upload.Upload] {
	h.Helper()
	in, err := s.Receive()
	h.must(err)
	defer in.Drop()
	h.must(in.File("liste.csv", strings.NewReader(content)))
	d, err := in.Keep(h.Context(), "ada", id, upload.Choices{Day: "2026-11-01"})
	h.must(err)
	return d
}

// settled waits until nothing of an upload runs.
func (h *hall) settled(id string) store.Doc[upload.Upload] {
	h.Helper()
	return h.until(id, func(u *upload.Upload) bool { return !u.Running() })
}

func (h *hall) until(id string, holds func(*upload.Upload) bool) store.Doc[upload.Upload] {
	h.Helper()
	for start := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		d, err := h.uploads.Get(h.Context(), id)
		h.must(err)
		if holds(&d.Value) {
			return d
		}
		if time.Since(start) > 20*time.Second {
			h.Fatalf("never: %+v", d.Value)
		}
	}
}

func (h *hall) count() int64 {
	h.Helper()
	n, err := h.structures.Raw().Count(h.Context())
	h.must(err)
	return n
}

// The report of the browser is that of the command line for the same file, and a trial
// writes no structure.
func TestSameReportAsTheCommand(t *testing.T) {
	onBoth(t, func(h *hall) {
		dir := h.TempDir()
		file := filepath.Join(dir, "liste.csv")
		h.must(os.WriteFile(file, []byte(rows), 0o600))
		want, err := h.importer().Run(h.Context(), []string{file}, intake.RunOptions{DryRun: true, RejectsDir: dir})
		h.must(err)
		s, _ := h.portal(h.TempDir())
		h.send(s, "a", rows)
		d := h.settled("a")
		if d.Value.State != upload.Tried || h.count() != 0 {
			t.Fatalf("%+v, %d structures", d.Value, h.count())
		}
		got := ReportOf(d.Value.Trial)
		if a, b := plain(want), plain(*got); a != b {
			t.Errorf("the command says\n%s\nthe browser says\n%s", a, b)
		}
		rejects, err := s.Rejects(&d.Value, true, 20)
		if err != nil || len(rejects) != 1 || rejects[0].Line != "4" || rejects[0].Value != "12345678901234" {
			t.Errorf("rejects %v, %v", rejects, err)
		}
		h.must(s.Begin(h.Context(), "bea", "a", d.Version))
		d = h.settled("a")
		if d.Value.State != upload.Imported || h.count() != 2 || d.Value.Import.By != "bea" {
			t.Errorf("%+v, %d structures", d.Value, h.count())
		}
		want, err = h.importer().Run(h.Context(), []string{file}, intake.RunOptions{DryRun: true, RejectsDir: dir})
		h.must(err)
		// What the browser imported, of the day that was said, the command finds unchanged or newer by its day alone.
		if total := want.Total(); total.Created != 0 {
			t.Errorf("the command would make %d sheets more", total.Created)
		}
	})
}

// plain is a report without what differs between two runs of the same.
func plain(r intake.Report) string {
	r.Duration, r.Rejects = 0, ""
	text, _ := json.Marshal(r)
	return string(text) + r.Explain()
}

// A portal that ends under a run says so when it comes back; run again, the import ends
// where one import would have.
func TestCutRunIsToldAndRunAgain(t *testing.T) {
	onBoth(t, func(h *hall) {
		dir := h.TempDir()
		s, end := h.portal(dir)
		h.send(s, "a", rows)
		d := h.settled("a")
		h.batch = make(chan struct{})
		begun := make(chan struct{}, 1)
		h.inside = func(bool) { begun <- struct{}{} }
		h.must(s.Begin(h.Context(), "ada", "a", d.Version))
		<-begun
		// Killed: the document still says that it runs.
		killed, err := h.uploads.Get(h.Context(), "a")
		h.must(err)
		end()
		if d = h.settled("a"); d.Value.State != upload.Cut {
			t.Errorf("a portal that stops says %s", d.Value.State)
		}
		d.Value = killed.Value
		_, err = h.uploads.Replace(h.Context(), d, store.Change{})
		h.must(err)

		h.batch, h.inside = nil, func(bool) {}
		s, _ = h.portal(dir)
		if d = h.settled("a"); d.Value.State != upload.Cut || h.count() != 0 {
			t.Fatalf("a portal that was killed says %s", d.Value.State)
		}
		if !s.Here(&d.Value) {
			t.Fatal("the files are gone")
		}
		h.must(s.Begin(h.Context(), "ada", "a", d.Version))
		if d = h.settled("a"); d.Value.State != upload.Imported || h.count() != 2 {
			t.Errorf("run again: %s, %d structures", d.Value.State, h.count())
		}
	})
}

// Two administrators ask at once: it runs once.
func TestAskedTwiceRunsOnce(t *testing.T) {
	onBoth(t, func(h *hall) {
		s, _ := h.portal(h.TempDir())
		h.send(s, "a", rows)
		d := h.settled("a")
		var runs, refused atomic.Int64
		h.inside = func(bool) { runs.Add(1) }
		var both sync.WaitGroup
		for _, who := range []string{"ada", "bea", "cid"} {
			both.Go(func() {
				if err := s.Begin(h.Context(), who, "a", d.Version); err != nil {
					refused.Add(1)
				}
			})
		}
		both.Wait()
		h.settled("a")
		if runs.Load() != 1 || refused.Load() != 2 {
			t.Errorf("%d runs, %d refused", runs.Load(), refused.Load())
		}
	})
}

// A run is stopped from any portal, and says who did it.
func TestStop(t *testing.T) {
	onBoth(t, func(h *hall) {
		s, _ := h.portal(h.TempDir())
		other, _ := h.portal(h.TempDir())
		h.batch = make(chan struct{})
		h.send(s, "a", rows)
		h.must(other.Stop(h.Context(), "bea", "a"))
		d := h.settled("a")
		if d.Value.State != upload.Stopped || d.Value.Trial.Failure == "" {
			t.Errorf("%+v", d.Value)
		}
		if err := other.Stop(h.Context(), "bea", "a"); !errors.Is(err, upload.ErrIdle) {
			t.Errorf("stopped twice: %v", err)
		}
		if err := other.Try(h.Context(), "bea", "a", d.Version, upload.Choices{}); !errors.Is(err, ErrElsewhere) {
			t.Errorf("tried where the files are not: %v", err)
		}
		if other.Here(&d.Value) || !s.Here(&d.Value) {
			t.Error("the files are on the wrong portal")
		}
		h.must(other.Abandon(h.Context(), "bea", "a", d.Version))
		if _, err := os.Stat(s.folder("a")); err != nil {
			t.Errorf("another portal removed them: %v", err)
		}
		h.must(s.Sweep(h.Context()))
		if _, err := os.Stat(s.files("a")); err == nil {
			t.Error("their portal keeps them")
		}
	})
}

// Periods: files a week, rejects a month, what was done a year.
func TestSweep(t *testing.T) {
	onBoth(t, func(h *hall) {
		s, end := h.portal(h.TempDir())
		h.send(s, "a", rows)
		h.settled("a")
		end() // its own sweeping is not ours
		h.must(os.Mkdir(s.folder("receiving-dead"), 0o700))
		old := time.Now().Add(-halfSent - time.Minute)
		h.must(os.Chtimes(s.folder("receiving-dead"), old, old))
		for _, c := range []struct {
			after time.Duration
			state upload.State
			left  []string
		}{
			{0, upload.Tried, []string{"files", "trial"}}, {KeepFiles, upload.Tried, []string{"files", "trial"}}, {KeepFiles + time.Second, upload.Expired, []string{"trial"}},
			{KeepRejects, upload.Expired, []string{"trial"}}, {KeepRejects + time.Second, upload.Expired, nil},
		} {
			h.now.Store(int64(c.after / time.Second))
			h.must(s.Sweep(h.Context()))
			d, err := h.uploads.Get(h.Context(), "a")
			h.must(err)
			if left := under(s.folder("a")); d.Value.State != c.state || !slices.Equal(left, c.left) {
				t.Errorf("after %v: %s, %v", c.after, d.Value.State, left)
			}
		}
		if left := under(s.Dir); slices.Contains(left, "receiving-dead") {
			t.Errorf("half an upload of another life is still there: %v", left)
		}
		h.now.Store(int64((KeepTold + time.Second) / time.Second))
		h.must(s.Sweep(h.Context()))
		if _, err := h.uploads.Get(h.Context(), "a"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("told for ever: %v", err)
		}
	})
}

func under(dir string) (out []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestCleanName(t *testing.T) {
	var fault account.Fault
	for name, want := range map[string]string{
		"a.csv": "a.csv", `C:\Documents\liste été.xlsx`: "liste été.xlsx", "../../etc/passwd": "passwd", " b.csv ": "b.csv",
		"": "", ".profile": "", "..": "", "a\x00.csv": "", "a\u202e.csv": "", "\xff.csv": "", strings.Repeat("a", 201): "", "dossier/": "",
	} {
		got, err := CleanName(name)
		if got != want || (want == "") != errors.As(err, &fault) {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
}

// What does not fit leaves nothing, and says what was wrong.
func TestNoRoom(t *testing.T) {
	onBoth(t, func(h *hall) {
		s, _ := h.portal(h.TempDir())
		for want, src := range map[error]io.Reader{ErrFull: failing{syscall.ENOSPC}, io.ErrUnexpectedEOF: failing{io.ErrUnexpectedEOF}} {
			in, err := s.Receive()
			h.must(err)
			if err := in.File("a.csv", src); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
			in.Drop()
		}
		in, err := s.Receive()
		h.must(err)
		in.bytes = MaxBytes - 3
		if err := in.File("a.csv", strings.NewReader("four")); !errors.Is(err, ErrTooLarge) {
			t.Errorf("one byte too many: %v", err)
		}
		in.Drop()
		if left := under(s.Dir); !slices.Equal(left, []string{"portal"}) {
			t.Errorf("left: %v", left)
		}
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// The endings of an upload have audit codes of their own.
func TestEndCodes(t *testing.T) {
	codes := map[string]bool{}
	for _, state := range []upload.State{upload.Tried, upload.Imported, upload.Stopped, upload.Cut, upload.Failed} {
		codes[endCode(state)] = true
	}
	if len(codes) != 5 {
		t.Errorf("%v", slices.Sorted(maps.Keys(codes)))
	}
}
