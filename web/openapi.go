package web

import (
	_ "embed"

	"github.com/gofiber/fiber/v2"
)

// openAPI describes the API. Tests hold the handlers to it.
//
//go:embed openapi.json
var openAPI []byte

func (s *Server) getOpenAPI(c *fiber.Ctx) error {
	c.Set("Content-Type", typeJSON)
	c.Set("Cache-Control", "no-store")
	return c.Send(openAPI)
}
