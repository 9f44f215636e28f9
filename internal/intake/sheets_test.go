package intake

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// book writes sheets in order: a name, then its rows.
func book(tb testing.TB, sheets ...any) string {
	tb.Helper()
	f := excelize.NewFile()
	for i := 0; i < len(sheets); i += 2 {
		name, rows := sheets[i].(string), sheets[i+1].([][]any)
		if _, err := f.NewSheet(name); err != nil {
			tb.Fatal(err)
		}
		for n, row := range rows {
			if err := f.SetSheetRow(name, fmt.Sprint("A", n+1), &row); err != nil {
				tb.Fatal(err)
			}
		}
	}
	path := filepath.Join(tb.TempDir(), "x.xlsx")
	if err := f.SaveAs(path); err != nil {
		tb.Fatal(err)
	}
	return path
}

// TestSheets reads the first sheet that is known, wherever it stands, and names
// the others.
func TestSheets(t *testing.T) {
	list := [][]any{{"SIRET", "Nom", "Code postal"}, {"00200000800017", "Lilas", "94400"}}
	need := [][]any{
		{"Raison sociale", "Siret", "Type de structure", "Code Postal", "E-mail"},
		{"Lilas", "00200000800017", "Entreprise d'insertion (EI)", "94400", "a@example.org"},
	}
	notice := [][]any{{"Mode d’emploi"}, {"Remplir l’autre feuille"}, {"une ligne", "par structure"}}
	uncomputed := [][]any{{"x"}}
	for name, c := range map[string]struct {
		sheets []any
		read   string // "" = refused
		aside  string
	}{
		"alone":            {[]any{"A", list}, "A", ""},
		"behind a notice":  {[]any{"Lisez-moi", notice, "Données", list, "Listes", notice}, "Données", "« Lisez-moi », « Listes »"},
		"two known":        {[]any{"A", list, "B", need}, "A", "« B »"},
		"a need":           {[]any{"Besoin", notice, "Structures", need}, "Structures", "« Besoin »"},
		"none":             {[]any{"A", notice, "B", uncomputed}, "", "« B »"},
		"communes, behind": {[]any{"A", [][]any{{"Mot"}}, "B", [][]any{{}, {"Titre"}, {"SIRET", "Nom", "Code postal"}, {"00200000800017", "Lilas", "94400"}}}, "B", "« A »"},
	} {
		t.Run(name, func(t *testing.T) {
			structures := mustStore(t)
			r := mustRun(t, newImporter(t, structures), RunOptions{}, book(t, c.sheets...))
			f := r.Files[0]
			notes := plainSpaces(strings.Join(f.Notes, " "))
			if (c.read == "") != (f.Refusal != "") || c.read != "" && f.Created != 1 {
				t.Fatalf("%s%q", r.Explain(), rejected(t, r))
			}
			if c.aside != "" && !strings.Contains(notes, "laissées de côté : "+c.aside) || c.read != "" && c.aside != "" && !strings.Contains(notes, "feuille « "+c.read+" »") {
				t.Errorf("notes %q", notes)
			}
			if c.read != "" && bySIRET(t, structures, "00200000800017").Value.Name != "Lilas" {
				t.Error("another sheet was read")
			}
		})
	}
}

// TestTallCells says that a value merged over several rows is but in the first.
func TestTallCells(t *testing.T) {
	rows := [][]any{{"SIRET", "Nom", "Adresse", ""}, {"", "", "Code postal", "Commune"}, {"00200000800017", "Lilas", "94400", "Vitry-sur-Seine"}, {"00300000700017", "Ressorts", "", ""}}
	for name, c := range map[string]struct {
		merged []string
		told   string
	}{
		"in the body":  {[]string{"C3:C4", "D3:D4"}, "C3:C4"},
		"in the head":  {[]string{"A1:A2", "B1:B2", "C1:D1"}, ""},
		"over columns": {[]string{"C4:D4"}, ""},
		"in both":      {[]string{"A1:A2", "D3:D4"}, "D3:D4"},
		"none":         {nil, ""},
	} {
		r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, workbook(t, "F", false, rows, c.merged...))
		notes := strings.Join(r.Files[0].Notes, " ")
		if told := strings.Contains(notes, "fusionnées sur plusieurs lignes"); told != (c.told != "") || !strings.Contains(notes, c.told) {
			t.Errorf("%s: %s", name, r.Explain())
		}
	}
}
