package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// Call has the process that serves dir do what r asks for. ErrAbsent when there
// is none. When ctx ends, the work is stopped and what it still says is heard
// before Call returns. A failure of the work is a *Failure.
func Call(ctx context.Context, dir string, r Request, out Out) error {
	conn, err := dial(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	r.Protocol = protocol
	request, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if len(request) >= maxRequest {
		return &Failure{Usage, fmt.Sprintf("demande trop longue pour le portail en service (%d octets, au plus %d) : nommer moins de fichiers à la fois", len(request), maxRequest)}
	}
	if err := conn.SetDeadline(time.Now().Add(helloTimeout)); err != nil {
		return err
	}
	// A server that refuses at once may be gone before it has read the request:
	// what it said is worth more than the failure to write.
	_, writeErr := conn.Write(append(request, '\n'))
	lines := bufio.NewScanner(conn)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	c := &call{conn: conn, lines: lines, out: out, version: r.Version}
	if err := c.hello(); err != nil {
		return errors.Join(err, writeErr)
	}
	stop := context.AfterFunc(ctx, c.interrupt)
	defer stop()
	return c.listen(ctx)
}

// dial tells a directory that nobody serves from one that may not be spoken to.
func dial(ctx context.Context, dir string) (*net.UnixConn, error) {
	path := SocketPath(dir)
	if len(path) > maxPath {
		return nil, ErrAbsent // nobody can listen there, see Listen
	}
	if info, err := os.Lstat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("la prise de commande %s est ouverte à d’autres comptes (mode %04o) : relancer le portail, qui la refait", path, info.Mode().Perm())
	}
	d := net.Dialer{Timeout: helloTimeout}
	conn, err := d.DialContext(ctx, "unix", path)
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOTDIR):
		return nil, ErrAbsent
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("la prise de commande %s n’est pas à cet utilisateur : lancer cette commande sous le compte du portail en service (%w)", path, err)
	case err != nil:
		return nil, fmt.Errorf("le portail en service ne répond pas sur %s (%w)", path, err)
	}
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("dial gave a %T", conn), conn.Close())
	}
	return unix, nil
}

// call is one request while it is answered.
type call struct {
	conn    *net.UnixConn
	lines   *bufio.Scanner
	out     Out
	version string
	server  Hello
}

// hello reads the first line and says what of the server the user should know.
func (c *call) hello() error {
	l, err := c.next()
	if err != nil {
		return fmt.Errorf("le portail en service ne répond pas (%w)", err)
	}
	if l.Failure != nil {
		return l.Failure
	}
	if l.Hello == nil {
		return errors.New("le portail en service répond ce que cette version ne comprend pas : employer le même programme")
	}
	c.server = *l.Hello
	if c.server.Version != c.version {
		_, _ = fmt.Fprintf(c.out.Stderr, "Attention : le portail en service est en version %s, cette commande en version %s ; c’est lui qui fait le travail.\n", c.server.Version, c.version)
	}
	if c.server.UID != os.Getuid() {
		_, _ = fmt.Fprintf(c.out.Stderr, "Le portail en service fait ce travail sous un autre compte (numéro %d) : il doit pouvoir lire les fichiers donnés et écrire dans le dossier des rejets.\n", c.server.UID)
	}
	return c.conn.SetDeadline(time.Time{}) // the work takes what it takes
}

// interrupt asks for the end of the work and waits for it with a limit.
func (c *call) interrupt() {
	_ = c.conn.CloseWrite()
	_ = c.conn.SetReadDeadline(time.Now().Add(stopTimeout))
}

// listen hands on what the server says, to the line that ends it.
func (c *call) listen(ctx context.Context) error {
	for {
		l, err := c.next()
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return &Failure{Interrupted, fmt.Sprintf("le portail en service (processus %d) finit de s’interrompre", c.server.PID)}
		case err != nil && ctx.Err() != nil:
			return &Failure{Interrupted, "interrompu"}
		case err != nil:
			return &Failure{Failed, fmt.Sprintf("le portail en service (processus %d) s’est arrêté pendant ce travail. Ce qui est écrit est complet : relancer le portail, puis la même commande (%v)", c.server.PID, err)}
		case l.Progress != nil:
			c.out.Progress(*l.Progress)
		case l.Out != "":
			_, _ = io.WriteString(c.out.Stdout, l.Out)
		case l.Err != "":
			_, _ = io.WriteString(c.out.Stderr, l.Err)
		case l.Failure != nil:
			return l.Failure
		case l.Done:
			return nil
		}
	}
}

// next reads a line.
func (c *call) next() (l line, err error) {
	if !c.lines.Scan() {
		if err := c.lines.Err(); err != nil {
			return l, err
		}
		return l, io.ErrUnexpectedEOF
	}
	return l, json.Unmarshal(c.lines.Bytes(), &l)
}
