package web

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Bounds is what the API needs of the bounds of what is taken in and kept;
// [proxy.Bounds] has it.
type Bounds interface {
	Get() proxy.BoundsValues
	Check(v proxy.BoundsValues) error
	Removes(ctx context.Context, v proxy.BoundsValues, now time.Time) (proxy.Removal, error)
	Update(ctx context.Context, v proxy.BoundsValues) (proxy.BoundsValues, error)
}

func (s *Server) getBounds(c *fiber.Ctx) error {
	if s.opt.Bounds == nil {
		return absent("settings")
	}
	return sendJSON(c, 200, s.opt.Bounds.Get())
}

// putBounds replaces the bounds, if they are still at the revision rev. A dry run says
// what they would remove, and changes nothing.
func (s *Server) putBounds(c *fiber.Ctx) error {
	if s.opt.Bounds == nil {
		return absent("settings")
	}
	in := client.BoundsInput{BoundsValues: s.opt.Bounds.Get()}
	in.Rev, in.Fixed = 0, nil
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	if in.DryRun {
		if err := s.opt.Bounds.Check(in.BoundsValues); err != nil {
			return boundsProblem(err)
		}
		removes, err := s.opt.Bounds.Removes(ctx, in.BoundsValues, s.now())
		if err != nil {
			return err
		}
		return sendJSON(c, 200, client.BoundsPlan{BoundsValues: s.opt.Bounds.Get(), Removes: &removes})
	}
	v, err := s.opt.Bounds.Update(ctx, in.BoundsValues)
	if err != nil {
		return boundsProblem(err)
	}
	return sendJSON(c, 200, v)
}

func boundsProblem(err error) error {
	p := configProblem("settings", err)
	var shown *client.Problem
	if errors.Is(err, proxy.ErrFixed) && errors.As(p, &shown) {
		shown.Type, shown.Title, shown.Status = problemPrefix+"fixed", "setting is fixed", 409
	}
	return p
}
