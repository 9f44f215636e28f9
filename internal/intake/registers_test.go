package intake

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"sourcier/internal/structure"
)

// agreements shows the agreements of a structure shortly.
func agreements(s structure.Structure) []string {
	var out []string
	for _, a := range s.Agreements {
		out = append(out, strings.TrimSpace(strings.Join([]string{string(a.Kind), a.Number, string(a.Start), string(a.End), string(a.AsOf)}, " ")))
	}
	return out
}

// TestNoPerson imports every file that names persons: nothing of them is kept,
// and the rejects do not repeat it.
func TestNoPerson(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, everyFile(t)...)
	text, err := json.Marshal(content(t, structures))
	if err != nil {
		t.Fatal(err)
	}
	told, err := os.ReadFile(r.Rejects)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"SECRET", "secret@", "nom@example", "decalee@"} {
		if strings.Contains(string(text), secret) || strings.Contains(string(told), secret) {
			t.Errorf("%q is kept", secret)
		}
	}
	if !strings.Contains(string(text), "quai@example.org") {
		t.Error("the address of a structure is not kept")
	}
}

func TestEA2(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "ea2.txt"))
	equal(t, r.Files[0].Counts, Counts{Read: 6, Created: 2, Updated: 1, Rejected: 2, Skipped: map[Skip]int64{SkipTwice: 1}})
	s := bySIRET(t, structures, "00300000700025").Value
	equal(t, agreements(s), []string{"EA 00000101   2026-11-03", "EATT 00000101   2026-11-03"})
	if s.Name != "Adaptée fictive" || s.Address.Street != "4 Rue DE LA MOTTE" || s.Address.City != "Choisy-le-Roi" || s.Contact.Email != "" {
		t.Errorf("stored %+v", s)
	}
	equal(t, agreements(bySIRET(t, structures, "00300000700033").Value), []string{"SEP 00000101   2026-11-03"})
}

// TestFrame refuses what the last line contradicts before anything is written,
// and tells that a last line is missing.
func TestFrame(t *testing.T) {
	ea, err := os.ReadFile(filepath.Join("testdata", "ea2.txt"))
	if err != nil {
		t.Fatal(err)
	}
	whole := string(ea)
	for name, c := range map[string]struct {
		text    string
		refusal string
		note    string
		created int64
	}{
		"whole":           {whole, "", "", 2},
		"without header":  {strings.Replace(whole, "|1|7|", "|1|6|", 1), "", "", 2},
		"one line less":   {strings.Replace(whole, "|1|7|", "|1|8|", 1), "annonce 8 lignes, le fichier en contient 6", "", 0},
		"one line more":   {strings.Replace(whole, "|1|7|", "|1|5|", 1), "annonce 5 lignes", "", 0},
		"no number":       {strings.Replace(whole, "|1|7|", "|x|", 1), "ne donne pas le nombre de lignes", "", 0},
		"no last line":    {whole[:strings.Index(whole, "Z|ASP")], "", "peut-être coupé", 2},
		"no first line":   {whole[strings.Index(whole, "\n")+1:], "première ligne devrait commencer par « L|ASP|EA| »", "", 0},
		"blank lines too": {strings.ReplaceAll(whole, "\n", "\r\n\r\n"), "", "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			structures := mustStore(t)
			f := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "ea2.txt", c.text)).Files[0]
			if !strings.Contains(plainSpaces(f.Refusal), c.refusal) || (f.Refusal == "") != (c.refusal == "") || f.Created != c.created {
				t.Errorf("refusal %q, %d created", f.Refusal, f.Created)
			}
			if c.refusal != "" && (f.Cause != Incomplete || len(content(t, structures)) > 0) {
				t.Errorf("cause %s, %d structures", f.Cause, len(content(t, structures)))
			}
			if notes := strings.Join(f.Notes, " "); !strings.Contains(notes, c.note) || (notes == "") != (c.note == "") {
				t.Errorf("notes %q", notes)
			}
		})
	}
}

