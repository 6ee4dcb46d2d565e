package main

import (
	"bytes"
	"context"
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// liveComparison is how the open delivery differs from the one that was marked.
type liveComparison struct {
	base inspector.ID
	part inspector.Part
	got  client.Comparison
	err  error
}

// compare marks a delivery, and compares it with the one that has the focus next time. A
// single one that is selected counts as marked. Where the two are compared already it
// goes on to their responses, and back.
func (m *live) compare() tea.Cmd {
	r := m.focused()
	if r == nil {
		return nil
	}
	if base := m.selectedOther(r.ID); base != nil {
		m.markBase(base)
	}
	switch {
	case m.base == r.ID:
		m.base, m.baseName = inspector.ID{}, ""
		m.notice = liveNotice{text: "#" + strconv.FormatUint(r.N, 10) + " is not marked any more"}
		return m.recompare()
	case m.base == inspector.ID{}:
		m.markBase(r)
		m.notice = liveNotice{text: m.baseName + " is marked     c on another delivery compares the two"}
		return m.recompare()
	case m.detail != nil && m.detail.tab == tabCompare:
		m.part = inspector.Request + inspector.Response - m.part
		m.detail.scroll = 0
		return m.recompare()
	case m.detail == nil:
		m.follow = false
		cmd := m.openDetail(r)
		m.detail.tab = tabCompare
		return tea.Batch(cmd, m.refocus())
	}
	return m.turnTo(tabCompare)
}

// markBase marks a delivery for comparing.
func (m *live) markBase(r *inspector.Row) {
	m.base, m.baseName, m.part = r.ID, "#"+strconv.FormatUint(r.N, 10), inspector.Request
}

// selectedOther is the only row that is selected, if it is another one than this.
func (m *live) selectedOther(id inspector.ID) *inspector.Row {
	if len(m.chosen) != 1 || m.chosen[id] {
		return nil
	}
	for i := range m.rows.len() {
		if r := m.rows.at(i); m.chosen[r.ID] {
			return r
		}
	}
	return nil
}

// recompare shows what is compared now, if that is looked at.
func (m *live) recompare() tea.Cmd {
	if m.detail == nil || m.detail.tab != tabCompare {
		return nil
	}
	m.detail.lines, m.detail.comparison = nil, nil
	return m.readDetail(false)
}

// compares reports whether the open delivery is to be compared, and is not yet.
func (m *live) compares(anew bool) bool {
	d := m.detail
	if d.tab != tabCompare || m.base == d.id || m.base == (inspector.ID{}) {
		return false
	}
	c := d.comparison
	return anew || c == nil || c.base != m.base || c.part != m.part
}

func readLiveComparison(ctx context.Context, s liveServer, base inspector.ID, ref string, part inspector.Part) *liveComparison {
	c := &liveComparison{base: base, part: part}
	c.got, c.err = s.Compare(ctx, base.String(), ref, part.String(), nil)
	return c
}

// compareText is what boathook diff prints of the two.
func (m *live) compareText() string {
	d, out := m.detail, m.a.out
	switch c := d.comparison; {
	case m.base == inspector.ID{}:
		return out.Dim.Sprint("c marks a delivery; c on another one compares the two here.")
	case m.base == d.id:
		return out.Dim.Sprint("This one is marked. Go to another delivery to compare the two here; c takes the mark away.")
	case c == nil || c.base != m.base || c.part != m.part:
		return out.Dim.Sprint("Reading" + m.mark("…", "..."))
	case c.err != nil:
		if p, ok := problemOf(c.err); ok && p.Status == 404 {
			return out.Warn.Sprint("note:") + " there is nothing to compare: " + terminal.Safe(p.Error())
		}
		return out.Error.Sprint("error:") + " " + terminal.Safe(explain(c.err).Error())
	}
	return m.printed(func(a *app) error {
		v := d.comparison.got
		v.Head, v.Body.Changes = slices.Clone(v.Head), slices.Clone(v.Body.Changes)
		a.hideChanges(&v)
		return a.printDiff(&v)
	}) + "\n" + out.Dim.Sprintf("c compares the %s", map[inspector.Part]string{inspector.Request: "responses", inspector.Response: "requests"}[m.part])
}

// printed is what a command prints into a terminal as wide as the screen, its talk as well.
func (m *live) printed(print func(a *app) error) string {
	var b bytes.Buffer
	a := *m.a
	out, talk := *a.out, *a.err
	out.Writer, out.Width, talk.Writer, talk.Palette = &b, m.width, &b, out.Palette
	a.out, a.err, a.flags.quiet = &out, &talk, false
	if err := print(&a); err != nil {
		return err.Error()
	}
	return b.String()
}
