package wire

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"unsafe"
)

const maxMethod = 64

// Parse reads a raw request head, from the start line to the empty line. The
// strings of h share the memory of raw, which must not change afterwards; the
// list of fields is reused. The error is an [*Error].
func (h *RequestHead) Parse(raw []byte, maxFields int) error {
	text := view(raw)
	line, rest, err := cutLine(text)
	if err != nil {
		return err
	}
	if err := h.parseStart(line); err != nil {
		return err
	}
	if h.Fields, err = parseFields(h.Fields[:0], rest, maxFields); err != nil {
		return err
	}
	if err := h.checkHost(); err != nil {
		return err
	}
	_, _, err = h.Framing()
	return err
}

func (h *RequestHead) parseStart(line string) error {
	method, rest, ok := strings.Cut(line, " ")
	if !ok || !Token(method) {
		return bad("the request line is not METHOD SP target SP HTTP/1.1")
	}
	if len(method) > maxMethod {
		return bad("the method is longer than 64 characters")
	}
	i := strings.LastIndexByte(rest, ' ')
	if i < 0 {
		return bad("the request line has no HTTP version (HTTP/0.9 is not spoken)")
	}
	target, proto := rest[:i], rest[i+1:]
	if err := checkVersion(method, target, proto); err != nil {
		return err
	}
	if !validTarget(method, target) {
		return bad("the request target is empty, has spaces or control bytes, or has none of the four forms")
	}
	h.Method, h.Target, h.Proto = method, target, proto
	return nil
}

func checkVersion(method, target, proto string) error {
	switch {
	case proto == "HTTP/1.1" || proto == "HTTP/1.0":
		return nil
	case method == "PRI" && target == "*" && proto == "HTTP/2.0":
		return bad("HTTP/2 is not spoken here, use HTTP/1.1")
	case len(proto) == 8 && proto[:5] == "HTTP/" && digit(proto[5]) && proto[6] == '.' && digit(proto[7]):
		return &Error{Status: 505, Text: "only HTTP/1.0 and HTTP/1.1 are spoken"}
	}
	return bad("the request line does not end in an HTTP version")
}

