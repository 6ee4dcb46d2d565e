package catalog

import (
	"strings"
	"testing"
)

const headerProvider = `
id: acme
description: for a test
headers:
  - {name: X-Kind, value: "{{kind}}"}
  - {name: X-Retry, value: "{{retry}}", when: retry}
  - {name: X-Retries, value: "{{retries}}"}
vars: {kind: any}
events:
  - {name: made, vars: {kind: thing}}
  - {name: gone}
`

// An event type has values of its own for headers, and a retry is numbered.
func TestWireHeaders(t *testing.T) {
	t.Parallel()
	p, err := Parse(File{"acme.yaml", []byte(headerProvider)})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, event, attempt, kind, want string }{
		{"the event type's value", "made", "1", "", "X-Kind: thing\nX-Retries: 0"},
		{"the provider's value", "gone", "1", "", "X-Kind: any\nX-Retries: 0"},
		{"the value given", "made", "1", "given", "X-Kind: given\nX-Retries: 0"},
		{"the first attempt is no retry", "gone", "1", "", "X-Kind: any\nX-Retries: 0"},
		{"the second attempt is the first retry", "gone", "2", "", "X-Kind: any\nX-Retry: 1\nX-Retries: 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			values := map[string]string{"event": tt.event, "attempt": tt.attempt}
			if tt.kind != "" {
				values["kind"] = tt.kind
			}
			headers, err := p.WireHeaders(Vars{Values: values})
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, h := range headers {
				lines = append(lines, h.Name+": "+h.Value)
			}
			if got := strings.Join(lines, "\n"); got != tt.want {
				t.Errorf("headers\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// A value that the provider does not know is a slip of the pen.
func TestUnknownEventVars(t *testing.T) {
	t.Parallel()
	_, err := Parse(File{"acme.yaml", []byte(strings.Replace(headerProvider, "vars: {kind: thing}", "vars: {king: thing}", 1))})
	if err == nil || !strings.Contains(err.Error(), "the provider has no value king under vars") {
		t.Errorf("Parse = %v", err)
	}
}
