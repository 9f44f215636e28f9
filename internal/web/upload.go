package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/url"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/tempfile"
)

const (
	// uploadBody bounds a form with a file, in bytes. It is far above what is kept: who
	// chose a file that is too heavy is told so on the page, and what was typed is given
	// back, which takes reading it to its end. What is above is read and forgotten.
	uploadBody = 64 << 20
	// uploadFields bounds the fields beside the file, in bytes, and uploadParts all of them.
	uploadFields = bodyLimit
	uploadParts  = 100
	// uploadWork is how long a handler may work once the file is there.
	uploadWork = 8 * time.Second
	// How many files may be on their way at a time, and from one client.
	maxUploads, maxUploadsOfOne = 32, 4
)

const uploadKey localKey = "upload"

// upload is a form with a file, as it came.
type upload struct {
	form url.Values
	file *os.File // at its beginning; nil when none was chosen
	size int64    // bytes, also of what was too heavy to be kept
	over bool     // too heavy: file is nil
}

func (u *upload) close() {
	if u.file != nil {
		_ = tempfile.Close(u.file) // without a name: it is gone anyway
	}
}

// sentFile is the file of a form; one that no form sent is empty.
func sentFile(c *fiber.Ctx) *upload {
	if u, ok := c.Locals(uploadKey).(*upload); ok {
		return u
	}
	return &upload{}
}

// receive reads a form with at most one file of at most limit bytes, checks that it is
// a form of ours, and gives what follows time to work. It comes after what judges
// access: who may not send anything is not listened to.
func (s *site) receive(limit int64) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if !isMultipart(c.Get(fiber.HeaderContentType)) { // a form without its file
			if err := s.fromOwnForm(c); err != nil {
				return err
			}
		} else {
			leave, ok := s.uploads.enter(clientAddr(c.IP()))
			if !ok {
				return errUploads
			}
			defer leave()
			up, err := s.readUpload(c, limit)
			if err != nil {
				return err
			}
			defer up.close()
			c.Locals(uploadKey, up)
			if !s.ownForm(c, up.form) {
				return errForeign
			}
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), uploadWork)
		defer cancel()
		c.SetUserContext(ctx)
		return c.Next()
	}
}

// errUploads: too many files are on their way.
var errUploads = errors.New("too many uploads at once")

// readUpload reads the parts of a form, in order.
func (s *site) readUpload(c *fiber.Ctx, limit int64) (up *upload, err error) {
	req := c.Request()
	if req.Header.ContentLength() > uploadBody {
		return nil, errUploadTooLarge
	}
	boundary := string(req.Header.MultipartFormBoundary())
	if boundary == "" || !req.IsBodyStream() {
		return nil, fiber.ErrBadRequest
	}
	all := &io.LimitedReader{R: req.BodyStream(), N: uploadBody + 1}
	up = &upload{form: url.Values{}}
	if err = up.readParts(multipart.NewReader(all, boundary), s.Config.TempDir, limit); err == nil {
		_, err = io.Copy(io.Discard, all) // what stands behind the last part
	}
	if all.N <= 0 {
		err = errUploadTooLarge
	}
	if err != nil {
		up.close()
		return nil, err
	}
	return up, req.CloseBodyStream()
}

// errUploadTooLarge: what is sent is not even read to its end.
var errUploadTooLarge = errors.New("upload beyond what is read")

func (u *upload) readParts(parts *multipart.Reader, dir string, limit int64) error {
	left := int64(uploadFields)
	for range uploadParts {
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
// was not chosen is an empty one without a name.
func (u *upload) readField(part *multipart.Part, left int64) (int64, error) {
	value, err := io.ReadAll(io.LimitReader(part, left+1))
	if err != nil {
		return 0, readingFailed(err)
	}
	if left -= int64(len(value)) + int64(len(part.FormName())); left < 0 {
		return 0, fiber.ErrRequestEntityTooLarge
	}
	if name := part.FormName(); name != "" {
		u.form.Add(name, string(value))
	}
	return left, nil
}

// readFile keeps one file; what is above the limit is read and forgotten.
func (u *upload) readFile(part *multipart.Part, dir string, limit int64) error {
	if u.file != nil || u.over {
		return fiber.ErrBadRequest
	}
	f, err := tempfile.Create(dir, "upload")
	if err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	u.file = f
	if u.size, err = io.Copy(f, io.LimitReader(part, limit+1)); err != nil {
		return uploadFailed(err)
	}
	if u.size > limit {
		rest, err := io.Copy(io.Discard, part)
		u.close()
		u.file, u.over, u.size = nil, true, u.size+rest
		if err != nil {
			return readingFailed(err)
		}
		return nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	return nil
}

// uploadFailed tells what the client did from what our disk did.
func uploadFailed(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("upload: %w", err)
	}
	return readingFailed(err)
}
