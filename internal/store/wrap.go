package store

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// wrapped is how every document is written: the schema, then the value.
type wrapped struct {
	Schema int             `json:"schema"`
	Body   json.RawMessage `json:"body"`
}

const (
	beforeSchema = `{"schema":`
	beforeBody   = `,"body":`
)

// wrap gives the bytes that json.Marshal of wrapped would, without reading a
// body again that json.Marshal has just written.
func wrap(schema int, body json.RawMessage) json.RawMessage {
	out := make(json.RawMessage, 0, len(beforeSchema)+len(beforeBody)+len(body)+8)
	out = strconv.AppendInt(append(out, beforeSchema...), int64(schema), 10)
	out = append(append(out, beforeBody...), body...)
	return append(out, '}')
}

// bodyOf gives the body of a document that wrap has written with the schema,
// nil for any other. It does not look into the body, which who decodes it does.
func bodyOf(doc json.RawMessage, schema int) json.RawMessage {
	rest, ours := bytes.CutPrefix(doc, []byte(beforeSchema+strconv.Itoa(schema)+beforeBody))
	if !ours || len(rest) < 2 || rest[len(rest)-1] != '}' {
		return nil
	}
	return rest[:len(rest)-1]
}
