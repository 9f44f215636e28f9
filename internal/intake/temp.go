package intake

import (
	"errors"
	"fmt"
	"os"
)

// tempFile opens a file without a name: it is gone when it is closed, or when
// the process is killed. Where the system does not allow that, closeTemp
// removes it.
func tempFile(dir, what string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "sourcier-"+what+"-*")
	if err != nil {
		return nil, &storeError{fmt.Errorf("pas de fichier temporaire possible dans %s : choisir un autre dossier par TMPDIR (%w)", dir, err)}
	}
	_ = os.Remove(f.Name()) // fails on an open file outside Unix
	return f, nil
}

func closeTemp(f *os.File) error {
	err := f.Close()
	if gone := os.Remove(f.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		return errors.Join(err, gone)
	}
	return err
}
