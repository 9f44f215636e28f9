// Package control carries commands to the process that serves a data
// directory, over a Unix socket in it, and what they say back to who asked.
//
// A client sends one line of JSON, the Request, and reads lines until the one
// that ends the work. It stops the work by closing its half of the connection,
// or by dying: the server sees the same end of file, stops the work cleanly and
// still tells what was done. Who may open the socket (mode 0600, in a directory
// of mode 0700) is the user of the portal, and root.
package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"
)

const (
	// protocol changes when an older side would misunderstand a newer one.
	protocol = 1
	// socketName and draftName are in the data directory. The socket is made in
	// a directory of its own, and gets its name once its mode is right.
	socketName = "control.sock"
	draftName  = "control.new"
	// maxPath is the least of what systems let the name of a socket be, in bytes:
	// 107 on Linux, 103 on BSD.
	maxPath = 103

	maxRequest = 1 << 20  // bytes: some 10,000 file names
	maxLine    = 1 << 20  // bytes, from the server
	maxText    = 32 << 10 // bytes of text in one line
	maxClients = 32       // at a time

	helloTimeout = 10 * time.Second // for the request, and for the first line of the answer
	// writeTimeout is how long a client may leave its lines unread before it is
	// taken for gone: the work must not wait for a terminal that was suspended.
	writeTimeout = 10 * time.Second
	// stopTimeout is how long a client that was interrupted waits for the work
	// to end and to tell what it did.
	stopTimeout = 2 * time.Minute
	// progressEvery is the pace of progress, of which the newest is enough.
	progressEvery = 100 * time.Millisecond
	acceptRetry   = time.Second
)

// Out is where a command tells what it does, be it here or for a client.
type Out struct {
	Stdout   io.Writer      // what was asked for
	Stderr   io.Writer      // words beside
	Progress func(Progress) // never nil; safe for concurrent use
}

// Progress is how far a command is, worded in French by who does the work, so
// that any client can show it.
type Progress struct {
	Label string `json:"label"`           // stands before a bar
	Line  string `json:"line"`            // says it all, where there is no bar
	Done  int64  `json:"done"`            // of Total, in any unit
	Total int64  `json:"total,omitempty"` // 0 when not known
}

// Path is a path that is carried as it is, or not at all.
type Path string

// MarshalText refuses what JSON would change without a word.
func (p Path) MarshalText() ([]byte, error) {
	if !utf8.ValidString(string(p)) {
		return nil, fmt.Errorf("le nom %q n’est pas en UTF-8 et ne peut pas être dit au portail en service : renommer le fichier ou le dossier", string(p))
	}
	return []byte(p), nil
}

// Request asks for a command.
type Request struct {
	Protocol int             `json:"protocol"`
	Version  string          `json:"version"`  // of the client
	Settings string          `json:"settings"` // fingerprint: both sides must mean the same store
	Who      string          `json:"who"`      // in French, for who finds the work under way
	Command  string          `json:"command"`
	Args     json.RawMessage `json:"args"`
}

// Hello is the first thing that a server says.
type Hello struct {
	Protocol int    `json:"protocol"`
	Version  string `json:"version"`
	PID      int    `json:"pid"`
	UID      int    `json:"uid"`
}

// line is one line from the server; one field is set.
type line struct {
	Hello    *Hello    `json:"hello,omitempty"`
	Progress *Progress `json:"progress,omitempty"`
	Out      string    `json:"out,omitempty"`
	Err      string    `json:"err,omitempty"`
	Done     bool      `json:"done,omitempty"`
	Failure  *Failure  `json:"failure,omitempty"`
}

// Kind says what a failure means for an exit code.
type Kind string

// Kinds of failure.
const (
	Failed      Kind = "failed"      // the work was not, or not wholly, done
	Usage       Kind = "usage"       // it was asked for wrongly
	Interrupted Kind = "interrupted" // the client stopped it
)

// Failure is the error of a command, in French.
type Failure struct {
	Kind Kind   `json:"kind"`
	Text string `json:"text"`
}

func (f *Failure) Error() string { return f.Text }

// Errors of a client.
var (
	// ErrAbsent says that nobody serves the directory.
	ErrAbsent = errors.New("no process serves this data directory")
	// ErrGone is the cause of the end of a work whose client stopped it or died.
	ErrGone = errors.New("the client is gone")
)

// SocketPath is where the socket of a data directory is: the shorter of the path
// from here and the one from the root.
func SocketPath(dir string) string {
	here := filepath.Join(dir, socketName)
	cwd, err := os.Getwd()
	if err != nil {
		return here
	}
	abs, err := filepath.Abs(here)
	if err != nil {
		return here
	}
	if rel, err := filepath.Rel(cwd, abs); err == nil && len(rel) < len(abs) {
		return rel
	}
	return abs
}
