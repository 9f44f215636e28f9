package intake

import (
	"encoding/json"
	"strings"
)

// jsonText is a text that some versions of an API write as a number, or leave null.
type jsonText string

// UnmarshalJSON takes a string, a number, a boolean or null; anything else is
// left to the standard error.
func (t *jsonText) UnmarshalJSON(raw []byte) error {
	switch {
	case string(raw) == "null":
		*t = ""
		return nil
	case len(raw) > 0 && raw[0] == '"':
		var s string
		err := json.Unmarshal(raw, &s)
		*t = jsonText(s)
		return err
	case len(raw) > 0 && !strings.ContainsRune("{[", rune(raw[0])):
		*t = jsonText(raw)
		return nil
	}
	var s string
	return json.Unmarshal(raw, &s)
}

func (t jsonText) clean() string { return clean(string(t)) }

// jsonAny is a text like jsonText; a list or an object counts as nothing, where
// only some members of the object around it are read.
type jsonAny string

// UnmarshalJSON takes anything.
func (t *jsonAny) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && strings.ContainsRune("{[", rune(raw[0])) {
		return nil
	}
	var text jsonText
	err := text.UnmarshalJSON(raw)
	*t = jsonAny(text)
	return err
}
