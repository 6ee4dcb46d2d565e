package portable

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
)

// maxCurlBody is the largest body that a script holds.
const maxCurlBody = 8 << 20

// maxArgument is the largest body that is an argument of curl; Linux takes 128
// KiB in one.
const maxArgument = 64 << 10

// curlEncoder writes a shell script. Everything that was received stands within
// single quotes or is base64, so that nothing of it is run.
type curlEncoder struct {
	w     *bufio.Writer
	opt   ExportOptions
	begun bool
}

func newCurl(w io.Writer, opt ExportOptions) *curlEncoder {
	return &curlEncoder{w: bufio.NewWriterSize(w, 64<<10), opt: opt}
}

func (e *curlEncoder) close() error { return e.w.Flush() }

// leftToCurl are header lines that curl writes itself.
var leftToCurl = map[string]bool{"content-length": true, "transfer-encoding": true, "connection": true}

func (e *curlEncoder) item(it *Item) error {
	if len(it.Attempts) == 0 || it.Attempts[0].Request.Head == nil {
		return nil
	}
	if !e.begun {
		e.begun = true
		if _, err := e.w.WriteString("#!/bin/sh\n"); err != nil {
			return err
		}
	}
	a := &it.Attempts[0]
	body, whole, err := it.small(a.BodyKey(inspector.Request), maxCurlBody)
	if err != nil {
		return err
	}
	note := ""
	if !whole {
		note = fmt.Sprintf(", left out: its body of %d bytes", a.Request.Size)
	}
	if _, err := fmt.Fprintf(e.w, "\n# #%d %s%s\n", it.Row.N, it.Row.At.UTC().Format("2006-01-02T15:04:05Z"), note); err != nil || !whole {
		return err
	}
	_, err = e.w.WriteString(e.command(it, a, body))
	return err
}

func (e *curlEncoder) command(it *Item, a *inspector.Attempt, body []byte) string {
	h := inspector.ParseHead(a.Request.Head)
	method, target, _ := requestLine(h.Start)
	var b strings.Builder
	binary := len(body) > maxArgument || !utf8.Valid(body) || bytes.ContainsAny(body, "\x00\r")
	if binary {
		fmt.Fprintf(&b, "base64 -d <<'END' |\n%s\nEND\n", base64.StdEncoding.EncodeToString(body))
	}
	fmt.Fprintf(&b, "curl -sS --globoff --path-as-is -X %s %s", quote(method), quote(address(it, a, target, e.opt.Capture)))
	agent, accept := false, false
	for _, f := range h.Fields {
		lower := strings.ToLower(f.Name)
		if leftToCurl[lower] {
			continue
		}
		agent, accept = agent || lower == "user-agent", accept || lower == "accept"
		line := f.Name + ": " + f.Value
		if f.Value == "" {
			line = f.Name + ";" // how curl is told to send an empty one
		}
		fmt.Fprintf(&b, " \\\n  -H %s", quote(line))
	}
	for _, own := range []struct {
		there bool
		name  string
	}{{agent, "User-Agent"}, {accept, "Accept"}, {len(body) == 0 || h.Value("Content-Type") != "", "Content-Type"}} {
		if !own.there {
			fmt.Fprintf(&b, " \\\n  -H %s", quote(own.name+":")) // curl would add its own
		}
	}
	switch {
	case binary:
		b.WriteString(" \\\n  --data-binary @-")
	case len(body) > 0:
		fmt.Fprintf(&b, " \\\n  --data-raw %s", quote(string(body)))
	case method == "HEAD":
		b.WriteString(" --head")
	}
	b.WriteByte('\n')
	return b.String()
}

// quote writes a word that the shell takes as it is.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
