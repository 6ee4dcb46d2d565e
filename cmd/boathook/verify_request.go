package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/signer"
)

// maxRequest bounds a request that is read into memory.
const maxRequest = 64 << 20

// readMessage reads a request from a file or, for "-", from standard input.
func readMessage(path string) (signer.Message, []string, error) {
	var raw []byte
	var err error
	if path == "-" {
		raw, err = io.ReadAll(io.LimitReader(os.Stdin, maxRequest+1))
	} else {
		raw, err = readFile(path, maxRequest)
	}
	switch {
	case err != nil:
		return signer.Message{}, nil, fail(exitNotFound, "an id is 12406, #12406, a whole id or its first letters, @last or @failed; else it is a file", "read the request: %w", err)
	case len(raw) > maxRequest:
		return signer.Message{}, nil, usage("", "the request is longer than %d bytes", maxRequest)
	}
	return parseRequest(raw)
}

// parseRequest reads a raw HTTP request. It is laxer than the capture port,
// because files are made by hand: lines may end in a line feed alone. The notes
// say what was done to the body.
func parseRequest(raw []byte) (m signer.Message, notes []string, err error) {
	head, body, ok := cutHead(raw)
	if !ok {
		return m, nil, usage("a request is a start line, header lines, an empty line and the body", "there is no empty line between head and body")
	}
	lines := strings.Split(strings.ReplaceAll(string(head), "\r\n", "\n"), "\n")
	method, rest, _ := strings.Cut(lines[0], " ")
	target, proto, _ := strings.Cut(rest, " ")
	if method == "" || target == "" || !strings.HasPrefix(proto, "HTTP/") {
		return m, nil, usage("for example: POST /hooks HTTP/1.1", "%q is no start line of a request", clip(lines[0]))
	}
	m.Method = method
	for i, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.TrimSpace(name) != name {
			return m, nil, usage("a header line is Name: value", "line %d: %q is no header line", i+2, clip(line))
		}
		m.Header = append(m.Header, signer.Field{Name: name, Value: strings.Trim(value, " \t")})
	}
	m.URL = addressOf(&m, target)
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

// addressOf is the address as far as the request itself tells.
func addressOf(m *signer.Message, target string) string {
	if strings.Contains(target, "://") {
		return target
	}
	host, ok := m.Value("Host")
	if !ok {
		return ""
	}
	scheme := "https"
	if v, ok := m.Value("X-Forwarded-Proto"); ok && strings.EqualFold(strings.TrimSpace(v), "http") {
		scheme = "http"
	}
	return scheme + "://" + host + target
}

// unframe frees a body of chunk framing, and of what stands behind its announced
// end.
func unframe(m *signer.Message, body []byte) ([]byte, []string, error) {
	if v, ok := m.Value("Transfer-Encoding"); ok && strings.EqualFold(strings.TrimSpace(v), "chunked") {
		plain, err := io.ReadAll(wire.NewBodyReader(bufio.NewReader(bytes.NewReader(body)), wire.Chunked, 0, wire.Limits{Body: maxRequest}))
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
		return nil, nil, usage("", "Content-Length: %q is no number", clip(v))
	}
	if uint64(len(body)) > n {
		if rest := string(body[n:]); rest == "\n" || rest == "\r\n" {
			return body[:n], nil, nil // editors end a file with a line end
		}
		return body[:n], []string{fmt.Sprintf("%s behind the announced end of the body left out", plural(len(body)-int(n), "byte", "bytes"))}, nil
	}
	return body, nil, nil
}
