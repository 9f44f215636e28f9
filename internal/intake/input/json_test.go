package input

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func objects(tb testing.TB, text string) (out []string, err error) {
	tb.Helper()
	o := NewObjects(io.NopCloser(strings.NewReader(text)))
	for {
		x, err := o.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		if x.Number != len(out)+1 {
			tb.Errorf("object number %d after %d objects", x.Number, len(out))
		}
		out = append(out, string(x.Raw))
	}
}

func TestObjects(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		want  []string
		cause Cause
	}{
		"list":             {`[{"a":1}, {"b":[2]} ]`, []string{`{"a":1}`, `{"b":[2]}`}, ""},
		"results":          {`{"count":2,"next":null,"x":{"y":[{}]},"results":[{"a":1}],"z":3}`, []string{`{"a":1}`}, ""},
		"empty list":       {`[]`, nil, ""},
		"windows-1252":     {"[{\"nom\":\"caf\xe9\"}]", []string{`{"nom":"café"}`}, ""},
		"no list":          {`{"a":{"results":1}}`, nil, Foreign},
		"results no list":  {`{"results":{"a":[1]}}`, nil, Foreign},
		"a number":         {`12`, nil, Foreign},
		"broken in middle": {`[{"a":1},{"b":2},{"c":]`, []string{`{"a":1}`, `{"b":2}`}, Damaged},
		"cut":              {`{"results":[{"a":1},{"b"`, []string{`{"a":1}`}, Damaged},
		"cut behind list":  {`{"results":[{"a":1}],"total":`, []string{`{"a":1}`}, Damaged},
		"brace missing":    {`{"results":[{"a":1}]`, []string{`{"a":1}`}, Damaged},
		"a second list":    {`{"pmej":[{"a":1}],"gco":[{"b":1}],"items":[{"c":2}]}`, []string{`{"a":1}`, `{"c":2}`}, ""},
		"an empty one":     {`{"pmej":[],"items":[{"c":2}]}`, []string{`{"c":2}`}, ""},
		"pages":            {"[{\"a\":1},{\"a\":2}]\n[{\"a\":3}]\n", []string{`{"a":1}`, `{"a":2}`, `{"a":3}`}, ""},
		"pages of an API":  {"{\"results\":[{\"a\":1}],\"n\":1}\n{\"results\":[{\"a\":2}]}\n[]\n", []string{`{"a":1}`, `{"a":2}`}, ""},
		"a cut page":       {`[{"a":1}][{"a":2}`, []string{`{"a":1}`, `{"a":2}`}, Damaged},
		"no list behind":   {`[{"a":1}]{"b":1}`, []string{`{"a":1}`}, Damaged},
		"garbage behind":   {`[{"a":1}] x`, []string{`{"a":1}`}, Damaged},
		"a comma behind":   {`[{"a":1}],[{"a":2}]`, []string{`{"a":1}`}, Damaged},
		"a number behind":  {`{"results":[{"a":1}]} 12`, []string{`{"a":1}`}, Damaged},
		"a brace behind":   {`{"results":[{"a":1}]}}`, []string{`{"a":1}`}, Damaged},
		"spaces behind":    {"[{\"a\":1}] \r\n\t", []string{`{"a":1}`}, ""},
		"lines":            {"{\"a\":1}\n{\"a\":[{}]}\n\n{\"a\":3}", []string{`{"a":1}`, `{"a":[{}]}`, `{"a":3}`}, ""},
		"a cut line":       {"{\"a\":1}\n{\"a\":2}\n{\"a\"", []string{`{"a":1}`, `{"a":2}`}, Damaged},
		"garbage in lines": {"{\"a\":1}\n{\"a\":2}\n]", []string{`{"a":1}`, `{"a":2}`}, Damaged},
		"one line":         {`{"a":1}`, nil, Foreign},
		"list not closed":  {`[{"a":1}`, []string{`{"a":1}`}, Damaged},
		"huge object":      {`[{"a":"` + strings.Repeat("x", 3*maxObject) + `"}]`, nil, TooLarge},
		"huge key before":  {`{"` + strings.Repeat("x", 3*maxObject) + `":1}`, nil, TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := objects(t, c.text)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("objects %.200q, want %q", got, c.want)
			}
			var refusal *Error
			if errors.As(err, &refusal) != (c.cause != "") || refusal != nil && refusal.Cause != c.cause {
				t.Errorf("error %v, want %q", err, c.cause)
			}
		})
	}
}

// TestBeside tells what stands around a list, on both sides.
func TestBeside(t *testing.T) {
	o := NewObjects(io.NopCloser(strings.NewReader(`{"page":1,"results":[{"a":1}],"next":null,"total":12345678901,"x":{"total":2},"q":"é"}`)))
	for {
		if _, err := o.Next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if b := o.Beside(); b["page"] != "1" || b["total"] != "12345678901" || b["q"] != "é" || len(b) != 4 {
		t.Errorf("%q", b)
	}
}

func FuzzObjects(f *testing.F) {
	for _, seed := range []string{`[{"a":1}]`, `{"results":[1,"x",null]}`, "[\xff]", `{"a":[[[[]]]]}`, `[{"a":1}`, `[{}][{}]`, "{}\n{}", `{"data":[{}],"items":[1]}x`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := objects(t, text)
		var refusal *Error
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("error %v of type %T", err, err)
		}
		for _, x := range list {
			if !utf8.ValidString(x) {
				t.Errorf("object %q is not UTF-8", x)
			}
		}
	})
}

func TestBrokenAtOnce(t *testing.T) {
	_, err := objects(t, `[{"a":]`)
	if err == nil || !strings.Contains(err.Error(), "dès le premier objet") || strings.Contains(err.Error(), "n° 0") || !strings.Contains(err.Error(), "à partir de l’octet 1") {
		t.Errorf("error %v", err)
	}
}

// TestAside names the lists that are not read.
func TestAside(t *testing.T) {
	o := NewObjects(io.NopCloser(strings.NewReader(`{"facets":[1,{}],"pmej":[{"a":1}],"gco":[{"b":[{}]}],"x":{"y":[{}]},"items":[]}`)))
	for {
		if _, err := o.Next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(o.Aside(), []string{"gco"}) || o.Lists() != 2 {
		t.Errorf("%q beside %d lists", o.Aside(), o.Lists())
	}
}
