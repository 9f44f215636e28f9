package intake

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// codesOf reads the codes of a generated list of the portal.
func codesOf(tb testing.TB, path string) (codes []string) {
	tb.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if code, _, ok := strings.Cut(line, "\t"); ok && !strings.HasPrefix(line, "#") {
			codes = append(codes, code)
		}
	}
	return codes
}

// TestNomenclatureFiles says of each official list that it is there already.
func TestNomenclatureFiles(t *testing.T) {
	cpv, naf := codesOf(t, "../taxonomy/data/cpv.tsv")[:80], codesOf(t, "../taxonomy/data/naf.tsv")[:80]
	later, quarters := codesOf(t, "../taxonomy/data/naf2025.tsv")[:80], codesOf(t, "../territory/data/qpv.tsv")[:80]
	table := func(head string, codes []string) string {
		return head + "\n" + strings.Join(codes, ";Libellé\n") + ";Libellé\n"
	}
	communes := ""
	for i := range 90 {
		communes += fmt.Sprintf("010%02d;01;x\n", i)
	}
	many := strings.Repeat(strings.Join(naf, ";x\n")+";x\n", 2)
	for name, c := range map[string]struct{ content, layout, says string }{
		"CPV":              {table("CODE;FR", cpv), "CPV", "pas nécessaire"},
		"NAF":              {table("Code;Libellé", naf), "rév", "déjà"},
		"NAF 2025":         {table("code;libelle", later), "2025", "déjà"},
		"quarters":         {table("code_qp;lib_qp", quarters), "QPV", "contours"},
		"communes":         {"COM;DEP;LIBELLE\n" + communes, "communes", "déjà"},
		"too few":          {table("Code;Libellé", naf[:40]), "", "aucun format reconnu"},
		"companies' codes": {"APE;Raison\n" + many, "", "aucun format reconnu"},
	} {
		t.Run(name, func(t *testing.T) {
			r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.csv", c.content))
			f := r.Files[0]
			if want := f.Cause == NotRead; !strings.Contains(f.Layout, c.layout) || !strings.Contains(f.Refusal, c.says) || want != (c.layout != "") {
				t.Errorf("%+v", f)
			}
		})
	}
	book := excelize.NewFile()
	_ = book.SetSheetRow("Sheet1", "A1", &[]any{"CODE", "EN", "FR"})
	for i, code := range cpv {
		_ = book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &[]any{code, "x", "y"})
	}
	path := t.TempDir() + "/cpv.xlsx"
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	if f := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, path).Files[0]; f.Cause != NotRead || !strings.Contains(f.Layout, "CPV") {
		t.Errorf("a workbook: %+v", f)
	}
}
