package snippet_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/snippet"
	"github.com/boathook/boathook/proxy/wire"
)

// arrived is a request as it crossed the wire.
type arrived struct {
	head, framing, body []byte
	err                 error
}

func (a *arrived) request() *snippet.Request {
	return &snippet.Request{Head: a.head, Framing: a.framing, Body: a.body, Size: int64(len(a.body))}
}

// logger answers every request and hands on its bytes.
type logger struct {
	base string
	got  chan arrived
}

func newLogger(t *testing.T) *logger {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &logger{"http://" + ln.Addr().String(), make(chan arrived, 16)}
	done := make(chan struct{})
	t.Cleanup(func() {
		ln.Close()
		<-done
	})
	go func() {
		defer close(done)
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			l.got <- serve(c)
		}
	}()
	return l
}

func serve(c net.Conn) (a arrived) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second)) // a loopback socket has deadlines
	a = readRequest(c, func() { fmt.Fprint(c, "HTTP/1.1 100 Continue\r\n\r\n") })
	fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	return a
}

func readRequest(from io.Reader, goOn func()) (a arrived) {
	r := bufio.NewReader(from)
	var head *wire.RequestHead
	if a.head, head, a.err = wire.ReadRequestHead(r, 0, 0); a.err != nil {
		return a
	}
	if head.Fields.Value("Expect") != "" {
		goOn()
	}
	kind, length, err := head.Framing()
	if err != nil {
		a.err = err
		return a
	}
	b := wire.NewBodyReader(r, kind, length, wire.Limits{})
	if a.body, a.err = io.ReadAll(b); kind == wire.Chunked {
		a.framing = b.Framing()
	}
	return a
}

// next waits for what a program sent.
func (l *logger) next(t *testing.T) arrived {
	t.Helper()
	select {
	case a := <-l.got:
		return a
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was sent within 30 s")
		return arrived{}
	}
}

// recordedCase is a request that was recorded, and the codes of notes that a
// language may make about it.
type recordedCase struct {
	name, head, body string
	file             bool // the body is in a file
	allow            map[string][]string
	env              []string
	left             map[string]bool // languages that cannot send it at all
}

const jsonHead = "Content-Type: application/json\r\nUser-Agent: Sender/1.0\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n"

