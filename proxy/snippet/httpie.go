package snippet

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// HTTPie's items: Source: docs of HTTPie 3.2, "Request items", "Escaping rules".

// httpieTarget are targets that HTTPie leaves as they are: its library writes
// others anew.
var httpieTarget = regexp.MustCompile(`^/(?:[A-Za-z0-9/._~!$&'()*+,;=:@?-]|%(?:[013-9A-F][0-9A-F]|2[0-9A-CF]))*$`)

var httpieUnreserved = regexp.MustCompile(`%(?:3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])`)

// httpie writes a command for HTTPie in a POSIX shell.
func (p *plan) httpie() string {
	var b strings.Builder
	b.WriteString(p.shellSigning())
	piped := p.recipe == nil && p.File == "" && len(p.body) > 0 && !p.asArgument()
	if piped {
		b.WriteString(fromBase64 + " |\n" + p.bodyLines() + "\nEND\n")
	}
	words := []string{"http"}
	reads := p.size > 0 && (piped || p.recipe != nil || p.File != "")
	if !reads {
		words = append(words, "--ignore-stdin")
	}
	if strings.Contains(p.target, "/.") {
		words = append(words, "--path-as-is")
	}
	if p.chunked && p.size > 0 {
		words = append(words, "--chunked")
	}
	b.WriteString(strings.Join(append(words, p.shell(p.method), p.shellParts("", p.to(p.base))), " "))
	opt := func(words string) { b.WriteString(" \\\n  " + words) }
	if p.hasHost && p.hostLine != p.host {
		opt(p.httpieField(&field{name: "Host", value: []part{{text: p.hostLine}}}))
	}
	for _, f := range p.fields {
		opt(p.httpieField(&f))
	}
	for _, name := range []string{"User-Agent", "Accept", "Accept-Encoding", "Connection", "Content-Type"} {
		if !p.has(name) && (name != "Content-Type" || p.size > 0) {
			opt(name + ":") // HTTPie would add its own
		}
	}
	switch {
	case p.size == 0 || piped:
	case p.recipe != nil:
		opt(`< "$body"`)
	case p.File != "":
		opt("< " + p.shell(p.File))
	default:
		opt("--raw " + p.shell(string(p.body)))
	}
	p.httpieNotes()
	return b.String() + "\n"
}

// httpieField is an item of the form Name:value.
func (p *plan) httpieField(f *field) string {
	if f.constant() && f.text() == "" {
		return p.shell(f.name + ";")
	}
	escaped := func(s string) string {
		if s != "" && strings.ContainsRune("=@:", rune(s[0])) {
			return `\` + s // or it would be part of the separator
		}
		return s
	}
	value := make([]part, len(f.value))
	for i, v := range f.value {
		if value[i] = v; i == 0 && v.from == "" {
			value[i].text = escaped(v.text)
		}
		if strings.Contains(v.text, `\:`) || strings.Contains(v.text, `\;`) || strings.Contains(v.text, `\=`) || strings.Contains(v.text, `\@`) {
			p.note("value", "HTTPie takes a backslash out of the value of %s.", f.name)
		}
		if !utf8.ValidString(v.text) {
			p.note("value", "HTTPie sends only UTF-8, which the value of %s is not.", f.name)
		}
	}
	if f.constant() {
		return p.shell(f.name + ":" + value[0].text)
	}
	return p.shellParts(f.name+":", value)
}

func (p *plan) httpieNotes() {
	p.note("order", "HTTPie writes User-Agent, Accept-Encoding, Accept, Connection and Content-Length in an order of its own.")
	if !p.has("User-Agent") || !p.has("Accept-Encoding") {
		p.note("adds", "HTTPie adds User-Agent and Accept-Encoding where there are none.")
	}
	if !httpieTarget.MatchString(p.target) || httpieUnreserved.MatchString(p.target) {
		p.note("address", "HTTPie writes the address in its own way; curl sends it as it was.")
	}
	switch {
	case strings.ContainsFunc(p.method, func(r rune) bool { return (r|0x20) < 'a' || (r|0x20) > 'z' }):
		p.note("value", "HTTPie takes only methods of letters, so this command does not work; curl's does.")
	case p.method != strings.ToUpper(p.method):
		p.note("value", "HTTPie writes the method in capitals.")
	}
	switch {
	case p.size == 0 && p.chunked:
		p.note("length", "HTTPie sends no chunked body without bytes.")
	case p.size == 0 && !p.length && p.method != "GET" && p.method != "HEAD":
		p.note("length", "HTTPie adds Content-Length: 0.")
	case p.size == 0 && p.length && (p.method == "GET" || p.method == "HEAD"):
		p.note("length", "HTTPie leaves out Content-Length: 0.")
	}
	if p.spaced {
		p.note("spacing", "One space stands after the colon of a header line.")
	}
	p.commonNotes()
}
