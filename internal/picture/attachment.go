package picture

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"
)

// Media types of office documents and texts, as they are kept.
const (
	mediaDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	mediaODT  = "application/vnd.oasis.opendocument.text"
	mediaODS  = "application/vnd.oasis.opendocument.spreadsheet"
	mediaText = "text/plain; charset=utf-8"
	mediaCSV  = "text/csv; charset=utf-8"
)

// Attachments says what Attachment takes, for who chooses a file.
const Attachments = "un PDF, une image JPEG ou PNG, un document Word ou LibreOffice (docx, odt), un tableau (xlsx, ods, csv) ou un texte"

// parts are what an office document has that no other archive has.
var parts = []struct{ name, media string }{
	{"word/document.xml", mediaDOCX}, {"xl/workbook.xml", mediaXLSX},
}

// Attachment reads what Document does, office documents without macros, and texts in UTF-8:
// recognised by their content, never by a name.
func (p *Press) Attachment(ctx context.Context, r interface {
	io.ReadSeeker
	io.ReaderAt
}) (Document, error) {
	size, err := r.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = r.Seek(0, io.SeekStart)
	}
	if err != nil {
		return Document{}, fmt.Errorf("document: %w", err)
	}
	start := make([]byte, min(size, 4))
	if _, err := r.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return Document{}, fmt.Errorf("document: %w", err)
	}
	if bytes.HasPrefix(start, []byte("PK\x03\x04")) {
		media, err := officeOf(r, size)
		return Document{r, media}, err
	}
	if size > 0 && size <= MaxFile {
		text, err := io.ReadAll(r)
		if err != nil {
			return Document{}, fmt.Errorf("document: %w", err)
		}
		if media := textOf(text); media != "" {
			return Document{bytes.NewReader(text), media}, nil
		}
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return Document{}, fmt.Errorf("document: %w", err)
		}
	}
	d, err := p.Document(ctx, r)
	var fault Fault
	if errors.As(err, &fault) {
		err = Fault(strings.Replace(fault.Error(), "un PDF, ou une image JPEG ou PNG", Attachments, 1))
	}
	return d, err
}

// officeOf tells which office document an archive is.
func officeOf(r io.ReaderAt, size int64) (string, error) {
	none := Fault("Cette archive n’est pas un document lu par le portail. Choisissez " + Attachments + ".")
	z, err := zip.NewReader(r, size)
	if err != nil {
		return "", Fault("Ce document est incomplet ou abîmé. Ouvrez-le sur votre appareil, enregistrez-le de nouveau, puis envoyez ce fichier.")
	}
	media := ""
	for i, f := range z.File {
		if strings.EqualFold(path.Base(f.Name), "vbaProject.bin") {
			return "", Fault("Ce document contient des macros. Enregistrez-le sans macros, ou en PDF, puis envoyez ce fichier.")
		}
		for _, known := range parts {
			if f.Name == known.name {
				media = known.media
			}
		}
		if i == 0 && f.Name == "mimetype" {
			media = openDocument(f)
		}
	}
	if media == "" {
		return "", none
	}
	return media, nil
}

// openDocument is the type that an OpenDocument file says first, "" for others.
func openDocument(f *zip.File) string {
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer func() { _ = r.Close() }()
	said, err := io.ReadAll(io.LimitReader(r, 100))
	if text := strings.TrimSpace(string(said)); err == nil && (text == mediaODT || text == mediaODS) {
		return text
	}
	return ""
}

// isText reports whether data is words: no markup, no control character.
func isText(data []byte) bool {
	trimmed := bytes.TrimLeft(data, "\ufeff \t\r\n")
	control := func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f }
	return len(trimmed) > 0 && trimmed[0] != '<' && !bytes.HasPrefix(trimmed, []byte("%PDF-")) && utf8.Valid(data) && !bytes.ContainsFunc(data, control)
}

// textOf tells a text from anything else, and a table from a text; "" for what is none.
// Markup is none: whatever its name, a browser could take it for a page.
func textOf(data []byte) string {
	if !isText(data) {
		return ""
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.LazyQuotes = ';', true
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) && n > 1 || n == 20 {
			return mediaCSV
		}
		if err != nil || len(row) < 2 {
			return mediaText
		}
	}
}
