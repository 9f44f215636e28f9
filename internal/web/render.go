package web

import (
	"fmt"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
)

// render answers with a component. It writes into the response's own pooled
// buffer and sends nothing when the component fails half-way.
func render(c *fiber.Ctx, component templ.Component) error {
	c.Response().ResetBody()
	if err := component.Render(c.UserContext(), c.Response().BodyWriter()); err != nil {
		c.Response().ResetBody()
		return fmt.Errorf("render: %w", err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return nil
}

// isFragment reports whether htmx asked for a part of the page: a boosted
// navigation or a history restore wants the whole page.
func isFragment(c *fiber.Ctx) bool {
	return c.Get("HX-Request") == "true" && c.Get("HX-Boosted") != "true" && c.Get("HX-History-Restore-Request") != "true"
}
