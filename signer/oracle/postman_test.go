package oracle

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
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
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/proxy/wire"
)

//go:embed node/postman.json
var postmanPackage []byte

// Postman's own runner reads a collection that was exported, and sends what was
// recorded: method, target, header lines and body.
func TestPostmanSendsACollection(t *testing.T) {
	t.Parallel()
	dir := installNode(t, postmanPackage)
	store := memstore.New()
	defer store.Close()
	ids := inspector.NewIDs(inspector.ID{})
	requests := []string{
		"POST /in/demo/a%20b?x=1&y=it's&token=tok-1 HTTP/1.1\r\nHost: h\r\nUser-Agent: a\r\nX-Odd: {\"a\":\"b\"}\r\nX-Two: 1\r\nX-Two: 2\r\nContent-Type: application/json\r\nAuthorization: Bearer one\r\nContent-Length: 21\r\n\r\n{\"it's\":\"$HOME\\n日本\"}",
		"GET /x HTTP/1.1\r\nHost: h\r\nAccept: text/plain\r\n\r\n",
		"GET /:id//y?flag&empty=&& HTTP/1.1\r\nHost: h\r\nX-Braces: {{unknown}}\r\n\r\n",
		"DELETE /x/ HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\na\r\nb\r\n\t",
	}
	requests[0] = strings.Replace(requests[0], "Content-Length: 21", fmt.Sprintf("Content-Length: %d", len(requests[0])-strings.Index(requests[0], "\r\n\r\n")-4), 1)
	for _, r := range requests {
		res, err := portable.Import(t.Context(), strings.NewReader(r), store, inspector.DefaultWorkspace, ids, portable.ImportOptions{Format: portable.Raw})
		if err != nil || res.Imported != 1 {
			t.Fatalf("%+v, %v", res, err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := make(chan string, 8)
	go logRequests(l, got)
	var file bytes.Buffer
	if _, err := portable.Export(t.Context(), &file, store, inspector.DefaultWorkspace, nil, portable.ExportOptions{Format: portable.Postman, Capture: "http://127.0.0.1:1"}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "collection.json")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "node_modules", ".bin", "newman"), "run", path,
		"--env-var", "target=http://"+l.Addr().String(), "--env-var", "AUTHORIZATION=Bearer one", "--env-var", "QUERY_TOKEN=tok-1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, &file)
	}
	for _, want := range requests {
		request := <-got
		if request, want := lines(request), lines(want); !slices.Equal(request, want) {
			t.Errorf("%q\nwant\n%q", request, want)
		}
	}
}

// lines are the start line, the header lines by name but for Host and what Postman
// writes itself, and the body.
func lines(request string) []string {
	head, body, _ := strings.Cut(request, "\r\n\r\n")
	all := strings.Split(head, "\r\n")
	var fields []string
	for _, l := range all[1:] {
		name, _, _ := strings.Cut(strings.ToLower(l), ":")
		if !slices.Contains([]string{"host", "connection", "content-length", "accept-encoding"}, name) {
			fields = append(fields, l)
		}
	}
	slices.Sort(fields)
	return append(append([]string{all[0]}, fields...), body)
}

// logRequests answers every request and hands on its bytes.
func logRequests(l net.Listener, got chan<- string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		r := bufio.NewReader(c)
		raw, head, err := wire.ReadRequestHead(r, 0, 0)
		if err == nil {
			var body []byte
			if kind, length, ferr := head.Framing(); ferr == nil {
				body, err = io.ReadAll(wire.NewBodyReader(r, kind, length, wire.Limits{}))
			}
			got <- string(raw) + string(body)
		}
		if err != nil {
			got <- "error: " + err.Error()
		}
		fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		c.Close()
	}
}
