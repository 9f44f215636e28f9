package intake

import (
	"os"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

func finessLines(tb testing.TB) []string {
	tb.Helper()
	text, err := os.ReadFile("testdata/finess.csv")
	if err != nil {
		tb.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// TestFINESSShifted rejects a row that one delimiter too many has shifted, wherever
// it stands, instead of taking it for one of another category.
func TestFINESSShifted(t *testing.T) {
	lines := finessLines(t)
	values := strings.Split(lines[1], ";")
	for at := range finessCategory + 1 {
		shifted := slices.Insert(slices.Clone(values[:finessWidth-1]), at, "")
		r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.csv", lines[0]+"\n"+strings.Join(shifted, ";")+"\n"))
		bad := rejected(t, r)
		if f := r.Files[0]; f.Rejected != 1 || f.Created != 0 || len(f.Skipped) != 0 || len(bad) != 1 || bad[0][1] != "2" || bad[0][2] == "" {
			t.Errorf("shifted at %d: %s%q", at, r.Explain(), bad)
		}
	}
	for name, change := range map[string]func([]string){
		"a date at the end":     func(v []string) { v[finessLast] = "2026-02-01" },
		"a number of 8":         func(v []string) { v[finessNumber] = "96000010" },
		"no category":           func(v []string) { v[finessCategory] = "" },
		"a department of three": func(v []string) { v[finessDepartment] = "081" },
		"a commune of letters":  func(v []string) { v[finessCommune] = "VITRY" },
		"no record":             func(v []string) { v[finessRecord] = "" },
	} {
		changed := slices.Clone(values)
		change(changed)
		r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.csv", lines[0]+"\n"+strings.Join(changed, ";")+"\n"))
		if f := r.Files[0]; f.Rejected != 1 || f.Created != 0 || len(f.Skipped) != 0 {
			t.Errorf("%s: %s", name, r.Explain())
		}
	}
	for _, department := range []string{"2A", "9D", "01"} {
		changed := slices.Clone(values)
		changed[finessDepartment], changed[finessLast] = department, "0940001A"
		r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.csv", lines[0]+"\n"+strings.Join(changed, ";")+"\n"))
		if r.Files[0].Rejected != 0 {
			t.Errorf("%s: %s", department, r.Explain())
		}
	}
}

// TestFINESSCut tells a file that ends in the middle of a row, and takes nothing
// that it does not have for gone.
func TestFINESSCut(t *testing.T) {
	lines := finessLines(t)
	whole := strings.Join(append(slices.Clone(lines[:3]), lines[8]), "\n") + "\n"
	for name, c := range map[string]struct {
		text string
		cut  bool
	}{
		"whole":                           {whole, false},
		"no end of line":                  {strings.TrimSpace(whole), false},
		"in a row":                        {lines[0] + "\n" + lines[1] + "\n" + lines[2][:60], true},
		"in its first value":              {lines[0] + "\n" + lines[1] + "\nstruct", true},
		"of as many values as a position": {lines[0] + "\n" + lines[1] + "\nstructureet;960000118;960000001;A;B;", true},
		"in a position":                   {lines[0] + "\n" + lines[1] + "\ngeolocalisation;960000100;655300.12;6854500.5;1;2026-0", true},
		"a short row, closed":             {lines[0] + "\n" + lines[1] + "\n" + lines[2][:60] + "\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			structures := mustStore(t)
			imp := newImporter(t, structures)
			before := write(t, "a.csv", strings.Replace(strings.Join(lines[:3], "\n"), "2026-05-12", "2026-04-12", 1)+"\n")
			old := noon.AddDate(0, 0, -40)
			if err := os.Chtimes(before, old, old); err != nil {
				t.Fatal(err)
			}
			mustRun(t, imp, RunOptions{}, before)
			r := mustRun(t, imp, RunOptions{AcceptStale: true}, write(t, "b.csv", c.text))
			told := strings.Contains(strings.Join(r.Files[0].Notes, " "), "peut-être coupé")
			stale := byFINESS(t, structures, "960000118").Sightings[structure.SourceFINESS].Stale != ""
			if gone := !strings.Contains(c.text, lines[2]); told != c.cut || stale != (gone && !c.cut) {
				t.Errorf("told %v, stale %v\n%s", told, stale, r.Explain())
			}
		})
	}
}
