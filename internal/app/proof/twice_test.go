package proof

import (
	"path/filepath"
	"reflect"
	"testing"
)

// TestImportTwice imports the same file twice: the second run must leave every
// document at its version, instants included.
func TestImportTwice(t *testing.T) {
	size := 5_000
	if testing.Short() {
		size = 500
	}
	file := demoFile(t, size)
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, data, "import", file)
	before := content(t, data)
	if len(before) == 0 {
		t.Fatal("the first import stored nothing")
	}
	mustRun(t, data, "import", file)
	after := content(t, data)
	if !reflect.DeepEqual(before, after) {
		t.Error("the second import changed the store")
	}
	mustRun(t, data, "check")
	figure(t, "%d structures, 0 changed by the second run", len(after))
}
