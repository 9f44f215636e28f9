package web

import "github.com/gofiber/fiber/v2"

// Provisional: the pages replace this file.

func (s *site) home(c *fiber.Ctx) error    { return fiber.ErrNotFound }
func (s *site) results(c *fiber.Ctx) error { return fiber.ErrNotFound }
func (s *site) sheet(c *fiber.Ctx) error   { return fiber.ErrNotFound }

func (s *site) renderError(c *fiber.Ctx, _ int, p problem) error { return lastResort(c, p) }
