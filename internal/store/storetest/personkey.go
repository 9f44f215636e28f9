package storetest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"sourcier/internal/store"
)

var personKeyTests = map[string]func(*testing.T, Opener){
	"sealed here, opened there": testSealed,
	"one key, however many ask": testSealedRace,
	"what does not open":        testSealedRefused,
	"erased for ever":           testErased,
	"erased while it is used":   testErasedRace,
	"a patch, then erasure":     testSealedPatch,
}

// secret wraps keys as the portal's secret does.
type secret string

func (s secret) gcm(purpose string) cipher.AEAD {
	key := sha256.Sum256([]byte(string(s) + "\x00" + purpose))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

func (s secret) Seal(purpose string, plain, context []byte) ([]byte, error) {
	return s.gcm(purpose).Seal(nil, nil, plain, context), nil // #nosec G407 -- it makes its own nonce
}

func (s secret) Open(purpose string, sealed, context []byte) ([]byte, error) {
	return s.gcm(purpose).Open(nil, nil, sealed, context)
}

func personKeys(t testing.TB, db store.DB) *store.PersonKeys {
	t.Helper()
	keys, err := store.OpenPersonKeys(t.Context(), db, secret("s"))
	noErr(t, err)
	return keys
}

// seal seals the name of a person.
func seal(t testing.TB, keys *store.PersonKeys, person, value string) json.RawMessage {
	t.Helper()
	sealed, err := keys.Seal(t.Context(), person, "name", value)
	noErr(t, err)
	return sealed
}

func opens(t testing.TB, keys *store.PersonKeys, sealed json.RawMessage, want string) {
	t.Helper()
	got, err := keys.Open(t.Context(), "name", sealed)
	noErr(t, err)
	equal(t, got, want)
}

func testSealed(t *testing.T, open Opener) {
	here, there := personKeys(t, portal(t, open)), personKeys(t, portal(t, open))
	for _, value := range []string{"", "Zoé Été", strings.Repeat("é", 4096)} {
		sealed := seal(t, here, "p1", value)
		if value != "" && strings.Contains(string(sealed), value) {
			t.Fatalf("%s", sealed)
		}
		opens(t, there, sealed, value)
	}
	if bytes.Equal(seal(t, here, "p1", "x"), seal(t, here, "p1", "x")) {
		t.Error("the same value is sealed twice alike")
	}
	_, err := here.Seal(t.Context(), "p1", "name", strings.Repeat("é", 4097))
	wantErr(t, err, store.ErrTooLarge)
	_, err = here.Seal(t.Context(), "", "name", "x")
	wantErr(t, err, store.ErrInvalid)
}

// testSealedRace: the first key of a person is made once, on whatever portal.
func testSealedRace(t *testing.T, open Opener) {
	dbs := []store.DB{portal(t, open), portal(t, open)}
	const n = 20
	type result struct {
		sealed json.RawMessage
		err    error
	}
	results := make(chan result, n)
	for i := range n {
		go func() {
			keys, err := store.OpenPersonKeys(t.Context(), dbs[i%2], secret("s"))
			if err == nil {
				var r result
				r.sealed, r.err = keys.Seal(t.Context(), "p1", "name", "Zoé")
				results <- r
				return
			}
			results <- result{err: err}
		}()
	}
	for range n {
		r := <-results
		noErr(t, r.err)
		opens(t, personKeys(t, dbs[0]), r.sealed, "Zoé")
	}
	equal(t, get(t, collection(t, dbs[0], store.PersonKeyCollection), "p1").Version, int64(1))
}

func testSealedRefused(t *testing.T, open Opener) {
	db := portal(t, open)
	keys := personKeys(t, db)
	sealed, other := seal(t, keys, "p1", "Zoé"), seal(t, keys, "p2", "Léa")
	var parts struct {
		Person string `json:"person"`
		Sealed []byte `json:"sealed"`
	}
	noErr(t, json.Unmarshal(sealed, &parts))
	with := func(person string, sealed []byte) json.RawMessage {
		text, err := json.Marshal(map[string]any{"person": person, "sealed": sealed})
		noErr(t, err)
		return text
	}
	for name, c := range map[string]struct {
		field  string
		sealed json.RawMessage
	}{
		"another field":           {"email", sealed},
		"another person":          {"name", with("p2", parts.Sealed)},
		"a person without a key":  {"name", with("p3", parts.Sealed)},
		"a person without a name": {"name", with("", parts.Sealed)},
		"truncated":               {"name", with("p1", parts.Sealed[:len(parts.Sealed)-1])},
		"a nonce alone":           {"name", with("p1", parts.Sealed[:12])},
		"nothing":                 {"name", with("p1", nil)},
		"one bit":                 {"name", with("p1", append(bytes.Clone(parts.Sealed[:20]), append([]byte{parts.Sealed[20] ^ 1}, parts.Sealed[21:]...)...))},
		"plain":                   {"name", json.RawMessage(`"Zoé"`)},
		"no JSON":                 {"name", json.RawMessage(`{"person":`)},
		"empty":                   {"name", nil},
	} {
		if got, err := keys.Open(t.Context(), c.field, c.sealed); !errors.Is(err, store.ErrInvalid) || got != "" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	opens(t, keys, other, "Léa")
	stranger, err := store.OpenPersonKeys(t.Context(), db, secret("another"))
	noErr(t, err)
	if _, err := stranger.Open(t.Context(), "name", sealed); err == nil {
		t.Error("opened without the portal's secret")
	}
}

func testErased(t *testing.T, open Opener) {
	here, there := personKeys(t, portal(t, open)), personKeys(t, portal(t, open))
	sealed, kept := seal(t, here, "p1", "Zoé"), seal(t, there, "p2", "Léa")
	opens(t, there, sealed, "Zoé")
	noErr(t, here.Destroy(t.Context(), "p1"))
	noErr(t, there.Destroy(t.Context(), "p1"))
	noErr(t, there.Destroy(t.Context(), "never"))
	for _, keys := range []*store.PersonKeys{here, there} {
		_, err := keys.Open(t.Context(), "name", sealed)
		wantErr(t, err, store.ErrErased)
		for _, person := range []string{"p1", "never"} {
			_, err = keys.Seal(t.Context(), person, "name", "Zoé")
			wantErr(t, err, store.ErrErased)
		}
		opens(t, keys, kept, "Léa")
	}
}

// testErasedRace: whoever seals while the key goes has sealed with the key that
// went, or is refused; no key comes after.
func testErasedRace(t *testing.T, open Opener) {
	here, there := personKeys(t, portal(t, open)), personKeys(t, portal(t, open))
	const n = 10
	results := make(chan error, n)
	for range n {
		go func() {
			_, err := there.Seal(t.Context(), "p1", "name", "Zoé")
			results <- err
		}()
	}
	noErr(t, here.Destroy(t.Context(), "p1"))
	for range n {
		if err := <-results; err != nil {
			wantErr(t, err, store.ErrErased)
		}
	}
	_, err := there.Seal(t.Context(), "p1", "name", "Zoé")
	wantErr(t, err, store.ErrErased)
}

// testSealedPatch: the audit keeps that something changed, and when, not what.
func testSealedPatch(t *testing.T, open Opener) {
	db := portal(t, open)
	keys := personKeys(t, db)
	patch, err := store.Patch(t.Context(), keys, store.Personal("p1", "name", "Zoe", "Zoé"), store.Changed{Field: "role", After: "buyer"})
	noErr(t, err)
	_, err = fruits(collection(t, db, "thing"), 1).Insert(t.Context(), fruit{ID: "a", Name: "Figue"},
		store.Change{Actor: "p1", At: auditNoon, What: "person.name", Subject: "p1", Patch: patch, Audit: true})
	noErr(t, err)
	carry(t, db, 1)
	read := func() []store.PatchField {
		t.Helper()
		lines := readAudit(t, openAudit(t, db), store.AuditFilter{Subject: "p1"}, 10)
		equal(t, len(lines), 1)
		equal(t, strings.Contains(string(lines[0].Patch), "Zo"), false)
		fields, err := store.ReadPatch(t.Context(), keys, lines[0].Patch)
		noErr(t, err)
		return fields
	}
	role := store.PatchField{Field: "role", Before: json.RawMessage("null"), After: json.RawMessage(`"buyer"`)}
	equal(t, read(), []store.PatchField{{Field: "name", Before: json.RawMessage(`"Zoe"`), After: json.RawMessage(`"Zoé"`), Person: "p1"}, role})
	noErr(t, keys.Destroy(t.Context(), "p1"))
	null := json.RawMessage("null")
	equal(t, read(), []store.PatchField{{Field: "name", Before: null, After: null, Person: "p1", Erased: true}, role})
}
