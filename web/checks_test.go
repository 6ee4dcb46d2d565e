package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

// sendSigned posts a body to an inbox through the capture port, signed as GitHub does.
func (r *rig) sendSigned(inbox, secret, signed, body string) client.Page {
	r.t.Helper()
	scheme, ok := signer.Lookup("github")
	if !ok {
		r.t.Fatal("there is no scheme of GitHub's")
	}
	x, err := scheme.Sign(signer.Message{Method: "POST", Body: []byte(signed)}, []string{secret}, "", r.now())
	if err != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequest("POST", r.opt.CaptureURL()+"/in/"+inbox, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, f := range x.Header {
		req.Header.Set(f.Name, f.Value)
	}
	resp, err := plain.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	resp.Body.Close()
	var page client.Page
	r.get("/api/v1/deliveries?limit=1", &page)
	return page
}

func (r *rig) guardedInbox(secret string) proxy.Inbox {
	r.t.Helper()
	var in proxy.Inbox
	r.post("/api/v1/inboxes", map[string]any{"name": "guarded", "scheme": "github", "secrets": []map[string]string{{"value": secret}}}, 201, &in)
	return in
}

func TestSignatureOfDeliveries(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.guardedInbox("right")
	const body = "{\n  \"a\": 1\n}"
	good := r.sendSigned("guarded", "right", body, body).Rows[0]
	reserialized := r.sendSigned("guarded", "right", `{"a":1}`, body).Rows[0]
	for _, tt := range []struct {
		name           string
		n              uint64
		in             *client.CheckInput // nil: GET
		verdict, cause string
		status         int
	}{
		{"valid", good.N, nil, "valid", "", 200},
		{"the body was written anew", reserialized.N, nil, "invalid", "reserialized", 200},
		{"with another secret", good.N, &client.CheckInput{Secrets: []string{"wrong"}}, "invalid", "other-secret", 200},
		{"with another scheme", good.N, &client.CheckInput{Scheme: "stripe", Secrets: []string{"whsec_x"}}, "missing", "other-scheme", 200},
		{"what the app computed", good.N, &client.CheckInput{Got: digest(t, "right", `{"a":1}`)}, "valid", "reserialized", 200},
		{"no digest", good.N, &client.CheckInput{Got: "!"}, "", "", 400},
		{"an unknown scheme", good.N, &client.CheckInput{Scheme: "nosuch"}, "", "", 400},
		{"a blank secret", good.N, &client.CheckInput{Secrets: []string{" "}}, "", "", 400},
		{"an address that is none", good.N, &client.CheckInput{URL: "x"}, "", "", 400},
		{"an attempt that there is not", good.N, &client.CheckInput{Attempt: 7}, "", "", 404},
		{"an attempt below 0", good.N, &client.CheckInput{Attempt: -1}, "", "", 400},
		{"no such delivery", 99, nil, "", "", 404},
		{"no such delivery", 99, &client.CheckInput{}, "", "", 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			method, body := "GET", ""
			if tt.in != nil {
				data, err := json.Marshal(tt.in)
				if err != nil {
					t.Fatal(err)
				}
				method, body = "POST", string(data)
			}
			a := r.do(method, fmt.Sprintf("/api/v1/deliveries/%d/signature", tt.n), body)
			if a.StatusCode != tt.status {
				t.Fatalf("= %d %s", a.StatusCode, a.body)
			}
			var check proxy.Check
			if err := json.Unmarshal(a.body, &check); tt.status == 200 && (err != nil || check.Verdict != tt.verdict || check.Cause != tt.cause) {
				t.Errorf("= %s, %v", a.body, err)
			}
		})
	}
	// Checks with other things left the verdicts as they are.
	var page client.Page
	r.get("/api/v1/deliveries?q=sig:valid", &page)
	if len(page.Rows) != 1 || page.Rows[0].ID != good.ID {
		t.Errorf("valid are %+v", page.Rows)
	}
	var code client.Code
	r.get(fmt.Sprintf("/api/v1/deliveries/%d/signature/code?language=flask", good.N), &code)
	if code.Language != "flask" || !strings.Contains(code.Code, "Hub") {
		t.Errorf("code = %+v", code)
	}
	plainRow := r.capture(capture{})
	for path, want := range map[string]int{
		fmt.Sprintf("%d/signature/code", plainRow.N):               400,
		fmt.Sprintf("%d/signature/code?scheme=stripe", plainRow.N): 200,
		fmt.Sprintf("%d/signature/code?scheme=nosuch", plainRow.N): 400,
		fmt.Sprintf("%d/signature/code?language=cobol", good.N):    400,
		"99/signature/code": 404,
	} {
		if a := r.do("GET", "/api/v1/deliveries/"+path, ""); a.StatusCode != want {
			t.Errorf("%s = %d %s, want %d", path, a.StatusCode, a.body, want)
		}
	}
}

