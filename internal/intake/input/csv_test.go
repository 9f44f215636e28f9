package input

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// readAll reads a table whose first line is the header: the fields of each good
// row joined by "|", each broken one as "!line: reason".
func readAll(tb testing.TB, src io.Reader, comma byte) []string {
	tb.Helper()
	c := NewCSV(io.NopCloser(src), comma)
	var out []string
	for header := true; ; header = false {
		row, err := c.Next()
		var broken *RowError
		switch {
		case errors.Is(err, io.EOF):
			return out
		case errors.As(err, &broken):
			out = append(out, fmt.Sprintf("!%d: %s", broken.Line, broken.Text))
			continue
		case err != nil:
			tb.Fatal(err)
		}
		if header {
			c.Expect(len(row.Fields))
			continue
		}
		out = append(out, fmt.Sprintf("%d %s", row.Line, bytes.Join(row.Fields, []byte("|"))))
	}
}

func TestCSV(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"plain":                    {"a;b\n1;2\n3;4\n", []string{"2 1|2", "3 3|4"}},
		"no end of line":           {"a;b\n1;2", []string{"2 1|2"}},
		"windows ends of line":     {"a;b\r\n1;2\r\n", []string{"2 1|2"}},
		"quotes":                   {"a;b\n\"1;x\";\"say \"\"no\"\"\"\n", []string{`2 1;x|say "no"`}},
		"empty quotes":             {"a;b\n\"\";2\n", []string{"2 |2"}},
		"several lines":            {"a;b\n\"1\n2\";3\n4;5\n", []string{"2 1\n2|3", "4 4|5"}},
		"several lines, doubled":   {"a;b\n\"1 \"\"x\"\"\n\"\"2\";3\n4;5\n", []string{"2 1 \"x\"\n\"2|3", "4 4|5"}},
		"blank lines":              {"a;b\n\n1;2\n;\n  \n3;4\n", []string{"3 1|2", "6 3|4"}},
		"too few":                  {"a;b;c\n1;2\n3;4;5\n", []string{"!2: 2 valeurs pour 3 colonnes", "3 3|4|5"}},
		"too many":                 {"a;b\n1;2;3\n4;5\n", []string{"!2: 3 valeurs pour 2 colonnes", "3 4|5"}},
		"too many but empty":       {"a;b\n1;2;;\n", []string{"2 1|2"}},
		"stray quote at the start": {"a;b\n1;\"x\n3;4\n5;\"y\"\n", []string{`2 1|"x`, "3 3|4", "4 5|y"}},
		"quote inside":             {"a;b\nthe \"best\" one;2\n", []string{`2 the "best" one|2`}},
		"quote not doubled":        {"a;b\n\"the \"best\" one\";2\n3;4\n", []string{`2 "the "best" one"|2`, "3 3|4"}},
		"quote never closed": {"a;b;c\n\"1;2\n3;4;5\n",
			[]string{"!2: guillemet ouvert et jamais refermé", "3 3|4|5"}},
		"closed far below with a wrong count": {"a;b;c\n1;\"2\n3;4;5\n6;\"7\";8\n",
			[]string{"!2: guillemet au milieu d’une valeur\u202f: il doit être doublé", "3 3|4|5", "4 6|7|8"}},
		"windows-1252":               {"a;b\ncaf\xe9 \x80;b\xe9\n", []string{"2 café €|bé"}},
		"both encodings in one line": {"a;b\ncaf\xe9;café\n", []string{"2 café|café"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := readAll(t, strings.NewReader(c.text), ';'); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			slow := readAll(t, iotest.OneByteReader(strings.NewReader(c.text)), ';')
			if !reflect.DeepEqual(slow, c.want) {
				t.Errorf("byte by byte: got %q\nwant %q", slow, c.want)
			}
		})
	}
}

// TestLateAccent has its first byte that is not UTF-8 far into the file.
func TestLateAccent(t *testing.T) {
	text := "nom;ville\n" + strings.Repeat("atelier;Vitry\n", 50_000) + "entretien d\x92\xe9t\xe9;Orly\n"
	got := readAll(t, strings.NewReader(text), ';')
	if want := "50002 entretien d’été|Orly"; len(got) != 50_001 || got[50_000] != want {
		t.Errorf("%d rows, the last %q, want %q", len(got), got[len(got)-1], want)
	}
}

// TestStrayQuoteInALargeFile loses one line out of many, wherever it is.
func TestStrayQuoteInALargeFile(t *testing.T) {
	var b strings.Builder
	b.WriteString("a;b;c\n")
	for i := range 20_000 {
		if i%5_000 == 2_500 {
			b.WriteString("\"x;y\n")
			continue
		}
		fmt.Fprintf(&b, "%d;un texte un peu long pour remplir le tampon;z\n", i)
	}
	good, broken := 0, 0
	for _, r := range readAll(t, strings.NewReader(b.String()), ';') {
		if r[0] == '!' {
			broken++
		} else {
			good++
		}
	}
	if good != 19_996 || broken != 4 {
		t.Errorf("%d good and %d broken rows, want 19996 and 4", good, broken)
	}
}

