package control

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// served is a server on a directory, until the test ends.
type served struct {
	dir    string
	server *Server
	stop   func() // and waits
	log    *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func serve(t *testing.T, dir string, handle Handler, adjust ...func(*Server)) served {
	t.Helper()
	log := &syncBuffer{}
	server, err := Listen(dir, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range adjust {
		change(server)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(ctx, "v1", handle) }()
	stop := func() { cancel(); <-done }
	t.Cleanup(stop)
	return served{dir, server, stop, log}
}

// shortDir is a directory whose socket has a path that every system takes.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "sk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// heard is what a client was told.
type heard struct {
	out, err strings.Builder
	progress []Progress
}

func (h *heard) call(ctx context.Context, dir, command string) error {
	return Call(ctx, dir, Request{Version: "v1", Command: command, Args: []byte(`{}`)}, Out{
		Stdout: &h.out, Stderr: &h.err, Progress: func(p Progress) { h.progress = append(h.progress, p) },
	})
}

func wantFailure(t *testing.T, err error, kind Kind, says string) {
	t.Helper()
	var f *Failure
	if !errors.As(err, &f) || f.Kind != kind || !strings.Contains(f.Text, says) {
		t.Errorf("%v, want a failure of kind %s that says %q", err, kind, says)
	}
}

// echo says the command back, so that a test sees that the server goes on.
func echo(_ context.Context, r Request, out Out) error {
	_, _ = fmt.Fprint(out.Stdout, r.Command)
	return nil
}

func (s served) goesOn(t *testing.T) {
	t.Helper()
	var h heard
	if err := h.call(t.Context(), s.dir, "echo"); err != nil || h.out.String() != "echo" {
		t.Errorf("the server does not go on: %q, %v", h.out.String(), err)
	}
}

func TestWhatACommandSaysArrives(t *testing.T) {
	long := strings.Repeat("é\u202f", maxText) // letters of two and three bytes over several lines
	s := serve(t, shortDir(t), func(_ context.Context, r Request, out Out) error {
		out.Progress(Progress{Label: "l", Line: "ligne", Done: 1, Total: 2})
		out.Progress(Progress{Done: 2}) // too soon after the first
		_, _ = io.WriteString(out.Stderr, "à côté")
		_, _ = io.WriteString(out.Stdout, long)
		switch r.Command {
		case "usage":
			return &Failure{Usage, "option fausse"}
		case "failed":
			return errors.New("raté")
		case "panic":
			panic("bug")
		}
		return nil
	})
	for command, want := range map[string]*Failure{
		"ok": nil, "usage": {Usage, "option fausse"}, "failed": {Failed, "raté"}, "panic": {Failed, "erreur interne"},
	} {
		var h heard
		err := h.call(t.Context(), s.dir, command)
		if want == nil && err != nil {
			t.Error(err)
		}
		if want != nil {
			wantFailure(t, err, want.Kind, want.Text)
		}
		if h.out.String() != long || h.err.String() != "à côté" {
			t.Errorf("%s: %d bytes instead of %d, %q", command, h.out.Len(), len(long), h.err.String())
		}
		if len(h.progress) != 1 || h.progress[0] != (Progress{"l", "ligne", 1, 2}) {
			t.Errorf("%s: progress %+v", command, h.progress)
		}
	}
	if !strings.Contains(s.log.String(), "panic=bug") {
		t.Errorf("the log does not tell of the panic: %s", s.log)
	}
}

func TestSocketFile(t *testing.T) {
	dir := shortDir(t)
	path := filepath.Join(dir, socketName)
	var h heard
	if err := h.call(t.Context(), dir, "echo"); !errors.Is(err, ErrAbsent) {
		t.Errorf("without a socket: %v", err)
	}
	// A process that was killed leaves its socket, and perhaps the draft of one.
	left, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	left.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := errors.Join(left.Close(), os.Chmod(path, 0o600), os.Mkdir(filepath.Join(dir, draftName), 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := h.call(t.Context(), dir, "echo"); !errors.Is(err, ErrAbsent) {
		t.Errorf("with the socket of a killed process: %v", err)
	}
	s := serve(t, dir, echo)
	s.goesOn(t)
	info, err := os.Stat(path)
	if err != nil || info.Mode() != os.ModeSocket|0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := h.call(t.Context(), dir, "echo"); err == nil || !strings.Contains(err.Error(), "mode 0666") {
		t.Errorf("a socket open to all: %v", err)
	}
	s.stop()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left after the stop: %v, %v", entries, err)
	}
}

func TestPathTooLong(t *testing.T) {
	dir := filepath.Join(shortDir(t), strings.Repeat("d", maxPath))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(dir, slog.Default()); err == nil || !strings.Contains(err.Error(), "trop long") || !strings.Contains(err.Error(), "SOURCIER_DATA") {
		t.Errorf("listening: %v", err)
	}
	var h heard
	if err := h.call(t.Context(), dir, "echo"); !errors.Is(err, ErrAbsent) {
		t.Errorf("calling: %v", err)
	}
	// The same directory named from near by is short enough.
	t.Chdir(filepath.Dir(dir))
	if got := SocketPath(filepath.Join(dir)); len(got) > maxPath+len(socketName)+1 || filepath.IsAbs(got) {
		t.Errorf("path %q", got)
	}
	t.Chdir(dir)
	serve(t, dir, echo).goesOn(t)
}

// Whatever comes in, the server answers the next client.
func TestBadRequests(t *testing.T) {
	s := serve(t, shortDir(t), echo, func(s *Server) { s.hello = 200 * time.Millisecond })
	for name, tt := range map[string]struct{ send, says string }{
		"nothing":           {"", "illisible"},
		"not JSON":          {"GET / HTTP/1.1\n", "illisible"},
		"too long":          {strings.Repeat("x", maxRequest+1), "illisible"},
		"no end of line":    {`{"protocol":1`, "illisible"},
		"another protocol":  {`{"protocol":99,"version":"v9"}` + "\n", "(version v1) et cette commande (version v9)"},
		"an empty command":  {`{"protocol":1}` + "\n", `"done":true`}, // the handler judges
		"several and a tip": {`{"protocol":1,"command":"a"}` + "\n" + strings.Repeat("z", 100), `"done":true`},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("unix", filepath.Join(s.dir, socketName))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			go func() { _, _ = io.WriteString(conn, tt.send) }()
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			answer, err := io.ReadAll(conn)
			if !strings.Contains(string(answer), tt.says) {
				t.Errorf("answer %s (%v), want %q", answer, err, tt.says)
			}
			s.goesOn(t)
		})
	}
}

func TestVersionsThatDiffer(t *testing.T) {
	s := serve(t, shortDir(t), echo)
	var h heard
	err := Call(t.Context(), s.dir, Request{Version: "v2", Command: "echo"}, Out{Stdout: &h.out, Stderr: &h.err})
	if err != nil || h.out.String() != "echo" || !strings.Contains(h.err.String(), "version v1, cette commande en version v2") {
		t.Errorf("%q, %q, %v", h.out.String(), h.err.String(), err)
	}
}

// working is a handler that works until its context ends, then tells what it did.
func working(begun chan<- struct{}, ended chan<- error) Handler {
	return func(ctx context.Context, r Request, out Out) error {
		if r.Command == "echo" {
			return echo(ctx, r, out)
		}
		begun <- struct{}{}
		<-ctx.Done()
		_, _ = io.WriteString(out.Stdout, "le compte de ce qui est fait")
		ended <- context.Cause(ctx)
		return fmt.Errorf("arrêté : %w", ctx.Err())
	}
}

func TestClientInterrupts(t *testing.T) {
	begun, ended := make(chan struct{}), make(chan error, 1)
	s := serve(t, shortDir(t), working(begun, ended))
	ctx, interrupt := context.WithCancel(t.Context())
	go func() { <-begun; interrupt() }()
	var h heard
	wantFailure(t, h.call(ctx, s.dir, "work"), Interrupted, "arrêté")
	if cause := <-ended; !errors.Is(cause, ErrGone) || h.out.String() != "le compte de ce qui est fait" {
		t.Errorf("cause %v, heard %q", cause, h.out.String())
	}
	s.goesOn(t)
}

func TestClientDies(t *testing.T) {
	begun, ended := make(chan struct{}), make(chan error, 1)
	s := serve(t, shortDir(t), working(begun, ended))
	conn, err := net.Dial("unix", filepath.Join(s.dir, socketName))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, `{"protocol":1,"command":"work"}`+"\n")
	<-begun
	_ = conn.Close()
	if cause := <-ended; !errors.Is(cause, ErrGone) {
		t.Errorf("cause %v", cause)
	}
	s.goesOn(t)
}

