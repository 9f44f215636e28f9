package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	api "github.com/blevesearch/scorch_segment_api/v2"
)

// The directory holds one index per sub-directory and a file that names the
// one in use. A rebuild makes another beside and then renames the file: killed
// before, the old one is still named; killed after, the new one is complete.
const (
	currentFile  = "CURRENT"
	indexPrefix  = "idx-"
	currentDraft = currentFile + ".new"
)

// currentDir gives the index in use, "" when there is none.
func currentDir(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, currentFile)) // #nosec G304 -- the directory is the operator's setting
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	name := strings.TrimSpace(string(b))
	if !strings.HasPrefix(name, indexPrefix) || name != filepath.Base(name) {
		return "", nil // cut by a full disk: nothing is lost, the index is rebuilt
	}
	return filepath.Join(dir, name), nil
}

// setCurrent names the index in use, durably.
func setCurrent(dir, index string) error {
	draft := filepath.Join(dir, currentDraft)
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // #nosec G304 -- as above
	if err != nil {
		return err
	}
	_, err = f.WriteString(filepath.Base(index) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(draft, filepath.Join(dir, currentFile)); err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir) // #nosec G304 -- as above
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// freshDir names an index directory that does not exist.
func freshDir(dir string) (string, error) {
	for n := time.Now().UnixNano(); ; n++ {
		name := filepath.Join(dir, indexPrefix+strconv.FormatInt(n, 36))
		_, err := os.Stat(name)
		if errors.Is(err, os.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
	}
}

// sweep removes the indexes that are not in use: what a killed rebuild left.
func sweep(dir, keep string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		if path := filepath.Join(dir, e.Name()); strings.HasPrefix(e.Name(), indexPrefix) && path != keep {
			errs = append(errs, os.RemoveAll(path))
		}
	}
	return errors.Join(errs...)
}

// verifySegments compares every segment file with its checksum, which bleve
// writes and does not read: a flipped bit would otherwise be a wrong answer, or
// a panic in the middle of a query.
func verifySegments(snapshot *scorch.IndexSnapshot) error {
	for _, s := range snapshot.Segments() {
		persisted, ok := s.Segment().(api.PersistedSegment)
		if !ok {
			continue
		}
		if err := verifyFile(persisted.Path()); err != nil {
			return err
		}
	}
	return nil
}

// verifyFile checks a zap file: its last four bytes are the CRC-32 of the others.
func verifyFile(path string) error {
	f, err := os.Open(path) // #nosec G304 -- a file of the index
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < 4 {
		return fmt.Errorf("%s has %d bytes: %w", path, info.Size(), errDamaged)
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, f, info.Size()-4); err != nil {
		return err
	}
	var footer [4]byte
	if _, err := io.ReadFull(f, footer[:]); err != nil {
		return err
	}
	if sum.Sum32() != binary.BigEndian.Uint32(footer[:]) {
		return fmt.Errorf("%s does not match its checksum: %w", path, errDamaged)
	}
	return nil
}
