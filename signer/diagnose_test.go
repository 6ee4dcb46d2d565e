package signer

import (
	"context"
	"strings"
	"testing"
	"time"
)

func diagnose(t testing.TB, c *Case) Diagnosis {
	t.Helper()
	if c.Budget == 0 {
		c.Budget = 20 * time.Second // the search is tested, not the machine
	}
	d, err := Diagnose(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range d.Findings {
		for _, s := range append(c.Secrets, c.Known...) {
			if v := strings.TrimSpace(s.Value); len(v) > 8 && strings.Contains(f.Text, v) {
				t.Fatalf("the secret stands in %q", f.Text)
			}
		}
	}
	return d
}

// The published signatures that fail for a reason which can be proved.
func TestDiagnoseFixtures(t *testing.T) {
	t.Parallel()
	want := map[string]struct {
		cause Cause
		text  string
	}{
		"square-body-reformatted":             {Reserialized, "compact JSON"},
		"paddle-more-spaces":                  {Reserialized, "as Python writes it"},
		"github-octokit-escapes-reserialised": {Reserialized, "capitals"},
		"sendgrid-crlf-stripped":              {TrailingNewline, "carriage return and a line feed"},
		"zendesk-old-docs-order":              {OtherTemplate, "{body}{timestamp}"},
		"twilio-go-wrong-sort":                {OtherTemplate, "name and value together"},
	}
	for _, v := range readVectors(t) {
		w, ok := want[v.ID]
		if !ok {
			continue
		}
		delete(want, v.ID)
		d := diagnose(t, &Case{Scheme: v.scheme(t), Message: v.message(t), Secrets: []Secret{{"demo", v.Secret}}, Now: time.Unix(v.Now, 0), Options: v.options()})
		f, proved := d.Proved()
		if !proved || d.Cause != w.cause || f.Cause != w.cause || !strings.Contains(f.Text, w.text) {
			t.Errorf("%s: %s\n%+v", v.ID, d.Cause, d.Findings)
		}
	}
	if len(want) != 0 {
		t.Errorf("vectors are gone: %v", want)
	}
}

// Published signatures that are right never get a cause, those that are wrong
// always do.
func TestDiagnoseVectors(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t) {
		d := diagnose(t, &Case{Scheme: v.scheme(t), Message: v.message(t), Secrets: []Secret{{"demo", v.Secret}}, Now: time.Unix(v.Now, 0), Options: v.options()})
		if (d.Tried > 0) != (d.Took > 0) {
			t.Errorf("%s: %d tried in %s", v.ID, d.Tried, d.Took)
		}
		if v.Valid != (d.Cause == "") {
			t.Errorf("%s: %q %+v", v.ID, d.Cause, d.Findings)
		}
		if !v.Valid {
			f, _ := d.Proved()
			t.Logf("%-38s %-24s %-16s %4d %s", v.ID, v.Reason, d.Cause, d.Tried, f.Text)
		}
	}
}
