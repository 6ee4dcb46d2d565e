package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
)

// View draws the screen: only the rows that are on it.
func (m *live) View() tea.View {
	var lines []string
	switch {
	case m.help:
		lines = append(m.head(), m.helpLines()...)
	case m.detail != nil && m.whole:
		lines = append(m.head(), m.detailLines(m.height-3)...)
	default:
		lines = append(m.head(), m.listLines()...)
		if m.detail != nil {
			lines = append(lines, m.detailLines(m.height-3-len(lines)+2)...)
		}
	}
	room := max(m.height-1, 0)
	for len(lines) < room {
		lines = append(lines, "")
	}
	lines = append(lines[:room], m.foot())
	for i := range lines {
		lines[i] = m.cut(lines[i], m.width)
	}
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	switch {
	case m.filter != nil:
		v.Cursor = tea.NewCursor(m.filter.column(len(filterMark), m.width), 1)
	case m.prompt != nil:
		v.Cursor = tea.NewCursor(m.prompt.column(ansi.StringWidth(m.prompt.mark), m.width), max(m.height-1, 0))
	}
	return v
}

// headLines is how many lines head and column names take.
const headLines = 2

// listHeight is how many rows there is room for.
func (m *live) listHeight() int {
	room := m.height - headLines - 1
	if m.names() {
		room--
	}
	if m.detail != nil && !m.whole {
		room = max(room*2/5, 3)
	}
	return max(room, 1)
}

// names reports whether there is room for the names of the columns.
func (m *live) names() bool { return m.height >= 12 }

// head says where this stands, and what is listed.
func (m *live) head() []string {
	out := m.a.out
	state := out.Good.Sprint(m.mark("●", "o") + " Live")
	switch {
	case m.feed == nil:
		state = out.Dim.Sprint(m.mark("◐", "~") + " Reading")
	case m.lost > 0:
		state = out.Warn.Sprintf("%s Reconnecting, try %d", m.mark("◐", "~"), m.lost)
	case m.pause:
		state = out.Warn.Sprint(m.mark("‖", "=") + " Paused")
	case m.follow:
		state += out.Dim.Sprint(m.mark(" · ", "  ") + "newest first")
	}
	if m.unseen > 0 {
		state += out.Bold.Sprintf("   %s %s new", m.mark("▲", "^"), terminal.Count(m.unseen))
	}
	if len(m.chosen) > 0 {
		state += out.Bold.Sprintf("   %s selected", terminal.Count(len(m.chosen)))
	}
	count := plural(m.total, "delivery", "deliveries")
	if !m.exact {
		count = "over " + count
	}
	left := out.Bold.Sprint("boathook") + "  " + state
	if m.width < 50 {
		left, count = state, terminal.Count(m.total)
	}
	if m.feed == nil { // how many is not known yet
		count = ""
	}
	return []string{m.apart(left, out.Dim.Sprint(count), m.width), m.filterLine()}
}

// listLines are the names of the columns and the rows on screen.
func (m *live) listLines() []string {
	columns := m.columns()
	var lines []string
	if m.names() {
		lines = append(lines, m.a.out.Dim.Sprint(m.row(columns, func(c *liveColumn) string { return c.name })))
	}
	height := m.listHeight()
	if m.rows.len() == 0 {
		return append(lines, m.empty(height)...)
	}
	top, _ := m.rows.place(m.top)
	for i := top; i < min(top+height, m.rows.len()); i++ {
		lines = append(lines, m.rowLine(columns, m.rows.at(i)))
	}
	for len(lines) < height+headLines-1 && m.detail != nil {
		lines = append(lines, "")
	}
	return lines
}

func (m *live) empty(height int) []string {
	text := []string{"", "  Nothing was received yet.", "  Send yourself something: boathook ping"}
	switch {
	case m.feed == nil:
		text = []string{"", "  Reading" + m.mark("…", "...")}
	case m.query != "":
		text = []string{"", "  No delivery matches. / changes the filter, Esc drops it."}
	}
	return text[:min(len(text), height)]
}

// liveColumn is a column of the list.
type liveColumn struct {
	name  string
	width int // 0: what is left
	right bool
	text  func(r *inspector.Row) string
	paint func(r *inspector.Row) func(...any) string // nil: as it is
}

