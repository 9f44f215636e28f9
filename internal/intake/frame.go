package intake

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"sourcier/internal/intake/input"
)

// frame is the first and the last line by which a file tells that it is whole.
type frame struct {
	open, end string // how these lines begin
	// told gives the number of lines that the last one announces; false when it
	// cannot be read.
	told func(last string) (int, bool)
	// headed is set when the count may include the header: of EA2 no document
	// says whether it does.
	headed bool
}

// whole refuses a framed file whose last line announces another number of lines
// than there are, before anything of it is written: it was cut or changed, and
// nobody can say where. Without a last line nothing contradicts what is there:
// extracts lose it (that which the ASP's partners publish has none). The file is
// then read, with a word, and nothing follows from what it does not say (cut).
// For this the file is read once more.
func (s *session) whole(ctx context.Context, p *part) error {
	f := p.layout.frame
	if f == nil {
		return nil
	}
	if p.Shape != input.Table {
		return &RefusalError{Cause: Incomplete, Text: "ce classeur n’a plus les lignes de début et de fin du fichier d’origine, qui disent s’il est complet : donner le fichier texte tel qu’il a été reçu"}
	}
	src, err := p.Content(ctx, &input.Counter{}, p.layout.limit)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	ends, err := readEnds(src, p.comma)
	if err != nil {
		return err
	}
	p.first = ends.first
	if !strings.HasPrefix(ends.first, f.open) {
		return &RefusalError{Cause: Incomplete, Text: fmt.Sprintf("la première ligne devrait commencer par « %s » : donner le fichier tel qu’il a été reçu", f.open)}
	}
	if !strings.HasPrefix(ends.last, f.end) {
		p.cut = true
		p.report.Note(fmt.Sprintf("la dernière ligne du fichier, qui commence par « %s » et donne le nombre de lignes, manque : le fichier est peut-être coupé ; ce qu’il contient est lu, rien n’est conclu de ce qu’il ne contient pas", f.end))
		return nil
	}
	p.last = ends.at
	return f.check(ends)
}

// ends is what stands at the two ends of a text.
type ends struct {
	first, last string
	at          int // number of the last line
	lines       int // that are not blank
}

// readEnds reads a text to its end. Of a line, the beginning is enough.
func readEnds(src io.Reader, comma byte) (e ends, err error) {
	r := bufio.NewReaderSize(src, 64<<10)
	for n := 1; ; n++ {
		part, more, err := r.ReadLine()
		if errors.Is(err, io.EOF) {
			return e, nil
		}
		if err != nil {
			return e, err
		}
		if text := strings.Trim(string(part), " \r"+string(comma)); text != "" {
			if e.last, e.at = string(part[:min(len(part), 1000)]), n; e.lines == 0 {
				e.first = e.last
			}
			e.lines++
		}
		for more {
			if _, more, err = r.ReadLine(); err != nil {
				return e, err
			}
		}
	}
}

// check compares the number of lines with that which the last one announces.
func (f *frame) check(e ends) error {
	told, ok := f.told(e.last)
	if !ok {
		return &RefusalError{Cause: Incomplete, Text: "la dernière ligne ne donne pas le nombre de lignes du fichier : il a été coupé ou modifié, rien n’en est lu ; le redemander"}
	}
	found := e.lines - 3 // without the first, the header and the last
	if told == found || f.headed && told == found+1 {
		return nil
	}
	return &RefusalError{Cause: Incomplete, Text: fmt.Sprintf("la dernière ligne annonce %s, le fichier en contient %s : il est incomplet ou a été modifié, rien n’en est lu ; le redemander",
		count(int64(told), "ligne", "lignes"), number(int64(found)))}
}

// isLast reports whether what was read is the last line of a frame.
func (p *part) isLast(row *input.Row, err error) bool {
	var broken *input.RowError
	switch {
	case p.last == 0:
		return false
	case errors.As(err, &broken):
		return broken.Line >= p.last
	}
	return err == nil && row.Line >= p.last
}
