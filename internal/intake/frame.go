package intake

import (
	"bufio"
	"bytes"
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
		return s.unsevered(ctx, p)
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

// unsevered looks whether a file was cut in the middle of its last line: nothing
// then follows from what it does not say.
func (s *session) unsevered(ctx context.Context, p *part) error {
	if p.layout.severed == nil || p.Shape != input.Table {
		return nil
	}
	src, err := p.Content(ctx, &input.Counter{}, p.layout.limit)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	ends, err := readEnds(src, p.comma)
	if err != nil {
		return ctx.Err() // what cannot be read is told where it is read
	}
	if ends.open && p.layout.severed(ends.last, ends.commas) {
		p.cut = true
		p.report.Note(fmt.Sprintf("la dernière ligne du fichier (%d) s’arrête avant sa fin : le fichier est peut-être coupé ; ce qu’il contient est lu, rien n’est conclu de ce qu’il ne contient pas", ends.at))
	}
	return nil
}

// ends is what stands at the two ends of a text.
type ends struct {
	first, last string
	at          int  // number of the last line
	lines       int  // that are not blank
	commas      int  // in the last line
	open        bool // no end of line closes the last one
}

// lastByte remembers with what a text ends.
type lastByte struct {
	io.Reader
	last byte
}

func (l *lastByte) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if n > 0 {
		l.last = p[n-1]
	}
	return n, err
}

// readEnds reads a text to its end. Of a line, the beginning is enough.
func readEnds(src io.Reader, comma byte) (e ends, err error) {
	at := &lastByte{Reader: src}
	r := bufio.NewReaderSize(at, 64<<10)
	for n := 1; ; n++ {
		part, more, err := r.ReadLine()
		if errors.Is(err, io.EOF) {
			e.open = at.last != '\n'
			return e, nil
		}
		if err != nil {
			return e, input.Damage(err, n-1)
		}
		blank := strings.Trim(string(part), " \r"+string(comma)) == ""
		if !blank {
			e.take(part, n, comma)
		}
		for more {
			if part, more, err = r.ReadLine(); err != nil {
				return e, input.Damage(err, n-1)
			}
			if !blank {
				e.commas += bytes.Count(part, []byte{comma})
			}
		}
	}
}

// take remembers a line that is not blank.
func (e *ends) take(line []byte, n int, comma byte) {
	if e.last, e.at = string(line[:min(len(line), 1000)]), n; e.lines == 0 {
		e.first = e.last
	}
	e.commas = bytes.Count(line, []byte{comma})
	e.lines++
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
