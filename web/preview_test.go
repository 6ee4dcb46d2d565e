package web

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/boathook/boathook/inspector"
)

func TestQuietHTML(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"text and tags stay", `<!DOCTYPE html PUBLIC "x"><p class=a style="color: red">a &amp; b<br/>`, `<p class="a" style="color: red">a &amp; b<br />`},
		{"a script goes with what it holds", `a<script>if (a < b) document.write('<p>')</script>b`, `ab`},
		{"handlers go", `<p onclick=a() OnLoad="b()">x</p>`, `<p>x</p>`},
		{"links lead nowhere", `<a href="https://a.example" ping="https://b.example" target=_top>x</a>`, `<a>x</a>`},
		{"but to a place of the page", `<a href="#top">x</a>`, `<a href="#top">x</a>`},
		{"javascript", `<a href=" javascript:a()">x</a><a href="#&#10;">y</a>`, "<a>x</a><a href=\"#\n\">y</a>"},
		{"hints go", `<link rel=preconnect href=//a.example><link rel=dns-prefetch href=//a.example><base href=//a.example><meta http-equiv=refresh content="0;url=//a.example">x`, `x`},
		{"remote pictures go, those in place stay", `<img src=//a.example/p.png srcset="//a.example 2x" alt=x><img src="data:image/png;base64,AA==">`, `<img alt="x"><img src="data:image/png;base64,AA==">`},
		{"frames", `<iframe src=//a.example>in</iframe><frameset><frame src=//a.example></frameset><object data=//a.example>else</object><embed src=//a.example>`, `else`},
		{"forms go nowhere", `<form action=//a.example><input autofocus name=a><button formaction=//a.example>x</button></form>`, `<form><input name="a"><button>x</button></form>`},
		{"no script runs, so what stands for it is shown", `<noscript><p>x</p><img src=//a.example></noscript>`, `<p>x</p><img>`},
		{"but not without end", strings.Repeat(`<noscript>x`, 3), `x`},
		{"styles stay", `<style>a > b { color: red } @media (width < 9px) {}</style>`, `<style>a > b { color: red } @media (width < 9px) {}</style>`},
		{"and are no markup, wherever they are", `<svg><style></p><link rel=preconnect href=//a.example><!--</style></svg>`, `<svg><style>\3c /p>\3c link rel=preconnect href=//a.example>\3c !--</style></svg>`},
		{"titles and templates are not seen", `<title>a</title><template><p>b</template>c`, `c`},
		{"text areas hold text", `<textarea><p></textarea>`, `<textarea>&lt;p&gt;</textarea>`},
		{"what is no markup any more", `<plaintext><p>`, `&lt;p&gt;`},
		{"comments go", `a<!-- b -->c<![CDATA[d]]>e`, `ace`},
		{"drawings stay", `<svg viewBox="0 0 9 9"><path d="M0 0"/><use href="#a"/><use xlink:href="//a.example#a"/><image href=//a.example></svg>`, `<svg viewbox="0 0 9 9"><path d="M0 0" /><use href="#a" /><use /></svg>`},
		{"and do not move", `<svg><a href="#a"><animate attributeName=href to=//a.example /></a></svg>`, `<svg><a href="#a"></a></svg>`},
		{"odd names of attributes", `<p a"b=c d<e=f g=h>x`, `<p g="h">x`},
		{"what is cut", `<p>x<a hre`, `<p>x`},
		{"bytes that are no text", "<p>\xff\x00</p>", "<p>\xff\x00</p>"},
	} {
		want := `<html tabindex="0">` + tt.want
		if strings.HasPrefix(tt.in, "<!DOCTYPE") {
			want = "<!doctype html>" + want
		}
		if got := quietHTML(tt.in); got != want {
			t.Errorf("%s: %q = %q, want %q", tt.name, tt.in, got, want)
		}
	}
}

// FuzzQuietHTML reads what comes out as a browser does: nothing is left in it that
// could ask for anything.
func FuzzQuietHTML(f *testing.F) {
	for _, s := range []string{
		`<math><mi><style><link rel=preconnect href=//a></style>`, `<svg><desc><noscript><style></noscript><link href=//a>`, `<select><template><style></select><iframe src=//a>`,
		`<table><style></table><base href=//a><form action=//a>`, `<xmp><p title="</xmp><link href=//a>">`, `<p title='"><img src=//a onerror=a()>'>`, `<svg><p><style><!--</style><img title="--><base href=//a>">`,
		"<noembed><a href='//a'></noembed>", "<a\x00b href=//a><\x00a href=//a></a\x00", `<!--><script>--><iframe srcdoc="<p>">`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := quietHTML(in)
		root, err := html.ParseWithOptions(strings.NewReader(out), html.ParseOptionEnableScripting(false))
		if err != nil {
			return // nested too deep for this parser
		}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			// The parser adds these by itself.
			if !shownTags[strings.ToLower(n.Data)] && n.Data != "style" {
				t.Errorf("%q = %q, which has <%s>", in, out, n.Data)
			}
			for _, a := range n.Attr {
				name := strings.ToLower(a.Key)
				if strings.HasPrefix(name, "on") || mutedAttributes[name] || name == "href" && !strings.HasPrefix(a.Val, "#") || name == "src" && !strings.HasPrefix(strings.ToLower(a.Val), "data:image/") {
					t.Errorf("%q = %q, which has %s=%q", in, out, a.Key, a.Val)
				}
			}
		}
	})
}

