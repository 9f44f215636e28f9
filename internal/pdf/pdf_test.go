package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"sourcier/internal/docx"
	"sourcier/internal/pdf"
)

// long is a document with everything, that breaks over pages.
func long() *docx.Document {
	d := &docx.Document{Title: "Rapport de sourçage\u202f: nettoyage des locaux", Author: "Ville de Test", Foot: "Sourçage nettoyage, version interne", At: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	d.Blocks = append(d.Blocks, docx.Block{Heading: 1, Text: "Résumé"}, docx.Block{Text: "Œuvre de l’été, 1\u202f250,5\u202f€ «\u00a0très bien\u00a0» 😀 \x01 fin.\nSeconde ligne."}, docx.Block{List: []string{"Un", strings.Repeat("un point très long ", 20)}}, docx.Block{Heading: 3, Text: "Trop bas d’un niveau"})
	table := [][]string{{"Question", "Réponse"}}
	for i := range 40 {
		table = append(table, []string{fmt.Sprint("Question ", i), strings.Repeat("réponse ", 1+i*3)})
	}
	table = append(table, []string{"Un mot", strings.Repeat("x", 9000)})
	d.Blocks = append(d.Blocks, docx.Block{Heading: 2, Text: "Réponses"}, docx.Block{Table: table, Widths: []int{1, 3}})
	return d
}

func TestSameDocumentSameBytes(t *testing.T) {
	var first []byte
	for range 3 {
		var out bytes.Buffer
		if err := pdf.Write(&out, long()); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = bytes.Clone(out.Bytes())
		}
		if !bytes.Equal(first, out.Bytes()) {
			t.Fatal("other bytes")
		}
	}
	if path := os.Getenv("SOURCIER_PDF"); path != "" {
		_ = os.WriteFile(path, first, 0o600)
	}
	t.Logf("%d bytes", len(first))
	for _, want := range []string{"/Lang (fr-FR)", "/Outlines", "D:20261128120000"} {
		if !bytes.Contains(first, []byte(want)) {
			t.Errorf("%s is missing", want)
		}
	}
	other := long()
	other.Blocks[0].Text = "Synthèse"
	var out bytes.Buffer
	if err := pdf.Write(&out, other); err != nil || bytes.Equal(first, out.Bytes()) {
		t.Errorf("another document has the same bytes: %v", err)
	}
}
