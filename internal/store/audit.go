package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// AuditCollection is where audit lines go.
const AuditCollection = "audit"

// AuditLine says who changed which document, when and how. Actor and Subject are
// person ids, never names (DESIGN rule 11).
type AuditLine struct {
	ID         string          `json:"-"` // chosen by AuditEffect
	Actor      string          `json:"actor"`
	At         time.Time       `json:"at"`
	What       string          `json:"what,omitempty"`    // Change.What
	Subject    string          `json:"subject,omitempty"` // Change.Subject
	Collection string          `json:"collection"`
	Document   string          `json:"document"`
	Version    int64           `json:"version"`         // after the change
	Patch      json.RawMessage `json:"patch,omitempty"` // see Patch
}

// Lookup keys of audit lines.
func auditKeyOf(collection, id string) string { return "doc:" + collection + "/" + id }
func auditActor(person string) string         { return "actor:" + person }
func auditSubject(person string) string       { return "subject:" + person }
func auditAbout(collection string) string     { return "collection:" + collection }

var auditCodec = Codec[AuditLine]{
	Schema: 1,
	ID:     func(l *AuditLine) string { return l.ID },
	SetID:  func(l *AuditLine, id string) { l.ID = id },
	Keys: func(l *AuditLine) Keys {
		list := []string{auditKeyOf(l.Collection, l.Document), auditActor(l.Actor), auditAbout(l.Collection)}
		if l.Subject != "" {
			list = append(list, auditSubject(l.Subject))
		}
		return Keys{Lookup: list}
	},
}

// AuditEffect is the audit line of a change as an effect; version is that of
// the document after the change. Change.Audit adds it without a call.
func AuditEffect(collection, id string, version int64, ch Change) (Effect, error) {
	effect, err := NewEffect(AuditCollection, auditCodec, AuditLine{
		Actor: ch.Actor, At: ch.At.UTC(), What: ch.What, Subject: ch.Subject,
		Collection: collection, Document: id, Version: version, Patch: ch.Patch,
	})
	effect.ID = auditID(ch.At, effect.Doc)
	return effect, err
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

// The id of a line begins with its time turned round, so that the newest comes
// first, and ends with a hash of the line (collection, document and version are
// in it), so that carrying it twice does nothing. Ids of earlier releases are
// hashes in base32, without a time: no digit 0 or 1 is in them, and they come
// after all others.
const (
	auditMark = "0"
	auditOld  = "1" // below every id of an earlier release
	auditEnds = 1<<48 - 1
)

func auditID(at time.Time, doc []byte) string {
	sum := sha256.Sum256(doc)
	return auditPlace(at.UnixMilli()) + "-" + strings.ToLower(effectIDs.EncodeToString(sum[:20]))
}

// auditPlace is below the ids of that millisecond and of all before, and above
// those of all later ones.
func auditPlace(ms int64) string {
	return fmt.Sprintf("%s%012x", auditMark, auditEnds-min(max(ms, 0), auditEnds))
}

// Audit reads audit lines. They come by the relay only, and go by Purge only.
type Audit struct{ lines *Collection[AuditLine] }

// OpenAudit opens the audit lines.
func OpenAudit(ctx context.Context, db DB) (*Audit, error) {
	raw, err := db.Collection(ctx, AuditCollection)
	if err != nil {
		return nil, err
	}
	return &Audit{NewCollection(raw, auditCodec)}, nil
}