func TestPreview(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	zipped := func(s string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write([]byte(s)) //nolint:errcheck // memory
		w.Close()
		return b.String()
	}
	for _, tt := range []struct{ name, head, body, query, want string }{
		{"page", "Content-Type: text/html", "<p>é<script>a()</script>", "as=html", "<p>é"},
		{"charset of the head", "Content-Type: text/html; charset=iso-8859-1", "<p>\xe9", "as=html", "<p>é"},
		{"charset of the page", "Content-Type: text/html", "<meta charset=windows-1251><p>\xe9", "as=html", "<p>й"},
		{"charset of the mark", "Content-Type: text/html; charset=iso-8859-1", "\xff\xfe<\x00p\x00>\x00\xe9\x00", "as=html", "<p>é"},
		{"UTF-8 that is not announced", "X-A: b", strings.Repeat(" ", 2000) + "é", "as=html", strings.Repeat(" ", 2000) + "é"},
		{"charset that there is not", "Content-Type: text/html; charset=x-none", "<p>é", "as=html", "<p>é"},
		{"freed of its coding", "Content-Type: text/html\r\nContent-Encoding: gzip", zipped("<p>x"), "as=html&decoded=1", "<p>x"},
		{"empty", "Content-Type: text/html", "", "as=html", ""},
		{"drawing", "Content-Type: image/svg+xml", "<svg><script>a()</script></svg>", "as=svg", "<svg><script>a()</script></svg>"},
		{"charset of a drawing", "Content-Type: image/svg+xml", "<?xml version=\"1.0\" encoding='iso-8859-1'?><svg>\xe9</svg>", "as=svg", "<svg>é</svg>"},
		{"head before declaration", "Content-Type: image/svg+xml; charset=utf-8", "<?xml version=\"1.0\" encoding='iso-8859-1'?><svg>é</svg>", "as=svg", "<svg>é</svg>"},
		{"drawing without declaration", "Content-Type: image/svg+xml", "\ufeff<?xml version='1.0'?><svg>é</svg>", "as=svg", "<svg>é</svg>"},
	} {
		row := r.capture(capture{head: "POST / HTTP/1.1\r\nHost: a\r\n" + tt.head + "\r\n\r\n", body: tt.body, response: "HTTP/1.1 200 OK\r\n" + tt.head + "\r\n\r\n" + tt.body})
		for _, part := range []string{"request", "response"} {
			path := fmt.Sprintf("/api/v1/deliveries/%s/attempts/0/%s/preview?%s", row.ID, part, tt.query)
			kind := map[bool]string{true: "image/svg+xml", false: "text/html; charset=utf-8"}[strings.HasPrefix(tt.query, "as=svg")]
			a := r.do("GET", path, "", "Accept: image/*")
			if a.StatusCode != 200 || strings.TrimPrefix(string(a.body), `<html tabindex="0">`) != tt.want || a.Header.Get("Content-Type") != kind {
				t.Errorf("%s, %s = %d %s %q, want %q", tt.name, part, a.StatusCode, a.Header.Get("Content-Type"), clip(a.body), tt.want)
			}
			for name, want := range map[string]string{
				"Content-Security-Policy": policyPreview, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "no-referrer",
				"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store", "X-DNS-Prefetch-Control": "off", "Set-Cookie": "", "Cross-Origin-Opener-Policy": "",
			} {
				if got := a.Header.Get(name); got != want {
					t.Errorf("%s: %s = %q, want %q", tt.name, name, got, want)
				}
			}
			// By itself in a tab a drawing is no document either.
			a = r.do("GET", path, "", "Accept: text/html,image/*")
			data := base64.StdEncoding.EncodeToString([]byte(tt.want))
			if kind == "image/svg+xml" && (!strings.Contains(string(a.body), `src="data:image/svg+xml;base64,`+data+`"`) || strings.Contains(string(a.body), "<script")) {
				t.Errorf("%s in a tab = %q", tt.name, clip(a.body))
			}
			if got := a.Header.Get("Content-Type"); got != "text/html; charset=utf-8" || a.Header.Get("Content-Security-Policy") != policyPreview {
				t.Errorf("%s in a tab is %s", tt.name, got)
			}
		}
	}

	row := r.capture(capture{head: "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n\r\n", body: "<p>"})
	large := r.capture(capture{head: "POST / HTTP/1.1\r\nHost: a\r\n\r\n", body: strings.Repeat("a", maxPreview+1)})
	for _, tt := range []struct {
		name   string
		row    inspector.Row
		rest   string
		header string
		status int
	}{
		{"as nothing", row, "request/preview", "X-A: b", 400},
		{"as something else", row, "request/preview?as=png", "X-A: b", 400},
		{"coding that it has not", row, "request/preview?as=html&decoded=1", "X-A: b", 422},
		{"no response", row, "response/preview?as=html", "X-A: b", 404},
		{"too large", large, "request/preview?as=html", "X-A: b", 413},
		{"from another site", row, "request/preview?as=html", "Sec-Fetch-Site: cross-site", 403},
		{"without a token", row, "request/preview?as=html", "Authorization: -", 401},
		{"under another name", row, "request/preview?as=html", "Host: evil.example", 421},
	} {
		if a := r.do("GET", fmt.Sprintf("/api/v1/deliveries/%s/attempts/0/%s", tt.row.ID, tt.rest), "", tt.header); a.StatusCode != tt.status || a.Header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s = %d %s", tt.name, a.StatusCode, clip(a.body))
		}
	}
}
