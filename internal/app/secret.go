package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/store"
)

var errKeyShape = errors.New("fichier de clé illisible")

// keySize is that of every key of the portal, in bytes.
const keySize = account.SecretSize

// readKey reads a key from a file that only its owner reads, and makes
// it when create is set and there is none. errKeyShape when it holds something else.
func readKey(path string, create bool) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		if err := makeKey(path); err != nil {
			return nil, err
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%w : %s ne contient pas %d octets en hexadécimal", errKeyShape, path, keySize)
	}
	return key, nil
}

// makeKey makes a key appear whole, or leaves the one that another process made
// meanwhile.
func makeKey(path string) error {
	key := make([]byte, keySize)
	_, _ = rand.Read(key)                                                 // never fails: crypto/rand ends the program instead
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	return errors.Join(err, os.Remove(f.Name()), syncDir(filepath.Dir(path)))
}

// secretPath is where the key is that links of mails derive from.
func (c Config) secretPath() string {
	if c.SecretFile != "" {
		return c.SecretFile
	}
	return filepath.Join(c.Data, "secret.key")
}

// secret reads the key that links of mails derive from, and makes it for a new store.
// Another one than that of the store would break links, codes and sealed values on
// one portal and not on the next.
func (a *App) secret(ctx context.Context) (account.Secret, error) {
	path := a.Config.secretPath()
	marks, err := store.OpenSecretMarks(ctx, a.db)
	if err != nil {
		return nil, err
	}
	mark, err := marks.Mark(ctx)
	if err != nil {
		return nil, err
	}
	key, err := readKey(path, mark == "")
	if err != nil {
		return nil, fmt.Errorf("clé du portail (SOURCIER_SECRET_FILE) : %w ; remettre le fichier gardé à part, le même pour tous les portails d’une base", err)
	}
	secret := account.Secret(key)
	if mark == "" {
		if mark, err = marks.Keep(ctx, secret.Mark(), a.Now()); err != nil {
			return nil, err
		}
	}
	if mark != secret.Mark() {
		return nil, fmt.Errorf("%s n’est pas la clé de cette base (SOURCIER_SECRET_FILE) : remettre le fichier gardé à part, le même pour tous les portails d’une base", path)
	}
	return secret, nil
}

// otherSecret says what is to be done when the key here is not that of the store, ""
// when it is.
func (a *App) otherSecret(ctx context.Context) (string, error) {
	marks, err := store.OpenSecretMarks(ctx, a.db)
	if err != nil {
		return "", err
	}
	mark, err := marks.Mark(ctx)
	if err != nil || mark == "" {
		return "", err
	}
	path := a.Config.secretPath()
	key, err := readKey(path, false)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("La clé du portail n’est pas dans la sauvegarde : remettre %s, gardé à part, avant d’ouvrir le portail.", path), nil
	case err != nil || account.Secret(key).Mark() != mark:
		return fmt.Sprintf("%s n’est pas la clé de la base restaurée : y remettre le fichier gardé à part avant d’ouvrir le portail.", path), nil
	}
	return "", nil
}
