package input

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// foreign are the beginnings of files that people give and that we do not read,
// with what to do about each.
var foreign = []struct{ magic, text string }{
	{"\xd0\xcf\x11\xe0", "c’est un ancien classeur Excel (.xls) : l’enregistrer au format .xlsx ou .csv"},
	{"PAR1", "c’est un fichier Parquet : prendre le fichier CSV du même jeu de données"},
	{"%PDF", "c’est un document PDF : demander le tableau au format .xlsx ou .csv"},
	{"PK\x03\x04", "c’est une archive dans une archive, ou un classeur dans une archive : l’en sortir d’abord"},
	{"\x1f\x8b", "c’est un fichier compressé deux fois : le décompresser d’abord"},
	{"7z\xbc\xaf", "c’est une archive 7z : la décompresser d’abord"},
	{"Rar!", "c’est une archive RAR : la décompresser d’abord"},
}

// sniff decides on the shape from the first bytes of a content.
func sniff(head []byte) (Shape, error) {
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return 0, refuse(Foreign, nil, "%s", f.text)
		}
	}
	text := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(text) == 0:
		return 0, refuse(Empty, nil, "ce fichier est vide")
	case binary(head):
		return 0, refuse(Foreign, nil, "ce n’est ni un tableau ni du JSON : son contenu n’est pas du texte")
	case text[0] == '<':
		return 0, refuse(Foreign, nil, "c’est une page web ou du XML, pas un tableau : vérifier le téléchargement")
	case text[0] == '{' || text[0] == '[':
		return Objects, nil
	}
	return Table, nil
}

// binary tells a file that is no text from a text with a null byte gone astray,
// whose line alone is odd.
func binary(head []byte) bool {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	return bytes.IndexByte(first, 0) >= 0 || bytes.Count(head, []byte{0}) > len(head)/100+1
}

// peeked is how much of a content is looked at to know how its lines end.
const peeked = 64 << 10

// withLines ends the lines of an old Macintosh, which are ended by a carriage
// return alone, as everybody does.
func withLines(src io.Reader) io.Reader {
	buffered := bufio.NewReaderSize(src, peeked)
	head, _ := buffered.Peek(peeked) // an error comes back at the read
	if bytes.IndexByte(head, '\r') < 0 || bytes.IndexByte(head, '\n') >= 0 {
		return buffered
	}
	return &macLines{buffered}
}

type macLines struct{ src io.Reader }

func (m *macLines) Read(p []byte) (int, error) {
	n, err := m.src.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// withoutMark drops a UTF-8 byte order mark and decodes UTF-16 that has one.
func withoutMark(src io.Reader) io.Reader {
	buffered := bufio.NewReaderSize(src, 64<<10)
	mark, err := buffered.Peek(3)
	if err != nil && err != io.EOF {
		return buffered // the error comes back at the first read
	}
	switch {
	case bytes.Equal(mark, []byte("\xef\xbb\xbf")):
		_, _ = buffered.Discard(3)
	case bytes.HasPrefix(mark, []byte("\xff\xfe")), bytes.HasPrefix(mark, []byte("\xfe\xff")):
		return transform.NewReader(buffered, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	}
	return buffered
}

// Commas are the delimiters understood, the most usual in France first.
var Commas = []byte{';', ',', '\t', '|'}

// Header gives the first line of a table that is not blank, cut at a delimiter.
// Names are trimmed: the official Sirene files have stray spaces.
func (p *Part) Header(comma byte) []string {
	src := NewCSV(io.NopCloser(bytes.NewReader(p.Head)), comma)
	row, err := src.Next()
	if err != nil {
		return nil
	}
	return Names(row)
}

// Top gives the names in the first n rows of a table that are not blank.
func (p *Part) Top(comma byte, n int) [][]string {
	rows, _ := Top(NewCSV(io.NopCloser(bytes.NewReader(p.Head)), comma), n) // the head may end anywhere
	return rows
}

// Top reads n rows, fewer at the end of the table. One that cannot be read has no
// names; the first must be one that can.
func Top(rows Rows, n int) (out [][]string, err error) {
	for len(out) < n {
		row, err := rows.Next()
		var broken *RowError
		switch {
		case errors.As(err, &broken) && len(out) > 0:
			out = append(out, nil)
		case errors.Is(err, io.EOF) && len(out) > 0:
			return out, nil
		case err != nil:
			return out, err
		default:
			out = append(out, Names(row))
		}
	}
	return out, nil
}

// Names gives the column names in a header row, without the empty ones at its end.
func Names(row *Row) []string {
	out := make([]string, len(row.Fields))
	for i, f := range row.Fields {
		out[i] = strings.TrimSpace(string(f))
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = slices.Delete(out, len(out)-1, len(out))
	}
	return out
}

// BestComma is the delimiter that cuts the first line into the most pieces.
func (p *Part) BestComma() byte {
	best, most := Commas[0], 0
	for _, comma := range Commas {
		if n := len(p.Header(comma)); n > most {
			best, most = comma, n
		}
	}
	return best
}
