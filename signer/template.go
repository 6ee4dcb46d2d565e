package signer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"net/url"
	"strconv"
	"strings"
)

// parts are what a content template is filled with.
type parts struct {
	message   *Message
	timestamp string
	id        string
	secret    string
}

// expand fills a content template. Everything but the body is short, so the
// result is one copy of the body.
func expand(template string, p *parts) ([]byte, error) {
	return appendContent(make([]byte, 0, len(template)+len(p.message.Body)+len(p.timestamp)+len(p.id)+64), template, p)
}

// appendContent is expand into memory that is there.
func appendContent(out []byte, template string, p *parts) ([]byte, error) {
	for rest := template; rest != ""; {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			return append(out, rest...), nil
		}
		out = append(out, rest[:open]...)
		rest = rest[open+1:]
		if strings.HasPrefix(rest, "{") {
			out, rest = append(out, '{'), rest[1:]
			continue
		}
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return nil, fmt.Errorf("content %q: a brace is not closed", template)
		}
		var err error
		if out, err = p.add(out, rest[:end]); err != nil {
			return nil, err
		}
		rest = rest[end+1:]
	}
	return out, nil
}

// partNames are the parts of a template, for a person.
const partNames = "{body}, {timestamp}, {id}, {method}, {url}, {path}, {query}, {secret}, {header.NAME}, {query.sorted}, {body.sha256}, {body.sha256.hex}, {body.crc32}, {body.PATH} and {context.NAME}"

func (p *parts) add(out []byte, name string) ([]byte, error) {
	m := p.message
	switch name {
	case "body":
		return append(out, m.Body...), nil
	case "timestamp":
		return append(out, p.timestamp...), nil
	case "id":
		return append(out, p.id...), nil
	case "secret":
		return append(out, p.secret...), nil
	case "method":
		return append(out, m.Method...), nil
	case "url":
		return append(out, m.URL...), nil
	case "path":
		u, err := url.Parse(m.URL)
		if err != nil {
			return nil, err
		}
		return append(out, u.EscapedPath()...), nil
	case "query":
		return append(out, m.query()...), nil
	case "query.sorted":
		return append(out, sortedQuery(m.query())...), nil
	case "body.sha256":
		sum := sha256.Sum256(m.Body)
		return append(out, sum[:]...), nil
	case "body.sha256.hex":
		sum := sha256.Sum256(m.Body)
		return hex.AppendEncode(out, sum[:]), nil
	case "body.crc32":
		return strconv.AppendUint(out, uint64(crc32.ChecksumIEEE(m.Body)), 10), nil
	}
	if header, ok := strings.CutPrefix(name, "header."); ok {
		v, _ := m.Value(header)
		return append(out, v...), nil
	}
	if path, ok := strings.CutPrefix(name, "body."); ok {
		v, _, err := m.bodyValue(path)
		if err != nil {
			return nil, err
		}
		return append(out, v...), nil
	}
	if key, ok := strings.CutPrefix(name, "context."); ok {
		v, ok := m.Context[key]
		if !ok {
			return nil, fmt.Errorf("the scheme needs %s, which is not in the request: give it with the scheme", key)
		}
		return append(out, v...), nil
	}
	return nil, fmt.Errorf("content template: there is no part {%s}; allowed: %s", name, partNames)
}

// sortedQuery orders the parameters by name and writes them anew.
func sortedQuery(q string) string {
	var b strings.Builder
	for i, f := range sorted(parseForm(q)) {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(f.Name) + "=" + url.QueryEscape(f.Value))
	}
	return b.String()
}
