package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/web/client"
)

const typeJSON = "application/json"

func sendJSON(c *fiber.Ctx, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	c.Set("Content-Type", typeJSON)
	c.Set("Cache-Control", "no-store")
	return c.Status(status).Send(body)
}

// readJSON reads a request body, one JSON object, strictly: what a lenient
// reader would pass over is a problem that names the field.
func readJSON(c *fiber.Ctx, into any) error {
	data := bytes.Clone(c.BodyRaw())
	if err := checkJSON(data); err != nil {
		return err
	}
	return decodeStrict(data, into)
}

// decodeStrict reads what checkJSON found good.
func decodeStrict(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fieldProblem(data, err)
	}
	return nil
}

// readEmpty reads the body of a request that takes nothing: no body, or {}.
func readEmpty(c *fiber.Ctx) error {
	if len(c.BodyRaw()) == 0 {
		return nil
	}
	return readJSON(c, &struct{}{})
}

func badJSON(field, detail string) *client.Problem {
	p := problem(400, "json", "request body is not valid", detail)
	p.Field = field
	return p
}

// fieldProblem says why a body could not be decoded.
func fieldProblem(data []byte, err error) *client.Problem {
	why := catalog.ExplainJSON(data, err)
	var m *catalog.JSONMistake
	if errors.As(why, &m) {
		return badJSON(m.Field, m.Error())
	}
	return badJSON("", fmt.Sprintf("the body is not JSON: %s", why))
}

// checkJSON demands one object in UTF-8 without a byte order mark, in which no
// name occurs twice on one level.
func checkJSON(data []byte) error {
	switch trimmed := bytes.TrimLeft(data, " \t\r\n"); {
	case len(trimmed) == 0:
		return badJSON("", "the body is empty, a JSON object is needed")
	case bytes.HasPrefix(trimmed, []byte("\xef\xbb\xbf")):
		return badJSON("", "the body begins with a byte order mark")
	case trimmed[0] != '{':
		return badJSON("", "the body is no JSON object")
	case !utf8.Valid(trimmed):
		return badJSON("", "the body is not UTF-8")
	}
	if !json.Valid(data) { // saying why takes a tree of it
		if err := catalog.CheckJSON(data); err != nil {
			return badJSON("", fmt.Sprintf("the body is not JSON: %s", err))
		}
	}
	return checkNames(json.NewDecoder(bytes.NewReader(data)))
}

// maxDepth is how deep a request may be nested.
const maxDepth = 64

// level is one object or array that is being read.
type level struct {
	names map[string]bool // nil in an array
	name  string          // the name whose value is read next, "" if a name is next
}

// checkNames reads one value.
func checkNames(d *json.Decoder) error {
	var open []level
	for {
		t, err := d.Token()
		if err != nil {
			return badJSON("", "the body is nested too deeply") // it was found to be JSON
		}
		switch t := t.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				if len(open) == maxDepth {
					return badJSON("", "the body is nested too deeply")
				}
				next := level{}
				if t == '{' {
					next.names = map[string]bool{}
				}
				open = append(open, next)
				continue
			}
			open = open[:len(open)-1]
		case string:
			if top := &open[len(open)-1]; top.names != nil && top.name == "" {
				// Names are compared as the decoder does, without case.
				folded := strings.ToLower(t)
				if top.names[folded] {
					return badJSON(t, t+" occurs twice")
				}
				top.names[folded], top.name = true, "="
				continue
			}
		}
		if len(open) == 0 {
			return nil
		}
		open[len(open)-1].name = ""
	}
}
