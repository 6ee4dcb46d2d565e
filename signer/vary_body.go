package signer

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"hash/maphash"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// bodyForm is another form of a body.
type bodyForm struct {
	cause Cause
	text  string // ends the sentence "matches with …"
	body  []byte
}

const (
	maxInflated = 8 << 20
	maxTree     = 2 << 20 // bodies that are read as JSON to be written anew
)

// bodyForms calls yield with each form that differs from the body and from the
// forms before. mine adds the forms that only an app's own code would make.
func bodyForms(body []byte, mine bool, yield func(bodyForm) bool) {
	seed := maphash.MakeSeed()
	seen := map[uint64]bool{maphash.Bytes(seed, body): true}
	stopped := false
	add := func(cause Cause, text string, form []byte) bool {
		if stopped {
			return false
		}
		if h := maphash.Bytes(seed, form); !seen[h] {
			seen[h] = true
			stopped = !yield(bodyForm{cause, text, form})
		}
		return !stopped
	}
	for _, forms := range []func([]byte, bool, func(Cause, string, []byte) bool) bool{transported, lineEnds, jsonForms, charsets, formForms, beginnings} {
		if !forms(body, mine, add) {
			return
		}
	}
}

// transported are forms freed of, or put into, what carries a body.
func transported(body []byte, mine bool, add func(Cause, string, []byte) bool) bool {
	text := bytes.TrimSpace(body)
	if len(text) > 8 && len(text) <= maxInflated {
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
			if raw, err := enc.DecodeString(string(text)); err == nil {
				if !add(Base64Body, "the body decoded from base64", raw) {
					return false
				}
				break
			}
		}
	}
	for _, z := range []struct {
		name string
		open func(io.Reader) (io.Reader, error)
	}{
		{"gzip", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		{"zlib", func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }},
		{"deflate", func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil }},
	} {
		if len(body) == 0 || isJSON(body) {
			break
		}
		r, err := z.open(bytes.NewReader(body))
		if err != nil {
			continue
		}
		plain, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
		if err == nil && len(plain) > 0 && len(plain) <= maxInflated {
			if !add(Compressed, "the body decompressed ("+z.name+")", plain) {
				return false
			}
			break
		}
	}
	if plain, ok := unchunk(body); ok && !add(Compressed, "the body freed of chunk framing", plain) {
		return false
	}
	return !mine || len(body) > maxInflated || add(Base64Body, "the body encoded in base64", []byte(base64.StdEncoding.EncodeToString(body)))
}

// unchunk takes chunk framing out of a body that still has it.
func unchunk(body []byte) ([]byte, bool) {
	var out []byte
	for rest := body; ; {
		line, after, ok := bytes.Cut(rest, []byte("\r\n"))
		n, err := strconv.ParseUint(string(line), 16, 31)
		if !ok || err != nil || len(line) > 8 || int(n)+2 > len(after) && n > 0 {
			return nil, false
		}
		if n == 0 {
			return out, len(out) > 0
		}
		out, rest = append(out, after[:n]...), after[n:]
		if !bytes.HasPrefix(rest, []byte("\r\n")) {
			return nil, false
		}
		rest = rest[2:]
	}
}

// lineEnds are forms with other line ends and white space at the ends.
func lineEnds(body []byte, _ bool, add func(Cause, string, []byte) bool) bool {
	crlf, lf := []byte("\r\n"), []byte("\n")
	unix := bytes.ReplaceAll(body, crlf, lf)
	end := bytes.TrimRight(body, "\r\n")
	joined := func(b []byte, tail string) []byte { return append(bytes.Clone(b), tail...) }
	const c = TrailingNewline
	return add(c, "a line feed behind the body", joined(body, "\n")) &&
		add(c, "a carriage return and a line feed behind the body", joined(body, "\r\n")) &&
		add(c, "the line end behind the body removed", bytes.TrimSuffix(bytes.TrimSuffix(body, lf), []byte("\r"))) &&
		add(c, "all line ends behind the body removed", end) &&
		add(c, "the line end behind the body as a line feed", joined(end, "\n")) &&
		add(c, "the line end behind the body as carriage return and line feed", joined(end, "\r\n")) &&
		add(c, "white space around the body removed", bytes.TrimSpace(body)) &&
		add(c, "line ends as line feeds", unix) &&
		add(c, "line ends as carriage return and line feed", bytes.ReplaceAll(unix, lf, crlf)) &&
		add(c, "line ends as line feeds, the last removed", bytes.TrimRight(unix, "\n"))
}

