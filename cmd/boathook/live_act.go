package main

import (
	"context"
	"encoding/base64"
	"io"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// liveDone is what became of something that was done on the server.
type liveDone struct {
	text    string
	err     error
	copy    string // put into the clipboard
	deleted string // names the deletion, for undo
}

func (m *live) done(got liveDone) tea.Cmd {
	if got.err != nil {
		m.say(got.err)
		return nil
	}
	m.notice = liveNotice{text: got.text}
	if got.deleted != "" {
		m.deleted = got.deleted
	}
	if got.copy != "" {
		return tea.SetClipboard(got.copy)
	}
	return nil
}

// target is what keys act on: the selected rows, or the one in focus.
func (m *live) target() []string {
	var refs []string
	for i := range m.rows.len() {
		if r := m.rows.at(i); m.chosen[r.ID] {
			refs = append(refs, r.ID.String())
		}
	}
	if r := m.focused(); len(refs) == 0 && r != nil {
		refs = append(refs, r.ID.String())
	}
	return refs
}

// name says in words what keys act on.
func (m *live) name(refs []string) string {
	if r := m.focused(); len(refs) == 1 && r != nil && r.ID.String() == refs[0] {
		return "#" + strconv.FormatUint(r.N, 10)
	}
	return plural(len(refs), "delivery", "deliveries")
}

// wait does something that waits for the server.
func (m *live) wait(do func(ctx context.Context) liveDone) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(m.ctx, liveWait)
		defer cancel()
		return do(ctx)
	}
}

// each does something to deliveries, one after the other.
func (m *live) each(refs []string, done string, do func(ctx context.Context, ref string) error) tea.Cmd {
	return m.wait(func(ctx context.Context) liveDone {
		for _, ref := range refs {
			if err := do(ctx, ref); err != nil {
				return liveDone{err: err}
			}
		}
		return liveDone{text: done}
	})
}

func (m *live) resend() tea.Cmd {
	refs := m.target()
	if len(refs) == 0 {
		return nil
	}
	again := func() tea.Cmd {
		return m.each(refs, "sent again: "+m.name(refs), func(ctx context.Context, ref string) error {
			_, err := m.s.Resend(ctx, ref)
			return err
		})
	}
	if len(refs) > shownSent {
		m.ask = &liveQuestion{"Send " + m.name(refs) + " again?", again}
		return nil
	}
	return again()
}

// pin keeps deliveries, or no longer does: the row in focus says which.
func (m *live) pin() tea.Cmd {
	refs, r := m.target(), m.focused()
	if len(refs) == 0 || r == nil {
		return nil
	}
	pinned := r.Flags&inspector.FlagPinned == 0
	text := "unpinned " + m.name(refs)
	if pinned {
		text = "pinned " + m.name(refs)
	}
	return m.wait(func(ctx context.Context) liveDone {
		_, err := m.s.Mark(ctx, client.Marks{IDs: refs, Pinned: &pinned})
		return liveDone{text: text, err: err}
	})
}

// remove puts deliveries into the trash at once: undo takes them out again.
func (m *live) remove() tea.Cmd {
	refs := m.target()
	if len(refs) == 0 {
		return nil
	}
	name := m.name(refs)
	return m.wait(func(ctx context.Context) liveDone {
		gone, err := m.s.Trash(ctx, client.Selection{IDs: refs})
		return liveDone{text: "deleted " + name + "     z undoes it", err: err, deleted: gone.At}
	})
}

// undo takes out of the trash what was deleted here last.
func (m *live) undo() tea.Cmd {
	at := m.deleted
	if at == "" {
		return nil
	}
	m.deleted = ""
	return m.wait(func(ctx context.Context) liveDone {
		n, err := m.s.Restore(ctx, client.Restoration{At: at})
		return liveDone{text: "restored " + plural(n, "delivery", "deliveries"), err: err}
	})
}

func (m *live) browse() tea.Cmd {
	r := m.focused()
	if r == nil || m.open == nil {
		return nil
	}
	to := "/d/" + r.ID.String()
	return m.wait(func(ctx context.Context) liveDone {
		if err := m.open(ctx, to); err != nil {
			return liveDone{err: err}
		}
		return liveDone{text: "opened " + m.page + to}
	})
}

