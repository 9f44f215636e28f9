package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// CSV reads delimited text record by record.
//
// It differs from encoding/csv in one thing that matters here: a quote that is
// opened and not closed must not swallow the rest of the file. A record that
// goes on over several lines is accepted only when it is well formed, no longer
// than maxQuotedLines, and has exactly as many fields as the header. Otherwise
// only its first line is given up, and reading resumes at the next one: the
// lines looked at stay in the buffer.
//
// Each field that is not valid UTF-8 is decoded as Windows-1252 by itself. The
// delimiter and the quote are the same byte in both, so nothing needs to be
// known of the encoding beforehand, and a file whose first accent comes at its
// last line reads the same as any other.
type CSV struct {
	lines   *lines
	closer  io.Closer
	comma   byte
	width   int // fields of a record, 0 until Expect
	others  []int
	least   int // fewest of them, 0 = width
	line    int // lines consumed
	row     Row
	fields  [][]byte
	scratch []byte // unquoted and decoded fields of the current record
}

// NewCSV reads src, which it closes; comma delimits the fields.
func NewCSV(src io.ReadCloser, comma byte) *CSV {
	return &CSV{lines: newLines(src), closer: src, comma: comma}
}

// Expect sets the number of fields that every further record must have.
func (c *CSV) Expect(width int) { c.width = width }

// ExpectAny sets several numbers of which a further record must have one, the
// largest first: the file holds records of several kinds.
func (c *CSV) ExpectAny(widths []int) { c.width, c.others = widths[0], widths[1:] }

// accepts reports whether a record may have n fields.
func (c *CSV) accepts(n int) bool {
	return n == c.width || slices.Contains(c.others, n) || c.least > 0 && c.least <= n && n < c.width
}

// Least accepts records of fewer fields than Expect says, n at least; 0 does not.
func (c *CSV) Least(n int) { c.least = n }

// Close closes the source.
func (c *CSV) Close() error { return c.closer.Close() }

// Next gives the next record that is not blank.
func (c *CSV) Next() (*Row, error) {
	for {
		line, err := c.lines.at(0)
		if errors.Is(err, errLong) {
			c.lines.skipLine()
			c.line++
			return nil, &RowError{Line: c.line, Text: fmt.Sprintf("ligne de plus de %d\u202fMo", maxLine>>20)}
		}
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		if err != nil {
			return nil, Damage(err, c.line)
		}
		if blank(line, c.comma) {
			c.consume(line, 1)
			continue
		}
		return c.record(line)
	}
}

func blank(line []byte, comma byte) bool {
	for _, b := range line {
		if b != comma && b != ' ' && b != '\r' && b != '\n' {
			return false
		}
	}
	return true
}

func (c *CSV) consume(span []byte, lines int) {
	c.lines.advance(len(span))
	c.line += lines
}

// record reads the record that begins with line.
func (c *CSV) record(line []byte) (*Row, error) {
	c.row = Row{Line: c.line + 1}
	c.scratch = c.scratch[:0]
	if bytes.IndexByte(line, '"') < 0 {
		c.split(chomp(line))
		c.consume(line, 1)
		if why := c.fits(); why != "" {
			return nil, &RowError{Line: c.row.Line, Text: why}
		}
		return c.decoded(), nil
	}
	size, count, bad := c.quoted(line)
	if bad == nil {
		if why := c.fits(); why != "" {
			bad = &RowError{Text: why}
		}
	}
	if bad == nil {
		c.consume(c.lines.buf[c.lines.start:c.lines.start+size], count)
		return c.decoded(), nil
	}
	// A quote in the middle of a name, which the writer forgot to double.
	line, _ = c.lines.at(0) // looking ahead may have moved the buffer
	c.consume(line, 1)
	c.split(chomp(line))
	if c.width > 0 && c.accepts(len(c.fields)) {
		c.row.Literal = true
		return c.decoded(), nil
	}
	bad.Line = c.row.Line
	return nil, bad
}

func chomp(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
}

// fits says in French why the record does not fit under the header, "" when it
// does. Empty fields beyond the last column are dropped.
func (c *CSV) fits() string {
	if c.width == 0 {
		return ""
	}
	for len(c.fields) > c.width && len(c.fields[len(c.fields)-1]) == 0 {
		c.fields = c.fields[:len(c.fields)-1]
	}
	if !c.accepts(len(c.fields)) {
		return fmt.Sprintf("%d valeurs pour %d colonnes", len(c.fields), c.width)
	}
	return ""
}

// split cuts a line at every delimiter, quotes being characters like others.
func (c *CSV) split(line []byte) {
	c.fields = c.fields[:0]
	for {
		i := bytes.IndexByte(line, c.comma)
		if i < 0 {
			c.fields = append(c.fields, line)
			return
		}
		c.fields = append(c.fields, line[:i])
		line = line[i+1:]
	}
}

// decoded makes the fields UTF-8 and gives the row.
func (c *CSV) decoded() *Row {
	for i, f := range c.fields {
		if !utf8.Valid(f) {
			c.fields[i] = c.windows1252(f)
			c.row.Decoded = true
		}
	}
	c.row.Fields = c.fields
	return &c.row
}

// windows1252 decodes every byte; the five that the code page leaves undefined
// become U+FFFD.
func (c *CSV) windows1252(f []byte) []byte {
	from := len(c.scratch)
	for _, b := range f {
		c.scratch = utf8.AppendRune(c.scratch, charmap.Windows1252.DecodeByte(b))
	}
	return c.scratch[from:]
}
