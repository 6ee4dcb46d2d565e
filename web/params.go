package web

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
)

// row finds the delivery an address names, by id or by running number.
func (s *Server) row(c *fiber.Ctx) (inspector.Row, error) {
	return s.rowOf(c.UserContext(), c.Params("id"))
}

func (s *Server) rowOf(ctx context.Context, ref string) (inspector.Row, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	if len(ref) == 36 {
		id, err := inspector.ParseID(ref)
		if err != nil {
			return inspector.Row{}, inspector.ErrNotFound
		}
		return s.opt.Store.Get(ctx, s.ws, id)
	}
	n, err := strconv.ParseUint(ref, 10, 64)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != ref {
		return inspector.Row{}, inspector.ErrNotFound
	}
	return s.opt.Store.Lookup(ctx, s.ws, n)
}

// queryOf reads the filter from the parameter q. A missing filter is nil, which
// matches all.
func (s *Server) queryOf(c *fiber.Ctx) (*inspector.Query, error) {
	text := c.Query("q")
	if len(text) > maxQuery {
		return nil, badParameter("q", "the filter is too long")
	}
	if text == "" {
		return nil, nil
	}
	return inspector.ParseQuery(text, s.now())
}

// maxQuery is the longest filter that is read, in bytes.
const maxQuery = 8 << 10

// number reads a whole number from a parameter.
func number(c *fiber.Ctx, name string, low, high, missing int) (int, error) {
	text := c.Query(name)
	if text == "" {
		return missing, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high || strconv.Itoa(n) != text {
		return 0, badParameter(name, name+" must be a number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
	}
	return n, nil
}
