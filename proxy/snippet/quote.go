package snippet

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isText reports whether bytes can stand in a program as they are: as text without
// characters that an editor or a terminal would change or hide.
func isText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

var plainWord = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// Shell writes a word that a POSIX shell takes as it is, whatever its bytes.
func Shell(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	if isText(s) || utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }) {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString(`"$(printf '`)
	for i := range len(s) {
		switch c := s[i]; {
		case c == '%':
			b.WriteString("%%")
		case c == '\\':
			b.WriteString(`\\`)
		case c > ' ' && c < 0x7f && c != '\'' || c == ' ':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, `\%03o`, c)
		}
	}
	b.WriteString(`')"`)
	return b.String()
}

// shellParts writes a word made of text and variables. Text stands before it.
func (plan *plan) shellParts(before string, value []part) string {
	if len(value) == 1 && value[0].from == "" {
		return plan.shell(before + value[0].text)
	}
	all := append([]part{{text: before}}, value...)
	simple := true
	for _, p := range all {
		simple = simple && isText(p.text) && !strings.ContainsAny(p.text, "\"\\$`!\n")
	}
	var b strings.Builder
	if !simple {
		for _, p := range all {
			if p.from != "" {
				b.WriteString(`"$` + p.from + `"`)
			} else if p.text != "" {
				b.WriteString(plan.shell(p.text))
			}
		}
		return b.String()
	}
	b.WriteByte('"')
	for i, p := range all {
		switch {
		case p.from == "":
			b.WriteString(p.text)
		case i+1 < len(all) && all[i+1].from == "" && all[i+1].text != "" && strings.IndexByte("_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", all[i+1].text[0]) >= 0:
			b.WriteString("${" + p.from + "}")
		default:
			b.WriteString("$" + p.from)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// shell writes a word. In a file text stands as it is; bytes that are none are
// written as bash reads them, because no command runs there.
func (p *plan) shell(s string) string {
	if p.opt.Script != nil && !utf8.ValidString(s) {
		text := pyBytes(s)
		return "$'" + strings.ReplaceAll(text[1:len(text)-1], "'", `\'`) + "'"
	}
	if p.opt.Script != nil && !plainWord.MatchString(s) {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return Shell(s)
}

// bodyLines is the body as lines of base64, of which a file has one: what reads it
// again then sees that it is only a long word.
func (p *plan) bodyLines() string {
	if p.opt.Script != nil {
		return base64.StdEncoding.EncodeToString(p.body)
	}
	return lines64(p.body)
}

// lines64 is base64 in lines.
func lines64(p []byte) string {
	text := base64.StdEncoding.EncodeToString(p)
	var b strings.Builder
	for len(text) > 76 {
		b.WriteString(text[:76] + "\n")
		text = text[76:]
	}
	return b.String() + text
}

// goText writes text as a Go string: between back quotes where that reads better.
func goText(s string) string {
	if isText(s) && strings.ContainsAny(s, "\"\\\n") && !strings.Contains(s, "`") {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// pyBody writes the text of a body for Python: as it is, if it has lines.
func pyBody(s string) string {
	if strings.Contains(s, "\n") && !strings.Contains(s, "'''") && !strings.HasSuffix(s, "'") && !strings.HasSuffix(s, `\`) {
		return "r'''" + s + "'''"
	}
	return pyQuote(s)
}

// jsBody writes the text of a body for JavaScript: as it is, if it has lines.
func jsBody(s string) string {
	if strings.Contains(s, "\n") && !strings.Contains(s, "`") && !strings.Contains(s, "${") && !strings.HasSuffix(s, `\`) {
		return "String.raw`" + s + "`"
	}
	return jsText(s, false)
}

// pyQuote writes text as a Python string. Go's escapes are all Python's as well.
func pyQuote(s string) string { return strconv.Quote(s) }

func pyBytes(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= ' ' && c < 0x7f:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// jsText writes text as a JavaScript string. Latin says that each byte is a
// character of its own, as header values and targets want it.
func jsText(s string, latin bool) string {
	var b strings.Builder
	b.WriteByte('\'')
	add := func(r rune) {
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
	}
	if latin {
		for i := range len(s) {
			add(rune(s[i]))
		}
	} else {
		for _, r := range s {
			add(r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
