package input

import (
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
	beside map[string]string
	n      int
}

// maxBeside bounds what is kept of the object around the list.
const maxBeside = 50

// Beside gives the values that stand beside the list in the object around it
// ("total_results": 60), once the list is read to its end.
func (o *ObjectReader) Beside() map[string]string { return o.beside }

// Object is one element of the list.
type Object struct {
	Number  int             // from 1
	Raw     json.RawMessage // UTF-8
	Decoded bool            // was not UTF-8 and was taken for Windows-1252
}

// NewObjects reads src, which it closes: a list of objects, or an object that
// holds one under one of listKeys.
func NewObjects(src io.ReadCloser) *ObjectReader {
	g := &gauge{src: src}
	dec := json.NewDecoder(g)
	dec.UseNumber()
	return &ObjectReader{closer: src, gauge: g, dec: dec}
}

// Close closes the source.
func (o *ObjectReader) Close() error { return o.closer.Close() }

// Next gives the next object, io.EOF at the end of the list. JSON has no place
// to start again from: any error ends the reading.
func (o *ObjectReader) Next() (*Object, error) {
	if !o.open {
		if err := o.enter(); err != nil {
			return nil, err
		}
		o.open = true
	}
	o.gauge.reset()
	if !o.dec.More() {
		if _, err := o.dec.Token(); err != nil { // the closing bracket, or what stands in its place
			return nil, o.broken(err)
		}
		if err := o.leave(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	var raw json.RawMessage
	if err := o.dec.Decode(&raw); err != nil {
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

// enter goes to the first element of the list.
func (o *ObjectReader) enter() error {
	token, err := o.dec.Token()
	if err != nil {
		return o.broken(err)
	}
	switch token {
	case json.Delim('['):
		return nil
	case json.Delim('{'):
		return o.findList()
	}
	return refuse(Foreign, nil, "ce JSON n’est ni une liste ni un objet")
}

func (o *ObjectReader) findList() error {
	found, err := o.members()
	if err == nil && !found {
		return refuse(Foreign, nil, "ce JSON ne contient pas de liste : attendu une liste, ou un objet avec « results »")
	}
	o.inside = true
	return err
}

// leave reads what follows the list: a file cut there is cut too.
func (o *ObjectReader) leave() error {
	for o.inside {
		more, err := o.members()
		if err != nil {
			return err
		}
		if !more {
			_, err := o.dec.Token() // the brace
			o.inside = false
			return o.broken(err)
		}
		if err := o.skip(json.Delim('[')); err != nil { // a second list is not read
			return err
		}
	}
	return nil
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
		if err := o.skip(value); err != nil {
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

// skip goes past a value whose first token has been read.
func (o *ObjectReader) skip(token json.Token) error {
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
