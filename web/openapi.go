package web

import (
	_ "embed"

	"github.com/gofiber/fiber/v2"
)

// openAPI describes the API. Tests hold the handlers to it.
//
//go:embed openapi.json
var openAPI []byte

// OpenAPI is the description of the API, as GET /api/v1/openapi.json answers it.
func OpenAPI() []byte { return openAPI }

func (s *Server) getOpenAPI(c *fiber.Ctx) error {
	c.Set("Content-Type", typeJSON)
	c.Set("Cache-Control", "no-store")
	return c.Send(openAPI)
}
