package snippet

import (
	"regexp"
	"strings"
)

// plainTarget are targets that an address may hold without a client changing them.
var plainTarget = regexp.MustCompile(`^/[A-Za-z0-9/._~!$&'()*+,;=:@%?-]*$`)

// curl adds Expect to bodies that are larger than this.
const expectAbove = 1 << 20

// curl writes a command for curl in a POSIX shell.
func (p *plan) curl() string {
	var b strings.Builder
	b.WriteString(p.shellSigning())
	piped := p.recipe == nil && p.File == "" && len(p.body) > 0 && !p.asArgument()
	if piped {
		b.WriteString(fromBase64 + " |\n" + p.bodyLines() + "\nEND\n")
	}
	b.WriteString(p.curlStart())
	opt := func(words string) { b.WriteString(" \\\n  " + words) }
	if p.hasHost && p.hostLine != p.host {
		opt("-H " + p.shell("Host: "+p.hostLine))
	}
	for _, f := range p.fields {
		opt("-H " + p.curlField(&f))
	}
	if p.chunked {
		opt("-H 'Transfer-Encoding: chunked'")
	}
	for _, name := range []string{"User-Agent", "Accept"} {
		if !p.has(name) {
			opt("-H '" + name + ":'") // curl would add its own
		}
	}
	if p.hasBody() && p.method != "HEAD" && !p.has("Content-Type") {
		opt("-H 'Content-Type:'")
	}
	if p.size > expectAbove && !p.has("Expect") {
		opt("-H 'Expect:'")
	}
	switch {
	case p.method == "HEAD":
		if p.length {
			opt("-H 'Content-Length: 0'")
		}
		if p.size > 0 {
			p.note("value", "curl sends no body with HEAD, so it is left out; the other languages send it.")
		}
	case !p.hasBody():
	case p.recipe != nil:
		opt(`--data-binary @"$body"`)
	case piped:
		opt("--data-binary @-")
	case p.File != "":
		opt("--data-binary " + p.shell("@"+p.File))
	default:
		opt("--data-raw " + p.shell(string(p.body)))
	}
	p.shellNotes("curl")
	return b.String() + "\n"
}

func (p *plan) curlStart() string {
	words := []string{"curl"}
	if p.opt.Script != nil && p.opt.Script.Command != "" {
		words[0] = p.opt.Script.Command
	}
	switch {
	case p.method == "HEAD":
		words = append(words, "--head")
	case p.method == "GET" && !p.hasBody(), p.method == "POST" && p.hasBody():
	default:
		words = append(words, "-X "+p.shell(p.method))
	}
	if plainTarget.MatchString(p.target) {
		if strings.Contains(p.target, "/.") {
			words = append(words, "--path-as-is")
		}
		return strings.Join(append(words, p.shellParts("", p.to(p.base))), " ")
	}
	return strings.Join(append(words, "--request-target "+p.shellParts("", p.address), p.shellParts("", p.root())), " ")
}

// root is the address without the target.
func (p *plan) root() []part {
	if p.opt.Script != nil && p.opt.Script.Base != "" {
		return []part{{from: p.opt.Script.Base}, {text: "/"}}
	}
	return []part{{text: p.base + "/"}}
}

func (p *plan) curlField(f *field) string {
	switch {
	case !f.constant():
		return p.shellParts(f.name+": ", f.value)
	case f.text() == "":
		return p.shell(f.name + ";") // how curl is told to send an empty one
	case f.raw != "":
		return p.shell(f.name + ":" + f.raw)
	}
	return p.shell(f.name + ": " + f.text())
}

// shellNotes says what curl and HTTPie cannot keep.
func (p *plan) shellNotes(tool string) {
	if tool == "curl" {
		var want, got []string
		for _, f := range p.recorded {
			want = append(want, strings.ToLower(f.name))
		}
		if p.hasHost {
			got = append(got, "host")
		}
		for _, f := range p.fields {
			got = append(got, strings.ToLower(f.name))
		}
		if p.chunked {
			got = append(got, "transfer-encoding")
		}
		if p.length {
			got = append(got, "content-length")
		}
		if strings.Join(want, "\n") != strings.Join(got, "\n") {
			p.note("order", "curl writes Host first, and Transfer-Encoding and Content-Length last.")
		}
	}
	p.commonNotes()
}

// commonNotes are about what only the raw form keeps.
func (p *plan) commonNotes() {
	if p.chunked {
		p.note("chunks", "The sizes of the chunks are those that the client chooses.")
	}
	if p.trailers {
		p.note("trailers", "The trailers after the last chunk are left out.")
	}
}
