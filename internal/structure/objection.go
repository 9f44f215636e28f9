package structure

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// Objection says that the holder of a number does not want to be in the
// directory. The number is not kept, only its Mark: the list of those who object
// must not become a list of them.
type Objection struct {
	Mark string `json:"mark"`
	What string `json:"what"` // "siret", "siren" or "finess"
	On   Date   `json:"on"`
}

// ObjectionKey keys the marks: without it, every number could be tried.
type ObjectionKey []byte

// Mark is what stands for a number ("siret:…", "siren:…", "finess:…") on the list.
func (k ObjectionKey) Mark(number string) string {
	h := hmac.New(sha256.New, k)
	h.Write([]byte(number))
	return hex.EncodeToString(h.Sum(nil))
}

// Numbers lists what an objection to a structure may name.
func (s *Structure) Numbers() []string {
	var out []string
	if s.SIRET != "" {
		out = append(out, "siret:"+s.SIRET, "siren:"+s.SIREN())
	}
	if s.FINESS != "" {
		out = append(out, "finess:"+s.FINESS)
	}
	return out
}
