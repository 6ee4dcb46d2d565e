package signer

import (
	"fmt"
	"sort"
	"strings"
)

const (
	contentfulSigned = "x-contentful-signed-headers"
	contentfulTime   = "x-contentful-timestamp"
)

// contentful signs method, path, the listed headers and the body. The list and
// the timestamp must be in the list, else they could be exchanged.
func contentful(_ *Scheme, m *Message, _ parts) ([][]byte, error) {
	listed, _ := m.Value(contentfulSigned)
	var fields []Field
	seen := map[string]bool{}
	for name := range strings.SplitSeq(listed, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		value, _ := m.Value(name)
		fields = append(fields, Field{name, strings.TrimSpace(value)})
		seen[name] = true
	}
	if !seen[contentfulSigned] || !seen[contentfulTime] {
		return nil, malformed("%s does not name itself and %s", contentfulSigned, contentfulTime)
	}
	sort.SliceStable(fields, func(i, j int) bool { return fields[i].Name < fields[j].Name })
	lines := make([]string, len(fields))
	for i, f := range fields {
		lines[i] = f.Name + ":" + f.Value
	}
	path, query, has := strings.Cut(m.target(), "?")
	if has && query != "" {
		path += "?" + percent(query, "!'()*")
	}
	path = percent(path, ";,/?:@&=+$#!'()*")
	return one(strings.Join([]string{m.Method, path, strings.Join(lines, ";"), string(m.Body)}, "\n"))
}

// contentfulHeaders adds the list of signed headers.
func contentfulHeaders(_ *Scheme, a *adding) error {
	a.missingHeader(contentfulSigned, contentfulSigned+","+contentfulTime)
	return nil
}

// percent escapes every byte that is no letter, digit, one of -_.~ or in keep.
func percent(s, keep string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_.~"+keep, c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