func recordedCases() []recordedCase {
	host := "Host: HOST\r\n"
	length := func(head, body string) string { return head + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) }
	const quotes = `{"name":"it's \"q\" $HOME ` + "`id`" + ` 日本 \\n !x","at":"@x"}` + "\n"
	binary := "a\x00\xff\xfe'\"\r\n$(id)\x1b[31m"
	long := strings.Repeat("line of a long body é\n", 14_000)
	bits := strings.Repeat("\x00\x01\xfe\xff", 40_000)
	nodeOnly := map[string][]string{"fetch": {"node"}}
	return []recordedCase{
		{name: "json", head: length("PUT /in/demo/a%20b?x=1&y=2 HTTP/1.1\r\n"+host+jsonHead, quotes), body: quotes},
		{name: "back quotes and backslashes", head: length("POST /in/demo HTTP/1.1\r\n"+host+jsonHead, "`a` \\ \"\nEND\n'END'\n"), body: "`a` \\ \"\nEND\n'END'\n"},
		{name: "lines and the quotes of languages", head: length("POST /in/demo HTTP/1.1\r\n"+host+jsonHead, "\n  {\"a\": '\\u00e9 \\x \\'}\n\n"), body: "\n  {\"a\": '\\u00e9 \\x \\'}\n\n"},
		{name: "lines and more quotes", head: length("POST /in/demo HTTP/1.1\r\n"+host+jsonHead, "a\n''' ${x} \"\"\" \\"), body: "a\n''' ${x} \"\"\" \\"},
		{name: "lines, a dollar and a quote last", head: length("POST /in/demo HTTP/1.1\r\n"+host+jsonHead, "a\n$x '"), body: "a\n$x '"},
		{name: "binary", head: length("POST /in/demo HTTP/1.1\r\n"+host+jsonHead, binary), body: binary},
		{name: "line ends", head: length("POST /in/demo HTTP/1.1\r\n"+host+jsonHead, "a\r\nb\rc\n\n"), body: "a\r\nb\rc\n\n"},
		{name: "invisible characters", head: length("POST /in/demo HTTP/1.1\r\n"+host+jsonHead, "\ufeffa\u202eb\u2028c😀"), body: "\ufeffa\u202eb\u2028c😀"},
		{name: "at sign first", head: length("POST /in/demo HTTP/1.1\r\n"+host+jsonHead, "@/etc/passwd"), body: "@/etc/passwd"},
		{name: "dash", head: length("POST /in/demo HTTP/1.1\r\n"+host+jsonHead, "-"), body: "-"},
		{name: "empty with a length", head: "POST /in/demo HTTP/1.1\r\n" + host + "User-Agent: x\r\nAccept: y\r\nAccept-Encoding: z\r\nContent-Length: 0\r\n\r\n"},
		{name: "empty without a length", head: "POST /in/demo HTTP/1.1\r\n" + host + "User-Agent: x\r\nAccept: y\r\nAccept-Encoding: z\r\n\r\n",
			allow: map[string][]string{"httpie": {"length"}, "go": {"length"}, "fetch": {"length"}}},
		{name: "get", head: "GET /in/demo/?q=a%2Bb&r=(1)*2 HTTP/1.1\r\n" + host + "\r\n"},
		{name: "get with a length", head: "GET / HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\n", allow: map[string][]string{"httpie": {"length"}, "go": {"length"}, "fetch": {"node"}}},
		{name: "get with a body", head: length("GET / HTTP/1.1\r\n"+host+jsonHead, "{}"), body: "{}", allow: nodeOnly},
		{name: "delete with a body", head: length("DELETE / HTTP/1.1\r\n"+host+jsonHead, "{}"), body: "{}"},
		{name: "head", head: "HEAD /x HTTP/1.1\r\n" + host + "\r\n"},
		{name: "head with a body", head: length("HEAD / HTTP/1.1\r\n"+host+jsonHead, "{}"), body: "{}", allow: map[string][]string{"curl": {"value"}, "fetch": {"node"}}},
		{name: "odd method", head: length("M-SEARCH /x HTTP/1.1\r\n"+host+jsonHead, "a"), body: "a", allow: map[string][]string{"httpie": {"value"}}, left: map[string]bool{"httpie": true}},
		{name: "method in small letters", head: length("post /x HTTP/1.1\r\n"+host+jsonHead, "a"), body: "a", allow: map[string][]string{"fetch": {"node", "value"}, "httpie": {"value"}}},
		{name: "chunked", head: "POST /x HTTP/1.1\r\n" + host + jsonHead + "Transfer-Encoding: chunked\r\n\r\n", body: "hello world"},
		{name: "chunked without bytes", head: "POST /x HTTP/1.1\r\n" + host + jsonHead + "Transfer-Encoding: chunked\r\n\r\n",
			allow: map[string][]string{"httpie": {"length"}, "go": {"length"}, "fetch": {"node"}}},
		{name: "repeats, case, order", head: length("POST /x HTTP/1.1\r\n"+host+"X-Two: 1\r\nx-two: 2\r\nX-Two: 3\r\nzeta: z\r\nAlpha: a\r\nCONTENT-TYPE: text/plain\r\n", "a"), body: "a", allow: nodeOnly},
		{name: "order of its own", head: length("POST /x HTTP/1.1\r\nzeta: z\r\nAccept: */*\r\nAlpha: a\r\n"+host, "a"), body: "a"},
		{name: "empty values and odd names", head: length("POST /x HTTP/1.1\r\n"+host+"X-Empty:\r\n!#$%&'*+-.^_`|~1: v\r\n1-Digit: d\r\n", "a"), body: "a"},
		{name: "odd values", head: length("POST /x HTTP/1.1\r\n"+host+"X-At: @/etc/passwd\r\nX-Eq: =1\r\nX-Colon: :2\r\nX-Json: {\"a\":\"b\\\"c\"}\r\nX-Shell: $HOME `id` !! \"q\" 'q' \\ %s\r\nX-Tab: a\tb\r\nX-Utf8: Ærø 日本\r\n", "a"), body: "a"},
		{name: "value with an escape of HTTPie", head: length("POST /x HTTP/1.1\r\n"+host+"X-B: a\\=b\r\n", "a"), body: "a", allow: map[string][]string{"httpie": {"value"}}},
		{name: "value that is no UTF-8", head: length("POST /x HTTP/1.1\r\n"+host+"X-Latin: caf\xe9 '%s\r\n", "a"), body: "a", allow: map[string][]string{"httpie": {"value"}}, left: map[string]bool{"httpie": true}},
		{name: "spacing", head: length("POST /x HTTP/1.1\r\n"+host+"X-A:   wide\r\nX-B:tight\r\n", "a"), body: "a"},
		{name: "odd address", head: length("POST //a/../b/./c?d=[1]{2}|%22%7e%2f'^ HTTP/1.1\r\n"+host+jsonHead, "a"), body: "a", allow: map[string][]string{"httpie": {"address"}, "fetch": {"node"}}},
		{name: "hash in the address", head: length("POST /a#b?c HTTP/1.1\r\n"+host+jsonHead, "a"), body: "a", allow: map[string][]string{"httpie": {"address"}, "fetch": {"node"}}},
		{name: "address that is no UTF-8", head: length("POST /caf\xe9/%zz HTTP/1.1\r\n"+host+jsonHead, "a"), body: "a", allow: map[string][]string{"httpie": {"address"}, "fetch": {"node"}}},
		{name: "asterisk", head: "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", allow: map[string][]string{"httpie": {"address", "length"}, "fetch": {"node"}}, left: map[string]bool{"httpie": true}},
		{name: "whole address", head: length("POST http://example.org/x?y HTTP/1.1\r\n"+host+jsonHead, "a"), body: "a", allow: map[string][]string{"httpie": {"address"}, "fetch": {"node"}}, left: map[string]bool{"httpie": true}},
		{name: "credentials", head: length("POST /x HTTP/1.1\r\n"+host+"Authorization: Bearer swordfish\r\nCookie: a=1\r\nX-Api-Key: k:e=y\r\n", "a"), body: "a", env: []string{"AUTHORIZATION=Bearer swordfish", "COOKIE=a=1", "X_API_KEY=k:e=y"}},
		{name: "credentials in the address", head: length("POST /x?a=1&token=sw%20ord&b=2 HTTP/1.1\r\n"+host+jsonHead, "a"), body: "a", env: []string{"QUERY_TOKEN=sw%20ord"}},
		{name: "credentials in an odd address", head: length("POST /x/../[y]?token=swordfish HTTP/1.1\r\n"+host+jsonHead, "a"), body: "a", env: []string{"QUERY_TOKEN=swordfish"}, allow: map[string][]string{"httpie": {"address"}, "fetch": {"node"}}},
		{name: "other host", head: length("POST /x HTTP/1.1\r\nHost: hooks.example.org\r\n"+jsonHead, "a"), body: "a", allow: nodeOnly},
		{name: "connection and expect", head: length("POST /x HTTP/1.1\r\n"+host+jsonHead+"Connection: close\r\nExpect: 100-continue\r\n", "a"), body: "a", allow: nodeOnly},
		{name: "long text in a file", head: length("POST /x HTTP/1.1\r\n"+host+jsonHead, long), body: long, file: true},
		{name: "two megabytes in a file", head: length("POST /x HTTP/1.1\r\n"+host+jsonHead, bits+bits+bits+bits+bits+bits+bits+bits+bits+bits+bits+bits+bits), body: strings.Repeat(bits, 13), file: true},
		{name: "long bytes within", head: length("POST /x HTTP/1.1\r\n"+host+jsonHead, bits), body: bits},
		{name: "long text within", head: length("POST /x HTTP/1.1\r\n"+host+jsonHead, long), body: long},
	}
}

