package wire

import "strings"

// Kind says how the end of a body is found.
type Kind uint8

const (
	None       Kind = iota // there is no body
	Length                 // Content-Length
	Chunked                // Transfer-Encoding: chunked
	UntilClose             // the end of the connection; responses only
)

// Framing says how the request's body ends, and its length for [Length]. It is
// strict: whatever two readers could take differently is an [*Error].
func (h *RequestHead) Framing() (Kind, int64, error) {
	kind, n, err := framing(h.Proto, h.Fields)
	if kind == UntilClose {
		kind = None
	}
	return kind, n, err
}

// Framing says how the body of a response to a request of the method ends. A
// response to CONNECT is read like any other.
func (h *ResponseHead) Framing(method string) (Kind, int64, error) {
	kind, n, err := framing(h.Proto, h.Fields)
	if err != nil {
		return None, 0, asResponse(err)
	}
	if Bodyless(method, h.Status) {
		return None, 0, nil
	}
	return kind, n, nil
}

// Bodyless reports whether a response of the status to the method never has a
// body, whatever its header lines say.
func Bodyless(method string, status int) bool {
	return method == "HEAD" || status < 200 || status == 204 || status == 304
}

func framing(proto string, fields Fields) (Kind, int64, error) {
	var length, coding string
	var lengths, codings int
	for i := range fields {
		switch name := fields[i].Name; {
		case len(name) == len("Content-Length") && strings.EqualFold(name, "Content-Length"):
			length = fields[i].Value
			lengths++
		case len(name) == len("Transfer-Encoding") && strings.EqualFold(name, "Transfer-Encoding"):
			coding = fields[i].Value
			codings++
		}
	}
	switch {
	case lengths > 0 && codings > 0:
		return None, 0, bad("there are both Content-Length and Transfer-Encoding")
	case lengths > 1:
		return None, 0, bad("there is more than one Content-Length")
	case codings > 1:
		return None, 0, bad("there is more than one Transfer-Encoding")
	case codings == 1:
		return codingKind(proto, coding)
	case lengths == 1:
		n, ok := parseLength(length)
		if !ok {
			return None, 0, bad("Content-Length is not a plain number")
		}
		if n == 0 {
			return None, 0, nil
		}
		return Length, n, nil
	}
	return UntilClose, 0, nil
}

func codingKind(proto, coding string) (Kind, int64, error) {
	switch {
	case proto != "HTTP/1.1":
		return None, 0, bad("HTTP/1.0 has no Transfer-Encoding")
	case coding == "":
		return None, 0, bad("Transfer-Encoding is empty")
	case !strings.EqualFold(coding, "chunked"):
		return None, 0, &Error{Status: 501, Text: "the only Transfer-Encoding that is understood is chunked"}
	}
	return Chunked, 0, nil
}

// Number reports whether s can be the value of Content-Length.
func Number(s string) bool {
	_, ok := parseLength(s)
	return ok
}

// parseLength takes 1 to 18 decimal digits.
func parseLength(s string) (n int64, ok bool) {
	if s == "" || len(s) > 18 {
		return 0, false
	}
	for i := range len(s) {
		if !digit(s[i]) {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}
