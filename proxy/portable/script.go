package portable

import (
	"bufio"
	"fmt"
	"io"

	"github.com/boathook/boathook/proxy/snippet"
)

// scriptEncoder writes a program for bash that sends everything again.
type scriptEncoder struct {
	w     *bufio.Writer
	opt   ExportOptions
	total int // of requests
	vars  variables
	begun bool
	base  string // that $target holds
}

func newScript(w io.Writer, opt ExportOptions) *scriptEncoder {
	return &scriptEncoder{w: bufio.NewWriterSize(w, 64<<10), opt: opt}
}

func (e *scriptEncoder) hides() {}

// survey counts the requests and names the credentials, so that the program asks for
// all of them before it sends anything.
func (e *scriptEncoder) survey(it *Item) error {
	if len(it.Attempts) == 0 || it.Attempts[0].Request.Head == nil {
		return nil
	}
	e.total++
	_, err := snippet.Write(&snippet.Request{Head: it.Attempts[0].Request.Head}, e.options(it))
	return err
}

func (e *scriptEncoder) options(it *Item) snippet.Options {
	return snippet.Options{
		Language: "curl", Credential: it.line, Parameter: it.parameter,
		Script: &snippet.Script{Command: "send", Base: "target", Variable: e.vars.name},
	}
}

const scriptStart = `#!/usr/bin/env bash
# Sends again what boathook recorded: %d requests, oldest first.
#
#   TARGET=http://localhost:3000 bash FILE
#
# sends them elsewhere; the paths stay. What a server answers does not end the script;
# a server that cannot be reached does.
set -euo pipefail

count=0
total=%d

# send is curl; what is answered is shown, not kept.
send() {
  curl -sS -o /dev/null -w '%%{http_code}  %%{time_total} s\n' "$@" >&2
}

# next says which request comes.
next() {
  count=$((count + 1))
  printf '[%%d/%%d] #%%s %%s  ' "$count" "$total" "$1" "$2" >&2
}
`

func (e *scriptEncoder) begin() {
	e.begun = true
	fmt.Fprintf(e.w, scriptStart, e.total, e.total)
	if len(e.vars.list) > 0 {
		fmt.Fprintf(e.w, "\n# Credentials are not in this file. Set them in the environment first.\n")
	}
	for _, v := range e.vars.list {
		fmt.Fprintf(e.w, ": \"${%s:?%s}\"\n", v.name, v.meaning())
	}
}

func (e *scriptEncoder) item(it *Item) error {
	if len(it.Attempts) == 0 || it.Attempts[0].Request.Head == nil {
		return nil
	}
	if !e.begun {
		e.begin()
	}
	r, note, err := it.request(e.opt.Capture)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.w, "\n# #%d %s%s\n", it.Row.N, it.Row.At.UTC().Format("2006-01-02T15:04:05Z"), note)
	if r == nil {
		fmt.Fprintf(e.w, "next %d %s\necho %s >&2\n", it.Row.N, quote(shown(it.Row.Method)), quote(note[2:]))
		return nil
	}
	if r.Base != e.base {
		e.base = r.Base
		fmt.Fprintf(e.w, "target=${TARGET:-%s}\n", r.Base)
	}
	p, err := snippet.Write(r, e.options(it))
	if err != nil {
		return err
	}
	fmt.Fprintf(e.w, "next %d %s\n%s", it.Row.N, quote(shown(it.Row.Method+" "+pathOf(it.Row.Target))), p.Text)
	return nil
}

func (e *scriptEncoder) close() error {
	if !e.begun {
		e.begin()
	}
	fmt.Fprintf(e.w, "\necho \"$count sent\" >&2\n")
	return e.w.Flush()
}