var (
	escapedRune  = regexp.MustCompile(`(\\\\)|\\u([0-9a-fA-F]{4})`)
	escapedSlash = regexp.MustCompile(`(\\\\)|\\/`)
)

// jsonForms are the spellings of JSON, and of its escapes alone.
func jsonForms(body []byte, mine bool, add func(Cause, string, []byte) bool) bool {
	if len(body) > maxTree || len(bytes.TrimSpace(body)) == 0 {
		return true
	}
	const c = Reserialized
	root, err := parseJSON(body)
	if err != nil {
		return true
	}
	tree := decodeTree(body, &root)
	if tree.kind == '"' && isJSON([]byte(tree.text)) {
		return add(c, "the JSON taken out of the string that it stands in", []byte(tree.text))
	}
	if tree.kind != '{' && tree.kind != '[' {
		return true
	}
	for i := range jsonStyles {
		st := &jsonStyles[i]
		out := append(st.write(make([]byte, 0, len(body)+len(body)/4), &tree, 0), st.end...)
		if !add(c, "the body as "+st.name, out) {
			return false
		}
	}
	fix := func(re *regexp.Regexp, f func(string) string) []byte {
		return []byte(re.ReplaceAllStringFunc(string(body), func(m string) string {
			if m == `\\` {
				return m
			}
			return f(m)
		}))
	}
	lower := jsonStyle{}
	upper := jsonStyle{upper: true}
	wide := func(st *jsonStyle) []byte {
		out := make([]byte, 0, len(body)*2)
		for i := 0; i < len(body); {
			r, n := utf8.DecodeRune(body[i:])
			if r < utf8.RuneSelf {
				out = append(out, body[i])
			} else {
				out = st.escape(out, r)
			}
			i += n
		}
		return out
	}
	return add(c, `the body with \/ written as /`, fix(escapedSlash, func(string) string { return "/" })) &&
		add(c, `the body with / written as \/`, []byte(strings.ReplaceAll(string(fix(escapedSlash, func(string) string { return "/" })), "/", `\/`))) &&
		add(c, `the body with the digits of \u in capitals`, fix(escapedRune, func(m string) string { return `\u` + strings.ToUpper(m[2:]) })) &&
		add(c, `the body with the digits of \u in small letters`, fix(escapedRune, strings.ToLower)) &&
		add(c, `the body with \u for every letter beyond ASCII`, wide(&lower)) &&
		add(c, `the body with \u in capitals for every letter beyond ASCII`, wide(&upper)) &&
		(!mine || add(c, "the body as JSON inside of a JSON string", []byte(quote(string(body)))))
}

// charsets are the body as text in other character sets.
func charsets(body []byte, _ bool, add func(Cause, string, []byte) bool) bool {
	const c = Charset
	bom := []byte("\ufeff")
	if !add(c, "the byte order mark in front of the body removed", bytes.TrimPrefix(body, bom)) {
		return false
	}
	plain := true
	for _, b := range body {
		plain = plain && b < utf8.RuneSelf
	}
	if !plain && !beyondASCII(body, add) {
		return false
	}
	return bytes.HasPrefix(body, bom) || add(c, "a byte order mark in front of the body", append(bytes.Clone(bom), body...))
}

func beyondASCII(body []byte, add func(Cause, string, []byte) bool) bool {
	const c = Charset
	if !utf8.Valid(body) {
		return add(c, "the body decoded as Latin-1 and written as UTF-8", fromLatin1(body)) &&
			add(c, "what is no UTF-8 in the body replaced by U+FFFD", bytes.ToValidUTF8(body, []byte("\ufffd")))
	}
	text := string(body)
	if latin, ok := toLatin1(text); ok && !add(c, "the body in Latin-1", latin) {
		return false
	}
	marks, replaced, pairs := make([]byte, 0, len(body)), make([]byte, 0, len(body)), make([]byte, 0, len(body)+16)
	for _, r := range text {
		if r < utf8.RuneSelf {
			marks, replaced, pairs = append(marks, byte(r)), append(replaced, byte(r)), append(pairs, byte(r))
			continue
		}
		marks = append(marks, '?')
		for range utf8.RuneLen(r) {
			replaced = append(replaced, "\ufffd"...)
		}
		pairs = appendCESU(pairs, r)
	}
	return add(c, "the body decoded as Latin-1 and written as UTF-8 again", fromLatin1(body)) &&
		add(c, "letters beyond ASCII replaced by question marks", marks) &&
		add(c, "bytes beyond ASCII replaced by U+FFFD", replaced) &&
		add(c, "the body normalised to composed letters (NFC)", norm.NFC.Bytes(body)) &&
		add(c, "the body normalised to decomposed letters (NFD)", norm.NFD.Bytes(body)) &&
		add(c, "letters beyond U+FFFF written as two (CESU-8)", pairs)
}

