package intake

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"sourcier/internal/intake/input"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// siren is that of every number of these tests.
const siren = "002000008"

// ofUnit hands drafts about a legal unit to the writer, as a reader does.
func ofUnit(t *testing.T, structures *store.Structures, drafts ...*Draft) *FileReport {
	t.Helper()
	s := newSession(newImporter(t, structures), RunOptions{})
	s.rejects.dir = t.TempDir()
	if err := s.remember(t.Context()); err != nil {
		t.Fatal(err)
	}
	report := handOver(t, s, drafts...)
	if err := s.rejects.close(); err != nil {
		t.Fatal(err)
	}
	return report
}

func handOver(t *testing.T, s *session, drafts ...*Draft) *FileReport {
	t.Helper()
	report := &FileReport{Name: "liste.csv"}
	for _, d := range drafts {
		d.part = &part{report: report, seen: structure.NewRef(d.Origin.AsOf, d.Origin.File)}
		d.part.Part = &input.Part{Name: "liste.csv"}
		if err := s.take(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.writer.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return report
}

func unitSays(source structure.Source, day structure.Date, facts structure.Structure) *Draft {
	return &Draft{SIREN: siren, Facts: facts, Origin: structure.Origin{Source: source, AsOf: day, File: "f-" + string(source)}}
}

// TestUnits applies what is said of a legal unit to the establishments that are
// there and to those that come later.
func TestUnits(t *testing.T) {
	structures := mustStore(t)
	first := write(t, "a.csv", "siret;nom\n00200000800017;Premier\n")
	second := write(t, "b.csv", "siret;nom\n00200000800025;Second\n")
	imp := newImporter(t, structures)
	mustRun(t, imp, RunOptions{}, first)
	esus := unitSays(structure.SourceESUS, "2026-03-01", structure.Structure{ESUS: true, ESUSEnd: "2028-02-29"})
	r := ofUnit(t, structures, esus, unitSays(structure.SourceESSFrance, "2026-01-01", structure.Structure{ESS: structure.COOP}))
	if r.Joined != 2 || r.Created+r.Updated+r.Unchanged != 0 {
		t.Errorf("report %+v", r.Counts)
	}
	mustRun(t, imp, RunOptions{}, second)
	for _, siret := range []string{"00200000800017", "00200000800025"} {
		s := bySIRET(t, structures, siret).Value
		if !s.HasESUS("2028-02-29") || s.HasESUS("2028-03-01") || s.ESS != structure.COOP || s.Origins[structure.FieldESUS].Source != structure.SourceESUS {
			t.Errorf("%s: %+v", siret, s)
		}
	}
	r = ofUnit(t, mustStore(t), unitSays(structure.SourceESUS, "2026-03-01", structure.Structure{ESUS: true}))
	if r.Skipped[SkipToCome] != 1 {
		t.Errorf("without an establishment: %+v", r.Counts)
	}
	if r = ofUnit(t, structures, &Draft{SIREN: "123456789"}); r.Rejected != 1 {
		t.Errorf("a false SIREN: %+v", r.Counts)
	}
}

// TestUnitsMergeOnce merges an establishment once a batch, however many lines name
// its legal unit, and not at all when they say nothing new.
func TestUnitsMergeOnce(t *testing.T) {
	structures := mustStore(t)
	mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "a.csv", "siret;nom;secteurs\n00200000800017;Premier;81.21Z\n00200000800025;Second;81.21Z\n"))
	merges := 0
	say := func(day structure.Date) *FileReport {
		s := newSession(newImporter(t, structures), RunOptions{})
		if err := s.remember(t.Context()); err != nil {
			t.Fatal(err)
		}
		sold := s.rules.Sold // asked in every merge, of an establishment whose sectors follow from its APE code
		s.rules.Sold = func(naf string) (bool, bool) { merges++; return sold(naf) }
		var drafts []*Draft
		for line := range 30 {
			d := unitSays(structure.SourceESSFrance, day, structure.Structure{ESS: structure.COOP})
			d.Origin.Line = line + 1
			drafts = append(drafts, d)
		}
		return handOver(t, s, drafts...)
	}
	for _, c := range []struct {
		day  structure.Date
		want int
	}{{"2026-01-01", 2}, {"2026-01-01", 0}, {"2026-02-01", 2}} {
		merges = 0
		if r := say(c.day); merges != c.want || r.Joined != 30 {
			t.Errorf("%s: %d merges, want %d; %+v", c.day, merges, c.want, r.Counts)
		}
	}
}

