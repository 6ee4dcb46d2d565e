package proxy

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// samples are the bodies that providers publish; SOURCES.md beside them says where.
func samples(t testing.TB) [][]byte {
	t.Helper()
	files, err := filepath.Glob("../testdata/samples/*/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	var bodies [][]byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, b)
	}
	return bodies
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// randomRequest makes a valid request in one of the many forms there are.
func randomRequest(r *rand.Rand, bodies [][]byte, marker string) []byte {
	var w bytes.Buffer
	fmt.Fprintf(&w, "%s %s HTTP/1.1\r\n",
		pick(r, "POST", "PUT", "post", "PURGE", "GET", "M-SEARCH"),
		pick(r, "/", "/in/demo/x?y=1", "//a/../b;c=d", "/%2e%00%zz", "/ä?u=http://b/c#f", "http://b.example/x")+pick(r, "", marker))
	lines := []string{
		pick(r, "Host: a.example", "HOST:a.example:4601", "host: \t[::1]:80 "),
		"X-Marker: " + marker,
	}
	for range r.IntN(12) {
		lines = append(lines, pick(r, "X-A: ", "x-a:", "X-Long-Name:  ", "Cookie: ", "accept:\t")+
			pick(r, "1", "", "two  words", "\x80\xff", "a,b", strings.Repeat("v", r.IntN(900)), "trailing \t"))
	}
	body := bodies[r.IntN(len(bodies))]
	if r.IntN(3) == 0 {
		body = make([]byte, r.IntN(40<<10))
		for i := range body {
			body[i] = byte(r.Uint32())
		}
	}
	framing := r.IntN(3)
	switch framing {
	case 1:
		lines = append(lines, fmt.Sprintf("%s: %d", pick(r, "Content-Length", "content-length"), len(body)))
	case 2:
		lines = append(lines, pick(r, "Transfer-Encoding: chunked", "transfer-encoding:Chunked"))
	}
	r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	w.WriteString(strings.Join(lines, "\r\n") + "\r\n\r\n")
	switch framing {
	case 1:
		w.Write(body)
	case 2:
		writeChunks(r, &w, body)
	}
	return w.Bytes()
}

func writeChunks(r *rand.Rand, w *bytes.Buffer, body []byte) {
	for len(body) > 0 {
		n := 1 + r.IntN(min(len(body), 5000))
		fmt.Fprintf(w, pick(r, "%x", "%X", "00%x")+pick(r, "", ";a", `;a="b c"`, "; x = y")+"\r\n", n)
		w.Write(body[:n])
		w.WriteString("\r\n")
		body = body[n:]
	}
	w.WriteString(pick(r, "0", "000;last") + "\r\n" + pick(r, "", "X-Sum: 1\r\n", "Host: b\r\nx-sum:2\r\n") + "\r\n")
}

// TestBytesAreKept sends a thousand random requests in random pieces and puts
// them together again from the store.
func TestBytesAreKept(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{})
	bodies := samples(t)
	var mu sync.Mutex
	sent := make(map[string][]byte)
	var wg sync.WaitGroup
	const clients, each = 8, 125
	for n := range clients {
		c := r.dial()
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(1, uint64(n)))
			for i := range each {
				marker := fmt.Sprintf("m-%d-%d", n, i)
				raw := randomRequest(rnd, bodies, marker)
				mu.Lock()
				sent[marker] = raw
				mu.Unlock()
				for rest := raw; len(rest) > 0; {
					piece := min(len(rest), 1+rnd.IntN(len(raw)))
					if _, err := c.Write(rest[:piece]); err != nil {
						t.Error(err)
						return
					}
					rest = rest[piece:]
				}
				if a := c.answer("POST"); a.err != nil || a.status != 200 {
					t.Errorf("%s: status %d, %v, %q for %.300q", marker, a.status, a.err, a.body, raw)
					return
				}
			}
		})
	}
	wg.Wait()
	rows := r.rows()
	if len(rows) != clients*each {
		t.Fatalf("%d deliveries, want %d", len(rows), clients*each)
	}
	for i := range rows {
		got := r.wireBytes(rows[i].ID, 0, inspector.Request)
		marker := inspector.ParseHead(got).Value("X-Marker")
		if !bytes.Equal(got, sent[marker]) {
			t.Fatalf("%s: stored %.400q, sent %.400q", marker, got, sent[marker])
		}
		delete(sent, marker)
	}
	if len(sent) != 0 {
		t.Errorf("%d requests were not stored", len(sent))
	}
}

