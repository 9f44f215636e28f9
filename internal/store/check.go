package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxKey bounds ids and keys, in bytes: the oldest MongoDB-compatible servers
// refuse an index entry above 1024 bytes, overhead included.
const maxKey = 900

var collectionName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// CheckName refuses a collection name that an adapter could not use as it is in
// SQL or as a MongoDB collection. ErrInvalid.
func CheckName(name string) error {
	if !collectionName.MatchString(name) {
		return fmt.Errorf("collection name %q: %w", name, ErrInvalid)
	}
	return nil
}

// CheckEnvelope refuses what one of the stores could not hold, so that both
// refuse the same: ErrTooLarge, ErrInvalid.
func CheckEnvelope(e Envelope) error {
	if err := checkSizes(e); err != nil {
		return err
	}
	return checkObject(e.Doc)
}

// checkSizes is CheckEnvelope without a look into the document.
func checkSizes(e Envelope) error {
	if err := checkKey("id", e.ID); err != nil {
		return err
	}
	for _, list := range [][]string{e.Keys.Unique, e.Keys.Lookup} {
		for _, key := range list {
			if err := checkKey("key", key); err != nil {
				return err
			}
		}
	}
	size := len(e.Doc)
	for _, p := range e.Pending {
		size += len(p.Effect.Doc)
		if err := CheckName(p.Effect.To); err != nil {
			return fmt.Errorf("effect: %w", err)
		}
		if p.Effect.ID != "" {
			if err := checkKey("effect id", p.Effect.ID); err != nil {
				return err
			}
		}
	}
	if size > MaxDocument {
		return fmt.Errorf("%d bytes with its pending effects, at most %d: %w", size, MaxDocument, ErrTooLarge)
	}
	for _, p := range e.Pending {
		if err := checkObject(p.Effect.Doc); err != nil {
			return fmt.Errorf("effect: %w", err)
		}
	}
	return nil
}

func checkKey(what, key string) error {
	if key == "" || len(key) > maxKey || !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return fmt.Errorf("%s %.60q: empty, above %d bytes, or not plain UTF-8: %w", what, key, maxKey, ErrInvalid)
	}
	return nil
}

// maxDepth bounds nesting: MongoDB refuses documents above 100 levels, and the
// envelope and escaped numbers take a few.
const maxDepth = 90

func checkObject(doc json.RawMessage) error {
	if len(doc) == 0 || doc[0] != '{' || !json.Valid(doc) {
		return fmt.Errorf("not a JSON object: %w", ErrInvalid)
	}
	return checkDepth(doc)
}

// checkDepth counts brackets first: few cannot nest deeply.
func checkDepth(doc []byte) error {
	if bytes.Count(doc, []byte{'{'})+bytes.Count(doc, []byte{'['}) > maxDepth && depth(doc) > maxDepth {
		return fmt.Errorf("nested more than %d levels: %w", maxDepth, ErrInvalid)
	}
	return nil
}

// depth is how deep a valid JSON text nests.
func depth(doc []byte) (deepest int) {
	level, inString, escaped := 0, false, false
	for _, b := range doc {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = b == '\\', b != '"'
		case b == '"':
			inString = true
		case b == '{' || b == '[':
			level++
			deepest = max(deepest, level)
		case b == '}' || b == ']':
			level--
		}
	}
	return deepest
}
