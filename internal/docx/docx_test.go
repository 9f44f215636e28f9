package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"sourcier/internal/docx"
)

func TestDocument(t *testing.T) {
	d := docx.Document{Title: "Revue & <compte rendu>", Author: "Mairie", At: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC), Blocks: []docx.Block{
		{Heading: 1, Text: "Présents"}, {List: []string{"Jo", "Al"}}, {Text: "Deux\nlignes \x01"}, {Table: [][]string{{"Achat", "Conclusion"}, {"Nettoyage", "À réserver"}}},
	}}
	var file, again bytes.Buffer
	if err := errors.Join(d.Write(&file), d.Write(&again)); err != nil || !bytes.Equal(file.Bytes(), again.Bytes()) {
		t.Fatal("the same document is not the same bytes", err)
	}
	z, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil || z.File[0].Name != "[Content_Types].xml" {
		t.Fatal(err)
	}
	body := ""
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for dec := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is no XML: %v", f.Name, err)
			}
		}
		body += string(text)
	}
	for _, want := range []string{"Revue &amp; &lt;compte rendu&gt;", `w:val="Heading1"`, "<w:tblHeader/>", `<w:lang w:val="fr-FR"/>`, "<w:br/>", "<dc:language>fr-FR", "<w:numId w:val=\"1\"/>"} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing", want)
		}
	}
}
