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
		{"]", "[ ]", "tab before, next tab (or 1 to 6)", "", func(m *live) tea.Cmd { return m.turn(1) }},
		{"[", "", "", "", func(m *live) tea.Cmd { return m.turn(-1) }},
		{"J shift+down", "J K", "scroll the open delivery (or ctrl+d, ctrl+u)", "", func(m *live) tea.Cmd { return m.scroll(1) }},
		{"K shift+up", "", "", "", func(m *live) tea.Cmd { return m.scroll(-1) }},
		{"ctrl+d", "", "", "", func(m *live) tea.Cmd { return m.scroll(m.height / 2) }},
		{"ctrl+u", "", "", "", func(m *live) tea.Cmd { return m.scroll(-m.height / 2) }},
		{"/ f", "/ f", "filter (boathook help filter)", "/ filter", (*live).startFilter},
		{"s", "s S", "go by a saved filter, save this one", "", (*live).useSaved},
		{"S", "", "", "", (*live).saveFilter},
		{"x space", "x X", "select or not, all that were read or none", "", (*live).choose},
		{"X", "", "", "", (*live).chooseAll},
		{"c", "c", "mark, then compare with another (or with the selected one)", "c compare", (*live).compare},
		{"e", "e", "export the selected, or this one, into a file", "", (*live).export},
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
		m.turnHelp(name)
		return nil
	case m.detail != nil && len(name) == 1 && name >= "1" && name <= "6":
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
	room := m.helpRoom()
	if len(texts) <= room || m.width < 90 {
		m.helpTop = min(m.helpTop, max(len(texts)-room, 0))
		if len(texts) > room {
			lines[0] += m.a.out.Dim.Sprintf("  %d to %d of %d, j k scroll, Esc closes", m.helpTop+1, m.helpTop+room, len(texts))
		}
		for _, t := range texts[m.helpTop:] {
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
	m.help, m.helpTop = !m.help, 0
	return nil
}

// helpRoom is how many keys there is room for.
func (m *live) helpRoom() int { return max(m.height-headLines-2, 1) }

// turnHelp scrolls the help; any other key closes it.
func (m *live) turnHelp(key string) {
	switch key {
	case "j", "down":
		m.helpTop++ // drawing bounds it below
	case "k", "up":
		m.helpTop = max(m.helpTop-1, 0)
	case "pgdown", "space", "ctrl+f", "ctrl+d":
		m.helpTop += m.helpRoom()
	case "pgup", "ctrl+b", "ctrl+u":
		m.helpTop = max(m.helpTop-m.helpRoom(), 0)
	default:
		m.help = false
	}
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
	case m.base != inspector.ID{}:
		m.base, m.baseName = inspector.ID{}, ""
	case len(m.chosen) > 0:
		m.chosen = map[inspector.ID]bool{}
	case m.query != "":
		return m.load("")
	}
	return m.refocus()
}

// chooseAll selects all rows that were read, or none.
func (m *live) chooseAll() tea.Cmd {
	all := len(m.chosen) == m.rows.len()
	m.chosen = map[inspector.ID]bool{}
	for i := range m.rows.len() {
		if !all {
			m.chosen[m.rows.at(i).ID] = true
		}
	}
	return nil
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
