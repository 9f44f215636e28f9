package intake

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// in puts members in a place, numbered from first on.
func in(city string, first, n int) (list []member) {
	for i := range n {
		list = append(list, member{n: first + i, kind: structure.EI, city: city})
	}
	return list
}

// prefectures are places of departments, more than a region has.
var prefectures = []string{
	"Bourg-en-Bresse,01000", "Laon,02000", "Moulins,03000", "Gap,05000", "Nice,06000", "Privas,07000", "Foix,09000",
	"Troyes,10000", "Carcassonne,11000", "Rodez,12000", "Caen,14000", "Aurillac,15000", "Angoulême,16000", "La Rochelle,17000",
	"Bourges,18000", "Tulle,19000", "Dijon,21000", "Saint-Brieuc,22000", "Guéret,23000", "Périgueux,24000", "Besançon,25000",
}

// country lists one structure in each of n departments, numbered from 1 on.
func country(n int) (list []member) {
	for i, city := range prefectures[:n] {
		list = append(list, in(city, i+1, 1)...)
	}
	return list
}

// lapsed counts, of the structures numbered from first on, those without an
// agreement in force.
func lapsed(t testing.TB, imp *Importer, first, n int) (out int) {
	t.Helper()
	for i := range n {
		out += weigh(len(inForceNow(t, imp.opts.Structures, first+i)) == 0)
	}
	return out
}

// TestLastOfItsDepartment lapses though the list names nobody there any more,
// when the list is one of the whole country.
func TestLastOfItsDepartment(t *testing.T) {
	for name, c := range map[string]struct {
		departments, want int
		opts              RunOptions
	}{
		"national":                 {20, 1, RunOptions{}},
		"of a region":              {13, 0, RunOptions{}},
		"national, for this place": {20, 1, RunOptions{Territory: []territory.Territory{mustResolve(t, "dep:94")}}},
		"national, for another":    {20, 0, RunOptions{Territory: []territory.Territory{mustResolve(t, "dep:01")}}},
	} {
		imp := newImporter(t, mustStore(t))
		list := country(c.departments)
		mustRun(t, imp, RunOptions{}, marche(t, 2, append(slices.Clone(list), in("", 90, 1)...)...))
		opts := c.opts
		opts.AcceptStale = true
		mustRun(t, imp, opts, marche(t, 9, list...))
		if got := lapsed(t, imp, 90, 1); got != c.want {
			t.Errorf("%s: %d lapsed, want %d", name, got, c.want)
		}
		if got := lapsed(t, imp, 1, c.departments); got != 0 {
			t.Errorf("%s: %d lapsed that are listed", name, got)
		}
	}
}

// TestCoversItsOwnRows holds a list to the places that its rows name, wherever
// another source says that a structure is.
func TestCoversItsOwnRows(t *testing.T) {
	imp := newImporter(t, mustStore(t))
	mustRun(t, imp, RunOptions{}, marche(t, 2, append(in("Lyon,69003", 1, 1), in("", 2, 10)...)...))
	// A stronger source says that one of Vitry is in Lyon now.
	mustRun(t, imp, RunOptions{}, write(t, "x.csv", "siret;nom;adresse;code_postal;commune;date_maj\n"+siretOf(t, 2)+";Atelier 2;1 rue A;69003;Lyon;2026-11-05\n"))
	mustRun(t, imp, RunOptions{}, marche(t, 9, in("", 2, 10)...))
	if got := lapsed(t, imp, 1, 1); got != 0 {
		t.Error("a list of Vitry covers Lyon")
	}
}

