package intake

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"sourcier/internal/territory"
)

func TestWrongFormat(t *testing.T) {
	for _, c := range []struct {
		file string
		want Format
		says string
	}{
		{"generic.csv", Sirene, "tableau au format de Sourcier (--format generic"},
		{"StockEtablissement.csv", Generic, "StockEtablissement) (--format sirene"},
		{"lemarche.json", Emplois, "Marché de l’inclusion (JSON) (--format lemarche"},
		{"emplois_open.json", LeMarche, "emplois de l’inclusion (JSON) (--format emplois"},
	} {
		r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{Format: c.want}, fixture(t, c.file))
		if f := r.Files[0]; f.Cause != WrongFormat || !strings.Contains(plainSpaces(f.Refusal), c.says) || r.Total().Read != 0 {
			t.Errorf("%s as %s: %+v", c.file, c.want, f)
		}
	}
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{Format: Sirene}, write(t, "x.csv", "foo;bar\n"))
	if f := r.Files[0]; f.Cause != WrongFormat || !strings.Contains(f.Refusal, "foo") {
		t.Errorf("unknown content as sirene: %+v", f)
	}
	r = mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "ess.csv", "SIREN,Nom ou raison sociale de l'entreprise,Libellé de la commune de l'établissement,Code du département de l'établissement,Région de l'établissement\n"))
	if f := r.Files[0]; f.Cause != UnknownFormat || strings.Contains(f.Layout, "Sirene") {
		t.Errorf("a list of the ESS is no file of Sirene: %+v", f)
	}
	r = mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.csv", "foo;"+strings.Repeat("é", 5000)+"\n"))
	if f := r.Files[0]; len(f.Refusal) > 1000 {
		t.Errorf("a refusal of %d bytes: %s", len(f.Refusal), f.Refusal)
	}
	if r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{Format: Generic}, fixture(t, "generic.csv")); r.Refused() {
		t.Errorf("%s", r.Explain())
	}
}

func TestParseFormat(t *testing.T) {
	for in, want := range map[string]Format{"": Auto, "auto": Auto, " SIRENE ": Sirene, "lemarche": LeMarche, "finess": FINESS, "rechercheentreprises": RechercheEntreprises} {
		if got, err := ParseFormat(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	if _, err := ParseFormat("excel"); err == nil || !strings.Contains(err.Error(), "generic, sirene") {
		t.Errorf("error %v", err)
	}
}

// TestArchive reads the members that are of a known format.
func TestArchive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stock.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for _, name := range []string{"StockEtablissement.csv", "StockUniteLegale.csv"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		m, err := w.Create("dossier/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	m, err := w.Create("LISEZMOI.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(m, "Bonjour.\n"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, path)
	if r.Refused() || r.Total().Created != 5 || len(r.Files) != 3 || r.Files[2].Aside == "" {
		t.Errorf("%s", r.Explain())
	}
}

// TestOthersGoOn refuses what cannot be read and reads the rest.
func TestOthersGoOn(t *testing.T) {
	same := fixture(t, "generic.csv")
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, "absent.csv", write(t, "empty.csv", ""), write(t, "video.csv", "\x00\x00\x00\x18ftyp"),
		write(t, "broken.json", `[{"siret":"00200003200017","kind":"EI","kind_parent":"x","name":"Lue"},{"siret"`), same, same)
	var causes []Cause
	for _, f := range r.Files {
		causes = append(causes, f.Cause)
	}
	equal(t, causes, []Cause{"unreadable", "empty", "foreign", "damaged", "", ""})
	if r.Files[3].Created != 1 || r.Files[4].Created != 3 || !strings.Contains(r.Files[5].Notes[0], "lu une seule fois") || !r.Refused() {
		t.Errorf("%s", r.Explain())
	}
}

// TestWorkbookImport reads our format from a workbook.
func TestWorkbookImport(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]any{
		"A1": "SIRET", "B1": "Nom", "C1": "Code postal", "D1": "Commune", "E1": "Effectif",
		"A2": 200000800017, "B2": "Sans zéros", "C2": 1000, "D2": "Bourg-en-Bresse", "E2": 12,
		"A3": "00200001600010", "B3": "Texte", "C3": "94400", "D3": "Vitry-sur-Seine",
		"A4": 8.07469e13, "B4": "Perdue",
		"A5": "00200002400014",
	} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet1", "B5", `"For"&"mule"`); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, path)
	told := rejected(t, r)
	if r.Total().Created != 2 || len(told) != 2 || told[0][1] != "4" || told[1][2] != "B5" || !strings.HasPrefix(told[1][3], "'=") {
		t.Errorf("%s%q", r.Explain(), told)
	}
	if s := bySIRET(t, structures, "00200000800017").Value; s.Address.Commune != "01053" || s.Workforce != "11" {
		t.Errorf("stored %+v", s)
	}
}

// TestTerritoryOfOthers limits every format when asked to.
func TestTerritoryOfOthers(t *testing.T) {
	text := "siret;nom;code_insee\n00200000800017;Vitry;94081\n00200001600010;Marseille;13055\n00200002400014;Nulle part;\n"
	for value, want := range map[string]Counts{
		"94081": {Read: 3, Created: 1, Rejected: 1, Skipped: map[Skip]int64{SkipOutside: 1}},
		"FR":    {Read: 3, Created: 3},
	} {
		opts := RunOptions{Territory: []territory.Territory{mustResolve(t, value)}}
		r := mustRun(t, newImporter(t, mustStore(t)), opts, write(t, "x.csv", text))
		equal(t, r.Files[0].Counts, want)
	}
	// A line without a place speaks of a structure whose place is known.
	structures := mustStore(t)
	imp := newImporter(t, structures)
	mustRun(t, imp, RunOptions{}, write(t, "x.csv", text))
	opts := RunOptions{Territory: []territory.Territory{mustResolve(t, "94081")}}
	r := mustRun(t, imp, opts, write(t, "y.csv", "siret;telephone\n00200000800017;0199000001\n00200001600010;0199000002\n"))
	equal(t, r.Files[0].Counts, Counts{Read: 2, Updated: 1, Skipped: map[Skip]int64{SkipOutside: 1}})
}
