package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

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

// maxHiding is the largest body in which values are hidden for showing it: it is read
// from its start for every part of it that is asked for.
const maxHiding = 64 << 20

// headHidden names what is hidden in an answer, each as a query has it, with commas
// between. Where that would be long the last one says how many others there are.
const headHidden = "Boathook-Hidden"

// hideIn hides values in a body that is to be shown, and tells which, and others that
// were hidden before.
func (s *Server) hideIn(c *fiber.Ctx, head *inspector.Head, body content, others ...string) (content, error) {
	names := others
	if h := s.rules().Bodies(); h != nil {
		if body.size > maxHiding {
			body.Close()
			return content{}, withHint(problem(422, "hidden", "body is too large to hide values in it", fmt.Sprintf("values are hidden in bodies of up to %d MiB", maxHiding>>20)), "fetch it without hide=1")
		}
		select {
		case s.decoding <- struct{}{}:
			defer func() { <-s.decoding }()
		case <-c.UserContext().Done():
			body.Close()
			return content{}, context.Cause(c.UserContext())
		}
		shown, within, err := h.Hide(head, body, body.size)
		if err != nil {
			body.Close()
			return content{}, err
		}
		body.ReaderAt, names = shown, append(slices.Clip(names), within...)
	}
	if len(names) > 0 {
		few := slices.Clone(inspector.FewNames(names))
		for i := range few {
			few[i] = url.QueryEscape(few[i])
		}
		c.Set(headHidden, strings.Join(few, ","))
	}
	return body, nil
}

// withoutEncoding is the head of a body that was freed of its content encoding.
func withoutEncoding(head *inspector.Head) inspector.Head {
	plain := *head
	plain.Fields = slices.DeleteFunc(slices.Clone(head.Fields), func(f inspector.Field) bool { return strings.EqualFold(f.Name, "Content-Encoding") })
	return plain
}