func TestLongLine(t *testing.T) {
	text := "a;b\n1;2\n" + strings.Repeat("x", 3*maxLine) + "\n3;4\n"
	want := []string{"2 1|2", "!3: ligne de plus de 1\u202fMo", "4 3|4"}
	if got := readAll(t, strings.NewReader(text), ';'); !reflect.DeepEqual(got, want) {
		t.Errorf("got %.200q", got)
	}
}

// TestFieldsSurviveTheBuffer has records of several lines that cross the moves
// of the buffer.
func TestFieldsSurviveTheBuffer(t *testing.T) {
	var b strings.Builder
	b.WriteString("a;b;c\n")
	long := strings.Repeat("longue description ", 3_000)
	for i := range 40 {
		fmt.Fprintf(&b, "début %d;\"%s\n\"\"%d\"\"\n\";\"fin %d\"\n", i, long, i, i)
	}
	got := readAll(t, strings.NewReader(b.String()), ';')
	if len(got) != 40 {
		t.Fatalf("%d rows", len(got))
	}
	for i, r := range got {
		if want := fmt.Sprintf("%d début %d|%s\n\"%d\"\n|fin %d", 2+3*i, i, long, i, i); r != want {
			t.Fatalf("row %d: %.60q … %.40q", i, r, r[len(r)-40:])
		}
	}
}

// TestReadFailure gives the rows before a failing disk, then the failure.
func TestReadFailure(t *testing.T) {
	c := NewCSV(io.NopCloser(io.MultiReader(strings.NewReader("1;2\n3;"), iotest.ErrReader(io.ErrUnexpectedEOF))), ';')
	if row, err := c.Next(); err != nil || string(row.Fields[1]) != "2" {
		t.Fatalf("first row: %v, %v", row, err)
	}
	_, err := c.Next()
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Cause != Damaged {
		t.Errorf("error %v, want a damaged file", err)
	}
}

// FuzzCSV holds what must hold for any content: reading ends, lines only grow,
// and whatever comes before, a last line without quotes is read.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"", "a;b;c", "\"", "a;\"b\n\"\"c;d\n", "\"a\"b;c;d\n", "\xff\xfe\x00;\r\n\r", "\"a\n\n\";b;c\n\"d"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, junk []byte) {
		if len(junk) > 100_000 {
			t.Skip("the last line could be out of reach of a long record")
		}
		text := "x;y;z\n" + string(junk) + "\nfin;de;liste\n"
		rows := readAll(t, strings.NewReader(text), ';')
		last := 0
		for _, r := range rows {
			if !utf8.ValidString(r) {
				t.Fatalf("row %q is not UTF-8", r)
			}
			var line int
			if _, err := fmt.Sscanf(strings.TrimPrefix(r, "!"), "%d", &line); err != nil || line <= last {
				t.Fatalf("row %q after line %d", r, last)
			}
			last = line
		}
		if !strings.HasSuffix(rows[len(rows)-1], "fin|de|liste") {
			t.Errorf("last row %q", rows[len(rows)-1])
		}
	})
}

// FuzzCSVAgainstStandard reads what encoding/csv writes.
func FuzzCSVAgainstStandard(f *testing.F) {
	f.Add("a", "b;\n\"c\"", "d\r", "é")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		records := [][]string{{"1", "2"}, {"x" + a, b}, {"y" + c, d}, {"z", ""}}
		for _, r := range records {
			for _, v := range r {
				if !utf8.ValidString(v) || strings.Contains(v, "\r") || len(v) > 10_000 || strings.Count(v, "\n") > 50 {
					t.Skip("not what the standard writer keeps as it is, or beyond our limits")
				}
			}
		}
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.Comma = ';'
		if err := w.WriteAll(records); err != nil {
			t.Skip(err)
		}
		got := readAll(t, &text, ';')
		for i, r := range records[1:] {
			if _, row, _ := strings.Cut(got[i], " "); row != r[0]+"|"+r[1] {
				t.Fatalf("row %d: %q, want %q", i, row, r)
			}
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	text := []byte(strings.Repeat("00200000800017,O,A,94081,81.21Z,NAFRev2,2026-01-15T08:00:00,02,BATIMENT B,12,,RUE,DES LILAS,94400,VITRY-SUR-SEINE,,,,,,,\n", 10_000))
	b.SetBytes(int64(len(text)))
	for range b.N {
		c := NewCSV(io.NopCloser(bytes.NewReader(text)), ',')
		for {
			if _, err := c.Next(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// TestExpectAny takes records of several widths, and no other.
func TestExpectAny(t *testing.T) {
	c := NewCSV(io.NopCloser(strings.NewReader("a;b;c;d\ne;f\ng;h;i\nj;\"k\nl;m\"n\n\"o;p\";q\nr;s;;;;\n")), ';')
	c.ExpectAny([]int{4, 2})
	var got []string
	for {
		row, err := c.Next()
		var broken *RowError
		switch {
		case errors.Is(err, io.EOF):
			want := []string{"a|b|c|d", "e|f", "!3", `j|"k`, `l|m"n`, "o;p|q", "r|s||"}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
			return
		case errors.As(err, &broken):
			got = append(got, fmt.Sprintf("!%d", broken.Line))
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, string(bytes.Join(row.Fields, []byte("|"))))
		}
	}
}