// addedBy are header lines that a tool may add, as the notes say.
var addedBy = map[string][]string{
	"curl": {}, "python": {}, "raw": {}, "httpie": {"user-agent", "accept-encoding", "content-length"}, "go": {"content-length"},
	"fetch": {"connection", "accept", "accept-language", "sec-fetch-mode", "user-agent", "accept-encoding", "content-length"},
}

// programs are the programs of a language. Those of Go become one binary: what
// takes the time is the linker.
type programs struct {
	language string
	texts    []string
	binary   string
}

func (ps *programs) add(text string) int {
	ps.texts = append(ps.texts, text)
	return len(ps.texts) - 1
}

func (ps *programs) build(t *testing.T) {
	t.Helper()
	if ps.language != "go" {
		return
	}
	dir := t.TempDir()
	var calls strings.Builder
	for i, text := range ps.texts {
		const start = "\nfunc main() {\n"
		if strings.Count(text, start) != 1 {
			t.Fatalf("no main in\n%s", text)
		}
		written(dir, fmt.Sprintf("case%d.go", i), strings.Replace(text, start, fmt.Sprintf("\nfunc case%d() {\n", i), 1))
		fmt.Fprintf(&calls, "\tcase \"%d\":\n\t\tcase%d()\n", i, i)
	}
	written(dir, "main.go", "package main\n\nimport \"os\"\n\nfunc main() {\n\tswitch os.Args[1] {\n"+calls.String()+"\t}\n}\n")
	written(dir, "go.mod", "module programs\n\ngo 1.22\n")
	ps.binary = filepath.Join(dir, "programs")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", ps.binary, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func (ps *programs) command(ctx context.Context, no int, dir string) *exec.Cmd {
	text := ps.texts[no]
	switch ps.language {
	case "go":
		return exec.CommandContext(ctx, ps.binary, fmt.Sprint(no))
	case "python":
		return exec.CommandContext(ctx, "python3", written(dir, "main.py", text))
	case "fetch":
		return exec.CommandContext(ctx, "node", written(dir, "main.mjs", text))
	}
	return exec.CommandContext(ctx, "sh", written(dir, "main.sh", text))
}