// columns are those that there is room for.
func (m *live) columns() []liveColumn {
	out, wide := m.a.out, m.width
	dim := func(*inspector.Row) func(...any) string { return out.Dim.Sprint }
	state := 9
	if wide >= 60 {
		state = 13
	}
	all := []struct {
		from int // columns of the terminal from which it is shown
		liveColumn
	}{
		{0, liveColumn{"", 2, false, m.markText, func(*inspector.Row) func(...any) string { return out.Bold.Sprint }}},
		{36, liveColumn{"#", m.numberWidth(), true, func(r *inspector.Row) string { return strconv.FormatUint(r.N, 10) }, nil}},
		{84, liveColumn{"time", 12, false, func(r *inspector.Row) string { return m.timeText(r.At, true) }, dim}},
		{0, liveColumn{"", 1, false, m.arrowText, m.arrowPaint}},
		{0, liveColumn{"request", 0, false, m.a.what, func(*inspector.Row) func(...any) string { return out.Bold.Sprint }}},
		{0, liveColumn{"outcome", state, false, m.outcomeText, func(r *inspector.Row) func(...any) string { return out.Paint(outcome(r)).Sprint }}},
		{0, liveColumn{"sig", 3, false, func(r *inspector.Row) string { return m.a.verdictSign(r.Verdict) },
			func(r *inspector.Row) func(...any) string { return m.a.verdictPaint(r.Verdict) }}},
		{56, liveColumn{"took", 6, true, func(r *inspector.Row) string { return terminal.Duration(r.Duration) }, nil}},
		{66, liveColumn{"size", 6, true, func(r *inspector.Row) string { return terminal.Bytes(r.Size) }, nil}},
		{110, liveColumn{"try", 6, false, tryText, dim}},
		{76, liveColumn{"where", 12, false, where, dim}},
	}
	var columns []liveColumn
	for _, c := range all {
		if wide >= c.from {
			columns = append(columns, c.liveColumn)
		}
	}
	return columns
}

func (m *live) numberWidth() int {
	if m.rows.len() == 0 {
		return 3
	}
	return max(len(strconv.FormatUint(m.rows.at(0).N, 10)), 3)
}

// row lays out a line of the list.
func (m *live) row(columns []liveColumn, text func(*liveColumn) string) string {
	left := m.width - len(columns) + 1
	for i := range columns {
		left -= columns[i].width
	}
	var b strings.Builder
	for i := range columns {
		c := &columns[i]
		width := c.width
		if width == 0 {
			width = max(left, 4)
		}
		cell := text(c)
		if c.right {
			cell = strings.Repeat(" ", max(width-ansi.StringWidth(cell), 0)) + cell
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(m.fill(cell, width))
	}
	return m.cut(b.String(), m.width)
}

func (m *live) rowLine(columns []liveColumn, r *inspector.Row) string {
	if r.N == m.focus {
		return inverse(m.fill(m.row(columns, func(c *liveColumn) string { return m.foreign(c.text(r), m.width) }), m.width))
	}
	return m.row(columns, func(c *liveColumn) string {
		width := c.width
		if width == 0 {
			width = m.width
		}
		text := m.foreign(c.text(r), width)
		if c.paint == nil || text == "" {
			return text
		}
		return c.paint(r)(text)
	})
}

// markText shows focus, what is compared with, selection and pin without colour.
func (m *live) markText(r *inspector.Row) string {
	text := " "
	if r.N == m.focus {
		text = m.mark("▸", ">")
	}
	switch {
	case m.base == r.ID:
		return text + "~"
	case m.chosen[r.ID]:
		return text + "+"
	case r.Flags&inspector.FlagPinned != 0:
		return text + "*"
	}
	return text + " "
}

func (m *live) arrowText(r *inspector.Row) string {
	if r.Dir == inspector.Out {
		return m.mark("→", ">")
	}
	return m.mark("←", "<")
}

func (m *live) arrowPaint(r *inspector.Row) func(...any) string {
	if r.Dir == inspector.Out {
		return m.a.out.Out.Sprint
	}
	return m.a.out.In.Sprint
}

func (m *live) outcomeText(r *inspector.Row) string {
	o := outcome(r)
	return o.Shape(m.a.cfg.On("ascii")) + " " + o.Word()
}

// tryText is how many tries were made of how many, "" where there is only one. A resend
// is one more than the rule allows.
func tryText(r *inspector.Row) string {
	switch {
	case r.MaxTries == 0, r.MaxTries == 1 && r.Tries <= 1:
		return ""
	case r.Tries > r.MaxTries:
		return strconv.Itoa(r.Tries)
	}
	return fmt.Sprintf("%d/%d", r.Tries, r.MaxTries)
}

// timeText is the time of day, or the day of what is not of today.
func (m *live) timeText(at time.Time, short bool) string {
	if m.a.clock.Form == "rel" {
		return m.a.clock.Write(at, true)
	}
	at, now := at.Local(), m.a.clock.Now().Local()
	if m.a.clock.Form == "utc" {
		at, now = at.UTC(), now.UTC()
	}
	switch {
	case !short:
		return at.Format("2006-01-02 15:04:05.000")
	case at.Format(time.DateOnly) == now.Format(time.DateOnly):
		return at.Format("15:04:05.000")
	}
	return at.Format("01-02 15:04")
}

// foot is the last line: a question, what was said last, or the keys.
func (m *live) foot() string {
	out := m.a.out
	switch {
	case m.ask != nil:
		return m.cut(out.Bold.Sprint(terminal.Safe(m.ask.text))+"  y yes, any other key no", m.width)
	case m.prompt != nil:
		return m.prompt.view(m)
	case m.copying:
		return m.cut("copy: "+copyKeys(0, len(liveCopies())), m.width)
	case m.notice.bad:
		return m.cut(out.Error.Sprint("error:")+" "+m.foreign(m.notice.text, m.width), m.width)
	case m.notice.text != "":
		return m.cut(out.Good.Sprint(m.mark("✓", "ok"))+" "+m.foreign(m.notice.text, m.width), m.width)
	}
	return m.cut(out.Dim.Sprint(m.shortKeys()), m.width)
}
