package intake

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// member is one line of a list of Le Marché.
type member struct {
	n    int // of its SIRET
	kind structure.Kind
	city string
}

// siretOf is a valid SIRET of a fictional establishment.
func siretOf(t testing.TB, n int) string {
	t.Helper()
	for check := range 10 {
		if s := fmt.Sprintf("00200%08d%d", n, check); structure.ValidSIRET(s) {
			return s
		}
	}
	t.Fatal("no valid number")
	return ""
}

// marche writes a complete list of Le Marché on a day of November 2026.
func marche(t testing.TB, day int, list ...member) string {
	t.Helper()
	var items []string
	for _, m := range list {
		city, post := "Vitry-sur-Seine", "94400"
		if m.city != "" {
			city, post, _ = strings.Cut(m.city, ",")
		}
		items = append(items, fmt.Sprintf(`{"siret":"%s","kind":"%s","name":"Atelier %d","city":"%s","post_code":"%s","presta_types":["PREST"]}`,
			siretOf(t, m.n), m.kind, m.n, city, post))
	}
	file := write(t, "liste.json", "["+strings.Join(items, ",")+"]")
	at := time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
	return file
}

// members are n structures of one kind.
func members(n int, kind structure.Kind) (list []member) {
	for i := range n {
		list = append(list, member{n: i + 1, kind: kind})
	}
	return list
}

func inForceNow(t testing.TB, structures *store.Structures, n int) []structure.Kind {
	t.Helper()
	s := bySIRET(t, structures, siretOf(t, n)).Value
	return s.KindsInForce("2026-11-23")
}

// TestStale imports a complete list, then one without a structure, then one that
// has it again.
func TestStale(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	all := members(10, structure.EI)
	mustRun(t, imp, RunOptions{}, marche(t, 2, all...))
	r := mustRun(t, imp, RunOptions{}, marche(t, 9, all[1:]...))
	if r.Refused() || r.Files[0].Stale != 1 {
		t.Errorf("%s", r.Explain())
	}
	s := bySIRET(t, structures, siretOf(t, 1)).Value
	if a := s.Agreements[0]; a.Stale != "2026-11-09" || a.InForce("2026-11-09") || !a.InForce("2026-11-08") {
		t.Errorf("agreement %+v", a)
	}
	equal(t, s.Lapses("2026-11-23"), []structure.Lapse{{Field: structure.FieldAgreements, Kind: structure.EI, Source: structure.SourceLeMarche, Since: "2026-11-09"}})
	if len(structure.DefaultBasisRules().Claims(&s, "2026-11-23")) != 0 {
		t.Error("a basis rests on what is no longer confirmed")
	}
	if h := s.History; len(h) != 1 || h[0].Field != structure.FieldAgreements || h[0].File != "liste.json" || !strings.Contains(h[0].New, "plus confirmé") {
		t.Errorf("history %+v", h)
	}
	if k := inForceNow(t, structures, 2); len(k) != 1 {
		t.Errorf("a structure that is listed has %v", k)
	}
	mustRun(t, imp, RunOptions{}, marche(t, 16, all[1:]...))
	if s := bySIRET(t, structures, siretOf(t, 1)).Value; s.Agreements[0].Stale != "2026-11-09" {
		t.Errorf("stale since %s, want the day of the first list without it", s.Agreements[0].Stale)
	}
	mustRun(t, imp, RunOptions{}, marche(t, 20, all...))
	if k := inForceNow(t, structures, 1); len(k) != 1 {
		t.Errorf("listed again, it has %v", k)
	}
}

