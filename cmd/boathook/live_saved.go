package main

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

// liveSaved are the saved filters, to choose from.
type liveSaved struct {
	filters []proxy.SavedFilter
	err     error
}

// useSaved asks for one of the saved filters.
func (m *live) useSaved() tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(m.ctx, liveWait)
		defer cancel()
		all, err := m.s.Filters(ctx)
		return liveSaved{all, err}
	}
}

func (m *live) chooseSaved(got liveSaved) {
	switch {
	case m.filter != nil || m.prompt != nil || m.ask != nil:
		return // something else is typed by now
	case got.err != nil:
		m.say(got.err)
		return
	case len(got.filters) == 0:
		m.notice = liveNotice{text: "no filter is saved yet     S saves the one that holds"}
		return
	}
	var names []string
	for i := range got.filters {
		names = append(names, got.filters[i].Name)
	}
	m.prompt = &livePrompt{mark: "saved filter: ", hint: terminal.Safe(strings.Join(names, "  ")), done: func(text string) tea.Cmd {
		if text == "" {
			return nil
		}
		f, err := savedOf(got.filters, text)
		if err != nil {
			m.say(err)
			return nil
		}
		return m.load(f.Query)
	}}
}

// savedOf is the filter of a name, or the only one whose name begins so.
func savedOf(all []proxy.SavedFilter, name string) (*proxy.SavedFilter, error) {
	var found []*proxy.SavedFilter
	for i := range all {
		if all[i].Name == name {
			return &all[i], nil
		}
		if strings.HasPrefix(all[i].Name, name) {
			found = append(found, &all[i])
		}
	}
	switch len(found) {
	case 0:
		return nil, fail(exitNotFound, "s lists them", "there is no saved filter %s", clip(name))
	case 1:
		return found[0], nil
	}
	return nil, usage("type more of it", "several saved filters begin with %s", clip(name))
}

// saveFilter asks for the name that the filter gets.
func (m *live) saveFilter() tea.Cmd {
	query := m.query
	m.prompt = &livePrompt{mark: "save this filter as: ", hint: "a name", done: func(name string) tea.Cmd {
		if name == "" {
			return nil
		}
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(m.ctx, liveWait)
			defer cancel()
			all, err := m.s.Filters(ctx)
			if err != nil {
				return liveDone{err: err}
			}
			f := proxy.SavedFilter{Name: name}
			for i := range all {
				if all[i].Name == name {
					f = all[i] // with the columns that it has on the page
				}
			}
			was := f.Query
			f.Query = query
			save := func(ctx context.Context) liveDone {
				_, err := m.s.SaveFilter(ctx, f)
				return liveDone{text: "saved as " + name, err: err}
			}
			if f.Rev != 0 && was != query {
				return &liveQuestion{name + " is " + clip(first(was, "all deliveries")) + " so far. Replace it?", func() tea.Cmd { return m.wait(save) }}
			}
			return save(ctx)
		}
	}}
	return nil
}
