package config

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

func TestInboxesOfAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "boathook.yaml"), `
inboxes:
  demo: { forward: http://localhost:3000/hooks, answer: [503, 503, 200] }
  teapot:
    note: for tests
    token: ${TOKEN}
    private: true
    answer:
      status: 418
      headers: { X-A: "1", Content-Type: text/plain }
      body: |
        {{method}} it is
      template: true
      delay: 250ms
      error_rate: 0.25
      seed: 7
      rules:
        - when: method:GET
          status: 404
          headers: ["X: 1", "X: 2"]
  mirror:
    forward:
      - 3000
      - { name: b, url: https://b.test/, host: keep, path: fixed, timeout: 2s, insecure: true }
    answer_from: b
  broken: { answer: reset }
  plain:
`)
	v, err := Load(Sources{Dir: dir, Env: env("TOKEN", "abc")})
	if err != nil {
		t.Fatal(err)
	}
	var got []proxy.Inbox
	for _, in := range v.Inboxes() {
		got = append(got, in.Inbox)
	}
	want := []proxy.Inbox{
		{Name: "demo", Forward: []proxy.Target{{URL: "http://localhost:3000/hooks"}}, Answer: proxy.Answer{Sequence: []string{"503", "503", "200"}}},
		{Name: "teapot", Note: "for tests", Token: "abc", Private: true, Answer: proxy.Answer{
			Status: 418, Headers: []inspector.Field{{Name: "X-A", Value: "1"}, {Name: "Content-Type", Value: "text/plain"}},
			Body: "{{method}} it is\n", Template: true, DelayMS: 250, ErrorRate: 0.25, Seed: 7,
			Rules: []proxy.Rule{{When: "method:GET", Status: 404, Headers: []inspector.Field{{Name: "X", Value: "1"}, {Name: "X", Value: "2"}}}},
		}},
		{Name: "mirror", Forward: []proxy.Target{
			{URL: "http://localhost:3000/"},
			{Name: "b", URL: "https://b.test/", Host: "keep", Path: "fixed", TimeoutMS: 2000, Insecure: true},
		}, AnswerFrom: "b"},
		{Name: "broken", Answer: proxy.Answer{Fault: "reset"}},
		{Name: "plain"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestInboxErrorsNameTheLine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want, hint string }{
		{"unknown key", "inboxes:\n  a:\n    forwrad: 3000\n", `f:3:5: unknown key "inboxes.a.forwrad"`, "did you mean inboxes.a.forward?"},
		{"key that is like none", "inboxes:\n  a: { quux: x }\n", `f:2:8: unknown key "inboxes.a.quux"`, "known keys: note, token, private, forward, answer, answer_from, scheme, secret, url_base, context, tolerance, challenges, challenge_token"},
		{"bad tolerance", "inboxes:\n  a: { tolerance: 10ms }\n", `f:2:19: inboxes.a.tolerance: want whole seconds, got "10ms"`, ""},
		{"bad status", "inboxes:\n  a:\n    answer: [200, 999]\n", `f:3:13: inboxes.a.answer: want a status from 200 to 599, timeout, reset or close, got "999"`, ""},
		{"bad share", "inboxes:\n  a:\n    answer:\n      error_rate: 5\n", `f:4:19: inboxes.a.answer.error_rate: want a number from 0 to 1, got "5"`, ""},
		{"bad delay", "inboxes:\n  a:\n    answer:\n      delay: fast\n", `f:4:14: inboxes.a.answer.delay: want a length of time such as 90s, 12h or 30d, got "fast"`, ""},
		{"bad target", "inboxes:\n  a:\n    forward: ftp://x\n", `f:3:14: inboxes.a.forward: want an http or https URL, got "ftp://x"`, ""},
		{"not a group", "inboxes:\n  a: 3\n", "f:2:6: inboxes.a: want a group of keys, got a single value", ""},
		{"rule without a list", "inboxes:\n  a:\n    answer:\n      rules: x\n", "f:4:14: inboxes.a.answer.rules: want a list, got a single value", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := load("f", tt.text, noEnv)
			var e *Error
			if !errors.As(err, &e) || e.Error() != tt.want || e.Hint != tt.hint {
				t.Fatalf("got  %v\nwant %s (%s)", err, tt.want, tt.hint)
			}
		})
	}
}