// TestBrakeOfADepartment refuses a list that has lost a department, though that
// is little of the whole.
func TestBrakeOfADepartment(t *testing.T) {
	all := append(in("", 1, 90), in("Lyon,69003", 101, 10)...)
	for name, c := range map[string]struct {
		list    []member
		opts    RunOptions
		refused bool
	}{
		"half of it":       {all[:95], RunOptions{}, false},
		"most of it":       {all[:94], RunOptions{}, true},
		"accepted":         {all[:94], RunOptions{AcceptStale: true}, false},
		"of a smaller one": {append(slices.Clone(all[:90]), all[99]), RunOptions{}, false},
	} {
		imp := newImporter(t, mustStore(t))
		before := all
		if name == "of a smaller one" {
			before = append(slices.Clone(all[:90]), all[91:]...)
		}
		mustRun(t, imp, RunOptions{}, marche(t, 2, before...))
		r := mustRun(t, imp, c.opts, marche(t, 9, c.list...))
		if r.Refused() != c.refused {
			t.Errorf("%s\n%s", name, r.Explain())
		}
		if text := r.Files[0].Refusal; c.refused && (!strings.Contains(text, "plus 6 fiches sur les 10 ") || !strings.Contains(text, "département 69") || !strings.Contains(text, "--accept-stale")) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// page makes a page of an API of a list.
func page(t testing.TB, file string, total, day int) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return inNovember(t, write(t, "page.json", fmt.Sprintf(`{"count":%d,"results":%s}`, total, text)), day)
}

// TestPageIsNoList marks nothing after a page, and after all pages what is in none.
func TestPageIsNoList(t *testing.T) {
	all := members(10, structure.EI)
	for name, c := range map[string]struct {
		pages [][]member
		want  int
	}{
		"a page":           {[][]member{all[1:9]}, 0},
		"all of them":      {[][]member{all[1:5], all[5:]}, 1},
		"all but the last": {[][]member{all[1:5], all[5:9]}, 0},
	} {
		imp := newImporter(t, mustStore(t))
		mustRun(t, imp, RunOptions{}, marche(t, 2, all...))
		var files []string
		for _, list := range c.pages {
			files = append(files, page(t, marche(t, 9, list...), 9, 9))
		}
		r := mustRun(t, imp, RunOptions{}, files...)
		if got := lapsed(t, imp, 1, 10); got != c.want || c.want == 0 && !strings.Contains(r.Explain(), "pas une liste complète") {
			t.Errorf("%s: %d lapsed, want %d\n%s", name, got, c.want, r.Explain())
		}
	}
}

// social writes a list of the ESS with legal units numbered from 0 on.
func social(t testing.TB, day, n int) string {
	t.Helper()
	text, err := os.ReadFile("testdata/ess_france.csv")
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(text), "\n")
	names := strings.Split(strings.TrimSpace(strings.TrimPrefix(head, "\uFEFF")), ",")
	out := head + "\n"
	for i := range n {
		row := make([]string, len(names))
		row[0], row[1], row[2] = withKey(fmt.Sprintf("0029%04d", i)), "NOM", "Associations"
		out += strings.Join(row, ",") + "\n"
	}
	return inNovember(t, write(t, "ess.csv", out), day)
}

// TestBrakeOfUnits counts what a list of legal units says of those without a sheet.
func TestBrakeOfUnits(t *testing.T) {
	for n, refused := range map[int]bool{8: false, 7: true} {
		imp := newImporter(t, mustStore(t))
		mustRun(t, imp, RunOptions{}, social(t, 2, 10))
		for _, essay := range []bool{true, false} {
			if r := mustRun(t, imp, RunOptions{DryRun: essay}, social(t, 9, n)); r.Refused() != refused {
				t.Errorf("%d of 10\n%s", n, r.Explain())
			}
		}
	}
}

// TestOlderListAfterAnExtract tells that the newer file may have been an extract,
// and takes it back when told so.
func TestOlderListAfterAnExtract(t *testing.T) {
	all := members(10, structure.EI)
	for name, c := range map[string]struct {
		newer []member
		told  bool
	}{
		"an extract": {all[:2], true},
		"a list":     {all[:8], false},
	} {
		imp := newImporter(t, mustStore(t))
		extract := marche(t, 9, c.newer...)
		mustRun(t, imp, RunOptions{}, extract)
		r := mustRun(t, imp, RunOptions{}, marche(t, 2, all...))
		if told := strings.Contains(r.Explain(), "--partial"); told != c.told {
			t.Errorf("%s\n%s", name, r.Explain())
		}
		if got := lapsed(t, imp, 1, 10); got != 10-len(c.newer) {
			t.Errorf("%s: %d lapsed", name, got)
		}
		inNovember(t, extract, 12) // copied meanwhile
		essay := mustRun(t, imp, RunOptions{Partial: true, DryRun: true}, extract)
		if got := lapsed(t, imp, 1, 10); got == 0 || !strings.Contains(essay.Explain(), "avait été importé comme liste complète") {
			t.Errorf("%s: an essay: %d lapsed\n%s", name, got, essay.Explain())
		}
		mustRun(t, imp, RunOptions{Partial: true}, extract)
		if got := lapsed(t, imp, 1, 10); got != 0 {
			t.Errorf("%s: taken back, %d are lapsed", name, got)
		}
	}
}

// TestNationalAnyOrder gives lists of the country, of a region and of a place in
// every order.
func TestNationalAnyOrder(t *testing.T) {
	all := append(country(21), in("", 90, 2)...)
	runs := []string{marche(t, 2, all...), marche(t, 9, all[1:22]...), marche(t, 12, all[2:12]...), marche(t, 16, all[22:]...)}
	var want map[string]store.Doc[structure.Structure]
	permute(runs, 0, func() {
		structures := mustStore(t)
		for _, file := range runs {
			mustRun(t, newImporter(t, structures), RunOptions{AcceptStale: true}, file)
		}
		got := content(t, structures)
		for id, d := range got {
			d.Value.History = nil
			got[id] = store.Doc[structure.Structure]{ID: d.ID, Value: d.Value}
		}
		if want == nil {
			want = got
		}
		sameContent(t, want, got)
	})
}
