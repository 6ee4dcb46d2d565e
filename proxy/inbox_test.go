package proxy

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// noSchemes are those of the table alone.
var noSchemes = &Schemes{}

func TestInboxCheck(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		json  string
		field string // of the error, "" for none
		text  string // part of it
	}{
		{"least", `{"name":"a"}`, "", ""},
		{"all of it", `{"name":"a.b_c-1","private":true,"note":"n","answer":{"status":201,"headers":[{"name":"X-A","value":"{{id}}"}],"body":"{{ body.a.0 }}","template":true,
			"delay_ms":5,"sequence":["503","timeout","200"],"fault":"reset","error_rate":0.5,"error_status":429,"seed":7,"rules":[{"when":"method:GET","status":404}]},
			"forward":[{"name":"app","url":"http://localhost:3000/hooks","host":"keep","path":"fixed","timeout_ms":1000,"insecure":true}],"answer_from":"inbox"}`, "", ""},
		{"no name", `{}`, "name", "is empty"},
		{"name in capitals", `{"name":"Demo"}`, "name", "is no name"},
		{"name with a slash", `{"name":"a/b"}`, "name", "is no name"},
		{"name begins with a dot", `{"name":".a"}`, "name", "is no name"},
		{"name of 64", `{"name":"` + strings.Repeat("a", 64) + `"}`, "name", "is no name"},
		{"name like a token", `{"name":"0123456789abcdef0123456789abcdef"}`, "name", "looks like a token"},
		{"token", `{"name":"a","token":"short"}`, "token", "32 lower-case hex"},
		{"private default", `{"name":"default","private":true}`, "private", "cannot be private"},
		{"signatures", `{"name":"a","scheme":"github","secrets":[{"value":"x","until":"2030-01-01T00:00:00Z"},{"name":"b","generate":true}],"url_base":"https://example.com/hooks","context":{"webhook_id":"1"},"tolerance_s":5,"challenges":"off","challenge_token":"t"}`, "", ""},
		{"scheme", `{"name":"a","scheme":"gihtub"}`, "scheme", "no scheme"},
		{"secret without value", `{"name":"a","secrets":[{"name":"x"}]}`, "secrets[0].value", "is empty"},
		{"blank secret", `{"name":"a","secrets":[{"value":"a"},{"value":" \t"}]}`, "secrets[1].value", "is empty"},
		{"secret with a line end", `{"name":"a","secrets":[{"value":"abc\n"}]}`, "secrets[0].value", "line end"},
		{"key in PEM", `{"name":"a","secrets":[{"value":"-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n"}]}`, "", ""},
		{"base64 without padding, without prefix", `{"name":"a","scheme":"standard-webhooks","secrets":[{"value":"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNA"},{"value":"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNA==","name":"b"}]}`, "", ""},
		{"secret for another scheme", `{"name":"a","scheme":"standard-webhooks","secrets":[{"value":"whsec_***"}]}`, "secrets[0].value", "is not base64"},
		{"unknown id", `{"name":"a","secrets":[{"id":"01234567"}]}`, "secrets[0].id", "no secret"},
		{"value and generate", `{"name":"a","secrets":[{"value":"x","generate":true}]}`, "secrets[0].generate", "has a value too"},
		{"two secrets of one name", `{"name":"a","secrets":[{"value":"x","name":"a"},{"value":"y","name":"a"}]}`, "secrets[1].name", "another secret"},
		{"11 secrets", `{"name":"a","secrets":[{},{},{},{},{},{},{},{},{},{},{}]}`, "secrets", "the limit is 10"},
		{"long secret", `{"name":"a","secrets":[{"value":"` + strings.Repeat("x", maxSecretBytes+1) + `"}]}`, "secrets[0].value", "the limit is"},
		{"secret name with a line break", `{"name":"a","secrets":[{"name":"a\nb","value":"x"}]}`, "secrets[0].name", "is no text"},
		{"URL base without host", `{"name":"a","url_base":"example.com"}`, "url_base", "no http or https URL"},
		{"URL base with a query", `{"name":"a","url_base":"http://a/?b"}`, "url_base", "has a query"},
		{"URL base with a password", `{"name":"a","url_base":"http://u:p@a/"}`, "", ""},
		{"context name", `{"name":"a","context":{"A b":""}}`, "context", "no name"},
		{"tolerance", `{"name":"a","tolerance_s":-1}`, "tolerance_s", "out of range"},
		{"listed challenges", `{"name":"a","challenges":["slack","meta"]}`, "", ""},
		{"auto within a list", `{"name":"a","challenges":["slack","auto"]}`, "challenges[1]", "not known"},
		{"challenges", `{"name":"a","challenges":"some"}`, "challenges[0]", "not known"},
		{"status 100", `{"name":"a","answer":{"status":100}}`, "answer.status", "100 is out of range"},
		{"status 600", `{"name":"a","answer":{"status":600}}`, "answer.status", "600 is out of range"},
		{"header name", `{"name":"a","answer":{"headers":[{"name":"X A","value":""}]}}`, "answer.headers[0].name", "no header name"},
		{"header name with a line break", `{"name":"a","answer":{"headers":[{"name":"X\r\nY","value":""}]}}`, "answer.headers[0].name", "no header name"},
		{"CR in a value", `{"name":"a","answer":{"headers":[{"name":"X","value":"a\rb"}]}}`, "answer.headers[0].value", "0x0d at 1"},
		{"LF in a value", `{"name":"a","answer":{"headers":[{"name":"Y","value":""},{"name":"X","value":"a\nb: c"}]}}`, "answer.headers[1].value", "0x0a at 1"},
		{"NUL in a value", `{"name":"a","answer":{"headers":[{"name":"X","value":"\u0000"}]}}`, "answer.headers[0].value", "0x00 at 0"},
		{"LF in a rule's value", `{"name":"a","answer":{"rules":[{"when":"","headers":[{"name":"X","value":"\n"}]}]}}`, "answer.rules[0].headers[0].value", "0x0a at 0"},
		{"framing header", `{"name":"a","answer":{"headers":[{"name":"content-length","value":"5"}]}}`, "answer.headers[0].name", "set by the capture port"},
		{"two bodies", `{"name":"a","answer":{"body":"x","body_base64":"eA=="}}`, "answer.body_base64", "as text too"},
		{"base64", `{"name":"a","answer":{"body_base64":"ab*="}}`, "answer.body_base64", "no base64 from byte 2"},
		{"unknown template name", `{"name":"a","answer":{"body":"hi {{naim}}","template":true}}`, "answer.body", "unknown name {{naim}} at byte 3"},
		{"template without a key", `{"name":"a","answer":{"body":"{{query.}}","template":true}}`, "answer.body", "unknown name"},
		{"open template", `{"name":"a","answer":{"body":"a {{id","template":true}}`, "answer.body", "without }} at byte 2"},
		{"braces without template", `{"name":"a","answer":{"body":"{{naim}}"}}`, "", ""},
		{"delay", `{"name":"a","answer":{"delay_ms":60001}}`, "answer.delay_ms", "out of range"},
		{"step", `{"name":"a","answer":{"sequence":["200","teapot"]}}`, "answer.sequence[1]", "no step"},
		{"step without an answer", `{"name":"a","answer":{"sequence":[""]}}`, "answer.sequence[0]", "no step"},
		{"fault", `{"name":"a","answer":{"fault":"explode"}}`, "answer.fault", "not known"},
		{"error rate", `{"name":"a","answer":{"error_rate":1.5}}`, "answer.error_rate", "not between 0 and 1"},
		{"rule", `{"name":"a","answer":{"rules":[{"when":"status:200"},{"when":"stauts:200"}]}}`, "answer.rules[1].when", "stauts"},
		{"two targets of one name", `{"name":"a","forward":[{"name":"x","url":"http://a"},{"name":"x","url":"http://b"}]}`, "forward[1].name", "another target"},
		{"target inbox", `{"name":"a","forward":[{"name":"inbox","url":"http://a"}]}`, "forward[0].name", "answer program"},
		{"target host", `{"name":"a","forward":[{"url":"http://a","host":"x"}]}`, "forward[0].host", "not known"},
		{"target path", `{"name":"a","forward":[{"url":"http://a","path":"x"}]}`, "forward[0].path", "not known"},
		{"target timeout", `{"name":"a","forward":[{"url":"http://a","timeout_ms":-1}]}`, "forward[0].timeout_ms", "out of range"},
		{"answer from nobody", `{"name":"a","answer_from":"app"}`, "answer_from", "no target has the name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var in Inbox
			err := json.Unmarshal([]byte(tt.json), &in)
			if err == nil {
				in = in.normal()
				if in.Token == "" {
					in.Token = NewToken()
				}
				err = in.check()
			}
			if err == nil {
				_, err = in.withSecrets(nil, noSchemes, time.Now())
			}
			if tt.field == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				if _, err := json.Marshal(in); err != nil {
					t.Fatal(err)
				}
				return
			}
			var invalid *InvalidError
			if !errors.As(err, &invalid) || invalid.Field != tt.field || !strings.Contains(invalid.Text, tt.text) {
				t.Errorf("error %v, want one of %s with %q", err, tt.field, tt.text)
			}
		})
	}
}

