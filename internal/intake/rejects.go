package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// reject is one line of the file of rejects.
type reject struct {
	file   string
	line   int
	column string
	value  string
	why    string
}

// rejects writes the file of rejects, made at the first one: CSV that a French
// spreadsheet opens at a double click. A failure is kept in err and ends the
// run: what is not told is lost.
type rejects struct {
	dir  string
	now  time.Time
	path string // "" until the first reject
	file *os.File
	buf  *bufio.Writer
	csv  *csv.Writer
	err  error
}

func (r *rejects) add(x reject) {
	if r.err != nil {
		return
	}
	if r.file == nil {
		if r.err = r.create(); r.err != nil {
			return
		}
	}
	record := []string{x.file, strconv.Itoa(x.line), x.column, shortened(x.value), x.why}
	for i := range record {
		record[i] = SafeCell(record[i])
	}
	if err := r.csv.Write(record); err != nil {
		r.err = r.failed(err)
	}
}

// create opens a file that does not exist yet, and makes its folder.
func (r *rejects) create() error {
	if r.dir != "" {
		r.path = r.dir
		if err := os.MkdirAll(r.dir, 0o700); err != nil {
			return r.failed(err)
		}
	}
	base := "rejets-" + r.now.Format("2006-01-02-150405")
	for i := 0; ; i++ {
		name := base + ".csv"
		if i > 0 {
			name = fmt.Sprintf("%s-%d.csv", base, i)
		}
		r.path = filepath.Join(r.dir, name)
		f, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // it repeats personal data
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return r.failed(err)
		}
		r.file, r.buf = f, bufio.NewWriterSize(f, 64<<10)
		break
	}
	_, err := r.buf.WriteString("\uFEFF")
	if err != nil {
		return r.failed(err)
	}
	r.csv = csv.NewWriter(r.buf)
	r.csv.Comma, r.csv.UseCRLF = ';', true
	return r.csv.Write([]string{"fichier", "ligne", "colonne", "valeur", "motif"})
}

func (r *rejects) failed(err error) error {
	return &storeError{fmt.Errorf("le fichier des lignes rejetées %s ne peut pas être écrit : choisir un autre dossier (%w)", r.path, err)}
}

func (r *rejects) close() error {
	if r.file == nil {
		return r.err
	}
	r.csv.Flush()
	err := errors.Join(r.csv.Error(), r.buf.Flush(), r.file.Close())
	if r.err == nil && err != nil {
		r.err = r.failed(err)
	}
	return r.err
}

// SafeCell keeps a spreadsheet from taking a value for a formula.
func SafeCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// maxRejectValue bounds a value in the file of rejects, in bytes.
const maxRejectValue = 300

func shortened(s string) string {
	if len(s) > maxRejectValue {
		return strings.ToValidUTF8(s[:maxRejectValue], "") + "…"
	}
	return s
}
