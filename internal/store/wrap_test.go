package store

import (
	"encoding/json"
	"testing"
)

// TestWrapIsMarshal holds wrap to the bytes of json.Marshal, which files and
// backups of older releases have.
func TestWrapIsMarshal(t *testing.T) {
	for _, value := range []any{map[string]any{}, map[string]any{"a": "é < & >\u2028", "b": []int{1, 2}}, struct{ X []byte }{[]byte("{}")}} {
		for _, schema := range []int{0, 1, 12} {
			body, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			want, err := json.Marshal(wrapped{schema, body})
			if err != nil {
				t.Fatal(err)
			}
			got := wrap(schema, body)
			if string(got) != string(want) {
				t.Errorf("%s, want %s", got, want)
			}
			if back := bodyOf(got, schema); string(back) != string(body) {
				t.Errorf("the body of %s: %s", got, back)
			}
			if bodyOf(got, schema+1) != nil {
				t.Errorf("%s taken for schema %d", got, schema+1)
			}
		}
	}
}

// TestDecodeReadsEveryForm reads documents that wrap has not written so: spaces,
// another order, a field more.
func TestDecodeReadsEveryForm(t *testing.T) {
	type value struct{ A, B int }
	c := Collection[value]{raw: nameless{}, codec: Codec[value]{Schema: 1}}
	for doc, want := range map[string]*value{
		`{"schema":1,"body":{"A":1,"B":2}}`:           {1, 2},
		`{"schema":1, "body":{"A":1}}`:                {1, 0},
		`{"body":{"A":1},"schema":1}`:                 {1, 0},
		`{"schema":1,"body":{"A":1},"later":{"A":3}}`: {1, 0},
		`{"schema":1,"body":{"A":1,"B":"x"}}`:         nil,
		`{"schema":1,"body":{"A":1}`:                  nil,
		`{"schema":1,"body":}`:                        nil,
		`{"schema":2,"body":{"A":1}}`:                 nil,
	} {
		d, err := c.Decode(Envelope{ID: "x", Doc: json.RawMessage(doc)})
		switch {
		case want == nil && err == nil:
			t.Errorf("%s: read as %+v", doc, d.Value)
		case want != nil && (err != nil || d.Value != *want):
			t.Errorf("%s: %+v, %v", doc, d.Value, err)
		}
	}
}

type nameless struct{ Raw }

func (nameless) Name() string { return "test" }