// TestMarkersStayTogether holds that nothing of one client gets into the record
// of another.
func TestMarkersStayTogether(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{instant: func(x *Exchange) (Reply, bool) {
		body, _ := x.Bytes()
		return Reply{Status: 200, Body: body}, true
	}}, Limits{})
	var wg sync.WaitGroup
	const clients, each = 64, 20
	for n := range clients {
		c := r.dial()
		wg.Go(func() {
			for i := range each {
				marker := fmt.Sprintf("client-%d-%d", n, i)
				body := strings.Repeat(marker+" ", 1+(n*i)%300)
				req := fmt.Sprintf("POST /%s HTTP/1.1\r\nHost: %s\r\nX-Marker: %s\r\nContent-Length: %d\r\n\r\n%s", marker, marker, marker, len(body), body)
				if _, err := io.WriteString(c, req); err != nil {
					t.Error(err)
					return
				}
				if a := c.answer("POST"); a.err != nil || a.body != body {
					t.Errorf("%s: answered %.60q, %v", marker, a.body, a.err)
					return
				}
			}
		})
	}
	wg.Wait()
	rows := r.rows()
	if len(rows) != clients*each {
		t.Fatalf("%d deliveries, want %d", len(rows), clients*each)
	}
	for i := range rows {
		marker := rows[i].Target[1:]
		head, body, _ := bytes.Cut(r.wireBytes(rows[i].ID, 0, inspector.Request), []byte("\r\n\r\n"))
		if rows[i].Host != marker || inspector.ParseHead(head).Value("X-Marker") != marker ||
			strings.ReplaceAll(string(body), marker+" ", "") != "" {
			t.Fatalf("%s: %+v %.200q %.200q", marker, rows[i], head, body)
		}
		_, answer, _ := bytes.Cut(r.wireBytes(rows[i].ID, 0, inspector.Response), []byte("\r\n\r\n"))
		if !bytes.Equal(answer, body) {
			t.Fatalf("%s: answered with %.60q", marker, answer)
		}
	}
}

// TestLongBody sends bodies of many chunks and reads them back through the
// exchange and the store.
func TestLongBody(t *testing.T) {
	t.Parallel()
	for _, size := range []int{inspector.ChunkBytes - 1, inspector.ChunkBytes, inspector.ChunkBytes + 1, 5*inspector.ChunkBytes + 17} {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d/%v", size, chunked), func(t *testing.T) {
				t.Parallel()
				r := newRig(t, &stubAnswerer{answer: func(ctx context.Context, x *Exchange) Reply {
					b, err := x.Body(ctx)
					if err != nil {
						return Reply{Status: 500, Body: []byte(err.Error())}
					}
					defer b.Close()
					seen, err := io.ReadAll(b)
					if _, whole := x.Bytes(); err != nil || int64(len(seen)) != x.BodySize() || len(seen) > 3 && whole != (size <= inspector.ChunkBytes) {
						return Reply{Status: 500, Body: fmt.Appendf(nil, "whole %v, %v", whole, err)}
					}
					return Reply{Status: 201}
				}}, Limits{})
				rnd := rand.New(rand.NewPCG(uint64(size), 0))
				body := make([]byte, size)
				for i := range body {
					body[i] = byte('a' + rnd.IntN(26))
				}
				var req bytes.Buffer
				req.WriteString("POST / HTTP/1.1\r\nHost: a\r\n")
				if chunked {
					req.WriteString("Transfer-Encoding: chunked\r\n\r\n")
					writeChunks(rnd, &req, body)
				} else {
					fmt.Fprintf(&req, "Content-Length: %d\r\n\r\n", size)
					req.Write(body)
				}
				raw := bytes.Clone(req.Bytes())
				c := r.dial()
				c.send(req.String()).want(201)
				c.send(simple).want(201)
				if rows := r.rows(); len(rows) != 2 || rows[1].Size != int64(size) {
					t.Fatalf("rows = %+v", rows)
				} else if got := r.wireBytes(rows[1].ID, 0, inspector.Request); !bytes.Equal(got, raw) {
					t.Errorf("stored %d bytes differ from the %d sent", len(got), len(raw))
				}
			})
		}
	}
}
