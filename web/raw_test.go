package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

func TestRawBytesComeBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	large := strings.Repeat("0123456789abcdef", 40_000) // several chunks of the store
	tests := []struct{ name, head, framing, body, wire string }{
		{"no body", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "", "", ""},
		{"length", "POST / HTTP/1.1\r\nHost: a\r\nx-ODD :  v\r\nContent-Length: 3\r\n\r\n", "", "a\x00\xff", ""},
		{"bytes that are no text", "POST /\xff\xfe HTTP/1.1\r\nHost: a\r\nX: \x80\r\nContent-Length: 2\r\n\r\n", "", "\r\n", ""},
		{"large", "POST / HTTP/1.1\r\nHost: a\r\n\r\n", "", large, ""},
		{
			"chunked with extensions and trailers", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
			"5;x=\"y\"\r\n3\r\n0\r\nX-Sum: 1\r\n\r\n", "helloabc",
			"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			row := r.capture(capture{head: tt.head, framing: tt.framing, body: tt.body})
			want := tt.wire
			if want == "" {
				want = tt.head + tt.body
			}
			base := fmt.Sprintf("/api/v1/deliveries/%s/attempts/0/", row.ID)
			a := r.do("GET", base+"request.raw", "")
			if a.StatusCode != 200 || string(a.body) != want {
				t.Errorf("raw = %d %q, want %q", a.StatusCode, clip(a.body), clip([]byte(want)))
			}
			b := r.do("GET", base+"request/body", "")
			if b.StatusCode != 200 || string(b.body) != tt.body {
				t.Errorf("body = %d %q, want %q", b.StatusCode, clip(b.body), clip([]byte(tt.body)))
			}
			for _, a := range []reply{a, b} {
				h := a.Header
				if h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
					h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") {
					t.Errorf("header of captured bytes = %v", h)
				}
			}
			if head := r.do("HEAD", base+"request/body", ""); head.StatusCode != 200 || head.ContentLength != int64(len(tt.body)) {
				t.Errorf("HEAD = %d, length %d", head.StatusCode, head.ContentLength)
			}
		})
	}
}

func TestRawResponseHasInterimHeads(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
	const final = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	row := r.capture(capture{interim: interim, response: final})
	base := fmt.Sprintf("/api/v1/deliveries/%s", row.ID)
	a := r.do("GET", base+"/attempts/0/response.raw", "")
	if string(a.body) != interim+final || a.ContentLength != int64(len(a.body)) {
		t.Errorf("raw = %q with length %d, want %q", a.body, a.ContentLength, interim+final)
	}
	var d client.Delivery
	if err := json.Unmarshal(r.do("GET", base, "").body, &d); err != nil {
		t.Fatal(err)
	}
	if m := d.Attempts[0].Response; m.Status != 200 || m.Start != "HTTP/1.1 200 OK" || len(m.Headers) != 1 || len(m.Interim) != 2 {
		t.Errorf("view = %+v", m)
	}
}

func clip(b []byte) []byte { return b[:min(len(b), 200)] }

func TestRandomMessagesComeBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		head, framing, body, want := randomMessage(rnd)
		row := r.capture(capture{head: head, framing: framing, body: body, response: "HTTP/1.1 200 OK\r\nA: b\r\n\r\n" + body})
		base := fmt.Sprintf("/api/v1/deliveries/%d/attempts/0/", row.N)
		if got := r.do("GET", base+"request.raw", "").body; string(got) != want {
			t.Fatalf("message %d: raw = %q, want %q", i, clip(got), want[:min(len(want), 200)])
		}
		if got := r.do("GET", base+"response.raw", "").body; string(got) != "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"+body {
			t.Fatalf("message %d: response.raw = %q", i, clip(got))
		}
	}
}

// randomMessage makes a message and the bytes it had on the wire.
func randomMessage(rnd *rand.Rand) (head, framing, body, wire string) {
	bytesOf := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		return string(b)
	}
	head = "POST /r HTTP/1.1\r\nHost: a\r\n"
	for range rnd.IntN(5) {
		head += fmt.Sprintf("X-%d:%s\r\n", rnd.IntN(3), strings.Repeat(" ", rnd.IntN(3))+strings.Map(visible, bytesOf(rnd.IntN(20))))
	}
	if rnd.IntN(2) == 0 {
		body = bytesOf(rnd.IntN(3000))
		if rnd.IntN(20) == 0 {
			body = bytesOf(rnd.IntN(600_000)) // several chunks of the store
		}
		head += fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body))
		return head, "", body, head + body
	}
	head += "Transfer-Encoding: chunked\r\n\r\n"
	wire = head
	for range rnd.IntN(6) {
		data := bytesOf(1 + rnd.IntN(3000))
		line := fmt.Sprintf("%X\r\n", len(data))
		framing, body, wire = framing+line, body+data, wire+line+data+"\r\n"
	}
	framing += "0\r\n\r\n"
	return head, framing, body, wire + "0\r\n\r\n"
}

func visible(c rune) rune {
	if c < ' ' || c == 0x7f {
		return '.'
	}
	return c
}

