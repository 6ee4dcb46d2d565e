package portable

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/snippet"
)

// maxCurlBody is the largest body that a script holds.
const maxCurlBody = 8 << 20

// curlEncoder writes curl commands, which [Import] reads again. Everything that was
// received stands within single quotes or is base64, so that nothing of it is run.
type curlEncoder struct {
	w     *bufio.Writer
	opt   ExportOptions
	begun bool
}

func newCurl(w io.Writer, opt ExportOptions) *curlEncoder {
	return &curlEncoder{w: bufio.NewWriterSize(w, 64<<10), opt: opt}
}

func (e *curlEncoder) close() error { return e.w.Flush() }

func (e *curlEncoder) item(it *Item) error {
	if len(it.Attempts) == 0 || it.Attempts[0].Request.Head == nil {
		return nil
	}
	if !e.begun {
		e.begun = true
		if _, err := e.w.WriteString("#!/usr/bin/env bash\n"); err != nil {
			return err
		}
	}
	r, note, err := it.request(e.opt.Capture)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(e.w, "\n# #%d %s%s\n", it.Row.N, it.Row.At.UTC().Format("2006-01-02T15:04:05Z"), note); err != nil || r == nil {
		return err
	}
	p, err := snippet.Write(r, snippet.Options{Language: "curl", Script: &snippet.Script{Command: "curl -sS"}})
	if err != nil {
		return err
	}
	_, err = e.w.WriteString(p.Text)
	return err
}

// request is the first request of a delivery as a command sends it; nil, and a note
// that says so, for one whose body is too large for a script.
func (it *Item) request(capture string) (*snippet.Request, string, error) {
	a := &it.Attempts[0]
	r := &snippet.Request{Head: a.Request.Head, Framing: a.Request.Framing, Size: a.Request.Size, Base: baseOf(it, a, capture)}
	body, whole, err := it.small(a.BodyKey(inspector.Request), maxCurlBody)
	if err != nil {
		return nil, "", err
	}
	if !whole {
		return nil, fmt.Sprintf(", left out: its body of %d bytes", a.Request.Size), nil
	}
	r.Body, r.Size = body, int64(len(body))
	note := ""
	if a.Request.Cut {
		note = ", its body was cut when it was recorded"
	}
	if left := it.left[a.K]; len(left) > 0 {
		note += ", left out: " + shown(strings.Join(left, ", "))
	}
	return r, note, nil
}
