// Package tempfile opens files without a name.
package tempfile

import (
	"errors"
	"fmt"
	"os"
)

// Create opens a file in a directory, "" for that of the system. It has no name:
// it is gone when it is closed, or when the process is killed. Where the system
// does not allow that, Close removes it.
func Create(dir, what string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "sourcier-"+what+"-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // fails on an open file outside Unix
	return f, nil
}

// Close closes a file that Create made, which is then gone.
func Close(f *os.File) error {
	err := f.Close()
	if gone := os.Remove(f.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		return errors.Join(err, gone)
	}
	return err
}

// Path is a path by which a file that Create made is opened again while it is open.
func Path(f *os.File) string {
	if _, err := os.Stat(f.Name()); err == nil {
		return f.Name()
	}
	return fmt.Sprintf("/proc/self/fd/%d", f.Fd())
}
