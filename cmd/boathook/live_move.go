package main

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/boathook/boathook/inspector"
)

// focused is the row in focus, nil in an empty list.
func (m *live) focused() *inspector.Row {
	if i, found := m.rows.place(m.focus); found {
		return m.rows.at(i)
	}
	return nil
}

// refocus keeps the focus on a row that there is, and on screen.
func (m *live) refocus() tea.Cmd {
	n := m.rows.len()
	if n == 0 {
		m.focus, m.top = 0, 0
		m.closeDetail()
		return nil
	}
	at, _ := m.rows.place(m.focus)
	if m.follow || m.focus == 0 {
		at = 0
	}
	return m.moveTo(at)
}

// moveTo puts the focus on place i of the list.
func (m *live) moveTo(i int) tea.Cmd {
	n, height := m.rows.len(), m.listHeight()
	if n == 0 {
		return nil
	}
	i = min(max(i, 0), n-1)
	m.focus = m.rows.at(i).N
	top, _ := m.rows.place(m.top)
	if m.follow {
		top = 0
	}
	top = min(max(top, i-height+1, 0), i, max(n-height, 0))
	m.top = m.rows.at(top).N
	if top == 0 && i == 0 {
		m.unseen = 0
	}
	var cmds []tea.Cmd
	if i > n-liveFirst/4 || n-top <= height {
		cmds = append(cmds, m.older())
	}
	if m.detail != nil && m.detail.id != m.rows.at(i).ID {
		cmds = append(cmds, m.openDetail(m.rows.at(i)))
	}
	return tea.Batch(slices.DeleteFunc(cmds, func(c tea.Cmd) bool { return c == nil })...)
}

// step moves the focus; what is looked at then stays in place.
func (m *live) step(by int) tea.Cmd {
	at, _ := m.rows.place(m.focus)
	m.follow = false
	return m.moveTo(at + by)
}

// newest goes to the top, and stays there.
func (m *live) newest() tea.Cmd {
	m.follow, m.unseen = true, 0
	return m.moveTo(0)
}
