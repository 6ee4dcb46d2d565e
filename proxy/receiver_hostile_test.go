package proxy

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// hostileCase is one block of a file in testdata/hostile; README.md there says
// what the lines mean.
type hostileCase struct {
	name, end, method string
	body              int64
	send              []byte
	want              []string
	open              bool
	stored            int
}

func readHostile(t *testing.T, path string) []hostileCase {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []hostileCase
	for _, block := range strings.Split(strings.TrimSpace(string(data)), "\n\n") {
		c := hostileCase{body: 4096, method: "POST"}
		for _, line := range strings.Split(block, "\n") {
			key, value, ok := strings.Cut(line, ":")
			value = strings.TrimSpace(value)
			switch {
			case !ok:
				t.Fatalf("%s: line %q has no colon", path, line)
			case key == "case":
				c.name = value
			case key == "send":
				c.send = append(c.send, hostileBytes(t, value)...)
			case key == "body":
				c.body, err = strconv.ParseInt(value, 10, 64)
			case key == "method":
				c.method = value
			case key == "end":
				c.end = value
			case key == "want":
				c.want = strings.Fields(value)
			case key == "open":
				c.open = value == "yes"
			case key == "stored":
				c.stored, err = strconv.Atoi(value)
			default:
				t.Fatalf("%s: unknown line %q", path, line)
			}
			if err != nil {
				t.Fatalf("%s: %q: %v", path, line, err)
			}
		}
		cases = append(cases, c)
	}
	return cases
}

func hostileBytes(t *testing.T, value string) []byte {
	t.Helper()
	quoted, times := value, 1
	if i := strings.LastIndex(value, `" * `); i > 0 {
		n, err := strconv.Atoi(value[i+4:])
		if err != nil {
			t.Fatal(err)
		}
		quoted, times = value[:i+1], n
	}
	s, err := strconv.Unquote(quoted)
	if err != nil {
		t.Fatalf("%.60s: %v", quoted, err)
	}
	return []byte(strings.Repeat(s, times))
}

func TestHostile(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/hostile/*.txt")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		for _, c := range readHostile(t, file) {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				runHostile(t, c)
			})
		}
	}
}

func runHostile(t *testing.T, h hostileCase) {
	r := newRig(t, &stubAnswerer{}, Limits{Body: h.body})
	c := r.dial()
	go func() {
		_, _ = c.Write(h.send)
		switch h.end {
		case "half":
			_ = c.Conn.(*net.TCPConn).CloseWrite()
		case "close":
			_ = c.Close()
		}
	}()
	started := time.Now()
	for i, want := range h.want {
		a := c.answer(h.method)
		for a.err == nil && a.status == 100 {
			a = c.answer(h.method)
		}
		if a.err != nil || !slices.Contains(strings.Split(want, "|"), strconv.Itoa(a.status)) {
			t.Fatalf("answer %d: status %d, %q, %v; want %s", i+1, a.status, a.body, a.err, want)
		}
		if a.status >= 400 && h.method != "HEAD" && (strings.Count(a.body, "\n") != 1 || a.head.Fields.Value("Connection") != "close") {
			t.Errorf("refusal %q with head %q, want one line of text and a close", a.body, a.raw)
		}
	}
	if h.end != "close" && !h.open {
		if rest, err := io.ReadAll(c.r); len(rest) > 0 {
			t.Errorf("after the last answer: %q, %v", rest, err)
		} else if ne, ok := err.(net.Error); ok && ne.Timeout() {
			t.Error("the connection is still open")
		}
	}
	if d := time.Since(started); d > 20*time.Second {
		t.Errorf("took %s", d)
	}
	if h.open {
		c.send(simple).want(200)
		h.stored++
	}
	r.dial().send(simple).want(200)
	if rows := r.rows(); len(rows) != h.stored+1 {
		t.Errorf("%d deliveries, want %d and one more", len(rows), h.stored)
	}
	refused := h.stored == 0 && len(h.send) > 0
	if refused { // a sender that went away is counted once that is seen
		eventually(t, "the refusal to be counted", func() bool { s := r.Stats(); return s.Malformed+s.Refused > 0 })
	}
	s := r.Stats()
	if s.Panics != 0 {
		t.Errorf("%d panics", s.Panics)
	}
	if refused && (s.Malformed+s.Refused != 1 || len(s.Recent) != 1 || s.Recent[0].Text == "") {
		t.Errorf("nothing is stored and it is not counted once: %+v", s)
	}
}
