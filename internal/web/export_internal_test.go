package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"sourcier/internal/export"
	"sourcier/internal/tempfile"
)

// TestFileBody: who takes a piece gets time for the next, and in the end nobody
// holds the file.
func TestFileBody(t *testing.T) {
	f, err := tempfile.Create(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("abc"), 0); err != nil {
		t.Fatal(err)
	}
	ours, theirs := net.Pipe()
	defer func() { _ = theirs.Close() }()
	if err := ours.SetWriteDeadline(time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	released := 0
	body := &fileBody{file: &export.Done{File: f}, conn: ours, until: time.Now().Add(time.Hour), release: func() { released++ }}
	if _, err := body.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.ReadFull(theirs, make([]byte, 1)) }()
	if _, err := ours.Write([]byte("a")); err != nil {
		t.Errorf("a client that reads is cut: %v", err)
	}
	body.until = time.Now().Add(-time.Second)
	if _, err := body.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := ours.Write([]byte("b")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a client may take for ever: %v", err)
	}
	if err := body.Close(); err != nil || released != 1 {
		t.Errorf("released %d times, %v", released, err)
	}
	if _, err := f.Stat(); err == nil {
		t.Error("the file is still open")
	}
}

// TestTooManyExports: who comes when files fill their room is told so at once, who
// waits for a turn in the end.
func TestTooManyExports(t *testing.T) {
	s := &site{exports: newExporting()}
	app := fiber.New()
	defer func() { _ = app.Shutdown() }()
	c := app.AcquireCtx(&fasthttp.RequestCtx{})
	defer app.ReleaseCtx(c)
	for range exportsAtOnce {
		s.exports.made <- struct{}{}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.sendFile(over, c, &export.Request{}, export.CSV); !errors.Is(err, errBusy) {
		t.Errorf("no turn: %v", err)
	}
	if s.exports.sent.taken != 0 || len(s.exports.sent.of) != 0 {
		t.Errorf("%d rooms are kept by nobody", s.exports.sent.taken)
	}
	for i := range exportsSent {
		if _, ok := s.exports.sent.enter(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})); !ok {
			t.Fatalf("no room for file %d", i)
		}
	}
	if err := s.sendFile(t.Context(), c, &export.Request{}, export.CSV); !errors.Is(err, errBusy) {
		t.Errorf("no room: %v", err)
	}
	if p, internal := problemOf(errBusy); p.Status != fiber.StatusServiceUnavailable || internal || p.Title != "Trop d’exports à la fois" {
		t.Errorf("%+v, %v", p, internal)
	}
}
