package input

import (
	"bytes"
	"fmt"
)

// quoted reads the record that begins with line and in which quotes count. It
// gives the bytes and the lines that the record takes, its fields in c.fields.
func (c *CSV) quoted(line []byte) (size, count int, bad *RowError) {
	c.fields = c.fields[:0]
	rest, count := line, 1
	for {
		field, tail, closed := c.field(rest)
		for !closed {
			more, why := c.more(size+len(line), count)
			if why != "" {
				return 0, 0, &RowError{Column: len(c.fields) + 1, Value: echo(rest), Text: why}
			}
			size, line = size+len(line), more
			count++
			var next []byte
			next, tail, closed = c.inside(more)
			field = append(field, next...)
		}
		c.fields = append(c.fields, field)
		switch {
		case len(tail) == 0 || tail[0] == '\n' || tail[0] == '\r' && len(bytes.TrimLeft(tail, "\r\n")) == 0:
			return size + len(line), count, nil
		case tail[0] != c.comma:
			return 0, 0, &RowError{Column: len(c.fields), Value: echo(rest), Text: "guillemet au milieu d’une valeur : il doit être doublé"}
		}
		rest = tail[1:]
	}
}

// more gives the line after the first size bytes, in which a quoted field goes on.
func (c *CSV) more(size, count int) (line []byte, why string) {
	unclosed := "guillemet ouvert et jamais refermé"
	if count >= maxQuotedLines || size > maxQuoted {
		return nil, fmt.Sprintf("%s dans les %d lignes qui suivent", unclosed, count-1)
	}
	line, err := c.lines.at(size)
	if err != nil {
		return nil, unclosed
	}
	return line, ""
}

// field reads one field at the start of rest; closed is false when it is quoted
// and goes on after the end of the line.
func (c *CSV) field(rest []byte) (field, tail []byte, closed bool) {
	if len(rest) > 0 && rest[0] == '"' {
		return c.inside(rest[1:])
	}
	if i := bytes.IndexByte(rest, c.comma); i >= 0 {
		return rest[:i:i], rest[i:], true
	}
	body := chomp(rest)
	return body[:len(body):len(body)], nil, true
}

// inside reads what follows an opening quote. A doubled quote stands for one.
func (c *CSV) inside(rest []byte) (field, tail []byte, closed bool) {
	i := bytes.IndexByte(rest, '"')
	if i < 0 {
		return rest[:len(rest):len(rest)], nil, false
	}
	if i+1 == len(rest) || rest[i+1] != '"' {
		return rest[:i:i], rest[i+1:], true
	}
	from := len(c.scratch)
	for {
		c.scratch = append(c.scratch, rest[:i]...)
		rest = rest[i:]
		switch {
		case len(rest) > 1 && rest[1] == '"':
			c.scratch, rest = append(c.scratch, '"'), rest[2:]
		default:
			return c.since(from), rest[1:], true
		}
		if i = bytes.IndexByte(rest, '"'); i < 0 {
			c.scratch = append(c.scratch, rest...)
			return c.since(from), nil, false
		}
	}
}

// since cuts the capacity, so that a field that goes on does not write over the next.
func (c *CSV) since(from int) []byte { return c.scratch[from:len(c.scratch):len(c.scratch)] }

func echo(b []byte) string {
	b = chomp(b)
	if len(b) > maxEcho {
		return string(bytes.ToValidUTF8(b[:maxEcho], nil)) + "…"
	}
	return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
}
