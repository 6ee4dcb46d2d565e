package portable_test

import (
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/portable"
)

const redactCanary = "canary-5d1e-88aa"

// What was sent under names of the user's own is left out of every format, wherever
// it stands; with secrets everything is there.
func TestExportLeavesOutOwnNames(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	id, err := inspector.NewIDs(inspector.ID{}).New(testTime)
	if err != nil {
		t.Fatal(err)
	}
	target := "/hook?a=1&door=" + redactCanary + "&b=2"
	head := "POST " + target + " HTTP/1.1\r\nHost: crm.example\r\nX-Door: " + redactCanary + "\r\n " + redactCanary + "\r\nReferer: https://u:" + redactCanary + "@h/x?api_key=" + redactCanary +
		"\r\nX-Now: 1\r\nX-Later: " + redactCanary + "\r\nContent-Length: 0\r\n\r\n"
	a := inspector.Attempt{
		Delivery: id, Target: "http://crm.example" + target, Started: testTime, Notes: []string{"sent to http://crm.example" + target},
		Request:  inspector.Message{Head: []byte(head), Wanted: 0, Framing: []byte("0\r\nX-Api-Key: " + redactCanary + "\r\n\r\n")},
		Response: inspector.Message{Head: []byte("HTTP/1.1 302 Found\r\nLocation: /in?token=" + redactCanary + "\r\n\r\n"), Interim: []byte("HTTP/1.1 103 Hints\r\nSet-Cookie: " + redactCanary + "\r\n\r\n")},
		Failure:  inspector.Failure{Class: inspector.FailReset, Text: "reset by " + redactCanary},
		Secrets:  []string{"x-door", "?door"},
	}
	row := inspector.Row{
		ID: id, At: testTime, Dir: inspector.Out, Method: "POST", Target: target, Host: "crm.example", Endpoint: "crm", Verdict: inspector.Unchecked,
		Tags: []string{"via=" + redactCanary},
	}
	if _, err := s.Commit(t.Context(), &inspector.Batch{Workspace: ws, Deliveries: []inspector.Row{row}, Attempts: []inspector.Attempt{a}}); err != nil {
		t.Fatal(err)
	}
	later := func(r *inspector.Row) []string {
		if r.Endpoint != "crm" {
			t.Errorf("asked about %+v", r)
		}
		return []string{"X-Later"}
	}
	for _, f := range portable.Formats {
		file := string(export(t, s, portable.ExportOptions{Format: f, Capture: "http://127.0.0.1:4601", Credentials: later}))
		if strings.Contains(file, redactCanary) {
			t.Errorf("%s holds a credential: %q", f, file)
		}
		if f == portable.Script || f == portable.Postman {
			if !strings.Contains(file, "QUERY_DOOR") || !strings.Contains(file, "X_LATER") {
				t.Errorf("%s has no variables: %s", f, file)
			}
			continue
		}
		if f != portable.ZIP && !strings.Contains(file, "/hook?a=1&door=redacted&b=2") && !strings.Contains(file, `/hook?a=1\u0026door=redacted\u0026b=2`) {
			t.Errorf("%s has another address: %s", f, file)
		}
		if f == portable.JSONL && !strings.Contains(file, "left out of the export: ?door, X-Door, the user of the address, ?api_key, X-Later, X-Api-Key, ?token, Set-Cookie") {
			t.Errorf("%s does not say what is missing: %s", f, file)
		}
	}
	whole := export(t, s, portable.ExportOptions{Format: portable.JSONL, Secrets: true})
	to := newStore(t)
	read(t, to, whole, portable.ImportOptions{})
	if again := export(t, to, portable.ExportOptions{Format: portable.JSONL, Secrets: true}); string(again) != string(whole) {
		t.Errorf("with secrets, out, in and out again:\n%s\n%s", whole, again)
	}
}

// The address that something was sent to without an endpoint is no way out for what
// stands in it.
func TestExportLeavesOutCredentialsOfABareAddress(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	id, err := inspector.NewIDs(inspector.ID{}).New(testTime)
	if err != nil {
		t.Fatal(err)
	}
	const to = "https://me:hidden-password@example.org/x?api_key=hidden-key&a=1"
	_, err = s.Commit(t.Context(), &inspector.Batch{
		Workspace:  ws,
		Deliveries: []inspector.Row{{ID: id, At: testTime, Dir: inspector.Out, Endpoint: to, Method: "POST", Target: "/x?api_key=hidden-key&a=1", Host: "example.org", Tries: 1}},
		Attempts: []inspector.Attempt{{
			Delivery: id, Target: to, Started: testTime,
			Request: inspector.Message{Head: []byte("POST /x?api_key=hidden-key&a=1 HTTP/1.1\r\nHost: example.org\r\n\r\n")},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []portable.Format{portable.JSONL, portable.HAR, portable.Curl, portable.Postman, portable.Script} {
		file := string(export(t, s, portable.ExportOptions{Format: f, Capture: "http://127.0.0.1:4601"}))
		if strings.Contains(file, "hidden-") || !strings.Contains(file, "example.org") {
			t.Errorf("%s:\n%s", f, file)
		}
	}
}
