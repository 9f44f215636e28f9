package account

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// SecretSize is that of the portal's secret, in bytes.
const SecretSize = 32

// Secret is the key of the portal, the same for all portals of one store. Tokens
// sent by mail derive from it: neither the store nor its backups hold one that could
// be used, and a mail can be composed anew after a crash.
type Secret []byte

// ErrSealed is a sealed value that this secret does not open: damaged, of another
// purpose, of another portal.
var ErrSealed = errors.New("sealed value cannot be opened")

// tokenLetters is the length of a token, 130 bits.
const tokenLetters = 26

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// Token is the n-th token of an object for a purpose: 26 letters and digits.
func (s Secret) Token(purpose, object string, n int64) string {
	return letters.EncodeToString(s.mac("token", purpose, object, n))[:tokenLetters]
}

// Code is the 6-digit code of a sign-in request.
func (s Secret) Code(object string) string {
	const codes = 1_000_000
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(s.mac("code", "signin", object, 0))%codes)
}

func (s Secret) mac(use, purpose, object string, n int64) []byte {
	m := hmac.New(sha256.New, s)
	_, _ = fmt.Fprintf(m, "%s\x00%s\x00%s\x00%d", use, purpose, object, n) // a hash does not fail
	return m.Sum(nil)
}

// HashToken names a token in the store.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte("token\x00" + token))
	return strings.ToLower(letters.EncodeToString(sum[:20]))
}

// IsToken reports whether text has the shape of a token.
func IsToken(text string) bool {
	return len(text) == tokenLetters && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// Seal encrypts plain for a purpose; context must be given again to open it.
func (s Secret) Seal(purpose string, plain, context []byte) ([]byte, error) {
	box, err := s.box(purpose)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand ends the program instead
	return box.Seal(nonce, nonce, plain, context), nil
}

// Open decrypts what Seal made. ErrSealed.
func (s Secret) Open(purpose string, sealed, context []byte) ([]byte, error) {
	box, err := s.box(purpose)
	if err != nil {
		return nil, err
	}
	if len(sealed) < box.NonceSize() {
		return nil, ErrSealed
	}
	plain, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], context)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

func (s Secret) box(purpose string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, s, nil, "sourcier "+purpose, SecretSize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
