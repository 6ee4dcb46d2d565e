package portable

import (
	"bytes"
	"net/textproto"
	"slices"
	"strings"
)

// credentials are the header lines whose values open something. Signatures are
// not among them: they prove one request and open nothing.
var credentials = []string{
	"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key", "Api-Key", "X-Auth-Token", "X-Access-Token",
	"X-Gitlab-Token", "X-Amz-Security-Token", "X-Hook-Secret", "Dg-Token",
}

// redactedValue stands where a credential was.
const redactedValue = "[redacted]"

// IsCredential reports whether a header line's value is left out of exports.
func IsCredential(name string) bool {
	return slices.Contains(credentials, textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)))
}

// redact replaces credentials in all heads, and notes on each attempt what it
// replaced.
func (it *Item) redact() {
	it.Attempts = slices.Clone(it.Attempts)
	for i := range it.Attempts {
		a := &it.Attempts[i]
		var names []string
		a.Request.Head, names = redactHead(a.Request.Head, names)
		a.Response.Head, names = redactHead(a.Response.Head, names)
		if len(names) > 0 {
			a.Notes = append(slices.Clone(a.Notes), "left out of the export: "+strings.Join(names, ", "))
		}
	}
}

func redactHead(head []byte, names []string) ([]byte, []string) {
	var out []byte
	gone := false // the line before was replaced, and this one goes on with it
	for i, rest := 0, head; len(rest) > 0; i++ {
		end := bytes.IndexByte(rest, '\n') + 1
		if end == 0 {
			end = len(rest)
		}
		line := rest[:end]
		rest = rest[end:]
		if gone && (line[0] == ' ' || line[0] == '\t') {
			continue
		}
		name, _, colon := bytes.Cut(line, []byte(":"))
		gone = i > 0 && colon && IsCredential(string(name))
		if !gone {
			out = append(out, line...)
			continue
		}
		out = append(append(append(out, name...), ": "+redactedValue...), line[len(bytes.TrimRight(line, "\r\n")):]...)
		if n := string(name); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return out, names
}