// A client that reads nothing must not hold up the work for ever.
func TestClientThatDoesNotRead(t *testing.T) {
	ended := make(chan error, 1)
	s := serve(t, shortDir(t), func(ctx context.Context, r Request, out Out) error {
		if r.Command == "echo" {
			return echo(ctx, r, out)
		}
		for ctx.Err() == nil {
			_, _ = io.WriteString(out.Stdout, strings.Repeat("x", maxText))
		}
		ended <- context.Cause(ctx)
		return ctx.Err()
	}, func(s *Server) { s.unread = 100 * time.Millisecond })
	conn, err := net.Dial("unix", filepath.Join(s.dir, socketName))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, `{"protocol":1,"command":"work"}`+"\n")
	select {
	case cause := <-ended:
		if !errors.Is(cause, ErrGone) {
			t.Errorf("cause %v", cause)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the work still waits for its client")
	}
	s.goesOn(t)
}

func TestServerStops(t *testing.T) {
	begun, ended := make(chan struct{}), make(chan error, 1)
	s := serve(t, shortDir(t), working(begun, ended))
	go func() { <-begun; s.stop() }()
	var h heard
	wantFailure(t, h.call(t.Context(), s.dir, "work"), Failed, "le portail a été arrêté")
	if h.out.String() != "le compte de ce qui est fait" {
		t.Errorf("heard %q", h.out.String())
	}
}

