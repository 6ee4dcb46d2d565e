package proxy

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// sendOut stores a delivery as if it had been sent by us.
func (s *stand) sendOut(endpoint, eventID, request string, at time.Time) inspector.Row {
	s.t.Helper()
	head, body, _ := strings.Cut(request, "\r\n\r\n")
	id, err := s.IDs().New(at)
	if err != nil {
		s.t.Fatal(err)
	}
	row := inspector.Row{ID: id, At: at, Dir: inspector.Out, Endpoint: endpoint, EventID: eventID, Verdict: inspector.Unchecked, Method: "POST"}
	batch := &inspector.Batch{
		Workspace: inspector.DefaultWorkspace, Deliveries: []inspector.Row{row},
		Attempts: []inspector.Attempt{{Delivery: id, Target: "http://sender/in/x", Started: at, Request: inspector.Message{Head: []byte(head + "\r\n\r\n"), Size: int64(len(body))}}},
		Chunks:   []inspector.Chunk{{Body: inspector.BodyKey{Delivery: id, Part: inspector.Request}, Data: []byte(body)}},
	}
	if _, err := s.store.Commit(s.t.Context(), batch); err != nil {
		s.t.Fatal(err)
	}
	return row
}

// Where boathook sent a request itself, it shows what was changed on the way.
func TestSentAndReceivedAreCompared(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	const whsec = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
	s.inbox(Inbox{Name: "a", Scheme: "standard-webhooks", Secrets: []Secret{{Value: whsec}}})
	now := time.Now()
	sent := `{"a": 1,"b":"` + strings.Repeat("x", 40) + `"}`
	request := signedRequest(t, "standard-webhooks", whsec, "a", sent, now)
	out := s.sendOut("crm", "msg_1", request, now)
	s.sendOut("crm", "msg_1", strings.Replace(request, "xx", "yy", 1), now.Add(-time.Hour)) // too old
	s.sendOut("crm", "msg_10", request, now)

	resent := func(body string) string {
		head, _, _ := strings.Cut(request, "\r\n\r\n")
		return strings.Replace(head, fmt.Sprintf("Content-Length: %d", len(sent)), fmt.Sprintf("Content-Length: %d", len(body)), 1) + "\r\n\r\n" + body
	}
	for i, tt := range []struct {
		name, body string
		at         int64
		sent, got  string // part of the hex
		text       string
	}{
		{"as it was", sent, -1, "", "", "byte for byte"},
		{"re-serialized", strings.Replace(sent, ": ", ":", 1), 5, "203122", "3a312c", "byte 5 is the first that differs"},
		{"cut", sent[:10], 10, "", "", "the end was cut off"},
		{"longer", sent + "\n", int64(len(sent)), "", "0a", "something was added at the end"},
	} {
		s.raw(resent(tt.body))
		var row inspector.Row
		eventually(t, "the delivery", func() bool {
			rows := s.find("inbox:a")
			if len(rows) == i+1 {
				row = rows[0]
			}
			return len(rows) == i+1
		})
		check, err := s.Checker().Diagnose(t.Context(), row, CheckInput{})
		if err != nil || check.Sent == nil {
			t.Errorf("%s: %+v, %v", tt.name, check, err)
			continue
		}
		c := check.Sent
		if c.Delivery != out.ID.String() || c.FirstChanged != tt.at || !strings.Contains(c.Text, tt.text) ||
			tt.at < 0 && c.SentHex+c.ReceivedHex != "" || len(c.SentHex) > 4*around || len(c.ReceivedHex) > 4*around {
			t.Errorf("%s: %+v", tt.name, c)
		}
		if tt.name == "re-serialized" && (!strings.Contains(c.SentHex, "3a2031") || !strings.Contains(c.ReceivedHex, "3a312c") || check.Cause != "reserialized") {
			t.Errorf("%s: %+v, cause %s", tt.name, c, check.Cause)
		}
	}
}

