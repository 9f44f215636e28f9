package web

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/picture"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

const (
	// filesSegment is below the path of a sheet: its files, for its owner and for
	// administrators.
	filesSegment = "/fichiers"
	// pictureAge is how long a picture of a published sheet may be kept by who has it:
	// its address changes with its content. It is no year, since one that is withdrawn
	// must go from caches too.
	pictureAge = "public, max-age=604800, immutable"
	// filePolicy keeps a file that is opened as a page from doing anything.
	filePolicy = "default-src 'none'; sandbox"
)

// publicPicture answers an image that a published sheet shows.
func (s *site) publicPicture(c *fiber.Ctx) error {
	docs, err := s.findStructures(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	hash := c.Params("hash")
	if len(docs) != 1 || !slices.Contains(shownFiles(&docs[0].Value), hash) {
		return store.ErrNotFound
	}
	return s.sendStored(c, docs[0].ID, hash, "image", pictureAge)
}

// shownFiles are the hashes of the images of a sheet; its proofs are not shown.
func shownFiles(v *structure.Structure) (hashes []string) {
	shown := structure.Structure{Logo: v.Logo, Offers: v.Offers}
	return shown.Files()
}

// ownFile answers any file of a sheet to its owner, and to administrators.
func (s *site) ownFile(c *fiber.Ctx) error {
	id, hash := c.Params("id"), c.Params("hash")
	mine, err := s.mayOpen(c, id, hash)
	if err == nil && !mine {
		err = store.ErrNotFound
	}
	if err != nil {
		return err
	}
	return s.sendStored(c, id, hash, "fichier", "private, no-cache")
}

func (s *site) mayOpen(c *fiber.Ctx, id, hash string) (bool, error) {
	o, err := s.ownSheetOf(c)
	if err == nil {
		return slices.Contains(o.Value.FilesOf(o.who.Organisation), hash) || slices.Contains(o.Shown.Files(), hash), nil
	}
	if !errors.Is(err, store.ErrNotFound) || !signedIn(c).Is(account.Administrator) {
		return false, err
	}
	d, err := s.Directory.Registrations.Get(c.UserContext(), id)
	return err == nil && slices.Contains(d.Value.Files(), hash), err
}

// sendStored streams a file. It is an attachment whatever it is, which an image of a
// page does not mind.
func (s *site) sendStored(c *fiber.Ctx, id, hash, name, caching string) error {
	c.Set(fiber.HeaderCacheControl, caching)
	if alreadyHas(c, `"`+hash+`"`) {
		return nil
	}
	// The file is read after the handler, and as long as its client takes pieces of it.
	r, media, err := s.Directory.File(context.WithoutCancel(c.UserContext()), id, hash)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderContentSecurityPolicy, filePolicy)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+picture.Extension(media)+`"`)
	c.Response().SetBodyStream(&pacedFile{r, c.Context().Conn(), time.Now().Add(sendTime)}, int(r.Blob.Size))
	return nil
}

// pacedFile gives its client time for each piece, within a bound, as fileBody does.
type pacedFile struct {
	io.Reader
	conn  net.Conn
	until time.Time
}

func (f *pacedFile) Read(p []byte) (int, error) {
	deadline := time.Now().Add(stallTime)
	if deadline.After(f.until) {
		deadline = f.until
	}
	if err := f.conn.SetWriteDeadline(deadline); err != nil {
		return 0, err
	}
	return f.Reader.Read(p)
}
