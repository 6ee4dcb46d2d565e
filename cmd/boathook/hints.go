package main

import (
	"regexp"
	"strings"
)

// local completes the commands that a message proposes: whoever named the server
// or the data folder on the command line has to name it again.
func (a *app) local(text string) string {
	given := ""
	for _, name := range []string{"data", "server", "config"} {
		value := a.flags.config
		if f := a.settings[name]; f != nil {
			value = first(f.texts...)
		}
		if value != "" {
			given += " --" + name + " " + quoteArg(value)
		}
	}
	if given == "" || a.proposed == nil {
		return text
	}
	var b strings.Builder
	for {
		at := a.proposed.FindStringIndex(text)
		if at == nil {
			return b.String() + text
		}
		word := at[0] + len("boathook")
		b.WriteString(text[:word])
		if command, _, _ := strings.Cut(text[word:], "     "); !strings.Contains(command, "--data") {
			b.WriteString(given)
		}
		b.WriteString(text[word:at[1]])
		text = text[at[1]:]
	}
}

// proposals matches a command of ours in a text; names are those of all commands.
func proposals(names []string) *regexp.Regexp {
	for i, n := range names {
		names[i] = regexp.QuoteMeta(n)
	}
	return regexp.MustCompile(`\bboathook (` + strings.Join(names, "|") + `)\b`)
}
