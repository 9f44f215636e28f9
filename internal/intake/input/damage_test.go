package input

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

var english = regexp.MustCompile(`(?i)\b(unexpected|invalid|looking for|not a valid|syntax error|corrupt|checksum error|permission|no such)\b`)

// refusalOf opens a file and reads all of its first part; it gives the refusal.
func refusalOf(ctx context.Context, path string) error {
	f, err := Open(path)
	if err != nil {
		return err
	}
	parts, err := f.Parts()
	if err != nil {
		return err
	}
	p := parts[0]
	var rows Rows
	switch p.Shape {
	case Sheet:
		if rows, err = NewWorkbook(ctx, p); err != nil {
			return err
		}
	case Objects:
		src, err := p.Content(ctx, &Counter{}, MaxPlain)
		if err != nil {
			return err
		}
		for o := NewObjects(src); ; {
			if _, err := o.Next(); err != nil {
				return err
			}
		}
	default:
		src, err := p.Content(ctx, &Counter{}, MaxPlain)
		if err != nil {
			return err
		}
		rows = NewCSV(src, ';')
	}
	for {
		var broken *RowError
		if _, err := rows.Next(); err != nil && !errors.As(err, &broken) {
			return err
		}
	}
}

// TestDamageInFrench says what is wrong with a file, and where, in no other language.
func TestDamageInFrench(t *testing.T) {
	var text, b bytes.Buffer
	for range 20_000 {
		text.WriteString("siret;" + strings.Repeat("x", rand.IntN(20)) + ";nom\n")
	}
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(b.Bytes())
	for i := range 300 {
		changed[len(changed)-2000+i] ^= 0xa5
	}
	archive := zipped(t, "a.csv", text.String())
	for name, c := range map[string]struct {
		path string
		says string
	}{
		"gzip cut":       {mustWrite(t, "x.gz", b.Bytes()[:b.Len()-9]), "après la ligne"},
		"gzip changed":   {mustWrite(t, "x.gz", changed), "après la ligne"},
		"zip cut":        {mustWrite(t, "x.zip", archive[:len(archive)-30]), "archive est abîmée"},
		"JSON":           {mustWrite(t, "x.json", []byte(`[{"a":1},{"b":NaN}]`)), "après l’objet n° 1, à partir de l’octet"},
		"JSON behind":    {mustWrite(t, "x.json", []byte(`[{"a":1}] NaN`)), "à partir de l’octet"},
		"workbook":       {mustRepack(t, map[string]func(io.Writer){sheet1: sheetOf("\n\n<row r=\"1\"><c><v>1</v></c></row>\n<row r=\"2\"><c></v></c></row>", "", 0, "")}), "XML mal formé à la ligne 4"},
		"workbook parts": {mustRepack(t, map[string]func(io.Writer){"xl/workbook.xml": sheetOf("", "x", 9, "")}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := refusalOf(t.Context(), c.path)
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Cause != Damaged && refusal.Cause != Empty || !strings.Contains(err.Error(), c.says) || english.MatchString(err.Error()) {
				t.Errorf("%v", err)
			}
		})
	}
}
