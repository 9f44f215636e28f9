package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/tempfile"
)

const (
	// sheetUploadBody bounds a form with a file, in bytes. It is far above what is kept:
	// who chose a file that is too heavy is told so on the page, and what was typed is
	// given back, which takes reading it to its end. What is above is read and forgotten.
	sheetUploadBody = 64 << 20
	// sheetUploadTime is how long it may be on its way: by a slow telephone.
	sheetUploadTime = 3 * time.Minute
	// sheetUploadFields bounds the fields beside the file, in bytes, and
	// sheetUploadParts all of them: the answers to a questionnaire are the most.
	sheetUploadFields = longForm
	sheetUploadParts  = 2000
	// sheetUploadWork is how long a handler may work once the file is there.
	sheetUploadWork = 8 * time.Second
	// How many files may be on their way at a time, and from one client.
	maxSheetUploads, maxSheetUploadsOfOne = 32, 4
)

const uploadKey localKey = "upload"

// sheetUpload is a form with a file, as it came.
type sheetUpload struct {
	form url.Values
	file *os.File // at its beginning; nil when none was chosen
	name string   // of the file, as its sender calls it
	size int64    // bytes, also of what was too heavy to be kept
	over bool     // too heavy: file is nil
}

func (u *sheetUpload) close() {
	if u.file != nil {
		_ = tempfile.Close(u.file) // without a name: it is gone anyway
	}
}

// sentFile is the file of a form; one that no form sent is empty.
func sentFile(c *fiber.Ctx) *sheetUpload {
	if u, ok := c.Locals(uploadKey).(*sheetUpload); ok {
		return u
	}
	return &sheetUpload{}
}

// fileSegments end the addresses of the forms that send a file.
var fileSegments = []string{logoPath, picturesPath, proofPath}

// takesSheetFile reports whether a request sends a file of a sheet, in a form that says so.
func takesSheetFile(c *fiber.Ctx) bool {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm {
		return false
	}
	return takesAnswerFile(c.Path()) || strings.HasPrefix(c.Path(), ownSheetsPath+"/") &&
		slices.ContainsFunc(fileSegments, func(end string) bool { return strings.HasSuffix(c.Path(), end) })
}

// PostFile registers what a form of ours with one file of at most limit bytes changes.
// owns judges the object before the file is read: who may not send anything is not
// listened to.
func (d door) PostFile(path string, limit int64, rate, owns, handler fiber.Handler) {
	d.PostUnchecked(path, rate, d.site.tokenWithoutFile, owns, d.site.receive(limit), handler)
}

// tokenWithoutFile checks the token of a form that sends no file; that of one that does
// is in what is read later.
func (s *site) tokenWithoutFile(c *fiber.Ctx) error {
	if filesOf(c) == nil {
		return s.fromOwnForm(c)
	}
	return c.Next()
}

// receive reads a form with a file, checks that it is one of ours, and gives what
// follows time to work.
func (s *site) receive(limit int64) fiber.Handler {
	return func(c *fiber.Ctx) error {
		stream := filesOf(c)
		if stream == nil {
			return c.Next()
		}
		leave, ok := s.uploads.enter(clientAddr(c.IP()))
		if !ok {
			return errUploads
		}
		defer leave()
		up, err := s.readSheetUpload(c, stream, limit)
		if err != nil {
			return err
		}
		defer up.close()
		c.Locals(uploadKey, up)
		if !s.ownForm(c, up.form) {
			return errForeign
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), sheetUploadWork)
		defer cancel()
		c.SetUserContext(ctx) // that of the request may be over since the file began to come
		return c.Next()
	}
}

// errUploads: too many files are on their way.
var errUploads = errors.New("too many uploads at once")

// errUploadTooLarge: what is sent is not even read to its end.
var errUploadTooLarge = errors.New("upload beyond what is read")

// readSheetUpload reads the parts of a form, in order.
func (s *site) readSheetUpload(c *fiber.Ctx, stream *tracked, limit int64) (*sheetUpload, error) {
	req := c.Request()
	if req.Header.ContentLength() > sheetUploadBody {
		return nil, errUploadTooLarge
	}
	slow := &patient{Reader: stream, conn: c.Context().Conn(), until: time.Now().Add(sheetUploadTime)}
	all := &io.LimitedReader{R: slow, N: sheetUploadBody + 1}
	up := &sheetUpload{form: url.Values{}}
	err := up.readParts(multipart.NewReader(all, string(req.Header.MultipartFormBoundary())), s.Config.TempDir, limit)
	if err == nil {
		_, err = io.Copy(io.Discard, all) // what stands behind the last part
	}
	if all.N <= 0 {
		err = errUploadTooLarge
	}
	if err != nil {
		up.close()
		return nil, err
	}
	return up, nil
}

func (u *sheetUpload) readParts(parts *multipart.Reader, dir string, limit int64) error {
	left := int64(sheetUploadFields)
	for range sheetUploadParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return readingFailed(err)
		}
		if part.FileName() != "" {
			err = u.readFile(part, dir, limit)
		} else {
			left, err = u.readField(part, left)
		}
		if err != nil {
			return err
		}
	}
	return fiber.ErrBadRequest
}

// readField keeps a field, and tells how many bytes the others may take. A file that
// was not chosen is an empty one without a name, and no field.
func (u *sheetUpload) readField(part *multipart.Part, left int64) (int64, error) {
	value, err := io.ReadAll(io.LimitReader(part, left+1))
	if err != nil {
		return 0, readingFailed(err)
	}
	if left -= int64(len(value) + len(part.FormName())); left < 0 {
		return 0, fiber.ErrRequestEntityTooLarge
	}
	if name := part.FormName(); name != "" && part.Header.Get(fiber.HeaderContentType) == "" {
		u.form.Add(name, string(value))
	}
	return left, nil
}

// readFile keeps one file; what is above the limit is read and forgotten.
func (u *sheetUpload) readFile(part *multipart.Part, dir string, limit int64) error {
	if u.file != nil || u.over {
		return fiber.ErrBadRequest
	}
	f, err := tempfile.Create(dir, "upload")
	if err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	u.file, u.name = f, part.FileName()
	if u.size, err = io.Copy(f, io.LimitReader(part, limit+1)); err != nil {
		return readingFailed(err)
	}
	if u.size <= limit {
		_, err = f.Seek(0, io.SeekStart)
		return err
	}
	rest, err := io.Copy(io.Discard, part)
	u.close()
	u.file, u.over, u.size = nil, true, u.size+rest
	if err != nil {
		return readingFailed(err)
	}
	return nil
}

// readingFailed tells a disk of ours that is at fault from a client that is too slow
// and one that broke off.
func readingFailed(err error) error {
	var disk *os.PathError
	var network net.Error
	switch {
	case errors.As(err, &disk):
		return fmt.Errorf("upload: %w", err)
	case errors.As(err, &network) && network.Timeout():
		return fiber.ErrRequestTimeout
	}
	return fiber.ErrBadRequest
}