func TestGEIQ(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "geiq.json"))
	equal(t, r.Files[0].Counts, Counts{Read: 7, Created: 2, Rejected: 2, Skipped: map[Skip]int64{SkipBranch: 3}})
	head, branch := bySIRET(t, structures, "00300001500028").Value, bySIRET(t, structures, "00300001500036").Value
	if head.Name != "GEIQ FICTIF 94" || head.TradeName != "" || head.Address.Commune != "94081" {
		t.Errorf("head %+v", head)
	}
	if branch.Name != "GEIQ FICTIF 94" || branch.TradeName != "Antenne de Créteil" || branch.Address.Commune != "94028" {
		t.Errorf("branch %+v", branch)
	}
	equal(t, branch.KindsInForce("2026-11-23"), []structure.Kind{structure.GEIQ})
}

func TestGesat(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "gesat.csv"), fixture(t, "esat.csv"), fixture(t, "hosmoz.csv"))
	for i, want := range []Counts{
		{Read: 2, Created: 1, Rejected: 1, Ignored: 1},
		{Read: 3, Created: 2, Rejected: 1, Ignored: 1, Repaired: map[Repair]int64{RepairZero: 1}},
		{Read: 2, Created: 1, Rejected: 1, Ignored: 1},
	} {
		equal(t, r.Files[i].Counts, want)
	}
	s := bySIRET(t, structures, "00300002300022").Value
	if a := s.Activities[0]; len(a.Sectors) != 2 || a.Derived || a.Offer != "Espaces verts et blanchisserie" || s.Address.Complement != "BP 4" {
		t.Errorf("stored %+v", s)
	}
	equal(t, agreements(s), []string{"ESAT    2026-09-15"})
	s = bySIRET(t, structures, "00300002300030").Value
	if a := s.Activities[0]; len(a.Sectors) != 1 || a.Offer != "Blanchisserie, Confiture de lait" || s.Contact.Phone != "0199000006" || s.Workforce != "" {
		t.Errorf("stored %+v", s)
	}
	s = bySIRET(t, structures, "00300002300048").Value
	if k := s.KindsInForce("2026-11-23"); len(k) != 1 || k[0] != structure.EA || len(s.Activities) != 0 || s.Contact.Email != "" {
		t.Errorf("#N/D is read as something: %+v", s)
	}
	if s = bySIRET(t, structures, "00300003100025").Value; s.Contact.Website != "https://pont.example.org" || s.Activities[0].Offer != "Conditionnement" {
		t.Errorf("stored %+v", s)
	}
}

// TestListsOfUnits carries what lists say of a SIREN to all its establishments, given
// before or after them in one run, and makes none.
func TestListsOfUnits(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	known := write(t, "x.csv", "siret;nom;code_insee\n00300000700017;Siège;94081\n00300000700025;Atelier;13055\n00300001500010;Autre;94081\n")
	r := mustRun(t, imp, RunOptions{}, fixture(t, "ess_france.csv"), fixture(t, "esus.csv"), known)
	equal(t, r.Files[0].Counts, Counts{Read: 6, Joined: 2, Rejected: 2, Skipped: map[Skip]int64{SkipToCome: 2}, Repaired: map[Repair]int64{RepairZero: 2}})
	equal(t, r.Files[1].Counts, Counts{Read: 4, Joined: 2, Ignored: 1, Skipped: map[Skip]int64{SkipToCome: 2}, Repaired: map[Repair]int64{RepairZero: 1}})
	for _, siret := range []string{"00300000700017", "00300000700025"} {
		s := bySIRET(t, structures, siret).Value
		if s.ESS != structure.ASSO || !s.ESUS || s.Origins[structure.FieldESS].Source != structure.SourceESSFrance {
			t.Errorf("stored %+v", s)
		}
		equal(t, plain(s.Labels), []structure.Label{{Code: "esus", Name: "Agrément ESUS", From: "2024-03-15", To: "2029-03-14"}})
	}
	over := bySIRET(t, structures, "00300001500010").Value
	if over.HasESUS("2026-11-23") || len(over.Labels) != 1 || over.Labels[0].InForce("2026-11-23") {
		t.Errorf("an agreement that is over: %+v", over)
	}
	if n := len(content(t, structures)); n != 3 {
		t.Errorf("%d structures", n)
	}
}

// plain leaves out of labels where they come from.
func plain(list []structure.Label) (out []structure.Label) {
	for _, l := range list {
		l.Source, l.AsOf, l.Seen = "", "", ""
		out = append(out, l)
	}
	return out
}

