package intake

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"sourcier/internal/tempfile"
)

// waiting holds on disk the drafts that are settled at the end of a run
// (Draft.waits).
type waiting struct {
	dir   string
	file  *os.File
	out   *bufio.Writer
	parts []*part
	n     int
}

// held is a draft as it waits.
type held struct {
	Draft
	Part int
	Line int
}

func (w *waiting) add(d *Draft) error {
	if w.file == nil {
		f, err := tempFile(w.dir, "attente")
		if err != nil {
			return err
		}
		w.file, w.out = f, bufio.NewWriter(f)
	}
	if len(w.parts) == 0 || w.parts[len(w.parts)-1] != d.part {
		w.parts = append(w.parts, d.part)
	}
	body, err := json.Marshal(held{*d, len(w.parts) - 1, d.line})
	if err != nil {
		return err
	}
	w.n++
	_, err = w.out.Write(append(binary.AppendUvarint(nil, uint64(len(body))), body...))
	return w.failed(err)
}

func (w *waiting) failed(err error) error {
	if err == nil {
		return nil
	}
	return &storeError{fmt.Errorf("fichier temporaire dans %s\u202f: plus de place ou disque en panne\u202f; choisir un autre dossier par TMPDIR (%w)", w.dir, err)}
}

// each gives the drafts back in the order in which they came.
func (w *waiting) each(take func(*Draft) error) error {
	if w.file == nil {
		return nil
	}
	if err := w.out.Flush(); err != nil {
		return w.failed(err)
	}
	if _, err := w.file.Seek(0, io.SeekStart); err != nil {
		return w.failed(err)
	}
	src := bufio.NewReader(w.file)
	for range w.n {
		size, err := binary.ReadUvarint(src)
		if err != nil {
			return w.failed(err)
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(src, body); err != nil {
			return w.failed(err)
		}
		var h held
		if err := json.Unmarshal(body, &h); err != nil {
			return w.failed(err)
		}
		h.part, h.line = w.parts[h.Part], h.Line
		if err := take(&h.Draft); err != nil {
			return err
		}
	}
	return nil
}

func (w *waiting) close() error {
	if w.file == nil {
		return nil
	}
	return tempfile.Close(w.file)
}
