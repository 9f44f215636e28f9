package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Handler does what a request asks for. Its context ends when the client goes
// away or the server stops; it must end soon after.
type Handler func(ctx context.Context, r Request, out Out) error

// Server listens on the socket of a data directory.
type Server struct {
	path    string
	ln      *net.UnixListener
	log     *slog.Logger
	clients chan struct{} // bounds how many there are
	// hello and unread are shorter in tests.
	hello, unread time.Duration
}

// Listen makes the socket. The caller owns the directory: a socket that is there
// was left by a process that was killed, and is replaced.
func Listen(dir string, log *slog.Logger) (*Server, error) {
	path := SocketPath(dir)
	if len(path) > maxPath {
		return nil, fmt.Errorf("le chemin de la prise de commande est trop long pour ce système (%s : %d octets, au plus %d) : choisir un SOURCIER_DATA plus court", path, len(path), maxPath)
	}
	ln, err := listenPrivately(path)
	if err != nil {
		return nil, fmt.Errorf("prise de commande %s : %w", path, err)
	}
	return &Server{path: path, ln: ln, log: log, clients: make(chan struct{}, maxClients), hello: helloTimeout, unread: writeTimeout}, nil
}

// listenPrivately never shows the socket with a wider mode than 0600: between
// its making and its mode, it is in a directory that nobody else enters.
func listenPrivately(path string) (*net.UnixListener, error) {
	dir := filepath.Join(filepath.Dir(path), draftName)
	if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)); err != nil {
		return nil, err
	}
	draft := filepath.Join(dir, "s") // as long as the name of the socket, or shorter
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: draft, Net: "unix"})
	if err != nil {
		return nil, err
	}
	ln.SetUnlinkOnClose(false) // it would remove the draft
	if err := errors.Join(os.Chmod(draft, 0o600), os.Rename(draft, path), os.Remove(dir)); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	return ln, nil
}

// Serve answers clients until ctx ends; it then removes the socket and waits for
// the work under way, whose context ends too. version is told to clients.
func (s *Server) Serve(ctx context.Context, version string, handle Handler) {
	hello := Hello{Protocol: protocol, Version: version, PID: os.Getpid(), UID: os.Getuid()}
	var working sync.WaitGroup
	defer working.Wait()
	defer context.AfterFunc(ctx, func() { _ = s.Close() })()
	for {
		conn, err := s.ln.AcceptUnix()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // no file handle left, for instance: pages go on, and so does this
			s.log.Warn("control socket cannot accept", "err", err)
			time.Sleep(acceptRetry)
			continue
		}
		select {
		case s.clients <- struct{}{}:
		default:
			_ = (&stream{conn: conn, unread: s.unread}).fail(Failed, "trop de commandes à la fois : attendre la fin de l’une d’elles")
			_ = conn.Close()
			continue
		}
		working.Go(func() {
			defer func() { <-s.clients }()
			s.answer(ctx, conn, hello, handle)
		})
	}
}

// Close stops listening and removes the socket.
func (s *Server) Close() error { return errors.Join(os.Remove(s.path), s.ln.Close()) }

// answer does what one client asks for.
func (s *Server) answer(ctx context.Context, conn *net.UnixConn, hello Hello, handle Handler) {
	defer func() { _ = conn.Close() }()
	working, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out := &stream{conn: conn, unread: s.unread, gone: func() { cancel(ErrGone) }}
	_ = out.send(line{Hello: &hello}) // a client that is gone is told so below
	r, err := readRequest(conn, s.hello)
	if err != nil {
		s.log.Warn("command not understood", "err", err)
		_ = out.fail(Failed, "demande illisible : "+err.Error())
		return
	}
	if r.Protocol != protocol {
		_ = out.fail(Failed, fmt.Sprintf("le portail en service (version %s) et cette commande (version %s) ne se comprennent pas : employer le même programme, ou relancer le portail", hello.Version, r.Version))
		return
	}
	// Nothing more comes from the client but the end of its half.
	go func() {
		_, _ = io.Copy(io.Discard, conn)
		cancel(ErrGone)
	}()
	start := time.Now()
	s.log.Info("command begins", "command", r.Command, "who", r.Who)
	err = s.work(working, handle, r, out)
	s.log.Info("command ended", "command", r.Command, "who", r.Who, "took", time.Since(start).Round(time.Millisecond), "err", err)
	_ = out.end(working, ctx, err)
}

// work keeps a bug in one command from ending the portal.
func (s *Server) work(ctx context.Context, handle Handler, r Request, out *stream) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("command panicked", "command", r.Command, "panic", p)
			err = fmt.Errorf("erreur interne pendant cette commande, dite dans le journal du portail")
		}
	}()
	return handle(ctx, r, out.out())
}

// readRequest reads the one line of a client.
func readRequest(conn *net.UnixConn, within time.Duration) (r Request, err error) {
	if err := conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		return r, err
	}
	in := bufio.NewReader(io.LimitReader(conn, maxRequest))
	text, err := in.ReadBytes('\n')
	if err != nil {
		return r, fmt.Errorf("%d octets sans fin de ligne (%w)", len(text), err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, err
	}
	return r, conn.SetReadDeadline(time.Time{})
}