func TestRangesOfABody(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{head: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n", body: "0123456789"})
	none := r.capture(capture{head: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"})
	for _, tt := range []struct {
		name, header string
		status       int
		body, span   string
	}{
		{"none", "", 200, "0123456789", ""},
		{"first bytes", "bytes=0-3", 206, "0123", "bytes 0-3/10"},
		{"from the middle", "bytes=7-", 206, "789", "bytes 7-9/10"},
		{"last bytes", "bytes=-2", 206, "89", "bytes 8-9/10"},
		{"more than all at the end", "bytes=-99", 206, "0123456789", "bytes 0-9/10"},
		{"past the end", "bytes=5-99", 206, "56789", "bytes 5-9/10"},
		{"one byte", "bytes=9-9", 206, "9", "bytes 9-9/10"},
		{"outside", "bytes=10-", 416, "", "bytes */10"},
		{"none at the end", "bytes=-0", 416, "", "bytes */10"},
		{"reversed", "bytes=5-2", 200, "0123456789", ""},
		{"several", "bytes=0-1,3-4", 200, "0123456789", ""},
		{"no number", "bytes=a-b", 200, "0123456789", ""},
		{"signs", "bytes=+1-2", 200, "0123456789", ""},
		{"only a dash", "bytes=-", 200, "0123456789", ""},
		{"other unit", "lines=0-1", 200, "0123456789", ""},
		{"number too large", "bytes=99999999999999999999-", 200, "0123456789", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := r.do("GET", fmt.Sprintf("/api/v1/deliveries/%s/attempts/0/request/body", row.ID), "", "Range: "+tt.header)
			if a.StatusCode != tt.status || a.Header.Get("Content-Range") != tt.span || tt.status != 416 && string(a.body) != tt.body {
				t.Errorf("= %d %q %q", a.StatusCode, a.Header.Get("Content-Range"), a.body)
			}
		})
	}
	if a := r.do("GET", fmt.Sprintf("/api/v1/deliveries/%s/attempts/0/request/body", none.ID), "", "Range: bytes=0-"); a.StatusCode != 416 {
		t.Errorf("range of an empty body = %d", a.StatusCode)
	}
}

func TestDecodedBody(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write(bytes.Repeat([]byte("a"), 9<<20)) //nolint:errcheck // memory
	w.Close()
	head := func(coding string) string {
		return "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: " + coding + "\r\n\r\n"
	}
	bomb := r.capture(capture{head: head("gzip"), body: zipped.String()})
	wrong := r.capture(capture{head: head("gzip"), body: "no gzip"})
	unknown := r.capture(capture{head: head("rot13"), body: "abc"})
	plain := r.capture(capture{head: "POST / HTTP/1.1\r\nHost: a\r\n\r\n", body: "abc"})

	path := func(row inspector.Row, query string) string {
		return fmt.Sprintf("/api/v1/deliveries/%s/attempts/0/request/body%s", row.ID, query)
	}
	a := r.do("GET", path(bomb, "?decoded=1"), "")
	// On a busy machine the time for decoding may end before the space does.
	if a.StatusCode != 200 || len(a.body) > 8<<20 || !bytes.HasPrefix(a.body, []byte("aaaa")) || a.Header.Get("Boathook-Truncated") != "true" {
		t.Errorf("bomb = %d, %d bytes, truncated %q", a.StatusCode, len(a.body), a.Header.Get("Boathook-Truncated"))
	}
	if a := r.do("GET", path(bomb, "?decoded=1"), "", "Range: bytes=1-3"); a.StatusCode != 206 || string(a.body) != "aaa" {
		t.Errorf("range of the decoded body = %d %q", a.StatusCode, clip(a.body))
	}
	if a := r.do("GET", path(bomb, ""), ""); !bytes.Equal(a.body, zipped.Bytes()) {
		t.Errorf("the stored body is not what was sent")
	}
	for _, row := range []inspector.Row{wrong, unknown} {
		if a := r.do("GET", path(row, "?decoded=1"), ""); a.StatusCode != 422 {
			t.Errorf("undecodable = %d %s", a.StatusCode, a.body)
		}
	}
	if a := r.do("GET", path(plain, "?decoded=1"), ""); a.StatusCode != 200 || string(a.body) != "abc" {
		t.Errorf("plain = %d %s", a.StatusCode, a.body)
	}
	if a := r.do("GET", path(plain, "?decoded=yes"), ""); a.StatusCode != 400 {
		t.Errorf("decoded=yes = %d", a.StatusCode)
	}
}

func TestUnknownAttempts(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{})
	for _, rest := range []string{"attempts/1/request.raw", "attempts/-1/request.raw", "attempts/x/request/body", "attempts/00/request.raw",
		"attempts/0/response.raw", "attempts/0/response/body", "attempts/99999999999999999999/request.raw"} {
		if a := r.do("GET", fmt.Sprintf("/api/v1/deliveries/%s/%s", row.ID, rest), ""); a.StatusCode != 404 {
			t.Errorf("%s = %d", rest, a.StatusCode)
		}
	}
}
