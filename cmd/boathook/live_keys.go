package main

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/boathook/boathook/inspector"
)

// liveKey is what a key does. The page has the same keys.
type liveKey struct {
	keys  string // as the library names them, separated by spaces
	shown string // as they are shown
	help  string
	short string // in the last line of the screen, "" if not there
	do    func(m *live) tea.Cmd
}

// liveKeys is the one table of keys: help shows it, and key looks into it.
func liveKeys() []liveKey {
	return []liveKey{
		{"down j", "j k", "next delivery, delivery before (or arrows, PgDn, PgUp)", "j/k move", func(m *live) tea.Cmd { return m.step(1) }},
		{"up k", "", "", "", func(m *live) tea.Cmd { return m.step(-1) }},
		{"pgdown ctrl+f", "", "", "", func(m *live) tea.Cmd { return m.pageDown(1) }},
		{"pgup ctrl+b", "", "", "", func(m *live) tea.Cmd { return m.pageDown(-1) }},
		{"home .", ".", "newest", "", (*live).newest},
		{"end G", "End", "oldest that was read", "", func(m *live) tea.Cmd { return m.step(m.rows.len()) }},
		{"F", "F", "keep to the newest, or not", "", (*live).toggleFollow},
		{"enter", "Enter", "open, then on the whole screen", "Enter open", (*live).enter},
		{"esc", "Esc", "back", "", (*live).back},
		{"]", "[ ]", "tab before, next tab (or 1 to 5)", "", func(m *live) tea.Cmd { return m.turn(1) }},
		{"[", "", "", "", func(m *live) tea.Cmd { return m.turn(-1) }},
		{"J shift+down", "J K", "scroll the open delivery (or ctrl+d, ctrl+u)", "", func(m *live) tea.Cmd { return m.scroll(1) }},
		{"K shift+up", "", "", "", func(m *live) tea.Cmd { return m.scroll(-1) }},
		{"ctrl+d", "", "", "", func(m *live) tea.Cmd { return m.scroll(m.height / 2) }},
		{"ctrl+u", "", "", "", func(m *live) tea.Cmd { return m.scroll(-m.height / 2) }},
		{"/ f", "/ f", "filter (boathook help filter)", "/ filter", (*live).startFilter},
		{"x space", "x", "select, or not", "", (*live).choose},
		{"r", "r", "resend the selected, or this one", "r resend", (*live).resend},
		{"R", "R", "replay the selected, or this one, to where you say", "R replay", (*live).replay},
		{"p", "p", "pause; nothing is lost meanwhile", "p pause", (*live).hold},
		{"m", "m", "pin, or unpin", "", (*live).pin},
		{"t", "t", "tag the selected, or this one", "", (*live).tag},
		{"# delete", "#", "delete", "", (*live).remove},
		{"z", "z", "undo the deletion", "", (*live).undo},
		{"y", "y", "copy: then " + copyKeys(0, 5), "y copy", (*live).startCopy},
		{"", "", "           " + copyKeys(5, len(liveCopies())), "", nil},
		{"o", "o", "open in the browser", "", (*live).browse},
		{"?", "?", "this help", "", (*live).toggleHelp},
		{"q ctrl+c", "q", "quit", "", (*live).quit},
		{"ctrl+z", "", "", "", func(*live) tea.Cmd { return tea.Suspend }},
	}
}

// key does what a key says, where it was pressed.
func (m *live) key(k tea.KeyPressMsg) tea.Cmd {
	name := k.String()
	if name == "ctrl+c" && m.filter == nil && m.prompt == nil {
		return m.quit()
	}
	m.notice = liveNotice{}
	switch {
	case m.filter != nil:
		return m.filter.key(m, k)
	case m.prompt != nil:
		return m.prompt.key(m, k)
	case m.ask != nil:
		yes := m.ask.yes
		m.ask = nil
		if name == "y" || name == "Y" {
			return yes()
		}
		return nil
	case m.copying:
		m.copying = false
		return m.copyAs(name)
	case m.help && name != "q":
		m.help = false
		return nil
	case m.detail != nil && len(name) == 1 && name >= "1" && name <= "5":
		return m.turnTo(int(name[0] - '1'))
	}
	for _, key := range liveKeys() {
		for word := range strings.FieldsSeq(key.keys) {
			if word == name {
				return key.do(m)
			}
		}
	}
	return nil
}

// shortKeys are those of the last line.
func (m *live) shortKeys() string {
	words := []string{"? help", "q quit"} // they fit in every window
	if m.detail != nil {
		words = append(words, "Esc back", "[ ] tabs", "J/K scroll")
	}
	between := m.mark(" · ", "  ")
	line := strings.Join(words, between)
	for _, k := range liveKeys() {
		if more := between + k.short; k.short != "" && ansi.StringWidth(line+more) <= m.width {
			line += more
		}
	}
	return line
}

// helpLines is the table of keys, in two columns where there is room.
func (m *live) helpLines() []string {
	var texts []string
	for _, k := range liveKeys() {
		if k.help != "" {
			texts = append(texts, m.a.out.Bold.Sprint(m.fill(k.shown, 7))+" "+k.help)
		}
	}
	lines := []string{m.a.out.Bold.Sprint("Keys")}
	room := max(m.height-len(lines)-headLines-1, 1)
	if len(texts) <= room || m.width < 90 {
		for _, t := range texts {
			lines = append(lines, m.cut("  "+t, m.width))
		}
		return lines
	}
	half := (len(texts) + 1) / 2
	for i := range half {
		line := m.fill("  "+texts[i], m.width/2)
		if i+half < len(texts) {
			line += texts[i+half]
		}
		lines = append(lines, m.cut(line, m.width))
	}
	return lines
}

// pageDown turns a page of the list, or of what has the whole screen.
func (m *live) pageDown(by int) tea.Cmd {
	if m.detail != nil && m.whole {
		return m.scroll(by * max(m.height-5, 1))
	}
	return m.step(by * max(m.listHeight()-1, 1))
}

func (m *live) toggleFollow() tea.Cmd {
	if m.follow {
		m.follow = false
		return nil
	}
	return m.newest()
}

func (m *live) toggleHelp() tea.Cmd {
	m.help = !m.help
	return nil
}

func (m *live) startFilter() tea.Cmd {
	m.editFilter()
	return nil
}

func (m *live) startCopy() tea.Cmd {
	m.copying = m.focused() != nil
	return nil
}

func (m *live) quit() tea.Cmd { return tea.Quit }

// enter opens the row in focus, then gives it the whole screen.
func (m *live) enter() tea.Cmd {
	r := m.focused()
	switch {
	case r == nil:
		return nil
	case m.detail != nil:
		m.whole = true
		return nil
	}
	m.follow = false // what is read stays
	cmd := m.openDetail(r)
	return tea.Batch(cmd, m.refocus())
}

// back undoes one step: the whole screen, the detail, the selection, the filter.
func (m *live) back() tea.Cmd {
	switch {
	case m.whole:
		m.whole = false
	case m.detail != nil:
		m.closeDetail()
	case len(m.chosen) > 0:
		m.chosen = map[inspector.ID]bool{}
	case m.query != "":
		return m.load("")
	}
	return m.refocus()
}

func (m *live) choose() tea.Cmd {
	r := m.focused()
	if r == nil {
		return nil
	}
	if m.chosen[r.ID] {
		delete(m.chosen, r.ID)
	} else {
		m.chosen[r.ID] = true
	}
	return m.step(1)
}
