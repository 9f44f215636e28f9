package input

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// maxObject bounds one object of a JSON list, in bytes: a sheet has some 50 kB,
// an association of FINESS that runs a thousand establishments some megabytes.
const maxObject = 16 << 20

// listKeys are the names under which an API answer, or FINESS, holds its list.
var listKeys = []string{"results", "data", "structures", "items", "pmej", "features"}

// ObjectReader gives the objects of a JSON list one by one.
type ObjectReader struct {
	closer io.Closer
	gauge  *gauge
	dec    *json.Decoder
	open   bool // inside the list
	inside bool // the list is in an object
	lines  bool // no list: one object after the other
	lists  int  // that were begun
	beside map[string]string
	aside  []string
	n      int
}

// maxBeside bounds what is kept of the object around the list.
const maxBeside = 50

// Beside gives the values that stand beside the list in the object around it
// ("total_results": 60), once the list is read to its end.
func (o *ObjectReader) Beside() map[string]string { return o.beside }

// Lists is how many lists have been read as one, one after the other.
func (o *ObjectReader) Lists() int { return o.lists }

// Aside names lists of objects that stand beside the list and are not read.
func (o *ObjectReader) Aside() []string { return o.aside }

// Object is one element of the list.
type Object struct {
	Number  int             // from 1
	Raw     json.RawMessage // UTF-8
	Decoded bool            // was not UTF-8 and was taken for Windows-1252
}

// NewObjects reads src, which it closes: a list of objects, an object that holds
// one under one of listKeys, several of these one after the other (pages put into
// one file), or one object on each line.
func NewObjects(src io.ReadCloser) *ObjectReader {
	buffered := bufio.NewReaderSize(src, headSize)
	head, _ := buffered.Peek(headSize) // an error comes back at the read
	g := &gauge{src: buffered}
	dec := json.NewDecoder(g)
	dec.UseNumber()
	lines := isLines(head)
	return &ObjectReader{closer: src, gauge: g, dec: dec, lines: lines, open: lines}
}

// isLines recognises JSON Lines: the first line is a whole object that holds no
// list of ours, and the next one begins as an object does.
func isLines(head []byte) bool {
	first, rest, _ := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), []byte("\n"))
	var keys map[string]json.RawMessage
	if !IsObject(rest) || json.Unmarshal(first, &keys) != nil {
		return false
	}
	for _, key := range listKeys {
		if bytes.HasPrefix(keys[key], []byte("[")) {
			return false
		}
	}
	return true
}

// Close closes the source.
func (o *ObjectReader) Close() error { return o.closer.Close() }

// Next gives the next object, io.EOF at the end of the last list. JSON has no place
// to start again from: any error ends the reading.
func (o *ObjectReader) Next() (*Object, error) {
	for !o.lines {
		if !o.open {
			if err := o.enter(); err != nil {
				return nil, err
			}
		}
		o.gauge.reset()
		if o.dec.More() {
			break
		}
		if _, err := o.dec.Token(); err != nil { // the closing bracket, or what stands in its place
			return nil, o.broken(err)
		}
		if err := o.leave(); err != nil {
			return nil, err
		}
	}
	return o.object()
}

func (o *ObjectReader) object() (*Object, error) {
	o.gauge.reset()
	var raw json.RawMessage
	if err := o.dec.Decode(&raw); o.lines && errors.Is(err, io.EOF) {
		return nil, io.EOF
	} else if err != nil {
		return nil, o.broken(err)
	}
	o.n++
	out := &Object{Number: o.n, Raw: raw}
	if !utf8.Valid(raw) {
		out.Decoded = true
		out.Raw = toUTF8(raw)
	}
	return out, nil
}

func toUTF8(raw []byte) []byte {
	out := make([]byte, 0, len(raw)+len(raw)/8)
	for _, b := range raw {
		out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(b))
	}
	return out
}

