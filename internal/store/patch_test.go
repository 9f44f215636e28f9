package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

func date(s string) structure.Date { return structure.Date(s) }

// clear is a Sealer that hides nothing: what it wraps is not what is tested here.
type clear struct{}

func (clear) Seal(_ string, plain, _ []byte) ([]byte, error)  { return plain, nil }
func (clear) Open(_ string, sealed, _ []byte) ([]byte, error) { return sealed, nil }

func openKeys(t testing.TB) *store.PersonKeys {
	t.Helper()
	keys, err := store.OpenPersonKeys(t.Context(), opened(t), clear{})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestPatch(t *testing.T) {
	long := strings.Repeat("é", 200)
	for name, c := range map[string]struct {
		fields []store.Changed
		want   string
	}{
		"nothing":         {nil, ``},
		"nothing differs": {[]store.Changed{{Field: "name", Before: "a", After: "a"}, {Field: "tags", Before: []string{"x"}, After: []string{"x"}}}, ``},
		"by field": {[]store.Changed{{Field: "z", Before: 1, After: 2}, {Field: "a", Before: "x", After: nil}, {Field: "m", After: true}},
			`{"a":["x",null],"m":[null,true],"z":[1,2]}`},
		"a long text":                {[]store.Changed{{Field: "a", Before: long, After: long + "x"}}, `{"a":["` + long[:300] + `…","` + long[:300] + `…"]}`},
		"within a letter":            {[]store.Changed{{Field: "a", After: "x" + long}}, `{"a":[null,"x` + long[:298] + `…"]}`},
		"a long list":                {[]store.Changed{{Field: "a", After: make([]int, 400)}}, `{"a":[null,"[` + strings.Repeat("0,", 299) + `0…"]}`},
		"a letter that JSON escapes": {[]store.Changed{{Field: "a", Before: "<&>", After: "\x00\u2028"}}, `{"a":["\u003c\u0026\u003e","\u0000\u2028"]}`},
	} {
		got, err := store.Patch(t.Context(), nil, c.fields...)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%s\n%s", name, err, got, c.want)
		}
	}
}

func TestPatchIsBounded(t *testing.T) {
	keys := openKeys(t)
	var fields []store.Changed
	for i := range 60 {
		fields = append(fields, store.Personal("p1", fmt.Sprintf("f%02d", i), strings.Repeat("é", 9000), "b"))
	}
	patch, err := store.Patch(t.Context(), keys, fields...)
	if err != nil {
		t.Fatal(err)
	}
	list, err := store.ReadPatch(t.Context(), keys, patch)
	if err != nil || len(list) != 41 || string(list[40].After) != "20" || list[40].Field != "…" {
		t.Fatalf("%v %+v", err, list)
	}
	if len(patch) > 40<<10 || string(list[0].After) != `"b"` || !strings.HasSuffix(string(list[0].Before), `é…"`) {
		t.Errorf("%d bytes, %+v", len(patch), list[0])
	}
}

func TestPatchRefused(t *testing.T) {
	keys := openKeys(t)
	for name, c := range map[string]struct {
		keys   *store.PersonKeys
		fields []store.Changed
	}{
		"no name":         {keys, []store.Changed{{After: 1}}},
		"a long name":     {keys, []store.Changed{{Field: strings.Repeat("a", 101), After: 1}}},
		"twice":           {keys, []store.Changed{{Field: "a", After: 1}, {Field: "a", After: 2}}},
		"no JSON":         {keys, []store.Changed{{Field: "a", After: func() {}}}},
		"without keys":    {nil, []store.Changed{store.Personal("p1", "a", "", "x")}},
		"a personal list": {keys, []store.Changed{{Field: "a", Person: "p1", After: []string{"x"}}}},
	} {
		if got, err := store.Patch(t.Context(), c.keys, c.fields...); !errors.Is(err, store.ErrInvalid) || got != nil {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	if err := keys.Destroy(t.Context(), "p1"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Patch(t.Context(), keys, store.Personal("p1", "a", "", "x")); !errors.Is(err, store.ErrErased) {
		t.Errorf("of a person who was erased: %v", err)
	}
	for _, patch := range []string{`[]`, `{"a":1}`, `{"a":[1]}`, `{"a":[1,2,3]}`, `{"a":[1,2]`, `{"a":[{"person":"p9","sealed":"AAAA"},null]}`} {
		if _, err := store.ReadPatch(t.Context(), keys, json.RawMessage(patch)); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v", patch, err)
		}
	}
	if list, err := store.ReadPatch(t.Context(), keys, nil); err != nil || list != nil {
		t.Errorf("no patch: %v, %v", list, err)
	}
}

func FuzzReadPatch(f *testing.F) {
	keys := openKeys(f)
	sealed, err := keys.Seal(f.Context(), "p1", "name", "Zoé")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"name":[null,` + string(sealed) + `]}`))
	f.Add([]byte(`{"a":["x",{"person":"p1","sealed":"AAAA"}],"b":[[],{}]}`))
	f.Fuzz(func(t *testing.T, patch []byte) {
		list, err := store.ReadPatch(t.Context(), keys, patch)
		if err != nil {
			return
		}
		for _, p := range list {
			if !json.Valid(p.Before) || !json.Valid(p.After) {
				t.Errorf("%q: %+v", patch, p)
			}
		}
	})
}

// FuzzPatch: what Patch writes, ReadPatch reads.
func FuzzPatch(f *testing.F) {
	f.Add("name", "Zoe", "Zoé")
	f.Add("…", strings.Repeat("é", 400), "")
	f.Fuzz(func(t *testing.T, field, before, after string) {
		patch, err := store.Patch(t.Context(), nil, store.Changed{Field: field, Before: before, After: after})
		if err != nil || patch == nil {
			return
		}
		list, err := store.ReadPatch(t.Context(), nil, patch)
		if err != nil || len(list) != 1 || len(patch) > 8000 {
			t.Fatalf("%d bytes, %v, %+v", len(patch), err, list)
		}
		var got string
		if err := json.Unmarshal(list[0].After, &got); err != nil || len(after) <= 300 && utf8.ValidString(after) && got != after {
			t.Errorf("%q: %q, %v", after, got, err)
		}
	})
}
