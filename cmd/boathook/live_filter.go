package main

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

// liveFilter is the filter line while it is edited.
type liveFilter struct {
	liveLine
	from, to int // runes that are wrong, both 0 if none
	problem  string
	asked    *string // what the server was asked for, nil once the text has changed

	words    []string // proposals for the word at the cursor
	wordFrom int      // where the word begins, in runes
	wordTo   int
	round    int // Tab goes through the proposals
}

// filterMark stands before the filter.
const filterMark = "/ "

func (m *live) editFilter() {
	m.filter = &liveFilter{liveLine: lineOf(m.query)}
}

// filterLine is the second line of the screen.
func (m *live) filterLine() string {
	out := m.a.out
	f := m.filter
	switch {
	case f == nil && m.query == "":
		return out.Dim.Sprint(m.cut(filterMark+"all deliveries", m.width))
	case f == nil:
		return m.cut(filterMark+m.foreign(m.query, m.width), m.width)
	}
	line := filterMark
	for i := f.left(m.width - len(filterMark)); i < len(f.text); i++ {
		c := terminal.Safe(string(f.text[i]))
		if i >= f.from && i < f.to {
			c = "\x1b[4m" + out.Bad.Sprint(c) + "\x1b[24m"
		}
		line += c
	}
	hint := ""
	switch {
	case f.problem != "":
		hint = out.Bad.Sprint(terminal.Safe(f.problem))
	case len(f.words) > 0:
		hint = out.Dim.Sprint(terminal.Safe(strings.Join(f.words[:min(len(f.words), 6)], "  ")))
	default:
		hint = out.Dim.Sprint("Enter filters, Tab completes, Esc leaves")
	}
	if room := m.width - ansi.StringWidth(line) - 3; room >= 10 {
		return line + "   " + m.cut(hint, room)
	}
	return m.cut(line, m.width)
}

// key edits the line.
func (f *liveFilter) key(m *live, k tea.KeyPressMsg) tea.Cmd {
	name := k.String()
	if name == "tab" || name == "shift+tab" {
		return f.complete(m, name == "tab")
	}
	f.words = nil
	switch name {
	case "enter":
		query := strings.TrimSpace(string(f.text))
		f.asked = &query
		return m.load(query)
	case "esc", "ctrl+c":
		m.filter = nil
	default:
		if f.edit(k) {
			f.changed()
		}
	}
	return nil
}

// paste puts text where the cursor is.
func (f *liveFilter) paste(text string) {
	if f.insert(text) {
		f.changed()
	}
}

// changed forgets what was wrong with the text before.
func (f *liveFilter) changed() {
	f.from, f.to, f.problem, f.words, f.asked = 0, 0, "", nil, nil
}

// wrong shows what the server finds wrong with the filter.
func (f *liveFilter) wrong(query string, err error) {
	fault := explain(err)
	if fault == nil {
		return
	}
	f.problem = fault.Error()
	if fault.hint != "" {
		f.problem += "; " + strings.Join(strings.Fields(fault.hint), " ")
	}
	p, ok := problemOf(err)
	if !ok || p.Pos == nil || p.End == nil || *p.Pos < 0 || *p.End > len(query) || *p.Pos > *p.End {
		return
	}
	lead := len([]rune(string(f.text))) - len([]rune(strings.TrimLeft(string(f.text), " ")))
	f.from = lead + len([]rune(query[:*p.Pos]))
	f.to = f.from + len([]rune(query[*p.Pos:*p.End]))
	if f.to == f.from {
		f.to++
	}
}

// liveProposed is an answer to complete.
type liveProposed struct {
	text string
	got  client.Completions
}

// complete proposes how to go on; again takes the next proposal.
func (f *liveFilter) complete(m *live, on bool) tea.Cmd {
	if len(f.words) > 0 {
		if on {
			f.round++
		} else {
			f.round += len(f.words) - 1
		}
		f.take()
		return nil
	}
	text, pos := string(f.text), len(string(f.text[:f.at]))
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(m.ctx, completionTime)
		defer cancel()
		got, err := m.s.Complete(ctx, text, pos)
		if err != nil {
			return nil // there is nothing to propose
		}
		return liveProposed{text, got}
	}
}

func (f *liveFilter) proposed(got liveProposed) {
	c := got.got
	if got.text != string(f.text) || len(c.Items) == 0 || c.From < 0 || c.To > len(got.text) || c.From > c.To {
		return
	}
	f.words, f.round = nil, 0
	for _, item := range c.Items {
		f.words = append(f.words, item.Text)
	}
	f.wordFrom = len([]rune(got.text[:c.From]))
	f.wordTo = len([]rune(got.text[:c.To]))
	if len(f.words) == 1 {
		f.take()
		f.words = nil
		return
	}
	f.take()
}

// take puts the proposal whose turn it is in place of the word.
func (f *liveFilter) take() {
	word := []rune(f.words[f.round%len(f.words)])
	f.text = slices.Replace(f.text, f.wordFrom, f.wordTo, word...)
	f.wordTo = f.wordFrom + len(word)
	f.at = f.wordTo
	f.from, f.to, f.problem = 0, 0, ""
}
