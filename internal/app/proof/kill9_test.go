package proof

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"sourcier/internal/structure"
)

// TestKill9 kills, at random moments, an import and a rebuild of the index, a
// process that stores and erases files, a backup, and a restore.
func TestKill9(t *testing.T) {
	moments, size := 20, 5_000
	if testing.Short() {
		moments, size = 4, 1_000
	}
	var figures []string
	for _, one := range []struct {
		name string
		kill func(t *testing.T, moments, size int) string
		size int
	}{{"import", killImport, size}, {"files", killFiles, 0}, {"backup", killBackup, size / 4}, {"restore", killRestore, size / 4}} {
		t.Run(one.name, func(t *testing.T) { figures = append(figures, one.kill(t, moments, one.size)) })
	}
	figure(t, "%s", strings.Join(figures, "; "))
}

// killImport: after each kill `sourcier check` must be clean, and in the end the
// directory must hold what one undisturbed import gives.
func killImport(t *testing.T, moments, size int) string {
	file := demoFile(t, size)
	once := filepath.Join(t.TempDir(), "data")
	start := time.Now()
	mustRun(t, once, "import", file)
	importTime := time.Since(start)

	broken := filepath.Join(t.TempDir(), "data")
	interrupted := 0
	for i := range moments {
		args, span := []string{"import", file}, importTime
		if i%2 == 1 {
			args, span = []string{"reindex"}, importTime/2
		}
		cmd := sourcier(context.Background(), broken, args...)
		if kill9(t, cmd, func() { time.Sleep(time.Duration(rand.Float64() * float64(span))) }) {
			interrupted++
		}
		mustRun(t, broken, "check")
	}
	// A run over what an earlier one finished is short, so some moments come too late.
	if interrupted < moments/4 {
		t.Errorf("only %d of %d runs were interrupted: the moments prove little", interrupted, moments)
	}
	mustRun(t, broken, "import", file)
	mustRun(t, broken, "check")
	sameContent(t, content(t, once), content(t, broken))
	return fmt.Sprintf("%d moments, %d interrupted, %d structures equal to one undisturbed import", moments, interrupted, size)
}

// sameContent compares two stores but for the instants at which they were written.
func sameContent(t *testing.T, want, got map[string]stored) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%d structures instead of %d", len(got), len(want))
	}
	for id, w := range want {
		g, ok := got[id]
		if !ok {
			t.Fatalf("structure %s is missing", id)
		}
		if g.version != w.version {
			t.Fatalf("structure %s is at version %d, want %d", id, g.version, w.version)
		}
		if !reflect.DeepEqual(timeless(w.body), timeless(g.body)) {
			t.Fatalf("structure %s differs:\n%+v\n%+v", id, w.body, g.body)
		}
	}
}

func timeless(s structure.Structure) structure.Structure {
	s.CreatedAt, s.UpdatedAt = time.Time{}, time.Time{}
	return s
}
