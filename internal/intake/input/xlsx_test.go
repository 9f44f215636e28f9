package input

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// mustWorkbook builds a workbook; change edits it before it is saved.
func mustWorkbook(tb testing.TB, change func(*excelize.File)) string {
	tb.Helper()
	f := excelize.NewFile()
	change(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return mustWrite(tb, "x.csv", b.Bytes())
}

func set(tb testing.TB, f *excelize.File, sheet, cell string, value any) {
	tb.Helper()
	if err := f.SetCellValue(sheet, cell, value); err != nil {
		tb.Fatal(err)
	}
}

func mustPart(tb testing.TB, path string) *Part {
	tb.Helper()
	f, err := Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	parts, err := f.Parts()
	if err != nil || len(parts) != 1 || parts[0].Shape != Sheet {
		tb.Fatalf("parts %v, %v", parts, err)
	}
	return parts[0]
}

func sheetRows(tb testing.TB, path string) (rows []string, broken []*RowError) {
	tb.Helper()
	w, err := NewWorkbook(tb.Context(), mustPart(tb, path))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	for header := true; ; header = false {
		row, err := w.Next()
		var bad *RowError
		switch {
		case errors.Is(err, io.EOF):
			return rows, broken
		case errors.As(err, &bad):
			broken = append(broken, bad)
			continue
		case err != nil:
			tb.Fatal(err)
		}
		if header {
			w.Expect(len(row.Fields))
		}
		rows = append(rows, string(bytes.Join(row.Fields, []byte("|"))))
	}
}

func TestWorkbook(t *testing.T) {
	path := mustWorkbook(t, func(f *excelize.File) {
		if _, err := f.NewSheet("Données"); err != nil { // the first sheet stays empty
			t.Fatal(err)
		}
		for cell, v := range map[string]any{
			"A1": "siret", "B1": "nom", "C1": "note",
			"A2": 80746931700018, "B2": "Été", "C2": true,
			"A4": "00200000800017", "B4": "après une ligne vide",
			"A5": "x", "D5": "au-delà",
		} {
			set(t, f, "Données", cell, v)
		}
	})
	rows, broken := sheetRows(t, path)
	want := []string{"siret|nom|note", "80746931700018|Été|1", "00200000800017|après une ligne vide|"}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("rows %q", rows)
	}
	if len(broken) != 1 || broken[0].Line != 5 || broken[0].Value != "au-delà" {
		t.Errorf("broken rows %v", broken)
	}
}

// TestCellsApart keeps a row beside which a note stands apart, and tells of it.
func TestCellsApart(t *testing.T) {
	w, err := NewWorkbook(t.Context(), mustPart(t, mustWorkbook(t, func(f *excelize.File) {
		for cell, v := range map[string]any{"A1": "siret", "B1": "nom", "A2": "1", "B2": "Un", "D2": "voir avec Paul", "F2": "oui", "A3": "2", "B3": "Deux"} {
			set(t, f, "Sheet1", cell, v)
		}
	})))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	var got []string
	for range 3 {
		row, err := w.Next()
		if err != nil {
			t.Fatal(err)
		}
		w.Expect(2)
		got = append(got, string(bytes.Join(row.Fields, []byte("|")))+" / "+row.BeyondCell+" "+row.Beyond)
	}
	if want := []string{"siret|nom /  ", "1|Un / D2 voir avec Paul", "2|Deux /  "}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFormulas(t *testing.T) {
	path := mustWorkbook(t, func(f *excelize.File) {
		set(t, f, "Sheet1", "A1", "siret")
		set(t, f, "Sheet1", "B1", "nom")
		set(t, f, "Sheet1", "A2", "1")
		set(t, f, "Sheet1", "B2", 42)
		if err := f.SetCellFormula("Sheet1", "B2", `A2&"x"`); err != nil { // the value set before stays as the computed one
			t.Fatal(err)
		}
		set(t, f, "Sheet1", "A3", "2")
		if err := f.SetCellFormula("Sheet1", "B3", `A3&"x"`); err != nil {
			t.Fatal(err)
		}
		set(t, f, "Sheet1", "A4", "3")
	})
	rows, broken := sheetRows(t, path)
	if want := []string{"siret|nom", "1|42", "3|"}; !reflect.DeepEqual(rows, want) {
		t.Errorf("rows %q, want %q", rows, want)
	}
	if len(broken) != 1 || broken[0].Cell != "B3" || !strings.HasPrefix(broken[0].Value, "=") {
		t.Errorf("broken rows %v", broken)
	}
}

func TestPlainNumber(t *testing.T) {
	for in, want := range map[string]string{
		"8.0746931700018E13":  "80746931700018",
		"8.0746931700018E+13": "80746931700018",
		"8.07469E+13":         "8.07469E+13", // digits are lost
		"8,07469E+13":         "8,07469E+13",
		"12":                  "12",
		"1.5":                 "1.5",
	} {
		if got := plainNumber(in); got != want {
			t.Errorf("plainNumber(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEmptyWorkbook(t *testing.T) {
	f, err := Open(mustWorkbook(t, func(*excelize.File) {}))
	if err != nil {
		t.Fatal(err)
	}
	parts, err := f.Parts()
	if err != nil {
		t.Fatal(err)
	}
	_, err = NewWorkbook(t.Context(), parts[0])
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Cause != Empty {
		t.Errorf("error %v", err)
	}
}

// FuzzWorkbook changes bytes of a valid workbook.
func FuzzWorkbook(f *testing.F) {
	var b bytes.Buffer
	book := excelize.NewFile()
	set(f, book, "Sheet1", "A1", "siret")
	set(f, book, "Sheet1", "A2", 12)
	if err := book.Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(100, byte(0))
	f.Add(b.Len()-30, byte('x'))
	f.Fuzz(func(t *testing.T, at int, value byte) {
		content := bytes.Clone(b.Bytes())
		if at < 0 || at >= len(content) {
			t.Skip()
		}
		content[at] = value
		file, err := Open(mustWrite(t, "x.xlsx", content))
		if err != nil {
			t.Fatal(err)
		}
		parts, err := file.Parts()
		if err != nil || parts[0].Shape != Sheet {
			return
		}
		w, err := NewWorkbook(t.Context(), parts[0])
		if err != nil {
			return
		}
		defer func() { _ = w.Close() }()
		for range 100 {
			var bad *RowError
			if _, err := w.Next(); err != nil && !errors.As(err, &bad) {
				return
			}
		}
		t.Error("a workbook of two rows does not end")
	})
}
