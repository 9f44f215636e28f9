package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"
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
	return c.Send(data)
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

// robots keeps crawlers on the sheets: searches have endless URLs. A portal that
// is not in production is not indexed at all.
func (s *site) robots(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	if !s.Config.Production {
		return c.SendString("User-agent: *\nDisallow: /\n")
	}
	return c.SendString("User-agent: *\nDisallow: /api/\nDisallow: /structures?\n")
}
