package web

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Providers is what the API needs of the catalogue; [proxy.Providers] has it.
type Providers interface {
	Catalog() *catalog.Catalog
	Text(id string) (proxy.ProviderText, uint64, error)
	Put(ctx context.Context, text proxy.ProviderText, replace bool) (*catalog.Provider, error)
	Delete(ctx context.Context, id string) error
}

// addProvider adds a user's provider to the catalogue.
func (s *Server) addProvider(c *fiber.Ctx) error {
	if s.opt.Providers == nil {
		return absent("catalogue")
	}
	var in client.ProviderInput
	if err := readJSON(c, &in); err != nil {
		return err
	}
	text, err := s.providerText(c.UserContext(), &in)
	if err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	p, err := s.opt.Providers.Put(ctx, text, in.Replace)
	if err != nil {
		return providerProblem(err)
	}
	c.Set("Location", apiPrefix+"catalog/"+p.ID)
	return sendJSON(c, 201, providerView(p))
}

// providerText is what is stored of a provider: what was sent, or what was learned
// from recorded deliveries.
func (s *Server) providerText(ctx context.Context, in *client.ProviderInput) (proxy.ProviderText, error) {
	if in.Format != fromDeliveries {
		if in.Query != "" || in.Name != "" {
			return proxy.ProviderText{}, badJSON("q", "q and name are for the format deliveries")
		}
		return proxy.ProviderText{Format: in.Format, Text: in.Text}, nil
	}
	if in.Text != "" {
		return proxy.ProviderText{}, badJSON("text", "the format deliveries takes q and name")
	}
	q, err := s.selection(in.Query)
	if err != nil {
		return proxy.ProviderText{}, err
	}
	var bodies [][]byte
	for r, err := range s.recorded(ctx, q) {
		if err != nil {
			return proxy.ProviderText{}, err
		}
		bodies = append(bodies, r.Body)
	}
	e, err := catalog.Infer(in.Name, bodies)
	if err != nil {
		return proxy.ProviderText{}, badJSON("name", err.Error())
	}
	text, err := e.YAML()
	return proxy.ProviderText{Format: "yaml", Text: string(text)}, err
}

// fromDeliveries is the format of event types that are learned.
const fromDeliveries = "deliveries"

func (s *Server) deleteProvider(c *fiber.Ctx) error {
	p, err := s.provider(c)
	if err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	err = s.opt.Providers.Delete(ctx, p.ID)
	if isGone(err) {
		return problem(409, "kept", "provider cannot be deleted", "it is part of the program, or stands in a file of the data folder")
	}
	if err != nil {
		return providerProblem(err)
	}
	return c.SendStatus(204)
}

// providerProblem says what is wrong with the text of a provider, and where.
func providerProblem(err error) error {
	var file *catalog.FileError
	var invalid *proxy.InvalidError
	switch {
	case errors.As(err, &file):
		p := badJSON("text", err.Error())
		p.Title = "provider is not valid"
		return p
	case errors.As(err, &invalid), errors.Is(err, proxy.ErrConflict):
		return configProblem("provider", err)
	}
	return err
}