func TestTemplateErrorHasItsPlace(t *testing.T) {
	t.Parallel()
	_, err := parseTemplate("é {{id}} {{wrong}}!")
	if err == nil || "é {{id}} {{wrong}}!"[err.Pos:err.End] != "{{wrong}}" {
		t.Errorf("error %+v", err)
	}
}

func TestParseTarget(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ url, want, wrong string }{
		{"http://localhost:3000/hooks", "localhost:3000", ""},
		{"HTTP://Example.COM", "example.com:80", ""},
		{"https://example.com/a?b=c", "example.com:443", ""},
		{"http://[::1]:3000", "[::1]:3000", ""},
		{"http://[::1]", "[::1]:80", ""},
		{"", "", "is empty"},
		{"localhost:3000", "", "no scheme"},
		{"3000", "", "no scheme"},
		{"ftp://a", "", "scheme"},
		{"file:///etc/passwd", "", "scheme"},
		{"http://user:secret@a/", "", "user name or password"},
		{"http://a/#b", "", "fragment"},
		{"http://a b/", "", "0x20"},
		{"http://a/\r\nX: y", "", "0x0d"},
		{"http://пример/", "", "0xd0"},
		{"http://a:0/", "", "port"},
		{"http://a:70000/", "", "port"},
		{"http://a:x/", "", "host"},
		{"http://[fe80::1%25eth0]/", "", "zone"},
		{"http:///x", "", "no valid host"},
		{"http://-a/", "", "malformed host"},
		{"http://a..b/", "", "malformed host"},
		{"http://a\\b/", "", "escape"},
		{"http://[::1::]/", "", "no valid host"},
		{"http://a/" + strings.Repeat("x", 64<<10), "", "limit"},
	} {
		a, err := parseTarget(tt.url)
		switch {
		case tt.wrong == "" && err != nil:
			t.Errorf("%.60q is refused: %v", tt.url, err)
		case tt.wrong == "" && a.dial() != tt.want:
			t.Errorf("%.60q is dialled as %s, want %s", tt.url, a.dial(), tt.want)
		case tt.wrong != "" && (err == nil || !strings.Contains(err.Text, tt.wrong)):
			t.Errorf("%.60q: error %v, want %q", tt.url, err, tt.wrong)
		case err != nil && strings.Contains(err.Error(), "secret"):
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestRequestTarget(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		url, rest string
		fixed     bool
		want      string
	}{
		{"http://a", "", false, "/"},
		{"http://a", "/x", false, "/x"},
		{"http://a", "//x/../%2e", false, "//x/../%2e"},
		{"http://a/", "/x", false, "/x"},
		{"http://a/b", "", false, "/b"},
		{"http://a/b/", "", false, "/b/"},
		{"http://a/b/", "/x?q", false, "/b/x?q"},
		{"http://a/b", "?q=1&q=2", false, "/b?q=1&q=2"},
		{"http://a/b", "/?", false, "/b/?"},
		{"http://a/b?k=1", "/x?q=1", false, "/b/x?k=1&q=1"},
		{"http://a/b?k=1", "/x", false, "/b/x?k=1"},
		{"http://a/b?k=1", "/x?", false, "/b/x?k=1"},
		{"http://a/b", "/x?q=1", true, "/b?q=1"},
		{"http://a", "/x", true, "/"},
		{"http://a?k", "?q", false, "/?k&q"},
		{"http://a", "*", false, "*"},
	} {
		a, err := parseTarget(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.requestTarget(tt.rest, tt.fixed); got != tt.want {
			t.Errorf("%s with %q, fixed %v: %q, want %q", tt.url, tt.rest, tt.fixed, got, tt.want)
		}
	}
}

func TestInboxFieldsAreComplete(t *testing.T) {
	t.Parallel()
	in := Inbox{Name: "a"}.normal()
	if got := in.Answer; got.Status != 200 || got.Body != `{"ok":true}` || len(got.Headers) != 1 || got.Headers[0] != (inspector.Field{Name: "Content-Type", Value: "application/json"}) {
		t.Errorf("default answer %+v", got)
	}
	text, err := json.Marshal(in)
	if err != nil || strings.Contains(string(text), "null") {
		t.Errorf("JSON %s, %v", text, err)
	}
	if got := (Inbox{Name: "a", Answer: Answer{Status: 204}}).normal().Answer; got.Body != "" {
		t.Errorf("an answer with a status of its own got the body %q", got.Body)
	}
}
