package snippet

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/boathook/boathook/signer"
)

// fetchTarget are targets that an address keeps when fetch reads it. Source: WHATWG
// URL, "path percent-encode set" and "special-query percent-encode set".
var fetchTarget = regexp.MustCompile(`^/[A-Za-z0-9/._~!$&'()*+,;=:@%-]*(?:\?[A-Za-z0-9/._~!$&()*+,;=:@%?-]*)?$`)

var dotSegment = regexp.MustCompile(`(?i)/(?:\.|%2e){1,2}(?:[/?]|$)`)

// oneLine64 is base64 in one line.
func oneLine64(p []byte) string { return base64.StdEncoding.EncodeToString(p) }

// node writes a module for Node: with fetch, or with node:http for what fetch
// refuses or would change.
func (p *plan) node() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	why := p.beyondFetch()
	if p.recipe != nil && p.recipe.Hash != "" {
		line("import crypto from 'node:crypto';")
	}
	if p.File != "" {
		line("import { readFile } from 'node:fs/promises';")
	}
	library := "http"
	if strings.HasPrefix(p.base, "https:") {
		library = "https"
	}
	if why != "" {
		line("import %s from 'node:%s';", library, library)
	}
	if b.Len() > 0 {
		line("")
	}
	body := p.size > 0 || p.recipe != nil || why != ""
	switch {
	case !body:
	case p.File != "":
		line("const body = await readFile(%s);", jsText(p.File, false))
	case isText(string(p.body)):
		line("const body = Buffer.from(%s);", jsBody(string(p.body)))
	default:
		line("const body = Buffer.from('%s', 'base64');", oneLine64(p.body))
	}
	p.jsSigning(line)
	if why != "" {
		p.nodeHTTP(library, line)
		p.note("node", "Written with node:%s, because fetch %s.", library, why)
		if p.chunked {
			p.commonNotes()
		}
		if p.spaced {
			p.note("spacing", "One space stands after the colon of a header line.")
		}
		return b.String()
	}
	line("const res = await fetch(%s, {\n  method: %s,", jsParts(p.to(p.base)), jsText(p.method, false))
	line("  headers: [")
	for _, f := range p.fields {
		line("    [%s, %s],", jsText(f.name, false), jsField(&f))
	}
	line("  ],")
	switch {
	case p.size > 0 && p.chunked:
		line("  body: new Blob([body]).stream(),\n  duplex: 'half',")
	case p.size > 0:
		line("  body,")
	}
	line("  redirect: 'manual',\n});\nconsole.log(res.status, await res.text());")
	p.fetchNotes()
	return b.String()
}

// beyondFetch says what fetch cannot do of a request, "" for nothing.
func (p *plan) beyondFetch() string {
	repeated := map[string]bool{}
	for _, f := range p.fields {
		name := strings.ToLower(f.name)
		switch {
		case slices.Contains([]string{"connection", "expect", "keep-alive", "upgrade", "te", "trailer", "proxy-connection"}, name):
			return "leaves no say about " + f.name
		case repeated[name]:
			return "joins header lines of the same name"
		}
		repeated[name] = true
	}
	switch {
	case slices.Contains([]string{"CONNECT", "TRACE", "TRACK"}, strings.ToUpper(p.method)):
		return "refuses the method " + p.method
	case slices.Contains([]string{"delete", "get", "head", "options", "post", "put"}, strings.ToLower(p.method)) && p.method != strings.ToUpper(p.method):
		return "writes the method in capitals"
	case (p.method == "GET" || p.method == "HEAD") && p.hasBody():
		return "sends no body with " + p.method
	case p.size == 0 && p.chunked:
		return "sends no chunked body without bytes"
	case p.hasHost && p.hostLine != p.host:
		return "always writes the host of the address"
	case !fetchTarget.MatchString(p.target) || dotSegment.MatchString(p.target):
		return "would write the address in its own way"
	}
	return ""
}

