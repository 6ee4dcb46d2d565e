package web

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/proxy"
)

// absent is the problem of a part that this server runs without.
func absent(what string) error {
	return problem(503, "no-"+what, "no "+what+" here", "this server runs without "+what)
}

// revOf reads the parameter rev; current if it is not given.
func revOf(c *fiber.Ctx, current uint64) (uint64, error) {
	text := c.Query("rev")
	if text == "" {
		return current, nil
	}
	rev, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, badParameter("rev", "rev must be a number")
	}
	return rev, nil
}

// createProblem is configProblem for an entry that was to be made: what collides
// with it is another one of its name.
func createProblem(what string, err error) error {
	if !errors.Is(err, proxy.ErrConflict) {
		return configProblem(what, err)
	}
	p := problem(409, "conflict", what+" is there already", "there is another "+what+" of this name")
	p.Field, p.Hint = "name", "choose another name, or change that one"
	return p
}

// configProblem turns what a registry of configuration entries refuses into an
// answer. what names an entry, for example "inbox".
func configProblem(what string, err error) error {
	var invalid *proxy.InvalidError
	switch {
	case errors.As(err, &invalid):
		p := problem(400, what, what+" is not valid", invalid.Field+": "+invalid.Text)
		p.Field, p.Hint = invalid.Field, invalid.Hint
		if invalid.End > 0 {
			p.Pos, p.End = &invalid.Pos, &invalid.End
		}
		return p
	case errors.Is(err, proxy.ErrConflict):
		return withHint(problem(409, "conflict", what+" was changed meanwhile", "somebody else has changed or made this "+what),
			"load it anew and repeat the change")
	case errors.Is(err, proxy.ErrKept):
		return problem(409, "kept", what+" cannot be deleted", proxy.ErrKept.Error())
	}
	if p := problemOf(err); p.Status != 404 {
		return err
	}
	return notFound("there is no such " + what)
}
