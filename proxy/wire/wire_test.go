package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

func reader(s string) *bufio.Reader { return bufio.NewReader(strings.NewReader(s)) }

func TestReadRequestHeadKeepsBytes(t *testing.T) {
	t.Parallel()
	raw := "pOsT //a/../%2e?x=1#f HTTP/1.1\r\nhost:  a.example:80 \r\nX-a: 1\r\nx-A:\t2\r\nX-Empty:\r\nX-High: \xff\xfe\r\n\r\n"
	got, h, err := ReadRequestHead(reader(raw+"rest"), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != raw {
		t.Errorf("raw = %q, want %q", got, raw)
	}
	if h.Method != "pOsT" || h.Target != "//a/../%2e?x=1#f" || h.Proto != "HTTP/1.1" {
		t.Errorf("start line = %q %q %q", h.Method, h.Target, h.Proto)
	}
	want := Fields{
		{"host", "a.example:80", "host:  a.example:80 "}, {"X-a", "1", "X-a: 1"}, {"x-A", "2", "x-A:\t2"},
		{"X-Empty", "", "X-Empty:"}, {"X-High", "\xff\xfe", "X-High: \xff\xfe"},
	}
	if len(h.Fields) != len(want) {
		t.Fatalf("fields = %q", h.Fields)
	}
	for i := range want {
		if h.Fields[i] != want[i] {
			t.Errorf("field %d = %q, want %q", i, h.Fields[i], want[i])
		}
	}
}

func TestRequestHeadRefused(t *testing.T) {
	t.Parallel()
	const host = "Host: a\r\n"
	long := strings.Repeat("m", 65)
	for _, test := range []struct {
		name, head string
		status     int
	}{
		{"http 0.9", "GET /\r\n\r\n", 400},
		{"http 1.2", "GET / HTTP/1.2\r\n" + host + "\r\n", 505},
		{"http 3", "GET / HTTP/3.0\r\n" + host + "\r\n", 505},
		{"lower-case version", "GET / http/1.1\r\n" + host + "\r\n", 400},
		{"http 2 preface", "PRI * HTTP/2.0\r\n\r\n", 400},
		{"two spaces", "GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
		{"space in target", "GET /a b HTTP/1.1\r\n" + host + "\r\n", 400},
		{"control in target", "GET /a\x01 HTTP/1.1\r\n" + host + "\r\n", 400},
		{"target without form", "GET a/b HTTP/1.1\r\n" + host + "\r\n", 400},
		{"target with bad scheme", "GET 1a://b HTTP/1.1\r\n" + host + "\r\n", 400},
		{"bad method", "GE(T / HTTP/1.1\r\n" + host + "\r\n", 400},
		{"long method", long + " / HTTP/1.1\r\n" + host + "\r\n", 400},
		{"empty line first", "\r\nGET / HTTP/1.1\r\n" + host + "\r\n", 400},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"two hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
		{"two hosts in 1.0", "GET / HTTP/1.0\r\n" + host + host + "\r\n", 400},
		{"empty host", "GET / HTTP/1.1\r\nHost: \r\n\r\n", 400},
		{"host port too high", "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400},
		{"host with @", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
		{"host with slash", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
		{"host with space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
		{"host with nul", "GET / HTTP/1.1\r\nHost: a\x00\r\n\r\n", 400},
		{"host with open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
		{"fold", "GET / HTTP/1.1\r\n" + host + "A: b\r\n c\r\n\r\n", 400},
		{"fold first", "GET / HTTP/1.1\r\n a: b\r\n" + host + "\r\n", 400},
		{"space before colon", "GET / HTTP/1.1\r\n" + host + "A : b\r\n\r\n", 400},
		{"empty name", "GET / HTTP/1.1\r\n" + host + ": b\r\n\r\n", 400},
		{"name with nul", "GET / HTTP/1.1\r\n" + host + "A\x00: b\r\n\r\n", 400},
		{"name with utf-8", "GET / HTTP/1.1\r\n" + host + "\xc3\xa4: b\r\n\r\n", 400},
		{"no colon", "GET / HTTP/1.1\r\n" + host + "Abc\r\n\r\n", 400},
		{"nul in value", "GET / HTTP/1.1\r\n" + host + "A: \x00\r\n\r\n", 400},
		{"bare cr in value", "GET / HTTP/1.1\r\n" + host + "A: b\rc\r\n\r\n", 400},
		{"bare lf", "GET / HTTP/1.1\r\n" + host + "A: b\n\r\n", 400},
		{"bare lf everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400},
		{"both framings", "GET / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
		{"two equal lengths", "GET / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
		{"two codings", "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
		{"length +5", "GET / HTTP/1.1\r\n" + host + "Content-Length: +5\r\n\r\n", 400},
		{"length -1", "GET / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400},
		{"length hex", "GET / HTTP/1.1\r\n" + host + "Content-Length: 0x5\r\n\r\n", 400},
		{"length list", "GET / HTTP/1.1\r\n" + host + "Content-Length: 5, 5\r\n\r\n", 400},
		{"length empty", "GET / HTTP/1.1\r\n" + host + "Content-Length:\r\n\r\n", 400},
		{"length 20 digits", "GET / HTTP/1.1\r\n" + host + "Content-Length: 12345678901234567890\r\n\r\n", 400},
		{"length unicode", "GET / HTTP/1.1\r\n" + host + "Content-Length: \xd9\xa5\r\n\r\n", 400},
		{"gzip, chunked", "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
		{"identity", "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: identity\r\n\r\n", 501},
		{"xchunked", "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n", 501},
		{"empty coding", "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: \r\n\r\n", 400},
		{"coding in 1.0", "GET / HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n", 400},
		{"too many fields", "GET / HTTP/1.1\r\n" + host + strings.Repeat("A: b\r\n", 1024) + "\r\n", 431},
		{"long line", "GET / HTTP/1.1\r\n" + host + "A: " + strings.Repeat("b", 40<<10) + "\r\n\r\n", 431},
		{"long target", "GET /" + strings.Repeat("b", 40<<10) + " HTTP/1.1\r\n" + host + "\r\n", 414},
		{"tls hello", "\x16\x03\x01\x02\x00\x01\x00\n\r\n", 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := ReadRequestHead(reader(test.head), 0, 0)
			if got := status(err); got != test.status {
				t.Errorf("ReadRequestHead: %v, want status %d", err, test.status)
			}
			for _, step := range []int{1, 7, 1 << 20} {
				if got := status(feed(newFramer(Limits{}), []byte(test.head), step, nil)); got != test.status {
					t.Errorf("Framer in steps of %d: %d, want %d", step, got, test.status)
				}
			}
		})
	}
}

func TestRequestHeadAccepted(t *testing.T) {
	t.Parallel()
	for _, head := range []string{
		"GET / HTTP/1.0\r\n\r\n",
		"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
		"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
		"GET http://b.example/x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
		"GET /%00/%zz/\xff HTTP/1.1\r\nHost: a_b.example\r\n\r\n",
		strings.Repeat("m", 64) + " / HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("A: b\r\n", 1023) + "\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n",
	} {
		if _, _, err := ReadRequestHead(reader(head), 0, 0); err != nil {
			t.Errorf("%.60q: %v", head, err)
		}
	}
}

func TestReadHeadEnds(t *testing.T) {
	t.Parallel()
	if _, _, err := ReadRequestHead(reader(""), 0, 0); err != io.EOF {
		t.Errorf("empty: %v, want EOF", err)
	}
	if _, _, err := ReadRequestHead(reader("GET / HTTP/1.1\r\nHo"), 0, 0); err != io.ErrUnexpectedEOF {
		t.Errorf("within: %v, want unexpected EOF", err)
	}
}

func TestResponseHead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		head   string
		status int // 0: refused
		kind   Kind
		length int64
	}{
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, Length, 5},
		{"HTTP/1.1 200\r\n\r\n", 200, UntilClose, 0},
		{"HTTP/1.0 404 \r\nTransfer-Encoding: x\r\n\r\n", 404, 99, 0},
		{"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, None, 0},
		{"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 103, None, 0},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, Chunked, 0},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 200, 99, 0},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", 200, 99, 0},
		{"HTTP/1.1 99 Low\r\n\r\n", 0, 0, 0},
		{"HTTP/1.1 099 Low\r\n\r\n", 0, 0, 0},
		{"HTTP/1.1 599 Last\r\n\r\n", 599, UntilClose, 0},
		{"HTTP/1.1 600 High\r\n\r\n", 0, 0, 0},
		{"HTTP/1.1 999 High\r\n\r\n", 0, 0, 0},
		{"HTTP/1.1 2000 X\r\n\r\n", 0, 0, 0},
		{"HTTP/2.0 200 OK\r\n\r\n", 0, 0, 0},
		{"hello\r\n\r\n", 0, 0, 0},
		{"HTTP/1.1 200 OK\nA: b\n\n", 0, 0, 0},
	} {
		raw, h, err := ReadResponseHead(reader(test.head), 0, 0)
		if test.status == 0 {
			if status(err) != 502 {
				t.Errorf("%q: %v, want status 502", test.head, err)
			}
			continue
		}
		if err != nil || string(raw) != test.head || h.Status != test.status {
			t.Errorf("%q: %v, raw %q", test.head, err, raw)
			continue
		}
		kind, n, err := h.Framing("POST")
		if test.kind == 99 {
			if status(err) != 502 {
				t.Errorf("%q: framing %v, want status 502", test.head, err)
			}
			continue
		}
		if err != nil || kind != test.kind || n != test.length {
			t.Errorf("%q: framing %v %v %v", test.head, kind, n, err)
		}
	}
}

const post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

func TestChunked(t *testing.T) {
	t.Parallel()
	limits := Limits{Body: 100}
	for _, test := range []struct {
		name, wire, data, framing string
		status                    int
	}{
		{"plain", "3\r\nabc\r\n00A;x=\"y\"\r\n0123456789\r\n0\r\n\r\n", "abc0123456789", "3\r\n00A;x=\"y\"\r\n0\r\n\r\n", 0},
		{"empty", "0\r\n\r\n", "", "0\r\n\r\n", 0},
		{"trailers", "1\r\na\r\n0\r\nHost: b\r\nContent-Length: 7\r\n\r\n", "a", "1\r\n0\r\nHost: b\r\nContent-Length: 7\r\n\r\n", 0},
		{"sign", "+1\r\na\r\n0\r\n\r\n", "", "", 400},
		{"0x", "0x1\r\na\r\n0\r\n\r\n", "", "", 400},
		{"17 digits", "00000000000000001\r\na\r\n0\r\n\r\n", "", "", 400},
		{"space after", "1 \r\na\r\n0\r\n\r\n", "", "", 400},
		{"space before", " 1\r\na\r\n0\r\n\r\n", "", "", 400},
		{"bare lf", "1\na\r\n0\r\n\r\n", "", "", 400},
		{"cr in extension", "1;\rx\r\na\r\n0\r\n\r\n", "", "", 400},
		{"no crlf after data", "1\r\nab\r\n0\r\n\r\n", "", "", 400},
		{"lf after data", "1\r\na\n0\r\n\r\n", "", "", 400},
		{"empty size", "\r\na\r\n0\r\n\r\n", "", "", 400},
		{"negative", "ffffffffffffffff\r\n", "", "", 413},
		{"over limit", "65\r\n", "", "", 413},
		{"over limit in sum", "64\r\n" + strings.Repeat("a", 100) + "\r\n1\r\n", "", "", 413},
		{"folded trailer", "0\r\nA: b\r\n c\r\n\r\n", "", "", 400},
		{"long extension", "1;" + strings.Repeat("x", 5000) + "\r\na\r\n0\r\n\r\n", "", "", 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := NewBodyReader(reader(test.wire+"NEXT"), Chunked, 0, limits)
			data, err := io.ReadAll(b)
			if status(err) != test.status {
				t.Fatalf("BodyReader: %v, want status %d", err, test.status)
			}
			f := newFramer(limits)
			var got []byte
			err = feed(f, []byte(post+test.wire), 1, func(p []byte) { got = append(got, p...) })
			if status(err) != test.status {
				t.Fatalf("Framer: %v, want status %d", err, test.status)
			}
			if test.status != 0 {
				return
			}
			if string(data) != test.data || string(b.Framing()) != test.framing || !b.Done() {
				t.Errorf("data %q framing %q done %v", data, b.Framing(), b.Done())
			}
			if string(got) != test.data || string(f.Framing()) != test.framing || !f.Done() {
				t.Errorf("Framer: data %q framing %q done %v", got, f.Framing(), f.Done())
			}
			var out bytes.Buffer
			if err := WriteMessage(&out, []byte(post), f.Framing(), bytes.NewReader(got)); err != nil {
				t.Fatal(err)
			}
			if out.String() != post+test.wire {
				t.Errorf("written again: %q", out.String())
			}
		})
	}
}

func TestBodyEndsEarly(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind   Kind
		length int64
		wire   string
		want   error
	}{
		{Length, 5, "abc", io.ErrUnexpectedEOF},
		{Chunked, 0, "5\r\nab", io.ErrUnexpectedEOF},
		{Chunked, 0, "2\r\nab\r\n0\r\n", io.ErrUnexpectedEOF},
		{UntilClose, 0, "abc", nil},
		{None, 0, "abc", nil},
	} {
		b := NewBodyReader(bufio.NewReader(iotest.OneByteReader(strings.NewReader(test.wire))), test.kind, test.length, Limits{})
		if _, err := io.ReadAll(b); !errors.Is(err, test.want) {
			t.Errorf("kind %d %q: %v, want %v", test.kind, test.wire, err, test.want)
		}
	}
}

func TestWriteCutMessage(t *testing.T) {
	t.Parallel()
	for _, cut := range []string{"", "5", "5\r\n", "5\r\nab", "2\r\nab\r\n5\r\nabc", "2\r\nab\r\n0\r\n", "2\r\nab\r\n0\r\nA: b\r\n"} {
		f := newFramer(Limits{})
		var data []byte
		if err := feed(f, []byte(post+cut), 1, func(p []byte) { data = append(data, p...) }); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := WriteMessage(&out, []byte(post), f.Framing(), bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		if out.String() != post+cut {
			t.Errorf("cut %q: written again %q", cut, out.String()[len(post):])
		}
	}
}

func TestTrailers(t *testing.T) {
	t.Parallel()
	got := Trailers([]byte("5\r\n0;x\r\nA: b\r\nA: c\r\n\r\n"))
	if len(got) != 2 || got[0].Value != "b" || got[1].Value != "c" {
		t.Errorf("trailers = %q", got)
	}
	if Trailers([]byte("5\r\n")) != nil || Trailers(nil) != nil {
		t.Error("trailers of a cut body")
	}
}

func status(err error) int {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Status
	case err != nil:
		return -1
	}
	return 0
}

// feed gives p to f in pieces of step bytes, one request at a time, and fails
// where f does.
func feed(f *Framer, p []byte, step int, data func([]byte)) error {
	for len(p) > 0 {
		piece := p[:min(step, len(p))]
		for len(piece) > 0 {
			n, err := feedOnce(f, piece, data)
			if err != nil {
				return err
			}
			piece, p = piece[n:], p[n:]
			if f.HasHead() && f.Done() {
				return nil
			}
		}
	}
	return nil
}

func feedOnce(f *Framer, p []byte, data func([]byte)) (int, error) {
	if !f.HasHead() {
		return f.ScanHead(p)
	}
	n, d, err := f.Scan(p)
	if data != nil {
		data(d)
	}
	return n, err
}

// FuzzFramer holds that pieces make no difference, and that what was read is
// written again byte for byte.
func FuzzFramer(f *testing.F) {
	f.Add([]byte(post+"3;x=y\r\nabc\r\n0\r\nA: b\r\n\r\nGET"), uint64(1))
	f.Add([]byte("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"), uint64(2))
	f.Add([]byte("GET / HTTP/1.0\r\n\r\n"), uint64(3))
	f.Add([]byte("GET / HTTP/1.1\nHost: a\n\n"), uint64(4))
	limits := Limits{Head: 4096, Fields: 64, Line: 512, Framing: 2048, Body: 4096}
	f.Fuzz(func(t *testing.T, in []byte, seed uint64) {
		r := bufio.NewReader(bytes.NewReader(in))
		raw, h, err := ReadRequestHead(r, limits.Head, limits.Fields)
		framer := newFramer(limits)
		var data []byte
		pieces := rand.New(rand.NewPCG(seed, 0))
		taken, framerErr := feedRandom(framer, in, pieces, &data)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			if framer.HasHead() {
				t.Fatalf("framer has a head of %q, reader says %v", in, err)
			}
			return
		}
		if err != nil {
			// Of a head that is too long, one may see another fault first.
			if framerErr == nil || len(in) < limits.Head && status(err) != status(framerErr) {
				t.Fatalf("reader %v, framer %v", err, framerErr)
			}
			return
		}
		kind, n, err := h.Framing()
		if err != nil {
			t.Fatalf("framing after a good head: %v", err)
		}
		b := NewBodyReader(r, kind, n, limits)
		body, err := io.ReadAll(b)
		if err != nil && err != io.ErrUnexpectedEOF {
			if status(err) != status(framerErr) {
				t.Fatalf("reader %v, framer %v", err, framerErr)
			}
			return
		}
		if !bytes.Equal(framer.Raw(), raw) || !bytes.Equal(body, data) || !bytes.Equal(b.Framing(), framer.Framing()) {
			t.Fatalf("reader: %q %q %q, framer: %q %q %q", raw, body, b.Framing(), framer.Raw(), data, framer.Framing())
		}
		if framerErr != nil || (err == nil) != framer.Done() {
			t.Fatalf("reader %v, framer %v, done %v", err, framerErr, framer.Done())
		}
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := WriteMessage(&out, raw, b.Framing(), bytes.NewReader(body)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), in[:taken]) {
			t.Fatalf("written %q, read %q", out.Bytes(), in[:taken])
		}
	})
}

func feedRandom(f *Framer, in []byte, r *rand.Rand, data *[]byte) (taken int, err error) {
	for taken < len(in) && !(f.HasHead() && f.Done()) {
		piece := in[taken:min(len(in), taken+1+r.IntN(40))]
		for len(piece) > 0 && !(f.HasHead() && f.Done()) {
			n, err := feedOnce(f, piece, func(p []byte) { *data = append(*data, p...) })
			if err != nil {
				return taken, err
			}
			taken += n
			piece = piece[n:]
		}
	}
	return taken, nil
}

// FuzzResponseHead holds that a response head never panics and keeps its bytes.
func FuzzResponseHead(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"))
	f.Add([]byte("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		raw, h, err := ReadResponseHead(bufio.NewReader(bytes.NewReader(in)), 4096, 64)
		if !bytes.HasPrefix(in, raw) {
			t.Fatalf("raw %q is not the start of %q", raw, in)
		}
		if err == nil {
			_, _, _ = h.Framing("GET")
		}
	})
}

func BenchmarkFramer(b *testing.B) {
	in := []byte("POST /in/demo HTTP/1.1\r\nHost: localhost:4601\r\nContent-Type: application/json\r\nUser-Agent: bench\r\nContent-Length: 1024\r\n\r\n" + strings.Repeat("a", 1024))
	f := newFramer(Limits{})
	b.ReportAllocs()
	for b.Loop() {
		f.Next()
		if err := feed(f, in, len(in), nil); err != nil {
			b.Fatal(err)
		}
	}
}

func newFramer(limits Limits) *Framer {
	f := new(Framer)
	f.Init(limits)
	return f
}
