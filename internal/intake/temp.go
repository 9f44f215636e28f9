package intake

import (
	"fmt"
	"os"

	"sourcier/internal/tempfile"
)

// tempFile opens a file without a name.
func tempFile(dir, what string) (*os.File, error) {
	f, err := tempfile.Create(dir, what)
	if err != nil {
		return nil, &storeError{fmt.Errorf("pas de fichier temporaire possible dans %s : choisir un autre dossier par TMPDIR (%w)", dir, err)}
	}
	return f, nil
}
