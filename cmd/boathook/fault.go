package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

// Exit codes; see also exitSignature.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitTarget      = 3 // sent, but the target failed
	exitToken       = 4 // a secret or token is needed
	exitNotFound    = 6
	exitTimeout     = 7
	exitInterrupted = 130
)

var errInterrupted = errors.New("interrupted")

// fault is an error with its exit code and what the user can do about it.
type fault struct {
	code int
	err  error
	hint string // lines of text; "" if there is nothing to do
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

func fail(code int, hint, format string, args ...any) error {
	return &fault{code, fmt.Errorf(format, args...), hint}
}

func usage(hint, format string, args ...any) error {
	return fail(exitUsage, hint, format, args...)
}

// explain turns any error into a fault: the one place where errors become exit
// codes. nil means that the program ends quietly.
func explain(err error) *fault {
	var f *fault
	var setting *config.Error
	var problem *client.Problem
	var away *url.Error
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return nil
	case errors.As(err, &f):
		return f
	case errors.As(err, &setting):
		return &fault{exitUsage, err, setting.Hint}
	case errors.As(err, &problem):
		return explainProblem(err, problem)
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		return &fault{exitInterrupted, errInterrupted, ""}
	case errors.Is(err, context.DeadlineExceeded):
		return &fault{exitTimeout, err, ""}
	case errors.As(err, &away):
		return unreached(err, away)
	}
	return &fault{exitFailed, err, ""}
}

func explainProblem(err error, p *client.Problem) *fault {
	f := &fault{exitFailed, err, p.Hint}
	switch p.Status {
	case 400, 409, 422:
		f.code = exitUsage
	case 401, 403:
		if p.Type == hostProblem {
			break
		}
		f.code = exitToken
		// The server's own hint speaks to browsers.
		f.hint = "put the server's token into BOATHOOK_TOKEN; it is in the file token of its data folder"
	case 404:
		f.code = exitNotFound
	}
	if p.Status == 409 {
		f.code = exitFailed
	}
	if p.Suggestion != "" && f.hint == "" {
		f.hint = "did you mean " + p.Suggestion + "?"
	}
	return f
}

// flagOfField are fields of the API whose flags have other names.
var flagOfField = map[string]string{"when": "rule", "rules": "rule", "delay-ms": "delay", "every-ms": "every", "timeout-ms": "timeout"}

// nameFlag says which flag was meant, where the server speaks of a field of its own.
func (f *fault) nameFlag(flags *pflag.FlagSet) {
	p, ok := problemOf(f.err)
	if !ok || p.Field == "" {
		return
	}
	text := f.Error()
	rest, named := strings.CutPrefix(text, p.Field)
	if !named || !strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, " ") {
		rest = ": " + text
	}
	parts := strings.Split(strings.ReplaceAll(p.Field, "_", "-"), ".")
	for _, part := range slices.Backward(parts) {
		part, _, _ = strings.Cut(part, "[")
		name := first(flagOfField[part], part)
		if flags.Changed(name) && !strings.Contains(text, "--"+name) {
			f.err = errors.New("--" + name + rest)
			return
		}
	}
}

// print writes the error for a person.
func (f *fault) print(s *terminal.Stream) {
	if f.code == exitInterrupted || f.code == exitDifferent {
		return // the command has said it all
	}
	// Nothing can be done about a closed standard error.
	_ = s.Printf("%s %s\n", s.Error.Sprint("error:"), s.Own(terminal.Safe(f.Error())))
	for line := range strings.Lines(f.hint) {
		_ = s.Printf("  %s\n", s.Own(terminal.SafeText(strings.TrimRight(line, "\n"))))
	}
}

// printJSON writes the error for a program.
func (f *fault) printJSON(s *terminal.Stream) {
	if f.code == exitInterrupted || f.code == exitDifferent {
		return
	}
	e, err := terminal.NewEmitter(s, "", true)
	if err == nil {
		// Nothing can be done about a closed standard error.
		_ = e.Emit(faultJSON{f.Error(), strings.TrimRight(f.hint, "\n"), f.code})
	}
}

type faultJSON struct {
	Error string `json:"error"`
	Hint  string `json:"hint,omitempty"`
	Exit  int    `json:"exit"` // exit code
}
