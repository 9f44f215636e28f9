package web

import (
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// asset serves a file of public/. Under the hash of the set it never changes;
// without it, the client must ask again.
func (s *site) asset(c *fiber.Ctx) error {
	name := c.Params("*")
	data, contentType, ok := s.Assets.Open(name)
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if _, plain, found := strings.Cut(name, "/"); found && s.Assets.URL(plain) == publicPrefix+name {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	c.Set(fiber.HeaderContentType, contentType)
	if encoded, encoding := s.squeezed.get(c, name, contentType, data); encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
		data = encoded
	}
	return c.Send(data)
}

// squeezed keeps the compressed form of the assets: there are few, they never
// change, and the best compression is worth its second once. It is safe for
// concurrent use.
type squeezed struct{ forms sync.Map } // encoding + name -> []byte

// get gives the compressed form that the client takes, "" when it takes none or
// the type is compressed by nature.
func (a *squeezed) get(c *fiber.Ctx, name, contentType string, data []byte) (form []byte, encoding string) {
	if !strings.HasPrefix(contentType, "text/") && contentType != "image/svg+xml" {
		return nil, ""
	}
	switch {
	case c.Request().Header.HasAcceptEncoding("br"):
		encoding = "br"
	case c.Request().Header.HasAcceptEncoding("gzip"):
		encoding = "gzip"
	default:
		return nil, ""
	}
	if have, ok := a.forms.Load(encoding + " " + name); ok {
		return have.([]byte), encoding
	}
	if encoding == "br" {
		form = fasthttp.AppendBrotliBytesLevel(nil, data, fasthttp.CompressBrotliBestCompression)
	} else {
		form = fasthttp.AppendGzipBytesLevel(nil, data, fasthttp.CompressBestCompression)
	}
	a.forms.Store(encoding+" "+name, form)
	return form, encoding
}

// favicon answers browsers that ask without being told where it is.
func (s *site) favicon(c *fiber.Ctx) error {
	data, contentType, ok := s.Assets.Open("img/favicon.svg")
	if !ok {
		return c.SendStatus(fiber.StatusNoContent)
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	c.Set(fiber.HeaderContentType, contentType)
	return c.Send(data)
}
