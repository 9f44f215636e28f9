package intake

import (
	"errors"
	"os"
	"reflect"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// fuseSteps import a FINESS number alone, its SIRET from another source with a word
// of the structure itself, and both numbers together.
func fuseSteps(t *testing.T) []func(*store.Structures) Report {
	step := func(name, text string, day int) func(*store.Structures) Report {
		path := write(t, name, text)
		at := time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		return func(s *store.Structures) Report { return mustRun(t, newImporter(t, s), RunOptions{}, path) }
	}
	listed := step("e.json", `[{"siret":"00200000800017","kind":"EI","name":"Atelier","address_line_1":"","convention_is_active":true,"updated_at":"2026-01-10T00:00:00Z"}]`, 4)
	return []func(*store.Structures) Report{
		step("a.csv", "finess;nom;type;code_postal\n960000100;Lilas;EA;94400\n", 3),
		func(s *store.Structures) Report {
			r := listed(s)
			d := bySIRET(t, s, "00200000800017")
			d.Value.Contact.Phone = "0199000009"
			d.Value.Origins[structure.FieldPhone] = structure.Origin{Source: structure.SourceSelf, AsOf: "2026-01-01"}
			if _, err := s.Replace(t.Context(), d, store.Change{Actor: "someone"}); err != nil {
				t.Fatal(err)
			}
			return r
		},
		step("b.csv", "finess;siret;nom;type;code_postal;courriel\n960000100;00200000800017;Les Lilas;EA;94400;lilas@example.org\n", 5),
	}
}

// factsOf leaves out what depends on when things were heard of.
func factsOf(s structure.Structure) structure.Structure {
	s.ID, s.History, s.CreatedAt, s.UpdatedAt = "", nil, time.Time{}, time.Time{}
	return s
}

// TestFuse makes one sheet of a FINESS number and a SIRET in every order.
func TestFuse(t *testing.T) {
	steps := fuseSteps(t)
	var want *structure.Structure
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		structures := mustStore(t)
		for _, i := range order {
			steps[i](structures)
		}
		if n := len(content(t, structures)); n != 1 {
			t.Errorf("%v: %d sheets", order, n)
			continue
		}
		got := factsOf(bySIRET(t, structures, "00200000800017").Value)
		if want == nil {
			want = &got
		}
		if !reflect.DeepEqual(*want, got) {
			t.Errorf("%v: %+v\nwant %+v", order, got, *want)
		}
		if got.FINESS != "960000100" || len(got.KindsInForce("2026-11-23")) != 2 || got.Contact.Phone != "0199000009" {
			t.Errorf("%v: %+v", order, got)
		}
	}
}

// TestFuseKilled is killed between the writing of one sheet and the removal of the
// other, and run again.
func TestFuseKilled(t *testing.T) {
	steps := fuseSteps(t)
	db, structures := mustFaulty(t)
	steps[0](structures)
	steps[1](structures)
	killed := errors.New("killed")
	db.removing = func() error { return killed }
	imp := newImporter(t, structures)
	path := write(t, "b.csv", "finess;siret;nom;type;code_postal;courriel\n960000100;00200000800017;Les Lilas;EA;94400;lilas@example.org\n")
	if _, err := imp.Run(t.Context(), []string{path}, RunOptions{RejectsDir: t.TempDir()}); !errors.Is(err, killed) {
		t.Fatal(err)
	}
	if n := len(content(t, structures)); n != 2 {
		t.Fatalf("%d sheets", n)
	}
	db.removing = nil
	mustRun(t, newImporter(t, structures), RunOptions{}, path)
	after := content(t, structures)
	s := bySIRETIn(after, "00200000800017")
	if len(after) != 1 || s.FINESS == "" || len(s.KindsInForce("2026-11-23")) != 2 {
		t.Errorf("%+v", after)
	}
	mustRun(t, newImporter(t, structures), RunOptions{}, path)
	equal(t, content(t, structures), after)
}

// TestFuseConflict keeps the other sheet as long as its successor is not written.
func TestFuseConflict(t *testing.T) {
	steps := fuseSteps(t)
	db, structures := mustFaulty(t)
	steps[0](structures)
	steps[1](structures)
	db.n = 0
	db.before = func(n int, _ []store.Envelope) error {
		if n > 1 {
			return nil
		}
		d, err := structures.FindUnique(t.Context(), "finess:960000100")
		if err != nil {
			return err
		}
		_, err = structures.Replace(t.Context(), d, store.Change{Actor: "someone"})
		return err
	}
	r := steps[2](structures)
	got := content(t, structures)
	if s := bySIRETIn(got, "00200000800017"); len(got) != 1 || s.FINESS == "" || s.Contact.Phone != "0199000009" || r.Total().Updated != 1 {
		t.Errorf("%+v\n%s", got, r.Explain())
	}
}

// TestHistoryNamesTheSource tells what a list of legal units said before from what
// the file says that makes it known.
func TestHistoryNamesTheSource(t *testing.T) {
	structures := mustStore(t)
	steps := fuseSteps(t)
	ofUnit(t, structures, unitSays(structure.SourceESSFrance, "2026-01-01", structure.Structure{ESS: structure.COOP}))
	steps[0](structures)
	steps[2](structures)
	for _, c := range byFINESS(t, structures, "960000100").History {
		of := structure.SourceGeneric
		file := "b.csv"
		if c.Field == structure.FieldESS {
			of, file = structure.SourceESSFrance, ""
		}
		if c.Source != of || c.File != file {
			t.Errorf("history %+v", c)
		}
	}
	if h := byFINESS(t, structures, "960000100").History; len(h) < 2 {
		t.Errorf("history %+v", h)
	}
}
