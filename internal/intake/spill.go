package intake

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	"sourcier/internal/tempfile"
)

// spill sets records aside on disk in parts of about equal size, so that two
// files of tens of millions of lines can be joined in the memory of one part.
type spill struct {
	dir   string
	files []*os.File
	out   []*bufio.Writer
	size  int64
	err   error
}

// spillBuffer is the memory of one part while it is written.
const spillBuffer = 16 << 10

func newSpill(dir string, parts int) *spill {
	return &spill{dir: dir, files: make([]*os.File, parts), out: make([]*bufio.Writer, parts)}
}

// partOf spreads keys over the parts, the same on every machine.
func (s *spill) partOf(key []byte) int {
	h := fnv.New32a()
	_, _ = h.Write(key)
	return int(h.Sum32()>>1) % len(s.files)
}

// put adds a record to the part of its key.
func (s *spill) put(key []byte, source, line int, fields [][]byte) error {
	n := s.partOf(key)
	if s.files[n] == nil {
		f, err := tempFile(s.dir, "import")
		if err != nil {
			return err
		}
		s.files[n], s.out[n] = f, bufio.NewWriterSize(f, spillBuffer)
	}
	w := s.out[n]
	s.number(w, source)
	s.number(w, line)
	s.number(w, len(fields))
	for _, f := range fields {
		s.number(w, len(f))
		k, err := w.Write(f)
		s.note(k, err)
	}
	return s.err
}

func (s *spill) number(w *bufio.Writer, n int) {
	var buf [binary.MaxVarintLen64]byte
	k, err := w.Write(buf[:binary.PutVarint(buf[:], int64(n))])
	s.note(k, err)
}

func (s *spill) note(n int, err error) {
	s.size += int64(n)
	if err != nil && s.err == nil {
		s.err = &storeError{fmt.Errorf("fichier temporaire dans %s : plus de place ou disque en panne ; choisir un autre dossier par TMPDIR (%w)", s.dir, err)}
	}
}

// setAside is a record read back. Its fields stay valid.
type setAside struct {
	source int // number of the part of the import it comes from
	line   int
	fields [][]byte
}

// each reads one part back in the order in which it was written.
func (s *spill) each(n int, take func(setAside) error) error {
	if s.files[n] == nil {
		return nil
	}
	if err := s.out[n].Flush(); err != nil {
		s.note(0, err)
		return s.err
	}
	if _, err := s.files[n].Seek(0, io.SeekStart); err != nil {
		return &storeError{err}
	}
	src := bufio.NewReaderSize(s.files[n], 256<<10)
	for {
		r, err := readAside(src)
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return &storeError{fmt.Errorf("fichier temporaire dans %s : %w", s.dir, err)}
		}
		if err := take(r); err != nil {
			return err
		}
	}
}

func readAside(src *bufio.Reader) (r setAside, err error) {
	var head [3]int64
	for i := range head {
		if head[i], err = binary.ReadVarint(src); err != nil {
			if i > 0 {
				err = errors.Join(io.ErrUnexpectedEOF, err)
			}
			return r, err
		}
	}
	r.source, r.line, r.fields = int(head[0]), int(head[1]), make([][]byte, head[2])
	for i := range r.fields {
		size, err := binary.ReadVarint(src)
		if err != nil {
			return r, errors.Join(io.ErrUnexpectedEOF, err)
		}
		r.fields[i] = make([]byte, size)
		if _, err := io.ReadFull(src, r.fields[i]); err != nil {
			return r, errors.Join(io.ErrUnexpectedEOF, err)
		}
	}
	return r, nil
}

// drop frees one part.
func (s *spill) drop(n int) {
	if s.files[n] != nil {
		_ = tempfile.Close(s.files[n])
		s.files[n], s.out[n] = nil, nil
	}
}

func (s *spill) close() {
	for n := range s.files {
		s.drop(n)
	}
}
