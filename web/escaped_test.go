package web

import (
	"encoding/json"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/boathook/boathook/web/client"
)

func TestEscaped(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, tt := range [][2]string{
		{"plain", "plain"},
		{"grün €", "grün €"},
		{"\x80", `\x80`},
		{"\x81", `\x81`},
		{"a\xffb\xfe", `a\xffb\xfe`},
		{`text \x80`, `text \x80`},
		{`text \x80` + "\x80", `text \x5cx80\x80`},
		{`\X80 \x8 \xzz C:\path`, `\X80 \x8 \xzz C:\path`},
		{"\ufffd", "\ufffd"},
		{"\xe2\x82", `\xe2\x82`}, // the beginning of a letter
		{`\x` + "\x80", `\x\x80`},
	} {
		got := escaped(tt[0])
		if got != tt[1] || !utf8.ValidString(got) {
			t.Errorf("escaped(%q) = %q, want %q", tt[0], got, tt[1])
		}
		if old, ok := seen[got]; ok {
			t.Errorf("%q and %q look the same: %q", old, tt[0], got)
		}
		seen[got] = tt[0]
	}
}

func TestHeadersThatAreNotText(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{
		head:     "POST /\xe4 HTTP/1.1\r\nHost: a\r\nX-One: \x80\r\nX-Two: \x81\r\nContent-Type: \xff\r\nTransfer-Encoding: chunked\r\n\r\n",
		framing:  "0\r\nX-Sum: \xc3\r\n\r\n",
		response: "HTTP/1.1 200 OK\r\nX: \xf0\r\n\r\n",
	})
	a := r.do("GET", fmt.Sprintf("/api/v1/deliveries/%d", row.N), "")
	var d client.Delivery
	if err := json.Unmarshal(a.body, &d); err != nil || !utf8.Valid(a.body) {
		t.Fatalf("answer %d: %v", a.StatusCode, err)
	}
	m := d.Attempts[0].Request
	got := []string{m.Start, m.Headers[1].Value, m.Headers[2].Value, m.ContentType, m.Trailers[0].Value, d.Attempts[0].Response.Headers[0].Value}
	want := []string{`POST /\xe4 HTTP/1.1`, `\x80`, `\x81`, `\xff`, `\xc3`, `\xf0`}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("shown as %q, want %q", got, want)
	}
}