// TestUnitsConflict tells the establishments that someone else changed meanwhile, and
// those that a killed run has not reached.
func TestUnitsConflict(t *testing.T) {
	killed := errors.New("killed")
	for name, c := range map[string]error{"conflict": nil, "killed": killed} {
		db, structures := mustFaulty(t)
		mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "a.csv", "siret;nom\n00200000800017;Premier\n"))
		db.n = 0
		db.before = func(n int, _ []store.Envelope) error {
			if n > 1 {
				return nil
			}
			d := bySIRET(t, structures, "00200000800017")
			d.Value.UpdatedAt = noon
			if _, err := structures.Replace(t.Context(), d, store.Change{Actor: "someone"}); err != nil {
				return err
			}
			return c
		}
		list := write(t, "esus.csv", "denomination,numero_siren,departement,date_decision_esus,date_fin_esus\nNOM,"+siren+",94,15/03/2024,14/03/2029\n")
		for range 2 {
			_, err := newImporter(t, structures).Run(t.Context(), []string{list}, RunOptions{RejectsDir: t.TempDir()})
			if err != nil && !errors.Is(err, killed) {
				t.Fatal(err)
			}
		}
		if s := bySIRET(t, structures, "00200000800017").Value; !s.ESUS {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// TestUnitsAnyOrder gives facts of a legal unit, its establishments, and what the
// register says of them in every order.
func TestUnitsAnyOrder(t *testing.T) {
	file := func(name, text string, day int) func(*store.Structures) {
		path := write(t, name, text)
		at := time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		return func(s *store.Structures) { mustRun(t, newImporter(t, s), RunOptions{}, path) }
	}
	unit := func(d func() *Draft) func(*store.Structures) {
		return func(s *store.Structures) { ofUnit(t, s, d()) }
	}
	over := `[{"siret":"00200000800017","kind":"ACI","name":"Atelier","address_line_1":"","convention_is_active":false,"updated_at":"2026-06-10T00:00:00Z"}]`
	steps := []func(*store.Structures){
		file("a.csv", "siret;nom;type;esus\n00200000800017;Premier;ACI|AI;oui\n00200000800025;Second;EI;\n", 3),
		file("b.csv", "siret;nom;enseigne;esus\n00200000800017;PREMIER;Le premier;non\n", 4),
		file("over.json", over, 5),
		file("before.json", strings.NewReplacer("false", "true", "2026-06-10", "2026-01-01").Replace(over), 2),
		unit(func() *Draft {
			return unitSays(structure.SourceESUS, "2026-03-01", structure.Structure{ESUS: true, ESUSEnd: "2028-02-29"})
		}),
		unit(func() *Draft {
			return unitSays(structure.SourceESUS, "2024-03-01", structure.Structure{ESUS: true, ESUSEnd: "2026-02-28"})
		}),
	}
	var want map[string]store.Doc[structure.Structure]
	random := rand.New(rand.NewPCG(1, 2))
	for range 40 { // of 720
		random.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
		structures := mustStore(t)
		for _, step := range steps {
			step(structures)
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
	}
	if s := bySIRETIn(want, "00200000800017"); s == nil || !s.HasESUS("2027-01-01") || len(s.Agreements) != 3 {
		t.Errorf("%+v", s)
	}
}

func bySIRETIn(docs map[string]store.Doc[structure.Structure], siret string) *structure.Structure {
	for _, d := range docs {
		if d.Value.SIRET == siret {
			return &d.Value
		}
	}
	return nil
}

// TestNotAwaited tells how much of a legal unit is too much to be kept.
func TestNotAwaited(t *testing.T) {
	var items []string
	for n, sirets := 1, 0; sirets < structure.MaxAwaited+3; n++ {
		number := fmt.Sprintf("%s%05d", siren, n)
		if _, _, err := structure.ParseSIRET(number); err != nil {
			continue
		}
		sirets++
		items = append(items, `{"siret":"`+number+`","kind":"ACI","name":"X","address_line_1":"","convention_is_active":false,"updated_at":"2026-01-01T00:00:00Z"}`)
	}
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "a.json", "["+strings.Join(items, ",")+"]"))
	if text := r.Explain(); !strings.Contains(text, "3 établissements absents de l’annuaire dont rien n’est retenu") {
		t.Errorf("%s", text)
	}
}

// TestObjects leaves out who is on the opposition list.
func TestObjects(t *testing.T) {
	for _, objects := range []string{"siret:00200000800017", "siren:" + siren} {
		structures := mustStore(t)
		imp := newImporter(t, structures)
		imp.opts.Objects = func(number string) bool { return number == objects }
		r := mustRun(t, imp, RunOptions{}, write(t, "a.csv", "siret;nom\n00200000800017;Premier\n00200001600010;Autre\n"))
		if f := r.Files[0]; f.Skipped[SkipObjection] != 1 || f.Created != 1 || len(content(t, structures)) != 1 {
			t.Errorf("%s: %s", objects, r.Explain())
		}
	}
}
