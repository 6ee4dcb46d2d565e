package main

import (
	"github.com/schollz/progressbar/v3"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// progressFrom is how many things make a bar worth looking at.
const progressFrom = 20

// progress shows on standard error how far something is: a bar on a terminal, a
// line every tenth elsewhere. The zero value shows nothing.
type progress struct {
	a           *app
	what        string
	total, done int
	tenth       int // that were told
	bar         *progressbar.ProgressBar
}

func (a *app) newProgress(total int, what string) *progress {
	p := &progress{a: a, what: what, total: total}
	if total < progressFrom || a.flags.quiet {
		p.total = 0
		return p
	}
	if a.err.Terminal {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(a.err), progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true),
			progressbar.OptionSetTheme(barTheme(a.cfg.On("ascii"))))
	}
	return p
}

func barTheme(ascii bool) progressbar.Theme {
	if ascii {
		return progressbar.ThemeASCII
	}
	// The library's own theme needs a font with its private characters.
	return progressbar.Theme{Saucer: "█", SaucerHead: "▌", SaucerPadding: " ", BarStart: "▕", BarEnd: "▏"}
}

func (p *progress) add(n int) {
	p.done += n
	switch {
	case p.total == 0 || n == 0:
	case p.bar != nil:
		_ = p.bar.Add(n) // a bar that cannot be drawn is no failure
	case p.done*10/p.total > p.tenth:
		p.tenth = p.done * 10 / p.total
		p.a.say("%s %s/%s", p.what, terminal.Count(p.done), terminal.Count(p.total))
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish() // see add
	}
}
