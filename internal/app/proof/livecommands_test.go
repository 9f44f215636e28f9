package proof

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLiveObjection has a portal in service withdraw a sheet, keep it away from the
// imports that follow, and let it come back: searches show each step at once.
func TestLiveObjection(t *testing.T) {
	const siret, finess = "00200000800017", "960000017"
	data, files := filepath.Join(t.TempDir(), "data"), t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(files, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	head := "siret;finess;nom;code_postal;type\n"
	both := write("both.csv", head+siret+";"+finess+";Atelier;94400;ESAT\n00200001600010;;Autre;94400;EI\n")
	bare := write("bare.csv", head+";"+finess+";Atelier;94400;ESAT\n")
	portal := startServe(t, data)
	shows := func(when string, want int) {
		t.Helper()
		if got := portal.count(t); got != want {
			t.Errorf("%s: %d sheets, want %d", when, got, want)
		}
	}
	mustRun(t, data, "import", both)
	shows("imported", 2)
	startClient(t, data, "objection", "add", siret).ends(t, 0, "inscrit sur la liste d’opposition, 1 fiche retirée")
	shows("withdrawn", 1)
	mustRun(t, data, "import", bare, both)
	shows("imported again", 1)
	startClient(t, data, "objection", "list").ends(t, 0, "1 numéro sur la liste", "autres numéros ou noms")
	startClient(t, data, "objection", "add", "12").ends(t, 2, "n’est ni un SIRET")
	startClient(t, data, "objection", "remove", siret).ends(t, 0, "désinscrit")
	mustRun(t, data, "import", both)
	shows("taken off the list", 2)
	startClient(t, data, "check").ends(t, 0, ", 0 écart\n")
	portal.stop(t)
}

// TestLiveConflicts has a portal in service write a table where its client stands,
// and nothing over a file that is there.
func TestLiveConflicts(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	here := filepath.Dir(data) // of every client
	for name, text := range map[string]string{
		"a.csv":  "siret;nom;type\n00200000800017;Atelier;EI\n",
		"b.json": `[{"siret":"00200000800017","kind":"EI","name":"Un autre nom","address_line_1":"","convention_is_active":true,"updated_at":"2026-01-10T00:00:00Z"}]`,
	} {
		if err := os.WriteFile(filepath.Join(here, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	portal := startServe(t, data)
	mustRun(t, data, "import", "a.csv", "b.json")
	startClient(t, data, "conflicts", "--out", "table.csv").ends(t, 0, "1 désaccord entre sources", filepath.Join(here, "table.csv"))
	table, err := os.ReadFile(filepath.Join(here, "table.csv"))
	if err != nil || !strings.Contains(string(table), "Un autre nom") {
		t.Errorf("table %q, %v", table, err)
	}
	startClient(t, data, "conflicts", "--out", "table.csv").ends(t, 1, "existe déjà")
	portal.stop(t)
}
