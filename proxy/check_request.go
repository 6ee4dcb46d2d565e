package proxy

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/signer"
)

// ParseRequest reads a raw HTTP request for a check. It is laxer than the capture
// port, because such requests are made by hand: lines may end in a line feed alone.
// The notes say what was done to the body. The error is an [*InvalidError].
func ParseRequest(raw []byte) (m signer.Message, notes []string, err error) {
	fail := func(text, hint string) (signer.Message, []string, error) {
		return m, nil, &InvalidError{Field: "request", Text: text, Hint: hint}
	}
	head, body, ok := cutHead(raw)
	if !ok {
		return fail("there is no empty line between head and body", "a request is a start line, header lines, an empty line and the body")
	}
	lines := strings.Split(strings.ReplaceAll(string(head), "\r\n", "\n"), "\n")
	method, rest, _ := strings.Cut(lines[0], " ")
	target, proto, _ := strings.Cut(rest, " ")
	if method == "" || target == "" || !strings.HasPrefix(proto, "HTTP/") {
		return fail(fmt.Sprintf("%.40q is no start line of a request", lines[0]), "for example: POST /hooks HTTP/1.1")
	}
	m.Method = method
	for i, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.TrimSpace(name) != name {
			return fail(fmt.Sprintf("line %d: %.40q is no header line", i+2, line), "a header line is Name: value")
		}
		m.Header = append(m.Header, signer.Field{Name: name, Value: strings.Trim(value, " \t")})
	}
	m.URL = givenAddress(&m, target)
	m.Body, notes, err = unframe(&m, body)
	return m, notes, err
}

// cutHead splits at the first empty line.
func cutHead(raw []byte) (head, body []byte, ok bool) {
	crlf, lf := bytes.Index(raw, []byte("\r\n\r\n")), bytes.Index(raw, []byte("\n\n"))
	switch {
	case crlf >= 0 && (lf < 0 || crlf < lf):
		return raw[:crlf], raw[crlf+4:], true
	case lf >= 0:
		return raw[:lf], raw[lf+2:], true
	}
	return bytes.TrimRight(raw, "\r\n"), nil, len(raw) > 0 && raw[len(raw)-1] == '\n'
}

// givenAddress is the address as far as a request itself tells. Who has it as text
// has it from a public address, so https is likelier.
func givenAddress(m *signer.Message, target string) string {
	host, _ := m.Value("Host")
	proto, ok := m.Value("X-Forwarded-Proto")
	if !ok {
		proto = "https"
	}
	return addressOf("", target, target, host, proto)
}

// unframe frees a body of chunk framing, and of what stands behind its announced
// end.
func unframe(m *signer.Message, body []byte) ([]byte, []string, error) {
	if v, ok := m.Value("Transfer-Encoding"); ok && strings.EqualFold(strings.TrimSpace(v), "chunked") {
		plain, err := io.ReadAll(wire.NewBodyReader(bufio.NewReader(bytes.NewReader(body)), wire.Chunked, 0, wire.Limits{Body: int64(len(body)) + 1}))
		if err == nil {
			return plain, nil, nil
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return body, []string{"the chunks of the body end early, so it is taken as it stands"}, nil
		}
		return body, []string{"the body is announced as chunked but is not, so it is taken as it stands"}, nil
	}
	v, ok := m.Value("Content-Length")
	if !ok {
		return body, nil, nil
	}
	n, err := strconv.ParseUint(strings.TrimSpace(v), 10, 62)
	if err != nil {
		return nil, nil, &InvalidError{Field: "request", Text: fmt.Sprintf("Content-Length: %.40q is no number", v), Hint: "correct the header line, or leave it out"}
	}
	if uint64(len(body)) > n {
		if rest := string(body[n:]); rest == "\n" || rest == "\r\n" {
			return body[:n], nil, nil // editors end a file with a line end
		}
		return body[:n], []string{fmt.Sprintf("%d bytes behind the announced end of the body are left out", len(body)-int(n))}, nil
	}
	return body, nil, nil
}