func written(dir, name, text string) string {
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		panic(err)
	}
	return path
}

// needs says which program a language is run by.
var needs = map[string]string{"curl": "curl", "httpie": "http", "python": "python3", "fetch": "node", "go": "go"}

func credential(name string) bool {
	return slices.Contains([]string{"Authorization", "Cookie", "X-Api-Key"}, name)
}

// Every program sends what was recorded: the method, the target, the header lines
// and every byte of the body.
func TestProgramsSendWhatWasRecorded(t *testing.T) {
	t.Parallel()
	for _, language := range snippet.Languages {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			if tool := needs[language]; tool != "" {
				if _, err := exec.LookPath(tool); err != nil {
					t.Skipf("left out: %s is not installed, so its programs are not run", tool)
				}
			}
			if language == "go" && testing.Short() {
				t.Skip("left out: it runs the compiler")
			}
			l := newLogger(t)
			all := &programs{language: language}
			var checks []func(t *testing.T)
			var names []string
			for _, c := range recordedCases() {
				if !c.left[language] {
					checks = append(checks, writeCase(t, l, all, &c))
					names = append(names, c.name)
				}
			}
			all.build(t)
			for i, check := range checks {
				t.Run(names[i], check)
			}
		})
	}
}

// writeCase writes the program of a case, and answers what runs and checks it.
func writeCase(t *testing.T, l *logger, all *programs, c *recordedCase) func(t *testing.T) {
	t.Helper()
	language := all.language
	_, host, _ := strings.Cut(l.base, "://")
	framed := c.body
	if strings.Contains(c.head, "chunked") {
		framed = "0\r\n\r\n"
		if c.body != "" {
			framed = fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(c.body), c.body)
		}
	}
	sent := readRequest(strings.NewReader(strings.Replace(c.head, "Host: HOST", "Host: "+host, 1)+framed), func() {})
	if sent.err != nil {
		t.Fatal(sent.err)
	}
	r := sent.request()
	r.Base = l.base
	opt := snippet.Options{Language: language, Credential: credential, Parameter: func(name string) bool { return name == "token" }}
	dir := t.TempDir()
	if c.file {
		opt.File = "1.body"
		written(dir, opt.File, c.body)
		r.Body = nil
	}
	p, err := snippet.Write(r, opt)
	if err != nil {
		t.Fatal(err)
	}
	no := all.add(p.Text)
	return func(t *testing.T) { checkCase(t, l, all, c, p, sent, no, dir) }
}

