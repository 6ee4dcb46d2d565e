package signer

import (
	"context"
	"slices"
	"testing"
)

// A scheme without a timestamp has no such step: it neither holds nor fails.
func TestLadderSkipsWhatTheSchemeLacks(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]State{"github": StateSkipped, "stripe.v1": StateOK} {
		s, ok := Lookup(id)
		if !ok {
			t.Fatalf("there is no scheme %s", id)
		}
		secret := testKey(s, 0)
		m := signedMessage(t, s, Message{Method: "POST", URL: "http://localhost/", Body: []byte("{}")}, 0, testNow)
		d, err := Diagnose(context.Background(), &Case{Scheme: s, Message: m, Secrets: []Secret{{"demo", secret.verify}}, Now: testNow})
		if err != nil || d.Verdict != Valid {
			t.Fatalf("%s: %v %v", id, d, err)
		}
		i := slices.IndexFunc(d.Findings, func(f Finding) bool { return f.Step == "timestamp" })
		if i < 0 || d.Findings[i].State != want {
			t.Errorf("%s: %+v, want the step %s", id, d.Findings, want)
		}
	}
}
