package inspector

import (
	"bytes"
	"encoding/json"
	"math/big"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// This file is a second evaluator of the language, written to be plainly right
// and not fast: it knows its own tree, writes it as text for the parser, and
// decides matches by other means than the real one.

type refNode interface {
	text() string
	match(r *Row, s *stored) bool
}

type refAnd struct{ a, b refNode }
type refOr struct{ a, b refNode }
type refNot struct{ a refNode }

func (n refAnd) text() string                 { return "(" + n.a.text() + " " + n.b.text() + ")" }
func (n refAnd) match(r *Row, s *stored) bool { return n.a.match(r, s) && n.b.match(r, s) }
func (n refOr) text() string                  { return "(" + n.a.text() + " OR " + n.b.text() + ")" }
func (n refOr) match(r *Row, s *stored) bool  { return n.a.match(r, s) || n.b.match(r, s) }
func (n refNot) text() string                 { return "-" + n.a.text() }
func (n refNot) match(r *Row, s *stored) bool { return !n.a.match(r, s) }

// refMatch is the match of a whole filter: what is in the trash is only found by one
// that speaks of it.
func refMatch(n refNode, r *Row, s *stored) bool {
	return n.match(r, s) && (r.Flags&FlagTrashed == 0 || strings.Contains(n.text(), "is:") && strings.Contains(n.text(), "trashed"))
}

// refField is FIELD:VALUE,VALUE; field is "" for text.
type refField struct {
	field  string
	path   []string // keys; "[n]" and "[*]" for elements
	values []string // as they are written
}

func (n refField) text() string {
	if n.field == "" {
		return n.values[0]
	}
	var b strings.Builder
	b.WriteString(n.field)
	for _, seg := range n.path {
		if seg[0] != '[' {
			b.WriteByte('.')
		}
		b.WriteString(seg)
	}
	return b.String() + ":" + strings.Join(n.values, ",")
}

func (n refField) match(r *Row, s *stored) bool {
	for _, v := range n.values {
		if n.one(v, r, s) {
			return true
		}
	}
	return false
}

// unwrap takes the quotes off.
func unwrap(v string) string { return strings.ReplaceAll(v, `"`, "") }

// globRegexp is a value as a regular expression.
func globRegexp(v string, anchored bool) *regexp.Regexp {
	if len(v) > 2 && v[0] == '/' && v[len(v)-1] == '/' {
		return regexp.MustCompile(v[1 : len(v)-1])
	}
	parts := strings.Split(unwrap(v), "*")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	body := strings.Join(parts, ".*")
	if anchored {
		body = "^" + body + "$"
	}
	return regexp.MustCompile("(?is)" + body)
}

func globMatch(v, s string) bool {
	if v == "*" {
		return s != ""
	}
	return globRegexp(v, true).MatchString(s)
}

func (n refField) one(v string, r *Row, s *stored) bool {
	switch n.field {
	case "":
		re := globRegexp(v, false)
		return anyText(s, func(b []byte) bool { return re.Match(b) })
	case "word":
		re := regexp.MustCompile(`(?is)(^|[^a-z0-9_\x80-\x{10ffff}-])` + regexp.QuoteMeta(unwrap(v)) + `($|[^a-z0-9_\x80-\x{10ffff}-])`)
		return anyText(s, func(b []byte) bool { return re.Match(b) })
	case "event":
		return globMatch(v, r.Event) || strings.Contains(v, "/") && v[0] != '/' && globMatch(v, r.Provider+"/"+r.Event)
	case "provider":
		return globMatch(v, r.Provider)
	case "inbox":
		return globMatch(v, r.Inbox)
	case "endpoint":
		return globMatch(v, r.Endpoint)
	case "channel":
		for _, channel := range append(strings.Fields(r.Channel), r.Channel) {
			if globMatch(v, channel) {
				return true
			}
		}
		return false
	case "method":
		return globMatch(v, r.Method)
	case "run":
		return globMatch(v, r.Run)
	case "dir":
		return string(r.Dir) == v
	case "sig":
		return string(r.Verdict) == v || r.Verdict == "" && v == "unchecked"
	case "tag":
		for _, tag := range r.Tags {
			if globMatch(v, tag) {
				return true
			}
		}
		return false
	case "host":
		host, _, _ := strings.Cut(r.Host, ":")
		return globMatch(v, r.Host) || globMatch(v, host)
	case "path":
		path, _, _ := strings.Cut(r.Target, "?")
		m := regexp.MustCompile(`^/in/[^/]*(/.*)$`).FindStringSubmatch(path)
		return globMatch(v, path) || m != nil && globMatch(v, m[1])
	case "id":
		return globMatch(v, r.EventID) || r.ID.String() == v || len(v) < 36 && strings.Contains(v, "*") && globMatch(v, r.ID.String()) ||
			len(v) >= 4 && strings.HasPrefix(r.ID.String(), v)
	case "n":
		return refNumber(v, float64(r.N))
	case "tries":
		return refNumber(v, float64(r.Tries))
	case "size":
		return refNumber(strings.NewReplacer("kb", "000", "b", "").Replace(v), float64(r.Size))
	case "dur":
		return (r.Status != 0 || r.Failure != "") && refNumber(strings.ReplaceAll(v, "ms", ""), float64(r.Duration)/1e6)
	case "status":
		return refStatus(v, r)
	case "is":
		for _, name := range r.Flags.Names() {
			if name == v {
				return true
			}
		}
		return false
	case "after", "before":
		ago, err := time.ParseDuration(v)
		if err != nil {
			panic(err)
		}
		return r.At.Before(testNow.Add(-ago)) == (n.field == "before")
	case "error":
		re := globRegexp(v, false)
		texts := []string{r.Failure}
		for _, a := range s.attempts {
			texts = append(texts, a.Failure.Class, a.Failure.Phase, a.Failure.Text)
		}
		for _, t := range texts {
			if t != "" && re.MatchString(t) {
				return true
			}
		}
		return false
	case "query":
		u, err := url.ParseRequestURI(r.Target)
		if err != nil {
			panic(err)
		}
		for _, got := range u.Query()[n.path[0]] {
			if refScalar(v, got) {
				return true
			}
		}
		return false
	case "header":
		return len(s.attempts) > 0 && refHeader(s.attempts[0].Request.Head, n.path[0], v)
	case "resp.header":
		for _, a := range s.attempts {
			if refHeader(a.Response.Head, n.path[0], v) {
				return true
			}
		}
		return false
	case "body":
		return len(s.attempts) > 0 && n.inBody(v, s, 0, Request)
	case "resp.body":
		for k := range s.attempts {
			if n.inBody(v, s, k, Response) {
				return true
			}
		}
		return false
	}
	panic("no field " + n.field)
}

func anyText(s *stored, is func([]byte) bool) bool {
	for _, a := range s.attempts {
		if is(a.Request.Head) || is(a.Response.Head) {
			return true
		}
	}
	for key, b := range s.bodies {
		if is(b) || is(refDecode(s, key, b)) {
			return true
		}
	}
	return false
}

func refDecode(s *stored, key BodyKey, b []byte) []byte {
	m := s.attempts[key.Attempt].Request
	if key.Part == Response {
		m = s.attempts[key.Attempt].Response
	}
	if bytes.Contains(m.Head, []byte("gzip")) {
		return []byte(ungzipped(b))
	}
	return b
}

func refNumber(v string, n float64) bool {
	num := func(s string) float64 {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			panic(err)
		}
		return f
	}
	if lo, hi, ok := strings.Cut(v, ".."); ok {
		return (lo == "" || n >= num(lo)) && (hi == "" || n <= num(hi))
	}
	switch {
	case strings.HasPrefix(v, ">="):
		return n >= num(v[2:])
	case strings.HasPrefix(v, "<="):
		return n <= num(v[2:])
	case v[0] == '>':
		return n > num(v[1:])
	case v[0] == '<':
		return n < num(v[1:])
	}
	// Alone, a value stands for what is cut off to it.
	step := 1.0
	if trimmed := strings.TrimSuffix(v, "000"); trimmed != v {
		step = 1000
	}
	return n >= num(v) && n < num(v)+step
}