// What is not whole, or too long, is not judged by what there is of it.
func TestBodiesThatAreNotChecked(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	s.inbox(Inbox{Name: "a", Scheme: "github", Secrets: []Secret{{Value: "s"}}})
	request := signedRequest(t, "github", "s", "a", `{"a":1}`, time.Now())
	head, body, _ := strings.Cut(request, "\r\n\r\n")
	for _, tt := range []struct {
		name  string
		msg   inspector.Message
		cause string
		text  string
	}{
		{"cut", inspector.Message{Size: int64(len(body)), Cut: true}, "truncated", "cut"},
		{"too long", inspector.Message{Size: maxCheckBytes + 1}, "", "are not checked"},
	} {
		id, err := s.IDs().New(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		row := inspector.Row{ID: id, At: time.Now(), Dir: inspector.In, Inbox: "a", Verdict: inspector.Unchecked, Scheme: "github.sha256"}
		tt.msg.Head = []byte(head + "\r\n\r\n")
		_, err = s.store.Commit(t.Context(), &inspector.Batch{
			Workspace: inspector.DefaultWorkspace, Deliveries: []inspector.Row{row},
			Attempts: []inspector.Attempt{{Delivery: id, Started: row.At, Request: tt.msg}},
			Chunks:   []inspector.Chunk{{Body: inspector.BodyKey{Delivery: id, Part: inspector.Request}, Data: []byte(body)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		check, err := s.Checker().Diagnose(t.Context(), row, CheckInput{})
		if err != nil || check.Verdict != "unchecked" || check.Cause != tt.cause || !strings.Contains(check.Findings[len(check.Findings)-1].Text, tt.text) {
			t.Errorf("%s: %+v, %v", tt.name, check, err)
		}
	}
	if res, err := s.Checker().Recheck(t.Context(), nil, nil); err != nil || res.Changed != 0 || res.Verdicts["unchecked"] != 2 {
		t.Errorf("checked again: %+v, %v", res, err)
	}
}

func TestDiagnoseOfWhatWasSent(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	if _, err := s.Endpoints().Create(t.Context(), Endpoint{Name: "crm", Kind: "url", URL: "http://localhost:9/", Events: []string{"*"}, Scheme: "github", Secrets: []Secret{{Value: canary}}}); err != nil {
		t.Fatal(err)
	}
	s.inbox(Inbox{Name: "a", Scheme: "github", Secrets: []Secret{{Value: "a-secret-of-the-inbox"}}})
	row := s.sendOut("crm", "", signedRequest(t, "github", canary, "x", `{}`, time.Now()), time.Now())
	check, err := s.Checker().Diagnose(t.Context(), row, CheckInput{})
	if err != nil || check.Verdict != "valid" || check.Secret != "endpoint crm, current …cret" {
		t.Errorf("sent: %+v, %v", check, err)
	}
	if got := s.find("dir:out"); len(got) != 1 || got[0].Verdict != inspector.Unchecked {
		t.Errorf("the verdict of what was sent is stored: %+v", got)
	}
	// The secret of an endpoint is known when a capture is explained.
	s.raw(signedRequest(t, "github", canary, "a", `{"a":1}`, time.Now()))
	row = s.settled("a", "cause:other-secret")
	check, err = s.Checker().Diagnose(t.Context(), row, CheckInput{})
	found := false
	for _, f := range check.Findings {
		found = found || strings.Contains(f.Text, "endpoint crm, current")
	}
	if err != nil || !found {
		t.Errorf("captured: %+v, %v", check, err)
	}
	// An endpoint that there is no more has no secret.
	row.Dir, row.Endpoint = inspector.Out, "gone"
	if check, err = s.Checker().Diagnose(t.Context(), row, CheckInput{}); err != nil || check.Verdict != "unchecked" {
		t.Errorf("of no endpoint: %+v, %v", check, err)
	}
	// What went to an inbox of ours was signed with the inbox's secret, and its scheme.
	for _, scheme := range []string{"github", ""} {
		name := "of-" + cmp.Or(scheme, "any")
		s.inbox(Inbox{Name: name, Scheme: scheme, Secrets: []Secret{{Value: canary}}})
		row = s.sendOut("inbox:"+name, "", signedRequest(t, "github", canary, "x", `{}`, time.Now()), time.Now())
		if check, err = s.Checker().Diagnose(t.Context(), row, CheckInput{}); err != nil || check.Verdict != "valid" || check.Secret != "inbox "+name+", current …cret" {
			t.Errorf("sent to an inbox with scheme %q: %+v, %v", scheme, check, err)
		}
	}
}
