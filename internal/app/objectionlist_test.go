package app

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"sourcier/internal/app/control"
	"sourcier/internal/intake"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Numbers of the tests of what follows from an objection: two establishments of one
// legal unit, and another.
const (
	siretA, siretB, siretC = "00200000800017", "00200000800025", "00200001600010"
	finessA, finessB       = "960000017", "960000025"
)

const columns = "siret;finess;nom;code_postal;telephone\n"

func mustObject(t *testing.T, a *App, number string) (withdrawn int) {
	t.Helper()
	_, n, err := a.AddObjection(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestObjectionFollows: the other numbers of a sheet that was withdrawn do not bring
// it back, until the objection is taken off.
func TestObjectionFollows(t *testing.T) {
	for name, c := range map[string]struct{ first, number, then string }{
		"SIRET, back by FINESS":         {siretA + ";" + finessA, "siret:" + siretA, ";" + finessA},
		"FINESS, back by SIRET":         {siretA + ";" + finessA, "finess:" + finessA, siretA + ";"},
		"SIREN, back by FINESS":         {siretA + ";" + finessA, "siren:002000008", ";" + finessA},
		"FINESS, back by both":          {siretA + ";" + finessA, "finess:" + finessA, siretA + ";" + finessA},
		"SIRET, back by another FINESS": {siretA + ";" + finessA, "siret:" + siretA, siretA + ";" + finessB},
	} {
		a := mustOpenApp(t)
		mustImport(t, a, columns+c.first+";Un;94400;\n")
		if n := mustObject(t, a, c.number); n != 1 {
			t.Errorf("%s: %d withdrawn", name, n)
		}
		again := columns + c.then + ";Un;94400;\n"
		if r := mustImport(t, a, again); r.Total().Created != 0 || r.Total().Skipped[intake.SkipObjection] != 1 {
			t.Errorf("%s: made again\n%s", name, r.Explain())
		}
		if asked, stays, err := a.RemoveObjection(t.Context(), c.number); err != nil || !asked || stays {
			t.Errorf("%s: removed %v, stays %v, %v", name, asked, stays, err)
		}
		if r := mustImport(t, a, again); r.Total().Created != 1 {
			t.Errorf("%s: after its removal\n%s", name, r.Explain())
		}
		if list, err := a.Objections(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("%s: left %+v, %v", name, list, err)
		}
	}
}

// TestObjectionTakesWhatWasWritten: what a structure wrote goes with its sheet, and
// what nobody has published yet too.
func TestObjectionTakesWhatWasWritten(t *testing.T) {
	a := mustOpenApp(t)
	mustImport(t, a, columns+siretA+";;Un;94400;\n")
	ids := map[string]string{siretA: structure.NewID("siret:" + siretA), siretB: structure.NewID("siret:" + siretB), siretC: structure.NewID("siret:" + siretC)}
	for siret, id := range ids {
		if _, err := a.Directory.Registrations.Insert(t.Context(), registration.New(id, siret, "", "Un", a.Now()), store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
	mustObject(t, a, "siren:"+siretA[:9])
	for siret, id := range ids {
		if _, err := a.Directory.Registrations.Get(t.Context(), id); errors.Is(err, store.ErrNotFound) != (siret != siretC) {
			t.Errorf("%s: %v", siret, err)
		}
	}
}

// TestFusedSheetKeepsItsWriter: a sheet of a SIRET that an import joins to that of a
// FINESS number leaves it who writes it.
func TestFusedSheetKeepsItsWriter(t *testing.T) {
	a := mustOpenApp(t)
	mustImport(t, a, columns+siretA+";;Un;94400;\n")
	mustImport(t, a, columns+";"+finessA+";Un;94400;\n")
	from := structure.NewID("siret:" + siretA)
	r := registration.New(from, siretA, "", "Un", a.Now())
	r.Owner, r.Vested = "atelier", "atelier"
	if _, err := a.Directory.Registrations.Insert(t.Context(), r, store.Change{}); err != nil {
		t.Fatal(err)
	}
	mustImport(t, a, columns+siretA+";"+finessA+";Un;94400;\n")
	if _, err := a.Structures.Get(t.Context(), from); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("not fused: %v", err)
	}
	docs, err := a.Directory.Registrations.Of(t.Context(), "atelier")
	if err != nil || len(docs) != 1 || docs[0].ID != structure.NewID("finess:"+finessA) {
		t.Errorf("%+v, %v", docs, err)
	}
}

// TestObjectionShared keeps a mark that follows from two objections until both are
// off, and what was asked for when the other objection goes.
func TestObjectionShared(t *testing.T) {
	a := mustOpenApp(t)
	mustImport(t, a, columns+siretA+";"+finessA+";Un;94400;\n")
	mustObject(t, a, "siret:"+siretA) // the FINESS number and the name follow
	mustObject(t, a, "finess:"+finessA)
	remove := func(number string, asked, stays bool) {
		t.Helper()
		gotAsked, gotStays, err := a.RemoveObjection(t.Context(), number)
		if err != nil || gotAsked != asked || gotStays != stays {
			t.Errorf("%s: asked %v, stays %v, %v", number, gotAsked, gotStays, err)
		}
	}
	remove("finess:"+finessA, true, true)
	remove("finess:"+finessA, false, true)
	if r := mustImport(t, a, columns+";"+finessA+";Un;94400;\n"); r.Total().Created != 0 {
		t.Errorf("made again\n%s", r.Explain())
	}
	mustObject(t, a, "finess:"+finessA)
	remove("siret:"+siretA, true, false)
	remove("siret:"+siretA, false, false)
	if r := mustImport(t, a, columns+";"+finessA+";Un;94400;\n"); r.Total().Created != 0 {
		t.Errorf("made again\n%s", r.Explain())
	}
	remove("finess:"+finessA, true, false)
}

// TestObjectionLeavesOthers: a SIRET that another FINESS number has too does not
// follow from one of them.
func TestObjectionLeavesOthers(t *testing.T) {
	a := mustOpenApp(t)
	both := columns + siretA + ";" + finessA + ";Un;94400;\n" + siretA + ";" + finessB + ";Deux;94400;\n"
	mustImport(t, a, both)
	if n := mustObject(t, a, "finess:"+finessA); n != 1 {
		t.Errorf("%d withdrawn", n)
	}
	if r := mustImport(t, a, both); r.Total().Unchanged+r.Total().Updated != 1 || r.Total().Skipped[intake.SkipObjection] != 1 {
		t.Errorf("%s", r.Explain())
	}
}

// TestObjectionToANumberLearnt: a FINESS number that a file gives to a SIRET on the
// list follows it, whichever comes first.
func TestObjectionToANumberLearnt(t *testing.T) {
	bare, full := columns+";"+finessA+";Un;94400;\n", columns+siretA+";"+finessA+";Un;94400;\n"
	for name, files := range map[string][]string{"bare first": {bare, full}, "full first": {full, bare}, "again": {bare, full, full, bare}} {
		a := mustOpenApp(t)
		mustObject(t, a, "siret:"+siretA)
		for _, f := range files {
			mustImport(t, a, f)
		}
		if n, err := a.Structures.Raw().Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%s: %d sheets, %v", name, n, err)
		}
		if list, err := a.Objections(t.Context()); err != nil || len(list) < 2 {
			t.Errorf("%s: %+v, %v", name, list, err)
		}
	}
	// Another SIRET that the sheet has from elsewhere keeps it.
	a := mustOpenApp(t)
	mustImport(t, a, columns+siretC+";"+finessA+";Un;94400;\n")
	mustObject(t, a, "siret:"+siretA)
	mustImport(t, a, full)
	if _, err := a.Structures.FindUnique(t.Context(), "finess:"+finessA); err != nil {
		t.Errorf("a sheet of another SIRET: %v", err)
	}
}

// TestObjectionOfANamesake: a row without a number that may be of who objects
// reaches no other sheet.
func TestObjectionOfANamesake(t *testing.T) {
	a := mustOpenApp(t)
	mustImport(t, a, columns+siretA+";;Dupont;94400;\n"+siretC+";;DUPONT;94400;\n")
	mustObject(t, a, "siret:"+siretA)
	r := mustImport(t, a, columns+";;Dupont;94400;0199000020\n")
	if c := r.Total(); c.Rejected != 1 || c.Updated != 0 {
		t.Errorf("%s", r.Explain())
	}
	found, err := a.Structures.FindLookup(t.Context(), "siret:"+siretC, 2)
	if err != nil || len(found) != 1 || found[0].Value.Contact.Phone != "" {
		t.Errorf("the namesake: %+v, %v", found, err)
	}
	if r := mustImport(t, a, columns+siretC+";;Dupont;94400;0199000021\n"); r.Total().Updated != 1 {
		t.Errorf("the namesake, by its SIRET: %s", r.Explain())
	}
}

// TestObjectionForgetsWhatWaits clears what is kept of an establishment that is not
// in the directory, and nothing of its neighbours.
func TestObjectionForgetsWhatWaits(t *testing.T) {
	said := structure.NewClaim(structure.Origin{Source: structure.SourceSIRENE, AsOf: "2026-11-01"}, &structure.Structure{Closed: true}, nil, "")
	for number, want := range map[string]int{"siret:" + siretA: 1, "siret:" + siretC: 2, "siren:002000008": 0} {
		a := mustOpenApp(t)
		unit := structure.Unit{SIREN: siretA[:9]}
		unit.Await(siretA, said)
		unit.Await(siretB, said)
		if _, err := a.Provenance.Units.Insert(t.Context(), unit, store.Change{}); err != nil {
			t.Fatal(err)
		}
		mustObject(t, a, number)
		d, err := a.Provenance.Units.Get(t.Context(), unit.SIREN)
		if len(d.Value.Awaited) != want || (err != nil) != (want == 0) {
			t.Errorf("%s: %+v, %v", number, d.Value, err)
		}
	}
}

// TestObjectionRefused makes no key while another has the lease, nor for a list.
func TestObjectionRefused(t *testing.T) {
	a := mustOpenApp(t)
	release, err := a.turns.take("import", "un autre", a.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.AddObjection(t.Context(), "siret:"+siretA); err == nil || !strings.Contains(err.Error(), "déjà en cours") {
		t.Errorf("an objection during an import: %v", err)
	}
	release()
	if asked, stays, err := a.RemoveObjection(t.Context(), "siret:"+siretA); asked || stays || err != nil {
		t.Errorf("removed from no list: %v, %v, %v", asked, stays, err)
	}
	if _, err := os.Stat(a.keyPath()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a key was made: %v", err)
	}
}

// TestObjectionCommand tells what follows without telling a number.
func TestObjectionCommand(t *testing.T) {
	a := mustOpenApp(t)
	mustImport(t, a, columns+siretA+";"+finessA+";Un;94400;\n")
	for _, step := range []struct{ verb, number, says string }{
		{"add", "siret:" + siretA, "inscrit sur la liste d’opposition, 1 fiche retirée"},
		{"add", "siret:" + siretA, "déjà sur la liste"},
		{"list", "", "1 numéro sur la liste d’opposition\n"},
		{"list", "", ", et 2 autres numéros ou noms de la fiche\n"},
		{"remove", "finess:" + finessA, "découle d’une autre opposition"},
		{"remove", "siret:" + siretA, "avec ce qui en découlait"},
		{"list", "", "0 numéro"},
	} {
		var out bytes.Buffer
		err := a.objectionCommand(t.Context(), ObjectionArgs{Verb: step.verb, Numbers: []string{step.number}}, control.Out{Stdout: &out})
		if err != nil || !strings.Contains(out.String(), step.says) {
			t.Errorf("%s %s: %q, %v", step.verb, step.number, out.String(), err)
		}
	}
}
