package web

import (
	"bytes"
	"context"
	"io"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/proxy/mask"
	"github.com/boathook/boathook/web/client"
)

// Masks is what the API needs of the list of what is hidden; [proxy.Masks] has it.
type Masks interface {
	Get() proxy.MaskValues
	Rules() *mask.Rules
	Update(ctx context.Context, v proxy.MaskValues) (proxy.MaskValues, error)
}

// rules are the list as it holds.
func (s *Server) rules() *mask.Rules {
	if s.opt.Masks == nil {
		return nil
	}
	return s.opt.Masks.Rules()
}

func (s *Server) getMask(c *fiber.Ctx) error {
	v := proxy.MaskValues{Entries: []string{}}
	if s.opt.Masks != nil {
		v = s.opt.Masks.Get()
	}
	return sendJSON(c, 200, maskView(v))
}

func maskView(v proxy.MaskValues) client.Mask {
	return client.Mask{MaskValues: v, Names: mask.DefaultNames, Most: mask.MaxEntries}
}

// putMask replaces the list, if it is still at the revision rev.
func (s *Server) putMask(c *fiber.Ctx) error {
	if s.opt.Masks == nil {
		return absent("settings")
	}
	var v proxy.MaskValues
	if err := readJSON(c, &v); err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	v, err := s.opt.Masks.Update(ctx, v)
	if err != nil {
		return boundsProblem(err)
	}
	return sendJSON(c, 200, maskView(v))
}

// hidden is a body as it may be shown, and what is hidden in it.
func hidden(h *inspector.Hider, head, body []byte) (shown []byte, names []string, err error) {
	parsed := inspector.ParseHead(head)
	r, names, err := h.Hide(&parsed, bytes.NewReader(body), int64(len(body)))
	if err != nil || len(names) == 0 {
		return body, nil, err
	}
	shown, err = io.ReadAll(io.NewSectionReader(r, 0, int64(len(body))))
	return shown, names, err
}
