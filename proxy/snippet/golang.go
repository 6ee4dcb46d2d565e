package snippet

import (
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/boathook/boathook/signer"
)

// golang writes a program for Go.
func (p *plan) golang() string {
	g := &goProgram{plan: p, imports: map[string]bool{"fmt": true, "io": true, "log": true, "net/http": true}}
	g.readBody()
	g.signing()
	g.request()
	names := make([]string, 0, len(g.imports))
	for name := range g.imports {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n")
	for _, name := range names {
		b.WriteString("\t" + strconv.Quote(name) + "\n")
	}
	b.WriteString(")\n\nfunc main() {\n")
	for _, l := range g.lines {
		b.WriteString("\t" + l + "\n")
	}
	b.WriteString("}\n")
	p.goNotes()
	return b.String()
}

type goProgram struct {
	*plan
	imports map[string]bool
	lines   []string
	reader  string // of the body
}

func (g *goProgram) line(format string, args ...any) {
	g.lines = append(g.lines, fmt.Sprintf(format, args...))
}

func (g *goProgram) fatal() { g.lines = append(g.lines, "if err != nil {", "\tlog.Fatal(err)", "}") }

func (g *goProgram) use(names ...string) {
	for _, name := range names {
		g.imports[name] = true
	}
}

func (g *goProgram) readBody() {
	g.reader = "nil"
	switch {
	case g.size == 0 && g.recipe == nil:
		return
	case g.File != "":
		g.use("os")
		g.line("body, err := os.ReadFile(%s)", strconv.Quote(g.File))
		g.fatal()
	case isText(string(g.body)):
		g.line("body := []byte(%s)", goText(string(g.body)))
	default:
		g.use("encoding/base64")
		g.line("body, err := base64.StdEncoding.DecodeString(%q)", oneLine64(g.body))
		g.fatal()
	}
	if g.size > 0 {
		g.use("bytes")
		g.reader = "bytes.NewReader(body)"
	}
}

func (g *goProgram) signing() {
	r := g.recipe
	if r == nil {
		return
	}
	g.use("os")
	g.line("secret := os.Getenv(%q)", SecretVariable)
	for _, prefix := range r.Strip {
		g.use("strings")
		g.line("secret = strings.TrimPrefix(secret, %q)", prefix)
	}
	if expression := goTimes[r.Unit]; expression != "" {
		g.use("time")
		if strings.Contains(expression, "strconv") {
			g.use("strconv")
		}
		g.line("now := %s", expression)
	}
	key := "[]byte(secret)"
	if r.Hash != "" && r.Secret != signer.SecretText {
		key = "key"
		if r.Secret == signer.SecretHex {
			g.use("encoding/hex")
			g.line("key, err := hex.DecodeString(secret)")
		} else {
			g.use("encoding/base64", "strings")
			g.line(`key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(secret), "="))`)
		}
		g.fatal()
	}
	sum := key
	if r.Hash != "" {
		of := map[string][2]string{"sha1": {"crypto/sha1", "sha1.New"}, "sha256": {"crypto/sha256", "sha256.New"}, "sha384": {"crypto/sha512", "sha512.New384"}, "sha512": {"crypto/sha512", "sha512.New"}}[r.Hash]
		g.use(of[0])
		if r.Keyed {
			g.use("crypto/hmac")
			g.line("mac := hmac.New(%s, %s)", of[1], key)
		} else {
			g.line("mac := %s()", of[1])
		}
		for _, s := range r.Content {
			switch s.Kind {
			case signer.StepBody:
				g.line("mac.Write(body)")
			case signer.StepTime:
				g.line("io.WriteString(mac, now)")
			case signer.StepSecret:
				g.line("io.WriteString(mac, secret)")
			default:
				g.line("io.WriteString(mac, %s)", strconv.Quote(s.Text))
			}
		}
		sum = "mac.Sum(nil)"
	}
	switch r.Encoding {
	case signer.Hex, signer.HexUpper:
		g.use("encoding/hex")
		expression := "hex.EncodeToString(" + sum + ")"
		if r.Encoding == signer.HexUpper {
			g.use("strings")
			expression = "strings.ToUpper(" + expression + ")"
		}
		g.line("sig := %s", expression)
	case signer.Base64, signer.Base64URL:
		g.use("encoding/base64")
		g.line("sig := base64.%s.EncodeToString(%s)", map[signer.Encoding]string{signer.Base64: "StdEncoding", signer.Base64URL: "RawURLEncoding"}[r.Encoding], sum)
	default:
		g.line("sig := secret")
	}
}

var goTimes = map[signer.Unit]string{
	signer.Seconds: "strconv.FormatInt(time.Now().Unix(), 10)", signer.Millis: "strconv.FormatInt(time.Now().UnixMilli(), 10)",
	signer.Micros: "strconv.FormatInt(time.Now().UnixMicro(), 10)", signer.RFC3339: "time.Now().UTC().Format(time.RFC3339)",
	signer.HTTPDate: "time.Now().UTC().Format(http.TimeFormat)",
}

func (g *goProgram) request() {
	if g.size == 0 && g.recipe != nil && !g.signs(signer.StepBody) {
		g.line("_ = body")
	}
	address, opaque := g.base+g.target, false
	if u, err := url.Parse(address); err != nil || u.RequestURI() != g.target {
		address, opaque = g.base, true
	}
	g.line("req, err := http.NewRequest(%s, %s, %s)", strconv.Quote(g.method), g.goParts(address, opaque), g.reader)
	g.fatal()
	if opaque {
		g.line("req.URL.Opaque = %s // written as it is", g.words(g.address))
	}
	if g.hasHost && g.hostLine != g.host {
		g.line("req.Host = %s", strconv.Quote(g.hostLine))
	}
	g.headers()
	if g.chunked && g.size > 0 {
		g.line(`req.ContentLength, req.TransferEncoding = -1, []string{"chunked"}`)
	}
	g.line("res, err := (&http.Transport{DisableCompression: true}).RoundTrip(req)")
	g.fatal()
	g.line("defer res.Body.Close()")
	g.line("answer, err := io.ReadAll(res.Body)")
	g.fatal()
	g.line("fmt.Println(res.Status, string(answer))")
}

// goParts is the address to connect to.
func (g *goProgram) goParts(base string, opaque bool) string {
	if opaque {
		return strconv.Quote(base)
	}
	return g.words(g.to(g.base))
}

// words is a text made of parts.
func (g *goProgram) words(parts []part) string {
	var words []string
	for _, v := range parts {
		switch {
		case v.env:
			g.use("os")
			words = append(words, "os.Getenv("+strconv.Quote(v.from)+")")
		case v.from != "":
			words = append(words, v.from)
		default:
			words = append(words, goText(v.text))
		}
	}
	return strings.Join(words, " + ")
}

func (p *plan) signs(kind signer.StepKind) bool {
	return p.recipe.Hash != "" && slices.ContainsFunc(p.recipe.Content, func(s signer.Step) bool { return s.Kind == kind })
}

// headers sets them under their own names: Set would write them in another case.
func (g *goProgram) headers() {
	if !slices.ContainsFunc(g.fields, func(f field) bool { return f.name == "User-Agent" }) {
		g.line(`req.Header["User-Agent"] = nil // or Go adds its own`)
	}
	values := map[string][]string{}
	var names []string
	for _, f := range g.fields {
		if values[f.name] == nil {
			names = append(names, f.name)
		}
		values[f.name] = append(values[f.name], g.words(f.value))
	}
	for _, name := range names {
		g.line("req.Header[%s] = []string{%s}", strconv.Quote(name), strings.Join(values[name], ", "))
	}
}

func (p *plan) goNotes() {
	p.note("order", "Go writes Host, User-Agent and Content-Length first, then the header lines by name.")
	switch {
	case p.size == 0 && !p.length && slices.Contains([]string{"POST", "PUT", "PATCH"}, p.method):
		p.note("length", "Go adds Content-Length: 0.")
	case p.size == 0 && p.length && !slices.Contains([]string{"POST", "PUT", "PATCH"}, p.method):
		p.note("length", "Go leaves out Content-Length: 0.")
	case p.size == 0 && p.chunked:
		p.note("length", "Go sends no chunked body without bytes.")
	}
	if strings.HasPrefix(p.target, "//") {
		if u, err := url.Parse(p.base + p.target); err != nil || u.RequestURI() != p.target {
			p.note("address", "Go writes the address in its own way; curl sends it as it was.")
		}
	}
	if p.spaced {
		p.note("spacing", "One space stands after the colon of a header line.")
	}
	p.commonNotes()
}
