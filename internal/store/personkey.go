package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
)

// PersonKeyCollection is where the keys of persons lie.
const PersonKeyCollection = "personkey"

// ErrErased is answered where a person's key was destroyed: what it sealed can be
// read by nobody any more, and nothing is sealed for that person again.
var ErrErased = errors.New("erased")

// Sealer is what wraps the keys of persons: the secret of the portal.
type Sealer interface {
	Seal(purpose string, plain, context []byte) ([]byte, error)
	Open(purpose string, sealed, context []byte) ([]byte, error)
}

const (
	personKeySize    = 32
	personKeyPurpose = "person key"
	maxSealed        = 8 << 10 // bytes of a value; patches hold less
)

// personKey stays for ever, so that a destroyed key is not made anew.
type personKey struct {
	Person  string `json:"person"`
	Wrapped []byte `json:"wrapped,omitempty"` // by the Sealer; none: destroyed
}

var personKeyCodec = Codec[personKey]{
	Schema: 1,
	ID:     func(k *personKey) string { return k.Person },
	Keys:   func(*personKey) Keys { return Keys{} },
}

// PersonKeys seals personal values that outlive what they are about, those of the
// audit, with one key per person, which erasure destroys (DESIGN rule 11). No key
// is kept in memory: a destroyed one is gone everywhere at once.
type PersonKeys struct {
	db     DB
	docs   *Collection[personKey]
	sealer Sealer
}

// OpenPersonKeys opens the keys, wrapped by sealer.
func OpenPersonKeys(ctx context.Context, db DB, sealer Sealer) (*PersonKeys, error) {
	raw, err := db.Collection(ctx, PersonKeyCollection)
	if err != nil {
		return nil, err
	}
	return &PersonKeys{db: db, docs: NewCollection(raw, personKeyCodec), sealer: sealer}, nil
}

// sealedValue is how a sealed value is written.
type sealedValue struct {
	Person string `json:"person"`
	Sealed []byte `json:"sealed"` // nonce, then what AES-256-GCM makes
}

// Seal writes a value of a field as {"person":ID,"sealed":…}, which this person's
// key alone opens, for the same field. ErrErased, ErrTooLarge.
func (k *PersonKeys) Seal(ctx context.Context, person, field, value string) (json.RawMessage, error) {
	if len(value) > maxSealed {
		return nil, fmt.Errorf("seal %s: %d bytes, at most %d: %w", field, len(value), maxSealed, ErrTooLarge)
	}
	key, err := k.keyOf(ctx, person, true)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", field, err)
	}
	gcm, err := gcmOf(key)
	if err != nil {
		return nil, err
	}
	closed := gcm.Seal(nil, nil, []byte(value), boundTo(person, field)) // #nosec G407 -- it makes its own nonce
	return json.Marshal(sealedValue{Person: person, Sealed: closed})
}

// Open reads what Seal wrote. ErrErased when the person's key was destroyed,
// ErrInvalid when it is nothing that Seal wrote for this field.
func (k *PersonKeys) Open(ctx context.Context, field string, sealed json.RawMessage) (string, error) {
	v, ok := sealedOf(sealed)
	if !ok {
		return "", fmt.Errorf("open %s: not a sealed value: %w", field, ErrInvalid)
	}
	key, err := k.keyOf(ctx, v.Person, false)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", field, err)
	}
	gcm, err := gcmOf(key)
	if err != nil {
		return "", err
	}
	plain, err := gcm.Open(nil, nil, v.Sealed, boundTo(v.Person, field))
	if err != nil {
		return "", fmt.Errorf("open %s: sealed value of another key or field, or damaged: %w", field, ErrInvalid)
	}
	return string(plain), nil
}

// Destroy makes everything that was sealed for a person unreadable, for ever; the
// key lies in no file of the store any more (Scrub). Once more does no harm.
func (k *PersonKeys) Destroy(ctx context.Context, person string) error {
	_, err := k.docs.Insert(ctx, personKey{Person: person}, Change{})
	if errors.Is(err, ErrDuplicate) {
		_, err = Update(ctx, k.docs, person, func(p *personKey) (Change, error) {
			p.Wrapped = nil
			return Change{}, nil
		})
	}
	if err != nil {
		return fmt.Errorf("destroy a key: %w", err)
	}
	return k.db.Scrub(ctx)
}

// keyOf reads the key of a person. Of several who make the first one at once, one
// succeeds, and the others read it.
func (k *PersonKeys) keyOf(ctx context.Context, person string, make bool) ([]byte, error) {
	d, err := k.docs.Get(ctx, person)
	if make && errors.Is(err, ErrNotFound) {
		if d, err = k.first(ctx, person); errors.Is(err, ErrDuplicate) {
			d, err = k.docs.Get(ctx, person)
		}
	}
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, fmt.Errorf("no key of that person: %w", ErrInvalid)
	case err != nil:
		return nil, err
	case len(d.Value.Wrapped) == 0:
		return nil, ErrErased
	}
	return k.sealer.Open(personKeyPurpose, d.Value.Wrapped, []byte(person))
}

func (k *PersonKeys) first(ctx context.Context, person string) (Doc[personKey], error) {
	key := make([]byte, personKeySize)
	_, _ = rand.Read(key) // never fails
	wrapped, err := k.sealer.Seal(personKeyPurpose, key, []byte(person))
	if err != nil {
		return Doc[personKey]{}, err
	}
	return k.docs.Insert(ctx, personKey{Person: person, Wrapped: wrapped}, Change{})
}

func gcmOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// boundTo is what a sealed value is good for: ids hold no NUL.
func boundTo(person, field string) []byte { return []byte(person + "\x00" + field) }

// sealedOf reads the form of a sealed value.
func sealedOf(text json.RawMessage) (v sealedValue, ok bool) {
	if len(text) == 0 || text[0] != '{' || json.Unmarshal(text, &v) != nil {
		return v, false
	}
	return v, len(v.Sealed) > 0 && checkKey("person", v.Person) == nil
}
