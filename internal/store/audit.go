package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// AuditCollection is where audit lines go.
const AuditCollection = "audit"

// AuditLine says who changed which document, when and how. Actor is a person
// id, never a name (DESIGN rule 11).
type AuditLine struct {
	ID         string          `json:"-"` // chosen by the relay
	Actor      string          `json:"actor"`
	At         time.Time       `json:"at"`
	Collection string          `json:"collection"`
	Document   string          `json:"document"`
	Version    int64           `json:"version"` // after the change
	Patch      json.RawMessage `json:"patch,omitempty"`
}

// Audit is the collection of audit lines. Lookup keys: AuditKeyOf a document,
// and "actor:" with the person id.
type Audit = Collection[AuditLine]

// AuditKeyOf is the lookup key of the lines about a document.
func AuditKeyOf(collection, id string) string { return "doc:" + collection + "/" + id }

var auditCodec = Codec[AuditLine]{
	Schema: 1,
	ID:     func(l *AuditLine) string { return l.ID },
	SetID:  func(l *AuditLine, id string) { l.ID = id },
	Keys: func(l *AuditLine) Keys {
		return Keys{Lookup: []string{AuditKeyOf(l.Collection, l.Document), "actor:" + l.Actor}}
	},
}

// OpenAudit opens the audit lines.
func OpenAudit(ctx context.Context, db DB) (*Audit, error) {
	raw, err := db.Collection(ctx, AuditCollection)
	if err != nil {
		return nil, err
	}
	return NewCollection(raw, auditCodec), nil
}

// AuditEffect is the audit line of a change as an effect; version is that of
// the document after the change. Change.Audit adds it without a call.
func AuditEffect(collection, id string, version int64, ch Change) (Effect, error) {
	return NewEffect(AuditCollection, auditCodec, AuditLine{
		Actor: ch.Actor, At: ch.At.UTC(), Collection: collection, Document: id, Version: version, Patch: ch.Patch,
	})
}

// NewEffect makes the insert of value into a collection an effect. The relay
// gives the document its id: the codec's ID is not asked, and SetID tells the
// value on reading. The codec must give no unique key: ErrInvalid.
func NewEffect[T any](to string, codec Codec[T], value T) (Effect, error) {
	doc, err := codec.encode(&value)
	if err != nil {
		return Effect{}, fmt.Errorf("effect to %s: %w", to, err)
	}
	keys := codec.Keys(&value)
	if len(keys.Unique) > 0 {
		return Effect{}, fmt.Errorf("effect to %s: unique key %q: %w", to, keys.Unique[0], ErrInvalid)
	}
	return Effect{To: to, Doc: doc, Lookup: keys.Lookup}, nil
}
