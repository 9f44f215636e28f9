package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

const (
	mediaPDF = "application/pdf"
	// pdfEnd is where the end of a PDF is looked for, in bytes from the end of the file.
	pdfEnd = 4096
)

// Document is a proof that somebody gives: a PDF as it is, an image drawn anew.
type Document struct {
	Content io.Reader // at its beginning
	Media   string
}

// Extension ends the name under which the document is saved.
func Extension(media string) string {
	switch media {
	case mediaPDF:
		return ".pdf"
	case "image/png":
		return ".png"
	case "image/jpeg":
		return ".jpg"
	case mediaDOCX:
		return ".docx"
	case mediaXLSX:
		return ".xlsx"
	case mediaODT:
		return ".odt"
	case mediaODS:
		return ".ods"
	case mediaText:
		return ".txt"
	case mediaCSV:
		return ".csv"
	}
	return ""
}

// Document reads a proof: PDF, JPEG or PNG, recognised by its content.
func (p *Press) Document(ctx context.Context, r io.ReadSeeker) (Document, error) {
	start := make([]byte, 4096)
	n, err := io.ReadFull(r, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Document{}, fmt.Errorf("document: %w", err)
	}
	start = start[:n]
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return Document{}, fmt.Errorf("document: %w", err)
	}
	if bytes.HasPrefix(start, []byte("%PDF-")) {
		return Document{r, mediaPDF}, wholePDF(r)
	}
	if k := kindOf(start); k != kindJPEG && k != kindPNG {
		return Document{}, Fault(foreign(start, "un PDF, ou une image JPEG ou PNG"))
	}
	drawn, err := p.Draw(ctx, r, Proof)
	if err != nil {
		return Document{}, err
	}
	return Document{bytes.NewReader(drawn[0].Data), drawn[0].Media}, nil
}

// wholePDF looks for the end that each PDF has, and goes back to the beginning.
func wholePDF(r io.ReadSeeker) error {
	size, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("document: %w", err)
	}
	if _, err := r.Seek(max(0, size-pdfEnd), io.SeekStart); err != nil {
		return fmt.Errorf("document: %w", err)
	}
	tail, err := io.ReadAll(io.LimitReader(r, pdfEnd))
	if err != nil {
		return fmt.Errorf("document: %w", err)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("document: %w", err)
	}
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return Fault("Ce PDF est incomplet : sa fin manque. Ouvrez-le sur votre appareil, enregistrez-le de nouveau, puis envoyez ce fichier.")
	}
	return nil
}
