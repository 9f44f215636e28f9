package intake

import (
	"os"
	"reflect"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// twinStore has two sheets of one structure, as two files have made them.
func twinStore(t *testing.T) *store.Structures {
	structures := mustStore(t)
	mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "a.csv",
		"siret;nom;type;code_postal;telephone;courriel\n00200000800017;Atelier des Lilas;EI;94400;0199000001;\n00300000700017;Lilas Services;EI;94400;;lilas@example.org\n"))
	return structures
}

// later writes a file of a day of the month.
func later(t *testing.T, name string, day int, text string) string {
	t.Helper()
	path := write(t, name, text)
	at := time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
	return path
}

// mergeThem makes the first sheet stand for the second, and undoMerge takes that back.
func mergeThem(t *testing.T, structures *store.Structures) {
	t.Helper()
	imp := newImporter(t, structures)
	rules := rulesOf(imp.opts.Atlas, imp.opts.Taxonomy, nil)
	a, b := bySIRET(t, structures, "00200000800017"), bySIRET(t, structures, "00300000700017")
	rules.Absorb(&a.Value, &b.Value, b.Version, nil, "p", noon)
	a.Value.Settle(b.ID, noon)
	b.Value.MergedInto = a.ID
	replace(t, structures, a, b)
}

func undoMerge(t *testing.T, structures *store.Structures) {
	t.Helper()
	a, b := bySIRET(t, structures, "00200000800017"), bySIRET(t, structures, "00300000700017")
	if !a.Value.Release(b.ID, noon) || !a.Value.Settle(b.ID, noon) {
		t.Fatal("not taken back")
	}
	b.Value.MergedInto = ""
	replace(t, structures, a, b)
}

func replace(t *testing.T, structures *store.Structures, docs ...store.Doc[structure.Structure]) {
	t.Helper()
	for _, d := range docs {
		if _, err := structures.Replace(t.Context(), d, store.Change{Actor: "someone"}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestImportAfterMerge has a record of the duplicate go to the sheet that stands for
// it, and both sheets be, once the merge is taken back, what they would be without it.
func TestImportAfterMerge(t *testing.T) {
	news := later(t, "b.csv", 3, "siret;nom;type;code_postal;site_web\n00300000700017;Lilas Services;EI;94400;https://lilas.example.org\n")
	own := later(t, "c.csv", 4, "siret;nom;type;code_postal;telephone\n00200000800017;Atelier des Lilas;EI;94400;0199000009\n")
	plain := twinStore(t)
	mustRun(t, newImporter(t, plain), RunOptions{}, news, own)

	structures := twinStore(t)
	mergeThem(t, structures)
	dry := mustRun(t, newImporter(t, structures), RunOptions{DryRun: true}, news, own)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, news, own)
	if dry.Total().Updated != r.Total().Updated || r.Total().Created != 0 {
		t.Errorf("dry run %+v, run %+v", dry.Total(), r.Total())
	}
	a, b := bySIRET(t, structures, "00200000800017").Value, bySIRET(t, structures, "00300000700017").Value
	if a.Contact.Website != "https://lilas.example.org" || a.Contact.Email != "lilas@example.org" || a.Contact.Phone != "0199000009" || a.SIRET != "00200000800017" {
		t.Errorf("the sheet that stands for both: %+v", a)
	}
	if b.MergedInto != a.ID || b.Contact.Website == "" || b.Contact.Phone != "" {
		t.Errorf("the duplicate: %+v", b)
	}
	if h := a.History; len(h) == 0 || h[len(h)-1].File == "" {
		t.Errorf("history %+v", h)
	}
	before := content(t, structures)
	mustRun(t, newImporter(t, structures), RunOptions{}, news, own)
	equal(t, content(t, structures), before)

	undoMerge(t, structures)
	for _, siret := range []string{"00200000800017", "00300000700017"} {
		got, want := factsOf(bySIRET(t, structures, siret).Value), factsOf(bySIRET(t, plain, siret).Value)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("taken back:\n%+v\nwant\n%+v", got, want)
		}
	}
	mustRun(t, newImporter(t, structures), RunOptions{}, later(t, "d.csv", 5, "siret;nom;type;code_postal;site_web\n00300000700017;Lilas Services;EI;94400;https://roses.example.org\n"))
	if a, b := bySIRET(t, structures, "00200000800017").Value, bySIRET(t, structures, "00300000700017").Value; a.Contact.Website != "" || b.Contact.Website != "https://roses.example.org" {
		t.Errorf("after the merge: %+v %+v", a.Contact, b.Contact)
	}
}

// TestTwinsOfOneNumber keep apart what only a person may join: no import fuses a sheet
// that is part of a merge, and a name that both have names one of them.
func TestTwinsOfOneNumber(t *testing.T) {
	structures := mustStore(t)
	mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "a.csv", "finess;nom;type;code_postal\n960000100;Lilas;EA;94400\n"),
		write(t, "b.csv", "siret;nom;type;code_postal\n00300000700017;Lilas;EA;94400\n"))
	a, err := structures.FindUnique(t.Context(), "finess:960000100")
	if err != nil {
		t.Fatal(err)
	}
	b := bySIRET(t, structures, "00300000700017")
	imp := newImporter(t, structures)
	rulesOf(imp.opts.Atlas, imp.opts.Taxonomy, nil).Absorb(&b.Value, &a.Value, a.Version, nil, "p", noon)
	b.Value.Settle(a.ID, noon)
	a.Value.MergedInto = b.ID
	replace(t, structures, a, b)
	mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "c.csv", "finess;siret;nom;type;code_postal;telephone\n960000100;00300000700017;Lilas;EA;94400;0199000001\n"),
		write(t, "d.csv", "nom;type;code_postal;courriel\nLilas;EA;94400;lilas@example.org\n"))
	if got := content(t, structures); len(got) != 2 || got[b.ID].Value.Contact.Phone != "0199000001" || got[b.ID].Value.Contact.Email != "lilas@example.org" || got[a.ID].Value.MergedInto != b.ID {
		t.Errorf("%+v", got)
	}
}