// TestStaleAnyOrder gives the editions of a list in every order.
func TestStaleAnyOrder(t *testing.T) {
	all := members(12, structure.ACI)
	runs := []string{marche(t, 2, all...), marche(t, 9, append(slices.Clone(all[2:]), member{n: 13, kind: structure.AI})...), marche(t, 16, all[1:]...)}
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

// TestStaleOneOfTwoKinds keeps the agreement that is still listed.
func TestStaleOneOfTwoKinds(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	all := append(members(10, structure.ACI), member{n: 1, kind: structure.AI})
	mustRun(t, imp, RunOptions{}, marche(t, 2, all...))
	equal(t, inForceNow(t, structures, 1), []structure.Kind{structure.ACI, structure.AI})
	mustRun(t, imp, RunOptions{}, marche(t, 9, all[:10]...))
	equal(t, inForceNow(t, structures, 1), []structure.Kind{structure.ACI})
	if s := bySIRET(t, structures, siretOf(t, 1)).Value; s.Sightings[structure.SourceLeMarche].Stale != "" {
		t.Error("the structure itself is still listed")
	}
}

// TestStaleBrake refuses a list that would no longer confirm more than a fifth,
// before anything is marked.
func TestStaleBrake(t *testing.T) {
	all := members(10, structure.EI)
	for name, c := range map[string]struct {
		opts    RunOptions
		list    []member
		refused bool
		stale   int64
	}{
		"an extract":             {RunOptions{}, all[:2], true, 0},
		"one too many":           {RunOptions{}, all[:7], true, 0},
		"a fifth":                {RunOptions{}, all[:8], false, 2},
		"an extract, declared":   {RunOptions{Partial: true}, all[:2], false, 0},
		"a list, accepted":       {RunOptions{AcceptStale: true}, all[:2], false, 8},
		"many new for few old":   {RunOptions{}, append(members(200, structure.EI)[10:], all[:2]...), true, 0},
		"of another place":       {RunOptions{}, []member{{n: 99, kind: structure.EI, city: "Lyon,69003"}}, false, 0},
		"of one of the communes": {RunOptions{Territory: []territory.Territory{mustResolve(t, "94022")}}, []member{{n: 99, kind: structure.EI, city: "Choisy-le-Roi,94600"}}, false, 0},
		"an essay":               {RunOptions{DryRun: true}, all[:9], false, 1},
	} {
		structures := mustStore(t)
		imp := newImporter(t, structures)
		mustRun(t, imp, RunOptions{}, marche(t, 2, all...))
		r := mustRun(t, imp, c.opts, marche(t, 9, c.list...))
		stale := int64(0)
		for n := range all {
			if len(inForceNow(t, structures, n+1)) == 0 {
				stale++
			}
		}
		if want := c.stale * int64(weigh(!c.opts.DryRun)); r.Refused() != c.refused || stale != want || r.Files[0].Stale != c.stale {
			t.Errorf("%s: %d marked, want %d\n%s", name, stale, want, r.Explain())
		}
		if text := r.Files[0].Refusal; c.refused && (!strings.Contains(text, "--partial") || !strings.Contains(text, "fiches sur les 10 ")) {
			t.Errorf("%s: the refusal does not tell what, how many and what to do: %s", name, text)
		}
	}
}

// TestStaleNotOnHalfAFile marks nothing when the list could not be read to its end.
func TestStaleNotOnHalfAFile(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	all := members(10, structure.EI)
	mustRun(t, imp, RunOptions{}, marche(t, 2, all...))
	text, err := os.ReadFile(marche(t, 9, all[1:]...))
	if err != nil {
		t.Fatal(err)
	}
	r := mustRun(t, imp, RunOptions{}, write(t, "coupe.json", strings.TrimSuffix(string(text), "]")+","))
	if !r.Refused() || len(inForceNow(t, structures, 1)) != 1 {
		t.Errorf("%s", r.Explain())
	}
}

// TestPagesOfOneList reads the pages of a list given together as one list.
func TestPagesOfOneList(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	all := members(10, structure.EI)
	r := mustRun(t, imp, RunOptions{}, marche(t, 2, all[:5]...), marche(t, 2, all[5:]...))
	for n := range all {
		if len(inForceNow(t, structures, n+1)) != 1 {
			t.Fatalf("page of %d\n%s", n+1, r.Explain())
		}
	}
}