// enter goes to the first element of the list. Behind a list it gives io.EOF where
// nothing follows.
func (o *ObjectReader) enter() error {
	token, err := o.dec.Token()
	switch {
	case o.lists > 0 && errors.Is(err, io.EOF):
		return io.EOF
	case err != nil && o.lists > 0:
		return o.trailing(err)
	case err != nil:
		return o.broken(err)
	}
	switch token {
	case json.Delim('['):
		o.begin()
		return nil
	case json.Delim('{'):
		return o.findList()
	}
	if o.lists > 0 {
		return o.trailing(nil)
	}
	return refuse(Foreign, nil, "ce JSON n’est ni une liste ni un objet")
}

func (o *ObjectReader) begin() {
	o.open = true
	o.lists++
}

// trailing refuses what stands behind a list and is none.
func (o *ObjectReader) trailing(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	return refuse(Damaged, err, "autre chose suit la fin de la liste JSON, à partir de l’octet %d, et n’est pas lu : ce qui précède l’a été", o.dec.InputOffset())
}

func (o *ObjectReader) findList() error {
	found, err := o.members()
	switch {
	case err != nil:
		return err
	case !found && o.lists > 0:
		return o.trailing(nil)
	case !found:
		return refuse(Foreign, nil, "ce JSON ne contient pas de liste : attendu une liste, ou un objet avec « results »")
	}
	o.inside = true
	o.begin()
	return nil
}

// leave reads what follows the list, up to another in the same object: a file cut
// there is cut too.
func (o *ObjectReader) leave() error {
	o.open = false
	if !o.inside {
		return nil
	}
	more, err := o.members()
	switch {
	case err != nil:
		return err
	case more:
		o.begin()
		return nil
	}
	_, err = o.dec.Token() // the brace
	o.inside = false
	return o.broken(err)
}

// members goes past the members of the object up to a list that is read.
func (o *ObjectReader) members() (list bool, err error) {
	for o.dec.More() {
		o.gauge.reset()
		key, err := o.dec.Token()
		if err != nil {
			return false, o.broken(err)
		}
		value, err := o.dec.Token()
		if err != nil {
			return false, o.broken(err)
		}
		name, _ := key.(string)
		if value == json.Delim('[') && slices.Contains(listKeys, name) {
			return true, nil
		}
		if err := o.skip(name, value); err != nil {
			return false, err
		}
		if _, nested := value.(json.Delim); !nested && len(o.beside) < maxBeside {
			if o.beside == nil {
				o.beside = map[string]string{}
			}
			o.beside[name] = fmt.Sprint(value)
		}
	}
	return false, nil
}

// skip goes past a value whose first token has been read. A list of objects is
// remembered by the name of the value.
func (o *ObjectReader) skip(name string, token json.Token) error {
	list := token == json.Delim('[')
	for depth := 0; ; {
		switch token {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		o.gauge.reset()
		var err error
		if token, err = o.dec.Token(); err != nil {
			return o.broken(err)
		}
		if list && token == json.Delim('{') && len(o.aside) < maxBeside && !slices.Contains(o.aside, name) {
			o.aside = append(o.aside, name)
		}
		list = false
	}
}

func (o *ObjectReader) broken(err error) error {
	if err == nil {
		return nil
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		if o.n == 0 {
			return refuse(Damaged, err, "JSON mal formé dès le premier objet, à partir de l’octet %d : rien n’a été lu", o.dec.InputOffset())
		}
		return refuse(Damaged, err, "JSON mal formé après l’objet n° %d, à partir de l’octet %d : ce qui précède a été lu", o.n, o.dec.InputOffset())
	}
	return asError(err)
}

// gauge refuses to read more than maxObject bytes for one value.
type gauge struct {
	src  io.Reader
	used int
}

func (g *gauge) reset() { g.used = 0 }

func (g *gauge) Read(p []byte) (int, error) {
	if g.used > maxObject {
		return 0, refuse(TooLarge, nil, "un objet JSON dépasse %d Mo", maxObject>>20)
	}
	n, err := g.src.Read(p)
	g.used += n
	return n, err
}

// IsObject reports whether a JSON value is an object.
func IsObject(raw []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(raw, " \t\r\n"), []byte("{")) }
