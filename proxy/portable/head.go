package portable

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// requestLine takes the start line of a request apart.
func requestLine(start string) (method, target, version string) {
	method, rest, _ := strings.Cut(start, " ")
	i := strings.LastIndexByte(rest, ' ')
	if i < 0 {
		return method, rest, ""
	}
	return method, rest[:i], rest[i+1:]
}

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// made is a request that a HAR or a curl command describes.
type made struct {
	method, target string
	fields         []inspector.Field
	body           []byte
}

// head writes the head of a request whose body has size bytes. What would break it
// apart is refused.
func (m *made) head(size int) ([]byte, error) {
	if !wire.Token(m.method) {
		return nil, fmt.Errorf("the method %.20q is no HTTP method", m.method)
	}
	if m.target == "" || strings.ContainsAny(m.target, " \r\n\x00") {
		return nil, fmt.Errorf("the target %.60q cannot stand in a request line", m.target)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", m.method, m.target)
	length := false
	for _, f := range m.fields {
		switch lower := strings.ToLower(f.Name); {
		case strings.HasPrefix(f.Name, ":"), lower == "transfer-encoding":
			continue // of HTTP/2, or about a framing that is not kept
		case lower == "content-length":
			f.Value, length = strconv.Itoa(size), true
		}
		if !wire.Token(f.Name) {
			return nil, fmt.Errorf("the header name %.40q is not possible", f.Name)
		}
		if !wire.FieldValue(f.Value) {
			return nil, fmt.Errorf("the value of header %.40s has control characters", f.Name)
		}
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	if size > 0 && !length {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", size)
	}
	b.WriteString("\r\n")
	return b.Bytes(), nil
}
