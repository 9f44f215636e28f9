package query

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"strconv"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Cursor is the place of one result in the order of one query on one day: the
// next page begins after it, whatever was inserted or removed before it.
type Cursor struct {
	Value string         `json:"v"` // of the sort key
	ID    string         `json:"i"`
	Day   structure.Date `json:"d"`
	Query string         `json:"q"` // Hash of the query
}

// MaxCursor bounds a cursor as received, in bytes.
const MaxCursor = 2048

var errCursor = errors.New("malformed cursor")

// Encode gives the opaque form.
func (c Cursor) Encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // four strings
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// DecodeCursor reads the opaque form; it accepts exactly what Encode gives.
func DecodeCursor(s string) (Cursor, error) {
	if len(s) > MaxCursor {
		return Cursor{}, errCursor
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return Cursor{}, errCursor
	}
	var c Cursor
	if err := json.Unmarshal(b, &c); err != nil || c.ID == "" || c.Encode() != s {
		return Cursor{}, errCursor
	}
	return c, nil
}

// fits reports whether the sort value is one of the order.
func (c Cursor) fits(s Sort) bool {
	var err error
	switch s {
	case SortNeutral:
		_, err = strconv.ParseUint(c.Value, 16, 64)
	case SortUpdated:
		_, err = strconv.ParseInt(c.Value, 10, 64)
	case SortDistance:
		var f float64
		f, err = strconv.ParseFloat(c.Value, 64)
		if math.IsNaN(f) {
			return false
		}
	}
	return err == nil
}

// Hash identifies the query whatever the page: filters, text and sort.
func (q Query) Hash() string {
	v := q.Values()
	for _, param := range []string{"page", "per_page", "cursor", "facets", "fields"} {
		v.Del(param)
	}
	sum := sha256.Sum256([]byte(v.Encode()))
	return hex.EncodeToString(sum[:8])
}

// NeutralKey is the sort key of the neutral order: a shuffle of the ids that
// is the same for everyone on one day and another on the next.
func NeutralKey(day structure.Date, id string) uint64 {
	return mix(DaySeed(day) ^ IDKey(id))
}

// DaySeed and IDKey are the two halves of NeutralKey, for who keeps one of them.
func DaySeed(day structure.Date) uint64 { return fnv(string(day)) }

// IDKey is the part of NeutralKey that does not change from day to day.
func IDKey(id string) uint64 { return fnv(id) }

// MixNeutral joins them: NeutralKey(day, id) == MixNeutral(DaySeed(day), IDKey(id)).
func MixNeutral(day, id uint64) uint64 { return mix(day ^ id) }

// fnv is FNV-1a.
func fnv(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// mix is the finaliser of splitmix64: every bit of the input moves half of the output.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// NameKey is the sort key of the order by name: folded, cut to 200 bytes so
// that a cursor stays short.
func NameKey(name string) string {
	key := territory.Fold(name)
	return key[:min(len(key), 200)]
}
