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
