package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// captureAddr is where raw connections to the capture port go.
func (s *server) captureAddr() string {
	addr := strings.TrimPrefix(s.Capture, "http://")
	addr, _, _ = strings.Cut(addr, "/")
	return addr
}

// exchange writes raw on a connection and reads one answer.
func exchange(t *testing.T, conn net.Conn, in *bufio.Reader, raw []byte, method string) *http.Response {
	t.Helper()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(raw); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(in, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("no answer to %.200q: %v", raw, err)
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res
}

// randomRequest makes a valid HTTP/1.1 request that normalising servers would
// change: odd case, repeats, spacing, raw bytes, chunk extensions, trailers.
// It returns the wire bytes, the body alone and the method.
func randomRequest(r *rand.Rand, target string, body []byte) (raw, plain []byte, method string) {
	methods := []string{"POST", "PUT", "PATCH", "DELETE", "GET", "OPTIONS", "PURGE", "QUERY", "post", "PROPFIND", "X!#$%&'*+-.^_`|~9"}
	method = methods[r.IntN(len(methods))]
	names := []string{"X-Custom", "x-custom", "X-CUSTOM", "Accept", "User-Agent", "cookie", "X-Empty", "X_Under", "Content-type", "eTag", "X-GitHub-Event"}
	values := []string{"", "a", "  padded  ", "tab\there", "caf\xe9 \xff", "ünï", "a,b;c=\"d\"", strings.Repeat("long", 200), `{"json":true}`}
	pads := []string{"", " ", "  ", "\t", " \t "}

	var head bytes.Buffer
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\n", method, target)
	lines := []string{"Host:" + pads[r.IntN(len(pads))] + "127.0.0.1"}
	for range r.IntN(12) {
		lines = append(lines, names[r.IntN(len(names))]+":"+pads[r.IntN(len(pads))]+values[r.IntN(len(values))]+pads[r.IntN(len(pads))])
	}
	var wire bytes.Buffer
	switch {
	case body == nil:
	case r.IntN(2) == 0:
		lines = append(lines, fmt.Sprintf("content-LENGTH: %d", len(body)))
		wire.Write(body)
	default:
		lines = append(lines, "Transfer-Encoding: chunked")
		for rest := body; len(rest) > 0; {
			n := min(1+r.IntN(4096), len(rest))
			ext := []string{"", ";a=b", ";x", `;q="z"`}[r.IntN(4)]
			fmt.Fprintf(&wire, []string{"%x", "%X", "0%x"}[r.IntN(3)]+"%s\r\n", n, ext)
			wire.Write(rest[:n])
			wire.WriteString("\r\n")
			rest = rest[n:]
		}
		wire.WriteString("0\r\n")
		for range r.IntN(3) {
			wire.WriteString("X-Trailer: v" + fmt.Sprint(r.IntN(9)) + "\r\n")
		}
		wire.WriteString("\r\n")
	}
	r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	for _, line := range lines {
		head.WriteString(line + "\r\n")
	}
	head.WriteString("\r\n")
	return append(head.Bytes(), wire.Bytes()...), body, method
}

// A thousand random valid requests, the providers' own sample bodies among
// them, come back from the API byte for byte: raw and body alone.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	var bodies [][]byte
	err := filepath.WalkDir("../../testdata/samples", func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".json" {
			return err
		}
		raw, err := os.ReadFile(name)
		bodies = append(bodies, raw)
		return err
	})
	if err != nil || len(bodies) < 5 {
		t.Fatalf("%d sample bodies, want at least 5: %v", len(bodies), err)
	}
	s := startServer(t, t.TempDir())
	r := rand.New(rand.NewPCG(7, 7))
	conn, err := net.Dial("tcp", s.captureAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)

	type sent struct{ raw, body []byte }
	requests := map[string]sent{}
	for i := range 1000 {
		var body []byte
		switch {
		case i < len(bodies):
			body = bodies[i]
		case i%100 == 99:
			body = make([]byte, 256<<10+r.IntN(300<<10)) // more than a chunk of the store
		case r.IntN(8) > 0:
			body = make([]byte, r.IntN(9000))
		}
		if i >= len(bodies) {
			for j := range body {
				body[j] = byte(r.Uint32())
			}
		}
		target := fmt.Sprintf("/in/demo/%d//a/../%%2e%%zz;p=%d?q=%%00&q=[]'\xc3\xa9", i, i)
		raw, plain, method := randomRequest(r, target, body)
		if i%900 == 899 { // the server ends a connection after a number of requests
			conn.Close()
			if conn, err = net.Dial("tcp", s.captureAddr()); err != nil {
				t.Fatal(err)
			}
			in.Reset(conn)
		}
		if res := exchange(t, conn, in, raw, method); res.StatusCode != http.StatusOK {
			t.Fatalf("request %d is answered %s:\n%.600q", i, res.Status, raw)
		}
		requests[fmt.Sprint(i)] = sent{raw, plain}
	}

	rows := s.all("")
	if len(rows) != len(requests) {
		t.Fatalf("%d rows, %d requests", len(rows), len(requests))
	}
	for _, row := range rows {
		key, _, _ := strings.Cut(strings.TrimPrefix(row.Target, "/in/demo/"), "//")
		want, ok := requests[key]
		if !ok {
			t.Fatalf("a row that was not sent: %q", row.Target)
		}
		status, raw := s.api("GET", "/deliveries/"+row.ID+"/attempts/0/request.raw", nil)
		if status != 200 || !bytes.Equal(raw, want.raw) {
			t.Errorf("request %s: raw view (%d) differs\n got %.300q\nwant %.300q", key, status, raw, want.raw)
		}
		status, body := s.api("GET", "/deliveries/"+row.ID+"/attempts/0/request/body", nil)
		if len(want.body) > 0 && (status != 200 || !bytes.Equal(body, want.body)) {
			t.Errorf("request %s: body (%d, %d bytes) differs, want %d bytes", key, status, len(body), len(want.body))
		}
	}
}