func refStatus(v string, r *Row) bool {
	answered := r.Status > 0
	switch {
	case v == "none":
		return r.Failure == "" && r.Status == 0
	case v == "*":
		return answered || r.Failure != ""
	case strings.HasSuffix(v, "xx"):
		return answered && strconv.Itoa(r.Status)[0] == v[0]
	case strings.Trim(v, "0123456789.<>=") == "":
		return answered && refNumber(v, float64(r.Status))
	}
	return r.Failure == v
}

// refScalar tests the text of a header, parameter or form field.
func refScalar(v, got string) bool {
	bare := strings.Trim(v, "0123456789.<>=") == "" && strings.ContainsAny(v, "<>") || strings.Contains(v, "..")
	if bare {
		f, err := strconv.ParseFloat(got, 64)
		return err == nil && strings.Trim(got, "0123456789.-") == "" && refNumber(v, f)
	}
	return v == "*" || globRegexp(v, true).MatchString(got)
}

func refHeader(head []byte, name, v string) bool {
	for i, line := range strings.Split(string(head), "\r\n") {
		got, value, ok := strings.Cut(line, ":")
		if i > 0 && ok && strings.EqualFold(got, name) && refScalar(v, strings.Trim(value, " ")) {
			return true
		}
	}
	return false
}