// workbook writes cells to a file whose time is fixed.
func workbook(tb testing.TB, sheet string, from1904 bool, rows [][]any, merged ...string) string {
	tb.Helper()
	f := excelize.NewFile()
	must := func(err error) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", sheet))
	must(f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}))
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		must(err)
		must(f.SetSheetRow(sheet, cell, &row))
	}
	for _, m := range merged {
		from, to, _ := strings.Cut(m, ":")
		must(f.MergeCell(sheet, from, to))
	}
	path := filepath.Join(tb.TempDir(), "x.xlsx")
	must(f.SaveAs(path))
	day := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	must(os.Chtimes(path, day, day))
	return path
}

// TestESUSWorkbook reads the list as the Trésor gives it: a title, an empty first
// column, a SIREN as a number, days as a spreadsheet counts them.
func TestESUSWorkbook(t *testing.T) {
	for from1904, serials := range map[bool][2]int{false: {45366, 47190}, true: {45366 - 1462, 47190 - 1462}} {
		structures := mustStore(t)
		path := workbook(t, "Liste", from1904, [][]any{
			{"Liste nationale des entreprises solidaires d’utilité sociale (ESUS)"},
			{},
			{"", "SIREN", "Dénomination", "Date de décision", "Fin de validité", "Durée"},
			{"", 3000007, "CHANTIER FICTIF", serials[0], serials[1], ""},
			{"", "003 000 015", "LES RESSORTS", "01/02/2025", "", "2 ans"},
			{"", "", "sans numéro"},
		})
		r := mustRun(t, newImporter(t, structures), RunOptions{}, path,
			write(t, "x.csv", "siret;nom\n00300000700017;Siège\n00300001500010;Autre\n"))
		if f := r.Files[0]; f.Format != ESUS || f.Read != 3 || f.Joined != 2 || f.Rejected != 1 {
			t.Fatalf("%s%q", r.Explain(), rejected(t, r))
		}
		s := bySIRET(t, structures, "00300000700017").Value
		equal(t, plain(s.Labels), []structure.Label{{Code: "esus", Name: "Agrément ESUS", From: "2024-03-15", To: "2029-03-13"}})
		s = bySIRET(t, structures, "00300001500010").Value
		equal(t, plain(s.Labels), []structure.Label{{Code: "esus", Name: "Agrément ESUS", From: "2025-02-01", To: "2027-01-31"}})
	}
}

// TestESUSIsNamed takes no list of SIREN for that of the ESUS, unless told so.
func TestESUSIsNamed(t *testing.T) {
	path := write(t, "x.csv", "nom,numero_siren\nX,003 000 007\n")
	if f := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, path).Files[0]; f.Cause != UnknownFormat {
		t.Errorf("%+v", f)
	}
	for _, path := range []string{path, write(t, "y.csv", "numero_siren\n003 000 007\n")} {
		if f := mustRun(t, newImporter(t, mustStore(t)), RunOptions{Format: ESUS}, path).Files[0]; f.Refusal != "" || f.Skipped[SkipToCome] != 1 {
			t.Errorf("%+v", f)
		}
	}
}

// TestMergedHead reads the names under merged titles, and says what a merged cell
// hides among names.
func TestMergedHead(t *testing.T) {
	path := workbook(t, "Feuille", false, [][]any{{"Identité", "", "Lieu", ""}, {"SIRET", "Nom", "Code postal", "Commune"}, {"00300000700017", "X", "94400", "Vitry"}}, "A1:B1", "C1:D1")
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, path)
	if f := r.Files[0]; f.Created != 1 || f.Refusal != "" {
		t.Errorf("%+v", f)
	}
	path = workbook(t, "Feuille", false, [][]any{{"SIRET", "Nom", "", "Code postal", "Commune"}, {"00300000700017", "X", "perdu", "94400", "Vitry"}}, "B1:C1")
	r = mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, path)
	if f := r.Files[0]; f.Created != 1 || len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "B1:C1") {
		t.Errorf("%+v", f)
	}
	path = workbook(t, "Feuille", false, [][]any{{"SIRET", "Nom"}, {"00300000700017", "X"}, {"a", "b"}, {}, {}, {}, {}, {}, {}, {"c"}}, "A10:B10")
	if f := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, path).Files[0]; len(f.Notes) != 0 {
		t.Errorf("%+v", f)
	}
}