// liveCopy is a thing that can be copied from a delivery.
type liveCopy struct {
	key, name string
	read      func(ctx context.Context, m *live, r *inspector.Row) (string, error)
}

func liveCopies() []liveCopy {
	return []liveCopy{
		{"c", "curl", func(ctx context.Context, m *live, r *inspector.Row) (string, error) {
			b, err := m.s.Export(ctx, "id:"+r.ID.String(), "curl", false)
			return readCopy(b, err)
		}},
		{"b", "body", func(ctx context.Context, m *live, r *inspector.Row) (string, error) {
			b, err := m.s.Body(ctx, r.ID.String(), 0, inspector.Request, client.BodyOptions{Hide: true})
			if p, ok := problemOf(err); ok && p.Status == 404 {
				return "", nil // a body of no bytes
			}
			return readCopy(b, err)
		}},
		{"u", "URL", func(ctx context.Context, m *live, r *inspector.Row) (string, error) {
			if r.Dir == inspector.In {
				return "http://" + r.Host + m.a.target(r.Target), nil
			}
			d, err := m.s.Delivery(ctx, r.ID.String())
			if err != nil || len(d.Attempts) == 0 {
				return "", err
			}
			return m.a.hiding(&d.Attempts[0], false).Address(d.Attempts[0].Target), nil
		}},
		{"h", "headers", func(ctx context.Context, m *live, r *inspector.Row) (string, error) {
			d, err := m.s.Delivery(ctx, r.ID.String())
			if err != nil {
				return "", err
			}
			text := ""
			if at, err := pick(&d, inspector.Request, -1); err == nil {
				hide := m.a.hiding(at, false)
				for _, f := range at.Request.Headers {
					text += f.Name + ": " + hide.Value(f.Name, f.Value) + "\n"
				}
			}
			return text, nil
		}},
		{"l", "link", func(_ context.Context, m *live, r *inspector.Row) (string, error) {
			return m.page + "/d/" + r.ID.String(), nil
		}},
		{"p", "path", func(_ context.Context, m *live, r *inspector.Row) (string, error) {
			path, _, _ := strings.Cut(m.a.target(r.Target), "?")
			return path, nil
		}},
		{"s", "signed bytes", func(ctx context.Context, m *live, r *inspector.Row) (string, error) {
			c, err := m.s.Signature(ctx, r.ID.String())
			switch {
			case err != nil:
				return "", err
			case c.Signed == nil:
				return "", fail(exitFailed, "boathook verify says why", "it is not known what of #%d was signed", r.N)
			case c.Signed.Truncated:
				return "", errClipboard
			}
			b, err := base64.StdEncoding.DecodeString(c.Signed.Base64)
			return string(b), err
		}},
		{"i", "id", func(_ context.Context, _ *live, r *inspector.Row) (string, error) { return r.ID.String(), nil }},
	}
}

// maxCopy bounds what is put into the clipboard: terminals take no more.
const maxCopy = 64 << 10

var errClipboard = fail(exitFailed, "", "that is more than a terminal's clipboard takes (%d kB)", maxCopy>>10)

func readCopy(r io.ReadCloser, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxCopy+1))
	if err == nil && len(data) > maxCopy {
		return "", errClipboard
	}
	return string(data), err
}

// copyKeys names what can be copied, some of it.
func copyKeys(from, to int) string {
	var texts []string
	for _, c := range liveCopies()[from:to] {
		texts = append(texts, c.key+" "+c.name)
	}
	return strings.Join(texts, "  ")
}

// copyAs copies through the terminal, which works over SSH too.
func (m *live) copyAs(key string) tea.Cmd {
	row := m.focused()
	for _, c := range liveCopies() {
		if c.key != key || row == nil {
			continue
		}
		r := *row
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(m.ctx, liveWait)
			defer cancel()
			text, err := c.read(ctx, m, &r)
			if err != nil {
				return liveDone{err: err}
			}
			return liveDone{text: "copied the " + c.name + " of #" + strconv.FormatUint(r.N, 10), copy: text}
		}
	}
	return nil
}
