package store

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

func TestCheckName(t *testing.T) {
	for name, want := range map[string]bool{
		"structure": true, "a1_b": true, "": false, "1a": false, "A": false, "a-b": false, "_meta": false, "é": false, strings.Repeat("a", 41): false,
	} {
		if got := CheckName(name) == nil; got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestCheckObjectDepth(t *testing.T) {
	nested := func(open, shut string, n int) []byte {
		return []byte(`{"a":` + strings.Repeat(open, n) + strings.Repeat(shut, n) + `}`)
	}
	for name, c := range map[string]struct {
		doc  []byte
		want error
	}{
		"deepest":           {nested("[", "]", maxDepth-1), nil},
		"one deeper":        {nested("[", "]", maxDepth), ErrInvalid},
		"brackets as text":  {[]byte(`{"a":"` + strings.Repeat("[", 500) + `\"` + strings.Repeat("{", 500) + `"}`), nil},
		"wide":              {[]byte(`{"a":[` + strings.Repeat("[],", 500) + `[]]}`), nil},
		"leading space":     {[]byte(` {}`), ErrInvalid},
		"two values":        {[]byte(`{}{}`), ErrInvalid},
		"invalid character": {[]byte("{\"a\":\"\x01\"}"), ErrInvalid},
	} {
		if err := checkObject(c.doc); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysNormal(t *testing.T) {
	given := []string{"b", "a", "b"}
	got := Keys{Unique: given, Lookup: []string{}}.Normal()
	if want := (Keys{Unique: []string{"a", "b"}}); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	if given[0] != "b" {
		t.Error("the caller's list was sorted")
	}
}

// TestEffectID pins the id: a new release must meet what an older one carried.
func TestEffectID(t *testing.T) {
	id := EffectID("structure", "abc", Pending{Version: 3, N: 1, At: 1700000000000})
	if id != "wshhn44tyeqdlaz4njjbgfkiljq5m64i" {
		t.Errorf("id is %s", id)
	}
	for _, other := range []string{
		EffectID("structur", "eabc", Pending{Version: 3, N: 1, At: 1700000000000}),
		EffectID("structure", "abc", Pending{Version: 31, N: 1, At: 1700000000000}),
		EffectID("structure", "abc", Pending{Version: 3, N: 2, At: 1700000000000}),
		EffectID("structure", "abc", Pending{Version: 3, N: 1}),
	} {
		if other == id {
			t.Error("two effects share an id")
		}
	}
}

func TestNewEffectRefusesUniqueKeys(t *testing.T) {
	codec := Codec[string]{Schema: 1, Keys: func(*string) Keys { return Keys{Unique: []string{"u"}} }}
	if _, err := NewEffect("mail", codec, "x"); !errors.Is(err, ErrInvalid) {
		t.Errorf("%v", err)
	}
}

func TestStructureKeys(t *testing.T) {
	k := structureKeys(&structure.Structure{SIRET: "80746900000013", Demo: true})
	if !reflect.DeepEqual(k.Unique, []string{"siret:80746900000013"}) {
		t.Errorf("unique %v", k.Unique)
	}
	if !reflect.DeepEqual(k.Lookup, []string{"siret:80746900000013", "siren:807469000", DemoKey}) {
		t.Errorf("lookup %v", k.Lookup)
	}
	if k = structureKeys(&structure.Structure{}); k.Unique != nil || k.Lookup != nil {
		t.Errorf("a structure without identity has keys %v", k)
	}
}

// TestEphemeral: an archive that holds a session is of nobody's making, and is
// refused as every collection that Schemas does not know.
func TestEphemeral(t *testing.T) {
	for _, name := range append(Ephemeral(), LeaseCollection) {
		if _, known := Schemas()[name]; known || Archived(name) || CheckName(name) != nil {
			t.Errorf("%s is in backups", name)
		}
	}
	for name := range Schemas() {
		if !Archived(name) {
			t.Errorf("%s is in no backup", name)
		}
	}
}
