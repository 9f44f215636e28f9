package gathering

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"

	"sourcier/internal/message"
)

// A phone at the door keeps the list of guests to work without a network. It may be lost:
// what it keeps is who has which place by numbers and hashes, which say nothing, and names
// sealed with a key that it never stores. The key is made of the code of the door, 100
// random bits, which the page is given when it is opened by somebody who is signed in, and
// which is typed or scanned where it is opened again without a network.

const (
	doorCodeLetters = 20
	doorCodeGroup   = 4
)

// DoorCode is the code of the door of an event: « ABCD-EFGH-… ».
func (s *Service) DoorCode(event string) string {
	token := s.People.Secret.Token(message.PurposeDoor, event, 0)[:doorCodeLetters]
	var groups []string
	for ; token != ""; token = token[doorCodeGroup:] {
		groups = append(groups, token[:doorCodeGroup])
	}
	return strings.Join(groups, "-")
}

// doorBox is what seals for the door of an event: AES-256-GCM, which browsers have
// (SubtleCrypto).
func (s *Service) doorBox(event string) (cipher.AEAD, error) {
	key := sha256.Sum256([]byte("door\x00" + strings.ReplaceAll(s.DoorCode(event), "-", "")))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// SealForDoor encrypts a text for the phones of a door, bound to what it is about.
func (s *Service) SealForDoor(event, about string, plain []byte) (string, error) {
	box, err := s.doorBox(event)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand ends the program instead
	return base64.RawStdEncoding.EncodeToString(box.Seal(nonce, nonce, plain, []byte(about))), nil
}

// ErrDoorSealed is of what no phone of this door has sealed.
var ErrDoorSealed = errors.New("sealed for another door")

// OpenFromDoor decrypts what a phone of a door has sealed. ErrDoorSealed.
func (s *Service) OpenFromDoor(event, about, sealed string) ([]byte, error) {
	box, err := s.doorBox(event)
	if err != nil {
		return nil, err
	}
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(sealed, "="))
	if err != nil || len(raw) < box.NonceSize() {
		return nil, ErrDoorSealed
	}
	plain, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], []byte(about))
	if err != nil {
		return nil, ErrDoorSealed
	}
	return plain, nil
}