// A server that is killed says nothing: the client does.
func TestServerDies(t *testing.T) {
	dir := shortDir(t)
	ln, err := net.Listen("unix", filepath.Join(dir, socketName))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	if err := os.Chmod(filepath.Join(dir, socketName), 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		_, _ = bufio.NewReader(conn).ReadString('\n')
		_, _ = io.WriteString(conn, `{"hello":{"protocol":1,"version":"v1","pid":42}}`+"\n"+`{"out":"déb`)
		_ = conn.Close()
	}()
	var h heard
	wantFailure(t, h.call(t.Context(), dir, "work"), Failed, "(processus 42) s’est arrêté pendant ce travail")
}

func TestManyClients(t *testing.T) {
	begun, ended := make(chan struct{}, maxClients), make(chan error, maxClients)
	s := serve(t, shortDir(t), working(begun, ended))
	ctx, interrupt := context.WithCancel(t.Context())
	var calling sync.WaitGroup
	for range maxClients {
		calling.Go(func() { _ = new(heard).call(ctx, s.dir, "work") })
	}
	for range maxClients {
		<-begun
	}
	wantFailure(t, new(heard).call(t.Context(), s.dir, "echo"), Failed, "trop de commandes")
	interrupt()
	calling.Wait()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if err := new(heard).call(t.Context(), s.dir, "echo"); err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func TestPathsAreCarriedWholeOrNotAtAll(t *testing.T) {
	if b, err := Path("/données/été.csv").MarshalText(); err != nil || string(b) != "/données/été.csv" {
		t.Errorf("%s, %v", b, err)
	}
	if _, err := Path("/donn\xe9es.csv").MarshalText(); err == nil || !strings.Contains(err.Error(), "renommer") {
		t.Errorf("a name in Windows-1252: %v", err)
	}
}
