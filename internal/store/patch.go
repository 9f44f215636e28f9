package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

// Bounds of a patch: 40 fields, of each value some hundred characters.
const (
	maxPatchFields = 40
	maxPatchText   = 300 // bytes of a text before it is cut
	maxPatchJSON   = 600 // bytes of any other value before it is cut
	patchMark      = "…" // ends what was cut
	maxPatchField  = 100 // bytes of a name
)

// Changed is one field of a patch.
type Changed struct {
	Field         string
	Before, After any    // nil: there was none, there is none
	Person        string // whose personal value it is; "" for a plain value
}

// Personal is a field that says something of a person: it is written sealed.
func Personal(person, field, before, after string) Changed {
	c := Changed{Field: field, Person: person}
	if before != "" {
		c.Before = before
	}
	if after != "" {
		c.After = after
	}
	return c
}

// Patch writes what differs as {"field":[before,after]}, by field, for
// Change.Patch; nil when nothing does. Long values are cut, with a mark at their
// end; of more fields than a patch holds, the mark is a field that tells their
// number. keys may be nil when no value is personal.
func Patch(ctx context.Context, keys *PersonKeys, fields ...Changed) (json.RawMessage, error) {
	out, left := map[string][2]json.RawMessage{}, 0
	for _, c := range slices.SortedStableFunc(slices.Values(fields), byField) {
		before, err1 := json.Marshal(c.Before)
		after, err2 := json.Marshal(c.After)
		_, twice := out[c.Field]
		if err := errors.Join(err1, err2); err != nil || twice || c.Field == "" || len(c.Field) > maxPatchField {
			return nil, fmt.Errorf("patch: field %.100q: %w", c.Field, errors.Join(ErrInvalid, err))
		}
		if bytes.Equal(before, after) {
			continue
		}
		if len(out) == maxPatchFields {
			left++
			continue
		}
		pair := [2]json.RawMessage{before, after}
		for i, value := range []any{c.Before, c.After} {
			if pair[i], err1 = patchValue(ctx, keys, c, value, pair[i]); err1 != nil {
				return nil, fmt.Errorf("patch: %w", err1)
			}
		}
		out[c.Field] = pair
	}
	if left > 0 {
		out[patchMark] = [2]json.RawMessage{json.RawMessage("null"), fmt.Append(nil, left)}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return json.Marshal(out)
}

func byField(a, b Changed) int { return bytes.Compare([]byte(a.Field), []byte(b.Field)) }

// patchValue bounds a value, and seals a personal one. Personal values are texts.
func patchValue(ctx context.Context, keys *PersonKeys, c Changed, value any, text json.RawMessage) (json.RawMessage, error) {
	s, isText := value.(string)
	switch {
	case value == nil:
		return text, nil
	case c.Person != "" && (keys == nil || !isText):
		return nil, fmt.Errorf("personal field %.100q cannot be sealed: %w", c.Field, ErrInvalid)
	case c.Person != "":
		return keys.Seal(ctx, c.Person, c.Field, cut(s, maxPatchText))
	case isText:
		return json.Marshal(cut(s, maxPatchText))
	case len(text) > maxPatchJSON:
		return json.Marshal(cut(string(text), maxPatchJSON))
	}
	return text, nil
}

// cut ends a long text with the mark, not within a letter.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + patchMark
}

// PatchField is a field of a patch as it is shown.
type PatchField struct {
	Field         string
	Before, After json.RawMessage // opened; null when there was or is none, or when Erased
	Person        string          // whose personal value it is
	Erased        bool            // of a person whose key was destroyed
}

// ReadPatch reads a patch, by field, and opens what is sealed. ErrInvalid.
func ReadPatch(ctx context.Context, keys *PersonKeys, patch json.RawMessage) ([]PatchField, error) {
	if len(patch) == 0 {
		return nil, nil
	}
	var pairs map[string][]json.RawMessage
	if err := json.Unmarshal(patch, &pairs); err != nil {
		return nil, fmt.Errorf("patch: %w: %w", ErrInvalid, err)
	}
	var out []PatchField
	for _, field := range slices.Sorted(maps.Keys(pairs)) {
		pair := pairs[field]
		if len(pair) != 2 {
			return nil, fmt.Errorf("patch: field %.100q: %w", field, ErrInvalid)
		}
		f := PatchField{Field: field}
		for i, into := range []*json.RawMessage{&f.Before, &f.After} {
			if err := f.open(ctx, keys, pair[i], into); err != nil {
				return nil, fmt.Errorf("patch: %w", err)
			}
		}
		out = append(out, f)
	}
	return out, nil
}

func (f *PatchField) open(ctx context.Context, keys *PersonKeys, text json.RawMessage, into *json.RawMessage) error {
	*into = text
	v, sealed := sealedOf(text)
	if !sealed {
		return nil
	}
	f.Person = v.Person
	value, err := keys.Open(ctx, f.Field, text)
	if errors.Is(err, ErrErased) {
		f.Erased, *into = true, json.RawMessage("null")
		return nil
	}
	if err != nil {
		return err
	}
	*into, err = json.Marshal(value)
	return err
}
