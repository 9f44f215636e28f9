package intake

import (
	"os"
	"strings"
	"testing"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// TestListedElsewhere confirms a structure whose row is left out because its place
// is not wanted: the list names it all the same. Its other facts are not taken.
func TestListedElsewhere(t *testing.T) {
	imp := newImporter(t, mustStore(t))
	all := members(10, structure.EI)
	mustRun(t, imp, RunOptions{}, marche(t, 2, all...))
	moved := append(in("Lyon,69003", 1, 1), all[1:9]...)
	moved = append(moved, in("Lyon,69003", 50, 1)...) // of which nothing is known
	r := mustRun(t, imp, RunOptions{Territory: []territory.Territory{mustResolve(t, "dep:94")}}, marche(t, 9, moved...))
	if got := r.Files[0].Counts; got.Skipped[SkipOutside] != 2 || got.Read != 10 || got.Updated+got.Unchanged != 8 || r.Files[0].Stale != 1 {
		t.Errorf("%s", r.Explain())
	}
	if got := lapsed(t, imp, 1, 9); got != 0 {
		t.Errorf("%d lapsed that are listed", got)
	}
	s := bySIRET(t, imp.opts.Structures, siretOf(t, 1)).Value
	if s.Address.City != "Vitry-sur-Seine" || !strings.HasPrefix(s.Agreements[0].Seen, "2026-11-09 ") {
		t.Errorf("stored %+v", s)
	}
	if got := lapsed(t, imp, 10, 1); got != 1 {
		t.Error("what is not listed has not lapsed")
	}
	if found, err := imp.opts.Structures.FindLookup(t.Context(), "siret:"+siretOf(t, 50), 1); err != nil || len(found) > 0 {
		t.Errorf("made of a row that is not wanted: %v %v", found, err)
	}
}

// TestListedWithoutADecision confirms all structures of a SIRET that a row names.
func TestListedWithoutADecision(t *testing.T) {
	for n := 2; n <= 4; n++ { // more than a batch reads beforehand
		imp := newImporter(t, mustStore(t))
		all := members(10, structure.EI)
		mustRun(t, imp, RunOptions{}, marche(t, 2, all...))
		holders := "siret;finess;nom;adresse;code_postal;commune;type\n"
		for i := range n {
			holders += siretOf(t, 1) + ";96000010" + string(rune('0'+i)) + ";Site " + string(rune('A'+i)) + ";1 rue A;94400;Vitry-sur-Seine;EI\n"
		}
		mustRun(t, imp, RunOptions{}, write(t, "sites.csv", holders))
		r := mustRun(t, imp, RunOptions{}, marche(t, 9, all[:9]...))
		if r.Files[0].Rejected != 1 || r.Files[0].Stale != 1 {
			t.Errorf("%d holders\n%s", n, r.Explain())
		}
		found, err := imp.opts.Structures.FindLookup(t.Context(), "siret:"+siretOf(t, 1), 10)
		if err != nil || len(found) != n {
			t.Fatalf("%d holders, found %d: %v", n, len(found), err)
		}
		for _, d := range found {
			for _, a := range d.Value.Agreements {
				if a.Stale != "" {
					t.Errorf("%d holders: %s %+v", n, d.Value.Name, a)
				}
			}
		}
	}
}

// TestRowsThatCannotBeRead tells, beside what lapses, that rows of the list could
// not be attached.
func TestRowsThatCannotBeRead(t *testing.T) {
	imp := newImporter(t, mustStore(t))
	all := members(10, structure.EI)
	mustRun(t, imp, RunOptions{}, marche(t, 2, all...))
	file := marche(t, 9, all...)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wrong := write(t, "x.json", strings.Replace(string(text), siretOf(t, 1), "12345678901234", 1))
	r := mustRun(t, imp, RunOptions{}, inNovember(t, wrong, 9))
	if r.Files[0].Stale != 1 || !strings.Contains(r.Explain(), "1 ligne de cette liste n’a pas pu être lue") {
		t.Errorf("%s", r.Explain())
	}
	r = mustRun(t, imp, RunOptions{}, inNovember(t, file, 16))
	if strings.Contains(r.Explain(), "n’a pas pu être lue") || lapsed(t, imp, 1, 10) != 0 {
		t.Errorf("mended\n%s", r.Explain())
	}
}
