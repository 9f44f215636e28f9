package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"os"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Bodies are streamed by the server (StreamRequestBody), so that one of several
// megabytes is read by the route that wants it alone, after its access is judged, and
// goes to a file: nobody fills the memory by sending much at once. The server then
// holds no body to its limit by itself; body does.
const (
	// bodyLimit bounds request bodies, in bytes: a report of 2,000 letters, each
	// written as %C3%A9, fits several times.
	bodyLimit = 64 << 10
	// uploadReading is how long a file may be on its way: 10 MB by a slow telephone.
	uploadReading = 3 * time.Minute
)

// uploadPaths are the beginnings of the paths that take files.
var uploadPaths = []string{sheetsPath + "/"}

// slowUploads gives files the time that they take; the other requests keep that of
// the server.
func slowUploads(h *fasthttp.RequestHeader) (cfg fasthttp.RequestConfig) {
	if !h.IsPost() || !isMultipart(string(h.ContentType())) {
		return cfg
	}
	for _, start := range uploadPaths {
		if strings.HasPrefix(string(h.RequestURI()), start) {
			cfg.ReadTimeout = uploadReading
		}
	}
	return cfg
}

func isMultipart(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == fiber.MIMEMultipartForm
}

// body reads what is sent, but for files, which receive reads. What is left unread
// when an answer is there would be taken for the next request: the connection ends.
func body(c *fiber.Ctx) error {
	err := readBody(c)
	if err == nil {
		err = c.Next()
	}
	if c.Request().IsBodyStream() {
		c.Context().SetConnectionClose()
		drain(c)
	}
	return err
}

func readBody(c *fiber.Ctx) error {
	req := c.Request()
	if !req.IsBodyStream() || isMultipart(c.Get(fiber.HeaderContentType)) {
		return nil
	}
	if req.Header.ContentLength() > bodyLimit {
		return fiber.ErrRequestEntityTooLarge
	}
	data, err := io.ReadAll(io.LimitReader(req.BodyStream(), bodyLimit+1))
	if err != nil {
		return readingFailed(err)
	}
	if len(data) > bodyLimit {
		return fiber.ErrRequestEntityTooLarge
	}
	req.SetBody(data)
	return nil
}

// readingFailed tells a client that is too slow from one that broke off.
func readingFailed(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
		return fiber.ErrRequestTimeout
	}
	return fiber.ErrBadRequest
}
