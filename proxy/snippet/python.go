package snippet

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/boathook/boathook/signer"
)

// python writes a program for Python 3 and its own library, which leaves every
// header line to the program.
func (p *plan) python() string {
	imports := map[string]bool{"http.client": true}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	switch {
	case p.size == 0:
		line(`body = b""`)
	case p.File != "":
		line("body = open(%s, \"rb\").read()", pyQuote(p.File))
	case isText(string(p.body)):
		line("body = %s.encode()", pyBody(string(p.body)))
	default:
		imports["base64"] = true
		line("body = base64.b64decode(\"\"\"\n%s\n\"\"\")", lines64(p.body))
	}
	p.pySigning(imports, line)
	if p.secretAddress() {
		imports["os"] = true
	}
	kind := "HTTP"
	if strings.HasPrefix(p.base, "https:") {
		kind = "HTTPS"
	}
	line("conn = http.client.%sConnection(%s)", kind, pyQuote(p.host))
	if !isASCII(p.target) {
		line("conn._encode_request = lambda line: line.encode(\"latin-1\")  # bytes of the target as they are")
	}
	line("conn.putrequest(%s, %s, skip_host=True, skip_accept_encoding=True)", pyQuote(p.method), pyParts(p.address))
	for _, f := range p.recorded {
		switch {
		case f.is("Host"):
			if f.text() == p.hostLine || p.ownHost {
				line("conn.putheader(%s, %s)", pyQuote(f.name), pyQuote(p.hostLine))
				continue
			}
			line("conn.putheader(%s, %s)", pyQuote(f.name), pyField(&f))
		case f.is("Content-Length"):
			line("conn.putheader(%s, str(len(body)))", pyQuote(f.name))
		default:
			if !f.constant() {
				for _, v := range f.value {
					if v.env {
						imports["os"] = true
					}
				}
			}
			line("conn.putheader(%s, %s)", pyQuote(f.name), pyField(&f))
		}
	}
	if !p.hasHost {
		line(`conn.putheader("Host", %s)`, pyQuote(p.host))
	}
	switch {
	case p.chunked:
		// For a body of no bytes the library would write nothing, not the last chunk.
		if p.size == 0 {
			line("conn.endheaders()\nconn.send(b\"0\\r\\n\\r\\n\")")
		} else {
			line("conn.endheaders([body], encode_chunked=True)")
		}
	case p.size > 0:
		line("conn.endheaders(body)")
	default:
		line("conn.endheaders()")
	}
	line("answer = conn.getresponse()\nprint(answer.status, answer.read().decode(errors=\"replace\"))")
	if p.spaced {
		p.note("spacing", "One space stands after the colon of a header line.")
	}
	p.commonNotes()
	var head strings.Builder
	for _, name := range []string{"base64", "hashlib", "hmac", "http.client", "os", "time"} {
		if imports[name] {
			head.WriteString("import " + name + "\n")
		}
	}
	return head.String() + "\n" + b.String()
}

// pySigning writes the lines that make now and sig.
func (p *plan) pySigning(imports map[string]bool, line func(string, ...any)) {
	r := p.recipe
	if r == nil {
		return
	}
	imports["os"] = true
	line("secret = os.environ[%q]", SecretVariable)
	for _, prefix := range r.Strip {
		line("secret = secret.removeprefix(%s)", pyQuote(prefix))
	}
	if expression := pyTimes[r.Unit]; expression != "" {
		imports["time"] = true
		line("now = %s", expression)
	}
	key := "secret.encode()"
	switch {
	case r.Hash == "":
	case r.Secret == signer.SecretHex:
		key = "bytes.fromhex(secret)"
	case r.Secret == signer.SecretBase64:
		imports["base64"] = true
		key = `base64.b64decode(secret.replace("-", "+").replace("_", "/") + "==")`
	}
	sum := key
	if r.Hash != "" {
		imports["hashlib"] = true
		var content []string
		for _, s := range r.Content {
			content = append(content, map[signer.StepKind]string{signer.StepBody: "body", signer.StepTime: "now.encode()", signer.StepSecret: "secret.encode()", signer.StepText: "b" + pyBytes(s.Text)}[s.Kind])
		}
		if r.Keyed {
			imports["hmac"] = true
			sum = fmt.Sprintf("hmac.new(%s, %s, hashlib.%s).digest()", key, strings.Join(content, " + "), r.Hash)
		} else {
			sum = fmt.Sprintf("hashlib.%s(%s).digest()", r.Hash, strings.Join(content, " + "))
		}
	}
	switch r.Encoding {
	case signer.Hex:
		line("sig = %s.hex()", sum)
	case signer.HexUpper:
		line("sig = %s.hex().upper()", sum)
	case signer.Base64:
		imports["base64"] = true
		line("sig = base64.b64encode(%s).decode()", sum)
	case signer.Base64URL:
		imports["base64"] = true
		line(`sig = base64.urlsafe_b64encode(%s).decode().rstrip("=")`, sum)
	default:
		line(`sig = secret.encode().decode("latin-1")  # its bytes as they are`)
	}
}

var pyTimes = map[signer.Unit]string{
	signer.Seconds: "str(int(time.time()))", signer.Millis: "str(time.time_ns() // 1_000_000)", signer.Micros: "str(time.time_ns() // 1_000)",
	signer.RFC3339:  `time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())`,
	signer.HTTPDate: `time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())`,
}

// pyField is the value of a header line. The library writes text as Latin-1, so
// other text is given as its bytes.
func pyField(f *field) string {
	if f.constant() {
		if isASCII(f.text()) {
			return pyQuote(f.text())
		}
		if utf8.ValidString(f.text()) {
			return pyQuote(f.text()) + ".encode()"
		}
		return "b" + pyBytes(f.text())
	}
	return pyParts(f.value)
}

func pyParts(value []part) string {
	var words []string
	for _, v := range value {
		switch {
		case v.env:
			words = append(words, "os.environ["+pyQuote(v.from)+"]")
		case v.from != "":
			words = append(words, v.from)
		default:
			words = append(words, pyLatin(v.text))
		}
	}
	return strings.Join(words, " + ")
}

// pyLatin is text whose characters are the bytes of s.
func pyLatin(s string) string {
	if isASCII(s) {
		return pyQuote(s)
	}
	return pyBytes(s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
