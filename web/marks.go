package web

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// Bounds of marks in one request.
const (
	maxMarked = 10_000 // deliveries that are named one by one
	maxTags   = 20
)

// tagForm is what a tag may be: something that stands in a filter as it is.
var tagForm = regexp.MustCompile(`^[\pL\pN][\pL\pN._:=/@+-]{0,63}$`)

// postMarks tags, pins and marks as read what ids name or a filter matches.
func (s *Server) postMarks(c *fiber.Ctx) error {
	var in client.Marks
	if err := readJSON(c, &in); err != nil {
		return err
	}
	patch, err := patchOf(&in)
	if err != nil {
		return err
	}
	changed := 0
	ids, err := s.marked(c.UserContext(), &in, func(row *inspector.Row) {
		if changes(row, &patch) {
			changed++
		}
	})
	if err != nil {
		return err
	}
	if err := s.patchAll(ids, patch); err != nil {
		return err
	}
	return sendJSON(c, 200, client.Marked{Marked: len(ids), Changed: changed})
}

// patchAll changes many deliveries alike.
func (s *Server) patchAll(ids []inspector.ID, patch inspector.Patch) error {
	for part := range slices.Chunk(ids, bulkRows) {
		b := inspector.Batch{Workspace: s.ws, Patches: make([]inspector.Patch, len(part))}
		for i, id := range part {
			patch.ID = id
			b.Patches[i] = patch
		}
		if _, err := s.opt.Store.Commit(s.ctx, &b); err != nil {
			return fmt.Errorf("mark deliveries: %w", err)
		}
	}
	return nil
}

func patchOf(in *client.Marks) (inspector.Patch, error) {
	p := inspector.Patch{AddTags: in.AddTags, DropTags: in.DropTags}
	for field, tags := range map[string][]string{"add_tags": in.AddTags, "drop_tags": in.DropTags} {
		if len(tags) > maxTags {
			return p, badJSON(field, fmt.Sprintf("%s may have at most %d tags", field, maxTags))
		}
		for _, t := range tags {
			if !tagForm.MatchString(t) {
				return p, badJSON(field, fmt.Sprintf("%.80q cannot be a tag: take up to 64 letters, digits and . _ : = / @ + -, with a letter or digit first", t))
			}
		}
	}
	mark := func(want *bool, flag inspector.Flags) {
		switch {
		case want == nil:
		case *want:
			p.Set |= flag
		default:
			p.Clear |= flag
		}
	}
	mark(in.Pinned, inspector.FlagPinned)
	mark(in.Unread, inspector.FlagUnread)
	if len(p.AddTags)+len(p.DropTags) == 0 && p.Set|p.Clear == 0 {
		return p, withHint(badJSON("add_tags", "nothing is to be marked"), "give add_tags, drop_tags, pinned or unread")
	}
	return p, nil
}

// changes reports whether a delivery is not yet what marks make of it.
func changes(row *inspector.Row, p *inspector.Patch) bool {
	has := func(tag string) bool { return slices.Contains(row.Tags, tag) }
	return row.Flags&p.Set != p.Set || row.Flags&p.Clear != 0 || slices.ContainsFunc(p.DropTags, has) ||
		slices.ContainsFunc(p.AddTags, func(tag string) bool { return !has(tag) })
}

// marked are the deliveries that are meant, each once; look sees each of them.
func (s *Server) marked(ctx context.Context, in *client.Marks, look func(*inspector.Row)) ([]inspector.ID, error) {
	if (len(in.IDs) == 0) == (in.Query == "") {
		return nil, withHint(badJSON("ids", "say which deliveries are meant, in one way"), `give ids, or q with a filter; "*" means all`)
	}
	if len(in.IDs) > maxMarked {
		return nil, withHint(badJSON("ids", fmt.Sprintf("ids may name at most %d deliveries", maxMarked)), "use q for more")
	}
	var ids []inspector.ID
	named := map[inspector.ID]bool{}
	for _, ref := range in.IDs {
		row, err := s.rowOf(ctx, ref)
		if err != nil {
			return nil, err
		}
		if !named[row.ID] {
			named[row.ID] = true
			ids = append(ids, row.ID)
			look(&row)
		}
	}
	if in.Query == "" {
		return ids, nil
	}
	q, err := s.selection(in.Query)
	if err != nil {
		return nil, err
	}
	// Marks may move rows out of the selection, so it is read whole first.
	for list := (inspector.ListQuery{Workspace: s.ws, Query: q, Limit: maxRows}); ; {
		page, err := s.opt.Store.List(ctx, list)
		if err != nil {
			return nil, fmt.Errorf("list what is to be marked: %w", err)
		}
		for i := range page.Rows {
			ids = append(ids, page.Rows[i].ID)
			look(&page.Rows[i])
		}
		if page.Next == "" {
			return ids, nil
		}
		list.Before = page.Next
	}
}