// digest is what an app computes over a body.
func digest(t *testing.T, secret, body string) string {
	t.Helper()
	scheme, _ := signer.Lookup("github")
	x, err := scheme.Sign(signer.Message{Method: "POST", Body: []byte(body)}, []string{secret}, "", time.Unix(1_700_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(x.Header[0].Value, "sha256=")
}

func TestVerify(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const request = "POST /hooks HTTP/1.1\nHost: a\nX-Hub-Signature-256: sha256=%s\n\n{\"a\":1}"
	good := fmt.Sprintf(request, digest(t, "key", `{"a":1}`))
	bad := fmt.Sprintf(request, digest(t, "key\n", `{"a":1}`))
	for _, tt := range []struct {
		name           string
		in             client.VerifyInput
		verdict, cause string
	}{
		{"valid", client.VerifyInput{Request: good, CheckInput: client.CheckInput{Scheme: "github", Secrets: []string{"key"}}}, "valid", ""},
		{"the scheme is told by the header", client.VerifyInput{Request: good, CheckInput: client.CheckInput{Secrets: []string{"key"}}}, "valid", ""},
		{"a line end in the secret", client.VerifyInput{Request: bad, CheckInput: client.CheckInput{Scheme: "github", Secrets: []string{"key"}}}, "invalid", "secret-whitespace"},
		{"no secret", client.VerifyInput{Request: good}, "unchecked", "secret-missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var check proxy.Check
			r.post("/api/v1/verify", tt.in, 200, &check)
			if check.Verdict != tt.verdict || check.Cause != tt.cause {
				t.Errorf("= %+v", check)
			}
		})
	}
	for _, body := range []string{
		`{}`, `{"request":"x","request_base64":"eA=="}`, `{"request_base64":"!"}`, `{"request":"no request"}`,
		`{"request":"POST / HTTP/1.1\n\n","now":"noon"}`, `{"request":"POST / HTTP/1.1\n\n","url":"x"}`, `{"request":"POST / HTTP/1.1\n\n","secrets":[""]}`,
	} {
		if a := r.do("POST", "/api/v1/verify", body); a.StatusCode != 400 {
			t.Errorf("%s = %d %s", body, a.StatusCode, a.body)
		}
	}
}

// Milliseconds where a scheme has seconds lie beyond the last year that JSON can hold.
func TestVerifyTimestampBeyondAllYears(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	scheme, _ := signer.Lookup("stripe")
	at := time.Unix(time.Now().UnixMilli(), 0)
	x, err := scheme.Sign(signer.Message{Method: "POST", Body: []byte("{}")}, []string{"whsec_key"}, "", at)
	if err != nil {
		t.Fatal(err)
	}
	var check proxy.Check
	r.post("/api/v1/verify", client.VerifyInput{
		Request:    "POST /hooks HTTP/1.1\nHost: a\n" + x.Header[0].Name + ": " + x.Header[0].Value + "\n\n{}",
		CheckInput: client.CheckInput{Scheme: "stripe", Secrets: []string{"whsec_key"}},
	}, 200, &check)
	if check.Verdict != "valid" || check.SignedAt != nil || check.AgeS != nil {
		t.Errorf("= %+v", check)
	}
}

func TestRecheckAfterASecretWasCorrected(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	in := r.guardedInbox("wrong")
	row := r.sendSigned("guarded", "right", "{}", "{}").Rows[0]
	if row.Verdict != "invalid" {
		t.Fatalf("at the capture = %+v", row)
	}
	in.Secrets[0].Value = "right"
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if a := r.do("PUT", "/api/v1/inboxes/guarded", string(body)); a.StatusCode != 200 {
		t.Fatalf("correct = %d %s", a.StatusCode, a.body)
	}
	var res client.Rechecked
	r.post("/api/v1/recheck", map[string]string{"q": "inbox:guarded"}, 200, &res)
	if res.Checked != 1 || res.Changed != 1 || res.Verdicts["valid"] != 1 || !res.Complete {
		t.Errorf("= %+v", res)
	}
	r.post("/api/v1/recheck", map[string]string{"q": "*"}, 200, &res)
	if res.Checked != 1 || res.Changed != 0 {
		t.Errorf("again = %+v", res)
	}
	for _, body := range []string{`{}`, `{"q":""}`, `{"q":" "}`, `{"q":"nosuch:1"}`} {
		if a := r.do("POST", "/api/v1/recheck", body); a.StatusCode != 400 {
			t.Errorf("%s = %d", body, a.StatusCode)
		}
	}
}

func TestOwnSchemes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const row = `{"id":"%s","name":"Mine","signature":{"headers":["X-Mine"],"layout":"raw"},"algorithm":"hmac-sha256","encoding":"hex","content":"%s","secret":"text"}`
	var own client.SchemeRow
	r.post("/api/v1/schemes", json.RawMessage(fmt.Sprintf(row, "mine", "{body}")), 201, &own)
	if !own.Custom || own.Rev == 0 || own.ID != "mine" || own.Covers != "body" {
		t.Fatalf("= %+v", own)
	}
	var all client.Schemes
	r.get("/api/v1/schemes", &all)
	if len(all.Schemes) != len(signer.All())+1 {
		t.Errorf("%d schemes", len(all.Schemes))
	}
	// It signs, verifies, and can be set for an inbox like any other.
	var signed client.Signed
	r.post("/api/v1/sign", client.SignInput{Scheme: "mine", Secret: "key", Body: "x"}, 200, &signed)
	var check proxy.Check
	request := "POST / HTTP/1.1\nHost: a\nX-Mine: " + signed.Headers[0].Value + "\n\nx"
	r.post("/api/v1/verify", client.VerifyInput{Request: request, CheckInput: client.CheckInput{Scheme: "mine", Secrets: []string{"key"}}}, 200, &check)
	if check.Verdict != "valid" || check.SchemeName != "Mine" {
		t.Errorf("check = %+v", check)
	}
	changed, err := json.Marshal(own)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		field                    string
	}{
		{"make it again", "POST", "", fmt.Sprintf(row, "mine", "{body}"), 409, ""},
		{"an id of the table", "POST", "", fmt.Sprintf(row, "github", "{body}"), 400, "id"},
		{"a template that is none", "POST", "", fmt.Sprintf(row, "other", "{nosuch}"), 400, "content"},
		{"an unknown field", "POST", "", `{"id":"a","nosuch":1}`, 400, "nosuch"},
		{"no object", "POST", "", `[]`, 400, ""},
		{"a rev that is none", "PUT", "/mine", `{"rev":"x"}`, 400, "rev"},
		{"replace", "PUT", "/mine", string(changed), 200, ""},
		{"an old revision", "PUT", "/mine", string(changed), 409, ""},
		{"no revision", "PUT", "/mine", fmt.Sprintf(row, "mine", "{body}"), 409, ""},
		{"rename", "PUT", "/mine", fmt.Sprintf(row, "other", "{body}"), 400, "id"},
		{"one of the table", "PUT", "/github", fmt.Sprintf(row, "github", "{body}"), 409, ""},
		{"unknown", "PUT", "/nosuch", fmt.Sprintf(row, "nosuch", "{body}"), 404, ""},
		{"delete one of the table", "DELETE", "/github", "", 409, ""},
		{"delete an old revision", "DELETE", fmt.Sprintf("/mine?rev=%d", own.Rev), "", 409, ""},
		{"delete", "DELETE", "/mine", "", 204, ""},
		{"delete again", "DELETE", "/mine", "", 404, ""},
	} {
		a := r.do(tt.method, "/api/v1/schemes"+tt.path, tt.body)
		var p client.Problem
		if a.StatusCode >= 400 {
			if err := json.Unmarshal(a.body, &p); err != nil {
				t.Error(err)
			}
		}
		if a.StatusCode != tt.status || tt.field != "" && p.Field != tt.field {
			t.Errorf("%s = %d %s", tt.name, a.StatusCode, a.body)
		}
	}
}