// nodeHTTP sends every header line as it is.
func (p *plan) nodeHTTP(library string, line func(string, ...any)) {
	line("const req = %s.request(%s, {\n  method: %s,\n  path: %s,\n  headers: [", library, jsText(p.base, false), jsText(p.method, false), jsParts(p.address))
	if !p.hasHost {
		line("    'Host', %s,", jsText(p.host, false))
	}
	for _, f := range p.recorded {
		value := jsField(&f)
		switch {
		case f.is("Host") && p.ownHost:
			value = jsText(p.hostLine, false)
		case f.is("Content-Length"):
			value = "String(body.length)"
		}
		line("    %s, %s,", jsText(f.name, false), value)
	}
	line("  ],\n});\nreq.end(body);")
	line("await new Promise((done, failed) => {\n  req.on('error', failed);\n  req.on('response', (res) => {\n    let text = '';\n    res.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => done(console.log(res.statusCode, text)));\n  });\n});")
	if p.method != strings.ToUpper(p.method) {
		p.note("value", "Node writes the method in capitals.")
	}
	if !p.has("Connection") {
		p.note("adds", "Node adds Connection.")
	}
}

// jsSigning writes the lines that make now and sig.
func (p *plan) jsSigning(line func(string, ...any)) {
	r := p.recipe
	if r == nil {
		return
	}
	word := "const"
	if len(r.Strip) > 0 {
		word = "let"
	}
	line("%s secret = process.env.%s;", word, SecretVariable)
	for _, prefix := range r.Strip {
		line("if (secret.startsWith(%s)) secret = secret.slice(%d);", jsText(prefix, false), len(prefix))
	}
	if expression := jsTimes[r.Unit]; expression != "" {
		line("const now = %s;", expression)
	}
	key := "secret"
	switch r.Secret {
	case signer.SecretHex:
		key = "Buffer.from(secret, 'hex')"
	case signer.SecretBase64:
		key = "Buffer.from(secret, 'base64')"
	}
	encoding := map[signer.Encoding]string{signer.Hex: "hex", signer.HexUpper: "hex", signer.Base64: "base64", signer.Base64URL: "base64url"}[r.Encoding]
	if r.Hash == "" {
		if encoding == "" {
			line("const sig = Buffer.from(secret).toString('latin1'); // its bytes as they are")
			return
		}
		line("const sig = Buffer.from(secret).toString('%s');", encoding)
		return
	}
	of := fmt.Sprintf("crypto.createHash('%s')", r.Hash)
	if r.Keyed {
		of = fmt.Sprintf("crypto.createHmac('%s', %s)", r.Hash, key)
	}
	for _, s := range r.Content {
		of += ".update(" + map[signer.StepKind]string{signer.StepBody: "body", signer.StepTime: "now", signer.StepSecret: "secret", signer.StepText: jsText(s.Text, false)}[s.Kind] + ")"
	}
	of += ".digest('" + encoding + "')"
	if r.Encoding == signer.HexUpper {
		of += ".toUpperCase()"
	}
	line("const sig = %s;", of)
}

var jsTimes = map[signer.Unit]string{
	signer.Seconds: "String(Math.floor(Date.now() / 1000))", signer.Millis: "String(Date.now())", signer.Micros: "String(Date.now()) + '000'",
	signer.RFC3339: "new Date().toISOString().slice(0, 19) + 'Z'", signer.HTTPDate: "new Date().toUTCString()",
}

func jsField(f *field) string {
	if len(f.value) == 0 {
		return "''"
	}
	return jsParts(f.value)
}

func jsParts(value []part) string {
	var words []string
	for _, v := range value {
		switch {
		case v.env:
			words = append(words, "process.env."+v.from)
		case v.from != "":
			words = append(words, v.from)
		default:
			words = append(words, jsText(v.text, true))
		}
	}
	return strings.Join(words, " + ")
}

func (p *plan) fetchNotes() {
	p.note("adds", "fetch adds Connection, Accept, Accept-Language, Sec-Fetch-Mode, User-Agent and Accept-Encoding where there are none.")
	p.note("order", "fetch writes Host first and Content-Length last.")
	switch {
	case p.size == 0 && !p.length && slices.Contains([]string{"POST", "PUT", "PATCH"}, p.method):
		p.note("length", "fetch adds Content-Length: 0.")
	case p.size == 0 && p.length && !slices.Contains([]string{"POST", "PUT", "PATCH"}, p.method):
		p.note("length", "fetch leaves out Content-Length: 0.")
	}
	if p.spaced {
		p.note("spacing", "One space stands after the colon of a header line.")
	}
	p.commonNotes()
}
