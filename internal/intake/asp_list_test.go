package intake

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

// siae is a structure of the files of the ASP: one annex of each kind, until the
// end of the year that is given.
type siae struct {
	id, n   int // number of the ASP, number of its SIRET
	commune string
	annexes []string // "EI 2027", "EI 2027 ANNULE"
}

// aspFiles writes the pair of files of a day, in the columns of the fixtures.
func aspFiles(t testing.TB, day string, list ...siae) []string {
	t.Helper()
	heads := map[string]string{}
	for _, name := range []string{"asp_structures.csv", "asp_annexes.csv"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		heads[name] = strings.TrimSpace(strings.Split(string(text), "\n")[1])
	}
	row := func(head string, values map[string]string) string {
		columns := strings.Split(head, "|")
		for i, c := range columns {
			columns[i] = values[c]
		}
		return strings.Join(columns, "|")
	}
	stamp := day[8:] + day[5:7] + day[:4] + "_080000|||"
	structures := []string{"DEBStructure" + stamp, heads["asp_structures.csv"]}
	annexes := []string{"DEBAnnexeFinanciere" + stamp, heads["asp_annexes.csv"]}
	for _, s := range list {
		commune := s.commune
		if commune == "" {
			commune = "94400,94081"
		}
		post, insee, _ := strings.Cut(commune, ",")
		structures = append(structures, row(heads["asp_structures.csv"], map[string]string{
			"structure_id_siae": fmt.Sprint(s.id), "structure_siret_actualise": siretOf(t, s.n), "structure_denomination": fmt.Sprintf("CHANTIER %d", s.n),
			"structure_adresse_gestion_cp": post, "structure_adresse_gestion_code_insee": insee, "structure_adresse_gestion_nom_voie": "RUE X",
		}))
		for _, a := range s.annexes {
			words := append(strings.Fields(a), "VALIDE")
			annexes = append(annexes, row(heads["asp_annexes.csv"], map[string]string{
				"af_id_structure": fmt.Sprint(s.id), "af_mesure_dispositif_code": words[0] + "_DC", "af_etat_annexe_financiere_code": words[2],
				"af_date_debut_effet": "01/01/" + words[1], "af_date_fin_effet": "31/12/" + words[1], "af_numero_annexe_financiere": "X",
			}))
		}
	}
	structures = append(structures, fmt.Sprintf("FIN%d|||", len(structures)-2))
	annexes = append(annexes, fmt.Sprintf("FIN%d|||", len(annexes)-2))
	return []string{write(t, "s.csv", strings.Join(structures, "\n")), write(t, "a.csv", strings.Join(annexes, "\n"))}
}

// siaes are n structures with the same annexes.
func siaes(n int, annexes ...string) (list []siae) {
	for i := range n {
		list = append(list, siae{id: i + 1, n: i + 1, annexes: annexes})
	}
	return list
}

// without drops the annexes of one of the structures, and gives it others.
func without(list []siae, at int, annexes ...string) []siae {
	list = slices.Clone(list)
	list[at].annexes = annexes
	return list
}

// TestASPList takes from a structure the agreement that the files no longer give,
// whether they are imported in their order, in the other or at once.
func TestASPList(t *testing.T) {
	all := siaes(10, "EI 2026", "EI 2027")
	for name, c := range map[string]struct {
		then []siae
		want []structure.Kind // of the first structure
	}{
		"as before":            {all, []structure.Kind{structure.EI}},
		"cancelled":            {without(all, 0, "EI 2026 ANNULE", "EI 2027 ANNULE"), nil},
		"without annex":        {without(all, 0), nil},
		"in neither file":      {all[1:], nil},
		"of another kind":      {without(all, 0, "ACI 2026"), []structure.Kind{structure.ACI}},
		"under another number": {append(slices.Clone(all[1:]), siae{id: 99, n: 1, annexes: []string{"ACI 2026"}}), []structure.Kind{structure.ACI}},
		"under another SIRET":  {append(slices.Clone(all[1:]), siae{id: 1, n: 99, annexes: []string{"EI 2026"}}), nil},
		"alone, without annex": {without(append(slices.Clone(all[1:]), siae{id: 1, n: 1, commune: "69003,69383"}), 0), nil},
	} {
		first := slices.Clone(all)
		if strings.HasPrefix(name, "alone") { // no other structure is in its department
			first[0].commune = "69003,69383"
		}
		before, after := aspFiles(t, "2026-10-01", first...), aspFiles(t, "2026-11-01", c.then...)
		for order, runs := range map[string][][]string{"in order": {before, after}, "reversed": {after, before}, "at once": {slices.Concat(after, before)}} {
			structures := mustStore(t)
			for _, files := range runs {
				if r := mustRun(t, newImporter(t, structures), RunOptions{}, files...); r.Refused() {
					t.Errorf("%s, %s: %s", name, order, r.Explain())
				}
			}
			if got := inForceNow(t, structures, 1); !slices.Equal(got, c.want) {
				t.Errorf("%s, %s: %v, want %v", name, order, got, c.want)
			}
			if order == "in order" && c.want == nil {
				s := bySIRET(t, structures, siretOf(t, 1)).Value
				if a := s.Agreements[0]; a.Stale != "2026-11-01" {
					t.Errorf("%s: %+v", name, a)
				}
			}
		}
	}
}

