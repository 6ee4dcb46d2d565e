package main

import (
	"io"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/pflag"
	"mvdan.cc/sh/v3/shell"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// export asks for a file, and writes what boathook export writes.
func (m *live) export() tea.Cmd {
	refs := m.target()
	if len(refs) == 0 {
		return nil
	}
	name, query := m.name(refs), m.targetQuery()
	m.prompt = &livePrompt{mark: "export " + name + " into ", hint: "FILE.jsonl .har .curl .http .zip .sh .postman, --secrets", done: func(text string) tea.Cmd {
		path, format, f, err := readExport(text)
		switch {
		case err != nil:
			m.say(err)
			return nil
		case path == "":
			return nil
		}
		f.filter = query
		write := func() tea.Cmd {
			f.force = true
			return func() tea.Msg { return m.writeExport(name, path, format, f) }
		}
		if !f.force && replaces(path) {
			m.ask = &liveQuestion{clip(path) + " is there already. Replace it?", write}
			return nil
		}
		return write()
	}}
	return nil
}

// readExport reads the words that follow boathook export.
func readExport(text string) (path, format string, f *exportFlags, err error) {
	words, err := shell.Fields(text, nil)
	if err != nil {
		return "", "", nil, usage("quotes belong in pairs", "this cannot be read as a command: %w", err)
	}
	f = &exportFlags{}
	flags := pflag.NewFlagSet("export", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	f.bind(flags)
	if err := flags.Parse(words); err != nil {
		return "", "", nil, usage("boathook export --help names the flags", "%w", err)
	}
	switch {
	case flags.NArg() > 1:
		return "", "", nil, usage("a name with spaces goes into quotes", "%q is too much", clip(flags.Arg(1)))
	case flags.NArg() == 0 && len(words) > 0:
		return "", "", nil, usage("for example deliveries.jsonl", "the name of the file to write is missing")
	case flags.Arg(0) == "-":
		return "", "", nil, usage("for example deliveries.jsonl", "the list is on standard output; name a file")
	}
	format, err = f.formatOf(flags.Arg(0))
	return flags.Arg(0), format, f, err
}

// writeExport writes a file. It takes as long as it takes: whoever ends the screen breaks
// it off, and what was written of the file is gone then.
func (m *live) writeExport(name, path, format string, f *exportFlags) liveDone {
	m.writing.Lock()
	defer m.writing.Unlock()
	n, err := f.into(m.ctx, m.s, path, format)
	with := "without"
	if f.secrets {
		with = "with"
	}
	text := "exported " + name + " into " + path + " (" + format + ", " + terminal.Bytes(n) + "), " + with + " credentials"
	return liveDone{text: text, err: err}
}

// targetQuery is a filter for what keys act on.
func (m *live) targetQuery() string {
	var numbers []uint64
	for i := range m.rows.len() {
		if r := m.rows.at(i); m.chosen[r.ID] {
			numbers = append(numbers, r.N)
		}
	}
	if len(numbers) == 0 {
		numbers = append(numbers, m.focus)
	}
	slices.Sort(numbers)
	var spans []string
	for i := 0; i < len(numbers); {
		from := i
		for i++; i < len(numbers) && numbers[i] == numbers[i-1]+1; i++ {
		}
		span := strconv.FormatUint(numbers[from], 10)
		if i-from > 1 {
			span += ".." + strconv.FormatUint(numbers[i-1], 10)
		}
		spans = append(spans, span)
	}
	return "n:" + strings.Join(spans, ",")
}
