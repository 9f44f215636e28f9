package proof

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sourcier/internal/export"
	"sourcier/internal/structure"
)

// formulaAttacks begin a formula for one spreadsheet or another.
var formulaAttacks = []string{
	`=HYPERLINK("http://evil.example";"x")`, `+cmd|' /C calc'!A0`, `-2+3+cmd|' /C calc'!A0`, `@SUM(1+1)`, `=DDE("cmd";"/C calc";"x")`,
	`＝1+1`, `＋1+1`, `－1+1`, `＠SUM(1)`, `"=1+1`, `'=1+1`, "\u00a0=1+1", "\u200b=1+1", "\t=1+1", "x;=1+1", "x,=1+1", "x\n=1+1", "x\t@SUM(1)",
}

// hostileFile is an import of which every text is an attack.
func hostileFile(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.Comma = ';'
	rows := [][]string{{"siret", "nom", "enseigne", "type", "taille", "secteurs", "description", "adresse", "code_postal", "commune", "code_insee", "telephone", "courriel", "site_web", "labels", "references"}}
	for i, a := range formulaAttacks {
		rows = append(rows, []string{fictionalSIRET(i), a, a, "EI", "PME", "nettoyage-locaux", a, a, "94400", a, "94081", a, a, a, a, a})
	}
	if err := out.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "hostile.csv")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestExportInert imports structures whose every text is a formula, and reads both
// exports back.
func TestExportInert(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, data, "import", hostileFile(t))
	root := "http://" + serveBinary(t, data)
	waitPage(t, root+"/structures", time.Now())
	ids := make([]string, 0, len(export.Columns))
	for _, c := range export.Columns {
		ids = append(ids, c.ID)
	}
	question := "?colonnes=" + strings.Join(ids, ",")
	cells := inertCSV(t, fetch(t, root+"/structures.csv"+question)) + inertXLSX(t, fetch(t, root+"/structures.xlsx"+question))
	figure(t, "%d cells inert, %d structures of formulas in both exports", cells, len(formulaAttacks))
}

func fetch(t *testing.T, url string) []byte {
	t.Helper()
	status, body, err := get(t, url)
	if err != nil || status != http.StatusOK {
		t.Fatalf("%s: %d, %v", url, status, err)
	}
	return body
}

// inertCSV counts the cells of a CSV, none of which begins a formula.
func inertCSV(t *testing.T, body []byte) (cells int) {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\uFEFF"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 1+len(formulaAttacks) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	attacked := 0
	for _, row := range rows {
		for i, cell := range row {
			cells++
			if strings.HasPrefix(cell, "'") {
				attacked++
				continue
			}
			for _, part := range append(strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",;\t\n\r", r) }), cell) {
				if bare := strings.TrimLeft(part, "\"\u00a0\u200b\uFEFF"); bare != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(bare)[0]) {
					t.Errorf("%s: %q", rows[0][i], cell)
				}
			}
		}
	}
	if attacked < 4*len(formulaAttacks) { // name, sign, description, address at least
		t.Errorf("only %d cells were attacks: the proof proves little", attacked)
	}
	return cells
}

// inertXLSX counts the cells of a workbook: texts are inline strings, and the only
// numbers are days and distances.
func inertXLSX(t *testing.T, body []byte) (cells int) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"} {
		f, err := archive.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		texts := 0
		for d := xml.NewDecoder(f); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			switch start.Name.Local {
			case "f":
				t.Errorf("%s holds a formula", name)
			case "c":
				cells++
				texts += inlineText(t, start)
			}
		}
		if texts == 0 {
			t.Errorf("%s holds no text", name)
		}
	}
	return cells
}

// inlineText is 1 for a cell that is a text, 0 for a number or nothing.
func inlineText(t *testing.T, c xml.StartElement) int {
	t.Helper()
	for _, a := range c.Attr {
		if a.Name.Local != "t" {
			continue
		}
		if a.Value == "inlineStr" {
			return 1
		}
		if a.Value != "n" {
			t.Errorf("cell of type %q", a.Value)
		}
	}
	return 0
}

// fictionalSIRET gives numbers that no register will: no SIREN begins with so many zeros.
func fictionalSIRET(i int) string {
	return structure.WithLuhnKey(structure.WithLuhnKey(fmt.Sprintf("0000%04d", 1000+i)) + "0001")
}
