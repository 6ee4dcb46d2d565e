package portable

import (
	"bytes"
	"slices"
	"strings"

	"github.com/boathook/boathook/inspector"
)

// keep notes the messages of an attempt which its entry would not give back to the byte.
func (v *harEntry) keep(a *inspector.Attempt) {
	head, err := v.requestHead(int(a.Request.Size))
	if err != nil || !plain(&a.Request, head) {
		m := messageOf(&a.Request)
		v.Origin.URL, v.Origin.Request = asJSON(v.Request.URL), &m
	}
	if a.Response.Head == nil {
		return
	}
	if head, err = v.Response.head(int(a.Response.Size)); err != nil || !plain(&a.Response, head) {
		m := messageOf(&a.Response)
		v.Origin.Response = &m
	}
}

// plain reports whether a message has nothing but a head and a body of the length that
// was announced.
func plain(m *inspector.Message, head []byte) bool {
	return bytes.Equal(m.Head, head) && m.Framing == nil && m.Interim == nil && m.Wanted == m.Size && !m.Cut
}

// exactRequest is the request as it was, nil if the entry does not hold it, or says
// something else since somebody has edited it.
func (v *harEntry) exactRequest(size int) *messageLine {
	if v.Origin == nil || v.Origin.Request == nil {
		return nil
	}
	m := v.Origin.Request
	h := inspector.ParseHead(m.Head)
	method, _, version := requestLine(h.Start)
	r := &v.Request
	if len(m.Head) == 0 || m.Size != int64(size) || asJSON(method) != r.Method || asJSON(version) != r.Version || r.URL != v.Origin.URL || !slices.Equal(pairs(h.Fields), r.Headers) {
		return nil
	}
	return m
}

// exactResponse is exactRequest for the answer.
func (v *harEntry) exactResponse(size int) *messageLine {
	if v.Origin == nil || v.Origin.Response == nil {
		return nil
	}
	m := v.Origin.Response
	h := inspector.ParseHead(m.Head)
	status, text, version := statusLine(h.Start)
	r := &v.Response
	if len(m.Head) == 0 || m.Size != int64(size) || status != r.Status || asJSON(text) != r.Text || asJSON(version) != r.Version || !slices.Equal(pairs(h.Fields), r.Headers) {
		return nil
	}
	return m
}

// asJSON is a text as it comes out of JSON: bytes that are no UTF-8 are replaced.
func asJSON(s string) string { return string([]rune(s)) }

// statusLine takes the start line of an answer apart.
func statusLine(start string) (status int, text, version string) {
	version, rest, _ := strings.Cut(start, " ")
	code, text, _ := strings.Cut(rest, " ")
	return atoi(code), text, version
}
