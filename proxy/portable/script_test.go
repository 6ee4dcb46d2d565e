package portable_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/portable"
)

// odd are requests whose heads and bodies are hard to write in another form.
func odd(t *testing.T, s inspector.Store) []string {
	t.Helper()
	var all []string
	for _, r := range []struct{ head, body string }{
		{"POST /in/demo/a?x=it's&y=%20 HTTP/1.1\r\nHost: h\r\nUser-Agent: a\r\nX-Two: 1\r\nx-two: 2\r\nX-Empty:\r\n", `{"it's":"$HOME \"q\" ` + "`id`" + `"}`},
		{"PUT /a/../b/[c]?d=\"e\"|^ HTTP/1.1\r\nHost: h\r\nX-Value: {\"a\":\"b'c\"} $HOME\r\n", "\x00\xff\r\nbinary"},
		{"DELETE /x HTTP/1.1\r\nHost: other.example.org\r\nAuthorization: Bearer one\r\n", ""},
		{"POST /x?token=tok%201 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer two\r\nX-Latin: caf\xe9\r\n", "line\nline\n"},
		{"POST /x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer one\r\nAccept: */*\r\n", strings.Repeat("long ", 40_000)},
		{"GET /x HTTP/1.1\r\nHost: h\r\n", ""},
		{"HEAD /x HTTP/1.1\r\nHost: h\r\n", ""},
		{"OPTIONS * HTTP/1.1\r\nHost: h\r\n", ""},
	} {
		head := r.head
		if r.body != "" {
			head += fmt.Sprintf("Content-Length: %d\r\n", len(r.body))
		}
		all = append(all, head+"\r\n"+r.body)
		if res := read(t, s, []byte(head+"\r\n"+r.body), portable.ImportOptions{Format: portable.Raw}); res.Imported != 1 {
			t.Fatalf("%q: %+v", head, res)
		}
	}
	return all
}

// likeCurl is a request in the order in which curl writes it: Host first, then the
// lines as they were, the length last.
func likeCurl(request string) string {
	head, body, _ := strings.Cut(request, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	host, length, rest := "", "", []string{}
	for _, l := range lines[1:] {
		switch lower := strings.ToLower(l); {
		case strings.HasPrefix(lower, "host:"):
			host = l
		case strings.HasPrefix(lower, "content-length:"):
			length = l
		default:
			name, value, _ := strings.Cut(l, ":")
			rest = append(rest, name+": "+strings.TrimSpace(value))
		}
	}
	out := append([]string{lines[0], host}, rest...)
	if length != "" {
		out = append(out, length)
	}
	return strings.Join(out, "\n") + "\n\n" + body
}

// What is exported as curl is the same request when it is imported again.
func TestCurlIsTheSameRequest(t *testing.T) {
	t.Parallel()
	from, to := newStore(t), newStore(t)
	want := odd(t, from)
	file := export(t, from, portable.ExportOptions{Format: portable.Curl, Secrets: true, Capture: "http://127.0.0.1:4601"})
	if res := read(t, to, file, portable.ImportOptions{}); res.Format != portable.Curl || res.Imported != len(want) || res.Failed != 0 {
		t.Fatalf("%+v\n%s", res, file)
	}
	all := everything(t, to)
	for i, v := range all {
		a := v.Attempts[0]
		got := string(a.Request.Head) + v.Bodies[a.BodyKey(inspector.Request).String()]
		if w := likeCurl(want[len(all)-1-i]); likeCurl(got) != w {
			t.Errorf("%.500q\nwant\n%.500q", likeCurl(got), w)
		}
	}
}

// The script sends every request again, with credentials from the environment, to
// where it is told.
func TestScriptRuns(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("left out: %s is not installed, so the script is not run", tool)
		}
	}
	from := newStore(t)
	want := odd(t, from)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := make(chan string, 16)
	go serve(l, got)
	file := export(t, from, portable.ExportOptions{Format: portable.Script, Capture: "http://127.0.0.1:1"})
	for _, secret := range []string{"Bearer one", "Bearer two", "tok%201"} {
		if strings.Contains(string(file), secret) {
			t.Errorf("%q stands in the script", secret)
		}
	}
	path := filepath.Join(t.TempDir(), "again.sh")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(env ...string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "bash", path)
		cmd.Env = append(os.Environ(), append(env, "TARGET=http://"+l.Addr().String())...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := run("AUTHORIZATION=Bearer one")
	if err == nil || !strings.Contains(out, "AUTHORIZATION_2: set it to the value of the header Authorization") || len(got) != 0 {
		t.Fatalf("without a credential: %v, %d requests, %s", err, len(got), out)
	}
	out, err = run("AUTHORIZATION=Bearer one", "AUTHORIZATION_2=Bearer two", "QUERY_TOKEN=tok%201")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for i, w := range want {
		if request := <-got; likeCurl(request) != likeCurl(w) {
			t.Errorf("%d: %.500q\nwant\n%.500q", i, likeCurl(request), likeCurl(w))
		}
	}
	for _, w := range []string{"[1/8] #1 POST /in/demo/a  200", "[8/8] #8 OPTIONS *  200", "8 sent"} {
		if !strings.Contains(out, w) {
			t.Errorf("no %q in\n%s", w, out)
		}
	}
}

// A collection has what Postman's format asks for. That Postman's own runner sends
// it as it was recorded is held by the tests of signer/oracle.
func TestPostmanCollection(t *testing.T) {
	t.Parallel()
	from := newStore(t)
	want := odd(t, from)
	file := export(t, from, portable.ExportOptions{Format: portable.Postman, Capture: "http://127.0.0.1:4601"})
	v := readCollection(t, file)
	if *v.Info.Schema != "https://schema.getpostman.com/json/collection/v2.1.0/collection.json" || len(v.Item) != len(want) {
		t.Fatalf("%d items, %+v", len(v.Item), *v.Info)
	}
	if u := v.Item[0].Request; u.Method != "POST" || u.URL.Raw != "{{target}}/in/demo/a?x=it's&y=%20" || len(u.Header) != 5 || u.Body.Raw != want[0][len(want[0])-len(u.Body.Raw):] {
		t.Errorf("%+v", u)
	}
	if b := v.Item[1].Request.Body; b.Mode != "file" || b.File.Src != "000002-0-request.body" {
		t.Errorf("%+v", b)
	}
	if b := v.Item[7].Request; b.URL.Raw != "{{target}}/*" || !strings.Contains(b.Description, "which is no path") {
		t.Errorf("%+v", b)
	}
	var names []string
	for _, x := range v.Variable {
		names = append(names, *x.Key+"="+x.Value)
	}
	if got := strings.Join(names, " "); got != "target=http://127.0.0.1:4601 AUTHORIZATION= QUERY_TOKEN= AUTHORIZATION_2=" {
		t.Errorf("variables %s", got)
	}
	for _, secret := range []string{"Bearer one", "tok%201"} {
		if strings.Contains(string(file), secret) {
			t.Errorf("%q stands in the collection", secret)
		}
	}
	whole := string(export(t, from, portable.ExportOptions{Format: portable.Postman, Secrets: true, Capture: "http://x"}))
	if !strings.Contains(whole, "Bearer one") || !strings.Contains(whole, "tok%201") {
		t.Error("with secrets they are missing")
	}
}
