package intake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

// TestMarcheNeed gives what is certain of a shifted line and says what it leaves.
func TestMarcheNeed(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "lemarche_need.csv"))
	equal(t, r.Files[0].Counts, Counts{Read: 7, Created: 6, Rejected: 1, Ignored: 3})
	s := bySIRET(t, structures, "00300003100017").Value
	if s.Contact.Email != "quai@example.org" || s.Contact.Phone != "01 99 00 00 09" || len(s.References) != 2 || s.Workforce != "12" || s.Labels[0].Code != "qualiopi" {
		t.Errorf("a line in order: %+v", s)
	}
	equal(t, s.KindsInForce("2026-11-23"), []structure.Kind{structure.ACI})
	s = bySIRET(t, structures, "00300003100058").Value
	if s.Contact != (structure.Contact{}) {
		t.Errorf("the contact of a person: %+v", s.Contact)
	}
	s = bySIRET(t, structures, "00300004900019").Value
	if s.Address.PostalCode != "94200" || len(s.References) > 0 || len(s.Labels) > 0 || s.Workforce != "" || s.Contact != (structure.Contact{}) {
		t.Errorf("shifted behind the postal code: %+v", s)
	}
	s = bySIRET(t, structures, "00300004900027").Value
	if s.Name != "DÉCALÉE DANS L'ADRESSE" || s.Address != (structure.Address{}) {
		t.Errorf("shifted in the address: %+v", s.Address)
	}
	if s = bySIRET(t, structures, "00300004900035").Value; len(s.References) > 0 {
		t.Errorf("without proof: %+v", s.References)
	}
	if s = bySIRET(t, structures, "00300004900043").Value; len(s.References) != 1 || s.Contact.Email != "question@example.org" {
		t.Errorf("shifted among the questions only: %+v", s)
	}
	told := rejected(t, r)
	if len(told) != 4 || told[0][1] != "4" || told[0][2] != "E-mail" || !strings.Contains(plainSpaces(told[0][4]), "rien n’est lu après « Code Postal »") || !strings.Contains(told[0][4], "Références client") {
		t.Errorf("rejects %q", told)
	}
}

// TestWeakAnchor takes no yes for the proof of a place: it may be an answer that
// has moved there.
func TestWeakAnchor(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", "Raison sociale,Siret,Type de structure,Code Postal,Références client,E-mail,Téléphone,Fournisseur local,Livrez-vous ?\n"+
		"X,00300003100017,EI,94400,Client douteux,,,Oui,\nY,00300003100025,EI,94400,Client sûr,,01 99 00 00 09,Oui,Non\n"))
	doubtful, sure := bySIRET(t, structures, "00300003100017").Value, bySIRET(t, structures, "00300003100025").Value
	if len(doubtful.References) != 0 || len(sure.References) != 1 || r.Total().Ignored != 1 {
		t.Errorf("%v, %v\n%s", doubtful.References, sure.References, r.Explain())
	}
}

// TestMarcheNeedWorkbook reads the same from a sheet, where a short row is not
// seen but by its content.
func TestMarcheNeedWorkbook(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "lemarche_need.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]any
	for line := range strings.Lines(strings.Replace(string(text), `"Ville fictive, Bailleur fictif"`, "Ville fictive; Bailleur fictif", 1)) {
		var row []any
		for v := range strings.SplitSeq(strings.TrimSpace(line), ",") {
			row = append(row, v)
		}
		rows = append(rows, row)
	}
	want, got := mustStore(t), mustStore(t)
	mustRun(t, newImporter(t, want), RunOptions{}, fixture(t, "lemarche_need.csv"))
	r := mustRun(t, newImporter(t, got), RunOptions{}, workbook(t, "Structures", false, rows))
	equal(t, r.Files[0].Counts, Counts{Read: 7, Created: 6, Rejected: 1, Ignored: 3})
	for id, w := range content(t, want) {
		g := content(t, got)[id].Value
		if g.Name != w.Value.Name || g.Contact != w.Value.Contact || g.Address != w.Value.Address || len(g.References) != len(w.Value.References) {
			t.Errorf("from the sheet %+v, from the table %+v", g, w.Value)
		}
	}
}

func TestAnchors(t *testing.T) {
	for v, want := range map[string][3]bool{ // e-mail, phone, postal code
		"a@example.org":      {true, false, false},
		"Nom <a@b.org>":      {false, false, false},
		"01 99 00 00 09":     {false, true, false},
		"+33 (0)4 99 00 11":  {false, true, false},
		"199000009":          {false, true, false},
		"94200":              {false, false, true},
		"1200":               {false, false, true},
		"120000":             {false, false, false},
		"10 tonnes":          {false, false, false},
		"Oui":                {false, false, false},
		"01 99 00 00 09 bis": {false, false, false},
	} {
		if got := [3]bool{isEmail(v), isPhone(v), isPostalCode(v)}; got != want {
			t.Errorf("%q: %v, want %v", v, got, want)
		}
	}
}
