package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/proxy"
)

// Settings is what the API needs of the settings; [proxy.Settings] has it.
type Settings interface {
	Get() proxy.SettingsValues
	Update(ctx context.Context, v proxy.SettingsValues) (proxy.SettingsValues, error)
}

func (s *Server) getSettings(c *fiber.Ctx) error {
	if s.opt.Settings == nil {
		return absent("settings")
	}
	return sendJSON(c, 200, s.opt.Settings.Get())
}

// putSettings replaces the settings, if they are still at the revision rev.
func (s *Server) putSettings(c *fiber.Ctx) error {
	if s.opt.Settings == nil {
		return absent("settings")
	}
	v := s.opt.Settings.Get()
	v.Rev = 0
	if err := readJSON(c, &v); err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	v, err := s.opt.Settings.Update(ctx, v)
	if err != nil {
		return configProblem("settings", err)
	}
	return sendJSON(c, 200, v)
}
