package input

import (
	"bytes"
	"errors"
	"io"
)

// Limits of one record of a table. What a person writes in a cell is far below;
// they bound memory and how far a stray quote makes the reader look ahead.
const (
	maxLine        = 1 << 20   // bytes in a line
	maxQuoted      = 256 << 10 // bytes in a record that spans several lines
	maxQuotedLines = 200
)

// lines gives the lines of a stream from a sliding buffer, in which the reader
// can look ahead and come back.
type lines struct {
	src        io.Reader
	buf        []byte
	spare      []byte // takes turns with buf, so that slices of one record survive a move
	start, end int    // what is read and not yet consumed
	err        error  // of src, io.EOF included
}

func newLines(src io.Reader) *lines {
	return &lines{src: src, buf: make([]byte, 256<<10)}
}

// errLong says that a line passes maxLine; skipLine goes past it.
var errLong = errors.New("line too long")

// at gives the line that begins off bytes after the start, with its end of
// line. io.EOF when nothing is left there. The result is valid until advance.
func (l *lines) at(off int) ([]byte, error) {
	searched := 0
	for {
		have := l.buf[l.start+off : l.end]
		if i := bytes.IndexByte(have[searched:], '\n'); i >= 0 {
			return have[:searched+i+1], nil
		}
		if len(have) > maxLine {
			return nil, errLong
		}
		searched = len(have)
		if l.err != nil {
			if errors.Is(l.err, io.EOF) && len(have) > 0 {
				return have, nil
			}
			return nil, l.err
		}
		l.fill()
	}
}

// fill reads more, making room first. It moves what is unread at most once in a
// record: from then on start is 0 until advance.
func (l *lines) fill() {
	if l.start > 0 && l.end == len(l.buf) {
		if len(l.spare) < len(l.buf) {
			l.spare = make([]byte, len(l.buf))
		}
		l.end = copy(l.spare, l.buf[l.start:l.end])
		l.start = 0
		l.buf, l.spare = l.spare, l.buf
	}
	if l.end == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	n, err := l.src.Read(l.buf[l.end:])
	l.end += n
	l.err = err
}

// advance consumes n bytes.
func (l *lines) advance(n int) { l.start += n }

// skipLine consumes the rest of a line that is too long to hold.
func (l *lines) skipLine() {
	for {
		have := l.buf[l.start:l.end]
		if i := bytes.IndexByte(have, '\n'); i >= 0 {
			l.start += i + 1
			return
		}
		l.start = l.end
		if l.err != nil {
			return
		}
		l.fill()
	}
}
