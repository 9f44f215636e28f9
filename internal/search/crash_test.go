package search_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sourcier/internal/search"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
)

// crashVariable makes the test binary the process that is killed.
const crashVariable = "SOURCIER_TEST_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashVariable); dir != "" {
		if err := writeForEver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
	}
	os.Exit(m.Run())
}

// writeForEver changes structures, follows, and rebuilds, until it is killed.
func writeForEver(dir string) error {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, filepath.Join(dir, "test.db"))
	if err != nil {
		return err
	}
	structures, err := store.OpenStructures(ctx, db)
	if err != nil {
		return err
	}
	e, err := search.Open(ctx, options(&testing.B{}, filepath.Join(dir, "index"), structures, &bytes.Buffer{}))
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for i := 0; ; i++ {
		id := fmt.Sprintf("id%04d", i%200)
		d, err := structures.Get(ctx, id)
		if err != nil {
			return err
		}
		d.Value.Description = fmt.Sprintf("version %d", d.Version+1)
		if _, err := structures.Replace(ctx, d, store.Change{Actor: "test"}); err != nil {
			return err
		}
		if err := e.Sync(ctx); err != nil {
			return err
		}
		if i%20 == 19 {
			if err := e.Rebuild(ctx, nil); err != nil {
				return err
			}
		}
	}
}

// Killed at any moment, of a batch or of a rebuild, the index opens again and
// equals the store.
func TestKilled(t *testing.T) {
	f := newFixture(t, many(200)...)
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		kill(t, filepath.Dir(f.options.Dir), time.Duration(50+round*137%400)*time.Millisecond)
		f.open(t)
		f.checkClean(t, 200)
		if n := len(indexes(t, f.options.Dir)); n != 1 {
			t.Errorf("round %d: %d indexes left", round, n)
		}
		f.close(t)
	}
}

func kill(t *testing.T, dir string, after time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0]) // #nosec G204 -- the test itself
	cmd.Env = append(os.Environ(), crashVariable+"="+dir)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make([]byte, 6)
	if _, err := out.Read(ready); err != nil {
		t.Fatalf("the process never was ready: %v, %s", err, &errs)
	}
	time.Sleep(after)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if cmd.Wait() == nil || cmd.ProcessState.ExitCode() == 3 {
		t.Fatalf("it ended by itself: %s", &errs)
	}
}

// TestGeneration turns all structures over in one write again and again: a
// query sees all of them before or all of them after. Run it with -race.
func TestGeneration(t *testing.T) {
	const size, turns = 40, 30
	var list []structure.Structure
	for i := range size {
		s := named(fmt.Sprintf("id%02d", i), "Recto")
		s.Size = structure.TPE
		list = append(list, s)
	}
	f := newFixture(t, list...)
	f.open(t)
	stop := make(chan struct{})
	var wait sync.WaitGroup
	var answers atomic.Int64
	for _, q := range []query.Query{{Text: "recto"}, {Text: "verso", Facets: true}, {Sizes: []structure.Size{structure.TPE}, Facets: true}} {
		wait.Go(func() {
			q.On, q.Page, q.PerPage = today, 1, 5
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := f.engine.Search(context.Background(), q)
				answers.Add(1)
				if err != nil || r.Total != 0 && r.Total != size {
					t.Errorf("%+v: total %d, %v", q, r.Total, err)
					return
				}
			}
		})
	}
	for turn := range turns {
		f.turnOver(t, turn%2 == 0)
	}
	close(stop)
	wait.Wait()
	f.checkClean(t, size)
	t.Logf("figure: %d answers during %d turns, none from the middle of one", answers.Load(), turns)
}

// turnOver renames every structure in one commit.
func (f *fixture) turnOver(t testing.TB, verso bool) {
	t.Helper()
	ctx := context.Background()
	docs, err := f.structures.Scan(ctx, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	var batch []store.Envelope
	for _, d := range docs {
		d.Value.Name, d.Value.Size = "Recto", structure.TPE
		if verso {
			d.Value.Name, d.Value.Size = "Verso", structure.PME
		}
		e, err := f.structures.Encode(d, store.Change{Actor: "test"})
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, e)
	}
	if _, err := f.structures.Raw().BulkPut(ctx, batch); err != nil {
		t.Fatal(err)
	}
	if err := f.engine.Sync(ctx); err != nil {
		t.Fatal(err)
	}
}
