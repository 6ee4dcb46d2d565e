package portable_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/portable"
)

func TestCurlRoundTrip(t *testing.T) {
	t.Parallel()
	from, to := newStore(t), newStore(t)
	fill(t, from)
	file := export(t, from, portable.ExportOptions{Format: portable.Curl, Secrets: true, Capture: "http://127.0.0.1:4601"})
	res := read(t, to, file, portable.ImportOptions{})
	if res.Format != portable.Curl || res.Imported != 8 || res.Failed != 0 {
		t.Fatalf("%+v", res)
	}
	out, in := everything(t, from), everything(t, to)
	for i := range out {
		want, got := out[i].Bodies[out[i].Attempts[0].BodyKey(inspector.Request).String()], in[i].Bodies[in[i].Attempts[0].BodyKey(inspector.Request).String()]
		if want != got {
			t.Errorf("%s: body of %d bytes became %d", out[i].Row.Target, len(want), len(got))
		}
		if head := string(in[i].Attempts[0].Request.Head); !strings.Contains(head, "x-odd: twice\r\n") || !strings.Contains(head, "Host: example.org\r\n") {
			t.Errorf("head %q", head)
		}
	}
}

// Files are read at once as well, each by itself.
func TestCurlsAreReadAtOnce(t *testing.T) {
	t.Parallel()
	var readers sync.WaitGroup
	for i := range 4 {
		readers.Go(func() {
			to := newStore(t)
			for j := range 50 {
				file := fmt.Sprintf("curl 'http://127.0.0.1:4601/in/%d' --data-raw 'n=%d'\n", i, j)
				res, err := portable.Import(t.Context(), strings.NewReader(file), to, ws, inspector.NewIDs(inspector.ID{}), portable.ImportOptions{})
				if err != nil || res.Imported != 1 {
					t.Errorf("%s: %+v, %v", file, res, err)
				}
			}
		})
	}
	readers.Wait()
}

// The script does what was recorded, and nothing that a body says.
func TestCurlScriptRuns(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("left out: curl is not installed")
	}
	from := newStore(t)
	fill(t, from)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := make(chan string, 16)
	go serve(l, got)
	file := export(t, from, portable.ExportOptions{Format: portable.Curl, Secrets: true, Capture: "http://" + l.Addr().String()})
	path := filepath.Join(t.TempDir(), "script.sh")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "sh", path).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	all := everything(t, from)
	for i := len(all) - 1; i >= 0; i-- {
		request := <-got
		head, body, _ := strings.Cut(request, "\r\n\r\n")
		if want := all[i].Bodies[all[i].Attempts[0].BodyKey(inspector.Request).String()]; body != want {
			t.Errorf("%s: body of %d bytes, want %d", all[i].Row.Target, len(body), len(want))
		}
		for _, want := range []string{"POST " + all[i].Row.Target + " HTTP/1.1", "\r\nHost: example.org", "\r\nX-ODD:  spaced ", "\r\nx-odd: twice", "\r\nAuthorization: Bearer abc"} {
			if !strings.Contains(head, want) {
				t.Errorf("%s: no %q in\n%s", all[i].Row.Target, want, head)
			}
		}
	}
}

func TestCurlForms(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ command, start, header, body, mistake string }{
		{command: `curl -d '{"a":1}' http://127.0.0.1:4601/in/demo`, start: "POST /in/demo HTTP/1.1", header: "Content-Type: application/x-www-form-urlencoded", body: `{"a":1}`},
		{command: `curl http://127.0.0.1:4601`, start: "GET / HTTP/1.1", header: "Host: 127.0.0.1:4601"},
		{command: "curl -sSXPUT -H'A: b' \\\n  --data-raw $'x\\ny' example.org/p?q=1", start: "PUT /p?q=1 HTTP/1.1", header: "A: b", body: "x\ny"},
		{command: `curl -d a=1 -d b=2 http://x/`, start: "POST / HTTP/1.1", body: "a=1&b=2"},
		{command: `curl -G -d a=1 http://x/?z=0`, start: "GET /?z=0&a=1 HTTP/1.1"},
		{command: `curl --json '{}' http://x/`, start: "POST / HTTP/1.1", header: "Content-Type: application/json", body: "{}"},
		{command: `curl -u me:pw -H 'Host: other' -I http://x/`, start: "HEAD / HTTP/1.1", header: "Authorization: Basic bWU6cHc="},
		{command: `curl --data-urlencode 'a=b c' -H 'User-Agent:' http://x/`, start: "POST / HTTP/1.1", body: "a=b+c"},
		{command: "curl --data-binary @- http://x/ <<'E'\nline $HOME\nE\n", start: "POST / HTTP/1.1", body: "line $HOME\n"},
		{command: `curl -d "$SECRET" http://x/`, mistake: "variable SECRET"},
		{command: `curl -d "$(cat /etc/passwd)" http://x/`, mistake: "runs another command"},
		{command: `curl -d @/etc/passwd http://x/`, mistake: "is not read"},
		{command: `curl -d x {1..100000000}`, mistake: "stands for several"},
		{command: `cat x | curl -d @- http://x/`, mistake: "pipes into curl"},
		{command: `curl -F a=b http://x/`, mistake: "-F is not read"},
		{command: `curl --frobnicate 1 http://x/`, mistake: "not known"},
		{command: `curl -d x`, mistake: "no address"},
		{command: `curl -H`, mistake: "has no value"},
		{command: `curl 'http://x/`, mistake: "no shell command"},
		{command: "curl -H $'A: b\\r\\nC: d' http://x/", mistake: "control characters"},
		{command: `curl -X 'A B' http://x/`, mistake: "no HTTP method"},
	} {
		s := newStore(t)
		res := read(t, s, []byte(tt.command), portable.ImportOptions{Format: portable.Curl})
		if tt.mistake != "" {
			if res.Failed != 1 || !strings.Contains(res.Errors[0].String(), tt.mistake) {
				t.Errorf("%s: %+v, want a mistake that says %q", tt.command, res, tt.mistake)
			}
			continue
		}
		if res.Imported != 1 {
			t.Errorf("%s: %+v", tt.command, res)
			continue
		}
		v := everything(t, s)[0]
		head := string(v.Attempts[0].Request.Head)
		if !strings.HasPrefix(head, tt.start+"\r\n") || !strings.Contains(head, tt.header) {
			t.Errorf("%s: head %q", tt.command, head)
		}
		if got := v.Bodies[v.Attempts[0].BodyKey(inspector.Request).String()]; got != tt.body {
			t.Errorf("%s: body %q, want %q", tt.command, got, tt.body)
		}
	}
}