func checkCase(t *testing.T, l *logger, all *programs, c *recordedCase, p *snippet.Program, sent arrived, no int, dir string) {
	t.Helper()
	language := all.language
	for _, n := range p.Notes {
		if slices.Contains([]string{"address", "value", "length", "node"}, n.Code) && !slices.Contains(c.allow[language], n.Code) {
			t.Errorf("note %s: %s", n.Code, n.Text)
		}
	}
	for _, e := range c.env {
		if _, value, _ := strings.Cut(e, "="); strings.Contains(p.Text, value) {
			t.Errorf("a credential stands in\n%s", p.Text)
		}
	}
	got := l.run(t, all, no, p, dir, c.env)
	if got.err != nil {
		t.Fatalf("%v\n%.2000s", got.err, p.Text)
	}
	noted := func(code string) bool {
		return slices.ContainsFunc(p.Notes, func(n snippet.Note) bool { return n.Code == code })
	}
	if bodyless := language == "curl" && c.name == "head with a body"; !bytes.Equal(got.body, sent.body) && !bodyless {
		t.Errorf("body of %d bytes, want %d: %.200q\n%.2000s", len(got.body), len(sent.body), got.body, p.Text)
	}
	if language == "raw" || language == "python" && !noted("spacing") {
		if !bytes.Equal(got.head, sent.head) {
			t.Errorf("head\n%s\nwant\n%s\n%.2000s", got.head, sent.head, p.Text)
		}
		return
	}
	compareHeads(t, language, inspector.ParseHead(got.head), inspector.ParseHead(sent.head), noted)
	if t.Failed() {
		t.Logf("%.3000s", p.Text)
	}
}

// run runs a program and says what arrived.
func (l *logger) run(t *testing.T, all *programs, no int, p *snippet.Program, dir string, env []string) arrived {
	t.Helper()
	if all.language == "raw" {
		text := p.Text
		for _, e := range env {
			name, value, _ := strings.Cut(e, "=")
			text = strings.Replace(text, "$"+name, value, 1)
		}
		if p.File != "" {
			body, err := os.ReadFile(filepath.Join(dir, p.File))
			if err != nil {
				t.Fatal(err)
			}
			text += string(body)
		}
		return readRequest(strings.NewReader(text), func() {})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := all.command(ctx, no, dir)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append(env, "NODE_NO_WARNINGS=1")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%.3000s", err, out, p.Text)
	}
	return l.next(t)
}

func compareHeads(t *testing.T, language string, got, want inspector.Head, noted func(string) bool) {
	t.Helper()
	if got.Start != want.Start && !noted("address") && !(noted("value") && strings.EqualFold(got.Start, want.Start)) {
		t.Errorf("start %q, want %q", got.Start, want.Start)
	}
	has := func(h inspector.Head, f inspector.Field) bool { return slices.Contains(h.Fields, f) }
	for _, f := range want.Fields {
		lower := strings.ToLower(f.Name)
		switch {
		case has(got, f), slices.Contains([]string{"host", "content-length", "transfer-encoding"}, lower) && got.Value(lower) == f.Value:
		case lower == "content-length" && noted("length"), lower == "transfer-encoding" && noted("length"):
		case noted("value"):
		default:
			t.Errorf("no line %q in\n%+v", f, got.Fields)
		}
	}
	for _, f := range got.Fields {
		lower := strings.ToLower(f.Name)
		if want.Value(lower) == "" && !has(want, f) && !slices.Contains(addedBy[language], lower) {
			t.Errorf("the line %q was added", f)
		}
	}
	if n, m := count(got, want), count(want, want); n != m {
		t.Errorf("%d recorded lines arrived, want %d:\n%+v", n, m, got.Fields)
	}
	// The order of the others is kept, but by Go, which sorts, and HTTPie for those
	// it writes itself.
	if language == "go" {
		return
	}
	own := []string{"host", "content-length", "transfer-encoding"}
	if language == "httpie" {
		own = append(own, "user-agent", "accept", "accept-encoding", "connection", "content-type")
	}
	rest := func(h inspector.Head) (names []string) {
		for _, f := range h.Fields {
			if lower := strings.ToLower(f.Name); !slices.Contains(own, lower) && want.Value(lower) != "" {
				names = append(names, f.Name)
			}
		}
		return names
	}
	if a, b := rest(got), rest(want); !slices.Equal(a, b) {
		t.Errorf("order %q, want %q", a, b)
	}
}

// count is how many lines of h have a name that the recorded request has; Host and
// framing are told apart elsewhere.
func count(h, want inspector.Head) (n int) {
	for _, f := range h.Fields {
		switch lower := strings.ToLower(f.Name); lower {
		case "host", "content-length", "transfer-encoding":
		default:
			if slices.ContainsFunc(want.Fields, func(w inspector.Field) bool { return strings.EqualFold(w.Name, lower) }) {
				n++
			}
		}
	}
	return n
}
