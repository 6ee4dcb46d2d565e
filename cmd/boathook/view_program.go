package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy/snippet"
)

// viewProgram prints a recorded request as a program; what it needs and in what it
// differs is said beside it.
func (a *app) viewProgram(ctx context.Context, s *session, word string, f *viewFlags) error {
	opt := f.program
	if opt.Language = f.as; !slices.Contains(snippet.Languages, f.as) {
		return usage("", "--as: want one of %s, got %q", strings.Join(snippet.Languages, ", "), clip(f.as))
	}
	if f.response || f.body || f.raw {
		return usage("give one of them", "--as shows a request; --response, --body and --raw do not go with it")
	}
	if f.attempt >= 0 {
		opt.Attempt = strconv.Itoa(f.attempt)
	}
	ref, err := s.resolve(ctx, word)
	if err != nil {
		return err
	}
	p, err := s.Program(ctx, ref, opt)
	if err != nil {
		return unknownDelivery(word, err)
	}
	if a.flags.json {
		return a.emit(p)
	}
	for _, v := range p.Needs {
		a.say("%s set %s first%s", a.err.Warn.Sprint("note:"), terminal.Safe(v.Name), whose(v.Header))
	}
	if p.File != "" {
		a.say("%s it reads the body from %s:  boathook deliveries view %s --body --raw > %s", a.err.Warn.Sprint("note:"), terminal.Safe(p.File), terminal.Safe(word), terminal.Safe(p.File))
	}
	for _, n := range p.Notes {
		a.say("%s", a.err.Dim.Sprint(terminal.Safe(n.Text)))
	}
	// A program is text; the raw form may have bytes that drive a terminal.
	if a.out.Terminal {
		return printSafe(a.out, strings.NewReader(p.Code))
	}
	return a.out.Printf("%s", p.Code)
}

func whose(header string) string {
	switch {
	case header == "":
		return ": the secret to sign with"
	case header[0] == '?':
		return ": the value of the query parameter " + terminal.Safe(header[1:])
	}
	return ": the value of " + terminal.Safe(header)
}
