package web

import (
	"errors"
	"io"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

// wholeBody reads the body of a request, within its bound, and then hands the request
// on. Of the routes that take files it reads nothing: who asks is known first, and they
// read the stream themselves, to the disk. What stays unread of a body would be taken
// for the next request: the connection ends then.
func wholeBody(c *fiber.Ctx) error {
	r := c.Request()
	if !r.IsBodyStream() {
		return c.Next()
	}
	stream := &tracked{Reader: r.BodyStream()}
	if takesFiles(c) {
		c.Locals(filesKey, stream)
		err := c.Next()
		stream.endConnection(c)
		return err
	}
	body, err := []byte(nil), error(fiber.ErrRequestEntityTooLarge)
	limit := bodyLimit
	if isAnswerForm(c.Path()) {
		limit = longForm
	}
	if r.Header.ContentLength() <= limit {
		body, err = stream.all(int64(limit))
	}
	if err != nil {
		stream.endConnection(c)
		return err
	}
	r.SetBodyRaw(body)
	return c.Next()
}

// takesFiles reports whether the body of a request holds files.
func takesFiles(c *fiber.Ctx) bool {
	return c.Method() == fiber.MethodPost && (c.Path() == adminImportsPath || takesSheetFile(c) || takesProgramme(c) || takesGuestFile(c))
}

const filesKey localKey = "files"

// filesOf is the stream of a request that sends files, nil when it has no body.
func filesOf(c *fiber.Ctx) *tracked {
	stream, _ := c.Locals(filesKey).(*tracked)
	return stream
}

// tracked knows whether a body was read to its end.
type tracked struct {
	io.Reader
	ended bool
}

func (t *tracked) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	t.ended = t.ended || errors.Is(err, io.EOF)
	return n, err
}

// all reads a body of at most limit bytes.
func (t *tracked) all(limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(t, limit+1))
	var network net.Error
	switch {
	case int64(len(body)) > limit:
		return nil, fiber.ErrRequestEntityTooLarge
	case errors.As(err, &network) && network.Timeout():
		return nil, fiber.ErrRequestTimeout
	case err != nil:
		return nil, fiber.ErrBadRequest
	}
	return body, nil
}

// endConnection closes the connection behind a body that was not read to its end, once
// some of the rest was: closing on unread bytes resets it, and the client would lose
// the answer.
func (t *tracked) endConnection(c *fiber.Ctx) {
	if t.ended {
		return
	}
	c.Response().Header.SetConnectionClose()
	t.discard(c.Context().Conn(), drainBytes, drainTime)
}

// discard reads some of what is left, until the client waits for an answer.
func (t *tracked) discard(conn net.Conn, most int64, during time.Duration) {
	piece := make([]byte, 32<<10)
	for until := time.Now().Add(during); most > 0 && time.Now().Before(until); {
		if conn.SetReadDeadline(time.Now().Add(drainTime)) != nil {
			return
		}
		n, err := t.Read(piece)
		if most -= int64(n); err != nil {
			return
		}
	}
}

// patient gives each piece of a body time to come, within a bound: the time that the
// server gives a page would cut a long file on a slow line.
type patient struct {
	io.Reader
	conn  net.Conn
	until time.Time
}

func (p *patient) Read(b []byte) (int, error) {
	deadline := time.Now().Add(stallTime)
	if deadline.After(p.until) {
		deadline = p.until
	}
	if err := p.conn.SetReadDeadline(deadline); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
}
