package web

import "github.com/gofiber/fiber/v2"

func (s *site) apiStructures(c *fiber.Ctx) error  { return fiber.ErrNotFound }
func (s *site) apiStructure(c *fiber.Ctx) error   { return fiber.ErrNotFound }
func (s *site) apiSectors(c *fiber.Ctx) error     { return fiber.ErrNotFound }
func (s *site) apiTerritories(c *fiber.Ctx) error { return fiber.ErrNotFound }