func (n refField) inBody(v string, s *stored, k int, part Part) bool {
	key := BodyKey{Attempt: k, Part: part}
	b, ok := s.bodies[key]
	if !ok {
		return false
	}
	head := s.attempts[k].Request.Head
	if part == Response {
		head = s.attempts[k].Response.Head
	}
	b = refDecode(s, key, b)
	if bytes.Contains(head, []byte("form-urlencoded")) {
		form, err := url.ParseQuery(string(b))
		if err != nil {
			panic(err)
		}
		want := ""
		for i, seg := range n.path {
			switch {
			case seg == "[*]":
				want += `\[[0-9]*\]`
			case seg[0] == '[':
				want += regexp.QuoteMeta(seg)
			case i == 0:
				want += seg
			case seg == "*":
				want += `(\[[^\]]+\]|\.[^.\[]+)`
			default:
				want += `(\[` + seg + `\]|\.` + seg + `)`
			}
		}
		fits := regexp.MustCompile("^" + want + "$")
		for name, values := range form {
			for _, got := range values {
				if fits.MatchString(name) && v != "null" && refScalar(v, got) {
					return true
				}
			}
		}
		return false
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	doc, err := refTree(dec)
	return err == nil && refJSON(doc, n.path, v)
}

// refMember keeps members in order, with repeats.
type refMember struct {
	key   string
	value any
}

func refTree(dec *json.Decoder) (any, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('{'):
		members := []refMember{}
		for dec.More() {
			key, err := dec.Token()
			if err != nil {
				return nil, err
			}
			value, err := refTree(dec)
			if err != nil {
				return nil, err
			}
			members = append(members, refMember{key.(string), value})
		}
		_, err = dec.Token()
		return members, err
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			value, err := refTree(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = dec.Token()
		return list, err
	}
	return tok, nil
}

func refJSON(doc any, path []string, v string) bool {
	if len(path) > 0 {
		seg := path[0]
		switch doc := doc.(type) {
		case []refMember:
			for _, m := range doc {
				if (m.key == seg || seg == "*") && refJSON(m.value, path[1:], v) {
					return true
				}
			}
		case []any:
			for i, e := range doc {
				if (seg == "[*]" || seg == "["+strconv.Itoa(i)+"]") && refJSON(e, path[1:], v) {
					return true
				}
			}
		}
		return false
	}
	if v == "*" {
		return true
	}
	switch doc := doc.(type) {
	case nil:
		return v == "null"
	case bool:
		return v != "null" && refScalar(v, strconv.FormatBool(doc))
	case string:
		return v != "null" && refScalar(v, doc)
	case json.Number:
		want, ok := new(big.Rat).SetString(v)
		got, _ := new(big.Rat).SetString(doc.String())
		if ok {
			return got.Cmp(want) == 0
		}
		return v != "null" && refScalar(v, doc.String())
	}
	return false
}
