package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

// post sends JSON and reads the answer, which has the status.
func (r *rig) post(path string, in any, status int, into any) {
	r.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		r.t.Fatal(err)
	}
	a := r.do("POST", path, string(body))
	if a.StatusCode != status {
		r.t.Fatalf("POST %s %s = %d %s, want %d", path, clip(body), a.StatusCode, clip(a.body), status)
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		r.t.Fatalf("POST %s: %v in %s", path, err, a.body)
	}
}

// Every row of the table is told in full, and what is told is the row.
func TestSchemesAreTold(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var all client.Schemes
	r.get("/api/v1/schemes", &all)
	if len(all.Schemes) != len(signer.All()) {
		t.Fatalf("%d schemes, want %d", len(all.Schemes), len(signer.All()))
	}
	for i, s := range all.Schemes {
		want := signer.All()[i]
		if s.ID != want.ID || s.Header == "" || s.Custom {
			t.Errorf("= %+v, want %s", s, want.ID)
		}
		var row client.SchemeRow
		r.get("/api/v1/schemes/"+s.ID, &row)
		got, err := json.Marshal(row.Scheme)
		if err != nil {
			t.Fatal(err)
		}
		if full, err := json.Marshal(want); err != nil || string(got) != string(full) {
			t.Errorf("%s = %s, want %s, %v", s.ID, got, full, err)
		}
		if row.Covers != want.Covers() {
			t.Errorf("%s covers %s, want %s", s.ID, row.Covers, want.Covers())
		}
	}
	if a := r.do("GET", "/api/v1/schemes/nosuch", ""); a.StatusCode != 404 {
		t.Errorf("an unknown one = %d", a.StatusCode)
	}
}

func TestCodeOfSchemes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, language := range signer.Languages {
		var code client.Code
		r.get("/api/v1/schemes/github/code?language="+language, &code)
		if code.Language != language || !strings.Contains(strings.ToLower(code.Code), "x-hub-signature-256") && !strings.Contains(code.Code, "X_HUB_SIGNATURE_256") {
			t.Errorf("%s = %s", language, code.Code)
		}
	}
	for path, want := range map[string]int{"github/code": 200, "github/code?language=cobol": 400, "nosuch/code?language=go": 404} {
		if a := r.do("GET", "/api/v1/schemes/"+path, ""); a.StatusCode != want {
			t.Errorf("%s = %d, want %d", path, a.StatusCode, want)
		}
	}
}

// What is signed is what the verifier takes, for schemes that sign in a header, in
// the body, and in the address.
func TestSign(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	now := time.Date(2026, 3, 4, 10, 42, 7, 0, time.UTC)
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	for _, tt := range []struct {
		scheme, secret, body string
		binary               bool
	}{
		{"github", "key", `{"a":1}`, false},
		{"stripe", "whsec_abcdefgh", "\xff\x00", true},
		{"standard-webhooks", secret, `{"a":1}`, false},
		{"mailgun", "key", `{"signature":{},"event-data":{}}`, false},
	} {
		t.Run(tt.scheme, func(t *testing.T) {
			in := client.SignInput{Scheme: tt.scheme, Secret: tt.secret, URL: "https://example.org/x", Now: "2026-03-04T10:42:07Z", ID: "msg_1"}
			in.Body = tt.body
			if tt.binary {
				in.Body, in.BodyBase64 = "", base64.StdEncoding.EncodeToString([]byte(tt.body))
			}
			var v client.Signed
			r.post("/api/v1/sign", in, 200, &v)
			row, ok := signer.Lookup(tt.scheme)
			if !ok {
				t.Fatal("no such scheme")
			}
			m := signer.Message{Method: "POST", URL: in.URL, Body: []byte(tt.body)}
			for _, f := range v.Headers {
				m.Header = append(m.Header, signer.Field{Name: f.Name, Value: f.Value})
			}
			if v.BodyBase64 != "" {
				body, err := base64.StdEncoding.DecodeString(v.BodyBase64)
				if err != nil {
					t.Fatal(err)
				}
				m.Body = body
			}
			result, err := row.Verify(&m, []string{tt.secret}, now, signer.Options{})
			if err != nil || result.Verdict != signer.Valid {
				t.Errorf("%+v = %+v, %v", v, result, err)
			}
		})
	}
	for _, tt := range []struct{ body, field string }{
		{`{}`, "scheme"},
		{`{"scheme":"nosuch","secret":"a"}`, "scheme"},
		{`{"scheme":"github"}`, "secret"},
		{`{"scheme":"github","secret":"  "}`, "secret"},
		{`{"scheme":"standard-webhooks","secret":"whsec_!"}`, "secret"},
		{`{"scheme":"github","secret":"a","body":"a","body_base64":"YQ=="}`, "body_base64"},
		{`{"scheme":"github","secret":"a","body_base64":"!"}`, "body_base64"},
		{`{"scheme":"github","secret":"a","now":"noon"}`, "now"},
		{`{"scheme":"github","secret":"a","url":"ftp://x"}`, "url"},
		{`{"scheme":"twilio","secret":"a"}`, "url"},
	} {
		a := r.do("POST", "/api/v1/sign", tt.body)
		var p client.Problem
		if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != 400 || p.Field != tt.field {
			t.Errorf("%s = %d %s, want field %s", tt.body, a.StatusCode, a.body, tt.field)
		}
	}
}

func TestTrySchemes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const row = `{"id":"mine","name":"Mine","signature":{"headers":["X-Mine"],"layout":"raw"},"algorithm":"hmac-sha256","encoding":"hex","content":"{body}","secret":"text"}`
	text := strings.ReplaceAll(row, ",", ",\n")
	wrong := strings.Replace(text, `"hex"`, `"hexx"`, 1)
	for _, tt := range []struct {
		name, scheme, secret, verdict, field string
		ok                                   bool
		line                                 int
	}{
		{"a row", row, "key", "valid", "", true, 0},
		{"text", fmt.Sprintf("%q", text), "key", "valid", "", true, 0},
		{"no secret", row, "", "unchecked", "", true, 0},
		{"a blank secret", row, " ", "", "secret", false, 0},
		{"a mistake in text", fmt.Sprintf("%q", wrong), "key", "", "encoding", false, 6},
		{"an unknown field", strings.Replace(row, `"content"`, `"contents"`, 1), "key", "", "contents", false, 1},
		{"no JSON in text", `"{"`, "key", "", "", false, 1},
		{"a list of two", `"[` + strings.ReplaceAll(row+","+strings.Replace(row, "mine", "other", 1), `"`, `\"`) + `]"`, "key", "", "", false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var v client.SchemeTried
			r.post("/api/v1/schemes/check", client.SchemeTrial{Scheme: json.RawMessage(tt.scheme), Secret: tt.secret, Body: "x"}, 200, &v)
			if v.OK != tt.ok || v.Verdict != tt.verdict || (v.Error == nil) != tt.ok {
				t.Fatalf("= %+v", v)
			}
			if v.Error != nil && (v.Error.Field != tt.field || v.Error.Line != tt.line || v.Error.Text == "") {
				t.Errorf("= %+v", v.Error)
			}
			if tt.verdict == "valid" && (len(v.Headers) != 1 || v.Headers[0].Name != "X-Mine") {
				t.Errorf("headers = %+v", v.Headers)
			}
		})
	}
	for _, body := range []string{`{}`, `{"scheme":""}`} {
		if a := r.do("POST", "/api/v1/schemes/check", body); a.StatusCode != 400 {
			t.Errorf("%s = %d", body, a.StatusCode)
		}
	}
}
