package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// InUseError says that another process owns the data directory.
type InUseError struct {
	Dir    string
	Holder string // "sourcier serve, processus 1234, depuis 15 h 04"
}

// serving reports whether the holder is, or may be, a portal that opens or
// closes: one that works has its socket.
func (e *InUseError) serving() bool {
	return e.Holder == "" || strings.HasPrefix(e.Holder, "sourcier serve,")
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("le dossier de données %s est déjà utilisé (%s) : arrêter ce processus, ou choisir un autre dossier avec SOURCIER_DATA", e.Dir, e.Holder)
}

// lockDir makes this process the owner of the data directory. The kernel drops
// the lock with the process, however it dies, so that nothing is left to clean.
func lockDir(dir, command string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("dossier de données : %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("dossier de données : %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(f.Name())
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, &InUseError{Dir: dir, Holder: strings.TrimSpace(string(holder))}
		}
		return nil, fmt.Errorf("verrou du dossier de données : %w", err)
	}
	if err := f.Truncate(0); err == nil {
		_, _ = fmt.Fprintf(f, "sourcier %s, processus %d, depuis %s\n", command, os.Getpid(), sinceText(time.Now(), time.Now())) // only read by people
	}
	return func() { _ = f.Close() }, nil
}
