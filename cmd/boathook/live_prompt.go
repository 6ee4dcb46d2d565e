package main

import (
	"context"
	"io"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/pflag"
	"mvdan.cc/sh/v3/shell"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// livePrompt asks for a line of text in the last line of the screen.
type livePrompt struct {
	liveLine
	mark string // what is asked for
	hint string // while nothing is typed
	done func(text string) tea.Cmd
}

func (p *livePrompt) view(m *live) string {
	mark := ansi.StringWidth(p.mark)
	line := m.a.out.Bold.Sprint(p.mark) + terminal.Safe(string(p.text[p.left(m.width-mark):]))
	if len(p.text) == 0 {
		line += m.a.out.Dim.Sprint(p.hint)
	}
	return m.cut(line, m.width)
}

func (p *livePrompt) key(m *live, k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "enter":
		m.prompt = nil
		return p.done(strings.TrimSpace(string(p.text)))
	case "esc", "ctrl+c":
		m.prompt = nil
	default:
		p.edit(k)
	}
	return nil
}

// tag asks for tags, and puts them on deliveries.
func (m *live) tag() tea.Cmd {
	refs := m.target()
	if len(refs) == 0 {
		return nil
	}
	name := m.name(refs)
	m.prompt = &livePrompt{mark: "tag " + name + ": ", hint: "a word, or several", done: func(text string) tea.Cmd {
		tags := strings.Fields(text)
		if len(tags) == 0 {
			return nil
		}
		return m.wait(func(ctx context.Context) liveDone {
			_, err := m.s.Mark(ctx, client.Marks{IDs: refs, AddTags: tags})
			return liveDone{text: "tagged " + name + ": " + strings.Join(tags, " "), err: err}
		})
	}}
	return nil
}

// replay asks where to, and starts a run.
func (m *live) replay() tea.Cmd {
	refs := m.target()
	if len(refs) == 0 || m.replays == nil {
		return nil
	}
	name := m.name(refs)
	m.prompt = &livePrompt{mark: "replay " + name + " --to ", hint: "endpoint, inbox:NAME, port or URL, then --sign now, --speed 10x …", done: func(text string) tea.Cmd {
		words, err := shell.Fields(text, nil)
		switch {
		case err != nil:
			m.say(usage("quotes belong in pairs", "this cannot be read as a command: %w", err))
			return nil
		case len(words) == 0:
			return nil
		}
		return m.wait(func(ctx context.Context) liveDone {
			run, err := m.replays(ctx, refs, words)
			return liveDone{text: "replaying " + name + ": run " + run.ID + "     boathook runs watch " + run.ID, err: err}
		})
	}}
	return nil
}

// replayOf starts a replay of deliveries; words are those that follow --to of
// boathook replay.
func (s *session) replayOf(ctx context.Context, refs, words []string) (proxy.Run, error) {
	var f replayFlags
	flags := pflag.NewFlagSet("replay", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	f.bindSpec(flags)
	if err := flags.Parse(append([]string{"--to"}, words...)); err != nil {
		return proxy.Run{}, usage("boathook replay --help names the flags", "%w", err)
	}
	if flags.NArg() > 0 {
		return proxy.Run{}, usage("where to comes first, then flags such as --sign now", "%q is too much", clip(flags.Arg(0)))
	}
	if err := f.read(); err != nil {
		return proxy.Run{}, err
	}
	var err error
	if f.spec.To, err = s.runTarget(ctx, f.to); err != nil {
		return proxy.Run{}, err
	}
	f.spec.Source.IDs = refs
	run, err := s.StartRun(ctx, f.spec)
	if hosts := refusedHosts(err); len(hosts) > 0 {
		err = notAllowed(hosts)
	}
	return run, err
}
