package input

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// mustRepack writes a workbook of one row with some of its parts replaced or added.
func mustRepack(tb testing.TB, parts map[string]func(io.Writer)) string {
	tb.Helper()
	book := excelize.NewFile()
	set(tb, book, "Sheet1", "A1", "siret")
	var b, out bytes.Buffer
	if err := book.Write(&b); err != nil {
		tb.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		tb.Fatal(err)
	}
	w := zip.NewWriter(&out)
	for _, m := range r.File {
		if parts[m.Name] == nil {
			if err := w.Copy(m); err != nil {
				tb.Fatal(err)
			}
		}
	}
	for name, write := range parts {
		m, err := w.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		write(m)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return mustWrite(tb, "x.xlsx", out.Bytes())
}

const sheet1 = "xl/worksheets/sheet1.xml"

// sheetOf writes a sheet: text, then a piece n times, then the rest.
func sheetOf(before, piece string, n int, after string) func(io.Writer) {
	return func(w io.Writer) {
		many := strings.Repeat(piece, 1000)
		_, _ = io.WriteString(w, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+before)
		for ; n > 1000; n -= 1000 {
			_, _ = io.WriteString(w, many)
		}
		_, _ = io.WriteString(w, strings.Repeat(piece, n)+after+`</sheetData></worksheet>`)
	}
}

// TestWorkbookBombs refuses what takes far more memory than its size, and takes
// next to none to find it.
func TestWorkbookBombs(t *testing.T) {
	const cell = `<c r="A1" t="inlineStr"><is><t>`
	long := strings.Repeat("x", maxCell-200)
	for name, parts := range map[string]map[string]func(io.Writer){
		"one cell of spaces":      {sheet1: sheetOf(`<row r="1">`+cell, "          ", 5_000_000, `</t></is></c></row>`)},
		"a cell of many runs":     {sheet1: sheetOf(`<row r="1">`+cell+"x</t>", "<r><t>xxxxxxxxx</t></r>", 100_000, `</is></c></row>`)},
		"raw text":                {sheet1: sheetOf(`<row r="1">`+cell+"<![CDATA[", "</c><a>", 300_000, `]]></t></is></c></row>`)},
		"an attribute":            {sheet1: sheetOf(`<row r="1"><c r="`, "A", 2_000_000, `"></c></row>`)},
		"a row of cells":          {sheet1: sheetOf(`<row r="1">`, "<c/>", 1_000_000, `</row>`)},
		"a row of large cells":    {sheet1: sheetOf(`<row r="1">`, cell+strings.Repeat("x", 10_000)+"</t></is></c>", 3000, `</row>`)},
		"a prefix":                {sheet1: sheetOf(`<x:row r="1">`, "<x:c/>", 100_000, `</x:row>`)},
		"repetition":              {sheet1: sheetOf("", `<row><c t="s"><v>0</v></c></row>`, 2_000_000, "")},
		"a part beside":           {"xl/media/image1.png": sheetOf("\x00", "0123456789", 14_000_000, "")},
		"styles":                  {"xl/theme/theme2.xml": sheetOf("", "<xf/>", 10_000_000, "")},
		"a text in every cell":    {sheet1: sheetOf(`<row r="1">`, `<c t="s"><v>0</v></c>`, 1000, `</row>`), "xl/sharedStrings.xml": sheetOf("<sst><si><t>"+long, "", 0, `</t></si></sst>`)},
		"a shared text of spaces": {"xl/sharedStrings.xml": sheetOf("<sst><si><t>", "          ", 1_000_000, `</t></si></sst>`)},
	} {
		t.Run(name, func(t *testing.T) {
			path := mustRepack(t, parts)
			part := mustPart(t, path)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			w, err := NewWorkbook(t.Context(), part)
			runtime.ReadMemStats(&after)
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Cause != TooLarge {
				t.Fatalf("error %v", err)
			}
			if w != nil {
				t.Error("the workbook is open")
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 20<<20 {
				t.Errorf("%d MB taken to refuse it", took>>20)
			}
		})
	}
}

// TestWeighed reads what real workbooks have: many cells, long cells, raw text,
// thousands of merged ranges, rows without an end.
func TestWeighed(t *testing.T) {
	for name, write := range map[string]func(io.Writer){
		"a long cell":   sheetOf(`<row r="1"><c r="A1" t="inlineStr"><is><t>`, "é", 32767, `</t></is></c></row>`),
		"empty rows":    sheetOf(`<row r="1"><c r="A1"><v>1</v></c></row>`, `<row/>`, 100_000, ""),
		"empty cells":   sheetOf(`<row r="1"><c r="A1"><v>1</v></c>`, `<c s="3"/>`, maxCells-1, `</row>`),
		"many cells":    sheetOf("", `<row><c><v>80746931700018</v></c><c/><c><v>12</v></c></row>`, 50_000, ""),
		"raw text":      sheetOf(`<row r="1"><c r="A1" t="str"><v><![CDATA[a > b]]></v></c></row>`, "", 0, ""),
		"much behind":   sheetOf(`<row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>`, `<mergeCell ref="A2:B2"/>`, 100_000, `</mergeCells><sheetData>`),
		"tag of quotes": sheetOf(`<row r="1" a="<"><c r="A1"><v>1</v></c></row>`, "", 0, ""),
	} {
		t.Run(name, func(t *testing.T) {
			part := mustPart(t, mustRepack(t, map[string]func(io.Writer){sheet1: write}))
			if _, err := part.File.weigh(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPartsBeside lets pictures be what they are.
func TestPartsBeside(t *testing.T) {
	part := mustPart(t, mustRepack(t, map[string]func(io.Writer){
		"xl/media/image1.svg": sheetOf(`<svg><image href="`, "AAAA", 1_000_000, `"/></svg>`),
		"xl/media/image2.emf": sheetOf("\x01\x00", "AAAA", 1_000_000, ""),
	}))
	w, err := NewWorkbook(t.Context(), part)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// FuzzMarkup scans any bytes: where XML can be read of them, no more cells and no
// more merged ranges are found than it has, unless it is refused.
func FuzzMarkup(f *testing.F) {
	for _, seed := range []string{
		`<row><c t="s"><v>0</v></c><c/></row><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`,
		`<x:row a=">"><x:c><![CDATA[</c>]]></x:c></x:row>`, `<!-- <c> --><si><t>a</t></si>`, `<c t=`, `</`, `<![CDATA[`, `<c ref="`, "<c\nt='s'>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := bookScan{src: bufio.NewReaderSize(strings.NewReader(text), 16)}
		err := s.run()
		var refusal *Error
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("error %v of type %T", err, err)
		}
		if s.cells > strings.Count(text, "c") || len(s.merged) > strings.Count(text, "mergeCell") {
			t.Errorf("%d cells, %d ranges in %q", s.cells, len(s.merged), text)
		}
	})
}
