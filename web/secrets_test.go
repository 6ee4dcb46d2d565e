package web

import (
	"bytes"
	"strings"
	"testing"
)

// secretCanary stands in every secret of TestSecretsStayIn.
const secretCanary = "canary-secret-5e1f"

// No answer and no line of the log holds a secret that was given.
func TestSecretsStayIn(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{inbox: "demo", head: "POST /in/demo HTTP/1.1\r\nHost: a\r\nX-Hub-Signature-256: sha256=" + strings.Repeat("ab", 32) + "\r\nContent-Length: 2\r\n\r\n", body: "{}"})
	see := func(label string, a reply) {
		t.Helper()
		if bytes.Contains(a.body, []byte(secretCanary)) {
			t.Errorf("%s shows a secret: %s", label, clip(a.body))
		}
		for name, values := range a.Header {
			if strings.Contains(strings.Join(values, ""), secretCanary) {
				t.Errorf("%s shows a secret in %s", label, name)
			}
		}
	}
	secret := `{"name":"current","value":"` + secretCanary + `"}`
	for path, body := range map[string]string{
		"/api/v1/inboxes":   `{"name":"guarded","scheme":"github","secrets":[` + secret + `]}`,
		"/api/v1/endpoints": `{"name":"guarded","url":"http://127.0.0.1:9/","scheme":"github","secrets":[` + secret + `],"auth":{"kind":"bearer","secret":` + secret + `}}`,
	} {
		a := r.do("POST", path, body)
		if a.StatusCode != 201 {
			t.Fatalf("POST %s = %d %s", path, a.StatusCode, a.body)
		}
		see(path, a)
	}
	// Every route, with a secret wherever a body may hold one, good and bad.
	for _, route := range r.routes {
		if strings.HasSuffix(route.path, "/feed") {
			continue
		}
		path := strings.NewReplacer("{id}", row.ID.String(), "{name}", "guarded").Replace(route.path)
		bodies := []string{""}
		if route.method == "POST" || route.method == "PUT" {
			bodies = []string{
				`{"name":"guarded","inbox":"guarded","endpoint":"guarded","rev":99,"secrets":[` + secret + `]}`,
				`{"scheme":"github","secret":"` + secretCanary + `","body":"x"}`,
				`{"scheme":"stripe","secrets":["` + secretCanary + `"],"url":"x","got":"abcd"}`,
				`{"scheme":{"secret":"` + secretCanary + `"},"secret":"` + secretCanary + `"}`,
				`{"secret":"` + secretCanary + `"`,
				`{"secret":["` + secretCanary + `"],"nosuch":1}`,
			}
		}
		for _, body := range bodies {
			see(route.method+" "+route.path, r.do(route.method, example(path, row.ID.String()), body))
		}
	}
	if strings.Contains(r.logs.String(), secretCanary) {
		t.Error("the log holds a secret")
	}
}