func validTarget(method, target string) bool {
	if target == "" || !all(target, charTarget) {
		return false
	}
	if target[0] == '/' || target == "*" {
		return true
	}
	if method == "CONNECT" {
		return validHost(target)
	}
	scheme, rest, ok := strings.Cut(target, "://")
	if !ok || scheme == "" || rest == "" {
		return false
	}
	for i := range len(scheme) {
		c := scheme[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || !digit(c) && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return true
}

func (h *RequestHead) checkHost() error {
	switch n := h.Fields.Count("Host"); {
	case n > 1:
		return bad("there is more than one Host line")
	case n == 0 && h.Proto == "HTTP/1.1":
		return bad("there is no Host line")
	case n == 1 && !validHost(h.Fields.Value("Host")):
		return bad("the Host line holds no valid host and port")
	}
	return nil
}

// validHost takes a name, an IPv4 address or a bracketed IPv6 address, with or
// without a port.
func validHost(host string) bool {
	name, port := host, ""
	if strings.HasPrefix(host, "[") {
		end := strings.IndexByte(host, ']')
		if end < 0 {
			return false
		}
		name, port = host[1:end], host[end+1:]
		for i := range len(name) {
			if chars[name[i]]&(charHex|charHost) == 0 && name[i] != ':' {
				return false
			}
		}
	} else if i := strings.IndexByte(host, ':'); i >= 0 {
		name, port = host[:i], host[i:]
		if !all(name, charHost) {
			return false
		}
	} else if !all(name, charHost) {
		return false
	}
	return name != "" && validPort(port)
}

// validPort takes a colon and a port, or nothing.
func validPort(s string) bool {
	if s == "" {
		return true
	}
	if s[0] != ':' || len(s) > 6 {
		return false
	}
	n := 0
	for i := 1; i < len(s); i++ {
		if !digit(s[i]) {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n <= 65535
}

// Parse reads a raw response head, from the status line to the empty line. It
// shares memory with raw as [RequestHead.Parse] does. The error is an [*Error]
// with status 502.
func (h *ResponseHead) Parse(raw []byte, maxFields int) error {
	line, rest, err := cutLine(view(raw))
	if err != nil {
		return asResponse(err)
	}
	if err := h.parseStart(line); err != nil {
		return err
	}
	if h.Fields, err = parseFields(h.Fields[:0], rest, maxFields); err != nil {
		return asResponse(err)
	}
	return nil
}

func (h *ResponseHead) parseStart(line string) error {
	if len(line) < 12 || (line[:9] != "HTTP/1.1 " && line[:9] != "HTTP/1.0 ") ||
		!digit(line[9]) || !digit(line[10]) || !digit(line[11]) || len(line) > 12 && line[12] != ' ' {
		return &Error{Status: 502, Text: "the status line is not HTTP/1.1 SP code SP reason"}
	}
	h.Status = int(line[9]-'0')*100 + int(line[10]-'0')*10 + int(line[11]-'0')
	if h.Status < 100 || h.Status > 599 {
		return &Error{Status: 502, Text: "the status code is not within 100 to 599"}
	}
	h.Proto, h.Reason = line[:8], ""
	if len(line) > 13 {
		h.Reason = line[13:]
	}
	if !FieldValue(h.Reason) {
		return &Error{Status: 502, Text: "the reason phrase has control bytes"}
	}
	return nil
}

func asResponse(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return &Error{Status: 502, Text: e.Text}
	}
	return err
}

func parseFields(dst Fields, text string, maxFields int) (Fields, error) {
	dst = slices.Grow(dst, min(strings.Count(text, "\n"), maxFields))
	for {
		line, rest, err := cutLine(text)
		if err != nil {
			return dst, err
		}
		if line == "" {
			if rest != "" {
				return dst, bad("there are bytes after the head")
			}
			return dst, nil
		}
		if len(dst) == maxFields {
			return dst, &Error{Status: 431, Text: "there are too many header lines"}
		}
		f, err := parseField(line)
		if err != nil {
			return dst, err
		}
		dst = append(dst, f)
		text = rest
	}
}

func parseField(line string) (Field, error) {
	i := 0
	for i < len(line) && chars[line[i]]&charToken != 0 {
		i++
	}
	if i == 0 {
		if line[0] == ' ' || line[0] == '\t' {
			return Field{}, bad("a header line is folded")
		}
		return Field{}, bad("a header line has no valid name")
	}
	if i == len(line) || line[i] != ':' {
		return Field{}, bad("a header name is not followed by a colon at once, or has bytes that no name has")
	}
	raw := line[i+1:]
	if !FieldValue(raw) {
		return Field{}, bad("a header value has a control byte")
	}
	return Field{Name: line[:i], Value: trim(raw), Line: line}, nil
}

// cutLine takes the first line off text, which must end in CRLF. A bare CR
// inside it is left for the caller's own check of its bytes to refuse.
func cutLine(text string) (line, rest string, err error) {
	i := strings.IndexByte(text, '\n')
	if i < 0 {
		return "", "", bad("the head does not end in an empty line")
	}
	if i == 0 || text[i-1] != '\r' {
		return "", "", bad("a line ends in LF alone")
	}
	return text[:i-1], text[i+1:], nil
}

func trim(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// headEnd returns the length of the head at the start of p, 0 if it is not
// complete. It looks at lines that end after from only.
func headEnd(p []byte, from int) (int, error) {
	for at := from; ; {
		i := bytes.IndexByte(p[at:], '\n')
		if i < 0 {
			return 0, nil
		}
		at += i + 1
		if at < 2 || p[at-2] != '\r' {
			return 0, bad("a line ends in LF alone")
		}
		if at == 2 {
			return 0, bad("there is an empty line before the request line")
		}
		if at >= 4 && p[at-3] == '\n' {
			return at, nil
		}
	}
}