// A verdict that comes in a file is found out here or is none; what this store itself
// exported is believed.
func TestImportedVerdicts(t *testing.T) {
	t.Parallel()
	marked := func(key string) func(*Options) {
		return func(o *Options) { o.Mark = func() hash.Hash { return hmac.New(sha256.New, []byte(key)) } }
	}
	from := newRig(t, marked("one"))
	from.guardedInbox("right")
	row := from.sendSigned("guarded", "right", "{}", "{}").Rows[0]
	if row.Verdict != "valid" {
		t.Fatalf("at the capture = %+v", row)
	}
	file := string(from.do("GET", "/api/v1/export?format=jsonl", "").body)
	for _, tt := range []struct {
		name, key, secret, verdict, scheme string
		noted                              bool
	}{
		{"the same store", "one", "", "valid", "github.sha256", false},
		{"no inbox of the name", "two", "", "unchecked", "github.sha256", true},
		{"the secret is set", "two", "right", "valid", "github.sha256", true},
		{"another secret is set", "two", "wrong", "invalid", "github.sha256", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			to := newRig(t, marked(tt.key), func(o *Options) { o.Now = func() time.Time { return time.Now().Add(time.Hour) } })
			if tt.secret != "" {
				to.guardedInbox(tt.secret)
			}
			var res client.Imported
			if a := to.do("POST", "/api/v1/import", file, "Content-Type: application/octet-stream"); a.StatusCode != 200 || json.Unmarshal(a.body, &res) != nil || res.Imported != 1 {
				t.Fatalf("import = %d %s", a.StatusCode, a.body)
			}
			var d client.Delivery
			to.get("/api/v1/deliveries/1", &d)
			if string(d.Row.Verdict) != tt.verdict || d.Row.Scheme != tt.scheme {
				t.Errorf("verdict %s, scheme %s", d.Row.Verdict, d.Row.Scheme)
			}
			if said := strings.Contains(strings.Join(d.Attempts[0].Notes, "\n"), "the file says that its signature is valid (github.sha256); which is not a finding of this store"); said != tt.noted {
				t.Errorf("notes %q", d.Attempts[0].Notes)
			}
		})
	}
}

// One request is no archive: it is said instead of breaking the download off.
func TestExportOfOneRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.guardedInbox("right")
	r.sendSigned("guarded", "right", "{}", "{}")
	if a := r.do("GET", "/api/v1/export?format=raw", ""); a.StatusCode != 200 || !strings.HasPrefix(string(a.body), "POST ") {
		t.Errorf("one request: %d %.80s", a.StatusCode, a.body)
	}
	r.sendSigned("guarded", "right", "{}", "{}")
	if a := r.do("GET", "/api/v1/export?format=raw", ""); a.StatusCode != 400 || !strings.Contains(string(a.body), "take zip") {
		t.Errorf("two requests: %d %s", a.StatusCode, a.body)
	}
}