// appendCESU writes letters beyond U+FFFF as two surrogates of three bytes each.
func appendCESU(out []byte, r rune) []byte {
	if r <= 0xffff {
		return utf8.AppendRune(out, r)
	}
	r -= 0x10000
	for _, half := range []rune{0xd800 + r>>10, 0xdc00 + r&0x3ff} {
		out = append(out, 0xe0|byte(half>>12), 0x80|byte(half>>6&0x3f), 0x80|byte(half&0x3f))
	}
	return out
}

func fromLatin1(body []byte) []byte {
	out := make([]byte, 0, len(body)+len(body)/8)
	for _, b := range body {
		out = utf8.AppendRune(out, rune(b))
	}
	return out
}

func toLatin1(text string) ([]byte, bool) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xff {
			return nil, false
		}
		out = append(out, byte(r))
	}
	return out, true
}

// formForms are the ways to write the form of a body.
func formForms(body []byte, _ bool, add func(Cause, string, []byte) bool) bool {
	text := string(bytes.TrimSpace(body))
	if len(text) > maxTree || !looksForm(text) {
		return true
	}
	const c = FormReencoded
	fields := parseForm(text)
	write := func(fields []Field, escape func(string) string) []byte {
		var b strings.Builder
		for i, f := range fields {
			if i > 0 {
				b.WriteByte('&')
			}
			b.WriteString(escape(f.Name) + "=" + escape(f.Value))
		}
		return []byte(b.String())
	}
	for _, f := range fields {
		if f.Name == "payload" && !add(c, "the field payload alone", []byte(f.Value)) {
			return false
		}
	}
	twenty := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	small := func(s string) string { return smallHex(formEscape(s)) }
	plain := func(s string) string { return s }
	loose := func(s string) string { return percent(s, "!'()*") }
	for _, order := range []struct {
		text   string
		fields []Field
	}{{"", fields}, {", sorted by name", sorted(fields)}} {
		if !add(c, "the form written anew"+order.text, write(order.fields, formEscape)) ||
			!add(c, "the form written anew, Go's way"+order.text, write(order.fields, url.QueryEscape)) ||
			!add(c, "the form written anew with %20 for spaces"+order.text, write(order.fields, twenty)) ||
			!add(c, "the form written anew as JavaScript does"+order.text, write(order.fields, loose)) ||
			!add(c, "the form written anew with small letters in its escapes"+order.text, write(order.fields, small)) ||
			!add(c, "the form decoded"+order.text, write(order.fields, plain)) {
			return false
		}
	}
	return add(c, "the form with %20 written as +", []byte(strings.ReplaceAll(text, "%20", "+"))) &&
		add(c, "the form with + written as %20", []byte(strings.ReplaceAll(text, "+", "%20"))) &&
		add(c, "the form with small letters in its escapes", []byte(smallHex(text))) &&
		add(c, "the form with capitals in its escapes", []byte(capitalHex(text)))
}

var percentHex = regexp.MustCompile(`%[0-9a-fA-F]{2}`)

func smallHex(s string) string   { return percentHex.ReplaceAllStringFunc(s, strings.ToLower) }
func capitalHex(s string) string { return percentHex.ReplaceAllStringFunc(s, strings.ToUpper) }

// looksForm reports whether text may be an encoded form.
func looksForm(text string) bool {
	return strings.Contains(text, "=") && !strings.ContainsAny(text, " \t\r\n{}<>\"")
}

// beginnings are the beginnings of a body that an app with a limit, or one that reads
// the stream twice, would hash.
func beginnings(body []byte, mine bool, add func(Cause, string, []byte) bool) bool {
	if !mine {
		return true
	}
	if !add(Truncated, "an empty body", nil) {
		return false
	}
	for _, n := range []int{1 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10, 64<<10 - 1, 64 << 10, 100_000, 100 << 10, 128 << 10, 256 << 10, 1_000_000, 1 << 20} {
		if n < len(body) && !add(Truncated, fmt.Sprintf("the first %d bytes of the body", n), body[:n]) {
			return false
		}
	}
	return true
}
