package main

import (
	tea "charm.land/bubbletea/v2"

	"github.com/boathook/boathook/web/client"
)

// happened takes what the feed told.
func (m *live) happened(got liveEvents) tea.Cmd {
	if got.err != nil {
		m.fatal = got.err
		return tea.Quit
	}
	if len(got.events) == 0 {
		return nil // the program ends
	}
	var changed []client.Event
	relisted := false
	for _, ev := range got.events {
		switch ev.Kind {
		case client.Lost:
			m.lost++
		default:
			relisted = relisted || relists(&ev) || m.lost > 0
			m.lost = 0
			changed = append(changed, ev)
		}
	}
	cmds := []tea.Cmd{m.feed.next}
	if relisted && m.detail != nil {
		cmds = append(cmds, m.relist())
	}
	if m.pause {
		if len(m.paused)+len(changed) > maxLiveRows {
			m.paused, m.missed = nil, true
		}
		if !m.missed {
			m.paused = append(m.paused, changed...)
		}
		for _, ev := range changed {
			if ev.Kind == client.Added {
				m.unseen++
			}
		}
		return tea.Batch(cmds...)
	}
	return tea.Batch(append(cmds, m.apply(changed))...)
}

// relist shows nothing of a delivery that was hidden by another list than holds now.
func (m *live) relist() tea.Cmd {
	m.detail.lines, m.detail.body, m.detail.comparison = nil, nil, nil
	return m.reloadDetail()
}

// apply brings the rows up to date.
func (m *live) apply(events []client.Event) tea.Cmd {
	touched := false
	for _, ev := range events {
		switch ev.Kind {
		case client.Added:
			if m.rows.put(ev.Row) {
				m.total++
				if !m.follow {
					m.unseen++
				}
			}
		case client.Changed:
			// one that is not held is back from the trash, or matches only now
			if !m.rows.change(ev.Row) && (m.oldest || m.rows.len() > 0 && ev.Row.N > m.rows.rows[0].N) {
				m.rows.put(ev.Row)
				m.total++
			}
		case client.Gone:
			delete(m.chosen, ev.ID)
			if m.rows.drop(ev.ID) {
				m.total = max(m.total-1, 0)
			}
		}
		touched = touched || m.detail != nil && ev.ID == m.detail.id
	}
	if m.rows.trim() {
		m.oldest = false
	}
	cmd := m.refocus()
	if touched && cmd == nil {
		cmd = m.reloadDetail()
	}
	return cmd
}

// hold stops and goes on with painting what comes.
func (m *live) hold() tea.Cmd {
	m.pause = !m.pause
	if m.pause {
		m.unseen = 0
		return nil
	}
	events, missed := m.paused, m.missed
	m.paused, m.missed = nil, false
	if missed {
		return m.load(m.query)
	}
	m.unseen = 0
	return m.apply(events)
}
