package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// Bounds of payloads.
const (
	maxSets     = 200      // places that are set in one payload
	maxReadBody = 16 << 20 // bytes of a stored body that are looked at
)

// getSample makes a payload of an event type.
func (s *Server) getSample(c *fiber.Ctx) error {
	e, err := s.eventType(c)
	if err != nil {
		return err
	}
	opt := catalog.Options{Variant: c.Query("variant"), Now: s.now()}
	if text := c.Query("seed"); text != "" {
		if opt.Seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			return badParameter("seed", "seed must be a whole number from 0 on")
		}
	}
	var set []string
	for _, text := range c.Context().QueryArgs().PeekMulti("set") {
		set = append(set, string(text))
	}
	if opt.Set, err = assignments("set", set, badParameter); err != nil {
		return err
	}
	if opt.Variant != "" && !slices.Contains(e.Variants(), opt.Variant) {
		return badParameter("variant", "variant must be one of "+strings.Join(e.Variants(), ", "))
	}
	body, err := e.Generate(opt)
	if err != nil {
		return withHint(badParameter("set", err.Error()), "write path=value, for example data.total=125.5")
	}
	v := client.Sample{Body: string(body), ContentType: e.Provider.ContentType}
	if json.Valid(body) {
		v.ContentType = typeJSON
	}
	v.Generated, v.Source = origin(e, opt.Variant)
	return sendJSON(c, 200, v)
}

// origin says whether the pattern of a variant was made by us, and else where it was
// published.
func origin(e *catalog.EventType, variant string) (generated bool, source string) {
	if variant == "" {
		variant = catalog.VariantFull
	}
	for i := range e.Samples {
		if e.Samples[i].Variant == variant {
			return e.Samples[i].Generated, e.Samples[i].Source
		}
	}
	if variant == catalog.VariantFull && len(e.Samples) > 0 {
		return e.Samples[0].Generated, e.Samples[0].Source
	}
	return true, ""
}

// assignments reads path=value texts.
func assignments(field string, texts []string, bad func(field, detail string) *client.Problem) ([]catalog.Assignment, error) {
	if len(texts) > maxSets {
		return nil, bad(field, fmt.Sprintf("%d places are set, the limit is %d", len(texts), maxSets))
	}
	var all []catalog.Assignment
	for _, text := range texts {
		a, err := catalog.ParseAssignment(text)
		if err != nil {
			return nil, bad(field, err.Error())
		}
		all = append(all, a)
	}
	return all, nil
}

// postValidate compares a body with its event type.
func (s *Server) postValidate(c *fiber.Ctx) error {
	e, err := s.eventType(c)
	if err != nil {
		return err
	}
	var in client.ValidateInput
	if err := readJSON(c, &in); err != nil {
		return err
	}
	body, err := bodyOf(in.Body, in.BodyBase64)
	if err != nil {
		return err
	}
	if in.Delivery != "" {
		if len(body) > 0 {
			return badJSON("delivery", "give a body or a delivery, not both")
		}
		if _, body, err = s.deliveryBody(c.UserContext(), in.Delivery); err != nil {
			return err
		}
	}
	return sendJSON(c, 200, client.Problems{Problems: list(e.Validate(body))})
}

// deliveryBody reads the request body of a delivery, freed of its content codings.
func (s *Server) deliveryBody(ctx context.Context, ref string) (inspector.Row, []byte, error) {
	row, err := s.rowOf(ctx, ref)
	if isGone(err) {
		return row, nil, badJSON("delivery", "there is no such delivery; it may have been deleted or pruned")
	}
	if err != nil {
		return row, nil, err
	}
	body, err := s.plainBody(ctx, row)
	return row, body, err
}

// plainBody is the body of a delivery's first request, freed of its content codings.
func (s *Server) plainBody(ctx context.Context, row inspector.Row) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	key := inspector.BodyKey{Delivery: row.ID, Part: inspector.Request}
	b, err := s.content(ctx, key)
	if err != nil {
		return nil, err
	}
	if row.Flags&inspector.FlagEncoded != 0 {
		attempts, err := s.opt.Store.Attempts(ctx, s.ws, row.ID)
		if err != nil {
			b.Close()
			return nil, err
		}
		if encoding := encodingOf(attempts); len(encoding) > 0 {
			if b, _, err = s.decode(ctx, b, encoding, false); err != nil {
				return nil, err
			}
		}
	}
	defer b.Close()
	if b.size > maxReadBody {
		return nil, problem(413, "too-large", "body is too large", fmt.Sprintf("the body is %d bytes, at most %d are looked at", b.size, maxReadBody))
	}
	var out bytes.Buffer
	_, err = io.Copy(&out, io.NewSectionReader(b, 0, b.size))
	return out.Bytes(), err
}

func encodingOf(attempts []inspector.Attempt) []string {
	if len(attempts) == 0 {
		return nil
	}
	return inspector.ParseHead(attempts[0].Request.Head).Values("Content-Encoding")
}