// A flipped bit in the stored bytes costs what it hit and is named: the server
// starts, serves the rest, and says which deliveries it lost.
func TestBitFlip(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := startServer(t, data)
	for i := range 400 {
		res, err := http.Post(s.Capture+fmt.Sprintf("/in/demo/%d", i), "text/plain", strings.NewReader(strings.Repeat(fmt.Sprintf("payload %d ", i), 100)))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 200 {
			t.Fatal(res.Status)
		}
	}
	s.kill()

	// The bytes of delivery 200 are where its payload is.
	hit := ""
	err := filepath.WalkDir(data, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		at := bytes.Index(raw, []byte("payload 200 payload 200"))
		if at < 0 {
			return nil
		}
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		hit = name
		_, err = f.WriteAt([]byte{raw[at] ^ 1}, int64(at))
		return errors.Join(err, f.Close())
	})
	if err != nil || hit == "" {
		t.Fatalf("found no stored payload to damage: %v", err)
	}

	s = startServer(t, data)
	_, raw := s.api("GET", "/status", nil)
	var status struct {
		Store struct {
			Deliveries int
			Losses     []struct {
				Count  int
				First  uint64 `json:"first_n"`
				Last   uint64 `json:"last_n"`
				Reason string
			}
		}
	}
	if err := json.Unmarshal(raw, &status); err != nil {
		t.Fatal(err)
	}
	losses := status.Store.Losses
	if len(losses) != 1 || losses[0].Count < 1 || losses[0].Count > 64 || losses[0].Reason == "" {
		t.Fatalf("one record was damaged, the server says %s", raw)
	}
	rows := s.all("")
	if len(rows)+losses[0].Count != 400 {
		t.Errorf("%d rows and %d named as lost, want 400 in all", len(rows), losses[0].Count)
	}
	for _, row := range rows {
		if row.N >= losses[0].First && row.N <= losses[0].Last && losses[0].Count == int(losses[0].Last-losses[0].First)+1 {
			t.Errorf("#%d is listed and named as lost", row.N)
		}
	}
}