// TestASPListBrake holds the files of the ASP to what other lists are held to.
func TestASPListBrake(t *testing.T) {
	all := siaes(10, "EI 2026")
	third := append(slices.Clone(all[3:]), siae{id: 50, n: 1}, siae{id: 51, n: 2}, siae{id: 52, n: 3})
	for name, c := range map[string]struct {
		opts    RunOptions
		then    []siae
		cut     int // which of the files lacks its last line, 0 for none
		refused bool
		want    int // in force
	}{
		"a third":           {RunOptions{}, third, 0, true, 10},
		"a third, accepted": {RunOptions{AcceptStale: true}, third, 0, false, 7},
		"an extract":        {RunOptions{Partial: true}, all[3:], 0, false, 10},
		"structures cut":    {RunOptions{AcceptStale: true}, all[3:], 1, false, 10},
		"annexes cut":       {RunOptions{AcceptStale: true}, all[3:], 2, false, 10},
		"one":               {RunOptions{}, all[1:], 0, false, 9},
	} {
		structures := mustStore(t)
		mustRun(t, newImporter(t, structures), RunOptions{}, aspFiles(t, "2026-10-01", all...)...)
		files := aspFiles(t, "2026-11-01", c.then...)
		if c.cut > 0 {
			files[c.cut-1] = withoutTrailer(t, files[c.cut-1])
		}
		r := mustRun(t, newImporter(t, structures), c.opts, files...)
		n := 0
		for i := range all {
			n += len(inForceNow(t, structures, i+1))
		}
		if r.Refused() != c.refused || n != c.want {
			t.Errorf("%s: %d in force, want %d\n%s", name, n, c.want, r.Explain())
		}
	}
}

// withoutTrailer cuts the last line of a file.
func withoutTrailer(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, filepath.Base(file), string(text)[:strings.LastIndex(string(text), "\nFIN")+1])
}

// TestASPOverFirst tells that an agreement is over before the sheet is there, and
// after: both give the same.
func TestASPOverFirst(t *testing.T) {
	over := aspFiles(t, "2026-11-01", append(siaes(3, "EI 2026"), siae{id: 9, n: 9, annexes: []string{"EI 2025"}})...)
	marche := []string{marche(t, 10, member{n: 9, kind: structure.EI})}
	var want string
	for _, runs := range [][][]string{{over, marche}, {marche, over}, {slices.Concat(over, marche)}} {
		structures := mustStore(t)
		for _, files := range runs {
			mustRun(t, newImporter(t, structures), RunOptions{}, files...)
		}
		s := bySIRET(t, structures, siretOf(t, 9)).Value
		got := fmt.Sprintf("%+v %+v %+v %+v", s.Agreements, s.Name, s.Origins, s.Claims)
		if want == "" {
			want = got
		}
		if len(s.Agreements) != 2 || got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// TestASPCutAnnexes ends and shortens nothing by annexes that may not be all there
// are, in every order of the files.
func TestASPCutAnnexes(t *testing.T) {
	for name, c := range map[string]struct {
		whole, cut []string // annexes of the structure
		day        string   // of the file that was cut
		want       string
		seen       int // agreements
	}{
		"the annex that goes on is missing": {[]string{"EI 2025", "EI 2026", "EI 2027"}, []string{"EI 2025"}, "2026-11-01", "2027-12-31", 1},
		"the annex to come is missing":      {[]string{"EI 2026", "EI 2027"}, []string{"EI 2026"}, "2026-11-01", "2027-12-31", 1},
		"prolonged":                         {[]string{"EI 2026"}, []string{"EI 2026", "EI 2027"}, "2026-11-01", "2027-12-31", 1},
		"prolonged, cut before":             {[]string{"EI 2026"}, []string{"EI 2026", "EI 2027"}, "2026-09-01", "2026-12-31", 1},
		"known by it alone":                 {[]string{"ACI 2026"}, []string{"ACI 2026", "EI 2026"}, "2026-11-01", "2026-12-31", 2},
	} {
		whole := aspFiles(t, "2026-10-01", append(siaes(9, "EI 2026"), siae{id: 99, n: 99, annexes: c.whole})...)
		cut := aspFiles(t, c.day, append(siaes(9, "EI 2026"), siae{id: 99, n: 99, annexes: c.cut})...)
		cut[1] = withoutTrailer(t, cut[1])
		for _, runs := range [][][]string{{whole, cut}, {cut, whole}, {slices.Concat(whole, cut)}} {
			structures := mustStore(t)
			for _, files := range runs {
				mustRun(t, newImporter(t, structures), RunOptions{}, files...)
			}
			s := bySIRET(t, structures, siretOf(t, 99)).Value
			if a := s.Agreements; len(a) != c.seen || a[0].Kind != structure.EI || a[0].End != structure.Date(c.want) || a[0].Stale != "" {
				t.Errorf("%s: %+v, want until %s", name, a, c.want)
			}
		}
	}
}

// TestASPConfirmsElsewhere: a row that is left out, because its place is not wanted,
// still lists its structure.
func TestASPConfirmsElsewhere(t *testing.T) {
	imp := newImporter(t, mustStore(t))
	var all []siae
	for n := 1; n <= 10; n++ {
		all = append(all, siae{id: n, n: n, annexes: []string{"EI 2027"}})
	}
	mustRun(t, imp, RunOptions{}, aspFiles(t, "2026-10-01", all...)...)
	all[0].commune = "75012,75112" // moved, says the list
	r := mustRun(t, imp, RunOptions{Territory: asked(t, "dep:94")}, aspFiles(t, "2026-11-01", all...)...)
	s := bySIRET(t, imp.opts.Structures, siretOf(t, 1)).Value
	if len(s.Agreements) != 1 || s.Agreements[0].Stale != "" || r.Total().Skipped[SkipOutside] != 1 {
		t.Errorf("%+v\n%s", s.Agreements, r.Explain())
	}
}
