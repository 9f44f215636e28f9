package app

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sourcier/internal/account"
)

var errKeyShape = errors.New("fichier de clé illisible")

// readKey reads a key of size bytes from a file that only its owner reads, and makes
// it when create is set and there is none. errKeyShape when it holds something else.
func readKey(path string, size int, create bool) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		key := make([]byte, size)
		if _, err := rand.Read(key); err != nil {
			return nil, err
		}
		return key, os.WriteFile(path, []byte(hex.EncodeToString(key)+"\n"), 0o600)
	}
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != size {
		return nil, fmt.Errorf("%w : %s ne contient pas %d octets en hexadécimal", errKeyShape, path, size)
	}
	return key, nil
}

// secret reads the key that links of mails derive from, and makes it the first time.
func (a *App) secret() (account.Secret, error) {
	path := a.Config.SecretFile
	if path == "" {
		path = filepath.Join(a.Config.Data, "secret.key")
	}
	key, err := readKey(path, account.SecretSize, true)
	if err != nil {
		return nil, fmt.Errorf("clé du portail (SOURCIER_SECRET_FILE) : %w ; remettre le fichier gardé à part, le même pour tous les portails d’une base", err)
	}
	return key, nil
}
